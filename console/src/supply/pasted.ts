// Rows of a spreadsheet as people paste them: an item, how many, and perhaps when. Every row that cannot be read is named.
export interface PastedLine {
  /** As the first row of what was pasted is 1. */
  readonly row: number;
  readonly sku: string;
  readonly quantity: string;
  /** A calendar day; null where the row has none. */
  readonly day: string | null;
}
export type Fault = 'few' | 'sku' | 'quantity' | 'thousands' | 'day' | 'twice';
export interface PastedFault {
  readonly row: number;
  readonly text: string;
  readonly why: Fault;
}
export interface Pasted {
  readonly lines: readonly PastedLine[];
  readonly faults: readonly PastedFault[];
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;

/** 2030-03-01 or 1.3.2030. What stands with slashes is two days in two countries, and no day here. */
export function dayIn(text: string): string | null {
  const [, day, month, year] = DOTTED.exec(text) ?? [];
  const iso = year === undefined ? text : `${year}-${(month ?? '').padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`;
  if (!DAY.test(iso)) return null;
  const at = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== iso ? null : iso;
}

/** A plain quantity as the API takes it, or what is wrong with it. "1.000" is a thousand to some and one to others. */
export function quantityIn(text: string): { readonly quantity: string } | { readonly why: 'quantity' | 'thousands' } {
  const plain = text.replaceAll(/[\s\u00a0]/g, '');
  if (/^\d{1,3}[.,]\d{3}$/.test(plain)) return { why: 'thousands' };
  return /^\d{1,12}(?:[.,]\d{1,6})?$/.test(plain) ? { quantity: plain.replace(',', '.') } : { why: 'quantity' };
}

function cellsOf(line: string): string[] {
  const by = line.includes('\t') ? '\t' : line.includes(';') ? ';' : /,(?=\D|.*,)/.test(line) ? ',' : /\s+/;
  return line.trim().split(by).map((cell) => cell.trim());
}

/** Headings are left out: a first row whose second cell has no digit. A row with less than an item and a number is a fault. */
export function pastedLines(text: string): Pasted {
  const [lines, faults, seen]: [PastedLine[], PastedFault[], Set<string>] = [[], [], new Set()];
  text.split(/\r?\n/).forEach((whole, index) => {
    const row = index + 1;
    const cells = cellsOf(whole);
    const [sku = '', amount = '', due = ''] = cells;
    if (whole.trim() === '' || (lines.length + faults.length === 0 && cells.length > 1 && !/\d/.test(amount))) return;
    const wrong = (why: Fault): number => faults.push({ row, text: whole.trim(), why });
    const read = quantityIn(amount);
    const day = due === '' ? null : dayIn(due);
    if (cells.length < 2) return void wrong('few');
    if (sku === '') return void wrong('sku');
    if ('why' in read) return void wrong(read.why);
    if (due !== '' && day === null) return void wrong('day');
    if (seen.has(sku)) return void wrong('twice');
    seen.add(sku);
    lines.push({ row, sku, quantity: read.quantity, day });
  });
  return { lines, faults };
}
