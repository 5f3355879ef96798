// The order list: tabs, filters, rows, and what is selected. Everything about it stands in its address.
import { useLocation, useRouter } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import type { OrderPage } from '../api.ts';
import { failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { onGoOn, takeGoingOn } from '../app/finding.ts';
import { useKeys } from '../app/keys.ts';
import { useMay } from '../app/session.ts';
import { onPlaced, placedOrder, seenPlaced } from '../app/placed.ts';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import { useTitle } from '../ui/title.ts';
import { Link } from '../ui/link.tsx';
import { FailurePage } from '../ui/notice.tsx';
import { shownColumns } from './columns.ts';
import { Filters } from './filters.tsx';
import { remember, takeOpened } from './origin.ts';
import { type ListQuery, listUrl, oneOf, PAGE_ROWS, parseQuery, rowsOf, SORTS } from './query.ts';
import { type Rows, useRows } from './rows.ts';
import { SelectionBar, useSelection } from './selection.tsx';
import { OrderTable, type TableHandle } from './table.tsx';
import { Tabs } from './tabs.tsx';
import { Views } from './views.tsx';
import { t } from './words.ts';

const Empty = lazy(() => import('./empty.tsx'));
const Peek = lazy(() => import('./peek.tsx'));

/** Events that a search may be behind without a word: they pass within a second or two. */
const BEHIND = 2_000;
/** One answer holds fewer rows than could have come in a day, so the pill stops counting here. */
const MANY = 200;
const ANNOUNCE_MS = 20_000;
/** Nothing that takes less than this shows that it takes time. */
const PATIENCE_MS = 150;
/** What goes by while somebody scrolls is not asked for again; what stays in sight is. */
const REST_MS = 200;

export function OrdersPage(): ReactElement {
  const { searchStr } = useLocation();
  const query = useMemo(() => parseQuery(searchStr), [searchStr]);
  const facts = useFacts();
  const [cursor, setCursor] = useState('');
  const rows = useRows(query, cursor);
  const { answer, orders, waiting, gone, changes, again } = rows;
  const selection = useSelection(query, orders);
  const table = useRef<TableHandle>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [peeked, setPeeked] = useState<string | null>(null);
  useTitle(t('title'));
  useFirstFocus(rows, table, rowsOf(query));
  useNews(waiting);
  usePlaced(rows, table, setCursor);
  useEffect(() => remember({ address: listUrl(query), ids: orders.map(({ id }) => id) }), [query, orders]);
  const showNewest = (): void => {
    // The pill goes away under the finger; the focus stays in the list.
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
    setCursor('');
    again();
  };
  const focused = (): string | undefined => orders[table.current?.at() ?? -1]?.id;
  const select = (range: boolean): void => {
    const id = focused();
    if (id !== undefined) selection.toggle(id, range);
  };
  useKeys({
    j: () => table.current?.step(1), k: () => table.current?.step(-1), n: () => void (waiting > 0 && showNewest()), x: () => select(false), 'shift+x': () => select(true),
    f: () => document.querySelector<HTMLElement>('#f-channel')?.focus(), ' ': () => setPeeked((now) => (focused() === now ? null : (focused() ?? null))),
    escape: () => (peeked === null ? selection.none() : setPeeked(null)),
  });
  const rest = useRef(0);
  useEffect(() => () => clearTimeout(rest.current), []);
  const onSight = (_first: number, end: number): void => {
    const pages = answer.data?.pages ?? [];
    const page = Math.min(pages.length - 1, Math.floor(Math.max(0, end - 1) / PAGE_ROWS));
    clearTimeout(rest.current);
    rest.current = window.setTimeout(() => setCursor(page <= 0 ? '' : (pages[page - 1]?.next ?? '')), REST_MS);
    if (end + PAGE_ROWS / 2 >= orders.length && answer.hasNextPage && !answer.isFetching) void answer.fetchNextPage();
  };
  const searching = query.search !== '';
  const failure = answer.error !== null && orders.length === 0 ? failureOf(answer.error) : null;
  const slow = useSlow(answer.isPlaceholderData || (answer.isPending && failure === null));
  const closed = failure?.kind === 'signed_out' || failure?.kind === 'forbidden';
  return (
    <div className={`list${searching ? ' searching' : ''}${closed ? ' closed' : ''}${slow && orders.length > 0 ? ' loading' : ''}`} aria-busy={answer.isFetching && (answer.isPlaceholderData || answer.isPending) ? true : undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('title')}</h1>{searching ? <p className="muted">{orderWords(answer.data?.pages[0])}</p> : <Sorting query={query} />}<TakeOrder /></div>
      <Tabs query={query} ready={answer.isSuccess} />
      <Views query={query} ready={answer.isSuccess} />
      <Filters query={query} facts={facts} />
      <div className="pill-place">{waiting === 0 ? null : <button type="button" className="button pill" title={t('showNew')} onClick={showNewest}>{t('newOnes', { count: waiting >= MANY ? `${MANY}+` : count(waiting) })}</button>}</div>
      <SelectionBar query={query} selection={selection} orders={orders} />
      <div className="list-state">
        {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} /> : answer.isSuccess && orders.length === 0 && !answer.isPlaceholderData
          ? <Suspense fallback={null}><Empty query={query} facts={facts} impersonal={answer.data.pages[0]?.search?.personal === false} /></Suspense> : null}
      </div>
      <OrderTable handle={table} orders={orders} columns={shownColumns(query.columns)} facts={facts} searching={searching} loading={slow} isSelected={selection.has} allSelected={selection.count === 'all' || (selection.count > 0 && selection.count === orders.length)}
        gone={gone} changes={changes} onSelect={selection.toggle} onSelectAll={selection.shown} onSight={onSight} />
      <p className="list-end muted" role="status">{answer.isFetchingNextPage ? t('loadingMore') : answer.isSuccess && !answer.hasNextPage && orders.length > 0 ? t('end', { count: orders.length }) : null}</p>
      {peeked === null ? null : <Suspense fallback={null}><Peek id={peeked} close={() => setPeeked(null)} /></Suspense>}
    </div>
  );
}

