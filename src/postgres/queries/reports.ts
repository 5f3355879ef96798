import type { NodeDay, ReadSum, ReportQueries, ReportsAsOf, SumsQuestion } from "../../flows/reports.ts";
import { REPORT_CONSUMER } from "../../flows/reports.ts";
import type { Measure } from "../../flows/count-order.ts";
import { columns, instant } from "../columns.ts";
import { statement } from "../database.ts";
import type { Reader } from "./reader.ts";

/** Bounds are the beginnings of stretches, and the end of the last. */
const SUMS = statement("report_sums", `
  select g.measure, g.stretch, g.part, g.amount, (select h.code from channel h where h.tenant_id = (select current_tenant()) and h.id = g.channel_id limit 1) as channel,
    (select n.code from node n where n.tenant_id = (select current_tenant()) and n.id = g.node_id limit 1) as node
  from (
    select m.measure, s.stretch, s.channel_id, s.node_id, s.part, sum(s.amount)::float8 as amount
    from unnest($1::text[]) as m (measure) cross join lateral (
      select case when $5::text = 'time' then width_bucket(s.slot, $2::timestamptz[]) - 1 end as stretch, case when $5 = 'channel' then s.channel_id end as channel_id,
        case when $5 = 'node' then s.node_id end as node_id, s.part, s.amount
      from report_sum s where s.tenant_id = (select current_tenant()) and s.measure = m.measure and s.slot >= ($2::timestamptz[])[1] and s.slot < ($2::timestamptz[])[cardinality($2::timestamptz[])]
        and ($3::text is null or s.channel_id = (select h.id from channel h where h.tenant_id = (select current_tenant()) and h.code = $3 limit 1))
        and ($4::text is null or s.node_id = (select n.id from node n where n.tenant_id = (select current_tenant()) and n.code = $4 limit 1))) s
    group by 1, 2, 3, 4, 5) g`);
const NODE_DAYS = statement("report_node_days", `
  select n.code as node, c.ship_date::text as date, c.orders, c.units, (n.operations #>> '{capacity,ordersPerDay}')::float8 as "ordersLimit", (n.operations #>> '{capacity,unitsPerDay}')::float8 as "unitsLimit"
  from node n join node_capacity c on c.tenant_id = n.tenant_id and c.node_id = n.id and c.ship_date between $1::date and $2::date and c.hour = -1
  where n.tenant_id = (select current_tenant()) and ($3::text is null or n.code = $3) and n.valid_from <= $4 and $4 < n.valid_to order by n.code, c.ship_date`);
const AS_OF = statement("reports_as_of", `
  select coalesce(c.position, 0) as position, k.position - coalesce(c.position, 0) as behind, s.rebuilt_orders as rebuilt,
    (select e.recorded_at from event e where e.tenant_id = k.tenant_id and e.position = c.position) as at
  from event_counter k left join consumer c on c.tenant_id = k.tenant_id and c.name = $1 left join report_state s on s.tenant_id = k.tenant_id where k.tenant_id = (select current_tenant())`);

interface SumDb { measure: Measure; stretch: number | null; channel: string | null; node: string | null; part: string; amount: number }

async function readSums(reader: Reader, tenantId: number, { measures, bounds, channel, node, by }: SumsQuestion): Promise<readonly ReadSum[]> {
  const rows = await reader.rows<SumDb>(tenantId, SUMS, [measures, columns(bounds, [instant])[0], channel, node, by]);
  return rows.map((row) => ({ measure: row.measure, key: row.stretch ?? row.channel ?? row.node ?? "", part: row.part, amount: row.amount }));
}

/** What reports are made of. */
export const reportQueries = (reader: Reader): ReportQueries => ({
  readSums: (tenantId, question) => readSums(reader, tenantId, question),
  nodeDays: (tenantId, from, to, node, now) => reader.rows<NodeDay>(tenantId, NODE_DAYS, [from, to, node, instant(now)]),
  reportsAsOf: async (tenantId): Promise<ReportsAsOf> => {
    const [row] = await reader.rows<{ position: number; behind: number; rebuilt: number | null; at: Date | null }>(tenantId, AS_OF, [REPORT_CONSUMER]);
    return { position: row?.position ?? 0, behind: row?.behind ?? 0, at: row?.at?.getTime() ?? null, rebuilt: row?.rebuilt ?? null };
  },
});
