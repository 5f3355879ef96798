import { z } from "zod";
import { compactPostcode, currencyExponent, scaledInteger } from "../../domain/kernel/index.ts";
import {
  type Calendar, type CarrierService, type ExchangeRates, INCOTERMS, inPostcodes, type PackageType, type PostcodeRange, type RateCard, type Surcharge,
} from "../../domain/shipping/index.ts";
import { currency } from "./facts.ts";
import { codeText, countryCode, decimal, expectedValidFrom, instant, localTime, text, withCode } from "./schemas/fields.ts";

/** Bodies of shipping facts: each says all of the thing; what is left out takes its default. Amounts are decimal text, like prices. */

export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const AMOUNT_DIGITS = 6;
/** Eight digits before the point: with per-kilogram prices and percentages every sum stays an exact integer of micro-units. */
const AMOUNT_LIMIT = 10n ** 14n;
export const amountMicros = (given: string): number => Number(scaledInteger(given, AMOUNT_DIGITS) ?? 0n);
export const amount = decimal.refine((given) => {
  const micros = scaledInteger(given, AMOUNT_DIGITS);
  return micros !== undefined && micros >= 0n && micros < AMOUNT_LIMIT;
}, { error: ({ input }) => `"${String(input)}" is not an amount of at most 8 digits before and ${AMOUNT_DIGITS} after the point, zero or more.` });

const grams = z.int().min(0).max(100_000_000);
const millimetres = z.int().min(1).max(100_000);
export const classes = z.array(text(50)).min(1).max(100);
export const countries = z.array(countryCode).min(1).max(250);
const zoneName = text(50);
/** Carriers and services name each other with a slash between. */
export const partText = codeText.regex(/^[^/]+$/, "A carrier's and a service's code have no slash.");

const postcode = text(20).refine((given) => /^[A-Z\d]+$/.test(compactPostcode(given)), { error: "Expected the letters and digits of a postcode." });
const postcodes = z.array(z.strictObject({ from: postcode, to: postcode }).superRefine((range, context) => {
  if (!inPostcodes([rangeOf(range)], compactPostcode(range.from))) context.addIssue({ ...withCode("INVALID_FIELD", `${range.from} comes after ${range.to}.`), path: ["from"] });
})).min(1).max(5_000);
const rangeOf = ({ from, to }: PostcodeRange): PostcodeRange => ({ from: compactPostcode(from), to: compactPostcode(to) });

const span = z.strictObject({ opens: localTime, closes: z.union([localTime, z.literal("24:00")], { error: "Not a local time such as 14:30, or 24:00." }) });
type Span = z.infer<typeof span>;
const spans = z.array(span).max(24).superRefine((given, context) => {
  const told = (index: number, detail: string): void => context.addIssue({ ...withCode("INVALID_FIELD", detail), path: [index] });
  given.forEach(({ opens, closes }, index) => { if (closes <= opens) told(index, `${opens} to ${closes} ends before it begins.`); });
  const order = given.map((one, index) => ({ ...one, index })).sort(byOpening);
  order.forEach(({ opens, closes, index }, at) => {
    const before = order[at - 1];
    if (before && opens < before.closes && closes > opens) told(index, `${opens} to ${closes} overlaps ${before.opens} to ${before.closes}.`);
  });
});
const byOpening = (a: Span, b: Span): number => (a.opens < b.opens ? -1 : a.opens > b.opens ? 1 : 0);

const localDate = z.string().refine((date) => /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(`${date}T00:00:00Z`)) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date), { error: "Not a day such as 2026-12-25." });

export const calendarBody = z.strictObject({
  name: text(200).optional(), week: z.strictObject(Object.fromEntries(WEEKDAYS.map((day) => [day, spans.optional()]))),
  exceptions: z.record(localDate, z.strictObject({ name: text(200).nullable().optional(), spans: spans.optional() })).optional(), valid_from: instant.optional(), expected_valid_from: expectedValidFrom,
});

