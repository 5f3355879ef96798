// Actions over many orders: those that there are, and what came of each order.
import { listOrderActionResults, listOrderActions, type OrderActionResult } from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';
import type { OrderAction } from '../order/api.ts';
import type { ResultName } from './url.ts';

export type { OrderActionResult } from '@ordo/client';

interface Paged<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

export const readActions = async (cursor: string): Promise<Result<Paged<OrderAction>>> =>
  mapped(await read((signal) => listOrderActions({ query: { limit: 50, ...(cursor === '' ? {} : { cursor }) }, signal })), ({ data, next_cursor: next }) => ({ rows: data, next }));

export const readResults = async (id: string, result: ResultName | '', cursor: string): Promise<Result<Paged<OrderActionResult>>> => {
  const query = { limit: 100, ...(result === '' ? {} : { result }), ...(cursor === '' ? {} : { cursor }) };
  return mapped(await read((signal) => listOrderActionResults({ path: { id }, query, signal })), ({ data, next_cursor: next }) => ({ rows: data, next }));
};
