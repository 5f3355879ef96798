// Why an order ships from where it ships, on a page of its own: one decision, as it was stored, to be read, shared and printed.
import { useQuery } from '@tanstack/react-query';
import { useLocation, useParams, useRouter } from '@tanstack/react-router';
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { readDecisions, readOrder } from '../api.ts';
import { asked, cache, failureOf, unlessTold } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useKeys } from '../app/keys.ts';
import { isAbout, useChanges } from '../app/stream.ts';
import { announce } from '../app/voice.ts';
import { orderUrl, whyUrl } from '../orders/urls.ts';
import { dayAndTime } from '../time.ts';
import { CopyButton } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { Time } from '../ui/time.tsx';
import { useTitle } from '../ui/title.ts';
import { CandidateTable } from './candidates.tsx';
import { type Decision, readDecision } from './decision.ts';
import { WhatIfPanel } from './what-if.tsx';
import { triggerWords } from './verdicts.ts';
import { by, type Context, CopyButtons, Costs, Fold, NotRouted, RulesOf, Sentence, Ways, Where } from './why.tsx';
import { readTimeline } from './read.ts';
import { t } from './words.ts';

const REFRESH_MS = 10_000;
const PACE_MS = 1_000;

export default function WhyPage(): ReactElement {
  const { id = '' } = useParams({ strict: false });
  const { searchStr } = useLocation();
  const { history } = useRouter();
  const facts = useFacts();
  const refresh = { refetchInterval: unlessTold(REFRESH_MS) };
  const order = useQuery({ queryKey: ['order', id], queryFn: () => asked(readOrder(id)), ...refresh });
  const decisions = useQuery({ queryKey: ['order', id, 'decisions'], queryFn: () => asked(readDecisions(id)), ...refresh });
  const timeline = useQuery({ queryKey: ['order', id, 'timeline'], queryFn: () => asked(readTimeline(id)), ...refresh });
  useChanges((came) => void (isAbout(came, id) && cache.invalidateQueries({ queryKey: ['order', id] })), PACE_MS);
  useKeys({ u: () => history.push(orderUrl(id)), c: () => document.querySelector<HTMLButtonElement>('#copy-reason')?.click() });
  const number = order.data === undefined ? '' : String(order.data.number);
  useTitle(order.data === undefined ? t('why') : t('whyTitle', { number }));
  const failed = [order, decisions].find(({ error, data }) => error !== null && (data === undefined || failureOf(error).kind === 'missing'));
  const title = useRef<HTMLHeadingElement>(null);
  const ready = order.data !== undefined && decisions.data !== undefined;
  useEffect(() => void (ready && title.current?.focus({ preventScroll: true })), [ready]);
  if (failed) return <><h1 className="visually-hidden">{t('why')}</h1><FailurePage failure={failureOf(failed.error)} retry={() => void failed.refetch()} /></>;
  if (order.data === undefined || decisions.data === undefined) return <div className="order-skeleton" aria-hidden="true"><span className="bone tall" /><span className="bone block" /><span className="bone block" /></div>;
  const wanted = new URLSearchParams(searchStr).get('decision');
  const all = decisions.data.map(readDecision).toSorted((a, b) => b.no - a.no);
  const shown = wanted === null ? all[0] : all.find(({ no }) => String(no) === wanted);
  const context = { order: order.data, facts, events: timeline.data?.events ?? [] };
  return (
    <article className="why-page">
      <nav className="crumbs" aria-label={t('place')}><Link className="button quiet" href={orderUrl(id)}>{t('backToOrder', { number })}</Link></nav>
      <header className="why-page-head">
        <h1 ref={title} tabIndex={-1} className="eyebrow">{t('why')}</h1>
        <p className="muted">{t('ofOrder', { number, when: dayAndTime(Date.parse(order.data.placed_at)) })} · {facts.channelName(order.data.channel)} · {order.data.external_id}</p>
      </header>
      {shown ? <One decision={shown} all={all} {...context} /> : all.length === 0 ? <p className="sentence"><NotRouted order={order.data} /></p>
        : <Notice shape="cross" title={t('noDecision', { no: wanted ?? '' })}><Link className="button" href={whyUrl(id)}>{t('toLatest')}</Link></Notice>}
    </article>
  );
}

function One({ decision, all, ...context }: Context & { readonly decision: Decision; readonly all: readonly Decision[] }): ReactElement {
  const { order, facts } = context;
  const latest = all[0] ?? decision;
  const told = (done: boolean): void => announce(t(done ? 'copied' : 'cannotCopy'));
  return (
    <>
      {decision.no === latest.no ? null : <p className="past">{t('past')} <Link href={whyUrl(order.id)}>{t('toLatest')}</Link></p>}
      <Sentence decision={decision} facts={facts} />
      <p className="decided muted">{t('decided', { trigger: triggerWords(decision.trigger) })}, <Time iso={decision.decidedAt} as="relative" /> · <Time iso={decision.decidedAt} as="full" />{by(decision, context)}</p>
      <RulesOf decision={decision} />
      <div className="why-tools">
        <CopyButtons decision={decision} {...context} />
        <CopyButton text={() => location.origin + whyUrl(order.id, decision.no)} label={t('copyAddress')} failed={t('notPossible')} title={t('share')} told={told} />
        <button type="button" className="button quiet" onClick={() => print()}>{t('print')}</button>
      </div>
      <div className="why-grid">
        <Part title={t('whoElse')} wide><CandidateTable decision={decision} order={order} facts={facts} whole /></Part>
        <Part title={t('whereItLies')}><Where decision={decision} {...context} /></Part>
        {decision.chosen.length === 0 ? null : <Part title={t('whatItCosts')}><Costs decision={decision} currency={order.currency} facts={facts} /></Part>}
        {decision.ways.length === 0 ? null : <Part title={t('howSent')}><Ways decision={decision} facts={facts} /></Part>}
      </div>
      {decision.no === latest.no ? <WhatIfPanel decision={decision} order={order} facts={facts} /> : null}
      {all.length < 2 ? null : (
        <nav className="why-others" aria-label={t('inTurn')}><h2>{t('inTurn')}</h2>
          <ol>{all.map((one) => <li key={one.no}><Link href={whyUrl(order.id, one.no === latest.no ? null : one.no)} aria-current={one.no === decision.no ? 'page' : undefined}><b>{t('decisionNo', { no: one.no })}</b><Fold decision={one} facts={facts} /><span className="muted">{one.no === latest.no ? `${t('latestOne')} · ` : ''}<Time iso={one.decidedAt} as="brief" /></span></Link></li>)}</ol>
        </nav>)}
      <p className="why-foot muted">{t('asStored', { when: dayAndTime(Date.parse(decision.decidedAt)) })}</p>
    </>
  );
}

const Part = ({ title, wide = false, children }: { readonly title: string; readonly wide?: boolean; readonly children: ReactNode }): ReactElement => <section className={wide ? 'card why-part wide' : 'card why-part'}><h2>{title}</h2>{children}</section>;
