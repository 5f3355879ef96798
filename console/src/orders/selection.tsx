// What is selected, as the address says it, and what can be done with it.
import { useRouter } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense, useCallback, useRef, useState } from 'react';
import type { OrderSummary } from '../api.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { CopyButton } from '../ui/copy.tsx';
import { type ListQuery, listUrl } from './query.ts';
import { t } from './words.ts';

const Bulk = lazy(() => import('./bulk.tsx'));

export interface Selection {
  readonly has: (id: string) => boolean;
  readonly count: number | 'all';
  readonly toggle: (id: string, range: boolean) => void;
  readonly shown: () => void;
  readonly all: () => void;
  readonly none: () => void;
}

/** Addresses end somewhere; more than these are selected as all that match. */
const MOST = 200;

export function useSelection(query: ListQuery, orders: readonly OrderSummary[]): Selection {
  const { history } = useRouter();
  const last = useRef<string | null>(null);
  const latest = useRef({ query, orders });
  latest.current = { query, orders };
  const select = useCallback((selected: ListQuery['selected']): void => history.replace(listUrl({ ...latest.current.query, selected }), history.location.state), [history]);
  const toggle = useCallback((id: string, range: boolean): void => {
    const { query: now, orders: rows } = latest.current;
    const chosen = now.selected === 'all' ? rows.map((one) => one.id) : now.selected;
    const from = rows.findIndex((one) => one.id === last.current);
    const to = rows.findIndex((one) => one.id === id);
    last.current = id;
    const span = range && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((one) => one.id) : null;
    const next = span ? [...new Set([...chosen, ...span])] : chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
    select(next.length > MOST ? 'all' : next);
  }, [select]);
  const { selected } = query;
  return {
    has: (id) => selected === 'all' || selected.includes(id), count: selected === 'all' ? 'all' : selected.length, toggle,
    shown: () => select(selected === 'all' || selected.length === orders.length ? [] : orders.length > MOST ? 'all' : orders.map(({ id }) => id)),
    all: () => select('all'), none: () => select([]),
  };
}

interface Props {
  readonly query: ListQuery;
  readonly selection: Selection;
  readonly orders: readonly OrderSummary[];
}

export function SelectionBar({ query, selection, orders }: Props): ReactElement | null {
  const may = useMay();
  const [acting, setActing] = useState(false);
  const { count, has, all, none } = selection;
  if (count === 0) return null;
  const numbers = (): string => orders.filter(({ id }) => has(id)).map(({ number }) => `#${number}`).join('\n');
  return (
    <section className="selection" aria-label={count === 'all' ? t('selectedAll') : t('selected', { count })}>
      <strong>{count === 'all' ? t('selectedAll') : t('selected', { count })}</strong>
      {count === 'all' ? null : <><button type="button" className="button quiet" onClick={all}>{t('selectAll')}</button><CopyButton text={numbers} label={t('copyNumbers')} told={(done) => void (done && announce(t('copiedNumbers')))} /></>}
      {may('orders:write') ? <button type="button" className="button primary" onClick={() => setActing(true)}>{t('act')}</button> : null}
      <button type="button" className="button quiet" onClick={none}>{t('selectNone')}</button>
      {acting ? <Suspense fallback={null}><Bulk query={query} close={() => setActing(false)} /></Suspense> : null}
    </section>
  );
}
