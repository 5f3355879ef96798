import fc from "fast-check";
import { expect, test } from "vitest";
import { type Arrange, packIntoBoxes } from "./boxes.ts";
import { type PackingPort, PARCELS_MAX, parcelsOf, type ShippedGoods } from "./parcels.ts";
import type { PackageType, Parcel } from "./types.ts";

const box = (code: string, innerMm: [number, number, number], changed: Partial<PackageType> = {}): PackageType =>
  ({ code, name: code, innerMm, tareGrams: 100, maximumGrams: null, costMicros: 500_000, ...changed });
const SMALL = box("S", [100, 200, 100], { tareGrams: 50 });
const LARGE = box("L", [300, 400, 300], { maximumGrams: 10_000 });
const FREE = { maximumGrams: null, maximumLengthMm: null };
const goods = (sku: string, quantity: number, weightGrams: number | null, dimensionsMm: number[] | null, quantityScale = 0): ShippedGoods =>
  ({ item: { sku, quantityScale, weightGrams, dimensionsMm }, quantity });

/** Stands for the arrangement in space: rows along the longest edge of the box. */
const inARow: Arrange = ({ edgesMm: [length] }, pieces) => {
  let room = length;
  return pieces.map(({ edgesMm, count }) => {
    const taken = Math.min(count, Math.floor(room / edgesMm[0]));
    room -= taken * edgesMm[0];
    return taken;
  });
};
const pack: PackingPort = (request) => packIntoBoxes(request, inARow);
const codes = (parcels: readonly Parcel[]): unknown[] => parcels.map(({ packageType, grams }) => [packageType, grams]);

test("goods go into the smallest box that takes them, with its weight and its cost", () => {
  expect(parcelsOf([goods("A", 2, 300, [90, 90, 90])], [LARGE, SMALL], FREE, pack)).toEqual([{ packageType: "S", grams: 650, edgesMm: [200, 100, 100], packagingMicros: 500_000 }]);
  expect(codes(parcelsOf([goods("A", 3, 300, [90, 90, 90])], [LARGE, SMALL], FREE, pack))).toEqual([["L", 1000]]);
});

test("what does not go into one box goes into the largest and, at last, the smallest that takes the rest", () => {
  // 3 x 4 x 3 of these in the large box: 36, of which it bears 33.
  expect(codes(parcelsOf([goods("A", 35, 300, [100, 100, 100])], [LARGE, SMALL], FREE, pack))).toEqual([["L", 10_000], ["S", 650]]);
});

test("goods too large or too heavy for every box travel alone in their own edges", () => {
  expect(parcelsOf([goods("A", 1, 9000, [10, 500, 20])], [LARGE, SMALL], FREE, pack)).toEqual([{ packageType: null, grams: 9000, edgesMm: [500, 20, 10], packagingMicros: 0 }]);
  expect(parcelsOf([goods("A", 2, 10_001, [10, 10, 10])], [LARGE], FREE, pack)).toHaveLength(2);
});

test("a service's limits bound the boxes: their weight counts, and one that is too long is not used", () => {
  expect(codes(parcelsOf([goods("A", 2, 1000, [90, 90, 90])], [SMALL], { maximumGrams: 2000, maximumLengthMm: null }, pack))).toEqual([["S", 1050], ["S", 1050]]);
  expect(codes(parcelsOf([goods("A", 1, 100, [90, 90, 90])], [LARGE, SMALL], { maximumGrams: null, maximumLengthMm: 199 }, pack))).toEqual([[null, 100]]);
});

test("without package types or edges weight alone makes as few parcels as the heaviest allowed one permits", () => {
  const limits = { maximumGrams: 10_000, maximumLengthMm: null };
  expect(parcelsOf([goods("A", 1, 6000, [100, 100, 100]), goods("B", 4, 2000, null)], [], limits, pack))
    .toEqual([{ packageType: null, grams: 10_000, edgesMm: null, packagingMicros: 0 }, { packageType: null, grams: 4000, edgesMm: null, packagingMicros: 0 }]);
  expect(codes(parcelsOf([goods("A", 5, 3000, null)], [SMALL], FREE, pack))).toEqual([[null, 15_000]]);
  expect(codes(parcelsOf([goods("A", 5, null, null)], [SMALL], limits, pack))).toEqual([[null, 0]]);
  expect(codes(parcelsOf([goods("A", 1, 12_000, null), goods("B", 1, 1000, null)], [], limits, pack))).toEqual([[null, 12_000], [null, 1000]]);
});

test("pieces whose edges nobody knows join the boxes as far as those bear them", () => {
  expect(codes(parcelsOf([goods("A", 1, 300, [90, 90, 90]), goods("B", 3, 4000, null)], [box("S", [100, 100, 100], { maximumGrams: 9000 })], FREE, pack))).toEqual([["S", 8400], [null, 4000]]);
});

