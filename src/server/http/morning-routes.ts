import { z } from "zod";
import { publicId, shipmentId } from "../../domain/kernel/index.ts";
import { FIX_CODES, MORNING_CAUSES, MORNING_SORTS, type MorningEntry, type MorningList, type MorningQuestion } from "../../flows/morning-list.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { refused } from "./problem.ts";
import { operation } from "./route.ts";
import { codeText, limit } from "./schemas/fields.ts";

const [text, whole, when] = [z.string(), z.int(), z.iso.datetime()];
const cause = z.enum(MORNING_CAUSES);
const fix = z.object({
  kind: z.enum(["reroute", "release_hold", "release", "route", "tell_customer"]), to: z.array(text).describe("Nodes that send it then."),
  cost_micros: whole.nullable().describe("What that costs more than staying; null where it cannot be said, or nothing moves."), leaves: text.nullable().describe("Local day on which it leaves then; null where nobody can say."),
  keeps_promise: z.boolean().nullable().describe("Whether it is there, or where nothing is promised leaves, in time; null where nobody can say."),
  code: z.enum(FIX_CODES).describe("What the sentence says, to be said in other languages."), sentence: text,
  operations: z.array(z.object({ method: text, path: text, body: z.record(text, z.unknown()) })).describe("Operations that do it, all of them in turn; none where nothing can be done."),
}).meta({ id: "MorningFix" });
const entry = z.object({
  cause, order: text, number: whole, external_id: text, channel: text, currency: text, total_minor: whole, promised_at: when.nullable(),
  shipment: z.object({
    id: text, node: text, status: text, planned_ship_date: text, orders_before: whole, carrier: text.nullable(), service: text.nullable().describe("What it is planned to travel with; null where nobody has said."),
    cut_off: z.object({ at: when, kind: z.enum(["cut_off", "closing"]).describe("Set by somebody, or when the node closes."), time_zone: text.describe("The node's.") }).nullable()
      .describe("Until when it has to be ready to leave today, passed or not; null where nothing leaves its node today with its carrier."),
  }).nullable().describe("Null for units that wait for stock."), fix,
}).meta({ id: "MorningEntry" });
const morning = z.object({
  at: when, totals: z.array(z.object({ cause, orders: whole, shipments: whole, money: z.array(z.object({ currency: text, total_minor: whole })) })).describe("All that the filter leaves, by cause; money is the total of the orders."),
  overdue: z.array(z.object({ node: text, shipments: whole, oldest: text })).describe("What should have left on an earlier day, by node."), data: z.array(entry), has_more: z.boolean(),
}).meta({ id: "MorningList" });

const query = z.strictObject({ cause: cause.optional(), node: codeText.optional(), sort: z.enum(MORNING_SORTS).optional().describe("By value, the most valuable first; or by cut_off: the next one first, then those that have passed, the latest first, then what has none today."), limit: limit(100, 25) });
const ABOUT = "What should leave today, at each node by its own clock, and will not unless somebody acts: the most valuable first, or with sort=cut_off what has the next cut-off. HELD: a hold keeps it back. WAITING_FOR_STOCK: something is promised until tomorrow that no node has. " +
  "NODE_CLOSED: its node is closed. NODE_BEHIND: more orders are before it than its node gets ready by the cut-off of its carrier. NOT_ACCEPTED: its node has not accepted it in the channel's time. NOT_RELEASED: nothing keeps it back, and nobody released it. " +
  "Fixes are decided in the order of the list against one remainder of stock: all of a page can be done. Nothing is written.";

/** The morning list: for AppDeps.extraRoutes. */
export const morningRoutes = (ask: (tenantId: number, question: MorningQuestion) => Promise<MorningList | null>) => (app: App): void => {
  app.get("/v1/morning-list", operation({ id: "getMorningList", tag: "bad day", scope: "orders:read", summary: "Read what tonight's cut-offs will miss, each with its fix", description: ABOUT }, { querystring: query }, { 200: morning }), async (request) => {
    const { cause: wanted, node, sort } = request.query;
    const list = await ask(callerOf(request).tenantId, { cause: wanted ?? null, node: node ?? null, sort: sort ?? "value", limit: Number(request.query.limit) });
    if (list === null) throw refused("UNKNOWN_NODE", `There is no node "${node}".`, [{ pointer: "/query/node", code: "UNKNOWN_NODE", detail: `There is no node "${node}".` }]);
    return shown(list);
  });
};

function shown({ at, entries, more, totals, overdue, nodes, channels }: MorningList): z.infer<typeof morning> {
  const codeOf = (id: string): string => nodes.get(id)?.code ?? id;
  const row = ({ orderId, externalId, channelId, totalMinor, promisedAt, shipment, cutOff, fix: { to, operations, ...fixed }, ...rest }: MorningEntry): z.infer<typeof entry> => ({
    ...rest, order: publicId("order", orderId), external_id: externalId, channel: channels.get(channelId) ?? channelId, total_minor: totalMinor, promised_at: promisedAt === null ? null : new Date(promisedAt).toISOString(),
    shipment: shipment && { id: shipmentId(orderId, shipment.no), node: codeOf(shipment.nodeId), status: shipment.status, planned_ship_date: shipment.plannedShipDate, orders_before: shipment.place, carrier: shipment.carrier, service: shipment.service,
      cut_off: cutOff && { at: new Date(cutOff.at).toISOString(), kind: cutOff.kind, time_zone: nodes.get(shipment.nodeId)?.timeZone ?? "UTC" } },
    fix: { ...fixed, to: [...to], operations: operations.map((one) => ({ ...one, body: { ...one.body } })) },
  });
  return {
    at: new Date(at).toISOString(), totals: totals.map((one) => ({ ...one, money: [...one.money] })), overdue: overdue.map(({ nodeId, ...one }) => ({ node: codeOf(nodeId), ...one })),
    data: entries.map(row), has_more: more,
  };
}
