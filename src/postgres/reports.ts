import type pg from "pg";
import { changesOf, type OrderFigures, type ShipmentFact } from "../flows/count-order.ts";
import { REPORTED_FACTS, type Reports } from "../flows/reports.ts";
import { spokenDecision } from "../domain/routing/index.ts";
import { columns, documents, instant } from "./columns.ts";
import { inTransaction, type Session, statement, unflushed } from "./database.ts";
import { readLog } from "./log-reader.ts";

/** Orders as they are now, with what their events say of times. Quantities are counted in millionths, so that items of every scale add up. */
const ORDERS = statement("reported_orders", `
  select o.id, o.channel_id, o.currency, o.total_minor, o.placed_at, o.status, coalesce((o.document #>> '{promise,arrives_at}')::float8, (o.document ->> 'deliver_by')::float8) as arrive_by,
    (o.document ->> 'ship_by')::float8 as ship_by, l.lines, l.units, l.cancelled, l.shipped, s.shipments, e.facts, d.detail, x.base
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select o.* from sales_order o where o.tenant_id = (select current_tenant()) and o.id = k.id offset 0) o
    cross join lateral (
      select (count(*) filter (where l.parent_line_no is null))::int as lines, coalesce(sum(l.ordered * l.unit), 0)::float8 as units, coalesce(sum(l.cancelled * l.unit), 0)::float8 as cancelled,
        coalesce(sum((l.shipped + l.handed_over) * l.unit), 0)::float8 as shipped
      from (
        select l.parent_line_no, l.ordered, l.cancelled, l.shipped, l.handed_over, power(10::numeric, 6 - coalesce((
          select i.quantity_scale from item i where i.tenant_id = l.tenant_id and i.id = l.item_id order by i.valid_from desc limit 1), 0)) as unit
        from order_line l where l.tenant_id = (select current_tenant()) and l.order_id = k.id) l) l
    cross join lateral (
      select coalesce(json_agg(json_build_array(s.shipment_no, s.node_id)), '[]') as shipments from shipment s where s.tenant_id = (select current_tenant()) and s.order_id = k.id and s.status <> 'CANCELLED') s
    cross join lateral (
      select coalesce(json_agg(json_build_array(e.type, extract(epoch from e.occurred_at) * 1000, e.data -> 'shipment_no') order by e.position), '[]') as facts
      from event e where e.tenant_id = (select current_tenant()) and e.order_id = k.id and e.type in ('ShipmentShipped', 'ShipmentHandedOver', 'ShipmentDelivered', 'PromiseChanged')) e
    left join lateral (
      select d.detail from routing_decision d where d.tenant_id = (select current_tenant()) and d.order_id = k.id and d.detail like '%"label"%' order by d.decision_no desc limit 1) d on true
    cross join lateral (
      select (select f.document ->> 'base' from shipping_fact f where f.tenant_id = (select current_tenant()) and f.kind = 'exchange_rates' order by f.valid_from desc limit 1) as base) x`);
const COUNTED = statement("counted_orders", `
  select r.figures from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
  cross join lateral (select r.figures from report_order r where r.tenant_id = (select current_tenant()) and r.order_id = k.id offset 0) r`);
const KEEP = statement("keep_counted_orders", `
  insert into report_order as r (tenant_id, order_id, figures)
  select (select current_tenant()), id, figures from rows from (unnest($1::uuid[]), json_array_elements($2::json)) as k (id, figures)
  on conflict (tenant_id, order_id) do update set figures = excluded.figures`);
const ADD = statement("add_report_sums", `
  insert into report_sum as s (tenant_id, measure, slot, channel_id, node_id, part, amount)
  select (select current_tenant()), * from unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::numeric[])
  on conflict (tenant_id, measure, slot, channel_id, node_id, part) do update set amount = s.amount + excluded.amount`);
/** What came down to nothing is as if it had never been. */
const DROP = statement("drop_empty_report_sums", `
  delete from report_sum s using (select * from unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[]) limit cardinality($1)) as k (measure, slot, channel_id, node_id, part)
  where s.tenant_id = (select current_tenant()) and s.measure = k.measure and s.slot = k.slot and s.channel_id = k.channel_id and s.node_id = k.node_id and s.part = k.part and s.amount = 0`);

const BEGIN = statement("begin_report_state", `insert into report_state (tenant_id) values ((select current_tenant())) on conflict (tenant_id) do nothing`);
/** Whoever changes sums holds the tenant's row. */
const STATE = statement("lock_report_state", `select rebuilt_orders, rebuilt_until from report_state where tenant_id = (select current_tenant()) for update`);
const CLEAR_SUMS = statement("clear_report_sums", `delete from report_sum where tenant_id = (select current_tenant()) and measure > ''`);
const CLEAR_ORDERS = statement("clear_counted_orders", `delete from report_order where tenant_id = (select current_tenant()) and order_id > '00000000-0000-0000-0000-000000000000'`);
const REBUILD_PAGE = statement("report_rebuild_page", `
  select id from sales_order where tenant_id = (select current_tenant()) and id > $1::uuid order by id limit $2`);
const REBUILD_NOTE = statement("note_report_rebuild", `
  update report_state set rebuilt_orders = $1, rebuilt_until = $2 where tenant_id = (select current_tenant())`);