test("part of a base unit is a piece with its share of the weight", () => {
  expect(codes(parcelsOf([goods("A", 2500, 1001, [50, 50, 50], 3)], [SMALL], FREE, pack))).toEqual([["S", 50 + 2002 + 501]]);
});

test("more than sixty mixed pieces fill 0.8 of a box's volume", () => {
  const cube = box("C", [100, 100, 100], { tareGrams: 0 });
  const mixed = [goods("A", 40, 1, [20, 20, 20]), goods("B", 60, 1, [21, 20, 20])];
  // 40 x 8,000 + 60 x 8,400 = 824,000 mm3 are more than 800,000; without three of the smaller ones less.
  expect(codes(parcelsOf(mixed, [cube], FREE, pack))).toEqual([["C", 97], ["C", 3]]);
});

test("alike goods are packed at any count, and beyond a thousand parcels they are one consignment", () => {
  const many = parcelsOf([goods("A", 1_000_000_000, 100, [100, 100, 100])], [SMALL], FREE, pack);
  expect(many).toHaveLength(PARCELS_MAX + 1);
  expect(many.at(-1)).toEqual({ packageType: null, grams: 100 * (1_000_000_000 - 2 * PARCELS_MAX), edgesMm: null, packagingMicros: 0 });
  expect(parcelsOf([goods("A", 1_000_000_000_000, 1000, null)], [], { maximumGrams: 31_500, maximumLengthMm: null }, pack)).toHaveLength(PARCELS_MAX + 1);
});

const anyGoods = fc.array(fc.record({
  quantity: fc.integer({ min: 1, max: 25 }), grams: fc.option(fc.integer({ min: 0, max: 12_000 })),
  edges: fc.option(fc.tuple(fc.integer({ min: 1, max: 450 }), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }))),
}), { minLength: 1, maxLength: 8 }).map((lines) => lines.map(({ quantity, grams, edges }, index) => goods(`S${index}`, quantity, grams, edges && [...edges])));
const anyLimits = fc.record({ maximumGrams: fc.option(fc.integer({ min: 1000, max: 30_000 })), maximumLengthMm: fc.option(fc.integer({ min: 150, max: 600 })) });

test("weight is conserved, no box is above its limits, and the order of the lines changes nothing", () => {
  const types = [SMALL, LARGE];
  fc.assert(fc.property(anyGoods, anyLimits, (lines, limits) => {
    const parcels = parcelsOf(lines, types, limits, pack);
    const tare = parcels.reduce((sum, { packageType }) => sum + (types.find(({ code }) => code === packageType)?.tareGrams ?? 0), 0);
    expect(parcels.reduce((sum, { grams }) => sum + grams, 0) - tare).toBe(lines.reduce((sum, { item, quantity }) => sum + quantity * (item.weightGrams ?? 0), 0));
    for (const { packageType, grams, edgesMm } of parcels) {
      const type = types.find(({ code }) => code === packageType);
      if (type) {
        expect(grams - type.tareGrams).toBeLessThanOrEqual(type.maximumGrams ?? Infinity);
        expect(grams).toBeLessThanOrEqual(limits.maximumGrams ?? Infinity);
        expect(edgesMm).toEqual([...type.innerMm].sort((a, b) => b - a));
      } else if (limits.maximumGrams !== null && grams > limits.maximumGrams) {
        // Only a single piece may be above the service's limit.
        expect(lines.map(({ item }) => item.weightGrams)).toContain(grams);
      }
    }
    expect(parcelsOf([...lines].reverse(), types, limits, pack)).toEqual(parcels);
  }));
});

test("every piece is in exactly one box that it fits into and whose volume is enough", () => {
  fc.assert(fc.property(anyGoods, (lines) => {
    const seen: PackingPort = (request) => {
      const packed = packIntoBoxes(request, inARow);
      request.pieces.forEach(({ count, edgesMm }, index) => {
        expect(packed.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0)).toBe(count);
        for (const { box: one, counts } of packed) if ((counts[index] ?? 0) > 0) edgesMm.forEach((edge, at) => expect(edge).toBeLessThanOrEqual(one?.edgesMm[at] ?? 0));
      });
      for (const { box: one, counts } of packed) {
        const volume = request.pieces.reduce((sum, { edgesMm: [a, b, c] }, index) => sum + a * b * c * (counts[index] ?? 0), 0);
        expect(volume).toBeLessThanOrEqual((one?.edgesMm ?? []).reduce((product, edge) => product * edge, 1));
      }
      return packed;
    };
    parcelsOf(lines, [SMALL, LARGE], FREE, seen);
  }));
});
