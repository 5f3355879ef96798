import { z } from "zod";
import { formatScaled } from "../../../domain/kernel/index.ts";
import type { Calendar, CarrierService, ExchangeRates, PackageType, RateCard, Surcharge } from "../../../domain/shipping/index.ts";
import { WEEKDAYS } from "../shipping-bodies.ts";

/** Shipping facts as they are read: what is sent to save one, with nothing left out. */

const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => z.nullable(one);
const text = z.string();
const whole = z.int();
const instant = z.iso.datetime();
const texts = maybe(z.array(text));
const postcodes = maybe(z.array(z.object({ from: text, to: text })));
const spans = z.array(z.object({ opens: text, closes: text }));

export const calendar = z.object({
  code: text, name: text, week: z.object(Object.fromEntries(WEEKDAYS.map((day) => [day, spans]))), exceptions: z.record(text, z.object({ name: maybe(text), spans })), valid_from: instant,
}).meta({ id: "Calendar" });

export const carrierService = z.object({
  carrier: text, code: text, name: text, level: text, calendar: maybe(text), delivery_weekdays: z.array(z.enum(WEEKDAYS)), dimensional_divisor: maybe(whole), maximum_grams: maybe(whole),
  maximum_length_mm: maybe(whole), handling_classes: texts, incoterm: maybe(text), stores_only: z.boolean(), lanes: z.array(z.object({
    from_nodes: texts, from_countries: texts, to_country: text, to_postcodes: postcodes, zone: text, transit_days: z.object({ least: whole, most: whole }),
  })), valid_from: instant,
}).meta({ id: "CarrierService" });

export const rateCard = z.object({
  code: text, carrier: text, service: text, currency: text, zones: z.record(text, z.array(z.object({ up_to_grams: whole, price: text, per_kilogram: text }))),
  surcharges: z.array(z.object({
    code: text, kind: z.enum(["fixed", "percent", "per_kilogram"]), amount: text, above_grams: maybe(whole), above_length_mm: maybe(whole), zones: texts, to_countries: texts, to_postcodes: postcodes, handling_classes: texts,
  })), valid_from: instant,
}).meta({ id: "RateCard" });

export const packageType = z.object({
  code: text, name: text, inner_mm: z.array(whole), tare_grams: whole, maximum_grams: maybe(whole), cost: text, valid_from: instant,
}).meta({ id: "PackageType" });

export const exchangeRates = z.object({ base: text, rates: z.record(text, text), valid_from: instant }).meta({ id: "ExchangeRates" });

export const savedShippingFact = z.object({ kind: text, code: text, valid_from: instant, changed: z.boolean() }).meta({ id: "SavedShippingFact" });
export const endedShippingFact = z.object({ kind: text, code: text, valid_to: instant }).meta({ id: "EndedShippingFact" });

/** Micro-units as the amount they are. */
export const amountText = (micros: number): string => formatScaled(micros, 6);

export const viewCalendar = ({ code, name, week, exceptions }: Calendar, valid_from: string): object =>
  ({ code, name, week: Object.fromEntries(WEEKDAYS.map((day, index) => [day, week[index] ?? []])), exceptions, valid_from });

export const viewService = (service: CarrierService, valid_from: string): object => ({
  carrier: service.carrier, code: service.code, name: service.name, level: service.level, calendar: service.calendar, delivery_weekdays: service.deliveryWeekdays.map((day) => WEEKDAYS[day - 1]),
  dimensional_divisor: service.dimensionalDivisor, maximum_grams: service.maximumGrams, maximum_length_mm: service.maximumLengthMm, handling_classes: service.handlingClasses, incoterm: service.incoterm ?? null, stores_only: service.storesOnly ?? false,
  lanes: service.lanes.map((lane) => ({
    from_nodes: lane.fromNodes, from_countries: lane.fromCountries, to_country: lane.toCountry, to_postcodes: lane.toPostcodes, zone: lane.zone, transit_days: lane.transitDays,
  })), valid_from,
});

export const viewRateCard = ({ code, carrier, service, currency, zones, surcharges }: RateCard, valid_from: string): object => ({
  code, carrier, service, currency, zones: Object.fromEntries(Object.entries(zones).map(([zone, cells]) =>
    [zone, cells.map((cell) => ({ up_to_grams: cell.upToGrams, price: amountText(cell.micros), per_kilogram: amountText(cell.perKilogramMicros) }))])),
  surcharges: surcharges.map(viewSurcharge), valid_from,
});

const viewSurcharge = ({ code, kind, amount, aboveGrams, aboveLengthMm, zones, toCountries, toPostcodes, handlingClasses }: Surcharge): object => ({
  code, kind, amount: kind === "percent" ? formatScaled(amount, 2) : amountText(amount), above_grams: aboveGrams, above_length_mm: aboveLengthMm, zones, to_countries: toCountries, to_postcodes: toPostcodes,
  handling_classes: handlingClasses,
});

export const viewPackageType = ({ code, name, innerMm, tareGrams, maximumGrams, costMicros }: PackageType, valid_from: string): object =>
  ({ code, name, inner_mm: innerMm, tare_grams: tareGrams, maximum_grams: maximumGrams, cost: amountText(costMicros), valid_from });

export const viewExchangeRates = ({ base, perMillion }: ExchangeRates, valid_from: string): object =>
  ({ base, rates: Object.fromEntries(Object.entries(perMillion).map(([code, rate]) => [code, formatScaled(Math.round(rate * 1e6), 12)])), valid_from });

const quote = z.object({
  carrier: text, service: text, name: text, level: text, zone: maybe(text), transit_days: maybe(z.object({ least: whole, most: whole })), rate_card: maybe(text), currency: maybe(text), price: maybe(text),
  surcharges: z.array(z.object({ code: text, amount: text })), parcels: z.array(z.object({ package_type: maybe(text), grams: whole, edges_mm: maybe(z.array(whole)), packaging: text })),
  base_price: maybe(text), missing: maybe(z.object({ kind: text, detail: text })),
}).meta({ id: "ShippingQuote" });
export const shippingQuotes = z.object({ base: maybe(text), quotes: z.array(quote) }).meta({ id: "ShippingQuotes" });
