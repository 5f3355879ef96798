import { type GivenQuantity, type Item, readQuantity } from "../domain/catalog/index.ts";
import { type Condition, type Discrepancy, discrepanciesOf, isUnshipped, type Supply, type SupplyOrder, withReceived } from "../domain/inventory/index.ts";
import { accept, type FieldError, MINOR_MAX, type Outcome, publicId, refuse } from "../domain/kernel/index.ts";
import { type Journal, refuseFields } from "../domain/order/index.ts";
import { done } from "./idempotent.ts";
import type { Answer } from "./ports.ts";

/** What came of a line: units in condition A, and units in another one. */
export interface ReceivedLine {
  readonly sku: string;
  readonly quantity: GivenQuantity;
  readonly damaged: GivenQuantity | null;
  readonly damagedCondition: Condition;
  readonly reason: string | null;
}

/** What is announced otherwise than before: a date, a quantity, how far it is trusted. Null where that stays. */
export interface LineChange {
  readonly dueAt: number | null;
  readonly quantity: GivenQuantity | null;
  readonly confidence: number | null;
  readonly reason: string | null;
}

type ItemOf = (supply: Supply) => Item;

const UNEXPLAINED = { over: "more arrived than was announced", short: "less arrived than was announced", damaged: "arrived damaged" } as const;

function tellDiscrepancy(journal: Journal, supply: Supply, { kind, quantity }: Discrepancy, reason: string | null): void {
  const data = { supply: publicId("supply", supply.id), item: publicId("item", supply.itemId), kind, quantity, announced: supply.quantity, received: supply.received };
  journal.event("SupplyDiscrepancy", null, data, { reason: reason ?? UNEXPLAINED[kind] });
}

/** The goods of a transfer leave their source, where nobody has a claim on them, and may be counted on from now on. */
export function shipTransfer(journal: Journal, order: SupplyOrder, lines: readonly Supply[], itemOf: ItemOf, dueAt: number | null): Outcome<SupplyOrder> {
  const { fromNodeId } = order;
  if (fromNodeId === null) return refuse("NOT_IN_STATE", "Only a transfer is shipped by its source.", { data: { kind: order.kind } });
  const open = lines.filter(({ closedAt }) => closedAt === null);
  if (order.shippedAt !== null || open.length === 0) return refuse("NOT_IN_STATE", "Nothing of this transfer is left to ship.", { data: { shipped: order.shippedAt !== null } });
  const missing = open.flatMap((line): { sku: string; available: number; wanted: number }[] => {
    const { onHand, reserved, soft } = journal.book.counters(line.itemId, fromNodeId);
    return onHand - reserved - soft < line.quantity ? [{ sku: itemOf(line).sku, available: Math.max(0, onHand - reserved - soft), wanted: line.quantity }] : [];
  });
  if (missing.length > 0) return refuse("QUANTITY_NOT_THERE", `The source has not enough that nobody claims: ${missing.map(({ sku, available, wanted }) => `${sku} ${available} of ${wanted}`).join(", ")}.`, { data: { missing } });
  const event = journal.event("SupplyShipped", null, { supply_order: publicId("supplyOrder", order.id), reference: order.reference, lines: open.length });
  for (const line of open) {
    journal.moveStock(event, { itemId: line.itemId, nodeId: fromNodeId, kind: "transfer_out", onHand: -line.quantity, causeKind: "supply", causeId: line.id });
    journal.inbound?.put({ ...line, confidence: 100, dueAt: dueAt ?? line.dueAt });
  }
  return accept({ ...order, shippedAt: journal.context.now });
}

interface Counted { readonly supply: Supply; readonly good: number; readonly damaged: number; readonly named: ReceivedLine }

/** Books what came of a document's lines at the node of this code, all or nothing; with `close` the rest is not waited for any more. */
export function receiveLines(
  journal: Journal, order: SupplyOrder, node: string, lines: readonly Supply[], itemOf: ItemOf, command: { readonly lines: readonly ReceivedLine[]; readonly close: boolean; readonly reason: string | null }, now: number,
): Outcome<SupplyOrder> {
  if (lines.some(isUnshipped)) return refuse("NOT_IN_STATE", "The transfer has not been shipped: its goods are at their source.", { data: { shipped: false } });
  const errors: FieldError[] = [];
  const counted = command.lines.flatMap((named, index): Counted[] => {
    const read = countLine(named, lines.find((line) => itemOf(line).sku === named.sku), itemOf, command.lines.findIndex(({ sku }) => sku === named.sku) < index, `/lines/${index}`);
    errors.push(...read.errors);
    return read.counted === null ? [] : [read.counted];
  });
  for (const { supply, good, damaged, named } of counted) {
    if (journal.book.onHand(supply.itemId, supply.nodeId, "", "A") + supply.received + good + damaged <= MINOR_MAX) continue;
    errors.push({ pointer: `/lines/${command.lines.indexOf(named)}/quantity`, code: "QUANTITY_TOO_LARGE", detail: `There would be more of ${named.sku} than can be counted safely.` });
  }
  if (errors.length > 0) return refuseFields(errors);
  for (const one of counted) book(journal, node, one, now);
  if (!command.close) return accept(order);
  const left = lines.map((line) => journal.inbound?.supply(line.id) ?? line);
  return closeLines(journal, order, left, itemOf, null, command.reason, now);
}

