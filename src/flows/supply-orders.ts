import { type GivenQuantity, isKitItem, type Item, type Node, readQuantity } from "../domain/catalog/index.ts";
import { type Condition, supplyOrderStatus, type Supply, type SupplyOrder } from "../domain/inventory/index.ts";
import { type FieldError, MINOR_MAX, present, publicId, refuse } from "../domain/kernel/index.ts";
import { type Journal, refuseFields } from "../domain/order/index.ts";
import { type Arrival, openArrival, serveArrival } from "./arrivals.ts";
import { answerOnce, done } from "./idempotent.ts";
import type { Ambient, Answer, AnswerBody, CommandHead, Flow, Transaction } from "./ports.ts";
import { changeLine, closeLines, type LineChange, receiveLines, type ReceivedLine, shipTransfer } from "./receive-supply.ts";
import { settleSupply } from "./settle-supply.ts";

export interface SupplyOrderLine {
  readonly sku: string;
  readonly quantity: GivenQuantity;
  /** Null for the document's. */
  readonly dueAt: number | null;
  /** Percent; null for 100. */
  readonly confidence: number | null;
}

/** Everything that happens to a purchase order, a transfer or another document of goods that come. */
export type SupplyOrderCommand = CommandHead & (
  | {
    readonly type: "create"; readonly kind: SupplyOrder["kind"]; readonly reference: string; readonly node: string; readonly fromNode: string | null; readonly supplier: string | null;
    readonly dueAt: number; readonly lines: readonly SupplyOrderLine[];
  }
  | { readonly type: "ship"; readonly supplyOrderId: string; readonly dueAt: number | null }
  | { readonly type: "receive"; readonly supplyOrderId: string; readonly lines: readonly ReceivedLine[]; readonly close: boolean; readonly reason: string | null }
  | { readonly type: "close"; readonly supplyOrderId: string; readonly skus: readonly string[] | null; readonly reason: string }
  | ({ readonly type: "change"; readonly supplyId: string } & LineChange)
);

/** What decisions about a batch of documents read and change. */
export interface SupplyOrderFacts {
  readonly items: ReadonlyMap<string, Item>;
  readonly itemsById: ReadonlyMap<string, Item>;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly orders: Map<string, SupplyOrder>;
  /** Lines as they were found, by id; what is still open of them is in the journal's book. */
  readonly found: ReadonlyMap<string, Supply>;
  readonly references: Set<string>;
  readonly changedOrders: Set<string>;
}

/** Creates, ships, receives, changes and closes documents of inbound goods; whoever waits for them is served and dated in the same commit. */
export const changeSupplyOrders: Flow<SupplyOrderCommand> = (store, tenantId, commands, ambient) =>
  store.transact(tenantId, (tx) =>
    answerOnce(tx, commands, async (fresh) => {
      const now = ambient.now();
      const { facts, arrival } = await load(tx, fresh, ambient, now);
      const { journal } = arrival;
      const answers = fresh.map((command) => journal.as(command, () => decide(journal, command, facts, now)));
      serveArrival(arrival, new Set());
      journal.close();
      const touched = new Set((journal.inbound?.changedSupplies() ?? []).map(({ itemId }) => itemId));
      return {
        answers,
        save: async () => {
          await tx.saveSupplyOrders([...facts.changedOrders].map((id) => present(facts.orders.get(id), "supply order")));
          await settleSupply(tx, journal, { channels: arrival.facts.channels.values(), nodes: arrival.facts.nodes }, touched, reasonOf(fresh));
          await tx.save(journal);
        },
      };
    }),
  );

/** One reason for all who hear of another date because of a batch: the first that somebody gave. */
const reasonOf = (commands: readonly SupplyOrderCommand[]): string =>
  commands.map((command) => ("reason" in command ? command.reason : null)).find((reason) => reason !== null) ?? "goods that are on their way changed";

