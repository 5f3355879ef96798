import { z } from "zod";
import { publicId } from "../../../domain/kernel/index.ts";
import { type Capabilities, TELLABLE, type Tellable } from "../../../flows/capabilities.ts";
import type { ChannelSweep } from "../../../flows/channel-sweeps.ts";
import { RECEIVABLE } from "../../../flows/connector.ts";
import { type Connection, type ConnectionHealth, type InboxMessage, type Listing, MESSAGE_STATES, type MessageState } from "../../../flows/inbox.ts";
import { channelSweep, shownSweep } from "./sweep-views.ts";

/** What is answered about connections, their messages and what channels call our goods. No secret is in any of it but a new one. */

const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** Where the messages of a connection come in. */
export const receivePath = (connectionId: string): string => `/in/${publicId("connection", connectionId)}`;

export const connection = z.object({
  id: text, code: text, connector: text, channel: text, status: z.enum(["active", "paused"]), match_by_sku: z.boolean(), capture_test_orders: z.boolean(),
  base_url: z.nullable(text), credentials: z.array(text).describe("Names of the credentials it has; their values are shown to nobody."), push_stock: z.boolean(),
  acknowledge: z.boolean().describe("Whether the channel is told that an order of it was taken in."),
  told: z.array(z.enum(TELLABLE)).describe("What the channel is told as this connection is set up; without a base_url it is told nothing."),
  places: z.record(text, text).describe("Which node is which place (location) of the channel, by node code."),
  receive_path: text.describe("Follows the address of this server; the channel sends its messages there."), created_at: instant, previous_secret_until: z.nullable(instant),
  messages: z.object({ waiting: whole, done: whole, ignored: whole, kept: whole, quarantined: whole, dropped: whole }),
  lag_seconds: whole.describe("Since the oldest waiting message came in; 0 where none waits."), last_received_at: z.nullable(instant),
  last_sweep: z.nullable(channelSweep).describe("The latest look through the channel's orders; null before the first one."),
}).meta({ id: "Connection" });

export const newConnection = z.object({
  connection, secret: z.nullable(text).describe("A secret that was made here, shown this once; null for one that was given."),
}).meta({ id: "NewConnection" });

const NO_MESSAGES: Readonly<Record<MessageState, number>> = { waiting: 0, done: 0, ignored: 0, kept: 0, quarantined: 0, dropped: 0 };

/** What its kind of channel can be told and this connection wants it told. */
function toldBy({ baseUrl, acknowledge, pushStock }: Connection, can: readonly Tellable[]): Tellable[] {
  return can.filter((what) => baseUrl !== null && (what === "acknowledgements" ? acknowledge : what.startsWith("stock") ? pushStock : true));
}

/** How a connection stands: absent where it was made just now. */
interface Standing {
  readonly health?: ConnectionHealth | undefined;
  readonly sweep?: ChannelSweep | undefined;
}

export const shownConnection = (one: Connection, can: readonly Tellable[], { health, sweep }: Standing): z.infer<typeof connection> => ({
  id: publicId("connection", one.id), code: one.code, connector: one.connector, channel: one.channel, status: one.status, match_by_sku: one.matchBySku,
  capture_test_orders: one.captureTestOrders, base_url: one.baseUrl, credentials: [...one.credentials], push_stock: one.pushStock, acknowledge: one.acknowledge, told: toldBy(one, can), places: { ...one.places },
  receive_path: receivePath(one.id), created_at: iso(one.createdAt), previous_secret_until: isoOrNull(one.previousSecretUntil),
  messages: { ...(health?.counts ?? NO_MESSAGES) }, lag_seconds: Math.floor(health?.lagSeconds ?? 0), last_received_at: isoOrNull(health?.lastReceivedAt ?? null),
  last_sweep: sweep ? shownSweep(sweep) : null,
});

export const connectorView = z.object({
  connector: text, title: text, receives: z.array(z.object({ what: z.enum(RECEIVABLE), topics: z.array(text).describe("To be subscribed at the channel.") })),
  told: z.array(z.enum(TELLABLE)).describe("What it can be told."), swept: z.boolean().describe("Whether its orders can be read again and compared."),
  stock_at_once: whole.describe("Variants whose stock one call tells; 0 where it is told of none."),
  calls_per_second: z.number(), credentials: z.array(text).describe("Names of the credentials that calls need."),
}).meta({ id: "Connector" });

export const shownConnector = (one: Capabilities): z.infer<typeof connectorView> => ({
  connector: one.connector, title: one.title, receives: one.receives.map(({ what, topics }) => ({ what, topics: [...topics] })), told: [...one.told], swept: one.swept,
  stock_at_once: one.stockAtOnce, calls_per_second: one.callsPerSecond, credentials: [...one.credentials],
});

export const inboxMessage = z.object({
  id: text, connection: text, delivery_id: text, topic: text, received_at: instant, state: z.enum(MESSAGE_STATES), external_id: z.nullable(text), order: z.nullable(text),
  reason: z.nullable(text), errors: z.nullable(z.array(z.object({ pointer: text, code: text, detail: text }))), attempts: whole, settled_at: z.nullable(instant),
}).meta({ id: "InboxMessage" });

export const inboxMessageDetail = inboxMessage.extend({
  body: z.nullable(text).describe("As it came; null where it was erased, and where body_hidden is true."), body_hidden: z.boolean(),
}).meta({ id: "InboxMessageDetail" });

export const inboxBulk = z.object({
  dry_run: z.boolean(), next_cursor: z.nullable(text).describe("Of a filter: more match; ask again with it."),
  results: z.array(z.object({ id: text, outcome: z.enum(["done", "would_do", "failed", "not_there"]), problem: z.object({ code: text, detail: text }).optional().describe("Why it failed, or would.") })),
}).meta({ id: "InboxBulk" });

export const shownMessage = (one: InboxMessage): z.infer<typeof inboxMessage> => ({
  id: publicId("message", one.id), connection: one.connection, delivery_id: one.deliveryId, topic: one.topic, received_at: iso(one.receivedAt), state: one.state,
  external_id: one.externalId, order: one.orderId === null ? null : publicId("order", one.orderId), reason: one.reason,
  errors: one.errors === null ? null : one.errors.map(({ pointer, code, detail }) => ({ pointer, code, detail })), attempts: one.attempts, settled_at: isoOrNull(one.settledAt),
});

export const listing = z.object({
  channel: text, variant_id: text, sku: z.nullable(text), title: text, item: z.nullable(z.object({ id: text, sku: text, unit: z.nullable(text), mapped_by: text })),
  first_seen_at: instant, waiting_lines: whole.describe("Open order lines that wait for this mapping."),
  suggestions: z.array(z.object({ id: text, sku: text, because: z.enum(["sku", "gtin"]) })),
}).meta({ id: "Listing" });

export const shownListing = (one: Listing): z.infer<typeof listing> => ({
  channel: one.channel, variant_id: one.variantId, sku: one.sku, title: one.title,
  item: one.item === null ? null : { id: publicId("item", one.item.id), sku: one.item.sku, unit: one.item.unit, mapped_by: one.item.mappedBy },
  first_seen_at: iso(one.firstSeenAt), waiting_lines: one.waitingLines, suggestions: one.suggestions.map(({ id, sku, because }) => ({ id: publicId("item", id), sku, because })),
});
