import { type RowClass, ROW_CLASSES } from './classify.ts';
import { type InvoiceKind, type InvoicePlan, TENTHS_IN_PENNY } from './invoice.ts';

/** A count of rows and what they come to, in tenths of a penny. */
export interface Sum {
  rows: number;
  tenths: number;
}

/** Where the money of the file went. The sums of all fates are the sum of the file, and so are those of all classes. */
export const FATES = {
  captured: 'captured orders', refused: 'refused invoices', service_only: 'invoices of services only', cancellation: 'cancellation invoices',
  apart: 'adjustments and stock notes',
} as const;
export type Fate = keyof typeof FATES;

export interface Totals {
  readonly rows: number;
  readonly tenths: number;
  readonly classes: Readonly<Record<RowClass, Sum>>;
  readonly fates: Readonly<Record<Fate, Sum>>;
  readonly invoices: Readonly<Record<InvoiceKind | 'captured' | 'refused' | 'all', number>>;
  /** Why invoices are not captured, by code. */
  readonly reasons: Readonly<Record<string, number>>;
  /** What the captured orders come to in pence: as planned here, and as Ordo itself adds them up. */
  readonly captured_minor: number;
  /** Pence of the captured orders less what their rows come to, in tenths of a penny. */
  readonly rounding_tenths: number;
}

const APART: ReadonlySet<RowClass> = new Set(['adjustment', 'stock_note']);

/** Adds up what became of each invoice. */
export class Tally {
  readonly #classes = Object.fromEntries(Object.keys(ROW_CLASSES).map((name) => [name, { rows: 0, tenths: 0 }])) as Record<RowClass, Sum>;
  readonly #fates = Object.fromEntries(Object.keys(FATES).map((name) => [name, { rows: 0, tenths: 0 }])) as Record<Fate, Sum>;
  readonly #invoices: Record<keyof Totals['invoices'], number> = { order: 0, service_only: 0, cancellation: 0, no_order: 0, unreadable: 0, captured: 0, refused: 0, all: 0 };
  readonly #reasons: Record<string, number> = {};
  #capturedMinor = 0;

  /** `refusal` is the code that kept it out; null where it was captured, or is none to capture. */
  add(plan: InvoicePlan, refusal: string | null): void {
    this.#invoices.all += 1;
    this.#invoices[plan.kind] += 1;
    if (refusal !== null) {
      this.#invoices.refused += 1;
      this.#reasons[refusal] = (this.#reasons[refusal] ?? 0) + 1;
    } else if (plan.kind === 'order') {
      this.#invoices.captured += 1;
      this.#capturedMinor += plan.totalMinor;
    }
    for (const { row, rowClass } of plan.rows) {
      for (const sum of [this.#classes[rowClass], this.#fates[fateOf(plan, rowClass, refusal)]]) {
        sum.rows += 1;
        sum.tenths += row.tenths;
      }
    }
  }

  totals(): Totals {
    const all = Object.values(this.#classes);
    return {
      rows: all.reduce((sum, { rows }) => sum + rows, 0), tenths: all.reduce((sum, { tenths }) => sum + tenths, 0), classes: this.#classes, fates: this.#fates,
      invoices: this.#invoices, reasons: this.#reasons, captured_minor: this.#capturedMinor, rounding_tenths: this.#capturedMinor * TENTHS_IN_PENNY - this.#fates.captured.tenths,
    };
  }
}

function fateOf({ kind }: InvoicePlan, rowClass: RowClass, refusal: string | null): Fate {
  if (kind === 'cancellation') return 'cancellation';
  if (refusal !== null) return 'refused';
  if (APART.has(rowClass)) return 'apart';
  return kind === 'service_only' ? 'service_only' : 'captured';
}