async function load(tx: Transaction, commands: readonly SupplyOrderCommand[], ambient: Ambient, now: number): Promise<{ facts: SupplyOrderFacts; arrival: Arrival }> {
  const creates = commands.filter((command) => command.type === "create");
  const orderIds = commands.flatMap((command) => ("supplyOrderId" in command ? [command.supplyOrderId] : []));
  const supplyIds = commands.flatMap((command) => (command.type === "change" ? [command.supplyId] : []));
  const { orders, supplies } = await tx.lockSupplyOrders(orderIds, supplyIds, creates.map(({ kind, reference }) => ({ kind, reference })));
  const items = await tx.loadItemsBySku([...new Set(creates.flatMap(({ lines }) => lines.map(({ sku }) => sku)))], now);
  const itemIds = [...new Set([...items.map(({ id }) => id), ...supplies.map(({ itemId }) => itemId)])];
  const receiving = new Set(commands.flatMap((command) => (command.type === "receive" ? [command.supplyOrderId] : [])));
  const coming = supplies.filter(({ orderId, closedAt }) => closedAt === null && orderId !== null && receiving.has(orderId));
  const arrival = await openArrival(tx, { orders: [], arriving: [...new Set(coming.map(({ itemId }) => itemId))], received: coming.map(({ id }) => id), items: itemIds }, ambient, now);
  arrival.journal.inbound ??= await tx.lockInbound(arrival.journal.book, itemIds.toSorted(), null);
  const known = [...items, ...arrival.facts.items.values()];
  return {
    arrival,
    facts: {
      items: new Map(known.map((item) => [item.sku, item])), itemsById: new Map(known.map((item) => [item.id, item])), nodes: new Map(arrival.facts.nodes.map((node) => [node.code, node])),
      orders: new Map(orders.map((order) => [order.id, order])), found: new Map(supplies.map((supply) => [supply.id, supply])),
      references: new Set(orders.map(({ kind, reference }) => `${kind} ${reference}`)), changedOrders: new Set(),
    },
  };
}

function decide(journal: Journal, command: SupplyOrderCommand, facts: SupplyOrderFacts, now: number): Answer {
  if (command.type === "create") return create(journal, command, facts, now);
  if (command.type === "change") {
    const supply = lineOf(journal, facts, command.supplyId);
    if (!supply) return refuse("NOT_FOUND", `There is no supply ${publicId("supply", command.supplyId)}.`);
    return changeLine(journal, supply, present(facts.itemsById.get(supply.itemId), "item"), command, now);
  }
  const order = facts.orders.get(command.supplyOrderId);
  if (!order) return refuse("NOT_FOUND", `There is no supply order ${publicId("supplyOrder", command.supplyOrderId)}.`);
  const lines = linesOf(journal, facts, order.id);
  const itemOf = (supply: Supply): Item => present(facts.itemsById.get(supply.itemId), "item");
  const changed = command.type === "ship" ? shipTransfer(journal, order, lines, itemOf, command.dueAt)
    : command.type === "receive" ? receiveLines(journal, order, present([...facts.nodes.values()].find(({ id }) => id === order.nodeId), "node").code, lines, itemOf, command, now)
      : closeLines(journal, order, lines, itemOf, command.skus, command.reason, now);
  if (!changed.ok) return changed;
  facts.orders.set(order.id, changed.value);
  if (changed.value !== order) facts.changedOrders.add(order.id);
  return done(shownOrder(journal, facts, changed.value));
}

const lineOf = (journal: Journal, facts: SupplyOrderFacts, id: string): Supply | undefined => journal.inbound?.supply(id) ?? facts.found.get(id);
const linesOf = (journal: Journal, facts: SupplyOrderFacts, orderId: string): Supply[] =>
  [...facts.found.values()].filter((supply) => supply.orderId === orderId).map((supply) => journal.inbound?.supply(supply.id) ?? supply);

function shownOrder(journal: Journal, facts: SupplyOrderFacts, order: SupplyOrder): AnswerBody {
  const lines = linesOf(journal, facts, order.id);
  return {
    id: publicId("supplyOrder", order.id), status: supplyOrderStatus(order, lines),
    lines: lines.map((line) => ({
      supply: publicId("supply", line.id), sku: facts.itemsById.get(line.itemId)?.sku ?? "", quantity: line.quantity, received: line.received, damaged: line.damaged, closed: line.closedAt !== null,
    })),
  };
}

