import { matchOrder, type SearchMatch } from "../../domain/order/index.ts";
import type { OrderCount, OrderFilter, OrderSummary, Page } from "../../flows/queries.ts";
import { type Search, SEARCH_CONSUMER, type SearchProgress } from "../../flows/search.ts";
import { statement } from "../database.ts";
import { queryText, readSearched, SEARCHED_ORDERS, type SearchedDb } from "../order-search.ts";
import { listOrderIds, scan, summariesOf } from "./order-list.ts";
import { byWords } from "./order-ways.ts";
import type { Reader } from "./reader.ts";

const PROGRESS = statement("search_progress", `
  select k.position - coalesce(c.position, 0) as behind, coalesce(c.position, 0) as position
  from event_counter k left join consumer c on c.tenant_id = k.tenant_id and c.name = $1 where k.tenant_id = (select current_tenant())`);

/** Found orders of which one page looks at the filter. */
const EXAMINED_MAX = 10_000;

/** Where the next page begins when this one was full of what is called exactly so. */
const BEFORE_ALL = ["ffffffff-ffff-ffff-ffff-ffffffffffff"];

interface Found { readonly exact: readonly string[]; readonly ids: readonly string[]; readonly next: readonly string[] | null }

/** An order that is called exactly so comes first; then whatever has every word, the newest first. */
export async function searchOrders(reader: Reader, tenantId: number, filter: OrderFilter, search: Search): Promise<Page<OrderSummary>> {
  const { page, matches, next } = await look(reader, tenantId, filter, search);
  const rows = await summariesOf(reader, tenantId, page);
  return { rows: rows.map(({ id, summary }) => ({ ...summary, matches: matches.get(id) ?? [] })), next };
}

export async function searchOrderIds(reader: Reader, tenantId: number, filter: OrderFilter, search: Search): Promise<Page<string>> {
  const { page, next } = await look(reader, tenantId, filter, search);
  return { rows: page, next };
}

export async function countSearched(reader: Reader, tenantId: number, filter: OrderFilter, search: Search): Promise<OrderCount> {
  const { exact, ids, next } = await find(reader, tenantId, { ...filter, after: null }, search);
  return { value: exact.length + ids.length, exact: next === null };
}

/** What an order does not say any more it is not found by, whatever was kept of it. */
async function look(reader: Reader, tenantId: number, filter: OrderFilter, search: Search): Promise<{ readonly page: readonly string[]; readonly matches: ReadonlyMap<string, readonly SearchMatch[] | null>; readonly next: readonly string[] | null }> {
  const { exact, ids, next } = await find(reader, tenantId, filter, search);
  const page = [...exact, ...ids];
  const searched = page.length === 0 ? [] : await reader.rows<SearchedDb>(tenantId, SEARCHED_ORDERS, [page]);
  const matches = new Map(searched.map((row) => [row.id, matchOrder(readSearched(row), search.query, search.personal)]));
  return { page: page.filter((id) => exact.includes(id) || (matches.get(id) ?? null) !== null), matches, next };
}

async function find(reader: Reader, tenantId: number, filter: OrderFilter, search: Search): Promise<Found> {
  const { limit } = filter;
  const query = queryText(search.query, search.personal);
  if (query === null) return { exact: [], ids: [], next: null };
  const [named, found] = await Promise.all([calledExactly(reader, tenantId, filter, search.text), scan(reader, tenantId, filter, byWords(query), Math.max(EXAMINED_MAX, limit + 1))]);
  const exact = filter.after === null ? named.slice(0, limit) : [];
  const others = found.rows.filter((id) => !named.includes(id));
  const ids = others.slice(0, limit - exact.length);
  const last = ids.at(-1);
  return { exact, ids, next: others.length > ids.length ? (last === undefined ? BEFORE_ALL : [last]) : found.next };
}

/** By its number or its id at the channel. These are looked up where they are, so an order is found so the moment it is there. */
async function calledExactly(reader: Reader, tenantId: number, filter: OrderFilter, text: string): Promise<string[]> {
  const digits = /^#?(\d{1,15})$/.exec(text)?.[1];
  const ways: Partial<OrderFilter>[] = [{ externalId: text }, ...(digits === undefined ? [] : [{ number: Number(digits) }])];
  const found = await Promise.all(ways.map((way) => listOrderIds(reader, tenantId, { ...filter, ...way, after: null })));
  return [...new Set(found.flatMap(({ rows }) => rows))];
}

export async function searchProgress(reader: Reader, tenantId: number): Promise<SearchProgress> {
  return (await reader.rows<SearchProgress>(tenantId, PROGRESS, [SEARCH_CONSUMER]))[0] ?? { position: 0, behind: 0 };
}
