import type { Closure, ClosureOrder, ClosureSums, ClosureTotals, ClosureTransaction, OrderOutcome } from "../flows/closure-store.ts";
import type { Transaction } from "../flows/ports.ts";
import { columns, instant, json } from "./columns.ts";
import { type Session, type Statement, statement } from "./database.ts";
import { closeAnnounced } from "./facts.ts";
import { readOrders } from "./orders.ts";
import { loadShipments } from "./shipments.ts";

/** Closures of nodes, and their orders. */

const AT_NODES = statement("find_orders_at_nodes", `
  select s.order_id from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (node_id)
    cross join lateral (select s.order_id from shipment s where s.tenant_id = (select current_tenant()) and s.node_id = k.node_id and s.status = 'PLANNED' offset 0) s
  union
  select s.order_id from unnest(array['RELEASED', 'ACCEPTED', 'PICKED', 'PACKED']) as k (status)
    cross join lateral (select s.order_id from shipment s where s.tenant_id = (select current_tenant()) and s.status = k.status
      and s.status in ('RELEASED', 'ACCEPTED', 'PICKED', 'PACKED') and s.node_id = any($1) offset 0) s
  union
  select s.order_id from unnest(array['PLANNED', 'RELEASED', 'ACCEPTED', 'PICKED', 'PACKED']) as k (status)
    cross join lateral (select s.order_id from shipment s where s.tenant_id = (select current_tenant()) and s.status = k.status
      and s.status in ('PLANNED', 'RELEASED', 'ACCEPTED', 'PICKED', 'PACKED') and (s.document ->> 'to_store') is not null and s.document ->> 'to_store' = any($2::text[]) offset 0) s
  order by order_id limit $3`);
const PLANNED_TO = statement("find_orders_planned_to_stores", `
  select distinct s.order_id from shipment s where s.tenant_id = (select current_tenant()) and s.status = 'PLANNED' and (s.document ->> 'to_store') is not null and s.document ->> 'to_store' = any($1::text[])
  order by s.order_id limit $2`);
const ITEMS = statement("items_of_orders", `
  select distinct l.item_id from order_line l where l.tenant_id = (select current_tenant()) and l.order_id = any($1::uuid[]) and l.ordered > l.cancelled order by 1`);
const SAVE = statement("save_node_closure", `
  insert into node_closure (tenant_id, id, state, nodes, until, reason, include_accepted, actor, created_at, applied_at, finished_at, added, gone, request_id, applied_by)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
  on conflict (tenant_id, id) do update set state = excluded.state, applied_at = excluded.applied_at, finished_at = excluded.finished_at, added = excluded.added, gone = excluded.gone,
    request_id = excluded.request_id, applied_by = excluded.applied_by`);
const LOCK = statement("lock_node_closure", `
  select id, state, nodes, until, reason, include_accepted, actor, created_at, applied_at, finished_at, added, gone, request_id, applied_by from node_closure
  where tenant_id = (select current_tenant()) and id = $1 for update`);
const FIND = statement("find_node_closure", `
  select id, state, nodes, until, reason, include_accepted, actor, created_at, applied_at, finished_at, added, gone, request_id, applied_by from node_closure
  where tenant_id = (select current_tenant()) and id = $1`);
const LIST = statement("list_node_closures", `
  select id, state, nodes, until, reason, include_accepted, actor, created_at, applied_at, finished_at, added, gone, request_id, applied_by from node_closure
  where tenant_id = (select current_tenant()) and id < $1 order by id desc limit $2`);
const ADD = statement("add_node_closure_orders", `
  insert into node_closure_order (tenant_id, closure_id, order_id, expected) select (select current_tenant()), $1, order_id, nullif(expected::jsonb, 'null')
  from rows from (unnest($2::uuid[]), json_array_elements($3::json)) as o (order_id, expected) on conflict do nothing`);
const NEXT = statement("next_node_closure_orders", `
  select order_id from node_closure_order where tenant_id = (select current_tenant()) and closure_id = $1 and result is null order by order_id limit $2`);
const RESULTS = statement("save_node_closure_results", `
  update node_closure_order o set result = r.result
  from (select * from rows from (unnest($2::uuid[]), json_array_elements($3::json)) as r (order_id, result) limit cardinality($2)) as r
  where o.tenant_id = (select current_tenant()) and o.closure_id = $1 and o.order_id = r.order_id and o.result is null`);
