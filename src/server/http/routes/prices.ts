import { z } from "zod";
import { explainPrice } from "../../../flows/explain-price.ts";
import type { CommandHead } from "../../../flows/ports.ts";
import type { PriceListView } from "../../../flows/queries.ts";
import type { PriceCommand } from "../../../flows/save-prices.ts";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { priceListBody, priceListOf } from "../facts.ts";
import { Refused } from "../problem.ts";
import { headOf, listOf, notFound, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { explainedPrice, price, priceList, savedFact, savedPrice } from "../schemas/fact-views.ts";
import { codeText, cursor, decimal, instant, limit, skuText, text } from "../schemas/fields.ts";
import { page } from "../schemas/views.ts";

export const priceBody = z.strictObject({
  price_list: codeText, sku: skuText, unit: text(50).optional(), minimum_quantity: decimal.optional(), unit_price: decimal, valid_from: instant.optional(), valid_to: instant.optional(),
});
const params = z.object({ code: codeText });
const paged = { cursor: cursor.optional(), limit: limit(250, 50) };
const pricesQuery = z.strictObject({ sku: skuText.optional(), at: instant.optional(), ...paged });
const priceQuery = z.strictObject({
  sku: skuText, channel: codeText, quantity: text(40).default("1"), unit: text(50).optional(), customer_class: text(100).optional(), tax_included: z.enum(["true", "false"]).optional(), at: instant.optional(),
});

/** What goods should cost: lists, their prices, and which one counts. */
export function priceRoutes(app: App, deps: AppDeps): void {
  const write = { tag: "catalogue", scope: "catalogue:write" } as const;
  app.put("/v1/price-lists/:code", operation({
    ...write, id: "putPriceList", summary: "Create a price list, or change whom it is for",
    description: "It serves the channels and the class of customers that it names, or all. Its currency and whether its prices include tax stay. A change holds at once, for orders that come from then on.",
  }, { params, body: priceListBody }, { 200: savedFact, 201: savedFact }), async (request, reply) =>
    sendAnswer(request, reply, await deps.flows.priceLists(callerOf(request).tenantId, { ...headOf(request), list: priceListOf(request.params.code, request.body) })));
  app.post("/v1/prices", operation({
    ...write, id: "savePrice", summary: "Add or change a price of a list",
    description: "What one unit costs, from a minimum quantity on (in that unit; zero without it), from valid_from (now without it) to valid_to. The same list, sku, unit, minimum_quantity and valid_from again replace the price; prices may overlap, and the one that became valid last counts. A price whose valid_to is its valid_from is withdrawn.",
  }, { body: priceBody }, { 200: savedPrice, 201: savedPrice }), async (request, reply) =>
    sendAnswer(request, reply, await deps.flows.prices(callerOf(request).tenantId, priceCommand(headOf(request), request.body))));
  readRoutes(app, deps);
}

function readRoutes(app: App, deps: AppDeps): void {
  const read = { tag: "catalogue", scope: "catalogue:read" } as const;
  const listNamed = async (tenantId: number, code: string): Promise<PriceListView> => {
    const [found] = (await deps.queries.listPriceLists(tenantId, { code, after: null, limit: 1 })).rows;
    if (!found) throw notFound(`price list "${code}"`);
    return found;
  };
  app.get("/v1/price-lists", operation({ ...read, id: "listPriceLists", summary: "List price lists by code" }, { querystring: z.strictObject(paged) }, { 200: page(priceList) }), async (request) =>
    listOf(await deps.queries.listPriceLists(callerOf(request).tenantId, { code: null, limit: Number(request.query.limit), after: placeOf(request.query.cursor, [PART.text]) })));
  app.get("/v1/price-lists/:code", operation({ ...read, id: "getPriceList", summary: "Read a price list" }, { params }, { 200: priceList }), (request) =>
    listNamed(callerOf(request).tenantId, request.params.code));
  app.get("/v1/price-lists/:code/prices", operation({
    ...read, id: "listPrices", summary: "List the prices of a list: of one item with sku, and valid at a time with at",
  }, { params, querystring: pricesQuery }, { 200: page(price) }), async (request) => {
    const { tenantId } = callerOf(request);
    const { sku, at, cursor: place } = request.query;
    const { code } = await listNamed(tenantId, request.params.code);
    const after = placeOf(place, [PART.uuid, PART.text, PART.number, PART.millis]);
    return listOf(await deps.queries.listPrices(tenantId, code, { sku: sku ?? null, at: at ?? null, limit: Number(request.query.limit), after }));
  });
  app.get("/v1/prices", operation({
    ...read, id: "getPrice", summary: "Read what an item costs on a channel, and why",
    description: "For a quantity (1 without it) at a time (now without it). The closest list counts: for the channel and the class, for the channel, for the class, for everybody; in it the highest minimum quantity that is reached, then the price that became valid last. prices names all that apply, the one that counts first.",
  }, { querystring: priceQuery }, { 200: explainedPrice }), async (request) => {
    const { sku, channel, quantity, unit, customer_class: customerClass, tax_included: taxIncluded, at } = request.query;
    const now = deps.now();
    const asked = { sku, channel, quantity, unit: unit ?? null, customerClass: customerClass ?? null, taxIncluded: taxIncluded === "true", at: at ?? now };
    const answer = await explainPrice(deps.queries, callerOf(request).tenantId, asked, now);
    if (!answer.ok) throw new Refused(answer.refusal);
    return answer.value;
  });
}

/** A price as the flow's command, whether it came alone or in bulk. */
export const priceCommand = (head: CommandHead, body: z.infer<typeof priceBody>): PriceCommand => ({
  ...head, priceList: body.price_list, sku: body.sku, unit: body.unit ?? null, minimumQuantity: body.minimum_quantity ?? "0", unitPrice: body.unit_price,
  validFrom: body.valid_from ?? null, validTo: body.valid_to ?? null,
});
