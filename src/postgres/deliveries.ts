import { PERSON_PREFIX, PRIVATE_EVENTS } from "../domain/kernel/index.ts";
import { TAKEN_BACK } from "../domain/order/index.ts";
import type pg from "pg";
import type { ClaimedDelivery, Delivery, DeliveryState, WebhookAttempt, Webhooks } from "../flows/integration.ts";
import { columns, instant } from "./columns.ts";
import { inTransaction, type Session, statement, unflushed } from "./database.ts";
import { letWait } from "./delivery-waits.ts";
import { type EventDb, readEvent } from "./outbox.ts";

const LOCK_CONSUMER = statement("lock_consumer", `
  select position from consumer where tenant_id = current_tenant() and name = $1 and fence = $2 for update`);
/** Nobody listens: the cursor goes to the head of the log at once. Counter and subscriptions are of one snapshot. */
const HEAD = statement("webhook_head", `
  select position from event_counter where tenant_id = current_tenant()
    and not exists (select from webhook_subscription where tenant_id = current_tenant() and status <> 'disabled')`);
/** With it, the events that a person may take back, and those about orders of which messages wait: nearly always none. */
const FAN_OUT = statement("fan_out", `
  with batch as (
    select position, type, order_id, actor from event where tenant_id = current_tenant() and position > $1 order by position limit $2
  ), made as (
    insert into webhook_delivery (tenant_id, subscription_id, position)
    select current_tenant(), s.id, b.position from batch b join webhook_subscription s
      on s.tenant_id = current_tenant() and s.status <> 'disabled' and b.position > s.start_position and (s.types is null or b.type = any(s.types)) and b.type <> all($3::text[])
    on conflict (tenant_id, subscription_id, position) where kind = 'event' do nothing returning id
  ), deeds as (select order_id from batch where starts_with(actor, $5) and type = any($4::text[]))
  select (select max(position) from batch) as position, (select count(*) from batch) as events, (select count(*) from made) as made,
    array(select b.position from batch b where b.order_id is not null and (b.order_id in (select order_id from deeds) or exists (select from webhook_delivery w
      where w.tenant_id = (select current_tenant()) and w.order_id = b.order_id and w.state = 'pending' and w.fence = 0 and w.waits_until is not null offset 0)) order by 1)::float8[] as concerned`);
const ADVANCE = statement("advance_fan_out", `
  update consumer set position = $3, begun_until = $3, crashes = 0 where tenant_id = current_tenant() and name = $1 and fence = $2`);

/**
 * Each webhook has its own number of free slots, so one that hangs keeps its own slots busy and nobody else's. What waited because it may be
 * taken back leaves when all that the log says of its order was read, so that nothing leaves that was taken back before.
 */
const CLAIM = statement("claim_deliveries", `
  with due as (
    select d.id from webhook_subscription s cross join (select coalesce((select position from consumer where tenant_id = current_tenant() and name = $7), 0) as position offset 0) r
    left join unnest($1::uuid[], $2::int[]) as f (subscription_id, slots) on f.subscription_id = s.id
    cross join lateral (
      select d.id from webhook_delivery d
      where d.tenant_id = current_tenant() and d.subscription_id = s.id and d.state = 'pending' and d.next_attempt_at <= clock_timestamp()
        and (d.claimed_until is null or d.claimed_until <= clock_timestamp())
        and (d.waits_until is null or d.fence > 0 or not exists (select from event e where e.tenant_id = (select current_tenant()) and e.order_id = d.order_id and e.position > r.position offset 0))
      order by d.next_attempt_at, d.position limit coalesce(f.slots, $3) for update skip locked
    ) d
    where s.tenant_id = current_tenant() and s.status = 'active' limit $4
  ), claimed as (
    update webhook_delivery d set fence = d.fence + 1, claimed_until = clock_timestamp() + make_interval(secs => $5),
      retry_until = coalesce(d.retry_until, clock_timestamp() + make_interval(secs => $6))
    from due where d.tenant_id = current_tenant() and d.id = due.id
    returning d.id, d.subscription_id, d.kind, d.position, d.fence, d.attempts, d.retry_until, d.waits_until
  )
  select c.id as delivery_id, c.subscription_id, c.fence, c.attempts, (extract(epoch from c.retry_until - clock_timestamp()) * 1000)::float8 as patience_ms,
    s.url, s.secret, case when s.previous_secret_until > clock_timestamp() then s.previous_secret end as previous_secret, c.waits_until,
    e.position, e.id, e.type, e.order_id, e.actor, e.reason, e.occurred_at, e.recorded_at, e.data
  from claimed c join webhook_subscription s on s.tenant_id = current_tenant() and s.id = c.subscription_id
  left join lateral (select e.* from event e where e.tenant_id = (select current_tenant()) and e.position = c.position and c.kind = 'event' offset 0) e on true
  order by c.position`);
