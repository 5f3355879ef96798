import { MINUTE } from "../domain/kernel/index.ts";
import { ORDER_STATUSES, type OrderStatus } from "../domain/order/index.ts";

/** What sums are made of: an order's own stand at its node-less self. */
export const MEASURES = [
  "orders", "lines", "units", "value", "cancelled_orders", "cancelled_units", "shipped_units", "planned_orders", "split_orders", "costed_orders", "cost", "open_orders",
  "promised", "promise_kept", "promise_changed", "click_to_ship", "click_to_door",
] as const;
export type Measure = (typeof MEASURES)[number];

/** What reports count of an order, as it is. Instants in milliseconds, quantities in millionths of base units, costs in micro-units. */
export interface OrderFigures {
  readonly channelId: string;
  readonly placedAt: number;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly totalMinor: number;
  readonly lines: number;
  readonly units: number;
  readonly cancelled: number;
  readonly shipped: number;
  /** That are not cancelled. */
  readonly shipments: number;
  /** What its newest priced decision expects of labels, and in which currency. */
  readonly cost: { readonly currency: string; readonly micros: number } | null;
  /** The date it has to keep, and whether it is one of departure. */
  readonly promise: { readonly at: number; readonly ofDeparture: boolean; readonly changed: boolean } | null;
  /** When shipments left, and when they reached the customer. */
  readonly left: readonly ShipmentFact[];
  readonly arrived: readonly ShipmentFact[];
}

export interface ShipmentFact {
  readonly nodeId: string;
  readonly at: number;
}

/** An amount that belongs to one quarter of an hour. */
export interface Sum {
  readonly measure: Measure;
  readonly slot: number;
  readonly channelId: string;
  readonly nodeId: string;
  readonly part: string;
  readonly amount: number;
}

/** Days of every zone in use begin at a quarter of an hour of UTC. */
export const SLOT_MS = 15 * MINUTE;
export const NO_NODE = "00000000-0000-0000-0000-000000000000";

/** Statuses in which something of an order is still to be done before it leaves. */
export const OPEN_STATUSES: readonly OrderStatus[] = ORDER_STATUSES.filter((status) => ["PENDING", "ON_HOLD", "BACKORDERED", "PROCESSING", "PARTIALLY_SHIPPED"].includes(status));

/** Durations are counted in classes that grow by this factor; a class is told by its middle, which is off by 2 percent at most. */
const WITHIN = 0.02;
const GROWTH = (1 + WITHIN) / (1 - WITHIN);
export const classOf = (seconds: number): number => Math.ceil(Math.log(Math.max(1, seconds)) / Math.log(GROWTH));
export const secondsOf = (durationClass: number): number => (2 * GROWTH ** durationClass) / (GROWTH + 1);

const slotOf = (at: number): number => Math.floor(at / SLOT_MS) * SLOT_MS;

/** Everything that an order adds to sums. */
export function sumsOf(order: OrderFigures): Sum[] {
  const { channelId, placedAt, status, cost, promise } = order;
  const sum = (measure: Measure, at: number, amount: number, part = "", nodeId = NO_NODE): Sum => ({ measure, slot: slotOf(at), channelId, nodeId, part, amount });
  const own = (measure: Measure, amount: number, part?: string): Sum => sum(measure, placedAt, amount, part);
  const durations = (measure: Measure, facts: readonly ShipmentFact[]): Sum[] => facts.map(({ nodeId, at }) => sum(measure, at, 1, String(classOf((at - placedAt) / 1000)), nodeId));
  const isCancelled = status === "CANCELLED";
  const all = [
    own("orders", 1), own("lines", order.lines), own("units", order.units), own("value", order.totalMinor, order.currency),
    own("cancelled_orders", isCancelled ? 1 : 0), own("cancelled_units", order.cancelled), own("shipped_units", order.shipped),
    own("planned_orders", order.shipments > 0 ? 1 : 0), own("split_orders", order.shipments > 1 ? 1 : 0), own("open_orders", OPEN_STATUSES.includes(status) ? 1 : 0),
    ...(cost === null ? [] : [own("costed_orders", 1, cost.currency), own("cost", cost.micros, cost.currency)]),
    ...(promise === null || isCancelled ? [] : [sum("promised", promise.at, 1), sum("promise_kept", promise.at, isKept(order) ? 1 : 0), sum("promise_changed", promise.at, promise.changed ? 1 : 0)]),
    ...durations("click_to_ship", order.left), ...durations("click_to_door", order.arrived),
  ];
  return all.filter(({ amount }) => amount !== 0);
}

/** Whether all that was to come has come, or left where the date says so, by the date. */
function isKept({ promise, status, shipments, left, arrived }: OrderFigures): boolean {
  if (promise === null || OPEN_STATUSES.includes(status)) return false;
  const facts = promise.ofDeparture ? left : arrived;
  return facts.length >= shipments && facts.every(({ at }) => at <= promise.at);
}

const keyOf = ({ measure, slot, channelId, nodeId, part }: Sum): string => `${measure}|${slot}|${channelId}|${nodeId}|${part}`;

/** What changes in the sums when orders that were counted as the first are as the second; in key order, without what stays. */
export function changesOf(before: readonly OrderFigures[], after: readonly OrderFigures[]): Sum[] {
  const changes = new Map<string, Sum>();
  const add = (sum: Sum, sign: number): void => {
    const key = keyOf(sum);
    changes.set(key, { ...sum, amount: (changes.get(key)?.amount ?? 0) + sign * sum.amount });
  };
  for (const order of before) for (const sum of sumsOf(order)) add(sum, -1);
  for (const order of after) for (const sum of sumsOf(order)) add(sum, 1);
  return [...changes].filter(([, { amount }]) => amount !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
