import { z } from "zod";
import { SINGLE_ACTIONS } from "../../../flows/possible-actions.ts";
import { SEARCH_FIELD_NAMES } from "../../../domain/order/index.ts";
import type { AvailabilityView } from "../../../flows/availability.ts";
import type { DecisionView, EventView, OrderSummary, OrderView, ShipmentView } from "../../../flows/queries.ts";
import { orderWatch } from "./deadline-views.ts";

/** What is answered. These document; nothing is parsed with them at run time, so answering stays cheap. */

const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => z.nullable(one);
const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();

export const page = <T extends z.ZodType>(row: T): z.ZodObject<{ data: z.ZodArray<T>; has_more: z.ZodBoolean; next_cursor: z.ZodNullable<z.ZodString> }> =>
  z.object({ data: z.array(row), has_more: z.boolean(), next_cursor: maybe(text) });

const stages = z.record(text, whole);

export const shipment: z.ZodType<ShipmentView> = z.object({
  id: text, order: text, node: maybe(text), to_store: maybe(text).describe("The store that the goods are sent to, where the customer collects them."), status: text, state_since: instant, planned_ship_date: maybe(text),
  planned_carrier: maybe(text).describe("The carrier and the service that routing chose; null where no rule asked for one."), planned_service: maybe(text),
  expected_arrival_date: maybe(text).describe("Local day on which that service delivers at the latest."), time_zone: text, cancel_requested: z.boolean(),
  parcel: z.object({ id: text, shipments: z.array(text), label_micros: whole, saving_micros: whole }).optional()
    .describe("Where it is packed into one parcel with shipments of other orders of the same customer: all of them, and what the one label costs, and saves, in micro-units of the base currency."),
  lines: z.array(z.object({ line: whole, sku: text }).catchall(z.union([whole, text]))),
  packages: z.array(z.object({
    package_no: whole, lines: z.array(z.object({ line: whole, quantity: whole })), weight_grams: maybe(whole), carrier: maybe(text), service: maybe(text), tracking_number: maybe(text),
  })),
  cancel_lines: z.array(z.object({ line: whole, quantity: whole })),
}).meta({ id: "Shipment" });

export const hold = z.object({
  hold_no: whole, kind: text, scope: text, line: maybe(whole), shipment: maybe(text), reason: text, owner: maybe(text), placed_at: instant, due_at: maybe(instant),
  released_at: maybe(instant), released_by: maybe(text), release_reason: maybe(text),
}).meta({ id: "Hold" });

const orderLine = z.object({
  line: whole, sku: text, item: maybe(text), name: maybe(text), variant: maybe(text), properties: z.array(z.object({ name: text, value: text })), quantity: text, unit: maybe(text), quantity_scale: whole,
  unit_price: text, list_price: maybe(z.object({ price_list: text, unit_price: text })), discount_minor: whole, tax_minor: whole, total_minor: whole, external_id: maybe(text), node: maybe(text),
  expected_at: maybe(instant).describe("When the last of its waiting units is due; null where none waits, or some wait without a date."),
  parent_line: maybe(whole).describe("The line of the kit whose component this is."),
  kit: maybe(z.object({ quantity: whole, ship_together: z.boolean() })).describe("On the line of a kit, which has no units of its own: how many kits were ordered. Its components follow in lines of their own."),
  ordered: whole, buckets: stages, outcomes: stages, attempts: whole,
}).meta({ id: "OrderLine" });

const header = {
  id: text, number: whole, channel: text, external_id: text, status: text, currency: text, total_minor: whole, placed_at: instant, captured_at: instant,
  commercial_version: whole, payment_state: text,
  tags: z.array(text), assignee: maybe(text).describe("Who looks after it, as events name them."), note_count: whole,
};

const orderUnits = z.object({ ordered: whole, cancelled: whole, shipped: whole, quantity_scale: whole })
  .describe("Sums over the lines in 10^-quantity_scale of their base units, the finest scale among them; shipped counts what was shipped or handed over.").meta({ id: "OrderUnits" });

const searchMatch = z.object({
  field: z.enum(SEARCH_FIELD_NAMES), text,
  ranges: z.array(z.tuple([whole, whole])).describe("Where the text matched: [begin, end), in UTF-16 code units, ascending."),
}).meta({ id: "SearchMatch" });

