import { cutOffTonight, leaveNodes, type NodeExit, outlooksOf, releaseFrom, sourceWaiting, storeOf, type Tonight, tonightAt } from "../domain/fulfillment/index.ts";
import type { Node } from "../domain/catalog/index.ts";
import { DAY, dateOfDay, localDay, present, publicId, shipmentId } from "../domain/kernel/index.ts";
import { Journal, NO_ITEM, openHolds, type Order } from "../domain/order/index.ts";
import { type CutOffOfDay, shipTime } from "../domain/shipping/index.ts";
import { factsOf, type OrderFacts, sourcingFacts } from "./act-on-orders.ts";
import type { LookStore } from "./closure-store.ts";
import { limitWaiting } from "./limit-waiting.ts";
import { type Ambient, contextOf } from "./ports.ts";

/** Why goods do not leave tonight unless somebody acts. */
export const MORNING_CAUSES = ["HELD", "WAITING_FOR_STOCK", "NODE_CLOSED", "NODE_BEHIND", "NOT_ACCEPTED", "NOT_RELEASED"] as const;
export type MorningCause = (typeof MORNING_CAUSES)[number];

/** The most valuable first; or what has the next cut-off, then what has missed it, the latest first, then what has none today. */
export const MORNING_SORTS = ["value", "cut_off"] as const;
export type MorningSort = (typeof MORNING_SORTS)[number];

export interface MorningQuestion {
  readonly cause: MorningCause | null;
  /** Code of a node. */
  readonly node: string | null;
  readonly sort: MorningSort;
  readonly limit: number;
}

/** What the list looks for: how far each node gets today, and when the day ends. */
export interface MorningFacts {
  readonly now: number;
  readonly nodes: readonly { readonly id: string; readonly tonight: Tonight; /** Until somebody opens it: what it was told of for later days is not worked on either. */ readonly offline: boolean }[];
  /** Minutes after which a channel's released shipments should be accepted. */
  readonly acceptMinutes: ReadonlyMap<string, number>;
  /** What waits for stock and has to leave before the first of these, or be there before the second, will not. */
  readonly tonight: number;
  readonly tomorrow: number;
  readonly cause: MorningCause | null;
  readonly nodeId: string | null;
  readonly sort: MorningSort;
  readonly limit: number;
}

/** Goods of an order that do not leave tonight. */
export interface MorningRow {
  readonly cause: MorningCause;
  readonly orderId: string;
  readonly number: number;
  readonly externalId: string;
  readonly channelId: string;
  readonly currency: string;
  readonly totalMinor: number;
  /** Null for units that wait for stock. */
  readonly shipment: { readonly no: number; readonly nodeId: string; readonly status: string; readonly plannedShipDate: string; /** Orders before it at its node. */ readonly place: number; /** What it is planned to travel with; null where nobody has said. */ readonly carrier: string | null; readonly service: string | null } | null;
  /** What its customer counts on; null where nothing was said. */
  readonly promisedAt: number | null;
}

export interface MorningTotals {
  readonly cause: MorningCause;
  readonly orders: number;
  readonly shipments: number;
  readonly money: readonly { readonly currency: string; readonly total_minor: number }[];
}

export interface OverdueNode {
  readonly nodeId: string;
  readonly shipments: number;
  readonly oldest: string;
}

export interface MorningQueries {
  morningList(tenantId: number, facts: MorningFacts): Promise<{ readonly rows: readonly MorningRow[]; readonly totals: readonly MorningTotals[] }>;
  /** Shipments that should have left on an earlier day of their node, by node, the most first. */
  overdueWork(tenantId: number, facts: Pick<MorningFacts, "nodes">): Promise<readonly OverdueNode[]>;
}

