// The rows behind the list: asked for page by page, brought up to date where they stand, never moved under the cursor.
import { type InfiniteData, type QueryKey, useInfiniteQuery, type UseInfiniteQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { OrderPage, OrderSummary } from '../api.ts';
import { asked, unlessTold } from '../app/ask.ts';
import { useChanges } from '../app/stream.ts';
import { loadPage } from './load.ts';
import { type ListQuery, PAGE_ROWS, rowsOf } from './query.ts';
import { NOTHING_SHOWN, type Shown, shownOf } from './shown.ts';

const REFRESH_MS = 4_000;
/** However much happens, the rows are asked for no more often. */
const PACE_MS = 2_000;

type Pages = InfiniteData<OrderPage>;

export interface Rows {
  readonly answer: UseInfiniteQueryResult<Pages>;
  readonly orders: readonly OrderSummary[];
  /** How many orders came since that would stand above the first row. */
  readonly waiting: number;
  /** Rows that the filters no longer let through: they stay where they are until the next load. */
  readonly gone: ReadonlySet<string>;
  /** How often the state of a row changed while it was shown. */
  readonly changes: ReadonlyMap<string, number>;
  /** Loads anew from the newest on. */
  readonly again: () => void;
}

const keyOf = (query: ListQuery): QueryKey => ['orders', 'rows', rowsOf(query)];
const UNCHANGED: ReadonlyMap<string, number> = new Map();
const NONE_GONE: ReadonlySet<string> = new Set();

/** `cursor` is that of the page in sight: it and the newest are what is asked for again and again. */
export function useRows(query: ListQuery, cursor: string): Rows {
  const client = useQueryClient();
  const address = rowsOf(query);
  const key = useMemo(() => keyOf(query), [address]);
  const answer = useInfiniteQuery({
    queryKey: key, initialPageParam: '', staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false,
    queryFn: ({ pageParam, signal }) => asked(loadPage(query, String(pageParam), { signal })),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (before: Pages | undefined) => before,
  });
  const last = useRef(NOTHING_SHOWN);
  const shown = useMemo(() => (last.current = shownOf(answer.data?.pages ?? NOTHING_SHOWN.pages, last.current)), [answer.data]);
  const { orders } = shown;
  const fresh = useQuery({
    queryKey: ['orders', 'fresh', address, cursor], enabled: answer.data !== undefined && !answer.isPlaceholderData, gcTime: 0, refetchInterval: unlessTold(REFRESH_MS), staleTime: 0,
    queryFn: async ({ signal }) => ({ newest: await asked(loadPage(query, '', { rows: PAGE_ROWS * 2, signal })), seen: cursor === '' ? null : await asked(loadPage(query, cursor, { signal })) }),
  });
  useChanges((came) => {
    // What somebody may not see any more does not stay for the next load.
    if (came?.left.some((id) => shown.places.has(id))) client.setQueryData<Pages>(key, (pages) => pages && withoutRows(pages, new Set(came.left)));
    if (came === null || came.captured.length > 0 || [...came.changed, ...came.left].some((id) => shown.places.has(id))) void client.invalidateQueries({ queryKey: ['orders', 'fresh'] });
  }, PACE_MS);
  const [changes, setChanges] = useState(UNCHANGED);
  useEffect(() => setChanges(UNCHANGED), [address]);
  useEffect(() => {
    if (!fresh.data) return;
    const answers = [...fresh.data.newest.rows, ...(fresh.data.seen?.rows ?? [])];
    const moved = patch(answers, shown);
    if (moved === null) return;
    client.setQueryData<Pages>(key, (pages) => pages && replaced(pages, moved.rows));
    if (moved.states.length > 0) setChanges((before) => new Map([...before, ...moved.states.map((id): [string, number] => [id, (before.get(id) ?? 0) + 1])]));
  }, [fresh.data]);
  const isNewestFirst = query.search === '' && query.sort === '';
  const byDay = query.from !== '' || query.to !== '' || !isNewestFirst;
  const waiting = useMemo(() => (fresh.data && answer.data && isNewestFirst ? countNew(fresh.data.newest, shown) : 0), [fresh.data, answer.data, shown]);
  const gone = useMemo(() => (fresh.data && !byDay ? goneFrom([fresh.data.newest, ...(fresh.data.seen ? [fresh.data.seen] : [])], shown) : NONE_GONE), [fresh.data, shown, byDay]);
  const again = useCallback(() => void client.resetQueries({ queryKey: key, exact: true }), [client, key]);
  return { answer, orders, waiting, gone, changes, again };
}

interface Patch {
  readonly rows: ReadonlyMap<string, OrderSummary>;
  readonly states: readonly string[];
}

/** Null where everything looks as it did. */
function patch(answers: readonly OrderSummary[], { orders, places }: Shown): Patch | null {
  const rows = new Map<string, OrderSummary>();
  const states: string[] = [];
  for (const order of answers) {
    const before = orders[places.get(order.id) ?? -1];
    if (!before || JSON.stringify(before) === JSON.stringify(order)) continue;
    rows.set(order.id, order);
    if (before.status !== order.status) states.push(order.id);
  }
  return rows.size === 0 ? null : { rows, states };
}

const replaced = (pages: Pages, by: ReadonlyMap<string, OrderSummary>): Pages =>
  ({ ...pages, pages: pages.pages.map((page) => (page.rows.some(({ id }) => by.has(id)) ? { ...page, rows: page.rows.map((order) => by.get(order.id) ?? order) } : page)) });

const withoutRows = (pages: Pages, ids: ReadonlySet<string>): Pages => ({ ...pages, pages: pages.pages.map((page) => ({ ...page, rows: page.rows.filter(({ id }) => !ids.has(id)) })) });

function countNew({ rows }: OrderPage, { places }: Shown): number {
  const first = rows.findIndex(({ id }) => places.has(id));
  return first < 0 ? rows.length : first;
}

/** Shown orders that lie within an answer's span and are not in it. Ids are sorted by capture, as the list is. */
function goneFrom(answers: readonly OrderPage[], { orders, places }: Shown): ReadonlySet<string> {
  const gone = new Set<string>();
  for (const [index, { rows, next }] of answers.entries()) {
    const present = new Set(rows.map(({ id }) => id));
    const from = index === 0 ? '~' : (rows[0]?.id ?? '');
    const to = next === null ? '' : (rows.at(-1)?.id ?? '~');
    for (let at = index === 0 ? 0 : (places.get(from) ?? 0); at < orders.length; at += 1) {
      const id = orders[at]?.id ?? '';
      if (id <= to) break;
      if (id <= from && !present.has(id)) gone.add(id);
    }
  }
  return gone.size === 0 ? NONE_GONE : gone;
}
