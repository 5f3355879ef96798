import { instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** Finders of work that is due. They lock nothing: whoever takes the work up locks it and looks again. */

const WAITING = statement("find_waiting_orders", `
  select l.order_id from unnest($1::uuid[]) as k (item_id)
    cross join lateral (select * from order_line l where l.tenant_id = (select current_tenant()) and l.item_id = k.item_id and (l.pending > 0 or l.backordered > 0) offset 0) l
  where not exists (select from hold h where h.tenant_id = l.tenant_id and h.order_id = l.order_id and h.released_at is null and (h.line_no is null or h.line_no = l.line_no or h.line_no = l.parent_line_no)
      and (h.kind in ('ITEM', 'ADDRESS') or (h.kind in ('PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL') and h.due_at is null)) offset 0)
  group by l.order_id order by l.order_id limit $2`);
const DUE_HOLDS = statement("find_due_holds", `
  select d.order_id from (
    select order_id, due_at from hold where tenant_id = (select current_tenant()) and released_at is null and due_at <= $1 and kind in ('PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL')
    order by due_at offset 0) d
  group by d.order_id order by min(d.due_at) limit $2`);
/**
 * Waiting lines for which some online node has more than it keeps back, and which were not sent back from there lately. A full node gives
 * something only to who has an open plan there.
 * The waiting lines come first and everything else is looked up for each: another order of joins once took a minute.
 */
const SERVABLE = statement("find_servable_orders", `
  with waiting as materialized (
    select order_id, line_no, parent_line_no, item_id, backordered, attempts from order_line
    where tenant_id = (select current_tenant()) and (pending > 0 or backordered > 0) and ($2::uuid is null or order_id > $2))
  select w.order_id from waiting w
    cross join lateral (select i.safety_stock, i.safety_percent from item i
      where i.tenant_id = (select current_tenant()) and i.id = w.item_id and i.valid_from <= $1 and $1 < i.valid_to offset 0) i
    cross join lateral (select o.channel_id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = w.order_id offset 0) o
    cross join lateral (select (c.routing ->> 'attemptLimit')::int as attempt_limit from channel c
      where c.tenant_id = (select current_tenant()) and c.id = o.channel_id and c.valid_from <= $1 and $1 < c.valid_to offset 0) c
  where (w.backordered > 0 or w.attempts < c.attempt_limit)
    and exists (select from stock s where s.tenant_id = (select current_tenant()) and s.item_id = w.item_id and s.owner = '' and s.condition = 'A' and s.short = 0
      and s.on_hand - s.reserved - s.soft > greatest(i.safety_stock, ceil(i.safety_percent * s.on_hand / 100.0))
      and (s.node_id <> all($4::uuid[]) or exists (select from shipment p where p.tenant_id = s.tenant_id and p.order_id = w.order_id and p.node_id = s.node_id and p.status = 'PLANNED' offset 0))
      and exists (select from node n where n.tenant_id = s.tenant_id and n.id = s.node_id and n.valid_from <= $1 and $1 < n.valid_to and n.status = 'online'
        and coalesce((n.operations ->> 'pausedUntil')::bigint, 0) <= extract(epoch from $1::timestamptz) * 1000 offset 0)
      and not exists (select from excluded_node e where e.tenant_id = s.tenant_id and e.order_id = w.order_id and e.line_no = w.line_no and e.node_id = s.node_id and e.until > $1 offset 0)
      offset 0)
    and not exists (select from hold h where h.tenant_id = (select current_tenant()) and h.order_id = w.order_id and h.released_at is null and (h.line_no is null or h.line_no = w.line_no or h.line_no = w.parent_line_no)
      and (h.kind in ('ITEM', 'ADDRESS') or (h.kind in ('PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL') and h.due_at is null)) offset 0)
  group by w.order_id order by w.order_id limit $3`);

/**
 * Lines of which units wait longer than their channel allows, none of them since. The waiting lines come first and everything else is
 * looked up for each; asked only where some channel has such a limit.
 */
const EXPIRED_BACKORDERS = statement("find_expired_backorders", `
  with waiting as materialized (
    select order_id, line_no from order_line where tenant_id = (select current_tenant()) and (pending > 0 or backordered > 0 or preordered > 0) and backordered > 0)
  select w.order_id, array_agg(w.line_no) as lines from waiting w
    cross join lateral (select o.channel_id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = w.order_id offset 0) o
    cross join lateral (select $1::timestamptz - make_interval(days => (c.backorders ->> 'cancelAfterDays')::int) as since from channel c
      where c.tenant_id = (select current_tenant()) and c.id = o.channel_id and c.valid_from <= $1 and $1 < c.valid_to offset 0) c
  where c.since is not null
    and not exists (select from line_movement m cross join lateral (
        select e.occurred_at from event e where e.tenant_id = (select current_tenant()) and e.order_id = w.order_id and e.id = m.event_id offset 0) e
      where m.tenant_id = (select current_tenant()) and m.order_id = w.order_id and m.line_no = w.line_no and m.to_bucket = 'backordered' and e.occurred_at > c.since offset 0)
  group by w.order_id order by w.order_id limit $2`);

/** A part of a kit waits for the kit's launch too. */
const LAUNCHED = statement("find_launched_orders", `
  with ahead as materialized (
    select order_id, parent_line_no, item_id from order_line where tenant_id = (select current_tenant()) and preordered > 0)
  select a.order_id from ahead a cross join lateral (
    select coalesce(max((i.waiting ->> 'launchAt')::bigint), 0) as launch_at from item i where i.tenant_id = (select current_tenant())
      and i.id = any(array[a.item_id, (select p.item_id from order_line p where p.tenant_id = (select current_tenant()) and p.order_id = a.order_id and p.line_no = a.parent_line_no)])
      and i.valid_from <= $1 and $1::timestamptz < i.valid_to offset 0) i
  where i.launch_at <= extract(epoch from $1::timestamptz) * 1000 group by a.order_id order by a.order_id limit $2`);

const ids = (rows: readonly { order_id: string }[]): readonly string[] => rows.map((row) => row.order_id);

export const findWaitingOrders = async (session: Session, itemIds: readonly string[], limit: number): Promise<readonly string[]> =>
  ids(await session.rows(WAITING, [itemIds, limit]));
export const findDueHolds = async (session: Session, now: number, limit: number): Promise<readonly string[]> =>
  ids(await session.rows(DUE_HOLDS, [instant(now), limit]));
export const findServableOrders = async (session: Session, now: number, after: string | null, limit: number, fullNodes: readonly string[]): Promise<readonly string[]> =>
  ids(await session.rows(SERVABLE, [instant(now), after, limit, fullNodes]));
export const findLaunchedOrders = async (session: Session, now: number, limit: number): Promise<readonly string[]> =>
  ids(await session.rows(LAUNCHED, [instant(now), limit]));
export const findExpiredBackorders = async (session: Session, now: number, limit: number): Promise<readonly { readonly orderId: string; readonly lines: readonly number[] }[]> =>
  (await session.rows<{ order_id: string; lines: number[] }>(EXPIRED_BACKORDERS, [instant(now), limit])).map(({ order_id: orderId, lines }) => ({ orderId, lines }));
