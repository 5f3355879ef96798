import { accept, type FieldError, type Outcome, refuse } from "../kernel/index.ts";
import { toBase } from "./rates.ts";
import type { CustomsFacts, CustomsTerritory, DutyRate, DutyRates, ExchangeRates, ExportRestriction } from "./types.ts";

/** Goods as far as customs ask. */
export interface DeclaredItem {
  readonly sku: string;
  readonly handlingClass: string;
  readonly quantityScale: number;
  /** Digits of the Harmonized System or of a national tariff that begins with them; null where nobody has said. */
  readonly hsCode: string | null;
  /** ISO 3166-1 alpha-2 of the country they were made in; null where nobody has said. */
  readonly originCountry: string | null;
}

export interface DeclaredGoods {
  readonly item: DeclaredItem;
  /** Counted units. */
  readonly quantity: number;
  /** What they are worth, in base micro-units. */
  readonly valueMicros: number;
}

/** The customs territory that a country belongs to; a country of none is one by itself. */
export const territoryOf = (country: string, { territories }: CustomsFacts): string => territories.get(country) ?? country;

/**
 * The rate of goods, of those whose prefix begins their code and that are for their origin or for every one: the longest prefix, and of
 * equals the one that names the origin. Refused where there is none, and where nobody has said what it depends on: nothing is a default.
 */
export function dutyRateOf(table: DutyRates, { sku, hsCode, originCountry }: DeclaredItem): Outcome<DutyRate> {
  const missing = (detail: string): Outcome<DutyRate> => refuse("DUTY_RATE_MISSING", detail);
  if (hsCode === null && table.rates.some(({ hsPrefix }) => hsPrefix !== "")) return missing(`${sku} has no HS code, and duty rates of ${table.destination} ask for it.`);
  const fitting = table.rates.filter(({ hsPrefix }) => (hsCode ?? "").startsWith(hsPrefix)).toSorted((a, b) => b.hsPrefix.length - a.hsPrefix.length || Number(a.origin === null) - Number(b.origin === null));
  // Without an origin any of them could be the one, and the first decides.
  const rate = fitting.find(({ origin }) => originCountry === null || origin === null || origin === originCountry);
  if (originCountry === null && rate && rate.origin !== null) return missing(`${sku} has no country of origin, and the duty rate of ${table.destination} for HS ${hsCode ?? "any"} depends on it.`);
  return rate ? accept(rate) : missing(`${table.destination} has no duty rate for HS ${hsCode ?? "any"}${originCountry === null ? "" : ` from ${originCountry}`} (${sku}).`);
}

const BASIS_POINTS = 10_000;

/** Whole and rest apart, so that every intermediate stays an exact integer. */
function shareOf(micros: number, basisPoints: number): number {
  const rest = micros % BASIS_POINTS;
  return ((micros - rest) / BASIS_POINTS) * basisPoints + Math.floor((rest * basisPoints + BASIS_POINTS / 2) / BASIS_POINTS);
}

/**
 * Duty on goods of one shipment that comes into a customs territory, in base micro-units: of each its rate in percent of its
 * value and its amount per base unit, each rounded half up. Nothing is due where all of them together are worth no more than the
 * threshold. Refused where a rate or an exchange rate is missing.
 */
export function dutyOn(goods: readonly DeclaredGoods[], table: DutyRates, exchangeRates: ExchangeRates | null): Outcome<number> {
  const inBase = (micros: number): Outcome<number> => (micros === 0 ? accept(0) : toBase(micros, table.currency, exchangeRates));
  const threshold = inBase(table.deMinimisMicros);
  if (!threshold.ok) return threshold;
  const worth = goods.reduce((sum, { valueMicros }) => sum + valueMicros, 0);
  let duty = 0;
  for (const { item, quantity, valueMicros } of goods) {
    const rate = dutyRateOf(table, item);
    if (!rate.ok) return rate;
    const perUnit = inBase(rate.value.perUnitMicros);
    if (!perUnit.ok) return perUnit;
    duty += shareOf(valueMicros, rate.value.basisPoints) + Math.floor((perUnit.value * quantity) / 10 ** item.quantityScale + 0.5);
  }
  return accept(worth <= threshold.value ? 0 : duty);
}

