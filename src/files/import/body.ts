import { isDeepStrictEqual } from 'node:util';
import { FileProblem } from '../problem.ts';
import { firstLineOf } from '../error-rows.ts';
import { plainName, placeFields, type Sheet, type SheetRow } from '../csv.ts';
import type { Body, Entry } from './entries.ts';
import { type Field, FILE_FIELDS, type FileKind, GROUPED_BY, REQUIRED } from './fields.ts';
import { type Reading, ValueFault } from './values.ts';

interface Placed {
  readonly name: string;
  readonly field: Field;
  readonly index: number;
}

interface Columns {
  readonly sheet: Sheet;
  readonly kind: FileKind;
  readonly placed: readonly Placed[];
  /** Columns named "attribute:COLOUR" or "attributes.colour", by the attribute's name. */
  readonly attributes: readonly (readonly [string, number])[];
  readonly firstLine: (row: SheetRow) => number;
  readonly reading: Reading;
}

/** Makes bodies as the API takes them of the rows of a table. Throws FileProblem where a column is missing. */
export function bodyReader(sheet: Sheet, kind: FileKind, map: ReadonlyMap<string, string>, reading: Reading): { entry(rows: readonly SheetRow[]): Entry; nameOf(row: SheetRow): string | null } {
  const columns = columnsOf(sheet, kind, map, reading);
  const naming = columns.placed.find(({ name }) => name === GROUPED_BY[kind])?.index;
  // An order without a number is one row; a file of rates without names is one card.
  const nameOf = (row: SheetRow): string | null => (naming === undefined ? kind : (row.cells[naming] ?? '').trim() || (kind === 'rates' ? kind : null));
  return { entry: (rows) => entryOf(rows, columns), nameOf };
}

function columnsOf(sheet: Sheet, kind: FileKind, map: ReadonlyMap<string, string>, reading: Reading): Columns {
  const { heading } = sheet;
  const fields = FILE_FIELDS[kind];
  const places = placeFields(heading, Object.fromEntries(Object.entries(fields).map(([name, { also }]) => [name, also])));
  for (const [column, field] of map) {
    const index = heading.findIndex((name) => plainName(name) === plainName(column));
    if (index < 0) throw noColumn(sheet.file, [`"${column}"`], heading);
    if (!Object.hasOwn(fields, field)) throw new FileProblem('UNKNOWN_FIELD', `${kind} have no field "${field}".`, `There are ${Object.keys(fields).join(', ')}.`);
    for (const [other, at] of places) if (at === index) places.delete(other);
    places.set(field, index);
  }
  const names = heading.map(plainName);
  const twice = [...places.values()].find((index) => names.indexOf(names[index] ?? '') !== names.lastIndexOf(names[index] ?? ''));
  if (twice !== undefined) throw new FileProblem('DUPLICATE_COLUMN', `${sheet.file} has the column "${heading[twice]}" more than once.`, 'Rename or remove all but one of them.');
  const missing = REQUIRED[kind].filter((name) => !places.has(name));
  if (missing.length > 0) throw noColumn(sheet.file, missing, heading);
  const attributes = kind !== 'items' && kind !== 'orders' ? [] : heading.flatMap((name, index) => {
    const match = /^attributes?[:.](.+)$/i.exec(name);
    return match?.[1] === undefined ? [] : [[match[1], index] as const];
  });
  const placed = [...places].flatMap(([name, index]) => (fields[name] === undefined ? [] : [{ name, field: fields[name], index }]));
  return { sheet, kind, placed, attributes, firstLine: firstLineOf(heading), reading };
}

function entryOf(rows: readonly SheetRow[], columns: Columns): Entry {
  const first = rows[0] ?? { line: 0, cells: [] };
  const line = columns.firstLine(first);
  try {
    return { line, rows, body: bodyOf(rows, columns), fault: null };
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    return { line, rows, body: {}, fault: error.message };
  }
}

function bodyOf(rows: readonly SheetRow[], columns: Columns): Body {
  if (columns.kind === 'orders') return orderBody(rows, columns);
  if (columns.kind === 'supplies') return supplyBody(rows, columns);
  if (columns.kind === 'duties') return dutiesBody(rows, columns);
  return columns.kind === 'rates' ? cardBody(rows, columns) : rowBody(rows[0] ?? { line: 0, cells: [] }, columns, () => true);
}