export const calendarOf = (code: string, { name, week, exceptions = {} }: z.infer<typeof calendarBody>): Calendar => ({
  code, name: name ?? code, week: WEEKDAYS.map((day) => [...(week[day] ?? [])].sort(byOpening)),
  exceptions: Object.fromEntries(Object.entries(exceptions).sort(([a], [b]) => (a < b ? -1 : 1)).map(([date, day]) => [date, { name: day.name ?? null, spans: [...(day.spans ?? [])].sort(byOpening) }])),
});

const days = z.int().min(0).max(365);
const lane = z.strictObject({
  from_nodes: z.array(codeText).min(1).max(10_000).nullable().optional(), from_countries: countries.nullable().optional(), to_country: countryCode, to_postcodes: postcodes.nullable().optional(), zone: zoneName,
  transit_days: z.strictObject({ least: days, most: days }),
}).refine(({ transit_days: { least, most } }) => least <= most, { path: ["transit_days"], error: "least is more than most." });

export const serviceBody = z.strictObject({
  name: text(200).optional(), level: text(50).optional(), calendar: codeText.nullable().optional(), delivery_weekdays: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional(),
  dimensional_divisor: z.int().min(1).max(1_000_000).nullable().optional(), maximum_grams: grams.min(1).nullable().optional(), maximum_length_mm: millimetres.nullable().optional(),
  handling_classes: classes.nullable().optional(), incoterm: z.enum(INCOTERMS).nullable().optional(), stores_only: z.boolean().optional(), lanes: z.array(lane).max(2_000), valid_from: instant.optional(),
});

export const serviceOf = (carrier: string, code: string, body: z.infer<typeof serviceBody>): CarrierService => ({
  carrier, code, name: body.name ?? `${carrier} ${code}`, level: body.level ?? "standard", calendar: body.calendar ?? null,
  deliveryWeekdays: [...new Set(body.delivery_weekdays ?? WEEKDAYS.slice(0, 5))].map((day) => WEEKDAYS.indexOf(day) + 1).sort(),
  dimensionalDivisor: body.dimensional_divisor ?? null, maximumGrams: body.maximum_grams ?? null, maximumLengthMm: body.maximum_length_mm ?? null, handlingClasses: body.handling_classes ?? null,
  ...(body.incoterm ? { incoterm: body.incoterm } : {}), ...(body.stores_only ? { storesOnly: true } : {}),
  lanes: body.lanes.map((one) => ({
    fromNodes: one.from_nodes ?? null, fromCountries: one.from_countries ?? null, toCountry: one.to_country, toPostcodes: one.to_postcodes?.map(rangeOf) ?? null, zone: one.zone, transitDays: one.transit_days,
  })),
});

const cells = z.array(z.strictObject({ up_to_grams: grams.min(1), price: amount, per_kilogram: amount.optional() })).min(1).max(1_000).superRefine((given, context) => {
  given.forEach(({ up_to_grams: weight }, index) => {
    const before = given[index - 1]?.up_to_grams ?? 0;
    if (weight === before) context.addIssue({ ...withCode("DUPLICATE_VALUE", `There is a cell up to ${weight} g already.`), path: [index, "up_to_grams"] });
    else if (weight < before) context.addIssue({ ...withCode("INVALID_FIELD", `${weight} g comes after ${before} g: cells stand by ascending weight.`), path: [index, "up_to_grams"] });
  });
});

/** Hundredths of a percent, up to ten times the price. */
const PERCENT_LIMIT = 100_000n;
const surcharge = z.strictObject({
  code: codeText, kind: z.enum(["fixed", "percent", "per_kilogram"]), amount, above_grams: grams.nullable().optional(), above_length_mm: millimetres.nullable().optional(),
  zones: z.array(zoneName).min(1).max(1_000).nullable().optional(), to_countries: countries.nullable().optional(), to_postcodes: postcodes.nullable().optional(), handling_classes: classes.nullable().optional(),
}).refine(({ kind, amount: given }) => {
  const points = scaledInteger(given, 2);
  return kind !== "percent" || (points !== undefined && points <= PERCENT_LIMIT);
}, { path: ["amount"], error: "Expected a percentage from 0 to 1000 with at most two digits after the point." });

