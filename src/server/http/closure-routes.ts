import { z } from "zod";
import { publicId } from "../../domain/kernel/index.ts";
import type { ApplyClosure, CloseNodes, OpenNodes } from "../../flows/close-nodes.ts";
import { type Closure, CLOSURE_STATES, type ClosureTotals, type ListedClosureOrder } from "../../flows/closure-store.ts";
import type { Answer } from "../../flows/ports.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused } from "./problem.ts";
import { found, headOf, idOf, listOf, operation, PART, placeOf, sendAnswer } from "./route.ts";
import { codeText, cursor, instant, limit, reasonText, unique } from "./schemas/fields.ts";
import { page } from "./schemas/views.ts";

export interface ClosureRouteDeps {
  readonly close: (tenantId: number, command: CloseNodes) => Promise<Answer>;
  readonly apply: (tenantId: number, command: ApplyClosure) => Promise<Answer>;
  readonly open: (tenantId: number, command: OpenNodes) => Promise<Answer>;
  readonly find: (tenantId: number, id: string) => Promise<{ readonly closure: Closure; readonly totals: ClosureTotals } | null>;
  readonly list: (tenantId: number, filter: { readonly before: string | null; readonly limit: number }) => Promise<readonly Closure[]>;
  readonly orders: (tenantId: number, id: string, filter: { readonly result: string | null; readonly after: string | null; readonly limit: number }) => Promise<readonly ListedClosureOrder[]>;
}

const [whole, text, when] = [z.int(), z.string(), z.iso.datetime()];
const sums = z.object({
  orders: whole, moved: whole, waiting: whole, kept: whole, gone: whole, failed: whole, units_moved: whole, units_waiting: whole,
  store_waits: whole.describe("Shipments of other nodes to a store that closed which wait until they arrive when it is open again."), store_decide: whole.describe("Those that would arrive while it is closed, or of which nobody can say: a person decides, and asks their customers."),
  cost_micros: whole.describe("What moving costs more than staying, in micro-units, over the orders that can be priced."), unpriced: whole.describe("Moved orders that cannot be priced."), promises_broken: whole,
}).meta({ id: "ClosureSums" });
const head = {
  id: text, state: z.enum(CLOSURE_STATES), nodes: z.array(text), until: when.nullable(), reason: text, include_accepted: z.boolean(), actor: text,
  applied_by: text.nullable().describe("Null until it is applied."), request: text.nullable().describe("The request that applied it: events of the orders that left say it, too."),
  created_at: when, applied_at: when.nullable(), finished_at: when.nullable(),
};
const closureHead = z.object(head).meta({ id: "NodeClosureHead" });
const closureView = z.object({
  ...head, changed: z.object({ added: whole, gone: whole }).describe("Orders that came to the nodes, and that were there no more, between the preview and the closing."),
  expected: sums.describe("What the preview says."), results: sums.describe("What came of it."), left: whole.describe("Orders that have no result yet."),
  to: z.array(z.object({ node: text, orders: whole, units: whole })).describe("Where units go, the most first."),
}).meta({ id: "NodeClosure" });
const units = { line: whole, quantity: whole, from: text };
const outcome = z.object({
  result: z.enum(["moved", "waiting", "kept", "gone", "failed"]).describe("moved: all that could leave went elsewhere. waiting: some of it waits. kept: the node works on all of it, was opened before its turn came, or only collects what another node sends. gone: nothing of it is there any more. failed: it is as it was."),
  moved: z.array(z.object({ ...units, to: text })), waiting: z.array(z.object(units)), kept: z.array(z.object({ shipment: text, node: text, status: text, at_store: z.enum(["waits", "on_time", "decide"]).optional().describe("Of what another node sends to a store that closed: it waits at its node and arrives when the store is open again, does so anyhow, or a person decides.") })), cost_micros: whole.nullable(),
  expected: z.object({ by: z.enum(["promise", "deliver_by", "plan"]), from: when, to: when.nullable(), broken: z.boolean() }).nullable().describe("What the customer counts on and by what, and when it is to be there now; to is null where nobody can say."),
  reason: text,
}).meta({ id: "ClosureOutcome" });
const closureOrder = z.object({ order: text, number: z.int(), expected: outcome.nullable(), result: outcome.nullable() }).meta({ id: "NodeClosureOrder" });
const opened = z.object({ opened: z.array(text), open_already: z.array(text) }).meta({ id: "OpenedNodes" });

const nodes = z.array(codeText).min(1).max(500);
const closeBody = z.strictObject({ nodes, until: instant.optional(), reason: reasonText, include_accepted: z.boolean().optional(), apply: z.boolean().optional() })
  .superRefine((body, context) => unique(body.nodes, (code) => code, context, "nodes"));
const openBody = z.strictObject({ nodes, reason: reasonText }).superRefine((body, context) => unique(body.nodes, (code) => code, context, "nodes"));
const params = z.object({ id: text });
const listQuery = z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) });
const ordersQuery = z.strictObject({ result: z.enum(["moved", "waiting", "kept", "gone", "failed", "left"]).optional(), cursor: cursor.optional(), limit: limit(250, 50) });

