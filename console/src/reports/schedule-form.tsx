// When a report goes to whom. What it is narrowed down to is what the page shows.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { isPerson } from '../actors.ts';
import { useSession } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { language } from '../i18n/words.ts';
import { Entry, wrongAt } from '../ui/entry.tsx';
import { Problem } from '../ui/problem.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { keepSchedule, type NewSchedule, type ReportAbout, type ReportSchedule } from './api.ts';
import { reportName } from './figures.ts';
import type { ReportView } from './query.ts';
import { weekdayName } from './schedules.tsx';
import { s } from './schedule-words.ts';

const PERIODS = ['yesterday', 'last_7_days', 'last_14_days', 'last_30_days', 'last_90_days', 'last_365_days', 'last_week', 'last_month'] as const;
const CADENCES = ['daily', 'weekly', 'monthly'] as const;
const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const linesOf = (text: string): string[] => text.split(/[\s,;]+/).filter((one) => one !== '');
const known = <T extends string>(of: readonly T[], value: string, usual: T): T => of.find((one) => one === value) ?? usual;

type Times = Pick<NewSchedule, 'name' | 'period' | 'cadence' | 'time' | 'zone'> & { readonly weekday: number; readonly monthDay: number; readonly language: 'en' | 'de' };

interface Props {
  readonly about: ReportAbout;
  readonly view: ReportView;
  /** Null for a new one. */
  readonly schedule: ReportSchedule | null;
  readonly close: () => void;
}

/** What of the page the mail keeps to, as far as the report knows it. */
const filtersOf = ({ group_by: groups, filters, by }: ReportAbout, { group, channel, node, compare }: ReportView): Pick<NewSchedule, 'group_by' | 'channel' | 'node' | 'compare'> => ({
  group_by: group !== '' && groups.includes(group) ? group : null, channel: channel !== '' && filters.includes('channel') ? channel : null, node: node !== '' && filters.includes('node') ? node : null, compare: compare === '' || by === 'now' ? null : compare,
});

export function ScheduleForm({ about, view, schedule, close }: Props): ReactElement {
  const me = useSession().data?.user.id ?? '';
  const cache = useQueryClient();
  const [times, set] = useState<Times>({
    name: schedule?.name ?? reportName(about), period: schedule?.period ?? 'last_7_days', cadence: schedule?.cadence ?? 'daily', time: schedule?.time ?? '07:00', zone: schedule?.zone ?? view.zone,
    weekday: schedule?.weekday ?? 1, monthDay: schedule?.month_day ?? 1, language: schedule?.language ?? language(),
  });
  const [mine, setMine] = useState(schedule === null || schedule.to.includes(me));
  const [addresses, setAddresses] = useState((schedule?.to ?? []).filter((one) => !isPerson(one)).join('\n'));
  const to = [...(mine ? [me] : []), ...(schedule?.to ?? []).filter((one) => isPerson(one) && one !== me), ...linesOf(addresses)];
  const saving = useMutation({
    mutationFn: () => {
      const { monthDay, weekday, ...own } = times;
      return keepSchedule(schedule?.id ?? null, { report: about.code, ...(schedule ?? filtersOf(about, view)), ...own, weekday: own.cadence === 'weekly' ? weekday : null, month_day: own.cadence === 'monthly' ? monthDay : null, to });
    },
    onSuccess: async ({ name }) => {
      announce(s('saved', { name }));
      await cache.invalidateQueries({ queryKey: ['report-schedules'] });
      close();
    },
  });
  const wrong = (pointer: string): ReactElement | null => wrongAt(saving.error, pointer);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (to.length > 0 && !saving.isPending) saving.mutate();
  };
  return (
    <Sheet title={schedule === null ? s('addTitle', { report: reportName(about) }) : s('changeTitle', { name: schedule.name })} close={close}>
      <form className="ask-form" onSubmit={submit}>
        <p className="muted">{s('what')} {s(schedule === null ? 'kept' : 'keptAsWas')}</p>
        <Entry id="s-name" label={s('name')} wrong={wrong('/name')}>{(rest) => <input {...rest} required maxLength={100} value={times.name} onChange={({ target }) => set({ ...times, name: target.value })} />}</Entry>
        {about.by === 'now' ? null : <Entry id="s-period" label={s('period')} wrong={wrong('/period')}>{(rest) => <select {...rest} value={times.period} onChange={({ target }) => set({ ...times, period: known(PERIODS, target.value, 'last_7_days') })}>{PERIODS.map((one) => <option key={one} value={one}>{s(`period.${one}`)}</option>)}</select>}</Entry>}
        <When times={times} set={set} wrong={wrong} />
        <label className="tick"><input type="checkbox" checked={mine} onChange={({ target }) => setMine(target.checked)} />{s('me')}</label>
        <Entry id="s-to" label={s('addresses')} wrong={to.length === 0 ? s('nobody') : wrong('/to')} help={s('addressesHelp')}>{(rest) => <textarea {...rest} rows={2} spellCheck={false} value={addresses} onChange={({ target }) => setAddresses(target.value)} />}</Entry>
        <Entry id="s-language" label={s('language')} wrong={null}>{(rest) => <select {...rest} value={times.language} onChange={({ target }) => set({ ...times, language: target.value === 'de' ? 'de' : 'en' })}><option value="en">{s('language.en')}</option><option value="de">{s('language.de')}</option></select>}</Entry>
        <Problem error={saving.error} />
        <div className="form-actions"><button type="submit" className="button primary" aria-busy={saving.isPending || undefined}>{s('save')}</button></div>
      </form>
    </Sheet>
  );
}

function When({ times, set, wrong }: { readonly times: Times; readonly set: (times: Times) => void; readonly wrong: (pointer: string) => ReactElement | null }): ReactElement {
  return (
    <div className="schedule-when">
      <Entry id="s-cadence" label={s('cadence')} wrong={null}>{(rest) => <select {...rest} value={times.cadence} onChange={({ target }) => set({ ...times, cadence: known(CADENCES, target.value, 'daily') })}>{CADENCES.map((one) => <option key={one} value={one}>{s(`cadence.${one}`)}</option>)}</select>}</Entry>
      {times.cadence === 'weekly' ? <Entry id="s-weekday" label={s('weekday')} wrong={wrong('/weekday')}>{(rest) => <select {...rest} value={times.weekday} onChange={({ target }) => set({ ...times, weekday: Number(target.value) })}>{DAYS.map((day) => <option key={day} value={day}>{weekdayName(day)}</option>)}</select>}</Entry> : null}
      {times.cadence === 'monthly' ? <Entry id="s-month-day" label={s('monthDay')} wrong={wrong('/month_day')} help={s('monthDayHelp')}>{(rest) => <input {...rest} type="number" min={1} max={31} required value={times.monthDay} onChange={({ target }) => set({ ...times, monthDay: Number(target.value) })} />}</Entry> : null}
      <Entry id="s-time" label={s('time')} wrong={wrong('/time')}>{(rest) => <input {...rest} type="time" required value={times.time} onChange={({ target }) => set({ ...times, time: target.value })} />}</Entry>
      <Entry id="s-zone" label={s('zone')} wrong={wrong('/zone')}>{(rest) => <input {...rest} list="zones" required spellCheck={false} autoComplete="off" value={times.zone} onChange={({ target }) => set({ ...times, zone: target.value.trim() })} />}</Entry>
    </div>
  );
}
