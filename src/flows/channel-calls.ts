import type { Lease } from "./integration.ts";
import type { AcknowledgementTold, CancellationTold, FulfilmentTold, WriteBackResult } from "./write-back.ts";

/** Ports of calling channels: what they are told, and what they are asked because a message did not say it. All times are the database's own. */

export const CALL_KINDS = ["acknowledge", "fulfil", "cancel", "stock", "look_up"] as const;
export type CallKind = (typeof CALL_KINDS)[number];
export type CallState = "pending" | "done" | "dead";

/** Where and how a channel is called. */
export interface CalledConnection {
  readonly id: string;
  readonly connector: string;
  readonly channel: string;
  readonly baseUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
  /** Which node is which place of the channel. */
  readonly places: Readonly<Record<string, string>>;
}

/** A variant whose stock is to be told; the figures are read when it is told. */
export interface StockToTell {
  readonly variantId: string;
  readonly sku: string;
  /** Counted units of the item in one of the variant. */
  readonly perUnit: number;
  readonly toldBefore: Readonly<Record<string, number>> | null;
}

/** One piece of work that this process may do now, with all it needs. */
export interface ClaimedCall {
  readonly id: string;
  readonly connection: CalledConnection;
  readonly fence: number;
  readonly wanted: number;
  readonly attempts: number;
  readonly dueSince: number;
  /** Null where what it is about is gone: then there is nothing to tell. */
  readonly work:
    | { readonly kind: "acknowledge"; readonly told: AcknowledgementTold }
    | { readonly kind: "fulfil"; readonly told: FulfilmentTold }
    | { readonly kind: "cancel"; readonly told: CancellationTold }
    | { readonly kind: "stock"; readonly told: StockToTell }
    /** What a message named, in the channel's words. */
    | { readonly kind: "look_up"; readonly subject: string }
    | null;
}

/** How a claimed piece of work ended. */
export interface EndedCall {
  readonly call: ClaimedCall;
  readonly result: WriteBackResult;
  /** Before it is tried again. */
  readonly pauseMs: number;
  /** What the channel shows of stock now; null where that did not change. */
  readonly told: Readonly<Record<string, number>> | null;
}

export interface ChannelCallView {
  readonly id: string;
  readonly connectionId: string;
  readonly connection: string;
  readonly kind: CallKind;
  readonly subject: string;
  readonly orderId: string | null;
  readonly state: CallState;
  readonly attempts: number;
  readonly note: string | null;
  readonly dueSince: number;
  readonly nextAttemptAt: number | null;
  readonly finishedAt: number | null;
}

export interface ChannelCalls {
  /** Notes what the next events mean for channels and moves the consumer past them, in one commit; null where the fence is stale. */
  note(lease: Lease, consumer: string, limit: number): Promise<{ readonly events: number; readonly made: number } | null>;
  /** Claims due work of active connections: of each that is not resting at most `perConnection` beside stock, and of stock `stockPerConnection`. */
  claim(tenantId: number, claim: { readonly perConnection: number; readonly stockPerConnection: number; readonly resting: readonly string[]; readonly claimMs: number }): Promise<readonly ClaimedCall[]>;
  /** Records how work of one connection ended, and returns of how much: what was taken over meanwhile is left out. */
  finish(tenantId: number, ended: readonly EndedCall[]): Promise<number>;
  /** Lets go of claimed work that was not begun, so that any process can claim it at once. */
  giveBack(tenantId: number, calls: readonly ClaimedCall[]): Promise<void>;
  list(tenantId: number, filter: { readonly connectionId: string | null; readonly state: CallState | null; readonly orderId: string | null; readonly after: string | null; readonly limit: number }): Promise<readonly ChannelCallView[]>;
  /** Makes work due again at once, its attempts counted anew; null where there is none of this id. */
  retry(tenantId: number, id: string): Promise<ChannelCallView | null>;
}
