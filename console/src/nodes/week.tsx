// When a node is open, as its calendar says.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { Fact } from '../order/facts-list.tsx';
import { dayOf } from '../supply/days.ts';
import { calendarDay, currentTime } from '../time.ts';
import { FailurePanel } from '../ui/notice.tsx';
import { type OrdoNode, readCalendar } from './api.ts';
import { t } from './words.ts';
import { DAYS } from './work.ts';
import { spoken } from './work-changes.ts';

/** Days of the calendar that differ and are still to come. */
const SHOWN = 8;

export function OpeningCard({ node: { operations: { calendar }, time_zone: zone } }: { readonly node: OrdoNode }): ReactElement {
  return <section className="card"><h2>{t('opening')}</h2>{calendar === null ? <p>{t('openAlways')}</p> : <Week code={calendar} zone={zone} />}</section>;
}

function Week({ code, zone }: { readonly code: string; readonly zone: string }): ReactElement | null {
  const answer = useQuery({ queryKey: ['calendar', code], queryFn: () => asked(readCalendar(code)) });
  if (answer.error) return <FailurePanel failure={failureOf(answer.error)} what={t('calendar')} retry={() => void answer.refetch()} />;
  if (answer.data === undefined) return <div className="order-skeleton" aria-busy="true"><span className="bone" /></div>;
  const { name, week, exceptions } = answer.data;
  const today = dayOf(new Date(currentTime()).toISOString(), zone);
  const others = Object.entries(exceptions).filter(([date]) => date >= today).toSorted(([a], [b]) => a.localeCompare(b)).slice(0, SHOWN);
  return (
    <>
      <p className="muted">{t('byCalendar', { name, zone })}</p>
      <dl className="week">{DAYS.map((day) => <Fact key={day} what={t(day)}>{spoken(week[day])}</Fact>)}</dl>
      {others.length === 0 ? null : <><h3>{t('exceptions')}</h3><dl className="week">{others.map(([date, { name: why, spans }]) => <Fact key={date} what={calendarDay(date)}>{spoken(spans)}{why === null ? '' : ` · ${why}`}</Fact>)}</dl></>}
    </>
  );
}
