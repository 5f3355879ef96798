import { words } from '../i18n/words.ts';

/** Signing in, oneself, and the people of this Ordo. */
export const t = words(
  {
    signIn: 'Sign in', email: 'E-mail', password: 'Password', forgot: 'Forgotten the password', sendLink: 'Send a link', linkSent: 'If that address has an account and mails leave this Ordo, a link is on its way. Otherwise an administrator can give you one.', back: 'Back to signing in',
    byLink: 'Or by a link', printLink: 'Who runs this Ordo prints one with', signOut: 'Sign out', me: 'Me', signedInAs: 'Signed in as {name}',
    setPassword: 'Set a password', newPassword: 'New password', passwordHelp: 'At least 12 characters; a few words that nobody else puts together are best.', currentPassword: 'Present password', save: 'Save', saved: 'Saved', noToken: 'This address lacks its token. Open the link exactly as you got it.', passwordSet: 'The password is set, and you are signed in.', toOrders: 'To the orders',
    name: 'Name', language: 'Language', timeZone: 'Time zone', timeZoneHelp: 'An IANA zone such as Europe/Berlin; empty is that of the browser.', sessions: 'Where I am signed in', thisOne: 'this one', endSession: 'End it', started: 'since', lastSeen: 'last seen',
    people: 'People', peopleWhat: 'Who may sign in, as what, and where', add: 'Add somebody', roles: 'Roles', role: 'What the roles may do', nodes: 'Nodes', everywhere: 'Everywhere', onlyAt: 'Only at these nodes', nodesHelp: 'Codes of nodes, separated by commas; empty is everywhere', lastSignIn: 'Last signed in', never: 'never', state: 'State', active: 'Active', disabled: 'Disabled', erased: 'Erased',
    invite: 'Invitation link', inviteShown: 'This link sets a password for {name}. It works once, for a day, and is shown this once.', change: 'Change', disable: 'Disable', enable: 'Enable', endSessions: 'End all sessions', erase: 'Erase name and address', eraseWhat: 'The name and the e-mail address of {name} are deleted for good, and all sessions end. What this person did stays in the audit log under the id {id}. Type “{word}” to go on.', eraseWord: 'erase', cancel: 'Cancel', ended: 'All sessions ended',
    nobody: 'Nobody has been added yet', scopes: 'Scopes', noRole: 'Choose at least one role.',
  },
  {
    signIn: 'Anmelden', email: 'E-Mail', password: 'Passwort', forgot: 'Passwort vergessen', sendLink: 'Link senden', linkSent: 'Hat diese Adresse ein Konto und verlassen Mails dieses Ordo, ist ein Link unterwegs. Sonst kann Ihnen ein Administrator einen geben.', back: 'Zurück zur Anmeldung',
    byLink: 'Oder mit einem Link', printLink: 'Wer dieses Ordo betreibt, gibt einen aus mit', signOut: 'Abmelden', me: 'Ich', signedInAs: 'Angemeldet als {name}',
    setPassword: 'Passwort setzen', newPassword: 'Neues Passwort', passwordHelp: 'Mindestens 12 Zeichen; am besten einige Wörter, die sonst niemand zusammenstellt.', currentPassword: 'Jetziges Passwort', save: 'Speichern', saved: 'Gespeichert', noToken: 'Dieser Adresse fehlt ihr Schlüssel. Öffnen Sie den Link genau so, wie Sie ihn bekamen.', passwordSet: 'Das Passwort ist gesetzt, und Sie sind angemeldet.', toOrders: 'Zu den Aufträgen',
    name: 'Name', language: 'Sprache', timeZone: 'Zeitzone', timeZoneHelp: 'Eine IANA-Zone wie Europe/Berlin; leer ist die des Browsers.', sessions: 'Wo ich angemeldet bin', thisOne: 'diese hier', endSession: 'Beenden', started: 'seit', lastSeen: 'zuletzt',
    people: 'Personen', peopleWhat: 'Wer sich anmelden darf, als was, und wo', add: 'Jemanden hinzufügen', roles: 'Rollen', role: 'Was die Rollen dürfen', nodes: 'Standorte', everywhere: 'Überall', onlyAt: 'Nur an diesen Standorten', nodesHelp: 'Codes von Standorten, mit Kommas getrennt; leer ist überall', lastSignIn: 'Zuletzt angemeldet', never: 'nie', state: 'Zustand', active: 'Aktiv', disabled: 'Gesperrt', erased: 'Gelöscht',
    invite: 'Einladungslink', inviteShown: 'Dieser Link setzt ein Passwort für {name}. Er gilt einmal, einen Tag lang, und wird nur jetzt gezeigt.', change: 'Ändern', disable: 'Sperren', enable: 'Entsperren', endSessions: 'Alle Sitzungen beenden', erase: 'Name und Adresse löschen', eraseWhat: 'Name und E-Mail-Adresse von {name} werden endgültig gelöscht, und alle Sitzungen enden. Was diese Person tat, bleibt unter der Id {id} im Protokoll. Schreiben Sie „{word}“, um fortzufahren.', eraseWord: 'löschen', cancel: 'Abbrechen', ended: 'Alle Sitzungen beendet',
    nobody: 'Noch ist niemand hinzugefügt', scopes: 'Rechte', noRole: 'Wählen Sie mindestens eine Rolle.',
  },
);
