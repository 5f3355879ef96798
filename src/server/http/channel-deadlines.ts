import { z } from "zod";
import { DEFAULT_DEADLINES, type DeadlinePolicy, type HandlingTime, type RateLimit } from "../../domain/catalog/index.ts";
import { scaledInteger } from "../../domain/kernel/index.ts";
import { codeText, decimal, timeToTheSecond, timeZone } from "./schemas/fields.ts";

/** What a channel asks of its orders' dates, in the API's words. */

const handlingTime = z.strictObject({
  hours: z.int().min(1).max(8_784).nullable().optional(), business_days: z.int().min(0).max(200).nullable().optional(), calendar: codeText.nullable().optional(), time_zone: timeZone.optional(),
  cut_off: timeToTheSecond.nullable().optional(),
}).superRefine(({ hours = null, business_days: days = null, cut_off: cutOff = null }, context) => {
  if ((hours === null) === (days === null)) context.addIssue({ code: "custom", path: [hours === null ? "business_days" : "hours"], message: "Name hours or business_days, one of the two." });
  if (cutOff !== null && days === null) context.addIssue({ code: "custom", path: ["cut_off"], message: "A cut-off belongs to business_days: hours count from the order on." });
});

/** Hundredths of a percent; beyond any figure where the text is none. */
const basisPoints = (percent: string): number => Number(scaledInteger(percent, 2) ?? -1);
const rateLimit = z.strictObject({
  threshold_percent: decimal.refine((percent) => basisPoints(percent) > 0 && basisPoints(percent) <= 10_000, { error: "Expected a percentage above 0 and up to 100 with at most two digits after the point." }),
  window_days: z.int().min(1).max(366).optional(),
});

export const deadlines = z.strictObject({
  ship_by: handlingTime.nullable().optional(), deliver_by: handlingTime.nullable().optional(), warn_minutes: z.int().min(0).max(14 * 24 * 60).optional(),
  rescue_cost_micros: z.int().min(0).max(1e12).nullable().optional(), late_shipments: rateLimit.nullable().optional(), cancellations: rateLimit.nullable().optional(),
});

/** What marketplaces look at: shipments of a month, cancellations of a week. */
const LATE_WINDOW_DAYS = 30;
const CANCEL_WINDOW_DAYS = 7;

export const deadlinesOf = ({ ship_by, deliver_by, warn_minutes, rescue_cost_micros: rescue, late_shipments, cancellations }: z.infer<typeof deadlines>): DeadlinePolicy => ({
  shipBy: timeOf(ship_by ?? null), deliverBy: timeOf(deliver_by ?? null), warnMinutes: warn_minutes ?? DEFAULT_DEADLINES.warnMinutes, rescueMicros: rescue === undefined ? DEFAULT_DEADLINES.rescueMicros : rescue,
  lateShipments: limitOf(late_shipments ?? null, LATE_WINDOW_DAYS), cancellations: limitOf(cancellations ?? null, CANCEL_WINDOW_DAYS),
});

function timeOf(time: z.infer<typeof handlingTime> | null): HandlingTime | null {
  if (time === null) return null;
  const { hours = null, business_days: days, calendar = null, time_zone: zone = "UTC", cut_off: cutOff = null } = time;
  return hours === null ? { kind: "business_days", days: days ?? 0, calendar, timeZone: zone, cutOff } : { kind: "hours", hours, calendar, timeZone: zone };
}

const limitOf = (limit: z.infer<typeof rateLimit> | null, usualDays: number): RateLimit | null =>
  limit && { thresholdBasisPoints: basisPoints(limit.threshold_percent), windowDays: limit.window_days ?? usualDays };
