import { type PromisedPrice, type PromiseOption, priceOf, promiseFor, type SourcingFacts } from "../domain/fulfillment/index.ts";
import type { StockBook } from "../domain/inventory/index.ts";
import { accept, type FieldError, type Instant, type Outcome, present } from "../domain/kernel/index.ts";
import { type CaptureCommand, checkCapture, CLOCK_TOLERANCE_MS, type GeoPoint, isKit, Journal, type Order, type OrderContact, refuseFields, takeChannelDates, wrongPlace } from "../domain/order/index.ts";
import { loadListPrices } from "./list-prices.ts";
import { loadItemsWithComponents } from "./load-items.ts";
import { type Ambient, contextOf, type Store, toolsOf, type Transaction } from "./ports.ts";

/** A basket that nobody has ordered yet. */
export interface PromiseQuestion {
  readonly channel: string;
  readonly lines: readonly BasketLine[];
  readonly shipTo: NonNullable<OrderContact["ship_to"]>;
  readonly coordinates: GeoPoint | null;
  readonly serviceLevel: string | null;
  readonly customerClass: string | null;
  readonly deliverBy: Instant | null;
  /** When the order would come; null for now. */
  readonly at: Instant | null;
}

export interface BasketLine {
  readonly sku: string;
  readonly quantity: string;
  readonly unit: string | null;
}

export interface Promises {
  readonly at: Instant;
  /** Of prices; null where there are no exchange rates. */
  readonly base: string | null;
  readonly options: readonly (PromiseOption & { readonly price: PromisedPrice })[];
}

/** What each way of sending or collecting a basket promises, by the facts and figures of now. Locks and writes nothing. */
export function promiseDates(store: Store, tenantId: number, question: PromiseQuestion, ambient: Ambient): Promise<Outcome<Promises>> {
  return store.transact(tenantId, async (tx) => {
    const asked = await openBaskets(tx, [question], ambient, (itemIds, now) => tx.readSupply(itemIds, now));
    if (!asked.ok) return asked;
    const { journal, orders: [order], sourcing } = asked.value;
    const options = promiseFor(journal, present(order, "basket"), sourcing, { pickup: true });
    return accept({ at: journal.context.now, base: sourcing.shipping.exchangeRates?.base ?? null, options: options.map((option) => ({ ...option, price: priceOf(option, present(order, "basket"), sourcing) })) });
  });
}

export interface EarliestQuestion extends Omit<PromiseQuestion, "lines"> {
  readonly items: readonly BasketLine[];
}
export interface EarliestDates {
  readonly at: Instant;
  /** One for each item asked about, in their order. */
  readonly items: readonly { readonly asked: BasketLine; readonly options: readonly PromiseOption[] }[];
}

/** Items decided before others have their turn: with 500 nodes each takes milliseconds. */
const ITEMS_AT_ONCE = 5;

/** For many items, each as if it were ordered alone: when it would be there by each service level. Nothing is locked, so it is decided after the transaction. */
export async function earliestDates(store: Store, tenantId: number, { items, ...question }: EarliestQuestion, ambient: Ambient): Promise<Outcome<EarliestDates>> {
  const questions = items.map((item): PromiseQuestion => ({ ...question, lines: [item] }));
  const asked = await store.transact(tenantId, (tx) =>
    openBaskets(tx, questions, ambient, (itemIds, now) => tx.readSupply(itemIds, now), (pointer, index) => pointer.replace(/^\/lines\/0/, `/items/${index}`)));
  if (!asked.ok) return asked;
  const { journal, orders, sourcing } = asked.value;
  const dates: EarliestDates["items"][number][] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % ITEMS_AT_ONCE === 0) await ambient.pause?.();
    dates.push({ asked: item, options: promiseFor(journal, present(orders[index], "basket"), sourcing, { pickup: false }) });
  }
  return accept({ at: journal.context.now, items: dates });
}