/** Whether goods of two shipments from one country to another can owe more together than apart: each may be below the threshold of where they come to. */
export function hasThreshold(from: string | null, to: string | null, facts: CustomsFacts): boolean {
  if (from === null || to === null || territoryOf(from, facts) === territoryOf(to, facts)) return false;
  return (facts.dutyRates.get(territoryOf(to, facts))?.deMinimisMicros ?? 0) > 0;
}

/** The restriction by which goods may not leave one country for another, in words; null where they may. A country that nobody knows is none that they may go to. */
export function exportForbidden(item: DeclaredItem, from: string | null, to: string | null, licences: readonly string[] | null, restrictions: readonly ExportRestriction[]): string | null {
  if (restrictions.length === 0 || (from !== null && from === to)) return null;
  for (const one of restrictions) {
    if (!concerns(one, item) || !mayBe(from, one.fromCountries) || !mayBe(to, one.toCountries)) continue;
    if (one.licence !== null && licences?.includes(one.licence) === true) continue;
    const way = `from ${from ?? "a country that nobody knows"} to ${to ?? "a country that nobody knows"}`;
    return `${one.name}: ${item.sku} ${one.licence === null ? `may not go ${way}` : `needs the licence "${one.licence}" to go ${way}`}`;
  }
  return null;
}

const mayBe = (country: string | null, countries: readonly string[] | null): boolean => countries === null || country === null || countries.includes(country);

/** A restriction that names no goods is about all of them. */
function concerns({ handlingClasses, hsPrefixes, skus }: ExportRestriction, { sku, handlingClass, hsCode }: DeclaredItem): boolean {
  if (handlingClasses === null && hsPrefixes === null && skus === null) return true;
  return handlingClasses?.includes(handlingClass) === true || skus?.includes(sku) === true || (hsCode !== null && hsPrefixes?.some((prefix) => hsCode.startsWith(prefix)) === true);
}

/** What a territory says that does not go with the others: a country is in one, and has no duty rates beside those of its territory. */
export function checkTerritory({ code, countries }: CustomsTerritory, { territories, dutyRates }: CustomsFacts, isCountry: (code: string) => boolean): FieldError[] {
  const stranger: FieldError[] = isCountry(code) && !countries.includes(code) ? [{ pointer: "/countries", code: "INVALID_FIELD", detail: `${code} is a country: it is in its own customs territory, or the territory has another code.` }] : [];
  return stranger.concat(countries.flatMap((country, index): FieldError[] => {
    const pointer = `/countries/${index}`;
    const other = territories.get(country);
    if (other !== undefined) return [{ pointer, code: "TERRITORIES_OVERLAP", detail: `${country} is in customs territory ${other} already.` }];
    return country !== code && dutyRates.has(country) ? [{ pointer, code: "DUTY_RATES_OVERLAP", detail: `${country} has duty rates of its own; end them before ${code} has it.` }] : [];
  }));
}

/** Duty rates are those of a territory, or of a country that is in none. */
export function checkDutyRates({ destination }: DutyRates, { territories }: CustomsFacts, isCountry: (code: string) => boolean): FieldError[] {
  if (!isCountry(destination) && ![...territories.values()].includes(destination)) return [{ pointer: "/destination", code: "UNKNOWN_TERRITORY", detail: `"${destination}" is neither a country nor a customs territory.` }];
  const territory = territories.get(destination);
  return territory === undefined || territory === destination ? [] : [{ pointer: "/destination", code: "DUTY_RATES_OVERLAP", detail: `${destination} is in customs territory ${territory}: its duty rates are those of ${territory}.` }];
}
