import { accept, assert, compactPostcode, type Outcome, refuse } from "../kernel/index.ts";
import { inPostcodes } from "./lanes.ts";
import type { CarrierService, ExchangeRates, Parcel, Place, RateCard, RateCell, Surcharge } from "./types.ts";

/** Why a parcel has no price: the card or a cell of it is missing, or the service does not take the parcel at all. */
export interface MissingCell {
  readonly kind: "NO_CARD" | "ZONE" | "WEIGHT" | "TOO_HEAVY" | "TOO_LONG" | "CLASS";
  readonly carrier: string;
  readonly service: string;
  readonly card: string | null;
  readonly zone: string;
  /** Billed weight for WEIGHT, else what the parcel weighs. */
  readonly grams: number;
  /** In words, to be shown as it is. */
  readonly detail: string;
}

export type ParcelPrice =
  | { readonly ok: true; readonly micros: number; readonly surcharges: readonly { readonly code: string; readonly micros: number }[] }
  | { readonly ok: false; readonly missing: MissingCell };

/** A rate card for one zone and destination, ready to be asked for many parcels. */
export interface CompiledRates {
  readonly currency: string;
  /**
   * Micro-units of the card's currency for one parcel with its surcharges, or -1 where it has no price (`missing` says
   * why). Allocates nothing.
   */
  pricePerParcel(grams: number, edgesMm: readonly [number, number, number] | null, handlingClasses: readonly string[]): number;
  missing(grams: number, edgesMm: readonly [number, number, number] | null, handlingClasses: readonly string[]): MissingCell | null;
  /** Adds what each surcharge that applies to the parcel comes to. */
  surchargesOf(grams: number, edgesMm: readonly [number, number, number] | null, handlingClasses: readonly string[], add: (code: string, micros: number) => void): void;
}

type Edges = readonly [number, number, number];
export type RatedService = Pick<CarrierService, "carrier" | "code" | "dimensionalDivisor" | "maximumGrams" | "maximumLengthMm" | "handlingClasses">;
type Destination = Pick<Place, "country" | "postcode">;

/**
 * What a rate card charges in a zone. For each parcel: billed weight = max(weight, ceil(volume / dimensional divisor));
 * the first cell whose up_to_grams is not below it; its price, and per_kilogram for each started kilogram above the cell
 * before it; then surcharges, those in percent of the price before surcharges, rounded half up, those per kilogram for
 * each started kilogram billed. A surcharge's own weight and length limits are of the parcel itself, and a length that
 * nobody knows is above none. A zone or weight without a cell has no price: nothing is a default.
 */
export function compileRates(card: RateCard, service: RatedService, zone: string, to: Destination): CompiledRates {
  const cells = card.zones[zone] ?? [];
  const surcharges = card.surcharges.filter((one) => appliesTo(one, zone, to));
  const refusal = (kind: MissingCell["kind"], grams: number, detail: string): MissingCell =>
    ({ kind, carrier: service.carrier, service: service.code, card: card.code, zone, grams, detail: `${service.carrier} ${service.code} ${detail}` });
  return {
    currency: card.currency,
    pricePerParcel(grams, edges, classes) {
      if (!takes(service, grams, edges, classes)) return -1;
      const billed = billedGrams(service, grams, edges);
      const index = cellFor(cells, billed);
      const cell = cells[index];
      if (cell === undefined) return -1;
      const price = cellPrice(cell, cells[index - 1], billed);
      let total = price;
      for (let at = 0; at < surcharges.length; at++) {
        const one = surcharges[at];
        if (one !== undefined && holds(one, grams, edges, classes)) total += surchargeMicros(one, price, billed);
      }
      return total;
    },
    missing(grams, edges, classes) {
      const unfit = whyNotTaken(service, grams, edges, classes);
      if (unfit) return refusal(unfit.kind, grams, unfit.detail);
      const billed = billedGrams(service, grams, edges);
      if (cells[cellFor(cells, billed)] !== undefined) return null;
      const last = cells.at(-1);
      const price = `has no price for zone ${zone} at ${spokenGrams(billed)}: its rate card ${card.code}`;
      return last ? refusal("WEIGHT", billed, `${price} ends at ${spokenGrams(last.upToGrams)}.`) : refusal("ZONE", billed, `${price} has no cells for that zone.`);
    },
    surchargesOf(grams, edges, classes, add) {
      const billed = billedGrams(service, grams, edges);
      const index = cellFor(cells, billed);
      const cell = cells[index];
      if (cell === undefined) return;
      const price = cellPrice(cell, cells[index - 1], billed);
      for (const one of surcharges) if (holds(one, grams, edges, classes)) add(one.code, surchargeMicros(one, price, billed));
    },
  };
}

/** What goods in parcels cost to send in a zone, surcharges added up by code; or the first parcel's missing cell. */
export function priceParcels(
  card: RateCard | null, service: RatedService, zone: string, parcels: readonly Parcel[],
  { toCountry, toPostcode, handlingClasses }: { readonly toCountry: string | null; readonly toPostcode: string | null; readonly handlingClasses: readonly string[] },
): ParcelPrice {
  if (card === null) {
    const detail = `${service.carrier} ${service.code} has no rate card.`;
    return { ok: false, missing: { kind: "NO_CARD", carrier: service.carrier, service: service.code, card: null, zone, grams: parcels[0]?.grams ?? 0, detail } };
  }
  const rates = compileRates(card, service, zone, { country: toCountry, postcode: toPostcode });
  const surcharges = new Map<string, number>();
  let micros = 0;
  for (const { grams, edgesMm } of parcels) {
    const missing = rates.missing(grams, edgesMm, handlingClasses);
    if (missing) return { ok: false, missing };
    micros += rates.pricePerParcel(grams, edgesMm, handlingClasses);
    rates.surchargesOf(grams, edgesMm, handlingClasses, (code, amount) => surcharges.set(code, (surcharges.get(code) ?? 0) + amount));
  }
  return { ok: true, micros, surcharges: [...surcharges].map(([code, amount]) => ({ code, micros: amount })) };
}