/** Baskets as orders that are not there, in the order of the questions, and all that a decision reads for them. */
export interface Baskets {
  readonly journal: Journal;
  readonly orders: readonly Order[];
  readonly sourcing: SourcingFacts;
}

/** As many queries for many baskets as for one. All are asked of the same channel and time. */
export async function openBaskets(
  tx: Transaction, questions: readonly PromiseQuestion[], ambient: Ambient, supply: (itemIds: readonly string[], now: Instant) => Promise<StockBook>,
  pointerOf = (pointer: string, _index: number): string => pointer,
): Promise<Outcome<Baskets>> {
  const now = ambient.now();
  const [question] = questions;
  const [channels, items, nodes, shipping, strategies, backlog] = await Promise.all([
    tx.loadChannels(now), loadItemsWithComponents(tx, questions.flatMap(({ lines }) => lines.map(({ sku }) => sku)), now), tx.loadNodes(now), tx.loadShippingFacts(now), tx.loadStrategies(now), tx.loadBacklog(now),
  ]);
  const channel = channels.find(({ code }) => code === question?.channel);
  const bySku = new Map(items.map((item) => [item.sku, item]));
  const byId = new Map(items.map((item) => [item.id, item]));
  const at = question?.at ?? now;
  const commands = questions.map((one) => commandOf(one, channel?.currency ?? "EUR"));
  const listPrice = await loadListPrices(tx, commands, { channels: new Map(channel ? [[channel.code, channel]] : []), items: bySku, now });
  const errors = new Map<string, FieldError>();
  const orders: Order[] = [];
  if (at < now - CLOCK_TOLERANCE_MS) errors.set("/at", { pointer: "/at", code: "INVALID_FIELD", detail: `at ${new Date(at).toISOString()} is past: a promise is for an order that comes now or later.` });
  for (const error of commands.flatMap(({ contact: { ship_to: shipTo } }) => (shipTo ? wrongPlace(shipTo) : []))) errors.set(error.pointer, error);
  commands.forEach((command, index) => {
    // What goods cost matters to rules alone: without a price they are worth nothing.
    const lines = command.lines.map((line) => ({ ...line, unitPrice: listPrice(line)?.unitPrice ?? "0" }));
    const checked = checkCapture({ ...command, lines }, { channel, item: (sku) => bySku.get(sku), nodeExists: () => false, now: at, places: ambient.places ?? null }, ambient.newId(), 0);
    if (checked.ok) {
      takeChannelDates(checked.value.order, checked.value.channel, shipping);
      orders.push(checked.value.order);
    }
    else for (const error of checked.refusal.errors ?? []) errors.set(pointerOf(error.pointer, index), { ...error, pointer: pointerOf(error.pointer, index) });
  });
  if (errors.size > 0) return refuseFields([...errors.values()]);
  const itemIds = new Set(orders.flatMap(({ lines }) => lines.filter((line) => !isKit(line)).map(({ itemId }) => itemId)));
  const journal = new Journal(contextOf(ambient, at, { actor: "api" }), await supply([...itemIds], now));
  return accept({ journal, orders, sourcing: { channel: present(channel, "channel"), nodes, shipping, strategies, backlog, tools: toolsOf(ambient), item: (id) => present(byId.get(id), "item") } });
}

/** A basket in the words in which an order comes. */
const commandOf = ({ channel, lines, shipTo, coordinates, serviceLevel, customerClass, deliverBy }: PromiseQuestion, currency: string): CaptureCommand => ({
  idempotencyKey: null, bodyHash: "", channel, externalId: "", currency, placedAt: null,
  lines: lines.map((line) => ({ ...line, unitPrice: null, discountMinor: 0, taxMinor: 0, totalMinor: null, externalId: null, node: null })),
  totals: { totalMinor: null, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: false }, payment: { state: "paid", payments: [] }, risk: null, requestedHolds: [],
  contact: { ship_to: shipTo }, destination: coordinates, claimId: null, customerClass, serviceLevel, deliverBy, attributes: {},
});
