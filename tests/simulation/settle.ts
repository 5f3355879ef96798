import { StockBook } from "../../src/domain/inventory/index.ts";
import { componentsOf, lineMayRoute, openHolds, type Order, type OrderLine, perKit, wholeKits } from "../../src/domain/order/index.ts";
import { decideRouting } from "../../src/domain/routing/index.ts";
import { actOnOrders, type OrderCommand } from "../../src/flows/act-on-orders.ts";
import type { OrderAction } from "../../src/flows/order-actions.ts";
import { saveFacts } from "../../src/flows/save-facts.ts";
import { timer } from "./actors.ts";
import { factsAt } from "./database.ts";
import type { Office } from "./office.ts";
import { asCommands, NODES } from "./world.ts";

const HOUR = 3_600_000;
const CLOSED = new Set(["COMPLETED", "CANCELLED", "PARTIALLY_CANCELLED"]);
/** More than all attempts that lines have, one order after the other, where the same few units go round among them. */
const ROUNDS = 200;
const BATCH = 20;

/** Faults are over: nodes are back, people answer, carriers deliver, timers run. Returns when nothing happens any more. */
export async function settle(office: Office): Promise<string[]> {
  await run(office, async () => void (await office.send(saveFacts, asCommands({ nodes: NODES }))));
  for (let round = 0; round < ROUNDS; round++) {
    const before = office.db.position;
    office.pass(6 * HOUR);
    await run(office, () => timer(office));
    const commands = [...office.db.orders.values()].flatMap((order) => next(order).map((action) => command(office, order, action)));
    for (let n = 0; n < commands.length; n += BATCH) await run(office, async () => void (await office.send(actOnOrders, commands.slice(n, n + BATCH))));
    if (office.db.position === before) return unfinished(office);
  }
  return [`something still happens after ${ROUNDS} rounds without faults`];
}

async function run(office: Office, work: () => Promise<void>): Promise<void> {
  office.start("settling", work);
  await office.scheduler.finish();
}

const command = (office: Office, order: Order, action: OrderAction): OrderCommand => ({ ...office.head("staff"), orderId: order.id, expectedVersion: null, occurredAt: null, action });

/** The next step of everything about an order. */
function next(order: Order): OrderAction[] {
  const holds = CLOSED.has(order.status) ? [] : openHolds(order.holds);
  if (holds.length > 0) return holds.map((hold) => ({ type: "release_hold", holdNo: hold.holdNo, reason: "settled" }));
  return order.shipments.flatMap(({ shipmentNo, status, cancelRequested }): OrderAction[] => {
    if (cancelRequested) return [{ type: "answer_cancel", shipmentNo, accepted: true, note: null }];
    if (status === "PLANNED") return [{ type: "release", shipmentNo }];
    if (["RELEASED", "ACCEPTED", "PICKED", "PACKED"].includes(status)) return [{ type: "ship", shipmentNo, carrier: null, service: null, trackingNumbers: [] }];
    return status === "SHIPPED" ? [{ type: "carrier_outcome", shipmentNo, outcome: "delivered" }] : [];
  });
}

