import { z } from "zod";
import { compactPostcode, type Outcome } from "../../domain/kernel/index.ts";
import type { Quote } from "../../domain/shipping/index.ts";
import type { QuestionOfShipping, ShippingQuotes } from "../../flows/quote-shipping.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused } from "./problem.ts";
import { operation } from "./route.ts";
import { given } from "./routes/stock.ts";
import { codeText, countryCode, decimal, skuText, text } from "./schemas/fields.ts";
import { amountText, shippingQuotes } from "./schemas/shipping-views.ts";

export interface ShippingQuoteDeps {
  readonly quote: (tenantId: number, question: QuestionOfShipping) => Promise<Outcome<ShippingQuotes>>;
}

const body = z.strictObject({
  node: codeText, destination: z.strictObject({ country: countryCode, region: text(100).optional(), postcode: text(20).optional() }),
  goods: z.array(z.strictObject({ sku: skuText, quantity: decimal, unit: text(50).optional() })).min(1).max(500),
});

/** What each service asks for goods, so that lanes, cards and packages can be checked by eye: for AppDeps.extraRoutes. */
export const shippingQuoteRoutes = ({ quote }: ShippingQuoteDeps) => (app: App): void => {
  app.post("/v1/shipping-quotes", operation({
    id: "quoteShipping", tag: "shipping", scope: "catalogue:read", summary: "Read what each carrier's service asks for goods from a node to a place, and why",
    description: "Nothing is kept. Each service tells its lane, the parcels the goods become, the label's price with its surcharges in the rate card's currency, and label and packaging together in the base currency; or, under missing, the cell, lane or rate that is not there. base_price is null where the currency has no exchange rate.",
  }, { body }, { 200: shippingQuotes }), async (request) => {
    const { node, destination: { country, region, postcode }, goods } = request.body;
    const to = { country, region: region ?? null, postcode: postcode === undefined ? null : compactPostcode(postcode) };
    const answer = await quote(callerOf(request).tenantId, { node, to, goods: goods.map((one) => ({ sku: one.sku, quantity: given(one) })) });
    if (!answer.ok) throw new Refused(answer.refusal);
    return { base: answer.value.exchangeRates?.base ?? null, quotes: answer.value.quotes.map(view) };
  });
};

const view = ({ service, lane, card, parcels, price, baseMicros, missing }: Quote): object => ({
  carrier: service.carrier, service: service.code, name: service.name, level: service.level, zone: lane?.zone ?? null, transit_days: lane?.transitDays ?? null, rate_card: card?.code ?? null,
  currency: card?.currency ?? null, price: price && amountText(price.micros), surcharges: (price?.surcharges ?? []).map(({ code, micros }) => ({ code, amount: amountText(micros) })),
  parcels: parcels.map(({ packageType, grams, edgesMm, packagingMicros }) => ({ package_type: packageType, grams, edges_mm: edgesMm, packaging: amountText(packagingMicros) })),
  base_price: baseMicros === null ? null : amountText(baseMicros), missing,
});
