import { words } from '../i18n/words.ts';

/** The list of orders. */
export const t = words(
  {
    title: 'Orders', take: 'Take down an order', takeKey: 'Take down an order (G P)', newest: 'Newest first', exact: 'Exact matches first, then the newest', behind: 'Search is {behind} events behind: the latest orders may be missing',
    'column.number': 'Order', 'column.placed': 'Placed', 'column.status': 'Status', 'column.channel': 'Channel', 'column.external': 'External id', 'column.units': 'Units', 'column.shipped': 'Shipped', 'column.nodes': 'Ships from',
    'column.holds': 'Holds', 'column.payment': 'Payment', 'column.total': 'Total', 'column.assignee': 'Looked after by', 'column.tags': 'Tags', assignee: 'Looked after by', anyAssignee: 'Anybody or nobody', me: 'Me', nobody: 'Nobody', tag: 'Tag', anyTag: 'Any tag', 'column.found': 'Found by', columns: 'Columns', usual: 'The usual ones', earlier: 'Further left', later: 'Further right',
    all: 'All', orders: '{count, plural, one {# order} other {# orders}}', found: '{count, plural, one {# order found} other {# orders found}}', none: 'No orders', status: 'Status', filters: 'Filters', clear: 'Clear',
    channel: 'Channel', anyChannel: 'Any channel', node: 'Ships from', anyNode: 'Any node', hold: 'Hold', anyHold: 'Any or none', from: 'Placed from', to: 'Placed to', search: 'Search', zone: 'The days begin and end in this time zone',
    unitsInLines: '{units} in {lines, plural, one {# line} other {# lines}}', shippedOf: '{shipped} of {wanted}', unitsShipped: '{words} units shipped', andCancelled: ', {cancelled} cancelled', allGone: 'cancelled', allCancelled: 'All {ordered} units cancelled',
    noNode: 'none', openHold: 'Open hold', more: '+{count}', gone: 'This order has moved on: these filters no longer match it.', newOnes: '{count} new', showNew: 'Show them (N)', above: '{count, plural, one {# new order above} other {# new orders above}}', loadingMore: 'Loading older orders', end: '{count, plural, one {# order, and no older one} other {# orders, and no older ones}}',
    select: 'Select order {number}', selectShown: 'Select all that are loaded', selected: '{count, plural, one {# order selected} other {# orders selected}}', selectedAll: 'All orders that match are selected', selectAll: 'Select all that match', selectNone: 'Select none', copyNumbers: 'Copy their numbers', copiedNumbers: 'Copied the numbers',
    nothingYet: 'No orders yet', nothingYetHow: 'The first one appears here by itself as soon as a channel sends it. Two ways to see some now:', replay: 'Replay a year of real orders:', send: 'Send your own to {path} with an API key.',
    noMatch: 'No order matches', takeAway: 'Take away one of these filters, or all of them:', howSearch: 'Every word has to begin a word of an order: its number, external id, customer, e-mail address, telephone number, SKU, item, tracking number or place. Of numbers the end is enough.',
    impersonal: 'Names, addresses and telephone numbers were left out: this sign-in may not see them.', clearAll: 'Clear all filters', searchAll: 'Search all orders', or: ' or ',
    peek: 'A look into order {number}', open: 'Open it',
  },
  {
    title: 'Aufträge', take: 'Auftrag aufnehmen', takeKey: 'Auftrag aufnehmen (G P)', newest: 'Neueste zuerst', exact: 'Genaue Treffer zuerst, dann die neuesten', behind: 'Die Suche ist {behind} Ereignisse zurück: die neuesten Aufträge können fehlen',
    'column.number': 'Auftrag', 'column.placed': 'Eingang', 'column.status': 'Status', 'column.channel': 'Kanal', 'column.external': 'Externe Nummer', 'column.units': 'Stück', 'column.shipped': 'Versandt', 'column.nodes': 'Versand ab',
    'column.holds': 'Sperren', 'column.payment': 'Zahlung', 'column.total': 'Summe', 'column.assignee': 'Kümmert sich', 'column.tags': 'Schlagwörter', assignee: 'Kümmert sich', anyAssignee: 'Irgendwer oder niemand', me: 'Ich', nobody: 'Niemand', tag: 'Schlagwort', anyTag: 'Jedes Schlagwort', 'column.found': 'Gefunden über', columns: 'Spalten', usual: 'Die üblichen', earlier: 'Weiter nach links', later: 'Weiter nach rechts',
    all: 'Alle', orders: '{count, plural, one {# Auftrag} other {# Aufträge}}', found: '{count, plural, one {# Auftrag gefunden} other {# Aufträge gefunden}}', none: 'Keine Aufträge', status: 'Status', filters: 'Filter', clear: 'Zurücksetzen',
    channel: 'Kanal', anyChannel: 'Jeder Kanal', node: 'Versand ab', anyNode: 'Jeder Standort', hold: 'Sperre', anyHold: 'Mit oder ohne', from: 'Eingang von', to: 'Eingang bis', search: 'Suche', zone: 'Die Tage beginnen und enden in dieser Zeitzone',
    unitsInLines: '{units} in {lines, plural, one {# Position} other {# Positionen}}', shippedOf: '{shipped} von {wanted}', unitsShipped: '{words} Stück versandt', andCancelled: ', {cancelled} storniert', allGone: 'storniert', allCancelled: 'Alle {ordered} Stück storniert',
    noNode: 'keiner', openHold: 'Offene Sperre', more: '+{count}', gone: 'Dieser Auftrag ist weiter: die Filter passen nicht mehr auf ihn.', newOnes: '{count} neu', showNew: 'Zeigen (N)', above: '{count, plural, one {# neuer Auftrag oben} other {# neue Aufträge oben}}', loadingMore: 'Lädt ältere Aufträge', end: '{count, plural, one {# Auftrag, kein älterer} other {# Aufträge, keine älteren}}',
    select: 'Auftrag {number} auswählen', selectShown: 'Alle geladenen auswählen', selected: '{count, plural, one {# Auftrag ausgewählt} other {# Aufträge ausgewählt}}', selectedAll: 'Alle passenden Aufträge sind ausgewählt', selectAll: 'Alle passenden auswählen', selectNone: 'Nichts auswählen', copyNumbers: 'Nummern kopieren', copiedNumbers: 'Nummern kopiert',
    nothingYet: 'Noch keine Aufträge', nothingYetHow: 'Der erste erscheint hier von selbst, sobald ein Kanal ihn sendet. Zwei Wege, jetzt welche zu sehen:', replay: 'Ein Jahr echter Aufträge nachspielen:', send: 'Eigene an {path} senden, mit einem API-Schlüssel.',
    noMatch: 'Kein Auftrag passt', takeAway: 'Nehmen Sie einen dieser Filter weg, oder alle:', howSearch: 'Jedes Wort muss ein Wort des Auftrags beginnen: Nummer, externe Nummer, Kunde, E-Mail-Adresse, Telefonnummer, SKU, Artikel, Sendungsnummer oder Ort. Von Nummern genügt das Ende.',
    impersonal: 'Namen, Adressen und Telefonnummern blieben außen vor: diese Anmeldung darf sie nicht sehen.', clearAll: 'Alle Filter entfernen', searchAll: 'Alle Aufträge durchsuchen', or: ' oder ',
    peek: 'Ein Blick in Auftrag {number}', open: 'Öffnen',
  },
);
