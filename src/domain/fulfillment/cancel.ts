import { accept, type Instant, type OrdoEvent, type Outcome, present, refuse } from "../kernel/index.ts";
import { type Bucket, componentsOf, figureOf, isKit, type Journal, type Order, type OrderLine, perKit, type Shipment } from "../order/index.ts";
import { notInState } from "./release.ts";
import { type LineQuantity, unitsIn } from "./node-work.ts";
import { closeIdleHolds, closeIfEmpty, liveUnits, setStatus, withdrawRequest } from "./source.ts";

/** What a cancellation did at once and what a node was asked for. */
export interface CancelResult {
  readonly cancelled: readonly LineQuantity[];
  readonly asked: readonly LineQuantity[];
}

/** Who wants units cancelled: marketplaces count what the seller cancels. */
export type Canceller = "customer" | "seller";

const AT_ONCE: readonly Bucket[] = ["pending", "backordered", "preordered", "reserved"];
const WITH_NODE: readonly Bucket[] = ["released", "picked", "packed"];

/**
 * The change matrix for cancelling: what no node has been told of goes at once, what a node works on is asked of
 * the node (or taken, with `force` and a reason), what has left is a return. All lines are checked before any moves.
 */
export function cancelUnits(
  journal: Journal, order: Order, named: readonly LineQuantity[] | null, reason: string, force: boolean, at: Instant = journal.context.now, by: Canceller = "customer",
): Outcome<CancelResult> {
  const wanted = named ?? order.lines.map((line) => ({ lineNo: line.lineNo, quantity: liveUnits(line) })).filter(({ quantity }) => quantity > 0);
  if (wanted.length === 0) return refuse("ALREADY_SHIPPED", "Nothing of this order can still be cancelled.", { data: { status: order.status } });
  const perLine = new Map<number, number>();
  for (const { lineNo, quantity } of wanted) perLine.set(lineNo, (perLine.get(lineNo) ?? 0) + quantity);
  for (const [lineNo, quantity] of perLine) {
    const line = order.lines.find((candidate) => candidate.lineNo === lineNo);
    if (!line) return refuse("QUANTITY_NOT_THERE", `The order has no line ${lineNo}.`, { data: { line: lineNo } });
    const live = figureOf(order, line, liveUnits);
    if (quantity > live) {
      const left = figureOf(order, line, ({ units }) => units.shipped + units.handed_over);
      return refuse(left > 0 ? "ALREADY_SHIPPED" : "QUANTITY_NOT_THERE", `Line ${lineNo} has ${live} that can be cancelled, ${quantity} were named.`, {
        data: { line: lineNo, cancellable: live, shipped: left },
      });
    }
  }
  const units = ofComponents(order, perLine);
  const tooMany = [...units].find(([lineNo, quantity]) => quantity > liveUnits(lineOf(order, lineNo)));
  if (tooMany) return refuse("QUANTITY_NOT_THERE", `Line ${tooMany[0]} is named by itself and by its kit, more than it has left.`, { data: { line: tooMany[0], cancellable: liveUnits(lineOf(order, tooMany[0])) } });
  return accept(apply(journal, order, units, reason, { force, at, by }));
}

/** Cancels the units of lines that waited too long; a kit one of whose components did is cancelled as a whole, as many as wait for it. */
export function expireBackorders(journal: Journal, order: Order, lineNos: readonly number[]): Outcome<CancelResult> {
  const perLine = new Map<number, number>();
  for (const line of order.lines.filter(({ lineNo, units }) => lineNos.includes(lineNo) && units.backordered > 0)) {
    const kit = line.parentLineNo;
    if (kit === null) perLine.set(line.lineNo, line.units.backordered);
    else perLine.set(kit, Math.max(perLine.get(kit) ?? 0, Math.ceil(line.units.backordered / perKit(line))));
  }
  // Somebody was quicker: served or cancelled meanwhile.
  if (perLine.size === 0) return accept({ cancelled: [], asked: [] });
  return cancelUnits(journal, order, [...perLine].map(([lineNo, quantity]) => ({ lineNo, quantity })), BACKORDER_EXPIRED, false, journal.context.now, "seller");
}

