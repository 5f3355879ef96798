import type { LoggedChange } from "../domain/order/index.ts";
import type { BulkAction, BulkReasons, BulkRow, BulkSearch, BulkState, BulkTransaction, BulkWork, NamedBulkAction } from "../flows/bulk-store.ts";
import type { DeskTransaction } from "../flows/desk-store.ts";
import { columns, instant, json } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** Actions over many orders, and what came of each. */

const SAVE = statement("save_order_action", `
  insert into order_action (tenant_id, id, request, filter, dry_run, actor, state, total, changed, skipped, failed, reasons, created_at, started_at, progressed_at, finished_at, request_id, undone_by)
  values ((select current_tenant()), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
  on conflict (tenant_id, id) do update set filter = excluded.filter, state = excluded.state, total = excluded.total, changed = excluded.changed, skipped = excluded.skipped, failed = excluded.failed,
    reasons = excluded.reasons, started_at = excluded.started_at, progressed_at = excluded.progressed_at, finished_at = excluded.finished_at,
    undone_by = excluded.undone_by`);
const FIND = statement("find_order_action", `
  select a.*, coalesce(k.name, u.name) as actor_name from order_action a
    left join api_key k on k.tenant_id = (select current_tenant()) and k.id = case when a.actor ~ '^key_[0-9a-f]{32}$' then substr(a.actor, 5)::uuid end
    left join app_user u on u.tenant_id = (select current_tenant()) and u.id = case when a.actor ~ '^usr_[0-9a-f]{32}$' then substr(a.actor, 5)::uuid end
  where a.tenant_id = (select current_tenant()) and a.id = $1`);
const LOCK = statement("lock_order_action", `select * from order_action where tenant_id = (select current_tenant()) and id = $1 for update`);
const LIST = statement("list_order_actions", `
  select a.*, coalesce(k.name, u.name) as actor_name
  from (select * from order_action where tenant_id = (select current_tenant()) and id < $1 order by id desc limit $2) as a
    left join api_key k on k.tenant_id = (select current_tenant()) and k.id = case when a.actor ~ '^key_[0-9a-f]{32}$' then substr(a.actor, 5)::uuid end
    left join app_user u on u.tenant_id = (select current_tenant()) and u.id = case when a.actor ~ '^usr_[0-9a-f]{32}$' then substr(a.actor, 5)::uuid end
  order by a.id desc`);
const OPEN = statement("find_open_order_action", `
  select id from order_action where tenant_id = (select current_tenant()) and state in ('finding', 'running') order by id limit 1`);
const ADD = statement("add_order_action_orders", `
  insert into order_action_order (tenant_id, action_id, order_id) select (select current_tenant()), $1, k.id from unnest($2::uuid[]) as k (id) on conflict do nothing`);
const NEXT = statement("next_order_action_orders", `
  select order_id from order_action_order where tenant_id = (select current_tenant()) and action_id = $1 and result is null order by order_id limit $2`);
const RESULTS = statement("save_order_action_results", `
  update order_action_order o set result = r.result, code = r.code, detail = r.detail
  from (select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) limit cardinality($2)) as r (order_id, result, code, detail)
  where o.tenant_id = (select current_tenant()) and o.action_id = $1 and o.order_id = r.order_id and o.result is null`);
const ORDERS = statement("list_order_action_orders", `
  select a.order_id, a.result, a.code, a.detail, (select o.number from sales_order o where o.tenant_id = (select current_tenant()) and o.id = a.order_id) as number
  from order_action_order a where a.tenant_id = (select current_tenant()) and a.action_id = $1 and a.order_id > $2 order by a.order_id limit $3`);
/** Each result apart, so that few of many are found by their index. */
const ORDERS_LEFT = statement("list_order_action_orders_left", `
  select a.order_id, a.result, a.code, a.detail, (select o.number from sales_order o where o.tenant_id = (select current_tenant()) and o.id = a.order_id) as number
  from order_action_order a
  where a.tenant_id = (select current_tenant()) and a.action_id = $1 and a.order_id > $2 and a.result in ('skipped', 'failed') and a.result = any($4::text[]) order by a.order_id limit $3`);
const ORDERS_OF = statement("list_order_action_orders_of", `
  select a.order_id, a.result, a.code, a.detail, (select o.number from sales_order o where o.tenant_id = (select current_tenant()) and o.id = a.order_id) as number
  from order_action_order a
  where a.tenant_id = (select current_tenant()) and a.action_id = $1 and a.order_id > $2 and a.result = any($4::text[]) order by a.order_id limit $3`);
