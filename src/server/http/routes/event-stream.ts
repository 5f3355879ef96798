import { z } from "zod";
import { EVENTS, isPrivateEvent } from "../../../domain/kernel/index.ts";
import { callerOf, hasScope, isStillAllowed } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { createEventStreams } from "../event-stream.ts";
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

/** Whoever is disabled, or given other roles, sees nothing new a second later. */
const SESSION_ENDS_WITHIN_MS = 500;

export function eventStreamRoutes(app: App, deps: AppDeps): void {
  const streams = createEventStreams(deps.queries);
  app.addHook("preClose", async () => streams.close());
  const { config, schema } = operation(about, { querystring: streamQuery });
  const answer = { description: "Events, until the caller leaves", content: { "text/event-stream": { schema: z.string() } } };

  app.get("/v1/events/stream", { exposeHeadRoute: false, config, schema: { ...schema, response: { 200: answer, ...schema.response } } }, async (request, reply) => {
    const caller = callerOf(request);
    const { tenantId, sessionId } = caller;
    const { order, types } = request.query;
    const chosen = types === undefined ? null : new Set(chosenTypes(types));
    const last = await deps.queries.lastPosition(tenantId);
    const after = Number(lastSeen(request.headers["last-event-id"]) ?? request.query.after ?? last);
    if (after > last) throw ahead(after, last);
    streams.admit();
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no", connection: "close" });
    await streams.serve(reply.raw, {
      tenantId, after, wanted: (event) => (hasScope(caller, "admin") || !isPrivateEvent(event.type)) && (order === undefined || event.order === order) && (chosen === null || chosen.has(event.type)),
      ...(sessionId === null ? {} : { askEveryMs: SESSION_ENDS_WITHIN_MS }),
      mayGoOn: () => isStillAllowed(request, about.scope, deps),
    }).catch((error: unknown) => request.log.warn({ request_id: request.id, error: error instanceof Error ? error.message : "unknown" }, "event stream ended"));
  });
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
