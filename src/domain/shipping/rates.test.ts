import fc from "fast-check";
import { expect, test } from "vitest";
import { compileRates, priceParcels, type RatedService, toBase } from "./rates.ts";
import type { Parcel, RateCard, Surcharge } from "./types.ts";

const service: RatedService = { carrier: "DHL", code: "standard", dimensionalDivisor: 5000, maximumGrams: 70_000, maximumLengthMm: 2000, handlingClasses: ["standard", "fragile"] };
const card: RateCard = {
  code: "DHL-2026", carrier: "DHL", service: "standard", currency: "EUR", surcharges: [],
  zones: {
    "1": [{ upToGrams: 2000, micros: 4_000_000, perKilogramMicros: 0 }, { upToGrams: 5000, micros: 5_000_000, perKilogramMicros: 0 }, { upToGrams: 70_000, micros: 5_000_000, perKilogramMicros: 500_000 }],
    "4": [{ upToGrams: 30_000, micros: 20_000_000, perKilogramMicros: 0 }],
  },
};
const surcharge = (changed: Partial<Surcharge> = {}): Surcharge => ({
  code: "X", kind: "fixed", amount: 1_000_000, aboveGrams: null, aboveLengthMm: null, zones: null, toCountries: null, toPostcodes: null, handlingClasses: null, ...changed,
});
const parcel = (grams: number, edgesMm: Parcel["edgesMm"] = null): Parcel => ({ packageType: null, grams, edgesMm, packagingMicros: 0 });
const destination = { toCountry: "DE", toPostcode: "10115", handlingClasses: ["standard"] };
const price = (grams: number, edges: Parcel["edgesMm"] = null, zone = "1", surcharges: readonly Surcharge[] = []): unknown =>
  priceParcels({ ...card, surcharges }, service, zone, [parcel(grams, edges)], destination);

test.each([
  [0, 4_000_000], [1, 4_000_000], [2000, 4_000_000], [2001, 5_000_000], [5000, 5_000_000],
  // Above 5 kg, for each started kilogram.
  [5001, 5_500_000], [6000, 5_500_000], [6001, 6_000_000], [70_000, 37_500_000],
])("a parcel of %d g costs %d", (grams, micros) => {
  expect(price(grams)).toEqual({ ok: true, micros, surcharges: [] });
});

test("volume counts as weight where it is more, rounded up to the gram", () => {
  expect(price(100, [100, 100, 1000])).toMatchObject({ micros: 4_000_000 });
  expect(price(100, [100, 101, 1000])).toMatchObject({ micros: 5_000_000 });
  expect(price(5001, [100, 100, 1000])).toMatchObject({ micros: 5_500_000 });
  expect(priceParcels(card, { ...service, dimensionalDivisor: null }, "1", [parcel(100, [1000, 1000, 1000])], destination)).toMatchObject({ micros: 4_000_000 });
});

test("a zone or a weight without a cell is named, never priced", () => {
  expect(price(31_500, null, "4")).toEqual({ ok: false, missing: {
    kind: "WEIGHT", carrier: "DHL", service: "standard", card: "DHL-2026", zone: "4", grams: 31_500,
    detail: "DHL standard has no price for zone 4 at 31,500 g: its rate card DHL-2026 ends at 30,000 g.",
  } });
  expect(price(500, null, "7")).toMatchObject({ missing: { kind: "ZONE", detail: "DHL standard has no price for zone 7 at 500 g: its rate card DHL-2026 has no cells for that zone." } });
  expect(priceParcels(null, service, "1", [parcel(500)], destination)).toMatchObject({ missing: { kind: "NO_CARD", card: null, detail: "DHL standard has no rate card." } });
});

test("a parcel that the service does not take says which limit it is over", () => {
  expect(price(70_001)).toMatchObject({ missing: { kind: "TOO_HEAVY", grams: 70_001, detail: "DHL standard takes parcels up to 70,000 g; this one weighs 70,001 g." } });
  expect(price(100, [10, 2001, 10])).toMatchObject({ missing: { kind: "TOO_LONG", detail: "DHL standard takes parcels up to 2,000 mm long; this one measures 2,001 mm." } });
  expect(priceParcels(card, service, "1", [parcel(100)], { ...destination, handlingClasses: ["standard", "hazmat"] }))
    .toMatchObject({ missing: { kind: "CLASS", detail: 'DHL standard does not carry "hazmat".' } });
});

