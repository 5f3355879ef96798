import type { DifferenceKind, OrderFigures, OrderThere } from "../domain/order/index.ts";
import type { CalledConnection } from "./channel-calls.ts";
import type { ArrivedMessage } from "./inbox.ts";
import type { Lease } from "./integration.ts";
import type { CallChannel, ChannelAccess, Unfinished } from "./write-back.ts";

/** Ports of reconciliation: every so often the orders that a channel changed are read again and compared with ours. */

/** An order as the channel answers it: what its kind of channel translates under the topic SWEPT. */
export interface ListedOrder {
  readonly externalId: string;
  readonly body: unknown;
}

export interface OrderPage {
  readonly kind: "page";
  readonly orders: readonly ListedOrder[];
  /** Where the next page begins; null after the last one. It stays good for hours: a sweep goes on after a crash. */
  readonly next: string | null;
}

/** How a kind of channel lists orders. */
export interface Reconcile extends ChannelAccess {
  /** Milliseconds: an order that was placed longer ago may not be listed. Absent where all are. */
  readonly reachMs?: number;
  /**
   * One page of the orders that changed at or after `since`, in milliseconds. An order may come twice; none is left out because
   * others change meanwhile.
   */
  page(asked: { readonly since: number; readonly cursor: string | null }, call: CallChannel): Promise<OrderPage | Unfinished>;
}

export type SweepState = "reading" | "comparing" | "done" | "failed";

/** Orders, minor units and units of goods in one currency, at the channel and here. */
export interface SweepFigures {
  readonly currency: string;
  readonly there: FiguresSum;
  readonly here: FiguresSum;
}
export interface FiguresSum {
  readonly orders: number;
  readonly totalMinor: number;
  readonly units: number;
}

export interface SweepCounts {
  /** Different orders that the channel listed, and those of them whose state cannot be read. */
  readonly seen: number;
  readonly unreadable: number;
  /** Put into the inbox because nobody knew the order, or because the channel's state is newer than ours. */
  readonly fetchedMissing: number;
  readonly fetchedNewer: number;
  /** What the comparison found. */
  readonly missingHere: number;
  readonly unknownThere: number;
  readonly differing: number;
}

export interface ChannelSweep {
  readonly id: string;
  readonly connectionId: string;
  readonly connection: string;
  readonly since: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly state: SweepState;
  readonly pages: number;
  readonly counts: SweepCounts;
  readonly figures: readonly SweepFigures[];
  readonly attempts: number;
  readonly note: string | null;
}

/** A sweep that is under way. */
export interface OpenSweep {
  readonly id: string;
  readonly state: "reading" | "comparing";
  readonly since: number;
  readonly startedAt: number;
  readonly cursor: string | null;
  readonly attempts: number;
}

/** A connection whose turn it is. */
export interface DueSweep {
  readonly connection: CalledConnection & { readonly channelId: string; readonly captureTestOrders: boolean };
  /** Up to where the channel was swept; before the first sweep, when it was connected. */
  readonly sweptUntil: number;
  /** Null where one is to begin. */
  readonly sweep: OpenSweep | null;
}

/** An order here, and the version of the channel's state that it shows. */
export interface KnownHere {
  readonly orderId: string;
  readonly version: number | null;
  readonly figures: OrderFigures;
}

/** What a page says of one order. */
export interface SeenOrder {
  readonly externalId: string;
  readonly there: OrderThere;
  readonly unreadable: boolean;
  readonly deliveryId: string | null;
}

export interface SweptPage {
  readonly sweep: OpenSweep;
  readonly orders: readonly SeenOrder[];
  readonly missing: readonly ArrivedMessage[];
  readonly newer: readonly ArrivedMessage[];
  readonly next: string | null;
}

/** An order to compare. */
export interface Compared {
  readonly externalId: string;
  readonly there: OrderThere | null;
  readonly here: KnownHere | null;
  /** What became of the message of an order that is not here. */
  readonly note: string | null;
}

/** Both sides of one order that differ in one way. */
export interface Difference extends Compared {
  readonly kind: DifferenceKind;
}

export interface DifferenceKey {
  readonly externalId: string;
  readonly kind: DifferenceKind;
}

export interface DifferenceView {
  readonly externalId: string;
  readonly kind: DifferenceKind;
  readonly orderId: string | null;
  readonly there: OrderFigures | null;
  readonly here: OrderFigures | null;
  readonly note: string | null;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly closedAt: number | null;
}

/** Which orders a comparison goes through, each kind in turn: those the channel listed, ours that it did not, and earlier differences. */
export type ComparedSet = "seen" | "unseen" | "earlier";

export interface ComparedPart {
  readonly set: ComparedSet;
  readonly after: string | null;
  readonly limit: number;
  /** Of ours that the channel did not list: those that were placed since then. */
  readonly placedSince: number;
}

export interface ChannelSweeps {
  /** Connections to sweep now, or the one: those with an unfinished sweep whose time has come, and with `everyMs` those whose last one began that long ago. */
  due(tenantId: number, when: { readonly now: number; readonly everyMs: number | null; readonly connectionId: string | null }): Promise<readonly DueSweep[]>;
  /** Null where one is under way already. */
  begin(tenantId: number, sweep: { readonly id: string; readonly connectionId: string; readonly since: number; readonly now: number }): Promise<OpenSweep | null>;
  /** Up to where a connection was swept, and whether it can be; null where there is none of this id. */
  standing(tenantId: number, connectionId: string): Promise<{ readonly connector: string; readonly called: boolean; readonly sweptUntil: number } | null>;
  /** Orders of a channel that are here, and those that were cancelled before, with the version of that. */
  known(tenantId: number, channelId: string, externalIds: readonly string[]): Promise<{ readonly here: ReadonlyMap<string, KnownHere>; readonly buried: ReadonlyMap<string, number> }>;
  /** Keeps a page, its messages and where the next one begins in one commit; null where the fence is stale or the sweep is elsewhere. */
  savePage(lease: Lease, page: SweptPage, now: number): Promise<OpenSweep | null>;
  /** Tries the page in hand again later. */
  putOff(lease: Lease, sweep: OpenSweep, note: string, until: number): Promise<void>;
  fail(lease: Lease, sweep: OpenSweep, note: string, now: number): Promise<void>;
  /** Whether messages of this sweep are still to be taken in. */
  isTakenIn(tenantId: number, sweep: OpenSweep, connectionId: string): Promise<boolean>;
  /** The next orders of a set after a place that an earlier answer named, and the place after them; null where there are no more. */
  compared(tenantId: number, due: DueSweep, sweep: OpenSweep, part: ComparedPart): Promise<{ readonly orders: readonly Compared[]; readonly next: string | null }>;
  /** Keeps differences and closes others. False, and nothing is written, where the fence is stale. */
  saveDifferences(lease: Lease, connectionId: string, found: readonly Difference[], gone: readonly DifferenceKey[], now: number): Promise<boolean>;
  finish(lease: Lease, sweep: OpenSweep, connectionId: string, figures: readonly SweepFigures[], now: number): Promise<boolean>;

  list(tenantId: number, connectionId: string, filter: { readonly before: string | null; readonly limit: number }): Promise<readonly ChannelSweep[]>;
  /** The latest of each connection. */
  latest(tenantId: number): Promise<readonly ChannelSweep[]>;
  differences(tenantId: number, connectionId: string, filter: { readonly open: boolean; readonly after: readonly [externalId: string, kind: string] | null; readonly limit: number }): Promise<readonly DifferenceView[]>;
}
