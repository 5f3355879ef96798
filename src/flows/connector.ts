import type { FieldError } from "../domain/kernel/index.ts";
import type { ChannelHolds, ChannelOrder } from "../domain/order/index.ts";
import type { Reconcile } from "./channel-sweeps.ts";
import type { CallChannel, Unfinished, WriteBack } from "./write-back.ts";

/** What a message means in our words. Translation is pure: the same message always means the same. */
export type Translation =
  | { readonly kind: "order"; readonly order: ChannelOrder }
  /** What the channel holds of an order, whole. */
  | { readonly kind: "holds"; readonly holds: ChannelHolds }
  /** It does not say which order it is about: the channel is asked about the subject, and what it answers is a message of its own. */
  | { readonly kind: "look_up"; readonly subject: string }
  /** Understood, and kept for a part of the program that there is not yet: it stays in the inbox as it came. */
  | { readonly kind: "kept"; readonly externalId: string | null; readonly reason: string }
  /** Nothing follows from it. */
  | { readonly kind: "ignored"; readonly externalId: string | null; readonly reason: string }
  /** Not what the channel documents: every bad field, with its path in the message. */
  | { readonly kind: "malformed"; readonly errors: readonly FieldError[] };

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Envelope {
  /** The channel"s id of this delivery: the same one again is the same message. */
  readonly deliveryId: string;
  readonly topic: string;
}

/** What a channel answered about something that a message named: taken in like a message. */
export interface LookedUp {
  readonly kind: "found";
  readonly topic: string;
  /** The same state has the same one. */
  readonly deliveryId: string;
  readonly body: unknown;
}

/** What a channel can tell us of its orders. */
export const RECEIVABLE = ["orders", "edits", "cancellations", "holds", "refunds"] as const;
export type Receivable = (typeof RECEIVABLE)[number];

/** One kind of channel. Adding one is a folder with this and a contract test. */
export interface Connector {
  readonly name: string;
  /** What people call the kind of channel. */
  readonly title: string;
  /** Version of the translation: kept with every message it translated. */
  readonly version: number;
  /** Topics that tell of it, to be subscribed at the channel; what is absent cannot be received. Refunds are kept as they come. */
  readonly receives: Readonly<Partial<Record<Receivable, readonly string[]>>>;
  /** Header names in lower case. Null where the message does not say which delivery it is. */
  envelope(headers: Headers): Envelope | null;
  /** Whether one of the secrets signed exactly these bytes; compared in constant time. */
  verify(headers: Headers, rawBody: Uint8Array, secrets: readonly string[]): boolean;
  translate(topic: string, body: unknown): Translation;
  /** What it can be told; absent where it only sends. */
  readonly writeBack?: WriteBack;
  /** How its orders are looked through; absent where they cannot be listed. The topic of what is read so is SWEPT. */
  readonly reconcile?: Reconcile;
  /** Asks about what a message named; there where `translate` wants it. */
  readonly lookUp?: (subject: string, call: CallChannel) => Promise<LookedUp | Unfinished>;
}

/** The topic of an order that was read from the channel rather than sent by it. */
export const SWEPT = "sweep";
