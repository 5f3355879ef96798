// One simulation: how far it is, what would be otherwise, and for which orders.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useParams, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useKeys } from '../app/keys.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import { Told } from '../refusals/told.tsx';
import { Fact } from '../order/facts-list.tsx';
import { Chip } from '../ui/chip.tsx';
import { Link } from '../ui/link.tsx';
import { ActFailed, FailurePage, FailurePanel, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { readMoved, readSimulation, readStrategy, type RoutingSimulation, stopSimulation } from './api.ts';
import { Comparison } from './compare.tsx';
import { useBaseCurrency } from './currency.ts';
import { PublishDialog } from './decide.tsx';
import { isUnderWay, simulationLook } from './looks.ts';
import { MovedOrders } from './moved.tsx';
import { simulationUrl, strategyUrl } from './query.ts';
import { ruleWords } from './simulate.tsx';
import { t } from './words.ts';

const POLL_MS = 700;

export default function SimulationPage(): ReactElement {
  const { code = '', id = '' } = useParams({ strict: false });
  const { history } = useRouter();
  const answer = useQuery({ queryKey: ['simulation', id], queryFn: () => asked(readSimulation(id)), refetchInterval: ({ state: { data, error } }) => (error === null && data !== undefined && isUnderWay(data) ? POLL_MS : false) });
  const simulation = answer.data;
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t('simulationOf', { code }));
  useKeys({ u: () => history.push(strategyUrl(code, { view: 'simulations' })) });
  useEffect(() => void heading.current?.focus({ preventScroll: true }), [simulation !== undefined]);
  const state = simulation?.state;
  useEffect(() => {
    if (state === 'done') announce(t('doneMoved', { moved: simulation?.report?.moved ?? 0, orders: simulation?.report?.orders ?? 0 }));
    else if (state !== undefined) announce(simulationLook(state).word);
  }, [state]);
  const failure = answer.error && (!simulation || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  return (
    <div className="order simulation">
      <nav className="crumbs" aria-label={t('place')}><Link className="button quiet" href={strategyUrl(code, { view: 'simulations' })} id="back">{t('backTo', { code })}</Link></nav>
      <div className="order-content">
        <header className="order-head">
          <div className="order-title"><h1 tabIndex={-1} ref={heading}>{t('simulationOf', { code })}</h1>{simulation ? <Chip look={simulationLook(simulation.state)} /> : null}{simulation ? <Actions simulation={simulation} code={code} /> : null}</div>
          {simulation ? <Facts simulation={simulation} /> : null}
        </header>
        {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} missing={<Notice shape="cross" title={t('noSuchSimulation')}><p>{t('noSuchSimulationWhy')}</p></Notice>} /> : simulation ? <Outcome simulation={simulation} code={code} /> : <div className="order-skeleton" aria-busy="true"><span className="bone block" /></div>}
      </div>
    </div>
  );
}

function Facts({ simulation }: { readonly simulation: RoutingSimulation }): ReactElement {
  const { channelName } = useFacts();
  return (
    <dl className="order-facts">
      <Fact what={t('rulesOf')}>{ruleWords(simulation)}</Fact><Fact what={t('channel')}>{simulation.channel === null ? t('itsChannels') : channelName(simulation.channel)}</Fact>
      <Fact what={t('period')}><Time iso={simulation.from} as="full" /><span> – </span><Time iso={simulation.to} as="full" /></Fact>
      {simulation.report === null ? null : <Fact what={t('moved')}>{t('movedOf', { moved: simulation.report.moved, orders: simulation.report.orders })}</Fact>}
    </dl>
  );
}

