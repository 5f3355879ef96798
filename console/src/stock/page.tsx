// Stock: what can be promised of every item at every node, why, and what is counted anew.
import { useLocation, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { Choice } from '../orders/filters.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { StockParts } from '../supply/nav.tsx';
import { useTitle } from '../ui/title.ts';
import { Cell } from './cell.tsx';
import { Grid } from './grid.tsx';
import { useItems, usePromised } from './load.ts';
import { parseStock, stockUrl, type StockView } from './query.ts';
import { SaveBar } from './save.tsx';
import { useStaged } from './staged.ts';
import { t } from './words.ts';

/** More columns than these are more than anybody reads; a single node is chosen then. */
const MOST_NODES = 40;
const NEAR_ROWS = 60;
const TYPING_MS = 250;

export default function StockPage(): ReactElement {
  const { searchStr } = useLocation();
  const { history } = useRouter();
  const view = parseStock(searchStr);
  const facts = useFacts();
  const may = useMay();
  const staged = useStaged();
  const [[first, end], setSeen] = useState<readonly [number, number]>([0, 0]);
  const [loaded, setLoaded] = useState(0);
  const items = useItems(view.search, end + NEAR_ROWS >= loaded);
  const { rows } = items;
  const promised = usePromised(rows, first, end);
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t('stock'));
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => setLoaded(items.rows.length), [items.rows.length]);
  useEffect(() => {
    if (!items.pending) announce(t('shown', { count: rows.length }));
  }, [items.pending, view.search, rows.length]);
  const all = facts.nodes.rows.map(({ code, name }) => ({ code, name }));
  const columns = view.at === '' ? all.slice(0, MOST_NODES) : all.filter(({ code }) => code === view.at);
  const go = (change: Partial<StockView>): void => history.replace(stockUrl({ ...view, ...change }));
  const close = (): void => {
    go({ sku: '', node: '' });
    document.querySelector<HTMLElement>('.stock-grid [tabindex="0"]')?.focus();
  };
  const empty = !items.pending && items.failure === null && rows.length === 0;
  return (
    <div className="stock" aria-busy={items.pending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('stock')}</h1><p className="muted">{t('lead')}</p></div>
      <StockParts />
      <div className="filter-row stock-filters">
        <Search value={view.search} chosen={(search) => go({ search })} />
        <Choice id="at" label={t('at')} any={t('all')} value={view.at} options={all.map(({ code, name }) => [code, name])} chosen={(at) => go({ at })} />
        <span className="zone">{items.pending ? t('loading') : t(items.complete ? 'shown' : 'more', { count: rows.length })}</span>
      </div>
      <p className="muted stock-hint">{t(may('stock:write') ? 'hintWrite' : 'hintRead')}{view.at === '' && all.length > MOST_NODES ? ` ${t('tooManyNodes', { count: MOST_NODES })}` : ''}</p>
      {items.failure && items.rows.length === 0 ? <FailurePage failure={items.failure} retry={items.again} /> : null}
      {promised.failure ? <FailurePanel failure={promised.failure} what={t('figures')} retry={promised.again} /> : null}
      {empty ? view.search === '' ? <Notice shape="empty" title={t('none')}><p>{t('noneWhy')}</p></Notice> : <Notice shape="dashed" title={t('noMatch')}><p>{t('noMatchWhy')}</p><Link className="button" href={stockUrl({ ...view, search: '' })}>{t('clear')}</Link></Notice> : null}
      <SaveBar staged={staged} facts={facts} />
      <div className={view.sku === '' ? 'stock-both' : 'stock-both with-cell'}>
        {rows.length === 0 || columns.length === 0 ? null : <Grid key={view.search} rows={rows} columns={columns} of={promised.of} staged={staged} mayWrite={may('stock:write')} open={(sku, node) => go({ sku, node })} seen={(from, to) => setSeen([from, to])} />}
        {view.sku === '' ? null : <Cell sku={view.sku} node={view.node} item={items.rows.find(({ sku }) => sku === view.sku)} facts={facts} mayWrite={may('stock:write')} close={close} />}
      </div>
    </div>
  );
}

/** Looks as soon as one stops typing. */
function Search({ value, chosen }: { readonly value: string; readonly chosen: (text: string) => void }): ReactElement {
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current && document.activeElement !== field.current) field.current.value = value;
  }, [value]);
  return (
    <div className="field"><label htmlFor="f-stock">{t('search')}</label>
      <input ref={field} id="f-stock" type="search" className={value === '' ? undefined : 'set'} defaultValue={value} placeholder={t('searchHint')} autoComplete="off" spellCheck={false} onChange={({ target }) => {
        clearTimeout(waiting.current);
        waiting.current = setTimeout(() => chosen(target.value.trim()), TYPING_MS);
      }} /></div>
  );
}
