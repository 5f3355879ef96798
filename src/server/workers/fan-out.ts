import type { Lease } from "../../flows/integration.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { Found } from "./loop.ts";
import type { WorkerDeps } from "./ports.ts";

export const FAN_OUT_CONSUMER = "webhooks";
export const CHANNEL_CONSUMER = "channels";

/** Events of one turn, unless a reader says otherwise: one statement turns them into what is to be sent. */
const EVENTS_AT_ONCE = 1_000;

/** Events whose words, or customers, one turn takes: making them takes the process a few milliseconds, in which it answers nobody. */
export const WORDS_AT_ONCE = 200;

/** Events that one turn of the sums of reports, or of drafts in shadow, takes. */
export const SUMS_AT_ONCE = 400;

/** How often drafts in shadow look: nobody waits for what they would have done, so nothing that is committed wakes them. */
export const SHADOW_EVERY_MS = 500;

/** How often the sums of reports are brought up to date: what waits is counted together, each order once. */
export const REPORT_EVERY_MS = 2_000;

export interface FanOut {
  readonly consumer: string;
  /** Makes work of the events that the consumer has not passed, and moves it, in one commit; null where the fence is stale. */
  readonly spread: (lease: Lease, consumer: string, limit: number) => Promise<{ readonly events: number; readonly made: number } | null>;
  /** There is something to send. */
  readonly made?: () => void;
  readonly eventsAtOnce?: number;
}

/** Turns events into what is to be sent. The cursor moves in the commit that makes it, so each event counts once. */
export function createFanOut({ integration, metrics }: WorkerDeps, keeper: LeaseKeeper, { consumer, spread, made, eventsAtOnce = EVENTS_AT_ONCE }: FanOut): (tenantId: number) => Promise<Found> {
  const fences = new Map<number, number>();
  return async (tenantId) => {
    const held = await keeper.hold(tenantId, consumer);
    if (held === null) return "nothing";
    if (fences.get(tenantId) !== held.lease.fence) {
      await integration.outbox.adopt(held.lease, consumer);
      fences.set(tenantId, held.lease.fence);
    }
    const done = await spread(held.lease, consumer, eventsAtOnce);
    if (done === null) {
      keeper.lost(held);
      return "nothing";
    }
    if (done.events > 0) metrics.count("ordo_outbox_events_total", { consumer }, done.events);
    if (done.made > 0) made?.();
    return done.events === eventsAtOnce ? "more" : done.events > 0 ? "some" : "nothing";
  };
}
