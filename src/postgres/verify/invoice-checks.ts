import { randomInt } from 'node:crypto';
import { type Session, statement } from '../database.ts';
import type { Findings } from './checks.ts';
import type { RangeCheck } from './order-checks.ts';
import type { Range } from './ranges.ts';
import type { WholeCheck } from './whole-checks.ts';

/**
 * A first look at the invoices of a range of orders, which reads each table once and joins nothing. Every row counts with an
 * odd weight that follows from its key and a number drawn anew for each verification; sums agree where no row differs.
 * Differences in several rows cancel out with a chance of about one in half a million, and not twice with the same number.
 * Weights stay up to 2^20 and amounts up to 2^42, so that no product leaves a bigint; anything else is a reason to look closely.
 */
const SCREEN = statement('verify_invoice_screen', `
  with line as (
    select count(*)::int as examined, coalesce(sum(quantity * line_weight), 0) as units, coalesce(sum(total_minor * weight), 0) as goods,
      coalesce(sum(order_discount_minor * weight), 0) as discount, coalesce(sum(tax_minor * weight), 0) as tax,
      coalesce(bool_and(quantity + total_minor + order_discount_minor + tax_minor is not null), true) as agree
    from (select (uuid_hash_extended(order_id, $3::bigint + line_no) & 1048574) + 1 as line_weight, (uuid_hash_extended(order_id, $3::bigint - shipment_no) & 1048574) + 1 as weight,
        case when quantity between 1 and 1000000000000 then quantity end as quantity, case when abs(total_minor) < 4398046511104 then total_minor end as total_minor,
        case when abs(order_discount_minor) < 4398046511104 then order_discount_minor end as order_discount_minor, case when abs(tax_minor) < 4398046511104 then tax_minor end as tax_minor
      from invoice_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) l),
  header as (
    select count(*)::int as examined, coalesce(sum(goods_minor * weight), 0) as goods, coalesce(sum((discount_minor - shipping_discount_minor) * weight), 0) as discount,
      coalesce(sum((tax_minor - shipping_tax_minor) * weight), 0) as tax, coalesce(bool_and(plain and total_minor = parts), true) as agree
    from (select (uuid_hash_extended(order_id, $3::bigint - shipment_no) & 1048574) + 1 as weight, total_minor,
        goods_minor - discount_minor + shipping_minor + other_minor + adjustment_minor + case when tax_included then 0 else tax_minor end as parts,
        greatest(abs(goods_minor), abs(discount_minor), abs(shipping_discount_minor), abs(tax_minor), abs(shipping_tax_minor)) < 2199023255552 as plain,
        case when abs(goods_minor) < 4398046511104 then goods_minor end as goods_minor, case when abs(discount_minor) < 2199023255552 then discount_minor end as discount_minor,
        case when abs(shipping_discount_minor) < 2199023255552 then shipping_discount_minor end as shipping_discount_minor,
        case when abs(tax_minor) < 2199023255552 then tax_minor end as tax_minor, case when abs(shipping_tax_minor) < 2199023255552 then shipping_tax_minor end as shipping_tax_minor
      from invoice where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) h),
  counted as (
    select coalesce(sum(invoiced * ((uuid_hash_extended(order_id, $3::bigint + line_no) & 1048574) + 1)), 0) as units
    from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and invoiced between 1 and 1000000000000)
  select line.examined as lines, header.examined as invoices,
    header.agree and line.agree and line.units = counted.units and line.goods = header.goods and line.discount = header.discount and line.tax = header.tax as agree
  from line, header, counted`);

const INVOICED = statement('verify_invoiced', `
  with billed as (
    select order_id, line_no, sum(quantity)::bigint as quantity from invoice_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 group by order_id, line_no),
  stored as (
    select order_id, line_no, invoiced from order_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 and invoiced <> 0)
  select count(*)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', 'order_line.invoiced', 'key', concat('ord_', replace(order_id::text, '-', ''), ' line ', line_no), 'stored', invoiced, 'recomputed', quantity)) filter (where bad))[1:$3], '{}') as samples
  from (select order_id, line_no, s.invoiced, b.quantity, s.invoiced is distinct from b.quantity as bad from stored s full join billed b using (order_id, line_no)) c`);

