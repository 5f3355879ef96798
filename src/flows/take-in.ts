import type { Item } from "../domain/catalog/index.ts";
import { followChannel } from "../domain/fulfillment/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { type Context, type FieldError, parsePublicId, present, publicId, type Refusal } from "../domain/kernel/index.ts";
import { type ChannelLine, type ChannelOrder, checkCapture, commandOfChannelOrder, type IdentifiedGoods, Journal, variantOf } from "../domain/order/index.ts";
import { openOrders, sourcingFacts } from "./act-on-orders.ts";
import { type CaptureOrder, captureOrders } from "./capture-orders.ts";
import { loadListPrices } from "./list-prices.ts";
import type { ChannelStore, ChannelTransaction, KnownListing, Tombstone } from "./channel-store.ts";
import { loadItemsWithComponents } from "./load-items.ts";
import { identifyWaiting } from "./map-variants.ts";
import { saveSettled } from "./settle-supply.ts";
import { type Ambient, type AnswerBody, contextOf, type KnownOrder } from "./ports.ts";

/** An order as a channel tells of it, with what its connection wants. */
export interface IncomingOrder {
  readonly messageId: string;
  readonly channelId: string;
  readonly channel: string;
  readonly order: ChannelOrder;
  /** SHA-256 of the message, as hex digits. */
  readonly bodyHash: string;
  readonly matchBySku: boolean;
  readonly captureTestOrders: boolean;
}

/** What became of a message's order. */
export interface TakenIn {
  readonly messageId: string;
  /** "again": another process was at the same order just now. */
  readonly state: "done" | "ignored" | "quarantined" | "again";
  readonly orderId: string | null;
  readonly reason: string | null;
  readonly errors: readonly FieldError[] | null;
}

const ACTOR = "channel";

/**
 * Takes a batch of channel orders in: the unknown ones are captured, the known ones follow their channel, and one that was
 * cancelled before anybody knew it leaves a tombstone. A message tells the whole state of its order, so of several for one
 * order only the newest counts. Doing it again changes nothing: an order shows a version once.
 */
export async function takeIn(store: ChannelStore, tenantId: number, incoming: readonly IncomingOrder[], ambient: Ambient): Promise<readonly TakenIn[]> {
  const taken: TakenIn[] = [];
  const latest = new Map<string, IncomingOrder>();
  for (const one of incoming) {
    if (one.order.test && !one.captureTestOrders) {
      taken.push(settled(one, "ignored", null, "A test order: this connection does not take them."));
      continue;
    }
    const before = latest.get(identityOf(one));
    const [newer, older] = before === undefined || one.order.version >= before.order.version ? [one, before] : [before, one];
    latest.set(identityOf(one), newer);
    if (older) taken.push(settled(older, "ignored", null, "A newer state of the same order came with it."));
  }
  const facts = await store.transact(tenantId, (tx) => loadFacts(tx, [...latest.values()], contextOf(ambient, ambient.now(), { actor: ACTOR })));
  const groups: { capture: IncomingOrder[]; follow: IncomingOrder[]; bury: Tombstone[] } = { capture: [], follow: [], bury: [] };
  for (const one of latest.values()) {
    const tombstone = facts.tombstones.get(identityOf(one));
    if (facts.known.has(identityOf(one))) groups.follow.push(one);
    else if (tombstone && tombstone.version >= one.order.version) taken.push(settled(one, "ignored", null, `The channel cancelled it before: ${tombstone.reason}`));
    else if (one.order.cancelled === null && one.order.lines.length === 0) taken.push(settled(one, "ignored", null, "Nothing of it is to be sent."));
    else if (one.order.cancelled === null) groups.capture.push(one);
    else {
      groups.bury.push({ channelId: one.channelId, externalId: one.order.externalId, version: one.order.version, reason: one.order.cancelled.reason });
      taken.push(settled(one, "done", null, "Cancelled at the channel before it was captured; it will not be."));
    }
  }
  if (groups.bury.length > 0) await store.transact(tenantId, (tx) => tx.saveTombstones(groups.bury));
  return [...taken, ...await capture(store, tenantId, groups.capture, facts, ambient), ...await follow(store, tenantId, groups.follow, facts, ambient)];
}

const identityOf = ({ channelId, order }: IncomingOrder): string => `${channelId}|${order.externalId}`;
const settled = ({ messageId }: IncomingOrder, state: TakenIn["state"], orderId: string | null, reason: string | null, errors: readonly FieldError[] | null = null): TakenIn =>
  ({ messageId, state, orderId, reason, errors });

