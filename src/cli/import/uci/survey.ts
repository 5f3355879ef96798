import type { Sheet } from '../../../files/csv.ts';
import { classOf, isGoods, type SoldUnder } from './classify.ts';
import { type UciRow, uciReader } from './rows.ts';

/** What has to be known of the whole file before its first invoice can be captured; it grows with products and invoices, not with rows. */
export interface Survey {
  /** Rows of each invoice that is taken: an invoice ends where the last of them was seen. */
  readonly invoices: ReadonlyMap<string, number>;
  /** Invoices with a row that cannot be read. */
  readonly unreadable: ReadonlySet<string>;
  /** When the first and the last row of them was placed. */
  readonly firstPlacedAt: number;
  readonly lastPlacedAt: number;
  readonly soldUnder: SoldUnder;
  nameOf(sku: string): string;
}

/** Reads every row once. With a limit only the first so many invoices are taken; names come from the whole file. */
export async function survey(sheet: Sheet, limit: number, seen: (rows: number) => void): Promise<Survey> {
  const read = uciReader(sheet);
  const invoices = new Map<string, number>();
  const unreadable = new Set<string>();
  const names = new Names();
  let [all, firstPlacedAt, lastPlacedAt] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for await (const raw of sheet.rows()) {
    const row = read(raw);
    if (++all % 1000 === 0) seen(1000);
    if (row.fault === null) names.add(row);
    else unreadable.add(row.invoice);
    if (!invoices.has(row.invoice) && invoices.size >= limit) continue;
    invoices.set(row.invoice, (invoices.get(row.invoice) ?? 0) + 1);
    if (row.fault !== null) continue;
    firstPlacedAt = Math.min(firstPlacedAt, row.placedAt);
    lastPlacedAt = Math.max(lastPlacedAt, row.placedAt);
  }
  seen(all % 1000);
  return { invoices, unreadable, firstPlacedAt, lastPlacedAt, soldUnder: names.soldUnder, nameOf: names.of };
}

/** How often each product was called what, apart for rows with a price: the stock clerk's notes have none. */
class Names {
  readonly #sold = new Map<string, Map<string, number>>();
  readonly #noted = new Map<string, Map<string, number>>();

  add({ sku, description, tenths }: UciRow): void {
    const names = tenths === 0 ? this.#noted : this.#sold;
    const ofSku = names.get(sku) ?? new Map<string, number>();
    names.set(sku, ofSku);
    if (description !== '') ofSku.set(description, (ofSku.get(description) ?? 0) + 1);
  }

  readonly soldUnder: SoldUnder = (sku, description) => this.#sold.get(sku)?.has(description) === true;

  /** The most frequent name of the priced rows; of equals the first. */
  readonly of = (sku: string): string => mostFrequent(this.#sold.get(sku)) ?? mostFrequent(this.#noted.get(sku)) ?? sku;
}

function mostFrequent(counts: ReadonlyMap<string, number> | undefined): string | undefined {
  let best: readonly [string, number] | undefined;
  for (const one of counts ?? []) if (best === undefined || one[1] > best[1]) best = one;
  return best?.[0];
}

/** An invoice with all of its rows. */
export interface Invoice {
  readonly no: string;
  readonly rows: readonly UciRow[];
}

/** The invoices of a file, each when its last row was seen; only those that are still open are held. */
export async function* invoicesOf(sheet: Sheet, { invoices }: Survey): AsyncGenerator<Invoice> {
  const read = uciReader(sheet);
  const open = new Map<string, UciRow[]>();
  let left = invoices.size;
  for await (const raw of sheet.rows()) {
    const row = read(raw);
    const count = invoices.get(row.invoice);
    if (count === undefined) continue;
    const rows = open.get(row.invoice) ?? [];
    rows.push(row);
    if (rows.length < count) open.set(row.invoice, rows);
    else {
      open.delete(row.invoice);
      yield { no: row.invoice, rows };
      if (--left === 0) return;
    }
  }
}

/** What orders take in one month, by product, and when its first one was placed. */
export interface MonthNeed {
  firstPlacedAt: number;
  /** Whether an order of the month is not captured yet. */
  isOpen: boolean;
  readonly units: Map<string, number>;
}

/** What has to be on the shelf, month by month: always that of the whole file, so that every run of it asks for the same. */
export async function needsOf(sheet: Sheet, survey: Survey, isThere: (invoice: string) => boolean, seen: (rows: number) => void): Promise<Map<string, MonthNeed>> {
  const read = uciReader(sheet);
  const needs = new Map<string, MonthNeed>();
  let rows = 0;
  for await (const raw of sheet.rows()) {
    const row = read(raw);
    if (++rows % 1000 === 0) seen(1000);
    if (survey.unreadable.has(row.invoice) || !isGoods(classOf(row, survey.soldUnder))) continue;
    const need = needs.get(row.month) ?? { firstPlacedAt: row.placedAt, isOpen: false, units: new Map<string, number>() };
    needs.set(row.month, need);
    need.firstPlacedAt = Math.min(need.firstPlacedAt, row.placedAt);
    need.isOpen ||= survey.invoices.has(row.invoice) && !isThere(row.invoice);
    need.units.set(row.sku, (need.units.get(row.sku) ?? 0) + row.quantity);
  }
  seen(rows % 1000);
  return needs;
}
