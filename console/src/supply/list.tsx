// Supply: every document of goods that come, what is late first.
import { useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, every } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useKeys } from '../app/keys.ts';
import { useMay, useSession } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import type { Facts } from '../facts.ts';
import { Choice } from '../orders/filters.tsx';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { Notice } from '../ui/notice.tsx';
import { PlainTable } from '../ui/plain-table.tsx';
import { Time, useNow } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { stepped } from '../ui/virtual.ts';
import { readDocuments, readLoose, type Supply, type SupplyOrder } from './api.ts';
import { documentLook, isLate, kindWord, lateLook, openOf, sumOf, units } from './looks.ts';
import { StockParts } from './nav.tsx';
import { documentUrl, KINDS, parseSupply, supplyUrl, type SupplyView } from './query.ts';
import { t } from './words.ts';

const REFRESH_MS = 10_000;

/** Whoever is limited to nodes receives and ships; announcing is for those who see them all. */
export function useAnnouncing(): { readonly may: boolean; readonly why: string } {
  const may = useMay();
  const limited = useSession().data?.user.nodes !== null;
  return { may: may('stock:write') && !limited, why: t(may('stock:write') ? 'limited' : 'mayNot') };
}

export default function SupplyPage(): ReactElement {
  const { searchStr } = useLocation();
  const { history } = useRouter();
  const view = parseSupply(searchStr);
  const facts = useFacts();
  const announcing = useAnnouncing();
  const heading = useRef<HTMLHeadingElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  useTitle(t('supply'));
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const go = (change: Partial<SupplyView>): void => history.replace(supplyUrl({ ...view, cursor: '', ...change }));
  const step = (by: 1 | -1): void => {
    const links = [...(frame.current?.querySelectorAll<HTMLAnchorElement>('th a.number') ?? [])];
    links[stepped(links.findIndex((link) => link === document.activeElement), by, links.length)]?.focus();
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  return (
    <div className="list supply">
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('supply')}</h1><p className="muted">{t('lead')}</p></div>
      <StockParts />
      <nav className="tabs" aria-label={t('kinds')}>{KINDS.map((kind) => <Link key={kind} className="tab" href={supplyUrl({ ...view, kind, cursor: '' })} aria-current={kind === view.kind ? 'page' : undefined}>{t(`kind.${kind}`)}</Link>)}</nav>
      <div className="filter-row supply-filters">
        <Choice id="supply-node" label={t('node')} any={t('all')} value={view.node} options={facts.nodes.rows.map(({ code, name }) => [code, name])} chosen={(node) => go({ node })} />
        {view.kind === 'loose' ? null : <form className="field" onSubmit={(event) => {
          event.preventDefault();
          go({ reference: String(new FormData(event.currentTarget).get('reference') ?? '').trim() });
        }}><label htmlFor="f-reference">{t('reference')}</label><input key={view.reference} id="f-reference" name="reference" type="search" className={view.reference === '' ? undefined : 'set'} defaultValue={view.reference} placeholder={t('exactHint')} /></form>}
        <label className="tick"><input type="checkbox" checked={view.done} onChange={({ target }) => go({ done: target.checked })} />{t('withDone')}</label>
        <span className="supply-new">{announcing.may ? <><Link className="button primary" href="/stock/supply/new">{t('newPurchase')}</Link><Link className="button" href="/stock/supply/new?kind=transfer">{t('newTransfer')}</Link></> : <span className="muted">{announcing.why}</span>}</span>
      </div>
      <div ref={frame}>{view.kind === 'loose' ? <Loose view={view} facts={facts} /> : <Documents view={view} facts={facts} />}</div>
    </div>
  );
}

interface PartProps { readonly view: SupplyView; readonly facts: Facts }

const Nothing = ({ view: { node, reference, done, kind } }: { readonly view: SupplyView }): ReactElement => (node === '' && reference === '' && !done && kind === 'all'
  ? <Notice shape="empty" title={t('none')}><p>{t('noneWhy')}</p></Notice>
  : <Notice shape="dashed" title={t('noMatch')}><p>{t('noMatchWhy')}</p><Link className="button" href="/stock/supply">{t('clear')}</Link></Notice>);

