// One page of orders, whatever its filters are, and how many orders each tab holds.
import { type OrderPage, readOrders, type Result } from '../api.ts';
import { ORDER_STATUSES, type OrderStatus } from '../words.ts';
import { filterOf, isSearchable, type ListQuery, PAGE_ROWS } from './query.ts';

/** The API answers this many rows at most. */
const ROWS_MAX = 250;

const NOTHING: OrderPage = { rows: [], next: null, count: null, search: null };

/** The rows from a cursor on; '' is the newest. */
export async function loadPage(query: ListQuery, cursor: string, { rows = PAGE_ROWS, signal }: { readonly rows?: number; readonly signal?: AbortSignal } = {}): Promise<Result<OrderPage>> {
  if (query.search !== '' && !isSearchable(query.search)) return { ok: true, value: NOTHING };
  return readOrders({ ...filterOf(query), limit: Math.min(rows, ROWS_MAX), ...(cursor === '' ? {} : { cursor }) }, signal);
}

export interface TabCount {
  readonly status: OrderStatus | null;
  readonly value: number;
  readonly exact: boolean;
}

/** One count after the other, so that the tabs never compete with the rows; counts end at a limit of the server's. */
export async function loadCounts(query: ListQuery, each: (count: TabCount) => void, wanted: () => boolean): Promise<void> {
  const filter = filterOf({ ...query, statuses: [], sort: '' });
  for (const status of [null, ...ORDER_STATUSES]) {
    if (!wanted()) return;
    const result = await readOrders({ ...filter, ...(status === null ? {} : { status }), limit: 1, count: 'estimate' });
    if (!result.ok) return;
    if (result.value.count && wanted()) each({ status, ...result.value.count });
  }
}

/** How many orders one view holds, where that can be counted without looking at each. */
export async function loadCount(query: ListQuery): Promise<Pick<TabCount, 'value' | 'exact'> | null> {
  const result = query.search === '' ? await readOrders({ ...filterOf({ ...query, sort: '' }), limit: 1, count: 'estimate' }) : null;
  return result?.ok === true ? result.value.count : null;
}
