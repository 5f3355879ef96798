import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { DueSweep, OpenSweep, Reconcile } from "../../flows/channel-sweeps.ts";
import type { Connector } from "../../flows/connector.ts";
import { compareSweep, sinceOf, takePage, type Written } from "../../flows/reconcile.ts";
import { channelClient, type Paces } from "./channel-client.ts";
import type { Held, LeaseKeeper } from "./lease-keeper.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";

/** A page of long orders is long. */
const ANSWER_MAX = 32 * 1024 * 1024;
/** What was fetched is taken in within moments; where it is not, the comparison says so of each order rather than wait for ever. */
const TAKEN_IN_LOOKS = 60;
const TAKEN_IN_PAUSE_MS = 250;
const TAKEN_IN_PAUSE_MAX_MS = 5_000;

export interface Reconciler {
  turn(tenantId: number): Promise<Found>;
  /** Waits a while for the page in hand; one that is not kept by then is read again. */
  stop(): Promise<void>;
}

/**
 * Reads again what channels changed, each channel by one process at a time and page by page at its pace. Nothing is remembered but
 * what is kept with a page, so that a sweep goes on where it was after a crash; it ends when every page was taken in and compared.
 * `kept` is told when messages wait.
 */
export function createReconciler(deps: WorkerDeps, keeper: LeaseKeeper, settings: WorkerSettings, paces: Paces, kept: () => void): Reconciler {
  const { channelSweeps: sweeps, ambient, metrics, log } = deps;
  const serving = new Map<string, Promise<void>>();
  let stopping = false;

  async function serve(tenantId: number, connectionId: string, connector: Connector): Promise<void> {
    const held = await keeper.hold(tenantId, `reconcile ${connectionId}`);
    if (held === null) return;
    // Looked at again: another process may have been at it until now.
    const [due] = await sweeps.due(tenantId, { now: ambient.now(), everyMs: settings.reconcileEveryMs, connectionId });
    if (!due) return;
    const mayGoOn = (): boolean => !stopping && held.valid();
    let sweep = due.sweep ?? await sweeps.begin(tenantId, { id: ambient.newId(), connectionId, since: sinceOf(due.sweptUntil), now: ambient.now() });
    while (sweep?.state === "reading" && mayGoOn()) sweep = await readPage(held, due, sweep, connector);
    if (sweep?.state === "comparing" && mayGoOn()) await compare(held, due, sweep, connector, mayGoOn);
  }

  /** The sweep as it stands after the page; null where it waits, has failed, or is somebody else's now. */
  async function readPage(held: Held, due: DueSweep, sweep: OpenSweep, connector: Connector): Promise<OpenSweep | null> {
    const { reconcile } = connector;
    if (!reconcile) return null;
    const pace = paces.of(due.connection.id);
    const page = await reconcile.page({ since: sweep.since, cursor: sweep.cursor }, channelClient(deps, due.connection, reconcile, pace, ANSWER_MAX));
    pace.ended(page.kind !== "retry");
    if (page.kind === "page") {
      const next = held.valid() ? await takePage(sweeps, held.lease, due, sweep, page, connector, ambient, written) : null;
      kept();
      return next;
    }
    metrics.count("ordo_channel_sweeps_total", { outcome: page.kind === "dead" ? "failed" : "put_off" });
    if (page.kind === "dead") await sweeps.fail(held.lease, sweep, page.reason, ambient.now());
    else await sweeps.putOff(held.lease, sweep, page.reason, ambient.now() + pauseOf(sweep.attempts, page.afterMs, settings));
    return null;
  }

  async function compare(held: Held, due: DueSweep, sweep: OpenSweep, { reconcile = {} }: { readonly reconcile?: Pick<Reconcile, "reachMs"> }, mayGoOn: () => boolean): Promise<void> {
    if (sweep.attempts < TAKEN_IN_LOOKS && !(await sweeps.isTakenIn(held.lease.tenantId, sweep, due.connection.id))) {
      const pause = Math.min(TAKEN_IN_PAUSE_MAX_MS, TAKEN_IN_PAUSE_MS * 2 ** Math.min(sweep.attempts, 10));
      return sweeps.putOff(held.lease, sweep, "Waits until what it fetched is taken in.", ambient.now() + pause);
    }
    if (await compareSweep(sweeps, held.lease, due, sweep, reconcile, ambient, mayGoOn)) metrics.count("ordo_channel_sweeps_total", { outcome: "done" });
  }

  return {
    async turn(tenantId) {
      if (stopping) return "nothing";
      const resting = new Set(paces.resting());
      for (const { connection } of await sweeps.due(tenantId, { now: ambient.now(), everyMs: settings.reconcileEveryMs, connectionId: null })) {
        const connector = deps.connectors.get(connection.connector);
        if (!connector?.reconcile || serving.has(connection.id) || resting.has(connection.id)) continue;
        const served = serve(tenantId, connection.id, connector)
          .catch((error: unknown) => log.warn({ connection: connection.id, error: describeError(error) }, "a sweep of a channel was interrupted; it goes on later"))
          .finally(() => serving.delete(connection.id));
        serving.set(connection.id, served);
      }
      return "nothing";
    },
    async stop() {
      stopping = true;
      await Promise.race([Promise.allSettled(serving.values()), sleep(settings.stopGraceMs, undefined, { ref: false })]);
    },
  };
}

function written(body: unknown): Written {
  const bytes = Buffer.from(JSON.stringify(body));
  return { body: bytes, hash: hash("sha256", bytes) };
}

function pauseOf(attempts: number, afterMs: number | null, { channelPausesMs, reconcileEveryMs }: WorkerSettings): number {
  const longest = channelPausesMs[Math.min(attempts, channelPausesMs.length - 1)] ?? 0;
  return Math.max(afterMs ?? 0, Math.min(longest, reconcileEveryMs ?? longest) * (0.5 + Math.random() / 2));
}

