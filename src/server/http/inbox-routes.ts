import { randomBytes } from "node:crypto";
import { z } from "zod";
import { type FieldError, parsePublicId, publicId } from "../../domain/kernel/index.ts";
import { capabilitiesOf, type Tellable } from "../../flows/capabilities.ts";
import type { Connector } from "../../flows/connector.ts";
import { type Connection, type ConnectionChange, type Connections, type Inbox, type InboxFilter, type InboxMessage, type Listings, MESSAGE_STATES } from "../../flows/inbox.ts";
import type { ChannelSweeps } from "../../flows/channel-sweeps.ts";
import type { Queries } from "../../flows/queries.ts";
import type { Outgoing } from "../outgoing.ts";
import { authorOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { refused } from "./problem.ts";
import { cursorOf, found, idOf, listOf, operation, PART, placeOf } from "./route.ts";
import { codeText, cursor, limit, reasonText, text } from "./schemas/fields.ts";
import { connection as connectionView, connectorView, inboxBulk, inboxMessage, inboxMessageDetail, listing, newConnection, shownConnection, shownConnector, shownListing, shownMessage } from "./schemas/inbox-views.ts";
import { page } from "./schemas/views.ts";

export interface InboxRouteDeps {
  readonly connections: Connections;
  readonly inbox: Inbox;
  readonly sweeps: Pick<ChannelSweeps, "latest">;
  readonly listings: Listings;
  readonly queries: Pick<Queries, "listChannels" | "listNodes">;
  /** The connectors of this program, by name. */
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly outgoing: Pick<Outgoing, "check">;
  readonly newId: () => string;
  readonly now: () => number;
  /** Told that a message waits again. */
  readonly received: (tenantId: number) => void;
}

const params = z.object({ id: z.string() });
const nothing = z.strictObject({});
const secretText = z.string().min(8).max(200);
const createBody = z.strictObject({
  code: codeText, connector: text(100), channel: codeText, secret: secretText.optional(), match_by_sku: z.boolean().optional(), capture_test_orders: z.boolean().optional(),
});
const named = z.record(text(100), z.string().min(1).max(1000)).refine((value) => Object.keys(value).length <= 200, { error: "At most 200 entries." });
const changeBody = z.strictObject({
  status: z.enum(["active", "paused"]).optional(), match_by_sku: z.boolean().optional(), capture_test_orders: z.boolean().optional(),
  base_url: text(2048).nullable().optional(), credentials: named.optional(), push_stock: z.boolean().optional(), acknowledge: z.boolean().optional(), places: named.optional(),
});
/** How long the secret before is accepted: a day unless said otherwise, at most 30. */
const rotateBody = z.strictObject({ secret: secretText.optional(), overlap_seconds: z.int().min(0).max(30 * 24 * 3600).optional() });
const USUAL_OVERLAP_SECONDS = 24 * 3600;
const dropBody = z.strictObject({ reason: reasonText });
const messageFilter = { connection: codeText.optional(), state: z.enum(MESSAGE_STATES).optional(), order: text(60).optional(), external_id: text(200).optional() };
const inboxQuery = z.strictObject({ ...messageFilter, cursor: cursor.optional(), limit: limit(250, 50) });
/** Messages that one request decides of. */
const BULK_MAX = 250;
const bulkBody = z.strictObject({
  action: z.enum(["replay", "drop"]), reason: reasonText.optional().describe("With drop: why."),
  ids: z.array(text(100)).min(1).max(BULK_MAX).optional(), filter: z.strictObject(messageFilter).optional().describe(`All messages that match, latest first, ${BULK_MAX} at a time.`),
  cursor: cursor.optional().describe("With filter: next_cursor of the answer before."), dry_run: z.boolean().optional().describe("Only say what would be done."),
}).superRefine(({ action, reason, ids, filter, cursor: at }, context) => {
  const wrong = (field: string, message: string): void => context.addIssue({ code: "custom", path: [field], message });
  if (ids === undefined && filter === undefined) wrong("ids", "Name messages in ids, or say in filter which are meant.");
  if (ids !== undefined && filter !== undefined) wrong("filter", "Either ids or a filter, not both.");
  if (ids !== undefined && at !== undefined) wrong("cursor", "A cursor belongs to a filter.");
  if (action === "drop" && reason === undefined) wrong("reason", "To set messages aside, say why.");
  if (action === "replay" && reason !== undefined) wrong("reason", "A reason belongs to drop.");
});
const listingQuery = z.strictObject({ channel: codeText.optional(), mapped: z.enum(["true", "false"]).optional(), cursor: cursor.optional(), limit: limit(250, 50) });

const RECEIVING = `The channel sends its messages to receive_path, signed with the secret. Give the secret that the channel shows (Shopify makes its own), or let one be
made here and enter it there. A message is answered once it is kept, and taken in right after.`;
const STATES = `waiting: to be taken in. done: taken in. ignored: nothing follows from it. kept: understood, and kept for later. quarantined: a person has to look; reason and errors say
why. dropped: set aside by a person.`;

const TELLING = `While it is paused its messages are kept, and taken in when it is active again. With base_url and credentials (Shopify: access_token; WooCommerce: consumer_key and
consumer_secret) the channel is told of shipments with their tracking and of cancellations; with push_stock also of what can be sold of every mapped variant, within seconds of a
change. Shopify keeps stock by location: places says which node is which location. With acknowledge it is told of every order that is taken in, with its number here. What its kind of
channel cannot be told is refused (GET /v1/connectors says what it can).`;

const newSecret = (): string => randomBytes(32).toString("base64url");

const invalid = (pointer: string, detail: string): Error => refused("INVALID_FIELD", detail, [{ pointer, code: "INVALID_FIELD", detail }]);

/** Connections of channels, what came in over them, and what channels call our goods: for AppDeps.extraRoutes. */
export const inboxRoutes = (deps: InboxRouteDeps) => (app: App): void => {
  connectionRoutes(app, deps);
  changingConnectionRoutes(app, deps);
  messageRoutes(app, deps);
  settlingRoutes(app, deps);
  bulkRoute(app, deps);
  listingRoutes(app, deps);
};

const reading = { tag: "connections", scope: "channels:read" } as const;
const writing = { tag: "connections", scope: "channels:write" } as const;

/** The ids behind a channel's code; a code that is none is named where it stands. */
async function channelIdOf({ queries, now }: InboxRouteDeps, tenantId: number, code: string, pointer: string): Promise<string> {
  const [channel] = (await queries.listChannels(tenantId, { code, limit: 1, after: null }, now())).rows;
  const id = channel && parsePublicId("channel", channel.id);
  if (id === undefined) {
    const detail = `There is no channel "${code}".`;
    throw refused("UNKNOWN_CHANNEL", detail, [{ pointer, code: "UNKNOWN_CHANNEL", detail }]);
  }
  return id;
}

/** With how far behind each is, what it is told, and its last sweep. */
async function shownConnections({ connections, connectors, sweeps }: InboxRouteDeps, tenantId: number, all: readonly Connection[]): Promise<z.infer<typeof connectionView>[]> {
  const [health, latest] = await Promise.all([connections.health(tenantId), sweeps.latest(tenantId)]);
  return all.map((one) => shownConnection(one, canBeTold(connectors, one), {
    health: health.find(({ connectionId }) => connectionId === one.id), sweep: latest.find(({ connectionId }) => connectionId === one.id),
  }));
}

function canBeTold(connectors: InboxRouteDeps["connectors"], { connector }: Connection): readonly Tellable[] {
  const found = connectors.get(connector);
  return found === undefined ? [] : capabilitiesOf(found).told;
}

async function withHealth(deps: InboxRouteDeps, tenantId: number, one: Connection): Promise<z.infer<typeof connectionView>> {
  const [shown = shownConnection(one, canBeTold(deps.connectors, one), {})] = await shownConnections(deps, tenantId, [one]);
  return shown;
}

function connectionRoutes(app: App, deps: InboxRouteDeps): void {
  const { connections, connectors, newId } = deps;
  app.post("/v1/connections", operation(
    { ...writing, id: "createConnection", summary: "Connect a channel; a secret that is made here is shown this once", description: RECEIVING }, { body: createBody }, { 201: newConnection },
  ), async (request, reply) => {
    const { tenantId } = callerOf(request);
    const { code, connector, channel, secret, match_by_sku: matchBySku = true, capture_test_orders: captureTestOrders = false } = request.body;
    if (!connectors.has(connector)) {
      const detail = `There is no connector "${connector}"; there are ${[...connectors.keys()].join(", ")}.`;
      throw refused("INVALID_FIELD", detail, [{ pointer: "/connector", code: "INVALID_FIELD", detail }]);
    }
    const channelId = await channelIdOf(deps, tenantId, channel, "/channel");
    const made = secret === undefined ? newSecret() : null;
    const created = await connections.create(tenantId, { id: newId(), code, connector, channelId, secret: secret ?? made ?? "", matchBySku, captureTestOrders }, authorOf(request));
    if (created === null) {
      const detail = `There is a connection "${code}" already.`;
      throw refused("CONNECTION_EXISTS", detail, [{ pointer: "/code", code: "CONNECTION_EXISTS", detail }]);
    }
    return reply.code(201).header("cache-control", "no-store").send({ connection: shownConnection(created, canBeTold(connectors, created), {}), secret: made });
  });
  app.get("/v1/connections", operation(
    { ...reading, id: "listConnections", summary: "List connections by code, with how far behind each is" }, {}, { 200: z.object({ data: z.array(connectionView) }) },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    return { data: await shownConnections(deps, tenantId, await connections.list(tenantId)) };
  });
  app.get("/v1/connectors", operation(
    { ...reading, id: "listConnectors", summary: "List the kinds of channel there are, with what each can tell and be told", description: "What a kind of channel cannot be told is never sent to it." },
    {}, { 200: z.object({ data: z.array(connectorView) }) },
  ), async () => ({ data: [...connectors.values()].map((one) => shownConnector(capabilitiesOf(one))) }));
  app.get("/v1/connections/:id", operation({ ...reading, id: "getConnection", summary: "Read a connection" }, { params }, { 200: connectionView }), async (request) => {
    const { tenantId } = callerOf(request);
    return withHealth(deps, tenantId, found(await connections.find(tenantId, idOf("connection", request.params.id)), "connection", request.params.id));
  });
}

/** What this kind of channel cannot be told is refused where it is asked for, all of it at once. */
function refuseUnable({ title, told }: { readonly title: string; readonly told: readonly Tellable[] }, { base_url: baseUrl, push_stock: pushStock, acknowledge, places = {} }: z.infer<typeof changeBody>): void {
  const wanted: readonly [pointer: string, isWanted: boolean, isAble: boolean, what: string][] = [
    ["/base_url", typeof baseUrl === "string", told.length > 0, "cannot be told anything"],
    ["/push_stock", pushStock === true, told.includes("stock"), "cannot be told what can be sold"],
    ["/acknowledge", acknowledge === true, told.includes("acknowledgements"), "cannot be told that an order was taken in"],
    ["/places", Object.keys(places).length > 0, told.includes("stock_by_place"), "keeps no stock by place"],
  ];
  const errors = wanted.filter(([, isWanted, isAble]) => isWanted && !isAble).map(([pointer, , , what]): FieldError => ({ pointer, code: "INVALID_FIELD", detail: `${title} ${what}.` }));
  if (errors[0] !== undefined) throw refused("INVALID_FIELD", errors[0].detail, errors);
}

/** Where a channel is called is looked at before anything is sent there; a place names a node that there is. */
async function checkedChange({ outgoing, queries, now }: InboxRouteDeps, tenantId: number, body: z.infer<typeof changeBody>): Promise<ConnectionChange> {
  const { status, match_by_sku: matchBySku, capture_test_orders: captureTestOrders, base_url: baseUrl, credentials, push_stock: pushStock, acknowledge, places } = body;
  const problem = typeof baseUrl === "string" ? await outgoing.check(baseUrl) ?? (/[?#]/.test(baseUrl) ? "Paths are put after this address: it ends before any question mark or number sign." : null) : null;
  if (problem !== null) throw refused("TARGET_REFUSED", problem, [{ pointer: "/base_url", code: "TARGET_REFUSED", detail: problem }]);
  const codes = places === undefined ? [] : Object.keys(places);
  const known = await Promise.all(codes.map(async (code) => (await queries.listNodes(tenantId, { code, limit: 1, after: null }, now())).rows.length > 0));
  const unknown = codes.filter((_, index) => !known[index]).map((code) => ({ pointer: `/places/${code.replaceAll("~", "~0").replaceAll("/", "~1")}`, code: "UNKNOWN_NODE" as const, detail: `There is no node "${code}".` }));
  if (unknown.length > 0) throw refused("UNKNOWN_NODE", unknown[0]?.detail ?? "", unknown);
  return {
    ...(status === undefined ? {} : { status }), ...(matchBySku === undefined ? {} : { matchBySku }), ...(captureTestOrders === undefined ? {} : { captureTestOrders }),
    ...(baseUrl === undefined ? {} : { baseUrl: baseUrl === null ? null : new URL(baseUrl).href }), ...(credentials === undefined ? {} : { credentials }),
    ...(pushStock === undefined ? {} : { pushStock }), ...(places === undefined ? {} : { places }),
    ...(acknowledge === undefined ? {} : { acknowledge }),
  };
}

function changingConnectionRoutes(app: App, deps: InboxRouteDeps): void {
  const { connections, received } = deps;
  app.patch("/v1/connections/:id", operation(
    { ...writing, id: "changeConnection", summary: "Change a connection, pause it or make it active again", description: TELLING },
    { params, body: changeBody }, { 200: connectionView },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const id = idOf("connection", request.params.id);
    const before = found(await connections.find(tenantId, id), "connection", request.params.id);
    const connector = deps.connectors.get(before.connector);
    refuseUnable(connector ? capabilitiesOf(connector) : { title: before.connector, told: [] }, request.body);
    const change = await checkedChange(deps, tenantId, request.body);
    const changed = found(await connections.change(tenantId, id, change, authorOf(request)), "connection", request.params.id);
    if (change.status === "active") received(tenantId);
    return withHealth(deps, tenantId, changed);
  });
  app.delete("/v1/connections/:id", operation(
    { ...writing, id: "deleteConnection", summary: "Delete a connection and its messages", description: "Refused while messages wait or are in quarantine." },
    { params }, { 200: z.object({ id: z.string(), deleted: z.boolean() }) },
  ), async (request) => {
    const { id } = request.params;
    const removed = found(await connections.remove(callerOf(request).tenantId, idOf("connection", id), authorOf(request)), "connection", id);
    if (!removed) throw refused("CONNECTION_IN_USE", "Messages of this connection wait or are in quarantine.");
    return { id, deleted: true };
  });
  app.post("/v1/connections/:id/rotate-secret", operation(
    { ...writing, id: "rotateConnectionSecret", summary: "Replace the secret; both are accepted until the old one ends" }, { params, body: rotateBody }, { 201: newConnection },
  ), async (request, reply) => {
    const { tenantId } = callerOf(request);
    const { secret, overlap_seconds: overlapSeconds = USUAL_OVERLAP_SECONDS } = request.body;
    const made = secret === undefined ? newSecret() : null;
    const rotated = found(await connections.rotate(tenantId, idOf("connection", request.params.id), secret ?? made ?? "", overlapSeconds * 1000, authorOf(request)), "connection", request.params.id);
    return reply.code(201).header("cache-control", "no-store").send({ connection: await withHealth(deps, tenantId, rotated), secret: made });
  });
}

/** Whose messages are meant; what names nothing is told at the place where it stands. */
async function filterOf({ connections }: InboxRouteDeps, tenantId: number, { connection: named, state, order, external_id: externalId }: z.infer<z.ZodObject<typeof messageFilter>>, at: string): Promise<Omit<InboxFilter, "before" | "limit">> {
  const orderId = order === undefined ? null : parsePublicId("order", order);
  if (orderId === undefined) throw invalid(`${at}/order`, "Not the id of an order, such as ord_0192….");
  const connectionId = named === undefined ? null : (await connections.list(tenantId)).find(({ code }) => code === named)?.id;
  if (connectionId === undefined) throw invalid(`${at}/connection`, `There is no connection "${named}".`);
  return { connectionId, state: state ?? null, orderId, externalId: externalId ?? null };
}

function messageRoutes(app: App, deps: InboxRouteDeps): void {
  const { inbox } = deps;
  const about = { tag: "inbox", scope: "channels:read" } as const;
  app.get("/v1/inbox", operation(
    { ...about, id: "listMessages", summary: "List messages that came in, latest first", description: STATES }, { querystring: inboxQuery }, { 200: page(inboxMessage) },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const most = Number(request.query.limit);
    const [before = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    const rows = await inbox.list(tenantId, { ...await filterOf(deps, tenantId, request.query, "/query"), before, limit: most + 1 });
    const last = rows[most - 1];
    return listOf({ rows: rows.slice(0, most).map(shownMessage), next: rows.length > most && last ? [last.id] : null });
  });
  app.get("/v1/inbox/:id", operation(
    { ...about, id: "getMessage", summary: "Read a message and its body", description: "The body is shown to whoever has the scope orders:read_personal too." },
    { params }, { 200: inboxMessageDetail },
  ), async (request) => {
    const caller = callerOf(request);
    const message = found(await inbox.find(caller.tenantId, idOf("message", request.params.id)), "message", request.params.id);
    const hidden = !hasScope(caller, "orders:read_personal");
    return { ...shownMessage(message), body: hidden || message.body === null ? null : Buffer.from(message.body).toString("utf8"), body_hidden: hidden };
  });
}

function settlingRoutes(app: App, { inbox, received }: InboxRouteDeps): void {
  const about = { tag: "inbox", scope: "channels:write" } as const;
  const settled = (message: InboxMessage | false | null, id: string, refusal: () => Error): z.infer<typeof inboxMessage> => {
    if (message === false) throw refusal();
    return shownMessage(found(message, "message", id));
  };
  app.post("/v1/inbox/:id/replay", operation(
    { ...about, id: "replayMessage", summary: "Take a message in again, whatever became of it", description: "What it says is done once, however often it is taken in." },
    { params, body: nothing }, { 200: inboxMessage },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const replayed = settled(await inbox.replay(tenantId, idOf("message", request.params.id)), request.params.id, () => refused(UNABLE.replay.code, UNABLE.replay.detail));
    received(tenantId);
    return replayed;
  });
  app.post("/v1/inbox/:id/drop", operation(
    { ...about, id: "dropMessage", summary: "Set a message aside for good" }, { params, body: dropBody }, { 200: inboxMessage },
  ), async (request) => settled(
    await inbox.drop(callerOf(request).tenantId, idOf("message", request.params.id), request.body.reason), request.params.id, () => refused(UNABLE.drop.code, UNABLE.drop.detail),
  ));
  app.post("/v1/inbox/:id/erase", operation(
    {
      ...about, id: "eraseMessage", summary: "Erase the body of a message, and whatever quotes it",
      description: "Its hash, its delivery id and what became of it stay. A message that waits or is in quarantine is set aside: it can never be taken in.",
    }, { params, body: nothing }, { 200: inboxMessage },
  ), async (request) => shownMessage(found(await inbox.erase(callerOf(request).tenantId, idOf("message", request.params.id)), "message", request.params.id)));
}

const DECIDING = `Of the messages that ids names, or of all that match a filter (an empty one is all there are): ask again with next_cursor until it is null. Messages that come meanwhile are
not among them. Each message has its own outcome; what cannot be done to one does not stop the others.`;

function bulkRoute(app: App, deps: InboxRouteDeps): void {
  const { inbox, received } = deps;
  app.post("/v1/inbox/bulk", operation(
    { tag: "inbox", scope: "channels:write", id: "workOnMessages", summary: "Take many messages in again, or set them aside for good", description: DECIDING }, { body: bulkBody }, { 200: inboxBulk },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const { action, reason, ids, dry_run: isTrial = false } = request.body;
    const { asked, next } = ids === undefined ? await matching(deps, tenantId, request.body) : { asked: ids, next: null };
    const known = new Map(asked.map((id) => [id, parsePublicId("message", id)]));
    const decided = await inbox.decide(tenantId, [...new Set([...known.values()].filter((id) => id !== undefined))], action === "drop" ? { action, reason: reason ?? "" } : { action }, isTrial);
    const results = [...known].map(([id, own]) => ({ id, ...outcomeOf(own === undefined ? undefined : decided.get(own), action, isTrial) }));
    if (action === "replay" && results.some(({ outcome }) => outcome === "done")) received(tenantId);
    return { dry_run: isTrial, next_cursor: cursorOf(next), results };
  });
}

/** The next of those that match. */
async function matching(deps: InboxRouteDeps, tenantId: number, { filter, cursor: at }: z.infer<typeof bulkBody>): Promise<{ readonly asked: readonly string[]; readonly next: readonly string[] | null }> {
  const [before = null] = placeOf(at, [PART.uuid], "/cursor") ?? [];
  const rows = await deps.inbox.list(tenantId, { ...await filterOf(deps, tenantId, filter ?? {}, "/filter"), before, limit: BULK_MAX + 1 });
  const last = rows[BULK_MAX - 1];
  return { asked: rows.slice(0, BULK_MAX).map(({ id }) => publicId("message", id)), next: rows.length > BULK_MAX && last ? [last.id] : null };
}

/** Why a message cannot be taken in again, or set aside. */
const UNABLE = {
  replay: { code: "MESSAGE_ERASED", detail: "The body of this message was erased." }, drop: { code: "MESSAGE_SETTLED", detail: "What this message said is done." },
} as const;

function outcomeOf(decided: InboxMessage | false | undefined, action: keyof typeof UNABLE, isTrial: boolean): Omit<z.infer<typeof inboxBulk>["results"][number], "id"> {
  if (decided === undefined) return { outcome: "not_there" };
  if (decided === false) return { outcome: "failed", problem: UNABLE[action] };
  return { outcome: isTrial ? "would_do" : "done" };
}

function listingRoutes(app: App, deps: InboxRouteDeps): void {
  app.get("/v1/listings", operation(
    { tag: "listings", scope: "channels:read", id: "listListings", summary: "List what channels call our goods, and what each is mapped to",
      description: "mapped=false is the queue of what orders named and nobody has mapped; suggestions have the same SKU, or it as their GTIN." },
    { querystring: listingQuery }, { 200: page(listing) },
  ), async (request) => {
    const { tenantId } = callerOf(request);
    const { channel, mapped } = request.query;
    const most = Number(request.query.limit);
    const [afterChannel, afterVariant] = placeOf(request.query.cursor, [PART.uuid, PART.text]) ?? [];
    const rows = await deps.listings.list(tenantId, {
      channelId: channel === undefined ? null : await channelIdOf(deps, tenantId, channel, "/query/channel"), mapped: mapped === undefined ? null : mapped === "true",
      after: afterChannel === undefined || afterVariant === undefined ? null : [afterChannel, afterVariant], limit: most + 1,
    });
    const last = rows[most - 1];
    return listOf({ rows: rows.slice(0, most).map(shownListing), next: rows.length > most && last ? [last.channelId, last.variantId] : null });
  });
}
