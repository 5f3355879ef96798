import { z } from "zod";
import { type Channel, type ChannelRate, limitOf } from "../../../domain/catalog/index.ts";
import { DAY } from "../../../domain/kernel/index.ts";
import { rateView } from "../../../flows/channel-rates.ts";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { listOf, notFound, operation, PART, placeOf } from "../route.ts";
import { atRisk, channelPerformance, failedOrder, rateName, RISKS } from "../schemas/deadline-views.ts";
import { codeText, cursor, limit } from "../schemas/fields.ts";
import { page } from "../schemas/views.ts";

const paged = { cursor: cursor.optional(), limit: limit(250, 50) };
const riskQuery = z.strictObject({ level: z.enum(RISKS).optional(), channel: codeText.optional(), ...paged });
const failedQuery = z.strictObject({ rate: rateName, ...paged });
const codeParams = z.object({ code: codeText });

/** Orders' dates that are at risk, and how channels' rates stand. */
export function deadlineRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "promises", scope: "orders:read" } as const;
  app.get("/v1/promises/at-risk", operation({
    ...about, id: "listAtRisk", summary: "List orders with a date that is at risk or will be missed, the nearest date first",
    description: "As the last look found them: an order is looked at ever more often towards its date. What could be saved by sending it otherwise is not here.",
  }, { querystring: riskQuery }, { 200: page(atRisk) }), async (request) => {
    const { level = null, channel = null, cursor: at, limit: most } = request.query;
    return listOf(await deps.queries.listAtRisk(callerOf(request).tenantId, { level, channel, after: placeOf(at, [PART.millis, PART.uuid]), limit: Number(most) }));
  });
  app.get("/v1/channels/:code/performance", operation({
    ...about, id: "getChannelPerformance", summary: "Read how a channel's rates of late shipments and of cancellations stand against their limits",
    description: "late_shipments: of the orders whose ship-by date passed within the window, but for those cancelled whole before anything left, those of which something left later or is still to leave. cancellations: of the orders placed within the window, those of which the seller cancelled something; what the customer asked for, or the channel itself cancelled, is not the seller's. Orders count from when the channel has a limit, or they a date.",
  }, { params: codeParams }, { 200: channelPerformance }), async (request) => {
    const { tenantId } = callerOf(request);
    const [now, channel] = [deps.now(), await channelOf(deps, tenantId, request.params.code)];
    const view = (rate: ChannelRate) => rateView((of, from, to) => deps.queries.countRate(tenantId, of, from, to), channel, rate, now);
    const [late, cancelled] = await Promise.all([view("late_shipments"), view("cancellations")]);
    return { channel: request.params.code, at: new Date(now).toISOString(), late_shipments: late, cancellations: cancelled };
  });
  app.get("/v1/channels/:code/performance/orders", operation({
    ...about, id: "listChannelFailures", summary: "List the orders that count against a rate of a channel, the latest first; empty where the channel does not watch it",
  }, { params: codeParams, querystring: failedQuery }, { 200: page(failedOrder) }), async (request) => {
    const { tenantId } = callerOf(request);
    const { rate, cursor: at, limit: most } = request.query;
    const after = placeOf(at, [PART.millis, PART.uuid]);
    const { id: channelId, deadlines } = await channelOf(deps, tenantId, request.params.code);
    const watched = limitOf(deadlines, rate);
    const now = deps.now();
    return listOf(watched === null ? { rows: [], next: null } : await deps.queries.listFailed(tenantId, { channelId, rate, from: now - watched.windowDays * DAY, to: now, after, limit: Number(most) }));
  });
}

async function channelOf(deps: AppDeps, tenantId: number, code: string): Promise<Pick<Channel, "id" | "deadlines">> {
  const found = await deps.queries.channelLimits(tenantId, code, deps.now());
  if (!found) throw notFound(`channel "${code}"`);
  return found;
}
