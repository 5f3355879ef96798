import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDutyRates, checkTerritory, type DeclaredItem, dutyOn, dutyRateOf, exportForbidden, hasThreshold, shippingFactsOf, territoryOf } from "./index.ts";
import type { CustomsFacts, DutyRate, DutyRates, ExportRestriction } from "./types.ts";

const anItem = (over: Partial<DeclaredItem> = {}): DeclaredItem => ({ sku: "TEA", handlingClass: "standard", quantityScale: 0, hsCode: "69120023", originCountry: "CN", ...over });
const rate = (hsPrefix: string, origin: string | null, basisPoints: number, perUnitMicros = 0): DutyRate => ({ hsPrefix, origin, basisPoints, perUnitMicros });
const table = (rates: readonly DutyRate[], over: Partial<DutyRates> = {}): DutyRates => ({ destination: "US", currency: "EUR", deMinimisMicros: 0, rates, ...over });
const EUR = { base: "EUR", perMillion: { USD: 500_000 } };
const codeOf = (outcome: ReturnType<typeof dutyRateOf> | ReturnType<typeof dutyOn>): unknown => (outcome.ok ? outcome.value : `${outcome.refusal.code}: ${outcome.refusal.detail}`);

describe("the rate of goods", () => {
  const RATES = table([rate("69", null, 800), rate("6912", null, 500), rate("6912", "CN", 1200), rate("61", "IN", 300), rate("6913", "CN", 700), rate("7013", "IN", 300), rate("70", "CN", 900), rate("70", null, 200), rate("701390", null, 100)]);
  const missing = (detail: string): string => `DUTY_RATE_MISSING: ${detail}`;

  test.each<readonly [string, Partial<DeclaredItem>, number]>([
    ["the longest prefix, and the one that names the origin", {}, 1200], ["the longest prefix for other origins", { originCountry: "DE" }, 500], ["a shorter prefix where no longer one fits", { hsCode: "690100" }, 800],
    ["a rate that does not ask for the origin needs none", { hsCode: "690100", originCountry: null }, 800], ["a shorter prefix for every origin, where the longer one is for another origin", { hsCode: "691300", originCountry: "DE" }, 800], ["a shorter prefix for an origin that no longer one is for", { hsCode: "701300", originCountry: "CN" }, 900],
    ["a longer prefix for every origin before a shorter one for the goods' own", { hsCode: "701390", originCountry: "CN" }, 100],
    ["a longer prefix for every origin also where nobody has said the origin", { hsCode: "701390", originCountry: null }, 100], ["the only origin there is", { hsCode: "610910", originCountry: "IN" }, 300],
  ])("%s", (_, item, basisPoints) => {
    expect(codeOf(dutyRateOf(RATES, anItem(item)))).toMatchObject({ basisPoints });
  });

  test.each<readonly [string, Partial<DeclaredItem>, string]>([
    ["goods of no rate", { hsCode: "851712" }, "US has no duty rate for HS 851712 from CN (TEA)."], ["goods of another origin than any rate's", { hsCode: "610910" }, "US has no duty rate for HS 610910 from CN (TEA)."],
    ["goods without an origin, where only one of a longer prefix asks for it", { hsCode: "691300", originCountry: null }, "TEA has no country of origin, and the duty rate of US for HS 691300 depends on it."],
    ["goods without a number", { hsCode: null }, "TEA has no HS code, and duty rates of US ask for it."], ["goods without an origin that a rate asks for", { originCountry: null }, "TEA has no country of origin, and the duty rate of US for HS 69120023 depends on it."],
  ])("is missing: %s", (_, item, detail) => {
    expect(codeOf(dutyRateOf(RATES, anItem(item)))).toBe(missing(detail));
  });

  test("a rate for every number is one for goods without", () => {
    expect(codeOf(dutyRateOf(table([rate("", null, 100)]), anItem({ hsCode: null, originCountry: null })))).toMatchObject({ basisPoints: 100 });
  });
});

describe("duty on a shipment", () => {
  const goods = (valueMicros: number, quantity = 1, over: Partial<DeclaredItem> = {}) => ({ item: anItem(over), quantity, valueMicros });

  test("percent of the value and an amount for each base unit, rounded half up line by line", () => {
    const rates = table([rate("", null, 1250, 300_000)]);
    expect(codeOf(dutyOn([goods(10_000_000, 3)], rates, EUR))).toBe(1_250_000 + 900_000);
    expect(codeOf(dutyOn([goods(2_500, 1500, { quantityScale: 3 })], rates, EUR))).toBe(313 + 450_000);
    expect(codeOf(dutyOn([goods(4), goods(4)], table([rate("", null, 1250)]), EUR))).toBe(2);
  });

  test("nothing up to the threshold, for all goods together, and all of it above", () => {
    const rates = table([rate("", null, 1000)], { deMinimisMicros: 20_000_000 });
    expect([20_000_000, 20_000_001].map((value) => codeOf(dutyOn([goods(value - 5_000_000), goods(5_000_000)], rates, EUR)))).toEqual([0, 2_000_000]);
  });

  test("can be more for two shipments in one only where a border has a threshold", () => {
    const facts: CustomsFacts = { territories: new Map([["DE", "EU"], ["FR", "EU"]]), dutyRates: new Map([["EU", table([], { deMinimisMicros: 1 })], ["CH", table([])]]), restrictions: [] };
    expect([["CH", "DE"], ["FR", "DE"], ["DE", "CH"], ["DE", "US"], [null, "DE"], ["CH", null]].map(([from = null, to = null]) => hasThreshold(from, to, facts))).toEqual([true, false, false, false, false, false]);
  });

  test("amounts of another currency are what they are worth in the base; without a rate nobody can say", () => {
    const dollars = table([rate("", null, 1000, 1_000_000)], { currency: "USD", deMinimisMicros: 20_000_000 });
    expect(codeOf(dutyOn([goods(10_000_000)], dollars, EUR))).toBe(0);
    expect(codeOf(dutyOn([goods(11_000_000)], dollars, EUR))).toBe(1_100_000 + 500_000);
    expect(codeOf(dutyOn([goods(1)], { ...dollars, currency: "CHF" }, EUR))).toMatch(/^EXCHANGE_RATE_MISSING/);
    expect(codeOf(dutyOn([goods(10_000_000)], table([rate("", null, 1000)], { currency: "CHF" }), null))).toBe(1_000_000);
  });

  test("goods without a rate are missing, even where nothing would be due", () => {
    expect(codeOf(dutyOn([goods(1, 1, { hsCode: "01" })], table([rate("69", null, 1000)], { deMinimisMicros: 1_000_000 }), EUR))).toMatch(/^DUTY_RATE_MISSING/);
  });

  test("large amounts stay exact, and more of the same goods never cost less", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 10 ** 13 }), fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 1000 }), (value, basisPoints, more) => {
      const due = (micros: number): number => Number(codeOf(dutyOn([goods(micros)], table([rate("", null, basisPoints)]), EUR)));
      expect(BigInt(due(value))).toBe((BigInt(value) * BigInt(basisPoints) + 5_000n) / 10_000n);
      expect(due(value + more)).toBeGreaterThanOrEqual(due(value));
    }), { numRuns: 200 });
  });
});

