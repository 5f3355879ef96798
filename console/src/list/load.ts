// One page of orders, whatever its filters are, and how many orders each tab holds.
import { type OrderPage, type OrderSummary, readOrders, type Result } from '../api.ts';
import { ORDER_STATUSES, type OrderStatus } from '../words.ts';
import { filterOf, type ListQuery, PAGE_ROWS, searchesOf } from './query.ts';

/** The API answers this many rows at most. */
const ROWS_MAX = 250;

export async function loadPage(query: ListQuery, rows: number = PAGE_ROWS): Promise<Result<OrderPage>> {
  const filter = { ...filterOf(query), limit: Math.min(rows, ROWS_MAX) };
  if (query.search !== '') return search(query.search, filter);
  return readOrders(query.cursor === '' ? filter : { ...filter, cursor: query.cursor });
}

/** An exact search finds a handful of orders at most: one number, and one external id per channel. */
async function search(text: string, filter: Parameters<typeof readOrders>[0]): Promise<Result<OrderPage>> {
  const found = new Map<string, OrderSummary>();
  for (const way of searchesOf(text)) {
    const result = await readOrders({ ...filter, ...way });
    if (!result.ok) return result;
    for (const row of result.value.rows) found.set(row.id, row);
  }
  return { ok: true, value: { rows: [...found.values()], next: null, count: null } };
}

export interface TabCount {
  readonly status: OrderStatus | null;
  readonly value: number;
  readonly exact: boolean;
}

/** One count after the other, so that the tabs never compete with the rows; counts end at a limit of the server's. */
export async function loadCounts(query: ListQuery, each: (count: TabCount) => void, wanted: () => boolean): Promise<void> {
  const filter = filterOf({ ...query, statuses: [] });
  for (const status of [null, ...ORDER_STATUSES]) {
    if (!wanted()) return;
    const result = await readOrders({ ...filter, ...(status === null ? {} : { status }), limit: 1, count: 'estimate' });
    if (!result.ok) return;
    if (result.value.count && wanted()) each({ status, ...result.value.count });
  }
}
