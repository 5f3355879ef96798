import { z } from "zod";
import { isPrivateEvent, parsePublicId } from "../../../domain/kernel/index.ts";
import { byOf, callerOf, hasScope } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { listOf, notFound, operation, PART, placeOf } from "../route.ts";
import { cursor, limit, reasonText, text } from "../schemas/fields.ts";
import { exception } from "../schemas/fact-views.ts";
import { event, page } from "../schemas/views.ts";

const eventQuery = z.strictObject({ after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(), limit: limit(1000, 100) });
const exceptionQuery = z.strictObject({ kind: text(50).optional(), order: text(100).optional(), cursor: cursor.optional(), limit: limit(250, 50) });

export function eventRoutes(app: App, deps: AppDeps): void {
  app.get("/v1/events", operation(
    { id: "listEvents", tag: "events", scope: "events:read", summary: "Read everything that happened, oldest first",
      description: "Positions have no gaps and grow in commit order: ask again with after set to next_after. Who signed in is told to administrators alone." },
    { querystring: eventQuery }, { 200: z.object({ data: z.array(event), has_more: z.boolean(), next_after: z.int() }) },
  ), async (request) => {
    const after = Number(request.query.after ?? 0);
    const caller = callerOf(request);
    const { rows, next } = await deps.queries.listEvents(caller.tenantId, after, Number(request.query.limit));
    return { data: rows.filter(({ type }) => hasScope(caller, "admin") || !isPrivateEvent(type)), has_more: next !== null, next_after: rows.at(-1)?.position ?? after };
  });

  app.get("/v1/exceptions", operation(
    { id: "listExceptions", tag: "exceptions", scope: "orders:read", summary: "List what needs a person, oldest first" }, { querystring: exceptionQuery }, { 200: page(exception) },
  ), async (request) => {
    const { kind, order, cursor: at } = request.query;
    const orderId = order === undefined ? null : parsePublicId("order", order);
    const after = placeOf(at, [PART.millis, PART.uuid]);
    // What is no order's id names no order, like a code nobody has.
    if (orderId === undefined) return listOf({ rows: [], next: null });
    return listOf(await deps.queries.listExceptions(callerOf(request).tenantId, { kind: kind ?? null, orderId, limit: Number(request.query.limit), after }));
  });
  app.post("/v1/exceptions/:id/resolve", operation(
    { id: "resolveException", tag: "exceptions", scope: "orders:write", summary: "Settle an exception by hand" },
    { params: z.object({ id: z.string() }), body: z.strictObject({ reason: reasonText }) }, { 200: z.object({ id: z.string(), resolved: z.boolean() }) },
  ), async (request) => {
    const caller = callerOf(request);
    const exceptionId = parsePublicId("exception", request.params.id);
    const resolved = exceptionId !== undefined
      && (await deps.exceptions.resolve(caller.tenantId, exceptionId, { ...byOf(request), reason: request.body.reason, now: deps.now() }));
    if (!resolved) throw notFound(`exception ${request.params.id.slice(0, 100)}`);
    return { id: request.params.id, resolved };
  });
}
