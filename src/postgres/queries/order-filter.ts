import type { OrderFilter } from "../../flows/queries.ts";
import { instant } from "../columns.ts";
import { type Statement, statement } from "../database.ts";
import type { Reader } from "./reader.ts";

/** Which of these orders pass a filter, whatever way led to them. Parameters that are null ask nothing. A sub-query with offset 0 is asked of each order, and not once of all that there are. */
const PASSING = statement("orders_passing", `
  select o.id from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (
      select o.tenant_id, o.id, o.status, o.channel_id, o.placed_at, o.captured_at, o.currency, o.total_minor, o.document from sales_order o
      where o.tenant_id = (select current_tenant()) and o.id = k.id offset 0) o
  where ($2::text[] is null or o.status = any($2)) and ($3::uuid is null or o.channel_id = $3)
    and ($4::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $4 offset 0))
    and ($5::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $5 and h.released_at is null offset 0))
    and ($6::timestamptz is null or o.placed_at >= $6) and ($7::timestamptz is null or o.placed_at < $7)
    and ($8::timestamptz is null or o.captured_at >= $8) and ($9::timestamptz is null or o.captured_at < $9)
    and ($10::text is null or o.document ->> 'payment_state' = $10)
    and ($11::text is null or exists (select from order_tag t where t.tenant_id = o.tenant_id and t.tag = $11 and t.order_id = o.id offset 0))
    and ($12::text is null or exists (select from order_desk d where d.tenant_id = o.tenant_id and d.order_id = o.id and d.assignee = $12 offset 0))
    and ($13::boolean is null or not exists (select from order_desk d where d.tenant_id = o.tenant_id and d.order_id = o.id and d.assignee is not null offset 0))
    and ($14::text is null or exists (select from order_deadline d where d.tenant_id = o.tenant_id and d.order_id = o.id and d.level = $14 offset 0))
    and ($15::text is null or exists (select from order_line l where l.tenant_id = o.tenant_id and l.order_id = o.id and l.document ->> 'sku' = $15 offset 0))
    and ($16::text is null or exists (select from order_contact c where c.tenant_id = o.tenant_id and c.order_id = o.id
      and coalesce(c.data -> 'ship_to_normalised' ->> 'country', c.data -> 'ship_to' ->> 'country') = $16 offset 0))
    and ($17::text is null or o.currency = $17) and ($18::bigint is null or o.total_minor >= $18) and ($19::bigint is null or o.total_minor <= $19)
    and ($20::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.document -> 'left' is null and (s.node_id = any($20) or s.document ->> 'to_store' = any($21::text[])) offset 0))`);

const CHANNEL_ID = statement("channel_id_of", `select id from channel where tenant_id = (select current_tenant()) and code = $1 limit 1`);
const NODE_ID = statement("node_id_of", `select id from node where tenant_id = (select current_tenant()) and code = $1 limit 1`);

/** Which of these orders pass; the tests are those of testsOf. */
export async function passing(reader: Reader, tenantId: number, ids: readonly string[], tests: readonly unknown[]): Promise<ReadonlySet<string>> {
  return new Set((await reader.rows<{ id: string }>(tenantId, PASSING, [ids, ...tests])).map(({ id }) => id));
}

/** What is asked of each order beyond what its way into the list answers already: empty for nothing, null where the filter names a channel or node that is not there. */
export async function testsOf(reader: Reader, tenantId: number, filter: OrderFilter, served: keyof OrderFilter | null): Promise<readonly unknown[] | null> {
  const channel = filter.channel === null ? null : await idOf(reader, tenantId, CHANNEL_ID, filter.channel);
  const node = filter.node === null ? null : await nodeIdOf(reader, tenantId, filter.node);
  if (channel === undefined || node === undefined) return null;
  const asked = { ...filter, ...(served === null ? {} : { [served]: null }) };
  const values = [
    asked.statuses, channel, asked.node === null ? null : node, asked.holdKind, instant(filter.placedFrom), instant(filter.placedTo), instant(filter.capturedFrom), instant(filter.capturedTo),
    filter.paymentState, asked.tag, asked.assignee, filter.unassigned ? true : null, asked.level, filter.sku, filter.country, filter.currency, filter.totalFrom, filter.totalTo,
    asked.places?.map(({ id }) => id) ?? null, asked.places?.map(({ code }) => code) ?? null,
  ];
  return values.every((value) => value === null) ? [] : values;
}

export const nodeIdOf = (reader: Reader, tenantId: number, code: string): Promise<string | undefined> => idOf(reader, tenantId, NODE_ID, code);

const idOf = async (reader: Reader, tenantId: number, what: Statement, code: string): Promise<string | undefined> =>
  (await reader.rows<{ id: string }>(tenantId, what, [code]))[0]?.id;
