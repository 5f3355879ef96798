// Goods that are announced, received, counted, owed and kept back.
import {
  closeSupplyOrder, createPurchaseOrder, createTransfer, changeSupply, countStock, getSupplyOrder, listItems, listShortages, listSupplies, listSupplyClaims, listSupplyHistory, listSupplyOrders, previewCounts, previewSupplyChange,
  protectStock, queryAvailability, receiveSupplyOrder, shipTransfer,
  type Availability, type ChangeSupplyData, type CreatePurchaseOrderData, type CreateTransferData, type Event, type GoodsEffect, type Item, type PreviewCountsData, type ProtectStockData, type ReceiveSupplyOrderData, type Shortage, type Supply, type SupplyClaim,
  type SupplyOrder,
} from '@ordo/client';
import { type Listed, mapped, read, type Result } from '../api.ts';
import { written } from '../app/refused.ts';

export type { Availability, Event, GoodsEffect, Item, Shortage, Supply, SupplyClaim, SupplyOrder };
export type Received = ReceiveSupplyOrderData['body'];
export type Changed = NonNullable<ChangeSupplyData['body']>;

export interface SupplyPage { readonly rows: readonly SupplyOrder[]; readonly next: string | null }
const PAGE = 50;

export const readDocuments = async (filter: { readonly kind: string; readonly node: string; readonly reference: string; readonly open: boolean; readonly cursor: string }): Promise<Result<SupplyPage>> =>
  mapped(await read((signal) => listSupplyOrders({
    query: {
      limit: PAGE, sort: 'due', open: filter.open ? 'true' : 'false', ...(filter.kind === 'purchase_order' || filter.kind === 'transfer' ? { kind: filter.kind } : {}), ...(filter.node === '' ? {} : { node: filter.node }),
      ...(filter.reference === '' ? {} : { reference: filter.reference }), ...(filter.cursor === '' ? {} : { cursor: filter.cursor }),
    }, signal,
  })), ({ data, next_cursor }) => ({ rows: data, next: next_cursor }));

const listed = <T>({ data, has_more }: { readonly data: readonly T[]; readonly has_more: boolean }): Listed<T> => ({ rows: data, complete: !has_more });

/** Goods that were announced without a document. */
export const readLoose = async ({ node, open }: { readonly node: string; readonly open: boolean }): Promise<Result<Listed<Supply>>> =>
  mapped(await read((signal) => listSupplies({ query: { limit: 250, open: open ? 'true' : 'false', ...(node === '' ? {} : { node }) }, signal })), (page) => {
    const { rows, complete } = listed(page);
    return { rows: rows.filter((one) => one.supply_order === null).toSorted((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at)), complete };
  });

export const readDocument = (id: string): Promise<Result<SupplyOrder>> => read((signal) => getSupplyOrder({ path: { id }, signal }));
export const readClaims = async (id: string): Promise<Result<Listed<SupplyClaim>>> => mapped(await read((signal) => listSupplyClaims({ path: { id }, query: { limit: 250 }, signal })), listed);
export const readHistory = async (id: string): Promise<Result<readonly Event[]>> => mapped(await read((signal) => listSupplyHistory({ path: { id }, signal })), ({ data }) => data);
export const readShortages = async (node: string): Promise<Result<Listed<Shortage>>> => mapped(await read((signal) => listShortages({ query: { limit: 250, ...(node === '' ? {} : { node }) }, signal })), listed);

export const previewChange = (id: string, body: Changed) => written((signal) => previewSupplyChange({ path: { id }, body, signal }));
export const sayChange = (id: string, body: Changed) => written((signal) => changeSupply({ path: { id }, body, signal }));
export const stopWaiting = (id: string, reason: string) => written((signal) => closeSupplyOrder({ path: { id }, body: { reason }, signal }));
export const shipDocument = (id: string) => written((signal) => shipTransfer({ path: { id }, body: {}, signal }));
/** `key` makes a second try have no second effect. */
export const receive = (id: string, body: Received, key: string) => written((signal) => receiveSupplyOrder({ path: { id }, body, headers: { 'Idempotency-Key': key }, signal }));
export const makePurchase = (body: CreatePurchaseOrderData['body']) => written((signal) => createPurchaseOrder({ body, signal }));
export const makeTransfer = (body: CreateTransferData['body']) => written((signal) => createTransfer({ body, signal }));

export const tryCounts = (body: PreviewCountsData['body']) => written((signal) => previewCounts({ body, signal }));
export const sayCount = (body: { readonly sku: string; readonly node: string; readonly quantity: string; readonly note: string }, key: string) =>
  written((signal) => countStock({ body, headers: { 'Idempotency-Key': key }, signal }));

export const findItems = async (q: string): Promise<Result<readonly Item[]>> => mapped(await read((signal) => listItems({ query: { limit: PAGE, ...(q === '' ? {} : { q }) }, signal })), ({ data }) => data);
export const readPromised = async (sku: string, channel: string): Promise<Result<Availability | undefined>> =>
  mapped(await read((signal) => queryAvailability({ body: { pairs: [{ sku }], ...(channel === '' ? {} : { channel }) }, signal })), ({ data: [first] }) => first);
export const keepBack = (body: ProtectStockData['body']) => written((signal) => protectStock({ body, signal }));