const CHANGES = statement("order_changes_of_type", `
  select e.order_id, e.via, e.data from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select e.order_id, e.via, e.data, e.position from event e where e.tenant_id = (select current_tenant()) and e.order_id = k.id and e.type = $2 order by e.position desc limit $3) e
  order by e.position desc`);
const FORGET = statement("forget_order_actions", `
  delete from order_action where tenant_id = (select current_tenant()) and id in (
    select id from order_action where tenant_id = (select current_tenant()) and finished_at < $1 order by id limit $2)`);

interface ActionDb {
  id: string; request: BulkWork; filter: BulkSearch | null; dry_run: boolean; actor: string; state: BulkState; total: number; changed: number; skipped: number; failed: number; reasons: BulkReasons;
  request_id: string | null; undone_by: string | null; created_at: Date; started_at: Date | null; progressed_at: Date | null; finished_at: Date | null;
}

const read = (row: ActionDb): BulkAction => ({
  id: row.id, work: row.request, search: row.filter, dryRun: row.dry_run, actor: row.actor, requestId: row.request_id, undoneBy: row.undone_by, state: row.state, total: row.total, changed: row.changed, skipped: row.skipped, failed: row.failed, reasons: row.reasons,
  createdAt: row.created_at.getTime(), startedAt: row.started_at?.getTime() ?? null, progressedAt: row.progressed_at?.getTime() ?? null, finishedAt: row.finished_at?.getTime() ?? null,
});

const readNamed = (row: ActionDb & { actor_name: string | null }): NamedBulkAction => ({ ...read(row), actorName: row.actor_name });

async function find(session: Session, id: string): Promise<NamedBulkAction | null> {
  const [row] = await session.rows<Parameters<typeof readNamed>[0]>(FIND, [id]);
  return row ? readNamed(row) : null;
}

async function lock(session: Session, id: string): Promise<BulkAction | null> {
  const [row] = await session.rows<ActionDb>(LOCK, [id]);
  return row ? read(row) : null;
}

const LATEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const FIRST = "00000000-0000-0000-0000-000000000000";

async function listOrders(session: Session, ...[id, { results, after, limit }]: Parameters<BulkTransaction["listBulkOrders"]>): Promise<readonly BulkRow[]> {
  const what = results === null ? ORDERS : results.includes("changed") ? ORDERS_OF : ORDERS_LEFT;
  const rows = await session.rows<{ order_id: string } & Omit<BulkRow, "orderId">>(what, [id, after ?? FIRST, limit, ...(results === null ? [] : [results])]);
  return rows.map(({ order_id: orderId, result, code, detail, number }) => ({ orderId, result, code, detail, number }));
}

async function readChanges(session: Session, ...[orderIds, type, most]: Parameters<BulkTransaction["readOrderChanges"]>): Promise<ReadonlyMap<string, readonly LoggedChange[]>> {
  const changes = new Map<string, LoggedChange[]>();
  for (const { order_id: id, via, data } of await session.rows<LoggedChange & { order_id: string }>(CHANGES, [orderIds, type, most])) {
    const known = changes.get(id);
    if (known) known.push({ via, data });
    else changes.set(id, [{ via, data }]);
  }
  return changes;
}

/** The part of a transaction that is about actions over many orders. */
export const bulkStatements = (session: Session): Omit<BulkTransaction, keyof DeskTransaction | "readOrders"> => ({
  saveBulk: async (a) => void (await session.run(SAVE, [
    a.id, json(a.work), a.search === null ? null : json(a.search), a.dryRun, a.actor, a.state, a.total, a.changed, a.skipped, a.failed, json(a.reasons), instant(a.createdAt), instant(a.startedAt),
    instant(a.progressedAt), instant(a.finishedAt), a.requestId, a.undoneBy,
  ])),
  findBulk: (id) => find(session, id),
  lockBulk: (id) => lock(session, id),
  listBulks: async ({ before, limit }) => (await session.rows<Parameters<typeof readNamed>[0]>(LIST, [before ?? LATEST, limit])).map(readNamed),
  findOpenBulk: async () => (await session.rows<{ id: string }>(OPEN, []))[0]?.id ?? null,
  addBulkOrders: (id, orderIds) => session.run(ADD, [id, orderIds]),
  nextBulkOrders: async (id, limit) => (await session.rows<{ order_id: string }>(NEXT, [id, limit])).map((row) => row.order_id),
  saveBulkResults: async (id, results) => void (await session.run(RESULTS, [id, ...columns(results, [(r) => r.orderId, (r) => r.result, (r) => r.code, (r) => r.detail])])),
  listBulkOrders: (...asked) => listOrders(session, ...asked),
  readOrderChanges: (...asked) => readChanges(session, ...asked),
  forgetBulks: (before, limit) => session.run(FORGET, [instant(before), limit]),
});
