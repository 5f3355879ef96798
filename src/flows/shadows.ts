import type { ShadowSum } from "../domain/fulfillment/index.ts";
import type { Instant } from "../domain/kernel/index.ts";
import type { StrategyGroup } from "../domain/routing/index.ts";
import type { Lease } from "./integration.ts";
import type { AnswerBody } from "./ports.ts";

export const SHADOW_CONSUMER = "shadow";
/** Orders that would have gone elsewhere are kept up to so many for a strategy, the newest; they are counted on. */
export const SHADOW_ORDERS_KEPT = 1_000;

/** A draft beside which live decisions are looked at again. It stands here with its groups, as it was when it was put here. */
export interface Shadow {
  readonly id: string;
  readonly code: string;
  readonly version: number;
  readonly revision: number;
  readonly groups: readonly StrategyGroup[];
  /** The one that is to go by it, whatever it goes by; null for all that go by the strategy. */
  readonly channel: { readonly id: string; readonly code: string } | null;
  readonly actor: string;
  /** Of the costs: the base currency; null where none was set when it began. */
  readonly currency: string | null;
  readonly startedAt: Instant;
}

export interface KeptShadow extends Shadow {
  readonly endedAt: Instant | null;
  readonly sum: ShadowSum;
}

/** The first routing decision about an order, as the log has it. */
export interface FirstDecision {
  readonly position: number;
  readonly orderId: string;
  readonly channelId: string;
  readonly capturedAt: Instant;
  readonly reason: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** What is kept to be read back of it. */
  readonly detail: unknown;
}

/** The next part of the log, for the drafts in shadow. */
export interface ShadowBatch {
  /** Where the consumer stands, and where it will stand. */
  readonly from: number;
  readonly until: number;
  readonly events: number;
  readonly shadows: readonly (Shadow & { readonly startPosition: number })[];
  readonly decisions: readonly FirstDecision[];
}

/** What one draft would have made of some orders. */
export interface ShadowFindings {
  readonly shadow: Pick<Shadow, "id" | "code">;
  readonly sum: ShadowSum;
  readonly moved: readonly AnswerBody[];
}

export interface Shadows {
  /** Puts a draft in shadow in place of what the strategy had there; events after the last one there is count. */
  begin(tenantId: number, shadow: Shadow): Promise<void>;
  /** One that has ended stays as it is. */
  end(tenantId: number, code: string, at: Instant): Promise<void>;
  find(tenantId: number, code: string): Promise<KeptShadow | null>;
  /** Orders that would have gone elsewhere, the newest first, before the given one. */
  orders(tenantId: number, code: string, before: number | null, limit: number): Promise<readonly { readonly rowNo: number; readonly document: AnswerBody }[]>;
  /** The next events; with nothing in shadow the consumer passes all there are, and there are none. Null where the fence is stale. */
  take(lease: Lease, consumer: string, limit: number): Promise<ShadowBatch | null>;
  /** Adds what was found, and moves the consumer, in one commit; false, and nothing written, where it does not stand there any more. */
  keep(lease: Lease, consumer: string, batch: Pick<ShadowBatch, "from" | "until">, findings: readonly ShadowFindings[]): Promise<boolean>;
  /** Deletes those that ended 30 days ago; answers how many. */
  forget(tenantId: number, limit: number): Promise<number>;
}
