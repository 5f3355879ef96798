// Items, what can be promised of them where, what moved it, and changes of what is on hand.
import {
  adjustStock, countStock, listItems, listStock, listStockMovements, listSupplies, queryAvailability,
  type AdjustStockData, type Availability, type Item, type Stock, type StockChange, type StockMovement, type Supply,
} from '@ordo/client';
import { type Listed, mapped, read, type Result } from '../api.ts';

export type { Availability, Item, Stock, StockMovement, Supply } from '@ordo/client';
export type Place = Availability['nodes'][number];
export type AdjustReason = AdjustStockData['body']['reason'];
export interface ItemPage { readonly rows: readonly Item[]; readonly next: string | null }

const ITEMS = 250;
const ROWS = 25;

/** A page of all items, or of those that the server finds. */
export const readItems = async (search: string, cursor: string | null): Promise<Result<ItemPage>> =>
  mapped(await read((signal) => listItems({ query: { limit: ITEMS, ...(search === '' ? {} : { q: search }), ...(cursor === null ? {} : { cursor }) }, signal })), ({ data, next_cursor }) => ({ rows: data, next: next_cursor }));

/** Of every node that has or had some, as of now. */
export const readAvailability = async (skus: readonly string[]): Promise<Result<readonly Availability[]>> =>
  mapped(await read((signal) => queryAvailability({ body: { pairs: skus.map((sku) => ({ sku })) }, signal })), ({ data }) => data);

type Cell = { readonly sku: string; readonly node: string };
const listed = <T>({ data, has_more }: { readonly data: readonly T[]; readonly has_more: boolean }): Listed<T> => ({ rows: data, complete: !has_more });

export const readRows = async ({ sku, node }: Cell): Promise<Result<Listed<Stock>>> => mapped(await read((signal) => listStock({ query: { sku, node, limit: ROWS }, signal })), listed);
export const readMovements = async ({ sku, node }: Cell): Promise<Result<Listed<StockMovement>>> => mapped(await read((signal) => listStockMovements({ query: { sku, node, limit: ROWS }, signal })), listed);
export const readSupplies = async ({ sku, node }: Cell): Promise<Result<Listed<Supply>>> => mapped(await read((signal) => listSupplies({ query: { sku, node, open: 'true', limit: ROWS }, signal })), listed);

const note = (text: string): { note?: string } => (text === '' ? {} : { note: text });

/** `key` makes a second try of the same change have no second effect. */
export const sendCount = ({ sku, node, quantity, key }: Cell & { readonly quantity: string; readonly key: string }, text: string): Promise<Result<StockChange>> =>
  read((signal) => countStock({ body: { sku, node, quantity, ...note(text) }, headers: { 'Idempotency-Key': key }, signal }));
export const sendAdjustment = ({ sku, node, quantity, key }: Cell & { readonly quantity: string; readonly key: string }, reason: AdjustReason, text: string): Promise<Result<StockChange>> =>
  read((signal) => adjustStock({ body: { sku, node, quantity, reason, ...note(text) }, headers: { 'Idempotency-Key': key }, signal }));
