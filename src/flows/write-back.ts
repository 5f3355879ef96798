/** What channels are told: that an order was taken in, goods that left, orders that were cancelled here, and what can be sold. */

/** One request to a channel. The path follows the connection's base URL; what signs in is added by the connector. */
export interface ChannelRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the channel answered. Only "answered" says that it saw the request whole; after "unknown" it may have done it. */
export type ChannelAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly json: unknown; readonly retryAfterMs: number | null }
  | { readonly kind: "unknown" | "unreachable" | "blocked"; readonly reason: string };

/** Sends one request. Never throws; an answer that is no JSON has `json` undefined. */
export type CallChannel = (request: ChannelRequest) => Promise<ChannelAnswer>;

/**
 * How a piece of work at a channel ended. Retry: the same again later; `alone` where only this has to wait and the channel itself is
 * well. Dead: a person has to look.
 */
export type WriteBackResult =
  | { readonly kind: "done"; readonly note: string }
  | { readonly kind: "retry"; readonly reason: string; readonly afterMs: number | null; readonly alone?: true }
  | { readonly kind: "dead"; readonly reason: string };

/** An order of the channel that was taken in, and what it is called here. */
export interface AcknowledgementTold {
  readonly orderExternalId: string;
  readonly orderNumber: string;
}

/** Goods of an order that left, in the channel's own names. */
export interface FulfilmentTold {
  readonly orderExternalId: string;
  /** Ours: stands in the request so that a repetition can be recognised where the channel keeps it. */
  readonly shipmentId: string;
  /** Ordered units (the channel's) per line; parts of a line's quantity are possible. */
  readonly lines: readonly { readonly externalId: string; readonly quantity: number }[];
  readonly carrier: string | null;
  readonly trackingNumbers: readonly string[];
  /** Where everything the customer ordered has now left or been cancelled. */
  readonly completes: boolean;
}

export interface CancellationTold {
  readonly orderExternalId: string;
  readonly reason: string;
}

/** What of one variant can be sold now, in the channel's units. */
export interface StockTold {
  readonly variantId: string;
  readonly sku: string | null;
  /** In all nodes that serve the channel, its buffer taken off. */
  readonly available: number;
  /** Per place of the channel, where the connection says which node is which place. */
  readonly places: readonly { readonly place: string; readonly available: number }[];
  /** What this channel was told last, per place (key "" for the whole); null where it never was, or compares nothing. */
  readonly toldBefore: Readonly<Record<string, number>> | null;
}

/** Why a piece of work at a channel is not done. */
export type Unfinished = Exclude<WriteBackResult, { readonly kind: "done" }>;

/**
 * Does one piece of work at the channel. It looks first and then acts, because the call before may have been done although
 * its answer never came.
 */
export type Tell<T> = (told: T, call: CallChannel) => Promise<WriteBackResult>;

export interface FulfilmentTelling {
  /** Whether the channel takes carrier and tracking numbers. */
  readonly tracking: boolean;
  /** Whether it can be told of a part; one that cannot hears once everything has left. */
  readonly partial: boolean;
  readonly tell: Tell<FulfilmentTold>;
}

export interface StockTelling {
  /** Whether the channel keeps stock by place, so that a connection says which node is which place. */
  readonly byPlace: boolean;
  /** Whether a figure is set only where the channel still shows what it was told before. */
  readonly compareAndSet: boolean;
  /** Variants that one `tell` takes at most. */
  readonly atOnce: number;
  /** A result for each variant, in their order: one that is refused fails no other. */
  readonly tell: (told: readonly StockTold[], call: CallChannel) => Promise<readonly WriteBackResult[]>;
}

/** How a kind of channel is called: how fast, and as whom. */
export interface ChannelAccess {
  readonly callsPerSecond: number;
  /** Names of the credentials it needs, for the people who set a connection up. */
  readonly credentials: readonly string[];
  /** Headers that sign every request in. */
  signIn(credentials: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}

/** What a kind of channel can be told: what is absent is never asked of it. */
export interface WriteBack extends ChannelAccess {
  readonly acknowledge?: Tell<AcknowledgementTold>;
  readonly fulfil?: FulfilmentTelling;
  readonly cancel?: Tell<CancellationTold>;
  readonly stock?: StockTelling;
}
