import { decideWaits } from "../domain/order/index.ts";
import { columns, instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";
import { type EventDb, readEvent } from "./outbox.ts";

const EVENTS = statement("events_that_may_wait", `
  select e.position, e.id, e.type, e.order_id, e.actor, e.reason, e.occurred_at, e.recorded_at, e.data
  from (select * from unnest($1::bigint[]) limit cardinality($1)) as k (position)
    cross join lateral (select e.* from event e where e.tenant_id = (select current_tenant()) and e.position = k.position offset 0) e order by e.position`);
const WAITING = statement("events_that_wait", `
  select distinct on (e.position) e.position, e.id, e.type, e.order_id, e.actor, e.reason, e.occurred_at, e.recorded_at, e.data
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (order_id)
    cross join lateral (select w.position from webhook_delivery w where w.tenant_id = (select current_tenant()) and w.order_id = k.order_id and w.state = 'pending' and w.fence = 0
      and w.waits_until is not null offset 0) w
    cross join lateral (select e.* from event e where e.tenant_id = (select current_tenant()) and e.position = w.position offset 0) e
  order by e.position`);
const WAIT = statement("deliveries_wait", `
  with late as materialized (
    select d.id, k.order_id, k.until
    from (select * from unnest($1::bigint[], $2::uuid[], $3::timestamptz[]) limit cardinality($1)) as k (position, order_id, until) cross join webhook_subscription s
      cross join lateral (select d.id from webhook_delivery d where d.tenant_id = current_tenant() and d.subscription_id = s.id and d.position = k.position and d.kind = 'event' offset 0) d
    where s.tenant_id = current_tenant())
  update webhook_delivery d set order_id = l.order_id, waits_until = l.until, next_attempt_at = greatest(d.next_attempt_at, l.until)
  from late l where d.tenant_id = current_tenant() and d.id = l.id and d.state || '' = 'pending' and d.fence = 0`);
/**
 * Each webhook for itself: what no sender has claimed yet is withdrawn, and with it what took it back, also where the webhook would not hear
 * of the deed at all. A delivery that somebody claims or sends again in this moment is locked, and left to them: then both are sent.
 */
const WITHDRAW = statement("withdraw_deliveries", `
  with pair as (select * from unnest($1::bigint[], $2::bigint[]) as p (deed, counter) limit cardinality($1)),
  heard as materialized (
    select p.deed, p.counter, d.id as deed_id, c.id as counter_id from pair p cross join webhook_subscription s
    left join lateral (select d.id from webhook_delivery d where d.tenant_id = current_tenant() and d.subscription_id = s.id and d.position = p.deed and d.kind = 'event' offset 0) d on true
    left join lateral (select d.id from webhook_delivery d where d.tenant_id = current_tenant() and d.subscription_id = s.id and d.position = p.counter and d.kind = 'event' offset 0) c on true
    where s.tenant_id = current_tenant()),
  free as materialized (
    select h.deed_id, h.counter from heard h cross join lateral (select d.id from webhook_delivery d
      where d.tenant_id = current_tenant() and d.id = h.deed_id and d.state || '' = 'pending' and d.fence = 0 and d.waits_until is not null for update skip locked) d),
  deeds as (
    update webhook_delivery d set state = 'withdrawn', next_attempt_at = null, withdrawn_with = f.counter from free f
    where d.tenant_id = current_tenant() and d.id = f.deed_id returning d.id),
  counters as (
    update webhook_delivery d set state = 'withdrawn', next_attempt_at = null, withdrawn_with = h.deed from heard h
    where d.tenant_id = current_tenant() and d.id = h.counter_id and d.state || '' = 'pending' and d.fence = 0
      and (h.deed_id is null or exists (select from free f where f.deed_id = h.deed_id)) returning d.id)
  select id from deeds union all select id from counters`);

/**
 * Lets deliveries that were just made of the events at `positions` wait, or withdraws them with those of what they take back, as the log has
 * it. In the transaction that makes them, so that no sender sees them before.
 */
export async function letWait(session: Session, positions: readonly number[], waitMs: number): Promise<void> {
  if (positions.length === 0) return;
  const fresh = (await session.rows<EventDb>(EVENTS, [positions])).map(readEvent);
  const made = new Set(positions);
  const orderIds = [...new Set(fresh.flatMap(({ orderId }) => (orderId === null ? [] : [orderId])))];
  const waiting = (await session.rows<EventDb>(WAITING, [orderIds])).map(readEvent).filter(({ position }) => !made.has(position));
  const { until, takenBack } = decideWaits(waiting, fresh, waitMs);
  const late = fresh.filter(({ position }) => until.has(position));
  if (late.length > 0) await session.run(WAIT, columns(late, [(e) => e.position, (e) => e.orderId, (e) => instant(until.get(e.position) ?? null)]));
  if (takenBack.length > 0) await session.rows(WITHDRAW, columns(takenBack, [(one) => one.deed, (one) => one.counter]));
}
