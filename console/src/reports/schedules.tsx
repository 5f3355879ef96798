// To whom a report goes by mail, when, and what became of it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useRef, useState } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { announce } from '../app/voice.ts';
import { locale } from '../i18n/words.ts';
import { AskFirst } from '../ui/ask-first.tsx';
import { Chip } from '../ui/chip.tsx';
import { FailurePanel } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import { changeSchedule, readSchedules, removeSchedule, type ReportAbout, type ReportSchedule, sendNow } from './api.ts';
import type { ReportView } from './query.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { s } from './schedule-words.ts';

const REFRESH_MS = 10_000;

export const weekdayName = (day: number): string => new Intl.DateTimeFormat(locale(), { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, 0, 4 + day));

const whenOf = ({ cadence, time, zone, weekday, month_day: day }: ReportSchedule): string => s(cadence, { time, zone, day: cadence === 'weekly' ? weekdayName(weekday ?? 1) : (day ?? 1) });

function lookOf({ paused, runs: [last] }: ReportSchedule): Look {
  if (paused) return { word: s('paused'), tone: 'neutral', glyph: 'stop' };
  return last?.outcome === 'failed' ? { word: s('failed'), tone: 'red', glyph: 'cross' } : { word: s('active'), tone: 'green', glyph: 'full' };
}

export function Schedules({ about, view }: { readonly about: ReportAbout; readonly view: ReportView }): ReactElement {
  const answer = useQuery({ queryKey: ['report-schedules', about.code], queryFn: () => asked(readSchedules(about.code)), refetchInterval: every(REFRESH_MS) });
  const [opened, setOpened] = useState<ReportSchedule | 'new' | null>(null);
  const add = useRef<HTMLButtonElement>(null);
  const rows = answer.data ?? [];
  return (
    <section className="card schedules" aria-labelledby="schedules">
      <div className="schedules-head"><h2 id="schedules">{s('title')}</h2><button ref={add} type="button" className="button" onClick={() => setOpened('new')}>{s('add')}</button></div>
      {answer.error && !answer.data ? <FailurePanel failure={failureOf(answer.error)} what={s('loading')} retry={() => void answer.refetch()} /> : null}
      {answer.data && rows.length === 0 ? <p className="muted">{s('none')} {s('whose')}</p> : null}
      <ul>{rows.map((one) => <li key={one.id}><Row schedule={one} change={() => setOpened(one)} gone={() => add.current?.focus()} /></li>)}</ul>
      {opened === null ? null : <ScheduleForm about={about} view={view} schedule={opened === 'new' ? null : opened} close={() => setOpened(null)} />}
    </section>
  );
}

/** `gone`: what had the focus is not there any more. */
function Row({ schedule, change, gone }: { readonly schedule: ReportSchedule; readonly change: () => void; readonly gone: () => void }): ReactElement {
  const { id, name, paused, to, runs: [last], next_at: next } = schedule;
  const cache = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const done = (said: string) => async (): Promise<void> => {
    announce(said);
    setRemoving(false);
    await cache.invalidateQueries({ queryKey: ['report-schedules'] });
  };
  const pausing = useMutation({ mutationFn: () => asked(changeSchedule(id, { paused: !paused })), onSuccess: done(s(paused ? 'goesOn' : 'isPaused', { name })) });
  const sending = useMutation({ mutationFn: () => asked(sendNow(id)), onSuccess: done(s('sending', { name })) });
  const going = useMutation({ mutationFn: () => asked(removeSchedule(id)), onSuccess: () => done(s('removed', { name }))().then(gone) });
  const act = (label: string, run: () => void): ReactElement => <button type="button" className="button quiet" aria-label={s('of', { act: label, name })} onClick={run}>{label}</button>;
  return (
    <div className="schedule">
      <div><p className="schedule-name" dir="auto">{name} <Chip look={lookOf(schedule)} /></p>
        <p className="muted">{whenOf(schedule)} · {s('to', { count: to.length })}{schedule.mine ? '' : ` · ${s('theirs')}`}</p>
        <p className="muted">{schedule.waiting ? s('waiting') : last === undefined ? s('never') : <><Time iso={last.at} as="both" /> · {last.outcome === 'sent' ? s('sent', { mails: last.mails }) : ''}{last.note === null ? '' : <span className={last.outcome === 'failed' ? 'said tone-red' : ''} lang="en">{last.note}</span>}</>}{next === null ? null : <> · {s('next')} <Time iso={next} as="both" /></>}</p></div>
      <div className="row-actions">{act(s('send'), () => sending.mutate())}{act(s(paused ? 'resume' : 'pause'), () => pausing.mutate())}{act(s('change'), change)}{act(s('remove'), () => setRemoving(true))}</div>
      <Problem error={pausing.error ?? sending.error} />
      {removing ? <AskFirst title={s('of', { act: s('remove'), name })} act={s('remove')} pending={going.isPending} error={going.error} close={() => setRemoving(false)} go={() => going.mutate()}><p>{s('removeWhat')}</p></AskFirst> : null}
    </div>
  );
}
