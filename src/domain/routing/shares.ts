import { canShip } from "../catalog/index.ts";
import { networkAvailable } from "../inventory/index.ts";
import { perUnitOf } from "./candidates.ts";
import type { Demand, RoutingRequest } from "./types.ts";

/**
 * What earlier orders leave of each item, shared out to an order's demands: those that are accepted but not placed keep their
 * claim, and nobody routes past them.
 */
export class Shares {
  readonly #wanted: readonly Demand[];
  /** Units of items that earlier orders have a claim to, less that claim; items that nobody waits for are not among them. */
  readonly #free = new Map<string, number>();

  constructor(request: RoutingRequest, wanted: readonly Demand[]) {
    this.#wanted = wanted;
    const online = request.nodes.filter(canShip).map(({ id }) => id);
    for (const { item } of wanted.flatMap(({ parts }) => parts)) {
      const own = request.ownPending.get(item.id) ?? 0;
      const { pending, soft } = request.book.demand(item.id);
      if (pending - own + soft > 0 && !this.#free.has(item.id)) this.#free.set(item.id, Math.max(0, networkAvailable(request.book, item, online) + own));
    }
  }

  /**
   * Units of each demand that it may take: what it has, and what is left of what it wants, the first demand first.
   * @param has units of each demand that have a node.
   * @param takes whether a demand, by its index, takes more than that.
   */
  deal(has: (demand: number) => number, takes: (demand: number) => boolean): number[] {
    if (this.#free.size === 0) return this.#wanted.map(({ quantity }) => quantity);
    const left = new Map(this.#free);
    const take = (demand: Demand, quantity: number): void => {
      for (const item of new Set(demand.parts.map((part) => part.item.id))) {
        const part = demand.parts.find((one) => one.item.id === item);
        const free = left.get(item);
        if (part && free !== undefined) left.set(item, free - quantity * perUnitOf(demand, part));
      }
    };
    this.#wanted.forEach((demand, index) => take(demand, has(index)));
    return this.#wanted.map((demand, index) => {
      const placed = has(index);
      if (!takes(index)) return placed;
      const more = demand.parts.reduce((least, part) => Math.min(least, Math.floor((left.get(part.item.id) ?? Infinity) / perUnitOf(demand, part))), demand.quantity - placed);
      take(demand, more);
      return placed + more;
    });
  }
}
