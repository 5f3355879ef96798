import type { DeadlinePolicy, HandlingTime, RateLimit } from "../domain/catalog/index.ts";
import { formatScaled } from "../domain/kernel/index.ts";

/** Either hours or business days. */
export interface HandlingTimeView {
  readonly hours: number | null;
  readonly business_days: number | null;
  /** Code of the calendar that counts; null for the clock, and for Monday to Friday. */
  readonly calendar: string | null;
  readonly time_zone: string;
  readonly cut_off: string | null;
}

export interface RateLimitView {
  readonly threshold_percent: string;
  readonly window_days: number;
}

/** What a channel asks of its orders' dates; null where it asks for none, or watches no such rate. */
export interface ChannelDeadlinesView {
  readonly ship_by: HandlingTimeView | null;
  readonly deliver_by: HandlingTimeView | null;
  readonly warn_minutes: number;
  readonly rescue_cost_micros: number | null;
  readonly late_shipments: RateLimitView | null;
  readonly cancellations: RateLimitView | null;
}

const timeView = (time: HandlingTime): HandlingTimeView => ({
  hours: time.kind === "hours" ? time.hours : null, business_days: time.kind === "business_days" ? time.days : null, calendar: time.calendar, time_zone: time.timeZone,
  cut_off: time.kind === "business_days" ? time.cutOff : null,
});
const limitView = ({ thresholdBasisPoints, windowDays }: RateLimit): RateLimitView => ({ threshold_percent: formatScaled(thresholdBasisPoints, 2), window_days: windowDays });

export const deadlinesView = ({ shipBy, deliverBy, warnMinutes, rescueMicros, lateShipments, cancellations }: DeadlinePolicy): ChannelDeadlinesView => ({
  ship_by: shipBy && timeView(shipBy), deliver_by: deliverBy && timeView(deliverBy), warn_minutes: warnMinutes, rescue_cost_micros: rescueMicros,
  late_shipments: lateShipments && limitView(lateShipments), cancellations: cancellations && limitView(cancellations),
});
