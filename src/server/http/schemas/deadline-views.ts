import { z } from "zod";
import { CHANNEL_RATES, RATE_STATES } from "../../../domain/catalog/index.ts";
import { RISK_CAUSES, RISK_LEVELS, type RiskCause } from "../../../domain/fulfillment/index.ts";
import type { AtRiskView, FailedOrderView, OrderWatchView, RateView } from "../../../flows/deadline-views.ts";

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => z.nullable(one);

export const RISKS = ["at_risk", "late"] as const;

const deadline = z.enum(["promise", "deliver_by", "ship_by"]);
const cause = z.enum(Object.keys(RISK_CAUSES) as [RiskCause, ...RiskCause[]]);
const predicted = maybe(instant).describe("When it will leave (ship_by) or be there; null where nobody can say.");
const missed = z.boolean().describe("Whether a date of the order has passed already.");
const tried = maybe(z.object({ at: instant, outcome: text })).describe("What was tried last to save it.");

export const orderWatch: z.ZodType<OrderWatchView> = z.object({
  level: maybe(z.enum(RISK_LEVELS)).describe("What the last look found of the date that is worst off: safe, at_risk (it will be missed unless work goes on within the channel's warning time) or late (by what is known it will be missed). Null before the first look, and once nothing is left to send."),
  deadline: maybe(deadline), due_at: maybe(instant), predicted_at: predicted, cause: maybe(cause), reason: maybe(text), shipment: maybe(text).describe("Null where the units have no node."), missed, tried,
  left_at: maybe(instant).describe("When the last of what left so far did."), looked_at: maybe(instant),
}).meta({ id: "OrderWatch" });

export const atRisk: z.ZodType<AtRiskView> = z.object({
  order: text, number: whole, external_id: text, channel: text, shipment: maybe(text).describe("Null where the units have no node."),
  level: z.enum(RISKS).describe("late: by what is known it will be missed; at_risk: it will be unless work goes on within the channel's warning time."), deadline,
  due_at: instant, predicted_at: predicted, cause, reason: text, missed, looked_at: instant, tried,
}).meta({ id: "OrderAtRisk" });

const rate: z.ZodType<RateView> = z.object({
  state: z.enum(RATE_STATES), failed: whole, orders: whole, percent: text, threshold_percent: text, window_days: whole, from: instant, to: instant,
}).meta({ id: "ChannelRate" });

export const rateName = z.enum(CHANNEL_RATES);
export const channelPerformance = z.object({
  channel: text, at: instant, late_shipments: maybe(rate).describe("Null where the channel does not watch it."), cancellations: maybe(rate).describe("Null where the channel does not watch it."),
}).meta({ id: "ChannelPerformance" });

export const failedOrder: z.ZodType<FailedOrderView> = z.object({
  order: text, number: whole, external_id: text, placed_at: instant, ship_by: maybe(instant), left_at: maybe(instant).describe("When the last of what left so far did."),
  open: z.boolean().describe("Whether something of it is still to leave."), cancelled_at: maybe(instant).describe("When the seller first cancelled something of it."),
}).meta({ id: "FailedOrder" });
