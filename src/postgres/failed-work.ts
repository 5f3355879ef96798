import type pg from "pg";
import type { FailedWork, FailedWorkQueue } from "../flows/integration.ts";
import { inTransaction, type Session, statement } from "./database.ts";
import { type EventDb, readEvent } from "./outbox.ts";

/** The consumer's row is the fence: locked for the moment of the write, and only where this holder is the newest. */
const FENCED = statement("check_fence", `
  select from consumer where tenant_id = current_tenant() and name = $1 and fence = $2 for share`);
const KEEP = statement("keep_failed_work", `
  insert into failed_work as w (tenant_id, consumer, position, attempts, state, error, next_attempt_at)
  values (current_tenant(), $1, $2, 1, case when $4::float8 is null then 'parked' else 'retrying' end, $3, clock_timestamp() + make_interval(secs => $4::float8 / 1000))
  on conflict (tenant_id, consumer, position) do update set attempts = w.attempts + 1, state = excluded.state, error = excluded.error,
    next_attempt_at = excluded.next_attempt_at, failed_at = now()`);
const DUE = statement("due_failed_work", `
  select w.id as work_id, w.consumer, w.attempts, w.state, w.error, w.next_attempt_at, w.failed_at,
    e.position, e.id, e.type, e.order_id, e.actor, e.reason, e.occurred_at, e.recorded_at, e.data
  from failed_work w cross join lateral (select e.* from event e where e.tenant_id = (select current_tenant()) and e.position = w.position offset 0) e
  where w.tenant_id = current_tenant() and w.consumer = $1 and w.state = 'retrying' and w.next_attempt_at <= clock_timestamp()
    and exists (select from consumer c where c.tenant_id = w.tenant_id and c.name = w.consumer and c.fence = $2)
  order by w.next_attempt_at limit $3`);
const SETTLE = statement("settle_failed_work", `delete from failed_work where tenant_id = current_tenant() and consumer = $1 and id = $2`);
const LIST = statement("list_failed_work", `
  select w.id as work_id, w.consumer, w.attempts, w.state, w.error, w.next_attempt_at, w.failed_at,
    e.position, e.id, e.type, e.order_id, e.actor, e.reason, e.occurred_at, e.recorded_at, e.data
  from failed_work w cross join lateral (select e.* from event e where e.tenant_id = (select current_tenant()) and e.position = w.position offset 0) e
  where w.tenant_id = current_tenant() and ($1::text is null or w.state = $1)
    and ($2::uuid is null or (w.position, w.id) > (select a.position, a.id from failed_work a where a.tenant_id = current_tenant() and a.id = $2))
  order by w.position, w.id limit $3`);
const RETRY = statement("retry_failed_work", `
  update failed_work set state = 'retrying', attempts = 0, next_attempt_at = clock_timestamp() where tenant_id = current_tenant() and id = $1`);
const COUNTS = statement("count_failed_work", `
  select count(*) filter (where state = 'retrying') as retrying, count(*) filter (where state = 'parked') as parked from failed_work where tenant_id = current_tenant()`);

type FailedDb = EventDb & {
  work_id: string; consumer: string; attempts: number; state: FailedWork["state"]; error: string; next_attempt_at: Date | null; failed_at: Date;
};

const readFailed = (row: FailedDb): FailedWork => ({
  id: row.work_id, consumer: row.consumer, event: readEvent(row), attempts: row.attempts, state: row.state, error: row.error,
  nextAttemptAt: row.next_attempt_at?.getTime() ?? null, failedAt: row.failed_at.getTime(),
});

const isFenced = async (session: Session, consumer: string, fence: number): Promise<boolean> => (await session.rows(FENCED, [consumer, fence])).length > 0;

export function postgresFailedWork(pool: pg.Pool): FailedWorkQueue {
  return {
    keep: ({ tenantId, fence }, consumer, position, error, retryInMs) => inTransaction(pool, tenantId, async (session) => {
      if (!(await isFenced(session, consumer, fence))) return false;
      await session.run(KEEP, [consumer, position, error, retryInMs]);
      return true;
    }),
    due: ({ tenantId, fence }, consumer, limit) => inTransaction(pool, tenantId, async (session) => (await session.rows<FailedDb>(DUE, [consumer, fence, limit])).map(readFailed)),
    settle: ({ tenantId, fence }, consumer, id) => inTransaction(pool, tenantId, async (session) => {
      if (!(await isFenced(session, consumer, fence))) return false;
      return (await session.run(SETTLE, [consumer, id])) > 0;
    }),
    list: (tenantId, state, after, limit) => inTransaction(pool, tenantId, async (session) => (await session.rows<FailedDb>(LIST, [state, after, limit])).map(readFailed)),
    retry: (tenantId, id) => inTransaction(pool, tenantId, async (session) => (await session.run(RETRY, [id])) > 0),
    counts: (tenantId) => inTransaction(pool, tenantId, async (session) => {
      const [row] = await session.rows<{ retrying: number; parked: number }>(COUNTS, []);
      return row ?? { retrying: 0, parked: 0 };
    }),
  };
}
