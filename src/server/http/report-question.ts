import { DAY, localDateTime } from "../../domain/kernel/index.ts";
import type { ReportQuestion } from "../../flows/read-report.ts";
import type { Group, ReportAbout } from "../../flows/report-catalogue.ts";
import { refused } from "./problem.ts";

export interface ReportFilter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly zone?: string | undefined;
  readonly channel?: string | undefined;
  readonly node?: string | undefined;
  readonly group_by?: Group | undefined;
  readonly compare?: "previous" | "year" | undefined;
}

export type Wrong = readonly [name: string, detail: string];

const MOST_DAYS = 732;
const USUAL_DAYS = 30;

/** What a report cannot be asked, by the name of the field. */
export function wrongFilter(report: ReportAbout, { channel, node, group_by: group, compare }: ReportFilter): Wrong[] {
  return [
    ...(channel !== undefined && !report.filters.includes("channel") ? [["channel", `${report.name} cannot be told by channel.`] as const] : []),
    ...(node !== undefined && !report.filters.includes("node") ? [["node", `${report.name} cannot be told by node.`] as const] : []),
    ...(group !== undefined && !report.groups.includes(group) ? [["group_by", report.groups.length === 0 ? `${report.name} has groups of its own.` : `${report.name} goes by ${report.groups.join(", ")}.`] as const] : []),
    ...(report.by === "now" && compare !== undefined ? [["compare", `${report.name} is always of now.`] as const] : []),
  ];
}

/** Refuses all that is wrong at once. */
export function refuseWrong(wrong: readonly Wrong[], where: string): void {
  const [first] = wrong;
  if (first) throw refused("INVALID_FIELD", first[1], wrong.map(([name, detail]) => ({ pointer: `${where}/${name}`, code: "INVALID_FIELD", detail })));
}

/** What was asked; refuses what the report does not know, all of it at once. */
export function questionOf(report: ReportAbout, filter: ReportFilter, now: number): ReportQuestion {
  const { from, to, zone = "UTC", channel, node, group_by: group, compare } = filter;
  const until = to ?? localDateTime(now, zone).date;
  const since = from ?? plusDays(until, 1 - USUAL_DAYS);
  refuseWrong([
    ...wrongFilter(report, filter),
    ...(report.by === "now" ? Object.entries({ from, to }).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${report.name} is always of now.`] as const])) : []),
    ...(since > until ? [["to", `to is before from, which is ${since}.`] as const] : []),
    ...(until >= plusDays(since, MOST_DAYS) ? [["to", `At most ${MOST_DAYS} days are answered at once; from ${since} on, to may be ${plusDays(since, MOST_DAYS - 1)}.`] as const] : []),
  ], "/query");
  const usual: Group = report.groups[0] ?? "day";
  return { report, from: since, to: until, zone, channel: channel ?? null, node: node ?? null, group: group ?? usual, compare: compare ?? null };
}

const plusDays = (date: string, days: number): string => new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
