import type { Instant } from "../kernel/index.ts";
import { type ShippingFacts, type ShippingNode, shipTime } from "../shipping/index.ts";

export type Calendars = Pick<ShippingFacts, "calendars">;

/** What is enough for nodes that name no calendar. */
export const NO_CALENDARS: Calendars = { calendars: new Map() };

/** The node-local day (YYYY-MM-DD) on which a shipment released now leaves, whoever takes it; null where none comes. */
export const plannedShipDate = (node: ShippingNode, now: Instant, shipping: Calendars): string | null => shipTime(node, null, shipping, now, 0)?.shipDate ?? null;
