import { words } from '../i18n/words.ts';

/** Taking back what was just done. */
export const t = words(
  {
    undo: 'Undo', undone: 'Taken back', undoHint: 'Press Z to take it back.', undoPlace: 'What was just done', undoFailed: 'It could not be taken back:', undoDetails: 'Details', dismiss: 'Dismiss', untold: 'No webhook has been sent yet.', toldNow: 'Webhooks may have been sent by now.', untoldBack: 'No webhook was sent of what was taken back.', toldBack: 'Webhooks may tell of both.',
  },
  {
    undo: 'Zurücknehmen', undone: 'Zurückgenommen', undoHint: 'Z nimmt es zurück.', undoPlace: 'Was gerade getan wurde', undoFailed: 'Es ließ sich nicht zurücknehmen:', undoDetails: 'Einzelheiten', dismiss: 'Ausblenden', untold: 'Noch ging kein Webhook hinaus.', toldNow: 'Webhooks können inzwischen hinausgegangen sein.', untoldBack: 'Vom Zurückgenommenen ging kein Webhook hinaus.', toldBack: 'Webhooks melden vielleicht beides.',
  },
);
