import type { Node } from "../catalog/index.ts";
import type { Instant } from "../kernel/index.ts";
import { serviceKey } from "./facts.ts";
import { type ShippingNode, shipTime, workOf } from "./ship-times.ts";
import type { CarrierService, ShippingFacts, ShipTime } from "./types.ts";

interface Known {
  readonly node: ShippingNode;
  readonly service: CarrierService | null;
  readonly from: Instant;
  readonly time: ShipTime;
}

/** Ship times of one set of facts: each is worked out once for as long as the date that it gives holds. */
export class ShipTimes {
  readonly #facts: Pick<ShippingFacts, "calendars">;
  readonly #most: number;
  readonly #known = new Map<string, Known>();

  /** Keeps at most so many answers, and forgets the oldest. */
  constructor(facts: Pick<ShippingFacts, "calendars">, most = 50_000) {
    this.#facts = facts;
    this.#most = most;
  }

  /** As shipTime. */
  of(node: ShippingNode & Pick<Node, "id">, service: CarrierService | null, at: Instant, backlogOrders: number): ShipTime | null {
    const key = `${node.id} ${backlogOrders} ${service ? serviceKey(service.carrier, service.code) : ""}`;
    const known = this.#known.get(key);
    if (known && known.node === node && known.service === service && known.from <= at && at <= known.time.validUntil) return this.#later(known, at, backlogOrders);
    const time = shipTime(node, service, this.#facts, at, backlogOrders);
    this.#known.delete(key);
    if (time === null) return null;
    const [oldest] = this.#known.size >= this.#most ? this.#known.keys() : [];
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, { node, service, from: at, time });
    return time;
  }

  /** The date stays; when the work ends, and whose hour it takes, is the later order's own. */
  #later({ node, time }: Known, at: Instant, backlogOrders: number): ShipTime {
    const work = workOf(node, this.#facts, at, backlogOrders);
    return work ? { ...time, readyAt: work.readyAt, workHour: work.workHour, leavesAt: Math.max(time.leavesAt, work.readyAt) } : time;
  }
}
