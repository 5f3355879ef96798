import type { Lease } from "./integration.ts";
import type { CancellationTold, FulfilmentTold, WriteBackResult } from "./write-back.ts";

/** Ports of calling channels: what they are told, and what they are asked because a message did not say it. All times are the database's own. */

export type CallKind = "fulfil" | "cancel" | "stock" | "look_up";
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
    | { readonly kind: "fulfil"; readonly told: FulfilmentTold }
    | { readonly kind: "cancel"; readonly told: CancellationTold }
    | { readonly kind: "stock"; readonly told: StockToTell }
    /** What a message named, in the channel's words. */
    | { readonly kind: "look_up"; readonly subject: string }
    | null;
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
  /** Claims due work of active connections, at most `perConnection` of each that is not resting. */
  claim(tenantId: number, claim: { readonly perConnection: number; readonly resting: readonly string[]; readonly claimMs: number }): Promise<readonly ClaimedCall[]>;
  /** Records how it ended; false where the claim was taken over meanwhile. `told` is what the channel shows of stock now. */
  finish(tenantId: number, call: ClaimedCall, result: WriteBackResult, pauseMs: number, told: Readonly<Record<string, number>> | null): Promise<boolean>;
  list(tenantId: number, filter: { readonly connectionId: string | null; readonly state: CallState | null; readonly orderId: string | null; readonly after: string | null; readonly limit: number }): Promise<readonly ChannelCallView[]>;
  /** Makes work due again at once, its attempts counted anew; null where there is none of this id. */
  retry(tenantId: number, id: string): Promise<ChannelCallView | null>;
}
