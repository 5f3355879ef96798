/** A time that an order has from when it was placed: hours on the clock (or of a calendar's opening), or business days. */
export type HandlingTime =
  | { readonly kind: "hours"; readonly hours: number; readonly calendar: string | null; readonly timeZone: string }
  /** To the end of the last day. An order that comes after the cut-off (HH:MM:SS, that second included) counts as one of the next day. */
  | { readonly kind: "business_days"; readonly days: number; readonly calendar: string | null; readonly timeZone: string; readonly cutOff: string | null };

/** What share of a channel's orders may fail, over the days that just passed. */
export interface RateLimit {
  readonly thresholdBasisPoints: number;
  readonly windowDays: number;
}

/** The dates that a channel asks for its orders, what keeping one may cost, and how often it may be missed. */
export interface DeadlinePolicy {
  /** Given to orders that name none of their own; null for none. */
  readonly shipBy: HandlingTime | null;
  readonly deliverBy: HandlingTime | null;
  /** An order is at risk from so many minutes before the last moment at which its date can still be kept. */
  readonly warnMinutes: number;
  /** What a plan that keeps the date may cost more than the one that misses it, in base micro-units; null for any amount. */
  readonly rescueMicros: number | null;
  /** Null where nobody watches the rate. */
  readonly lateShipments: RateLimit | null;
  readonly cancellations: RateLimit | null;
}

/** Ten of the base currency are what an express label or a second parcel costs; more is for a person to decide. */
export const DEFAULT_DEADLINES: DeadlinePolicy = { shipBy: null, deliverBy: null, warnMinutes: 120, rescueMicros: 10_000_000, lateShipments: null, cancellations: null };

/**
 * late_shipments: of the orders whose ship-by date passed within the window, and that were not cancelled whole before anything left, those
 * of which something left after it or has not left yet. cancellations: of the orders placed within the window, those of which the seller
 * cancelled something that had not left; what the customer asked for, or the channel itself cancelled, is not the seller's.
 * (The late shipment rate and the pre-fulfilment cancel rate of the large marketplaces.)
 */
export const CHANNEL_RATES = ["late_shipments", "cancellations"] as const;
export type ChannelRate = (typeof CHANNEL_RATES)[number];

export const RATE_STATES = ["ok", "near", "over"] as const;
export type RateState = (typeof RATE_STATES)[number];

/** From so many hundredths of its threshold on a rate is near it. */
const NEAR_PERCENT = 80;

export const limitOf = ({ lateShipments, cancellations }: DeadlinePolicy, rate: ChannelRate): RateLimit | null => (rate === "late_shipments" ? lateShipments : cancellations);

/** How a rate stands: over is beyond the threshold, on it is near. */
export function rateState(failed: number, orders: number, { thresholdBasisPoints }: RateLimit): RateState {
  const [rate, threshold] = [failed * 10_000, thresholdBasisPoints * orders];
  if (rate > threshold) return "over";
  return failed > 0 && rate * 100 >= threshold * NEAR_PERCENT ? "near" : "ok";
}
