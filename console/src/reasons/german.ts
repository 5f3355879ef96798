// Why something is held, an exception or done by itself, in German. The program writes these reasons in English, where they stay as they were written; here they are known by
// their sentences (docs/decisions/0020-reasons-in-german.md), so that older ones are German, too. tests/console/reasons-german.test.ts has the program write each of them.

/** A piece of a reason; `en` marks what only came in English. */
export interface Piece {
  readonly text: string;
  readonly lang?: 'en';
}

type Groups = Readonly<Record<string, string>>;
type German = (groups: Groups) => string | readonly Piece[];

const piece = (text: string): Piece => ({ text });
const word = (words: Readonly<Record<string, string>>, key = ''): string => (Object.hasOwn(words, key) ? words[key] : undefined) ?? key;

const PAYMENT = { pending: 'ausstehend', authorised: 'autorisiert', 'partially paid': 'teilweise bezahlt', paid: 'bezahlt', failed: 'fehlgeschlagen' };
const SAME = { 'e-mail': 'dieselbe E-Mail-Adresse', 'phone number': 'dieselbe Telefonnummer', address: 'dieselbe Anschrift', 'network address': 'dieselbe Netzwerkadresse' };
const FIELDS = { 'a street': 'die Straße', 'a city': 'der Ort', 'a postcode': 'die Postleitzahl', 'a country': 'das Land' };
/** What speaks for fraud. */
const RISKS = {
  'the channel rates the risk high': 'der Kanal schätzt das Risiko als hoch ein', 'the channel rates the risk medium': 'der Kanal schätzt das Risiko als mittel ein',
  'billing and shipping are in different countries': 'Rechnung und Lieferung sind in verschiedenen Ländern', 'it costs more than is usual here': 'er kostet mehr, als hier üblich ist',
  'it costs more than three times what is usual here': 'er kostet mehr als das Dreifache des Üblichen', 'a first order with dear shipping': 'ein erster Auftrag mit teurem Versand',
  'a free e-mail address for a high total': 'eine kostenlose E-Mail-Adresse bei hoher Summe', 'an e-mail address of a kind that is thrown away': 'eine Wegwerf-E-Mail-Adresse',
  'neither e-mail nor phone is known': 'weder E-Mail noch Telefon sind bekannt', 'a name that looks made up': 'ein Name, der erfunden wirkt', 'it goes to a box or locker': 'er geht an ein Postfach oder eine Packstation',
  'another order of the same customer within a day': 'ein weiterer Auftrag desselben Kunden innerhalb eines Tages', 'at least three others of the same customer within a day': 'mindestens drei weitere desselben Kunden innerhalb eines Tages',
};

/** What is wrong with an address, piece by piece. */
const ADDRESS: readonly (readonly [RegExp, (groups: Groups) => string])[] = [
  [/^lacks (?<fields>.+)$/, ({ fields = '' }) => `es fehlt ${listed(fields.split(/, | and /).map((field) => word(FIELDS, field)))}`],
  [/^its country is none of ISO 3166$/, () => 'ihr Land steht nicht in ISO 3166'],
  [/^its postcode is not one of (?<country>.+), where it looks like (?<example>.+)$/, ({ country, example }) => `ihre Postleitzahl ist keine ${country === 'any country' ? 'irgendeines Landes' : `von ${country}`}; sie sähe aus wie ${example}`],
  [/^its region is no state or province of (?<country>.+)$/, ({ country }) => `ihre Region ist kein Bundesstaat und keine Provinz von ${country}`],
];

