import type { SourceOrder } from './dataset.ts';
import type { IssueCode, IssueLog } from './issues.ts';
import type { Target } from './layout.ts';

/** When the facts of an order happened, in order: each not earlier than the one before. Null is for facts that the target does not have. */
export interface Clocks {
  readonly placed: number;
  readonly approved: number;
  readonly shipped: number | null;
  readonly delivered: number | null;
}

/** What of a target's life has happened. */
export const hasShipped = (target: Target): boolean => target === 'shipped' || target === 'delivered';

/**
 * The clocks of an order as its status needs them. A clock that is earlier than the fact before it is moved up to that
 * fact; one that is missing takes the time of the fact before; dates beyond the status are left out. Each is written down.
 */
export function orderClocks(source: SourceOrder, target: Target, where: { file: string; row: number; orderId: string }, issues: IssueLog, now: number): Clocks {
  const note = (code: IssueCode, text: string): void => issues.add(code, where, `Order ${source.id} (${source.status}): ${text}.`);
  let last = 0;
  const next = (name: string, at: number | null, early: IssueCode, missing: IssueCode | null): number => {
    if (at === null && missing !== null) note(missing, `there is no time at which it was ${name}`);
    if (at !== null && at < last) note(early, `it was ${name} at ${iso(at)}, before ${iso(last)}`);
    if (at !== null && at > now) note('CLOCK_IN_FUTURE', `it was ${name} at ${iso(at)}, which is after now`);
    last = Math.min(Math.max(at ?? last, last), now);
    return last;
  };
  const placed = next('bought', source.purchased, 'APPROVED_BEFORE_PURCHASE', null);
  const approved = next('approved', source.approved, 'APPROVED_BEFORE_PURCHASE', null);
  const shipped = hasShipped(target) ? next('handed to the carrier', source.carrier, 'CARRIER_BEFORE_APPROVAL', 'NO_CARRIER_DATE') : null;
  const delivered = target === 'delivered' ? next('delivered', source.delivered, 'DELIVERED_BEFORE_CARRIER', 'NO_DELIVERY_DATE') : null;
  const past = [...(shipped === null && source.carrier !== null ? ['a carrier date'] : []), ...(delivered === null && source.delivered !== null ? ['a delivery date'] : [])];
  if (past.length > 0) note('DATES_PAST_STATUS', `it has ${past.join(' and ')}`);
  return { placed, approved, shipped, delivered };
}

const iso = (at: number): string => new Date(at).toISOString();

/** The kinds that are corrections of a clock, for the report. */
export const CLOCK_CODES = [
  'APPROVED_BEFORE_PURCHASE', 'CARRIER_BEFORE_APPROVAL', 'DELIVERED_BEFORE_CARRIER', 'NO_CARRIER_DATE', 'NO_DELIVERY_DATE', 'DATES_PAST_STATUS', 'CLOCK_IN_FUTURE',
] as const satisfies readonly IssueCode[];
