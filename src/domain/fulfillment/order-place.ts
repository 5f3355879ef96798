import type { Node } from "../catalog/index.ts";
import { type Instant, instantOfDay, localDay, SECOND } from "../kernel/index.ts";
import type { Order } from "../order/index.ts";
import { countryOf, metresTo, type Pickup, placeOf, type RoutingRequest } from "../routing/index.ts";
import { nextPickupSlot, type SlotRoom } from "../shipping/index.ts";
import type { SourcingFacts } from "./source.ts";

/** A node as the place where goods are collected, in slots with room; null where none is meant, or it is there no longer. */
export function pickupAt(code: string | undefined, { nodes, shipping, backlog }: SourcingFacts, roomOf: (node: Node) => SlotRoom | undefined = () => undefined): Pickup | null {
  const node = code === undefined ? undefined : nodes.find((one) => one.code === code);
  if (!node) return null;
  const room = roomOf(node);
  const ready: Pickup["ready"] = (at) => nextPickupSlot(node, shipping, at, backlog(node.id), room);
  return { node, ready, isFull: (at) => room !== undefined && ready(at) === null && nextPickupSlot(node, shipping, at, backlog(node.id)) !== null };
}

/** Where an order is collected; null where it is sent, or the node is there no longer. */
export const pickupOf = ({ document }: Order, facts: SourcingFacts): Pickup | null => pickupAt(document.pickup_node, facts);

/** Where what is sent of an order goes: to its customer, or to where it is collected. */
export function destinationOf(order: Order, facts: SourcingFacts): RoutingRequest["destination"] {
  const pickup = pickupOf(order, facts);
  return pickup ? placeOf(pickup.node) : order.destination;
}

/** Whether its customer collects it: its dates are those of a desk, and what is sent goes to a store and not to the customer's address. */
export const isCollected = ({ document: { pickup_node: node, promise } }: Order): boolean => node !== undefined || (promise !== undefined && isPickupPromise(promise.option));

/** The zone of all nodes, where it is the same one. */
const onlyZones = new WeakMap<readonly Node[], string | null>();

/**
 * The zone in whose days an order arrives and its dates count, wherever it is sent from: that of the node where it is collected, else that
 * of the node nearest to where it goes, of its country before others.
 */
export function zoneOfOrder({ document: { pickup_node: code }, destination }: Order, nodes: readonly Node[]): string {
  let only = onlyZones.get(nodes);
  if (only === undefined) {
    const zones = new Set(nodes.map(({ timeZone }) => timeZone));
    const [first = "UTC"] = zones;
    onlyZones.set(nodes, (only = zones.size > 1 ? null : first));
  }
  if (only !== null) return only;
  const store = nodes.find((node) => node.code === code);
  if (store) return store.timeZone;
  const home = nodes.filter((node) => countryOf(node) === (destination?.country ?? null));
  const near = (home.length > 0 ? home : nodes).map((node) => ({ node, metres: metresTo({ destination }, node) ?? Infinity }));
  return near.reduce((a, b) => (isBefore(b, a) ? b : a)).node.timeZone;
}

interface Near {
  readonly node: Node;
  readonly metres: number;
}
const isBefore = (a: Near, b: Near): boolean =>
  (a.metres === b.metres ? a.node.priority - b.node.priority || (a.node.code < b.node.code ? -1 : 1) : a.metres - b.metres) < 0;

/** Carriers name days, so that a day that is asked for is kept until it ends. */
const endOf = (day: number, timeZone: string): Instant => instantOfDay(day + 1, 0, timeZone) - SECOND;

/** Until when an order that asks for a delivery gets it in time; null where it asks for none. Where its channel counts days for that, they are days of the zone it counts in. */
export function deliverUntil(order: Order, { nodes, channel: { deadlines: { deliverBy: rule } } }: SourcingFacts): Instant | null {
  const { deliver_by: asked } = order.document;
  const timeZone = zoneOfOrder(order, nodes);
  return asked === undefined ? null : endOf(localDay(asked, rule?.kind === "business_days" ? rule.timeZone : timeZone), timeZone);
}

const PICKUP = "pickup/";
export const isPickupPromise = (option: string): boolean => option.startsWith(PICKUP);

/** Code of the node where an order is collected, by itself or by its promise; undefined where it is sent. */
export const storeCodeOf = ({ document: { pickup_node: code, promise } }: Order): string | undefined => code ?? (promise && isPickupPromise(promise.option) ? promise.option.slice(PICKUP.length) : undefined);

/** Until when a promise is kept: who collects was told an hour. */
export const promiseKeptUntil = (option: string, told: Instant, timeZone: string): Instant => (isPickupPromise(option) ? told : endOf(localDay(told, timeZone), timeZone));
