import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { csvRow } from './cells.ts';
import { FileProblem } from './problem.ts';

/** Columns that an error file adds to those of the file it is about; a file that is fed back may keep them. */
export const ERROR_COLUMNS = ['error_line', 'error_code', 'error_detail'] as const;

/** A text file that is written line by line beside its name and takes it at the end, so it may replace the very file that is read. */
export class LineFile {
  readonly path: string;
  /** Its own, so that two programs that write the same file do not write into each other's. */
  readonly #part: string;
  readonly #stream: WriteStream;
  #failure: Error | null = null;

  constructor(path: string) {
    this.path = path;
    this.#part = `${path}.${process.pid}.part`;
    this.#stream = createWriteStream(this.#part);
    this.#stream.on('error', (error) => (this.#failure = error));
  }

  /** Waits where the disk is slower, so that memory stays flat. */
  async write(text: string | Uint8Array): Promise<void> {
    if (this.#failure) throw this.#unwritable(this.#failure);
    if (!this.#stream.write(text)) await this.#drained();
    if (this.#failure) throw this.#unwritable(this.#failure);
  }

  /** A stream that fails while we wait says so with the next row, or at the end. */
  async #drained(): Promise<void> {
    // Whatever does not happen is listened for no more: a long file waits very often.
    const waiting = new AbortController();
    await Promise.race(['drain', 'close'].map((event) => once(this.#stream, event, { signal: waiting.signal }))).catch(() => undefined);
    waiting.abort();
  }

  async close(): Promise<void> {
    this.#stream.end();
    if (this.#failure === null) await once(this.#stream, 'close').catch((error: unknown) => (this.#failure = error instanceof Error ? error : new Error(String(error))));
    if (this.#failure) throw this.#unwritable(this.#failure);
    await rename(this.#part, this.path).catch((error: unknown) => { throw this.#unwritable(error instanceof Error ? error : new Error(String(error))); });
  }

  /** Leaves what was there before as it is. */
  async discard(): Promise<void> {
    this.#stream.destroy();
    await rm(this.#part, { force: true });
  }

  #unwritable = (error: Error): FileProblem => new FileProblem('ERRORS_FILE', `${this.path} cannot be written: ${error.message}.`, 'Name another file.');
}

/**
 * The heading of a file of errors, and its rows: those of the file it is about, as they were, each with its line and what is
 * wrong. It is separated like that file, because what a number is may depend on that.
 */
export function errorTable(heading: readonly string[], delimiter: string): { readonly heading: string; row(row: ErrorRow, code: string, detail: string): string } {
  const kept = heading.flatMap((name, index) => (ERROR_COLUMNS.some((column) => column === name) ? [] : [index]));
  const isOurs = ERROR_COLUMNS.every((column, index) => heading.at(index - ERROR_COLUMNS.length) === column);
  const firstLine = firstLineOf(heading);
  // A row with too few or too many cells stays so: filled up or cut off it would be taken the next time.
  const ofRow = (cells: readonly string[]): readonly string[] =>
    cells.length === heading.length ? kept.map((index) => cells[index] ?? '') : isOurs ? cells.slice(0, -ERROR_COLUMNS.length) : cells;
  return {
    heading: csvRow([...kept.map((index) => heading[index] ?? ''), ...ERROR_COLUMNS], delimiter),
    row: (row, code, detail) => csvRow([...ofRow(row.cells), String(firstLine(row)), code, detail], delimiter),
  };
}

/** Where a row stands in the file that people know: of a file of errors, that is the one before it. */
export function firstLineOf(heading: readonly string[]): (row: ErrorRow) => number {
  const at = heading.indexOf(ERROR_COLUMNS[0]);
  return ({ line, cells }) => {
    // From the end, where these columns are also in a row with too few or too many cells.
    const before = at < 0 ? 0 : Number(cells.at(at - heading.length) ?? '');
    return Number.isInteger(before) && before > 0 ? before : line;
  };
}

interface ErrorRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows of a CSV file that could not be used, as they were, each with its line and what is wrong. */
export class ErrorRows {
  readonly #file: LineFile;
  readonly #table: ReturnType<typeof errorTable>;
  readonly counts = new Map<string, number>();
  rows = 0;

  constructor(path: string, { heading, delimiter }: { readonly heading: readonly string[]; readonly delimiter: string }) {
    this.#file = new LineFile(path);
    this.#table = errorTable(heading, delimiter);
    // The heading is the first thing in the file's queue; whether it could be written shows with the first row, or at the end.
    void this.#file.write(this.#table.heading);
  }

  get path(): string {
    return this.#file.path;
  }

  async add(row: ErrorRow, code: string, detail: string): Promise<void> {
    this.rows += 1;
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
    await this.#file.write(this.#table.row(row, code, detail));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  discard(): Promise<void> {
    return this.#file.discard();
  }
}
