// The rows of the pages that came so far, each order once, and where it stands.
import type { OrderPage, OrderSummary } from '../api.ts';

export interface Shown {
  readonly pages: readonly OrderPage[];
  readonly orders: readonly OrderSummary[];
  readonly places: ReadonlyMap<string, number>;
}

export const NOTHING_SHOWN: Shown = { pages: [], orders: [], places: new Map() };

/**
 * What is shown of these pages. Pages that are as they were `before` are not gone through again: there may be a thousand, and one
 * of them changes every few seconds. An order that moved between two pages while they were read stands where it stood first.
 */
export function shownOf(pages: readonly OrderPage[], before: Shown): Shown {
  if (pages === before.pages) return before;
  const isGrown = before.pages.length <= pages.length && before.pages.every((page, at) => page === pages[at] || standAlike(page, pages[at]));
  const orders = isGrown ? [...before.orders] : [];
  if (isGrown) before.pages.forEach((page, at) => {
    if (page !== pages[at]) pages[at]?.rows.forEach((order, row) => {
      const place = order === page.rows[row] ? undefined : before.places.get(order.id);
      if (place !== undefined) orders[place] = order;
    });
  });
  const added = isGrown ? pages.slice(before.pages.length) : pages;
  if (isGrown && added.length === 0) return { pages, orders, places: before.places };
  const places = new Map(isGrown ? before.places : []);
  for (const { rows } of added) for (const order of rows) {
    if (places.has(order.id)) continue;
    places.set(order.id, orders.length);
    orders.push(order);
  }
  return { pages, orders, places };
}

const standAlike = (page: OrderPage, other: OrderPage | undefined): boolean => page.rows.length === other?.rows.length && page.rows.every(({ id }, row) => id === other.rows[row]?.id);
