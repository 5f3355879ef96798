// What is counted while goods arrive: scan by scan, so that the last can be taken back, and a wrong item stops until somebody has seen it.
export interface TallyLine {
  readonly sku: string;
  readonly gtin: string | null;
  readonly quantity_scale: number;
  readonly quantity: number;
  readonly received: number;
  readonly closed_at: string | null;
}
export interface Scan {
  readonly sku: string;
  /** Counted units; may be taken away where somebody wrote a number by hand. */
  readonly units: number;
  readonly damaged: boolean;
}
export interface Tally {
  readonly scans: readonly Scan[];
  /** What was scanned last and belongs to no line; nothing else is counted before it was seen. */
  readonly wrong: { readonly code: string; readonly why: 'unknown' | 'closed' } | null;
}
export const EMPTY: Tally = { scans: [], wrong: null };

/** GTINs of different lengths are the same number with zeros before it. */
const plainGtin = (code: string): string => code.replace(/^0+(?=\d)/, '');

export function lineOf<L extends TallyLine>(lines: readonly L[], code: string): L | undefined {
  const wanted = code.trim();
  return lines.find(({ sku }) => sku === wanted) ?? lines.find(({ sku }) => sku.toLowerCase() === wanted.toLowerCase()) ?? lines.find(({ gtin }) => gtin !== null && /^\d{8,14}$/.test(wanted) && plainGtin(gtin) === plainGtin(wanted));
}

/** "CUP" counts one more, "12*CUP" twelve. */
export function scanned(tally: Tally, text: string, lines: readonly TallyLine[], damaged: boolean): Tally {
  const [, times, code = ''] = /^\s*(?:(\d{1,6})\s*\*\s*)?(.+?)\s*$/.exec(text) ?? [];
  if (tally.wrong !== null || code === '') return tally;
  const line = lineOf(lines, code);
  if (line === undefined) return { ...tally, wrong: { code, why: 'unknown' } };
  if (line.closed_at !== null) return { ...tally, wrong: { code, why: 'closed' } };
  return counted(tally, line, Number(times ?? 1) * 10 ** line.quantity_scale, damaged);
}

const counted = (tally: Tally, { sku }: TallyLine, units: number, damaged: boolean): Tally => (units === 0 ? tally : { ...tally, scans: [...tally.scans, { sku, units, damaged }] });

export const unitsOf = ({ scans }: Tally, sku: string, damaged: boolean): number => scans.reduce((sum, scan) => (scan.sku === sku && scan.damaged === damaged ? sum + scan.units : sum), 0);

/** Somebody wrote how many there are: the difference is one more step, which can be taken back like a scan. */
export const setTo = (tally: Tally, line: TallyLine, units: number, damaged: boolean): Tally => counted(tally, line, units - unitsOf(tally, line.sku, damaged), damaged);

export const undone = (tally: Tally): Tally => (tally.wrong === null ? { ...tally, scans: tally.scans.slice(0, -1) } : { ...tally, wrong: null });
export const seen = (tally: Tally): Tally => ({ ...tally, wrong: null });

export type Difference = { readonly kind: 'over' | 'short' | 'none'; readonly units: number };

/** How what was counted of a line stands against what is still to come of it. */
export function differenceOf(tally: Tally, line: TallyLine): Difference {
  const left = line.quantity - line.received - unitsOf(tally, line.sku, false) - unitsOf(tally, line.sku, true);
  return left === 0 ? { kind: 'none', units: 0 } : left > 0 ? { kind: 'short', units: left } : { kind: 'over', units: -left };
}
