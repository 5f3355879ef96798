import type { Node } from "../catalog/index.ts";
import { dateOfDay, type Instant, instantOfDay, localDay } from "../kernel/index.ts";
import { type CarrierService, cutOffOfDay, type CutOffOfDay, serviceKey, type ShippingFacts, shipTime } from "../shipping/index.ts";

/** What a node can still send on its local day of an instant. */
export interface Tonight {
  /** Its local day, YYYY-MM-DD, and the instant at which that ends. */
  readonly date: string;
  readonly endsAt: Instant;
  /** Offline, or paused for longer than its goods of today can wait. */
  readonly closed: boolean;
  /** Orders before one that still leaves today: the one with so many before it does not. */
  readonly manages: number;
  /** Until when what leaves today has to be ready; null where nothing leaves today. */
  readonly cutOff: CutOffOfDay | null;
  /** The same for services that are collected at another time than the node's own cut-off. */
  readonly services: readonly ServiceTonight[];
}

export interface ServiceTonight {
  readonly carrier: string;
  readonly service: string;
  readonly manages: number;
  readonly cutOff: CutOffOfDay | null;
}

/** Until when what leaves a node today with a service has to be ready; null as a carrier for what has none planned. */
export const cutOffTonight = ({ cutOff, services }: Tonight, carrier: string | null, service: string | null): CutOffOfDay | null => {
  const own = services.find((one) => one.carrier === carrier && one.service === service);
  return own ? own.cutOff : cutOff;
};

/** More than any node has waiting. */
export const ANY_NUMBER = 1_000_000;

/** How much of what waits at a node is ready by tonight's cut-off, by its calendar and its minutes for each order, begun now. */
export function tonightAt(node: Node, shipping: Pick<ShippingFacts, "calendars" | "services">, now: Instant): Tonight {
  const day = localDay(now, node.timeZone);
  const date = dateOfDay(day);
  const leavesToday = (before: number, service: CarrierService | null = null): boolean => {
    const shipDate = shipTime(node, service, shipping, now, before)?.shipDate;
    return shipDate !== undefined && shipDate <= date;
  };
  const { status, operations: { pausedUntil, capacity: { ordersPerDay } } } = node;
  const closed = status === "offline" || (pausedUntil !== null && pausedUntil > now && !leavesToday(0));
  const most = ordersPerDay ?? ANY_NUMBER;
  const manages = closed ? 0 : firstThatFails(leavesToday, most);
  const cutOff = cutOffOfDay(node, null, shipping, now);
  const services = [...shipping.services.values()].filter((service) => takes(node, service)).map((service): ServiceTonight => ({
    carrier: service.carrier, service: service.code, cutOff: cutOffOfDay(node, service, shipping, now),
    manages: closed ? 0 : hasOwnTime(node, service) ? firstThatFails((before) => leavesToday(before, service), most) : manages,
  }));
  return { date, endsAt: instantOfDay(day + 1, 0, node.timeZone), closed, manages, cutOff, services: services.filter((one) => one.manages !== manages || one.cutOff?.at !== cutOff?.at || one.cutOff?.kind !== cutOff?.kind) };
}

/** Whether a service may be collected at another time than the node's own cut-off: by a cut-off of its own or its carrier's, or on days of its own. */
const hasOwnTime = ({ operations: { cutOffs } }: Node, service: CarrierService): boolean => service.calendar !== null || cutOffs.some(({ carrier }) => carrier === service.carrier);

const takes = ({ operations: { services } }: Node, service: CarrierService): boolean => services === null || services.includes(serviceKey(service.carrier, service.code));

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
