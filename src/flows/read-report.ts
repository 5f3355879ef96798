import { DAY, dateOfDay, dayOfDate, HOUR, instantOfDay, weekdayOfDay } from "../domain/kernel/index.ts";
import { SLOT_MS } from "./count-order.ts";
import type { Figure, Group, ReportAbout } from "./report-catalogue.ts";
import type { NodeDay, ReadSum, ReportQueries, ReportsAsOf } from "./reports.ts";

export interface ReportQuestion {
  readonly report: ReportAbout;
  /** Local days of the zone, both included. */
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly channel: string | null;
  readonly node: string | null;
  readonly group: Group;
  readonly compare: "previous" | "year" | null;
}

export interface Point {
  /** The first day, the class of an age, or the code of a channel or node. */
  readonly key: string;
  /** Null where the stretch has no beginning, or no end. */
  readonly from: number | null;
  readonly to: number | null;
  readonly figures: readonly Figure[];
  /** What the list of orders has to be asked for to show what makes the numbers; null where it cannot. */
  readonly ordersQuery: string | null;
}

export interface Period {
  readonly from: string;
  readonly to: string;
  readonly series: readonly Point[];
  readonly total: Point;
}

export interface ReportAnswer extends Period {
  readonly asOf: ReportsAsOf;
  readonly compared: Period | null;
}

/** A stretch of local days: its first, and the first after it. */
interface Stretch { readonly first: number; readonly end: number }

/** The days from one to another, one by one or by weeks that begin on Mondays; whole where nothing divides them. */
export function stretchesOf(from: string, to: string, group: Group): Stretch[] {
  const [first, end] = [dayOfDate(from), dayOfDate(to) + 1];
  if (group === "channel" || group === "node") return [{ first, end }];
  const stretches: Stretch[] = [];
  for (let day = first; day < end;) {
    const next = group === "day" ? day + 1 : Math.min(end, day + 8 - weekdayOfDay(day));
    stretches.push({ first: day, end: next });
    day = next;
  }
  return stretches;
}

/** The instants at which local days begin; those of the zones in use are quarters of an hour. */
const beginOf = (day: number, zone: string): number => instantOfDay(day, 0, zone);

/** A report with its figures as of the sums' last position. */
export async function readReport(queries: ReportQueries, tenantId: number, question: ReportQuestion, now: number): Promise<ReportAnswer> {
  const [asOf, period] = await Promise.all([queries.reportsAsOf(tenantId), readPeriod(queries, tenantId, question, now)]);
  const days = question.compare === null || question.report.by === "now" ? null : comparedDays(question);
  return { ...period, asOf, compared: days && await readPeriod(queries, tenantId, { ...question, ...days }, now) };
}

/** As many days just before, or the same dates a year earlier. */
export function comparedDays({ from, to, compare }: Pick<ReportQuestion, "from" | "to" | "compare">): { readonly from: string; readonly to: string } {
  if (compare === "year") return { from: yearBefore(from), to: yearBefore(to) };
  const [first, last] = [dayOfDate(from), dayOfDate(to)];
  return { from: dateOfDay(first - (last - first + 1)), to: dateOfDay(first - 1) };
}

/** The 29th of February was the 28th. */
const yearBefore = (date: string): string => `${String(Number(date.slice(0, 4)) - 1).padStart(4, "0")}${date.slice(4) === "-02-29" ? "-02-28" : date.slice(4)}`;

function readPeriod(queries: ReportQueries, tenantId: number, question: ReportQuestion, now: number): Promise<Period> {
  switch (question.report.by) {
    case "now":
      return readAges(queries, tenantId, question, now);
    case "ship_date":
      return readDaysOfNodes(queries, tenantId, question, now);
    default:
      return readTimes(queries, tenantId, question, now);
  }
}

async function readTimes(queries: ReportQueries, tenantId: number, question: ReportQuestion, now: number): Promise<Period> {
  const { report, from, to, zone, channel, node, group } = question;
  const stretches = stretchesOf(from, to, group);
  const by = group === "channel" || group === "node" ? group : "time";
  const bounds = [...stretches.map(({ first }) => beginOf(first, zone)), beginOf(dayOfDate(to) + 1, zone)];
  const passed = Math.floor(now / SLOT_MS) * SLOT_MS;
  const read = (within: readonly number[]): Promise<readonly ReadSum[]> => queries.readSums(tenantId, { measures: report.measures, bounds: within, channel, node, by });
  const [sums, past] = await Promise.all([read(bounds), report.by === "promise" ? read(bounds.map((bound) => Math.min(bound, passed))) : []]);
  const [begin, end] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const [all, before] = [byKey(sums), byKey(past)];
  const point = (key: string, place: number | string, since: number, until: number, ofChannel: string | null): Point =>
    ({ key, from: since, to: until, figures: report.figuresOf(all.get(place) ?? [], before.get(place) ?? []), ordersQuery: ordersQuery(question, since, until, ofChannel) });
  const series = by === "time"
    ? stretches.map(({ first }, index) => point(dateOfDay(first), index, bounds[index] ?? 0, bounds[index + 1] ?? 0, channel))
    : [...all.keys()].map((key) => point(String(key), key, begin, end, by === "channel" ? String(key) : channel)).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return { from, to, series, total: { key: "total", from: begin, to: end, figures: report.figuresOf(sums, past), ordersQuery: ordersQuery(question, begin, end, channel) } };
}

