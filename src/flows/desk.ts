import { RISK_CAUSES } from "../domain/fulfillment/index.ts";
import { publicId, shipmentId } from "../domain/kernel/index.ts";
import type { HoldKind } from "../domain/order/index.ts";
import type { Page } from "./queries.ts";

/** Where the entries of a queue come from. */
export type QueueSource = "exception" | "hold" | "call" | "message" | "work" | "promise";

/** Everything of one cause that stops orders. */
export interface Queue {
  readonly code: string;
  readonly name: string;
  readonly source: QueueSource;
  /** Which of its source: the kind of exceptions and holds, the level of promises. */
  readonly key: string;
}

const EXCEPTIONS = {
  NO_STOCK: "Nowhere in stock", NO_ROUTE: "No rule lets it go", ATTEMPTS_EXHAUSTED: "Came back too often", SHORT_RELEASED: "Missing at a node",
  LOST_IN_TRANSIT: "Lost by the carrier", RETURNED_TO_SENDER: "Came back undelivered",
} as const;
const HOLD_NAMES: Readonly<Record<HoldKind, string>> = {
  ITEM: "Unknown goods", ADDRESS: "Address", PAYMENT: "Payment", FRAUD: "Fraud", CREDIT: "Credit", APPROVAL: "Approval", PRICING: "Price", TAX: "Tax", CHANNEL_CHANGE: "Change at the channel",
  CHANNEL_PAUSED: "Channel paused", CUSTOMER: "Customer", MANUAL: "Held by hand",
};

/** Every queue there is, in the order in which a desk shows them. */
export const QUEUES: readonly Queue[] = [
  { code: "promise_late", name: "Promise will be missed", source: "promise", key: "late" },
  { code: "promise_at_risk", name: "Promise at risk", source: "promise", key: "at_risk" },
  ...Object.entries(EXCEPTIONS).map(([key, name]): Queue => ({ code: key.toLowerCase(), name, source: "exception", key })),
  ...Object.entries(HOLD_NAMES).map(([key, name]): Queue => ({ code: `hold_${key.toLowerCase()}`, name: `Held: ${name}`, source: "hold", key })),
  { code: "dead_calls", name: "Channel could not be told", source: "call", key: "dead" },
  { code: "quarantined_messages", name: "Message not understood", source: "message", key: "quarantined" },
  { code: "parked_work", name: "Next work failed", source: "work", key: "parked" },
];

/** An entry of a queue: one cause, and what it stops. */
export interface DeskRow {
  /** Public id of the cause: an exception, a hold (hld_<order>_<n>), a call, a message, parked work, or the order of a promise. */
  readonly subject: string;
  /** When the cause came up; of a promise, when its order was placed. */
  readonly since: number;
  readonly reason: string;
  readonly owner: string | null;
  readonly snoozedUntil: number | null;
  readonly orderId: string | null;
  readonly orderNumber: number | null;
  readonly currency: string | null;
  readonly totalMinor: number | null;
  readonly lineNo: number | null;
  readonly shipmentNo: number | null;
  readonly holdNo: number | null;
  readonly sku: string | null;
  readonly node: string | null;
  readonly channel: string | null;
  readonly variant: string | null;
}

export const FIX_ACTIONS = ["route_again", "override_routing", "count_stock", "resolve", "map_variant", "resume_channel", "release_hold", "retry_call", "replay_message", "retry_work", "re_evaluate"] as const;

/** An existing operation that helps, as a screen offers it: with what `needs` names added to the body, it can be sent as it is. */
export interface DeskFix {
  readonly action: (typeof FIX_ACTIONS)[number];
  readonly sentence: string;
  /** Fields of the body that only a person can fill. */
  readonly needs: readonly string[];
  readonly operation: { readonly method: "POST"; readonly path: string; readonly body: Readonly<Record<string, unknown>> };
}

const WHY = "exceptions desk";
const fix = (action: DeskFix["action"], path: string, body: Readonly<Record<string, unknown>>, sentence: string, needs: readonly string[] = []): DeskFix =>
  ({ action, sentence, needs, operation: { method: "POST", path, body } });
const orderPath = ({ orderId }: DeskRow): string => `/v1/orders/${publicId("order", orderId ?? "")}`;

/** What to do about an entry: the usual way to clear its cause. */
export function fixOf({ source, key }: Queue, row: DeskRow): DeskFix {
  const { subject } = row;
  switch (source) {
    case "exception":
      return fixOfException(key, row);
    case "hold":
      return fixOfHold(key, row);
    case "call":
      return fix("retry_call", `/v1/channel-calls/${subject}/retry`, {}, "Tell the channel again: it is looked at first, so nothing is done twice.");
    case "message":
      return fix("replay_message", `/v1/inbox/${subject}/replay`, {}, "Take the message in again: what it says is done once, however often it is taken in.");
    case "work":
      return fix("retry_work", `/v1/parked-work/${subject}/retry`, {}, "Do the next work again.");
    case "promise":
      return fix("re_evaluate", "/v1/re-evaluations", { orders: [subject], dry_run: false }, "Decide again where it is sent from, as far as its node was not told of it yet.");
  }
}

