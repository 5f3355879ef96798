import { z } from "zod";
import type { ChannelSweeps } from "../../flows/channel-sweeps.ts";
import type { Connector } from "../../flows/connector.ts";
import { sinceOf } from "../../flows/reconcile.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { refused } from "./problem.ts";
import { found, idOf, listOf, operation, PART, placeOf } from "./route.ts";
import { cursor, instant, limit } from "./schemas/fields.ts";
import { channelDifference, channelSweep, shownDifference, shownSweep } from "./schemas/sweep-views.ts";
import { page } from "./schemas/views.ts";

export interface ChannelSweepRouteDeps {
  readonly sweeps: Pick<ChannelSweeps, "begin" | "standing" | "list" | "differences">;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly newId: () => string;
  readonly now: () => number;
}

const params = z.object({ id: z.string() });
const sweepBody = z.strictObject({ since: instant.optional() });
const sweepsQuery = z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) });
const differencesQuery = z.strictObject({ state: z.enum(["open", "closed"]).default("open"), cursor: cursor.optional(), limit: limit(250, 50) });

const SWEEP = `Reads the orders that the channel changed since its last sweep (or since an earlier time), puts those that are missing or older here into the inbox, and compares all of them
with what is here. It goes on by itself; its entry in the list says how far it is.`;
const DIFFERENCES = `missing_here: the channel has it, and it is not here. unknown_there: the channel brought it and does not list it any more. total: they differ in money, in minor units. units: they
differ in goods that are not cancelled, in the channel's units. Nothing is left of a cancelled order. A difference that a later sweep does not find any more is closed.`;

/** Sweeps of channels and the differences they found: for AppDeps.extraRoutes. */
export const channelSweepRoutes = ({ sweeps, connectors, newId, now }: ChannelSweepRouteDeps) => (app: App): void => {
  app.post("/v1/connections/:id/sweeps", operation(
    { id: "sweepConnection", tag: "connections", scope: "channels:write", summary: "Read again what changed at a channel, now", description: SWEEP }, { params, body: sweepBody }, { 201: channelSweep },
  ), async (request, reply) => {
    const { tenantId } = callerOf(request);
    const connectionId = idOf("connection", request.params.id);
    const standing = found(await sweeps.standing(tenantId, connectionId), "connection", request.params.id);
    if (!connectors.get(standing.connector)?.reconcile) throw refused("SWEEP_NOT_POSSIBLE", `Channels of the kind "${standing.connector}" cannot list their orders.`);
    if (!standing.called) throw refused("SWEEP_NOT_POSSIBLE", "The connection is paused, or has no base_url.");
    const since = Math.min(sinceOf(standing.sweptUntil), request.body.since ?? Infinity);
    const begun = await sweeps.begin(tenantId, { id: newId(), connectionId, since, now: now() });
    if (begun === null) throw refused("SWEEP_NOT_POSSIBLE", "A sweep of this connection is under way.");
    const [shown] = await sweeps.list(tenantId, connectionId, { before: null, limit: 1 });
    return reply.code(201).send(shownSweep(found(shown ?? null, "sweep", begun.id)));
  });
  app.get("/v1/connections/:id/sweeps", operation(
    { id: "listSweeps", tag: "connections", scope: "channels:read", summary: "List sweeps of a channel, latest first" }, { params, querystring: sweepsQuery }, { 200: page(channelSweep) },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const connectionId = await known(tenantId, request.params.id);
    const most = Number(request.query.limit);
    const [before = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    const rows = await sweeps.list(tenantId, connectionId, { before, limit: most + 1 });
    const last = rows[most - 1];
    return listOf({ rows: rows.slice(0, most).map(shownSweep), next: rows.length > most && last ? [last.id] : null });
  });
  app.get("/v1/connections/:id/differences", operation(
    { id: "listDifferences", tag: "connections", scope: "channels:read", summary: "List where a channel and Ordo disagree, order by order", description: DIFFERENCES },
    { params, querystring: differencesQuery }, { 200: page(channelDifference) },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const connectionId = await known(tenantId, request.params.id);
    const most = Number(request.query.limit);
    const [externalId, kind] = placeOf(request.query.cursor, [PART.text, PART.text]) ?? [];
    const after = externalId === undefined || kind === undefined ? null : [externalId, kind] as const;
    const rows = await sweeps.differences(tenantId, connectionId, { open: request.query.state === "open", after, limit: most + 1 });
    const last = rows[most - 1];
    return listOf({ rows: rows.slice(0, most).map(shownDifference), next: rows.length > most && last ? [last.externalId, last.kind] : null });
  });

  async function known(tenantId: number, id: string): Promise<string> {
    const connectionId = idOf("connection", id);
    found(await sweeps.standing(tenantId, connectionId), "connection", id);
    return connectionId;
  }
};
