// The reason of a routing decision in German, made from the facts that the server tells beside its English sentence.
import { micros } from '../numbers.ts';
import { calendarDay } from '../time.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What the sentence is made of. */
export interface Told {
  readonly said: readonly Fields[];
  readonly trigger: string | null;
  /** Why a plan that stood was changed, where one was. */
  readonly changed: Fields | null;
  /** Codes of the nodes that ship. */
  readonly chosen: readonly string[];
}

/** What each verdict says of a node, after its name. */
export const WHY: Readonly<Record<string, string>> = {
  CHOSEN: 'ist gewählt', COSTLIER: 'hat alles, kostet aber mehr', PARTIAL: 'hat nur einen Teil des Auftrags', NO_STOCK: 'hat nichts davon',
  OFFLINE: 'ist außer Betrieb', PAUSED: 'nimmt zurzeit keine neuen Aufträge an', VIRTUAL: 'ist kein Ort, der versendet', NOT_IN_POOL: 'gehört nicht zum Verbund des Kanals', ITEM_CLASS: 'darf diese Artikel nicht führen',
  EXCLUDED: 'wurde schon versucht', NOT_PRESELECTED: 'ist nicht der Standort, der für diese Positionen gewünscht ist', TOO_FAR: 'liegt weiter weg, als erlaubt ist',
  AT_CAPACITY: 'hat in den nächsten Tagen keine Kapazität dafür', NODE_KIND: 'ist keine Art von Standort, die die Regeln erlauben', NOT_LISTED: 'gehört nicht zu den Standorten, die die Regeln erlauben',
  OTHER_COUNTRY: 'liegt in einem Land, das die Regeln nicht erlauben', SERVICE: 'hat keinen Service, den die Regeln erlauben', SHIPS_LATER: 'würde später versenden, als die Regeln erlauben',
  ARRIVES_LATE: 'käme zu spät', NOT_WHOLE: 'hat nicht alles, und die Regeln verlangen das', BACKLOG: 'hat zu viel Arbeit liegen', RULE: 'erfüllt eine Bedingung der Regeln nicht',
  CLOSED: 'ist geschlossen, oder sein Versender kommt nicht', NO_LANE: 'hat keinen Service zum Ziel, wie der Auftrag ihn verlangt', NO_PRICE: 'hat keinen Preis dafür',
  EXPORT: 'darf es nicht in das Land des Empfängers senden',
  ELSEWHERE: 'ist nicht der Ort, an dem der Auftrag abgeholt wird', ONLY_SENT: 'gibt nur heraus, was dorthin gesendet wird', SLOTS_FULL: 'hat in den nächsten Tagen keine freie Abholzeit',
};

/** By which criterion a node was the best. */
export const BEST: Readonly<Record<string, string>> = {
  cost: 'dieser kostet am wenigsten', splits: 'so sind es die wenigsten Sendungen', same_country: 'dieser liegt im Land des Empfängers', distance: 'dieser ist am nächsten', arrival: 'von hier kommt es zuerst an',
  node_priority: 'dieser hat den besten Rang', stores_first: 'dieser ist eine Filiale', load: 'hier wartet am wenigsten Arbeit',
};

/** What a change made better. */
export const BETTER: Readonly<Record<string, string>> = {
  cost: '', splits: 'in weniger Sendungen', same_country: 'mehr davon aus dem Land des Empfängers', distance: 'aus größerer Nähe', arrival: 'früher dort',
  node_priority: 'von Standorten mit besserem Rang', stores_first: 'mehr davon aus Filialen', load: '',
};

/** Rules that can be given up, by their kind. */
export const RULES: Readonly<Record<string, string>> = {
  node_kinds: 'erlaubte Arten von Standorten', only_nodes: 'erlaubte Standorte', not_nodes: 'ausgeschlossene Standorte', same_country: 'Standort im Zielland', countries: 'erlaubte Länder', maximum_distance: 'höchste Entfernung',
  service_levels: 'Servicestufe', carriers: 'erlaubte Versender', ships_within: 'Versand binnen einiger Tage', arrives_in_time: 'Ankunft zum gewünschten Tag', leaves_stock: 'Bestand, der bleiben soll', whole_order: 'alles von einem Standort',
  maximum_backlog: 'höchster Rückstand', expression: 'eigene Bedingung',
};

