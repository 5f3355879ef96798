import type { Instant } from "../kernel/index.ts";
import { type ShippingNode, shipTime, workOf } from "./ship-times.ts";
import type { CarrierService, ShippingFacts, ShipTime } from "./types.ts";

interface Known {
  readonly backlogOrders: number;
  readonly from: Instant;
  readonly time: ShipTime;
}

/** Ship times of one set of facts: each is worked out once for as long as the date that it gives holds, and the node stays as it is. */
export class ShipTimes {
  readonly #facts: Pick<ShippingFacts, "calendars">;
  /** The last answer for each service and node; with versions of nodes that nobody uses any more it goes. */
  readonly #known = new Map<CarrierService | null, WeakMap<ShippingNode, Known>>();

  constructor(facts: Pick<ShippingFacts, "calendars">) {
    this.#facts = facts;
  }

  /** As shipTime. */
  of(node: ShippingNode, service: CarrierService | null, at: Instant, backlogOrders: number): ShipTime | null {
    let byNode = this.#known.get(service);
    if (byNode === undefined) this.#known.set(service, (byNode = new WeakMap()));
    const known = byNode.get(node);
    if (known !== undefined && known.backlogOrders === backlogOrders && known.from <= at && at <= known.time.validUntil) {
      return known.from === at ? known.time : this.#later(known, node, at);
    }
    const time = shipTime(node, service, this.#facts, at, backlogOrders);
    if (time !== null) byNode.set(node, { backlogOrders, from: at, time });
    return time;
  }

  /** The date stays; when the work ends, and whose hour it takes, is the later order's own. */
  #later({ time, backlogOrders }: Known, node: ShippingNode, at: Instant): ShipTime {
    const work = workOf(node, this.#facts, at, backlogOrders);
    return work ? { ...time, readyAt: work.readyAt, workHour: work.workHour, leavesAt: Math.max(time.leavesAt, work.readyAt) } : time;
  }
}
