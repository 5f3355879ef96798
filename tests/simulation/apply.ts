import type { DemandRow, StockRow } from "../../src/domain/inventory/index.ts";
import { BUCKETS, CARRIER_OUTCOMES, type ExcludedNode, type Journal, type LineMovement, type Order, type OrderLine, settles, type Shipment } from "../../src/domain/order/index.ts";
import { type Changes, copyLine, copyOrder, copyShipment, type Database, identityOf, placeKey, type PositionedEvent, slotKey, type StoredException } from "./database.ts";
import { Conflict } from "./locks.ts";

/** A journal as its statements would carry it: values are bound when the statement is sent, not when it commits. */
export interface Bound {
  readonly newOrders: readonly Order[];
  readonly touched: readonly { readonly order: Order; readonly lines: ReadonlySet<number>; readonly shipments: ReadonlySet<number>; readonly holds: ReadonlySet<number> }[];
  readonly journal: Journal;
  readonly stock: ReturnType<Journal["book"]["stockDeltas"]>;
  readonly demand: ReturnType<Journal["book"]["demandDeltas"]>;
  readonly capacity: ReturnType<Journal["book"]["capacity"]["deltas"]>;
  /** What the transaction read of stock, for a store that writes figures instead of differences. */
  readonly read: ReadonlyMap<string, StockRow>;
}

export function bind(journal: Journal, read: ReadonlyMap<string, StockRow>): Bound {
  return {
    journal, read, newOrders: journal.newOrders.map(copyOrder), stock: journal.book.stockDeltas(), demand: journal.book.demandDeltas(), capacity: journal.book.capacity.deltas(),
    touched: [...journal.touched.values()].map((touched) => ({ ...touched, order: copyOrder(touched.order) })),
  };
}

export const check = (holds: boolean, what: string): void => {
  if (!holds) throw new Conflict("23514", what);
};

/** Writes one batch with the grain and the CHECKs of the real tables. */
export function applyJournal(db: Database, changes: Changes, bound: Bound): void {
  for (const order of bound.newOrders) insertOrder(db, changes, order);
  for (const touched of bound.touched) updateOrder(db, changes, touched, bound.journal.lineMovements);
  applyStock(db, changes, bound);
  applyCapacity(db, changes, bound);
  const { journal } = bound;
  const lineMovements = db.mutant === "lost line movement" && bound.touched.length > 0 ? journal.lineMovements.slice(0, -1) : journal.lineMovements;
  changes.append(db.lineMovements, lineMovements);
  changes.append(db.stockMovements, db.mutant === "lost stock movement" ? journal.stockMovements.slice(0, -1) : journal.stockMovements);
  for (const decision of journal.decisions) {
    check(Buffer.byteLength(decision.detail) <= 4096, "routing_decision detail");
    changes.append(db.decisions, [decision]);
    changes.set(db.decisionNumbers, decision.orderId, decision.decisionNo);
  }
  settleExceptions(db, changes, journal);
}

/** Takes the next positions and writes the events: the last step, while the counter's lock is held. */
export function applyEvents(db: Database, changes: Changes, journal: Journal, from: number): void {
  const events = journal.events.map((event, index): PositionedEvent => ({ ...event, position: from + index + 1 }));
  changes.append(db.events, events);
}

function insertOrder(db: Database, changes: Changes, order: Order): void {
  for (const line of order.lines) checkLine(line);
  changes.set(db.orders, order.id, order);
  changes.set(db.identities, identityOf(order), order.id);
}

function updateOrder(db: Database, changes: Changes, { order, lines, shipments, holds }: Bound["touched"][number], movements: readonly LineMovement[]): void {
  const before = db.orders.get(order.id);
  if (!before) throw new Error(`order ${order.id} is not there`);
  const after: Order = {
    ...before, status: db.mutant === "stale status" ? before.status : order.status, commercialVersion: order.commercialVersion,
    lines: before.lines.map((line) => (lines.has(line.lineNo) ? movedLine(line, order, movements, db.mutant === "no order lock") : line)),
    holds: mergedHolds(before, order, holds, db.mutant === "hold not released"),
    shipments: mergedShipments(before, order, db.mutant === "shipment not written" ? new Set() : shipments),
    excluded: db.mutant === "exclusion forgotten" ? before.excluded : mergedExclusions(before.excluded, order.excluded),
  };
  for (const line of after.lines) checkLine(line);
  changes.set(db.orders, order.id, after);
}

/** Lines take differences summed from the movements; the order that decided may have seen other figures. */
function movedLine(line: OrderLine, decided: Order, movements: readonly LineMovement[], figures: boolean): OrderLine {
  const own = decided.lines.find((candidate) => candidate.lineNo === line.lineNo);
  if (figures && own) return own;
  const after = { ...copyLine(line), attempts: own?.attempts ?? line.attempts };
  const outcomes: ReadonlySet<string> = new Set(CARRIER_OUTCOMES);
  for (const { orderId, lineNo, from, to, quantity } of movements) {
    if (orderId !== decided.id || lineNo !== line.lineNo) continue;
    after.units[to] += quantity;
    if (from !== null && !outcomes.has(to)) after.units[from] -= quantity;
  }
  return after;
}

