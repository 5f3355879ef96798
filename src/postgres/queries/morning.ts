import type { MorningFacts, MorningQueries, MorningRow, MorningTotals, OverdueNode } from "../../flows/morning-list.ts";
import { columns, instant } from "../columns.ts";
import { statement } from "../database.ts";
import type { Reader } from "./reader.ts";

/**
 * All that should leave today and does not, and what a node that is offline was told of for whatever day, with its cause: by what holds it, by its node, by how many are before it there. Then the
 * waiting orders of which something is promised too soon. Answers one row: the sums by cause, and the first by value or by cut-off. Everything is looked
 * up by key for what is due: joins that the planner chooses compared each shipment with each order. Open holds are said so that the index
 * of all open ones, which begins with their kind, does not offer itself.
 */
const LIST = statement("morning_list", `
  with nodes as materialized (select * from unnest($1::uuid[], $2::date[], $3::boolean[], $4::int[], $18::boolean[], $19::timestamptz[]) as n (node_id, today, closed, manages, offline, cut_off)),
    services as materialized (select * from unnest($13::uuid[], $14::text[], $15::text[], $16::int[], $17::timestamptz[]) as v (node_id, carrier, service, manages, cut_off)),
    channels as materialized (select * from unnest($5::uuid[], $6::int[]) as c (channel_id, accept_minutes)),
    working as materialized (
      select s.order_id, s.shipment_no, s.node_id, s.status, s.planned_ship_date, s.state_since, s.document #>> '{plan,carrier}' as carrier, s.document #>> '{plan,service}' as service, row_number() over (partition by s.node_id order by s.state_since, s.order_id, s.shipment_no) - 1 as place
      from shipment s where s.tenant_id = (select current_tenant()) and s.status in ('RELEASED', 'ACCEPTED', 'PICKED')),
    busy as materialized (select node_id, count(*) as working from working group by node_id),
    planned as materialized (
      select p.*, coalesce(b.working, 0) + row_number() over (partition by p.node_id order by p.planned_ship_date, p.order_id) - 1 as place from nodes n
        cross join lateral (select s.order_id, s.shipment_no, s.node_id, s.status, s.planned_ship_date, s.state_since, s.document #>> '{plan,carrier}' as carrier, s.document #>> '{plan,service}' as service from shipment s
          where s.tenant_id = (select current_tenant()) and s.node_id = n.node_id and s.status = 'PLANNED' and s.planned_ship_date <= n.today offset 0) p
        left join busy b on b.node_id = p.node_id),
    due as materialized (
      select w.*, case when n.closed then 'NODE_CLOSED' when w.place >= coalesce(v.manages, n.manages) then 'NODE_BEHIND' when w.status = 'RELEASED' then 'NOT_ACCEPTED' end as cause, case when v.node_id is null then n.cut_off else v.cut_off end as cut_off
      from working w join nodes n on n.node_id = w.node_id and (w.planned_ship_date <= n.today or (n.offline and w.status = 'RELEASED')) left join services v on v.node_id = w.node_id and v.carrier = w.carrier and v.service = w.service
      union all
      select p.*, case when exists (select from hold h where h.tenant_id = (select current_tenant()) and h.order_id = p.order_id and coalesce(h.released_at, 'infinity') = 'infinity'
          and (h.scope = 'order' or (h.scope = 'shipment' and h.shipment_no = p.shipment_no) or (h.scope = 'line' and exists (select from shipment_line l
            where l.tenant_id = (select current_tenant()) and l.order_id = p.order_id and l.shipment_no = p.shipment_no and l.line_no = h.line_no and l.reserved > 0 offset 0))) offset 0) then 'HELD'
        when n.closed then 'NODE_CLOSED' when p.place >= coalesce(v.manages, n.manages) then 'NODE_BEHIND' else 'NOT_RELEASED' end, case when v.node_id is null then n.cut_off else v.cut_off end
      from planned p join nodes n on n.node_id = p.node_id left join services v on v.node_id = p.node_id and v.carrier = p.carrier and v.service = p.service),
    waiting as materialized (
      select distinct l.order_id from order_line l where l.tenant_id = (select current_tenant()) and (l.pending > 0 or l.backordered > 0 or l.preordered > 0)),
    told as materialized (
      select d.cause, d.order_id, d.shipment_no, d.node_id, d.status, d.planned_ship_date, d.place, d.carrier, d.service, d.cut_off, o.channel_id, o.currency, o.total_minor
      from due d cross join lateral (select o.channel_id, o.currency, o.total_minor from sales_order o where o.tenant_id = (select current_tenant()) and o.id = d.order_id offset 0) o
        join channels c on c.channel_id = o.channel_id
      where d.cause is not null and (d.cause <> 'NOT_ACCEPTED' or d.state_since < $7::timestamptz - make_interval(mins => c.accept_minutes))
      union all
      select case when exists (select from hold h where h.tenant_id = (select current_tenant()) and h.order_id = w.order_id and coalesce(h.released_at, 'infinity') = 'infinity' offset 0)
          then 'HELD' else 'WAITING_FOR_STOCK' end,
        w.order_id, null, null, null, null, null, null, null, null, o.channel_id, o.currency, o.total_minor
      from waiting w cross join lateral (select o.channel_id, o.currency, o.total_minor,
          (o.document #>> '{promise,arrives_at}')::float8 as promised, (o.document ->> 'deliver_by')::float8 as deliver_by, (o.document ->> 'ship_by')::float8 as ship_by
          from sales_order o where o.tenant_id = (select current_tenant()) and o.id = w.order_id offset 0) o
      where o.ship_by < $8 or o.deliver_by < $9 or o.promised < $9),
    listed as materialized (select * from told where ($10::text is null or cause = $10) and ($11::uuid is null or node_id = $11)),
    sums as (
      select cause, currency, count(*) as orders, sum(shipments)::bigint as shipments, sum(total_minor)::bigint as total_minor
      from (select cause, order_id, currency, total_minor, count(shipment_no) as shipments from listed group by 1, 2, 3, 4) as o group by 1, 2)
  select (select coalesce(json_agg(s order by s.cause, s.currency), '[]') from sums s) as sums,
    (select coalesce(json_agg(r), '[]') from (
      select l.*, o.number, o.external_id, coalesce((o.document #>> '{promise,arrives_at}')::float8, (o.document ->> 'deliver_by')::float8, (o.document ->> 'ship_by')::float8) as promised_at
      from (select *, row_number() over (order by case when not $20::boolean or cut_off > $7 then 0 when cut_off is not null then 1 else 2 end, case when $20 and cut_off > $7 then cut_off end, case when $20 then cut_off end desc,
          total_minor desc, order_id, shipment_no) as rank from listed order by rank limit $12) as l
        cross join lateral (select o.number, o.external_id, o.document from sales_order o where o.tenant_id = (select current_tenant()) and o.id = l.order_id offset 0) o
      order by l.rank) as r) as rows`);
