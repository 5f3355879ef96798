import { spokenIn } from "../../domain/catalog/index.ts";
import { publicId } from "../../domain/kernel/index.ts";
import type { CodeFilter, Page, PriceFilter, PriceListView, PriceView } from "../../flows/queries.ts";
import { instant } from "../columns.ts";
import { statement } from "../database.ts";
import { fromMillis, iso, pageOf, type Reader } from "./reader.ts";

const LISTS = statement("price_list_list", `
  select id, code, name, currency, tax_included, channels, nullif(customer_class, '') as customer_class from price_list
  where tenant_id = (select current_tenant()) and ($1::text is null or code > $1) and ($2::text is null or code = $2) order by code limit $3`);
const PRICES = statement("price_list_prices", `
  select p.item_id, p.unit, p.minimum_quantity, p.valid_from, p.valid_to, trim_scale(p.unit_price)::text as unit_price, i.sku, i.quantity_scale, i.units
  from (
      select * from price_list_entry p where p.tenant_id = (select current_tenant())
        and p.price_list_id = (select l.id from price_list l where l.tenant_id = (select current_tenant()) and l.code = $1)
        and ($2::text is null or p.item_id = (select i.id from item i where i.tenant_id = (select current_tenant()) and i.sku = $2 limit 1))
        and ($3::timestamptz is null or (p.valid_from <= $3 and $3 < p.valid_to))
        and ($4::uuid is null or (p.item_id, p.unit, p.minimum_quantity, p.valid_from) > ($4, $5::text, $6::bigint, $7::timestamptz))
      order by p.item_id, p.unit, p.minimum_quantity, p.valid_from limit $8) p
    cross join lateral (
      select i.sku, i.quantity_scale, i.units from item i where i.tenant_id = (select current_tenant()) and i.id = p.item_id order by i.valid_from desc limit 1) i
  order by p.item_id, p.unit, p.minimum_quantity, p.valid_from`);

interface PriceDb {
  item_id: string; unit: string; minimum_quantity: number; valid_from: Date; valid_to: Date | number; unit_price: string;
  sku: string; quantity_scale: number; units: readonly { readonly name: string; readonly factor: number }[];
}

export async function listPriceLists(reader: Reader, tenantId: number, { code, after, limit }: CodeFilter): Promise<Page<PriceListView>> {
  const rows = await reader.rows<PriceListView>(tenantId, LISTS, [after?.[0] ?? null, code, limit + 1]);
  return pageOf(rows, limit, (row) => ({ ...row, id: publicId("priceList", row.id) }), ({ code: last }) => [last]);
}

export async function listPrices(reader: Reader, tenantId: number, priceList: string, { sku, at, after, limit }: PriceFilter): Promise<Page<PriceView>> {
  const key = [after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, fromMillis(after?.[3])];
  const rows = await reader.rows<PriceDb>(tenantId, PRICES, [priceList, sku, instant(at), ...key, limit + 1]);
  return pageOf(rows, limit, readPrice, (row) => [row.item_id, row.unit, String(row.minimum_quantity), String(row.valid_from.getTime())]);
}

function readPrice({ sku, unit, minimum_quantity: minimum, unit_price, valid_from, valid_to, quantity_scale: quantityScale, units }: PriceDb): PriceView {
  const factor = units.find(({ name }) => name === unit)?.factor ?? 1;
  return {
    sku, unit: unit === "" ? null : unit, minimum_quantity: spokenIn({ quantityScale }, minimum, factor), unit_price,
    valid_from: iso(valid_from), valid_to: valid_to instanceof Date ? iso(valid_to) : null,
  };
}
