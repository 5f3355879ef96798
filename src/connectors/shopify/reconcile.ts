import { z } from 'zod';
import type { OrderPage, Reconcile } from '../../flows/channel-sweeps.ts';
import type { CallChannel, Unfinished } from '../../flows/write-back.ts';
import { jsonOf, unreadable } from '../kit/answers.ts';
import { access, ADMIN_PATH } from './access.ts';

const PAGE = 50;
/** Before every order; zero is read as if it were not there, and orders then come the latest first. */
const FIRST_ID = 1;

/** Older ones are listed only with the scope read_all_orders, which nothing tells whether the token has. */
const REACH_MS = 59 * 24 * 3_600_000;

const listed = z.object({ orders: z.array(z.looseObject({ id: z.int().positive() })) });

/** By the REST list of orders, because it says what webhooks say in the same shape: one translation reads both. */
export const shopifyReconcile: Reconcile = { ...access, reachMs: REACH_MS, page };

/** By growing id, because ids do not change while orders do; links to next pages would, and end after a while. */
async function page({ since, cursor }: { readonly since: number; readonly cursor: string | null }, call: CallChannel): Promise<OrderPage | Unfinished> {
  const after = cursor === null ? FIRST_ID : Number(cursor);
  const query = new URLSearchParams({ status: 'any', updated_at_min: new Date(since).toISOString(), since_id: String(after), limit: String(PAGE) });
  const json = jsonOf(await call({ method: 'GET', path: `${ADMIN_PATH}/orders.json?${query}` }), { credential: 'The access token', subject: 'this address (the shop, or the API version)' });
  if (!json.ok) return json.result;
  const read = listed.safeParse(json.value);
  if (!read.success) return unreadable('the list of orders').result;
  const { orders } = read.data;
  const ids = [after, ...orders.map(({ id }) => id)];
  // In another order the next page would leave some out.
  if (ids.some((id, index) => index > 0 && id <= (ids[index - 1] ?? 0))) return unreadable('the list of orders').result;
  return { kind: 'page', orders: orders.map((body) => ({ externalId: String(body.id), body })), next: orders.length < PAGE ? null : String(ids.at(-1)) };
}
