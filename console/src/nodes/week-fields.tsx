// The week of a calendar as a grid of from and to, and the days that differ from it.
import { type ReactElement, useRef, useState } from 'react';
import { Said, useRemarks } from '../strategies/fields.tsx';
import { dayOf } from '../supply/days.ts';
import { calendarDay, currentTime } from '../time.ts';
import { t } from './words.ts';
import { type Day, DAYS, type Opening, type OtherDay, type Span } from './work.ts';
import { spoken } from './work-changes.ts';
import { w } from './work-words.ts';

const USUAL: Span = { opens: '09:00', closes: '17:00' };
/** After what there is already, as far as the day goes. */
const further = (spans: readonly Span[]): Span => {
  const last = spans.at(-1);
  return last === undefined ? USUAL : { opens: last.closes, closes: last.closes < '17:00' ? '17:00' : '24:00' };
};

interface SpansProps {
  readonly of: string;
  readonly pointer: string;
  readonly spans: readonly Span[];
  readonly change: (spans: readonly Span[]) => void;
}

/** From and to, as often as a day has hours. Fields know no 24:00: there an end is 00:00. */
function Spans({ of, pointer, spans, change }: SpansProps): ReactElement {
  const cell = useRef<HTMLDivElement>(null);
  const put = (at: number, next: Span): void => change(spans.map((one, index) => (index === at ? next : one)));
  /** The focus stays in the row, whatever goes from it. */
  const stay = (): void => void setTimeout(() => (cell.current?.querySelector<HTMLElement>('.more-hours') ?? cell.current?.querySelector('input'))?.focus());
  return (
    <div className="spans" ref={cell}>
      {spans.length === 0 ? <span className="muted">{t('closed')}</span> : null}
      {spans.map((span, at) => (
        <div key={at} className="span">
          <Clock label={w('opens', { day: of })} pointer={`${pointer}/${at}/opens`} value={span.opens} change={(opens) => put(at, { ...span, opens })} /><span aria-hidden="true">–</span>
          <Clock label={w('closes', { day: of })} pointer={`${pointer}/${at}/closes`} value={span.closes === '24:00' ? '00:00' : span.closes} change={(closes) => put(at, { ...span, closes: closes === '00:00' ? '24:00' : closes })} />
          <button type="button" className="button quiet" aria-label={w('noHoursOf', { day: of, hours: spoken([span]) })} title={w('noHours')} onClick={() => { change(spans.toSpliced(at, 1)); stay(); }}>×</button>
          <Said pointer={`${pointer}/${at}`} id={idOf(`${pointer}/${at}`)} />
        </div>
      ))}
      {spans.at(-1)?.closes === '24:00' ? null : <button type="button" className="button quiet more-hours" aria-label={w('addHoursOf', { day: of })} title={w('addHours')} onClick={() => change([...spans, further(spans)])}>+{spans.length === 0 ? ` ${w('addHours')}` : ''}</button>}
    </div>
  );
}

const idOf = (pointer: string): string => `said${pointer.replaceAll('/', '-')}`;

function Clock({ label, pointer, value, change }: { readonly label: string; readonly pointer: string; readonly value: string; readonly change: (value: string) => void }): ReactElement {
  const span = pointer.slice(0, pointer.lastIndexOf('/'));
  const wrong = useRemarks(span).errors.some((one) => one.pointer === span || one.pointer === pointer);
  return <input type="time" required aria-label={label} aria-invalid={wrong || undefined} aria-describedby={wrong ? idOf(span) : undefined} value={value} onChange={({ target }) => change(target.value)} />;
}

