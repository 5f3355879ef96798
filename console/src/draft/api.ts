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

const SHOWN = 8;

export interface Found {
  readonly items: readonly Pick<Item, 'sku' | 'name'>[];
  /** Whether there are others. */
  readonly more: boolean;
}

/** The first items, by SKU, of which each word begins the SKU or a word of it or of the name; or the one with the GTIN. */
export const findItems = async (q: string, stop: AbortSignal): Promise<Result<Found>> =>
  mapped(await read((signal) => listItems({ query: { q, limit: SHOWN }, signal }), stop), ({ data, has_more: more }) => ({ items: data, more }));
