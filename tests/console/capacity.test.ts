// What is told of a node's day is what keeps orders away from it.
import { expect, test } from 'vitest';
import { shareOf, takenOf } from '../../console/src/nodes/looks.ts';

const load = (taken: number, limit: number | null) => ({ taken, limit, free: limit === null ? null : limit - taken });

test('a day that is full by its units says so, whatever room its orders have', () => {
  const day = { orders: load(2, 4), units: load(5, 5) };
  expect(shareOf(day)).toBe(100);
  expect(takenOf(day)).toEqual(['5 of 5 units', '2 of 4 orders']);
  expect(takenOf({ orders: load(4, 4), units: load(4, 5) })).toEqual(['4 of 4 orders', '4 of 5 units']);
});

test('a day with one limit tells that one, a day without any how many orders it has, and nothing at all is full', () => {
  expect([takenOf({ orders: load(3, null), units: load(7, 10) }), takenOf({ orders: load(1, null), units: load(7, null) })]).toEqual([['7 of 10 units'], ['1 order, no limit']]);
  expect([shareOf({ orders: load(1, null), units: load(7, null) }), shareOf({ orders: load(0, 0), units: load(0, null) })]).toEqual([null, 100]);
});
