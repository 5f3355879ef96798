import { dateOfDay, dayOfDate, instantOfDay, localDay, MINUTE, weekdayOfDay } from "../domain/kernel/index.ts";
import type { Author } from "./changed-fields.ts";
import type { Lease } from "./integration.ts";
import type { MailMessage } from "./mails.ts";
import type { Principal } from "./access.ts";
import type { Group } from "./report-catalogue.ts";

/** Reports that are sent by mail again and again. */

export const SCHEDULE_PERIODS = ["yesterday", "last_7_days", "last_14_days", "last_30_days", "last_90_days", "last_365_days", "last_week", "last_month"] as const;
export type SchedulePeriod = (typeof SCHEDULE_PERIODS)[number];
export const CADENCES = ["daily", "weekly", "monthly"] as const;
export type Cadence = (typeof CADENCES)[number];

/** When, by the clocks of a zone. */
export interface ScheduleTimes {
  readonly cadence: Cadence;
  /** Minutes after midnight, 0 to 1439. */
  readonly minute: number;
  /** 1 (Monday) to 7, of a weekly one. */
  readonly weekday: number | null;
  /** 1 to 31 of a monthly one; the last day of a shorter month. */
  readonly monthDay: number | null;
  /** IANA; the days of the report are of this zone too. */
  readonly zone: string;
}

export interface ScheduleDocument extends ScheduleTimes {
  readonly name: string;
  readonly period: SchedulePeriod;
  readonly group: Group | null;
  readonly channel: string | null;
  readonly node: string | null;
  readonly compare: "previous" | "year" | null;
  /** Public ids of people, whose address is looked up when it is sent, and addresses. */
  readonly to: readonly string[];
  readonly language: "en" | "de";
}

export interface ReportSchedule extends ScheduleDocument {
  readonly id: string;
  readonly owner: string;
  readonly report: string;
  readonly paused: boolean;
  readonly nextAt: number;
  readonly askedAt: number | null;
  readonly version: number;
  readonly updatedAt: number;
}

export interface ReportRun {
  readonly at: number;
  readonly outcome: "sent" | "failed";
  readonly note: string | null;
  /** Mails that were written. */
  readonly mails: number;
}

export interface ScheduleView extends ReportSchedule {
  /** The latest first, ten at most. */
  readonly runs: readonly ReportRun[];
}

/** One that is to be sent now, with what has to be known for it. */
export interface DueSchedule {
  readonly schedule: ReportSchedule;
  /** Who made it, as they are now; null where they may do nothing any more. */
  readonly owner: Principal | null;
  /** Addresses of the people it names who may still sign in, by their public ids. */
  readonly addresses: ReadonlyMap<string, string>;
}

export interface ReportSchedules {
  /** Of one owner, or of everybody (null), by name; of one report, or of all (null). At most 500. */
  list(tenantId: number, filter: { readonly owner: string | null; readonly report: string | null }): Promise<readonly ScheduleView[]>;
  find(tenantId: number, id: string): Promise<ScheduleView | null>;
  /** Adds it, or replaces the version before it; false where another change came first. */
  save(tenantId: number, schedule: ReportSchedule, by: Author): Promise<boolean>;
  /** Has it sent beside its times; null where there is none. */
  ask(tenantId: number, id: string, by: Author): Promise<ScheduleView | null>;
  remove(tenantId: number, id: string, by: Author): Promise<boolean>;
  /** Those whose time has come, or that somebody asked for. */
  due(tenantId: number, now: number, limit: number): Promise<readonly DueSchedule[]>;
  /**
   * Writes down what became of a sending together with its mails, and when the next one is. False where the lease is another's,
   * or the schedule changed meanwhile: then nothing was written. `kept` keeps the mails here instead of handing them to a mail server.
   */
  finish(lease: Lease, due: ReportSchedule, run: ReportRun, messages: readonly MailMessage[], kept: boolean): Promise<boolean>;
}

/** The first instant after another at which it is sent: once on each of its days, whatever clocks do that night. */
export function nextTime(times: ScheduleTimes, after: number): number {
  const begin = localDay(after, times.zone) - 1;
  for (let day = begin; day < begin + LONGEST_DAYS; day++) {
    const at = isDayOf(times, day) ? instantOfDay(day, times.minute * MINUTE, times.zone) : after;
    if (at > after) return at;
  }
  throw new Error("a schedule has no next day");
}

/** More days than lie between two of any schedule. */
const LONGEST_DAYS = 70;

function isDayOf({ cadence, weekday, monthDay }: ScheduleTimes, day: number): boolean {
  if (cadence === "daily") return true;
  if (cadence === "weekly") return weekdayOfDay(day) === weekday;
  const [own, next] = [Number(dateOfDay(day).slice(8)), Number(dateOfDay(day + 1).slice(8))];
  return own === monthDay || (next === 1 && own < (monthDay ?? 0));
}

/** Whole days that are over, seen from an instant: both included. */
export function daysOfPeriod(period: SchedulePeriod, at: number, zone: string): { readonly from: string; readonly to: string } {
  const today = localDay(at, zone);
  const days = (first: number, last: number): { from: string; to: string } => ({ from: dateOfDay(first), to: dateOfDay(last) });
  if (period === "last_week") {
    const monday = today - weekdayOfDay(today) + 1;
    return days(monday - 7, monday - 1);
  }
  if (period === "last_month") {
    const last = dayOfDate(`${dateOfDay(today).slice(0, 8)}01`) - 1;
    return days(dayOfDate(`${dateOfDay(last).slice(0, 8)}01`), last);
  }
  const count = period === "yesterday" ? 1 : Number(period.split("_")[1]);
  return days(today - count, today - 1);
}
