import { BUCKETS, CARRIER_OUTCOMES, deriveStatus, type OrderLine, noUnits } from '../../domain/order/index.ts';
import { publicId } from '../../domain/kernel/index.ts';
import { type Session, statement } from '../database.ts';
import type { Difference, Findings } from './checks.ts';

type Totals = OrderLine['units'];
type Combination = Totals & { readonly status: string; readonly held: boolean; readonly orders: number };

/** Orders of a range, grouped by everything their status follows from: few groups, however many orders. */
const COMBINATIONS = statement('verify_status_combinations', `
  select status, held, pending, backordered, preordered, reserved, released, picked, packed, shipped, handed_over, cancelled, delivered, lost, returned_to_sender, count(*)::int as orders
  from (
    select o.id, o.status, exists (select from hold h where h.tenant_id = current_tenant() and h.order_id > $1 and h.order_id <= $2 and h.order_id = o.id and h.released_at is null) as held,
      coalesce(sum(l.pending), 0)::bigint as pending, coalesce(sum(l.backordered), 0)::bigint as backordered, coalesce(sum(l.preordered), 0)::bigint as preordered,
      coalesce(sum(l.reserved), 0)::bigint as reserved, coalesce(sum(l.released), 0)::bigint as released, coalesce(sum(l.picked), 0)::bigint as picked,
      coalesce(sum(l.packed), 0)::bigint as packed, coalesce(sum(l.shipped), 0)::bigint as shipped, coalesce(sum(l.handed_over), 0)::bigint as handed_over,
      coalesce(sum(l.cancelled), 0)::bigint as cancelled, coalesce(sum(l.delivered), 0)::bigint as delivered, coalesce(sum(l.lost), 0)::bigint as lost,
      coalesce(sum(l.returned_to_sender), 0)::bigint as returned_to_sender
    from (select id, status from sales_order where tenant_id = current_tenant() and id > $1 and id <= $2) o
    left join (select * from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) l on l.order_id = o.id
    group by o.id, o.status) t
  group by status, held, pending, backordered, preordered, reserved, released, picked, packed, shipped, handed_over, cancelled, delivered, lost, returned_to_sender`);

/** The orders of a range with one status, one by one: only asked where the groups showed a difference. */
const ORDERS = statement('verify_status_orders', `
  select o.id, o.status, exists (select from hold h where h.tenant_id = current_tenant() and h.order_id = o.id and h.released_at is null) as held, 1 as orders,
    coalesce(sum(l.pending), 0)::bigint as pending, coalesce(sum(l.backordered), 0)::bigint as backordered, coalesce(sum(l.preordered), 0)::bigint as preordered,
    coalesce(sum(l.reserved), 0)::bigint as reserved, coalesce(sum(l.released), 0)::bigint as released, coalesce(sum(l.picked), 0)::bigint as picked,
    coalesce(sum(l.packed), 0)::bigint as packed, coalesce(sum(l.shipped), 0)::bigint as shipped, coalesce(sum(l.handed_over), 0)::bigint as handed_over,
    coalesce(sum(l.cancelled), 0)::bigint as cancelled, coalesce(sum(l.delivered), 0)::bigint as delivered, coalesce(sum(l.lost), 0)::bigint as lost,
    coalesce(sum(l.returned_to_sender), 0)::bigint as returned_to_sender
  from (select id, status from sales_order where tenant_id = current_tenant() and id > $1 and id <= $2 and status = any($3::text[])) o
  left join (select * from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) l on l.order_id = o.id
  group by o.id, o.status`);

/** Derives the status of every combination with the domain's own function: the label has one definition. */
export async function checkStatuses(session: Session, range: readonly [string, string], findings: Findings): Promise<void> {
  const combinations = await session.rows<Combination>(COMBINATIONS, range);
  const examined = combinations.reduce((sum, one) => sum + one.orders, 0);
  const wrong = combinations.filter((one) => derived(one) !== one.status);
  const differences = wrong.reduce((sum, one) => sum + one.orders, 0);
  findings.add('order_status', examined, differences, differences === 0 ? [] : await named(session, range, wrong));
}

async function named(session: Session, range: readonly [string, string], wrong: readonly Combination[]): Promise<Difference[]> {
  const orders = await session.rows<Combination & { id: string }>(ORDERS, [...range, [...new Set(wrong.map((one) => one.status))]]);
  return orders.filter((one) => derived(one) !== one.status)
    .map((one) => ({ what: 'sales_order.status', key: publicId('order', one.id), stored: one.status, recomputed: derived(one) }));
}

/** The status follows from sums over the lines, so one line that holds the sums stands for all of them. */
function derived(one: Combination): string {
  const units = noUnits();
  for (const stage of [...BUCKETS, ...CARRIER_OUTCOMES]) units[stage] = one[stage];
  return deriveStatus([{ units }], one.held);
}