const listed = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} und ${words.at(-1)}`);
const addressPiece = (text: string): string => ADDRESS.flatMap(([pattern, german]) => found(pattern, text, german))[0] ?? text;
const riskPiece = (text: string): string => text.replace(/^(.*) \((\d+)\)$/, (_, reason: string, points: string) => `${word(RISKS, reason)} (${points})`);

function found<T>(pattern: RegExp, text: string, german: (groups: Groups) => T): T[] {
  const match = pattern.exec(text);
  return match === null ? [] : [german(match.groups ?? {})];
}

/** A decimal of the sentence as it is written in German. */
const comma = (decimal = ''): string => decimal.replace('.', ',');
const amount = (minor: string | undefined, currency = ''): string => `${minor} kleinste Einheiten${currency === '' ? '' : ` (${currency})`}`;

/** Sentences that stand alone, or one after the other. */
const SENTENCES: readonly (readonly [RegExp, German])[] = [
  [/^Item (?<sku>\S+) is blocked for sale\./, ({ sku }) => `Artikel ${sku} ist für den Verkauf gesperrt.`],
  [/^"(?<title>.*)" of this channel is not mapped to an item yet\./s, ({ title }) => `„${title}“ dieses Kanals ist noch keinem Artikel zugeordnet.`],
  [/^The shipping address (?:cannot be used: )?(?<rest>(?:lacks|its) .*)\.$/, ({ rest = '' }) => `Die Lieferadresse ist so nicht brauchbar: ${rest.split('; ').map(addressPiece).join('; ')}.`],
  [/^The shipping address changed at the channel, and a node has the old one already\./, () => 'Die Lieferadresse wurde im Kanal geändert, und ein Standort hat schon die alte.'],
  [/^Payment is (?<state>[a-z ]+)\./, ({ state }) => `Die Zahlung ist ${word(PAYMENT, state)}.`],
  [/^The channel rated the fraud risk high\./, () => 'Der Kanal schätzt das Betrugsrisiko als hoch ein.'],
  [/^The order says (?<said>-?\d+) (?<currency>[A-Z]{3}) minor units in all, its lines and charges add up to (?<sum>-?\d+)\./, ({ said, currency, sum }) => `Der Auftrag nennt insgesamt ${amount(said, currency)}, seine Positionen und Zuschläge ergeben ${sum}.`],
  [/^The channel says (?<said>-?\d+) minor units in all, its lines and charges add up to (?<sum>-?\d+)\./, ({ said, sum }) => `Der Kanal nennt insgesamt ${amount(said)}, seine Positionen und Zuschläge ergeben ${sum}.`],
  [/^Line (?<line>\d+) says (?<said>-?\d+), (?<quantity>\S+) at (?<price>\S+) less discount is (?<sum>-?\d+)\./, ({ line, said, quantity, price, sum }) => `Position ${line} nennt ${said}; ${comma(quantity)} zu ${comma(price)} abzüglich Rabatt sind ${sum}.`],
  [/^Line (?<line>\d+), (?<sku>\S+): (?<price>\S+) (?<currency>[A-Z]{3}), and no price list has a price\./, ({ line, sku, price, currency }) => `Position ${line}, ${sku}: ${comma(price)} ${currency}, und keine Preisliste nennt einen Preis.`],
  [/^Line (?<line>\d+), (?<sku>\S+): (?<price>\S+) (?<currency>[A-Z]{3}) instead of (?<listed>\S+) \(list (?<list>\S+)\)\./, ({ line, sku, price, currency, listed: other, list }) => `Position ${line}, ${sku}: ${comma(price)} ${currency} statt ${comma(other)} (Liste ${list}).`],
  [/^And (?<more>\d+) more\./, ({ more }) => `Und ${more} weitere.`],
  [/^The order says (?<said>-?\d+) tax, its lines say (?<sum>-?\d+)\./, ({ said, sum }) => `Der Auftrag nennt ${said} Steuer, seine Positionen ${sum}.`],
  [/^Possible duplicate of order #(?<number>\d+): the same goods for the same (?<by>[a-z -]+), placed (?<minutes>\d+) minutes? apart\./, ({ number, by, minutes }) => `Vielleicht doppelt zu Auftrag #${number}: dieselbe Ware für ${word(SAME, by)}, im Abstand von ${minutes === '1' ? 'einer Minute' : `${minutes} Minuten`}.`],
  [/^(?<count>\d+) orders for the same (?<by>[a-z -]+) within (?<minutes>\d+) minutes; at most (?<most>\d+) go through unseen\./, ({ count, by, minutes, most }) => `${count} Aufträge für ${word(SAME, by)} innerhalb von ${minutes} Minuten; höchstens ${most} gehen ungesehen durch.`],
  [/^Orders of (?<total>\d+) (?<currency>[A-Z]{3}) minor units for the same (?<by>[a-z -]+) within (?<minutes>\d+) minutes; at most (?<most>\d+) go through unseen\./, ({ total, currency, by, minutes, most }) => `Aufträge über ${amount(total, currency)} für ${word(SAME, by)} innerhalb von ${minutes} Minuten; höchstens ${most} gehen ungesehen durch.`],
  [/^Risk score (?<score>\d+) of 100, above (?<limit>\d+): (?<why>.*)\.$/, ({ score, limit, why = '' }) => `Risiko ${score} von 100, über ${limit}: ${why.split('; ').map(riskPiece).join('; ')}.`],
  [/^Risk score (?<score>\d+) of 100, to be looked at from (?<limit>\d+): (?<why>.*)\.$/, ({ score, limit, why = '' }) => `Risiko ${score} von 100, anzusehen ab ${limit}: ${why.split('; ').map(riskPiece).join('; ')}.`],
  [/^The channel is paused: (?<why>.*)$/s, ({ why }) => `Der Kanal ist angehalten: ${why}`],
  [/^The channel lets (?<count>\d+) orders? in (?<seconds>\d+) seconds through, in their order: (?<why>.*)$/s, ({ count, seconds, why }) => `Der Kanal lässt ${count === '1' ? 'einen Auftrag' : `${count} Aufträge`} in ${seconds} Sekunden durch, der Reihe nach: ${why}`],
  [/^The channel holds it: (?<why>.*)\.$/s, ({ why }) => `Der Kanal hält ihn fest: ${why}.`],
  [/^(?<sku>\S+): the channel says that (?<there>\d+) have left already, (?<here>\d+) have left here\./, ({ sku, there, here }) => `${sku}: laut Kanal sind schon ${there} versandt, hier ${here}.`],
  [/^(?<sku>\S+): the price was (?<before>\S+), the channel says (?<now>\S+)\.(?= |$)/, ({ sku, before, now }) => `${sku}: der Preis war ${before}, der Kanal nennt ${now}.`],
  [/^(?<sku>\S+): the channel has (?<left>\d+) counted units left of (?<of>\d+), and a node has been told already\./, ({ sku, left, of }) => `${sku}: im Kanal sind noch ${left} von ${of} gezählten Einheiten, und ein Standort weiß schon davon.`],
  [/^(?<sku>\S+): the channel added (?<count>\d+) counted units after a node was told\./, ({ sku, count }) => `${sku}: der Kanal hat ${count} gezählte Einheiten ergänzt, nachdem ein Standort davon wusste.`],
  [/^(?<sku>\S+): (?<count>\d+) counted units (?<way>fewer|more)(?= |$)/, ({ sku, count, way }) => `${sku}: ${count} gezählte Einheiten ${way === 'more' ? 'mehr' : 'weniger'}`],
  [/^(?<count>\d+) of (?<sku>\S+) are more than may be pre-ordered\./, ({ count, sku }) => `${count} von ${sku} sind mehr, als vorbestellt werden darf.`],
  [/^(?<count>\d+) of (?<sku>\S+) cannot be placed and may not wait for stock\./, ({ count, sku }) => `${count} von ${sku} finden keinen Standort und dürfen nicht auf Bestand warten.`],
  [/^(?<count>\d+) of (?<sku>\S+) are in stock, and no rule lets them go: (?<why>.*) Change the rules or the order, or override the node by hand\./s, ({ count, sku, why = '' }) => [
    piece(`${count} von ${sku} sind auf Lager, doch keine Regel lässt sie gehen: `), { text: why, lang: 'en' }, piece(' Ändern Sie die Regeln oder den Auftrag, oder bestimmen Sie den Standort von Hand.')]],
  [/^Line (?<line>\d+) came back (?<times>\d+) times; route it by hand or cancel it\./, ({ line, times }) => `Position ${line} kam ${times}-mal zurück; leiten Sie sie von Hand, oder stornieren Sie sie.`],
  [/^(?<count>\d+) units are missing that released shipments count on; the node will find them short\./, ({ count }) => `${count} Einheiten fehlen, mit denen freigegebene Sendungen rechnen; der Standort wird sie nicht finden.`],
  [/^Nobody collected shipment (?<no>\d+) at (?<store>.*)\.$/, ({ no, store }) => `Niemand hat Sendung ${no} bei ${store} abgeholt.`],
  [/^Shipment (?<no>\d+) was (?<what>lost|returned to sender); the customer is still waiting\./, ({ no, what }) => `Sendung ${no} ${what === 'lost' ? 'ging verloren' : 'kam zum Absender zurück'}; der Kunde wartet noch.`],
];

