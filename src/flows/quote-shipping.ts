import { type GivenQuantity, isKitItem, type Item, readQuantity } from "../domain/catalog/index.ts";
import { accept, type FieldError, type Outcome } from "../domain/kernel/index.ts";
import { refuseFields } from "../domain/order/index.ts";
import { type ExchangeRates, type PackingPort, type Place, type Quote, type QuotedGoods, quoteServices } from "../domain/shipping/index.ts";
import type { Store, Transaction } from "./ports.ts";

export interface QuestionOfShipping {
  readonly node: string;
  readonly to: Place;
  readonly goods: readonly { readonly sku: string; readonly quantity: GivenQuantity }[];
}

export interface ShippingQuotes {
  readonly quotes: readonly Quote[];
  readonly exchangeRates: ExchangeRates | null;
}

/** What each carrier's service asks for goods from a node to a place, by the facts that hold now. Kits go as what they consist of. */
export function quoteShipping(store: Store, tenantId: number, question: QuestionOfShipping, now: number, pack: PackingPort): Promise<Outcome<ShippingQuotes>> {
  return store.transact(tenantId, async (tx) => {
    const [facts, nodes, items] = [await tx.loadShippingFacts(now), await tx.loadNodes(now), await itemsOf(tx, question, now)];
    const node = nodes.find(({ code }) => code === question.node);
    const errors: FieldError[] = node ? [] : [{ pointer: "/node", code: "UNKNOWN_NODE", detail: `There is no node "${question.node}".` }];
    const goods = question.goods.flatMap(({ sku, quantity }, index): readonly QuotedGoods[] => {
      const item = items.get(sku);
      const read = item && readQuantity(item, quantity, "positive");
      if (!item) errors.push({ pointer: `/goods/${index}/sku`, code: "UNKNOWN_ITEM", detail: `There is no item with SKU "${sku}".` });
      else if (read && !read.ok) errors.push({ pointer: `/goods/${index}/${read.refusal.code === "UNKNOWN_UNIT" ? "unit" : "quantity"}`, code: read.refusal.code, detail: read.refusal.detail });
      return item && read?.ok ? shippedAs(item, read.value, items) : [];
    });
    if (!node || errors.length > 0) return refuseFields(errors);
    const quotes = quoteServices(facts, { code: node.code, country: node.address["country"] ?? null, services: node.operations.services }, question.to, goods, pack);
    return accept({ quotes, exchangeRates: facts.exchangeRates });
  });
}

async function itemsOf(tx: Transaction, { goods }: QuestionOfShipping, now: number): Promise<ReadonlyMap<string, Item>> {
  const named = await tx.loadItemsBySku([...new Set(goods.map(({ sku }) => sku))], now);
  const parts = await tx.loadItemsBySku([...new Set(named.flatMap(({ components }) => (components ?? []).map(({ sku }) => sku)))], now);
  return new Map([...parts, ...named].map((item) => [item.sku, item]));
}

function shippedAs(item: Item, quantity: number, items: ReadonlyMap<string, Item>): readonly QuotedGoods[] {
  if (!isKitItem(item)) return [{ item, quantity }];
  return (item.components ?? []).flatMap((part) => {
    const component = items.get(part.sku);
    return component ? [{ item: component, quantity: quantity * part.quantity }] : [];
  });
}
