// One closure: what it would do, how far it is, and what came of it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { Sheet } from '../ui/sheet.tsx';
import { count, micros, money } from '../numbers.ts';
import { Fact } from '../order/facts-list.tsx';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { ActFailed, FailurePage, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { applyClosure, type NodeClosure, readClosure } from './api.ts';
import { t } from './bad-day-words.ts';
import { ClosureOrders } from './closure-orders.tsx';
import { useOneCurrency } from './currency.ts';
import { OutcomeBar } from './outcome-bar.tsx';
import { badDayUrl, type BadDayQuery } from './query.ts';

const MOVING_MS = 1_500;
const STILL_MS = 30_000;

export const closureLook = (state: NodeClosure['state']): Look => ({ word: t(`state.${state}`), ...(state === 'previewed' ? { tone: 'violet', glyph: 'dashed' } : state === 'moving' ? { tone: 'blue', glyph: 'half' } : { tone: 'green', glyph: 'full' }) });

export function Closure({ query }: { readonly query: BadDayQuery }): ReactElement {
  const id = query.closure;
  const answer = useQuery({ queryKey: ['closure', id], queryFn: () => asked(readClosure(id)), refetchInterval: ({ state: { data } }) => (data?.state === 'moving' ? MOVING_MS : STILL_MS) });
  const closure = answer.data;
  const told = useRef(closure?.state);
  useEffect(() => {
    if (told.current !== undefined && closure && told.current !== closure.state) announce(t(closure.state === 'done' ? 'finished' : 'applied'));
    told.current = closure?.state;
  }, [closure?.state]);
  const missing = <Notice shape="cross" title={t('noSuch')}><p>{t('noSuchWhy')}</p><Link className="button" href={badDayUrl({})}>{t('back')}</Link></Notice>;
  if (answer.error && (!closure || failureOf(answer.error).kind !== 'away')) return <FailurePage failure={failureOf(answer.error)} retry={() => void answer.refetch()} missing={missing} />;
  if (!closure) return <section className="card closure-blank" aria-busy="true"><span className="bone" /><span className="bone" /><span className="bone" /></section>;
  return <><Summary closure={closure} /><ClosureOrders closure={closure} query={query} /></>;
}

function Summary({ closure }: { readonly closure: NodeClosure }): ReactElement {
  const { state, nodes, until, reason, created_at: made, applied_at: applied, expected, results, left, changed } = closure;
  const facts = useFacts();
  const names = nodes.map((code) => facts.nodeName(code)).join(', ');
  const isPreview = state === 'previewed';
  const sums = isPreview ? expected : results;
  const all = results.orders + left;
  return (
    <section className="card closure" aria-labelledby="closure-title">
      <div className="closure-head">
        <h2 id="closure-title">{names}</h2><Chip look={closureLook(state)} />
        <span className="muted">{reason} · {until === null ? t('untilOpened') : <>{t('untilShort')} <Time iso={until} as="brief" /></>} · {applied === null ? <>{t('made')} <Time iso={made} as="both" /></> : <>{t('closed')} <Time iso={applied} as="both" /></>}</span>
        <Link className="button quiet" href={badDayUrl({})}>{t('back')}</Link>
      </div>
      {state === 'moving' ? <div className="running"><progress max={Math.max(all, 1)} value={results.orders} aria-label={t('state.moving')} /><span>{t('progress', { done: results.orders, all })}</span></div> : null}
      {isPreview || (changed.added === 0 && changed.gone === 0) ? null : <p className="muted">{t('changed', { added: changed.added, gone: changed.gone })}</p>}
      {sums.orders + (isPreview ? 0 : left) === 0 ? <p>{t('noOrders')}</p> : (
        <div className="closure-columns">
          <div><OutcomeBar sums={sums} tense={isPreview ? 'result' : 'was'} left={isPreview ? 0 : left} /><Consequences sums={sums} /></div>
          <GoTo to={closure.to} />
        </div>)}
      {isPreview ? <Apply closure={closure} names={names} /> : null}
    </section>
  );
}

function Consequences({ sums }: { readonly sums: NodeClosure['expected'] }): ReactElement {
  const currency = useOneCurrency();
  const { cost_micros: cost, unpriced, promises_broken: broken, store_decide: decide, store_waits: waits } = sums;
  return (
    <>
      <dl className="terms">
        <Fact what={t('cost')}>{currency === null ? `${count(cost / 1_000_000)} (${t('several')})` : cost === 0 ? money(0, currency) : micros(cost, currency)}{unpriced === 0 ? null : <span className="muted"> · {t('unpriced', { count: unpriced })}</span>}</Fact>
        <Fact what={t('broken')}><span className={broken === 0 ? undefined : 'breaks'}>{t('promisesBroken', { count: broken })}</span></Fact>
      </dl>
      {decide === 0 ? null : <p><strong>{t('storeDecide')}:</strong> {t('storeDecideHow', { count: decide })}</p>}
      {waits === 0 ? null : <p className="muted">{t('storeWaits', { count: waits })}</p>}
    </>
  );
}

function GoTo({ to }: { readonly to: NodeClosure['to'] }): ReactElement | null {
  const facts = useFacts();
  const most = Math.max(...to.map(({ units }) => units), 1);
  if (to.length === 0) return null;
  return (
    <table className="go-to">
      <caption>{t('goTo')}</caption>
      <tbody>{to.map(({ node, orders, units }) => (
        <tr key={node}><th scope="row">{facts.nodeName(node)}</th><td className="go-bar"><span className="bar" style={{ '--share': `${(units / most) * 100}%` }} /></td><td>{t('orders', { count: orders })}</td><td className="muted">{t('units', { count: units })}</td></tr>))}
      </tbody>
    </table>
  );
}

function Apply({ closure, names }: { readonly closure: NodeClosure; readonly names: string }): ReactElement | null {
  const cache = useQueryClient();
  const may = useMay();
  const [asks, setAsks] = useState(false);
  const applying = useMutation({
    mutationFn: () => asked(applyClosure(closure.id)),
    onSuccess: (now) => {
      setAsks(false);
      cache.setQueryData(['closure', closure.id], now);
    },
    onSettled: () => Promise.all([['closures'], ['closure'], ['day-nodes']].map((queryKey) => cache.invalidateQueries({ queryKey }))),
  });
  if (!may('catalogue:write')) return null;
  return (
    <div className="form-actions">
      <button type="button" className="button primary" onClick={() => setAsks(true)}>{t('apply')}…</button>
      {asks ? (
        <Sheet title={t('applyTitle', { nodes: names })} close={() => setAsks(false)}>
          <p>{t('applyHow', { nodes: names, count: closure.expected.orders })}</p>
          <div className="form-actions"><button type="button" className="button primary" aria-busy={applying.isPending || undefined} onClick={() => void (applying.isPending || applying.mutate())}>{applying.isPending ? t('applying') : t('apply')}</button></div>
          {applying.error ? <ActFailed failure={failureOf(applying.error)} what={t('apply')} retry={() => applying.mutate()} /> : null}
        </Sheet>) : null}
    </div>
  );
}
