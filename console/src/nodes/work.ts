// How a node works while somebody changes it: what is written, how it goes with what others said meanwhile, and what is sent.
import type { PutCalendarData } from '@ordo/client';
import type { Remark } from '../app/refused.ts';
import { bodyOf, type Calendar, type NodeBody, type OrdoNode } from './api.ts';
import { w } from './work-words.ts';

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Day = (typeof DAYS)[number];

/** Something of each day of a week. */
export const eachDay = <T,>(of: (day: Day, at: number) => T): Record<Day, T> => Object.fromEntries(DAYS.map((day, at) => [day, of(day, at)])) as Record<Day, T>;

/** HH:MM to HH:MM; an end of 24:00 is midnight. */
export interface Span {
  readonly opens: string;
  readonly closes: string;
}

/** A day that differs: closed without spans. */
export interface OtherDay {
  readonly date: string;
  readonly name: string;
  readonly spans: readonly Span[];
}

/** A calendar that a node goes by, whether it is stored yet or not. */
export interface Opening {
  readonly code: string;
  readonly name: string;
  readonly week: Readonly<Record<Day, readonly Span[]>>;
  readonly others: readonly OtherDay[];
}

/** Of one carrier, or of one of its services; an empty service stands for all of them. */
export interface CutOff {
  readonly carrier: string;
  readonly service: string;
  readonly time: string;
}

export const WORK_FIGURES = ['minutes', 'minutes_per_backlog_order', 'maximum_minutes'] as const;
export const LIMITS = ['orders_per_day', 'units_per_day', 'orders_per_hour', 'units_per_hour'] as const;
export type Figure = (typeof WORK_FIGURES)[number] | (typeof LIMITS)[number];
export const pointerOf = (figure: Figure): string => `/operations/${LIMITS.some((one) => one === figure) ? 'capacity' : 'processing'}/${figure}`;

export interface Work {
  /** Null: open around the clock. */
  readonly opening: Opening | null;
  /** Cut-off of every carrier that none of the others is for; empty for none. */
  readonly general: string;
  readonly cutOffs: readonly CutOff[];
  /** As typed; empty for no limit. */
  readonly figures: Readonly<Record<Figure, string>>;
}

/** What was read: the node, and every calendar there is. */
export interface Base {
  readonly node: OrdoNode;
  readonly calendars: readonly Calendar[];
}

export const storedIn = ({ calendars }: Pick<Base, 'calendars'>, code: string | undefined): Calendar | null => calendars.find((one) => one.code === code) ?? null;

export const openingOf = ({ code, name, week, exceptions }: Calendar): Opening => ({
  code, name, week, others: Object.entries(exceptions).map(([date, day]) => ({ date, name: day.name ?? '', spans: day.spans })).toSorted((a, b) => a.date.localeCompare(b.date)),
});

const clock = (time: string): string => (time.endsWith(':00') && time.length > 5 ? time.slice(0, 5) : time);
const ofAll = ({ carrier }: { readonly carrier: string | null }): boolean => carrier === null;
/** What counts for every carrier where operations name none. */
const generalOf = ({ operations: { cut_offs: cutOffs }, cut_off: simple }: OrdoNode): string => clock(cutOffs.find(ofAll)?.time ?? simple ?? '');

export function workOf({ node, calendars }: Base): Work {
  const { calendar, cut_offs: cutOffs, processing, capacity } = node.operations;
  const stored = calendar === null ? null : storedIn({ calendars }, calendar);
  const figures = { ...processing, ...capacity };
  return {
    opening: stored && openingOf(stored), general: generalOf(node),
    cutOffs: cutOffs.flatMap(({ carrier, service, time }) => (carrier === null ? [] : [{ carrier, service: service ?? '', time: clock(time) }])),
    figures: Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value === null ? '' : String(value)])) as Record<Figure, string>,
  };
}

const NINE_TO_FIVE: readonly Span[] = [{ opens: '09:00', closes: '17:00' }];
const freeCode = (code: string, calendars: readonly Calendar[]): string => {
  const taken = (one: string): boolean => calendars.some((calendar) => calendar.code === one);
  let [free, n] = [code, 1];
  while (taken(free)) free = `${code.slice(0, 96)}-${n += 1}`;
  return free;
};

/** A calendar of a node's own to begin with, under a code that is free: Monday to Friday, 9 to 17. */
export const firstOpening = ({ node: { code, name }, calendars }: Base): Opening =>
  ({ code: freeCode(code, calendars), name, others: [], week: eachDay((_day, at) => (at < 5 ? NINE_TO_FIVE : [])) });

/** The same hours for this node alone. */
export const ownOpening = ({ week, others }: Opening, base: Base): Opening => ({ ...firstOpening(base), week, others });

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether the calendar itself has to be saved: it is new, or says something else. */
export function calendarDiffers({ opening }: Work, base: Base): boolean {
  if (opening === null) return false;
  const stored = storedIn(base, opening.code);
  return stored === null || !same(openingOf(stored), opening);
}

/** Whether the node has to be saved. */
export function nodeDiffers(work: Work, base: Base): boolean {
  const before = workOf(base);
  return (work.opening?.code ?? null) !== base.node.operations.calendar || work.general !== before.general || !same(work.cutOffs, before.cutOffs) || !same(work.figures, before.figures);
}

