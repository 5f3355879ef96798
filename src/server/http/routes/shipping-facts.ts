import { z } from "zod";
import { EXCHANGE_RATES_CODE, serviceKey, SHIPPING_FACT_NAMES, type ShippingFact, type ShippingFactKind } from "../../../domain/shipping/index.ts";
import type { ShippingFactCommand } from "../../../flows/save-shipping-facts.ts";
import type { StoredShippingFact } from "../../../flows/shipping-queries.ts";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { headOf, listOf, notFound, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { codeText, cursor, EXPECTED, limit } from "../schemas/fields.ts";
import {
  calendar, carrierService, endedShippingFact, exchangeRates, packageType, rateCard, savedShippingFact, viewCalendar, viewExchangeRates, viewPackageType, viewRateCard, viewService,
} from "../schemas/shipping-views.ts";
import { viewCustoms } from "../schemas/customs-views.ts";
import { page } from "../schemas/views.ts";
import {
  calendarBody, calendarOf, exchangeRatesBody, exchangeRatesOf, packageTypeBody, packageTypeOf, partText, rateCardBody, rateCardOf, serviceBody, serviceOf,
} from "../shipping-bodies.ts";

export const params = z.object({ code: codeText });
const serviceParams = z.object({ carrier: partText, service: partText });
export const listQuery = z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) });
type ListQuery = z.infer<typeof listQuery>;
type Request = Parameters<typeof headOf>[0];
type Reply = Parameters<typeof sendAnswer>[1];

export const write = { tag: "shipping", scope: "catalogue:write" } as const;
export const read = { tag: "shipping", scope: "catalogue:read" } as const;
export const saved = { 200: savedShippingFact, 201: savedShippingFact };
export const ended = { 200: endedShippingFact };
export const DATED = "It says the whole thing, and holds from valid_from on, or from now; what held before stays readable at its own time. The same once more changes nothing.";
export const ENDS = "It ends now, with every change announced of it; what was decided by it stays as it was.";

/** What it costs and how long it takes to get goods to customers: calendars, carriers' services, rate cards, package types, exchange rates. */
export function shippingFactRoutes(app: App, deps: AppDeps): void {
  const kept = keeping(deps);
  calendarRoutes(app, kept);
  serviceRoutes(app, kept);
  rateCardRoutes(app, kept);
  packageTypeRoutes(app, kept);
  exchangeRateRoutes(app, kept);
}

export interface Kept {
  save(request: Request, reply: Reply, fact: ShippingFact, validFrom: number | undefined, expectedFrom?: number | null): Promise<Reply>;
  end(request: Request, reply: Reply, kind: ShippingFactKind, code: string): Promise<Reply>;
  list(request: Request, query: ListQuery, kind: ShippingFactKind): Promise<ReturnType<typeof listOf>>;
  one(request: Request, kind: ShippingFactKind, code: string): Promise<object>;
}

export function keeping(deps: AppDeps): Kept {
  const told = async (request: Request, reply: Reply, command: ShippingFactCommand): Promise<Reply> =>
    sendAnswer(request, reply, await deps.flows.shippingFacts(callerOf(request).tenantId, command));
  return {
    save: (request, reply, fact, validFrom, expectedFrom) => told(request, reply, { ...headOf(request), action: "save", fact, validFrom: validFrom ?? null, expectedFrom }),
    end: (request, reply, kind, code) => told(request, reply, { ...headOf(request), action: "end", kind, code }),
    async list(request, query, kind) {
      const { rows, next } = await deps.queries.listShippingFacts(callerOf(request).tenantId, kind, { code: null, limit: Number(query.limit), after: placeOf(query.cursor, [PART.text]) }, deps.now());
      return listOf({ rows: rows.map(view), next });
    },
    async one(request, kind, code) {
      const [found] = (await deps.queries.listShippingFacts(callerOf(request).tenantId, kind, { code, limit: 1, after: null }, deps.now())).rows;
      if (!found) throw notFound(kind === "exchange_rates" ? SHIPPING_FACT_NAMES[kind] : `${SHIPPING_FACT_NAMES[kind]} "${code}"`);
      return view(found);
    },
  };
}

function view({ fact, valid_from }: StoredShippingFact): object {
  if (fact.kind === "calendar") return viewCalendar(fact.document, valid_from);
  if (fact.kind === "carrier_service") return viewService(fact.document, valid_from);
  if (fact.kind === "rate_card") return viewRateCard(fact.document, valid_from);
  if (fact.kind === "package_type") return viewPackageType(fact.document, valid_from);
  return fact.kind === "exchange_rates" ? viewExchangeRates(fact.document, valid_from) : viewCustoms(fact, valid_from);
}

function calendarRoutes(app: App, { save, end, list, one }: Kept): void {
  app.put("/v1/calendars/:code", operation({
    ...write, id: "putCalendar", summary: "Create or change a calendar", description: `When something is open, in the local time of whoever uses it: spans of each weekday, and days that differ. A day without spans is closed; 24:00 is the end of a day. ${DATED} ${EXPECTED}`,
  }, { params, body: calendarBody }, saved), (request, reply) =>
    save(request, reply, { kind: "calendar", code: request.params.code, document: calendarOf(request.params.code, request.body) }, request.body.valid_from, request.body.expected_valid_from));
  app.get("/v1/calendars", operation({ ...read, id: "listCalendars", summary: "List calendars by code" }, { querystring: listQuery }, { 200: page(calendar) }), (request) => list(request, request.query, "calendar"));
  app.get("/v1/calendars/:code", operation({ ...read, id: "getCalendar", summary: "Read a calendar" }, { params }, { 200: calendar }), (request) => one(request, "calendar", request.params.code));
  app.delete("/v1/calendars/:code", operation({ ...write, id: "deleteCalendar", summary: "End a calendar", description: `Refused while a carrier's service, a node or a channel's deadlines name it. ${ENDS}` }, { params }, ended), (request, reply) =>
    end(request, reply, "calendar", request.params.code));
}