const OVERDUE = statement("overdue_work", `
  with nodes as materialized (select * from unnest($1::uuid[], $2::date[]) as n (node_id, today))
  select o.node_id, count(*)::int as shipments, min(o.planned_ship_date)::text as oldest from (
    select n.node_id, s.planned_ship_date from nodes n cross join lateral (
      select s.planned_ship_date from shipment s where s.tenant_id = (select current_tenant()) and s.node_id = n.node_id and s.status = 'PLANNED' and s.planned_ship_date < n.today offset 0) s
    union all
    select s.node_id, s.planned_ship_date from shipment s join nodes n on n.node_id = s.node_id and s.planned_ship_date < n.today
    where s.tenant_id = (select current_tenant()) and s.status in ('RELEASED', 'ACCEPTED', 'PICKED', 'PACKED')) as o
  group by o.node_id order by shipments desc, o.node_id`);

interface SumDb { cause: MorningTotals["cause"]; currency: string; orders: number; shipments: number; total_minor: number }
interface RowDb {
  cause: MorningRow["cause"]; order_id: string; shipment_no: number | null; node_id: string | null; status: string | null; planned_ship_date: string | null; place: number | null; carrier: string | null; service: string | null; number: number;
  external_id: string; channel_id: string; currency: string; total_minor: number; promised_at: number | null;
}

const nodeColumns = ({ nodes }: Pick<MorningFacts, "nodes">): string[] =>
  columns(nodes, [(n) => n.id, (n) => n.tonight.date, (n) => n.tonight.closed, (n) => n.tonight.manages]);

const cutOffOf = ({ cutOff }: Pick<MorningFacts["nodes"][number]["tonight"], "cutOff">): string | null => (cutOff === null ? null : instant(cutOff.at));

const serviceColumns = ({ nodes }: Pick<MorningFacts, "nodes">): string[] =>
  columns(nodes.flatMap(({ id, tonight }) => tonight.services.map((one) => ({ id, ...one }))), [(s) => s.id, (s) => s.carrier, (s) => s.service, (s) => s.manages, cutOffOf]);

const readRow = (row: RowDb): MorningRow => ({
  cause: row.cause, orderId: row.order_id, number: row.number, externalId: row.external_id, channelId: row.channel_id, currency: row.currency, totalMinor: row.total_minor, promisedAt: row.promised_at,
  shipment: row.shipment_no === null || row.node_id === null
    ? null : { no: row.shipment_no, nodeId: row.node_id, status: row.status ?? "", plannedShipDate: row.planned_ship_date ?? "", place: row.place ?? 0, carrier: row.carrier, service: row.service },
});

/** Sums of one cause, over currencies. */
function totalsOf(sums: readonly SumDb[]): MorningTotals[] {
  return [...new Set(sums.map(({ cause }) => cause))].map((cause) => {
    const own = sums.filter((one) => one.cause === cause);
    return { cause, orders: own.reduce((n, one) => n + one.orders, 0), shipments: own.reduce((n, one) => n + one.shipments, 0), money: own.map(({ currency, total_minor }) => ({ currency, total_minor })) };
  });
}

export const morningQueries = (reader: Reader): MorningQueries => ({
  async morningList(tenantId, facts) {
    const accept = [...facts.acceptMinutes].map(([id, minutes]) => ({ id, minutes }));
    const [found] = await reader.rows<{ sums: SumDb[]; rows: RowDb[] }>(tenantId, LIST, [
      ...nodeColumns(facts), ...columns(accept, [(c) => c.id, (c) => c.minutes]), instant(facts.now), facts.tonight, facts.tomorrow, facts.cause, facts.nodeId, facts.limit, ...serviceColumns(facts), ...columns(facts.nodes, [(n) => n.offline, (n) => cutOffOf(n.tonight)]), facts.sort === "cut_off",
    ]);
    return { rows: (found?.rows ?? []).map(readRow), totals: totalsOf(found?.sums ?? []) };
  },
  overdueWork: async (tenantId, facts) => (await reader.rows<{ node_id: string; shipments: number; oldest: string }>(tenantId, OVERDUE, nodeColumns(facts).slice(0, 2)))
    .map((row): OverdueNode => ({ nodeId: row.node_id, shipments: row.shipments, oldest: row.oldest })),
});