/** An existing operation that does what a fix says. */
export interface FixOperation {
  readonly method: "POST";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export const FIX_CODES = ["nothing", "unknown_goods", "holds", "store_closed", "store_closed_until", "release", "no_node", "route", "picked", "no_other_node", "not_whole", "reroute"] as const;
export type FixCode = (typeof FIX_CODES)[number];

export interface Fix {
  readonly kind: "reroute" | "release_hold" | "release" | "route" | "tell_customer";
  readonly to: readonly string[];
  /** More than staying costs; null where that cannot be said, or nothing moves. */
  readonly cost_micros: number | null;
  /** When it then leaves, as a day of its node, and whether what was promised holds; null where nobody can say. */
  readonly leaves: string | null;
  readonly keeps_promise: boolean | null;
  /** What the sentence says, to be said in other languages. */
  readonly code: FixCode;
  readonly sentence: string;
  /** All of them together are the fix. */
  readonly operations: readonly FixOperation[];
}

export interface MorningEntry extends MorningRow {
  /** Until when it has to be ready to leave today; null where nothing leaves its node today with its carrier, or it has no node. */
  readonly cutOff: CutOffOfDay | null;
  readonly fix: Fix;
}

export interface MorningList {
  readonly at: number;
  readonly entries: readonly MorningEntry[];
  readonly more: boolean;
  readonly totals: readonly MorningTotals[];
  readonly overdue: readonly OverdueNode[];
  readonly nodes: ReadonlyMap<string, Node>;
  readonly channels: ReadonlyMap<string, string>;
}

/** How long a channel that says nothing gives a node to accept. */
const USUAL_ACCEPT_MINUTES = 120;

/**
 * What will not leave tonight unless somebody acts, in the order that is asked for, each with its fix. Fixes are decided by the code that does
 * them, in this order against one running remainder, so all of the page can be done together. Writes nothing. Null where there is no such node.
 */
export async function morningList(store: LookStore, queries: MorningQueries, tenantId: number, question: MorningQuestion, ambient: Ambient): Promise<MorningList | null> {
  const now = ambient.now();
  const { nodes, channels, shipping } = await store.transact(tenantId, async (tx) => ({ nodes: await tx.loadNodes(now), channels: await tx.loadChannels(now), shipping: await tx.loadShippingFacts(now) }));
  const asked = question.node === null ? null : nodes.find(({ code }) => code === question.node);
  if (asked === undefined) return null;
  const days = nodes.map((node) => ({ id: node.id, tonight: tonightAt(node, shipping, now), offline: node.status === "offline" }));
  const tonight = Math.max(now, ...days.map(({ tonight: { endsAt } }) => endsAt));
  const facts: MorningFacts = {
    now, nodes: days, tonight, tomorrow: tonight + DAY, cause: question.cause, nodeId: asked?.id ?? null, sort: question.sort, limit: question.limit + 1,
    acceptMinutes: new Map(channels.map(({ id, routing }) => [id, routing.acceptWithinMinutes ?? USUAL_ACCEPT_MINUTES])),
  };
  const [{ rows, totals }, overdue] = await Promise.all([queries.morningList(tenantId, facts), queries.overdueWork(tenantId, facts)]);
  return {
    at: now, totals, overdue, more: rows.length > question.limit, entries: await withFixes(store, tenantId, rows.slice(0, question.limit), new Map(days.map((day) => [day.id, day.tonight])), ambient, now),
    nodes: new Map(nodes.map((node) => [node.id, node])), channels: new Map(channels.map(({ id, code }) => [id, code])),
  };
}

async function withFixes(store: LookStore, tenantId: number, rows: readonly MorningRow[], tonight: ReadonlyMap<string, Tonight>, ambient: Ambient, now: number): Promise<readonly MorningEntry[]> {
  if (rows.length === 0) return [];
  return store.look(tenantId, async (tx) => {
    const orders = await tx.readOrders([...new Set(rows.map(({ orderId }) => orderId))]);
    const itemIds = [...new Set(orders.flatMap(({ lines }) => lines.map(({ itemId }) => itemId)))].filter((id) => id !== NO_ITEM);
    const journal = new Journal(contextOf(ambient, now, { actor: "morning" }), await tx.readSupply(itemIds, now));
    const facts = await factsOf(tx, orders, itemIds, ambient, now);
    await limitWaiting(tx, journal.book, facts.items.values(), now);
    return rows.flatMap((row): MorningEntry[] => {
      const order = facts.orders.get(row.orderId);
      const there = row.shipment && tonight.get(row.shipment.nodeId);
      return order ? [{ ...row, cutOff: there ? cutOffTonight(there, row.shipment?.carrier ?? null, row.shipment?.service ?? null) : null, fix: fixOf(journal, order, row, facts) }] : [];
    });
  });
}

function fixOf(journal: Journal, order: Order, row: MorningRow, facts: OrderFacts): Fix {
  const shipment = row.shipment && order.shipments.find(({ shipmentNo }) => shipmentNo === row.shipment?.no);
  switch (row.cause) {
    case "HELD":
      return releaseHolds(order);
    case "NOT_RELEASED":
      return release(journal, order, row, facts);
    case "WAITING_FOR_STOCK":
      return route(journal, order, facts);
    default:
      return shipment ? reroute(journal, order, row, facts) : NOTHING;
  }
}

const NOTHING: Fix = { kind: "tell_customer", to: [], cost_micros: null, leaves: null, keeps_promise: false, code: "nothing", sentence: "Nothing can be done in time: tell the customer.", operations: [] };
const WHY = "morning list";
const post = (path: string, body: Readonly<Record<string, unknown>>): FixOperation => ({ method: "POST", path, body });
const orderPath = (order: Order): string => `/v1/orders/${publicId("order", order.id)}`;

/** Goods that nobody has identified are not freed by releasing their hold. */
function releaseHolds(order: Order): Fix {
  const open = openHolds(order.holds);
  const unknown = open.some(({ kind, lineNo }) => kind === "ITEM" && order.lines.some((line) => line.lineNo === lineNo && line.itemId === NO_ITEM));
  if (unknown) return { ...NOTHING, keeps_promise: null, code: "unknown_goods", sentence: "Somebody has to say first which goods these are: map the channel's variant." };
  const sentence = `${open.length === 1 ? "A hold keeps" : `${open.length} holds keep`} it back: ${open.map(({ kind, reason }) => `${kind} (${reason})`).join("; ")}`;
  return { ...NOTHING, kind: "release_hold", keeps_promise: null, code: "holds", sentence: sentence.slice(0, 500), operations: open.map(({ holdNo }) => post(`${orderPath(order)}/holds/${holdNo}/release`, { reason: WHY })) };
}

/** When it leaves if it is released now, after all that is before it, and whether that is soon enough for each date it has to keep. */
function release({ context: { now } }: Journal, order: Order, { shipment: row, promisedAt }: MorningRow, facts: OrderFacts): Fix {
  const { no, nodeId, place } = present(row, "shipment");
  const node = present(facts.nodes.find(({ id }) => id === nodeId), "node");
  const shipment = present(order.shipments.find(({ shipmentNo }) => shipmentNo === no), "shipment");
  const store = storeOf(shipment, facts.nodes);
  if (store?.status === "offline") return { ...NOTHING, code: "store_closed", sentence: `${store.name}, where it is to be collected, is closed: open the store, or tell the customer.` };
  const from = store && releaseFrom(order, shipment, sourcingFacts(facts, order), now);
  if (store && from !== null) return { ...NOTHING, code: "store_closed_until", sentence: `${store.name}, where it is to be collected, is closed: released from ${today(node, from)} on it is there when the store is open again. Open the store, or tell the customer.` };
  const leaves = shipTime(node, null, facts.shipping, now, place)?.shipDate ?? null;
  const dates = outlooksOf(order, { ...sourcingFacts(facts, order), backlog: () => place }, now).filter(({ shipment }) => shipment?.shipmentNo === no);
  const missed = leaves === null || (promisedAt !== null && promisedAt <= now) || dates.some(({ level }) => level === "late");
  const unknown = promisedAt !== null && (dates.length === 0 || dates.some(({ deadline, arrivalDate }) => deadline.kind !== "ship_by" && arrivalDate === null));
  return {
    ...NOTHING, kind: "release", leaves, keeps_promise: missed ? false : unknown ? null : promisedAt !== null || leaves <= today(node, now),
    code: "release", sentence: "Nothing holds it: release it to its node.", operations: [post(`/v1/shipments/${shipmentId(order.id, no)}/release`, {})],
  };
}

const today = (node: Node | undefined, now: number): string => dateOfDay(localDay(now, node?.timeZone ?? "UTC"));

function route(journal: Journal, order: Order, facts: OrderFacts): Fix {
  const known = order.shipments.length;
  sourceWaiting(journal, order, sourcingFacts(facts, order), "MANUAL");
  const waits = order.lines.some(({ units }) => units.pending + units.backordered + units.preordered > 0);
  const fresh = order.shipments.slice(known);
  if (waits || fresh.length === 0) return { ...NOTHING, code: "no_node", sentence: "No node has it in time: tell the customer." };
  const codes = fresh.map(({ nodeId }) => present(facts.nodes.find(({ id }) => id === nodeId), "node").code);
  return { ...NOTHING, kind: "route", to: codes, leaves: last(fresh.map(({ plannedShipDate }) => plannedShipDate)), keeps_promise: null, code: "route", sentence: `There is stock now: route it to ${codes.join(" and ")}.`, operations: [post(`${orderPath(order)}/route`, {})] };
}

/** Takes the order away from its node in memory, and says where it goes then and which operation does that. */
function reroute(journal: Journal, order: Order, row: MorningRow, facts: OrderFacts): Fix {
  const { no, nodeId, status, place } = present(row.shipment, "shipment");
  const node = present(facts.nodes.find(({ id }) => id === nodeId), "node");
  const without: OrderFacts = { ...facts, nodes: facts.nodes.map((one) => (one === node ? { ...one, status: "offline" } : one)) };
  const others = new Set(order.shipments.map(({ shipmentNo }) => shipmentNo));
  const exit = status === "PICKED" ? null : leaveNodes(journal, order, sourcingFacts(without, order), { closed: new Set([nodeId]), includeAccepted: true, reason: WHY });
  const stays = (code: FixCode, why: string): Fix => {
    const leaves = node.status === "online" ? (shipTime(node, null, facts.shipping, journal.context.now, place)?.shipDate ?? null) : null;
    return { ...NOTHING, leaves, code, sentence: `${why}: ${leaves === null ? "nobody can say when it leaves" : `it leaves on ${leaves}`}; tell the customer.` };
  };
  if (exit?.result !== "moved") return status === "PICKED" ? stays("picked", `${node.name} has picked it already`) : stays("no_other_node", "No other node has it");
  if (status === "PLANNED" && !goWhole(order, exit)) return stays("not_whole", "No one node has all of a line, and by hand a line goes to one");
  const targets = [...new Set(exit.moved.map(({ to }) => to))].map((id) => present(facts.nodes.find((one) => one.id === id), "node"));
  const fresh = order.shipments.filter((one) => targets.some(({ id }) => id === one.nodeId) && (!others.has(one.shipmentNo) || one.status === "PLANNED"));
  const leaves = last(fresh.map(({ plannedShipDate }) => plannedShipDate));
  return {
    kind: "reroute", to: targets.map(({ code }) => code), cost_micros: exit.costMicros, leaves, keeps_promise: keeps(exit, fresh, targets, journal.context.now),
    code: "reroute", sentence: exit.reason, operations: status === "PLANNED" ? overrides(order, exit, targets) : [post(`/v1/shipments/${shipmentId(order.id, no)}/reject`, { reason: REJECTED[row.cause] ?? "OTHER", note: WHY })],
  };
}

const REJECTED: Readonly<Partial<Record<MorningCause, string>>> = { NODE_CLOSED: "CLOSED", NODE_BEHIND: "NO_CAPACITY" };

const overrides = (order: Order, { moved }: NodeExit, targets: readonly Node[]): readonly FixOperation[] => targets.map(({ id, code }) =>
  post(`${orderPath(order)}/override-routing`, { node: code, lines: [...new Set(moved.filter(({ to }) => to === id).map(({ lineNo }) => lineNo))], reason: WHY }));

/** Whether sending each line that moved to its node by hand does the same: that takes all of the line which no node was told of. */
const goWhole = (order: Order, { moved }: NodeExit): boolean => moved.every(({ lineNo, to }) =>
  moved.every((other) => other.lineNo !== lineNo || other.to === to)
  && order.lines.every((line) => line.lineNo !== lineNo || line.units.pending + line.units.backordered === 0)
  && order.shipments.every((one) => one.status !== "PLANNED" || one.nodeId === to || (one.lines.get(lineNo)?.reserved ?? 0) === 0));

/** What is promised is kept by its date; what only has a plan, by leaving today. */
function keeps({ expected }: NodeExit, fresh: Order["shipments"], targets: readonly Node[], now: number): boolean {
  if (expected !== null && expected.by !== "plan") return expected.from > now && expected.to !== null && expected.to <= expected.from;
  return fresh.every(({ plannedShipDate, nodeId }) => plannedShipDate !== null && plannedShipDate <= today(targets.find(({ id }) => id === nodeId), now));
}

const last = (dates: readonly (string | null)[]): string | null => (dates.includes(null) ? null : (dates.flatMap((date) => date ?? []).toSorted().at(-1) ?? null));