/** The claim's fence is in the condition: after another process took the delivery over, this writes nothing. */
const FINISH = statement("finish_delivery", `
  with finished as (
    update webhook_delivery set state = $3, attempts = attempts + 1, claimed_until = null,
      next_attempt_at = case when $3 = 'pending' then clock_timestamp() + make_interval(secs => $4) end
    where tenant_id = current_tenant() and id = $1 and fence = $2 and state = 'pending' returning id, attempts
  )
  insert into webhook_attempt (tenant_id, delivery_id, attempt_no, at, duration_ms, status, excerpt, error)
  select current_tenant(), id, attempts, clock_timestamp() - make_interval(secs => $5 / 1000.0), $5, $6, $7, $8 from finished`);
const DISABLE = statement("disable_webhook", `
  update webhook_subscription set status = 'disabled', status_reason = $2 where tenant_id = current_tenant() and id = $1 and status <> 'disabled'`);
const GIVE_BACK = statement("give_back_deliveries", `
  update webhook_delivery d set claimed_until = null from (select * from unnest($1::uuid[], $2::bigint[]) limit cardinality($1)) as g (id, fence)
  where d.tenant_id = current_tenant() and d.id = g.id and d.fence = g.fence`);

const LIST = statement("list_deliveries", `
  select d.id, d.subscription_id, d.position, d.kind, d.state, d.next_attempt_at, d.created_at, e.id as event_id, e.type, w.id as withdrawn_with
  from webhook_delivery d left join lateral (select e.id, e.type from event e where e.tenant_id = (select current_tenant()) and e.position = d.position and d.kind = 'event' offset 0) e on true
    left join lateral (select w.id from event w where w.tenant_id = (select current_tenant()) and w.position = d.withdrawn_with offset 0) w on true
  where d.tenant_id = current_tenant() and d.subscription_id = $1 and ($2::text is null or d.state = $2)
    and ($3::uuid is null or (d.position, d.id) < (select b.position, b.id from webhook_delivery b where b.tenant_id = current_tenant() and b.id = $3))
  order by d.position desc, d.id desc limit $4`);
const FIND = statement("find_delivery", `
  select d.id, d.subscription_id, d.position, d.kind, d.state, d.next_attempt_at, d.created_at, e.id as event_id, e.type, w.id as withdrawn_with
  from webhook_delivery d left join lateral (select e.id, e.type from event e where e.tenant_id = (select current_tenant()) and e.position = d.position and d.kind = 'event' offset 0) e on true
    left join lateral (select w.id from event w where w.tenant_id = (select current_tenant()) and w.position = d.withdrawn_with offset 0) w on true
  where d.tenant_id = current_tenant() and d.id = $1`);
const ATTEMPTS = statement("delivery_attempts", `
  select delivery_id, attempt_no, at, duration_ms, status, excerpt, error from webhook_attempt
  where tenant_id = current_tenant() and delivery_id = any($1::uuid[]) order by delivery_id, attempt_no`);
const REDELIVER = statement("redeliver", `
  update webhook_delivery set state = 'pending', next_attempt_at = clock_timestamp(), retry_until = null, created_at = now(), waits_until = null, withdrawn_with = null where tenant_id = current_tenant() and id = any($1::uuid[])`);
/** Given up, or waiting for another attempt that is not in hand. */
const FAILED = statement("failed_deliveries", `
  select f.id from (
      (select d.id from webhook_delivery d
        where d.tenant_id = (select current_tenant()) and d.subscription_id = $1 and d.state = 'dead' and d.created_at >= $2 order by d.created_at limit $3)
      union all
      (select d.id from webhook_delivery d
        where d.tenant_id = (select current_tenant()) and d.subscription_id = $1 and d.state = 'pending' and d.next_attempt_at > clock_timestamp() and d.attempts > 0 and d.created_at >= $2
        order by d.next_attempt_at limit $3)
    ) f limit $3`);
