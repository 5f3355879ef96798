import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { parsePublicId, publicId, REFUSALS } from "../../domain/kernel/index.ts";
import { untoldSeconds } from "../../domain/order/index.ts";
import { csvRow } from "../../files/cells.ts";
import type { BulkCommand } from "../../flows/bulk-actions.ts";
import { type BulkAction, BULK_ACTIONS, BULK_RESULTS, BULK_STATES, type BulkReasons, type BulkResult, type BulkRow, type BulkWork, type NamedBulkAction, NO_UNDO } from "../../flows/bulk-store.ts";
import { type UndoBulk, whyNoUndo } from "../../flows/undo-bulk.ts";
import type { Answer } from "../../flows/ports.ts";
import { actorOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { tagText, personId } from "./order-desk-routes.ts";
import { refused } from "./problem.ts";
import { found, headOf, idOf, listOf, operation, PART, placeOf, sendAnswer, sendStream } from "./route.ts";
import { orderFilterQuery, refineOrders, searched, wantedOrders } from "./routes/orders.ts";
import { askedHoldKind, codeText, cursor, holdKind, instant, limit, reasonText, text, withCode } from "./schemas/fields.ts";
import { page, undo } from "./schemas/views.ts";

type OrdersOf = { readonly results: readonly BulkResult[] | null; readonly after: string | null; readonly limit: number };
export interface OrderActionRouteDeps {
  readonly begin: (tenantId: number, command: BulkCommand) => Promise<Answer>;
  readonly undo: (tenantId: number, command: UndoBulk) => Promise<Answer>;
  readonly cancel: (tenantId: number, id: string) => Promise<unknown>;
  readonly find: (tenantId: number, id: string) => Promise<NamedBulkAction | null>;
  readonly list: (tenantId: number, filter: { readonly before: string | null; readonly limit: number }) => Promise<readonly NamedBulkAction[]>;
  readonly orders: (tenantId: number, id: string, filter: OrdersOf) => Promise<readonly BulkRow[]>;
  /** Told that an action waits. */
  readonly came: () => void;
  readonly now: () => number;
}

const IDS_MAX = 1_000;
const PIECE = 1_000;
const orderId = text(60).transform((value, context): string => {
  const id = parsePublicId("order", value);
  if (id === undefined) context.addIssue(withCode("INVALID_FIELD", `"${value}" is not the id of an order.`));
  return id ?? "";
});
const selection = z.union([
  z.strictObject({ ids: z.array(orderId).min(1).max(IDS_MAX) }), z.strictObject({ filter: orderFilterQuery.extend({ q: searched.optional() }).superRefine(refineOrders).describe("The fields of the list; what matches when the action begins.") }),
]);
const common = { orders: selection, dry_run: z.boolean().optional().describe("Decides as it would, and changes nothing.") };
const tags = z.array(tagText).min(1).max(20);
const body = z.discriminatedUnion("action", [
  z.strictObject({ ...common, action: z.literal("hold"), args: z.strictObject({ kind: askedHoldKind.optional(), reason: reasonText, due_at: instant.optional() }) }),
  z.strictObject({ ...common, action: z.literal("release_hold"), args: z.strictObject({ kind: holdKind.optional(), reason: reasonText.optional() }).optional() }),
  z.strictObject({ ...common, action: z.literal("release"), args: z.strictObject({}).optional() }),
  z.strictObject({ ...common, action: z.literal("reroute"), args: z.strictObject({ node: codeText.optional(), reason: reasonText.optional() }).optional() }),
  z.strictObject({ ...common, action: z.literal("cancel"), args: z.strictObject({ reason: reasonText, requested_by: z.enum(["customer", "seller"]).optional(), force: z.boolean().optional() }) }),
  z.strictObject({ ...common, action: z.enum(["tag", "untag"]), args: z.strictObject({ tags }) }),
  z.strictObject({ ...common, action: z.literal("assign"), args: z.strictObject({ assignee: personId.nullable() }) }),
]);

const [whole, words, when] = [z.int(), z.string(), z.iso.datetime().nullable()];
const view = z.object({
  id: words, action: z.enum(BULK_ACTIONS), args: z.record(words, z.unknown()), dry_run: z.boolean(), state: z.enum(BULK_STATES).describe("finding: it is looked which orders the filter finds. running: each is decided."), actor: words, actor_name: words.nullable().describe("What the key or the person is called now."),
  orders: z.object({ done: whole, total: whole.describe("While it is finding: as many as were found.") }),
  counts: z.object({ changed: whole.describe("Of a dry run: orders that would change."), skipped: whole.describe("Left as they were, for a reason."), failed: whole.describe("Left as they were by a defect of Ordo.") }),
  reasons: z.array(z.object({ code: words, count: whole, sentence: words, fix: words, example: words.describe("What one of them was told."), orders: z.array(words).describe("Some of them.") })).describe("Why orders are left as they are, the most frequent first."),
  undo, no_undo: z.object({ code: z.enum(NO_UNDO), sentence: words }).nullable().describe("Why it cannot be taken back; null where it can."),
  undone_by: words.nullable().describe("The action that takes it back, or took it back."), request: words.nullable().describe("The request that asked for it."),
  orders_per_second: z.number().nullable(), seconds_left: whole.nullable(), created_at: z.iso.datetime(), started_at: when, finished_at: when,
}).meta({ id: "OrderAction" });
const result = z.object({ order: words, number: whole.nullable().describe("Null where there is no such order."), result: z.enum(BULK_RESULTS).nullable().describe("Null until its turn has come."), code: words.nullable(), detail: words.nullable() }).meta({ id: "OrderActionResult" });

const BEGIN = "A worker does it in batches: one order that cannot be changed keeps no other from it, and what was done stays where it is cancelled. " +
  "A filter is answered once, when the action begins: orders that come later are not in it. A dry run decides each order by itself, on everything as it is.";
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function shown(one: NamedBulkAction, now: number): z.infer<typeof view> {
  const { action, ...args } = one.work;
  const done = one.changed + one.skipped + one.failed;
  const seconds = one.startedAt === null || one.progressedAt === null ? 0 : (one.progressedAt - one.startedAt) / 1000;
  const rate = seconds > 0 ? done / seconds : null;
  return {
    id: publicId("orderAction", one.id), action, args: argsOf(args), dry_run: one.dryRun, state: one.state, actor: one.actor, actor_name: one.actorName, orders: { done, total: one.total },
    counts: { changed: one.changed, skipped: one.skipped, failed: one.failed }, reasons: reasonsOf(one.reasons), orders_per_second: rate,
    ...wayBack(one, now), undone_by: one.undoneBy && publicId("orderAction", one.undoneBy), request: one.requestId,
    seconds_left: one.finishedAt !== null || rate === null || rate === 0 ? null : Math.ceil((one.total - done) / rate), created_at: new Date(one.createdAt).toISOString(), started_at: iso(one.startedAt), finished_at: iso(one.finishedAt),
  };
}

/** Messages about each order wait by themselves, so those about the first leave first. */
function wayBack(one: BulkAction, now: number): Pick<z.infer<typeof view>, "undo" | "no_undo"> {
  const why = whyNoUndo(one);
  const untold = Math.max(0, Math.floor(untoldSeconds(one.actor) - (now - (one.startedAt ?? now)) / 1000));
  return { undo: why === null ? { method: "POST", path: `/v1/order-actions/${publicId("orderAction", one.id)}/undo`, body: {}, untold_seconds: untold } : null, no_undo: why && { ...why } };
}

const argsOf = ({ dueAt, by, of, ...args }: Record<string, unknown>): Record<string, unknown> =>
  ({ ...args, ...(typeof of === "string" ? { of: publicId("orderAction", of) } : {}), ...(typeof dueAt === "number" ? { due_at: iso(dueAt) } : {}), ...(by === undefined ? {} : { requested_by: by }) });

const REFUSED: Readonly<Record<string, { readonly title: string; readonly fix: string }>> = REFUSALS;
const reasonsOf = (reasons: BulkReasons): z.infer<typeof view>["reasons"] => Object.entries(reasons).toSorted(([, a], [, b]) => b.count - a.count)
  .map(([code, { count, detail, examples }]) => ({ code, count, sentence: REFUSED[code]?.title ?? code, fix: REFUSED[code]?.fix ?? "", example: detail, orders: [...examples] }));

function workOf(asked: z.infer<typeof body>, caller: string): BulkWork {
  switch (asked.action) {
    case "hold": return { action: "hold", kind: asked.args.kind ?? "MANUAL", reason: asked.args.reason, dueAt: asked.args.due_at ?? null };
    case "release_hold": return { action: "release_hold", kind: asked.args?.kind ?? null, reason: asked.args?.reason ?? "released" };
    case "release": return { action: "release" };
    case "reroute": return { action: "reroute", node: asked.args?.node ?? null, reason: asked.args?.reason ?? "rerouted" };
    case "cancel": return { action: "cancel", reason: asked.args.reason, by: asked.args.requested_by ?? "seller", force: asked.args.force ?? false };
    case "tag":
    case "untag": return { action: asked.action, tags: asked.args.tags };
    case "assign": return { action: "assign", assignee: asked.args.assignee === "me" ? caller : asked.args.assignee };
  }
}

const UNDO = "Answers an action of its own, which a worker does: it takes back what the first one changed, of the orders that it changed and of no other. An order of which somebody has changed the same since is left alone, and its result says so. " +
  "Holds, tags and assignees can be taken back; undo of the action is null where it cannot, and no_undo says why.";

async function begun(deps: OrderActionRouteDeps, request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
  if (!answer.ok) return sendAnswer(request, reply, answer);
  deps.came();
  const id = String(answer.body["action"]);
  return sendAnswer(request, reply, { ...answer, body: shown(found(await deps.find(callerOf(request).tenantId, idOf("orderAction", id)), "orderAction", id), deps.now()) });
}

/** One action over many orders: for AppDeps.extraRoutes. */
export const orderActionRoutes = (deps: OrderActionRouteDeps) => (app: App): void => {
  const about = { tag: "order actions", scope: "orders:write" } as const;
  const params = z.object({ id: words });
  app.post("/v1/order-actions", operation({ ...about, id: "actOnOrders", summary: "Do one thing to many orders, or see what it would do", description: `${BEGIN} Releasing needs the scope shipments:write, too.` }, { body }, { 201: view, 200: view }), async (request, reply) => {
    const caller = callerOf(request);
    const { orders, dry_run: dryRun, action } = request.body;
    if (action === "release" && !hasScope(caller, "shipments:write")) throw refused("FORBIDDEN", "Releasing shipments needs the scope shipments:write.");
    const personal = hasScope(caller, "orders:read_personal");
    const selected: BulkCommand["orders"] = "ids" in orders ? orders : { filter: { ...wantedOrders(orders.filter, caller), search: orders.filter.q === undefined ? null : { ...orders.filter.q, personal } } };
    const answer = await deps.begin(caller.tenantId, { ...headOf(request), work: workOf(request.body, actorOf(caller)), orders: selected, dryRun: dryRun ?? false });
    return begun(deps, request, reply, answer);
  });
  app.post("/v1/order-actions/:id/undo", operation({ ...about, id: "undoOrderAction", summary: "Take an action over many orders back", description: UNDO }, { params, body: z.strictObject({}) }, { 201: view, 200: view }), async (request, reply) =>
    begun(deps, request, reply, await deps.undo(callerOf(request).tenantId, { ...headOf(request), actionId: idOf("orderAction", request.params.id) })));
  app.post("/v1/order-actions/:id/cancel", operation({ ...about, id: "cancelOrderAction", summary: "End an action; what was done stays" }, { params, body: z.strictObject({}) }, { 200: view }), async (request) => {
    const { tenantId } = callerOf(request);
    const id = idOf("orderAction", request.params.id);
    await deps.cancel(tenantId, id);
    return shown(found(await deps.find(tenantId, id), "orderAction", request.params.id), deps.now());
  });
  readRoutes(app, deps);
};

function readRoutes(app: App, deps: OrderActionRouteDeps): void {
  const about = { tag: "order actions", scope: "orders:read" } as const;
  const params = z.object({ id: words });
  const there = async (tenantId: number, id: string): Promise<NamedBulkAction> => found(await deps.find(tenantId, idOf("orderAction", id)), "orderAction", id);
  app.get("/v1/order-actions", operation({ ...about, id: "listOrderActions", summary: "List actions over many orders, latest first" }, { querystring: z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) }) }, { 200: page(view) }), async (request) => {
    const most = Number(request.query.limit);
    const [before = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    const rows = await deps.list(callerOf(request).tenantId, { before, limit: most + 1 });
    const last = rows[most - 1];
    return listOf({ rows: rows.slice(0, most).map((row) => shown(row, deps.now())), next: rows.length > most && last ? [last.id] : null });
  });
  app.get("/v1/order-actions/:id", operation({ ...about, id: "getOrderAction", summary: "Read how far an action over many orders is, and why it left orders as they are" }, { params }, { 200: view }), async (request) =>
    shown(await there(callerOf(request).tenantId, request.params.id), deps.now()));
  app.get("/v1/order-actions/:id/orders", operation({ ...about, id: "listOrderActionResults", summary: "List what came of each order of an action, oldest order first" },
    { params, querystring: z.strictObject({ result: z.enum(BULK_RESULTS).optional(), cursor: cursor.optional(), limit: limit(1000, 100) }) }, { 200: page(result) }), async (request) => {
    const { tenantId } = callerOf(request);
    const { id } = await there(tenantId, request.params.id);
    const most = Number(request.query.limit);
    const [after = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    const rows = await deps.orders(tenantId, id, { results: request.query.result === undefined ? null : [request.query.result], after, limit: most + 1 });
    const last = rows[most - 1];
    return listOf({ rows: rows.slice(0, most).map(({ orderId: order, ...rest }) => ({ order: publicId("order", order), ...rest })), next: rows.length > most && last ? [last.orderId] : null });
  });
  app.get("/v1/order-actions/:id/failures", operation({ ...about, id: "getOrderActionFailures", summary: "Read the orders that an action left as they were, as CSV: order, result, code, detail" }, { params }), async (request, reply) => {
    const { tenantId } = callerOf(request);
    const { id } = await there(tenantId, request.params.id);
    void reply.header("content-disposition", `attachment; filename="${publicId("orderAction", id)}-failures.csv"`);
    return sendStream(reply, "text/csv; charset=utf-8", failures(deps, tenantId, id));
  });
}

async function* failures({ orders }: OrderActionRouteDeps, tenantId: number, id: string): AsyncGenerator<string> {
  yield csvRow(["order", "result", "code", "detail"]);
  for (let after: string | null = null; ;) {
    const rows: readonly BulkRow[] = await orders(tenantId, id, { results: ["skipped", "failed"], after, limit: PIECE });
    if (rows.length > 0) yield rows.map((row) => csvRow([publicId("order", row.orderId), row.result ?? "", row.code ?? "", row.detail ?? ""])).join("");
    const last = rows.at(-1);
    if (rows.length < PIECE || last === undefined) return;
    after = last.orderId;
  }
}
