import { basename } from 'node:path';
import { PassThrough } from 'node:stream';
import { openSheet, RECORD_LIMIT_BYTES, type SheetRow } from '../csv.ts';
import { errorTable } from '../error-rows.ts';
import { FileProblem } from '../problem.ts';
import { boundedLines, detectFormat, type InputFile, pourText, readFailure, type TextFormat } from '../text-file.ts';
import { bodyReader } from './body.ts';
import { itemsOfProduct, orderShape, SHAPE_TITLES } from './channel-json.ts';
import { jsonObjects, type JsonText } from './json-objects.ts';
import { type FileKind, GROUPED_BY } from './fields.ts';
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
  /** How many rows there are at the most; null where that shows only at the end. */
  readonly most: number | null;
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
  readonly reading: Omit<Reading, 'decimalComma' | 'dottedThousands'>;
  /** The connector that orders of a channel are for; null where they are bodies of the API. */
  readonly connector: string | null;
}

/** What an export tells beyond what can be imported stands under this name, and is left out. */
export const TOLD = 'ordo';

export const isJsonName = (name: string): boolean => /\.(?:ndjson|jsonl|json)(?:\.gz)?$/i.test(name);

export async function openSource(request: SourceRequest): Promise<Source> {
  const { file, map, connector } = request;
  const format = await detectFormat(file).catch((error: unknown) => { throw readFailure(error, file, 0); });
  const isJson = isJsonName(file.name) || /^\uFEFF?\s*[{[]/.test(format.first);
  if (isJson && map.size > 0) throw new FileProblem('NO_COLUMNS', `${basename(file.name)} is JSON, and has no columns that --map could name.`, 'Leave the map out: JSON has the names of the API.');
  if (isJson) return openJson(request, format);
  if (connector !== null) throw new FileProblem('CHANNEL_FILE', `${basename(file.name)} is a table, and a connection takes the JSON of its channel.`, 'Leave the connection out, or name a file of JSON.');
  return openTable(request, format);
}

async function openTable({ file, kind, map, reading }: SourceRequest, format: TextFormat): Promise<Source> {
  const sheet = await openSheet(file, format);
  const read = bodyReader(sheet, kind, map, { ...reading, decimalComma: sheet.delimiter !== ',', dottedThousands: sheet.delimiter === ';' });
  const errors = errorTable(sheet.heading, sheet.delimiter);
  return {
    file: sheet.file, most: sheet.most, errorHeading: errors.heading,
    entries: () => (GROUPED_BY[kind] !== undefined ? thingsOf(sheet.rows(), read) : each(sheet.rows(), read)),
    errorText: (entry, code, detail) => entry.rows.map((row) => errors.row(row, code, detail)).join(''),
  };
}

type ReadRows = ReturnType<typeof bodyReader>;

async function* each(rows: AsyncIterable<SheetRow>, read: ReadRows): AsyncGenerator<Entry> {
  for await (const row of rows) yield read.entry([row]);
}

/** Rows of one order, supply order or rate card stand together: its name ends where another one begins, so only one is ever held. */
async function* thingsOf(rows: AsyncIterable<SheetRow>, read: ReadRows): AsyncGenerator<Entry> {
  let open: SheetRow[] = [];
  let current: string | null = '';
  for await (const row of rows) {
    const name = read.nameOf(row);
    if (open.length > 0 && (name !== current || name === null)) {
      yield read.entry(open);
      open = [];
    }
    current = name;
    open.push(row);
  }
  if (open.length > 0) yield read.entry(open);
}

/** JSON: one object for each thing, a line each, or in a list, or one alone. */
function openJson(request: SourceRequest, format: TextFormat): Source {
  const { file } = request;
  // A first line that is broken is one row that is, where the name says that there are lines.
  const isLines = objectIn(format.first) !== null || (/\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(file.name) && !BEGINS_WHOLE.test(format.first));
  async function* entries(): AsyncGenerator<Entry> {
    let line = 0;
    const stream = pourText(file, format.encoding, new PassThrough());
    const texts = isLines ? boundedLines(stream, RECORD_LIMIT_BYTES) : jsonObjects(stream, RECORD_LIMIT_BYTES, basename(file.name));
    try {
      for await (const one of texts) {
        line = one.line;
        if (one.text?.trim() !== '') yield* meant(entryOf(one), request);
      }
    } catch (error) {
      throw readFailure(error, file, line);
    }
    if (stream.errored) throw readFailure(stream.errored, file, line);
  }
  return { file: basename(file.name), most: isLines ? format.lines : null, entries, errorHeading: '', errorText: jsonError };
}

/** How a list begins, one that is wrapped, and an object that goes on in the next lines. */
const BEGINS_WHOLE = /^\uFEFF?\s*(?:\[|\{\s*(?:$|"(?:orders|products)"\s*:))/;

/** The object that a line holds whole; null where it does not, or where it is the beginning of a list that is wrapped. */
function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line.replace(/^\uFEFF/, ''));
    return isObject(value) && !(Object.keys(value).length === 1 && Array.isArray(value['orders'] ?? value['products'])) ? value : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function entryOf({ line, text }: JsonText): Entry {
  const rows = [{ line, cells: [text ?? ''] }];
  const fault = (why: string): Entry => ({ line, rows, body: {}, fault: why });
  if (text === null) return fault('it is too long');
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (!isObject(value)) return fault('the line is no JSON object');
    const { error_line: before, error_code: _code, error_detail: _detail, [TOLD]: _told, ...body } = value;
    if (UNSTORABLE.test(JSON.stringify(body))) return fault('it holds a character that cannot be stored');
    return { line: typeof before === 'number' ? before : line, rows, body, fault: null };
  } catch {
    return fault('the line is no JSON');
  }
}

/** NUL, and halves of characters, as JSON.stringify writes them. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Files of channels are recognised by their shape: their products are items, and their orders belong to a connection. */
function* meant(entry: Entry, { file, kind, connector }: SourceRequest): Generator<Entry> {
  const items = kind === 'items' && entry.fault === null ? itemsOfProduct(entry.body) : null;
  if (items !== null) {
    for (const [at, body] of items.entries()) yield { ...entry, rows: at === 0 ? entry.rows : [], body, fault: body['sku'] === '' ? 'a variant of this product has no SKU' : null };
    return;
  }
  const shape = kind === 'orders' && entry.fault === null ? orderShape(entry.body) : null;
  if (shape !== null && shape !== connector) {
    const fix = connector === null ? 'Name the connection that they belong to: --connection CODE, or connection in the API.' : `Name a connection of ${SHAPE_TITLES[shape]}.`;
    throw new FileProblem('CHANNEL_FILE', `${basename(file.name)} holds orders of ${SHAPE_TITLES[shape]}.`, fix);
  }
  yield entry;
}

function jsonError({ line, rows: [row], body, fault }: Entry, code: string, detail: string): string {
  const kept = fault === null ? body : { text: row?.cells[0] ?? '' };
  return `${JSON.stringify({ ...kept, error_line: line, error_code: code, error_detail: detail })}\n`;
}
