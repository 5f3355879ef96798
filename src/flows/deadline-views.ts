import type { Channel, ChannelRate, DeadlinePolicy, HandlingTime, RateLimit, RateState } from "../domain/catalog/index.ts";
import type { DeadlineKind, RiskCause, RiskLevel } from "../domain/fulfillment/index.ts";
import { formatScaled } from "../domain/kernel/index.ts";
import type { Page } from "./queries.ts";
import type { RateCount, RateOfChannel } from "./watch-store.ts";

/** What is read of orders' dates and of channels' rates. */
export interface DeadlineQueries {
  /** Orders with a date at risk, the nearest date first. */
  listAtRisk(tenantId: number, filter: AtRiskFilter): Promise<Page<AtRiskView>>;
  /** A channel's id and what it asks of dates; undefined where there is no channel of the code. */
  channelLimits(tenantId: number, code: string, now: number): Promise<Pick<Channel, "id" | "deadlines"> | undefined>;
  countRate(tenantId: number, of: RateOfChannel, from: number, to: number): Promise<RateCount>;
  /** The orders that failed for a rate, the latest first. */
  listFailed(tenantId: number, filter: FailedFilter): Promise<Page<FailedOrderView>>;
}

interface Paged {
  readonly after: readonly string[] | null;
  readonly limit: number;
}

export interface AtRiskFilter extends Paged {
  readonly level: string | null;
  readonly channel: string | null;
}

/** The date of an order that is worst off, as the last look found it. */
export interface AtRiskView {
  readonly order: string;
  readonly number: number;
  readonly external_id: string;
  readonly channel: string;
  /** Null where the units have no node. */
  readonly shipment: string | null;
  readonly level: Exclude<RiskLevel, "safe">;
  readonly deadline: DeadlineKind;
  readonly due_at: string;
  /** When it will leave (ship_by) or be there; null where nobody can say. */
  readonly predicted_at: string | null;
  readonly cause: RiskCause;
  readonly reason: string;
  /** Whether a date of the order has passed already. */
  readonly missed: boolean;
  readonly looked_at: string;
  /** What was tried last to save it; null where nothing was. */
  readonly tried: { readonly at: string; readonly outcome: string } | null;
}

/** What the watch over an order's dates knows of it. */
export interface OrderWatchView extends Pick<AtRiskView, "missed" | "tried" | "shipment" | "predicted_at"> {
  /** Null before the first look, and once nothing of it is left to send. What follows says which date is worst off; all of it is null where none is. */
  readonly level: RiskLevel | null;
  readonly deadline: DeadlineKind | null;
  readonly due_at: string | null;
  readonly cause: RiskCause | null;
  readonly reason: string | null;
  /** When the last of what left so far did. */
  readonly left_at: string | null;
  readonly looked_at: string | null;
}

export interface FailedFilter extends Paged {
  readonly channelId: string;
  readonly rate: ChannelRate;
  readonly from: number;
  readonly to: number;
}

export interface FailedOrderView {
  readonly order: string;
  readonly number: number;
  readonly external_id: string;
  readonly placed_at: string;
  readonly ship_by: string | null;
  /** When the last of what left so far did. */
  readonly left_at: string | null;
  /** Whether something of it is still to leave. */
  readonly open: boolean;
  /** When the seller first cancelled something of it. */
  readonly cancelled_at: string | null;
}

/** A rate over the days that just passed. */
export interface RateView {
  readonly state: RateState;
  readonly failed: number;
  readonly orders: number;
  readonly percent: string;
  readonly threshold_percent: string;
  readonly window_days: number;
  readonly from: string;
  readonly to: string;
}

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
