import { choosePrice, countedQuantity, priceSentence, rankPrices, spokenIn } from "../domain/catalog/index.ts";
import { accept, type FieldError, type Outcome, parsePublicId } from "../domain/kernel/index.ts";
import { refuseFields } from "../domain/order/index.ts";
import { baseless } from "./list-prices.ts";
import type { ChannelView, ItemView, PriceView, Queries } from "./queries.ts";

export interface PriceRequest {
  readonly channel: string;
  readonly customerClass: string | null;
  readonly taxIncluded: boolean;
  readonly sku: string;
  /** Decimal text in the unit; null for the base unit. */
  readonly quantity: string;
  readonly unit: string | null;
  readonly at: number;
}

/** What an ordered unit costs, why, and every price that applies, the one that counts first. */
export interface PriceAnswer {
  readonly at: string;
  readonly currency: string;
  readonly tax_included: boolean;
  /** Null where no list has a price. */
  readonly unit_price: string | null;
  readonly price_list: string | null;
  readonly reason: string;
  readonly prices: readonly (PriceView & { readonly price_list: string })[];
}

const SHOWN_MAX = 50;

export async function explainPrice(queries: Pick<Queries, "listItems" | "listChannels" | "findPrices">, tenantId: number, request: PriceRequest, now: number): Promise<Outcome<PriceAnswer>> {
  const only = (code: string): { code: string; after: null; limit: number } => ({ code, after: null, limit: 1 });
  const [items, channels] = await Promise.all([queries.listItems(tenantId, only(request.sku), now), queries.listChannels(tenantId, only(request.channel), now)]);
  const [item, channel] = [items.rows[0], channels.rows[0]];
  const errors: FieldError[] = [];
  if (!channel) errors.push({ pointer: "/query/channel", code: "UNKNOWN_CHANNEL", detail: `There is no channel "${request.channel}".` });
  if (!item) errors.push({ pointer: "/query/sku", code: "UNKNOWN_ITEM", detail: `There is no item with SKU "${request.sku}".` });
  if (!item || !channel) return refuseFields(errors);
  return explain(queries, tenantId, request, item, channel);
}

async function explain(queries: Pick<Queries, "findPrices">, tenantId: number, request: PriceRequest, item: ItemView, { code, currency }: ChannelView): Promise<Outcome<PriceAnswer>> {
  const facts = { sku: item.sku, quantityScale: item.quantity_scale, baseUnit: item.base_unit, units: item.units };
  const counted = countedQuantity(facts, request.quantity, request.unit);
  if (!counted.ok) {
    const pointer = counted.refusal.code === "UNKNOWN_UNIT" ? "/query/unit" : "/query/quantity";
    return refuseFields([{ pointer, code: counted.refusal.code, detail: counted.refusal.detail }]);
  }
  const question = {
    itemId: parsePublicId("item", item.id) ?? "", channel: code, customerClass: request.customerClass, currency, taxIncluded: request.taxIncluded, at: request.at,
    unit: baseless(facts, request.unit), unitFactor: counted.value.factor, quantity: counted.value.quantity,
  };
  const found = await queries.findPrices(tenantId, question);
  const applied = choosePrice(found, question);
  const factorOf = (unit: string | null): number => item.units.find(({ name }) => name === unit)?.factor ?? 1;
  return accept({
    at: new Date(request.at).toISOString(), currency, tax_included: request.taxIncluded, unit_price: applied?.unitPrice ?? null, price_list: applied?.price.list.code ?? null,
    reason: applied ? priceSentence(applied.price, facts) : `No list with prices in ${currency} ${request.taxIncluded ? "including" : "without"} tax has one for this.`,
    prices: rankPrices(found, question).slice(0, SHOWN_MAX).map(({ list, unit, minimumQuantity, unitPrice, validFrom, validTo }) => ({
      price_list: list.code, sku: item.sku, unit, minimum_quantity: spokenIn(facts, minimumQuantity, factorOf(unit)), unit_price: unitPrice,
      valid_from: new Date(validFrom).toISOString(), valid_to: validTo === null ? null : new Date(validTo).toISOString(),
    })),
  });
}