const TOTALS = statement('verify_invoice_totals', `
  with lines as (
    select order_id, shipment_no, sum(total_minor)::bigint as goods, sum(order_discount_minor)::bigint as discount, sum(tax_minor)::bigint as tax
    from invoice_line where tenant_id = current_tenant() and order_id > $1 and order_id <= $2 group by order_id, shipment_no),
  compared as (
    select order_id, shipment_no, case when h.id is not null then array[h.goods_minor, h.discount_minor, h.tax_minor, h.total_minor] end as stored,
      case when l.goods is not null then array[l.goods, l.discount + coalesce(h.shipping_discount_minor, 0), l.tax + coalesce(h.shipping_tax_minor, 0),
        l.goods - l.discount - coalesce(h.shipping_discount_minor, 0) + coalesce(h.shipping_minor, 0) + coalesce(h.other_minor, 0) + coalesce(h.adjustment_minor, 0)
          + case when h.tax_included then 0 else l.tax + coalesce(h.shipping_tax_minor, 0) end] end as recomputed
    from (select * from invoice where tenant_id = current_tenant() and order_id > $1 and order_id <= $2) h full join lines l using (order_id, shipment_no))
  select count(*)::int as examined, count(*) filter (where stored is distinct from recomputed)::int as differences,
    coalesce((array_agg(json_build_object('key', concat('ord_', replace(order_id::text, '-', ''), ' shipment ', shipment_no), 'stored', stored, 'recomputed', recomputed))
      filter (where stored is distinct from recomputed))[1:$3], '{}') as samples
  from compared`);

/** As many as the last number says, and none after it: then none is missing, because none is there twice. */
const NUMBERS = statement('verify_invoice_numbers', `
  select coalesce(sum(found), 0)::int as examined, count(*) filter (where bad)::int as differences,
    coalesce((array_agg(json_build_object('what', 'invoice.number', 'stored', case when found is distinct from last then found else greatest end, 'recomputed', last,
      'key', concat('series ', series, (select concat(', first without an invoice: ', n) from generate_series(1, coalesce(last, greatest)) n
        where bad and not exists (select from invoice i where i.tenant_id = current_tenant() and i.series = c.series and i.number = n) order by n limit 1)))) filter (where bad))[1:$1], '{}') as samples
  from (select series, i.found, i.greatest, k.last, i.found is distinct from k.last or i.greatest is distinct from k.last as bad
    from (select series, count(*) as found, max(number) as greatest from invoice where tenant_id = current_tenant() group by series) i
    full join (select series, last from invoice_counter where tenant_id = current_tenant()) k using (series)) c`);

export const INVOICE_NUMBERS: WholeCheck = { check: 'invoice_numbers', statement: NUMBERS };

/** Only where the screening finds that something differs is it worth the sums that name it. */
export const INVOICE_CHECKS: readonly (RangeCheck & { readonly examined: 'lines' | 'invoices' })[] = [
  { check: 'invoiced_units', statement: INVOICED, columns: [], examined: 'lines' },
  { check: 'invoice_totals', statement: TOTALS, columns: ['invoice.goods_minor', 'invoice.discount_minor', 'invoice.tax_minor', 'invoice.total_minor'], examined: 'invoices' },
];

export const drawSeed = (): number => randomInt(2 ** 40);

interface Screened { readonly lines: number; readonly invoices: number; readonly agree: boolean }

/** The checks that have to be made in full because the invoices of a range do not agree; what agrees is found to do so. */
export async function screenInvoices(session: Session, range: Range, seed: number, findings: Findings): Promise<readonly RangeCheck[]> {
  const [screened] = await session.rows<Screened>(SCREEN, [...range, seed]);
  if (!screened) throw new Error('a screening answers one row');
  if (!screened.agree) return INVOICE_CHECKS;
  for (const { check, examined } of INVOICE_CHECKS) findings.add(check, screened[examined], 0, []);
  return [];
}
