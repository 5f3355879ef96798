import { Random } from "../../simulation/random.ts";
import type { Driver } from "./driver.ts";

export const NODES = ["east", "west", "south"] as const;

/** An item that only single units are ordered of, and nothing comes back: exactly what may be sold is sold. */
export interface QuietItem {
  readonly sku: string;
  readonly stock: number;
  /** Units kept back from sale. */
  readonly safety: number;
  readonly buyers: number;
}

/** One round's items. Rounds share nodes, channels and the database, but no item. */
export interface Shop {
  readonly name: string;
  readonly seed: number;
  readonly quiet: readonly QuietItem[];
  /** Fought over in every way there is: baskets, claims, cancellations, receipts, counts, work of the nodes. */
  readonly hot: readonly string[];
  /** Enough for everybody. */
  readonly deep: string;
}

/** Nodes and channels: one refuses what it cannot promise and releases by itself, one lets orders wait, one releases by hand. */
export async function openChannels(driver: Driver): Promise<void> {
  // Limits that are never reached: what shipments claim of them is counted, and verified, all the same.
  const operations = { capacity: { orders_per_day: 1_000_000, units_per_hour: 1_000_000 } };
  for (const [index, node] of NODES.entries()) await driver.put(`/v1/nodes/${node}`, { name: node, priority: index, ...(index < 2 ? { operations } : {}) });
  await driver.put("/v1/channels/web", { name: "Web", currency: "EUR", when_unavailable: "refuse", auto_release: true });
  await driver.put("/v1/channels/wait", { name: "Wait", currency: "EUR", when_unavailable: "backorder", auto_release: true });
  await driver.put("/v1/channels/desk", { name: "Desk", currency: "EUR", when_unavailable: "refuse" });
}

export interface ShopSize {
  /** The stock of each quiet item; the last one keeps 5 units back. */
  readonly quietStocks: readonly number[];
  /** Buyers of quiet items for each unit there is to sell; a few come on top. */
  readonly crowd: number;
  readonly hotStock: number;
}

/** Brings in a round's items and their stock; every receipt is a call of the history like any other. */
export async function openShop(driver: Driver, name: string, seed: number, { quietStocks, crowd, hotStock }: ShopSize): Promise<Shop> {
  const random = new Random(seed);
  const quiet = quietStocks.map((stock, index): QuietItem => {
    const safety = index === quietStocks.length - 1 ? Math.min(5, stock) : 0;
    return { sku: `${name}-QUIET-${index}`, stock, safety, buyers: Math.ceil((stock - safety) * crowd) + 20 };
  });
  const hot = ["A", "B", "C"].map((letter) => `${name}-HOT-${letter}`);
  const deep = `${name}-DEEP`;
  for (const { sku, safety } of quiet) await driver.put(`/v1/items/${sku}`, { name: sku, safety_stock: safety });
  for (const sku of [...hot, deep]) await driver.put(`/v1/items/${sku}`, { name: sku, backorder: true });
  const receive = (sku: string, node: string, quantity: number): Promise<unknown> =>
    driver.perform({ kind: "receive", sku, node, quantity }, { key: `${name}/open/${sku}/${node}`, target: 0 });
  // A lone unit of safety stock is kept per node, so a quiet item lies at one place.
  await Promise.all([
    ...quiet.map(({ sku, stock }) => receive(sku, random.pick(NODES), stock)),
    ...hot.flatMap((sku) => NODES.slice(0, 2).map((node) => receive(sku, node, hotStock))),
    ...NODES.map((node) => receive(deep, node, 100_000)),
  ]);
  return { name, seed, quiet, hot, deep };
}