/** Terms of what a plan costs. */
export const TERMS: Readonly<Record<string, string>> = {
  label: 'Porto', duty: 'Zoll', handling: 'Handhabung', split: 'Weitere Pakete', distance: 'Entfernung', lateness: 'Verspätung', capacity: 'Auslastung', stock: 'Bestand anderswo', markdown: 'Abverkauf',
};

/** Facts that are not what this page knows: the English sentence is shown then, and no half of one. */
class Unknown extends Error {}

function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Unknown(name);
  return value;
}

function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Unknown(name);
  return value;
}

function wordIn(table: Readonly<Record<string, string>>, code: string): string {
  const word = table[code];
  if (word === undefined) throw new Unknown(code);
  return word;
}

const listIn = (fields: Fields, name: string): readonly unknown[] => {
  const value = fields[name];
  if (!Array.isArray(value)) throw new Unknown(name);
  return value;
};

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const amount = (fields: Fields, name: string): string => micros(numberIn(fields, name), null);
const far = (fields: Fields, name: string): string => (fields[name] === null ? 'Entfernung unbekannt' : `${numberIn(fields, name)} km`);
const day = (fields: Fields, name: string): string => calendarDay(textIn(fields, name));
const ended = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
const listed = (all: readonly string[]): string => (all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} und ${all.at(-1) ?? ''}`);

type NameOf = (code: string) => string;

/** The whole reason; null where it cannot be said from these facts. */
export function germanReason({ said, trigger, changed, chosen }: Told, nameOf: NameOf): string | null {
  if (said.length === 0) return null;
  try {
    const reason = said.map((one) => sentence(one, nameOf)).join(' ');
    if (changed !== null) return `${change(changed, chosen, nameOf)} ${reason}`;
    return trigger === 'AT_RISK' ? `Um den Termin zu halten: ${reason}` : reason;
  } catch (error) {
    if (error instanceof Unknown) return null;
    throw error;
  }
}

function sentence(one: Fields, nameOf: NameOf): string {
  const node = (name = 'node'): string => nameOf(textIn(one, name));
  const rivals = (): string => `Versand ab ${node()}: ${numberIn(one, 'nodes')} Standorte haben ${what(one)}`;
  switch (textIn(one, 'code')) {
    case 'named': return `Versand ab ${node()}: Dieser Standort ist für den Auftrag bestimmt.`;
    case 'only': return `Versand ab ${node()} (${far(one, 'km')}): der einzige mögliche Standort, der ${what(one)} hat.`;
    case 'best': return `${rivals()}, und ${wordIn(BEST, textIn(one, 'by'))} (${far(one, 'km')}; danach käme ${node('next')}, ${far(one, 'next_km')}).`;
    case 'cheapest': return `${rivals()}, und dieser kostet am wenigsten (${amount(one, 'cost_micros')}; danach käme ${node('next')}, ${amount(one, 'next_cost_micros')}).`;
    case 'nearest': return `${rivals()}, und von hier kostet der Versand am wenigsten (${far(one, 'km')}; danach käme ${node('next')}, ${far(one, 'next_km')}).`;
    case 'preferred': return `${rivals()}; weil die Adresse keine Koordinaten hat, gilt der mit dem besten Rang.`;
    case 'partly': return `Versand ab ${node()}, soweit dort vorhanden.`;
    case 'nowhere': return 'Kein Standort kann das versenden.';
    case 'split': return split(one, nameOf);
    case 'nearer': return `Näher wäre ${node()} (${far(one, 'km')}), doch dieser Standort ${wordIn(WHY, textIn(one, 'verdict'))}.`;
    case 'travels': return travels(one, nameOf);
    case 'sent_to': return `Es geht an ${node('to')} und wird dort abgeholt.`;
    case 'duty': return [numberIn(one, 'paid_micros') > 0 ? `Zoll von ${amount(one, 'paid_micros')} wird bezahlt.` : '', numberIn(one, 'left_micros') > 0 ? `Der Kunde zahlt ${amount(one, 'left_micros')} Zoll.` : ''].filter((text) => text !== '').join(' ');
    case 'relaxed': return `Damit es zugeteilt werden konnte, ${numberIn(one, 'count') === 1 ? 'wurde eine weiche Regel' : 'wurden weiche Regeln'} aufgegeben: ${listIn(one, 'rules').map((rule) => wordIn(RULES, String(rule))).join(', ')}.`;
    case 'waits': return waits(one, nameOf);
    default: throw new Unknown();
  }
}

const what = (one: Fields): string => (numberIn(one, 'lines') === 1 ? 'die Position' : `alle ${numberIn(one, 'lines')} Positionen`);

function lines(one: Fields): string {
  const numbers = listIn(one, 'lines').map(String);
  const [count, more] = [numberIn(one, 'count'), numberIn(one, 'count') - numbers.length];
  return `${count === 1 ? 'Position' : 'Positionen'} ${more > 0 ? `${numbers.join(', ')} und ${more} weitere` : listed(numbers)}`;
}

function split(one: Fields, nameOf: NameOf): string {
  const others = numberIn(one, 'others');
  const named = listIn(one, 'over').map((part) => {
    if (!isFields(part)) throw new Unknown('over');
    return `${nameOf(textIn(part, 'node'))} (${lines(part)})`;
  });
  const over = listed([...named, ...(others === 0 ? [] : [others === 1 ? 'einen weiteren Standort' : `${others} weitere Standorte`])]);
  const because = textIn(one, 'because');
  const why = because === 'costlier' ? `${nameOf(textIn(one, 'whole'))} hat alles, wäre aber teurer` : because === 'pieces' ? 'Kein Standort hat allein von jeder Position genug' : 'Kein Standort hat allein alles';
  return `Aufgeteilt auf ${over}: ${why}; das kostet ${one['sending_micros'] === null ? `${amount(one, 'distance_micros')} für die Entfernung` : `${amount(one, 'sending_micros')} für den Versand`} und ${amount(one, 'split_micros')} für weitere Pakete.`;
}

function travels(one: Fields, nameOf: NameOf): string {
  const head = `Mit ${textIn(one, 'service')}, Abgang ${day(one, 'ship_date')},`;
  const part = one['parts'] === true;
  if (one['to'] !== null) return `${head} an ${nameOf(textIn(one, 'to'))}, wo ${part ? 'der letzte Teil' : 'es'} ab ${day(one, 'arrival_date')} abgeholt werden kann.`;
  const late = numberIn(one, 'days_late');
  const arrival = `${head} ${part ? 'der letzte Teil ' : ''}dort bis ${day(one, 'arrival_date')}`;
  return ended(late === 0 ? arrival : `${arrival}, ${late === 1 ? 'einen Tag' : `${late} Tage`} zu spät`);
}

function waits(one: Fields, nameOf: NameOf): string {
  const because = textIn(one, 'because');
  const node = (): string => nameOf(textIn(one, 'node'));
  const why = because === 'barred' ? `${node()} hat es, darf es aber nicht in das Land des Empfängers senden`
    : because === 'promised' ? 'Was übrig ist, ist früheren Aufträgen zugesagt'
      : because === 'struck' ? `Kein möglicher Standort hat genug (${node()} zum Beispiel ${wordIn(WHY, textIn(one, 'verdict'))})`
        : 'Kein Standort hat genug';
  return `${lines(one)} ${numberIn(one, 'count') === 1 ? 'lässt' : 'lassen'} sich nicht zuteilen: ${why}.`;
}

/** Why what stood was changed, alone or together with another order. */
function change(told: Fields, chosen: readonly string[], nameOf: NameOf): string {
  const places = (codes: readonly unknown[]): string => listed([...new Set(codes.map((code) => nameOf(String(code))))]);
  const head = `Ab ${places(chosen)} statt ab ${places(listIn(told, 'was'))}`;
  const own = numberIn(told, 'saving_micros');
  if (told['with_order'] !== undefined) {
    const alone = own < 0 ? `selbst kostet es ${micros(-own, null)} mehr` : own > 0 ? `selbst spart es ${micros(own, null)}` : 'selbst kostet es gleich viel';
    return `${head}, im Tausch mit einem anderen Auftrag, was zusammen ${amount(told, 'saving_together_micros')} spart: ${alone}.`;
  }
  const figures = [own > 0 ? `spart ${micros(own, null)} von ${amount(told, 'cost_before_micros')}` : '', wordIn(BETTER, textIn(told, 'better_by'))].filter((text) => text !== '');
  return figures.length === 0 ? `${head}.` : `${head}: ${figures.join(', ')}.`;
}