/** Why units are cancelled that waited longer than their channel allows. */
export const BACKORDER_EXPIRED = "BACKORDER_EXPIRED";

const lineOf = (order: Order, lineNo: number): OrderLine => present(order.lines.find((line) => line.lineNo === lineNo), "order line");

/** A kit is cancelled by cancelling what it consists of. */
function ofComponents(order: Order, perLine: ReadonlyMap<number, number>): Map<number, number> {
  const units = new Map<number, number>();
  const add = ({ lineNo }: OrderLine, quantity: number): unknown => units.set(lineNo, (units.get(lineNo) ?? 0) + quantity);
  for (const [lineNo, quantity] of perLine) {
    const line = lineOf(order, lineNo);
    if (isKit(line)) for (const component of componentsOf(order, line)) add(component, quantity * perKit(component));
    else add(line, quantity);
  }
  return units;
}

function apply(journal: Journal, order: Order, perLine: ReadonlyMap<number, number>, reason: string, { force, at, by }: { readonly force: boolean; readonly at: Instant; readonly by: Canceller }): CancelResult {
  const event = journal.event("LinesCancelled", order.id, { lines: [...perLine], forced: force, requested_by: by }, { reason, occurredAt: at });
  const cancelled: LineQuantity[] = [];
  const asked: LineQuantity[] = [];
  for (const [lineNo, quantity] of perLine) {
    const line = lineOf(order, lineNo);
    const atOnce = takeFrom(journal, event, order, line, force ? [...AT_ONCE, ...WITH_NODE] : AT_ONCE, quantity);
    if (atOnce > 0) cancelled.push({ lineNo, quantity: atOnce });
    if (atOnce < quantity) asked.push({ lineNo, quantity: quantity - atOnce });
  }
  if (asked.length > 0) askNodes(journal, order, asked, reason, by);
  order.commercialVersion += 1;
  journal.touch(order);
  for (const shipment of order.shipments) {
    if (shipment.status !== "CANCELLED") closeIfEmpty(journal, order, shipment);
    if (force && shipment.status === "PACKED") reopen(journal, order, shipment);
  }
  closeIdleHolds(journal, order);
  return { cancelled, asked };
}

/** Cancels up to a quantity from the buckets in turn; units of the latest shipments go first. */
function takeFrom(journal: Journal, event: OrdoEvent, order: Order, line: OrderLine, buckets: readonly Bucket[], quantity: number): number {
  let left = quantity;
  for (const bucket of buckets) {
    const inShipments = bucket !== "pending" && bucket !== "backordered" && bucket !== "preordered";
    const places: (Shipment | null)[] = inShipments ? order.shipments.toReversed() : [null];
    for (const shipment of places) {
      const there = shipment ? unitsIn(shipment, line.lineNo, bucket) : line.units[bucket];
      const taken = Math.min(left, there);
      if (taken > 0) journal.move(event, order, line, bucket, "cancelled", taken, shipment);
      // What is taken by force is what the node was asked for, if it was asked.
      if (shipment) withdrawRequest(journal, order, shipment, line.lineNo, taken);
      left -= taken;
    }
  }
  return quantity - left;
}

