import { type Statement, statement } from '../database.ts';
import type { CheckName } from './checks.ts';

/**
 * A check over a range of orders. Its statement takes (after this order id, up to this one, how many to name) and gives one
 * row: examined, differences, samples. A sample has a key and either `what` or figures in the order of `columns`.
 */
export interface RangeCheck {
  readonly check: CheckName;
  readonly statement: Statement;
  /** Names of the figures in a sample's arrays; empty where the sample names itself. */
  readonly columns: readonly string[];
}

const BUCKETS = ['pending', 'backordered', 'preordered', 'reserved', 'released', 'picked', 'packed', 'shipped', 'handed_over', 'cancelled', 'delivered', 'lost', 'returned_to_sender'];
const STAGES = ['reserved', 'released', 'picked', 'packed', 'shipped', 'handed_over', 'delivered', 'lost', 'returned_to_sender'];

/** A carrier's outcome marks units without taking them out of "shipped". */
const LINE_COUNTERS = statement('verify_line_counters', `
  with moved as (
    select order_id, line_no, array[
      sum(case when to_bucket = 'pending' then quantity when from_bucket = 'pending' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'backordered' then quantity when from_bucket = 'backordered' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'preordered' then quantity when from_bucket = 'preordered' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'reserved' then quantity when from_bucket = 'reserved' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'released' then quantity when from_bucket = 'released' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'picked' then quantity when from_bucket = 'picked' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'packed' then quantity when from_bucket = 'packed' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'shipped' then quantity when from_bucket = 'shipped' and to_bucket not in ('delivered', 'lost', 'returned_to_sender') then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'handed_over' then quantity when from_bucket = 'handed_over' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'cancelled' then quantity when from_bucket = 'cancelled' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'delivered' then quantity else 0 end)::bigint,
      sum(case when to_bucket = 'lost' then quantity else 0 end)::bigint,
      sum(case when to_bucket = 'returned_to_sender' then quantity else 0 end)::bigint] as figures
    from line_movement where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 group by order_id, line_no),
  stored as (
    select order_id, line_no, array[pending, backordered, preordered, reserved, released, picked, packed, shipped, handed_over, cancelled, delivered, lost, returned_to_sender] as figures
    from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2)
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('key', concat('ord_', replace(order_id::text, '-', ''), ' line ', line_no), 'stored', stored, 'recomputed', recomputed)) filter (where bad))[1:$3], '{}') as samples
  from (select order_id, line_no, s.figures as stored, m.figures as recomputed, s.figures is distinct from coalesce(m.figures, array_fill(0::bigint, array[13])) as bad
    from stored s full join moved m using (order_id, line_no)) c`);

const SHIPMENT_COUNTERS = statement('verify_shipment_counters', `
  with moved as (
    select order_id, shipment_no, line_no, node_id, array[
      sum(case when to_bucket = 'reserved' then quantity when from_bucket = 'reserved' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'released' then quantity when from_bucket = 'released' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'picked' then quantity when from_bucket = 'picked' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'packed' then quantity when from_bucket = 'packed' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'shipped' then quantity when from_bucket = 'shipped' and to_bucket not in ('delivered', 'lost', 'returned_to_sender') then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'handed_over' then quantity when from_bucket = 'handed_over' then -quantity else 0 end)::bigint,
      sum(case when to_bucket = 'delivered' then quantity else 0 end)::bigint,
      sum(case when to_bucket = 'lost' then quantity else 0 end)::bigint,
      sum(case when to_bucket = 'returned_to_sender' then quantity else 0 end)::bigint] as figures
    from line_movement where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and shipment_no is not null group by order_id, shipment_no, line_no, node_id),
  stored as (
    select l.order_id, l.shipment_no, l.line_no, s.node_id,
      array[l.reserved, l.released, l.picked, l.packed, l.shipped, l.handed_over, l.delivered, l.lost, l.returned_to_sender] as figures
    from shipment_line l left join (select order_id, shipment_no, node_id from shipment where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) s using (order_id, shipment_no)
    where l.tenant_id = current_tenant() and l.order_id > $1 and l.order_id <= $2)
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('key', concat('ord_', replace(order_id::text, '-', ''), ' shipment ', shipment_no, ' line ', line_no, ' at ',
      coalesce((select n.code from node n where n.tenant_id = current_tenant() and n.id = c.node_id and n.valid_to = 'infinity'), c.node_id::text, 'no node')),
      'stored', stored, 'recomputed', recomputed)) filter (where bad))[1:$3], '{}') as samples
  from (select order_id, shipment_no, line_no, node_id, s.figures as stored, m.figures as recomputed, s.figures is distinct from m.figures as bad
    from stored s full join moved m using (order_id, shipment_no, line_no, node_id)) c`);

