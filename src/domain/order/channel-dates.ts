import type { Channel } from "../catalog/index.ts";
import { handlingEnds, type ShippingFacts } from "../shipping/index.ts";
import type { Order } from "./types.ts";

/** Gives an order that names no dates of its own those that its channel asks for, counted from when it was placed. */
export function takeChannelDates(order: Order, { deadlines: { shipBy, deliverBy } }: Channel, facts: Pick<ShippingFacts, "calendars">): void {
  const { ship_by: ownShipBy, deliver_by: ownDeliverBy } = order.document;
  const ship = ownShipBy === undefined && shipBy !== null ? handlingEnds(shipBy, order.placedAt, facts) : null;
  const deliver = ownDeliverBy === undefined && deliverBy !== null ? handlingEnds(deliverBy, order.placedAt, facts) : null;
  if (ship === null && deliver === null) return;
  order.document = { ...order.document, ...(ship === null ? {} : { ship_by: ship }), ...(deliver === null ? {} : { deliver_by: deliver }) };
}
