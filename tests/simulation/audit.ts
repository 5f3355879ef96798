import { WHOLE_DAY } from "../../src/domain/inventory/index.ts";
import { BUCKETS, CARRIER_OUTCOMES, CLAIMING, type LineMovement, type Order, SHIPMENT_STAGES, statusOf, waitingOf } from "../../src/domain/order/index.ts";
import { type Database, identityOf, placeKey } from "./database.ts";

/** Recomputes every counter from its ledger and names each difference, as an operator's check would. */
export function audit(db: Database): string[] {
  return [...db.alarms, ...stockAgainstLedgers(db), ...demandAgainstLedgers(db), ...capacityAgainstShipments(db), ...ordersAgainstLedgers(db), ...events(db), ...identities(db), ...coolDowns(db), ...supplies(db)];
}

const differ = (what: string, stored: number, recomputed: number): string[] => (stored === recomputed ? [] : [`${what} is ${stored}, its ledger says ${recomputed}`]);

class Sums extends Map<string, number> {
  add(key: string, quantity: number): void {
    this.set(key, (this.get(key) ?? 0) + quantity);
  }

  of(key: string): number {
    return this.get(key) ?? 0;
  }
}

function stockAgainstLedgers(db: Database): string[] {
  const onHand = new Sums();
  for (const movement of db.stockMovements) onHand.add(placeKey(movement), movement.onHand);
  const reserved = new Sums();
  for (const { orderId, lineNo, from, to, quantity, nodeId } of db.lineMovements) {
    const itemId = db.orders.get(orderId)?.lines.find((line) => line.lineNo === lineNo)?.itemId;
    const before = from !== null && CLAIMING.has(from) && !isOutcome(to);
    if (CLAIMING.has(to) && !before) reserved.add(`${itemId}|${nodeId}||A`, quantity);
    if (before && !CLAIMING.has(to)) reserved.add(`${itemId}|${nodeId}||A`, -quantity);
  }
  const soft = new Sums();
  for (const claim of db.claims.values()) {
    if (claim.status === "open") for (const line of claim.lines) soft.add(`${line.itemId}|${line.nodeId}||A`, line.quantity);
  }
  const places = new Set([...db.stock.keys(), ...onHand.keys(), ...reserved.keys()]);
  return [...places].flatMap((place) => {
    const row = db.stock.get(place) ?? { onHand: 0, reserved: 0, soft: 0, short: 0 };
    return [
      ...differ(`on hand at ${place}`, row.onHand, onHand.of(place)), ...differ(`reserved at ${place}`, row.reserved, reserved.of(place)), ...differ(`soft at ${place}`, row.soft, soft.of(place)),
      ...differ(`short at ${place}`, row.short, Math.max(0, row.reserved - row.onHand)), ...(Math.min(row.onHand, row.reserved, row.soft) < 0 ? [`${place} is below zero`] : []),
    ];
  });
}

function capacityAgainstShipments(db: Database): string[] {
  const sums = new Sums();
  for (const { shipments } of db.orders.values()) {
    for (const { nodeId, capacity } of shipments) {
      if (capacity === null) continue;
      for (const hour of new Set([WHOLE_DAY, capacity.hour])) {
        sums.add(`orders ${nodeId}|${capacity.date}|${hour}`, 1);
        sums.add(`units ${nodeId}|${capacity.date}|${hour}`, capacity.units);
      }
    }
  }
  return [...db.capacity].flatMap(([key, { orders, units }]) => [...differ(`orders ${key}`, orders, sums.of(`orders ${key}`)), ...differ(`units ${key}`, units, sums.of(`units ${key}`))]);
}

