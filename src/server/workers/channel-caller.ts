import { availabilityOf } from "../../flows/availability.ts";
import type { CalledConnection, ClaimedCall, StockToTell } from "../../flows/channel-calls.ts";
import type { CallChannel, StockTold, WriteBackResult } from "../../flows/write-back.ts";
import type { Connector } from "../../flows/connector.ts";
import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { channelClient, type Pace, type Paces } from "./channel-client.ts";
import { describeError, type Found } from "./loop.ts";
import type { WorkerDeps, WorkerSettings } from "./ports.ts";

/** Pieces of work that one turn takes for a connection; they are done one after the other. */
const AT_ONCE = 10;
/** How long a claim lasts: ten pieces of work at the slowest pace, each of a few requests. */
const CLAIM_MS = 120_000;
/** What got no answer in time may still be running there: a look too early would not see it, and it would be done twice. */
const SETTLES_WITHIN_MS = 60_000;
const ANSWER_MAX = 2 * 1024 * 1024;

export interface ChannelCaller {
  turn(tenantId: number): Promise<Found>;
  /** Waits a while for work in hand; what is not recorded by then is done again, and looks before it acts. */
  stop(): Promise<void>;
}

/**
 * Tells channels what is due, each channel one thing after the other at its own pace, all channels beside each other. One
 * that is down holds up nobody else: after some failures it rests, and its work waits with growing pauses until its time
 * is over and a person decides. `freed` is told when a channel can take more.
 */
export function createChannelCaller(deps: WorkerDeps, settings: WorkerSettings, paces: Paces, freed: () => void): ChannelCaller {
  const serving = new Map<string, Promise<void>>();
  let stopping = false;

  async function serve(tenantId: number, calls: readonly ClaimedCall[], pace: Pace, claimedAt: number): Promise<void> {
    for (const call of calls) {
      // What is left is claimed by nobody in a while, and taken up again then.
      if (stopping || pace.restsUntil > performance.now() || performance.now() - claimedAt > CLAIM_MS / 2) return;
      const began = performance.now();
      const { result, told } = await perform(deps, tenantId, call, pace).catch((error: unknown) => {
        deps.log.error({ call: call.id, error: describeError(error) }, "telling a channel failed");
        return { result: { kind: "retry" as const, reason: describeError(error), afterMs: null }, told: null };
      });
      pace.ended(result.kind !== "retry");
      const ended = outOfTime(result, call, deps.ambient.now(), settings) ?? result;
      deps.metrics.count("ordo_channel_calls_total", { kind: call.work?.kind ?? "none", outcome: ended.kind });
      if (ended.kind === "done" && call.work) deps.metrics.observe("ordo_channel_call_seconds", { kind: call.work.kind }, Math.max(0, deps.ambient.now() - call.dueSince) / 1000);
      await deps.channelCalls.finish(tenantId, call, ended, Math.max(pauseOf(ended, call, settings), ended.kind === "retry" && pace.unknownAt >= began ? SETTLES_WITHIN_MS : 0), told);
    }
  }

  return {
    async turn(tenantId) {
      if (stopping) return "nothing";
      const now = performance.now();
      const resting = [...serving.keys(), ...paces.resting()];
      const claimed = await deps.channelCalls.claim(tenantId, { perConnection: AT_ONCE, resting, claimMs: CLAIM_MS });
      for (const [connectionId, calls] of grouped(claimed)) {
        const served = serve(tenantId, calls, paces.of(connectionId), now)
          .catch((error: unknown) => deps.log.warn({ connection: connectionId, error: describeError(error) }, "what a channel was told was not recorded"))
          .finally(() => {
            serving.delete(connectionId);
            freed();
          });
        serving.set(connectionId, served);
      }
      return claimed.length > 0 ? "some" : "nothing";
    },
    async stop() {
      stopping = true;
      await Promise.race([Promise.allSettled(serving.values()), sleep(settings.stopGraceMs, undefined, { ref: false })]);
    },
  };
}

function grouped(calls: readonly ClaimedCall[]): ReadonlyMap<string, ClaimedCall[]> {
  const groups = new Map<string, ClaimedCall[]>();
  for (const call of calls) groups.set(call.connection.id, [...(groups.get(call.connection.id) ?? []), call]);
  return groups;
}

