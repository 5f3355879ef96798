import type { GeoPoint } from "../order/index.ts";
import { canShip, type Node } from "../catalog/index.ts";
import type { StockBook } from "../inventory/index.ts";
import type { Candidate, Demand, NodeVerdict, RoutingRequest } from "./types.ts";

const EARTH_RADIUS_METRES = 6_371_008.8;
/** Half way round the Earth: no two places are farther apart. */
const FARTHEST_METRES = 20_015_115;

/** Great-circle distance in whole metres (haversine on the mean Earth radius of IUGG). */
export function distanceMetres(from: GeoPoint, to: GeoPoint): number {
  const rad = Math.PI / 180;
  const dLat = (to.latitude - from.latitude) * rad;
  const dLon = (to.longitude - from.longitude) * rad;
  const a = Math.sin(dLat / 2) ** 2 + Math.cos(from.latitude * rad) * Math.cos(to.latitude * rad) * Math.sin(dLon / 2) ** 2;
  return Math.round(2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(a))));
}

function nodeRule(node: Node, metres: number | null, request: RoutingRequest): NodeVerdict | null {
  if (node.status !== "online") return "OFFLINE";
  if (!canShip(node)) return "VIRTUAL";
  if (request.nodePool !== null && !request.nodePool.includes(node.code)) return "NOT_IN_POOL";
  const limit = request.policy.maximumDistanceKm;
  return limit !== null && metres !== null && metres > limit * 1000 ? "TOO_FAR" : null;
}

/** The hard rule that keeps one line from a node that is otherwise eligible, or null. */
export function lineRule(node: Node, demand: Demand): NodeVerdict | null {
  if (demand.preselected !== null && demand.preselected !== node.code) return "NOT_PRESELECTED";
  if (demand.excluded.has(node.id)) return "EXCLUDED";
  const { itemClasses } = node;
  if (itemClasses !== null && demand.parts.some(({ item }) => !itemClasses.includes(item.handlingClass))) return "ITEM_CLASS";
  return demand.atCapacity?.has(node.id) === true ? "AT_CAPACITY" : null;
}

/** Whole units of a demand that a node has free beside what is taken of it already. */
export const roomFor = ({ parts }: Demand, node: Node, book: StockBook, taken: (itemId: string) => number = () => 0): number =>
  parts.reduce((least, { item, perUnit }) => Math.min(least, Math.floor(Math.max(0, book.available(item, node.id) - taken(item.id)) / perUnit)), Infinity);

export const metresTo = ({ destination }: RoutingRequest, { latitude, longitude }: Node): number | null =>
  latitude !== null && longitude !== null && isPlaced(destination) ? distanceMetres(destination, { latitude, longitude }) : null;

const isPlaced = (destination: RoutingRequest["destination"]): destination is GeoPoint => destination !== null && destination.latitude !== null && destination.longitude !== null;

/** Micro-units for distance. */
export function costOf({ destination, policy }: RoutingRequest, metres: number | null): number {
  // Without coordinates of the address distance says nothing of any node; a node without its own must not win for that.
  const charged = metres ?? (isPlaced(destination) ? FARTHEST_METRES : 0);
  return Math.round((charged * policy.distanceCostPerKmMicros) / 1000);
}

/**
 * Every node as a candidate, in the order that settles ties: cost, distance, priority, id. The order does not
 * depend on the order the nodes came in.
 */
export function candidates(request: RoutingRequest): Candidate[] {
  const { demands, book } = request;
  const all = request.nodes.map((node): Candidate => {
    const metres = metresTo(request, node);
    const struck = nodeRule(node, metres, request);
    const room = demands.map((demand) => (struck !== null || lineRule(node, demand) !== null ? 0 : roomFor(demand, node, book)));
    return { node, metres, costMicros: costOf(request, metres), struck, room };
  });
  return all.sort(
    (a, b) => a.costMicros - b.costMicros || (a.metres ?? Infinity) - (b.metres ?? Infinity) || a.node.priority - b.node.priority || (a.node.id < b.node.id ? -1 : 1),
  );
}
