import type pg from "pg";
import { patternsOf, type SearchedContact, type SearchedOrder, type SearchQuery, searchWords, type WordPattern } from "../domain/order/index.ts";
import { type OrderSearch, SEARCHED_FACTS } from "../flows/search.ts";
import { columns } from "./columns.ts";
import { inTransaction, type Session, statement, unflushed } from "./database.ts";
import { readLog } from "./log-reader.ts";

/** What orders can be found by, as it is now. A line that the channel gave no title has the name of its item. */
export const SEARCHED_ORDERS = statement("searched_orders", `
  select o.id, o.number, o.external_id, o.document -> 'attributes' ->> 'name' as channel_name, c.data as contact, l.skus, l.titles, s.tracking_numbers
  from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select o.id, o.number, o.external_id, o.document from sales_order o where o.tenant_id = (select current_tenant()) and o.id = k.id offset 0) o
    left join lateral (select c.data from order_contact c where c.tenant_id = (select current_tenant()) and c.order_id = k.id offset 0) c on true
    cross join lateral (
      select array_agg(l.document ->> 'sku' order by l.line_no) as skus,
        array_agg(coalesce(l.document ->> 'title', (select i.name from item i where i.tenant_id = (select current_tenant()) and i.id = l.item_id order by i.valid_from desc limit 1)) order by l.line_no) as titles
      from order_line l where l.tenant_id = (select current_tenant()) and l.order_id = k.id) l
    cross join lateral (
      select array(select p ->> 'tracking_number' from shipment s cross join lateral json_array_elements(s.document -> 'packages') p
        where s.tenant_id = (select current_tenant()) and s.order_id = k.id and p ->> 'tracking_number' is not null) as tracking_numbers) s`);
/** Whoever writes words holds the tenant's row, so that segments begin one after the other. */
const BEGIN = statement("begin_search_state", `
  insert into order_search_state (tenant_id) values ((select current_tenant())) on conflict (tenant_id) do nothing`);
const STATE = statement("lock_search_state", `
  select fed, rebuilt_orders, rebuilt_until from order_search_state where tenant_id = (select current_tenant()) for update`);
/** The first segment begins before every order. A full one ends before the first order that is later than all there are. */
const OPEN_SEGMENT = statement("open_search_segment", `
  with latest as materialized (
    select (select g.segment from order_search_segment g where g.tenant_id = (select current_tenant()) order by g.segment desc limit 1) as segment,
      (select s.order_id from order_search s where s.tenant_id = (select current_tenant()) and s.order_id > '00000000-0000-0000-0000-000000000000' order by s.order_id desc limit 1) as order_id),
  opened as (
    insert into order_search_segment (tenant_id, segment, from_order_id)
    select (select current_tenant()), 0, '00000000-0000-0000-0000-000000000000' from latest where segment is null
    union all
    select (select current_tenant()), latest.segment + 1, later.id
    from latest cross join lateral (select k.id from unnest($1::uuid[]) k (id) where k.id > latest.order_id order by k.id limit 1) later where $2::int >= $3::int
    returning segment)
  update order_search_state set fed = case when exists (select from opened) then 0 else fed end + cardinality($1) where tenant_id = (select current_tenant())`);
const SEGMENTS = statement("search_segments", `
  select k.id, g.segment from (select * from unnest($1::uuid[]) limit cardinality($1)) as k (id)
    cross join lateral (select g.segment from order_search_segment g where g.tenant_id = (select current_tenant()) and g.from_order_id <= k.id order by g.segment desc limit 1) g`);
/** An erased order keeps no word of a person, whatever was read of it before. What says the same again is not written. */
const SAVE = statement("save_search_words", `
  insert into order_search as s (tenant_id, order_id, words) select (select current_tenant()), * from unnest($1::uuid[], $2::tsvector[])
  on conflict (tenant_id, order_id) do update set words = case when s.erased then words_without_person(excluded.words) else excluded.words end
  where s.words is distinct from excluded.words`);

const REBUILD_PAGE = statement("search_rebuild_page", `
  select id from sales_order where tenant_id = (select current_tenant()) and id > $1::uuid order by id limit $2`);
const REBUILD_NOTE = statement("note_search_rebuild", `
  update order_search_state set rebuilt_orders = $1, rebuilt_until = $2 where tenant_id = (select current_tenant())`);