function Due({ iso }: { readonly iso: string | null }): ReactElement {
  const now = useNow();
  if (iso === null) return <>–</>;
  return <><Time iso={iso} as="both" />{isLate(iso, now) ? <div><Chip look={lateLook()} /></div> : null}</>;
}

function Documents({ view, facts }: PartProps): ReactElement {
  const answer = useQuery({ queryKey: ['supply', view], queryFn: () => asked(readDocuments({ ...view, open: !view.done })), refetchInterval: every(REFRESH_MS), placeholderData: (before) => before });
  const count = answer.data?.rows.length;
  useEffect(() => {
    if (count !== undefined) announce(t('shown', { count }));
  }, [count]);
  const row = (one: SupplyOrder): ReactElement => (
    <tr key={one.id}>
      <th scope="row"><Link className="number" href={documentUrl(one.id)}>{one.reference}</Link><div className="muted">{kindWord(one.kind)} · {t('mixed', { count: one.lines.length })}</div></th>
      <td className="supply-due"><Due iso={one.due_at} /></td><td>{facts.nodeName(one.node)}</td><td dir="auto">{one.from_node === null ? one.supplier ?? '–' : facts.nodeName(one.from_node)}</td><td><Chip look={documentLook(one)} /></td>
      <td className="figure">{sumOf(one.lines, (line) => line.quantity)}</td><td className="figure">{sumOf(one.lines, (line) => line.received)}</td><td className="figure">{sumOf(one.lines, openOf)}</td><td className="figure">{sumOf(one.lines, (line) => line.claimed)}</td>
    </tr>
  );
  const next = answer.data?.next ?? null;
  return (
    <>
      <PlainTable label={t('supply')} answer={{ ...answer, data: answer.data?.rows }} columns={[t('document'), t('due'), t('node'), `${t('supplier')}, ${t('from')}`, t('state'), t('ordered'), t('received'), t('open'), t('claimed')]} figures={[t('ordered'), t('received'), t('open'), t('claimed')]} row={row} empty={<Nothing view={view} />} />
      <p className="list-end">{view.cursor === '' ? null : <Link className="button quiet" href={supplyUrl({ ...view, cursor: '' })}>{t('first')}</Link>}{next === null ? null : <Link className="button" href={supplyUrl({ ...view, cursor: next })}>{t('more')}</Link>}</p>
    </>
  );
}

function Loose({ view, facts }: PartProps): ReactElement {
  const answer = useQuery({ queryKey: ['supply', 'loose', view.node, view.done], queryFn: () => asked(readLoose({ node: view.node, open: !view.done })), refetchInterval: every(REFRESH_MS) });
  const row = (one: Supply): ReactElement => (
    <tr key={one.id}>
      <th scope="row">{one.reference}<div className="muted">{kindWord(one.kind)}</div></th><td className="supply-due"><Due iso={one.closed_at === null ? one.due_at : null} /></td><td>{facts.nodeName(one.node)}</td><td dir="auto"><span className="mono">{one.sku}</span> {one.name}</td>
      <td className="figure">{units(one.quantity, one)}</td><td className="figure">{units(one.received, one)}</td><td className="figure">{units(openOf(one), one)}</td><td className="figure">{units(one.claimed, one)}</td>
    </tr>
  );
  return (
    <>
      <PlainTable label={t('kind.loose')} answer={{ ...answer, data: answer.data?.rows }} columns={[t('document'), t('due'), t('node'), t('line'), t('ordered'), t('received'), t('open'), t('claimed')]} figures={[t('ordered'), t('received'), t('open'), t('claimed')]} row={row} empty={<Nothing view={view} />} />
      {answer.data?.complete === false ? <p className="list-end">{t('cut', { count: answer.data.rows.length })}</p> : null}
    </>
  );
}
