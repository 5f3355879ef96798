import { words } from '../i18n/words.ts';

/** What each scope lets one do: in English as the server says it. */
export const p = words(
  {
    'orders:read': 'See orders, shipments, invoices, mails, exceptions and reports, without names and addresses.',
    'orders:read_personal': 'See names, addresses and contacts too, and customers and drafts of orders.',
    'orders:write': 'Take, hold, change, route and cancel orders, work exceptions, and look after customers.',
    'shipments:write': 'Release, accept, pick, pack, ship and hand over shipments, or reject them.',
    'catalogue:read': 'See items, nodes, channels, prices, carriers, customs and routing strategies.',
    'catalogue:write': 'Change items, nodes, channels, prices, carriers, customs and routing strategies; close nodes, pause channels, protect stock, map items of channels.',
    'stock:read': 'See stock, what is on its way, claims, availability and dates that can be promised.',
    'stock:write': 'Receive, count, correct and transfer stock, announce supply, and set stock aside.',
    'channels:read': 'See connections to channels, their messages and calls, differences found, and templates of mails.',
    'channels:write': 'Set up connections to channels and templates of mails; take in, replay, drop and erase messages, and repeat calls.',
    'webhooks:read': 'See webhooks and what was delivered.', 'webhooks:write': 'Set up webhooks, test them, and deliver again.',
    'events:read': 'Read the audit log and the stream of events.',
    'jobs:read': 'See imports, how far they are, and rows that failed.',
    'jobs:write': 'Import files, each kind with the permission to change what it holds besides, and cancel imports.',
    admin: 'Everything; besides all of the above people, API keys, verification, parked work and the sandbox.',
  },
  {
    'orders:read': 'Aufträge, Sendungen, Rechnungen, Mails, Ausnahmen und Berichte sehen, ohne Namen und Adressen.',
    'orders:read_personal': 'Auch Namen, Adressen und Kontakte sehen, dazu Kunden und Entwürfe von Aufträgen.',
    'orders:write': 'Aufträge aufnehmen, anhalten, ändern, zuteilen und stornieren, Ausnahmen bearbeiten und Kunden betreuen.',
    'shipments:write': 'Sendungen freigeben, annehmen, kommissionieren, packen, versenden und übergeben, oder ablehnen.',
    'catalogue:read': 'Artikel, Standorte, Kanäle, Preise, Versanddienste, Zoll und Strategien sehen.',
    'catalogue:write': 'Artikel, Standorte, Kanäle, Preise, Versanddienste, Zoll und Strategien ändern; Standorte schließen, Kanäle anhalten, Bestand schützen, Artikel von Kanälen zuordnen.',
    'stock:read': 'Bestand, erwartete Ware, Vormerkungen, Verfügbarkeit und mögliche Liefertermine sehen.',
    'stock:write': 'Bestand annehmen, zählen, berichtigen und umlagern, Ware ankündigen und Bestand vormerken.',
    'channels:read': 'Verbindungen zu Kanälen, ihre Nachrichten und Aufrufe, gefundene Unterschiede und Mailvorlagen sehen.',
    'channels:write': 'Verbindungen zu Kanälen und Mailvorlagen einrichten; Nachrichten aufnehmen, wiederholen, verwerfen und löschen, und Aufrufe wiederholen.',
    'webhooks:read': 'Webhooks sehen und was zugestellt wurde.', 'webhooks:write': 'Webhooks einrichten, testen und erneut zustellen.',
    'events:read': 'Das Protokoll und den Strom der Ereignisse lesen.',
    'jobs:read': 'Importe sehen, wie weit sie sind, und welche Zeilen gescheitert sind.',
    'jobs:write': 'Dateien importieren, jede Art dazu mit dem Recht, ihren Inhalt zu ändern, und Importe abbrechen.',
    admin: 'Alles; über das Genannte hinaus Personen, API-Schlüssel, Prüfung, liegen gebliebene Arbeit und die Sandbox.',
  },
);