function demandAgainstLedgers(db: Database): string[] {
  const sums = new Sums();
  for (const order of db.orders.values()) {
    for (const { itemId, units } of order.lines) {
      sums.add(`pending ${itemId}`, units.pending);
      sums.add(`waiting ${itemId}`, units.backordered + units.preordered);
    }
  }
  for (const claim of db.claims.values()) {
    if (claim.status === "open") for (const line of claim.lines) if (line.nodeId === null) sums.add(`soft ${line.itemId}`, line.quantity);
  }
  return [...db.demand.values()].flatMap(({ itemId, pending, waiting, soft }) => [
    ...differ(`pending demand of ${itemId}`, pending, sums.of(`pending ${itemId}`)), ...differ(`waiting demand of ${itemId}`, waiting, sums.of(`waiting ${itemId}`)),
    ...differ(`soft demand of ${itemId}`, soft, sums.of(`soft ${itemId}`)),
  ]);
}

const isOutcome = (name: string): boolean => (CARRIER_OUTCOMES as readonly string[]).includes(name);

function ordersAgainstLedgers(db: Database): string[] {
  const movements = new Map<string, LineMovement[]>();
  for (const movement of db.lineMovements) movements.set(movement.orderId, [...(movements.get(movement.orderId) ?? []), movement]);
  return [...db.orders.values()].flatMap((order) => orderAgainstLedger(order, movements.get(order.id) ?? []));
}

function orderAgainstLedger(order: Order, movements: readonly LineMovement[]): string[] {
  const lines = new Sums();
  const shipments = new Sums();
  const stages: readonly string[] = SHIPMENT_STAGES;
  for (const { lineNo, from, to, quantity, shipmentNo } of movements) {
    lines.add(`${lineNo} ${to}`, quantity);
    if (from !== null && !isOutcome(to)) lines.add(`${lineNo} ${from}`, -quantity);
    if (shipmentNo === null) continue;
    if (stages.includes(to)) shipments.add(`${shipmentNo} ${lineNo} ${to}`, quantity);
    if (from !== null && stages.includes(from) && !isOutcome(to)) shipments.add(`${shipmentNo} ${lineNo} ${from}`, -quantity);
  }
  const name = `order ${order.externalId}`;
  const status = statusOf(order);
  return [
    ...order.lines.flatMap((line) => [...BUCKETS, ...CARRIER_OUTCOMES].flatMap((bucket) => differ(`${name} line ${line.lineNo} ${bucket}`, line.units[bucket], lines.of(`${line.lineNo} ${bucket}`)))),
    ...order.lines.flatMap((line) => differ(`${name} line ${line.lineNo} units`, BUCKETS.reduce((sum, bucket) => sum + line.units[bucket], 0), line.ordered)),
    ...order.shipments.flatMap((shipment) => order.lines.flatMap((line) => SHIPMENT_STAGES.flatMap((stage) =>
      differ(`${name} shipment ${shipment.shipmentNo} line ${line.lineNo} ${stage}`, shipment.lines.get(line.lineNo)?.[stage] ?? 0, shipments.of(`${shipment.shipmentNo} ${line.lineNo} ${stage}`))))),
    ...(status === order.status ? [] : [`${name} says ${order.status}, its quantities say ${status}`]),
    ...shipmentRules(order),
  ];
}

/** What a shipment's status says must agree with where its units are. */
function shipmentRules(order: Order): string[] {
  return order.shipments.flatMap((shipment) => {
    const total = (stage: (typeof SHIPMENT_STAGES)[number]): number => [...shipment.lines.values()].reduce((sum, stages) => sum + stages[stage], 0);
    const live = total("reserved") + total("released") + total("picked") + total("packed");
    const where = `order ${order.externalId} shipment ${shipment.shipmentNo} (${shipment.status})`;
    if (shipment.status === "CANCELLED" && live + total("shipped") + total("handed_over") > 0) return [`${where} still has units`];
    if (shipment.status === "CANCELLED" && shipment.cancelRequested) return [`${where} is asked to cancel`];
    if (shipment.status === "PLANNED" && live !== total("reserved")) return [`${where} has units beyond reserved`];
    return total("shipped") + total("handed_over") > 0 && live > 0 ? [`${where} has left and kept units`] : [];
  });
}

