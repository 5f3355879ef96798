import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { CommandFailed } from '../command.ts';

/** Columns that an error file adds to those of the file it is about; a file that is fed back may keep them. */
export const ERROR_COLUMNS = ['error_line', 'error_code', 'error_detail'] as const;

/** Quoted where CSV needs it. Values stay what they are, so that a program reads back what was written. */
export const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** A text file that is written line by line beside its name and takes it at the end, so it may replace the very file that is read. */
export class LineFile {
  readonly path: string;
  readonly #stream: WriteStream;
  #failure: Error | null = null;

  constructor(path: string) {
    this.path = path;
    this.#stream = createWriteStream(`${path}.part`);
    this.#stream.on('error', (error) => (this.#failure = error));
  }

  /** Waits where the disk is slower, so that memory stays flat. */
  async write(text: string): Promise<void> {
    if (this.#failure) throw this.#unwritable(this.#failure);
    if (!this.#stream.write(text)) await Promise.race([once(this.#stream, 'drain'), once(this.#stream, 'close')]);
  }

  async close(): Promise<void> {
    this.#stream.end();
    if (this.#failure === null) await once(this.#stream, 'close').catch((error: unknown) => (this.#failure = error instanceof Error ? error : new Error(String(error))));
    if (this.#failure) throw this.#unwritable(this.#failure);
    await rename(`${this.path}.part`, this.path);
  }

  /** Leaves what was there before as it is. */
  async discard(): Promise<void> {
    this.#stream.destroy();
    await rm(`${this.path}.part`, { force: true });
  }

  #unwritable = (error: Error): CommandFailed => new CommandFailed('ERRORS_FILE', `${this.path} cannot be written: ${error.message}.`, 'Name another file.');
}

/** The rows of a CSV file that could not be used, as they were, each with its line and what is wrong. */
export class ErrorRows {
  readonly #file: LineFile;
  readonly #kept: readonly number[];
  readonly counts = new Map<string, number>();
  rows = 0;

  constructor(path: string, heading: readonly string[]) {
    this.#file = new LineFile(path);
    this.#kept = heading.flatMap((name, index) => (ERROR_COLUMNS.some((column) => column === name) ? [] : [index]));
    // The heading is the first thing in the file's queue; whether it could be written shows with the first row, or at the end.
    void this.#file.write(csvRow([...this.#kept.map((index) => heading[index] ?? ''), ...ERROR_COLUMNS]));
  }

  get path(): string {
    return this.#file.path;
  }

  async add({ line, cells }: { readonly line: number; readonly cells: readonly string[] }, code: string, detail: string): Promise<void> {
    this.rows += 1;
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
    await this.#file.write(csvRow([...this.#kept.map((index) => cells[index] ?? ''), String(line), code, detail]));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  discard(): Promise<void> {
    return this.#file.discard();
  }
}
