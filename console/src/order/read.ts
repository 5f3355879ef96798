// What only the page of an order asks the server.
import { getOrderTimeline, listOrderInvoices, whatIf, type Event, type Invoice, type WhatIf } from '@ordo/client';
import { mapped, read, type Result } from '../api.ts';

export const readInvoices = async (id: string): Promise<Result<readonly Invoice[]>> => mapped(await read((signal) => listOrderInvoices({ path: { id }, signal })), ({ data }) => data);

export interface Timeline {
  readonly events: readonly Event[];
  readonly complete: boolean;
}

/** Pages of 1,000 events; more than 5,000 are cut, and the answer says so. */
const TIMELINE_PAGES = 5;

export async function readTimeline(id: string): Promise<Result<Timeline>> {
  const events: Event[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < TIMELINE_PAGES; page += 1) {
    const query: { limit: number; cursor?: string } = cursor === null ? { limit: 1000 } : { limit: 1000, cursor };
    const result = await read((signal) => getOrderTimeline({ path: { id }, query, signal }));
    if (!result.ok) return result;
    events.push(...result.value.data);
    cursor = result.value.next_cursor;
    if (cursor === null) break;
  }
  return { ok: true, value: { events, complete: cursor === null } };
}

/** Decides anew without nodes, or with costs that count more or less; "1" counts a cost as it is. */
export const askWhatIf = (id: string, { exclude, weights }: { readonly exclude: readonly string[]; readonly weights: Readonly<Record<string, string>> }): Promise<Result<WhatIf>> => {
  const changed = Object.fromEntries(Object.entries(weights).filter(([, factor]) => factor !== '1'));
  const body = { ...(exclude.length === 0 ? {} : { exclude_nodes: [...exclude] }), ...(Object.keys(changed).length === 0 ? {} : { weights: changed }) };
  return read((signal) => whatIf({ path: { id }, body, signal }));
};
