import { matchOrder } from "../../domain/order/index.ts";
import type { OrderFilter, OrderSummary, Page } from "../../flows/queries.ts";
import { type Search, SEARCH_CONSUMER, type SearchProgress } from "../../flows/search.ts";
import { statement } from "../database.ts";
import { queryText, readSearched, SEARCHED_ORDERS, type SearchedDb } from "../order-search.ts";
import { filterValues, matching, summariesOf } from "./order-list.ts";
import type { Reader } from "./reader.ts";

/**
 * The latest $14 orders that have the words of $13, before $1; of them those that the filter lets through, as the list's
 * statements do (order-list.ts). Tells how many were looked at and the last of them, so that the next page goes on there.
 */
const BY_WORDS = statement("orders_by_words", `
  with found as materialized (select f.id from search_orders($13, $1::uuid, $14::int) as f (id))
  select (select count(*)::int from found) as examined, (select f.id from found f order by f.id limit 1) as last, array(
    select o.id from found f join sales_order o on o.tenant_id = (select current_tenant()) and o.id = f.id
    where ($3::text[] is null or o.status = any($3)) and ($4::uuid is null or o.channel_id = $4)
      and ($5::uuid is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and s.node_id = $5))
      and ($6::text is null or exists (select from hold h where h.tenant_id = o.tenant_id and h.order_id = o.id and h.kind = $6 and h.released_at is null))
      and ($7::timestamptz is null or o.placed_at >= $7) and ($8::timestamptz is null or o.placed_at < $8)
      and ($9::timestamptz is null or o.captured_at >= $9) and ($10::timestamptz is null or o.captured_at < $10)
      and ($11::uuid[] is null or exists (select from shipment s where s.tenant_id = o.tenant_id and s.order_id = o.id and (s.node_id = any($11) or s.document ->> 'to_store' = any($12::text[]))))
    order by o.id desc limit $2) as ids`);
const PROGRESS = statement("search_progress", `
  select k.position - coalesce(c.position, 0) as behind, coalesce(c.position, 0) as position
  from event_counter k left join consumer c on c.tenant_id = k.tenant_id and c.name = $1 where k.tenant_id = (select current_tenant())`);

/** Found orders of which one page looks at the filter. A filter that lets few of them through makes pages short, not slow. */
const EXAMINED_MAX = 10_000;

/** Where the next page begins when this one was full of what is called exactly so. */
const BEFORE_ALL = "ffffffff-ffff-ffff-ffff-ffffffffffff";

interface Found { readonly exact: readonly string[]; readonly ids: readonly string[]; readonly next: string | null }

/** An order that is called exactly so comes first; then whatever has every word, the newest first. */
export async function searchOrders(reader: Reader, tenantId: number, filter: OrderFilter, search: Search): Promise<Page<OrderSummary>> {
  const { exact, ids, next } = await find(reader, tenantId, filter, search, filter.limit);
  const page = [...exact, ...ids];
  if (page.length === 0) return { rows: [], next: next === null ? null : [next] };
  const [rows, searched] = await Promise.all([summariesOf(reader, tenantId, page), reader.rows<SearchedDb>(tenantId, SEARCHED_ORDERS, [page])]);
  const matches = new Map(searched.map((row) => [row.id, matchOrder(readSearched(row), search.query, search.personal)]));
  // What an order does not say any more it is not found by, whatever was kept of it.
  const shown = rows.flatMap(({ id, summary }) => {
    const found = matches.get(id) ?? null;
    return found === null && !exact.includes(id) ? [] : [{ ...summary, matches: found ?? [] }];
  });
  return { rows: shown, next: next === null ? null : [next] };
}

export async function countSearched(reader: Reader, tenantId: number, filter: OrderFilter, search: Search, limit: number): Promise<number> {
  const { exact, ids } = await find(reader, tenantId, { ...filter, after: null }, search, limit);
  return Math.min(limit, exact.length + ids.length);
}

async function find(reader: Reader, tenantId: number, filter: OrderFilter, search: Search, limit: number): Promise<Found> {
  const query = queryText(search.query, search.personal);
  const values = await filterValues(reader, tenantId, filter, limit + 1);
  if (query === null || values === null) return { exact: [], ids: [], next: null };
  const bare = values.slice(2).every((value) => value === null);
  const most = bare ? limit + 1 : Math.max(EXAMINED_MAX, limit + 1);
  const [named, [found]] = await Promise.all([
    calledExactly(reader, tenantId, filter, search.text), reader.rows<{ examined: number; last: string | null; ids: string[] }>(tenantId, BY_WORDS, [...values, query, most]),
  ]);
  const exact = filter.after === null ? named.slice(0, limit) : [];
  const others = (found?.ids ?? []).filter((id) => !named.includes(id));
  const ids = others.slice(0, limit - exact.length);
  const more = others.length > ids.length;
  const next = more ? ids.at(-1) ?? BEFORE_ALL : found !== undefined && found.examined >= most ? found.last : null;
  return { exact, ids, next };
}

/** By its number or its id at the channel. These are looked up where they are, so an order is found so the moment it is there. */
async function calledExactly(reader: Reader, tenantId: number, filter: OrderFilter, text: string): Promise<string[]> {
  const digits = /^#?(\d{1,15})$/.exec(text)?.[1];
  const ways: Partial<OrderFilter>[] = [{ externalId: text }, ...(digits === undefined ? [] : [{ number: Number(digits) }])];
  const found = await Promise.all(ways.map((way) => matching(reader, tenantId, { ...filter, ...way, after: null }, filter.limit)));
  return [...new Set(found.flat())];
}

export async function searchProgress(reader: Reader, tenantId: number): Promise<SearchProgress> {
  return (await reader.rows<SearchProgress>(tenantId, PROGRESS, [SEARCH_CONSUMER]))[0] ?? { position: 0, behind: 0 };
}
