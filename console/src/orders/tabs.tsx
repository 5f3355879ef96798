// The states of an order as tabs, each with how many orders it holds. Counting never keeps the rows waiting.
import { type ReactElement, useEffect, useState } from 'react';
import { count } from '../numbers.ts';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { ORDER_STATUSES, type OrderStatus, orderLook } from '../words.ts';
import { loadCounts, type TabCount } from './load.ts';
import { facetsOf, type ListQuery, listUrl } from './query.ts';
import { t } from './words.ts';

const COUNT_MS = 45_000;
type Counts = ReadonlyMap<OrderStatus | null, TabCount>;
const UNCOUNTED: Counts = new Map();

function useCounts(query: ListQuery, ready: boolean): Counts {
  const [counts, setCounts] = useState(UNCOUNTED);
  const facets = facetsOf(query);
  useEffect(() => {
    setCounts(UNCOUNTED);
    if (query.search !== '' || !ready) return undefined;
    let wanted = true;
    const load = (): void => void loadCounts(query, (one) => setCounts((before) => new Map(before).set(one.status, one)), () => wanted && !document.hidden);
    load();
    const timer = setInterval(load, COUNT_MS);
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [facets, ready]);
  return counts;
}

export function Tabs({ query, ready }: { readonly query: ListQuery; readonly ready: boolean }): ReactElement {
  const counts = useCounts(query, ready);
  return <nav className="tabs" aria-label={t('status')}>{[null, ...ORDER_STATUSES].map((status) => <Tab key={status} status={status} query={query} count={counts.get(status)} />)}</nav>;
}

function Tab({ status, query, count: counted }: { readonly status: OrderStatus | null; readonly query: ListQuery; readonly count: TabCount | undefined }): ReactElement {
  const look = status === null ? null : orderLook(status);
  const here = status === null ? query.statuses.length === 0 : query.statuses.includes(status);
  return (
    <Link className={`tab tone-${look?.tone ?? 'neutral'}`} href={listUrl({ ...query, statuses: status === null ? [] : [status], selected: [] })} aria-current={here ? 'page' : undefined}>
      {look === null ? null : <Glyph name={look.glyph} />}<span>{look?.word ?? t('all')}</span>
      <span className="tab-count">{counted === undefined ? null : `${count(counted.value)}${counted.exact ? '' : '+'}`}</span>
    </Link>
  );
}
