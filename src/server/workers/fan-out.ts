import type { LeaseKeeper } from "./lease-keeper.ts";
import type { Found } from "./loop.ts";
import type { WorkerDeps } from "./ports.ts";

export const FAN_OUT_CONSUMER = "webhooks";

/** Events of one turn: one statement copies what concerns a subscription into its deliveries. */
const EVENTS_AT_ONCE = 1_000;

/** Turns events into deliveries. The cursor moves in the commit that makes them, so each event gives each webhook one. */
export function createFanOut({ integration, metrics }: WorkerDeps, keeper: LeaseKeeper, delivered: () => void): (tenantId: number) => Promise<Found> {
  const fences = new Map<number, number>();
  return async (tenantId) => {
    const held = await keeper.hold(tenantId, FAN_OUT_CONSUMER);
    if (held === null) return "nothing";
    if (fences.get(tenantId) !== held.lease.fence) {
      await integration.outbox.adopt(held.lease, FAN_OUT_CONSUMER);
      fences.set(tenantId, held.lease.fence);
    }
    const made = await integration.webhooks.fanOut(held.lease, FAN_OUT_CONSUMER, EVENTS_AT_ONCE);
    if (made === null) {
      keeper.lost(held);
      return "nothing";
    }
    if (made.events > 0) metrics.count("ordo_outbox_events_total", { consumer: FAN_OUT_CONSUMER }, made.events);
    if (made.deliveries > 0) delivered();
    return made.events === EVENTS_AT_ONCE ? "more" : made.events > 0 ? "some" : "nothing";
  };
}
