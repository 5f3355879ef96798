import { DAY, divideRounded, type FieldError, formatScaled, type Instant, scaledInteger } from "../kernel/index.ts";

/** Percents have at most two decimal places: hundredths of a percent are counted. */
const PERCENT_SCALE = 2;
const ALL = 10_000;

/** When a draft is discarded unless somebody changes it before; null where drafts are kept for ever (0 days). */
export const draftEndsAt = (changedAt: Instant, keepDays: number): Instant | null => (keepDays === 0 ? null : changedAt + keepDays * DAY);

/** How far somebody may go, and who may go further: percent of what goods cost by their price lists. */
export interface DiscountLimit {
  readonly percent: number;
  /** Others and their limits, the lowest first. */
  readonly further: readonly { readonly role: string; readonly percent: number }[];
}

export interface DraftDiscounts {
  /** Of one line each: what it costs without a discount, null where nobody can say, and its discount in percent as it was written. */
  readonly lines: readonly { readonly grossMinor: number | null; readonly percent: string | null }[];
  /** Of the whole order, beside what lines have. */
  readonly percent: string | null;
}

export interface DraftTotals {
  /** Of each line, in minor units; null where nobody can say what it costs. */
  readonly lines: readonly ({ readonly discountMinor: number; readonly totalMinor: number } | null)[];
  readonly goodsMinor: number;
  readonly orderDiscountMinor: number;
  /** What is wrong with the discounts. */
  readonly errors: readonly FieldError[];
}

/** Discounts to the minor unit, halves up: each line's of what it costs, and the order's of what the lines then come to. */
export function discountDraft({ lines, percent }: DraftDiscounts, limit: DiscountLimit): DraftTotals {
  const errors: FieldError[] = [];
  const read = (text: string | null, pointer: string): number => {
    const value = text === null || text === "" ? 0n : scaledInteger(text, PERCENT_SCALE);
    if (value !== undefined && value >= 0n && value <= BigInt(ALL)) return Number(value);
    errors.push({ pointer, code: "INVALID_FIELD", detail: `"${text}" is not a percentage from 0 to 100 with at most ${PERCENT_SCALE} decimal places.` });
    return 0;
  };
  const orderPercent = read(percent, "/discount_percent");
  let together = 0;
  const priced = lines.map(({ grossMinor, percent: its }, index) => {
    const line = read(its, `/lines/${index}/discount_percent`);
    if (line > limit.percent * 100) errors.push(tooMuch(line, `/lines/${index}/discount_percent`, limit));
    else together = Math.max(together, ALL - Math.floor(((ALL - line) * (ALL - orderPercent)) / ALL));
    if (grossMinor === null) return null;
    const discountMinor = partOf(grossMinor, line);
    return { discountMinor, totalMinor: grossMinor - discountMinor };
  });
  // With lines that are within the limit by themselves it is the order's discount that goes beyond it.
  if (orderPercent > limit.percent * 100 || together > limit.percent * 100) errors.push(tooMuch(Math.max(together, orderPercent), "/discount_percent", limit));
  const goodsMinor = priced.reduce((sum, line) => sum + (line?.totalMinor ?? 0), 0);
  return { lines: priced, goodsMinor, orderDiscountMinor: partOf(goodsMinor, orderPercent), errors };
}

export interface GivenDiscounts {
  /** Of each line: what it costs by its price list, or by its own price where no list has one; what is asked for it; and the field that says less. */
  readonly lines: readonly { readonly listMinor: number; readonly totalMinor: number; readonly field: "unit_price" | "discount_minor" }[];
  /** What goes off the whole order beside that, and the field that says so. */
  readonly offMinor: number;
  readonly offField: "discount_minor" | "other_minor" | "total_minor";
}

/** What is wrong with discounts that an order comes with, in minor units, as if they were a draft's in percent: a line's own, and both together. */
export function discountsBeyond({ lines, offMinor, offField }: GivenDiscounts, limit: DiscountLimit): FieldError[] {
  const goodsMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0);
  const most = limit.percent * 100;
  const isBeyond = (listMinor: number, totalMinor: number, rounding: number): boolean => listMinor - totalMinor > partOf(listMinor, most) + rounding;
  const errors: FieldError[] = [];
  let together = 0;
  lines.forEach(({ listMinor, totalMinor, field }, index) => {
    if (isBeyond(listMinor, totalMinor, 0)) return void errors.push(tooMuch(hundredthsOff(listMinor, totalMinor), `/lines/${index}/${field}`, limit));
    const left = goodsMinor <= 0 ? 0 : Number((BigInt(totalMinor) * BigInt(Math.max(0, goodsMinor - offMinor))) / BigInt(goodsMinor));
    // The share of a line in what goes off the order is cut to a whole minor unit.
    if (offMinor > 0 && isBeyond(listMinor, left, 1)) together = Math.max(together, hundredthsOff(listMinor, left));
  });
  if (together > 0) errors.push(tooMuch(together, `/totals/${offField}`, limit));
  return errors;
}

const hundredthsOff = (listMinor: number, totalMinor: number): number => Number((BigInt(listMinor - totalMinor) * BigInt(ALL) + BigInt(listMinor) - 1n) / BigInt(listMinor));

const partOf = (minor: number, hundredths: number): number => Number(divideRounded(BigInt(minor) * BigInt(hundredths), BigInt(ALL)));

function tooMuch(hundredths: number, pointer: string, { percent, further }: DiscountLimit): FieldError {
  const others = further.map((one) => `${one.role} up to ${one.percent} %`);
  const who = others.length === 0 ? "nobody may give more" : `who may give more: ${others.join(", ")}`;
  return { pointer, code: "DISCOUNT_TOO_HIGH", detail: `${formatScaled(hundredths, PERCENT_SCALE)} % off is more than the ${percent} % that you may give; ${who}.` };
}