function create(journal: Journal, command: Extract<SupplyOrderCommand, { type: "create" }>, facts: SupplyOrderFacts, now: number): Answer {
  const { kind, reference } = command;
  const node = facts.nodes.get(command.node);
  const from = command.fromNode === null ? null : facts.nodes.get(command.fromNode);
  const errors: FieldError[] = [];
  if (!node) errors.push({ pointer: "/node", code: "UNKNOWN_NODE", detail: `There is no node "${command.node}".` });
  if (from === undefined) errors.push({ pointer: "/from_node", code: "UNKNOWN_NODE", detail: `There is no node "${command.fromNode}".` });
  if (node && from && node.id === from.id) errors.push({ pointer: "/from_node", code: "DUPLICATE_VALUE", detail: "A transfer goes from one node to another." });
  if (facts.references.has(`${kind} ${reference}`)) errors.push({ pointer: "/reference", code: "DUPLICATE_VALUE", detail: `There is a ${kind.replace("_", " ")} "${reference}" already.` });
  const id = journal.context.newId();
  const seen = new Set<string>();
  const lines = command.lines.flatMap((line, index): Supply[] => {
    const read = readLine(line, facts.items.get(line.sku), seen.has(line.sku), index);
    seen.add(line.sku);
    errors.push(...read.errors);
    return read.itemId === null || !node ? [] : [{
      id: journal.context.newId(), kind, reference, itemId: read.itemId, nodeId: node.id, dueAt: line.dueAt ?? command.dueAt,
      // The goods of a transfer are at their source until it is shipped.
      confidence: kind === "transfer" ? 0 : line.confidence ?? 100, quantity: read.quantity, received: 0, damaged: 0, claimed: 0, closedAt: null, orderId: id,
    }];
  });
  if (!node || from === undefined || errors.length > 0) return refuseFields(errors);
  const order: SupplyOrder = { id, kind, reference, nodeId: node.id, fromNodeId: from?.id ?? null, supplier: command.supplier, createdAt: now, shippedAt: null };
  facts.orders.set(id, order);
  facts.changedOrders.add(id);
  facts.references.add(`${kind} ${reference}`);
  journal.event("SupplyOrderCreated", null, { supply_order: publicId("supplyOrder", id), kind, reference, node: node.code, from_node: from?.code ?? null, lines: lines.length });
  for (const line of lines) {
    journal.inbound?.put(line);
    journal.event("SupplyCreated", null, { supply: publicId("supply", line.id), item: publicId("item", line.itemId), node: node.code, quantity: line.quantity, due_at: new Date(line.dueAt).toISOString() });
  }
  return done({
    id: publicId("supplyOrder", id), status: "open",
    lines: lines.map((line) => ({ supply: publicId("supply", line.id), sku: facts.itemsById.get(line.itemId)?.sku ?? "", quantity: line.quantity, received: 0, damaged: 0, closed: false })),
  }, true);
}

function readLine(line: SupplyOrderLine, item: Item | undefined, repeated: boolean, index: number): { readonly errors: readonly FieldError[]; readonly itemId: string | null; readonly quantity: number } {
  const pointer = `/lines/${index}`;
  const wrong = (field: string, code: FieldError["code"], detail: string): ReturnType<typeof readLine> => ({ errors: [{ pointer: `${pointer}/${field}`, code, detail }], itemId: null, quantity: 0 });
  if (!item) return wrong("sku", "UNKNOWN_ITEM", `There is no item with SKU "${line.sku}".`);
  if (repeated) return wrong("sku", "DUPLICATE_VALUE", `"${line.sku}" stands in an earlier line; add the quantities up, or give the later delivery a document of its own.`);
  if (isKitItem(item)) return wrong("sku", "KIT_HAS_NO_STOCK", `${item.sku} is a kit: name its components.`);
  const amount = readQuantity(item, line.quantity, "positive");
  if (!amount.ok) return wrong(amount.refusal.code === "UNKNOWN_UNIT" ? "unit" : "quantity", amount.refusal.code, amount.refusal.detail);
  if (amount.value > MINOR_MAX) return wrong("quantity", "QUANTITY_TOO_LARGE", "More than can be counted safely.");
  return { errors: [], itemId: item.id, quantity: amount.value };
}

/** Conditions in which goods may arrive that are not for sale as they are. */
export const DAMAGED_CONDITIONS = ["B", "quarantine"] as const satisfies readonly Condition[];
