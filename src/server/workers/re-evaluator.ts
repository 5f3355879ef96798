import { duePolicies, reEvaluate } from "../../flows/re-evaluate.ts";
import type { Held } from "./lease-keeper.ts";
import type { WorkerDeps } from "./ports.ts";
import { createResting } from "./resting.ts";

/** Orders that one turn of the sweeper looks at: whatever else is due does not wait long for it. */
const ORDERS_A_TURN = 100;
/** How often policies are asked whether they are due; none is shorter than a minute. */
const ASK_EVERY_MS = 15_000;

/** Looks again at unreleased orders whose strategies want that, a page in each turn; a run that has begun ends before the next one begins. */
export function createReEvaluator(deps: WorkerDeps, isDue: (what: string, everyMs: number) => boolean): (held: Held) => Promise<void> {
  const { store, ambient, metrics } = deps;
  const resting = createResting(deps, "re-evaluation");
  const running = new Map<number, { readonly due: ReadonlySet<string>; readonly after: string | null }>();

  return async ({ lease: { tenantId } }) => {
    if (!running.has(tenantId)) {
      if (!isDue(`re-evaluation ${tenantId}`, ASK_EVERY_MS)) return;
      const due = await duePolicies(store, tenantId, (policy, everyMs) => isDue(`re-evaluation ${tenantId} ${policy}`, everyMs), ambient);
      if (due.size === 0) return;
      running.set(tenantId, { due, after: null });
    }
    const run = running.get(tenantId);
    if (!run) return;
    // A page that fails is left to the next run.
    running.delete(tenantId);
    const done = await reEvaluate(store, tenantId, {
      actor: "sweeper", dryRun: false, orderIds: null, after: run.after, limit: ORDERS_A_TURN, consolidate: null, swap: null, minimumSavingMicros: null, due: run.due,
    }, ambient, resting);
    if (!done.ok) return;
    const { changes, next } = done.value;
    if (changes.length > 0) metrics.count("ordo_swept_total", {}, changes.length);
    if (next !== null) running.set(tenantId, { due: run.due, after: next });
  };
}
