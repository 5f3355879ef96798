import { words } from '../i18n/words.ts';

/** What surrounds every screen. */
export const t = words(
  {
    skip: 'Skip to the content', search: 'Search orders: number, SKU, tracking, …', searchLabel: 'Search orders by number, external id, SKU, item, tracking number or customer', keys: 'Keys and help', keysTitle: 'Keys (?)', keysHead: 'Keys', guide: 'How this screen works', docs: 'All documentation', newTab: '(opens in a new tab)',
    singleKeys: 'Single-key shortcuts are on', places: 'Places', signedInAs: 'Signed in as {name}', menu: 'Menu', palette: 'Go anywhere', paletteHint: 'Where to go, what to do, or an order number, SKU, tracking number', paletteFind: 'Find orders with “{text}”', paletteOpen: 'Open order {text}', paletteNone: 'Nothing fits',
    look: 'How it looks', theme: 'Theme', 'theme.system': 'As the system', 'theme.light': 'Light', 'theme.dark': 'Dark', contrast: 'Contrast', 'contrast.system': 'As the system', 'contrast.more': 'High', density: 'Density of rows', 'density.compact': 'Compact', 'density.cosy': 'Cosy', 'density.touch': 'For fingers', language: 'Language', 'language.en': 'English', 'language.de': 'Deutsch',
    zone: 'Times are shown in {zone}.',
    answered: 'When the server last answered', told: 'Changes are shown as they happen; when the server was last heard of', connecting: 'Connecting', live: 'Live · {time}', signed_out: 'Signed out', forbidden: 'No access', missing: 'Connected', away: 'Not connected', failed: 'Not connected',
    noConnection: 'No connection.', noConnectionFor: 'No connection for {seconds} s.', noConnectionLong: 'No connection for {minutes} min.', stale: 'What you see is from {time}; it is tried again by itself.', now: 'Try now',
    orders: 'Orders', phone: 'New order', customers: 'Customers', exceptions: 'Exceptions', mentions: 'Mentions', actions: 'Bulk actions', morning: 'Morning list', badday: 'Bad-day desk', stock: 'Stock', nodes: 'Nodes', strategies: 'Strategies', reports: 'Reports', connections: 'Connections', mailbox: 'Mailbox', audit: 'Audit log', people: 'People', settings: 'Settings', setting: 'Setting: {name}',
    work: 'Work', network: 'Network', insight: 'Insight', setup: 'Set-up',
  },
  {
    skip: 'Zum Inhalt', search: 'Aufträge suchen: Nummer, SKU, Sendung, …', searchLabel: 'Aufträge suchen nach Nummer, externer Nummer, SKU, Artikel, Sendungsnummer oder Kunde', keys: 'Tasten und Hilfe', keysTitle: 'Tasten (?)', keysHead: 'Tasten', guide: 'So geht dieser Bildschirm (englisch)', docs: 'Alle Anleitungen (englisch)', newTab: '(öffnet sich in einem neuen Tab)',
    singleKeys: 'Einzelne Tasten gelten', places: 'Orte', signedInAs: 'Angemeldet als {name}', menu: 'Menü', palette: 'Überallhin', paletteHint: 'Wohin, was tun, oder Auftragsnummer, SKU, Sendungsnummer', paletteFind: 'Aufträge finden mit „{text}“', paletteOpen: 'Auftrag {text} öffnen', paletteNone: 'Nichts passt',
    look: 'Aussehen', theme: 'Farben', 'theme.system': 'Wie das System', 'theme.light': 'Hell', 'theme.dark': 'Dunkel', contrast: 'Kontrast', 'contrast.system': 'Wie das System', 'contrast.more': 'Hoch', density: 'Zeilendichte', 'density.compact': 'Dicht', 'density.cosy': 'Bequem', 'density.touch': 'Für Finger', language: 'Sprache', 'language.en': 'English', 'language.de': 'Deutsch',
    zone: 'Zeiten gelten für {zone}.',
    answered: 'Wann der Server zuletzt geantwortet hat', told: 'Änderungen erscheinen, sobald sie geschehen; wann der Server sich zuletzt gemeldet hat', connecting: 'Verbindet', live: 'Aktuell · {time}', signed_out: 'Abgemeldet', forbidden: 'Kein Zugang', missing: 'Verbunden', away: 'Nicht verbunden', failed: 'Nicht verbunden',
    noConnection: 'Keine Verbindung.', noConnectionFor: 'Seit {seconds} s keine Verbindung.', noConnectionLong: 'Seit {minutes} min keine Verbindung.', stale: 'Was Sie sehen, ist von {time}; es wird von selbst wieder versucht.', now: 'Jetzt versuchen',
    orders: 'Aufträge', phone: 'Neuer Auftrag', customers: 'Kunden', exceptions: 'Ausnahmen', mentions: 'Erwähnungen', actions: 'Sammelaktionen', morning: 'Morgenliste', badday: 'Störfall', stock: 'Bestand', nodes: 'Standorte', strategies: 'Strategien', reports: 'Berichte', connections: 'Verbindungen', mailbox: 'Postausgang', audit: 'Protokoll', people: 'Personen', settings: 'Einstellungen', setting: 'Einstellung: {name}',
    work: 'Arbeit', network: 'Netz', insight: 'Einblick', setup: 'Einrichtung',
  },
);