interface Facts {
  readonly known: ReadonlyMap<string, KnownOrder>;
  readonly tombstones: ReadonlyMap<string, Tombstone>;
  readonly goods: ReadonlyMap<string, IdentifiedGoods>;
}

/** What is known of the orders, and which items their goods are; goods that nobody knows are put on the list of the unmapped. */
async function loadFacts(tx: ChannelTransaction, incoming: readonly IncomingOrder[], context: Context): Promise<Facts> {
  const { now } = context;
  const identities = incoming.map(({ channelId, order }) => ({ channelId, externalId: order.externalId }));
  const named = new Map(incoming.flatMap((one) => one.order.lines.map((line) => [`${one.channelId}|${variantOf(line)}`, { one, line }] as const)));
  const names = [...named.values()].map(({ one, line }) => ({ channelId: one.channelId, variantId: variantOf(line) }));
  const [known, tombstones, listings] = await Promise.all([tx.loadKnownOrders(identities), tx.loadTombstones(identities), tx.loadListings(names)]);
  const mapped = [...listings.values()].flatMap(({ itemId }) => (itemId === null ? [] : [itemId]));
  const skus = [...named.values()].flatMap(({ one, line }) => (one.matchBySku && line.sku !== null ? [line.sku] : []));
  const [items, bySku] = await Promise.all([
    mapped.length === 0 ? [] : tx.loadItems([...new Set(mapped)], now), skus.length === 0 ? [] : tx.loadItemsBySku([...new Set(skus)], now),
  ]);
  const goods = new Map<string, IdentifiedGoods>();
  const learned: KnownListing[] = [];
  const found: { readonly one: IncomingOrder; readonly variantId: string; readonly item: Item }[] = [];
  const itemOf = { id: new Map(items.map((item) => [item.id, item])), sku: new Map(bySku.map((item) => [item.sku, item])) };
  for (const [key, { one, line }] of named) {
    const { listing, isNew } = listingOf(one, line, listings.get(key), itemOf.sku);
    if (isNew) learned.push(listing);
    const item = listing.itemId === null ? undefined : itemOf.id.get(listing.itemId) ?? itemOf.sku.get(listing.sku ?? "");
    if (isNew && item && listings.has(key)) found.push({ one, variantId: listing.variantId, item });
    goods.set(key, item ? { sku: item.sku, unit: listing.unit } : null);
  }
  await tx.saveListings(learned);
  await tellFound(tx, found, context);
  return { known, tombstones, goods };
}

/** Orders wait for variants that have an item of the same SKU now: the journey finds them from the event. */
async function tellFound(tx: ChannelTransaction, found: readonly { readonly one: IncomingOrder; readonly variantId: string; readonly item: Item }[], context: Context): Promise<void> {
  if (found.length === 0) return;
  const journal = new Journal(context, new StockBook([], []));
  for (const { one, variantId, item } of found) {
    journal.event("VariantMapped", null, { channel: one.channel, variant: variantId, item: publicId("item", item.id), sku: item.sku, unit: null });
  }
  await tx.save(journal);
}

function listingOf(one: IncomingOrder, line: ChannelLine, known: KnownListing | undefined, bySku: ReadonlyMap<string, Item>): { listing: KnownListing; isNew: boolean } {
  if (known && known.itemId !== null) return { listing: known, isNew: false };
  const same = one.matchBySku && line.sku !== null ? bySku.get(line.sku) : undefined;
  if (known && !same) return { listing: known, isNew: false };
  return {
    listing: { channelId: one.channelId, variantId: variantOf(line), itemId: same?.id ?? null, unit: null, sku: line.sku, title: line.title, mappedBy: same ? "sku" : null }, isNew: true,
  };
}

/** Where times come without their zone they are at most 14 hours ahead; clocks are less. */
const AHEAD_MAX_MS = 24 * 3_600_000;

/** A channel's clock may be ahead, or its times without their zone: such an order was placed when it came. Days ahead are a mistake to be seen. */
function commandOf(one: IncomingOrder, { goods }: Facts, now: number): CaptureOrder {
  const order = { ...one.order, placedAt: one.order.placedAt > now + AHEAD_MAX_MS ? one.order.placedAt : Math.min(one.order.placedAt, now) };
  return { ...commandOfChannelOrder(order, one.channel, one.bodyHash, (line) => goods.get(`${one.channelId}|${variantOf(line)}`) ?? null), actor: ACTOR, isSold: true };
}