const LINE_EQUATION = statement('verify_line_equation', `
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('key', concat('ord_', replace(order_id::text, '-', ''), ' line ', line_no), 'stored', array[ordered, outcomes], 'recomputed', array[placed, least(outcomes, shipped)])) filter (where bad))[1:$3], '{}') as samples
  from (select order_id, line_no, ordered, shipped, placed, outcomes, ordered <> placed or outcomes > shipped as bad
    from (select order_id, line_no, ordered, shipped, delivered + lost + returned_to_sender as outcomes,
        cancelled + pending + backordered + preordered + reserved + released + picked + packed + shipped + handed_over as placed
      from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) l) c`);

const SHIPMENT_STATUS = statement('verify_shipment_status', `
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', 'shipment.status', 'key', concat('ord_', replace(order_id::text, '-', ''), ' shipment ', shipment_no), 'stored', status,
      'recomputed', concat('reserved ', reserved, ', released ', released, ', picked ', picked, ', packed ', packed, ', shipped ', shipped, ', handed over ', handed_over,
        ', delivered ', delivered, ', lost ', lost, ', returned ', returned))) filter (where bad))[1:$3], '{}') as samples
  from (select t.*, case status
      when 'CANCELLED' then total <> 0
      when 'PLANNED' then reserved = 0 or total <> reserved
      when 'RELEASED' then released = 0 or total <> released
      when 'ACCEPTED' then released = 0 or total <> released
      when 'PICKED' then picked = 0 or total <> picked
      when 'PACKED' then packed = 0 or total <> packed
      when 'HANDED_OVER' then handed_over = 0 or total <> handed_over
      when 'SHIPPED' then shipped = 0 or total <> shipped
      when 'AT_STORE' then shipped = 0 or total <> shipped or storeless
      when 'DELIVERED' then shipped = 0 or delivered <> shipped or total <> 2 * shipped
      when 'LOST' then shipped = 0 or lost <> shipped or total <> 2 * shipped
      when 'RETURNED_TO_SENDER' then shipped = 0 or returned <> shipped or total <> 2 * shipped
      else true end as bad
    from (select s.order_id, s.shipment_no, s.status, bool_or(s.storeless) as storeless, coalesce(sum(l.reserved), 0) as reserved, coalesce(sum(l.released), 0) as released, coalesce(sum(l.picked), 0) as picked,
        coalesce(sum(l.packed), 0) as packed, coalesce(sum(l.shipped), 0) as shipped, coalesce(sum(l.handed_over), 0) as handed_over, coalesce(sum(l.delivered), 0) as delivered,
        coalesce(sum(l.lost), 0) as lost, coalesce(sum(l.returned_to_sender), 0) as returned,
        coalesce(sum(l.reserved + l.released + l.picked + l.packed + l.shipped + l.handed_over + l.delivered + l.lost + l.returned_to_sender), 0) as total
      from (select order_id, shipment_no, status, case status when 'AT_STORE' then document ->> 'to_store' is null else false end as storeless from shipment where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) s
      left join (select * from shipment_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) l using (order_id, shipment_no)
      group by s.order_id, s.shipment_no, s.status) t) c`);

const SHIPMENT_CAPACITY = statement('verify_shipment_capacity', `
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', 'shipment.capacity_units', 'key', concat('ord_', replace(order_id::text, '-', ''), ' shipment ', shipment_no), 'stored', claimed, 'recomputed', units)) filter (where bad))[1:$3], '{}') as samples
  from (select order_id, shipment_no, claimed, units, claimed <> units as bad
    from (select s.order_id, s.shipment_no, s.capacity_units as claimed, coalesce(sum(l.reserved + l.released + l.picked + l.packed + l.shipped + l.handed_over), 0)::bigint as units
      from (select order_id, shipment_no, capacity_units from shipment where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and capacity_units is not null) s
      left join (select * from shipment_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) l using (order_id, shipment_no)
      group by s.order_id, s.shipment_no, s.capacity_units) t) c`);

/** Events in the order of both keys: merged by the order alone, each movement would be compared with all events of its order. */
const MOVEMENT_EVENTS = statement('verify_movement_events', `
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', 'line_movement.event_id', 'key', concat('ord_', replace(order_id::text, '-', '')), 'stored', event_id, 'recomputed', null)) filter (where bad))[1:$3], '{}') as samples
  from (select m.order_id, m.event_id, e.id is null as bad
    from (select distinct order_id, event_id from line_movement where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) m
    left join (select order_id, id from event where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 order by order_id, id offset 0) e on e.order_id = m.order_id and e.id = m.event_id) c`);

