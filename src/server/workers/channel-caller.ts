import { setTimeout as sleep } from "node:timers/promises";
import type { ClaimedCall, EndedCall } from "../../flows/channel-calls.ts";
import type { WriteBackResult } from "../../flows/write-back.ts";
import type { Pace, Paces } from "./channel-client.ts";
import { perform, type Performed, piecesOf } from "./channel-work.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";

/** Pieces of work of each kind that one turn takes for a connection; they are done one after the other. */
const AT_ONCE = 10;
/** Of stock as many as any kind of channel takes with one call. */
const STOCK_AT_ONCE = 250;
/** What got no answer in time may still be running there: a look too early would not see it, and it would be done twice. */
const SETTLES_WITHIN_MS = 60_000;

export interface ChannelCaller {
  turn(tenantId: number): Promise<Found>;
  /** Gives back what was not begun and waits a while for what was; what is not recorded by then is done again, and looks before it acts. */
  stop(): Promise<void>;
}

/** A connection that is being served, and what of its claimed work was not begun yet. */
interface Serving {
  readonly tenantId: number;
  readonly left: Set<ClaimedCall>;
  readonly ended: Promise<void>;
}

/**
 * Tells channels what is due, each channel one thing after the other at its own pace, all channels beside each other. One
 * that is down holds up nobody else: after some failures it rests, and its work waits with growing pauses until its time
 * is over and a person decides. What was claimed and cannot be done now is given back at once, so that another process can
 * do it. `freed` is told when a channel can take more.
 */
export function createChannelCaller(deps: WorkerDeps, settings: WorkerSettings, paces: Paces, freed: () => void): ChannelCaller {
  const serving = new Map<string, Serving>();
  let stopping = false;

  async function serve(tenantId: number, left: Set<ClaimedCall>, pace: Pace, claimedAt: number): Promise<void> {
    for (const piece of piecesOf([...left], deps.connectors)) {
      // Half of the claim is kept for the piece in hand.
      if (stopping || pace.restsUntil > performance.now() || performance.now() - claimedAt > settings.channelClaimMs / 2) break;
      for (const call of piece) left.delete(call);
      const began = performance.now();
      const performed = await perform(deps, tenantId, piece, pace).catch((error: unknown): Performed[] => {
        deps.log.error({ calls: piece.map(({ id }) => id), error: describeError(error) }, "telling a channel failed");
        return piece.map(() => ({ result: { kind: "retry", reason: describeError(error), afterMs: null }, told: null }));
      });
      pace.ended(performed.some(({ result }) => result.kind !== "retry" || result.alone === true));
      await deps.channelCalls.finish(tenantId, piece.map((call, index) => endedCall(deps, settings, call, performed[index], pace.unknownAt >= began)));
    }
  }

  function start(tenantId: number, connectionId: string, calls: readonly ClaimedCall[], claimedAt: number): void {
    const left = new Set(calls);
    const served = serve(tenantId, left, paces.of(connectionId), claimedAt)
      .catch((error: unknown) => deps.log.warn({ connection: connectionId, error: describeError(error) }, "what a channel was told was not recorded"))
      .then(() => giveBack(deps, tenantId, left))
      .finally(() => {
        serving.delete(connectionId);
        freed();
      });
    serving.set(connectionId, { tenantId, left, ended: served });
  }

  return {
    async turn(tenantId) {
      if (stopping) return "nothing";
      const now = performance.now();
      const resting = [...new Set([...serving.keys(), ...paces.resting()])];
      const claimed = await deps.channelCalls.claim(tenantId, { perConnection: AT_ONCE, stockPerConnection: STOCK_AT_ONCE, resting, claimMs: settings.channelClaimMs });
      for (const [connectionId, calls] of grouped(claimed)) start(tenantId, connectionId, calls, now);
      return claimed.length > 0 ? "some" : "nothing";
    },
    async stop() {
      stopping = true;
      const all = [...serving.values()];
      await Promise.all(all.map(({ tenantId, left }) => giveBack(deps, tenantId, left)));
      await Promise.race([Promise.allSettled(all.map(({ ended: one }) => one)), sleep(settings.stopGraceMs, undefined, { ref: false })]);
    },
  };
}

function endedCall({ ambient, metrics }: WorkerDeps, settings: WorkerSettings, call: ClaimedCall, performed: Performed | undefined, unknown: boolean): EndedCall {
  const result = performed?.result ?? { kind: "retry", reason: "The connector did not say what became of it.", afterMs: null };
  const final = outOfTime(result, call, ambient.now(), settings) ?? result;
  metrics.count("ordo_channel_calls_total", { kind: call.work?.kind ?? "none", outcome: final.kind });
  if (final.kind === "done" && call.work) metrics.observe("ordo_channel_call_seconds", { kind: call.work.kind }, Math.max(0, ambient.now() - call.dueSince) / 1000);
  const pauseMs = Math.max(pauseOf(final, call, settings), final.kind === "retry" && unknown ? SETTLES_WITHIN_MS : 0);
  return { call, result: final, pauseMs, told: performed?.told ?? null };
}

/** What is not given back is claimed by nobody in a while, and taken up again then. */
async function giveBack({ channelCalls, log }: WorkerDeps, tenantId: number, left: Set<ClaimedCall>): Promise<void> {
  const calls = [...left];
  left.clear();
  if (calls.length > 0) await channelCalls.giveBack(tenantId, calls).catch((error: unknown) => log.warn({ calls: calls.length, error: describeError(error) }, "work at a channel was not given back"));
}

function grouped(calls: readonly ClaimedCall[]): ReadonlyMap<string, ClaimedCall[]> {
  const groups = new Map<string, ClaimedCall[]>();
  for (const call of calls) groups.set(call.connection.id, [...(groups.get(call.connection.id) ?? []), call]);
  return groups;
}

/** What was tried for as long as webhooks are is dead. */
function outOfTime(result: WriteBackResult, { dueSince }: ClaimedCall, now: number, { webhookPatienceMs }: WorkerSettings): WriteBackResult | null {
  return result.kind === "retry" && now - dueSince > webhookPatienceMs ? { kind: "dead", reason: result.reason } : null;
}

function pauseOf(result: WriteBackResult, { attempts }: ClaimedCall, { channelPausesMs }: WorkerSettings): number {
  if (result.kind !== "retry") return 0;
  const longest = channelPausesMs[Math.min(attempts, channelPausesMs.length - 1)] ?? 0;
  return Math.max(result.afterMs ?? 0, longest * (0.5 + Math.random() / 2));
}
