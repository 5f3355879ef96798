import type { EventType } from "../domain/kernel/index.ts";
import { type Session, statement } from "./database.ts";

const LOCK_CONSUMER = statement("lock_log_reader", `
  select position from consumer where tenant_id = (select current_tenant()) and name = $1 and fence = $2 for update`);
const BATCH = statement("read_log", `
  with batch as materialized (
    select position, type, order_id from event where tenant_id = (select current_tenant()) and position > $1 order by position limit $2)
  select (select max(position) from batch) as position, (select count(*) from batch) as events,
    array(select distinct order_id from batch where order_id is not null and type = any($3::text[]) order by order_id) as order_ids`);
const ADVANCE = statement("advance_log_reader", `
  update consumer set position = $3, begun_until = $3, crashes = 0 where tenant_id = (select current_tenant()) and name = $1 and fence = $2`);

export interface LogReading {
  readonly consumer: string;
  readonly fence: number;
  readonly limit: number;
  /** Facts that the reader cares for. */
  readonly types: readonly EventType[];
}

/**
 * Hands a reader of the log the orders of which the next events tell, and moves its cursor in the same transaction. Null where the
 * fence is stale. `keep` answers how much it made of them.
 */
export async function readLog(session: Session, { consumer, fence, limit, types }: LogReading, keep: (orderIds: readonly string[]) => Promise<number>): Promise<{ readonly events: number; readonly made: number } | null> {
  const [cursor] = await session.rows<{ position: number }>(LOCK_CONSUMER, [consumer, fence]);
  if (!cursor) return null;
  const [batch] = await session.rows<{ position: number | null; events: number; order_ids: string[] }>(BATCH, [cursor.position, limit, types]);
  if (!batch || batch.position === null) return { events: 0, made: 0 };
  const made = batch.order_ids.length === 0 ? 0 : await keep(batch.order_ids);
  await session.run(ADVANCE, [consumer, fence, batch.position]);
  return { events: batch.events, made };
}