/** Asks for units on top of what was asked for before, never for more than the node has. */
function askNodes(journal: Journal, order: Order, asked: readonly LineQuantity[], reason: string, by: Canceller): void {
  const left = new Map(asked.map(({ lineNo, quantity }) => [lineNo, quantity]));
  for (const shipment of order.shipments.toReversed()) {
    const lines: { line_no: number; quantity: number }[] = [];
    for (const [lineNo, wanted] of left) {
      const there = WITH_NODE.reduce((sum, bucket) => sum + unitsIn(shipment, lineNo, bucket), 0);
      const quantity = Math.min(wanted, there - askedFor(shipment, lineNo));
      if (quantity > 0) lines.push({ line_no: lineNo, quantity });
      left.set(lineNo, wanted - quantity);
    }
    if (lines.length === 0) continue;
    shipment.cancelRequested = true;
    const { cancel_by: asker, ...document } = shipment.document;
    const before = document.cancel_lines;
    const bySeller = by === "seller" || (asker === "seller" && before.length > 0);
    const more = lines.map((line) => ({ ...line, quantity: line.quantity + askedFor(shipment, line.line_no) }));
    shipment.document = { ...document, ...(bySeller ? { cancel_by: "seller" } : {}), cancel_lines: [...before.filter((one) => !more.some((line) => line.line_no === one.line_no)), ...more] };
    journal.touch(order, { shipment });
    journal.event("CancelRequested", order.id, { shipment_no: shipment.shipmentNo, lines: lines.map((l) => [l.line_no, l.quantity]) }, { reason });
  }
}

const askedFor = (shipment: Shipment, lineNo: number): number => shipment.document.cancel_lines.find((line) => line.line_no === lineNo)?.quantity ?? 0;

/** The node's answer: accepted units are cancelled and their goods stay on its shelf. */
export function answerCancel(journal: Journal, order: Order, shipment: Shipment, accepted: boolean, note: string | null, at: Instant = journal.context.now): Outcome<null> {
  if (!shipment.cancelRequested) {
    return refuse("NO_CANCEL_REQUESTED", `Nobody asked to cancel shipment ${shipment.shipmentNo}.`, { data: { status: shipment.status } });
  }
  if (shipment.status === "SHIPPED" || shipment.status === "AT_STORE") return notInState(order, shipment, "cancelled", ["RELEASED", "ACCEPTED", "PICKED", "PACKED"]);
  const { cancel_by: by = "customer", ...document } = shipment.document;
  const event = journal.event("CancelAnswered", order.id, { shipment_no: shipment.shipmentNo, accepted, requested_by: by }, { reason: note, occurredAt: at });
  if (accepted) {
    for (const { line_no: lineNo, quantity } of shipment.document.cancel_lines) {
      const line = lineOf(order, lineNo);
      let left = quantity;
      for (const stage of WITH_NODE) {
        const taken = Math.min(left, unitsIn(shipment, lineNo, stage));
        if (taken > 0) journal.move(event, order, line, stage, "cancelled", taken, shipment);
        left -= taken;
      }
    }
  }
  shipment.cancelRequested = false;
  shipment.document = { ...document, cancel_lines: [] };
  if (accepted && shipment.status === "PACKED") reopen(journal, order, shipment);
  journal.touch(order, { shipment });
  closeIfEmpty(journal, order, shipment);
  closeIdleHolds(journal, order);
  return accept(null);
}

/** Packages that lost units have to be packed again. */
function reopen(journal: Journal, order: Order, shipment: Shipment): void {
  const promised = (lineNo: number): number => shipment.document.packages.flatMap((one) => one.lines).filter((part) => part.line_no === lineNo).reduce((sum, part) => sum + part.quantity, 0);
  if (order.lines.every((line) => promised(line.lineNo) === unitsIn(shipment, line.lineNo, "packed"))) return;
  shipment.document = { ...shipment.document, packages: [] };
  const packed = order.lines.map((line) => ({ line, quantity: unitsIn(shipment, line.lineNo, "packed") })).filter(({ quantity }) => quantity > 0);
  if (packed.length === 0) return;
  const event = journal.event("ShipmentPicked", order.id, { shipment_no: shipment.shipmentNo, lines: packed.map(({ line, quantity }) => [line.lineNo, quantity]), short: [] }, { reason: "opened again for a cancellation" });
  for (const { line, quantity } of packed) journal.move(event, order, line, "packed", "picked", quantity, shipment);
  setStatus(journal, order, shipment, "PICKED");
}
