// What the list shows, as its address says it: whoever gets the address sees the same rows.
import { isPersonId } from '../actors.ts';
import type { OrderQuery } from '../api.ts';
import { minorOf } from '../numbers.ts';
import { isZone, startOfDay, viewerZone } from '../time.ts';
import { type ColumnName, isColumnName } from './columns.ts';
import { type HoldKind, isHoldKind, isOrderStatus, type OrderStatus, PAYMENT_STATES, type PaymentState } from '../words.ts';

export const PROMISE_LEVELS = ['at_risk', 'late'] as const;
export type PromiseLevel = (typeof PROMISE_LEVELS)[number];
export const SORTS = ['-placed', 'placed', 'deadline'] as const;
export type Sort = (typeof SORTS)[number];

/** One of the words that there are, or nothing. */
export const oneOf = <T extends string>(all: readonly T[], text: string): T | '' => all.find((one) => one === text) ?? '';

export interface ListQuery {
  readonly statuses: readonly OrderStatus[];
  readonly channel: string;
  readonly node: string;
  readonly hold: HoldKind | '';
  /** The id of a person, "me", or "none"; '' for anybody's. */
  readonly assignee: string;
  readonly tag: string;
  readonly sku: string;
  /** Where it goes, by its two letters. */
  readonly country: string;
  readonly currency: string;
  /** Amounts of the currency as decimal text, both included; '' without one, and without a currency. */
  readonly least: string;
  readonly most: string;
  readonly payment: PaymentState | '';
  /** How it stands with the promised date. */
  readonly promise: PromiseLevel | '';
  /** '' is the newest first. */
  readonly sort: Sort | '';
  /** Calendar days, both included, in `zone`. */
  readonly from: string;
  readonly to: string;
  /** The zone of the days: with it the same address means the same orders everywhere. */
  readonly zone: string;
  readonly search: string;
  /** Names of the columns, in their order; null for the usual ones. */
  readonly columns: readonly ColumnName[] | null;
  /** Ids of the selected orders, or all that match. */
  readonly selected: readonly string[] | 'all';
}

export const EVERYTHING: ListQuery = { statuses: [], channel: '', node: '', hold: '', assignee: '', tag: '', sku: '', country: '', currency: '', least: '', most: '', payment: '', promise: '', sort: '', from: '', to: '', zone: '', search: '', columns: null, selected: [] };
/** Rows of one question: enough for the tallest screen, few enough to be there at once. */
export const PAGE_ROWS = 100;

export function parseQuery(address: string): ListQuery {
  const given = new URLSearchParams(address);
  const text = (name: string): string => (given.get(name) ?? '').trim();
  const hold = text('hold');
  const zone = text('zone');
  const currency = /^[A-Z]{3}$/.test(text('currency')) ? text('currency') : '';
  const amount = (name: string): string => (currency !== '' && minorOf(text(name), currency) !== null ? text(name) : '');
  return {
    statuses: [...new Set(given.getAll('status').filter(isOrderStatus))], channel: text('channel'), node: text('node'), hold: isHoldKind(hold) ? hold : '', assignee: assigneeOf(text('assignee')), tag: text('tag').slice(0, 40), sku: text('sku').slice(0, 100), country: /^[A-Z]{2}$/.test(text('country')) ? text('country') : '', currency, least: amount('least'), most: amount('most'), payment: oneOf(PAYMENT_STATES, text('payment')), promise: oneOf(PROMISE_LEVELS, text('promise')), sort: oneOf(SORTS, text('sort')),
    from: dayOf(text('from')), to: dayOf(text('to')), zone: zone !== '' && isZone(zone) ? zone : viewerZone(), search: text('q'),
    columns: given.has('columns') ? text('columns').split(',').filter(isColumnName) : null, selected: selectedOf(text('selected')),
  };
}

const assigneeOf = (text: string): string => (text === 'me' || text === 'none' || isPersonId(text) ? text : '');
const ORDER_ID = /^ord_[0-9a-f]{32}$/;
const selectedOf = (text: string): ListQuery['selected'] => (text === 'all' ? 'all' : text.split(',').filter((id) => ORDER_ID.test(id)));