const CLOSE = "Without apply it is a preview: every order at the nodes is decided as if they were closed, by the code that does it later, and nothing else is written; apply it by its id. With apply it is done at once. " +
  "Planned shipments leave, and so do those that a node was told of; with include_accepted also those it accepted. What is picked or packed stays. Without until the nodes are closed until they are opened.";
const APPLY = "The nodes take no new orders from this commit on. Their orders then leave in batches, each order whole or not at all; the closure shows how far it is. changed says what is otherwise than in the preview.";

const shownHead = (one: Closure): z.infer<typeof closureHead> => ({
  id: publicId("closure", one.id), state: one.state, nodes: one.nodes.map(({ code }) => code), until: shownAt(one.until), reason: one.reason, include_accepted: one.includeAccepted, actor: one.actor, applied_by: one.appliedBy, request: one.requestId,
  created_at: new Date(one.createdAt).toISOString(), applied_at: shownAt(one.appliedAt), finished_at: shownAt(one.finishedAt),
});
const shownAt = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Closing nodes together, and opening them: for AppDeps.extraRoutes. */
export const closureRoutes = (deps: ClosureRouteDeps) => (app: App): void => {
  const about = { tag: "bad day", scope: "catalogue:write" } as const;
  app.post("/v1/node-closures", operation({ ...about, id: "closeNodes", summary: "Preview what closing nodes would do, or close them", description: CLOSE }, { body: closeBody }, { 201: closureView, 200: closureView }), async (request, reply) => {
    const { nodes: codes, until, reason, include_accepted: includeAccepted, apply } = request.body;
    const { tenantId } = callerOf(request);
    const answer = await deps.close(tenantId, { ...headOf(request), nodes: codes, until: until ?? null, reason, includeAccepted: includeAccepted ?? false, apply: apply ?? false });
    return sendAnswer(request, reply, await shown(tenantId, answer));
  });
  app.post("/v1/node-closures/:id/apply", operation({ ...about, id: "applyNodeClosure", summary: "Close the nodes of a preview", description: APPLY }, { params, body: z.strictObject({}) }, { 201: closureView, 200: closureView }), async (request, reply) => {
    const { tenantId } = callerOf(request);
    return sendAnswer(request, reply, await shown(tenantId, await deps.apply(tenantId, { ...headOf(request), closureId: idOf("closure", request.params.id) })));
  });
  app.post("/v1/node-openings", operation({ ...about, id: "openNodes", summary: "Let closed nodes take orders again", description: "What they have goes to who waits for it." }, { body: openBody }, { 201: opened, 200: opened }), async (request, reply) =>
    sendAnswer(request, reply, await deps.open(callerOf(request).tenantId, { ...headOf(request), ...request.body })));
  readRoutes(app, deps);

  /** The closure as it stands, in place of its id. */
  async function shown(tenantId: number, answer: Answer): Promise<Answer> {
    return answer.ok ? { ...answer, body: await closureAt(deps, tenantId, String(answer.body["closure"])) } : answer;
  }
};

async function closureAt(deps: ClosureRouteDeps, tenantId: number, id: string): Promise<z.infer<typeof closureView>> {
  const { closure, totals } = found(await deps.find(tenantId, idOf("closure", id)), "closure", id);
  return { ...shownHead(closure), changed: { added: closure.added, gone: closure.gone }, ...totals, to: [...totals.to] };
}

function readRoutes(app: App, deps: ClosureRouteDeps): void {
  const about = { tag: "bad day", scope: "orders:read" } as const;
  app.get("/v1/node-closures", operation({ ...about, id: "listNodeClosures", summary: "List closures of nodes and their previews, latest first" }, { querystring: listQuery }, { 200: page(closureHead) }), async (request) => {
    const most = Number(request.query.limit);
    const [before = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    const rows = await deps.list(callerOf(request).tenantId, { before, limit: most + 1 });
    const last = rows[most - 1];
    return listOf({ rows: rows.slice(0, most).map(shownHead), next: rows.length > most && last ? [last.id] : null });
  });
  app.get("/v1/node-closures/:id", operation({ ...about, id: "getNodeClosure", summary: "Read a closure: what was expected, what came of it, and how far it is" }, { params }, { 200: closureView }), (request) =>
    closureAt(deps, callerOf(request).tenantId, request.params.id));
  app.get("/v1/node-closures/:id/orders", operation({ ...about, id: "listNodeClosureOrders", summary: "List the orders of a closure, oldest first, with what was expected and what came of each" },
    { params, querystring: ordersQuery }, { 200: page(closureOrder) }), async (request) => {
    const { tenantId } = callerOf(request);
    const id = idOf("closure", request.params.id);
    if ((await deps.find(tenantId, id)) === null) throw new Refused({ code: "NOT_FOUND", detail: `There is no closure ${request.params.id} here.` });
    const most = Number(request.query.limit);
    const [after = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    const rows = await deps.orders(tenantId, id, { result: request.query.result ?? null, after, limit: most + 1 });
    const last = rows[most - 1];
    return listOf({ rows: rows.slice(0, most).map(({ orderId, number, expected, result }) => ({ order: publicId("order", orderId), number, expected, result })), next: rows.length > most && last ? [last.orderId] : null });
  });
}
