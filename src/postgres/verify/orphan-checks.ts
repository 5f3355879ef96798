import { statement } from '../database.ts';
import type { RangeCheck } from './order-checks.ts';

/** Rows of a range of orders whose order, line or shipment is missing, and orders that miss their parts. */
const ORPHANS = statement('verify_orphans', `
  with missing as (
    select 'order_line' as what, order_id, concat(' line ', line_no) as part, 'no sales_order' as lacks from order_line l where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from sales_order o where o.tenant_id = current_tenant() and o.id > $1 and o.id <= $2 and o.id = l.order_id)
    union all select 'shipment', order_id, concat(' shipment ', shipment_no), 'no sales_order' from shipment s where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from sales_order o where o.tenant_id = current_tenant() and o.id > $1 and o.id <= $2 and o.id = s.order_id)
    union all select 'shipment_line', order_id, concat(' shipment ', shipment_no, ' line ', line_no), 'no shipment' from shipment_line p where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from shipment s where s.tenant_id = current_tenant() and s.order_id > $1 and s.order_id <= $2 and s.order_id = p.order_id and s.shipment_no = p.shipment_no)
    union all select 'shipment_line', order_id, concat(' shipment ', shipment_no, ' line ', line_no), 'no order_line' from shipment_line p where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from order_line l where l.tenant_id = current_tenant() and l.order_id > $1 and l.order_id <= $2 and l.order_id = p.order_id and l.line_no = p.line_no)
    union all select 'invoice', order_id, concat(' shipment ', shipment_no), 'no shipment' from invoice i where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from shipment s where s.tenant_id = current_tenant() and s.order_id > $1 and s.order_id <= $2 and s.order_id = i.order_id and s.shipment_no = i.shipment_no)
    union all select 'hold', order_id, concat(' hold ', hold_no), 'no sales_order' from hold h where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from sales_order o where o.tenant_id = current_tenant() and o.id > $1 and o.id <= $2 and o.id = h.order_id)
    union all select 'order_contact', order_id, '', 'no sales_order' from order_contact c where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from sales_order o where o.tenant_id = current_tenant() and o.id > $1 and o.id <= $2 and o.id = c.order_id)
    union all select 'excluded_node', order_id, concat(' line ', line_no), 'no order_line' from excluded_node x where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from order_line l where l.tenant_id = current_tenant() and l.order_id > $1 and l.order_id <= $2 and l.order_id = x.order_id and l.line_no = x.line_no)
    union all select 'routing_decision', order_id, concat(' decision ', decision_no), 'no sales_order' from routing_decision d where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from sales_order o where o.tenant_id = current_tenant() and o.id > $1 and o.id <= $2 and o.id = d.order_id)
    union all select 'event', order_id, concat(' position ', position), 'no sales_order' from event e where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
      and not exists (select from sales_order o where o.tenant_id = current_tenant() and o.id > $1 and o.id <= $2 and o.id = e.order_id)
    union all select 'order_line', order_id, concat(' line ', line_no), 'no line of its kit' from order_line l where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and parent_line_no is not null
      and not exists (select from order_line k where k.tenant_id = current_tenant() and k.order_id > $1 and k.order_id <= $2 and k.order_id = l.order_id and k.line_no = l.parent_line_no and k.ordered = 0)
    union all select 'sales_order', id, '', 'no order_line' from sales_order o where tenant_id = current_tenant() and id > $1 and id <= $2
      and not exists (select from order_line l where l.tenant_id = current_tenant() and l.order_id > $1 and l.order_id <= $2 and l.order_id = o.id)
    union all select 'sales_order', id, '', 'no order_contact' from sales_order o where tenant_id = current_tenant() and id > $1 and id <= $2
      and not exists (select from order_contact c where c.tenant_id = current_tenant() and c.order_id > $1 and c.order_id <= $2 and c.order_id = o.id)
    union all select 'sales_order', id, '', 'no OrderCaptured event' from sales_order o where tenant_id = current_tenant() and id > $1 and id <= $2
      and not exists (select from event e where e.tenant_id = current_tenant() and e.order_id > $1 and e.order_id <= $2 and e.order_id = o.id and e.type = 'OrderCaptured'))
  select (select count(*) from sales_order where tenant_id = current_tenant() and id > $1 and id <= $2)::int as examined, count(*)::int as differences,
    coalesce((array_agg(json_build_object('what', what, 'key', concat('ord_', replace(order_id::text, '-', ''), part), 'stored', 'present', 'recomputed', lacks)))[1:$3], '{}') as samples
  from missing`);

/** Items, nodes and channels that rows name and that have no version at all. */
const UNKNOWN_FACTS = statement('verify_unknown_facts', `
  with items as (select distinct id from item where tenant_id = current_tenant()), nodes as (select distinct id from node where tenant_id = current_tenant()),
  channels as (select distinct id from channel where tenant_id = current_tenant()),
  missing as (
    select 'order_line.item_id' as what, concat('ord_', replace(order_id::text, '-', ''), ' line ', line_no) as key, item_id as id from order_line l
      where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and item_id <> '00000000-0000-0000-0000-000000000000' and not exists (select from items i where i.id = l.item_id)
    union all select 'shipment.node_id', concat('ord_', replace(order_id::text, '-', ''), ' shipment ', shipment_no), node_id from shipment s
      where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and not exists (select from nodes n where n.id = s.node_id)
    union all select 'sales_order.channel_id', concat('ord_', replace(o.id::text, '-', '')), channel_id from sales_order o
      where tenant_id = current_tenant() and o.id > $1 and o.id <= $2 and not exists (select from channels c where c.id = o.channel_id))
  select 0 as examined, count(*)::int as differences,
    coalesce((array_agg(json_build_object('what', what, 'key', key, 'stored', id, 'recomputed', null)))[1:$3], '{}') as samples
  from missing`);

export const ORPHAN_CHECKS: readonly RangeCheck[] = [
  { check: 'orphans', statement: ORPHANS, columns: [] },
  { check: 'orphans', statement: UNKNOWN_FACTS, columns: [] },
];
