import { COUNTED_MAX, type DeskFilter, type DeskQueries, type DeskRow, QUEUES, type QueueSums, SUMMED_MAX } from "../../flows/desk.ts";
import type { Page } from "../../flows/queries.ts";
import { columns, instant } from "../columns.ts";
import { statement } from "../database.ts";
import { pageOf, type Reader } from "./reader.ts";

/**
 * Every queue at once: of each so many entries as are counted. An entry's orders count their money once, however many causes stop them.
 * Parameters: 1 to 3 codes, sources and keys of the queues; 4 entries of each; 5 orders of which money is summed; 6 whose; 7 now.
 */
const SUMS = statement("desk_sums", `
  with queues as materialized (select * from unnest($1::text[], $2::text[], $3::text[]) as q (code, source, key)),
    causes as materialized (
      select q.code, c.subject, c.since, c.order_id from queues q cross join lateral (
        select 'exc_' || replace(e.id::text, '-', '') as subject, e.opened_at as since, e.order_id
        from exception e where e.tenant_id = (select current_tenant()) and e.kind = q.key and e.resolved_at is null order by e.opened_at limit $4) c where q.source = 'exception'
      union all
      select q.code, c.* from queues q cross join lateral (
        select 'hld_' || replace(h.order_id::text, '-', '') || '_' || h.hold_no, h.placed_at, h.order_id
        from hold h where h.tenant_id = (select current_tenant()) and h.kind = q.key and h.released_at is null order by h.order_id limit $4) c where q.source = 'hold'
      union all
      select q.code, c.* from queues q cross join lateral (
        select 'cal_' || replace(k.id::text, '-', ''), coalesce(k.finished_at, k.due_since), k.order_id
        from channel_call k where k.tenant_id = (select current_tenant()) and k.state = q.key order by k.id limit $4) c where q.source = 'call'
      union all
      select q.code, c.* from queues q cross join lateral (
        select 'msg_' || replace(m.id::text, '-', ''), m.received_at, m.order_id
        from inbox m where m.tenant_id = (select current_tenant()) and m.state = q.key order by m.id limit $4) c where q.source = 'message'
      union all
      select q.code, c.* from queues q cross join lateral (
        select 'prk_' || replace(w.id::text, '-', ''), w.failed_at, (select e.order_id from event e where e.tenant_id = w.tenant_id and e.position = w.position)
        from failed_work w where w.tenant_id = (select current_tenant()) and w.state = q.key limit $4) c where q.source = 'work'
      union all
      select q.code, c.* from queues q cross join lateral (
        select 'ord_' || replace(d.order_id::text, '-', ''), d.placed_at, d.order_id
        from order_deadline d where d.tenant_id = (select current_tenant()) and d.level is not null and d.level = q.key order by d.due_at limit $4) c where q.source = 'promise'),
    counted as (
      select c.code, count(*)::int as open, min(c.since) as oldest, (count(*) filter (where d.owner = $6))::int as mine, (count(*) filter (where d.snoozed_until > $7::timestamptz))::int as snoozed
      from causes c left join desk_item d on d.tenant_id = (select current_tenant()) and d.queue = c.code and d.subject = c.subject group by c.code),
    stopped as (
      select code, order_id, row_number() over (partition by code order by min(since), order_id) as place, count(*) over (partition by code) as orders
      from causes where order_id is not null group by code, order_id),
    money as (
      select s.code, max(s.orders)::int as orders, o.currency, sum(o.total_minor)::float8 as total_minor
      from stopped s cross join lateral (select o.currency, o.total_minor from sales_order o where o.tenant_id = (select current_tenant()) and o.id = s.order_id offset 0) o
      where s.place <= $5 group by s.code, o.currency)
  select c.code, c.open, c.oldest, c.mine, c.snoozed, coalesce((select max(m.orders) from money m where m.code = c.code), 0) as orders,
    (select coalesce(json_agg(json_build_object('currency', m.currency, 'total_minor', m.total_minor) order by m.currency), '[]') from money m where m.code = c.code) as money
  from counted c`);

