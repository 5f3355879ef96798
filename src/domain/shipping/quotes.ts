import { type Origin, laneOf } from "./lanes.ts";
import { type PackingPort, parcelsOf, type ShippedGoods } from "./parcels.ts";
import { type MissingCell, priceParcels, toBase } from "./rates.ts";
import { serviceKey } from "./facts.ts";
import type { CarrierService, Lane, Parcel, Place, RateCard, ShippingFacts } from "./types.ts";

export interface QuotedGoods extends ShippedGoods {
  readonly item: ShippedGoods["item"] & { readonly handlingClass: string };
}

/** What goods cost with one service: a price, or why there is none. */
export interface Quote {
  readonly service: CarrierService;
  readonly lane: Lane | null;
  readonly card: RateCard | null;
  readonly parcels: readonly Parcel[];
  /** Micro-units of the card's currency, surcharges included. */
  readonly price: { readonly micros: number; readonly surcharges: readonly { readonly code: string; readonly micros: number }[] } | null;
  /** Label and packaging together in micro-units of the base currency; null without a price or without a rate for its currency. */
  readonly baseMicros: number | null;
  readonly missing: { readonly kind: MissingCell["kind"] | "NOT_AT_NODE" | "NO_LANE" | "EXCHANGE_RATE_MISSING"; readonly detail: string } | null;
}

/** A node as far as carriers ask, with the services it ships with, null for all. */
export interface QuotedNode extends Origin {
  readonly services: readonly string[] | null;
}

/** Every service, by name, with what it asks for goods of one shipment from a node to a place. */
export function quoteServices(facts: ShippingFacts, node: QuotedNode, to: Place, goods: readonly QuotedGoods[], pack: PackingPort): readonly Quote[] {
  return [...facts.services].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, service]) => quoteService(facts, service, node, to, goods, pack));
}

/** What one service asks for goods of one shipment. */
export function quoteService(facts: ShippingFacts, service: CarrierService, node: QuotedNode, to: Place, goods: readonly QuotedGoods[], pack: PackingPort): Quote {
  const parcels = parcelsOf(goods, facts.packageTypes, service, pack);
  const lane = laneOf(service, node, to);
  const card = facts.rateCards.get(serviceKey(service.carrier, service.code)) ?? null;
  const none = (missing: NonNullable<Quote["missing"]>): Quote => ({ service, lane, card, parcels, price: null, baseMicros: null, missing });
  if (node.services?.includes(serviceKey(service.carrier, service.code)) === false) {
    return none({ kind: "NOT_AT_NODE", detail: `${node.code} does not ship with ${service.carrier} ${service.code}.` });
  }
  if (lane === null) {
    const place = [to.country ?? "an unknown country", to.postcode].filter(Boolean).join(" ");
    return none({ kind: "NO_LANE", detail: `${service.carrier} ${service.code} does not go from ${node.code} to ${place}: it has no such lane.` });
  }
  const handlingClasses = [...new Set(goods.map(({ item }) => item.handlingClass))];
  const priced = priceParcels(card, service, lane.zone, parcels, { toCountry: to.country, toPostcode: to.postcode, handlingClasses });
  if (!priced.ok) return none({ kind: priced.missing.kind, detail: priced.missing.detail });
  const { micros, surcharges } = priced;
  const packaging = parcels.reduce((sum, { packagingMicros }) => sum + packagingMicros, 0);
  const inBase = toBase(micros, card?.currency ?? "", facts.exchangeRates);
  const missing = inBase.ok ? null : { kind: "EXCHANGE_RATE_MISSING" as const, detail: inBase.refusal.detail };
  return { service, lane, card, parcels, price: { micros, surcharges }, baseMicros: inBase.ok ? inBase.value + packaging : null, missing };
}