/** Orders that neither ended nor wait for stock that is not there, with somebody told. */
function unfinished(office: Office): string[] {
  const open = [...office.db.exceptions.values()].filter((one) => !one.resolved);
  const told = (order: Order, lineNo: number): boolean => open.some((one) => one.orderId === order.id && one.lineNo === lineNo);
  const problems = [...office.db.orders.values()].flatMap((order) => {
    if (CLOSED.has(order.status)) return openHolds(order.holds).length > 0 ? [`${order.externalId} is ${order.status} and still on hold`] : [];
    const limit = factsAt(office.db.channels, office.now).find((channel) => channel.id === order.channelId)?.routing.attemptLimit ?? 0;
    const waiting = order.lines.filter(({ units }) => units.pending + units.backordered > 0);
    if (waiting.length === 0) return [`${order.externalId} is ${order.status} and nobody moves it`];
    return waiting.flatMap((line) => {
      if (line.units.pending > 0 && !told(order, line.lineNo)) return [`${order.externalId} line ${line.lineNo} is pending and nobody was told`];
      const servable = (line.units.backordered > 0 || line.attempts < limit) && lineMayRoute(order, line.lineNo) ? servedBy(office, order, line.lineNo) : null;
      return servable === null ? [] : [`${order.externalId} line ${line.lineNo} waits although ${servable} has stock for it`];
    });
  });
  for (const one of open) {
    const line = office.db.orders.get(one.orderId ?? "")?.lines.find((candidate) => candidate.lineNo === one.lineNo);
    if ((one.kind === "NO_STOCK" || one.kind === "ATTEMPTS_EXHAUSTED") && line?.units.pending === 0) problems.push(`exception ${one.kind} of ${one.orderId} line ${one.lineNo} is open and nothing is pending`);
    if (one.kind === "NO_ROUTE" && line && line.units.pending + line.units.backordered === 0) problems.push(`exception ${one.kind} of ${one.orderId} line ${one.lineNo} is open and nothing waits`);
    if (one.kind === "SHORT_RELEASED" && ![...office.db.stock.values()].some((row) => row.itemId === one.itemId && row.nodeId === one.nodeId && row.short > 0)) {
      problems.push(`exception ${one.kind} of ${one.itemId} at ${one.nodeId} is open and nothing is short`);
    }
  }
  return problems;
}

/** The lines of a kit that leave together with this one, while a whole kit waits; otherwise the line alone. */
function neededWith(order: Order, line: OrderLine): OrderLine[] {
  const kit = order.lines.find(({ lineNo, document }) => lineNo === line.parentLineNo && document.kit?.ship_together === true);
  const components = kit ? componentsOf(order, kit) : [];
  const bucket = line.units.pending > 0 ? "pending" : "backordered";
  return wholeKits(components, ({ units }) => units[bucket]) > 0 ? components : [line];
}

/** A node that could give a waiting line something now, or null. */
function servedBy(office: Office, order: Order, lineNo: number): string | null {
  const book = new StockBook([...office.db.stock.values()], [...office.db.demand.values()]);
  const line = order.lines.find((candidate) => candidate.lineNo === lineNo);
  const items = factsAt(office.db.items, office.now);
  const item = items.find((candidate) => candidate.id === line?.itemId);
  const channel = factsAt(office.db.channels, office.now).find((candidate) => candidate.id === order.channelId);
  if (!line || !item || !channel) return null;
  const nodes = factsAt(office.db.nodes, office.now);
  const parts = neededWith(order, line).map((one) => ({ lineNo: one.lineNo, line: one, item: items.find(({ id }) => id === one.itemId) ?? item, perUnit: 1 }));
  if (parts.length > 1) for (const part of parts) part.perUnit = perKit(part.line);
  for (const part of parts) {
    // Pending units were promised already; what only waits stands behind them, and both behind network claims.
    const kept = book.demand(part.item.id).soft + (line.units.pending > 0 ? 0 : book.demand(part.item.id).pending);
    const free = nodes.reduce((sum, node) => sum + book.available(part.item, node.id), 0) - kept;
    if (free < part.perUnit) return null;
  }
  const excluded = new Set(order.excluded.filter((one) => parts.some((part) => part.lineNo === one.lineNo) && one.until > office.now).map((one) => one.nodeId));
  const demand = { lineNo, parts, quantity: 1, preselected: line.document.node, excluded };
  const { assignments: [found] } = decideRouting({
    // What was promised already stands in nobody's way, as where it is routed.
    ownPending: new Map(parts.map(({ item: { id } }) => [id, line.units.pending > 0 ? book.demand(id).pending : 0])), demands: [demand], nodes, nodePool: channel.nodePool, policy: channel.routing, destination: order.destination, book, trigger: "STOCK_ARRIVED", now: office.now,
  });
  return nodes.find(({ id }) => id === found?.nodeId)?.code ?? null;
}
