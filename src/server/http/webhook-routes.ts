import { randomBytes } from "node:crypto";
import { z } from "zod";
import { EVENTS, type EventType, isPrivateEvent } from "../../domain/kernel/index.ts";
import { MESSAGES_WAIT_MS } from "../../domain/order/index.ts";
import { DELIVERY_STATES, type FailedWork, type FailedWorkQueue, type WebhookChange, type Webhooks } from "../../flows/integration.ts";
import type { Outgoing } from "../outgoing.ts";
import { authorOf, callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { refused } from "./problem.ts";
import { found, idOf, listOf, notFound, operation, PART, placeOf } from "./route.ts";
import { cursor, instant, limit, text } from "./schemas/fields.ts";
import { page } from "./schemas/views.ts";
import { delivery, failedWork as failedWorkView, newWebhook, shownDelivery, shownFailedWork, shownWebhook, webhook } from "./schemas/webhook-views.ts";

export interface WebhookRouteDeps {
  readonly webhooks: Webhooks;
  readonly failedWork: FailedWorkQueue;
  readonly outgoing: Pick<Outgoing, "check">;
  readonly newId: () => string;
}

const EVENT_TYPES = Object.keys(EVENTS).filter((name): name is EventType => Object.hasOwn(EVENTS, name) && !isPrivateEvent(name));
const types = z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length);
const params = z.object({ id: z.string() });
const nothing = z.strictObject({});
const createBody = z.strictObject({ url: text(2048), description: z.string().max(500).optional(), types: types.nullable().optional() });
const changeBody = z.strictObject({
  url: text(2048).optional(), description: z.string().max(500).optional(), types: types.nullable().optional(), status: z.enum(["active", "paused"]).optional(),
});
/** How long the secret before goes on signing: a day unless said otherwise, at most 30. */
const rotateBody = z.strictObject({ overlap_seconds: z.int().min(0).max(30 * 24 * 3600).optional() });
const USUAL_OVERLAP_SECONDS = 24 * 3600;
const position = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const replayBody = z.strictObject({ from_position: position, to_position: position.optional(), types: types.optional() });
const sinceBody = z.strictObject({ since: instant.describe("Deliveries of events from then on."), dry_run: z.boolean().optional().describe("Only count them.") });
const redelivered = z.object({ dry_run: z.boolean(), deliveries: z.int(), complete: z.boolean().describe("Whether these are all of them; otherwise ask again.") }).meta({ id: "WebhookRedelivery" });
const replayed = z.object({ deliveries: z.int(), last_position: z.nullable(z.int()), complete: z.boolean() });
const deliveryQuery = z.strictObject({ state: z.enum(DELIVERY_STATES).optional(), cursor: cursor.optional(), limit: limit(250, 50) });
const failedQuery = z.strictObject({ state: z.enum(["retrying", "parked"]).optional(), cursor: cursor.optional(), limit: limit(250, 50) });

/** Events that one request replays, and failed deliveries that it sends again. */
const REPLAY_AT_ONCE = 10_000;

const DELIVERY = `Each event is sent as a POST by Standard Webhooks 1.0 (webhook-id, webhook-timestamp, webhook-signature) until an answer of 2xx: after at most 5 s, 30 s, 2 min,
10 min, 30 min, 1 h, 2 h, 4 h and then every 8 h, each pause drawn evenly from nothing to that, for 72 h from the first attempt. Then it is dead; deliveries
are kept for 30 days with their attempts and can be sent again. Deliver at least once: drop a webhook-id you have seen, and order by sequence, which grows with every
event. What a signed-in person does and may take back (a hold, tags, who looks after an order) is sent ${MESSAGES_WAIT_MS / 1000} s later, with what follows about the same
order; taken back within that time, neither is sent. An answer of 410 disables the webhook. An answer must come within 10 s, redirects are not followed, and only public https addresses are called.`;

const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** One more than asked for shows whether there is more. */
function pageOf<T extends { readonly id: string }, V>(rows: readonly T[], most: number, shown: (row: T) => V): ReturnType<typeof listOf<V>> {
  const kept = rows.slice(0, most);
  const last = kept.at(-1);
  return listOf({ rows: kept.map(shown), next: rows.length > most && last ? [last.id] : null });
}