async function capture(store: ChannelStore, tenantId: number, incoming: readonly IncomingOrder[], facts: Facts, ambient: Ambient): Promise<TakenIn[]> {
  if (incoming.length === 0) return [];
  const answers = await captureOrders(store, tenantId, incoming.map((one) => commandOf(one, facts, ambient.now())), ambient);
  await identifyMeanwhile(store, tenantId, incoming, facts, ambient);
  return incoming.map((one, index) => {
    const answer = answers[index];
    if (answer?.ok) return settled(one, "done", parsePublicId("order", String(answer.body["id"])) ?? null, null);
    return answer ? refused(one, answer.refusal) : settled(one, "again", null, "no answer");
  });
}

/** Somebody may have mapped goods between our look and our commit; whoever looked for waiting orders then did not see these. */
async function identifyMeanwhile(store: ChannelStore, tenantId: number, incoming: readonly IncomingOrder[], { goods }: Facts, ambient: Ambient): Promise<void> {
  const unknown = incoming.flatMap((one) => one.order.lines.map((line) => ({ one, variantId: variantOf(line) })).filter(({ variantId }) => (goods.get(`${one.channelId}|${variantId}`) ?? null) === null));
  if (unknown.length === 0) return;
  const listings = await store.transact(tenantId, (tx) => tx.loadListings(unknown.map(({ one, variantId }) => ({ channelId: one.channelId, variantId }))));
  for (const { one, variantId } of unknown) {
    if ((listings.get(`${one.channelId}|${variantId}`)?.itemId ?? null) !== null) await identifyWaiting(store, tenantId, one.channel, variantId, incoming.length, ambient);
  }
}

/** Another process captured it meanwhile: next time it is known. Anything else needs a person. */
const refused = (one: IncomingOrder, { code, detail, errors }: Refusal): TakenIn =>
  code === "ORDER_EXISTS" ? settled(one, "again", null, detail) : settled(one, "quarantined", null, detail, errors ?? [{ pointer: "", code, detail }]);

/** Known orders take their channel's newer state over, all in one commit. */
async function follow(store: ChannelStore, tenantId: number, incoming: readonly IncomingOrder[], facts: Facts, ambient: Ambient): Promise<TakenIn[]> {
  if (incoming.length === 0) return [];
  const known = (one: IncomingOrder): KnownOrder => present(facts.known.get(identityOf(one)), "known order");
  return store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const commands = incoming.map((one) => commandOf(one, facts, now));
    const items = new Map((await loadItemsWithComponents(tx, commands.flatMap(({ lines }) => lines.map(({ sku }) => sku)), now)).map((item) => [item.sku, item]));
    const { facts: orders, journal } = await openOrders(tx, incoming.map((one) => known(one).id), ambient, now, { actor: ACTOR }, null, [...items.values()].map(({ id }) => id));
    const contacts = await tx.loadContacts([...orders.orders.keys()]);
    const listPrice = await loadListPrices(tx, commands, { channels: new Map([...orders.channels.values()].map((channel) => [channel.code, channel])), items, now });
    const told = new Map<string, AnswerBody>();
    const taken = incoming.map((one, index): TakenIn => {
      const command = present(commands[index], "command");
      const order = present(orders.orders.get(known(one).id), "order");
      const sourcing = sourcingFacts(orders, order);
      const fresh = checkCapture(command, { channel: sourcing.channel, item: (sku) => items.get(sku), nodeExists: () => false, now, listPrice, places: ambient.places ?? null }, order.id, order.number);
      // What leaves no line to send says so by being cancelled.
      if (!fresh.ok) return refused(one, fresh.refusal);
      const { version, cancelled, takenOff, leftThere } = one.order;
      const outcome = followChannel(journal, order, { version, cancelled, takenOff, leftThere, fresh: fresh.value, contact: contacts.get(order.id) ?? {} }, sourcing);
      if (!outcome.ok) return refused(one, outcome.refusal);
      if (outcome.value.contactChanged) told.set(order.id, fresh.value.settled.contact);
      return settled(one, outcome.value.outcome === "older" && known(one).sourceHash !== one.bodyHash ? "ignored" : "done", order.id, sentence(outcome.value));
    });
    journal.close();
    await saveSettled(tx, journal, { channels: orders.channels.values(), nodes: orders.nodes }, told);
    return taken;
  });
}

function sentence({ outcome, applied, open }: { outcome: "older" | "followed"; applied: readonly string[]; open: readonly string[] }): string {
  if (outcome === "older") return "The order shows this state, or a newer one, already.";
  if (applied.length + open.length === 0) return "Nothing that concerns the order changed.";
  return [...applied.map((one) => `Taken over: ${one}.`), ...open.map((one) => `Held: ${one}`)].join(" ").slice(0, 1000);
}
