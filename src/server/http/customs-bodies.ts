import { z } from "zod";
import { scaledInteger } from "../../domain/kernel/index.ts";
import type { CustomsTerritory, DutyRates, ExportRestriction } from "../../domain/shipping/index.ts";
import { currency } from "./facts.ts";
import { codeText, countryCode, decimal, hsDigits, instant, skuText, text, unique, withCode } from "./schemas/fields.ts";
import { amount, amountMicros, classes, countries } from "./shipping-bodies.ts";

/** Bodies of what customs ask: each says all of the thing; what is left out takes its default. */

export const territoryBody = z.strictObject({ name: text(200).optional(), countries, valid_from: instant.optional() }).superRefine((body, context) => unique(body.countries, (country) => country, context, "countries"));

export const territoryOf = (code: string, { name, countries: named }: z.infer<typeof territoryBody>): CustomsTerritory => ({ code, name: name ?? code, countries: named.toSorted() });

const PERCENT_LIMIT = 100_000n;
const basisPoints = (percent: string): bigint => scaledInteger(percent, 2) ?? -1n;
const percent = decimal.refine((given) => basisPoints(given) >= 0n && basisPoints(given) <= PERCENT_LIMIT, { error: "Expected a percentage from 0 to 1000 with at most two digits after the point." });

const dutyRate = z.strictObject({ hs_prefix: z.union([z.literal(""), hsDigits(2)], { error: "Not the beginning of an HS code: 2 to 12 digits without points, or nothing for every code." }).optional(), origin: countryCode.nullable().optional(), percent: percent.optional(), per_unit: amount.optional() });

export const dutyRatesBody = z.strictObject({ currency, de_minimis: amount.optional(), rates: z.array(dutyRate).min(1).max(20_000), valid_from: instant.optional() }).superRefine(({ rates }, context) => {
  const seen = new Map<string, number>();
  rates.forEach(({ hs_prefix: prefix = "", origin = null, percent: share, per_unit: each }, index) => {
    const before = seen.get(`${prefix} ${origin}`);
    if (before !== undefined) context.addIssue({ ...withCode("DUPLICATE_VALUE", `Rate ${before} is for the same goods: HS ${prefix || "any"} from ${origin ?? "everywhere"}.`), path: ["rates", index, "hs_prefix"] });
    else seen.set(`${prefix} ${origin}`, index);
    if (share === undefined && each === undefined) context.addIssue({ ...withCode("INVALID_FIELD", "A rate has percent, per_unit or both; free goods have percent 0."), path: ["rates", index, "percent"] });
  });
});

export const dutyRatesOf = (destination: string, body: z.infer<typeof dutyRatesBody>): DutyRates => ({
  destination, currency: body.currency, deMinimisMicros: amountMicros(body.de_minimis ?? "0"),
  rates: body.rates.map((rate) => ({ hsPrefix: rate.hs_prefix ?? "", origin: rate.origin ?? null, basisPoints: Number(basisPoints(rate.percent ?? "0")), perUnitMicros: amountMicros(rate.per_unit ?? "0") }))
    .sort((a, b) => (a.hsPrefix === b.hsPrefix ? byText(a.origin ?? "", b.origin ?? "") : byText(a.hsPrefix, b.hsPrefix))),
});

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const restrictionBody = z.strictObject({
  name: text(200).optional(), handling_classes: classes.nullable().optional(), hs_prefixes: z.array(hsDigits(2)).min(1).max(5_000).nullable().optional(), skus: z.array(skuText).min(1).max(10_000).nullable().optional(),
  from_countries: countries.nullable().optional(), to_countries: countries.nullable().optional(), licence: text(50).nullable().optional(), valid_from: instant.optional(),
}).superRefine((body, context) => {
  if ((body.handling_classes ?? body.hs_prefixes ?? body.skus ?? body.from_countries ?? body.to_countries ?? null) === null) {
    context.addIssue({ ...withCode("INVALID_FIELD", "A restriction names goods or countries: without any, nothing could leave its country."), path: ["to_countries"] });
  }
});

export const restrictionOf = (code: string, body: z.infer<typeof restrictionBody>): ExportRestriction => ({
  code, name: body.name ?? code, handlingClasses: body.handling_classes ?? null, hsPrefixes: body.hs_prefixes ?? null, skus: body.skus ?? null,
  fromCountries: body.from_countries ?? null, toCountries: body.to_countries ?? null, licence: body.licence ?? null,
});

export const dutyLine = dutyRatesBody.safeExtend({ destination: codeText });