const dayOf = (text: string): string => (/^2[01]/.test(text) && startOfDay(text, 'UTC') !== null ? text : '');

/** What stands in the address under its own name. */
const NAMED = ['channel', 'node', 'hold', 'assignee', 'tag', 'sku', 'country', 'currency', 'least', 'most', 'payment', 'promise', 'sort', 'from', 'to'] as const;

export function listUrl(query: ListQuery): string {
  const out = new URLSearchParams();
  const set = (name: string, value: string): void => void (value !== '' && out.append(name, value));
  for (const status of query.statuses) out.append('status', status);
  for (const name of NAMED) set(name, query[name]);
  if (query.from !== '' || query.to !== '') set('zone', query.zone);
  set('q', query.search);
  if (query.columns !== null) set('columns', query.columns.join(','));
  set('selected', query.selected === 'all' ? 'all' : query.selected.join(','));
  // Signs that are harmless in an address stay readable in it.
  const text = out.toString().replaceAll('%2C', ',');
  return text === '' ? '/orders' : `/orders?${text}`;
}

const FILTERS = ['channel', 'node', 'hold', 'assignee', 'tag', 'sku', 'country', 'currency', 'least', 'most', 'payment', 'promise', 'from', 'to', 'search'] as const;
export type FilterName = 'status' | (typeof FILTERS)[number];

export const activeFilters = (query: ListQuery): FilterName[] => [...(query.statuses.length > 0 ? ['status' as const] : []), ...FILTERS.filter((name) => query[name] !== '')];

/** Amounts mean nothing without their currency. */
export function without(query: ListQuery, name: FilterName): ListQuery {
  return name === 'status' ? { ...query, statuses: [] } : { ...query, ...(name === 'currency' ? { least: '', most: '' } : {}), [name]: '' };
}

function totals({ currency, least, most }: ListQuery): Pick<OrderQuery, 'total_from' | 'total_to'> {
  const [from, to] = [least === '' ? null : minorOf(least, currency), most === '' ? null : minorOf(most, currency)];
  return { ...(from === null ? {} : { total_from: from }), ...(to === null ? {} : { total_to: to }) };
}

/** The filter as the API takes it. */
export function filterOf(query: ListQuery): OrderQuery {
  const from = query.from === '' ? null : startOfDay(query.from, query.zone);
  const to = query.to === '' ? null : startOfDay(query.to, query.zone, 1);
  return {
    ...(query.statuses.length > 0 ? { status: [...query.statuses] } : {}), ...(query.channel === '' ? {} : { channel: query.channel }), ...(query.node === '' ? {} : { node: query.node }),
    ...(query.hold === '' ? {} : { hold: query.hold }), ...(query.assignee === '' ? {} : { assignee: query.assignee }), ...(query.tag === '' ? {} : { tag: query.tag }), ...(query.sku === '' ? {} : { sku: query.sku }), ...(query.country === '' ? {} : { country: query.country }),
    ...(query.currency === '' ? {} : { currency: query.currency }), ...totals(query), ...(query.payment === '' ? {} : { payment_state: query.payment }), ...(query.promise === '' ? {} : { level: query.promise }), ...(from === null ? {} : { placed_from: new Date(from).toISOString() }), ...(to === null ? {} : { placed_to: new Date(to).toISOString() }),
    // What is found comes in an order of its own.
    ...(query.search === '' ? (query.sort === '' ? {} : { sort: query.sort }) : { q: query.search }),
  };
}

/** Whether there is anything to look for: signs alone name no order. */
export const isSearchable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** The public id of an order, where the text is one: it opens at once. */
export const orderIdIn = (text: string): string | null => /\bord_[0-9a-f]{32}\b/.exec(text)?.[0] ?? null;

/** What the rows depend on, and nothing else: looking at them differently asks for nothing anew. */
export const rowsOf = (query: ListQuery): string => listUrl({ ...query, columns: null, selected: [] });
/** What the counts of the tabs depend on. */
export const facetsOf = (query: ListQuery): string => rowsOf({ ...query, statuses: [], sort: '' });
