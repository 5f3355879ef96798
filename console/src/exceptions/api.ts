// What the desk asks the server: its queues, their entries, and what is done with them.
import {
  getWorkQueueStats, listWorkQueueItems, listWorkQueues, workOnQueue, type WorkOnQueueData, type WorkQueue, type WorkQueueBulk, type WorkQueueItem, type WorkQueueStats,
} from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';
import type { Scope } from '../app/session.ts';
import type { DeskQuery } from './query.ts';

export type { WorkQueue, WorkQueueBulk, WorkQueueItem, WorkQueueStats } from '@ordo/client';
export type Work = WorkOnQueueData['body'];
export type FixAction = WorkQueueItem['fix']['action'];

export const readQueues = async (): Promise<Result<readonly WorkQueue[]>> => mapped(await read((signal) => listWorkQueues({ signal })), ({ data }) => data);

export const readStats = (): Promise<Result<WorkQueueStats>> => read((signal) => getWorkQueueStats({ signal }));

export interface ItemPage {
  readonly rows: readonly WorkQueueItem[];
  readonly next: string | null;
}

export const ITEMS_A_PAGE = 50;

/** Entries of a queue, oldest first. */
export async function readItems({ queue, mine, snoozed, cursor }: DeskQuery): Promise<Result<ItemPage>> {
  const query = { limit: ITEMS_A_PAGE, ...(mine ? { owner: 'me' } : {}), ...(snoozed ? { snoozed: 'only' as const } : {}), ...(cursor === '' ? {} : { cursor }) };
  return mapped(await read((signal) => listWorkQueueItems({ path: { code: queue }, query, signal })), ({ data, next_cursor }) => ({ rows: data, next: next_cursor }));
}

/** One entry or a thousand: the server does what each entry's fix names, as the operation itself would, and says what came of each. */
export const work = (queue: string, body: Work): Promise<Result<WorkQueueBulk>> => read((signal) => workOnQueue({ path: { code: queue }, body, signal }));

/** What a fix takes beside the right to work at the desk. */
export const SCOPE_OF: Readonly<Record<FixAction, Scope>> = {
  route_again: 'orders:write', override_routing: 'orders:write', count_stock: 'stock:write', resolve: 'orders:write', map_variant: 'catalogue:write', resume_channel: 'catalogue:write',
  release_hold: 'orders:write', retry_call: 'channels:write', replay_message: 'channels:write', retry_work: 'admin', re_evaluate: 'orders:write',
};