/** Decisions older than 180 days are dropped; what they decided stays in the events. The data of other events are not looked into. */
const ROUTING_DECISIONS = statement('verify_routing_decisions', `
  with routed as (
    select order_id, (data ->> 'decision_no')::int as decision_no, count(*) as events from event
    where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and type = 'OrderRouted' and recorded_at > now() - interval '180 days' and case type when 'OrderRouted' then data ->> 'decision_no' end is not null
    group by 1, 2),
  kept as (
    select order_id, decision_no::int, count(*) as decisions, max(octet_length(detail)) as bytes, max(recorded_at) as recorded_at from routing_decision
    where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 group by 1, 2)
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('key', concat('ord_', replace(order_id::text, '-', ''), ' decision ', decision_no), 'stored', array[decisions, bytes], 'recomputed', array[events, least(bytes, 4096)])) filter (where bad))[1:$3], '{}') as samples
  from (select order_id, decision_no, coalesce(k.decisions, 0) as decisions, coalesce(r.events, 0) as events, coalesce(k.bytes, 0) as bytes,
      coalesce(k.bytes, 0) > 4096 or (coalesce(k.decisions, 0) <> coalesce(r.events, 0) and (k.recorded_at is null or k.recorded_at > now() - interval '180 days')) as bad
    from routed r full join kept k using (order_id, decision_no)) c`);

const NEGATIVE_LINES = statement('verify_negative_lines', `
  select count(*)::int as examined, count(*) filter (where least < 0)::int as differences,
    coalesce((array_agg(json_build_object('what', what, 'key', concat('ord_', replace(order_id::text, '-', ''), ' shipment ' || shipment_no, ' line ', line_no), 'stored', least, 'recomputed', 0)) filter (where least < 0))[1:$3], '{}') as samples
  from (
    select 'order_line' as what, order_id, null::smallint as shipment_no, line_no,
      least(pending, backordered, preordered, reserved, released, picked, packed, shipped, handed_over, cancelled, delivered, lost, returned_to_sender, ordered) as least
    from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
    union all
    select 'shipment_line', order_id, shipment_no, line_no, least(reserved, released, picked, packed, shipped, handed_over, delivered, lost, returned_to_sender)
    from shipment_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2
    union all
    select 'line_movement', order_id, shipment_no, line_no, quantity - 1 from line_movement where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) c`);

/** What the screening of screen.ts answers for as a whole, each with the rows of it that the check examined. */
export const COUNTER_CHECKS: readonly (RangeCheck & { readonly examined: readonly ('lines' | 'shipment_lines' | 'movements')[] })[] = [
  { check: 'line_counters', statement: LINE_COUNTERS, columns: BUCKETS.map((bucket) => `order_line.${bucket}`), examined: ['lines'] },
  { check: 'line_equation', statement: LINE_EQUATION, columns: ['order_line.ordered', 'order_line.delivered + lost + returned_to_sender'], examined: ['lines'] },
  { check: 'shipment_counters', statement: SHIPMENT_COUNTERS, columns: STAGES.map((stage) => `shipment_line.${stage}`), examined: ['shipment_lines'] },
  { check: 'negatives', statement: NEGATIVE_LINES, columns: [], examined: ['lines', 'shipment_lines', 'movements'] },
];

const ORDER_DEADLINES = statement('verify_order_deadlines', `
  with live as (
    select order_id, bool_or(pending + backordered + preordered + reserved + released + picked + packed > 0) as live
    from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 group by order_id)
  select count(*)::int as examined, count(*) filter (where wrong or idle)::int as differences,
    coalesce((array_agg(json_build_object('key', concat('ord_', replace(order_id::text, '-', '')), 'what', case when wrong then 'order_deadline.open' else 'order_deadline.next_look_at' end, 'stored', case when wrong then open::text else next_look_at::text end,
      'recomputed', case when wrong then live::text end)) filter (where wrong or idle))[1:$3], '{}') as samples
  from (select d.order_id, d.open, d.next_look_at, coalesce(l.live, false) as live, d.open is distinct from coalesce(l.live, false) as wrong, not d.open and d.next_look_at is not null as idle
    from order_deadline d left join live l using (order_id) where d.tenant_id = current_tenant() and d.order_id > $1 and d.order_id <= $2) c`);

export const RANGE_CHECKS: readonly RangeCheck[] = [
  { check: 'shipment_status', statement: SHIPMENT_STATUS, columns: [] },
  { check: 'shipment_capacity', statement: SHIPMENT_CAPACITY, columns: [] },
  { check: 'order_deadlines', statement: ORDER_DEADLINES, columns: [] },
  { check: 'movement_events', statement: MOVEMENT_EVENTS, columns: [] },
  { check: 'routing_decisions', statement: ROUTING_DECISIONS, columns: ['routing_decision rows', 'routing_decision.detail bytes'] },
];
