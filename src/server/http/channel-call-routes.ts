import { z } from "zod";
import { publicId } from "../../domain/kernel/index.ts";
import { CALL_KINDS, type ChannelCalls, type ChannelCallView } from "../../flows/channel-calls.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { found, idOf, listOf, operation, PART, placeOf } from "./route.ts";
import { cursor, limit, text } from "./schemas/fields.ts";
import { page } from "./schemas/views.ts";

const call = z.object({
  id: z.string(), connection: z.string(), connection_code: z.string(), kind: z.enum(CALL_KINDS), subject: z.string(), order: z.nullable(z.string()),
  state: z.enum(["pending", "done", "dead"]), attempts: z.int(), note: z.nullable(z.string()), due_since: z.string(), next_attempt_at: z.nullable(z.string()), finished_at: z.nullable(z.string()),
}).meta({ id: "ChannelCall" });
const query = z.strictObject({
  connection: text(60).optional(), state: z.enum(["pending", "done", "dead"]).optional(), order: text(60).optional(), cursor: cursor.optional(), limit: limit(250, 50),
});
const params = z.object({ id: z.string() });

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const shown = (view: ChannelCallView): z.infer<typeof call> => ({
  id: publicId("call", view.id), connection: publicId("connection", view.connectionId), connection_code: view.connection, kind: view.kind, subject: view.subject,
  order: view.orderId === null ? null : publicId("order", view.orderId), state: view.state, attempts: view.attempts, note: view.note, due_since: new Date(view.dueSince).toISOString(),
  next_attempt_at: iso(view.nextAttemptAt), finished_at: iso(view.finishedAt),
});

/** What channels are told, what came of it, and work that ended without success: for AppDeps.extraRoutes. */
export const channelCallRoutes = (calls: Pick<ChannelCalls, "list" | "retry">, nudge: () => void) => (app: App): void => {
  app.get("/v1/channel-calls", operation({
    id: "listChannelCalls", tag: "channels", scope: "channels:read", summary: "List what channels are told and asked: orders taken in, fulfilments, cancellations, stock, and what a message left open",
    description: "State dead is work that a person has to look at; note says why. Stock has one entry for each variant, made due again by every change.",
  }, { querystring: query }, { 200: page(call) }), async (request) => {
    const { connection, state = null, order, cursor: at } = request.query;
    const most = Number(request.query.limit);
    const [after = null] = placeOf(at, [PART.uuid]) ?? [];
    const rows = await calls.list(callerOf(request).tenantId, { connectionId: connection === undefined ? null : idOf("connection", connection), state, orderId: order === undefined ? null : idOf("order", order), after, limit: most + 1 });
    const kept = rows.slice(0, most);
    const last = kept.at(-1);
    return listOf({ rows: kept.map(shown), next: rows.length > most && last ? [last.id] : null });
  });
  app.post("/v1/channel-calls/:id/retry", operation({
    id: "retryChannelCall", tag: "channels", scope: "channels:write", summary: "Do a piece of work at a channel again at once, whatever became of it",
    description: "It looks at the channel first, so what was done before is not done twice.",
  }, { params, body: z.strictObject({}) }, { 200: call }), async (request) => {
    const again = await calls.retry(callerOf(request).tenantId, idOf("call", request.params.id));
    nudge();
    return shown(found(again, "call", request.params.id));
  });
};
