import { words } from '../i18n/words.ts';

/** What stands where data would. */
export const t = words(
  {
    history: 'History', copy: 'Copy', copied: 'Copied', select: 'Select and copy it', again: 'Try again', toOrders: 'To the orders', clear: 'clear',
    signedOut: 'You are signed out', deadLinkWhy: 'A sign-in link works once, within a quarter of an hour.', signedIn: 'I am signed in already',
    forbidden: 'You may not see this', whoGrants: 'Whoever runs this Ordo can give you what it takes.',
    missing: 'There is nothing here', nowhere: 'There is no such page', away: 'Ordo does not answer', awayWhy: 'Is it running, and is this computer connected to it?',
    report: 'If you report this, name the request:', notLoaded: '{what} could not be loaded.', notDone: '{what} did not work.', loading: 'Loading', close: 'Close', defect: 'This page met a defect',
  },
  {
    history: 'Verlauf', copy: 'Kopieren', copied: 'Kopiert', select: 'Markieren und kopieren', again: 'Noch einmal', toOrders: 'Zu den Aufträgen', clear: 'entfernen',
    signedOut: 'Sie sind abgemeldet', deadLinkWhy: 'Ein Anmeldelink gilt einmal, eine Viertelstunde lang.', signedIn: 'Ich bin schon angemeldet',
    forbidden: 'Das dürfen Sie nicht sehen', whoGrants: 'Wer dieses Ordo betreibt, kann Ihnen das Recht dazu geben.',
    missing: 'Hier ist nichts', nowhere: 'Diese Seite gibt es nicht', away: 'Ordo antwortet nicht', awayWhy: 'Läuft es, und ist dieser Rechner damit verbunden?',
    report: 'Wenn Sie das melden, nennen Sie die Anfrage:', notLoaded: '{what}: konnte nicht geladen werden.', notDone: '{what}: Das hat nicht geklappt.', loading: 'Lädt', close: 'Schließen', defect: 'Diese Seite hat einen Fehler',
  },
);