/** Subscriptions, their deliveries, and work that failed: for AppDeps.extraRoutes. */
export const webhookRoutes = (deps: WebhookRouteDeps) => (app: App): void => {
  subscriptionRoutes(app, deps);
  deliveryRoutes(app, deps);
  parkedWorkRoutes(app, deps);
};

async function refuseClosedTarget(outgoing: WebhookRouteDeps["outgoing"], url: string): Promise<void> {
  const problem = await outgoing.check(url);
  if (problem !== null) throw refused("TARGET_REFUSED", problem, [{ pointer: "/url", code: "TARGET_REFUSED", detail: problem }]);
}

function subscriptionRoutes(app: App, { webhooks, outgoing, newId }: WebhookRouteDeps): void {
  const reading = { tag: "webhooks", scope: "webhooks:read" } as const;
  const writing = { tag: "webhooks", scope: "webhooks:write" } as const;
  app.post("/v1/webhooks", operation(
    { ...writing, id: "createWebhook", summary: "Subscribe an address to events; the secret is shown this once", description: DELIVERY }, { body: createBody }, { 201: newWebhook },
  ), async (request, reply) => {
    const { url, description = "", types: wanted = null } = request.body;
    await refuseClosedTarget(outgoing, url);
    const secret = newSecret();
    const created = await webhooks.create(callerOf(request).tenantId, { id: newId(), url: new URL(url).href, description, types: wanted, secret }, authorOf(request));
    return reply.code(201).header("cache-control", "no-store").send({ webhook: shownWebhook(created), secret });
  });
  app.get("/v1/webhooks", operation({ ...reading, id: "listWebhooks", summary: "List webhooks" }, {}, { 200: z.object({ data: z.array(webhook) }) }), async (request) =>
    ({ data: (await webhooks.list(callerOf(request).tenantId)).map(shownWebhook) }));
  app.get("/v1/webhooks/:id", operation({ ...reading, id: "getWebhook", summary: "Read a webhook" }, { params }, { 200: webhook }), async (request) =>
    shownWebhook(found(await webhooks.find(callerOf(request).tenantId, idOf("webhook", request.params.id)), "webhook", request.params.id)));
  app.patch("/v1/webhooks/:id", operation(
    { ...writing, id: "changeWebhook", summary: "Change a webhook, pause it or make it active again", description: "What happens while it is paused is kept and sent when it is active again." },
    { params, body: changeBody }, { 200: webhook },
  ), async (request) => {
    const { url, description, types: wanted, status } = request.body;
    if (url !== undefined) await refuseClosedTarget(outgoing, url);
    const change: WebhookChange = {
      ...(url === undefined ? {} : { url: new URL(url).href }), ...(description === undefined ? {} : { description }), ...(wanted === undefined ? {} : { types: wanted }),
      ...(status === undefined ? {} : { status }),
    };
    return shownWebhook(found(await webhooks.change(callerOf(request).tenantId, idOf("webhook", request.params.id), change, authorOf(request)), "webhook", request.params.id));
  });
  app.delete("/v1/webhooks/:id", operation(
    { ...writing, id: "deleteWebhook", summary: "Delete a webhook and its deliveries" }, { params }, { 200: z.object({ id: z.string(), deleted: z.boolean() }) },
  ), async (request) => {
    const { id } = request.params;
    if (!(await webhooks.remove(callerOf(request).tenantId, idOf("webhook", id), authorOf(request)))) throw notFound(`webhook ${id}`);
    return { id, deleted: true };
  });
  app.post("/v1/webhooks/:id/rotate-secret", operation(
    { ...writing, id: "rotateWebhookSecret", summary: "Replace the secret; both sign until the old one ends" }, { params, body: rotateBody }, { 201: newWebhook },
  ), async (request, reply) => {
    const secret = newSecret();
    const overlapMs = (request.body.overlap_seconds ?? USUAL_OVERLAP_SECONDS) * 1000;
    const rotated = found(await webhooks.rotate(callerOf(request).tenantId, idOf("webhook", request.params.id), secret, overlapMs, authorOf(request)), "webhook", request.params.id);
    return reply.code(201).header("cache-control", "no-store").send({ webhook: shownWebhook(rotated), secret });
  });
}

