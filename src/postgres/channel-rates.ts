import type { RateState } from "../domain/catalog/index.ts";
import type { RateCount, RateOfChannel } from "../flows/watch-store.ts";
import { columns, instant } from "./columns.ts";
import { type Session, type Statement, statement } from "./database.ts";

/** What was cancelled whole before anything left is no shipment. */
const COUNT_LATE = statement("count_late_shipments", `
  select count(*) filter (where open or left_at is not null) as orders, count(*) filter (where open or left_at > ship_by) as failed
  from order_deadline where tenant_id = (select current_tenant()) and channel_id = $1 and ship_by > $2 and ship_by <= $3`);
const COUNT_CANCELLED = statement("count_cancellations", `
  select count(*) as orders, count(cancelled_at) as failed from order_deadline where tenant_id = (select current_tenant()) and channel_id = $1 and placed_at > $2 and placed_at <= $3`);
const ENSURE = statement("ensure_rate_states", `
  insert into channel_rate (tenant_id, channel_id, rate) select (select current_tenant()), * from unnest($1::uuid[], $2::text[]) on conflict do nothing`);
const LOCK = statement("lock_rate_states", `
  select channel_id, rate, state from channel_rate where tenant_id = (select current_tenant()) and channel_id = any($1::uuid[]) order by channel_id, rate for update`);
const SAVE = statement("save_rate_states", `
  update channel_rate r set state = d.state from (select * from unnest($1::uuid[], $2::text[], $3::text[]) limit cardinality($1)) as d (channel_id, rate, state)
  where r.tenant_id = (select current_tenant()) and r.channel_id = d.channel_id and r.rate = d.rate`);

export async function countRate(rows: (what: Statement, values: readonly unknown[]) => Promise<RateCount[]>, { channelId, rate }: RateOfChannel, from: number, to: number): Promise<RateCount> {
  const [found] = await rows(rate === "late_shipments" ? COUNT_LATE : COUNT_CANCELLED, [channelId, instant(from), instant(to)]);
  return { orders: Number(found?.orders ?? 0), failed: Number(found?.failed ?? 0) };
}

export async function lockRateStates(session: Session, rates: readonly RateOfChannel[]): Promise<readonly RateState[]> {
  const keys = columns(rates, [(r) => r.channelId, (r) => r.rate]);
  await session.run(ENSURE, keys);
  const rows = await session.rows<{ channel_id: string; rate: string; state: RateState }>(LOCK, [keys[0]]);
  const known = new Map(rows.map((row) => [`${row.channel_id} ${row.rate}`, row.state]));
  return rates.map(({ channelId, rate }) => known.get(`${channelId} ${rate}`) ?? "ok");
}

export async function saveRateStates(session: Session, rates: readonly (RateOfChannel & { readonly state: RateState })[]): Promise<void> {
  await session.run(SAVE, columns(rates, [(r) => r.channelId, (r) => r.rate, (r) => r.state]));
}