export const orderSummary: z.ZodType<OrderSummary> = z.object({
  ...header, line_count: whole, units: orderUnits, nodes: z.array(text), open_holds: z.array(text),
  matches: z.array(searchMatch).optional().describe("With q: what of the order matched. Fields of a person only with the scope orders:read_personal."),
}).meta({ id: "OrderSummary" });

export const order: z.ZodType<OrderView> = z.object({
  ...header,
  actions: z.array(z.object({ action: z.enum(SINGLE_ACTIONS), allowed: z.boolean(), reason: z.object({ code: text, detail: text, fix: text }).optional() }).meta({ id: "PossibleAction" })).describe("What can be done to it as it is, and why the rest cannot; a preview says what it would do."),
  money: z.object({
    merchandise_minor: whole, shipping_minor: whole, discount_minor: whole, tax_minor: whole, tax_included: z.boolean(), other_minor: whole, total_minor: whole,
    payments: z.array(z.object({ tender: text, amount_minor: whole, reference: maybe(text) })),
  }),
  promise: maybe(z.object({ option: text, arrives_at: maybe(instant), expected_at: maybe(instant).describe("When everything is expected by what is known now.") })).describe("What its customer was promised with the claim that it names."),
  watch: maybe(orderWatch).describe("How its dates stand, promised, asked for or set by its channel; null where none is to be kept."),
  customer_class: maybe(text), service_level: maybe(text), deliver_by: maybe(instant), ship_by: maybe(instant), pickup_node: maybe(text).describe("Where its customer collects it."),
  pickup_slot: maybe(z.object({ starts_at: instant, ends_at: instant })).describe("The slot in which it has a place there, where the store's slots have a limit."),
  attributes: z.record(text, text), geocode: maybe(z.object({ source: text, precision: text })),
  risk: maybe(z.object({ score: whole, reasons: z.array(z.object({ rule: text, points: whole, reason: text })) })), lines: z.array(orderLine), holds: z.array(hold), shipments: z.array(shipment), contact: maybe(z.record(text, z.unknown())),
}).meta({ id: "Order" });

export const event: z.ZodType<EventView> = z.object({
  position: whole, id: text, type: text, order: maybe(text), actor: text, actor_name: maybe(text).describe("What the key or the person is called now."), reason: maybe(text), occurred_at: instant, recorded_at: instant, data: z.record(text, z.unknown()),
}).meta({ id: "Event" });

const shareFields = {
  node: text, carrier: maybe(text), service: maybe(text), ship_date: maybe(text).describe("YYYY-MM-DD in the node's time zone."), arrival_date: maybe(text).describe("YYYY-MM-DD where it goes."), days_late: whole,
  incoterm: maybe(text).describe("Who pays duty: DDP the seller, DAP the customer. Null where nothing crosses a border of customs, or no rule asks."), duty_micros: maybe(whole).describe("What is due, in micro-units of the base currency; null where nobody has said it."),
};
const candidate = z.object({
  node: text, verdict: text,
  stock: z.array(z.object({ line: whole, units: whole })).optional().describe("Units of each line's goods that it had free then, beside what is promised; of the first six lines."),
  terms_micros: z.record(text, whole).optional().describe("What makes up cost_micros, weighted; terms that are zero are left out, and so is what further parcels cost."),
  arrival_date: text.optional().describe("YYYY-MM-DD where it goes, were it to send all that it can; only where a rule asked how goods travel."),
  taken_percent: whole.optional().describe("How full its next working day was then, by orders or by units, whichever is fuller; only where a day has a limit."),
}).catchall(z.unknown()).meta({ id: "RoutingCandidate" });
/** What every decision tells, made or supposed. */
const decisionFields = {
  said: z.array(z.object({ code: text }).catchall(z.unknown())).describe("The reason as facts, a sentence each, to be said in other languages: nodes by code, km, amounts in micro-units, local dates. Empty where the decision is older than they are."),
  strategy: maybe(text).describe("Code of the strategy; null where the channel's own policy decided."), strategy_version: maybe(whole), group: maybe(text).describe("The group of the strategy that the order fell into."),
  relaxed: z.array(z.unknown()).describe("Soft rules that were given up: rule and tier."), notes: z.array(z.unknown()).describe("Rules that could not be asked, a sentence each."),
  terms_micros: z.record(text, whole).describe("What the plan costs by term, in micro-units of the base currency and weighted; terms that are zero are left out."), total_cost_micros: maybe(whole),
  chosen: z.array(z.object({ ...shareFields, lines: z.array(whole) })).describe("What each node sends, and how: null where no rule asked how goods travel."),
  candidates: z.array(candidate).describe("The best twenty with reason, km, cost_micros, lines_filled, stock and terms_micros, and, where a verdict needs more words, why; others as node and verdict. Older ones lack what was not kept then."),
};

