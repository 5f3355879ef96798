import { NO_ITEM } from "../domain/order/index.ts";
import type { KnownListing, Tombstone, VariantName } from "../flows/channel-store.ts";
import { columns } from "./columns.ts";
import { type Session, statement } from "./database.ts";

/** What channels call our goods, and orders that were cancelled before they were known: as flows load and save them. */

const LOAD_LISTINGS = statement("load_listings", `
  select l.channel_id, l.variant_id, l.item_id, l.unit, l.sku, l.title, l.mapped_by
  from (select * from unnest($1::uuid[], $2::text[]) limit cardinality($1)) as k (channel_id, variant_id)
  join listing l on l.tenant_id = (select current_tenant()) and l.channel_id = k.channel_id and l.variant_id = k.variant_id`);
const SAVE_LISTINGS = statement("save_listings", `
  insert into listing as l (tenant_id, channel_id, variant_id, item_id, unit, sku, title, mapped_by)
  select (select current_tenant()), * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[])
  on conflict (tenant_id, channel_id, variant_id) do update set item_id = excluded.item_id, unit = excluded.unit, mapped_by = excluded.mapped_by,
    sku = coalesce(excluded.sku, l.sku), title = case when excluded.title = '' then l.title else excluded.title end
  where excluded.item_id is not null or l.item_id is null`);
const LOAD_TOMBSTONES = statement("load_tombstones", `
  select t.channel_id, t.external_id, t.source_version, t.reason
  from (select * from unnest($1::uuid[], $2::text[]) limit cardinality($1)) as k (channel_id, external_id)
  join order_tombstone t on t.tenant_id = (select current_tenant()) and t.channel_id = k.channel_id and t.external_id = k.external_id`);
const SAVE_TOMBSTONES = statement("save_tombstones", `
  insert into order_tombstone as t (tenant_id, channel_id, external_id, source_version, reason)
  select (select current_tenant()), * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[])
  on conflict (tenant_id, channel_id, external_id) do update set source_version = excluded.source_version, reason = excluded.reason
  where t.source_version < excluded.source_version`);
/** Lines without an item are few and stand in the index of waiting lines, all under the same item. */
const UNIDENTIFIED = statement("find_unidentified_orders", `
  select l.order_id from order_line l
    cross join lateral (select o.channel_id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = l.order_id offset 0) o
  where l.tenant_id = (select current_tenant()) and l.item_id = $1 and l.pending > 0 and o.channel_id = $2 and l.document ->> 'variant_id' = $3
  group by l.order_id order by l.order_id limit $4`);

interface ListingDb { channel_id: string; variant_id: string; item_id: string | null; unit: string | null; sku: string | null; title: string; mapped_by: string | null }

export async function loadListings(session: Session, names: readonly VariantName[]): Promise<ReadonlyMap<string, KnownListing>> {
  if (names.length === 0) return new Map();
  const rows = await session.rows<ListingDb>(LOAD_LISTINGS, columns(names, [(n) => n.channelId, (n) => n.variantId]));
  return new Map(rows.map((row) => [`${row.channel_id}|${row.variant_id}`, {
    channelId: row.channel_id, variantId: row.variant_id, itemId: row.item_id, unit: row.unit, sku: row.sku, title: row.title, mappedBy: row.mapped_by,
  }]));
}

export async function saveListings(session: Session, listings: readonly KnownListing[]): Promise<void> {
  if (listings.length === 0) return;
  const sorted = listings.toSorted((a, b) => (`${a.channelId}|${a.variantId}` < `${b.channelId}|${b.variantId}` ? -1 : 1));
  await session.run(SAVE_LISTINGS, columns(sorted, [(l) => l.channelId, (l) => l.variantId, (l) => l.itemId, (l) => l.unit, (l) => l.sku, (l) => l.title, (l) => l.mappedBy]));
}

export async function loadTombstones(session: Session, identities: readonly { channelId: string; externalId: string }[]): Promise<ReadonlyMap<string, Tombstone>> {
  if (identities.length === 0) return new Map();
  const rows = await session.rows<{ channel_id: string; external_id: string; source_version: number; reason: string }>(
    LOAD_TOMBSTONES, columns(identities, [(i) => i.channelId, (i) => i.externalId]));
  return new Map(rows.map((row) => [`${row.channel_id}|${row.external_id}`, { channelId: row.channel_id, externalId: row.external_id, version: row.source_version, reason: row.reason }]));
}

export async function saveTombstones(session: Session, tombstones: readonly Tombstone[]): Promise<void> {
  if (tombstones.length === 0) return;
  const sorted = tombstones.toSorted((a, b) => (`${a.channelId}|${a.externalId}` < `${b.channelId}|${b.externalId}` ? -1 : 1));
  await session.run(SAVE_TOMBSTONES, columns(sorted, [(t) => t.channelId, (t) => t.externalId, (t) => t.version, (t) => t.reason]));
}

export const findUnidentifiedOrders = async (session: Session, { channelId, variantId }: VariantName, limit: number): Promise<readonly string[]> =>
  (await session.rows<{ order_id: string }>(UNIDENTIFIED, [NO_ITEM, channelId, variantId, limit])).map((row) => row.order_id);
