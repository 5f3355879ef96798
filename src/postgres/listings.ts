import type pg from "pg";
import { NO_ITEM } from "../domain/order/index.ts";
import type { Listing, Listings } from "../flows/inbox.ts";
import { inTransaction, statement } from "./database.ts";

/**
 * Waiting lines without an item are few, and all stand under the same one in the index of waiting lines. Suggestions are
 * looked for only where nobody has mapped the variant.
 */
const LIST = statement("list_listings", `
  with waiting as (
    select o.channel_id, l.document ->> 'variant_id' as variant_id, count(*) as lines
    from order_line l
      cross join lateral (select o.channel_id from sales_order o where o.tenant_id = (select current_tenant()) and o.id = l.order_id offset 0) o
    where l.tenant_id = (select current_tenant()) and l.item_id = $6 and l.pending > 0
    group by 1, 2
  )
  select p.channel_id, h.code as channel, p.variant_id, p.sku, p.title, p.item_id, i.sku as item_sku, p.unit, p.mapped_by, p.first_seen_at,
    coalesce(w.lines, 0) as waiting_lines, coalesce(g.suggestions, '[]'::json) as suggestions
  from (
      select * from listing l
      where l.tenant_id = (select current_tenant()) and (l.channel_id, l.variant_id) > ($3, $4)
        and ($1::uuid is null or l.channel_id = $1) and ($2::boolean is null or (l.item_id is not null) = $2)
      order by l.channel_id, l.variant_id limit $5
    ) p
    cross join lateral (
      select h.code from channel h where h.tenant_id = (select current_tenant()) and h.id = p.channel_id order by h.valid_from desc limit 1) h
    left join lateral (
      select i.sku from item i where i.tenant_id = (select current_tenant()) and i.id = p.item_id order by i.valid_from desc limit 1) i on true
    left join waiting w on w.channel_id = p.channel_id and w.variant_id = p.variant_id
    left join lateral (
      select json_agg(json_build_object('id', s.id, 'sku', s.sku, 'because', s.because) order by s.because desc, s.sku) as suggestions
      from (
        select i.id, i.sku, 'sku' as because from item i where i.tenant_id = (select current_tenant()) and i.sku = p.sku and i.valid_to = 'infinity'
        union all
        (select i.id, i.sku, 'gtin' from (select * from item i where i.tenant_id = (select current_tenant()) and i.gtin = p.sku offset 0) i
          where i.valid_to = 'infinity' and i.sku <> p.sku limit 5)
      ) s
      where p.item_id is null and p.sku <> ''
    ) g on true
  order by p.channel_id, p.variant_id`);

/** Before every channel and variant. */
const START = ["00000000-0000-0000-0000-000000000000", ""] as const;

interface ListingDb {
  channel_id: string; channel: string; variant_id: string; sku: string | null; title: string; item_id: string | null; item_sku: string | null; unit: string | null;
  mapped_by: string | null; first_seen_at: Date; waiting_lines: number; suggestions: Listing["suggestions"];
}

const readListing = (row: ListingDb): Listing => ({
  channelId: row.channel_id, channel: row.channel, variantId: row.variant_id, sku: row.sku, title: row.title, firstSeenAt: row.first_seen_at.getTime(),
  item: row.item_id === null ? null : { id: row.item_id, sku: row.item_sku ?? "", unit: row.unit, mappedBy: row.mapped_by ?? "" },
  waitingLines: row.waiting_lines, suggestions: row.suggestions,
});

export const postgresListings = (pool: pg.Pool): Listings => ({
  list: (tenantId, { channelId, mapped, after, limit }) => inTransaction(pool, tenantId, async (session) =>
    (await session.rows<ListingDb>(LIST, [channelId, mapped, ...(after ?? START), limit, NO_ITEM])).map(readListing)),
});
