// The exceptions desk: what stops orders, by cause, and what helps.
import { useQuery } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { type ReactElement, useEffect, useRef } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import { Link } from '../ui/link.tsx';
import { FailurePage, Notice } from '../ui/notice.tsx';
import { useTitle } from '../ui/title.ts';
import { readQueues, type WorkQueue } from './api.ts';
import { Items } from './items.tsx';
import { deskUrl, type DeskQuery, parseDeskQuery } from './query.ts';
import { Queues, stakeText, Stats } from './queues.tsx';
import { queueName, t } from './words.ts';

const REFRESH_MS = 5_000;

export default function ExceptionsPage(): ReactElement {
  const { pathname, searchStr } = useLocation();
  const { history } = useRouter();
  const query = parseDeskQuery(searchStr);
  const answer = useQuery({ queryKey: ['desk', 'queues'], queryFn: () => asked(readQueues()), refetchInterval: every(REFRESH_MS) });
  const queues = answer.data ?? [];
  const first = queues.find(({ open }) => open.value > 0)?.code ?? '';
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(t('title'));
  // The address names the queue, so that the first one stays chosen when it is emptied. On the way to another screen the address is that one's already.
  const isHere = pathname === deskUrl({});
  useEffect(() => void (isHere && query.queue === '' && first !== '' && history.replace(deskUrl({ ...query, queue: first }))), [isHere, query.queue, first]);
  const chosen = queues.find(({ code }) => code === query.queue);
  useEffect(() => {
    if (!answer.isSuccess) return;
    heading.current?.focus({ preventScroll: true });
    if (chosen) announce(`${queueName(chosen)}: ${count(chosen.open.value)}`);
  }, [answer.isSuccess, searchStr]);
  const failure = answer.error && (!answer.data || failureOf(answer.error).kind !== 'away') ? failureOf(answer.error) : null;
  const isZero = answer.isSuccess && queues.every(({ open, snoozed }) => open.value === 0 && snoozed === 0);
  return (
    <div className="list exceptions" aria-busy={answer.isPending || undefined}>
      <div className="list-head"><h1 tabIndex={-1} ref={heading}>{t('title')}</h1><p className="muted">{t('lead')}</p></div>
      {failure ? <FailurePage failure={failure} retry={() => void answer.refetch()} /> : isZero ? <Notice shape="full" title={t('zero')}><p>{t('zeroWhy')}</p><Stats /></Notice> : (
        <div className="desk-columns">
          <div className="desk-side">{answer.data ? <><Queues queues={queues} chosen={query.queue} /><Stats /></> : <div className="queues-blank"><span className="bone" /><span className="bone" /><span className="bone" /></div>}</div>
          <section className="desk-main" aria-label={chosen ? queueName(chosen) : t('queues')}>
            {chosen ? <><Head query={query} queue={chosen} /><Items key={chosen.code} query={query} queue={chosen} /></> : query.queue !== '' && answer.data ? <Notice shape="cross" title={t('noSuch', { code: query.queue })}><Link className="button" href={deskUrl({})}>{t('first')}</Link></Notice> : null}
          </section>
        </div>)}
    </div>
  );
}

function Head({ query, queue }: { readonly query: DeskQuery; readonly queue: WorkQueue }): ReactElement {
  const { open, assigned_to_me: mine, snoozed, at_stake: stake } = queue;
  const tab = (label: string, value: string, to: Partial<DeskQuery>, isHere: boolean): ReactElement =>
    <Link className="tab" href={deskUrl({ queue: queue.code, ...to })} aria-current={isHere ? 'page' : undefined}>{label}<span className="tab-count">{value}</span></Link>;
  const money = stakeText(stake);
  return (
    <>
      <div className="desk-head"><h2>{queueName(queue)}</h2><span className="muted">{money === null ? t('nothingAtStake') : t('stake', { money })}</span></div>
      <nav className="tabs" aria-label={t('view')}>
        {tab(t('open'), `${count(open.value)}${open.exact ? '' : '+'}`, {}, !query.mine && !query.snoozed)}
        {tab(t('mine'), count(mine), { mine: true }, query.mine)}{tab(t('snoozed'), count(snoozed), { snoozed: true }, query.snoozed)}
      </nav>
    </>
  );
}
