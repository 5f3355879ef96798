import { instant } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** Finders of work that is due. They lock nothing: whoever takes the work up locks it and looks again. */

const WAITING = statement("find_waiting_orders", `
  select l.order_id from order_line l
  where l.tenant_id = current_tenant() and l.item_id = any($1::uuid[]) and (l.pending > 0 or l.backordered > 0)
    and not exists (select from hold h where h.tenant_id = l.tenant_id and h.order_id = l.order_id and h.released_at is null and h.kind in ('ITEM', 'ADDRESS')
      and (h.line_no is null or h.line_no = l.line_no))
  group by l.order_id order by l.order_id limit $2`);
const DUE_HOLDS = statement("find_due_holds", `
  select order_id from hold where tenant_id = current_tenant() and released_at is null and due_at <= $1 group by order_id order by min(due_at) limit $2`);
/** Lines that may be tried at a node again: their cool-down is over and units still wait. */
const DUE_EXCLUSIONS = statement("find_due_exclusions", `
  select e.order_id from excluded_node e join order_line l using (tenant_id, order_id, line_no)
  where e.tenant_id = current_tenant() and e.until <= $1 and e.until > $1 - interval '1 hour' and (l.pending > 0 or l.backordered > 0)
  group by e.order_id order by e.order_id limit $2`);

const ids = (rows: readonly { order_id: string }[]): readonly string[] => rows.map((row) => row.order_id);

export const findWaitingOrders = async (session: Session, itemIds: readonly string[], limit: number): Promise<readonly string[]> =>
  ids(await session.rows(WAITING, [itemIds, limit]));
export const findDueHolds = async (session: Session, now: number, limit: number): Promise<readonly string[]> =>
  ids(await session.rows(DUE_HOLDS, [instant(now), limit]));
export const findDueExclusions = async (session: Session, now: number, limit: number): Promise<readonly string[]> =>
  ids(await session.rows(DUE_EXCLUSIONS, [instant(now), limit]));