const ORDERS = statement("list_node_closure_orders", `
  select order_id, expected, result, (select o.number from sales_order o where o.tenant_id = (select current_tenant()) and o.id = order_id) as number from node_closure_order
  where tenant_id = (select current_tenant()) and closure_id = $1 and order_id > $3 and ($2::text is null or coalesce(result, expected) ->> 'result' = $2 or ($2 = 'left' and result is null))
  order by order_id limit $4`);
/** Sums of what was expected and of what came, in this order. */
const SUMS = statement("sum_node_closure", `
  select k.came, count(o.outcome) as orders, count(*) filter (where o.outcome ->> 'result' = 'moved') as moved, count(*) filter (where o.outcome ->> 'result' = 'waiting') as waiting,
    count(*) filter (where o.outcome ->> 'result' = 'kept') as kept, count(*) filter (where o.outcome ->> 'result' = 'gone') as gone, count(*) filter (where o.outcome ->> 'result' = 'failed') as failed,
    coalesce(sum((select sum((m ->> 'quantity')::bigint) from jsonb_array_elements(o.outcome -> 'moved') m)), 0)::bigint as units_moved,
    coalesce(sum((select sum((w ->> 'quantity')::bigint) from jsonb_array_elements(o.outcome -> 'waiting') w)), 0)::bigint as units_waiting,
    coalesce(sum((select count(*) from jsonb_array_elements(o.outcome -> 'kept') s where s ->> 'at_store' = 'waits')), 0)::bigint as store_waits,
    coalesce(sum((select count(*) from jsonb_array_elements(o.outcome -> 'kept') s where s ->> 'at_store' = 'decide')), 0)::bigint as store_decide,
    coalesce(sum((o.outcome ->> 'cost_micros')::bigint), 0)::bigint as cost_micros,
    count(*) filter (where o.outcome ->> 'result' = 'moved' and o.outcome ->> 'cost_micros' is null) as unpriced,
    count(*) filter (where (o.outcome #>> '{expected,broken}')::boolean) as promises_broken
  from (values (false), (true)) as k (came) left join lateral (
    select case when k.came then result else expected end as outcome from node_closure_order where tenant_id = (select current_tenant()) and closure_id = $1 offset 0) o on o.outcome is not null
  group by k.came order by k.came`);
const TO = statement("sum_node_closure_targets", `
  select m ->> 'to' as node, count(distinct o.order_id) as orders, sum((m ->> 'quantity')::bigint)::bigint as units
  from (select order_id, coalesce(result, expected) as outcome from node_closure_order where tenant_id = (select current_tenant()) and closure_id = $1 offset 0) o
    cross join lateral jsonb_array_elements(o.outcome -> 'moved') m
  group by 1 order by 3 desc, 1`);
const LEFT = statement("count_node_closure_left", `
  select count(*) as left from node_closure_order where tenant_id = (select current_tenant()) and closure_id = $1 and result is null`);
const MOVING = statement("find_moving_closures", `
  select id from node_closure where tenant_id = (select current_tenant()) and state <> 'previewed' and (state = 'moving' or applied_at > $1) order by state desc, applied_at`);
const FORGET = statement("forget_node_closures", `
  delete from node_closure where tenant_id = (select current_tenant()) and id in (
    select id from node_closure where tenant_id = (select current_tenant()) and ((state = 'previewed' and created_at < $1) or (state = 'done' and finished_at < $2)) order by id limit $3)`);

const LEAVING = statement("find_left_nodes", `
  select n ->> 'id' as id from node_closure c cross join lateral json_array_elements(c.nodes) n where c.tenant_id = (select current_tenant()) and c.state = 'moving'`);
const OPENED = statement("find_opened_nodes", `
  select id from node where tenant_id = (select current_tenant()) and valid_from > $1 and valid_from <= $2 and valid_to > $2 and status = 'online'`);
/** Open is said so that the index of all open supplies does not offer itself. */
const AWAITED = statement("find_awaited_items", `
  select distinct s.item_id from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (node_id)
    cross join lateral (select s.item_id from supply s where s.tenant_id = (select current_tenant()) and s.node_id = k.node_id and coalesce(s.closed_at, 'infinity') = 'infinity' offset 0) s
  where exists (select from order_line l where l.tenant_id = (select current_tenant()) and l.item_id = s.item_id and (l.pending > 0 or l.backordered > 0 or l.preordered > 0) offset 0)
  order by 1`);

interface ClosureDb {
  id: string; state: Closure["state"]; nodes: Closure["nodes"]; until: Date | null; reason: string; include_accepted: boolean; actor: string; created_at: Date; applied_at: Date | null; finished_at: Date | null;
  added: number; gone: number; request_id: string | null; applied_by: string | null;
}

