import { words } from '../i18n/words.ts';

/** What can be done to orders. */
export const a = words(
  {
    actions: 'What can be done', hold: 'Hold', release_hold: 'Release a hold', release: 'Release to the node', cancel: 'Cancel', reroute: 'Route again', override: 'Ship from …', undo: 'Take back', tag: 'Tag', untag: 'Take a tag off', assign: 'Give to somebody',
    notNow: 'Not possible now', reason: 'Reason', whichHold: 'Which hold', whichNode: 'Node', doIt: 'Do it', back: 'Leave it', cannot: 'This cannot be done:', looking: 'Looking what it would do', becomes: 'The order becomes', cancels: '{goods} of goods are cancelled.', tells: 'The customer is told by mail.', tellsShop: 'The connection {connection} is told.', forGood: 'This cannot be undone.', undone: 'This can be undone.', done: 'Done: {what}', nothing: 'Nothing else changes.',
    notes: 'Notes', note: 'Note', write: 'Write it', noNotes: 'Nobody has written anything yet.', remove: 'Delete', by: 'by {author}',
    act: 'Act on them', whatFirst: 'See what it would do', eligible: '{count, plural, one {# order would change} other {# orders would change}}', skipped: '{count, plural, one {# is left alone} other {# are left alone}}', run: 'Do it to {count, plural, one {# order} other {# orders}}', progress: '{done} of {total}', changed: '{count, plural, one {# order changed} other {# orders changed}}', failed: '{count, plural, one {# failed} other {# failed}}', failures: 'Download what failed', stop: 'Stop', finished: 'Finished', close: 'Close', tagName: 'Tag', me: 'me', nobody: 'nobody', holdKind: 'Kind of hold', left: '{seconds} s left', finding: 'Looking for the orders', itsPage: 'All about it',
    views: 'Saved views', saveView: 'Save this view', viewName: 'Name of the view', shared: 'For everybody', saveIt: 'Save', dropView: 'Delete the view {name}',
  },
  {
    actions: 'Aktionen', hold: 'Anhalten', release_hold: 'Sperre aufheben', release: 'An den Standort freigeben', cancel: 'Stornieren', reroute: 'Neu zuteilen', override: 'Versenden ab …', undo: 'Zurücknehmen', tag: 'Verschlagworten', untag: 'Schlagwort entfernen', assign: 'Zuweisen',
    notNow: 'Jetzt nicht möglich', reason: 'Grund', whichHold: 'Welche Sperre', whichNode: 'Standort', doIt: 'Ausführen', back: 'Abbrechen', cannot: 'Das geht nicht:', looking: 'Sieht nach, was es bewirken würde', becomes: 'Der Auftrag wird', cancels: 'Ware für {goods} wird storniert.', tells: 'Der Kunde erfährt es per Mail.', tellsShop: 'Die Verbindung {connection} erfährt es.', forGood: 'Das lässt sich nicht zurücknehmen.', undone: 'Das lässt sich zurücknehmen.', done: 'Ausgeführt: {what}', nothing: 'Sonst ändert sich nichts.',
    notes: 'Notizen', note: 'Notiz', write: 'Notieren', noNotes: 'Noch hat niemand etwas geschrieben.', remove: 'Löschen', by: 'von {author}',
    act: 'Aktion ausführen', whatFirst: 'Nachsehen, was es bewirken würde', eligible: '{count, plural, one {# Auftrag würde sich ändern} other {# Aufträge würden sich ändern}}', skipped: '{count, plural, one {# bleibt, wie er ist} other {# bleiben, wie sie sind}}', run: 'Für {count, plural, one {# Auftrag} other {# Aufträge}} ausführen', progress: '{done} von {total}', changed: '{count, plural, one {# Auftrag geändert} other {# Aufträge geändert}}', failed: '{count, plural, one {# gescheitert} other {# gescheitert}}', failures: 'Gescheiterte herunterladen', stop: 'Stoppen', finished: 'Fertig', close: 'Schließen', tagName: 'Schlagwort', me: 'mir', nobody: 'niemandem', holdKind: 'Art der Sperre', left: 'noch {seconds} s', finding: 'Sucht die Aufträge', itsPage: 'Alles dazu',
    views: 'Gespeicherte Ansichten', saveView: 'Diese Ansicht speichern', viewName: 'Name der Ansicht', shared: 'Für alle', saveIt: 'Speichern', dropView: 'Ansicht {name} löschen',
  },
);