function deliveryRoutes(app: App, { webhooks }: WebhookRouteDeps): void {
  const writing = { tag: "webhooks", scope: "webhooks:write" } as const;
  app.get("/v1/webhooks/:id/deliveries", operation(
    { tag: "webhooks", scope: "webhooks:read", id: "listWebhookDeliveries", summary: "List deliveries with their attempts, latest event first" }, { params, querystring: deliveryQuery }, { 200: page(delivery) },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const id = idOf("webhook", request.params.id);
    found(await webhooks.find(tenantId, id), "webhook", request.params.id);
    const most = Number(request.query.limit);
    const [before = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    return pageOf(await webhooks.deliveries(tenantId, id, { state: request.query.state ?? null, before, limit: most + 1 }), most, shownDelivery);
  });
  app.post("/v1/webhooks/:id/replay", operation(
    { ...writing, id: "replayWebhook", summary: "Send events of a range of positions again, or for the first time",
      description: `At most ${REPLAY_AT_ONCE} events: while complete is false, ask again from the position after last_position. The same webhook-id is sent.` },
    { params, body: replayBody }, { 200: replayed },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const id = idOf("webhook", request.params.id);
    found(await webhooks.find(tenantId, id), "webhook", request.params.id);
    const { from_position: from, to_position: to = null, types: wanted = null } = request.body;
    const made = await webhooks.replay(tenantId, id, { from, to, types: wanted }, REPLAY_AT_ONCE);
    return { deliveries: made.deliveries, last_position: made.lastPosition, complete: made.complete };
  });
  app.post("/v1/webhooks/:id/test", operation({ ...writing, id: "testWebhook", summary: "Send a test message, signed like any other" }, { params, body: nothing }, { 200: delivery }), async (request) =>
    shownDelivery(found(await webhooks.test(callerOf(request).tenantId, idOf("webhook", request.params.id)), "webhook", request.params.id)));
  app.post("/v1/webhooks/:id/redeliver-failed", operation(
    { ...writing, id: "redeliverFailed", summary: "Send again at once what failed since a time",
      description: `Deliveries that were given up, and those whose last attempt failed and that wait for the next one. At most ${REPLAY_AT_ONCE}: while complete is false, ask again.` },
    { params, body: sinceBody }, { 200: redelivered },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const id = idOf("webhook", request.params.id);
    found(await webhooks.find(tenantId, id), "webhook", request.params.id);
    const { since, dry_run: isTrial = false } = request.body;
    const deliveries = await webhooks.redeliverFailed(tenantId, id, since, REPLAY_AT_ONCE, isTrial);
    return { dry_run: isTrial, deliveries, complete: deliveries < REPLAY_AT_ONCE };
  });
  app.post("/v1/webhook-deliveries/:id/redeliver", operation(
    { ...writing, id: "redeliverWebhook", summary: "Send one delivery again, whatever became of it" }, { params, body: nothing }, { 200: delivery },
  ), async (request) => shownDelivery(found(await webhooks.redeliver(callerOf(request).tenantId, idOf("delivery", request.params.id)), "delivery", request.params.id)));
}

function parkedWorkRoutes(app: App, { failedWork }: WebhookRouteDeps): void {
  const about = { tag: "parked work", scope: "admin" } as const;
  app.get("/v1/parked-work", operation(
    { ...about, id: "listParkedWork", summary: "List events whose next work failed, oldest first" }, { querystring: failedQuery }, { 200: page(failedWorkView) },
  ), async (request) => {
    const most = Number(request.query.limit);
    const [after = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    const rows: readonly FailedWork[] = await failedWork.list(callerOf(request).tenantId, request.query.state ?? null, after, most + 1);
    return pageOf(rows, most, shownFailedWork);
  });
  app.post("/v1/parked-work/:id/retry", operation(
    { ...about, id: "retryParkedWork", summary: "Do the next work of an event again now" }, { params, body: nothing }, { 200: z.object({ id: z.string(), state: z.string() }) },
  ), async (request) => {
    const { id } = request.params;
    if (!(await failedWork.retry(callerOf(request).tenantId, idOf("parked", id)))) throw notFound(`parked work ${id}`);
    return { id, state: "retrying" };
  });
}
