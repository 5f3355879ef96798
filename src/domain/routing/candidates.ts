import { countryCode, type GeoPoint } from "../order/index.ts";
import { canShip, type Node } from "../catalog/index.ts";
import { compactPostcode } from "../kernel/index.ts";
import type { StockBook } from "../inventory/index.ts";
import { exportForbidden } from "../shipping/index.ts";
import type { Filter } from "./strategy.ts";
import type { AppliedRules, Demand, DemandPart, NodeVerdict, RoutingRequest } from "./types.ts";

const EARTH_RADIUS_METRES = 6_371_008.8;
/** Half way round the Earth: no two places are farther apart. */
export const FARTHEST_METRES = 20_015_115;

/** Great-circle distance in whole metres (haversine on the mean Earth radius of IUGG). */
export function distanceMetres(from: GeoPoint, to: GeoPoint): number {
  const rad = Math.PI / 180;
  const dLat = (to.latitude - from.latitude) * rad;
  const dLon = (to.longitude - from.longitude) * rad;
  const a = Math.sin(dLat / 2) ** 2 + Math.cos(from.latitude * rad) * Math.cos(to.latitude * rad) * Math.sin(dLon / 2) ** 2;
  return Math.round(2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(a))));
}

/** The rule that keeps a node from the whole order, or null: what a node is and does, the channel's pool, then the filters in their order. */
export function nodeRule(node: Node, metres: number | null, request: RoutingRequest, rules: AppliedRules, filters: readonly Filter[]): NodeVerdict | null {
  const { pausedUntil } = node.operations;
  if (node.status !== "online") return "OFFLINE";
  if (!canShip(node)) return "VIRTUAL";
  if (pausedUntil !== null && pausedUntil > request.now) return "PAUSED";
  if (request.nodePool !== null && !request.nodePool.includes(node.code)) return "NOT_IN_POOL";
  const elsewhere = pickupRule(node, request, rules);
  if (elsewhere !== null) return elsewhere;
  for (const filter of filters) {
    const verdict = struckBy(filter, node, metres, request, rules);
    if (verdict !== null) return verdict;
  }
  return null;
}

/** Whether what is collected at a store may come from a node: its own goods, or where the rules allow it another's, sent there while it is open and hands out. */
function pickupRule(node: Node, { pickup, now }: RoutingRequest, { group: { shipToStore = "never" } }: AppliedRules): NodeVerdict | null {
  if (!pickup) return null;
  if (pickup.node.id === node.id) return shipToStore === "only" ? "ONLY_SENT" : pickup.isFull(now) ? "SLOTS_FULL" : null;
  return shipToStore !== "never" && pickup.node.status === "online" && pickup.node.operations.pickup !== null ? null : "ELSEWHERE";
}

/** A node as a place that goods go to. */
export const placeOf = (node: Node): NonNullable<RoutingRequest["destination"]> => ({
  latitude: node.latitude, longitude: node.longitude, country: countryOf(node), region: node.address["region"] ?? null, postcode: compactPostcode(node.address["postcode"] ?? "") || null,
});

/** What a filter says of a node; those about services, stock and the whole order are asked where that is known. */
function struckBy(filter: Filter, node: Node, metres: number | null, { destination, travel }: RoutingRequest, rules: AppliedRules): NodeVerdict | null {
  switch (filter.kind) {
    case "node_kinds": return filter.kinds.includes(node.kind) ? null : "NODE_KIND";
    case "only_nodes": return filter.nodes.includes(node.code) ? null : "NOT_LISTED";
    case "not_nodes": return filter.nodes.includes(node.code) ? "NOT_LISTED" : null;
    case "same_country": return countryOf(node) !== null && countryOf(node) === destination?.country ? null : "OTHER_COUNTRY";
    case "countries": return filter.countries.includes(countryOf(node) ?? "") ? null : "OTHER_COUNTRY";
    case "maximum_distance": return metres !== null && metres > filter.km * 1000 ? "TOO_FAR" : null;
    case "maximum_backlog": return (travel?.backlog(node.id) ?? 0) < filter.shipments ? null : "BACKLOG";
    case "expression": return rules.holds(filter.when, node, metres, travel?.backlog(node.id) ?? 0) ? null : "RULE";
    default: return null;
  }
}

/** The hard rule that keeps one line from a node that is otherwise eligible, or null. */
export function lineRule(node: Node, demand: Demand, request: Border): NodeVerdict | null {
  if (demand.preselected !== null && demand.preselected !== node.code) return "NOT_PRESELECTED";
  if (demand.excluded.has(node.id)) return "EXCLUDED";
  const { itemClasses } = node;
  if (itemClasses !== null && demand.parts.some(({ item }) => !itemClasses.includes(item.handlingClass))) return "ITEM_CLASS";
  return exportRule(node, demand, request) === null ? null : "EXPORT";
}

type Border = Pick<RoutingRequest, "customs" | "destination">;

/** Why goods of a demand may not leave a node's country for the destination's, in words; null where they may. */
export function exportRule(node: Node, { parts }: Demand, { customs, destination }: Border): string | null {
  if (!customs || customs.facts.restrictions.length === 0) return null;
  for (const { item } of parts) {
    const why = exportForbidden(item, countryOf(node), destination?.country ?? null, node.itemClasses, customs.facts.restrictions);
    if (why !== null) return why;
  }
  return null;
}

/** Counted units of one of its items that a unit of a demand takes: several of its parts may be of one item. */
export const perUnitOf = ({ parts }: Demand, { item, perUnit }: DemandPart): number =>
  (parts.length === 1 ? perUnit : parts.reduce((sum, part) => sum + (part.item.id === item.id ? part.perUnit : 0), 0));

/** Whole units of a demand that a node has free beside what is taken of it already, or has to stay. */
export const roomFor = (demand: Demand, node: Node, book: StockBook, taken: (itemId: string) => number = () => 0): number =>
  demand.parts.reduce((least, part) => Math.min(least, Math.floor(Math.max(0, book.available(part.item, node.id) - taken(part.item.id)) / perUnitOf(demand, part))), Infinity);

const countries = new WeakMap<Node, string | null>();

/** ISO code of the country that a node is in; null where nobody says. Looked up once for each version of a node. */
export function countryOf(node: Node): string | null {
  const known = countries.get(node);
  if (known !== undefined) return known;
  const country = countryCode(node.address["country"] ?? "");
  countries.set(node, country);
  return country;
}

export const metresTo = ({ destination }: Pick<RoutingRequest, "destination">, { latitude, longitude }: Node): number | null =>
  latitude !== null && longitude !== null && isPlaced(destination) ? distanceMetres(destination, { latitude, longitude }) : null;

export const isPlaced = (destination: RoutingRequest["destination"]): destination is GeoPoint => destination !== null && destination.latitude !== null && destination.longitude !== null;