test.each([
  ["fixed", surcharge(), 1_000_000],
  ["percent, rounded half up", surcharge({ kind: "percent", amount: 1250 }), 500_000],
  ["per started kilogram", surcharge({ kind: "per_kilogram", amount: 100_000 }), 200_000],
  ["above a weight it is over", surcharge({ aboveGrams: 1499 }), 1_000_000],
  ["above a weight it is at", surcharge({ aboveGrams: 1500 }), null],
  ["above a length it is over", surcharge({ aboveLengthMm: 299 }), 1_000_000],
  ["above a length it is at", surcharge({ aboveLengthMm: 300 }), null],
  ["of its zone", surcharge({ zones: ["1", "2"] }), 1_000_000],
  ["of another zone", surcharge({ zones: ["2"] }), null],
  ["to its country", surcharge({ toCountries: ["DE"] }), 1_000_000],
  ["to another country", surcharge({ toCountries: ["AT"] }), null],
  ["to its postcodes", surcharge({ toPostcodes: [{ from: "10", to: "12" }] }), 1_000_000],
  ["to other postcodes", surcharge({ toPostcodes: [{ from: "20", to: "22" }] }), null],
  ["of its class", surcharge({ handlingClasses: ["hazmat", "standard"] }), 1_000_000],
  ["of another class", surcharge({ handlingClasses: ["hazmat"] }), null],
  ["with one condition that holds and one that does not", surcharge({ zones: ["1"], aboveGrams: 9000 }), null],
])("a surcharge %s", (_, one, added) => {
  expect(price(1500, [300, 100, 10], "1", [one])).toEqual({ ok: true, micros: 4_000_000 + (added ?? 0), surcharges: added === null ? [] : [{ code: "X", micros: added }] });
});

test("a percentage is of the price before surcharges, and half a micro-unit counts as one", () => {
  const cheap: RateCard = { ...card, zones: { "1": [{ upToGrams: 1000, micros: 5, perKilogramMicros: 0 }] }, surcharges: [surcharge({ code: "A", amount: 1_000_000 }), surcharge({ code: "B", kind: "percent", amount: 1000 })] };
  expect(priceParcels(cheap, service, "1", [parcel(1)], destination)).toEqual({ ok: true, micros: 1_000_006, surcharges: [{ code: "A", micros: 1_000_000 }, { code: "B", micros: 1 }] });
});

test("a length nobody knows is above none, and several parcels add up by surcharge", () => {
  expect(price(1500, null, "1", [surcharge({ aboveLengthMm: 1 })])).toEqual({ ok: true, micros: 4_000_000, surcharges: [] });
  expect(priceParcels({ ...card, surcharges: [surcharge({ aboveGrams: 1000 })] }, service, "1", [parcel(1500), parcel(500), parcel(3000)], destination))
    .toEqual({ ok: true, micros: 15_000_000, surcharges: [{ code: "X", micros: 2_000_000 }] });
});

test("the compiled form says the same as the first cell that a search from the start finds", () => {
  const cells = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 20 }).map((weights) =>
    weights.sort((a, b) => a - b).map((upToGrams, index) => ({ upToGrams, micros: 1000 * index, perKilogramMicros: 0 })));
  fc.assert(fc.property(cells, fc.integer({ min: 0, max: 600 }), (zone, grams) => {
    const rates = compileRates({ ...card, zones: { z: zone } }, service, "z", { country: "DE", postcode: null });
    const expected = zone.find(({ upToGrams }) => upToGrams >= grams);
    expect(rates.pricePerParcel(grams, null, [])).toBe(expected?.micros ?? -1);
    expect(rates.missing(grams, null, []) === null).toBe(expected !== undefined);
  }));
});

test("money of other currencies is converted half up, and a currency without a rate is refused by name", () => {
  const rates = { base: "EUR", perMillion: { USD: 920_000, IDR: 57.5 } };
  expect(toBase(4_990_001, "EUR", rates)).toEqual({ ok: true, value: 4_990_001 });
  expect(toBase(10_000_000, "USD", rates)).toEqual({ ok: true, value: 9_200_000 });
  expect(toBase(25_000_000_000, "IDR", rates)).toEqual({ ok: true, value: 1_437_500 });
  expect(toBase(1, "USD", rates)).toEqual({ ok: true, value: 1 });
  expect(toBase(9_000_000_000_001, "USD", rates)).toEqual({ ok: true, value: 8_280_000_000_001 });
  expect(toBase(1, "GBP", rates)).toMatchObject({ ok: false, refusal: { code: "EXCHANGE_RATE_MISSING", detail: "There is no exchange rate from GBP to EUR." } });
  expect(toBase(1, "GBP", null)).toMatchObject({ ok: false, refusal: { code: "EXCHANGE_RATE_MISSING" } });
});
