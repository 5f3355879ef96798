import type { Author } from "./changed-fields.ts";
import type { FieldError } from "../domain/kernel/index.ts";
import type { Lease } from "./integration.ts";

/** Ports of what comes in from channels: connections, their messages, and what channels call our goods. */

/** Under which messages are taken in. */
export const INBOX_LEASE = "inbox";

export type ConnectionStatus = "active" | "paused";

/** A connection as people see it: its secrets are never part of it. */
export interface Connection {
  readonly id: string;
  /** Chosen by people. */
  readonly code: string;
  readonly connector: string;
  readonly channelId: string;
  readonly channel: string;
  /** Paused: messages are received and kept, and taken in when it is active again. */
  readonly status: ConnectionStatus;
  /** Whether a line whose variant nobody mapped is taken for our item of the same SKU. */
  readonly matchBySku: boolean;
  readonly captureTestOrders: boolean;
  /** Where the channel is called; null where it is told nothing. */
  readonly baseUrl: string | null;
  /** Names of the credentials it has. */
  readonly credentials: readonly string[];
  /** Whether the channel is told what can be sold. */
  readonly pushStock: boolean;
  /** Whether it is told that an order of it was taken in. */
  readonly acknowledge: boolean;
  /** Which node is which place of the channel, by node code. */
  readonly places: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** Until when the secret before the current one is also accepted; null where only one is. */
  readonly previousSecretUntil: number | null;
}

export interface NewConnection {
  readonly id: string;
  readonly code: string;
  readonly connector: string;
  readonly channelId: string;
  readonly secret: string;
  readonly matchBySku: boolean;
  readonly captureTestOrders: boolean;
}

export interface ConnectionChange {
  readonly status?: ConnectionStatus;
  readonly matchBySku?: boolean;
  readonly captureTestOrders?: boolean;
  readonly baseUrl?: string | null;
  readonly credentials?: Readonly<Record<string, string>>;
  readonly pushStock?: boolean;
  readonly acknowledge?: boolean;
  readonly places?: Readonly<Record<string, string>>;
}

/** What verifying a message takes: found by the id in the address, before anybody is known to the program. */
export interface ReceivingConnection {
  readonly tenantId: number;
  readonly id: string;
  readonly connector: string;
  readonly secrets: readonly string[];
}

/** How far each connection is behind. */
export interface ConnectionHealth {
  readonly connectionId: string;
  readonly counts: Readonly<Record<MessageState, number>>;
  /** Seconds since the oldest waiting message came in; 0 where none waits. */
  readonly lagSeconds: number;
  readonly lastReceivedAt: number | null;
}

export interface Connections {
  /** Null where the code is taken. */
  create(tenantId: number, connection: NewConnection, by?: Author): Promise<Connection | null>;
  list(tenantId: number): Promise<readonly Connection[]>;
  find(tenantId: number, id: string): Promise<Connection | null>;
  change(tenantId: number, id: string, change: ConnectionChange, by?: Author): Promise<Connection | null>;
  /** Messages that are not settled keep it from going: false then. Null where there is none of this id. */
  remove(tenantId: number, id: string, by?: Author): Promise<boolean | null>;
  /** The new secret is the one from now on; the one before is accepted beside it for `overlapMs`. */
  rotate(tenantId: number, id: string, secret: string, overlapMs: number, by?: Author): Promise<Connection | null>;
  /** By the id in the address, in whichever tenant; null where there is none. */
  receiving(id: string): Promise<ReceivingConnection | null>;
  health(tenantId: number): Promise<readonly ConnectionHealth[]>;
}