/** Of several things by their names: mine where I changed them, theirs where I did not. */
function merged<T>(keys: readonly string[], base: (key: string) => T | undefined, mine: (key: string) => T | undefined, theirs: (key: string) => T | undefined): T[] {
  return [...new Set(keys)].flatMap((key) => (same(base(key), mine(key)) ? theirs(key) : mine(key)) ?? []);
}
const byDate = (days: readonly OtherDay[] = []) => (date: string): OtherDay | undefined => days.find((one) => one.date === date);
export const cutOffKey = ({ carrier, service }: Pick<CutOff, 'carrier' | 'service'>): string => JSON.stringify([carrier, service]);
const byCarrier = (cutOffs: readonly CutOff[]) => (key: string): CutOff | undefined => cutOffs.find((one) => cutOffKey(one) === key);

/** My changes on top of what others said meanwhile. */
export function rebased(base: Work, mine: Work, theirs: Work): Work {
  const cutOffs = merged([...theirs.cutOffs, ...mine.cutOffs].map(cutOffKey), byCarrier(base.cutOffs), byCarrier(mine.cutOffs), byCarrier(theirs.cutOffs));
  const figures = Object.fromEntries(Object.entries(mine.figures).map(([name, value]) => [name, value === base.figures[name as Figure] ? theirs.figures[name as Figure] : value])) as Record<Figure, string>;
  return { opening: rebasedOpening(base.opening, mine.opening, theirs.opening), general: mine.general === base.general ? theirs.general : mine.general, cutOffs, figures };
}

function rebasedOpening(base: Opening | null, mine: Opening | null, theirs: Opening | null): Opening | null {
  if (same(base, mine)) return theirs;
  if (base === null || mine === null || theirs === null || base.code !== mine.code || theirs.code !== mine.code) return mine;
  return {
    code: mine.code, name: mine.name === base.name ? theirs.name : mine.name,
    week: eachDay((day) => (same(base.week[day], mine.week[day]) ? theirs.week[day] : mine.week[day])),
    others: merged([...theirs.others, ...mine.others].map(({ date }) => date), byDate(base.others), byDate(mine.others), byDate(theirs.others)),
  };
}

/** What is wrong before anybody is asked: what no body could say. */
export function faultsOf({ opening, figures }: Work): Remark[] {
  const dates = (opening?.others ?? []).map(({ date }) => date);
  const wrongDates = dates.flatMap((date, at): Remark[] => {
    const pointer = `/exceptions/${date}`;
    if (date === '') return [{ pointer, code: null, detail: w('dateMissing') }];
    return dates.indexOf(date) === at ? [] : [{ pointer, code: null, detail: w('dateTwice') }];
  });
  const wrongFigures = (Object.keys(figures) as Figure[]).flatMap((name): Remark[] => {
    const text = figures[name].trim();
    const isFine = name === 'minutes_per_backlog_order' ? /^\d{1,5}([.,]\d{1,3})?$/.test(text) : name === 'minutes' ? /^\d{1,9}$/.test(text) : /^\d{0,9}$/.test(text);
    return isFine ? [] : [{ pointer: pointerOf(name), code: null, detail: w(name === 'minutes_per_backlog_order' ? 'mustBeDecimal' : 'mustBeWhole') }];
  });
  return [...wrongDates, ...wrongFigures];
}

export const calendarBody = ({ code, name, week, others }: Opening, base: Base): PutCalendarData['body'] => ({
  name, week: eachDay((day) => [...week[day]]),
  exceptions: Object.fromEntries(others.map((day) => [day.date, { name: day.name === '' ? null : day.name, spans: [...day.spans] }])),
  expected_valid_from: storedIn(base, code)?.valid_from ?? null,
});

const limit = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** The node with its work as it is written; places of cut-offs are those of the rows. */
export function nodeBody({ opening, general, cutOffs, figures }: Work, { node }: Base): NodeBody {
  const { cut_off: simple, ...body } = bodyOf(node);
  const { operations } = node;
  const had = operations.cut_offs.some(ofAll);
  const keeps = general === generalOf(node);
  const all = general === '' || (keeps && !had) ? [] : [{ carrier: null, service: null, time: general }];
  return {
    // Without one for all the simple cut-off would count again, so it goes with it.
    ...body, ...(simple === undefined || !keeps ? {} : { cut_off: simple }), expected_valid_from: node.valid_from,
    operations: {
      ...operations, calendar: opening?.code ?? null, cut_offs: [...cutOffs.map(({ carrier, service, time }) => ({ carrier: carrier.trim() || null, service: service.trim() || null, time })), ...all],
      processing: { minutes: Number(figures.minutes), minutes_per_backlog_order: figures.minutes_per_backlog_order.trim().replace(',', '.'), maximum_minutes: limit(figures.maximum_minutes) },
      capacity: { orders_per_day: limit(figures.orders_per_day), units_per_day: limit(figures.units_per_day), orders_per_hour: limit(figures.orders_per_hour), units_per_hour: limit(figures.units_per_hour) },
    },
  };
}
