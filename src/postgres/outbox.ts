import type pg from "pg";
import type { ConsumerLag, Cursor, Outbox, RecordedEvent } from "../flows/integration.ts";
import { inTransaction, statement, unflushed } from "./database.ts";

/** A consumer comes with its first holder, at the beginning of the log; an older fence never replaces a newer one. */
const ADOPT = statement("adopt_consumer", `
  insert into consumer as c (tenant_id, name, fence) values (current_tenant(), $1, $2)
  on conflict (tenant_id, name) do update set fence = excluded.fence, crashes = case when c.begun_until > c.position then c.crashes + 1 else 0 end
  where c.fence < excluded.fence
  returning position, begun_until, crashes`);
/** Read and begun in one statement: a crash over these events is then known to have been one over them. */
const TAKE = statement("take_events", `
  with batch as materialized (
    select position, id, type, order_id, actor, reason, occurred_at, recorded_at, data from event
    where tenant_id = current_tenant() and position > $3 order by position limit $4
  ), begun as (
    update consumer set begun_until = greatest(begun_until, (select max(position) from batch))
    where tenant_id = current_tenant() and name = $1 and fence = $2 and position = $3 and exists (select from batch) returning name
  )
  select batch.*, exists (select from begun) as begun from batch order by position`);
const ADVANCE = statement("advance_consumer", `
  update consumer set position = $4, crashes = 0 where tenant_id = current_tenant() and name = $1 and fence = $2 and position = $3`);
const LAGS = statement("consumer_lags", `
  select c.name as consumer, k.position - c.position as positions,
    coalesce(extract(epoch from clock_timestamp() - (select e.recorded_at from event e where e.tenant_id = c.tenant_id and e.position > c.position order by e.position limit 1)), 0)::float8 as seconds
  from consumer c join event_counter k using (tenant_id) where c.tenant_id = current_tenant() order by c.name`);

export interface EventDb {
  position: number; id: string; type: RecordedEvent["type"]; order_id: string | null; actor: string; reason: string | null; occurred_at: Date; recorded_at: Date;
  data: RecordedEvent["data"];
}

export const readEvent = (row: EventDb): RecordedEvent => ({
  position: row.position, id: row.id, type: row.type, orderId: row.order_id, actor: row.actor, reason: row.reason,
  occurredAt: row.occurred_at.getTime(), recordedAt: row.recorded_at.getTime(), data: row.data,
});

export function postgresOutbox(pool: pg.Pool): Outbox {
  return {
    adopt: ({ tenantId, fence }, consumer) => inTransaction(pool, tenantId, async (session): Promise<Cursor | null> => {
      const [row] = await session.rows<{ position: number; begun_until: number; crashes: number }>(ADOPT, [consumer, fence]);
      if (!row) return null;
      return { position: row.position, unfinishedUntil: row.begun_until > row.position ? row.begun_until : null, crashes: row.crashes };
    }),
    take: ({ tenantId, fence }, consumer, from, limit) => unflushed(pool, tenantId, async (session) => {
      const rows = await session.rows<EventDb & { begun: boolean }>(TAKE, [consumer, fence, from, limit]);
      return rows.every(({ begun }) => begun) ? rows.map(readEvent) : null;
    }),
    advance: ({ tenantId, fence }, consumer, from, until) =>
      unflushed(pool, tenantId, async (session) => (await session.run(ADVANCE, [consumer, fence, from, until])) > 0),
    lags: (tenantId) => inTransaction(pool, tenantId, (session) => session.rows<ConsumerLag>(LAGS, [])),
  };
}
