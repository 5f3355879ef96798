// What differs between two documents of a strategy as people read it: fields in the words of the editor, rules and groups by what they say.
import { count, decimal, exactMicros } from '../numbers.ts';
import type { StrategyDocument } from './api.ts';
import { blankGroup, type CostTerm, COST_TERMS, type Criterion, type Filter, type Group } from './document.ts';
import { inOrder, pairs } from './pairs.ts';
import { t } from './words.ts';

/** What values are said with. */
export interface Names {
  readonly nodeName: (code: string) => string;
  /** That costs are weighed in; null where nobody can say. */
  readonly currency: string | null;
  /** Of the value of goods; null where channels differ. */
  readonly goodsDigits: number | null;
}

export type Part = 'whichOrders' | 'whichNodes' | 'whatIsBest' | 'dividing' | 'theRest' | 'later';

export interface Difference {
  /** The part of the group as the editor names it; null for the group as a whole. */
  readonly part: Part | null;
  /** The field or rule in words. */
  readonly what: string;
  readonly kind: 'changed' | 'added' | 'removed' | 'moved';
  /** Null where there was, or is, nothing. */
  readonly before: string | null;
  readonly after: string | null;
  /** Whether the values are expressions. */
  readonly code: boolean;
}

export interface GroupDifferences {
  readonly name: string;
  readonly kind: 'changed' | 'added' | 'removed';
  readonly differences: readonly Difference[];
}

/** Group by group in the order of the later document; nothing where they say the same. */
export function differencesOf(before: StrategyDocument, after: StrategyDocument, names: Names): GroupDifferences[] {
  const found = pairs<Group>(before.groups, after.groups, [({ name }) => name, (one) => JSON.stringify({ ...one, name: '' }), ({ when }) => String(when)]);
  const still = inOrder(found);
  return found.flatMap((pair): GroupDifferences[] => {
    const { was, is } = pair;
    const one = is ?? was;
    if (one === null) return [];
    const differences = groupDifferences(was?.value ?? null, is?.value ?? null, names);
    const placed = is !== null && (was === null || !still.has(pair)) ? [placedAt(was?.at ?? null, is.at, after.groups.length)] : [];
    if (was !== null && is !== null && placed.length + differences.length === 0) return [];
    return [{ name: one.value.name, kind: was === null ? 'added' : is === null ? 'removed' : 'changed', differences: [...placed, ...differences] }];
  });
}

const place = (at: number): string => t('placeNo', { place: at + 1 });
const placedAt = (was: number | null, is: number, of: number): Difference =>
  ({ part: null, what: t('placeAmong', { of }), kind: was === null ? 'added' : 'moved', before: was === null ? null : place(was), after: place(is), code: false });

/** What a group says that nobody has written anything into: of one that is new, or gone, only what differs from it is told. */
const NOTHING: Group = { ...blankGroup(''), when: null, objective: { ...blankGroup('').objective, by: [] } };

function groupDifferences(was: Group | null, is: Group | null, names: Names): Difference[] {
  const alone = was === null || is === null;
  const [before, after] = [leavesOf(was ?? NOTHING), leavesOf(is ?? NOTHING)];
  return [...new Set([...Object.keys(FIELDS), ...before.keys(), ...after.keys()])].flatMap((path): Difference[] => {
    if (path === 'filters') return filterDifferences((was ?? NOTHING).filters, (is ?? NOTHING).filters, names);
    if (path === 'objective.by') return criteriaDifferences((was ?? NOTHING).objective.by ?? [], (is ?? NOTHING).objective.by ?? []);
    if ((path === 'name' && alone) || JSON.stringify(before.get(path)) === JSON.stringify(after.get(path))) return [];
    const field = FIELDS[path] ?? unknown(path);
    const say = (value: unknown): string | null => (value === undefined ? (field.absent?.() ?? null) : field.say(value, names));
    return [changed(field.part, field.words(), was === null ? null : say(before.get(path)), is === null ? null : say(after.get(path)), field.code)];
  });
}

const changed = (part: Part | null, what: string, before: string | null, after: string | null, code = false): Difference =>
  ({ part, what, kind: before === null ? 'added' : after === null ? 'removed' : 'changed', before, after, code });

