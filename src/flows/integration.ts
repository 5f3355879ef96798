import type { Author } from "./changed-fields.ts";
import type { EventType } from "../domain/kernel/index.ts";

/** Ports of everything that follows a commit: leases, the outbox, webhooks. All times are the database's own. */

/** A fact as it was recorded. Positions are dense and in commit order, so a reader's cursor is one number. */
export interface RecordedEvent {
  readonly position: number;
  readonly id: string;
  readonly type: EventType;
  readonly orderId: string | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The right to do one kind of work of one tenant. The fence grows with every new holder; an older one changes nothing. */
export interface Lease {
  readonly tenantId: number;
  readonly name: string;
  readonly holder: string;
  readonly fence: number;
}

export interface Leases {
  /** The lease, where nobody holds it or its holder let it run out; null where somebody holds it. */
  acquire(tenantId: number, name: string, holder: string, ttlMs: number): Promise<Lease | null>;
  /** False where the lease was lost; it must then not be used any more. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  release(lease: Lease): Promise<void>;
}

/** Where a consumer stands. `unfinishedUntil` is set where an earlier holder began a batch and never ended it. */
export interface Cursor {
  readonly position: number;
  readonly unfinishedUntil: number | null;
  /** How many holders began exactly the event after `position` alone and never ended it. */
  readonly crashes: number;
}

export interface Outbox {
  /** Takes the consumer over with a lease's fence: from here on nothing with an older fence can move it. Null where this one is old itself. */
  adopt(lease: Lease, consumer: string): Promise<Cursor | null>;
  /** The next events after `from`, noted as being worked on; null where the fence is stale or the cursor is elsewhere. */
  take(lease: Lease, consumer: string, from: number, limit: number): Promise<readonly RecordedEvent[] | null>;
  /** Moves the cursor; false, and nothing changes, where the fence is stale or the cursor is elsewhere. */
  advance(lease: Lease, consumer: string, from: number, until: number): Promise<boolean>;
  lags(tenantId: number): Promise<readonly ConsumerLag[]>;
}

export interface ConsumerLag {
  readonly consumer: string;
  readonly positions: number;
  readonly seconds: number;
}

/** An event whose next work failed. It is tried again until `parked`, then a person decides. */
export interface FailedWork {
  readonly id: string;
  readonly consumer: string;
  readonly event: RecordedEvent;
  readonly attempts: number;
  readonly state: "retrying" | "parked";
  readonly error: string;
  readonly nextAttemptAt: number | null;
  readonly failedAt: number;
}

export interface FailedWorkQueue {
  /** Keeps a failure; the fence of the consumer's lease must be current. */
  keep(lease: Lease, consumer: string, position: number, error: string, retryInMs: number | null): Promise<boolean>;
  due(lease: Lease, consumer: string, limit: number): Promise<readonly FailedWork[]>;
  /** Done: the row goes. */
  settle(lease: Lease, consumer: string, id: string): Promise<boolean>;
  list(tenantId: number, state: FailedWork["state"] | null, after: string | null, limit: number): Promise<readonly FailedWork[]>;
  /** Makes parked work due at once, with its attempts counted anew; false where there is none of this id. */
  retry(tenantId: number, id: string): Promise<boolean>;
  counts(tenantId: number): Promise<{ readonly retrying: number; readonly parked: number }>;
}

export type WebhookStatus = "active" | "paused" | "disabled";

/** A subscription as people see it: its secrets are never part of it. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** Null for every type there is and will be. */
  readonly types: readonly EventType[] | null;
  readonly status: WebhookStatus;
  /** Why it is disabled, where the program did it. */
  readonly statusReason: string | null;
  readonly createdAt: number;
  /** Until when the secret before the current one also signs; null where only one lives. */
  readonly previousSecretUntil: number | null;
}

export interface NewWebhook {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly types: readonly EventType[] | null;
  readonly secret: string;
}

export interface WebhookChange {
  readonly url?: string;
  readonly description?: string;
  readonly types?: readonly EventType[] | null;
  readonly status?: "active" | "paused";
}

export interface WebhookAttempt {
  readonly attemptNo: number;
  readonly at: number;
  readonly durationMs: number;
  readonly status: number | null;
  /** At most 1 kB of what the receiver answered. */
  readonly excerpt: string | null;
  readonly error: string | null;
}

export const DELIVERY_STATES = ["pending", "delivered", "dead", "withdrawn"] as const;
/** withdrawn: what it tells of was taken back before it left, or it tells of taking that back; nobody is sent either. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  readonly position: number;
  /** Both null for a test message. */
  readonly eventId: string | null;
  readonly type: string | null;
  readonly state: DeliveryState;
  readonly attempts: readonly WebhookAttempt[];
  readonly nextAttemptAt: number | null;
  readonly createdAt: number;
  /** Of a withdrawn one: the event that took its own back, or that its own took back. */
  readonly withdrawnWith: string | null;
}

