import { accept, type Instant, type Outcome, present, refuse } from "../kernel/index.ts";
import type { Journal, Order, Shipment, ShipmentPackage } from "../order/index.ts";
import { notInState } from "./release.ts";
import { claimedUnits, resource, type SentBack } from "./resource.ts";
import { setStatus, type SourcingFacts, stagesOf } from "./source.ts";

/** Why a node sends work back. The first two say that the goods are not there, so the count is corrected. */
export const REJECT_REASONS = ["OUT_OF_STOCK", "DAMAGED", "NO_CAPACITY", "CLOSED", "OTHER"] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];
const CORRECTS_STOCK: ReadonlySet<string> = new Set(["OUT_OF_STOCK", "DAMAGED"]);

export interface LineQuantity {
  readonly lineNo: number;
  readonly quantity: number;
}

export function acceptShipment(journal: Journal, order: Order, shipment: Shipment, at: Instant): Outcome<null> {
  if (shipment.status !== "RELEASED") return notInState(order, shipment, "accepted", ["RELEASED"]);
  journal.event("ShipmentAccepted", order.id, { shipment_no: shipment.shipmentNo }, { occurredAt: at });
  setStatus(journal, order, shipment, "ACCEPTED", at);
  return accept(null);
}

/** The node refuses: all of it is re-sourced away from the node in the same commit. */
export function rejectShipment(journal: Journal, order: Order, shipment: Shipment, reason: RejectReason, note: string | null, facts: SourcingFacts, at: Instant): Outcome<null> {
  if (shipment.status !== "RELEASED" && shipment.status !== "ACCEPTED") return notInState(order, shipment, "rejected", ["RELEASED", "ACCEPTED"]);
  const units = claimedUnits(order, shipment);
  const event = journal.event("ShipmentRejected", order.id, { shipment_no: shipment.shipmentNo, reason_code: reason }, { reason: note ?? reason, occurredAt: at });
  giveUp(journal, event, order, shipment, units, CORRECTS_STOCK.has(reason) ? "reject" : null, reason);
  resource(journal, event, order, shipment, units, facts, "REJECTED", reason);
  return accept(null);
}

/**
 * Writes off what a node says is not there, before its claim moves on; never below zero. Units that a count has found
 * missing already are written off already.
 */
function giveUp(
  journal: Journal, event: Parameters<Journal["moveStock"]>[0], order: Order, shipment: Shipment, units: readonly SentBack[], kind: "reject" | "short_pick" | null, reason: string,
): void {
  if (kind === null) return;
  const known = new Map(units.map(({ line }) => [line.itemId, journal.book.counters(line.itemId, shipment.nodeId).short]));
  for (const { line, quantity } of units) {
    const { onHand } = journal.book.counters(line.itemId, shipment.nodeId);
    const writtenOff = Math.min(quantity, known.get(line.itemId) ?? 0);
    known.set(line.itemId, (known.get(line.itemId) ?? 0) - writtenOff);
    const missing = Math.min(quantity - writtenOff, onHand);
    if (missing > 0) {
      journal.moveStock(event, { itemId: line.itemId, nodeId: shipment.nodeId, kind, onHand: -missing, causeKind: "order", causeId: order.id, reason });
    }
  }
}

/** Checks named quantities against a stage; without names, all of it. */
function chosenQuantities(order: Order, shipment: Shipment, stage: "released" | "picked", named: readonly LineQuantity[] | null): Outcome<Map<number, number>> {
  const there = new Map(claimedUnits(order, shipment, [stage]).map(({ line, quantity }) => [line.lineNo, quantity]));
  if (named === null) return accept(there);
  const chosen = new Map<number, number>();
  for (const { lineNo, quantity } of named) chosen.set(lineNo, (chosen.get(lineNo) ?? 0) + quantity);
  for (const [lineNo, quantity] of chosen) {
    const most = there.get(lineNo) ?? 0;
    if (quantity > most) {
      return refuse("QUANTITY_NOT_THERE", `Line ${lineNo} has ${most} ${stage} in this shipment, ${quantity} were named.`, { data: { line: lineNo, [stage]: most } });
    }
  }
  return accept(chosen);
}

