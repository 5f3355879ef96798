import { accept, DAY, type FieldError, type Instant, type Outcome, publicId, refuse } from "../domain/kernel/index.ts";
import { refuseFields } from "../domain/order/index.ts";
import { answerOnce, done } from "./idempotent.ts";
import type { Past } from "./past.ts";
import type { Ambient, Answer, CommandHead } from "./ports.ts";
import type { KeptQuestion } from "./simulations.ts";
import type { StrategyStore } from "./strategy-store.ts";

/** Orders of one simulation at most: each is kept in memory, twice, until it ends. */
export const SIMULATED_ORDERS_MAX = 50_000;
/** Days that one simulation looks back over at most. */
export const SIMULATED_DAYS_MAX = 92;

/** A question about the past, as people ask it. */
export interface SimulationRequest extends CommandHead {
  readonly from: Instant;
  readonly to: Instant;
  readonly channel: string | null;
  /** Code of a strategy; null to live through what was, by what held. */
  readonly strategy: string | null;
  /** Null for its draft. */
  readonly version: number | null;
  readonly generated: number | null;
}

export interface Asking {
  readonly store: StrategyStore;
  readonly past: Past;
  readonly ambient: Ambient;
}

/** Takes a question, or says everything that is wrong with it; answers with the id of what a worker then answers. */
export async function askSimulation(asking: Asking, tenantId: number, request: SimulationRequest): Promise<Answer> {
  const { store, ambient } = asking;
  const asked = await check(asking, tenantId, request);
  const [answer = refuse("INTERNAL", "The question got no answer.")] = await store.transact(tenantId, (tx) => answerOnce(tx, [request], async () => {
    if (!asked.ok) return { answers: [asked], save: async () => {} };
    const id = ambient.newId();
    return { answers: [done({ simulation: publicId("simulation", id) }, true)], save: () => tx.createSimulation({ id, question: asked.value, actor: request.actor }) };
  }));
  return answer;
}

async function check({ store, past, ambient }: Asking, tenantId: number, request: SimulationRequest): Promise<Outcome<KeptQuestion>> {
  const errors: FieldError[] = [];
  const now = ambient.now();
  // What is to come is not there yet.
  const to = Math.min(request.to, now);
  if (request.from >= request.to) errors.push(field("/to", `to ${iso(request.to)} is not after from ${iso(request.from)}.`));
  else if (request.from >= now) errors.push(field("/from", `from ${iso(request.from)} has not come yet: simulate what was.`));
  else if (to - request.from > SIMULATED_DAYS_MAX * DAY) errors.push(field("/from", `From ${iso(request.from)} to ${iso(to)} are ${Math.ceil((to - request.from) / DAY)} days; one simulation takes at most ${SIMULATED_DAYS_MAX}.`));
  const { channels: all } = await past.facts(tenantId, to);
  const channel = request.channel === null ? null : (all.find(({ code }) => code === request.channel) ?? null);
  if (request.channel !== null && channel === null) errors.push({ pointer: "/channel", code: "UNKNOWN_CHANNEL", detail: `There is no channel "${request.channel}".` });
  if (request.version !== null && request.strategy === null) errors.push(field("/version", "A version is one of a strategy: name the strategy."));
  const strategy = request.strategy === null ? null : await strategyOf(store, tenantId, request.strategy, request.version, errors);
  if (errors.length > 0) return refuseFields(errors);
  if (strategy !== null && channel === null) {
    const before = (await past.facts(tenantId, request.from)).channels;
    if (![...all, ...before].some((one) => one.strategy === strategy.code)) errors.push(field("/channel", `No channel routed by ${strategy.code} then, so it would move nothing: name the channel that is to go by it.`));
  }
  errors.push(...await wrongRange(past, tenantId, { from: request.from, to, channelId: channel?.id ?? null }));
  if (errors.length > 0) return refuseFields(errors);
  return accept({ from: request.from, to, channel: channel && { id: channel.id, code: channel.code }, strategy, generated: request.generated });
}

const iso = (at: Instant): string => new Date(at).toISOString();
const field = (pointer: string, detail: string): FieldError => ({ pointer, code: "INVALID_FIELD", detail });

async function strategyOf(store: StrategyStore, tenantId: number, code: string, version: number | null, errors: FieldError[]): Promise<KeptQuestion["strategy"]> {
  const state = await store.transact(tenantId, (tx) => tx.lockStrategy(code, version));
  const found = version === null ? state?.draft : state?.asked;
  if (found) return { code, version: found.version, revision: found.revision, draft: found.published === null, groups: found.groups };
  if (state === null) errors.push({ pointer: "/strategy", code: "UNKNOWN_STRATEGY", detail: `There is no routing strategy "${code}".` });
  else if (version === null) errors.push({ pointer: "/strategy", code: "UNKNOWN_STRATEGY", detail: `Strategy ${code} has no draft: write one, or name one of its versions.` });
  else errors.push({ pointer: "/version", code: "UNKNOWN_STRATEGY", detail: `Strategy ${code} has no version ${version}.` });
  return null;
}

async function wrongRange(past: Past, tenantId: number, range: Parameters<Past["count"]>[1]): Promise<FieldError[]> {
  const { orders, first, last } = await past.count(tenantId, range, SIMULATED_ORDERS_MAX + 1);
  if (orders > SIMULATED_ORDERS_MAX) return [field("/to", `More than ${SIMULATED_ORDERS_MAX} orders came in from ${iso(range.from)} to ${iso(range.to)}: one simulation takes as many. Ask about a shorter time, or one channel.`)];
  if (orders > 0) return [];
  const known = first === null || last === null ? "There is no order at all yet" : `The first order came in at ${iso(first)}, the latest at ${iso(last)}`;
  return [field("/from", `No order came in from ${iso(range.from)} to ${iso(range.to)}. ${known}.`)];
}
