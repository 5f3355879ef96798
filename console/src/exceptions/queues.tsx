// The queues beside the entries, each with how much waits, since when and what it is worth; and how the last day went.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { count, money } from '../numbers.ts';
import { Link } from '../ui/link.tsx';
import { FailurePanel } from '../ui/notice.tsx';
import { readStats, type WorkQueue } from './api.ts';
import { deskUrl } from './query.ts';
import { queueName, t } from './words.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STATS_MS = 30_000;

export const ageText = (seconds: number): string =>
  (seconds < HOUR ? t('minutes', { count: Math.max(1, Math.round(seconds / MINUTE)) }) : seconds < DAY ? t('hours', { count: Math.round(seconds / HOUR) }) : t('days', { count: Math.round(seconds / DAY) }));

export function stakeText({ money: sums, complete }: WorkQueue['at_stake']): string | null {
  if (sums.length === 0) return null;
  const text = sums.map(({ currency, total_minor: total }) => money(total, currency)).join(' + ');
  return complete ? text : `≥ ${text}`;
}

interface Props {
  readonly queues: readonly WorkQueue[];
  readonly chosen: string;
}

/** An empty queue is chosen seldom, so those lie folded up below. */
export function Queues({ queues, chosen }: Props): ReactElement {
  const isShown = ({ code, open, snoozed }: WorkQueue): boolean => open.value > 0 || snoozed > 0 || code === chosen;
  const empty = queues.filter((queue) => !isShown(queue));
  const links = (some: readonly WorkQueue[]): ReactElement => <ul>{some.map((queue) => <li key={queue.code}><QueueLink queue={queue} isHere={queue.code === chosen} /></li>)}</ul>;
  return (
    <nav className="queues" aria-label={t('queues')}>
      {links(queues.filter(isShown))}
      {empty.length === 0 ? null : <details><summary><span className="fold-mark" />{t('empty', { count: empty.length })}</summary>{links(empty)}</details>}
    </nav>
  );
}

function QueueLink({ queue, isHere }: { readonly queue: WorkQueue; readonly isHere: boolean }): ReactElement {
  const { code, open, oldest_age_seconds: age, at_stake: stake } = queue;
  const more = [...(age === null ? [] : [t('oldest', { age: ageText(age) })]), ...(stakeText(stake) === null ? [] : [stakeText(stake)])];
  return (
    <Link className="queue-link" href={deskUrl({ queue: code })} aria-current={isHere ? 'page' : undefined}>
      <span className="queue-name">{queueName(queue)}</span><span className="queue-count">{count(open.value)}{open.exact ? '' : '+'}</span>
      {more.length === 0 ? null : <span className="queue-more">{more.join(' · ')}</span>}
    </Link>
  );
}

/** How many exceptions came and went: shown small beside the queues, and large where nothing is left to do. */
export function Stats(): ReactElement | null {
  const answer = useQuery({ queryKey: ['desk', 'stats'], queryFn: () => asked(readStats()), refetchInterval: every(STATS_MS) });
  if (answer.error && !answer.data) return <FailurePanel failure={failureOf(answer.error)} what={t('stats')} retry={() => void answer.refetch()} />;
  if (!answer.data) return null;
  const { opened, resolved, auto_closed: cleared, median_age_seconds: median } = answer.data;
  const facts = [[t('opened'), count(opened)], [t('resolved'), count(resolved)], [t('autoClosed'), count(cleared)], [t('median'), median === null ? t('none') : ageText(median)]] as const;
  return <section className="desk-stats" aria-label={t('stats')}><h2>{t('stats')}</h2><dl>{facts.map(([what, value]) => <div key={what}><dt>{what}</dt><dd>{value}</dd></div>)}</dl></section>;
}
