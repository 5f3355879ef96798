import type { ListPrice, PriceList } from "../domain/catalog/index.ts";
import type { PriceLookup } from "../flows/ports.ts";
import type { PriceName, StoredPrice } from "../flows/price-store.ts";
import { columns, instant, millis } from "./columns.ts";
import { type Session, type Statement, statement } from "./database.ts";

/** Lists are found by class, so that thousands of them for one class each cost nothing; then each item's prices by their key. */
const FIND = statement("find_prices", `
  select k.place, l.code, l.currency, l.tax_included, l.channels, l.customer_class, p.unit, p.minimum_quantity, p.valid_from, p.valid_to, trim_scale(p.unit_price)::text as unit_price
  from (select * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::uuid[], $7::timestamptz[]) limit cardinality($1))
      as k (place, channel, customer_class, currency, tax_included, item_id, at)
    cross join lateral (
      select l.id, l.code, l.currency, l.tax_included, l.channels, l.customer_class from price_list l
      where l.tenant_id = (select current_tenant()) and l.customer_class = any(array['', k.customer_class]) and l.currency = k.currency and l.tax_included = k.tax_included
        and (l.channels is null or k.channel = any(l.channels)) offset 0) l
    cross join lateral (
      select p.unit, p.minimum_quantity, p.valid_from, p.valid_to, p.unit_price from price_list_entry p
      where p.tenant_id = (select current_tenant()) and p.price_list_id = l.id and p.item_id = k.item_id and p.valid_from <= k.at and k.at < p.valid_to offset 0) p`);
const LOAD_LISTS = statement("load_price_lists", `
  select id, code, name, currency, tax_included, channels, nullif(customer_class, '') as customer_class from price_list
  where tenant_id = (select current_tenant()) and code = any($1::text[])`);
const SAVE_LISTS = statement("save_price_lists", `
  insert into price_list (tenant_id, id, code, name, currency, tax_included, channels, customer_class)
  select (select current_tenant()), id, code, name, currency, tax_included,
    case when channels is null then null else array(select json_array_elements_text(channels)) end, customer_class
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::json[], $7::text[]) as l (id, code, name, currency, tax_included, channels, customer_class)
  on conflict (tenant_id, id) do update set name = excluded.name, channels = excluded.channels, customer_class = excluded.customer_class`);
const LOAD = statement("load_prices", `
  select k.place, p.valid_from, p.valid_to, trim_scale(p.unit_price)::text as unit_price
  from (select * from unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::timestamptz[]) limit cardinality($1))
      as k (place, price_list_id, item_id, unit, minimum_quantity, valid_from)
    cross join lateral (
      select p.valid_from, p.valid_to, p.unit_price from price_list_entry p
      where p.tenant_id = (select current_tenant()) and p.price_list_id = k.price_list_id and p.item_id = k.item_id and p.unit = k.unit and p.minimum_quantity = k.minimum_quantity
        and (p.valid_from = k.valid_from or (k.valid_from is null and p.valid_from <= $7 and $7 < p.valid_to))
      order by p.valid_from desc limit 1) p`);
const SAVE = statement("save_prices", `
  insert into price_list_entry (tenant_id, price_list_id, item_id, unit, minimum_quantity, valid_from, valid_to, unit_price)
  select (select current_tenant()), price_list_id, item_id, unit, minimum_quantity, valid_from, coalesce(valid_to, 'infinity'), unit_price
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::timestamptz[], $6::timestamptz[], $7::numeric[])
    as p (price_list_id, item_id, unit, minimum_quantity, valid_from, valid_to, unit_price)
  on conflict (tenant_id, price_list_id, item_id, unit, minimum_quantity, valid_from) do update set valid_to = excluded.valid_to, unit_price = excluded.unit_price`);