/** What the roles are for: in English as the server says it. */
export const r = words(
  {
    admin: 'Everything, people and API keys included.', manager: 'Runs operations: everything but people, API keys and who signed in.',
    agent: 'Helps customers: reads orders with names and addresses, holds, changes and cancels them; reads items, stock and shipments.',
    store: 'Works at a store or warehouse: picks, packs, ships and hands over; receives, counts and corrects stock; reads orders with the names that a hand-over needs.',
    planner: 'Plans routing: writes strategies, nodes, carriers and prices, and simulates; reads orders without names and addresses.',
    finance: 'Reads orders and invoices with names and addresses, items and jobs, and downloads files.', viewer: 'Reads orders, items, stock and events, without names and addresses.', developer: 'Connects systems: webhooks, channels, events and jobs.',
  },
  {
    admin: 'Alles, auch Personen und API-Schlüssel.', manager: 'Leitet den Betrieb: alles außer Personen, API-Schlüsseln und wer sich angemeldet hat.',
    agent: 'Hilft Kunden: liest Aufträge mit Namen und Adressen, hält sie an, ändert und storniert sie; liest Artikel, Bestand und Sendungen.',
    store: 'Arbeitet in Filiale oder Lager: kommissioniert, packt, versendet und übergibt; nimmt Bestand an, zählt und berichtigt ihn; liest Aufträge mit den Namen, die eine Übergabe braucht.',
    planner: 'Plant die Zuteilung: schreibt Strategien, Standorte, Versanddienste und Preise, und simuliert; liest Aufträge ohne Namen und Adressen.',
    finance: 'Liest Aufträge und Rechnungen mit Namen und Adressen, Artikel und Importe, und lädt Dateien herunter.', viewer: 'Liest Aufträge, Artikel, Bestand und Ereignisse, ohne Namen und Adressen.', developer: 'Verbindet Systeme: Webhooks, Kanäle, Ereignisse und Importe.',
  },
);