function fixOfException(kind: string, row: DeskRow): DeskFix {
  switch (kind) {
    case "NO_ROUTE":
      return fix("override_routing", `${orderPath(row)}/override-routing`, { ...linesOf(row), reason: WHY }, "Send it from a node of your choice, whatever the rules say.", ["node"]);
    case "SHORT_RELEASED":
      return fix("count_stock", "/v1/stock/counts", { sku: row.sku, node: row.node }, "Count what is there: a count that covers what was released ends the shortage.", ["quantity"]);
    case "LOST_IN_TRANSIT":
    case "RETURNED_TO_SENDER":
      return fix("resolve", `/v1/exceptions/${row.subject}/resolve`, {}, "Settle it with the customer, and say here what was done.", ["reason"]);
    default:
      return fix("route_again", `${orderPath(row)}/route`, {}, "Look again for a node: that helps where stock came in or a rule changed. Otherwise cancel the line.");
  }
}

function fixOfHold(kind: string, row: DeskRow): DeskFix {
  const { channel, variant, holdNo } = row;
  if (kind === "ITEM" && channel !== null && variant !== null) {
    return fix("map_variant", "/v1/listings", { channel, variant }, `Say which item the channel means by "${variant}": every order that waits for it goes on.`, ["sku"]);
  }
  if (kind === "CHANNEL_PAUSED" && channel !== null) return fix("resume_channel", `/v1/channels/${encodeURIComponent(channel)}/resume`, {}, `Let the orders of ${channel} through again, all of them.`);
  return fix("release_hold", `${orderPath(row)}/holds/${holdNo ?? 0}/release`, { reason: WHY }, "Release the hold: what waited for it goes on.");
}

const linesOf = ({ lineNo }: DeskRow): Readonly<Record<string, unknown>> => (lineNo === null ? {} : { lines: [lineNo] });

const RISKS: Readonly<Record<string, string>> = RISK_CAUSES;

/** What stops it, as a sentence: of a date it is kept as a code. */
export function reasonOf({ source }: Queue, { reason }: Pick<DeskRow, "reason">): string {
  const risk = source === "promise" ? RISKS[reason] : undefined;
  return risk === undefined ? reason : `${risk.slice(0, 1).toUpperCase()}${risk.slice(1)}.`;
}

/** What an entry is about, for people and screens. */
export function subjectOf({ orderId, lineNo, shipmentNo, sku, node, channel, subject }: DeskRow): Readonly<Record<string, string | number>> {
  const parts = {
    order: orderId === null ? null : publicId("order", orderId), line: lineNo, shipment: orderId === null || shipmentNo === null ? null : shipmentId(orderId, shipmentNo), sku, node, channel,
    call: subject.startsWith("cal_") ? subject : null, message: subject.startsWith("msg_") ? subject : null, work: subject.startsWith("prk_") ? subject : null,
  };
  return Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** Entries of a queue that are counted, and the oldest orders of which money is summed, at most. */
export const COUNTED_MAX = 5_000;
export const SUMMED_MAX = 1_000;
/** Entries that one bulk call takes. */
export const BULK_MAX = 1_000;

export interface QueueSums {
  readonly code: string;
  /** Up to COUNTED_MAX + 1. */
  readonly open: number;
  readonly oldest: number | null;
  readonly mine: number;
  readonly snoozed: number;
  readonly orders: number;
  readonly money: readonly { readonly currency: string; readonly total_minor: number }[];
}

export interface DeskFilter {
  readonly queue: Queue;
  /** Only these, in any case. */
  readonly subjects: readonly string[] | null;
  /** "" for nobody's; null for anybody's. */
  readonly owner: string | null;
  readonly snoozed: "without" | "only" | "all";
  readonly now: number;
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** What is noted of an entry, or taken back; the rest stays as it is. */
export type DeskNote =
  | { readonly owner: string; readonly snoozedUntil?: never; readonly takeBack?: never }
  | { readonly snoozedUntil: number; readonly owner?: never; readonly takeBack?: never }
  | { readonly takeBack: "owner" | "rest"; readonly owner?: never; readonly snoozedUntil?: never };

export interface DeskStats {
  readonly opened: number;
  readonly resolved: number;
  readonly closed: number;
  /** Of those that ended, in seconds; null where none did. */
  readonly medianAge: number | null;
}

export interface DeskQueries {
  deskSums(tenantId: number, me: string, now: number): Promise<readonly QueueSums[]>;
  /** Oldest first. */
  deskItems(tenantId: number, filter: DeskFilter): Promise<Page<DeskRow>>;
  deskStats(tenantId: number, since: number): Promise<DeskStats>;
}

/** What people note of entries. */
export interface Desk {
  /** Answers the id by which the change can be taken back; null where it took something back itself. */
  note(tenantId: number, queue: string, subjects: readonly string[], note: DeskNote, who: { readonly actor: string; readonly now: number }): Promise<string | null>;
  /** Puts those of the entries that nobody has changed since a change back to how they were before it; answers which. */
  undo(tenantId: number, queue: string, subjects: readonly string[], change: string, who: { readonly actor: string; readonly now: number }): Promise<ReadonlySet<string>>;
  /** Forgets notes of entries whose cause is gone, and rests that have ended, so many at most; answers how many. */
  sweep(tenantId: number, now: number, limit: number): Promise<number>;
}