function countLine(named: ReceivedLine, supply: Supply | undefined, itemOf: ItemOf, repeated: boolean, pointer: string): { readonly errors: readonly FieldError[]; readonly counted: Counted | null } {
  const wrong = (field: string, code: FieldError["code"], detail: string): ReturnType<typeof countLine> => ({ errors: [{ pointer: `${pointer}/${field}`, code, detail }], counted: null });
  if (!supply) return wrong("sku", "UNKNOWN_ITEM", `The document has no line of "${named.sku}".`);
  if (repeated) return wrong("sku", "DUPLICATE_VALUE", `"${named.sku}" stands in an earlier line; add the quantities up.`);
  if (supply.closedAt !== null) return wrong("sku", "SUPPLY_NOT_OPEN", `Nothing more of "${named.sku}" is expected; receive it without a document.`);
  const good = readQuantity(itemOf(supply), named.quantity, "zero");
  const damaged = named.damaged === null ? accept(0) : readQuantity(itemOf(supply), named.damaged, "zero");
  if (!good.ok) return wrong(good.refusal.code === "UNKNOWN_UNIT" ? "unit" : "quantity", good.refusal.code, good.refusal.detail);
  if (!damaged.ok) return wrong(damaged.refusal.code === "UNKNOWN_UNIT" ? "unit" : "damaged", damaged.refusal.code, damaged.refusal.detail);
  return { errors: [], counted: { supply, good: good.value, damaged: damaged.value, named } };
}

function book(journal: Journal, node: string, { supply, good, damaged, named }: Counted, now: number): void {
  let after = supply;
  for (const [units, condition] of [[good, "A"], [damaged, named.damagedCondition]] as const) {
    if (units === 0) continue;
    after = withReceived(after, units, condition, now);
    const event = journal.event("StockReceived", null, { item: publicId("item", supply.itemId), node, supply: publicId("supply", supply.id), change: units, condition });
    journal.moveStock(event, { itemId: supply.itemId, nodeId: supply.nodeId, condition, kind: "receipt", onHand: units, causeKind: "supply", causeId: supply.id });
  }
  journal.inbound?.put(after);
  for (const one of discrepanciesOf(supply, after)) tellDiscrepancy(journal, after, one, named.reason);
}

/** Ends the wait for what is still to come of some lines, or all: who counted on it counts on something else, or on nothing. */
export function closeLines(
  journal: Journal, order: SupplyOrder, lines: readonly Supply[], itemOf: ItemOf, skus: readonly string[] | null, reason: string | null, now: number,
): Outcome<SupplyOrder> {
  const unknown = (skus ?? []).flatMap((sku, index): FieldError[] => (lines.some((line) => itemOf(line).sku === sku) ? [] : [{ pointer: `/lines/${index}`, code: "UNKNOWN_ITEM", detail: `The document has no line of "${sku}".` }]));
  if (unknown.length > 0) return refuseFields(unknown);
  for (const line of lines) {
    if (line.closedAt !== null || (skus !== null && !skus.includes(itemOf(line).sku))) continue;
    journal.inbound?.put({ ...line, closedAt: now });
    tellDiscrepancy(journal, line, { kind: "short", quantity: line.quantity - line.received }, reason);
  }
  return accept(order);
}

/** An advance shipping notice, or a supplier's word: what is announced otherwise than before. */
export function changeLine(journal: Journal, supply: Supply, item: Item, { dueAt, quantity, confidence, reason }: LineChange, now: number): Answer {
  if (supply.closedAt !== null) return refuse("SUPPLY_NOT_OPEN", "Nothing more of this supply is expected.", { data: { received: supply.received } });
  const units = quantity === null ? accept(supply.quantity) : readQuantity(item, quantity, "positive");
  if (!units.ok) return refuseFields([{ pointer: units.refusal.code === "UNKNOWN_UNIT" ? "/unit" : "/quantity", code: units.refusal.code, detail: units.refusal.detail }]);
  if (units.value < supply.received) return refuseFields([{ pointer: "/quantity", code: "QUANTITY_NOT_THERE", detail: `${supply.received} of it arrived already.` }]);
  if (confidence !== null && supply.kind === "transfer" && supply.orderId !== null) {
    return refuseFields([{ pointer: "/confidence", code: "INVALID_FIELD", detail: "A transfer counts in full once it is shipped, and not before." }]);
  }
  const after: Supply = { ...supply, dueAt: dueAt ?? supply.dueAt, quantity: units.value, confidence: confidence ?? supply.confidence, closedAt: units.value === supply.received ? now : null };
  journal.inbound?.put(after);
  const changes = { due_at: new Date(after.dueAt).toISOString(), quantity: after.quantity, confidence: after.confidence };
  journal.event("SupplyChanged", null, { supply: publicId("supply", supply.id), item: publicId("item", supply.itemId), ...changes }, { reason });
  return done({ id: publicId("supply", supply.id), ...changes });
}
