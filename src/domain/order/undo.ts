import { accept, type EventType, type Outcome, refuse } from "../kernel/index.ts";
import type { DeskChange } from "./desk.ts";
import type { Hold } from "./types.ts";

/** Actions over many orders that can be taken back, by the event that each leaves in the log of an order. */
export const UNDOABLE = { hold: "HoldPlaced", tag: "OrderTagged", untag: "OrderTagged", assign: "OrderAssigned" } as const satisfies Readonly<Record<string, EventType>>;
export type Undoable = keyof typeof UNDOABLE;

/** A change of an order as its log has it: what it came through, and what it was. */
export interface LoggedChange {
  readonly via: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The hold that an action placed, where it is still open. The log has the latest first; `action` is its public id. Refused with CHANGED_SINCE. */
export function holdPlacedBy(action: string, log: readonly LoggedChange[], holds: readonly Hold[]): Outcome<number> {
  const holdNo = log.find(({ via }) => via === action)?.data["hold_no"];
  const hold = holds.find((one) => one.holdNo === holdNo);
  if (hold === undefined) return unknown();
  if (hold.releasedAt !== null) return refuse("CHANGED_SINCE", `Hold ${hold.holdNo} was released at ${new Date(hold.releasedAt).toISOString()}.`);
  return accept(hold.holdNo);
}

/**
 * What takes back what an action changed of an order's tags or assignee: only that of it which nobody has touched since. The log has the
 * latest first and only changes of the same kind; `action` is its public id. Refused with CHANGED_SINCE where nothing is left to take back.
 */
export function changeBack(action: string, log: readonly LoggedChange[], kind: Exclude<Undoable, "hold">): Outcome<DeskChange> {
  const at = log.findIndex(({ via }) => via === action);
  const own = log[at];
  if (own === undefined) return unknown();
  const since = log.slice(0, at);
  if (kind === "assign") {
    const before = own.data["from"];
    return since.length > 0 ? refuse("CHANGED_SINCE", "Somebody has said since who looks after the order.") : accept({ type: "assign", assignee: typeof before === "string" ? before : null });
  }
  const touched = new Set(since.flatMap(({ data }) => [...textsIn(data["added"]), ...textsIn(data["removed"])]));
  const [remove, add] = [textsIn(own.data["added"]).filter((tag) => !touched.has(tag)), textsIn(own.data["removed"]).filter((tag) => !touched.has(tag))];
  return remove.length + add.length === 0 ? refuse("CHANGED_SINCE", "Somebody has put these tags on or taken them off since.") : accept({ type: "change_tags", add, remove });
}

/** The texts of a list as an event has it. */
export const textsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);

/** Its log is read back so far and no further. */
const unknown = (): Outcome<never> => refuse("CHANGED_SINCE", "The order was changed too often since to tell what this action did.");
