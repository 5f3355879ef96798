// Actions over many orders: those that there are, and what came of each order.
import { listOrderActionResults, listOrderActions, type OrderActionResult } from '@ordo/client';
import { type Paged, paged, read, type Result } from '../api.ts';
import type { OrderAction } from '../order/api.ts';
import type { ResultName } from './url.ts';

export type { OrderActionResult } from '@ordo/client';

export const readActions = (cursor: string): Promise<Result<Paged<OrderAction>>> =>
  paged(read((signal) => listOrderActions({ query: { limit: 50, ...(cursor === '' ? {} : { cursor }) }, signal })));

export const readResults = (id: string, result: ResultName | '', cursor: string): Promise<Result<Paged<OrderActionResult>>> => {
  const query = { limit: 100, ...(result === '' ? {} : { result }), ...(cursor === '' ? {} : { cursor }) };
  return paged(read((signal) => listOrderActionResults({ path: { id }, query, signal })));
};
