import { z } from "zod";
import { DEFAULT_OPERATIONS, type NodeOperations } from "../../domain/catalog/index.ts";
import { scaledInteger } from "../../domain/kernel/index.ts";
import { codeText, decimal, instant, timeToTheSecond, unique } from "./schemas/fields.ts";

/** How a node works, in the API's words. What is left out takes its default; null stands for no limit, every one, or none. */

const count = z.int().min(1).max(1e9).nullable().optional();
/** Ten weeks of opening hours: work that takes longer is no processing time. */
const minutes = z.int().min(0).max(100_000);
const micros = z.int().min(0).max(1e12).optional();

/** Thousandths of a minute; beyond any figure where the text is none. */
const milliMinutes = (text: string): number => Number(scaledInteger(text, 3) ?? -1);

const cutOff = z.strictObject({ carrier: codeText.nullable().optional(), service: codeText.nullable().optional(), time: timeToTheSecond })
  .refine(({ carrier, service }) => (service ?? null) === null || (carrier ?? null) !== null, { path: ["carrier"], error: "A service belongs to a carrier: name it too." });

const processing = z.strictObject({
  minutes: minutes.optional(),
  minutes_per_backlog_order: decimal.refine((text) => milliMinutes(text) >= 0 && milliMinutes(text) <= 1e6, { error: "Expected minutes from 0 to 1000 with at most three digits after the point." }).optional(),
  maximum_minutes: minutes.nullable().optional(),
});

export const operations = z.strictObject({
  calendar: codeText.nullable().optional(), cut_offs: z.array(cutOff).max(200).optional(), processing: processing.optional(),
  capacity: z.strictObject({ orders_per_day: count, units_per_day: count, orders_per_hour: count, units_per_hour: count }).optional(),
  services: z.array(z.string().regex(/^[^/]{1,100}\/[^/]{1,100}$/, "Not a service such as dhl/parcel.")).max(1000).nullable().optional(),
  handling: z.strictObject({ per_shipment_micros: micros, per_line_micros: micros, per_unit_micros: micros }).optional(),
  pickup: z.strictObject({ slot_minutes: z.int().min(1).max(24 * 60), orders_per_slot: count, hold_days: z.int().min(1).max(365).nullable().optional() }).nullable().optional(), paused_until: instant.nullable().optional(),
}).superRefine((body, context) => {
  unique(body.services ?? [], (service) => service, context, "services");
  unique(body.cut_offs ?? [], ({ carrier, service }) => `${carrier ?? "every carrier"}/${service ?? "every service"}`, context, "cut_offs");
});

export function operationsOf({ calendar, cut_offs: cutOffs, processing: work, capacity, services, handling, pickup, paused_until: pausedUntil }: z.infer<typeof operations>): NodeOperations {
  const usual = DEFAULT_OPERATIONS;
  return {
    calendar: calendar ?? null, services: services ?? null, pausedUntil: pausedUntil ?? null,
    cutOffs: (cutOffs ?? []).map((one) => ({ carrier: one.carrier ?? null, service: one.service ?? null, time: one.time })),
    processing: {
      minutes: work?.minutes ?? usual.processing.minutes, maximumMinutes: work?.maximum_minutes ?? null,
      milliMinutesPerBacklogOrder: work?.minutes_per_backlog_order === undefined ? usual.processing.milliMinutesPerBacklogOrder : milliMinutes(work.minutes_per_backlog_order),
    },
    capacity: {
      ordersPerDay: capacity?.orders_per_day ?? null, unitsPerDay: capacity?.units_per_day ?? null, ordersPerHour: capacity?.orders_per_hour ?? null,
      unitsPerHour: capacity?.units_per_hour ?? null,
    },
    handling: {
      perShipmentMicros: handling?.per_shipment_micros ?? 0, perLineMicros: handling?.per_line_micros ?? 0, perUnitMicros: handling?.per_unit_micros ?? 0,
    },
    pickup: pickup ? { slotMinutes: pickup.slot_minutes, ordersPerSlot: pickup.orders_per_slot ?? null, ...(pickup.hold_days ? { holdDays: pickup.hold_days } : {}) } : null,
  };
}
