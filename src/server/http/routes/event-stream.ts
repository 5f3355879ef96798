import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { EVENTS, isPrivateEvent } from "../../../domain/kernel/index.ts";
import type { EventView } from "../../../flows/queries.ts";
import { actorOf, callerOf, hasScope, isStillAllowed } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { createEventStreams, type EventStreams, type StreamOptions, telling } from "../event-stream.ts";
import { refused } from "../problem.ts";
import { operation } from "../route.ts";
import { text } from "../schemas/fields.ts";

const position = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const streamQuery = z.strictObject({ after: position.optional(), order: text(60).optional(), types: text(1000).optional() });
const about = {
  id: "streamEvents", tag: "events", scope: "events:read", summary: "Follow events as they happen",
  description: "Server-sent events: the id is the position, the event is the type, the data is what the list of events gives. Begins after the position in after or Last-Event-ID, "
    + "or with what happens from now on; a reader that comes back with Last-Event-ID misses nothing and gets nothing twice. order and types (separated by commas) choose.",
} as const;

const answer = { description: "Events, until the caller leaves", content: { "text/event-stream": { schema: z.string() } } };

/** Whoever is disabled, or given other roles, sees nothing new a second later. */
const SESSION_ENDS_WITHIN_MS = 500;

export function eventStreamRoutes(app: App, deps: AppDeps): void {
  const streams = createEventStreams(deps.queries);
  app.addHook("preClose", async () => streams.close());
  changeRoute(app, deps, streams);
  const { config, schema } = operation(about, { querystring: streamQuery });

  app.get("/v1/events/stream", { exposeHeadRoute: false, config, schema: { ...schema, response: { 200: answer, ...schema.response } } }, async (request, reply) => {
    const caller = callerOf(request);
    const { tenantId } = caller;
    const { order, types } = request.query;
    const chosen = types === undefined ? null : new Set(chosenTypes(types));
    const last = await deps.queries.lastPosition(tenantId);
    const after = Number(lastSeen(request.headers["last-event-id"]) ?? request.query.after ?? last);
    if (after > last) throw ahead(after, last);
    const wanted = (event: EventView): boolean => (hasScope(caller, "admin") || !isPrivateEvent(event.type)) && (order === undefined || event.order === order) && (chosen === null || chosen.has(event.type));
    await stream(streams, request, reply, { after, tell: telling(wanted), mayGoOn: () => isStillAllowed(request, about.scope, deps) });
  });
}

/** Who is so far behind is told to read everything anew. */
const FAR_BEHIND = 10_000;
const aboutChanges = {
  id: "followOrders", tag: "orders", scope: "orders:read", limitedByNode: true, summary: "Follow which orders change",
  description: "Server-sent events: the event orders has in its data the ids of orders that were captured and of orders that changed otherwise, the id is the position in the log. The event everything says that more happened than is told: read anew what you show. "
    + "Begins after the position in after or Last-Event-ID, or with what happens from now on. Whoever is limited to nodes is told only of orders that are there, and in left the ids of those that were and are sent another way: they may not be read any more, and should not be shown.",
} as const;
const EVERYTHING = "event: everything\ndata: {}\n\n";

/** What screens need to stay current: ids and nothing else, so that whoever may read orders may be told. */
function changeRoute(app: App, deps: AppDeps, streams: EventStreams): void {
  const { config, schema } = operation(aboutChanges, { querystring: z.strictObject({ after: position.optional() }) });
  app.get("/v1/order-changes", { exposeHeadRoute: false, config, schema: { ...schema, response: { 200: answer, ...schema.response } } }, async (request, reply) => {
    const { tenantId, places } = callerOf(request);
    const last = await deps.queries.lastPosition(tenantId);
    const seen = Number(lastSeen(request.headers["last-event-id"]) ?? request.query.after ?? last);
    const lost = seen > last || last - seen > FAR_BEHIND;
    const tell = async (events: readonly EventView[]): Promise<string> => {
      const { captured, changed } = touched(events);
      const all = [...captured, ...changed];
      const seeing = places === null || all.length === 0 ? new Set(all) : new Set(await deps.queries.ordersAtPlaces(tenantId, all, places));
      const left = places === null || seeing.size === all.length ? [] : await deps.queries.ordersThatLeft(tenantId, events.flatMap(({ id, order }) => (order === null || seeing.has(order) ? [] : [{ id, order }])), places);
      const data = { captured: captured.filter((id) => seeing.has(id)), changed: changed.filter((id) => seeing.has(id)), left };
      return data.captured.length + data.changed.length + left.length === 0 ? "" : `id: ${events.at(-1)?.position}\nevent: orders\ndata: ${JSON.stringify(data)}\n\n`;
    };
    await stream(streams, request, reply, { after: lost ? last : seen, first: lost ? EVERYTHING : "", tell, mayGoOn: () => isStillAllowed(request, aboutChanges.scope, deps) });
  });
}

/** The orders that events are about, each once. */
function touched(events: readonly EventView[]): { readonly captured: readonly string[]; readonly changed: readonly string[] } {
  const captured = new Set(events.flatMap(({ type, order }) => (type === "OrderCaptured" && order !== null ? [order] : [])));
  const changed = new Set(events.flatMap(({ order }) => (order !== null && !captured.has(order) ? [order] : [])));
  return { captured: [...captured], changed: [...changed] };
}

async function stream(streams: EventStreams, request: FastifyRequest, reply: FastifyReply, options: Pick<StreamOptions, "after" | "first" | "tell" | "mayGoOn">): Promise<void> {
  const caller = callerOf(request);
  const owner = actorOf(caller);
  streams.admit(owner);
  reply.hijack();
  reply.raw.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no", connection: "close" });
  await streams.serve(reply.raw, { ...options, tenantId: caller.tenantId, owner, ...(caller.sessionId === null ? {} : { askEveryMs: SESSION_ENDS_WITHIN_MS }) })
    .catch((error: unknown) => request.log.warn({ request_id: request.id, error: error instanceof Error ? error.message : "unknown" }, "event stream ended"));
}

function chosenTypes(list: string): string[] {
  const types = list.split(",").map((type) => type.trim());
  const unknown = types.filter((type) => !Object.hasOwn(EVENTS, type));
  if (unknown.length === 0) return types;
  const detail = `There is no event "${unknown[0]?.slice(0, 100)}"; the reference lists them all.`;
  throw refused("INVALID_FIELD", detail, [{ pointer: "/query/types", code: "INVALID_FIELD", detail }]);
}

/** Whoever saw more than there is saw it elsewhere, or before a backup was restored: waiting there would miss what comes until then. */
function ahead(after: number, last: number): Error {
  const detail = `${after} is past the last event, which has position ${last}.`;
  return refused("INVALID_FIELD", detail, [{ pointer: "/query/after", code: "INVALID_FIELD", detail }]);
}

/** What a reader that comes back saw last. */
function lastSeen(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === "") return undefined;
  const parsed = position.safeParse(header);
  if (parsed.success && typeof header === "string" && /^\d+$/.test(header)) return Number(parsed.data);
  const detail = "Last-Event-ID must be the position of an event.";
  throw refused("INVALID_FIELD", detail, [{ pointer: "/headers/last-event-id", code: "INVALID_FIELD", detail }]);
}
