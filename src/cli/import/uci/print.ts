import type { Output } from '../../output.ts';
import { tableOf } from '../../output.ts';
import { countText, moneyText } from '../../../files/numbers.ts';
import { ROW_CLASSES, type RowClass } from './classify.ts';
import type { UciResult, UciSettings } from './import-uci.ts';
import { TENTHS_DIGITS } from './rows.ts';
import { type Fate, FATES, type Sum, type Totals } from './tally.ts';

/** The result with what was asked for, for people and for programs. */
export interface UciReport extends UciResult, UciSettings {
  readonly file: string;
  readonly errors_file: string;
  readonly cancellations_file: string;
  readonly seconds: number;
}

const sumText = (tenths: number): string => moneyText(tenths, TENTHS_DIGITS);

/** The report for people; its last lines are the counts and the totals. */
export function printUci(report: UciReport, output: Output): void {
  const { totals, changes, refusals } = report;
  output.line();
  for (const line of table<RowClass>(report.currency, 'Rows that are', ROW_CLASSES, totals.classes, totals)) output.line(line);
  output.line();
  for (const line of table<Fate>(report.currency, 'Rows of', FATES, totals.fates, totals)) output.line(line);
  output.line();
  for (const line of refusals.slice(0, 5)) output.line(output.red(`${line.code}: ${line.detail}`));
  if (refusals.length > 0) output.line(`${countText(refusals.length)} products or receipts were refused.`);
  output.line(`Cancellation invoices are kept in ${report.cancellations_file}, ${countText(totals.fates.cancellation.rows)} rows.`);
  output.line(`What could not be used is in ${report.errors_file}, ${countText(report.faults)} rows; corrected, it can be imported itself.`);
  const changed = [[changes.items, 'products'], [changes.receipts, 'receipts'], [changes.orders, 'orders']] as const;
  const done = changed.filter(([count]) => count > 0).map(([count, what]) => `${countText(count)} ${what}`).join(', ');
  output.line(done === '' ? `Nothing to do: all of it was there (${report.seconds.toFixed(1)} s).` : `This run: ${done}, in ${report.seconds.toFixed(1)} s.`);
  output.line();
  for (const line of lastLines(report)) output.line(output.bold(line));
}

function lastLines({ totals, ordo_minor: ordo, currency }: UciReport): string[] {
  const { invoices, reasons } = totals;
  const because = Object.entries(reasons).map(([code, count]) => `${countText(count)} ${code}`).join(', ');
  const rounding = totals.rounding_tenths === 0 ? 'nothing was rounded' : `rounding to whole pennies made ${sumText(totals.rounding_tenths)} of it`;
  return [
    `${countText(totals.rows)} rows in ${countText(invoices.all)} invoices: ${countText(invoices.captured)} orders captured, ${countText(invoices.refused)} refused${because === '' ? '' : ` (${because})`}.`,
    `Not captured: ${countText(invoices.cancellation)} cancellation invoices, ${countText(invoices.service_only)} of services only, ${countText(invoices.no_order)} of adjustments and stock notes only.`,
    `Captured ${moneyText(totals.captured_minor, 2)} ${currency}, and Ordo's own sum of these orders is ${moneyText(ordo, 2)} ${currency}; ${rounding}.`,
    `All rows come to ${sumText(totals.tenths)} ${currency}, and so do the classes.`,
  ];
}

function table<K extends string>(currency: string, head: string, names: Readonly<Record<K, string>>, sums: Readonly<Record<K, Sum>>, all: Pick<Totals, 'rows' | 'tenths'>): string[] {
  const rows = (Object.entries(names) as [K, string][]).map(([key, name]) => [name, countText(sums[key].rows), sumText(sums[key].tenths)]);
  return tableOf([head, 'Rows', currency], [...rows, ['all', countText(all.rows), sumText(all.tenths)]]);
}
