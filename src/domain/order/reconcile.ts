import type { ChannelOrder } from "./channel-order.ts";

/** What of an order is compared, in one currency's minor units and in the channel's units of goods. Nothing is left of a cancelled order. */
export interface OrderFigures {
  readonly currency: string;
  readonly totalMinor: number;
  readonly units: number;
}

/**
 * An order at the channel. Without figures where its state cannot be read, says nothing of goods to send, or is without units that
 * may have been sent: what was sent counts here all the same.
 */
export interface OrderThere {
  readonly figures: OrderFigures | null;
  /** Whether it should be here. */
  readonly expected: boolean;
}

export const DIFFERENCE_KINDS = ["missing_here", "unknown_there", "total", "units"] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** Channels count in at most six decimals; sums of such numbers are a little beside them. */
const MILLION = 1_000_000;
const NOTHING_LEFT = { totalMinor: 0, units: 0 } as const;

/** Orders made to try the shop out are expected only where the connection takes them. */
export function orderThere({ cancelled, lines, takenOff, totals, currency, test }: ChannelOrder, captureTestOrders: boolean): OrderThere {
  const units = cancelled === null ? Math.round(lines.reduce((sum, line) => sum + Number(line.quantity), 0) * MILLION) / MILLION : 0;
  return {
    figures: Object.keys(takenOff).length > 0 ? null : { currency, ...(units === 0 ? NOTHING_LEFT : { totalMinor: totals.totalMinor, units }) },
    expected: units > 0 && (captureTestOrders || !test),
  };
}

/** The same of an order here: `units` are those that are not cancelled. */
export const orderHere = (currency: string, totalMinor: number, units: number): OrderFigures => ({ currency, ...(units === 0 ? NOTHING_LEFT : { totalMinor, units }) });

/** Where a channel and Ordo disagree about one order; null where the channel's state cannot be compared, and what is known stays. */
export function differencesOf(there: OrderThere | null, here: OrderFigures | null): readonly DifferenceKind[] | null {
  if (here === null) return there !== null && there.expected ? ["missing_here"] : [];
  if (there === null) return here.units === 0 ? [] : ["unknown_there"];
  if (there.figures === null) return null;
  const { currency, totalMinor, units } = there.figures;
  const kinds: DifferenceKind[] = [];
  if (totalMinor !== here.totalMinor || currency !== here.currency) kinds.push("total");
  if (units !== here.units) kinds.push("units");
  return kinds;
}