/** Full pick, or short: what was not found is re-sourced away from the node in the same commit, and the count corrected. */
export function pickShipment(
  journal: Journal, order: Order, shipment: Shipment, named: readonly LineQuantity[] | null, correctStock: boolean, facts: SourcingFacts, at: Instant,
): Outcome<null> {
  if (shipment.status !== "RELEASED" && shipment.status !== "ACCEPTED") return notInState(order, shipment, "picked", ["RELEASED", "ACCEPTED"]);
  const chosen = chosenQuantities(order, shipment, "released", named);
  if (!chosen.ok) return chosen;
  const all = claimedUnits(order, shipment, ["released"]);
  const short = all.map(({ line, stage, quantity }) => ({ line, stage, quantity: quantity - (chosen.value.get(line.lineNo) ?? 0) })).filter(({ quantity }) => quantity > 0);
  const event = journal.event("ShipmentPicked", order.id, {
    shipment_no: shipment.shipmentNo, lines: [...chosen.value], short: short.map(({ line, quantity }) => [line.lineNo, quantity]),
  }, { occurredAt: at });
  for (const { line } of all) {
    const quantity = chosen.value.get(line.lineNo) ?? 0;
    if (quantity > 0) journal.move(event, order, line, "released", "picked", quantity, shipment);
  }
  setStatus(journal, order, shipment, "PICKED", at);
  if (short.length > 0) {
    giveUp(journal, event, order, shipment, short, correctStock ? "short_pick" : null, "SHORT");
    resource(journal, event, order, shipment, short, facts, "SHORT_PICK", "SHORT");
  }
  return accept(null);
}

export interface PackageRequest {
  readonly lines: readonly LineQuantity[] | null;
  readonly weightGrams: number | null;
}

/** Packs everything that was picked: into one package, or into those named, which together must hold all of it. */
export function packShipment(journal: Journal, order: Order, shipment: Shipment, packages: readonly PackageRequest[] | null, at: Instant): Outcome<null> {
  if (shipment.status !== "PICKED") return notInState(order, shipment, "packed", ["PICKED"]);
  const picked = claimedUnits(order, shipment, ["picked"]);
  const everything = picked.map(({ line, quantity }) => ({ lineNo: line.lineNo, quantity }));
  const requested = packages ?? [{ lines: everything, weightGrams: null }];
  const contents = requested.map((request) => request.lines ?? everything);
  for (const { line, quantity } of picked) {
    const packed = contents.flat().filter((part) => part.lineNo === line.lineNo).reduce((sum, part) => sum + part.quantity, 0);
    if (packed !== quantity) {
      return refuse("QUANTITY_NOT_THERE", `Line ${line.lineNo} has ${quantity} picked, the packages hold ${packed}.`, { data: { line: line.lineNo, picked: quantity, packed } });
    }
  }
  const stranger = contents.flat().find((part) => !picked.some(({ line }) => line.lineNo === part.lineNo));
  if (stranger) return refuse("QUANTITY_NOT_THERE", `Line ${stranger.lineNo} has nothing picked in this shipment.`, { data: { line: stranger.lineNo, picked: 0 } });
  const packed = requested.map((request, index): ShipmentPackage => ({
    package_no: index + 1, lines: (contents[index] ?? []).map(({ lineNo, quantity }) => ({ line_no: lineNo, quantity })),
    weight_grams: request.weightGrams, carrier: null, service: null, tracking_number: null,
  }));
  recordPacking(journal, order, shipment, packed, at);
  return accept(null);
}

function recordPacking(journal: Journal, order: Order, shipment: Shipment, packages: readonly ShipmentPackage[], at: Instant): void {
  const event = journal.event("ShipmentPacked", order.id, { shipment_no: shipment.shipmentNo, packages: packages.length }, { occurredAt: at });
  for (const { line, quantity } of claimedUnits(order, shipment, ["picked"])) journal.move(event, order, line, "picked", "packed", quantity, shipment);
  shipment.document = { ...shipment.document, packages };
  setStatus(journal, order, shipment, "PACKED", at);
}

/** A node that only reports the departure has picked and packed in full: the same facts are recorded on the way. */
export function bringToPacked(journal: Journal, order: Order, shipment: Shipment, facts: SourcingFacts, at: Instant): Outcome<null> {
  if (shipment.status === "RELEASED" || shipment.status === "ACCEPTED") {
    const picked = pickShipment(journal, order, shipment, null, false, facts, at);
    if (!picked.ok) return picked;
  }
  return present(shipment, "shipment").status === "PICKED" ? packShipment(journal, order, shipment, null, at) : accept(null);
}

/** Units of a line in a stage of the shipment. */
export const unitsIn = (shipment: Shipment, lineNo: number, stage: string): number => stagesOf(shipment, lineNo)[stage] ?? 0;
