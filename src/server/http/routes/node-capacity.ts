import { z } from "zod";
import { CAPACITY_HORIZON_DAYS } from "../../../domain/fulfillment/index.ts";
import { DAY, localDateTime } from "../../../domain/kernel/index.ts";
import { nodeCapacity } from "../../../flows/node-capacity.ts";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { refused } from "../problem.ts";
import { notFound, operation } from "../route.ts";
import { capacityOfNode } from "../schemas/fact-views.ts";
import { codeText } from "../schemas/fields.ts";

const MOST_DAYS = 92;

const localDate = z.iso.date({ error: "Not a date such as 2026-03-02." }).refine((date) => date >= "1900-01-01" && date < "2200-01-01", { error: "Not a date between 1900 and 2200." });
const query = z.strictObject({ from: localDate.optional(), to: localDate.optional() });

const plusDays = (date: string, days: number): string => new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** The days asked for: a week from today on, unless it is said otherwise. */
function daysOf({ from: given, to }: z.infer<typeof query>, today: string): { readonly from: string; readonly to: string } {
  const from = given ?? (to !== undefined && to < today ? to : today);
  const until = to ?? plusDays(from, CAPACITY_HORIZON_DAYS - 1);
  const last = plusDays(from, MOST_DAYS - 1);
  if (until >= from && until <= last) return { from, to: until };
  const detail = until < from ? `to is before from, which is ${from}.` : `At most ${MOST_DAYS} days are answered at once; from ${from} on, to may be ${last}.`;
  throw refused("INVALID_FIELD", detail, [{ pointer: "/query/to", code: "INVALID_FIELD", detail }]);
}

const about = {
  id: "getNodeCapacity", tag: "catalogue", scope: "catalogue:read", limitedByNode: true, summary: "Read what a node can send or hand out and what is taken of it",
  description: `Limits as they are now, by day and hour of the node; what shipments have claimed, from their routing on, and what orders have of the slots in which they are collected. Without from it begins today, without to it is ${CAPACITY_HORIZON_DAYS} days.`,
} as const;

export function nodeCapacityRoutes(app: App, deps: AppDeps): void {
  app.get("/v1/nodes/:code/capacity", operation(about, { params: z.object({ code: codeText }), querystring: query }, { 200: capacityOfNode }), async (request) => {
    const { tenantId, places } = callerOf(request);
    const { code } = request.params;
    const [node] = (await deps.queries.listNodes(tenantId, { code, limit: 1, after: null, places }, deps.now())).rows;
    if (!node) throw notFound(`node "${code}"`);
    const { from, to } = daysOf(request.query, localDateTime(deps.now(), node.time_zone).date);
    return nodeCapacity(node, await deps.queries.capacityTaken(tenantId, code, from, to), from, to);
  });
}