/**
 * Entries of one queue. Parameters: 1 source, 2 key, 3 code of the queue, 4 to 5 where to go on, 6 limit, 7 only these, 8 whose, 9 how those at rest count, 10 now.
 */
const ITEMS = statement("desk_items", `
  with causes as (
    select 'exc_' || replace(e.id::text, '-', '') as subject, e.opened_at as since, e.reason, e.order_id, e.line_no, e.shipment_no, null::smallint as hold_no, e.item_id, e.node_id, null::uuid as channel_id
    from exception e where $1::text = 'exception' and e.tenant_id = (select current_tenant()) and e.kind = $2::text and e.resolved_at is null
    union all
    select 'hld_' || replace(h.order_id::text, '-', '') || '_' || h.hold_no, h.placed_at, h.reason, h.order_id, h.line_no, h.shipment_no, h.hold_no, null, null, null
    from hold h where $1 = 'hold' and h.tenant_id = (select current_tenant()) and h.kind = $2 and h.released_at is null
    union all
    select 'cal_' || replace(k.id::text, '-', ''), date_trunc('milliseconds', coalesce(k.finished_at, k.due_since)), coalesce(k.kind || ': ' || k.note, k.kind), k.order_id, null, null, null, null, null,
      (select n.channel_id from connection n where n.tenant_id = k.tenant_id and n.id = k.connection_id)
    from channel_call k where $1 = 'call' and k.tenant_id = (select current_tenant()) and k.state = $2
    union all
    select 'msg_' || replace(m.id::text, '-', ''), date_trunc('milliseconds', m.received_at), coalesce(m.reason, m.topic), m.order_id, null, null, null, null, null,
      (select n.channel_id from connection n where n.tenant_id = m.tenant_id and n.id = m.connection_id)
    from inbox m where $1 = 'message' and m.tenant_id = (select current_tenant()) and m.state = $2
    union all
    select 'prk_' || replace(w.id::text, '-', ''), date_trunc('milliseconds', w.failed_at), w.error, (select e.order_id from event e where e.tenant_id = w.tenant_id and e.position = w.position), null, null, null, null, null, null
    from failed_work w where $1 = 'work' and w.tenant_id = (select current_tenant()) and w.state = $2
    union all
    select 'ord_' || replace(d.order_id::text, '-', ''), d.placed_at, d.cause, d.order_id, null, d.shipment_no, null, null, null, d.channel_id
    from order_deadline d where $1 = 'promise' and d.tenant_id = (select current_tenant()) and d.level is not null and d.level = $2),
  listed as (
    select c.*, d.owner, d.snoozed_until
    from causes c left join desk_item d on d.tenant_id = (select current_tenant()) and d.queue = $3 and d.subject = c.subject
    where ($4::timestamptz is null or (c.since, c.subject) > ($4, $5::text)) and ($7::text[] is null or c.subject = any($7)) and ($8::text is null or coalesce(d.owner, '') = $8)
      and case $9::text when 'without' then coalesce(d.snoozed_until <= $10::timestamptz, true) when 'only' then d.snoozed_until > $10::timestamptz else true end
    order by c.since, c.subject limit $6)
  select l.subject, l.since, l.reason, l.owner, l.snoozed_until, l.order_id, l.line_no, l.shipment_no, l.hold_no, o.number as order_number, o.currency, o.total_minor, coalesce(i.sku, y.document ->> 'sku') as sku,
    y.document ->> 'variant_id' as variant, (select n.code from node n where n.tenant_id = (select current_tenant()) and n.id = coalesce(l.node_id, s.node_id) limit 1) as node,
    (select h.code from channel h where h.tenant_id = (select current_tenant()) and h.id = coalesce(l.channel_id, o.channel_id) limit 1) as channel
  from listed l
    left join lateral (select o.number, o.currency, o.total_minor, o.channel_id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = l.order_id) o on true
    left join lateral (select y.document from order_line y where y.tenant_id = (select current_tenant()) and y.order_id = l.order_id and y.line_no = l.line_no) y on true
    left join lateral (select s.node_id from shipment s where s.tenant_id = (select current_tenant()) and s.order_id = l.order_id and s.shipment_no = l.shipment_no) s on true
    left join lateral (select i.sku from item i where i.tenant_id = (select current_tenant()) and i.id = l.item_id order by i.valid_from desc limit 1) i on true
  order by l.since, l.subject`);
