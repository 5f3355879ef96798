import { csvRow } from '../cells.ts';
import { type Body, TOLD } from '../import/entries.ts';
import { type Field, FILE_FIELDS, type FileKind, isFileKind } from '../import/fields.ts';

export const EXPORT_KINDS = ['orders', 'items', 'nodes', 'stock', 'events'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];
export type ExportFormat = 'csv' | 'ndjson';

/** One thing that is exported: what importing it takes, and what an export tells beyond that. Of an order also by line. */
export interface Exported {
  readonly body: Body;
  readonly told: Body;
  readonly toldOfLines?: readonly Body[];
}

/** Columns that an export adds to those that can be imported; importing leaves them out. */
export const TOLD_COLUMNS: Readonly<Record<ExportKind, readonly string[]>> = {
  orders: ['id', 'number', 'order_status', 'captured_at', 'line_cancelled', 'line_shipped'], items: [], nodes: [], stock: ['reserved', 'soft', 'short'],
  events: ['position', 'id', 'type', 'order', 'actor', 'actor_name', 'via', 'request', 'job', 'reason', 'occurred_at', 'recorded_at', 'data'],
};

/** The columns of a table, in their order. */
export const exportColumns = (kind: ExportKind): readonly string[] => [...(isFileKind(kind) ? Object.keys(FILE_FIELDS[kind]) : []), ...TOLD_COLUMNS[kind]];

export interface Writer {
  /** What the file begins with. */
  readonly heading: string;
  write(one: Exported): string;
}

/** Writes things so that importing reads them: as bodies of the API, or as rows under the headings that it knows. */
export function exportWriter(kind: ExportKind, format: ExportFormat): Writer {
  if (format === 'ndjson') return { heading: '', write: ({ body, told }) => `${JSON.stringify(isFileKind(kind) ? { ...body, ...(Object.keys(told).length === 0 ? {} : { [TOLD]: told }) } : told)}\n` };
  const told = TOLD_COLUMNS[kind];
  const rows = kind === 'orders' ? orderRows : (one: Exported): string[][] => [[...(isFileKind(kind) ? fieldCells(kind, one.body, () => true) : []), ...told.map((name) => plain(one.told[name]))]];
  return { heading: csvRow(exportColumns(kind)), write: (one) => rows(one).map((cells) => csvRow(cells)).join('') };
}

const plain = (value: unknown): string => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));

/** What every row of an order repeats: its lines are found by the first, and read by the others. */
const IN_EVERY_ROW: ReadonlySet<string> = new Set(['external_id', 'channel', 'currency']);

/** A row for each line; what belongs to the order stands in the first one, so that columns of money add up. */
function orderRows({ body, told, toldOfLines = [] }: Exported): string[][] {
  const lines: readonly Body[] = Array.isArray(body['lines']) ? body['lines'] : [];
  return lines.map((line, at) => {
    const ofOrder = fieldCells('orders', body, (name, { ofLine }) => !ofLine && (at === 0 || IN_EVERY_ROW.has(name)));
    const ofLine = fieldCells('orders', { ...line, currency: body['currency'] }, (_name, field) => field.ofLine);
    const cells = ofOrder.map((cell, index) => ofLine[index] || cell);
    return [...cells, ...TOLD_COLUMNS.orders.map((name) => plain(name.startsWith('line_') ? toldOfLines[at]?.[name] : at === 0 ? told[name] : null))];
  });
}

function fieldCells(kind: FileKind, body: Body, wanted: (name: string, field: Field) => boolean): string[] {
  const currency = String(body['currency'] ?? '');
  return Object.entries(FILE_FIELDS[kind]).map(([name, field]) => {
    const value = wanted(name, field) ? valueAt(body, field.at) : undefined;
    return value === undefined || value === null ? '' : field.value.write(value, currency);
  });
}

function valueAt(body: Body, [name, part]: Field['at']): unknown {
  const value = body[name];
  if (part === undefined || typeof value !== 'object' || value === null) return part === undefined ? value : undefined;
  return (value as Body)[part];
}
