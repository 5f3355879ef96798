import { type RefusalCode, REFUSALS } from "../domain/kernel/index.ts";
import type { OrderLineView, OrderView } from "./queries.ts";

export const SINGLE_ACTIONS = ["hold", "release_hold", "release", "cancel", "reroute", "override"] as const;

/** What can be done to an order as it is, and what keeps the rest from being done: the code, what it means here, and what to do about it. */
export interface PossibleAction {
  readonly action: (typeof SINGLE_ACTIONS)[number];
  readonly allowed: boolean;
  readonly reason?: { readonly code: string; readonly detail: string; readonly fix: string } | undefined;
}

type Seen = Pick<OrderView, "status" | "lines" | "holds" | "shipments">;
type Reason = readonly [RefusalCode, string] | null;

const units = ({ lines }: Seen, buckets: readonly string[]): number => lines.reduce((sum, line) => sum + buckets.reduce((of, bucket) => of + (line.buckets[bucket] ?? 0), 0), 0);
const WAITING = ["pending", "backordered", "preordered"];
const LIVE = [...WAITING, "reserved", "released", "picked", "packed"];

/** What the order itself says; whether a node has goods, room and an open day is only known by deciding, which a preview does. */
export function possibleActions(order: Seen): readonly PossibleAction[] {
  const live = units(order, LIVE);
  const reasons: Readonly<Record<PossibleAction["action"], Reason>> = {
    hold: live === 0 ? ["NOT_IN_STATE", `The order is ${order.status}; there is nothing to hold.`] : null,
    release_hold: open(order).length === 0 ? ["NOTHING_TO_DO", "The order has no open hold."] : null,
    release: releaseReason(order),
    cancel: live === 0 ? ["ALREADY_SHIPPED", "Nothing of this order can still be cancelled."] : null,
    reroute: units(order, WAITING) === 0 ? ["NOTHING_TO_DO", "Nothing of the order waits for a node."] : null,
    override: units(order, ["pending", "backordered", "reserved"]) === 0 ? ["NOT_IN_STATE", "Nothing of the order can move to another node: a node is at work on it, or it is gone or cancelled."] : null,
  };
  return SINGLE_ACTIONS.map((action) => {
    const reason = reasons[action];
    return reason === null ? { action, allowed: true } : { action, allowed: false, reason: { code: reason[0], detail: reason[1], fix: REFUSALS[reason[0]].fix } };
  });
}

const open = ({ holds }: Seen): OrderView["holds"] => holds.filter(({ released_at: at }) => at === null);

function releaseReason(order: Seen): Reason {
  const planned = order.shipments.filter(({ status }) => status === "PLANNED");
  if (planned.length === 0) return ["NOT_IN_STATE", "The order has no shipment that waits to be released."];
  const blocking = planned.map((shipment) => open(order).filter((hold) => hold.scope === "order" || hold.shipment === shipment.id || (hold.line !== null && shipment.lines.some(({ line }) => line === hold.line || kitOf(order.lines, line) === hold.line))));
  if (blocking.some((holds) => holds.length === 0)) return null;
  const holds = [...new Set(blocking.flat())];
  return ["HOLD_BLOCKS", `Open holds block the release: ${holds.map(({ kind, reason }) => `${kind} (${reason})`).join(", ")}.`];
}

const kitOf = (lines: readonly OrderLineView[], lineNo: number): number | null => lines.find(({ line }) => line === lineNo)?.parent_line ?? null;
