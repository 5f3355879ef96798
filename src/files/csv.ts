import { parse } from 'csv-parse';
import { basename } from 'node:path';
import { unguarded } from './cells.ts';
import { FileProblem } from './problem.ts';
import { delimiterOf, detectFormat, type Encoding, type InputFile, pourText, readFailure, type TextFormat } from './text-file.ts';

/** Longer ones are no row but a quote that never closes. */
export const RECORD_LIMIT_BYTES = 1024 * 1024;

export interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Programs that add to the files of others end lines in their own way, so each line may end in any. */
const LINE_ENDS = ['\r\n', '\n', '\r'];

/** The records of a CSV file as they stand there, the heading among them; those of nothing but blanks are left out. */
export function csvRecords(file: InputFile, { delimiter = ',', encoding = 'utf-8' as Encoding } = {}): AsyncIterable<CsvRecord> {
  const parser = parse({
    bom: true, delimiter, info: true, record_delimiter: LINE_ENDS, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, skip_records_with_empty_values: true,
    max_record_size: RECORD_LIMIT_BYTES,
  });
  return pourText(file, encoding, parser) as AsyncIterable<CsvRecord>;
}

export interface SheetRow {
  /** Line of the file on which the row ends. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A CSV file whose encoding and separator were found out. */
export interface Sheet {
  /** What people call it. */
  readonly file: string;
  readonly delimiter: string;
  readonly heading: readonly string[];
  /** How many rows there are at the most. */
  readonly most: number;
  /** The rows below the heading, each time from the beginning. */
  rows(): AsyncGenerator<SheetRow>;
}

export async function openSheet(source: InputFile, known?: TextFormat): Promise<Sheet> {
  const { encoding, lines, first } = known ?? (await detectFormat(source).catch((error: unknown) => { throw readFailure(error, source, 0); }));
  const file = basename(source.name);
  // Spreadsheets write such a line in front of the heading to tell each other what separates the file.
  const told = /^"?sep=([^"\s]|\t)"?\s*$/i.exec(first)?.[1];
  const format = { encoding, delimiter: told ?? delimiterOf(first), begin: told === undefined ? 0 : 1 };
  let heading: readonly string[] | undefined;
  for await (const { cells } of readRecords(source, format)) {
    heading = cells.map((name) => name.trim());
    break;
  }
  if (heading === undefined) throw new FileProblem('EMPTY_FILE', `${file} is empty.`, 'Its first line must name its columns.');
  return { file, delimiter: format.delimiter, heading, most: lines, rows: () => below(readRecords(source, format)) };
}

/** Rows from the heading on, which is the record of number `begin`. */
async function* readRecords(source: InputFile, { begin, ...format }: { encoding: Encoding; delimiter: string; begin: number }): AsyncGenerator<SheetRow> {
  let [line, passed] = [0, 0];
  try {
    for await (const { record, info } of csvRecords(source, format)) {
      line = info.lines;
      if (passed >= begin) yield { line, cells: record.map(unguarded) };
      passed += 1;
    }
  } catch (error) {
    throw readFailure(error, source, line);
  }
}

async function* below(rows: AsyncGenerator<SheetRow>): AsyncGenerator<SheetRow> {
  let isHeading = true;
  for await (const row of rows) {
    if (!isHeading) yield row;
    isHeading = false;
  }
}

/** Letters and digits only: "Unit Price", "unit_price" and "UnitPrice" are one name. */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** Where each field stands in a heading, by its own name or another one for it; fields that are not there are left out. */
export function placeFields<F extends string>(heading: readonly string[], fields: Readonly<Record<F, readonly string[]>>): Map<F, number> {
  const names = heading.map(plainName);
  const places = new Map<F, number>();
  for (const [field, others] of Object.entries(fields) as [F, readonly string[]][]) {
    const at = [field, ...others].map((name) => names.indexOf(plainName(name))).find((index) => index >= 0);
    if (at !== undefined) places.set(field, at);
  }
  return places;
}
