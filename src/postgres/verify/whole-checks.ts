import { type Session, statement, type Statement } from '../database.ts';
import type { CheckName } from './checks.ts';

/** A check over tables that stay small beside the orders: one statement, given (how many to name). */
export interface WholeCheck {
  readonly check: CheckName;
  readonly statement: Statement;
}

const SHORT = statement('verify_short', `
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', 'stock.short', 'key', concat(coalesce(i.sku, item_id::text), ' at ', coalesce(n.code, node_id::text)), 'stored', short, 'recomputed', needed)) filter (where bad))[1:$1], '{}') as samples
  from (select item_id, node_id, short, greatest(0, reserved - on_hand) as needed, short <> greatest(0, reserved - on_hand) as bad from stock where tenant_id = current_tenant()) c
  left join item i on bad and i.tenant_id = current_tenant() and i.id = item_id and i.valid_to = 'infinity'
  left join node n on bad and n.tenant_id = current_tenant() and n.id = node_id and n.valid_to = 'infinity'`);

/** Claims that ran out and are not swept yet still hold their units; the nil id stands for the network. */
const SOFT = statement('verify_soft', `
  with held as (
    select l.item_id, l.node_id, sum(l.quantity)::bigint as quantity from soft_claim c join soft_claim_line l on l.tenant_id = c.tenant_id and l.claim_id = c.id
    where c.tenant_id = current_tenant() and c.status = 'open' group by 1, 2),
  stored as (
    select item_id, node_id, sum(soft)::bigint as soft from stock where tenant_id = current_tenant() group by 1, 2
    union all select item_id, '00000000-0000-0000-0000-000000000000', sum(soft)::bigint from unassigned_demand where tenant_id = current_tenant() group by 1)
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', case node_id when '00000000-0000-0000-0000-000000000000' then 'unassigned_demand.soft' else 'stock.soft' end,
      'key', concat(coalesce(i.sku, item_id::text), ' at ', case node_id when '00000000-0000-0000-0000-000000000000' then 'the network' else coalesce(n.code, node_id::text) end),
      'stored', soft, 'recomputed', needed)) filter (where bad))[1:$1], '{}') as samples
  from (select item_id, node_id, s.soft, coalesce(h.quantity, 0) as needed, coalesce(s.soft, 0) <> coalesce(h.quantity, 0) as bad from stored s full join held h using (item_id, node_id)) c
  left join item i on bad and i.tenant_id = current_tenant() and i.id = item_id and i.valid_to = 'infinity'
  left join node n on bad and n.tenant_id = current_tenant() and n.id = node_id and n.valid_to = 'infinity'`);

const SUPPLY = statement('verify_supply', `
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', case when closes then 'supply.closed_at' else 'supply.received' end, 'key', concat('sup_', replace(id::text, '-', ''), ' ', reference),
      'stored', case when closes then 'open' else received::text end, 'recomputed', case when closes then 'complete' else arrived::text end)) filter (where bad))[1:$1], '{}') as samples
  from (select s.id, s.reference, s.received, coalesce(m.quantity, 0) as arrived, s.received = coalesce(m.quantity, 0) as closes,
      s.received <> coalesce(m.quantity, 0) or (s.received >= s.quantity and s.closed_at is null) as bad
    from supply s left join (select cause_id, sum(on_hand)::bigint as quantity from stock_movement
      where tenant_id = current_tenant() and cause_kind = 'supply' and kind = 'receipt' group by 1) m on m.cause_id = s.id::text
    where s.tenant_id = current_tenant()) c`);

