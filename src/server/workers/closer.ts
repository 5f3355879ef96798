import { moveClosed } from "../../flows/move-closed.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { Found } from "./loop.ts";
import type { WorkerDeps } from "./ports.ts";

export const CLOSURES_LEASE = "closures";

/** A node stays looked at so long after it closed, because orders that were being captured then may have come to it. */
const COME_LATE_MS = 2 * 60_000;
/** How often it is looked at meanwhile. */
const LOOK_EVERY_MS = 2_000;

/** Lets orders leave the nodes that were closed, batch by batch: one process at a time for each tenant. */
export function createCloser({ store, ambient, integration }: WorkerDeps, keeper: LeaseKeeper): (tenantId: number) => Promise<Found> {
  const lookedAt = new Map<number, number>();
  return async (tenantId) => {
    const held = await keeper.hold(tenantId, CLOSURES_LEASE);
    if (held === null) return "nothing";
    const isDue = performance.now() - (lookedAt.get(tenantId) ?? -Infinity) >= LOOK_EVERY_MS;
    const ids = await store.transact(tenantId, (tx) => tx.findMovingClosures(isDue ? ambient.now() - COME_LATE_MS : ambient.now()));
    if (isDue) lookedAt.set(tenantId, performance.now());
    let moved = 0;
    for (const id of ids) if (held.valid()) moved += await moveClosed(store, tenantId, id, ambient, integration.isPassing);
    return moved > 0 ? "more" : "nothing";
  };
}
