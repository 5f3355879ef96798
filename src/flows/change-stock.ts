import { type GivenQuantity, isKitItem, type Item, type Node, readQuantity } from "../domain/catalog/index.ts";
import { type Condition, isUnshipped, withReceived } from "../domain/inventory/index.ts";
import { MINOR_MAX, type Outcome, publicId, type RefusalCode, refuse } from "../domain/kernel/index.ts";
import { claimedUnits, sendBack } from "../domain/fulfillment/index.ts";
import type { Journal } from "../domain/order/index.ts";
import { type OrderFacts, sourcingFacts } from "./act-on-orders.ts";
import { openArrival, serveArrival } from "./arrivals.ts";
import { answerOnce, done } from "./idempotent.ts";
import { settleSupply } from "./settle-supply.ts";
import type { Ambient, Answer, CommandHead, Store, Transaction } from "./ports.ts";

export const ADJUSTMENT_REASONS = ["DAMAGED", "LOST", "FOUND", "EXPIRED", "THEFT", "SOLD_ELSEWHERE", "CORRECTION", "OTHER"] as const;

interface Place {
  readonly sku: string;
  readonly node: string;
  readonly owner: string;
  readonly condition: Condition;
}

/** A physical change at one node; quantities in the item's counted units, or as written in one of its units. */
export type StockChange = Place & (
  | { readonly type: "receive"; readonly quantity: GivenQuantity; readonly supplyId: string | null; readonly unitCostMicros: number | null }
  | { readonly type: "adjust"; readonly change: GivenQuantity; readonly reasonCode: (typeof ADJUSTMENT_REASONS)[number]; readonly note: string | null }
  | { readonly type: "count"; readonly counted: GivenQuantity; readonly note: string | null }
);

export type StockCommand = CommandHead & { readonly occurredAt: number | null; readonly change: StockChange };

/** Orders that one shortage may displace: all of them belong into the commit that records it. */
const DISPLACED_AT_ONCE = 5_000;

/**
 * Receipts, adjustments and counts. What arrives goes to waiting orders, oldest first; what turns out to be missing
 * is taken from unreleased claims, latest first, and re-sourced; all in the commit that records the change.
 */
export function changeStock(store: Store, tenantId: number, commands: readonly StockCommand[], ambient: Ambient): Promise<Answer[]> {
  return store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      const now = ambient.now();
      const items = new Map((await tx.loadItemsBySku([...new Set(fresh.map(({ change }) => change.sku))], now)).map((item) => [item.sku, item]));
      const nodes = new Map((await tx.loadNodes(now)).map((node) => [node.code, node]));
      const { falling, arriving } = await fallingOrders(tx, fresh, items, nodes);
      const received = fresh.flatMap(({ change }) => (change.type === "receive" && change.supplyId !== null ? [change.supplyId] : []));
      const arrival = await openArrival(tx, { orders: falling, arriving, received, items: [...items.values()].map(({ id }) => id) }, ambient, now);
      const { facts, journal } = arrival;
      const answers = fresh.map((command) => journal.as(command, () => decide(journal, command, items, nodes, now)));
      serveArrival(arrival, coverShortages(journal, facts));
      journal.close();
      return {
        answers,
        save: async () => {
          await settleSupply(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes }, receivedItems(journal), "goods arrived");
          await tx.save(journal);
        },
      };
    }),
  );
}

/** Orders that may lose what falls away, and items of which more is there. Found before any lock is taken, because orders are locked before items. */
async function fallingOrders(
  tx: Transaction, commands: readonly StockCommand[], items: ReadonlyMap<string, Item>, nodes: ReadonlyMap<string, Node>,
): Promise<{ falling: string[]; arriving: string[] }> {
  const orders = new Set<string>();
  const arriving: string[] = [];
  for (const { change } of commands) {
    const item = items.get(change.sku);
    const node = nodes.get(change.node);
    if (!item || !node || change.owner !== "" || change.condition !== "A") continue;
    const falls = change.type === "adjust" && isNegative(change.change);
    if (!falls) arriving.push(item.id);
    if (change.type === "count" || falls) {
      for (const id of await tx.findPlannedOrders(node.id, item.id, DISPLACED_AT_ONCE)) orders.add(id);
    }
  }
  return { falling: [...orders], arriving };
}

/** Items of supplies of which something arrived. */
const receivedItems = ({ inbound }: Journal): ReadonlySet<string> => new Set((inbound?.changedSupplies() ?? []).map(({ itemId }) => itemId));

const isNegative = (given: GivenQuantity): boolean => (typeof given === "number" ? given < 0 : given.text.startsWith("-"));

function amountOf(item: Item, change: StockChange): Outcome<number> {
  if (change.type === "receive") return readQuantity(item, change.quantity, "positive");
  return change.type === "adjust" ? readQuantity(item, change.change, "signed") : readQuantity(item, change.counted, "zero");
}