export const rateCardBody = z.strictObject({
  carrier: partText, service: partText, currency, zones: z.record(zoneName, cells).refine((zones) => Object.keys(zones).length <= 1_000, { error: "At most 1000 zones." }),
  surcharges: z.array(surcharge).max(200).optional(), valid_from: instant.optional(),
}).superRefine(({ zones, surcharges = [] }, context) => {
  const seen = new Set<string>();
  surcharges.forEach(({ code, zones: named }, index) => {
    if (seen.has(code)) context.addIssue({ ...withCode("DUPLICATE_VALUE", `"${code}" stands here twice.`), path: ["surcharges", index, "code"] });
    seen.add(code);
    named?.forEach((zone, at) => { if (!Object.hasOwn(zones, zone)) context.addIssue({ ...withCode("INVALID_FIELD", `The card has no zone "${zone}".`), path: ["surcharges", index, "zones", at] }); });
  });
});

export const rateCardOf = (code: string, body: z.infer<typeof rateCardBody>): RateCard => ({
  code, carrier: body.carrier, service: body.service, currency: body.currency,
  zones: Object.fromEntries(Object.entries(body.zones).map(([zone, given]) =>
    [zone, given.map((cell) => ({ upToGrams: cell.up_to_grams, micros: amountMicros(cell.price), perKilogramMicros: amountMicros(cell.per_kilogram ?? "0") }))])),
  surcharges: (body.surcharges ?? []).map((one): Surcharge => ({
    code: one.code, kind: one.kind, amount: one.kind === "percent" ? Number(scaledInteger(one.amount, 2)) : amountMicros(one.amount), aboveGrams: one.above_grams ?? null, aboveLengthMm: one.above_length_mm ?? null,
    zones: one.zones ?? null, toCountries: one.to_countries ?? null, toPostcodes: one.to_postcodes?.map(rangeOf) ?? null, handlingClasses: one.handling_classes ?? null,
  })),
});

export const packageTypeBody = z.strictObject({
  name: text(200).optional(), inner_mm: z.tuple([millimetres, millimetres, millimetres]), tare_grams: grams.optional(), maximum_grams: grams.min(1).nullable().optional(), cost: amount.optional(), valid_from: instant.optional(),
});

export const packageTypeOf = (code: string, body: z.infer<typeof packageTypeBody>): PackageType => ({
  code, name: body.name ?? code, innerMm: body.inner_mm, tareGrams: body.tare_grams ?? 0, maximumGrams: body.maximum_grams ?? null, costMicros: amountMicros(body.cost ?? "0"),
});

const RATE_DIGITS = 12;
const rate = decimal.refine((given) => (scaledInteger(given, RATE_DIGITS) ?? 0n) > 0n && (scaledInteger(given, RATE_DIGITS) ?? 0n) < 10n ** 18n,
  { error: ({ input }) => `"${String(input)}" is not a rate: more than zero, less than a million, at most ${RATE_DIGITS} digits after the point.` });

export const exchangeRatesBody = z.strictObject({ base: currency, rates: z.record(text(10), rate), valid_from: instant.optional() }).superRefine(({ base, rates }, context) => {
  for (const code of Object.keys(rates)) {
    if (currencyExponent(code) === undefined) context.addIssue({ ...withCode("UNKNOWN_CURRENCY", `"${code}" is not an ISO 4217 code in use.`), path: ["rates", code] });
    else if (code === base) context.addIssue({ ...withCode("INVALID_FIELD", `${code} is the base: its rate is 1 and is not given.`), path: ["rates", code] });
  }
});

export const exchangeRatesOf = ({ base, rates }: z.infer<typeof exchangeRatesBody>): ExchangeRates => ({
  base, perMillion: Object.fromEntries(Object.entries(rates).sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, given]) => [code, Number(scaledInteger(given, RATE_DIGITS)) / 10 ** (RATE_DIGITS - 6)])),
});
