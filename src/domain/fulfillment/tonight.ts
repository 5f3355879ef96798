import type { Node } from "../catalog/index.ts";
import { dateOfDay, type Instant, instantOfDay, localDay } from "../kernel/index.ts";
import { shipTime } from "../shipping/index.ts";
import type { Calendars } from "./ship-date.ts";

/** What a node can still send on its local day of an instant. */
export interface Tonight {
  /** Its local day, YYYY-MM-DD, and the instant at which that ends. */
  readonly date: string;
  readonly endsAt: Instant;
  /** Offline, or paused for longer than its goods of today can wait. */
  readonly closed: boolean;
  /** Orders before one that still leaves today: the one with so many before it does not. */
  readonly manages: number;
}

/** More than any node has waiting. */
export const ANY_NUMBER = 1_000_000;

/** How much of what waits at a node is ready by tonight's cut-off, by its calendar and its minutes for each order, begun now. */
export function tonightAt(node: Node, shipping: Calendars, now: Instant): Tonight {
  const day = localDay(now, node.timeZone);
  const date = dateOfDay(day);
  const leavesToday = (before: number): boolean => {
    const shipDate = shipTime(node, null, shipping, now, before)?.shipDate;
    return shipDate !== undefined && shipDate <= date;
  };
  const { status, operations: { pausedUntil, capacity: { ordersPerDay } } } = node;
  const closed = status === "offline" || (pausedUntil !== null && pausedUntil > now && !leavesToday(0));
  const most = ordersPerDay ?? ANY_NUMBER;
  return { date, endsAt: instantOfDay(day + 1, 0, node.timeZone), closed, manages: closed ? 0 : firstThatFails(leavesToday, most) };
}

/** The smallest number up to `most` for which it does not hold, where it holds for no number above one for which it does not. */
function firstThatFails(holds: (n: number) => boolean, most: number): number {
  let [low, high] = [0, 1];
  while (high < most && holds(high)) [low, high] = [high, high * 2];
  high = Math.min(high, most);
  if (low === 0 && !holds(0)) return 0;
  if (holds(Math.max(0, high - 1))) return high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return high;
}
