import type { Channel, Item, Node } from "../domain/catalog/index.ts";
import { type By, present, publicId, refuse, shipmentId } from "../domain/kernel/index.ts";
import { Journal, NO_ITEM, openHolds, type Order } from "../domain/order/index.ts";
import type { RoutingTools, SourcingFacts } from "../domain/fulfillment/index.ts";
import type { Strategy } from "../domain/routing/index.ts";
import type { ShippingFacts } from "../domain/shipping/index.ts";
import { decideAction, type OrderAction } from "./order-actions.ts";
import { answerOnce, type Decided, done } from "./idempotent.ts";
import { type Ambient, type Answer, type CommandHead, contextOf, type Store, toolsOf, type Transaction } from "./ports.ts";
import { limitWaiting } from "./limit-waiting.ts";
import { saveSettled } from "./settle-supply.ts";

/** One change of an order that is there: by a person, a node, a carrier or a timer. */
export type OrderCommand = CommandHead & {
  readonly orderId: string;
  /** The commercial version the caller saw, or null where it does not matter. */
  readonly expectedVersion: number | null;
  /** When it happened, where it is reported afterwards; null for now. */
  readonly occurredAt: number | null;
  readonly action: OrderAction;
};

/** What decisions about a set of locked orders read. */
export interface OrderFacts {
  readonly orders: ReadonlyMap<string, Order>;
  readonly nodes: readonly Node[];
  readonly shipping: ShippingFacts;
  readonly strategies: ReadonlyMap<string, Strategy>;
  readonly tools: RoutingTools;
  readonly backlog: (nodeId: string) => number;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly items: ReadonlyMap<string, Item>;
}

/** Acts on a batch of orders: each command is decided against what the ones before it left, all in one commit. */
export const actOnOrders = (store: Store, tenantId: number, commands: readonly OrderCommand[], ambient: Ambient): Promise<Answer[]> =>
  store.transact(tenantId, (tx) => answerOnce(tx, commands, (fresh) => decideActions(tx, fresh, ambient)));

/** The same within a transaction, up to the writing. */
export async function decideActions(tx: Transaction, commands: readonly OrderCommand[], ambient: Ambient): Promise<Decided> {
  const now = ambient.now();
  const { facts, journal } = await openOrders(tx, commands.map((command) => command.orderId), ambient, now);
  const answers = commands.map((command) => answer(journal, command, facts, now));
  journal.close();
  return {
    answers: answers.map((one, index) => withState(one, facts.orders.get(commands[index]?.orderId ?? ""))),
    save: () => saveSettled(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes }),
  };
}

/** Locks orders, then reads the supply of their items and of further ones (or locks it), and opens a journal on them. */
export async function openOrders(
  tx: Transaction, orderIds: readonly string[], ambient: Ambient, now: number, by: By = { actor: "system" }, lockedItems: readonly string[] | null = null, furtherItems: readonly string[] = [],
): Promise<{ facts: OrderFacts; journal: Journal }> {
  const orders = await tx.lockOrders([...new Set(orderIds)].toSorted());
  const itemIds = [...new Set([...(lockedItems ?? []), ...furtherItems, ...orders.flatMap((order) => order.lines.map((line) => line.itemId))])].filter((id) => id !== NO_ITEM);
  const book = lockedItems === null ? await tx.readSupply(itemIds, now) : await tx.lockSupply(itemIds, now);
  const facts = await factsOf(tx, orders, itemIds, ambient, now);
  await limitWaiting(tx, book, facts.items.values(), now);
  return { facts, journal: new Journal(contextOf(ambient, now, by), book) };
}

/** The facts of orders and their items as they hold at a time. */
export const factsOf = async (tx: Transaction, orders: readonly Order[], itemIds: readonly string[], ambient: Ambient, now: number): Promise<OrderFacts> => ({
  orders: new Map(orders.map((order) => [order.id, order])),
  nodes: await tx.loadNodes(now),
  shipping: await tx.loadShippingFacts(now),
  strategies: await tx.loadStrategies(now),
  tools: toolsOf(ambient),
  backlog: await tx.loadBacklog(now),
  channels: new Map((await tx.loadChannels(now)).map((channel) => [channel.id, channel])),
  items: new Map((await tx.loadItems(itemIds, now)).map((item) => [item.id, item])),
});

export const sourcingFacts = (facts: OrderFacts, order: Order): SourcingFacts => ({
  channel: present(facts.channels.get(order.channelId), "channel"), nodes: facts.nodes, item: (id) => present(facts.items.get(id), "item"), shipping: facts.shipping, strategies: facts.strategies, tools: facts.tools, backlog: facts.backlog,
});

function answer(journal: Journal, command: OrderCommand, facts: OrderFacts, now: number): Answer {
  const order = facts.orders.get(command.orderId);
  if (!order) return refuse("NOT_FOUND", `There is no order ${publicId("order", command.orderId)}.`);
  if (command.expectedVersion !== null && command.expectedVersion !== order.commercialVersion) {
    return refuse("STALE_VERSION", `The order is at version ${order.commercialVersion}, you read ${command.expectedVersion}.`, { data: { commercial_version: order.commercialVersion } });
  }
  const decided = journal.as(command, () => decideAction(journal, order, command.action, sourcingFacts(facts, order), command.occurredAt ?? now));
  return decided.ok ? done(decided.value) : decided;
}

/** Every answer shows where the order stands after the whole batch's turn at it. */
function withState(one: Answer, order: Order | undefined): Answer {
  if (!one.ok || !order) return one;
  return { ...one, body: { ...one.body, order: orderState(order) } };
}

/** An order in short, as answers about changes show it. */
export function orderState(order: Order): Readonly<Record<string, unknown>> {
  return {
    id: publicId("order", order.id), status: order.status, commercial_version: order.commercialVersion,
    holds: openHolds(order.holds).map((hold) => ({ hold_no: hold.holdNo, kind: hold.kind, reason: hold.reason })),
    shipments: order.shipments.map((shipment) => ({ id: shipmentId(order.id, shipment.shipmentNo), status: shipment.status })),
  };
}