/** Publishing from here takes the draft only as it was simulated; one that was changed since is said to be another. */
function Actions({ simulation, code }: { readonly simulation: RoutingSimulation; readonly code: string }): ReactElement | null {
  const cache = useQueryClient();
  const may = useMay()('catalogue:write');
  const [publishing, setPublishing] = useState(false);
  const strategy = useQuery({ queryKey: ['strategy', code], queryFn: () => asked(readStrategy(code)) }).data;
  const stop = useMutation({ mutationFn: () => stopSimulation(simulation.id), onSuccess: (next) => cache.setQueryData(['simulation', simulation.id], next) });
  if (!may) return null;
  if (isUnderWay(simulation)) return (
    <><span className="title-actions"><button type="button" className="button" onClick={() => stop.mutate()}>{t('cancel')}</button></span>
      {stop.error ? <ActFailed failure={failureOf(stop.error)} what={t('cancel')} retry={() => stop.mutate()} /> : null}</>
  );
  const asked2 = simulation.strategy;
  const draft = strategy?.draft ?? null;
  if (strategy === undefined || asked2 === null || !asked2.draft || simulation.state !== 'done') return null;
  if (draft === null || draft.version !== asked2.version) return <p className="title-actions muted">{t('draftGone')} <Link href={strategyUrl(code)}>{t('toStrategy')}</Link></p>;
  if (draft.revision !== asked2.revision) return <p className="title-actions muted">{t('draftChanged')} <Link href={strategyUrl(code, { view: 'simulations' })}>{t('simulateAgain')}</Link></p>;
  return (
    <span className="title-actions">
      <button type="button" className="button primary" onClick={() => setPublishing(true)}>{t('publish')}</button>
      {publishing ? <PublishDialog strategy={strategy} draft={draft} close={() => setPublishing(false)} /> : null}
    </span>
  );
}

function Outcome({ simulation, code }: { readonly simulation: RoutingSimulation; readonly code: string }): ReactElement {
  const currency = useBaseCurrency();
  const { state, orders, report, problem } = simulation;
  if (isUnderWay(simulation)) {
    const done = orders.total === null ? 0 : Math.round((orders.done / Math.max(1, orders.total)) * 100);
    return (
      <section className="card running"><label htmlFor="progress">{orders.total === null ? t('preparing') : t('progress', { done: orders.done, total: orders.total })}</label>
        <progress id="progress" max={100} {...(orders.total === null ? {} : { value: done })} /><p className="muted">{t('runsBeside')}</p></section>
    );
  }
  if (problem !== null) return <Notice shape="alert" title={t('sim.failed')}><p><Told of={problem} /></p></Notice>;
  if (state === 'cancelled' || report === null) return <Notice shape="cross" title={t('sim.cancelled')}><p>{t('cancelledWhy')}</p><Link className="button" href={strategyUrl(code, { view: 'simulations' })}>{t('simulateAgain')}</Link></Notice>;
  if (report.orders === 0) return <Notice shape="dashed" title={t('noOrders')}><p>{t('noOrdersWhy')}</p><Link className="button" href={strategyUrl(code, { view: 'simulations' })}>{t('simulateAgain')}</Link></Notice>;
  return (
    <>
      {report.draft === null ? null : <Comparison live={report.live} draft={report.draft} currency={currency} />}
      {report.reproduced === null ? null : <p className="muted">{t('reproduced', { count: report.reproduced, orders: report.orders })}</p>}
      {report.notes.length === 0 ? null : <ul className="notes">{report.notes.map((note) => <li key={note}>{note}</li>)}</ul>}
      <Moved id={simulation.id} code={code} total={report.moved} currency={currency} />
    </>
  );
}

function Moved({ id, code, total, currency }: { readonly id: string; readonly code: string; readonly total: number; readonly currency: string | null }): ReactElement {
  const { searchStr } = useLocation();
  const cursor = new URLSearchParams(searchStr).get('cursor') ?? '';
  const answer = useQuery({ queryKey: ['simulation', id, 'orders', cursor], queryFn: () => asked(readMoved(id, cursor)), staleTime: Infinity, placeholderData: keepPreviousData });
  const step = (by: 1 | -1): void => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>('.moved a.number')];
    const at = links.findIndex((link) => link === document.activeElement);
    const next = links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)];
    next?.focus();
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  return (
    <section className="moved-orders" aria-busy={answer.isPending || undefined}>
      <h2>{t('movedTitle', { count: total })}</h2>
      {answer.error ? <FailurePanel failure={failureOf(answer.error)} what={t('movedOrders')} retry={() => void answer.refetch()} /> : null}
      {total === 0 ? <p className="muted">{t('nothingMoves', { count: count(total) })}</p> : <MovedOrders rows={answer.data?.rows ?? []} currency={currency} names={[t('liveSide'), t('draftSide')]} />}
      <nav className="pager" aria-label={t('pages')}>{cursor === '' ? null : <Link className="button" href={simulationUrl(code, id)}>{t('firstPage')}</Link>}{answer.data?.next ? <Link className="button" href={simulationUrl(code, id, answer.data.next)}>{t('more')}</Link> : null}</nav>
    </section>
  );
}
