import type { Node } from "../catalog/index.ts";
import { distanceMetres, namedPlaces, placesOf } from "../routing/index.ts";
import type { ReplayLosses } from "./replay.ts";
import type { Placements, ReplayedOrder } from "./replayed-order.ts";
import { difference, type Difference, type Side } from "./what-if-difference.ts";

/** What a node had to do in a world: its shares of orders, and their units. */
export interface NodeShare {
  readonly nodeId: string;
  readonly shipments: number;
  readonly units: number;
}

/** A world in figures, by what stands at its end: what a node refused counts where it went then, what was cancelled nowhere. Costs are micro-units of the base currency as its own rules weigh them, distances metres from node to destination, summed over shipments. */
export interface WorldFigures {
  readonly orders: number;
  /** Of which no unit was taken in. */
  readonly refused: number;
  /** Null where the rules of some orders weigh no cost. */
  readonly costMicros: number | null;
  readonly shipments: number;
  /** Orders that more than one node sends. */
  readonly splitOrders: number;
  readonly metres: number;
  /** Shipments whose distance is known. */
  readonly measured: number;
  /** Orders that ask for a day and of which all is planned with one, and those of them that come after it. */
  readonly dated: number;
  readonly late: number;
  readonly unitsWanted: number;
  /** Units that had a node when their order came in, and at the end. */
  readonly unitsFilled: number;
  readonly unitsPlaced: number;
  readonly waitingOrders: number;
  readonly nodes: readonly NodeShare[];
  readonly losses: ReplayLosses;
}

/** An order's going elsewhere, with the sentence that decided it on both sides. */
export interface OrderMove {
  readonly before: Side;
  readonly after: Side;
  readonly beforeReason: string;
  readonly afterReason: string;
  readonly difference: Difference;
}

/** An order that goes elsewhere in one world than in the other. */
export interface MovedOrder extends OrderMove {
  readonly replayed: ReplayedOrder;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Sums a world up, order by order. */
export class WorldSum {
  readonly #sum: Mutable<Omit<WorldFigures, "nodes" | "losses">> = {
    orders: 0, refused: 0, costMicros: 0, shipments: 0, splitOrders: 0, metres: 0, measured: 0, dated: 0, late: 0, unitsWanted: 0, unitsFilled: 0, unitsPlaced: 0, waitingOrders: 0,
  };
  readonly #nodes = new Map<string, { shipments: number; units: number }>();

  add(replayed: ReplayedOrder, nodeOf: (id: string) => Node | undefined): void {
    const { order } = replayed;
    const sum = this.#sum;
    const { units: nodes, costMicros } = replayed.standing();
    const { late } = replayed.arrival();
    sum.orders += 1;
    sum.refused += replayed.refused ? 1 : 0;
    sum.costMicros = sum.costMicros === null || costMicros === null ? null : sum.costMicros + costMicros;
    sum.shipments += nodes.size;
    sum.splitOrders += nodes.size > 1 ? 1 : 0;
    sum.dated += late === null ? 0 : 1;
    sum.late += late === true ? 1 : 0;
    sum.unitsWanted += replayed.wanted;
    sum.unitsFilled += replayed.filled;
    sum.waitingOrders += replayed.isWaiting ? 1 : 0;
    for (const [nodeId, units] of nodes) {
      sum.unitsPlaced += units;
      const share = this.#nodes.get(nodeId) ?? { shipments: 0, units: 0 };
      this.#nodes.set(nodeId, { shipments: share.shipments + 1, units: share.units + units });
      const [from, to] = [nodeOf(nodeId), order.destination];
      if (!from || from.latitude === null || from.longitude === null || !to || to.latitude === null || to.longitude === null) continue;
      sum.metres += distanceMetres({ latitude: from.latitude, longitude: from.longitude }, { latitude: to.latitude, longitude: to.longitude });
      sum.measured += 1;
    }
  }

  figures(losses: ReplayLosses): WorldFigures {
    const nodes = [...this.#nodes].map(([nodeId, share]) => ({ nodeId, ...share })).toSorted((a, b) => b.shipments - a.shipments || (a.nodeId < b.nodeId ? -1 : 1));
    return { ...this.#sum, nodes, losses };
  }
}

const sideOf = ({ placed, costMicros }: Placements, arrives: string | null, waiting: boolean, knowsCost: boolean): Side => ({ placed, waiting, costMicros: knowsCost ? costMicros : null, arrives });

/** Lines by node, the nodes by their first lines. */
function sharesOf({ placed }: Placements): { readonly node: string; readonly lineNos: readonly number[] }[] {
  const lines = new Map<string, number[]>();
  for (const { nodeId, lineNo } of placed) lines.set(nodeId, [...(lines.get(nodeId) ?? []), lineNo]);
  return [...lines].map(([node, lineNos]) => ({ node, lineNos }));
}

/** Why units are where they are. Several decisions that divide an order among nodes know of their own parts only, so what they come to is said before the first of them. */
function reasonOf(side: Placements, { order }: ReplayedOrder, nameOf: (nodeId: string) => string): string {
  const shares = sharesOf(side);
  if (side.found < 2 || shares.length < 2) return side.reason;
  const unitsOf = (lineNo: number): number => side.placed.reduce((sum, one) => sum + (one.lineNo === lineNo ? one.quantity : 0), 0);
  // What was given out a second time did not stay where it was first.
  const isMoved = order.lines.some(({ lineNo, ordered }) => unitsOf(lineNo) > ordered);
  return `${isMoved ? "Given out more than once, to" : "Split over"} ${placesOf(namedPlaces(shares), nameOf)}, in ${side.found} decisions. The first: ${side.reason}`;
}

/** What an order's going elsewhere means, where it does: between two worlds, or between what was recorded and one world. */
export function movedOrder(live: ReplayedOrder, draft: ReplayedOrder | null, nameOf: (nodeId: string) => string): MovedOrder | null {
  const [before, after] = draft === null ? [live.recorded, live.made] : [live.made, draft.made];
  const [liveRefused, then] = [draft !== null && live.refused, draft ?? live];
  if (before.isSame(after) && liveRefused === (draft ?? live).refused) return null;
  const sides = [
    sideOf(before, draft === null ? null : live.arrival().date, draft === null ? false : live.isWaiting, draft !== null), sideOf(after, then.arrival().date, then.isWaiting, draft !== null),
  ] as const;
  return { replayed: then, before: sides[0], after: sides[1], beforeReason: reasonOf(before, live, nameOf), afterReason: reasonOf(after, then, nameOf), difference: difference(sides[0].placed.length === 0 ? null : sides[0], sides[1], nameOf) };
}
