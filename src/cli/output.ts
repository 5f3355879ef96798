import type { Environment } from '../server/settings.ts';

/** Where a command writes: results to stdout, everything on the way to stderr. */
export interface Output {
  readonly json: boolean;
  /** One line of the result, for people. */
  line(text?: string): void;
  /** The result, for programs. */
  value(value: unknown): void;
  /** What is going on; on a terminal the next one replaces it. */
  progress(text: string): void;
  /** A line that stays, on stderr. */
  note(text: string): void;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
}

type Stream = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

export function createOutput(json: boolean, environment: Environment, out: Stream = process.stdout, err: Stream = process.stderr): Output {
  const colour = out.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  const paint = (code: number) => (text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  let shown = false;
  const clear = (): void => {
    if (shown) err.write('\r\u001b[K');
    shown = false;
  };
  return {
    json,
    line(text = '') {
      clear();
      out.write(`${text}\n`);
    },
    value(value) {
      clear();
      out.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    progress(text) {
      if (err.isTTY !== true) return;
      clear();
      err.write(text);
      shown = true;
    },
    note(text) {
      clear();
      err.write(`${text}\n`);
    },
    bold: paint(1), dim: paint(2), red: paint(31), green: paint(32),
  };
}

/** Columns as wide as their widest cell; numbers to the right. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))));
  const right = head.map((_, column) => rows.length > 0 && rows.every((row) => /^(-?[\d.,]+( \S{1,3})?)?$/.test(row[column] ?? '')));
  return all.map((row) => head.map((_, column) => pad(row[column] ?? '', widths[column] ?? 0, right[column] === true)).join('  ').trimEnd());
}

const pad = (text: string, size: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, size - width(text)));
  return right ? space + text : text + space;
};

/** Columns a text takes on a terminal: East Asian wide characters take two, marks none. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(character) ? 2 : 1;
  }
  return columns;
}
