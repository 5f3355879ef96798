import { z } from "zod";
import { formatScaled } from "../../../domain/kernel/index.ts";
import type { ShippingFact } from "../../../domain/shipping/index.ts";
import { amountText } from "./shipping-views.ts";

/** What customs ask as it is read: what is sent to save it, with nothing left out. */

const text = z.string();
const texts = z.nullable(z.array(text));
const instant = z.iso.datetime();

export const customsTerritory = z.object({ code: text, name: text, countries: z.array(text), valid_from: instant }).meta({ id: "CustomsTerritory" });
export const dutyRates = z.object({
  destination: text, currency: text, de_minimis: text, rates: z.array(z.object({ hs_prefix: text, origin: z.nullable(text), percent: text, per_unit: text })), valid_from: instant,
}).meta({ id: "DutyRates" });
export const exportRestriction = z.object({
  code: text, name: text, handling_classes: texts, hs_prefixes: texts, skus: texts, from_countries: texts, to_countries: texts, licence: z.nullable(text), valid_from: instant,
}).meta({ id: "ExportRestriction" });

type CustomsFact = Extract<ShippingFact, { readonly kind: "customs_territory" | "duty_rates" | "export_restriction" }>;

export function viewCustoms(fact: CustomsFact, valid_from: string): object {
  if (fact.kind === "customs_territory") return { ...fact.document, valid_from };
  if (fact.kind === "duty_rates") {
    const { destination, currency, deMinimisMicros, rates } = fact.document;
    return {
      destination, currency, de_minimis: amountText(deMinimisMicros), valid_from,
      rates: rates.map((rate) => ({ hs_prefix: rate.hsPrefix, origin: rate.origin, percent: formatScaled(rate.basisPoints, 2), per_unit: amountText(rate.perUnitMicros) })),
    };
  }
  const { code, name, handlingClasses, hsPrefixes, skus, fromCountries, toCountries, licence } = fact.document;
  return { code, name, handling_classes: handlingClasses, hs_prefixes: hsPrefixes, skus, from_countries: fromCountries, to_countries: toCountries, licence, valid_from };
}
