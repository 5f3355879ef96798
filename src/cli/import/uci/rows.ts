import { CommandFailed } from '../../command.ts';
import { placeFields, type Sheet, type SheetRow } from '../../../files/csv.ts';
import { minorUnits } from '../../../files/numbers.ts';
import { clockReader, type ClockReader } from '../../../files/local-time.ts';

/** The columns of the UCI Online Retail data, in the names of this layout, each with its other names. */
export const UCI_FIELDS = {
  invoice_no: ['invoice'], stock_code: [], description: [], quantity: [], invoice_date: [], unit_price: ['price'], customer_id: ['customer'], country: [],
} as const;
const UCI_COLUMNS = Object.keys(UCI_FIELDS) as readonly UciField[];
type UciField = keyof typeof UCI_FIELDS;

/** The clocks of the data are those of the seller. */
export const UCI_TIME_ZONE = 'Europe/London';

/** Prices have up to three digits after the point, so money is counted in tenths of a penny. */
export const TENTHS_DIGITS = 3;

export interface UciRow extends SheetRow {
  readonly invoice: string;
  /** The code in capitals: the data write some products both ways. */
  readonly sku: string;
  readonly description: string;
  readonly quantity: number;
  readonly placedAt: number;
  /** "2010-12". */
  readonly month: string;
  /** As it is written, for the order's line. */
  readonly price: string;
  /** Quantity times unit price, in tenths of a penny. */
  readonly tenths: number;
  readonly customer: string;
  readonly country: string;
  /** What of the row cannot be read; its figures are then zero. */
  readonly fault: string | null;
}

/** Turns the rows of a file into what they mean. Throws CommandFailed where a column is missing. */
export function uciReader({ file, heading }: Sheet): (row: SheetRow) => UciRow {
  const places = placeFields(heading, UCI_FIELDS);
  const missing = UCI_COLUMNS.filter((column) => !places.has(column));
  if (missing.length > 0) {
    throw new CommandFailed('MISSING_COLUMN', `${file} has no column ${missing.join(', ')}.`, `It has ${heading.map((name) => `"${name}"`).join(', ')}; docs/how-to/import-your-orders.md describes the layout.`);
  }
  const clock = clockReader(UCI_TIME_ZONE);
  return (row) => {
    const value = (field: UciField): string => (row.cells[places.get(field) ?? -1] ?? '').trim();
    const known = { ...row, invoice: value('invoice_no'), sku: value('stock_code').toUpperCase(), description: value('description'), customer: value('customer_id'), country: value('country') };
    const figures = readFigures(value, clock);
    if (row.cells.length !== heading.length) return { ...known, ...NOTHING, fault: `${row.cells.length} fields, and the heading has ${heading.length}` };
    if (known.invoice === '') return { ...known, ...NOTHING, fault: 'invoice_no is empty' };
    if (known.sku === '') return { ...known, ...NOTHING, fault: 'stock_code is empty' };
    return typeof figures === 'string' ? { ...known, ...NOTHING, fault: figures } : { ...known, ...figures, fault: null };
  };
}

type Figures = Pick<UciRow, 'quantity' | 'placedAt' | 'month' | 'price' | 'tenths'>;
const NOTHING: Figures = { quantity: 0, placedAt: 0, month: '', price: '0', tenths: 0 };

function readFigures(value: (field: UciField) => string, clock: ClockReader): Figures | string {
  const [quantityText, priceText, dateText] = [value('quantity'), value('unit_price'), value('invoice_date')];
  if (!/^-?\d{1,9}$/.test(quantityText)) return `quantity is "${quantityText}", which is no whole number`;
  const price = signedTenths(priceText);
  if (price === undefined) return `unit_price is "${priceText}", which is no price with at most ${TENTHS_DIGITS} digits after the point`;
  const written = isoDate(dateText);
  const placedAt = clock(written);
  if (placedAt === undefined) return `invoice_date is "${dateText}", which is no date`;
  const quantity = Number(quantityText);
  if (!Number.isSafeInteger(quantity * price)) return 'quantity times unit_price is beyond every sum';
  // Zero times a negative number is a negative zero, which is no other amount.
  return { quantity, placedAt, month: written.slice(0, 7), price: priceText, tenths: quantity * price + 0 };
}

function signedTenths(text: string): number | undefined {
  const size = minorUnits(text.replace(/^-/, ''), TENTHS_DIGITS);
  return size !== undefined && text.startsWith('-') ? 0 - size : size;
}

/** The publication writes "12/1/2010 8:26", month first; this layout "2010-12-01T08:26". */
function isoDate(text: string): string {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d)$/.exec(text);
  if (match === null) return text;
  const [month = '', day = '', year = '', hour = '', minute = ''] = match.slice(1).map((part) => part.padStart(2, '0'));
  return `${year}-${month}-${day}T${hour}:${minute}`;
}