const readClosure = (row: ClosureDb): Closure => ({
  id: row.id, state: row.state, nodes: row.nodes, until: row.until?.getTime() ?? null, reason: row.reason, includeAccepted: row.include_accepted, actor: row.actor, createdAt: row.created_at.getTime(),
  appliedAt: row.applied_at?.getTime() ?? null, finishedAt: row.finished_at?.getTime() ?? null, added: row.added, gone: row.gone, requestId: row.request_id, appliedBy: row.applied_by,
});

async function one(session: Session, what: Statement, id: string): Promise<Closure | null> {
  const [row] = await session.rows<ClosureDb>(what, [id]);
  return row ? readClosure(row) : null;
}

async function addOrders(session: Session, id: string, orders: readonly ClosureOrder[]): Promise<number> {
  return orders.length === 0 ? 0 : session.run(ADD, [id, ...columns(orders, [(o) => o.orderId]), json(orders.map(({ expected }) => expected))]);
}

async function totals(session: Session, id: string): Promise<ClosureTotals> {
  const [sums, to, left] = await Promise.all([
    session.rows<ClosureSums & { came: boolean }>(SUMS, [id]), session.rows<ClosureTotals["to"][number]>(TO, [id]), session.rows<{ left: number }>(LEFT, [id]),
  ]);
  const [expected, results] = sums.map(({ came: _came, ...figures }) => figures);
  if (!expected || !results) throw new Error("sums have two rows");
  return { expected, results, to, left: left[0]?.left ?? 0 };
}

const LATEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const FIRST = "00000000-0000-0000-0000-000000000000";

/** The part of a transaction that is about closures. */
export const closures = (session: Session): Omit<ClosureTransaction, keyof Transaction> => ({
  readOrders: async (ids) => {
    const orders = await readOrders(session, ids);
    await loadShipments(session, orders);
    return orders;
  },
  findOrdersAt: async (nodes, limit) => (await session.rows<{ order_id: string }>(AT_NODES, [...columns(nodes, [(n) => n.id, (n) => n.code]), limit])).map((row) => row.order_id),
  findOrdersPlannedTo: async (stores, limit) => (await session.rows<{ order_id: string }>(PLANNED_TO, [stores, limit])).map((row) => row.order_id),
  itemsOfOrders: async (orderIds) => (await session.rows<{ item_id: string }>(ITEMS, [orderIds])).map((row) => row.item_id),
  saveClosure: async (c) => void (await session.run(SAVE, [
    c.id, c.state, json(c.nodes), instant(c.until), c.reason, c.includeAccepted, c.actor, instant(c.createdAt), instant(c.appliedAt), instant(c.finishedAt), c.added, c.gone, c.requestId, c.appliedBy,
  ])),
  lockClosure: (id) => one(session, LOCK, id),
  findClosure: (id) => one(session, FIND, id),
  listClosures: async ({ before, limit }) => (await session.rows<ClosureDb>(LIST, [before ?? LATEST, limit])).map(readClosure),
  closureTotals: (id) => totals(session, id),
  listClosureOrders: async (id, { result, after, limit }) =>
    (await session.rows<{ order_id: string; number: number; expected: OrderOutcome | null; result: OrderOutcome | null }>(ORDERS, [id, result, after ?? FIRST, limit]))
      .map((row) => ({ orderId: row.order_id, number: row.number, expected: row.expected, result: row.result })),
  nextClosureOrders: async (id, limit) => (await session.rows<{ order_id: string }>(NEXT, [id, limit])).map((row) => row.order_id),
  addClosureOrders: (id, orders) => addOrders(session, id, orders),
  saveClosureResults: async (id, results) => void (await session.run(RESULTS, [id, ...columns(results, [(r) => r.orderId]), json(results.map(({ result }) => result))])),
  findMovingClosures: async (since) => (await session.rows<{ id: string }>(MOVING, [instant(since)])).map((row) => row.id),
  findLeftNodes: async () => (await session.rows<{ id: string }>(LEAVING, [])).map((row) => row.id),
  findOpenedNodes: async (since, until) => (await session.rows<{ id: string }>(OPENED, [instant(since), instant(until)])).map((row) => row.id),
  findAwaitedItems: async (nodeIds) => (await session.rows<{ item_id: string }>(AWAITED, [nodeIds])).map((row) => row.item_id),
  closeAnnounced: (nodeIds, after, until) => closeAnnounced(session, nodeIds, after, until),
  forgetClosures: (previewedBefore, doneBefore, limit) => session.run(FORGET, [instant(previewedBefore), instant(doneBefore), limit]),
});