/** Both sides of the ledger of claims: the supplies that count them, and the lines that may not claim more than waits of them. */
const CLAIMED = statement('verify_supply_claimed', `
  with claimed as (select supply_id, sum(quantity)::bigint as quantity from supply_claim where tenant_id = current_tenant() group by 1),
  compared as (
    select 'supply.claimed' as what, concat('sup_', replace(coalesce(s.id, c.supply_id)::text, '-', '')) as key, s.claimed as stored, coalesce(c.quantity, 0) as recomputed,
      s.claimed is distinct from coalesce(c.quantity, 0) as bad
    from (select id, claimed from supply where tenant_id = current_tenant()) s full join claimed c on c.supply_id = s.id
    union all
    select 'supply_claim.quantity', concat('ord_', replace(c.order_id::text, '-', ''), ' line ', c.line_no), c.quantity, coalesce(l.waiting, 0), c.quantity > coalesce(l.waiting, 0) or l.item_id is distinct from c.item_id
    from (select order_id, line_no, min(item_id::text)::uuid as item_id, sum(quantity)::bigint as quantity from supply_claim where tenant_id = current_tenant() group by 1, 2) c
      left join (select order_id, line_no, item_id, backordered + preordered as waiting from order_line where tenant_id = current_tenant() and (backordered > 0 or preordered > 0)) l using (order_id, line_no))
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', what, 'key', key, 'stored', stored, 'recomputed', recomputed)) filter (where bad))[1:$1], '{}') as samples
  from compared`);

const NEGATIVE_STOCK = statement('verify_negative_stock', `
  select count(*)::int as examined, count(*) filter (where least < 0)::int as differences,
    coalesce((array_agg(json_build_object('what', what, 'key', key, 'stored', least, 'recomputed', 0)) filter (where least < 0))[1:$1], '{}') as samples
  from (
    select 'stock' as what, concat(item_id, ' at ', node_id) as key, least(on_hand, reserved, soft, short) as least from stock where tenant_id = current_tenant()
    union all select 'unassigned_demand', item_id::text, least(pending, waiting, soft) from unassigned_demand where tenant_id = current_tenant()
    union all select 'node_capacity', concat(node_id, ' ', ship_date, ' ', hour), least(orders, units) from node_capacity where tenant_id = current_tenant()
    union all select 'supply', concat('sup_', replace(id::text, '-', '')), least(received, quantity, claimed, damaged) from supply where tenant_id = current_tenant()
    union all select 'soft_claim_line', concat('clm_', replace(claim_id::text, '-', '')), quantity from soft_claim_line where tenant_id = current_tenant()
    union all select 'event_counter', 'position', position from event_counter where tenant_id = current_tenant()) c`);

/** Rows beside the orders that name an item or a node without any version. */
const UNKNOWN_PLACES = statement('verify_unknown_places', `
  with items as (select distinct id from item where tenant_id = current_tenant()), nodes as (select distinct id from node where tenant_id = current_tenant()),
  missing as (
    select 'stock.item_id' as what, item_id as id, concat(item_id, ' at ', node_id) as key from stock where tenant_id = current_tenant() and item_id not in (select id from items)
    union all select 'stock.node_id', node_id, concat(item_id, ' at ', node_id) from stock where tenant_id = current_tenant() and node_id not in (select id from nodes)
    union all select 'node_capacity.node_id', node_id, concat(node_id, ' ', ship_date, ' ', hour) from node_capacity where tenant_id = current_tenant() and node_id not in (select id from nodes)
    union all select 'unassigned_demand.item_id', item_id, item_id::text from unassigned_demand where tenant_id = current_tenant() and item_id not in (select id from items)
    union all select 'supply.item_id', item_id, concat('sup_', replace(id::text, '-', '')) from supply where tenant_id = current_tenant() and item_id not in (select id from items)
    union all select 'supply.supply_order_id', supply_order_id, concat('sup_', replace(id::text, '-', '')) from supply
      where tenant_id = current_tenant() and supply_order_id is not null and supply_order_id not in (select id from supply_order where tenant_id = current_tenant())
    union all select 'soft_claim_line.claim_id', claim_id, concat('clm_', replace(claim_id::text, '-', '')) from soft_claim_line
      where tenant_id = current_tenant() and claim_id not in (select id from soft_claim where tenant_id = current_tenant())
    union all select 'exception.order_id', order_id, concat('exc_', replace(id::text, '-', '')) from exception x
      where tenant_id = current_tenant() and order_id is not null and not exists (select from sales_order o where o.tenant_id = current_tenant() and o.id = x.order_id))
  select (select count(*) from stock where tenant_id = current_tenant())::int as examined, count(*)::int as differences,
    coalesce((array_agg(json_build_object('what', what, 'key', key, 'stored', id, 'recomputed', null)))[1:$1], '{}') as samples
  from missing`);

