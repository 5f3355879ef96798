import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FileProblem } from './problem.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Something to read: a file on this machine, or bytes that were sent. */
export interface InputFile {
  /** Its path, or what its sender calls it; one that ends in .gz is unpacked. */
  readonly name: string;
  /** Its bytes, each time from the beginning. */
  open(): Readable;
}

export const localFile = (path: string): InputFile => ({ name: path, open: () => createReadStream(path) });

/** What a file is written in. */
export interface TextFormat {
  readonly encoding: Encoding;
  /** Lines by how they end: how many rows there are at the most, for the time left. */
  readonly lines: number;
  /** Its first line that is not blank. */
  readonly first: string;
}

const SAMPLE_BYTES = 64 * 1024;

const MARKS: readonly { readonly encoding: Encoding; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] }, { encoding: 'utf-16le', bytes: [0xff, 0xfe] }, { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];

/** Reads the file once: a byte order mark says what it is; without one it is UTF-8 where all of it is, and Windows-1252 elsewhere. */
export async function detectFormat(file: InputFile): Promise<TextFormat> {
  const strict = new TextDecoder('utf-8', { fatal: true });
  let [sample, feeds, returns, isUtf8] = [Buffer.alloc(0), 0, 0, true];
  for await (const chunk of bytesOf(file) as AsyncIterable<Buffer>) {
    if (sample.length < SAMPLE_BYTES) sample = Buffer.concat([sample, chunk]);
    feeds += occurrences(chunk, 10);
    returns += occurrences(chunk, 13);
    isUtf8 &&= decodes(() => strict.decode(chunk, { stream: true }));
  }
  isUtf8 &&= decodes(() => strict.decode());
  const packed = PACKED.find(({ bytes }) => bytes.every((byte, at) => sample[at] === byte));
  if (packed !== undefined) throw new FileProblem('NO_TEXT', `${basename(file.name)} ${packed.what}, and no text.`, packed.fix);
  const marked = MARKS.find(({ bytes }) => bytes.every((byte, at) => sample[at] === byte));
  const encoding = marked?.encoding ?? wideEncoding(sample) ?? (isUtf8 ? 'utf-8' : 'windows-1252');
  return { encoding, lines: Math.max(feeds, returns), first: /^.*\S.*$/m.exec(new TextDecoder(encoding).decode(sample))?.[0] ?? '' };
}

/** What is often sent in place of a text, by the bytes that it begins with. */
const PACKED: readonly { readonly bytes: readonly number[]; readonly what: string; readonly fix: string }[] = [
  { bytes: [0x1f, 0x8b], what: 'is packed by gzip', fix: 'Give it a name that ends in .gz.' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'is a workbook or another zip archive', fix: 'Save the sheet as CSV, and import that.' },
];

function occurrences(chunk: Buffer, byte: number): number {
  let count = 0;
  for (let at = chunk.indexOf(byte); at >= 0; at = chunk.indexOf(byte, at + 1)) count += 1;
  return count;
}

/** UTF-16 that forgot its mark: of the letters that headings are made of, every other byte is zero. */
const wideEncoding = ([first, second]: Buffer): Encoding | undefined => (first === 0 && second !== 0 ? 'utf-16be' : first !== 0 && second === 0 ? 'utf-16le' : undefined);

function decodes(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
}

/** Separators that tables are written with; the heading says which. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** The separator that a heading has most of, outside quotes. */
export function delimiterOf(heading: string): string {
  const bare = heading.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => bare.split(delimiter).length;
  return DELIMITERS.reduce<string>((best, one) => (count(one) > count(best) ? one : best), ',');
}

/** The bytes of a file, unpacked where its name ends in .gz. Its consumer hears of every failure. */
function bytesOf(file: InputFile): Readable {
  const source = file.open();
  return file.name.endsWith('.gz') ? pipeline(source, createGunzip(), () => undefined) : source;
}

/** The text of a file as UTF-8, poured into a consumer that hears of every failure. */
export function pourText<T extends NodeJS.WritableStream>(file: InputFile, encoding: Encoding, into: T): T {
  const ended = (): void => undefined;
  if (encoding === 'utf-8') pipeline(bytesOf(file), into, ended);
  else pipeline(bytesOf(file), decoding(encoding), into, ended);
  return into;
}

function decoding(encoding: Encoding): Transform {
  const decoder = new TextDecoder(encoding);
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, Buffer.from(decoder.decode(chunk, { stream: true }))),
    flush: (done) => done(null, Buffer.from(decoder.decode())),
  });
}

/** The lines of a text; one that is longer than it may be is null, and never held whole. */
export async function* boundedLines(bytes: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<{ readonly line: number; readonly text: string | null }> {
  let [line, size] = [0, 0];
  let held: Buffer[] = [];
  const take = (last: Buffer): { line: number; text: string | null } => {
    const text = size + last.length > limitBytes ? null : Buffer.concat([...held, last]).toString().replace(/\r$/, '');
    [line, size, held] = [line + 1, 0, []];
    return { line, text };
  };
  for await (const chunk of bytes) {
    let begin = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
      yield take(chunk.subarray(begin, end));
      begin = end + 1;
    }
    const rest = chunk.subarray(begin);
    size += rest.length;
    if (size <= limitBytes) held.push(rest);
    else held = [];
  }
  if (size > 0) yield take(Buffer.alloc(0));
}

/** A failure to read a file as one sentence with its fix. */
export function readFailure(error: unknown, { name }: InputFile, line: number): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  // What says already what to do about it.
  if ('fix' in error) return error;
  const file = basename(name);
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return new FileProblem('UNREADABLE_FILE', `${file} cannot be read after row ${line}: the next one has more than a megabyte, or a quote is opened there that never closes.`, 'Shorten the row, or close the quote.');
  }
  if (code.startsWith('CSV_')) {
    return new FileProblem('UNREADABLE_FILE', `${file} cannot be read after row ${line}: a quote is opened there that never closes.`, 'Close the quote, or double it where it belongs to the text.');
  }
  if (code === 'ENOENT') return new FileProblem('WRONG_FILE', `${name} does not exist.`, 'Name a file that is there.');
  const why = code.startsWith('Z_') ? 'it is not a whole gzip file' : error.message;
  return new FileProblem('UNREADABLE_FILE', `${file} cannot be read: ${why}.`, 'Check the file, or fetch it again.');
}