interface Performed {
  readonly result: WriteBackResult;
  readonly told: Readonly<Record<string, number>> | null;
}

async function perform(deps: WorkerDeps, tenantId: number, { connection, work }: ClaimedCall, pace: Pace): Promise<Performed> {
  const connector = deps.connectors.get(connection.connector);
  const writeBack = connector?.writeBack;
  if (!writeBack) return { result: { kind: "dead", reason: `Channels of the kind "${connection.connector}" cannot be told anything.` }, told: null };
  if (work === null) return { result: { kind: "done", note: "What it was about is gone; there was nothing to tell." }, told: null };
  const call = channelClient(deps, connection, writeBack, pace, ANSWER_MAX);
  if (work.kind === "look_up") return { result: await lookUp(deps, tenantId, connection, work.subject, connector, call), told: null };
  if (work.kind === "fulfil") return { result: await writeBack.fulfil(work.told, call), told: null };
  if (work.kind === "cancel") return { result: await writeBack.cancel(work.told, call), told: null };
  const stock = await stockNow(deps, tenantId, connection, work.told);
  const figures: Record<string, number> = { "": stock.available, ...Object.fromEntries(stock.places.map(({ place, available }) => [place, available])) };
  if (same(figures, stock.toldBefore)) return { result: { kind: "done", note: `The channel was told ${stock.available} before.` }, told: null };
  const result = await writeBack.setStock(stock, call);
  return { result, told: result.kind === "done" ? figures : null };
}

/** What the channel answers is taken in like a message of its own; the same state twice is one message. */
async function lookUp({ inbox, ambient }: WorkerDeps, tenantId: number, { id: connectionId, connector: kind }: CalledConnection, subject: string, connector: Connector, call: CallChannel): Promise<WriteBackResult> {
  if (!connector.lookUp) return { kind: "dead", reason: `Channels of the kind "${kind}" cannot be asked.` };
  const answer = await connector.lookUp(subject, call);
  if (answer.kind !== "found") return answer;
  const body = Buffer.from(JSON.stringify(answer.body));
  const [isNew] = await inbox.keep(tenantId, [{ id: ambient.newId(), connectionId, deliveryId: answer.deliveryId, topic: answer.topic, bodyHash: hash("sha256", body), body }]);
  return { kind: "done", note: isNew === true ? "The channel answered; its answer is in the inbox." : "The channel answered what it had answered before." };
}

const same = (figures: Readonly<Record<string, number>>, before: Readonly<Record<string, number>> | null): boolean =>
  before !== null && Object.keys({ ...figures, ...before }).every((key) => figures[key] === before[key]);

/** What can be sold of a variant now, read at the moment of telling, so that the latest figure is told whatever was noted when. */
async function stockNow({ availability, ambient }: WorkerDeps, tenantId: number, { channel, places }: CalledConnection, { variantId, sku, perUnit, toldBefore }: StockToTell): Promise<StockTold> {
  const now = ambient.now();
  const facts = await availability(tenantId, { skus: [sku], at: now, now, channel });
  const item = facts.items.get(sku);
  const view = item && availabilityOf(item, null, facts);
  const network = Math.max(0, view?.network.atp ?? 0);
  const byPlace = new Map<string, number>(Object.values(places).map((place) => [place, 0]));
  for (const { node, eligible, atp } of view?.nodes ?? []) {
    const place = places[node];
    if (place !== undefined && eligible) byPlace.set(place, (byPlace.get(place) ?? 0) + atp);
  }
  return { variantId, sku, available: Math.floor(network / perUnit), toldBefore, places: shareOut(byPlace, network, perUnit) };
}

/** Places never show more together than the network has: what is promised already without a node is taken from the fullest. */
function shareOut(byPlace: ReadonlyMap<string, number>, network: number, perUnit: number): { place: string; available: number }[] {
  const places = [...byPlace].map(([place, atp]) => ({ place, atp })).toSorted((a, b) => b.atp - a.atp || (a.place < b.place ? -1 : 1));
  let over = places.reduce((sum, { atp }) => sum + atp, 0) - network;
  return places.map(({ place, atp }) => {
    const taken = Math.min(atp, Math.max(0, over));
    over -= taken;
    return { place, available: Math.floor((atp - taken) / perUnit) };
  }).toSorted((a, b) => (a.place < b.place ? -1 : 1));
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
