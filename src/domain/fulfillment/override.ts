import type { Node } from "../catalog/index.ts";
import { accept, type Outcome, present, refuse } from "../kernel/index.ts";
import { componentsOf, isKit, type Journal, lineMayRoute, type Order, type OrderLine, type Shipment } from "../order/index.ts";
import { countryOf } from "../routing/index.ts";
import { exportForbidden } from "../shipping/index.ts";
import { takePickupSlot } from "./pickup-slot.ts";
import { claimedUnits } from "./resource.ts";
import { CAPACITY_HORIZON_DAYS, hasRoomFor, plannedShipment } from "./ship-slot.ts";
import { destinationOf } from "./order-place.ts";
import { leaveIfEmpty, type SourcingFacts } from "./source.ts";

/**
 * A person sends unreleased units to a node of their choice, with a reason. Pool, distance and earlier rejections may be
 * overridden; an offline node, a forbidden item class, an export restriction, a routing hold, missing stock and missing capacity may not.
 */
export function overrideRouting(journal: Journal, order: Order, node: Node, lineNos: readonly number[] | null, reason: string, facts: SourcingFacts): Outcome<null> {
  const lines = lineNos === null ? order.lines : [...new Set(lineNos.flatMap((lineNo) => linesNamed(order, lineNo)))];
  const moving = lines.filter((line): line is OrderLine => line !== undefined && movable(order, line, node) > 0);
  if (lines.includes(undefined) || moving.length === 0) {
    return refuse("NOT_IN_STATE", "None of these lines has units that can move to this node: they are there already, with a node at work, gone or cancelled.", { data: { lines: lineNos } });
  }
  const problem = objection(journal, order, node, moving, facts);
  if (problem !== null) return refuse("NODE_CANNOT_TAKE", problem, { data: { node: node.code } });
  const decisionNo = journal.decision(order, "MANUAL", `Sent to ${node.name} by hand: ${reason}`.slice(0, 600), JSON.stringify({
    method: "manual override", actor: journal.context.actor, chosen: [{ node: node.code, lines: moving.map((line) => line.lineNo).slice(0, 200) }],
    candidates: [[node.code, "CHOSEN"]],
  }));
  const event = journal.event("OrderRouted", order.id, { decision_no: decisionNo, trigger: "MANUAL", placed: moving.map((line) => [line.lineNo, movable(order, line, node), node.code]), unplaced: [] }, { reason });
  const units = unitsOf(order, moving, node);
  let target: Shipment | null = null;
  for (const line of moving) {
    for (const shipment of order.shipments) {
      if (shipment.status !== "PLANNED" || shipment.nodeId === node.id) continue;
      for (const unit of claimedUnits(order, shipment, ["reserved"])) {
        if (unit.line === line) journal.move(event, order, line, "reserved", "pending", unit.quantity, shipment);
      }
      leaveIfEmpty(journal, order, shipment);
    }
    line.attempts = 0;
    for (const bucket of ["pending", "backordered"] as const) {
      const quantity = line.units[bucket];
      if (quantity > 0) journal.move(event, order, line, bucket, "reserved", quantity, (target ??= plannedShipment(journal, order, node, units, facts.shipping)));
    }
  }
  if (target !== null) {
    target.document = { ...target.document, by_hand: true };
    journal.touch(order, { shipment: target });
    takePickupSlot(journal, order, facts);
  }
  return accept(null);
}

/** Naming a kit, or a component of one that ships together, names all its components. */
function linesNamed(order: Order, lineNo: number): (OrderLine | undefined)[] {
  const line = order.lines.find((candidate) => candidate.lineNo === lineNo);
  const parent = order.lines.find((candidate) => candidate.lineNo === line?.parentLineNo);
  const kit = line && isKit(line) ? line : parent?.document.kit?.ship_together ? parent : undefined;
  return kit ? componentsOf(order, kit) : [line];
}

const unitsOf = (order: Order, lines: readonly OrderLine[], node: Node): number => lines.reduce((sum, line) => sum + movable(order, line, node), 0);

function movable(order: Order, line: OrderLine, node: Node): number {
  const planned = order.shipments.filter((shipment) => shipment.status === "PLANNED" && shipment.nodeId !== node.id);
  return line.units.pending + line.units.backordered + planned.reduce((sum, shipment) => sum + (shipment.lines.get(line.lineNo)?.reserved ?? 0), 0);
}

function objection(journal: Journal, order: Order, node: Node, lines: readonly OrderLine[], facts: SourcingFacts): string | null {
  if (node.status !== "online") return `${node.name} is offline.`;
  const held = lines.find((line) => !lineMayRoute(order, line.lineNo));
  if (held) return `Line ${held.lineNo} may not be routed while its hold is open.`;
  const wanted = new Map<string, number>();
  for (const line of lines) wanted.set(line.itemId, (wanted.get(line.itemId) ?? 0) + movable(order, line, node));
  for (const [itemId, quantity] of wanted) {
    const item = present(facts.item(itemId), "item");
    if (node.itemClasses !== null && !node.itemClasses.includes(item.handlingClass)) return `${node.name} may not hold ${item.handlingClass} items such as ${item.sku}.`;
    const barred = exportForbidden(item, countryOf(node), destinationOf(order, facts)?.country ?? null, node.itemClasses, facts.shipping.customs.restrictions);
    if (barred !== null) return `${barred}.`;
    const available = journal.book.available(item, node.id);
    if (available < quantity) return `${node.name} has ${available} of ${item.sku} to give, ${quantity} are needed.`;
  }
  const units = unitsOf(order, lines, node);
  return hasRoomFor(journal, order, node, units, facts.shipping) ? null : `${node.name} has no capacity for ${units} units more of an order on any of the next ${CAPACITY_HORIZON_DAYS} days.`;
}