/** The heavier of what a parcel weighs and what its volume counts as, in grams. */
export function billedGrams({ dimensionalDivisor }: Pick<CarrierService, "dimensionalDivisor">, grams: number, edges: Edges | null): number {
  if (dimensionalDivisor === null || edges === null) return grams;
  return Math.max(grams, Math.ceil((edges[0] * edges[1] * edges[2]) / dimensionalDivisor));
}

/** The place of the first cell whose upToGrams is not below the weight; the number of cells where there is none. */
function cellFor(cells: readonly RateCell[], grams: number): number {
  let low = 0;
  let high = cells.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cells[middle]?.upToGrams ?? 0) < grams) low = middle + 1;
    else high = middle;
  }
  return low;
}

const startedKilograms = (grams: number): number => Math.ceil(Math.max(grams, 0) / 1000);

const cellPrice = (cell: RateCell, before: RateCell | undefined, billed: number): number =>
  cell.micros + (cell.perKilogramMicros === 0 ? 0 : cell.perKilogramMicros * startedKilograms(billed - (before?.upToGrams ?? 0)));

const BASIS_POINTS = 10_000;

function surchargeMicros({ kind, amount }: Surcharge, price: number, billed: number): number {
  if (kind === "fixed") return amount;
  if (kind === "per_kilogram") return amount * startedKilograms(billed);
  // Whole and rest apart, so that every intermediate stays an exact integer.
  const rest = price % BASIS_POINTS;
  return ((price - rest) / BASIS_POINTS) * amount + Math.floor((rest * amount + BASIS_POINTS / 2) / BASIS_POINTS);
}

function appliesTo({ zones, toCountries, toPostcodes }: Surcharge, zone: string, { country, postcode }: Destination): boolean {
  if (zones !== null && !zones.includes(zone)) return false;
  if (toCountries !== null && (country === null || !toCountries.includes(country))) return false;
  return toPostcodes === null || (postcode !== null && postcode !== "" && inPostcodes(toPostcodes, compactPostcode(postcode)));
}

function holds({ aboveGrams, aboveLengthMm, handlingClasses }: Surcharge, grams: number, edges: Edges | null, classes: readonly string[]): boolean {
  if (aboveGrams !== null && grams <= aboveGrams) return false;
  if (aboveLengthMm !== null && (edges === null || longest(edges) <= aboveLengthMm)) return false;
  return handlingClasses === null || shares(handlingClasses, classes);
}

const longest = (edges: Edges): number => Math.max(edges[0], edges[1], edges[2]);

function shares(some: readonly string[], others: readonly string[]): boolean {
  for (let at = 0; at < others.length; at++) if (some.includes(others[at] ?? "")) return true;
  return false;
}

function takes({ maximumGrams, maximumLengthMm, handlingClasses }: RatedService, grams: number, edges: Edges | null, classes: readonly string[]): boolean {
  if (maximumGrams !== null && grams > maximumGrams) return false;
  if (maximumLengthMm !== null && edges !== null && longest(edges) > maximumLengthMm) return false;
  if (handlingClasses === null) return true;
  for (let at = 0; at < classes.length; at++) if (!handlingClasses.includes(classes[at] ?? "")) return false;
  return true;
}

function whyNotTaken(service: RatedService, grams: number, edges: Edges | null, classes: readonly string[]): Pick<MissingCell, "kind" | "detail"> | null {
  if (takes(service, grams, edges, classes)) return null;
  const { maximumGrams, maximumLengthMm, handlingClasses } = service;
  if (maximumGrams !== null && grams > maximumGrams) return { kind: "TOO_HEAVY", detail: `takes parcels up to ${spokenGrams(maximumGrams)}; this one weighs ${spokenGrams(grams)}.` };
  if (maximumLengthMm !== null && edges !== null && longest(edges) > maximumLengthMm) {
    return { kind: "TOO_LONG", detail: `takes parcels up to ${spokenInteger(maximumLengthMm)} mm long; this one measures ${spokenInteger(longest(edges))} mm.` };
  }
  return { kind: "CLASS", detail: `does not carry ${classes.filter((one) => handlingClasses !== null && !handlingClasses.includes(one)).map((one) => `"${one}"`).join(", ")}.` };
}

const spokenInteger = (value: number): string => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
const spokenGrams = (grams: number): string => `${spokenInteger(grams)} g`;

const MILLION = 1_000_000;

/** Micro-units of the base currency for those of another, rounded half up; refuses a currency without a rate. */
export function toBase(micros: number, currency: string, rates: ExchangeRates | null): Outcome<number> {
  if (rates?.base === currency) return accept(micros);
  const perMillion = rates?.perMillion[currency];
  if (rates === null) return refuse("EXCHANGE_RATE_MISSING", `There is a price in ${currency}, and there are no exchange rates that say what that is in the base currency.`);
  if (perMillion === undefined) return refuse("EXCHANGE_RATE_MISSING", `There is no exchange rate from ${currency} to ${rates.base}.`);
  assert(perMillion > 0, "an exchange rate is more than zero");
  const rest = micros % MILLION;
  return accept(Math.floor(((micros - rest) / MILLION) * perMillion + (rest * perMillion) / MILLION + 0.5));
}