const STATS = statement("desk_stats", `
  select (select count(*)::int from exception e where e.tenant_id = (select current_tenant()) and e.opened_at >= $1) as opened,
    (count(*) filter (where e.resolved_by is not null))::int as resolved, (count(*) filter (where e.resolved_by is null))::int as closed,
    percentile_cont(0.5) within group (order by greatest(0, extract(epoch from e.resolved_at - e.opened_at)))::float8 as median_age
  from exception e where e.tenant_id = (select current_tenant()) and e.resolved_at is not null and e.resolved_at >= $1`);

interface SumsDb extends Omit<QueueSums, "oldest"> { oldest: Date | null }
interface ItemDb {
  subject: string; since: Date; reason: string; owner: string | null; snoozed_until: Date | null; order_id: string | null; line_no: number | null; shipment_no: number | null; hold_no: number | null;
  order_number: number | null; currency: string | null; total_minor: number | null; sku: string | null; variant: string | null; node: string | null; channel: string | null;
}

const readItem = (row: ItemDb): DeskRow => ({
  subject: row.subject, since: row.since.getTime(), reason: row.reason, owner: row.owner, snoozedUntil: row.snoozed_until?.getTime() ?? null, orderId: row.order_id, orderNumber: row.order_number,
  currency: row.currency, totalMinor: row.total_minor, lineNo: row.line_no, shipmentNo: row.shipment_no, holdNo: row.hold_no, sku: row.sku, node: row.node, channel: row.channel, variant: row.variant,
});

async function items(reader: Reader, tenantId: number, { queue, after, limit, subjects, owner, snoozed, now }: DeskFilter): Promise<Page<DeskRow>> {
  const values = [queue.source, queue.key, queue.code, after?.[0] ?? null, after?.[1] ?? null, limit + 1, subjects, owner, snoozed, instant(now)];
  const rows = await reader.rows<ItemDb>(tenantId, ITEMS, values);
  return pageOf(rows, limit, readItem, (row) => [row.since.toISOString(), row.subject]);
}

async function sums(reader: Reader, tenantId: number, me: string, now: number): Promise<readonly QueueSums[]> {
  const found = await reader.rows<SumsDb>(tenantId, SUMS, [...columns(QUEUES, [(q) => q.code, (q) => q.source, (q) => q.key]), COUNTED_MAX + 1, SUMMED_MAX, me, instant(now)]);
  return QUEUES.map(({ code }) => {
    const row = found.find((one) => one.code === code);
    return row ? { ...row, oldest: row.oldest?.getTime() ?? null } : { code, open: 0, oldest: null, mine: 0, snoozed: 0, orders: 0, money: [] };
  });
}

/** The desk's queues, read from what each cause is kept in. */
export const deskQueries = (reader: Reader): DeskQueries => ({
  deskSums: (tenantId, me, now) => sums(reader, tenantId, me, now),
  deskItems: (tenantId, filter) => items(reader, tenantId, filter),
  deskStats: async (tenantId, since) => {
    const [row] = await reader.rows<{ opened: number; resolved: number; closed: number; median_age: number | null }>(tenantId, STATS, [instant(since)]);
    return { opened: row?.opened ?? 0, resolved: row?.resolved ?? 0, closed: row?.closed ?? 0, medianAge: row?.median_age ?? null };
  },
});
