import { z } from 'zod';
import type { OrderPage, Reconcile } from '../../flows/channel-sweeps.ts';
import type { CallChannel, Unfinished } from '../../flows/write-back.ts';
import { jsonOf, unreadable } from '../kit/answers.ts';
import { access } from './access.ts';
import { ROOT } from './ask.ts';

const PAGE = 50;
const SECOND = 1_000;

const listed = z.array(z.looseObject({ id: z.int().positive(), date_modified_gmt: z.string().nullish() }));

/** By the list of orders of the REST API, version 3, as WooCommerce 5.8 and newer answer it. Orders in the bin are not in it. */
export const woocommerceReconcile: Reconcile = { ...access, page };

/**
 * Page numbers would leave orders out: one that is changed meanwhile moves to the end of the list, and the others move up. So the next
 * page is of what changed since the last one of this page; numbers count only among orders of one second.
 */
async function page({ since, cursor }: { readonly since: number; readonly cursor: string | null }, call: CallChannel): Promise<OrderPage | Unfinished> {
  const place = cursor === null ? { after: Math.floor(since / SECOND) - 1, number: 1 } : placeOf(cursor);
  const query = new URLSearchParams({
    modified_after: new Date(place.after * SECOND).toISOString().slice(0, 19), dates_are_gmt: 'true', status: 'any', orderby: 'modified', order: 'asc',
    per_page: String(PAGE), page: String(place.number),
  });
  const json = jsonOf(await call({ method: 'GET', path: `${ROOT}/orders?${query}` }), { credential: 'The consumer key', subject: 'the list of orders' });
  if (!json.ok) return json.result;
  const orders = listed.safeParse(json.value);
  if (!orders.success) return unreadable('the list of orders').result;
  const last = orders.data.length < PAGE ? null : secondOf(orders.data.at(-1)?.date_modified_gmt);
  return {
    kind: 'page', orders: orders.data.map((body) => ({ externalId: String(body.id), body })),
    next: orders.data.length < PAGE ? null : last === null || last - 1 <= place.after ? `${place.after}.${place.number + 1}` : `${last - 1}.1`,
  };
}

function placeOf(cursor: string): { readonly after: number; readonly number: number } {
  const [after = '0', number = '1'] = cursor.split('.');
  return { after: Number(after), number: Number(number) };
}

/** Times of the shop carry no zone; these are UTC. */
function secondOf(time: string | null | undefined): number | null {
  const at = Date.parse(`${(time ?? '').replace(/Z$/, '')}Z`);
  return Number.isNaN(at) ? null : Math.floor(at / SECOND);
}
