// Figures as people read them: which one a report is about, how it is written, and what has become of it.
import { locale } from '../i18n/words.ts';
import { count, micros, money } from '../numbers.ts';
import { calendarDay } from '../time.ts';
import type { Facts } from '../facts.ts';
import type { Tone } from '../words.ts';
import type { Figure, ReportAbout, ReportPoint } from './api.ts';
import { d } from './definition-words.ts';
import { ordersUrl } from './query.ts';
import { t } from './words.ts';

export type Unit = ReportAbout['figures'][number]['unit'];

/** The figure a report is about, and whether more of it is better (1), worse (-1) or neither. */
const HEADLINES: Readonly<Record<string, readonly [figure: string, better: 1 | 0 | -1]>> = {
  volume: ['orders', 0], click_to_ship: ['p50', -1], click_to_door: ['p50', -1], shipping_cost: ['cost_per_order', -1], cancel_rate: ['rate', -1], fill_rate: ['rate', 1], split_rate: ['rate', -1],
  promise_accuracy: ['rate', 1], backlog_age: ['orders', 0], capacity_use: ['orders_rate', 0],
};

export const headlineOf = ({ code, figures }: ReportAbout): string => HEADLINES[code]?.[0] ?? figures.at(-1)?.name ?? '';
export const unitOf = ({ figures }: ReportAbout, name: string): Unit => figures.find((one) => one.name === name)?.unit ?? 'count';
export const reportName = ({ code, name }: Pick<ReportAbout, 'code' | 'name'>): string => t.maybe(`report.${code}`) ?? name;
/** What a report says, what one of its figures does, and why no list of orders shows what makes them: in the reader's language, or as the server says it. */
export const definitionOf = ({ code, definition }: ReportAbout): string => d.maybe(code) ?? definition;
export const meaningOf = ({ code }: ReportAbout, { name, definition }: ReportAbout['figures'][number]): string => d.maybe(`${code}.${name}`) ?? definition;
export const whyNoOrders = ({ code, orders_query_note: note }: ReportAbout): string => d.maybe(`why.${code}`) ?? note ?? '';
export const figureName = (name: string): string => t.maybe(`figure.${name}`) ?? name.replaceAll('_', ' ');
/** A figure and its currency in one text, which the address knows it by. */
export const figureKey = ({ name, currency }: Pick<Figure, 'name' | 'currency'>): string => (currency === null ? name : `${name} ${currency}`);
export const figureTitle = (key: string): string => {
  const [name = '', currency] = key.split(' ');
  return currency === undefined ? figureName(name) : `${figureName(name)} (${currency})`;
};

const HOUR = 3600;
const digits = (value: number, most: number): string => new Intl.NumberFormat(locale(), { maximumFractionDigits: most }).format(value);

/** Seconds in the two largest units that say it: "13 h 22 min", "2 d 4 h". */
export function duration(seconds: number): string {
  if (seconds < HOUR) return `${Math.round(seconds / 60)} min`;
  const [big, small, names] = seconds < 48 * HOUR ? [HOUR, 60, ['h', 'min']] as const : [24 * HOUR, HOUR, [t('dayUnit'), 'h']] as const;
  const whole = Math.floor(seconds / big);
  const rest = Math.floor((seconds - whole * big) / small);
  return rest === 0 ? `${whole} ${names[0]}` : `${whole} ${names[0]} ${rest} ${names[1]}`;
}

export function shown(value: number | null, unit: Unit, currency: string | null): string {
  if (value === null) return '–';
  switch (unit) {
    case 'minor': return money(value, currency ?? '');
    case 'micros': return micros(value, currency ?? '');
    case 'percent': return `${digits(value, 2)} %`;
    case 'seconds': return duration(value);
    default: return count(value);
  }
}

/** Short enough for an axis. */
export function brief(value: number, unit: Unit, currency: string | null): string {
  const compact = (amount: number): string => new Intl.NumberFormat(locale(), { notation: 'compact', maximumFractionDigits: 1 }).format(amount);
  if (unit === 'minor') return shown(value, unit, currency).replace(/[.,]00(?=\D|$)/, '');
  return unit === 'percent' || unit === 'seconds' || unit === 'micros' ? shown(value, unit, currency) : compact(value);
}

export const valueOf = ({ figures }: ReportPoint, key: string): number | null => figures.find((one) => figureKey(one) === key)?.value ?? null;

export interface Change {
  readonly text: string;
  readonly tone: Tone;
}

/** What has become of a figure since the time before; null where one of them says nothing. Shares are told in points. */
export function changeOf(code: string, name: string, unit: Unit, now: number | null, before: number | null): Change | null {
  if (now === null || before === null || (before === 0 && unit !== 'percent')) return null;
  const by = unit === 'percent' ? now - before : ((now - before) / before) * 100;
  const amount = digits(Math.abs(by), 1);
  const [headline, better] = HEADLINES[code] ?? ['', 0];
  if (amount === '0') return { text: t('unchanged'), tone: 'neutral' };
  const tone = name !== headline || better === 0 ? 'neutral' : (by > 0) === (better > 0) ? 'green' : 'amber';
  if (unit !== 'percent' && by >= 1000) return { text: `▲ ×${digits(now / before, 0)}`, tone };
  return { text: `${by > 0 ? '▲' : '▼'} ${unit === 'percent' ? t('points', { amount }) : t('percent', { amount })}`, tone };
}

/** The point in words: a day, a week, a channel, a node, an age. */
export function pointName(key: string, group: string | null, facts: Facts): string {
  if (key === 'total') return t('total');
  switch (group) {
    case 'day': return calendarDay(key);
    case 'week': return t('weekOf', { day: calendarDay(key) });
    case 'channel': return facts.channelName(key);
    case 'node': return facts.nodeName(key);
    default: return t.maybe(`age.${key}`) ?? key;
  }
}

/** The orders behind one number. Money of several currencies is not told apart by the list of orders, so it leads nowhere then. */
export function ordersBehind({ code }: ReportAbout, point: ReportPoint, name: string, unit: Unit, zone: string): string | null {
  const currencies = new Set(point.figures.flatMap(({ currency }) => currency ?? []));
  if ((unit === 'minor' || unit === 'micros') && currencies.size > 1) return null;
  return ordersUrl(point.orders_query, zone, code === 'cancel_rate' && name === 'orders' ? 'status' : null);
}