function events(db: Database): string[] {
  const problems: string[] = [];
  const byPosition = db.events.toSorted((a, b) => a.position - b.position);
  byPosition.forEach((event, index) => {
    if (event.position !== index + 1) problems.push(`event position ${event.position} stands where ${index + 1} should`);
  });
  const known = new Set(db.events.map((event) => event.id));
  if (known.size !== db.events.length) problems.push("an event was written twice");
  const moving = new Set(db.lineMovements.map(({ orderId, eventId }) => `${orderId} ${eventId}`));
  for (const { causeKind, causeId, eventId, kind } of db.stockMovements) {
    if (causeKind === "order" && !moving.has(`${causeId} ${eventId}`)) problems.push(`goods moved (${kind}) for order ${causeId} in an event that moved none of its units`);
  }
  for (const movement of [...db.lineMovements, ...db.stockMovements]) if (!known.has(movement.eventId)) problems.push(`a movement has no event ${movement.eventId}`);
  const captured = new Sums();
  for (const event of db.events) if (event.type === "OrderCaptured") captured.add(event.orderId ?? "", 1);
  for (const order of db.orders.values()) problems.push(...differ(`captures of order ${order.externalId}`, 1, captured.of(order.id)));
  if (captured.size !== db.orders.size) problems.push(`${captured.size} orders were captured, ${db.orders.size} are there`);
  const decisions = new Set(db.decisions.map(({ orderId, decisionNo }) => `${orderId} ${decisionNo}`));
  if (decisions.size !== db.decisions.length) problems.push("two routing decisions have one number");
  if (db.decisions.some(({ reason, detail }) => reason === "" || Buffer.byteLength(detail) > 4096)) problems.push("a decision has no reason or is too long");
  return problems;
}

function identities(db: Database): string[] {
  const seen = new Set([...db.orders.values()].map(identityOf));
  return seen.size === db.orders.size ? [] : ["two orders have one channel and external id"];
}

const SENT_BACK: ReadonlySet<string> = new Set(["ShipmentRejected", "ShipmentTimedOut", "ShipmentPicked"]);

/** A node that sent a line back gets nothing of it again before the channel's cool-down is over, unless a person says so. */
function coolDowns(db: Database): string[] {
  const eventOf = new Map(db.events.map((event) => [event.id, event]));
  const until = new Map<string, number>();
  return db.lineMovements.flatMap(({ orderId, lineNo, from, to, nodeId, eventId }) => {
    const event = eventOf.get(eventId);
    const order = db.orders.get(orderId);
    if (!event || !order || nodeId === null) return [];
    const place = `${order.externalId} line ${lineNo} at ${nodeId}`;
    if (SENT_BACK.has(event.type) && from !== null && to === "pending") {
      const minutes = db.channels.get(order.channelId)?.at(-1)?.fact.routing.coolDownMinutes ?? 0;
      until.set(place, event.occurredAt + minutes * 60_000);
    }
    const early = to === "reserved" && event.data["trigger"] !== "MANUAL" && event.occurredAt < (until.get(place) ?? 0);
    return early ? [`${place} was tried again before its cool-down was over`] : [];
  });
}

function supplies(db: Database): string[] {
  const received = new Sums();
  for (const movement of db.stockMovements) if (movement.causeKind === "supply") received.add(movement.causeId, movement.onHand);
  const [claimed, byLine] = [new Sums(), new Sums()];
  for (const { supplyId, orderId, lineNo, quantity } of db.supplyClaims.values()) {
    claimed.add(supplyId, quantity);
    byLine.add(`${orderId}|${lineNo}`, quantity);
  }
  return [
    ...[...db.supplies.values()].flatMap((supply) => [
      ...differ(`received of supply ${supply.id}`, supply.received, received.of(supply.id)), ...differ(`claimed of supply ${supply.id}`, supply.claimed, claimed.of(supply.id)),
    ]),
    ...[...db.orders.values()].flatMap((order) => order.lines.flatMap((line) => {
      const units = byLine.of(`${order.id}|${line.lineNo}`);
      return units > waitingOf(line) ? [`line ${line.lineNo} of ${order.externalId} claims ${units} and ${waitingOf(line)} wait`] : [];
    })),
  ];
}
