import type { FieldError, Instant } from "../kernel/index.ts";
import { checkDutyRates, checkTerritory } from "./customs.ts";
import { overlappingLanes } from "./lanes.ts";
import type { Calendar, CarrierService, CustomsTerritory, DutyRates, ExchangeRates, ExportRestriction, Lane, PackageType, RateCard, ShippingFacts } from "./types.ts";

/** One fact about shipping. Services are named "carrier/service", duty rates by their destination; there is one set of exchange rates. */
export type ShippingFact =
  | { readonly kind: "calendar"; readonly code: string; readonly document: Calendar }
  | { readonly kind: "carrier_service"; readonly code: string; readonly document: CarrierService }
  | { readonly kind: "rate_card"; readonly code: string; readonly document: RateCard }
  | { readonly kind: "package_type"; readonly code: string; readonly document: PackageType }
  | { readonly kind: "exchange_rates"; readonly code: string; readonly document: ExchangeRates }
  | { readonly kind: "customs_territory"; readonly code: string; readonly document: CustomsTerritory }
  | { readonly kind: "duty_rates"; readonly code: string; readonly document: DutyRates }
  | { readonly kind: "export_restriction"; readonly code: string; readonly document: ExportRestriction };
export type ShippingFactKind = ShippingFact["kind"];

export const EXCHANGE_RATES_CODE = "exchange-rates";
export const serviceKey = (carrier: string, service: string): string => `${carrier}/${service}`;

/** What people call a kind of fact. */
export const SHIPPING_FACT_NAMES: Readonly<Record<ShippingFactKind, string>> = {
  calendar: "calendar", carrier_service: "carrier service", rate_card: "rate card", package_type: "package type", exchange_rates: "set of exchange rates",
  customs_territory: "customs territory", duty_rates: "set of duty rates", export_restriction: "export restriction",
};

export interface DatedShippingFact {
  readonly fact: ShippingFact;
  readonly validFrom: Instant;
  readonly validTo: Instant | null;
}

/** A version that begins, or, ended, the end of whatever held or was to hold from then on. */
export interface ShippingFactChange {
  readonly fact: ShippingFact;
  readonly validFrom: Instant;
  readonly ended: boolean;
}

/** Facts of one time as decisions read them. They come by their beginning: of two rate cards of a service the one that began last counts. */
export function shippingFactsOf(facts: readonly ShippingFact[]): ShippingFacts {
  const calendars = new Map<string, Calendar>();
  const services = new Map<string, CarrierService>();
  const rateCards = new Map<string, RateCard>();
  const packageTypes: PackageType[] = [];
  const territories = new Map<string, string>();
  const dutyRates = new Map<string, DutyRates>();
  const restrictions: ExportRestriction[] = [];
  let exchangeRates: ExchangeRates | null = null;
  for (const { kind, code, document } of facts) {
    if (kind === "calendar") calendars.set(code, document);
    else if (kind === "carrier_service") services.set(code, document);
    else if (kind === "rate_card") rateCards.set(serviceKey(document.carrier, document.service), document);
    else if (kind === "package_type") packageTypes.push(document);
    else if (kind === "exchange_rates") exchangeRates = document;
    else if (kind === "customs_territory") for (const country of document.countries) territories.set(country, code);
    else if (kind === "duty_rates") dutyRates.set(code, document);
    else restrictions.push(document);
  }
  return {
    calendars, services, rateCards, packageTypes: packageTypes.sort(byCode), exchangeRates, customs: { territories, dutyRates, restrictions: restrictions.sort(byCode) },
  };
}

const byCode = (a: { readonly code: string }, b: { readonly code: string }): number => (a.code < b.code ? -1 : 1);

/** What a fact says that does not go with the others, as every field that is wrong. */
export function checkShippingFact(fact: ShippingFact, known: ShippingFacts, isCountry: (code: string) => boolean): FieldError[] {
  if (fact.kind === "carrier_service") return checkService(fact.document, fact.code, known);
  if (fact.kind === "customs_territory") return checkTerritory(fact.document, known.customs, isCountry);
  if (fact.kind === "duty_rates") return checkDutyRates(fact.document, known.customs, isCountry);
  return fact.kind === "rate_card" ? checkCard(fact.document, known) : [];
}

function checkService(service: CarrierService, key: string, known: ShippingFacts): FieldError[] {
  const errors: FieldError[] = [];
  const { calendar, lanes } = service;
  if (calendar !== null && !known.calendars.has(calendar)) errors.push({ pointer: "/calendar", code: "UNKNOWN_CALENDAR", detail: `There is no calendar "${calendar}".` });
  for (const { first, second, place } of overlappingLanes(service)) {
    const detail = `Lane ${second} (${spokenLane(lanes[second])}) and lane ${first} (${spokenLane(lanes[first])}) are equally particular, and both go to ${place}.`;
    errors.push({ pointer: `/lanes/${second}`, code: "LANES_OVERLAP", detail });
  }
  const card = known.rateCards.get(key);
  if (card) for (const index of unpriced(service, card)) {
    errors.push({ pointer: `/lanes/${index}/zone`, code: "ZONE_UNPRICED", detail: `Rate card ${card.code} has no cells for zone "${lanes[index]?.zone}"; save it with them first.` });
  }
  return errors;
}

function checkCard(card: RateCard, known: ShippingFacts): FieldError[] {
  const service = known.services.get(serviceKey(card.carrier, card.service));
  if (!service) return [{ pointer: "/service", code: "UNKNOWN_SERVICE", detail: `There is no service "${card.service}" of carrier "${card.carrier}".` }];
  return unpriced(service, card).map((index): FieldError => ({
    pointer: "/zones", code: "ZONE_UNPRICED", detail: `Zone "${service.lanes[index]?.zone}" of ${card.carrier} ${card.service} has no cells here; lane ${index} (${spokenLane(service.lanes[index])}) leads there.`,
  }));
}

/** Places of the first lane to each zone that a card has no cells for. */
function unpriced({ lanes }: CarrierService, { zones }: RateCard): number[] {
  const seen = new Set<string>();
  return lanes.flatMap(({ zone }, index) => {
    if (seen.has(zone)) return [];
    seen.add(zone);
    return Object.hasOwn(zones, zone) && (zones[zone]?.length ?? 0) > 0 ? [] : [index];
  });
}

function spokenLane(lane: Lane | undefined): string {
  if (!lane) return "";
  const from = lane.fromNodes ?? lane.fromCountries ?? ["everywhere"];
  return `from ${from.slice(0, 3).join(", ")}${from.length > 3 ? ", …" : ""} to ${lane.toCountry} ${(lane.toPostcodes ?? []).slice(0, 3).map((range) => `${range.from}-${range.to}`).join(", ")}`.trim();
}

/** What still names a calendar, a service or a customs territory, in words: it cannot be deleted before. */
export function namersOf(kind: ShippingFactKind, code: string, facts: readonly ShippingFact[]): string[] {
  const names = (other: ShippingFact): boolean => (kind === "calendar" && other.kind === "carrier_service" && other.document.calendar === code)
    || (kind === "carrier_service" && other.kind === "rate_card" && serviceKey(other.document.carrier, other.document.service) === code)
    || (kind === "customs_territory" && other.kind === "duty_rates" && other.code === code);
  return [...new Set(facts.filter(names).map((other) => `${SHIPPING_FACT_NAMES[other.kind]} ${other.code}`))];
}