function serviceRoutes(app: App, { save, end, list, one }: Kept): void {
  const path = "/v1/carriers/:carrier/services/:service";
  app.put(path, operation({
    ...write, id: "putCarrierService", summary: "Create or change a carrier's service",
    description: `Its lanes say from where to where it goes, at which zone's price and in how many of its days. Of lanes that fit, one from named nodes comes before one from countries, that before one from everywhere; of equals one with postcodes before one of the whole country. Postcodes are compared as text of the shorter's length. dimensional_divisor: cubic centimetres that count as one kilogram. incoterm: who pays duty, where it is not as the channel says. stores_only: it takes what is collected at stores there, and nothing to customers. ${DATED}`,
  }, { params: serviceParams, body: serviceBody }, saved), (request, reply) => {
    const { carrier, service } = request.params;
    return save(request, reply, { kind: "carrier_service", code: serviceKey(carrier, service), document: serviceOf(carrier, service, request.body) }, request.body.valid_from);
  });
  app.get("/v1/carrier-services", operation({ ...read, id: "listCarrierServices", summary: "List carriers' services by carrier and code" }, { querystring: listQuery }, { 200: page(carrierService) }), (request) =>
    list(request, request.query, "carrier_service"));
  app.get(path, operation({ ...read, id: "getCarrierService", summary: "Read a carrier's service" }, { params: serviceParams }, { 200: carrierService }), (request) =>
    one(request, "carrier_service", serviceKey(request.params.carrier, request.params.service)));
  app.delete(path, operation({ ...write, id: "deleteCarrierService", summary: "End a carrier's service", description: `Refused while a rate card or a node names it. ${ENDS}` }, { params: serviceParams }, ended), (request, reply) =>
    end(request, reply, "carrier_service", serviceKey(request.params.carrier, request.params.service)));
}

function rateCardRoutes(app: App, { save, end, list, one }: Kept): void {
  app.put("/v1/rate-cards/:code", operation({
    ...write, id: "putRateCard", summary: "Create or change a rate card",
    description: `What a carrier's service charges for a parcel, by zone and weight: the first cell whose up_to_grams is not below the billed weight counts, with per_kilogram for each started kilogram above the cell before it. Every zone that a lane of the service leads to needs cells. Surcharges are added where all their conditions hold: an amount, a percentage of the price before surcharges, or an amount for each started kilogram. Of two cards of a service the one that became valid last counts. ${DATED}`,
  }, { params, body: rateCardBody }, saved), (request, reply) =>
    save(request, reply, { kind: "rate_card", code: request.params.code, document: rateCardOf(request.params.code, request.body) }, request.body.valid_from));
  app.get("/v1/rate-cards", operation({ ...read, id: "listRateCards", summary: "List rate cards by code" }, { querystring: listQuery }, { 200: page(rateCard) }), (request) => list(request, request.query, "rate_card"));
  app.get("/v1/rate-cards/:code", operation({ ...read, id: "getRateCard", summary: "Read a rate card" }, { params }, { 200: rateCard }), (request) => one(request, "rate_card", request.params.code));
  app.delete("/v1/rate-cards/:code", operation({ ...write, id: "deleteRateCard", summary: "End a rate card", description: ENDS }, { params }, ended), (request, reply) => end(request, reply, "rate_card", request.params.code));
}

function packageTypeRoutes(app: App, { save, end, list, one }: Kept): void {
  app.put("/v1/package-types/:code", operation({
    ...write, id: "putPackageType", summary: "Create or change a package type", description: `A box or bag that goods are packed in: its inner edges, what it weighs empty, the heaviest contents, and what it costs in the base currency of the exchange rates. ${DATED}`,
  }, { params, body: packageTypeBody }, saved), (request, reply) =>
    save(request, reply, { kind: "package_type", code: request.params.code, document: packageTypeOf(request.params.code, request.body) }, request.body.valid_from));
  app.get("/v1/package-types", operation({ ...read, id: "listPackageTypes", summary: "List package types by code" }, { querystring: listQuery }, { 200: page(packageType) }), (request) => list(request, request.query, "package_type"));
  app.get("/v1/package-types/:code", operation({ ...read, id: "getPackageType", summary: "Read a package type" }, { params }, { 200: packageType }), (request) => one(request, "package_type", request.params.code));
  app.delete("/v1/package-types/:code", operation({ ...write, id: "deletePackageType", summary: "End a package type", description: ENDS }, { params }, ended), (request, reply) => end(request, reply, "package_type", request.params.code));
}

function exchangeRateRoutes(app: App, { save, one }: Kept): void {
  app.put("/v1/exchange-rates", operation({
    ...write, id: "putExchangeRates", summary: "Set the base currency and what others are worth in it", description: `Costs in different currencies are compared in the base. A rate says what one unit of the currency is in units of the base. ${DATED}`,
  }, { body: exchangeRatesBody }, saved), (request, reply) =>
    save(request, reply, { kind: "exchange_rates", code: EXCHANGE_RATES_CODE, document: exchangeRatesOf(request.body) }, request.body.valid_from));
  app.get("/v1/exchange-rates", operation({ ...read, id: "getExchangeRates", summary: "Read the exchange rates" }, {}, { 200: exchangeRates }), (request) => one(request, "exchange_rates", EXCHANGE_RATES_CODE));
}
