import type { Node } from "../catalog/index.ts";
import { accept, type Instant, type Outcome, refuse, shipmentId } from "../kernel/index.ts";
import { type Journal, type Order, releaseBlockers, type Shipment } from "../order/index.ts";
import { claimedUnits } from "./resource.ts";
import { NO_CALENDARS, plannedShipDate } from "./ship-date.ts";
import { releaseSlot } from "./ship-slot.ts";
import { setStatus } from "./source.ts";

const iso = (at: Instant): string => new Date(at).toISOString();

export function notInState(order: Order, shipment: Shipment, verb: string, allowed: readonly string[]): ReturnType<typeof refuse> {
  return refuse("NOT_IN_STATE", `Shipment ${shipment.shipmentNo} is ${shipment.status}; it can be ${verb} when it is ${allowed.join(" or ")}.`, {
    data: { shipment: shipmentId(order.id, shipment.shipmentNo), status: shipment.status, allowed },
  });
}

/** Hands a planned shipment to its node, unless an open hold covers it or the store it goes to is closed, until somebody opens it or so long that it would arrive too soon. */
export function releaseShipment(journal: Journal, order: Order, shipment: Shipment, node: Node, at: Instant, shipping = NO_CALENDARS, store: Node | null = null, notBefore: Instant | null = null): Outcome<null> {
  if (shipment.status !== "PLANNED") return notInState(order, shipment, "released", ["PLANNED"]);
  if (store?.status === "offline") return refuse("NODE_CANNOT_TAKE", `${store.name}, where it is to be collected, is closed: open the store first, or cancel what goes there.`, { data: { node: store.code, reason: "STORE_CLOSED" } });
  if (store !== null && notBefore !== null) {
    return refuse("NODE_CANNOT_TAKE", `${store.name}, where it is to be collected, is closed when it would arrive: release it from ${iso(notBefore)} on, or open the store.`, {
      data: { node: store.code, reason: "STORE_CLOSED", release_from: iso(notBefore) },
    });
  }
  const units = claimedUnits(order, shipment, ["reserved"]);
  const blockers = releaseBlockers(order, shipment.shipmentNo, units.map(({ line }) => line.lineNo));
  if (blockers.length > 0) {
    return refuse("HOLD_BLOCKS", `Open holds block the release: ${blockers.map((hold) => `${hold.kind} (${hold.reason})`).join(", ")}.`, {
      data: { holds: blockers.map((hold) => hold.holdNo) },
    });
  }
  const shipDate = plannedShipDate(node, at, shipping);
  if (shipDate === null) {
    const { calendar } = node.operations;
    return refuse("NODE_CANNOT_TAKE", `No day comes on which goods leave ${node.name}: its calendar "${calendar}" is not there, or does not open soon enough.`, { data: { node: node.code, reason: "NO_SHIP_DATE", calendar } });
  }
  const due = releaseSlot(shipment, node, at, shipping);
  const { capacity: before } = shipment;
  const moved = before !== null && due !== null && (before.date !== due.date || before.hour !== due.hour) ? { moved_from: [before.date, before.hour] } : {};
  if (due !== null) journal.replan(order, shipment, due);
  const event = journal.event("ShipmentReleased", order.id, {
    shipment_no: shipment.shipmentNo, node: node.code, planned_ship_date: shipment.plannedShipDate, time_zone: node.timeZone, ...moved,
    ...(shipment.document.parcel ? { parcel: shipment.document.parcel.id, parcel_shipments: shipment.document.parcel.shipments, saving_micros: shipment.document.parcel.saving_micros } : {}),
  }, { occurredAt: at });
  for (const { line, quantity } of units) journal.move(event, order, line, "reserved", "released", quantity, shipment);
  setStatus(journal, order, shipment, "RELEASED", at);
  return accept(null);
}
