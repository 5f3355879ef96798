import { LOOK_BACK_DAYS } from "../domain/catalog/index.ts";
import type { HistoryQuery, PastOrder } from "../domain/order/index.ts";
import type { Trace } from "../flows/ports.ts";
import { columns, instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** Two transactions that screen orders of one channel would not see each other's, so the second waits for the first. */
const ALONE = statement("screen_alone", `
  select pg_advisory_xact_lock(hashtextextended(c.id, 5104 + (select current_tenant())))
  from (select * from unnest($1::text[]) limit cardinality($1)) as c (id) order by c.id`);
/** A statement of its own, so that it sees what the transaction we waited for left. Of one key the latest 200 orders tell enough. */
const FIND = statement("find_traces", `
  select k.key, t.order_id, o.number, t.placed_at, o.total_minor, t.goods
  from (select * from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) limit cardinality($1)) as k (key, placed_from, placed_to)
  cross join lateral (
    select r.order_id, r.placed_at, r.goods from order_trace r
    where r.tenant_id = (select current_tenant()) and r.placed_at between k.placed_from and k.placed_to
      and r.hash = substr(sha256((select s.trace_secret from tenant s where s.tenant_id = (select current_tenant())) || convert_to(k.key, 'UTF8')), 1, 16)
    order by r.placed_at desc limit 200 offset 0) t
  cross join lateral (
    select o.number, o.total_minor from sales_order o where o.tenant_id = (select current_tenant()) and o.id = t.order_id and o.status <> 'CANCELLED' offset 0) o`);
const SAVE = statement("save_traces", `
  insert into order_trace (tenant_id, hash, placed_at, order_id, goods)
  select (select current_tenant()), substr(sha256((select s.trace_secret from tenant s where s.tenant_id = (select current_tenant())) || convert_to(d.key, 'UTF8')), 1, 16), d.placed_at, d.order_id, d.goods
  from unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::bigint[]) as d (key, placed_at, order_id, goods) on conflict do nothing`);
/** What somebody else is about to delete, with the contact that it is of, is left out. */
const FORGET = statement("forget_traces", `
  delete from order_trace r using (
    select hash, placed_at, order_id from order_trace where tenant_id = (select current_tenant()) and placed_at < now() - make_interval(days => $1) order by placed_at limit $2 for update skip locked) as old
  where r.tenant_id = (select current_tenant()) and r.hash = old.hash and r.placed_at = old.placed_at and r.order_id = old.order_id`);

interface TraceDb { key: string; order_id: string; number: number; placed_at: Date; total_minor: number; goods: number }

/** Orders that were captured before and not cancelled, by key; whoever screens orders of these channels waits until this transaction has ended. */
export async function loadHistory(session: Session, channelIds: readonly string[], queries: readonly HistoryQuery[]): Promise<readonly PastOrder[]> {
  const [, rows] = await Promise.all([
    session.run(ALONE, [channelIds]),
    session.rows<TraceDb>(FIND, columns(queries, [(q) => q.key, (q) => instant(q.from), (q) => instant(q.to)])),
  ]);
  return rows.map((row) => ({ key: row.key, orderId: row.order_id, number: row.number, placedAt: row.placed_at.getTime(), totalMinor: row.total_minor, goods: row.goods }));
}

export async function saveTraces(session: Session, traces: readonly Trace[]): Promise<void> {
  if (traces.length > 0) await session.run(SAVE, columns(traces, [(t) => t.key, (t) => instant(t.placedAt), (t) => t.orderId, (t) => t.goods]));
}

/** Forgets what no rule looks back to any more; returns how many went. */
export const forgetOldTraces = (session: Session, limit: number): Promise<number> => session.run(FORGET, [LOOK_BACK_DAYS, limit]);
