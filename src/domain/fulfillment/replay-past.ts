import type { Condition, ShipSlot } from "../inventory/index.ts";
import { type Instant, parsePublicId } from "../kernel/index.ts";
import { type Bucket, CARRIER_OUTCOMES, type CarrierOutcome, noUnits, type Order, type Shipment, WORKED } from "../order/index.ts";

const OUTCOMES: ReadonlySet<string> = new Set(CARRIER_OUTCOMES);

/** One entry of the line ledger. */
export interface PastMove {
  readonly orderId: string;
  readonly lineNo: number;
  readonly itemId: string;
  readonly from: Bucket | null;
  readonly to: Bucket | CarrierOutcome;
  readonly quantity: number;
  readonly nodeId: string | null;
  readonly shipmentNo: number | null;
}

/** What a shipment has of its node's capacity. */
export interface ShipmentClaim {
  readonly nodeId: string;
  readonly slot: ShipSlot;
  readonly units: number;
  /** Where its release moves it to. */
  readonly later?: ShipSlot;
}

/** Names a shipment in one word. */
export const shipmentKey = (orderId: string, shipmentNo: number): string => `${orderId}|${shipmentNo}`;

/** The slot that a shipment had before its release moved it on; null where it stayed. */
export function slotBefore({ type, data: { moved_from: from } }: PastEvent): ShipSlot | null {
  if (type !== "ShipmentReleased" || !Array.isArray(from)) return null;
  const [date, hour]: unknown[] = from;
  return typeof date === "string" && typeof hour === "number" ? { date, hour } : null;
}

/** By how many units a movement raises what its shipment claims of capacity. */
export function claimChange({ from, to, quantity, nodeId, shipmentNo }: PastMove): number {
  const [before, after] = [from !== null && WORKED.has(from), WORKED.has(to)];
  return nodeId === null || shipmentNo === null || before === after || OUTCOMES.has(to) ? 0 : after ? quantity : -quantity;
}

/** One entry of the stock ledger. */
export interface PastStock {
  readonly itemId: string;
  readonly nodeId: string;
  readonly owner: string;
  readonly condition: Condition;
  readonly kind: string;
  readonly onHand: number;
}

/** An event of the log, with the entries of both ledgers that were written with it. */
export interface PastEvent {
  readonly position: number;
  /** The same for all events of one commit. */
  readonly commit: string;
  readonly at: Instant;
  readonly type: string;
  readonly orderId: string | null;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly moves: readonly PastMove[];
  readonly stock: readonly PastStock[];
}

/**
 * An order as it came in: nothing of it placed, its lines with the units they had then. Its holds are all that it ever had, its
 * document and its destination those of today.
 */
export function asCaptured(order: Order, moves: readonly PastMove[]): Order {
  const units = new Map<number, number>();
  for (const { lineNo, from, quantity } of moves) if (from === null) units.set(lineNo, (units.get(lineNo) ?? 0) + quantity);
  return {
    ...order, status: "PENDING", decisions: 0, shipments: [], excluded: [],
    lines: order.lines.filter((line) => line.document.kit !== undefined || units.has(line.lineNo)).map((line) => ({ ...line, ordered: units.get(line.lineNo) ?? 0, attempts: 0, units: noUnits() })),
  };
}

/** A copy, with the holds it came with, of which the changeable parts are its own: each world of a simulation has one. */
export const copyOf = (order: Order): Order => ({
  ...order, shipments: [], excluded: [], lines: order.lines.map((line) => ({ ...line, units: { ...line.units } })),
  holds: order.holds.filter(({ placedAt }) => placedAt <= order.capturedAt).map((hold) => ({ ...hold, releasedAt: null, releasedBy: null, releaseReason: null })),
});

/** The soft claim that an event is about. */
export const claimIdOf = ({ type, data }: Pick<PastEvent, "type" | "data">): string | null => (type.startsWith("Claim") ? (parsePublicId("claim", String(data["claim"])) ?? null) : null);

/** Whether a shipment's node was told of it, and has not packed it. */
export const isAtWork = ({ lines }: Shipment): boolean => [...lines.values()].some(({ released, picked }) => released + picked > 0);

const AT_WORK: ReadonlySet<string> = new Set(["released", "picked"]);

/** By how many the shipments that wait at nodes become more with one event: those that nodes are told of, less those that they have packed or given up. */
export function workChange(moves: readonly PastMove[]): ReadonlyMap<string, number> {
  const change = new Map<string, number>();
  for (const { from, to, nodeId } of moves) {
    const [before, after] = [from !== null && AT_WORK.has(from), AT_WORK.has(to)];
    if (nodeId !== null && before !== after) change.set(nodeId, after ? 1 : -1);
  }
  return change;
}
