import { words } from '../i18n/words.ts';

/** What happened to an order. */
export const s = words(
  {
    'code.OUT_OF_STOCK': 'out of stock', 'code.DAMAGED': 'damaged', 'code.NO_CAPACITY': 'no capacity', 'code.CLOSED': 'closed', 'code.OTHER': 'other', 'code.NO_STOCK': 'no stock', 'code.NO_ROUTE': 'no route', 'code.ATTEMPTS_EXHAUSTED': 'attempts exhausted', 'code.SHORT_RELEASED': 'short released', 'code.LOST_IN_TRANSIT': 'lost in transit', 'code.RETURNED_TO_SENDER': 'returned to sender',
    shipment: 'Shipment {no}', key: 'key …{end}', and: ' and ', captured: 'Captured from {channel}', withHolds: ', with {count, plural, one {# hold} other {# holds}}', holdPlaced: '{kind} hold placed', holdReleased: '{kind} hold released', expired: 'Hold ran out of time, its stock was let go',
    promised: 'Line {line} is expected {day}', nobodyKnows: 'Nobody can say any more when line {line} comes', willMiss: '{what} {day} will be missed', atRisk: '{what} {day} is at risk', shipBy: 'The ship-by date', deliverBy: 'The delivery date',
    linesCancelled: '{count, plural, one {# line} other {# lines}} cancelled', askedToStop: '{shipment}: the node was asked to stop', gaveUp: '{shipment}: the node gave the units up', couldNotStop: '{shipment}: the node could not stop any more',
    released: '{shipment} released to {node}', toShip: ', to ship {day}', accepted: '{shipment} accepted', takenBack: '{shipment} taken back from the node: {why}', refused: '{shipment} refused by the node: {why}', pickedShort: '{shipment} picked short', picked: '{shipment} picked',
    packed: '{shipment} packed into {count, plural, one {# package} other {# packages}}', shipped: '{shipment} shipped', withCarrier: ' with {carrier}', handedOver: '{shipment} handed over in person', arrivedShort: '{shipment} arrived at {node} short', waitsAtStore: '{shipment} waits at {node} to be collected',
    delivered: '{shipment} delivered', lost: '{shipment} lost by the carrier', returned: '{shipment} came back undelivered', timedOut: '{shipment}: the node did not answer in time', identified: 'Line {line} was identified as {sku}', invoiced: '{shipment} invoiced as {number}', settled: 'Exception settled: {kind}',
    added: '{sku} was added at the channel', personHasToLook: 'The channel changed it, and a person has to look', tookOver: '{count, plural, one {# change} other {# changes}} of the channel taken over', sentAgain: 'The channel sent it again, nothing changed',
    tagged: 'Tagged: {tags}', untagged: 'Tag taken off: {tags}', assigned: 'Given to {who} to look after', unassigned: 'Nobody looks after it any more', noted: 'A note was written', draftPlaced: 'Placed from a draft', noteDeleted: 'A note was deleted',
    takenFrom: 'Taken from shipment {no}', noNode: 'No node found', routedTo: 'Routed to {nodes}', inPart: ', in part',
  },
  {
    'code.OUT_OF_STOCK': 'kein Bestand', 'code.DAMAGED': 'beschädigt', 'code.NO_CAPACITY': 'keine Kapazität', 'code.CLOSED': 'geschlossen', 'code.OTHER': 'anderer Grund', 'code.NO_STOCK': 'kein Bestand', 'code.NO_ROUTE': 'keine Regel lässt es zu', 'code.ATTEMPTS_EXHAUSTED': 'zu oft zurückgekommen', 'code.SHORT_RELEASED': 'fehlt am Standort', 'code.LOST_IN_TRANSIT': 'unterwegs verloren', 'code.RETURNED_TO_SENDER': 'unzustellbar zurück',
    shipment: 'Sendung {no}', key: 'Schlüssel …{end}', and: ' und ', captured: 'Eingegangen über {channel}', withHolds: ', mit {count, plural, one {# Sperre} other {# Sperren}}', holdPlaced: 'Sperre gesetzt: {kind}', holdReleased: 'Sperre aufgehoben: {kind}', expired: 'Die Sperre lief ab, ihr Bestand wurde freigegeben',
    promised: 'Position {line} wird {day} erwartet', nobodyKnows: 'Niemand kann mehr sagen, wann Position {line} kommt', willMiss: '{what} {day} wird verfehlt', atRisk: '{what} {day} ist gefährdet', shipBy: 'Der Versandtermin', deliverBy: 'Der Liefertermin',
    linesCancelled: '{count, plural, one {# Position} other {# Positionen}} storniert', askedToStop: '{shipment}: der Standort wurde um Halt gebeten', gaveUp: '{shipment}: der Standort gab die Stücke her', couldNotStop: '{shipment}: der Standort konnte nicht mehr halten',
    released: '{shipment} an {node} freigegeben', toShip: ', Versand {day}', accepted: '{shipment} angenommen', takenBack: '{shipment} vom Standort zurückgenommen: {why}', refused: '{shipment} vom Standort abgelehnt: {why}', pickedShort: '{shipment} mit Fehlmenge kommissioniert', picked: '{shipment} kommissioniert',
    packed: '{shipment} in {count, plural, one {# Paket} other {# Pakete}} gepackt', shipped: '{shipment} versandt', withCarrier: ' mit {carrier}', handedOver: '{shipment} persönlich übergeben', arrivedShort: '{shipment} kam bei {node} mit Fehlmenge an', waitsAtStore: '{shipment} wartet bei {node} auf Abholung',
    delivered: '{shipment} zugestellt', lost: '{shipment} vom Frachtführer verloren', returned: '{shipment} kam unzugestellt zurück', timedOut: '{shipment}: der Standort antwortete nicht rechtzeitig', identified: 'Position {line} ist {sku}', invoiced: '{shipment} berechnet mit {number}', settled: 'Ausnahme erledigt: {kind}',
    added: '{sku} kam im Kanal hinzu', personHasToLook: 'Der Kanal hat ihn geändert, jemand muss hinsehen', tookOver: '{count, plural, one {# Änderung} other {# Änderungen}} des Kanals übernommen', sentAgain: 'Der Kanal sandte ihn noch einmal, nichts änderte sich',
    tagged: 'Verschlagwortet: {tags}', untagged: 'Schlagwort entfernt: {tags}', assigned: '{who} kümmert sich darum', unassigned: 'Niemand kümmert sich mehr darum', noted: 'Eine Notiz wurde geschrieben', draftPlaced: 'Nach einem Entwurf aufgegeben', noteDeleted: 'Eine Notiz wurde gelöscht',
    takenFrom: 'Von Sendung {no} genommen', noNode: 'Kein Standort gefunden', routedTo: 'Zugeteilt an {nodes}', inPart: ', zum Teil',
  },
);
