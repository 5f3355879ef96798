import { words } from '../i18n/words.ts';

/** Mails to customers. */
export const t = words(
  {
    'letter.confirmation': 'Confirmation', 'letter.shipped': 'Shipped', 'letter.delayed': 'Delayed', 'letter.cancelled': 'Cancelled', 'letter.report': 'Report',
    mailbox: 'Mailbox', mail: 'Mail', all: 'All', state: 'State', newestFirst: 'Mails to customers and reports, newest first', about: 'Mails about', oneOrder: 'one order', showAll: 'show all', older: 'Older', newest: 'Newest', pages: 'Pages', none: 'No mails', count: '{count, plural, one {# mail} other {# mails}}', mails: 'Mails',
    subject: 'Subject', to: 'To', kind: 'About', order: 'Order', noted: 'Noted', tries: 'Tries', note: 'Note', notWritten: '(not written)', noMatch: 'No mail matches', all2: 'Show all mails', noneYet: 'No mails yet', noneYetWhy: 'A mail appears here when an order with an e-mail address comes in, is sent, is late or is cancelled, and its channel mails.', keptHere: 'Without a mail server they are written and kept here, and none leaves.',
    place: 'Place in the mailbox', back: '← Mailbox', changed: 'Mail: {state}', noSuch: 'There is no such mail', noSuchWhy: 'Nothing has the id {id}; mails are forgotten after a while.', toMailbox: 'To the mailbox', unwritten: 'Not written', tried: 'Tried', notYet: 'not yet', times: '{count, plural, one {# time} other {# times}}', id: 'Id',
    again: 'To write it anew and send it:', personsHidden: 'Persons are left out here, as everywhere on these pages. With a key that may see them:', noText: 'There is no text', noTextWhy: 'It was not written yet, could not be, or was erased with the contact of its order.', looks: 'As it looks', plain: 'Plain text', headers: 'Headers', parts: 'Parts of the mail', asReader: 'The mail as its reader sees it', attached: 'Attached',
  },
  {
    'letter.confirmation': 'Bestätigung', 'letter.shipped': 'Versand', 'letter.delayed': 'Verspätung', 'letter.cancelled': 'Stornierung', 'letter.report': 'Bericht',
    mailbox: 'Postausgang', mail: 'Mail', all: 'Alle', state: 'Zustand', newestFirst: 'Mails an Kunden und Berichte, neueste zuerst', about: 'Mails über', oneOrder: 'einen Auftrag', showAll: 'alle zeigen', older: 'Ältere', newest: 'Neueste', pages: 'Seiten', none: 'Keine Mails', count: '{count, plural, one {# Mail} other {# Mails}}', mails: 'Mails',
    subject: 'Betreff', to: 'An', kind: 'Anlass', order: 'Auftrag', noted: 'Vermerkt', tries: 'Versuche', note: 'Anmerkung', notWritten: '(nicht geschrieben)', noMatch: 'Keine Mail passt', all2: 'Alle Mails zeigen', noneYet: 'Noch keine Mails', noneYetWhy: 'Eine Mail erscheint hier, wenn ein Auftrag mit E-Mail-Adresse eingeht, versandt wird, sich verspätet oder storniert wird und sein Kanal Mails schreibt.', keptHere: 'Ohne Mailserver werden sie geschrieben und hier behalten; keine geht hinaus.',
    place: 'Stelle im Postausgang', back: '← Postausgang', changed: 'Mail: {state}', noSuch: 'Diese Mail gibt es nicht', noSuchWhy: 'Nichts hat die Id {id}; Mails werden nach einer Weile vergessen.', toMailbox: 'Zum Postausgang', unwritten: 'Nicht geschrieben', tried: 'Versucht', notYet: 'noch nicht', times: '{count, plural, one {einmal} other {#-mal}}', id: 'Id',
    again: 'Neu schreiben und senden:', personsHidden: 'Personen sind hier ausgelassen, wie überall auf diesen Seiten. Mit einem Schlüssel, der sie sehen darf:', noText: 'Es gibt keinen Text', noTextWhy: 'Er wurde noch nicht geschrieben, konnte es nicht werden, oder wurde mit dem Kontakt seines Auftrags gelöscht.', looks: 'Wie sie aussieht', plain: 'Nur Text', headers: 'Kopfzeilen', parts: 'Teile der Mail', asReader: 'Die Mail, wie der Leser sie sieht', attached: 'Angehängt',
  },
);
