import { metresTo } from "./candidates.ts";
import { shownAtMost } from "./explain.ts";
import type { RoutingRequest } from "./types.ts";

/**
 * The request with the nodes that can matter. Where each line names its node, no other can give anything: of the others only as many
 * of the nearest are looked at as the stored decision might show. With 1,160 nodes, looking at all took two thirds of the capture of
 * such orders.
 */
export function narrowed(request: RoutingRequest): RoutingRequest {
  const { nodes, demands } = request;
  const named = new Set(demands.map(({ preselected }) => preselected));
  if (named.has(null)) return request;
  const shown = shownAtMost(nodes);
  if (nodes.length <= shown + named.size) return request;
  const metres = new Float64Array(nodes.length);
  nodes.forEach((node, n) => (metres[n] = metresTo(request, node) ?? Infinity));
  const enough = metres.toSorted()[shown - 1] ?? Infinity;
  return { ...request, nodes: nodes.filter((node, n) => (metres[n] ?? 0) <= enough || named.has(node.code)) };
}