const REBUILD_TOTAL = statement("report_rebuild_total", `select count(*) as total from sales_order where tenant_id = (select current_tenant()) and id > '00000000-0000-0000-0000-000000000000'`);

const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";
/** Orders of one page of a rebuild. */
const PAGE = 500;

interface OrderDb {
  id: string; channel_id: string; currency: string; total_minor: number; placed_at: Date; status: OrderFigures["status"]; arrive_by: number | null; ship_by: number | null; lines: number; units: number;
  cancelled: number; shipped: number; shipments: [no: number, nodeId: string][]; facts: [type: string, at: number, shipmentNo: number | null][]; detail: string | null; base: string | null;
}

function figuresOf(row: OrderDb): OrderFigures {
  const nodeOf = new Map(row.shipments);
  const times = (...types: readonly string[]): ShipmentFact[] => row.facts.flatMap(([type, at, shipmentNo]) => {
    const nodeId = types.includes(type) && shipmentNo !== null ? nodeOf.get(shipmentNo) : undefined;
    return nodeId === undefined ? [] : [{ nodeId, at: Math.round(at) }];
  });
  const label = row.detail === null ? undefined : spokenDecision(JSON.parse(row.detail)).terms_micros["label"];
  const due = row.arrive_by ?? row.ship_by;
  return {
    channelId: row.channel_id, placedAt: row.placed_at.getTime(), status: row.status, currency: row.currency, totalMinor: row.total_minor, lines: row.lines, units: row.units, cancelled: row.cancelled,
    shipped: row.shipped, shipments: row.shipments.length, cost: label === undefined ? null : { currency: row.base ?? row.currency, micros: label },
    promise: due === null ? null : { at: due, ofDeparture: row.arrive_by === null, changed: row.facts.some(([type]) => type === "PromiseChanged") },
    left: times("ShipmentShipped", "ShipmentHandedOver"), arrived: times("ShipmentDelivered", "ShipmentHandedOver"),
  };
}

/** What orders are counted as now, as far as they are there. */
export async function readFigures(session: Session, orderIds: readonly string[]): Promise<{ readonly id: string; readonly figures: OrderFigures }[]> {
  return orderIds.length === 0 ? [] : (await session.rows<OrderDb>(ORDERS, [orderIds])).map((row) => ({ id: row.id, figures: figuresOf(row) }));
}

interface State { readonly rebuilt_orders: number | null; readonly rebuilt_until: string | null }

async function holdState(session: Session): Promise<State> {
  const [, [state]] = await Promise.all([session.run(BEGIN, []), session.rows<State>(STATE, [])]);
  if (!state) throw new Error("the tenant's reports have no state");
  return state;
}

/** Takes what orders were counted as out of the sums, and adds what they are. The transaction holds the state. */
async function count(session: Session, orderIds: readonly string[]): Promise<number> {
  if (orderIds.length === 0) return 0;
  const [now, counted] = await Promise.all([readFigures(session, orderIds), session.rows<{ figures: OrderFigures }>(COUNTED, [orderIds])]);
  const changes = changesOf(counted.map(({ figures }) => figures), now.map(({ figures }) => figures));
  if (now.length > 0) await session.run(KEEP, [columns(now, [({ id }) => id])[0], documents(now, ({ figures }) => figures)]);
  if (changes.length === 0) return 0;
  const [amounts = "{}", ...keys] = columns(changes, [(c) => c.amount, (c) => c.measure, (c) => instant(c.slot), (c) => c.channelId, (c) => c.nodeId, (c) => c.part]);
  await session.run(ADD, [...keys, amounts]);
  if (changes.some(({ amount }) => amount < 0)) await session.run(DROP, keys);
  return changes.length;
}

export function postgresReports(pool: pg.Pool): Reports {
  return {
    feed: ({ tenantId, fence }, consumer, limit) => unflushed(pool, tenantId, (session) => readLog(session, { consumer, fence, limit, types: REPORTED_FACTS }, async (orderIds) => {
      await holdState(session);
      return count(session, orderIds);
    })),
    rebuild: async (tenantId, onProgress) => {
      const total = (await inTransaction(pool, tenantId, (session) => session.rows<{ total: number }>(REBUILD_TOTAL, [])))[0]?.total ?? 0;
      await inTransaction(pool, tenantId, beginRebuild);
      for (;;) {
        const page = await inTransaction(pool, tenantId, rebuildPage);
        onProgress({ orders: page.orders, total });
        if (page.ended) return page.orders;
      }
    },
  };
}

/** Empties the sums, unless a rebuild that was ended is to be taken up. */
async function beginRebuild(session: Session): Promise<void> {
  if ((await holdState(session)).rebuilt_orders !== null) return;
  await Promise.all([session.run(CLEAR_SUMS, []), session.run(CLEAR_ORDERS, []), session.run(REBUILD_NOTE, [0, BEFORE_ALL])]);
}

async function rebuildPage(session: Session): Promise<{ orders: number; ended: boolean }> {
  const { rebuilt_orders: before, rebuilt_until: until } = await holdState(session);
  const ids = (await session.rows<{ id: string }>(REBUILD_PAGE, [until ?? BEFORE_ALL, PAGE])).map(({ id }) => id);
  await count(session, ids);
  const ended = ids.length < PAGE;
  const orders = (before ?? 0) + ids.length;
  await session.run(REBUILD_NOTE, ended ? [null, null] : [orders, ids.at(-1)]);
  return { orders, ended };
}
