import { expect, test } from 'vitest';
import { progressOf } from '../../console/src/orders/progress.ts';

const units = (ordered: number, shipped: number, cancelled = 0, quantity_scale = 0) => ({ ordered, shipped, cancelled, quantity_scale });

test.each([
  [units(5, 0), 0, '0 of 5', '0 of 5 units shipped'],
  [units(5, 2, 1), 0.5, '2 of 4', '2 of 4 units shipped, 1 cancelled'],
  [units(5, 4, 1), 1, '4 of 4', '4 of 4 units shipped, 1 cancelled'],
  [units(5, 0, 5), null, 'cancelled', 'All 5 units cancelled'],
  [units(5_500, 3_000, 0, 3), 3 / 5.5, '3 of 5.5', '3 of 5.5 units shipped'],
  [units(300, 100, 100, 3), 0.5, '0.1 of 0.2', '0.1 of 0.2 units shipped, 0.1 cancelled'],
])('%o', (given, share, words, sentence) => {
  expect(progressOf(given)).toEqual({ share, words, sentence });
});
