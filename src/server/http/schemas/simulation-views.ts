import { z } from "zod";
import { SIMULATION_STATES } from "../../../flows/simulations.ts";

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => z.nullable(one);

const world = z.object({
  orders: whole, refused_orders: whole.describe("Not taken in, because not all of it could be had and the rules ask for that."), cost_micros: maybe(whole).describe("Micro-units of the base currency, as these rules weigh costs; null where those of some orders weigh none."),
  shipments: whole, split_orders: whole, split_percent: maybe(z.number()), kilometres: whole.describe("From node to destination, summed over shipments."), kilometres_per_shipment: maybe(z.number()),
  dated_orders: whole.describe("Orders that ask for a day and are planned with one."), late_orders: whole, late_percent: maybe(z.number()),
  units_wanted: whole, units_placed_at_once: whole, units_placed: whole.describe("At nodes at the end: shipments, kilometres and costs go by the same."), fill_percent: maybe(z.number()).describe("Units that had a node when their order came in."), waiting_orders: whole.describe("With units that still wait at the end."),
  nodes: z.array(z.object({ node: text, shipments: whole, units: whole })),
}).meta({ id: "SimulatedWorld" });

export const simulationView = z.object({
  id: text, state: z.enum(SIMULATION_STATES), from: instant, to: instant, channel: maybe(text),
  strategy: maybe(z.object({ code: text, version: whole, revision: whole, draft: z.boolean() })), generated: maybe(whole), orders: z.object({ done: whole, total: maybe(whole) }),
  report: maybe(z.object({
    orders: whole, moved: whole, unmoved: whole, reproduced: maybe(whole).describe("Orders that the rules which held send where they went in fact; null for orders that were made up."),
    live: world.describe("By the rules that held."), draft: maybe(world).describe("By the strategy that was asked about."), notes: z.array(text),
  })),
  problem: maybe(z.object({ code: text, detail: text, fix: text })), actor: text, created_at: instant, started_at: maybe(instant), finished_at: maybe(instant),
}).meta({ id: "RoutingSimulation" });

const side = z.object({
  placed: z.array(z.object({ line: whole, node: text, quantity: whole })).describe("In all decisions about it."), waiting: z.boolean(), cost_micros: maybe(whole), arrival_date: maybe(text), reason: text,
});
export const movedOrderView = z.object({
  order: maybe(text), number: maybe(whole), captured_at: instant, before: side, after: side,
  difference: z.object({
    sentence: text, cost_micros: maybe(whole), shipments: maybe(whole), arrival_days: maybe(whole), moved: z.array(z.object({ line: whole, quantity: whole, from: maybe(text), to: maybe(text) })),
  }),
}).meta({ id: "SimulatedOrder" });
