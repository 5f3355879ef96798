import type { Node } from "../catalog/index.ts";
import { type Instant, instantOfDay, localDay, SECOND } from "../kernel/index.ts";
import type { Order } from "../order/index.ts";
import { countryOf, metresTo, type Pickup } from "../routing/index.ts";
import { nextPickupSlot } from "../shipping/index.ts";
import type { SourcingFacts } from "./source.ts";

/** A node as the place where goods are collected; null where none is meant, or it is there no longer. */
export function pickupAt(code: string | undefined, { nodes, shipping, backlog }: SourcingFacts): Pickup | null {
  const node = code === undefined ? undefined : nodes.find((one) => one.code === code);
  return node ? { node, ready: (at) => nextPickupSlot(node, shipping, at, backlog(node.id)) } : null;
}

/** Where an order is collected; null where it is sent, or the node is there no longer. */
export const pickupOf = ({ document }: Order, facts: SourcingFacts): Pickup | null => pickupAt(document.pickup_node, facts);

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

/** Until when a date is kept: a carrier names days, so that a day that is asked for is kept until it ends. */
export const endOfItsDay = (at: Instant, timeZone: string): Instant => Math.max(at, instantOfDay(localDay(at, timeZone) + 1, 0, timeZone) - SECOND);

export const isPickupPromise = (option: string): boolean => option.startsWith("pickup/");

/** Until when a promise is kept: who collects was told an hour. */
export const promiseKeptUntil = (option: string, told: Instant, timeZone: string): Instant => (isPickupPromise(option) ? told : endOfItsDay(told, timeZone));