/** The matrix of roles, and what somebody may do. */
export const a = words(
  {
    'tab.people': 'People', 'tab.roles': 'Roles', 'tab.access': 'Who may what', tabs: 'Parts',
    admin: 'Admin', manager: 'Manager', agent: 'Agent', store: 'Store', planner: 'Planner', finance: 'Finance', viewer: 'Viewer', developer: 'Developer',
    'area.orders': 'Orders and shipments', 'area.goods': 'Goods, nodes and routing', 'area.connections': 'Connections', 'area.records': 'Records and files', 'area.administration': 'Administration',
    matrix: 'Roles and what they may do', permission: 'Permission', fixed: 'The roles are the same in every Ordo and cannot be changed: each is tested with every operation there is, so that a new operation is open to nobody by oversight. Who needs more gets a second role, and may do what either lets one do; who needs less is limited to nodes; a program gets a key with single permissions.',
    search: 'What should be possible?', searchHint: 'cancel, hold, webhook …', nothing: 'No permission has to do with “{text}”', showAll: 'Show all', matching: '{count, plural, one {# operation fits} other {# operations fit}}',
    yes: 'yes', no: 'no', discount: 'Largest discount', discountWhat: 'How much less than its price list an order taken by phone may cost.', limits: 'Limits', percent: '{count} %',
    whoMay: 'Who may do this', throughRoles: 'Roles', nobodyHas: 'nobody', people: 'People', keys: 'API keys', operations: 'What it opens', includes: 'Includes', onlyAt: 'only {nodes}', notLoaded: 'Names of people and keys', noOperations: 'It opens no operation by itself: it adds to what others show.',
    who: 'Person or key', choose: 'Choose …', chooseHow: 'Choose a person or a key', chooseWhat: 'Then this page says what they may do, where, by which role, and what they may not.', whatMay: 'Permissions',
    all: 'All', may: 'May', may_not: 'May not', from: 'From', limit: 'Where, or why not', everywhere: 'Everywhere', where: 'Where', roles: 'Roles', ownScope: 'given to the key', through: '{role}, through {scope}', throughKey: 'through {scope}', noneOf: 'None',
    'denied.not_granted': 'No role of theirs has it', 'denied.key': 'The key was not given it', 'denied.limited_to_nodes': 'Cannot be limited to nodes, so it is closed to them', 'denied.disabled': 'The account is disabled', 'denied.erased': 'The person was erased', 'denied.expired': 'The key has expired', 'denied.revoked': 'The key was revoked',
    'state.active': 'Active', 'state.disabled': 'Disabled', 'state.erased': 'Erased', 'state.expired': 'Expired', 'state.revoked': 'Revoked',
    closed: '{count, plural, one {# of {all} operations stays closed} other {# of {all} operations stay closed}}', closedWhy: 'These cannot be limited to nodes:', whoHas: 'Who else has it', own: 'Everybody who has signed in may besides change their own account: name, password, passkeys, sessions.', ownKey: 'A key has no account of its own: it can neither sign in nor change one.',
  },
  {
    'tab.people': 'Personen', 'tab.roles': 'Rollen', 'tab.access': 'Wer darf was', tabs: 'Teile',
    admin: 'Admin', manager: 'Leitung', agent: 'Kundendienst', store: 'Filiale', planner: 'Planung', finance: 'Finanzen', viewer: 'Lesen', developer: 'Entwicklung',
    'area.orders': 'Aufträge und Sendungen', 'area.goods': 'Ware, Standorte und Zuteilung', 'area.connections': 'Verbindungen', 'area.records': 'Protokoll und Dateien', 'area.administration': 'Verwaltung',
    matrix: 'Rollen und was sie dürfen', permission: 'Recht', fixed: 'Die Rollen sind in jedem Ordo gleich und lassen sich nicht ändern: jede ist mit jeder Operation geprüft, damit eine neue Operation niemandem versehentlich offensteht. Wer mehr braucht, bekommt eine zweite Rolle und darf, was eine von beiden erlaubt; wer weniger braucht, wird auf Standorte beschränkt; ein Programm bekommt einen Schlüssel mit einzelnen Rechten.',
    search: 'Was soll möglich sein?', searchHint: 'cancel, hold, webhook …', nothing: 'Kein Recht hat mit „{text}“ zu tun', showAll: 'Alle zeigen', matching: '{count, plural, one {# Operation passt} other {# Operationen passen}}',
    yes: 'ja', no: 'nein', discount: 'Größter Nachlass', discountWhat: 'Wie viel weniger als nach Preisliste ein telefonischer Auftrag kosten darf.', limits: 'Grenzen', percent: '{count} %',
    whoMay: 'Wer das darf', throughRoles: 'Rollen', nobodyHas: 'niemand', people: 'Personen', keys: 'API-Schlüssel', operations: 'Was es öffnet', includes: 'Enthält', onlyAt: 'nur {nodes}', notLoaded: 'Namen von Personen und Schlüsseln', noOperations: 'Für sich öffnet es keine Operation: es ergänzt, was andere zeigen.',
    who: 'Person oder Schlüssel', choose: 'Auswählen …', chooseHow: 'Wählen Sie eine Person oder einen Schlüssel', chooseWhat: 'Dann steht hier, was sie dürfen, wo, durch welche Rolle, und was nicht.', whatMay: 'Rechte',
    all: 'Alle', may: 'Darf', may_not: 'Darf nicht', from: 'Woher', limit: 'Wo, oder warum nicht', everywhere: 'Überall', where: 'Wo', roles: 'Rollen', ownScope: 'dem Schlüssel gegeben', through: '{role}, durch {scope}', throughKey: 'durch {scope}', noneOf: 'Keine',
    'denied.not_granted': 'Keine ihrer Rollen hat es', 'denied.key': 'Dem Schlüssel nicht gegeben', 'denied.limited_to_nodes': 'Lässt sich nicht auf Standorte beschränken, ist also verschlossen', 'denied.disabled': 'Das Konto ist gesperrt', 'denied.erased': 'Die Person wurde gelöscht', 'denied.expired': 'Der Schlüssel ist abgelaufen', 'denied.revoked': 'Der Schlüssel wurde widerrufen',
    'state.active': 'Aktiv', 'state.disabled': 'Gesperrt', 'state.erased': 'Gelöscht', 'state.expired': 'Abgelaufen', 'state.revoked': 'Widerrufen',
    closed: '{count, plural, one {# von {all} Operationen bleibt verschlossen} other {# von {all} Operationen bleiben verschlossen}}', closedWhy: 'Diese lassen sich nicht auf Standorte beschränken:', whoHas: 'Wer es noch hat', own: 'Wer sich angemeldet hat, darf außerdem das eigene Konto ändern: Name, Passwort, Passkeys, Sitzungen.', ownKey: 'Ein Schlüssel hat kein eigenes Konto: er kann sich weder anmelden noch eines ändern.',
  },
);
