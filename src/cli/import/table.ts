import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CommandFailed } from '../command.ts';
import { csvRecords } from '../../files/csv.ts';
import type { IssueLog } from './issues.ts';
import type { Table } from './layout.ts';
import { localFile, readFailure } from '../../files/text-file.ts';

export interface Row<Column extends string> {
  /** Line of the file on which the row ends. */
  readonly row: number;
  readonly values: Readonly<Record<Column, string>>;
}

/** The files of a directory. Throws CommandFailed where there is no such directory. */
export async function listDirectory(directory: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(directory));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = missing ? 'does not exist' : error instanceof Error && 'code' in error && error.code === 'ENOTDIR' ? 'is a file' : 'cannot be read';
    throw new CommandFailed('WRONG_DIRECTORY', `${directory} ${why}.`, 'Name the directory that holds orders.csv, order_items.csv and the other files.');
  }
}

/** The path of a table's file, or undefined where the directory has none. */
export function pathOf(directory: string, files: ReadonlySet<string>, table: Table<string>): string | undefined {
  const name = table.names.flatMap((one) => [`${one}.csv`, `${one}.csv.gz`]).find((one) => files.has(one));
  return name === undefined ? undefined : join(directory, name);
}

/** Reads a table row by row. A row that cannot be read is an issue, and the others go on. */
export async function* readTable<Column extends string>(path: string, table: Table<Column>, issues: IssueLog): AsyncGenerator<Row<Column>> {
  const file = basename(path);
  let places: readonly (readonly [Column, number])[] | undefined;
  let width = 0;
  let line = 0;
  try {
    for await (const { record, info } of csvRecords(localFile(path))) {
      line = info.lines;
      if (places === undefined) {
        places = columnPlaces(file, record, table);
        width = record.length;
      } else if (record.length !== width) {
        issues.add('UNREADABLE_ROW', { file, row: line }, `${file}, row ${line}: ${record.length} fields, and the heading has ${width}.`);
      } else {
        yield { row: line, values: valuesOf(places, record) };
      }
    }
  } catch (error) {
    throw readFailure(error, localFile(path), line);
  }
  if (places === undefined) throw new CommandFailed('EMPTY_FILE', `${file} is empty.`, `Its first line must name its columns: ${table.columns.join(', ')}.`);
}

function columnPlaces<Column extends string>(file: string, heading: readonly string[], table: Table<Column>): (readonly [Column, number])[] {
  const names = heading.map((name) => name.trim());
  const found = table.columns.map((column) => [column, place(names, column, table.aliases?.[column])] as const);
  const missing = found.filter(([column, at]) => at < 0 && !table.optional.includes(column)).map(([column]) => column);
  if (missing.length === 0) return found;
  const fix = names.length === 1 && /[;\t]/.test(names[0] ?? '')
    ? 'Its columns must be separated by commas.'
    : `It has ${names.map((name) => `"${name}"`).join(', ')}; docs/how-to/import-your-orders.md describes every file.`;
  throw new CommandFailed('MISSING_COLUMN', `${file} has no column ${missing.join(', ')}.`, fix);
}

const place = (names: readonly string[], column: string, alias: string | undefined): number => {
  const at = names.indexOf(column);
  return at >= 0 || alias === undefined ? at : names.indexOf(alias);
};

function valuesOf<Column extends string>(places: readonly (readonly [Column, number])[], record: readonly string[]): Record<Column, string> {
  return Object.fromEntries(places.map(([column, at]) => [column, (record[at] ?? '').trim()])) as Record<Column, string>;
}
