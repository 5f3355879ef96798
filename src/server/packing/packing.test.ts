import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, parcelsOf, type PackageType, type Pieces, type ShippedGoods } from '../../domain/shipping/index.ts';
import { arrange, holds } from './arrange.ts';
import { openPacking } from './index.ts';
import { stacked } from './stacks.ts';

const box: Box = { code: 'B', edgesMm: [200, 100, 100], tareGrams: 0, maximumContents: 1000, costMicros: 0 };
const piece = (edgesMm: Pieces['edgesMm'], count: number, grams = 1): Pieces => ({ edgesMm, grams, count });

test('pieces are turned and put beside each other', () => {
  expect(arrange(box, [piece([100, 100, 100], 1), piece([100, 50, 50], 4)])).toEqual([1, 4]);
  expect(arrange(box, [piece([100, 100, 100], 2), piece([10, 10, 10], 1)])).toEqual([2, 0]);
  expect(arrange(box, [piece([201, 10, 10], 1)])).toEqual([0]);
  expect(arrange(box, [piece([200, 100, 100], 0)])).toEqual([0]);
});

test('whatever is arranged holds: nothing outside the box, nothing in another, nothing twice', () => {
  const edge = fc.integer({ min: 1, max: 150 });
  const pieces = fc.array(fc.tuple(fc.tuple(edge, edge, edge), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 6 })
    .map((list) => list.map(([edges, count]) => { const [a, b, c] = edges.sort((x, y) => y - x) as [number, number, number]; return piece([a, b, c], count); }));
  fc.assert(fc.property(pieces, (list) => {
    expect(arrange(box, list)).not.toBeNull();
  }), { numRuns: 60 });
});

test('stacks hold, have every piece, and are none where a piece is left', () => {
  const edge = fc.integer({ min: 1, max: 110 });
  const pieces = fc.array(fc.tuple(fc.tuple(edge, edge, edge), fc.nat(4)), { minLength: 1, maxLength: 5 })
    .map((list) => list.map(([edges, count]) => { const [a, b, c] = edges.sort((x, y) => y - x) as [number, number, number]; return piece([a, b, c], count); }));
  let found = 0;
  fc.assert(fc.property(pieces, (list) => {
    const placed = stacked(box, list);
    if (placed === null) return;
    found += 1;
    expect(holds(box, list, placed)).toBe(true);
    expect(placed.length).toBe(list.reduce((sum, { count }) => sum + count, 0));
  }), { numRuns: 1000 });
  expect(found).toBeGreaterThan(100);
  expect(stacked(box, [piece([100, 100, 50], 4)])).toHaveLength(4);
  expect(stacked(box, [piece([100, 100, 50], 4), piece([1, 1, 1], 1)])).toBeNull();
  expect(stacked(box, [piece([201, 1, 1], 1)])).toBeNull();
});

test.each([
  ['one in another', [{ kind: 0, corner: [0, 0, 0], edges: [100, 50, 50] }, { kind: 0, corner: [99, 0, 0], edges: [100, 50, 50] }], false],
  ['one beside another', [{ kind: 0, corner: [0, 0, 0], edges: [100, 50, 50] }, { kind: 0, corner: [100, 0, 0], edges: [100, 50, 50] }], true],
  ['one above the box', [{ kind: 0, corner: [0, 51, 0], edges: [100, 50, 50] }], false],
  ['one below it', [{ kind: 0, corner: [-1, 0, 0], edges: [100, 50, 50] }], false],
  ['one of other edges', [{ kind: 0, corner: [0, 0, 0], edges: [100, 49, 50] }], false],
  ['one more than there are', [0, 50].map((y) => ({ kind: 0, corner: [0, y, 0], edges: [50, 50, 100] })).concat([{ kind: 0, corner: [50, 0, 0], edges: [100, 50, 50] }]), false],
  ['one of a kind nobody asked for', [{ kind: 1, corner: [0, 0, 0], edges: [1, 1, 1] }], false],
  ['one nowhere', [{ kind: 0, corner: [Number.NaN, 0, 0], edges: [100, 50, 50] }], false],
])('an arrangement with %s is found out', (_, placed, right) => {
  expect(holds(box, [piece([100, 50, 50], 2)], placed)).toBe(right);
});

const types: PackageType[] = [
  { code: 'S', name: 'S', innerMm: [200, 150, 100], tareGrams: 80, maximumGrams: null, costMicros: 300_000 },
  { code: 'M', name: 'M', innerMm: [400, 300, 200], tareGrams: 250, maximumGrams: null, costMicros: 700_000 },
];
const goods = (quantity: number, dimensionsMm: number[], sku = 'A'): ShippedGoods => ({ item: { sku, quantityScale: 0, weightGrams: 100, dimensionsMm }, quantity });
const FREE = { maximumGrams: null, maximumLengthMm: null };

test('answers are kept by what is packed, and the oldest goes first', () => {
  const pack = openPacking(2);
  const asked: unknown[] = [];
  const seen = (lines: ShippedGoods[]): unknown => parcelsOf(lines, types, FREE, (request) => { const answer = pack(request); asked.push(answer); return answer; });
  const mixed = [goods(2, [100, 80, 60]), goods(1, [150, 90, 90], 'B')];
  expect(seen(mixed)).toEqual(seen([...mixed].reverse()));
  expect(asked[0]).toBe(asked[1]);
  seen([goods(1, [10, 10, 10])]);
  seen(mixed);
  expect(asked[3]).toBe(asked[0]);
  seen([goods(2, [10, 10, 10])]);
  seen([goods(3, [10, 10, 10])]);
  seen(mixed);
  expect(asked[6]).not.toBe(asked[0]);
  expect(asked[6]).toEqual(asked[0]);
});
