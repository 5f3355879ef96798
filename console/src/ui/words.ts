import { words } from '../i18n/words.ts';

/** What stands where data would. */
export const t = words(
  {
    history: 'History', copy: 'Copy', copied: 'Copied', select: 'Select and copy it', again: 'Try again', toOrders: 'To the orders', clear: 'clear',
    signedOut: 'You are signed out', deadLinkWhy: 'A sign-in link works once, within a quarter of an hour.', signedIn: 'I am signed in already',
    forbidden: 'You may not see this', whoGrants: 'Whoever runs this Ordo can give you what it takes.',
    missing: 'There is nothing here', nowhere: 'There is no such page', away: 'Ordo does not answer', awayWhy: 'Is it running, and is this computer connected to it?',
    report: 'If you report this, name the request:', notLoaded: '{what} could not be loaded.', loading: 'Loading', close: 'Close', defect: 'This page met a defect',
    pages: 'Pages', 'shown.all': '{count, plural, one {This is all} other {These # are all}}', 'shown.more.time': '{count, plural, one {# shown, there are earlier ones} other {# shown, there are earlier ones}}', 'shown.more.row': '{count, plural, one {# shown, there are more} other {# shown, there are more}}', 'shown.last.time': '{count, plural, =0 {There are no earlier ones} one {# shown, the earliest} other {# shown, the earliest}}', 'shown.last.row': '{count, plural, =0 {There are no more} one {# shown, the last one} other {# shown, the last ones}}',
    'first.time': 'Latest', 'next.time': 'Earlier ones', 'first.row': 'First ones', 'next.row': 'More',
  },
  {
    history: 'Verlauf', copy: 'Kopieren', copied: 'Kopiert', select: 'Markieren und kopieren', again: 'Noch einmal', toOrders: 'Zu den Aufträgen', clear: 'entfernen',
    signedOut: 'Sie sind abgemeldet', deadLinkWhy: 'Ein Anmeldelink gilt einmal, eine Viertelstunde lang.', signedIn: 'Ich bin schon angemeldet',
    forbidden: 'Das dürfen Sie nicht sehen', whoGrants: 'Wer dieses Ordo betreibt, kann Ihnen das Recht dazu geben.',
    missing: 'Hier ist nichts', nowhere: 'Diese Seite gibt es nicht', away: 'Ordo antwortet nicht', awayWhy: 'Läuft es, und ist dieser Rechner damit verbunden?',
    report: 'Wenn Sie das melden, nennen Sie die Anfrage:', notLoaded: '{what}: konnte nicht geladen werden.', loading: 'Lädt', close: 'Schließen', defect: 'Diese Seite hat einen Fehler',
    pages: 'Seiten', 'shown.all': '{count, plural, one {Das ist alles} other {Das sind alle #}}', 'shown.more.time': '{count, plural, one {# gezeigt, es gibt frühere} other {# gezeigt, es gibt frühere}}', 'shown.more.row': '{count, plural, one {# gezeigt, es gibt weitere} other {# gezeigt, es gibt weitere}}', 'shown.last.time': '{count, plural, =0 {Frühere gibt es nicht} one {# gezeigt, das früheste} other {# gezeigt, die frühesten}}', 'shown.last.row': '{count, plural, =0 {Weitere gibt es nicht} one {# gezeigt, das letzte} other {# gezeigt, die letzten}}',
    'first.time': 'Neueste', 'next.time': 'Frühere', 'first.row': 'Zum Anfang', 'next.row': 'Weitere',
  },
);
