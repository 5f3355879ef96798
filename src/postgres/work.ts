import { instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** Finders of work that is due. They lock nothing: whoever takes the work up locks it and looks again. */

const WAITING = statement("find_waiting_orders", `
  select l.order_id from unnest($1::uuid[]) as k (item_id)
    cross join lateral (select * from order_line l where l.tenant_id = (select current_tenant()) and l.item_id = k.item_id and (l.pending > 0 or l.backordered > 0) offset 0) l
  where not exists (select from hold h where h.tenant_id = l.tenant_id and h.order_id = l.order_id and h.released_at is null and (h.line_no is null or h.line_no = l.line_no)
      and (h.kind in ('ITEM', 'ADDRESS') or (h.kind in ('PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL') and h.due_at is null)) offset 0)
  group by l.order_id order by l.order_id limit $2`);
const DUE_HOLDS = statement("find_due_holds", `
  select order_id from hold where tenant_id = (select current_tenant()) and released_at is null and due_at <= $1 and kind in ('PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL')
  group by order_id order by min(due_at) limit $2`);
/** Waiting lines for which some online node has more than it keeps back, and which were not sent back from there lately. */
const SERVABLE = statement("find_servable_orders", `
  select l.order_id from order_line l
    join sales_order o on o.tenant_id = l.tenant_id and o.id = l.order_id
    join channel c on c.tenant_id = o.tenant_id and c.id = o.channel_id and c.valid_from <= $1 and $1 < c.valid_to
    join item i on i.tenant_id = l.tenant_id and i.id = l.item_id and i.valid_from <= $1 and $1 < i.valid_to
  where l.tenant_id = (select current_tenant()) and (l.pending > 0 or l.backordered > 0) and ($2::uuid is null or l.order_id > $2)
    and (l.backordered > 0 or l.attempts < (c.routing ->> 'attemptLimit')::int)
    and exists (select from stock s join node n on n.tenant_id = s.tenant_id and n.id = s.node_id and n.valid_from <= $1 and $1 < n.valid_to and n.status = 'online'
      where s.tenant_id = l.tenant_id and s.item_id = l.item_id and s.owner = '' and s.condition = 'A' and s.short = 0
        and s.on_hand - s.reserved - s.soft > greatest(i.safety_stock, ceil(i.safety_percent * s.on_hand / 100.0))
        and not exists (select from excluded_node e where e.tenant_id = l.tenant_id and e.order_id = l.order_id and e.line_no = l.line_no and e.node_id = s.node_id and e.until > $1 offset 0))
    and not exists (select from hold h where h.tenant_id = l.tenant_id and h.order_id = l.order_id and h.released_at is null and (h.line_no is null or h.line_no = l.line_no)
      and (h.kind in ('ITEM', 'ADDRESS') or (h.kind in ('PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL') and h.due_at is null)) offset 0)
  group by l.order_id order by l.order_id limit $3`);

const ids = (rows: readonly { order_id: string }[]): readonly string[] => rows.map((row) => row.order_id);

export const findWaitingOrders = async (session: Session, itemIds: readonly string[], limit: number): Promise<readonly string[]> =>
  ids(await session.rows(WAITING, [itemIds, limit]));
export const findDueHolds = async (session: Session, now: number, limit: number): Promise<readonly string[]> =>
  ids(await session.rows(DUE_HOLDS, [instant(now), limit]));
export const findServableOrders = async (session: Session, now: number, after: string | null, limit: number): Promise<readonly string[]> =>
  ids(await session.rows(SERVABLE, [instant(now), after, limit]));
