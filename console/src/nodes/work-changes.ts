// What of a node's work is written otherwise than it is, thing by thing, in words.
import { calendarDay } from '../time.ts';
import { t } from './words.ts';
import { cutOffKey, type CutOff, DAYS, type Opening, type OtherDay, type Span, type Work, WORK_FIGURES, LIMITS } from './work.ts';
import { w } from './work-words.ts';

export interface WorkChange {
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

export const spoken = (spans: readonly Span[]): string => (spans.length === 0 ? t('closed') : spans.map(({ opens, closes }) => `${opens.slice(0, 5)}–${closes.slice(0, 5)}`).join(', '));
const spokenDay = (day: OtherDay | undefined): string => (day === undefined ? w('asWeek') : [spoken(day.spans), day.name].filter((one) => one !== '').join(' · '));
export const spokenCarrier = ({ carrier, service }: Pick<CutOff, 'carrier' | 'service'>): string => (carrier === '' && service === '' ? t('everyCarrier') : [carrier === '' ? '–' : carrier, service].filter((one) => one !== '').join(' '));
const named = (opening: Opening | null): string => (opening === null ? w('aroundClock') : `${opening.name} (${opening.code})`);
const ALWAYS: readonly Span[] = [{ opens: '00:00', closes: '24:00' }];
const hoursOn = (opening: Opening | null, day: (typeof DAYS)[number]): string => spoken(opening === null ? ALWAYS : opening.week[day]);
const timeOf = (time: string | undefined): string => (time === undefined || time === '' ? t('none') : time);

/** Before and after of everything that differs; nothing where nothing does. */
export function changesOf(before: Work, after: Work): readonly WorkChange[] {
  const [was, is] = [before.opening, after.opening];
  const dates = [...new Set([...(was?.others ?? []), ...(is?.others ?? [])].map(({ date }) => date))].toSorted();
  const on = (opening: Opening | null, date: string): OtherDay | undefined => opening?.others.find((one) => one.date === date);
  const at = ({ cutOffs }: Work, key: string): CutOff | undefined => cutOffs.find((one) => cutOffKey(one) === key);
  const keys = [...new Set([...before.cutOffs, ...after.cutOffs].map(cutOffKey))];
  return [
    { what: w('which'), was: named(was), is: named(is) },
    ...DAYS.map((day) => ({ what: t(day), was: hoursOn(was, day), is: hoursOn(is, day) })),
    ...dates.map((date) => ({ what: date === '' ? w('newDay') : calendarDay(date), was: spokenDay(on(was, date)), is: spokenDay(on(is, date)) })),
    { what: w('cutOffAll'), was: timeOf(before.general), is: timeOf(after.general) },
    ...keys.map((key) => ({ what: w('cutOffOf', { carrier: spokenCarrier(at(after, key) ?? at(before, key) ?? { carrier: '', service: '' }) }), was: timeOf(at(before, key)?.time), is: timeOf(at(after, key)?.time) })),
    ...[...WORK_FIGURES, ...LIMITS].map((name) => ({ what: w(name), was: before.figures[name] || w('noLimit'), is: after.figures[name].trim() || w('noLimit') })),
  ].filter((one) => one.was !== one.is);
}
