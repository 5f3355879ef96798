import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderPage, OrderSummary } from '../../console/src/api.ts';
import { NOTHING_SHOWN, type Shown, shownOf } from '../../console/src/orders/shown.ts';

const anOrder = (id: number, version: number): OrderSummary => ({ id: `order-${id}`, version }) as unknown as OrderSummary;
const pageOf = (rows: readonly OrderSummary[]): OrderPage => ({ rows }) as unknown as OrderPage;

/** The same, gone through from the beginning. */
function anew(pages: readonly OrderPage[]): Omit<Shown, 'pages'> {
  const seen = new Set<string>();
  const orders = pages.flatMap(({ rows }) => rows).filter(({ id }) => !seen.has(id) && seen.add(id));
  return { orders, places: new Map(orders.map(({ id }, at) => [id, at])) };
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('page' as const), ids: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('change' as const), ids: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('drop' as const), ids: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('again' as const), ids: fc.constant([]) }),
);

test('rows are what they would be gone through from the beginning, whatever comes, changes, leaves or is asked for anew', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
    let shown = NOTHING_SHOWN;
    let pages: readonly OrderPage[] = [];
    steps.forEach(({ kind, ids }, version) => {
      const named = new Set(ids.map((id) => `order-${id}`));
      if (kind === 'page') pages = [...pages, pageOf(ids.map((id) => anOrder(id, version)))];
      if (kind === 'again') pages = [];
      if (kind === 'drop') pages = pages.map(({ rows }) => pageOf(rows.filter(({ id }) => !named.has(id))));
      if (kind === 'change') {
        const by = new Map(ids.map((id) => [`order-${id}`, anOrder(id, version)]));
        pages = pages.map((page) => (page.rows.some(({ id }) => by.has(id)) ? pageOf(page.rows.map((order) => by.get(order.id) ?? order)) : page));
      }
      shown = shownOf(pages, shown);
      expect({ orders: shown.orders, places: [...shown.places] }).toEqual({ orders: anew(pages).orders, places: [...anew(pages).places] });
    });
  }));
});

test('pages that stay as they are are not gone through again', () => {
  let reads = 0;
  const deep = { get rows(): OrderSummary[] {
    reads += 1;
    return [anOrder(1, 0), anOrder(2, 0)];
  } } as unknown as OrderPage;
  const first = shownOf([pageOf([anOrder(3, 0)]), deep], NOTHING_SHOWN);
  const read = reads;
  const second = shownOf([pageOf([anOrder(3, 1)]), deep, pageOf([anOrder(4, 0)])], first);
  expect(second.orders).toEqual([anOrder(3, 1), anOrder(1, 0), anOrder(2, 0), anOrder(4, 0)]);
  expect(reads).toBe(read);
});
