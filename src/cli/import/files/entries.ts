import { basename } from 'node:path';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { openSheet, RECORD_LIMIT_BYTES, type SheetRow } from '../csv.ts';
import { ErrorRows, LineFile } from '../error-rows.ts';
import { detectFormat, pourText, readFailure, type TextFormat } from '../text-file.ts';
import { bodyReader } from './body.ts';
import type { FileKind, Reading } from './fields.ts';

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
  openErrors(path: string): ErrorSink;
}

/** Where what could not be used is written, as it was, so that it can be corrected and imported itself. */
export interface ErrorSink {
  readonly rows: number;
  add(entry: Entry, code: string, detail: string): Promise<void>;
  close(): Promise<void>;
  discard(): Promise<void>;
}

export interface SourceRequest {
  readonly path: string;
  readonly kind: FileKind;
  /** Fields by the heading that is to be read as them. */
  readonly map: ReadonlyMap<string, string>;
  readonly reading: Omit<Reading, 'decimalComma'>;
}

export async function openSource(request: SourceRequest): Promise<Source> {
  const format = await detectFormat(request.path).catch((error: unknown) => { throw readFailure(error, request.path, 0); });
  const isJson = /\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(request.path) || /^\uFEFF?\s*\{/.test(format.first);
  return isJson ? openLines(request.path, format) : openTable(request, format);
}

async function openTable({ path, kind, map, reading }: SourceRequest, format: TextFormat): Promise<Source> {
  const sheet = await openSheet(path, format);
  const read = bodyReader(sheet, kind, map, { ...reading, decimalComma: sheet.delimiter !== ',' });
  return {
    file: sheet.file, most: sheet.most,
    entries: () => (kind === 'orders' ? ordersOf(sheet.rows(), read) : each(sheet.rows(), read)),
    openErrors(errorsPath) {
      const errors = new ErrorRows(errorsPath, sheet.heading);
      return {
        get rows() { return errors.rows; },
        async add(entry, code, detail) { for (const row of entry.rows) await errors.add(row, code, detail); },
        close: () => errors.close(), discard: () => errors.discard(),
      };
    },
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
function openLines(path: string, { encoding, lines }: TextFormat): Source {
  async function* entries(): AsyncGenerator<Entry> {
    let line = 0;
    const stream = pourText(path, encoding, new PassThrough());
    try {
      for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
        line += 1;
        if (text.trim() !== '') yield entryOf(line, text);
      }
    } catch (error) {
      throw readFailure(error, path, line);
    }
    if (stream.errored) throw readFailure(stream.errored, path, line);
  }
  return { file: basename(path), most: lines, entries, openErrors: jsonErrors };
}

function entryOf(line: number, text: string): Entry {
  const rows = [{ line, cells: [text] }];
  if (text.length > RECORD_LIMIT_BYTES) return { line, rows, body: {}, fault: 'the line is too long' };
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { line, rows, body: {}, fault: 'the line is no JSON object' };
    const { error_line: before, error_code: _code, error_detail: _detail, ...body } = value as Record<string, unknown>;
    return { line: typeof before === 'number' ? before : line, rows, body, fault: null };
  } catch {
    return { line, rows, body: {}, fault: 'the line is no JSON' };
  }
}

function jsonErrors(path: string): ErrorSink {
  const file = new LineFile(path);
  let rows = 0;
  return {
    get rows() { return rows; },
    async add({ line, rows: [row], body, fault }, code, detail) {
      rows += 1;
      const kept = fault === null ? body : { text: row?.cells[0] ?? '' };
      await file.write(`${JSON.stringify({ ...kept, error_line: line, error_code: code, error_detail: detail })}\n`);
    },
    close: () => file.close(), discard: () => file.discard(),
  };
}