/** Every field within, by its path. Lists, and what is one of several kinds of things, are values. */
function leavesOf(value: object, at = ''): Map<string, unknown> {
  return new Map(Object.entries(value).flatMap(([key, one]): (readonly [string, unknown])[] => {
    const path = `${at}${key}`;
    return typeof one === 'object' && one !== null && !Array.isArray(one) && path !== 'split.keep_together' ? [...leavesOf(one, `${path}.`)] : [[path, one]];
  }));
}

interface Field {
  readonly part: Part | null;
  readonly words: () => string;
  readonly say: (value: unknown, names: Names) => string;
  /** What it means that there is none. */
  readonly absent?: () => string;
  readonly code?: boolean;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const whole = (value: unknown): string => count(Number(value));
const money = (value: unknown, { currency }: Names): string => exactMicros(Number(value), currency);
const minutes = (value: unknown): string => `${whole(value)} min`;
const yesNo = (value: unknown): string => t(value === true ? 'yes' : 'no');
const nodes = (value: unknown): string => (value === null ? t('anyNumber') : whole(value));
const worded = (prefix: string) => (value: unknown): string => t.maybe(`${prefix}.${text(value)}`) ?? text(value);
const orNone = (say: Field['say']): Field['say'] => (value, names) => (value === null ? t('none') : say(value, names));

const priced = (term: 'split' | 'distance' | 'lateness' | 'capacity'): Field => ({ part: 'whatIsBest', words: () => t('amountOf', { cost: t(`cost.${term}`), amount: t(`amount.${term}`) }), say: money });
const weighed = (term: CostTerm): Field => ({ part: 'whatIsBest', words: () => t(`cost.${term}`), say: (value) => `${count(Number(value) / 1000)} ×`, absent: () => t('notCounted') });

function together(value: unknown): string {
  if (value === null) return t('together.no');
  if (typeof value === 'object' && 'attribute' in value) return t('sameAttribute', { attribute: text(value.attribute) });
  return worded('together')(value);
}

function goods(value: unknown, { goodsDigits }: Names): string {
  return goodsDigits === null ? `${whole(value)} ${t('minorUnits')}` : decimal(Number(value), goodsDigits);
}

/** Of a group, by path, in the order of the editor. */
const FIELDS: Readonly<Record<string, Field>> = {
  name: { part: null, words: () => t('name'), say: text },
  when: { part: 'whichOrders', words: () => t('conditionOrders'), say: (value) => (value === null ? t('everyOrder') : text(value)), code: true },
  filters: { part: 'whichNodes', words: () => t('whichNodes'), say: text },
  'objective.kind': { part: 'whatIsBest', words: () => t('whatIsBest'), say: worded('best') },
  'objective.by': { part: 'whatIsBest', words: () => t('whatIsBest'), say: text },
  ...Object.fromEntries(COST_TERMS.map((term) => [`objective.weights.${term}`, weighed(term)])),
  'objective.split_micros': priced('split'), 'objective.distance_micros_per_km': priced('distance'), 'objective.lateness_micros_per_day': priced('lateness'), 'objective.capacity_micros': priced('capacity'),
  'split.maximum_nodes': { part: 'dividing', words: () => t('maximumNodes'), say: nodes },
  'split.maximum_nodes_per_line': { part: 'dividing', words: () => t('maximumNodesPerLine'), say: nodes },
  'split.minimum_value_minor': { part: 'dividing', words: () => t('minimumValue'), say: goods },
  'split.keep_together': { part: 'dividing', words: () => t('keepTogether'), say: together },
  'split.partial': { part: 'dividing', words: () => t('partial'), say: yesNo },
  'after.alternate': { part: 'theRest', words: () => t('alternate'), say: orNone(text) },
  'after.fallback_node': { part: 'theRest', words: () => t('fallbackNode'), say: orNone((value, { nodeName }) => nodeName(text(value))) },
  'after.unplaced': { part: 'theRest', words: () => t('unplaced'), say: worded('unplaced') },
  ship_to_store: { part: 'theRest', words: () => t('shipToStore'), say: worded('store') },
  're_evaluate.every_minutes': { part: 'later', words: () => t('everyMinutes'), say: minutes, absent: () => t('never') },
  're_evaluate.minimum_saving_micros': { part: 'later', words: () => t('leastSaving'), say: money },
  're_evaluate.consolidate': { part: 'later', words: () => t('consolidate'), say: yesNo },
  're_evaluate.swap': { part: 'later', words: () => t('swap'), say: yesNo },
  'merge.within_minutes': { part: 'later', words: () => t('mergeWithin'), say: minutes, absent: () => t('never') },
  'merge.minimum_saving_micros': { part: 'later', words: () => t('leastSavingMerge'), say: money },
};

/** A newer server may know fields that this page does not: they are shown as they are rather than not at all. */
const unknown = (path: string): Field => ({ part: null, words: () => `/${path.replaceAll('.', '/')}`, say: text, code: true });

/** Values of filters, by key; the kind says the rest. */
const FILTER_VALUES: Readonly<Record<string, (value: unknown, names: Names) => string>> = {
  kinds: worded('kind'), nodes: (value, { nodeName }) => nodeName(text(value)), countries: text, levels: text, carriers: text, when: text, km: (value) => `${whole(value)} km`,
  days: (value) => t('daysOf', { count: Number(value) }), units: (value) => t('unitsOf', { count: Number(value) }), shipments: (value) => t('parcelsOf', { count: Number(value) }),
};
const kindWord = ({ kind }: Filter): string => t.maybe(`filter.${kind}`) ?? kind;
const firm = (tier: number | null): string => (tier === null ? t('hard') : t('softNo', { tier }));

/** What a rule asks for; nothing where its kind says it all. */
function valueOf(filter: Filter, names: Names): string {
  return Object.entries(filter).filter(([key]) => key !== 'kind' && key !== 'tier').flatMap(([key, value]) => [value as unknown].flat().map((one) => (FILTER_VALUES[key] ?? text)(one, names))).join(', ');
}
function said(filter: Filter, names: Names): string {
  const value = valueOf(filter, names);
  return `${kindWord(filter)}${value === '' ? '' : `: ${value}`}${filter.tier === null ? '' : ` (${firm(filter.tier)})`}`;
}

const asRule = (kind: Difference['kind'], what: string, before: string | null, after: string | null): Difference => ({ part: 'whichNodes', what, kind, before, after, code: false });

function filterDifferences(before: readonly Filter[], after: readonly Filter[], names: Names): Difference[] {
  const found = pairs<Filter>(before, after, [(one) => JSON.stringify(one), ({ kind }) => kind]);
  const still = inOrder(found);
  return found.flatMap((pair): Difference[] => {
    const { was, is } = pair;
    if (was === null) return is === null ? [] : [asRule('added', t('whichNodes'), null, said(is.value, names))];
    if (is === null) return [asRule('removed', t('whichNodes'), said(was.value, names), null)];
    const moved = still.has(pair) ? [] : [asRule('moved', said(is.value, names), place(was.at), place(is.at))];
    return [...moved, ...withinFilter(was.value, is.value, names)];
  });
}

/** Of two rules of one kind. What a list has more or less is named; the rest of it is not. */
function withinFilter(was: Filter, is: Filter, names: Names): Difference[] {
  const what = kindWord(is);
  const [before, after] = [new Map<string, unknown>(Object.entries(was)), new Map<string, unknown>(Object.entries(is))];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): Difference[] => {
    const [old, now] = [before.get(key), after.get(key)];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    if (key === 'tier') return [asRule('changed', t('firmness', { rule: what }), firm(was.tier), firm(is.tier))];
    const say = (value: unknown): string => (FILTER_VALUES[key] ?? text)(value, names);
    if (!Array.isArray(old) || !Array.isArray(now)) return [{ ...asRule('changed', what, say(old), say(now)), code: key === 'when' }];
    const [gone, came] = [old.filter((one) => !now.includes(one)), now.filter((one) => !old.includes(one))].map((list) => list.map(say).join(', '));
    return [...(gone ? [asRule('removed', what, gone, null)] : []), ...(came ? [asRule('added', what, null, came)] : [])];
  });
}

function criteriaDifferences(before: readonly Criterion[], after: readonly Criterion[]): Difference[] {
  const found = pairs<Criterion>(before, after, [(one) => one]);
  const still = inOrder(found);
  return found.flatMap((pair): Difference[] => {
    const { was, is } = pair;
    const one = is ?? was;
    if (one === null || still.has(pair)) return [];
    return [{ part: 'whatIsBest', what: worded('criterion')(one.value), kind: was === null ? 'added' : is === null ? 'removed' : 'moved', before: was && place(was.at), after: is && place(is.at), code: false }];
  });
}
