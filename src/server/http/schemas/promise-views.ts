import { z } from "zod";

const text = z.string();
const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => z.nullable(one);
const instant = z.iso.datetime();

const earliest = {
  option: text.describe("ship, ship/SERVICE-LEVEL or pickup/NODE."), service_level: maybe(text), complete: z.boolean().describe("Whether everything can be had so."),
  ship_date: maybe(text).describe("Local day on which the last part leaves its node."), arrival_date: maybe(text).describe("Local day on which the last part is there, or can be collected; null where nobody can say."),
  valid_until: maybe(instant).describe("An order that comes later may leave later."), reason: text.describe("The decision in a sentence, with what cannot be had and why."),
};
const lines = z.array(z.object({ line: z.int(), sku: text, quantity: z.int().describe("Counted units."), parent_line: maybe(z.int()) }));

export const promises = z.object({
  at: instant, base: maybe(text), options: z.array(z.object({
    ...earliest, in_time: maybe(z.boolean()).describe("Whether everything is there by deliver_by; null without one."),
    pickup: maybe(z.object({ node: text, starts_at: maybe(instant), ends_at: maybe(instant) })),
    shipments: z.array(z.object({
      node: text, lines, carrier: maybe(text), service: maybe(text), ship_date: maybe(text), leaves_at: maybe(instant), arrival_date: maybe(text), arrives_at: maybe(instant),
    })),
    unavailable: lines, price: maybe(text).describe("What sending costs in the base currency; null where something has no price."),
    missing: z.array(z.object({ carrier: text, service: text, kind: text, detail: text })),
  })),
}).meta({ id: "Promises" });

export const earliestDates = z.object({
  at: instant, data: z.array(z.object({ sku: text, quantity: text, unit: maybe(text), options: z.array(z.object(earliest)) })),
}).meta({ id: "EarliestDates" });
