import { choosePrice, countedQuantity, type Item, priceSentence } from "../domain/catalog/index.ts";
import type { FieldError } from "../domain/kernel/index.ts";
import { type CaptureCommand, type CaptureLine, checkCapture, type DiscountLimit, discountDraft } from "../domain/order/index.ts";
import { availabilityOf } from "./availability.ts";
import type { DraftDocument, DraftLine, DraftQuote, QuotedLine } from "./draft-types.ts";
import { baseless } from "./list-prices.ts";
import { loadItemsWithComponents } from "./load-items.ts";
import type { Ambient, PriceLookup, Store, Transaction } from "./ports.ts";
import type { Queries } from "./queries.ts";

export interface QuoteDeps { readonly store: Store; readonly queries: Pick<Queries, "availabilityFacts">; readonly ambient: Ambient }

interface PricedLine { readonly quoted: QuotedLine; readonly errors: readonly FieldError[] }

/** What a draft costs as things are now, how many there are of everything, and all that keeps it from being placed. */
export async function quoteDraft({ store, queries, ambient }: QuoteDeps, tenantId: number, draft: DraftDocument, limit: DiscountLimit): Promise<DraftQuote> {
  const now = ambient.now();
  const skus = [...new Set(draft.lines.map(({ sku }) => sku))];
  const [priced, stock] = await Promise.all([
    store.transact(tenantId, (tx) => priceLines(tx, draft, ambient, now)),
    skus.length === 0 ? null : queries.availabilityFacts(tenantId, { skus, at: now, now, channel: draft.channel }),
  ]);
  const { currency, lines } = priced;
  const discounts = discountDraft({ lines: lines.map(({ quoted }, index) => ({ grossMinor: quoted.gross_minor, percent: draft.lines[index]?.discount_percent ?? null })), percent: draft.discount_percent }, limit);
  const isPriced = lines.length > 0 && lines.every(({ quoted }) => quoted.gross_minor !== null);
  const lineDiscounts = discounts.lines.reduce((sum, line) => sum + (line?.discountMinor ?? 0), 0);
  return {
    currency, goods_minor: discounts.goodsMinor, discount_minor: lineDiscounts + discounts.orderDiscountMinor, shipping_minor: draft.shipping_minor,
    total_minor: isPriced ? discounts.goodsMinor - discounts.orderDiscountMinor + draft.shipping_minor : null, discount_limit: limit.percent,
    lines: lines.map(({ quoted }, index): QuotedLine => {
      const [item, its] = [stock?.items.get(draft.lines[index]?.sku ?? ""), discounts.lines[index]];
      const view = item && stock ? availabilityOf(item, null, stock) : null;
      const best = view?.nodes.filter(({ eligible }) => eligible).toSorted((a, b) => b.atp - a.atp)[0];
      return {
        ...quoted, discount_minor: its?.discountMinor ?? null, total_minor: its?.totalMinor ?? null, atp: view?.network.atp ?? null, best_node: best && best.atp > 0 ? { node: best.node, atp: best.atp } : null,
      };
    }),
    problems: [...priced.errors, ...lines.flatMap(({ errors }) => errors), ...discounts.errors, ...missing(draft)],
  };
}

/** What an order taken down on the phone needs beyond what every order does. */
function missing({ customer, ship_to: shipTo, lines, channel }: DraftDocument): FieldError[] {
  const errors: FieldError[] = [];
  const need = (given: boolean, pointer: string, detail: string): void => void (given || errors.push({ pointer, code: "INVALID_FIELD", detail }));
  need(channel !== "", "/channel", "Say which channel the order is taken for: its prices hold.");
  need(lines.length > 0, "/lines", "Add what is ordered.");
  need(customer.name !== null, "/customer/name", "Ask for the customer's name.");
  need(customer.id !== null || customer.email !== null || customer.phone !== null, "/customer/email", "Ask for an e-mail address or a phone number: without one the customer is neither told anything nor known again.");
  need(Boolean(shipTo?.street), "/ship_to/street", "Ask for the street.");
  need(Boolean(shipTo?.city), "/ship_to/city", "Ask for the town.");
  need(Boolean(shipTo?.country), "/ship_to/country", "Ask for the country.");
  return errors;
}