/** Short reasons of what is done by itself. */
const SHORT = {
  ...RISKS,
  'units of it wait for stock': 'Einheiten davon warten auf Bestand', 'an open hold keeps it back': 'eine offene Sperre hält ihn auf', 'its node is offline': 'sein Standort ist außer Betrieb', 'its node is paused': 'sein Standort ist angehalten',
  'no day comes on which its node sends it': 'es kommt kein Tag, an dem sein Standort ihn versendet', 'too much work waits at its node before it': 'an seinem Standort wartet zu viel Arbeit vor ihm',
  'no collection that would be soon enough is left': 'keine Abholung wäre noch früh genug', 'the last collection that is soon enough is near': 'die letzte Abholung, die früh genug ist, steht bevor',
  'the channel released it': 'der Kanal hat ihn freigegeben', 'the channel holds it otherwise now': 'der Kanal hält ihn jetzt anders fest', 'the channel sent another address': 'der Kanal hat eine andere Adresse gesendet',
  'the channel changed again': 'der Kanal hat wieder etwas geändert', 'the channel agrees with the order again': 'der Kanal stimmt wieder mit dem Auftrag überein', 'the prices are those of the lists again': 'die Preise sind wieder die der Listen',
  'the shipping address changed': 'die Lieferadresse wurde geändert', 'the node went offline': 'der Standort ging außer Betrieb', 'the stock it was promised is not there': 'der zugesagte Bestand ist nicht da',
  'a hold outlived its due time': 'eine Sperre bestand länger als ihre Frist', 'waits for its launch': 'wartet auf den Verkaufsstart', 'the node gave the units up': 'der Standort gab die Einheiten her', 'the goods have left': 'die Ware ist schon unterwegs',
  'opened again for a cancellation': 'für eine Stornierung wieder geöffnet', 'order closed': 'Auftrag abgeschlossen', undone: 'zurückgenommen',
};
const SHORT_WITH: readonly (readonly [RegExp, (groups: Groups) => string])[] = [
  [/^mapped to (?<sku>\S+)$/, ({ sku }) => `zugeordnet zu ${sku}`],
  [/^the channel says that payment is (?<state>[a-z_ ]+)$/, ({ state = '' }) => `laut Kanal ist die Zahlung ${word(PAYMENT, state.replaceAll('_', ' '))}`],
  [/^cancelled at the channel: (?<why>.*)$/s, ({ why }) => `im Kanal storniert: ${why}`],
];

/** A reason in German, or null where a person wrote it, or another program. */
export function inGerman(reason: string): readonly Piece[] | null {
  if (Object.hasOwn(SHORT, reason)) return [piece(word(SHORT, reason))];
  const [short] = SHORT_WITH.flatMap(([pattern, german]) => found(pattern, reason, german));
  if (short !== undefined) return [piece(short)];
  const said: Piece[] = [];
  for (let rest = reason; rest !== '';) {
    const [next] = SENTENCES.flatMap(([pattern, german]) => {
      const match = pattern.exec(rest);
      return match === null ? [] : [{ length: match[0].length, german: german(match.groups ?? {}) }];
    });
    if (next === undefined) return null;
    said.push(...(said.length === 0 ? [] : [piece(' ')]), ...(typeof next.german === 'string' ? [piece(next.german)] : next.german));
    rest = rest.slice(next.length).trimStart();
  }
  return said.length === 0 ? null : said;
}
