import type { MergeTransaction } from "../flows/merge-orders.ts";
import { columns, instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";

const SAVE = statement("save_merge_waits", `
  insert into merge_wait (tenant_id, order_id, until)
  select (select current_tenant()), d.order_id, d.until from (select * from unnest($1::uuid[], $2::timestamptz[]) limit cardinality($1)) as d (order_id, until)
  on conflict (tenant_id, order_id) do update set until = excluded.until`);
const FIND = statement("find_merge_waits", `
  select order_id from merge_wait where tenant_id = (select current_tenant()) and until <= $1 order by until, order_id limit $2`);
const DROP = statement("drop_merge_waits", `
  delete from merge_wait w using (select * from unnest($1::uuid[]) limit cardinality($1)) as d (order_id) where w.tenant_id = (select current_tenant()) and w.order_id = d.order_id`);

/** What the store does with them. */
export const mergeWaits = (session: Session): Pick<MergeTransaction, "saveMergeWaits" | "findMergeWaits" | "dropMergeWaits"> => ({
  saveMergeWaits: async (waits) => {
    if (waits.length > 0) await session.run(SAVE, columns(waits, [(w) => w.orderId, (w) => instant(w.until)]));
  },
  findMergeWaits: async (until, limit) => (await session.rows<{ order_id: string }>(FIND, [instant(until), limit])).map((row) => row.order_id),
  dropMergeWaits: async (orderIds) => {
    if (orderIds.length > 0) await session.run(DROP, [orderIds]);
  },
});