/** Stock movements that no order caused; those of orders are looked up range by range. */
const STOCK_EVENTS = statement('verify_stock_events', `
  select count(*)::int as examined, count(*) filter (where e.id is null)::int as differences,
    coalesce((array_agg(json_build_object('what', 'stock_movement.event_id', 'key', concat(m.kind, ' of item ', m.item_id, ' at ', m.node_id), 'stored', m.event_id, 'recomputed', null)) filter (where e.id is null))[1:$1], '{}') as samples
  from (select event_id, kind, item_id, node_id from stock_movement where tenant_id = current_tenant() and cause_kind <> 'order') m
  left join (select id from event where tenant_id = current_tenant() and order_id is null) e on e.id = m.event_id`);

/** Of orders that were linked to somebody who was erased, whenever that was: what lies in their contacts and hangs on them. */
const ERASED = statement('verify_erased_customers', `
  with gone as (select id from customer where tenant_id = current_tenant() and erased_at is not null),
  theirs as (select k.order_id from gone g join customer_order k on k.tenant_id = current_tenant() and k.customer_id = g.id),
  kept as (
    select 'order_contact.data' as what, 'ord_' as prefix, k.order_id as id from theirs k join order_contact c on c.tenant_id = current_tenant() and c.order_id = k.order_id where c.data is not null
    union all select 'mail_body', 'ord_', k.order_id from theirs k join mail_body b on b.tenant_id = current_tenant() and b.order_id = k.order_id
    union all select 'order_trace', 'ord_', k.order_id from theirs k join order_trace t on t.tenant_id = current_tenant() and t.order_id = k.order_id
    union all select 'inbox_body.body', 'ord_', k.order_id from theirs k join inbox m on m.tenant_id = current_tenant() and m.order_id = k.order_id
      join inbox_body b on b.tenant_id = current_tenant() and b.message_id = m.id where b.body is not null
    union all select 'customer_word', 'cus_', g.id from gone g join customer_word w on w.tenant_id = current_tenant() and w.customer_id = g.id
    union all select 'customer_note', 'cus_', g.id from gone g join customer_note n on n.tenant_id = current_tenant() and n.customer_id = g.id
    union all select 'customer_consent', 'cus_', g.id from gone g join customer_consent n on n.tenant_id = current_tenant() and n.customer_id = g.id
    union all select 'order_draft.document', 'cus_', g.id from gone g join order_draft d on d.tenant_id = current_tenant() and d.customer_id = g.id where d.document is not null)
  select (select count(*) from gone)::int as examined, count(*)::int as differences,
    coalesce((array_agg(json_build_object('what', what, 'key', concat(prefix, replace(id::text, '-', '')), 'stored', 'kept', 'recomputed', 'erased')))[1:$1], '{}') as samples
  from kept`);

/** Each version that holds at any time ends where the next one begins, and the last one never. */
const STRATEGIES = statement('verify_strategy_versions', `
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', 'routing_strategy_version.valid_to', 'key', concat(code, ' version ', version), 'stored', valid_to::text, 'recomputed', next_from::text)) filter (where bad))[1:$1], '{}') as samples
  from (select *, valid_to <> next_from as bad
    from (select code, version, valid_to, coalesce(lead(valid_from) over (partition by code order by valid_from, version), 'infinity') as next_from
      from routing_strategy_version where tenant_id = current_tenant() and valid_from < valid_to) v) c`);

export const WHOLE_CHECKS: readonly WholeCheck[] = [
  { check: 'stock_short', statement: SHORT },
  { check: 'stock_soft', statement: SOFT },
  { check: 'supply_received', statement: SUPPLY },
  { check: 'supply_claimed', statement: CLAIMED },
  { check: 'negatives', statement: NEGATIVE_STOCK },
  { check: 'orphans', statement: UNKNOWN_PLACES },
  { check: 'movement_events', statement: STOCK_EVENTS },
  { check: 'erased_customers', statement: ERASED },
  { check: 'strategy_versions', statement: STRATEGIES },
];