export function WeekFields({ opening, change }: { readonly opening: Opening; readonly change: (opening: Opening) => void }): ReactElement {
  const set = (day: Day, spans: readonly Span[]): void => change({ ...opening, week: { ...opening.week, [day]: spans } });
  return (
    <>
      <table className="week-grid" aria-label={w('week')}><tbody>{DAYS.map((day, at) => {
        const before = DAYS[at - 1];
        const repeats = before !== undefined && spoken(opening.week[before]) !== spoken(opening.week[day]);
        return (
          <tr key={day}><th scope="row">{t(day)}</th><td><Spans of={t(day)} pointer={`/week/${day}`} spans={opening.week[day]} change={(spans) => set(day, spans)} /></td>
            <td className="row-act">{repeats ? <button type="button" className="button quiet" aria-label={w('likeBeforeOf', { day: t(day) })} onClick={() => set(day, opening.week[before])}>{w('likeBefore')}</button> : null}</td></tr>
        );
      })}</tbody></table>
      <p className="muted">{w('midnight')}</p>
    </>
  );
}

export function OtherDays({ opening: { others }, zone, change }: { readonly opening: Opening; readonly zone: string; readonly change: (others: readonly OtherDay[]) => void }): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  const today = dayOf(new Date(currentTime()).toISOString(), zone);
  // Days that were over when the calendar came are kept and not shown. What is written here stays, whatever date it is until it is done.
  const [over] = useState(() => new Set(others.filter(({ date }) => date < today).map((day) => JSON.stringify(day))));
  const isOver = (day: OtherDay): boolean => over.has(JSON.stringify(day));
  const past = others.filter(isOver).length;
  const put = (at: number, next: OtherDay): void => change(others.map((one, index) => (index === at ? next : one)));
  /** What was added is written at once; what goes leaves the focus at the button that adds. */
  const focus = (which: string): void => void setTimeout(() => [...(list.current?.querySelectorAll<HTMLElement>(which) ?? [])].at(-1)?.focus());
  return (
    <div className="other-days" ref={list}>
      <h3>{w('others')}</h3><p className="muted">{w('othersWhy')}</p>
      {past === 0 ? null : <p className="muted">{w('past', { count: past })}</p>}
      {others.length === past ? <p>{w('noOthers')}</p> : null}
      <ul>{others.map((day, at) => {
        const name = day.date === '' ? w('newDay') : calendarDay(day.date);
        const pointer = `/exceptions/${day.date}`;
        return isOver(day) ? null : (
          <li key={at}>
            <DateField day={day} pointer={pointer} change={(date) => put(at, { ...day, date })} />
            <Spans of={name} pointer={`${pointer}/spans`} spans={day.spans} change={(spans) => put(at, { ...day, spans })} />
            <span className="rule-field day-why"><label htmlFor={`day-why-${at}`}>{w('why')}</label><input id={`day-why-${at}`} value={day.name} maxLength={200} placeholder={w('whyHint')} autoComplete="off" onChange={({ target }) => put(at, { ...day, name: target.value })} /></span>
            <button type="button" className="button quiet" aria-label={w('removeDayOf', { date: name })} onClick={() => { change(others.toSpliced(at, 1)); focus('.add-day'); }}>{w('removeDay')}</button>
          </li>
        );
      })}</ul>
      <button type="button" className="button add-day" onClick={() => { change([...others, { date: '', name: '', spans: [] }]); focus('input[type=date]'); }}>{w('addDay')}</button>
    </div>
  );
}

function DateField({ day, pointer, change }: { readonly day: OtherDay; readonly pointer: string; readonly change: (date: string) => void }): ReactElement {
  const own = useRemarks(pointer).errors.some((one) => one.pointer === pointer);
  const id = idOf(pointer === '/exceptions/' ? '/exceptions/new' : pointer);
  return (
    <span className="rule-field"><label htmlFor={`${id}-date`}>{w('date')}</label><input id={`${id}-date`} type="date" required max="2199-12-31" value={day.date} aria-invalid={own || undefined} aria-describedby={own ? id : undefined} onChange={({ target }) => change(target.value)} /><Said pointer={pointer} id={id} exact /></span>
  );
}
