import type { By } from "../../domain/kernel/index.ts";
import { claimStock } from "../../flows/claim-stock.ts";
import type { Defects } from "../../flows/defects.ts";
import { DUE_AT_ONCE, releaseEndedWaits } from "../../flows/merge-orders.ts";
import { discardDrafts } from "../../flows/order-drafts.ts";
import { sweepGates } from "../../flows/sweep-gates.ts";
import { shareOutOpened } from "../../flows/share-out-opened.ts";
import { leaveOfflineNode, sweep, SWEEP_BATCH } from "../../flows/sweep.ts";
import { watchRates } from "../../flows/channel-rates.ts";
import { LOOKS_AT_ONCE, watchPromises } from "../../flows/watch-promises.ts";
import type { Held, LeaseKeeper } from "./lease-keeper.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";
import { createReEvaluator } from "./re-evaluator.ts";
import { createResting } from "./resting.ts";

export const SWEEPER_LEASE = "sweeper";

/** Rounds that one turn does at once where more is due than a round takes. */
const ROUNDS_MAX = 10;
const MINUTE = 60_000;
const OFFLINE_EVERY_MS = MINUTE;
const DESK_EVERY_MS = 5_000;
const RATES_EVERY_MS = 10 * MINUTE;
/** How far back nodes that came online are looked for: further than two looks are apart, because another process may have had the one before. */
const OPENED_WITHIN_MS = 5 * MINUTE;
const FORGET_EVERY_MS = 10 * MINUTE;
const PREVIEWS_KEPT_MS = 24 * 60 * MINUTE;
const CLOSURES_KEPT_MS = 90 * 24 * 60 * MINUTE;
const ACTIONS_KEPT_MS = 30 * 24 * 60 * MINUTE;
const PARTITIONS_EVERY_MS = 24 * 60 * MINUTE;
const FORGET_AT_ONCE = 1_000;
const FORGET_ROUNDS_MAX = 100;

/** What happens because time passed, and the keeping of the house: one process at a time for each tenant. */
export function createSweeper(deps: WorkerDeps, keeper: LeaseKeeper, settings: WorkerSettings): (tenantId: number) => Promise<Found> {
  const lastAt = new Map<string, number>();

  /** Whether a kind of work is due; if so it counts as done, and one that fails comes again after its time. */
  function isDue(what: string, everyMs: number): boolean {
    const now = performance.now();
    if (now - (lastAt.get(what) ?? -Infinity) < everyMs) return false;
    lastAt.set(what, now);
    return true;
  }

  const reEvaluateSome = createReEvaluator(deps, isDue);
  const resting = { due: createResting(deps, "due work"), merging: createResting(deps, "merging"), gates: createResting(deps, "gates"), offline: createResting(deps, "offline nodes"), watch: createResting(deps, "watch") };

  /** What one turn does, in this order; what fails keeps nothing after it from its turn. */
  function* stepsOf(held: Held): Generator<() => Promise<unknown>> {
    const { tenantId } = held.lease;
    const { store, ambient } = deps;
    yield () => rounds(held, async () => ({ swept: await sweep(store, tenantId, ambient, resting.due), most: SWEEP_BATCH }), deps);
    yield () => rounds(held, async () => ({ swept: await releaseEndedWaits(store, tenantId, ambient, resting.merging), most: DUE_AT_ONCE }), deps);
    yield () => reEvaluateSome(held);
    yield () => sweepGates(store, tenantId, ambient, held.valid, resting.gates);
    if (isDue(`offline ${tenantId}`, OFFLINE_EVERY_MS)) {
      yield () => leaveOfflineNodes(deps, held, resting.offline);
      yield () => shareOutOpened(store, tenantId, ambient.now() - OPENED_WITHIN_MS, ambient, held.valid);
    }
    if (isDue(`rates ${tenantId}`, RATES_EVERY_MS)) yield () => watchRates(store, tenantId, ambient);
    if (isDue(`desk ${tenantId}`, DESK_EVERY_MS)) yield () => deps.desk.sweep(tenantId, ambient.now(), FORGET_AT_ONCE);
    if (isDue(`forget ${tenantId}`, FORGET_EVERY_MS)) yield () => forgetOld(deps, held);
    if (isDue("partitions", PARTITIONS_EVERY_MS)) yield () => deps.integration.prepareDecisionPartitions();
    yield () => watchRounds(deps, held, resting.watch);
  }

  return async (tenantId) => {
    const held = await keeper.hold(tenantId, SWEEPER_LEASE);
    if (held === null || !isDue(`sweep ${tenantId}`, settings.sweepEveryMs)) return "nothing";
    const failures: unknown[] = [];
    for (const step of stepsOf(held)) {
      try {
        if (held.valid()) await step();
      } catch (error) {
        failures.push(error);
      }
    }
    deps.metrics.count("ordo_sweeper_rounds_total", { outcome: failures.length === 0 ? "done" : "failed" });
    // Of a database that is away one error says enough.
    if (failures.length > 0) throw failures.every(deps.integration.isPassing) ? failures[0] : new AggregateError(failures, failures.map(describeError).join("; "));
    return "nothing";
  };
}