describe("goods that may not leave", () => {
  const restriction = (over: Partial<ExportRestriction> = {}): ExportRestriction => ({ code: "x", name: "Embargo", handlingClasses: null, hsPrefixes: null, skus: null, fromCountries: null, toCountries: null, licence: null, ...over });
  type Asked = [over: Partial<ExportRestriction>, from?: string | null, to?: string | null, licences?: readonly string[] | null, item?: Partial<DeclaredItem>];
  const barred = (...[over, from = "DE", to = "RU", licences = null, item = {}]: Asked): boolean =>
    exportForbidden(anItem(item), from, to, licences, [restriction(over)]) !== null;

  test.each<[string, boolean, ...Asked]>([
    ["all goods to a country", true, { toCountries: ["RU"] }], ["not to another", false, { toCountries: ["RU"] }, "DE", "FR"], ["not within a country", false, { toCountries: ["RU"] }, "RU", "RU"],
    ["from a country", true, { fromCountries: ["DE"] }], ["not from another", false, { fromCountries: ["DE"] }, "FR"],
    ["of a class", true, { handlingClasses: ["standard"] }], ["not of another class", false, { handlingClasses: ["hazmat"] }], ["with a prefix", true, { hsPrefixes: ["6912"] }], ["not with another", false, { hsPrefixes: ["85"] }],
    ["not goods without a number", false, { hsPrefixes: ["6912"] }, "DE", "RU", null, { hsCode: null }], ["by SKU", true, { skus: ["TEA"] }], ["of any of the lists", true, { handlingClasses: ["hazmat"], skus: ["TEA"] }],
    ["without the licence", true, { licence: "dual-use" }, "DE", "RU", ["standard"]], ["a node that takes every class has no licence", true, { licence: "dual-use" }], ["with the licence", false, { licence: "dual-use" }, "DE", "RU", ["dual-use"]],
    ["to nobody knows where", true, { toCountries: ["RU"] }, "DE", null], ["from nobody knows where", true, { fromCountries: ["DE"] }, null, "RU"], ["from nobody knows where to a country that is free", false, { toCountries: ["RU"] }, null, "FR"],
  ])("%s: %s", (_, expected, ...asked) => {
    expect(barred(...asked)).toBe(expected);
  });

  test("says which restriction, goods and way", () => {
    expect(exportForbidden(anItem(), "DE", "RU", null, [restriction({ licence: "dual-use" })])).toBe('Embargo: TEA needs the licence "dual-use" to go from DE to RU');
    expect(exportForbidden(anItem(), "DE", null, null, [restriction()])).toBe("Embargo: TEA may not go from DE to a country that nobody knows");
  });
});

describe("facts that do not go together", () => {
  const isCountry = (code: string): boolean => ["DE", "FR", "CH", "LI", "US"].includes(code);
  const customs: CustomsFacts = shippingFactsOf([
    { kind: "customs_territory", code: "EU", document: { code: "EU", name: "EU", countries: ["DE", "FR"] } }, { kind: "duty_rates", code: "US", document: table([]) },
  ]).customs;
  const territory = (code: string, ...countries: string[]): readonly string[] => checkTerritory({ code, name: code, countries }, customs, isCountry).map((error) => `${error.pointer} ${error.code}`);
  const duties = (destination: string): readonly string[] => checkDutyRates(table([], { destination }), customs, isCountry).map((error) => `${error.pointer} ${error.code}`);

  test("a country is in one territory, and has no rates beside those of its territory", () => {
    expect([territory("CH", "CH", "LI"), territory("X", "LI", "DE"), territory("X", "US"), territory("US", "US"), territory("CH", "LI")]).toEqual([[], ["/countries/1 TERRITORIES_OVERLAP"], ["/countries/0 DUTY_RATES_OVERLAP"], [], ["/countries INVALID_FIELD"]]);
    expect([duties("EU"), duties("CH"), duties("DE"), duties("EFTA")]).toEqual([[], [], ["/destination DUTY_RATES_OVERLAP"], ["/destination UNKNOWN_TERRITORY"]]);
    expect(["DE", "US"].map((country) => territoryOf(country, customs))).toEqual(["EU", "US"]);
  });
});