/**
 * What an order moves in stock, it moves in its lines by the same event, and those are checked against the events range by
 * range; so this needs only the ledger of lines, which has an index. What is looked up is computed once for all that one
 * event moves for an order.
 */
const STOCK_EVENTS_OF_ORDERS = statement('verify_stock_events_of_orders', `
  with moved as materialized (
    select cause_id, event_id, min(kind) as kind, count(*) as movements from stock_movement
    where tenant_id = current_tenant() and ctid > $1::tid and ctid <= $2::tid and cause_kind = 'order' group by cause_id, event_id),
  named as materialized (
    select *, case when cause_id like '________-____-____-____-____________' and translate(cause_id, '0123456789abcdef-', '') = '' then cause_id::uuid end as order_id from moved)
  select coalesce(sum(movements), 0)::int as examined, coalesce(sum(movements) filter (where bad), 0)::int as differences,
    coalesce((array_agg(json_build_object('what', 'stock_movement.event_id', 'key', concat(kind, ' for order ', cause_id), 'stored', event_id, 'recomputed', null)) filter (where bad))[1:$3], '{}') as samples
  from (select kind, cause_id, event_id, movements,
      (select true from line_movement l where l.tenant_id = current_tenant() and l.order_id = n.order_id and l.event_id = n.event_id limit 1) is null as bad from named n offset 0) c`);

/** Answers that name an order: of a capture by its own id, of a change by the order in it. A pattern match would cost as much as all the rest. */
const ANSWERS = statement('verify_answers', `
  with given as materialized (
    select key, coalesce(answer ->> 'id', answer -> 'order' ->> 'id') as named from idempotency where tenant_id = current_tenant() and ctid > $1::tid and ctid <= $2::tid),
  naming as materialized (
    select key, named, case when length(named) = 36 and translate(substr(named, 5), '0123456789abcdef', '') = '' then substr(named, 5)::uuid end as order_id
    from given where named like 'ord\\_%')
  select count(*)::int as examined, count(*) filter (where o.id is null)::int as differences,
    coalesce((array_agg(json_build_object('what', 'idempotency.answer', 'key', key, 'stored', named, 'recomputed', null)) filter (where o.id is null))[1:$3], '{}') as samples
  from naming a left join (select id from sales_order where tenant_id = current_tenant()) o on o.id = a.order_id`);

/** Checks over a table of its own, in ranges of its blocks: (after, up to, how many to name). */
export const LEDGER_CHECKS = {
  stockEvents: { check: 'movement_events', statement: STOCK_EVENTS_OF_ORDERS },
  answers: { check: 'idempotency_orders', statement: ANSWERS },
} as const satisfies Readonly<Record<string, WholeCheck>>;

const COUNTER = statement('verify_counter', `select position from event_counter where tenant_id = current_tenant()`);
const POSITIONS = statement('verify_positions', `
  select count(*)::int as found from event where tenant_id = current_tenant() and position > $1 and position <= $2`);
const OUTSIDE = statement('verify_positions_outside', `
  select position from event where tenant_id = current_tenant() and (position < 1 or position > $1) order by position limit $2`);
const GAPS = statement('verify_gaps', `
  select n as position from generate_series($1::bigint + 1, $2::bigint) n
  where not exists (select from event e where e.tenant_id = current_tenant() and e.position = n) order by n limit $3`);

export const readCounter = async (session: Session): Promise<number> => (await session.rows<{ position: number }>(COUNTER, []))[0]?.position ?? 0;

export const countPositions = async (session: Session, after: number, upTo: number): Promise<number> =>
  (await session.rows<{ found: number }>(POSITIONS, [after, upTo]))[0]?.found ?? 0;

const positions = (rows: readonly { position: number }[]): number[] => rows.map((row) => row.position);
export const findGaps = async (session: Session, after: number, upTo: number, limit: number): Promise<number[]> => positions(await session.rows(GAPS, [after, upTo, limit]));
export const findOutside = async (session: Session, counter: number, limit: number): Promise<number[]> => positions(await session.rows(OUTSIDE, [counter, limit]));