const REBUILD_TOTAL = statement("search_rebuild_total", `select count(*) as total from sales_order where tenant_id = (select current_tenant()) and id > '00000000-0000-0000-0000-000000000000'`);

/** Orders of a segment: what the beginning of every word costs at most, against how many segments a rare word is looked for in. */
const SEGMENT_ORDERS = 20_000;
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";
/** Orders of one page of a rebuild: its transaction holds no lock that others wait for. */
const PAGE = 500;

export interface SearchedDb {
  id: string; number: number; external_id: string; channel_name: string | null; contact: SearchedContact | null; skus: string[] | null; titles: (string | null)[] | null; tracking_numbers: string[];
}

export const readSearched = (row: SearchedDb): SearchedOrder => ({
  number: row.number, externalId: row.external_id, channelName: row.channel_name, contact: row.contact, trackingNumbers: row.tracking_numbers,
  lines: (row.skus ?? []).map((sku, index) => ({ sku, title: row.titles?.[index] ?? null })),
});

/** Words are letters and digits, so nothing in them has to be quoted. */
const vectorOf = (tenantId: number, segment: number, order: SearchedOrder): string => searchWords(order).map((word) => `${tenantId}s${segment}${word}`).join(" ");

/** The query as search_orders reads it: @ stands for tenant and segment. Only letters, digits and what is written here get into it. */
export function queryText(query: SearchQuery, personal: boolean): string | null {
  const { all, phone } = patternsOf(query, personal);
  const pattern = ({ word, begins }: WordPattern): string => `@${word}${begins ? ":*" : ""}`;
  const words = all.map((patterns) => `(${patterns.map(pattern).join(" | ")})`).join(" & ");
  return [...(words === "" ? [] : [`(${words})`]), ...phone.map(pattern)].join(" | ") || null;
}

/** The orders' words as they are now. `fed` is what the state row said, which the transaction holds. */
async function keepWords(session: Session, tenantId: number, fed: number, orderIds: readonly string[]): Promise<number> {
  if (orderIds.length === 0) return 0;
  const [, segments, rows] = await Promise.all([
    session.run(OPEN_SEGMENT, [orderIds, fed, SEGMENT_ORDERS]), session.rows<{ id: string; segment: number }>(SEGMENTS, [orderIds]),
    session.rows<SearchedDb>(SEARCHED_ORDERS, [orderIds]),
  ]);
  const segmentOf = new Map(segments.map(({ id, segment }) => [id, segment]));
  return session.run(SAVE, columns(rows, [(row) => row.id, (row) => vectorOf(tenantId, segmentOf.get(row.id) ?? 0, readSearched(row))]));
}

interface State { readonly fed: number; readonly rebuilt_orders: number | null; readonly rebuilt_until: string | null }

async function holdState(session: Session): Promise<State> {
  const [, [state]] = await Promise.all([session.run(BEGIN, []), session.rows<State>(STATE, [])]);
  if (!state) throw new Error("the tenant's search has no state");
  return state;
}

export function postgresOrderSearch(pool: pg.Pool): OrderSearch {
  return {
    feed: ({ tenantId, fence }, consumer, limit) => unflushed(pool, tenantId, (session) => readLog(session, { consumer, fence, limit, types: SEARCHED_FACTS }, async (orderIds) =>
      keepWords(session, tenantId, (await holdState(session)).fed, orderIds))),
    rebuild: async (tenantId, onProgress) => {
      const total = (await inTransaction(pool, tenantId, (session) => session.rows<{ total: number }>(REBUILD_TOTAL, [])))[0]?.total ?? 0;
      for (;;) {
        const page = await unflushed(pool, tenantId, (session) => rebuildPage(session, tenantId));
        onProgress({ orders: page.orders, total });
        if (page.ended) return page.orders;
      }
    },
  };
}

async function rebuildPage(session: Session, tenantId: number): Promise<{ orders: number; ended: boolean }> {
  const { fed, rebuilt_orders: before, rebuilt_until: until } = await holdState(session);
  const ids = (await session.rows<{ id: string }>(REBUILD_PAGE, [until ?? BEFORE_ALL, PAGE])).map(({ id }) => id);
  await keepWords(session, tenantId, fed, ids);
  const ended = ids.length < PAGE;
  const orders = (before ?? 0) + ids.length;
  await session.run(REBUILD_NOTE, ended ? [null, null] : [orders, ids.at(-1)]);
  return { orders, ended };
}