export const MESSAGE_STATES = ["waiting", "done", "ignored", "kept", "quarantined", "dropped"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** A message as it came in. */
export interface ArrivedMessage {
  readonly id: string;
  readonly connectionId: string;
  readonly deliveryId: string;
  readonly topic: string;
  readonly bodyHash: string;
  readonly body: Uint8Array;
}

/** A message whose turn it is. */
export interface WaitingMessage {
  readonly id: string;
  readonly connection: Connection;
  readonly topic: string;
  readonly body: Uint8Array;
  readonly attempts: number;
}

/** What became of a message. Kept is understood and stays for later; quarantined needs a person. */
export interface Settlement {
  readonly id: string;
  readonly state: Exclude<MessageState, "waiting" | "dropped">;
  readonly externalId: string | null;
  readonly version: number | null;
  readonly orderId: string | null;
  readonly reason: string | null;
  readonly errors: readonly FieldError[] | null;
  readonly translationVersion: number;
  /** Kept until its order is here, and taken in then. */
  readonly waitsForOrder?: boolean;
  /** What the channel is to be asked about because of it. */
  readonly lookUp?: string;
}

export interface InboxMessage {
  readonly id: string;
  readonly connectionId: string;
  readonly connection: string;
  readonly deliveryId: string;
  readonly topic: string;
  readonly receivedAt: number;
  readonly state: MessageState;
  readonly externalId: string | null;
  readonly orderId: string | null;
  readonly reason: string | null;
  readonly errors: readonly FieldError[] | null;
  readonly attempts: number;
  readonly settledAt: number | null;
}

/** To be taken in again, whatever became of it; or to be set aside for good. */
export type MessageVerdict = { readonly action: "replay" } | { readonly action: "drop"; readonly reason: string };

export interface InboxFilter {
  readonly connectionId: string | null;
  readonly state: MessageState | null;
  readonly orderId: string | null;
  readonly externalId: string | null;
  /** Messages before this one, latest first. */
  readonly before: string | null;
  readonly limit: number;
}

export interface Inbox {
  /** Keeps messages; one whose delivery is known already is left out. Returns, per message, whether it is new. */
  keep(tenantId: number, messages: readonly ArrivedMessage[]): Promise<readonly boolean[]>;
  /** Waiting messages of active connections that are due, oldest first. Where the lease's fence is stale, null. */
  take(lease: Lease, limit: number): Promise<readonly WaitingMessage[] | null>;
  /** Writes what became of messages that are still waiting; false, and nothing is written, where the lease's fence is stale. */
  settle(lease: Lease, settlements: readonly Settlement[]): Promise<boolean>;
  /** Tries a message again later; after `attemptsMax` it is quarantined with the error. */
  putOff(lease: Lease, messageId: string, error: string, pauseMs: number | null): Promise<boolean>;
  /** Those of these messages that wait no longer. */
  settled(tenantId: number, ids: readonly string[]): Promise<readonly InboxMessage[]>;
  list(tenantId: number, filter: InboxFilter): Promise<readonly InboxMessage[]>;
  find(tenantId: number, id: string): Promise<(InboxMessage & { readonly body: Uint8Array | null }) | null>;
  /** What a person decides of many messages at once: of each that there is, the message, or false where it cannot be so. A trial changes nothing. */
  decide(tenantId: number, ids: readonly string[], verdict: MessageVerdict, isTrial: boolean): Promise<ReadonlyMap<string, InboxMessage | false>>;
  /** Makes a message wait again, whatever became of it; null where there is none, false where its body was erased. */
  replay(tenantId: number, id: string): Promise<InboxMessage | false | null>;
  /** Sets a message aside for good, with the reason; null where there is none, false where it is done. */
  drop(tenantId: number, id: string, reason: string): Promise<InboxMessage | false | null>;
  /**
   * Erases what somebody wrote: the body, and what quotes it (the bad fields of a message in quarantine, with the sentence about
   * them). What was not taken in yet never will be. Null where there is none.
   */
  erase(tenantId: number, id: string): Promise<InboxMessage | null>;
}

/** What a channel calls our goods. */
export interface Listing {
  readonly channelId: string;
  readonly channel: string;
  readonly variantId: string;
  readonly sku: string | null;
  readonly title: string;
  /** Null while nobody has mapped it. */
  readonly item: { readonly id: string; readonly sku: string; readonly unit: string | null; readonly mappedBy: string } | null;
  readonly firstSeenAt: number;
  /** Open lines that wait for this mapping. */
  readonly waitingLines: number;
  /** Items that it may be: same SKU or GTIN, best first. */
  readonly suggestions: readonly { readonly id: string; readonly sku: string; readonly because: "sku" | "gtin" }[];
}

export interface Listings {
  /** By channel and variant after the given pair. */
  list(tenantId: number, filter: { readonly channelId: string | null; readonly mapped: boolean | null; readonly after: readonly [string, string] | null; readonly limit: number }): Promise<readonly Listing[]>;
}