/** In one order, and without what was delivered meanwhile. */
const LOCK_FAILED = statement("lock_failed_deliveries", `
  select id from webhook_delivery where tenant_id = (select current_tenant()) and id = any($1::uuid[]) and state <> 'delivered' order by id for update`);
const REPLAY = statement("replay", `
  with batch as (
    select position from event where tenant_id = current_tenant() and position >= $2 and position <= $3 and ($4::text[] is null or type = any($4)) and type <> all($6::text[]) order by position limit $5
  ), made as (
    insert into webhook_delivery (tenant_id, subscription_id, position)
    select current_tenant(), s.id, b.position from batch b cross join webhook_subscription s where s.tenant_id = current_tenant() and s.id = $1
    on conflict (tenant_id, subscription_id, position) where kind = 'event'
      do update set state = 'pending', next_attempt_at = clock_timestamp(), retry_until = null, created_at = now(), waits_until = null, withdrawn_with = null
    returning position
  )
  select count(*) as deliveries, max(position) as last_position from made`);
const TEST = statement("test_webhook", `
  insert into webhook_delivery (tenant_id, subscription_id, kind, position)
  select current_tenant(), s.id, 'test', k.position from webhook_subscription s join event_counter k using (tenant_id)
  where s.tenant_id = current_tenant() and s.id = $1 returning id`);
const COUNTS = statement("count_deliveries", `
  select (select count(*) from webhook_delivery where tenant_id = current_tenant() and state = 'pending') as pending,
    (select count(*) from webhook_delivery where tenant_id = current_tenant() and state = 'dead') as dead`);
const FORGET = statement("forget_deliveries", `
  delete from webhook_delivery where tenant_id = current_tenant() and id in (
    select id from webhook_delivery where tenant_id = current_tenant() and created_at < now() - interval '30 days' order by created_at limit $1)`);

const MAX_POSITION = Number.MAX_SAFE_INTEGER;

type ClaimDb = (EventDb | { [K in keyof EventDb]: null }) & {
  delivery_id: string; subscription_id: string; fence: number; attempts: number; patience_ms: number; url: string; secret: string; previous_secret: string | null; waits_until: Date | null;
};
interface DeliveryDb {
  id: string; subscription_id: string; position: number; kind: "event" | "test"; state: DeliveryState; next_attempt_at: Date | null; created_at: Date;
  event_id: string | null; type: string | null; withdrawn_with: string | null;
}
interface AttemptDb { delivery_id: string; attempt_no: number; at: Date; duration_ms: number; status: number | null; excerpt: string | null; error: string | null }

const readClaim = (row: ClaimDb): ClaimedDelivery => ({
  id: row.delivery_id, webhookId: row.subscription_id, url: row.url, secrets: row.previous_secret === null ? [row.secret] : [row.secret, row.previous_secret],
  fence: row.fence, attemptNo: row.attempts + 1, patienceMs: row.patience_ms, waitedUntil: row.waits_until?.getTime() ?? null, event: row.id === null ? null : readEvent(row),
});
const readAttempt = (row: AttemptDb): WebhookAttempt => ({
  attemptNo: row.attempt_no, at: row.at.getTime(), durationMs: row.duration_ms, status: row.status, excerpt: row.excerpt, error: row.error,
});

async function withAttempts(session: Session, rows: readonly DeliveryDb[]): Promise<readonly Delivery[]> {
  const attempts = rows.length === 0 ? [] : await session.rows<AttemptDb>(ATTEMPTS, [rows.map((row) => row.id)]);
  return rows.map((row) => ({
    id: row.id, webhookId: row.subscription_id, position: row.position, eventId: row.event_id, type: row.type, state: row.state,
    nextAttemptAt: row.next_attempt_at?.getTime() ?? null, createdAt: row.created_at.getTime(), withdrawnWith: row.withdrawn_with, attempts: attempts.filter((one) => one.delivery_id === row.id).map(readAttempt),
  }));
}

async function find(session: Session, id: string): Promise<Delivery | null> {
  const [found] = await withAttempts(session, await session.rows<DeliveryDb>(FIND, [id]));
  return found ?? null;
}

type Sending = Pick<Webhooks, "fanOut" | "claim" | "finish" | "giveBack">;
type Keeping = Pick<Webhooks, "deliveries" | "redeliver" | "redeliverFailed" | "replay" | "test" | "counts" | "forget">;