async function rounds(held: Held, round: () => Promise<{ readonly swept: number; readonly most: number }>, { metrics }: WorkerDeps): Promise<void> {
  for (let n = 0; n < ROUNDS_MAX && held.valid(); n++) {
    const { swept, most } = await round();
    if (swept > 0) metrics.count("ordo_swept_total", {}, swept);
    // Less than a full batch of anything: the rest of the due work was in it.
    if (swept < most) return;
  }
}

/** Dates that orders have to keep, as far as they are due to be looked at. */
async function watchRounds({ store, ambient, metrics }: WorkerDeps, held: Held, resting: Defects): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX && held.valid(); round++) {
    const { looked, ...outcomes } = await watchPromises(store, held.lease.tenantId, ambient, LOOKS_AT_ONCE, resting);
    for (const [outcome, count] of Object.entries(outcomes)) if (count > 0) metrics.count("ordo_promises_total", { outcome }, count);
    if (looked < LOOKS_AT_ONCE) return;
  }
}

/** A node may have been announced to go offline at a later time: no event marks that moment. Those that were closed together are left by their closure. */
async function leaveOfflineNodes({ store, ambient }: WorkerDeps, held: Held, resting: Defects): Promise<void> {
  const { tenantId } = held.lease;
  const { nodes, left } = await store.transact(tenantId, async (tx) => ({ nodes: await tx.loadNodes(ambient.now()), left: new Set(await tx.findLeftNodes()) }));
  for (const node of nodes) {
    if (node.status !== "offline" || left.has(node.id)) continue;
    for (let round = 0; round < FORGET_ROUNDS_MAX && held.valid(); round++) {
      if ((await leaveOfflineNode(store, tenantId, node.id, ambient, resting)) === 0) break;
    }
  }
}

async function forgetOld({ store, ambient, integration, jobs, simulation: { simulations, shadows }, mails, mail, drafts, draftKeepDays: keepDays }: WorkerDeps, held: Held): Promise<void> {
  const { tenantId } = held.lease;
  const now = ambient.now();
  const forgetClosures = (tenant: number, limit: number): Promise<number> => store.transact(tenant, (tx) => tx.forgetClosures(now - PREVIEWS_KEPT_MS, now - CLOSURES_KEPT_MS, limit));
  const forgetActions = (tenant: number, limit: number): Promise<number> => store.transact(tenant, (tx) => tx.forgetBulks(now - ACTIONS_KEPT_MS, limit));
  const release = (tenant: number, claimId: string, by: By): Promise<unknown> => claimStock(store, tenant, [{ type: "release", claimId, ...by, idempotencyKey: null, bodyHash: "" }], ambient);
  const forgetDrafts = (tenant: number, limit: number): Promise<number> => discardDrafts({ drafts, ambient, keepDays, release }, tenant, limit);
  for (const forget of [integration.forgetAnswers, integration.forgetTraces, integration.webhooks.forget, jobs.forget, simulations.forget, shadows.forget, (tenant: number, limit: number) => mails.forget(tenant, mail.keepDays, limit), forgetClosures, forgetActions, forgetDrafts]) {
    for (let round = 0; round < FORGET_ROUNDS_MAX && held.valid(); round++) {
      if ((await forget(tenantId, FORGET_AT_ONCE)) < FORGET_AT_ONCE) break;
    }
  }
}
