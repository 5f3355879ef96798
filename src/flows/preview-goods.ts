import { publicId } from "../domain/kernel/index.ts";
import type { Journal } from "../domain/order/index.ts";
import { changeStock, type StockCommand } from "./change-stock.ts";
import type { Ambient, Answer } from "./ports.ts";
import type { PriceStore } from "./price-store.ts";
import { changeSupplyOrders, type SupplyOrderCommand } from "./supply-orders.ts";
import type { SupplyQueries } from "./supply-views.ts";
import { trialStore } from "./trial.ts";

/** What a change of goods would mean to orders. Quantities are counted units. */
export interface GoodsEffect {
  /** Lines whose date would be another; null where nobody could say one. */
  readonly promises: readonly { readonly order: string; readonly order_number: number; readonly line: number; readonly from: string | null; readonly to: string | null }[];
  /** Orders that units would be taken from because they are not there, and where they would go instead. */
  readonly displaced: readonly { readonly order: string; readonly order_number: number; readonly to: readonly { readonly line: number; readonly quantity: number; readonly node: string }[]; readonly unplaced: number }[];
  /** Orders that wait and would be given a node. */
  readonly served: readonly { readonly order: string; readonly order_number: number }[];
  /** Units that released shipments count on and nobody could take back: their nodes would find them short. */
  readonly short_released: readonly { readonly item: string; readonly node: string; readonly reason: string }[];
}

/** The answers that the commands would have, and what they would mean to orders. Decided by the flow itself on everything as it is; nothing stays. */
export interface GoodsPreview {
  readonly answers: readonly Answer[];
  readonly effect: GoodsEffect;
}

type Names = Pick<SupplyQueries, "orderNumbers">;

export const previewSupply = (store: PriceStore, names: Names, tenantId: number, command: SupplyOrderCommand, ambient: Ambient): Promise<GoodsPreview> =>
  tried(store, names, tenantId, (trial) => changeSupplyOrders(trial, tenantId, [command], ambient));

export const previewStock = (store: PriceStore, names: Names, tenantId: number, commands: readonly StockCommand[], ambient: Ambient): Promise<GoodsPreview> =>
  tried(store, names, tenantId, (trial) => changeStock(trial, tenantId, commands, ambient));

async function tried(store: PriceStore, names: Names, tenantId: number, work: (trial: PriceStore) => Promise<Answer[]>): Promise<GoodsPreview> {
  // A transaction that starts over decides anew: the last decision is the one that was answered.
  const decided: Journal[] = [];
  const answers = await work(trialStore(store, (one) => void decided.push(one)));
  const journal = decided.at(-1) ?? null;
  const ids = [...new Set((journal?.events ?? []).flatMap(({ orderId }) => (orderId === null ? [] : [orderId])))];
  return { answers, effect: effectOf(journal, await names.orderNumbers(tenantId, ids)) };
}

type Placed = readonly (readonly [line: number, quantity: number, node: string])[];
const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const rowsOf = (value: unknown): readonly (readonly unknown[])[] => (Array.isArray(value) ? value.filter((row): row is unknown[] => Array.isArray(row)) : []);
const placedIn = (value: unknown): Placed => rowsOf(value).map(([line, quantity, node]) => [Number(line), Number(quantity), String(node)]);

function effectOf(journal: Journal | null, numbers: ReadonlyMap<string, number>): GoodsEffect {
  const events = journal?.events ?? [];
  const named = (orderId: string): { order: string; order_number: number } => ({ order: publicId("order", orderId), order_number: numbers.get(orderId) ?? 0 });
  const of = (type: string): { readonly orderId: string; readonly data: Readonly<Record<string, unknown>> }[] => events.flatMap(({ type: is, orderId, data }) => (is === type && orderId !== null ? [{ orderId, data }] : []));
  const routed = of("OrderRouted");
  const left = new Set(routed.filter(({ data }) => data["trigger"] === "STOCK_SHORT" && data["left"] !== undefined).map(({ orderId }) => orderId));
  const decided = routed.filter(({ data }) => data["placed"] !== undefined);
  return {
    promises: of("PromiseChanged").map(({ orderId, data }) => ({ ...named(orderId), line: Number(data["line"]), from: textOf(data["from"]), to: textOf(data["to"]) })),
    displaced: [...left].map((orderId) => {
      const own = decided.filter((one) => one.orderId === orderId);
      const to = own.flatMap(({ data }) => placedIn(data["placed"])).map(([line, quantity, node]) => ({ line, quantity, node }));
      return { ...named(orderId), to, unplaced: own.flatMap(({ data }) => rowsOf(data["unplaced"])).reduce((sum, [, quantity]) => sum + Number(quantity), 0) };
    }),
    served: [...new Set(decided.filter(({ orderId, data }) => !left.has(orderId) && placedIn(data["placed"]).length > 0).map(({ orderId }) => orderId))].map(named),
    short_released: (journal?.exceptions ?? []).flatMap(({ kind, itemId, nodeId, reason }) => (kind === "SHORT_RELEASED" && itemId && nodeId ? [{ item: publicId("item", itemId), node: publicId("node", nodeId), reason }] : [])),
  };
}