function Sorting({ query }: { readonly query: ListQuery }): ReactElement {
  const { history } = useRouter();
  return (
    <p className="sorting"><label htmlFor="sort" className="visually-hidden">{t('sortBy')}</label>
      <select id="sort" value={query.sort} onChange={({ target }) => history.push(listUrl({ ...query, sort: oneOf(SORTS, target.value) }))}>
        <option value="">{t('newest')}</option>{SORTS.map((sort) => <option key={sort} value={sort}>{t(`sort.${sort}`)}</option>)}
      </select></p>
  );
}

function orderWords(page: OrderPage | undefined): string {
  const behind = page?.search?.behind ?? 0;
  return behind < BEHIND ? t('exact') : t('behind', { behind });
}

/** Whether something has been on its way for longer than an eye notices. */
function useSlow(waiting: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!waiting) return undefined;
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return waiting && slow;
}

/** Who comes back finds the focus where it was; who pressed Enter in the search goes on to the first row. */
function useFirstFocus({ answer, orders }: Rows, table: React.RefObject<TableHandle | null>, address: string): void {
  const ready = answer.isSuccess && !answer.isPlaceholderData;
  useEffect(() => {
    if (!ready) return;
    const opened = takeOpened();
    const at = opened === null ? -1 : orders.findIndex(({ id }) => id === opened);
    if (at >= 0) table.current?.focus(at);
    announce(orders.length === 0 ? t('none') : t(address.includes('q=') ? 'found' : 'orders', { count: orders.length }));
    if (takeGoingOn() && orders.length > 0) table.current?.focus(0);
  }, [ready, address]);
  useEffect(() => onGoOn(() => {
    takeGoingOn();
    if (ready && orders.length > 0) table.current?.focus(0);
  }), [ready, orders.length]);
}

/** Whoever placed an order finds it on top, with the focus on it. */
function usePlaced({ orders, again }: Rows, table: React.RefObject<TableHandle | null>, setCursor: (cursor: string) => void): void {
  useEffect(() => onPlaced(() => {
    setCursor('');
    again();
  }), [again]);
  useEffect(() => {
    const at = orders.findIndex(({ id }) => id === placedOrder());
    if (at < 0) return;
    seenPlaced();
    table.current?.focus(at);
  }, [orders]);
}

function useNews(waiting: number): void {
  const told = useRef({ at: 0, count: 0 });
  useEffect(() => {
    const now = Date.now();
    if (waiting > told.current.count && now - told.current.at >= ANNOUNCE_MS) {
      told.current = { at: now, count: waiting };
      announce(t('above', { count: waiting }));
    } else if (waiting === 0) told.current.count = 0;
  }, [waiting]);
}

function TakeOrder(): ReactElement | null {
  const may = useMay();
  return may('orders:write') ? <Link className="button take-order" href="/orders/new" title={t('takeKey')}>{t('take')}</Link> : null;
}
