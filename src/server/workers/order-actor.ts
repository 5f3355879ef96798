import { goOnWithBulk } from "../../flows/bulk-actions.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { Found } from "./loop.ts";
import type { WorkerDeps } from "./ports.ts";

export const ORDER_ACTIONS_LEASE = "order actions";

/** Batches of one turn: others have theirs in between. */
const BATCHES_MAX = 10;

/** Does what was asked of many orders, of each tenant one action after the other: one process at a time. */
export function createOrderActor({ store, ambient, orderIds, integration: { isPassing } }: WorkerDeps, keeper: LeaseKeeper): (tenantId: number) => Promise<Found> {
  return async (tenantId) => {
    const held = await keeper.hold(tenantId, ORDER_ACTIONS_LEASE);
    const id = held === null ? null : await store.transact(tenantId, (tx) => tx.findOpenBulk());
    if (held === null || id === null) return "nothing";
    for (let batch = 0; batch < BATCHES_MAX && held.valid(); batch++) {
      if (!(await goOnWithBulk({ store, ambient, orderIds, isPassing }, tenantId, id))) break;
    }
    return "more";
  };
}