/** One delivery that this process may send now, with all that the request needs. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly fence: number;
  readonly attemptNo: number;
  /** Milliseconds left of the time in which failures are repeated. */
  readonly patienceMs: number;
  /** Set where it waited, because what it tells of could still be taken back, or something before it of the same order. */
  readonly waitedUntil: number | null;
  /** Null for the test message, which tells of no event. */
  readonly event: RecordedEvent | null;
}

export interface SendResult {
  readonly state: Exclude<DeliveryState, "withdrawn">;
  readonly retryInMs: number | null;
  readonly durationMs: number;
  readonly status: number | null;
  readonly excerpt: string | null;
  readonly error: string | null;
  /** The receiver said that it is gone for good. */
  readonly disable: string | null;
}

export interface ReplayRange {
  readonly from: number;
  readonly to: number | null;
  readonly types: readonly EventType[] | null;
}

export interface Webhooks {
  create(tenantId: number, webhook: NewWebhook, by?: Author): Promise<Webhook>;
  list(tenantId: number): Promise<readonly Webhook[]>;
  find(tenantId: number, id: string): Promise<Webhook | null>;
  change(tenantId: number, id: string, change: WebhookChange, by?: Author): Promise<Webhook | null>;
  remove(tenantId: number, id: string, by?: Author): Promise<boolean>;
  /** The new secret signs from now on; the one before signs beside it for `overlapMs`. */
  rotate(tenantId: number, id: string, secret: string, overlapMs: number, by?: Author): Promise<Webhook | null>;
  /**
   * Makes deliveries of what a consumer has not passed yet and moves it; null where the fence is stale. What people may take back waits for
   * `waitMs`, and what follows of the same order with it; of what was taken back in time nothing is sent.
   */
  fanOut(lease: Lease, consumer: string, limit: number, waitMs: number): Promise<{ readonly events: number; readonly made: number } | null>;
  /** Claims due deliveries of active webhooks: of each as many as `slots` says, else `perWebhook`, and `limit` in all. */
  claim(tenantId: number, claim: {
    /** The consumer that makes deliveries: what waited leaves when it has read all of its order. */
    readonly reader: string;
    readonly limit: number; readonly perWebhook: number; readonly slots: ReadonlyMap<string, number>;
    /** How long the claim lasts, and for how long after the first attempt failures are repeated. */
    readonly claimMs: number; readonly patienceMs: number;
  }): Promise<readonly ClaimedDelivery[]>;
  /** Records an attempt; false where the claim was taken over meanwhile, and then nothing changes. */
  finish(tenantId: number, delivery: ClaimedDelivery, result: SendResult): Promise<boolean>;
  /** Gives claims back unsent: they are due at once. */
  giveBack(tenantId: number, deliveries: readonly ClaimedDelivery[]): Promise<void>;
  deliveries(tenantId: number, webhookId: string, filter: { readonly state: DeliveryState | null; readonly before: string | null; readonly limit: number }): Promise<readonly Delivery[]>;
  /** Makes one delivery due again, whatever became of it; null where there is none of this id. */
  redeliver(tenantId: number, deliveryId: string): Promise<Delivery | null>;
  /**
   * Makes deliveries of events since then due at once, whose last attempt failed: given up, or waiting for their next attempt. At most `limit`,
   * counted; a trial only counts them.
   */
  redeliverFailed(tenantId: number, webhookId: string, since: number, limit: number, isTrial: boolean): Promise<number>;
  replay(tenantId: number, webhookId: string, range: ReplayRange, limit: number): Promise<{ readonly deliveries: number; readonly lastPosition: number | null; readonly complete: boolean }>;
  /** Puts a test message in the queue. */
  test(tenantId: number, webhookId: string): Promise<Delivery | null>;
  counts(tenantId: number): Promise<{ readonly pending: number; readonly dead: number }>;
  /** Forgets deliveries older than 30 days; returns how many went. */
  forget(tenantId: number, limit: number): Promise<number>;
}

export interface Integration {
  readonly leases: Leases;
  readonly outbox: Outbox;
  readonly failedWork: FailedWorkQueue;
  readonly webhooks: Webhooks;
  tenants(): Promise<readonly number[]>;
  /** Forgets idempotency answers older than 30 days; returns how many went. */
  forgetAnswers(tenantId: number, limit: number): Promise<number>;
  /** Forgets by what customers of screened orders were known, where no rule looks back to it any more; returns how many went. */
  forgetTraces(tenantId: number, limit: number): Promise<number>;
  prepareDecisionPartitions(): Promise<void>;
  /** Whether an error says that the database is away or busy, rather than that something is wrong with the work. */
  isPassing(error: unknown): boolean;
}
