// The first rows of a table, read in the browser to show what its columns would be read as. The server reads the whole file itself.
import type { ImportKind } from './api.ts';

export interface FirstRows { readonly heading: readonly string[]; readonly rows: readonly (readonly string[])[] }
const BYTES = 64 * 1024;
const SHOWN = 4;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Cells of records; what is in quotes may hold delimiters, line breaks and doubled quotes. */
function recordsOf(text: string, delimiter: string, most: number): string[][] {
  const records: string[][] = [];
  let [cells, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length && records.length < most; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text.charAt(at + 1) === '"') cell += text.charAt((at += 1));
      else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === delimiter || char === '\n') {
      cells.push(cell.replace(/\r$/, ''));
      cell = '';
      if (char !== '\n') continue;
      if (cells.some((one) => one !== '')) records.push(cells);
      cells = [];
    } else cell += char;
  }
  if (records.length < most && cell !== '') records.push([...cells, cell]);
  return records;
}

/** Null where the text is no table with a heading: lines of JSON, or something packed. */
export function firstRows(text: string): FirstRows | null {
  const plain = text.replace(/^\ufeff/, '');
  const [line = ''] = plain.split('\n', 1);
  if (/^\s*[[{]/.test(plain) || plain.includes('\u0000') || plain.includes('\ufffd') || line.trim() === '') return null;
  const delimiter = DELIMITERS.toSorted((a, b) => line.split(b).length - line.split(a).length)[0] ?? ',';
  const [heading = [], ...rows] = recordsOf(plain, delimiter, SHOWN + 1);
  return { heading: heading.map((name) => name.trim()), rows };
}

export const firstRowsOf = async (file: File): Promise<FirstRows | null> => (file.name.endsWith('.gz') ? null : firstRows(await file.slice(0, BYTES).text()));

/** Headings differ in case, blanks and signs only. */
const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** The field as which a column is read where nobody says otherwise; null where there is none. */
export const fieldNamed = ({ fields }: ImportKind, heading: string): string | null =>
  fields.find(({ name, also }) => [name, ...also].some((one) => plainName(one) === plainName(heading)))?.name ?? null;
