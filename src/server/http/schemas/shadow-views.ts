import { z } from "zod";

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();

const side = z.object({
  split_orders: whole, late_orders: whole.describe("With a part that arrives after the day asked for."), unplaced_orders: whole.describe("With units that no node had."),
  cost_micros: whole.describe("Micro-units of the currency, as the rules of this side weigh costs, of the costed orders."),
});
export const shadowView = z.object({
  strategy: text, state: z.enum(["on", "ended"]), version: whole, revision: whole.describe("Of the draft, as it was when it was put in shadow."), channel: z.nullable(text).describe("The one that is to go by it; null for those that go by the strategy."),
  since: instant, until: z.nullable(instant), orders: whole.describe("Orders compared."), left_out: whole.describe("Changed, sent on, or due elsewhere by the live rules too, before they were looked at."),
  moved: whole.describe("Orders that would have gone elsewhere."), costed_orders: whole.describe("Orders that both sides place whole, and weigh the cost of."), currency: z.nullable(text).describe("Of the costs: the base currency of the exchange rates when it began."),
  live: side, draft: side, actor: text,
}).meta({ id: "StrategyShadow" });