function byKey(sums: readonly ReadSum[]): ReadonlyMap<number | string, readonly ReadSum[]> {
  const grouped = new Map<number | string, ReadSum[]>();
  for (const sum of sums) {
    const own = grouped.get(sum.key);
    if (own) own.push(sum);
    else grouped.set(sum.key, [sum]);
  }
  return grouped;
}

/** Orders by placed_at, as the list takes it. */
function ordersQuery({ report: { by, orders } }: Pick<ReportQuestion, "report">, from: number | null, to: number | null, channel: string | null): string | null {
  if (orders === null || (by !== "placed" && by !== "now")) return null;
  const query = new URLSearchParams(Object.entries(orders).flatMap(([name, values]) => values.map((value) => [name, value])));
  if (from !== null) query.set("placed_from", new Date(from).toISOString());
  if (to !== null) query.set("placed_to", new Date(to).toISOString());
  if (channel !== null) query.set("channel", channel);
  return query.toString();
}

/** Ages of open orders, the youngest first, and the longest of each class; null for all that is older. */
const AGES: readonly { readonly key: string; readonly upTo: number | null }[] = [
  { key: "up to 4 hours", upTo: 4 * HOUR }, { key: "4 hours to 1 day", upTo: DAY }, { key: "1 to 3 days", upTo: 3 * DAY }, { key: "3 to 7 days", upTo: 7 * DAY }, { key: "7 to 14 days", upTo: 14 * DAY }, { key: "over 14 days", upTo: null },
];
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

async function readAges(queries: ReportQueries, tenantId: number, question: ReportQuestion, now: number): Promise<Period> {
  const at = Math.ceil(now / SLOT_MS) * SLOT_MS;
  const begins = AGES.map(({ upTo }) => (upTo === null ? null : at - upTo)).toReversed();
  const sums = await queries.readSums(tenantId, { measures: question.report.measures, bounds: [...begins.map((begin) => begin ?? EARLIEST), LATEST], channel: question.channel, node: null, by: "time" });
  const grouped = byKey(sums);
  const point = (key: string, own: readonly ReadSum[], from: number | null, to: number | null): Point => ({ key, from, to, figures: question.report.figuresOf(own, []), ordersQuery: ordersQuery(question, from, to, question.channel) });
  const series = AGES.map(({ key }, index) => {
    const place = AGES.length - 1 - index;
    return point(key, grouped.get(place) ?? [], begins[place] ?? null, begins[place + 1] ?? null);
  });
  return { from: question.from, to: question.to, series, total: point("total", sums, null, null) };
}

async function readDaysOfNodes(queries: ReportQueries, tenantId: number, question: ReportQuestion, now: number): Promise<Period> {
  const { from, to, node, group } = question;
  const days = await queries.nodeDays(tenantId, from, to, node, now);
  const point = (key: string, own: readonly NodeDay[]): Point => ({ key, from: null, to: null, figures: useOf(own), ordersQuery: null });
  const series = group === "node"
    ? [...new Set(days.map((day) => day.node))].map((key) => point(key, days.filter((day) => day.node === key)))
    : stretchesOf(from, to, group).map(({ first, end }) => point(dateOfDay(first), days.filter(({ date }) => dayOfDate(date) >= first && dayOfDate(date) < end)));
  return { from, to, series, total: point("total", days) };
}

function useOf(days: readonly NodeDay[]): Figure[] {
  return (["orders", "units"] as const).flatMap((name) => {
    const limits = days.flatMap((day) => day[`${name}Limit`] ?? []);
    const limit = limits.length === 0 ? null : limits.reduce((sum, one) => sum + one, 0);
    const limited = days.reduce((sum, day) => (day[`${name}Limit`] === null ? sum : sum + day[name]), 0);
    const all = days.reduce((sum, day) => sum + day[name], 0);
    const value = (what: string, amount: number | null): Figure => ({ name: what, currency: null, value: amount });
    return [value(name, all), value(`${name}_limit`, limit), value(`${name}_rate`, limit === null || limit === 0 ? null : Math.round((limited / limit) * 10_000) / 100)];
  });
}
