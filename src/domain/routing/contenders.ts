import { candidates, costOf, metresTo } from "./candidates.ts";
import { shownAtMost } from "./explain.ts";
import type { Candidate, RoutingRequest } from "./types.ts";

/**
 * The candidates that can matter, in their order. Where each line names its node, no other can give anything: of the others
 * only as many are ranked as the stored decision might show. With 1,160 nodes, ranking all took two thirds of the capture of
 * such orders.
 */
export function contenders(request: RoutingRequest): Candidate[] {
  const { nodes, demands } = request;
  const named = new Set(demands.map(({ preselected }) => preselected));
  if (named.has(null)) return candidates(request);
  const shown = shownAtMost(nodes);
  if (nodes.length <= shown + named.size) return candidates(request);
  const costs = new Float64Array(nodes.length);
  nodes.forEach((node, n) => (costs[n] = costOf(request, metresTo(request, node))));
  const enough = costs.toSorted()[shown - 1] ?? Infinity;
  return candidates({ ...request, nodes: nodes.filter((node, n) => (costs[n] ?? 0) <= enough || named.has(node.code)) });
}