function decide(
  journal: Journal, command: StockCommand, items: ReadonlyMap<string, Item>, nodes: ReadonlyMap<string, Node>, now: number,
): Answer {
  const { change } = command;
  const item = items.get(change.sku);
  const node = nodes.get(change.node);
  if (!item) return field("/sku", "UNKNOWN_ITEM", `There is no item with SKU "${change.sku}".`);
  if (!node) return field("/node", "UNKNOWN_NODE", `There is no node "${change.node}".`);
  const before = journal.book.onHand(item.id, node.id, change.owner, change.condition);
  const amount = amountOf(item, change);
  if (!amount.ok) return field(amount.refusal.code === "UNKNOWN_UNIT" ? "/unit" : "/quantity", amount.refusal.code, amount.refusal.detail);
  const difference = change.type === "count" ? amount.value - before : amount.value;
  // What was there before the item became a kit may still be written off.
  if (isKitItem(item) && difference > 0) return field("/sku", "KIT_HAS_NO_STOCK", `${item.sku} is a kit: what is on hand is counted for its components.`);
  if (before + difference < 0) {
    return refuse("QUANTITY_NOT_THERE", `${node.code} has ${before} of ${item.sku} on hand; ${-difference} cannot be taken away.`, { data: { on_hand: before } });
  }
  if (before + difference > MINOR_MAX) return refuse("QUANTITY_TOO_LARGE", `${node.code} would have more of ${item.sku} than can be counted safely.`, { data: { on_hand: before } });
  const supply = change.type === "receive" && change.supplyId !== null ? journal.inbound?.supply(change.supplyId) : undefined;
  if (change.type === "receive" && change.supplyId !== null) {
    if (!supply || supply.closedAt !== null || supply.itemId !== item.id || supply.nodeId !== node.id) {
      return field("/supply", "SUPPLY_NOT_OPEN", `No open supply ${publicId("supply", change.supplyId)} for ${item.sku} at ${node.code}.`);
    }
    if (isUnshipped(supply)) return field("/supply", "SUPPLY_NOT_OPEN", "The transfer has not been shipped: its goods are at their source.");
    journal.inbound?.put(withReceived(supply, amount.value, change.condition, now));
  }
  const short = record(journal, command, item, node, { amount: amount.value, difference }, supply?.id ?? null, command.occurredAt ?? now);
  return done({ sku: item.sku, node: node.code, on_hand: before + difference, change: difference, short, quantity_scale: item.quantityScale });
}

const field = (pointer: string, code: RefusalCode, detail: string): Answer => refuse(code, detail, { errors: [{ pointer, code, detail }] });

function record(
  journal: Journal, { change }: StockCommand, item: Item, node: Node, { amount, difference }: { amount: number; difference: number }, supplyId: string | null, at: number,
): number {
  const note = change.type === "receive" ? null : change.note;
  const reason = change.type === "adjust" ? change.reasonCode : change.type === "count" ? "COUNT" : null;
  const data = { item: publicId("item", item.id), node: node.code, change: difference, ...(change.type === "count" ? { counted: amount } : {}) };
  const event = journal.event(change.type === "receive" ? "StockReceived" : "StockAdjusted", null, data, { reason: note ?? reason, occurredAt: at });
  if (difference === 0) return 0;
  return journal.moveStock(event, {
    itemId: item.id, nodeId: node.id, owner: change.owner, condition: change.condition, onHand: difference,
    kind: change.type === "receive" ? "receipt" : change.type === "adjust" ? "adjustment" : "count",
    causeKind: supplyId === null ? "manual" : "supply", causeId: supplyId ?? event.id, reason,
    unitCostMicros: change.type === "receive" ? change.unitCostMicros : null,
  });
}

/** Units that are reserved but not there: taken from unreleased plans, latest order first; what is released needs a person. */
function coverShortages(journal: Journal, facts: OrderFacts): ReadonlySet<string> {
  const displaced = new Set<string>();
  for (const { itemId, nodeId } of journal.book.shortPlaces()) {
    for (const order of [...facts.orders.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1))) {
      for (const shipment of order.shipments.filter((one) => one.nodeId === nodeId && one.status === "PLANNED")) {
        const missing = journal.book.counters(itemId, nodeId).short;
        if (missing === 0) break;
        let left = missing;
        const units = claimedUnits(order, shipment, ["reserved"]).filter(({ line }) => line.itemId === itemId).flatMap((unit) => {
          const quantity = Math.min(left, unit.quantity);
          left -= quantity;
          return quantity > 0 ? [{ ...unit, quantity }] : [];
        });
        if (units.length === 0) continue;
        const event = journal.event("OrderRouted", order.id, { trigger: "STOCK_SHORT", left: shipment.shipmentNo }, { reason: "the stock it was promised is not there" });
        sendBack(journal, event, order, shipment, units, sourcingFacts(facts, order), null);
        displaced.add(order.id);
      }
    }
    const short = journal.book.counters(itemId, nodeId).short;
    if (short > 0) {
      journal.exception({
        kind: "SHORT_RELEASED", orderId: null, lineNo: null, shipmentNo: null, itemId, nodeId,
        reason: `${short} units are missing that released shipments count on; the node will find them short.`,
      });
    }
  }
  return displaced;
}