export const decision: z.ZodType<DecisionView> = z.object({
  decision_no: whole, decided_at: instant, trigger: text, reason: text, ...decisionFields,
}).catchall(z.unknown()).meta({ id: "RoutingDecision" });

const sharedOut = z.array(z.object({ ...shareFields, lines: z.array(z.object({ line: whole, quantity: whole })) }));
const maybeWhole = maybe(whole);
export const whatIfAnswer = z.object({
  order: text, scope: z.enum(["unreleased", "whole_order"]).describe("What was decided about: what no node was told of yet, or, where nothing is left of that, the whole order as if it came in now."),
  now: maybe(z.object({ decision: maybe(decision), shipments: sharedOut })).describe("How it stands; null where nothing of it has a node."),
  what_if: z.object({ reason: text, ...decisionFields, shipments: sharedOut, unplaced: z.array(z.object({ line: whole, quantity: whole })) }).catchall(z.unknown()),
  difference: z.object({
    sentence: text, cost_micros: maybeWhole.describe("What it would cost more; null where the decision that stands placed other lines."), shipments: maybeWhole, arrival_days: maybeWhole,
    moved: z.array(z.object({ line: whole, quantity: whole, from: maybe(text), to: maybe(text) })).describe("Units that would be elsewhere; null for no node."),
  }).describe("What would be, less what is."),
}).meta({ id: "WhatIf" });

const openHold = z.object({ hold_no: whole, kind: text, reason: text });

/** An order just captured; one that was there already (existing) answers with its id, number and status only. */
export const captured = z.object({
  id: text, number: whole, status: text, external_id: text.optional(), commercial_version: whole.optional(), holds: z.array(openHold).optional(),
  shipments: z.array(z.object({ id: text, node: maybe(text), lines: z.array(z.object({ line: whole, quantity: whole })) })).optional(),
  reason: maybe(text).optional(), existing: z.boolean().optional(),
}).meta({ id: "CapturedOrder" });

export const orderState = z.object({
  id: text, status: text, commercial_version: whole, holds: z.array(openHold), shipments: z.array(z.object({ id: text, status: text })),
});
const UNTOLD = "For so many seconds no webhook is sent about it: taken back before, neither it nor its taking back is sent. 0 where it was told at once, as what API keys do is; missing in answers that an earlier version kept.";
/** The request that takes a change back; null where it cannot be, or nothing changed. */
export const undo = maybe(z.object({ method: text, path: text, body: z.record(text, z.unknown()), untold_seconds: whole.optional().describe(UNTOLD) }).meta({ id: "Undo" })).describe("The request that takes it back; null where it cannot be taken back, or nothing changed.");

/** What a change of an order answers: what it did, and where the order stands now. */
export const changed = z.object({
  order: orderState, undo: undo.optional(), shipment: z.object({ id: text, status: text }).optional(), hold_no: whole.optional(), node: text.optional(), routed: z.boolean().optional(),
  cancelled: z.array(z.object({ line: whole, quantity: whole })).optional(), asked: z.array(z.object({ line: whole, quantity: whole })).optional(),
}).meta({ id: "OrderChange" });

export const availability: z.ZodType<AvailabilityView> = z.object({
  sku: text, base_unit: text, quantity_scale: whole, components: maybe(z.array(z.object({ sku: text, quantity: whole }))).describe("Of a kit. Its figures are whole kits that its components make."),
  network: z.object({ atp: whole, unassigned_demand: whole, buffer: whole }),
  nodes: z.array(z.object({
    node: text, eligible: z.boolean(), atp: whole, on_hand: whole, inbound: whole, reserved: whole, soft: whole, protected: whole,
  })),
  by_date: z.array(z.object({ at: instant, atp: whole })).optional().describe("With horizon_days: what can be promised in the network from each time on."),
}).meta({ id: "Availability" });