interface ListDb { id: string; code: string; name: string; currency: string; tax_included: boolean; channels: string[] | null; customer_class: string | null }
interface EntryDb { place: number; valid_from: Date; valid_to: unknown; unit_price: string }
interface FoundDb extends EntryDb, Omit<ListDb, "id" | "name"> { customer_class: string; unit: string; minimum_quantity: number }

/** Whoever can run a statement: a transaction's session, or a reader that is bound to a tenant. */
type Rows = (what: Statement, values: readonly unknown[]) => Promise<FoundDb[]>;

export async function findPricesBy(rows: Rows, lookups: readonly PriceLookup[]): Promise<readonly (readonly ListPrice[])[]> {
  const found: ListPrice[][] = lookups.map(() => []);
  if (lookups.length === 0) return found;
  const places = lookups.map((lookup, place) => ({ ...lookup, place }));
  const given = columns(places, [(l) => l.place, (l) => l.channel, (l) => l.customerClass ?? "", (l) => l.currency, (l) => l.taxIncluded, (l) => l.itemId, (l) => instant(l.at)]);
  for (const row of await rows(FIND, given)) {
    found[row.place]?.push({
      list: { code: row.code, currency: row.currency, taxIncluded: row.tax_included, channels: row.channels, customerClass: row.customer_class === "" ? null : row.customer_class },
      unit: row.unit === "" ? null : row.unit, minimumQuantity: row.minimum_quantity, validFrom: row.valid_from.getTime(), validTo: millis(row.valid_to), unitPrice: row.unit_price,
    });
  }
  return found;
}

export const findPrices = (session: Session, lookups: readonly PriceLookup[]): Promise<readonly (readonly ListPrice[])[]> =>
  findPricesBy((what, values) => session.rows<FoundDb>(what, values), lookups);

export async function loadPriceLists(session: Session, codes: readonly string[]): Promise<readonly PriceList[]> {
  if (codes.length === 0) return [];
  return (await session.rows<ListDb>(LOAD_LISTS, [codes])).map((row) => ({
    id: row.id, code: row.code, name: row.name, currency: row.currency, taxIncluded: row.tax_included, channels: row.channels, customerClass: row.customer_class,
  }));
}

export async function savePriceLists(session: Session, lists: readonly PriceList[]): Promise<void> {
  if (lists.length === 0) return;
  const sorted = lists.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  await session.run(SAVE_LISTS, columns(sorted, [
    (l) => l.id, (l) => l.code, (l) => l.name, (l) => l.currency, (l) => l.taxIncluded, (l) => (l.channels === null ? null : JSON.stringify(l.channels)), (l) => l.customerClass ?? "",
  ]));
}

const keyColumns = [(p: PriceName) => p.priceListId, (p: PriceName) => p.itemId, (p: PriceName) => p.unit ?? "", (p: PriceName) => p.minimumQuantity, (p: PriceName) => instant(p.validFrom)] as const;

export async function loadPrices(session: Session, names: readonly PriceName[], now: number): Promise<readonly (StoredPrice | null)[]> {
  const found: (StoredPrice | null)[] = names.map(() => null);
  if (names.length === 0) return found;
  const rows = await session.rows<EntryDb>(LOAD, [...columns(names.map((_, place) => place), [(place) => place]), ...columns(names, keyColumns), instant(now)]);
  for (const row of rows) {
    const name = names[row.place];
    if (name) found[row.place] = { ...name, validFrom: row.valid_from.getTime(), validTo: millis(row.valid_to), unitPrice: row.unit_price };
  }
  return found;
}

/** In the order of their keys, because two imports may write the same prices at once. */
export async function savePrices(session: Session, prices: readonly StoredPrice[]): Promise<void> {
  if (prices.length === 0) return;
  const sorted = prices.map((price) => ({ price, key: JSON.stringify(keyColumns.map((read) => read(price))) })).toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ price }) => price);
  await session.run(SAVE, columns(sorted, [...keyColumns, (p) => instant(p.validTo), (p) => p.unitPrice]));
}
