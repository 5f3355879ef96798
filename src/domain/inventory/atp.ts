import type { Item } from "../catalog/index.ts";
import type { Instant } from "../kernel/index.ts";
import { protectedUnits } from "./stock-book.ts";
import type { DemandRow, StockRow, Supply } from "./types.ts";

export interface NodeAvailability {
  readonly nodeId: string;
  readonly onHand: number;
  readonly inbound: number;
  readonly reserved: number;
  readonly soft: number;
  readonly protected: number;
  readonly atp: number;
}

/**
 * ATP(t) = max(0, on hand + inbound due by t x confidence - reserved - soft - protected), in counted units,
 * per domain.md. All claims of today count from today on, so supply minus demand only grows with time and its
 * look-ahead minimum is its value at t. A node that is physically short has nothing to promise from hand.
 */
export function nodeAvailability(item: Item, nodeId: string, row: StockRow | undefined, supplies: readonly Supply[], at: Instant): NodeAvailability {
  const { onHand, reserved, soft } = row ?? { onHand: 0, reserved: 0, soft: 0 };
  const inbound = supplies
    .filter((supply) => supply.nodeId === nodeId && supply.dueAt <= at)
    .reduce((sum, supply) => sum + Math.floor((Math.max(0, supply.quantity - supply.received) * supply.confidence) / 100), 0);
  const kept = protectedUnits(onHand, item);
  return { nodeId, onHand, inbound, reserved, soft, protected: kept, atp: Math.max(0, onHand + inbound - reserved - soft - kept) };
}

/** Network ATP = sum over nodes - unassigned demand - the channel's buffer, never below zero. */
export const networkAtp = (nodes: readonly NodeAvailability[], demand: DemandRow | undefined, buffer: number): number =>
  Math.max(0, nodes.reduce((sum, node) => sum + node.atp, 0) - (demand ? demand.pending + demand.waiting + demand.soft : 0) - buffer);
