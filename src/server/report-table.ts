import { csvRow } from '../files/cells.ts';
import type { Figure } from '../flows/report-catalogue.ts';
import type { Period, ReportAnswer } from '../flows/read-report.ts';

/** A report as CSV: a row for each figure of each point; the compared time below. Instants are UTC, amounts as the API has them. */
export function reportTable({ compared, ...own }: Pick<ReportAnswer, 'from' | 'to' | 'series' | 'total' | 'compared'>): string {
  const rows = (period: Period, name: string): string[] => [...period.series, period.total].flatMap(({ key, from, to, figures }) =>
    figures.map((figure: Figure) => csvRow([name, key, isoOrNone(from), isoOrNone(to), figure.name, figure.currency ?? '', figure.value === null ? '' : String(figure.value)])));
  return [csvRow(['period', 'key', 'from', 'to', 'figure', 'currency', 'value']), ...rows(own, 'asked'), ...(compared ? rows(compared, 'compared') : [])].join('');
}

const isoOrNone = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());