function rowBody(row: SheetRow, { sheet: { heading }, kind, placed, attributes, reading }: Columns, wanted: (field: Field) => boolean): Record<string, unknown> {
  if (row.cells.length !== heading.length) throw new ValueFault(`${row.cells.length} fields, and the heading has ${heading.length}`);
  const value = (index: number): string => (row.cells[index] ?? '').trim();
  const currencyAt = placed.find(({ name }) => name === 'currency')?.index;
  const currency = (currencyAt === undefined ? '' : value(currencyAt).toUpperCase()) || (reading.currency ?? '');
  const body: Record<string, unknown> = {};
  for (const { name, field, index } of placed) {
    if (!wanted(field)) continue;
    const text = value(index);
    if (text === '' && REQUIRED[kind].includes(name)) throw new ValueFault(`${heading[index]} is empty`);
    if (text.includes('\0')) throw new ValueFault(`${heading[index]} holds the NUL character, which cannot be stored`);
    if (text !== '') put(body, field.at, valueOf(text, field, heading[index] ?? name, reading, currency));
  }
  const given = attributes.flatMap(([name, index]) => (value(index) === '' ? [] : [[name, value(index)]]));
  return { ...body, ...dimensionsOf(body), ...(given.length === 0 ? {} : { attributes: { ...(body['attributes'] as object | undefined), ...Object.fromEntries(given) } }) };
}

/** Three columns are one value; one alone says nothing. */
function dimensionsOf({ dimensions_mm: given }: Body): Body {
  if (typeof given !== 'object' || given === null) return {};
  const three = ['0', '1', '2'].flatMap((at) => (at in given ? [(given as Record<string, unknown>)[at]] : []));
  if (three.length < 3) throw new ValueFault('length_mm, width_mm and height_mm go together');
  return { dimensions_mm: three };
}

function valueOf(text: string, field: Field, column: string, reading: Reading, currency: string): unknown {
  try {
    return field.value.read(text, reading, currency);
  } catch (error) {
    throw error instanceof ValueFault ? new ValueFault(`${column} is "${text.slice(0, 100)}", which ${error.message}`) : error;
  }
}

function put(body: Record<string, unknown>, [name, part]: Field['at'], value: unknown): void {
  if (part === undefined) body[name] = value;
  else body[name] = { ...(body[name] as object | undefined), [part]: value };
}

/** What an order's rows say of the order is taken from the first row that says it; a later row that says otherwise is a fault. */
function orderBody(rows: readonly SheetRow[], columns: Columns): Body {
  const order: Record<string, unknown> = {};
  const lines: Body[] = [];
  for (const row of rows) {
    merge(order, rowBody(row, columns, ({ ofLine }) => !ofLine), 'order');
    const { attributes: _attributes, ...line } = rowBody(row, columns, ({ ofLine }) => ofLine);
    lines.push({ external_id: String(lines.length + 1), ...line });
  }
  return { ...order, lines };
}

function supplyBody(rows: readonly SheetRow[], columns: Columns): Body {
  const document: Record<string, unknown> = {};
  const lines = rows.map((row) => {
    merge(document, rowBody(row, columns, ({ ofLine }) => !ofLine), 'document');
    return rowBody(row, columns, ({ ofLine }) => ofLine);
  });
  return { ...document, lines };
}

/** The cells of a card may stand in any order; the card has them by zone and weight. */
function cardBody(rows: readonly SheetRow[], columns: Columns): Body {
  const card: Record<string, unknown> = {};
  const zones: Record<string, Body[]> = {};
  for (const row of rows) {
    merge(card, rowBody(row, columns, ({ ofLine }) => !ofLine), 'card');
    const { zone, ...cell } = rowBody(row, columns, ({ ofLine }) => ofLine);
    (zones[String(zone)] ??= []).push(cell);
  }
  for (const cells of Object.values(zones)) cells.sort((a, b) => Number(a['up_to_grams']) - Number(b['up_to_grams']));
  return { ...card, zones };
}

function dutiesBody(rows: readonly SheetRow[], columns: Columns): Body {
  const duties: Record<string, unknown> = {};
  for (const row of rows) merge(duties, rowBody(row, columns, ({ ofLine }) => !ofLine), 'destination');
  return { ...duties, rates: rows.map((row) => rowBody(row, columns, ({ ofLine }) => ofLine)) };
}

function merge(into: Record<string, unknown>, from: Body, whole: string): void {
  for (const [name, value] of Object.entries(from)) {
    const before = into[name];
    if (before === undefined || isDeepStrictEqual(before, value)) into[name] = value;
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) into[name] = merged(before as Record<string, unknown>, value as Body, whole);
    else throw new ValueFault(`${name} is "${shown(value)}" here, and "${shown(before)}" in a row of the same ${whole} before`);
  }
}

const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function merged(before: Record<string, unknown>, value: Body, whole: string): Body {
  const both = { ...before };
  merge(both, value, whole);
  return both;
}

const noColumn = (file: string, missing: readonly string[], heading: readonly string[]): FileProblem => new FileProblem(
  'MISSING_COLUMN', `${file} has no column ${missing.join(', ')}.`, `It has ${heading.map((name) => `"${name}"`).join(', ')}. Name columns with --map "column=field".`,
);