export const postgresDeliveries = (pool: pg.Pool): Sending & Keeping => ({ ...sending(pool), ...keeping(pool) });

function sending(pool: pg.Pool): Sending {
  return {
    fanOut: ({ tenantId, fence }, consumer, limit, waitMs) => unflushed(pool, tenantId, async (session) => {
      const [cursor] = await session.rows<{ position: number }>(LOCK_CONSUMER, [consumer, fence]);
      if (!cursor) return null;
      const [head] = await session.rows<{ position: number }>(HEAD, []);
      const [batch] = head ? [{ position: head.position, events: head.position - cursor.position, made: 0, concerned: [] }]
        : await session.rows<{ position: number | null; events: number; made: number; concerned: number[] }>(FAN_OUT, [cursor.position, limit, PRIVATE_EVENTS, TAKEN_BACK, PERSON_PREFIX]);
      if (!batch || batch.position === null || batch.position === cursor.position) return { events: 0, made: 0 };
      await letWait(session, batch.concerned, waitMs);
      await session.run(ADVANCE, [consumer, fence, batch.position]);
      return { events: batch.events, made: batch.made };
    }),
    claim: (tenantId, { limit, perWebhook, slots, claimMs, patienceMs, reader }) => inTransaction(pool, tenantId, async (session) =>
      (await session.rows<ClaimDb>(CLAIM, [...columns([...slots], [([id]) => id, ([, free]) => free]), perWebhook, limit, claimMs / 1000, patienceMs / 1000, reader])).map(readClaim)),
    finish: (tenantId, { id, fence, webhookId }, { state, retryInMs, durationMs, status, excerpt, error, disable }) => inTransaction(pool, tenantId, async (session) => {
      const written = await session.run(FINISH, [id, fence, state, (retryInMs ?? 0) / 1000, Math.round(durationMs), status, excerpt, error]);
      if (written > 0 && disable !== null) await session.run(DISABLE, [webhookId, disable]);
      return written > 0;
    }),
    giveBack: (tenantId, deliveries) => inTransaction(pool, tenantId, async (session) => void (await session.run(GIVE_BACK, columns(deliveries, [(d) => d.id, (d) => d.fence])))),
  };
}

function keeping(pool: pg.Pool): Keeping {
  return {
    deliveries: (tenantId, webhookId, { state, before, limit }) => inTransaction(pool, tenantId, async (session) =>
      withAttempts(session, await session.rows<DeliveryDb>(LIST, [webhookId, state, before, limit]))),
    redeliver: (tenantId, deliveryId) => inTransaction(pool, tenantId, async (session) => {
      await session.run(REDELIVER, [[deliveryId]]);
      return find(session, deliveryId);
    }),
    redeliverFailed: (tenantId, webhookId, since, limit, isTrial) => inTransaction(pool, tenantId, async (session) => {
      const failed = await session.rows<{ id: string }>(FAILED, [webhookId, instant(since), limit]);
      if (isTrial || failed.length === 0) return failed.length;
      const locked = await session.rows<{ id: string }>(LOCK_FAILED, [failed.map(({ id }) => id)]);
      return session.run(REDELIVER, [locked.map(({ id }) => id)]);
    }),
    replay: (tenantId, webhookId, { from, to, types }, limit) => inTransaction(pool, tenantId, async (session) => {
      const [made] = await session.rows<{ deliveries: number; last_position: number | null }>(REPLAY, [webhookId, from, to ?? MAX_POSITION, types, limit, PRIVATE_EVENTS]);
      const deliveries = made?.deliveries ?? 0;
      return { deliveries, lastPosition: made?.last_position ?? null, complete: deliveries < limit };
    }),
    test: (tenantId, webhookId) => inTransaction(pool, tenantId, async (session) => {
      const [made] = await session.rows<{ id: string }>(TEST, [webhookId]);
      return made ? find(session, made.id) : null;
    }),
    counts: (tenantId) => inTransaction(pool, tenantId, async (session) => {
      const [row] = await session.rows<{ pending: number; dead: number }>(COUNTS, []);
      return row ?? { pending: 0, dead: 0 };
    }),
    forget: (tenantId, limit) => inTransaction(pool, tenantId, (session) => session.run(FORGET, [limit])),
  };
}

