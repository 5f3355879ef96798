import { basename } from 'node:path';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { openSheet, RECORD_LIMIT_BYTES, type SheetRow } from '../csv.ts';
import { errorTable } from '../error-rows.ts';
import { detectFormat, type InputFile, pourText, readFailure, type TextFormat } from '../text-file.ts';
import { bodyReader } from './body.ts';
import type { FileKind } from './fields.ts';
import type { Reading } from './values.ts';

export type Body = Readonly<Record<string, unknown>>;

/** What of a file becomes one thing: a row, the rows of one order, or a line of JSON. */
export interface Entry {
  /** Its first line; of a file of errors that of the file before. */
  readonly line: number;
  /** As they stand in the file. */
  readonly rows: readonly SheetRow[];
  readonly body: Body;
  readonly fault: string | null;
}

export interface Source {
  readonly file: string;
  /** How many rows there are at the most. */
  readonly most: number;
  entries(): AsyncIterable<Entry>;
  /** What the file of errors begins with, and what it says of an entry, which stands there as it was so that it can be corrected and imported itself. */
  readonly errorHeading: string;
  errorText(entry: Entry, code: string, detail: string): string;
}

export interface SourceRequest {
  readonly file: InputFile;
  readonly kind: FileKind;
  /** Fields by the heading that is to be read as them. */
  readonly map: ReadonlyMap<string, string>;
  readonly reading: Omit<Reading, 'decimalComma'>;
}

/** What an export tells beyond what can be imported stands under this name, and is left out. */
export const TOLD = 'ordo';

export const isJsonName = (name: string): boolean => /\.(?:ndjson|jsonl|json)(?:\.gz)?$/i.test(name);

export async function openSource(request: SourceRequest): Promise<Source> {
  const format = await detectFormat(request.file).catch((error: unknown) => { throw readFailure(error, request.file, 0); });
  return isJsonName(request.file.name) || /^\uFEFF?\s*\{/.test(format.first) ? openLines(request.file, format) : openTable(request, format);
}

async function openTable({ file, kind, map, reading }: SourceRequest, format: TextFormat): Promise<Source> {
  const sheet = await openSheet(file, format);
  const read = bodyReader(sheet, kind, map, { ...reading, decimalComma: sheet.delimiter !== ',' });
  const errors = errorTable(sheet.heading);
  return {
    file: sheet.file, most: sheet.most, errorHeading: errors.heading,
    entries: () => (kind === 'orders' ? ordersOf(sheet.rows(), read) : each(sheet.rows(), read)),
    errorText: (entry, code, detail) => entry.rows.map((row) => errors.row(row, code, detail)).join(''),
  };
}

type ReadRows = ReturnType<typeof bodyReader>;

async function* each(rows: AsyncIterable<SheetRow>, read: ReadRows): AsyncGenerator<Entry> {
  for await (const row of rows) yield read.entry([row]);
}

/** Rows of one order stand together: its number ends where another one begins, so only one order is ever held. */
async function* ordersOf(rows: AsyncIterable<SheetRow>, read: ReadRows): AsyncGenerator<Entry> {
  let open: SheetRow[] = [];
  let current = '';
  for await (const row of rows) {
    const id = read.orderId(row);
    if (open.length > 0 && (id !== current || id === '')) {
      yield read.entry(open);
      open = [];
    }
    current = id;
    open.push(row);
  }
  if (open.length > 0) yield read.entry(open);
}

/** Lines of JSON: each is a body as the API takes it. */
function openLines(file: InputFile, { encoding, lines }: TextFormat): Source {
  async function* entries(): AsyncGenerator<Entry> {
    let line = 0;
    const stream = pourText(file, encoding, new PassThrough());
    try {
      for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
        line += 1;
        if (text.trim() !== '') yield entryOf(line, text);
      }
    } catch (error) {
      throw readFailure(error, file, line);
    }
    if (stream.errored) throw readFailure(stream.errored, file, line);
  }
  return { file: basename(file.name), most: lines, entries, errorHeading: '', errorText: jsonError };
}

function entryOf(line: number, text: string): Entry {
  const rows = [{ line, cells: [text] }];
  if (text.length > RECORD_LIMIT_BYTES) return { line, rows, body: {}, fault: 'the line is too long' };
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { line, rows, body: {}, fault: 'the line is no JSON object' };
    const { error_line: before, error_code: _code, error_detail: _detail, [TOLD]: _told, ...body } = value as Record<string, unknown>;
    return { line: typeof before === 'number' ? before : line, rows, body, fault: null };
  } catch {
    return { line, rows, body: {}, fault: 'the line is no JSON' };
  }
}

function jsonError({ line, rows: [row], body, fault }: Entry, code: string, detail: string): string {
  const kept = fault === null ? body : { text: row?.cells[0] ?? '' };
  return `${JSON.stringify({ ...kept, error_line: line, error_code: code, error_detail: detail })}\n`;
}