function checkLine({ lineNo, ordered, units }: OrderLine): void {
  const sum = BUCKETS.reduce((total, bucket) => total + units[bucket], 0);
  check(Object.values(units).every((value) => value >= 0), `line ${lineNo} below zero`);
  check(sum === ordered, `line ${lineNo} has ${sum} of ${ordered} units`);
  check(units.delivered + units.lost + units.returned_to_sender <= units.shipped, `line ${lineNo} has more outcomes than shipped`);
}

function mergedHolds(before: Order, after: Order, changed: ReadonlySet<number>, keepOpen: boolean): Order["holds"] {
  const holds = before.holds.map((hold) => (changed.has(hold.holdNo) && !keepOpen ? (after.holds.find((one) => one.holdNo === hold.holdNo) ?? hold) : hold));
  return [...holds, ...after.holds.filter((hold) => changed.has(hold.holdNo) && !before.holds.some((one) => one.holdNo === hold.holdNo))];
}

function mergedShipments(before: Order, after: Order, changed: ReadonlySet<number>): Shipment[] {
  const rows = new Map(before.shipments.map((shipment) => [shipment.shipmentNo, shipment]));
  for (const shipment of after.shipments) if (changed.has(shipment.shipmentNo) || !rows.has(shipment.shipmentNo)) rows.set(shipment.shipmentNo, copyShipment(shipment));
  return [...rows.values()].toSorted((a, b) => a.shipmentNo - b.shipmentNo);
}

function mergedExclusions(before: readonly ExcludedNode[], after: readonly ExcludedNode[]): ExcludedNode[] {
  const rows = new Map(before.map((one) => [`${one.lineNo}|${one.nodeId}`, one]));
  for (const one of after) rows.set(`${one.lineNo}|${one.nodeId}`, one);
  return [...rows.values()];
}

const EMPTY = { onHand: 0, reserved: 0, soft: 0, short: 0 } as const;

function applyStock(db: Database, changes: Changes, { stock, demand, read, journal }: Bound): void {
  for (const { onHand, reserved, soft, short, ...place } of stock) {
    const key = placeKey(place);
    const surprised = journal.stockMovements.some((movement) => movement.onHand < 0 && placeKey(movement) === key);
    if (short > 0 && !surprised) changes.append(db.alarms, [`${key} is short by ${short} more, and nothing was found missing`]);
    // A store that writes figures starts from what it has read, not from what is there now.
    const base = (db.mutant === "no item lock" ? read.get(key) : db.stock.get(key)) ?? EMPTY;
    const row: StockRow = { ...place, onHand: base.onHand + onHand, reserved: base.reserved + reserved, soft: base.soft + soft, short: base.short + short };
    check(row.onHand >= 0 && row.reserved >= 0 && row.soft >= 0 && row.short >= 0, `stock below zero: ${JSON.stringify(row)}`);
    check(db.mutant === "taken without a second look" || row.reserved <= row.onHand + row.short, `stock_reserved_is_there: ${JSON.stringify(row)}`);
    const needed = Math.max(0, row.reserved - row.onHand);
    if (row.short !== needed) changes.append(db.alarms, [`commit ${db.commits + 1} left ${key} short by ${row.short} where ${needed} are missing`]);
    changes.set(db.stock, key, row);
  }
  if (db.mutant === "demand counters forgotten") return;
  for (const { itemId, pending, waiting, soft } of demand) {
    const base = db.demand.get(itemId);
    if (!base) throw new Error(`item ${itemId} has no demand row`);
    const row: DemandRow = { itemId, pending: base.pending + pending, waiting: base.waiting + waiting, soft: base.soft + soft };
    check(row.pending >= 0 && row.waiting >= 0 && row.soft >= 0, `unassigned demand below zero: ${JSON.stringify(row)}`);
    changes.set(db.demand, itemId, row);
  }
}

function applyCapacity(db: Database, changes: Changes, { capacity, journal }: Bound): void {
  for (const { nodeId, date, hour, orders, units } of capacity) {
    const slot = { nodeId, date, hour };
    const key = slotKey(slot);
    const before = db.capacity.get(key) ?? { ...slot, orders: 0, units: 0 };
    if (!journal.book.capacity.stillBears(before)) changes.append(db.alarms, [`commit ${db.commits + 1} claims more of ${key} than there is`]);
    const row = { ...slot, orders: before.orders + orders, units: before.units + units };
    check(row.orders >= 0 && row.units >= 0, `capacity below zero: ${JSON.stringify(row)}`);
    changes.set(db.capacity, key, row);
  }
}

function settleExceptions(db: Database, changes: Changes, journal: Journal): void {
  for (const line of journal.resolvedLines()) {
    for (const open of db.exceptions.values()) {
      const about = open.orderId === line.orderId && open.lineNo === line.lineNo && settles(line, open.kind);
      if (about && !open.resolved) changes.set(db.exceptions, open.id, { ...open, resolved: true });
    }
  }
  const places = [...journal.book.settledPlaces(), ...journal.exceptions.filter(({ kind }) => kind === "SHORT_RELEASED")];
  for (const { itemId, nodeId } of places) {
    for (const open of db.exceptions.values()) {
      const about = open.kind === "SHORT_RELEASED" && open.itemId === itemId && open.nodeId === nodeId;
      if (about && !open.resolved) changes.set(db.exceptions, open.id, { ...open, resolved: true });
    }
  }
  for (const note of journal.exceptions) changes.set<string, StoredException>(db.exceptions, note.id, { ...note, resolved: false });
}
