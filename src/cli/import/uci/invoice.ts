import { classOf, isCancellation, isGoods, isOrderMoney, type RowClass } from './classify.ts';
import { TENTHS_DIGITS, type UciRow } from './rows.ts';
import type { Invoice, Survey } from './survey.ts';

/** What becomes of an invoice. */
export type InvoiceKind = 'order' | 'service_only' | 'cancellation' | 'no_order' | 'unreadable';

export interface ClassedRow {
  readonly row: UciRow;
  readonly rowClass: RowClass;
}

export interface InvoicePlan {
  readonly no: string;
  readonly kind: InvoiceKind;
  readonly rows: readonly ClassedRow[];
  /** What its order comes to, in pence; each line and each charge rounded by itself, as Ordo does. */
  readonly totalMinor: number;
}

export function planInvoice({ no, rows }: Invoice, { soldUnder }: Survey): InvoicePlan {
  const classed = rows.map((row): ClassedRow => ({ row, rowClass: classOf(row, soldUnder) }));
  const kind = kindOf(no, classed);
  const charges = chargesOf(classed);
  const goods = classed.reduce((sum, { row, rowClass }) => sum + (isGoods(rowClass) ? pence(row.tenths) : 0), 0);
  return { no, kind, rows: classed, totalMinor: kind === 'order' ? goods + charges.shipping_minor - charges.discount_minor + charges.other_minor : 0 };
}

function kindOf(no: string, rows: readonly ClassedRow[]): InvoiceKind {
  if (rows.some(({ rowClass }) => rowClass === 'unreadable')) return 'unreadable';
  if (isCancellation(no)) return 'cancellation';
  if (rows.some(({ rowClass }) => isGoods(rowClass))) return 'order';
  return rows.some(({ rowClass }) => isOrderMoney(rowClass)) ? 'service_only' : 'no_order';
}

/** Pence of tenths of a penny, half a penny away from zero. */
export const pence = (tenths: number): number => Math.sign(tenths) * Math.floor((Math.abs(tenths) + 5) / 10) + 0;

const sumOf = (rows: readonly ClassedRow[], wanted: RowClass): number => rows.reduce((sum, { row, rowClass }) => sum + (rowClass === wanted ? row.tenths : 0), 0);

const chargesOf = (rows: readonly ClassedRow[]): { shipping_minor: number; discount_minor: number; other_minor: number } => ({
  shipping_minor: pence(sumOf(rows, 'shipping')), discount_minor: pence(0 - sumOf(rows, 'discount')), other_minor: pence(sumOf(rows, 'other_charge')),
});

/** The order as the API takes it: a line for each row of goods, numbered by its place in the invoice. The data have no addresses. */
export function captureBody({ no, rows }: InvoicePlan, { channel, currency, node }: { readonly channel: string; readonly currency: string; readonly node: string }): object {
  const first = rows.find(({ rowClass }) => isGoods(rowClass))?.row;
  const text = (name: string, value: string | undefined): Record<string, string> => (value ? { [name]: value } : {});
  const used = Object.entries(chargesOf(rows)).filter(([, minor]) => minor !== 0);
  return {
    channel, external_id: no, currency, placed_at: new Date(first?.placedAt ?? 0).toISOString(),
    lines: rows.flatMap(({ row, rowClass }, at) => (isGoods(rowClass)
      ? [{ sku: row.sku, quantity: String(row.quantity), unit_price: row.price, external_id: String(at + 1), node }] : [])),
    ...(used.length === 0 ? {} : { totals: Object.fromEntries(used) }),
    attributes: { ...text('customer_id', first?.customer), ...text('country', first?.country) },
  };
}

export const TENTHS_IN_PENNY = 10 ** (TENTHS_DIGITS - 2);
