/**
 * Cells of tables that people open in spreadsheets. What a spreadsheet would run as a formula gets an apostrophe in front,
 * which it takes for "this is text"; reading takes that apostrophe away again, so what is written is what is read.
 */

/** Begins like a formula: also behind blanks, marks that nobody sees, apostrophes, and in the wide forms of East Asian keyboards. */
const FORMULA = /^[\s\p{Cc}\p{Cf}']*[=+\-@＝＋－＠\t\r\n]/u;
const NUMBER = /^[+-]?\d+(?:[.,]\d+)?$/;
/** Everything that begins like a formula begins with one of these or with what is no printable ASCII. */
const SUSPICIOUS = /^(?:[\s'=+\-@]|[^ -~])/;

const isFormula = (text: string): boolean => SUSPICIOUS.test(text) && !NUMBER.test(text) && FORMULA.test(text);

/** The text, with an apostrophe in front where a spreadsheet would run it. Numbers stay numbers. */
export const guarded = (text: string): string => (isFormula(text) ? `'${text}` : text);

/** The text that was guarded. */
export const unguarded = (cell: string): string => (cell.startsWith("'") && isFormula(cell.slice(1)) ? cell.slice(1) : cell);

/** Quoted where CSV needs it, and where a reader that splits at another separator would see a cell of its own. */
export function csvCell(text: string): string {
  const safe = guarded(text);
  return /[",;|\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvRow = (cells: readonly string[], delimiter = ','): string => `${cells.map(csvCell).join(delimiter)}\r\n`;
