// What a report shows, as its address says it, and the address of the list of orders that makes one of its numbers.
import { EVERYTHING, listUrl } from '../orders/query.ts';
import { isZone, startOfDay, viewerZone } from '../time.ts';
import { isOrderStatus } from '../words.ts';
import type { ReportQuestion } from './api.ts';

export const PRESETS = ['7', '14', '30', '90', '365'] as const;
export const GROUPS = ['day', 'week', 'channel', 'node'] as const;
export const COMPARISONS = ['previous', 'year'] as const;
export const LOOKS = ['line', 'bars'] as const;
export type Preset = (typeof PRESETS)[number];
export type Group = (typeof GROUPS)[number];
export type Comparison = (typeof COMPARISONS)[number];
export type Look = (typeof LOOKS)[number];

export interface ReportView {
  /** So many days up to today; empty where the days are named. */
  readonly last: Preset | '';
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  /** Empty for what the report has first. */
  readonly group: Group | '';
  readonly channel: string;
  readonly node: string;
  readonly compare: Comparison | '';
  /** Name of the figure that is drawn, with its currency where it has one: "value EUR". */
  readonly figure: string;
  readonly look: Look | '';
}

export const USUAL: ReportView = { last: '30', from: '', to: '', zone: '', group: '', channel: '', node: '', compare: '', figure: '', look: '' };

const one = <T extends string>(of: readonly T[], value: string): T | '' => of.find((known) => known === value) ?? '';
const dayOf = (text: string): string => (/^(19|2[01])/.test(text) && startOfDay(text, 'UTC') !== null ? text : '');

export function parseReport(search: string): ReportView {
  const given = new URLSearchParams(search);
  const text = (name: string): string => (given.get(name) ?? '').trim();
  const [from, to, zone] = [dayOf(text('from')), dayOf(text('to')), text('zone')];
  const named = from !== '' && to !== '';
  return {
    last: named ? '' : one(PRESETS, text('last')) || '30', from: named ? from : '', to: named ? to : '', zone: zone !== '' && isZone(zone) ? zone : viewerZone(),
    group: one(GROUPS, text('group')), channel: text('channel'), node: text('node'), compare: one(COMPARISONS, text('compare')), figure: text('figure'), look: one(LOOKS, text('look')),
  };
}

export function reportUrl(code: string, view: Partial<ReportView> = {}): string {
  const text = new URLSearchParams(Object.entries(view).filter(([, value]) => value !== '')).toString();
  return `/reports/${encodeURIComponent(code)}${text === '' ? '' : `?${text}`}`;
}

const DAY = 86_400_000;
export const plusDays = (date: string, days: number): string => new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
export const dayIn = (zone: string, at: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** The days asked about, both included. */
export function daysOf({ last, from, to, zone }: ReportView, now: number): { readonly from: string; readonly to: string } {
  if (last === '') return { from, to };
  const today = dayIn(zone, now);
  return { from: plusDays(today, 1 - Number(last)), to: today };
}

/** What the server is asked; a report of now has no days, and what it cannot be told by is left out. */
export function questionOf(view: ReportView, about: { readonly by: string; readonly group_by: readonly string[]; readonly filters: readonly string[] }, now: number): ReportQuestion {
  const { zone, group, channel, node, compare } = view;
  return {
    zone, ...(about.by === 'now' ? {} : { ...daysOf(view, now), ...(compare === '' ? {} : { compare }) }), ...(group !== '' && about.group_by.includes(group) ? { group_by: group } : {}),
    ...(channel !== '' && about.filters.includes('channel') ? { channel } : {}), ...(node !== '' && about.filters.includes('node') ? { node } : {}),
  };
}

/** The whole days of a zone between two instants, as the list of orders takes them; null where they are no whole days. */
function dayAt(instant: string | null, zone: string, days: number): string | null {
  if (instant === null) return '';
  const at = Date.parse(instant);
  const date = plusDays(dayIn(zone, at), -days);
  return startOfDay(date, zone, days) === at ? date : null;
}

const KNOWN: ReadonlySet<string> = new Set(['status', 'channel', 'placed_from', 'placed_to']);

/** Where the orders are that make a number; null where the list of orders cannot show just these. */
export function ordersUrl(ordersQuery: string | undefined, zone: string, leaveOut: 'status' | null = null): string | null {
  if (ordersQuery === undefined) return null;
  const given = new URLSearchParams(ordersQuery);
  const from = dayAt(given.get('placed_from'), zone, 0);
  const to = dayAt(given.get('placed_to'), zone, 1);
  const statuses = given.getAll('status');
  if (from === null || to === null || !statuses.every(isOrderStatus) || [...given.keys()].some((name) => !KNOWN.has(name))) return null;
  return listUrl({ ...EVERYTHING, from, to, zone, channel: given.get('channel') ?? '', statuses: leaveOut === 'status' ? [] : statuses.filter(isOrderStatus) });
}
