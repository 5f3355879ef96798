// Drafts of orders: kept, priced, promised and placed.
import {
  changeOrderDraft, createOrderDraft, deleteOrderDraft, getOrderDraft, keepDraftPromise, listItems, listOrderDrafts, placeOrderDraft, promise,
  type ChangeOrderDraftData, type CreateOrderDraftData, type Item, type OrderDraft, type OrderDraftContent, type OrderDraftSummary, type Promises,
} from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';
import { written } from '../app/refused.ts';

export type { OrderDraft, OrderDraftContent, OrderDraftQuote, Promises } from '@ordo/client';
export type DraftBody = CreateOrderDraftData['body'];
export type Option = Promises['options'][number];

export const readDraft = (id: string): Promise<Result<OrderDraft>> => read((signal) => getOrderDraft({ path: { id }, signal }));
export const readDrafts = async (): Promise<Result<readonly OrderDraftSummary[]>> => mapped(await read((signal) => listOrderDrafts({ query: { limit: 20 }, signal })), ({ data }) => data);
export const begin = (body: DraftBody): Promise<OrderDraft> => written((signal) => createOrderDraft({ body, signal }));
export const change = (id: string, body: ChangeOrderDraftData['body']): Promise<OrderDraft> => written((signal) => changeOrderDraft({ path: { id }, body, signal }));
export const drop = (id: string): Promise<unknown> => written((signal) => deleteOrderDraft({ path: { id }, signal }));
export const keepDate = (id: string, option: string): Promise<OrderDraft> => written((signal) => keepDraftPromise({ path: { id }, body: { option }, signal }));
export const place = (id: string, version: number): Promise<{ readonly id: string; readonly number: number }> => written((signal) => placeOrderDraft({ path: { id }, body: { version }, signal }));

/** When the basket would be there by what can be sent; what is collected is not for the phone. */
export const readDates = async ({ channel, lines, ship_to: to, customer }: OrderDraftContent): Promise<Result<Promises>> => mapped(
  await read((signal) => promise({
    body: {
      channel, lines: lines.map(({ sku, quantity, unit }) => ({ sku, quantity, ...(unit === null ? {} : { unit }) })), ...(customer.class === null ? {} : { customer_class: customer.class }),
      destination: { ...(to?.country ? { country: to.country } : {}), ...(to?.postcode ? { postcode: to.postcode } : {}), ...(to?.city ? { city: to.city } : {}) },
    }, signal,
  })), (answer) => ({ ...answer, options: answer.options.filter(({ pickup, complete }) => pickup === null && complete) }));

const ITEMS = 250;
const ITEM_PAGES = 4;

/** Items by SKU and name, the first thousand; any other SKU can be typed. */
export async function readItems(): Promise<Result<readonly Item[]>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < ITEM_PAGES; page += 1) {
    const query: { limit: number; cursor?: string } = cursor === null ? { limit: ITEMS } : { limit: ITEMS, cursor };
    const result = await read((signal) => listItems({ query, signal }));
    if (!result.ok) return result;
    items.push(...result.value.data);
    cursor = result.value.next_cursor;
    if (cursor === null) break;
  }
  return { ok: true, value: items };
}