async function priceLines(tx: Transaction, draft: DraftDocument, ambient: Ambient, now: number): Promise<{ currency: string | null; lines: PricedLine[]; errors: FieldError[] }> {
  const [channels, items] = await Promise.all([tx.loadChannels(now), loadItemsWithComponents(tx, draft.lines.map(({ sku }) => sku), now)]);
  const channel = channels.find(({ code }) => code === draft.channel);
  if (!channel) {
    const errors: FieldError[] = draft.channel === "" ? [] : [{ pointer: "/channel", code: "UNKNOWN_CHANNEL", detail: `There is no channel "${draft.channel}".` }];
    return { currency: null, lines: draft.lines.map(() => ({ quoted: NOTHING, errors: [] })), errors };
  }
  const bySku = new Map(items.map((item) => [item.sku, item]));
  const lookups = draft.lines.map((line) => lookupOf(draft, line, bySku.get(line.sku), channel.currency, now));
  const found = await tx.findPrices(lookups.filter((one) => one !== null));
  let next = 0;
  const lines = draft.lines.map((line, index): PricedLine => {
    const [lookup, item] = [lookups[index] ?? null, bySku.get(line.sku)];
    const listed = lookup === null ? null : choosePrice(found[next++] ?? [], lookup);
    const command = { ...commandOf(draft, channel.currency), lines: [lineOf({ ...line, unit_price: listed?.unitPrice ?? line.unit_price })] };
    const checked = checkCapture(command, { channel, item: (sku) => bySku.get(sku), nodeExists: () => false, now, places: null }, ambient.newId(), 0);
    const counted = item && countedQuantity(item, line.quantity, line.unit);
    // Of what is no quantity nobody can say the price: one mistake is told once.
    const pointer = counted?.ok === false ? `/lines/${index}/${counted.refusal.code === "UNKNOWN_UNIT" ? "unit" : "quantity"}` : null;
    const errors = counted?.ok === false && pointer !== null ? [{ pointer, code: counted.refusal.code, detail: counted.refusal.detail }] : (checked.ok ? [] : checked.refusal.errors ?? []).filter(({ pointer }) => pointer.startsWith("/lines/")).map((error) => ({ ...error, pointer: error.pointer.replace(/^\/lines\/0/, `/lines/${index}`) }));
    const document = checked.ok ? checked.value.order.lines[0]?.document : undefined;
    return {
      errors,
      quoted: {
        ...NOTHING, name: item?.name ?? null, base_unit: item?.baseUnit ?? null, quantity_scale: item?.quantityScale ?? 0, units: item?.units.map(({ name }) => name) ?? [], unit_price: document?.unit_price ?? listed?.unitPrice ?? null,
        price_list: listed?.price.list.code ?? null, price_reason: listed && item ? priceSentence(listed.price, item) : null, gross_minor: document?.total_minor ?? null,
      },
    };
  });
  return { currency: channel.currency, lines, errors: [] };
}

const NOTHING: QuotedLine = { name: null, base_unit: null, quantity_scale: 0, units: [], unit_price: null, price_list: null, price_reason: null, gross_minor: null, discount_minor: null, total_minor: null, atp: null, best_node: null };

function lookupOf({ channel, customer, tax_included: taxIncluded }: DraftDocument, line: DraftLine, item: Item | undefined, currency: string, now: number): PriceLookup | null {
  const counted = item && countedQuantity(item, line.quantity, line.unit);
  if (!item || !counted?.ok) return null;
  return { itemId: item.id, channel, customerClass: customer.class, currency, taxIncluded, at: now, unit: baseless(item, line.unit), unitFactor: counted.value.factor, quantity: counted.value.quantity };
}

const lineOf = ({ sku, quantity, unit, unit_price: unitPrice }: DraftLine): CaptureLine =>
  ({ sku, quantity, unit, unitPrice, discountMinor: 0, taxMinor: 0, totalMinor: null, externalId: null, node: null });

const commandOf = (draft: DraftDocument, currency: string): CaptureCommand => ({
  idempotencyKey: null, bodyHash: "", channel: draft.channel, externalId: "", currency, placedAt: null, lines: [],
  totals: { totalMinor: null, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: draft.tax_included }, payment: { state: "paid", payments: [] }, risk: null, requestedHolds: [],
  contact: {}, destination: null, claimId: null, attributes: {},
});
