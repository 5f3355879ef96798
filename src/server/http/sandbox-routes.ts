import { z } from "zod";
import { DAY, HOUR, MINUTE } from "../../domain/kernel/index.ts";
import type { Answer } from "../../flows/ports.ts";
import { CLOCK_MOST_MS, doneSteps, FIRST_STEPS, type SandboxContents, type Scenario, SCENARIOS } from "../../flows/sandbox.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused, refused } from "./problem.ts";
import { operation } from "./route.ts";
import { text } from "./schemas/fields.ts";

/** What a sandbox can do for whoever tries things out. Everything refuses with NOT_A_SANDBOX where it is none. */
export interface SandboxRouteDeps {
  /** Null where this is a sandbox, else why it is none, in words. */
  readonly whyNot: () => string | null;
  readonly clock: { now(): number; offset(): number };
  readonly setClock: (tenantId: number, offsetMs: number) => Promise<void>;
  readonly placeTestOrder: () => Promise<Answer>;
  /** False where one is playing. */
  readonly play: (scenario: Scenario) => boolean;
  readonly progress: () => { readonly scenario: Scenario; readonly startedAt: number; readonly done: number; readonly of: number } | null;
  readonly contents: (tenantId: number) => Promise<SandboxContents>;
  readonly wipe: (tenantId: number) => Promise<void>;
}

const [words, whole, when] = [z.string(), z.int(), z.iso.datetime()];
const clockView = z.object({ time: when.describe("What time it is for orders, dates and schedules."), machine_time: when, ahead_seconds: whole.describe("How far it was moved on.") }).meta({ id: "SandboxClock" });
const playView = z.object({ scenario: z.enum(SCENARIOS), started_at: when, done: whole.describe("Orders that came in."), of: whole, playing: z.boolean() }).meta({ id: "SandboxScenario" });
const view = z.object({
  sandbox: z.boolean(), reason: words.nullable().describe("Why it is none."), clock: clockView, scenario: playView.nullable().describe("The one that plays, or was played last."), scenarios: z.array(z.enum(SCENARIOS)),
}).meta({ id: "Sandbox" });
const contentsView = z.object({ orders: whole, items: whole, nodes: whole, channels: whole, stock: whole, strategies: whole, connections: whole, webhooks: whole }).meta({ id: "SandboxContents" });
const stepsView = z.object({ data: z.array(z.object({ step: z.enum(FIRST_STEPS), done: z.boolean(), count: whole })) }).meta({ id: "FirstSteps" });

const SPAN = /^\+(\d{1,6})(m|h|d)$/;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY };
const clockBody = z.strictObject({ move: text(20).describe("+30m, +5h or +3d: further on than it is; reset: back to the machine's.") });
const wipeBody = z.strictObject({ confirm: z.literal("wipe").describe("That it is meant.") });

/** What a move of the clock makes of its offset. */
function moved(move: string, offsetMs: number): number {
  if (move === "reset") return 0;
  const [, amount, unit] = SPAN.exec(move) ?? [];
  const next = offsetMs + Number(amount) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (next > offsetMs && next <= CLOCK_MOST_MS) return next;
  const detail = Number.isNaN(next) || next <= offsetMs ? `move is "${move}": write +30m, +5h, +3d or reset. Time goes on, never back.` : `The clock goes at most ${CLOCK_MOST_MS / DAY} days ahead of the machine's.`;
  throw refused("INVALID_FIELD", detail, [{ pointer: "/move", code: "INVALID_FIELD", detail }]);
}

/** The sandbox of a demonstration, and the first steps of whoever goes on without it: for AppDeps.extraRoutes. */
export const sandboxRoutes = (deps: SandboxRouteDeps) => (app: App): void => {
  const about = { tag: "sandbox" } as const;
  const demand = (): void => {
    const why = deps.whyNot();
    if (why !== null) throw refused("NOT_A_SANDBOX", why);
  };
  const shownClock = (): z.infer<typeof clockView> => {
    const [now, ahead] = [deps.clock.now(), deps.clock.offset()];
    return { time: new Date(now).toISOString(), machine_time: new Date(now - ahead).toISOString(), ahead_seconds: Math.round(ahead / 1000) };
  };
  const shownPlay = (): z.infer<typeof playView> | null => {
    const one = deps.progress();
    return one && { scenario: one.scenario, started_at: new Date(one.startedAt).toISOString(), done: one.done, of: one.of, playing: one.done < one.of };
  };
  app.get("/v1/sandbox", operation({ ...about, scope: "orders:read", id: "getSandbox", summary: "Read whether this is a sandbox, what time it is there, and what plays" }, {}, { 200: view }), () => {
    const reason = deps.whyNot();
    return { sandbox: reason === null, reason, clock: shownClock(), scenario: shownPlay(), scenarios: [...SCENARIOS] };
  });
  app.post("/v1/sandbox/orders", operation(
    { ...about, scope: "orders:write", id: "placeTestOrder", summary: "Place an order that is worth explaining", description: "The goods for it arrive first. Only in a sandbox." }, { body: z.strictObject({}) }, { 201: z.object({ id: words, number: whole }).meta({ id: "TestOrder" }) },
  ), async (_, reply) => {
    demand();
    const answer = await deps.placeTestOrder();
    if (!answer.ok) throw new Refused(answer.refusal);
    return reply.code(201).send({ id: String(answer.body["id"]), number: Number(answer.body["number"]) });
  });
  app.post("/v1/sandbox/scenarios", operation(
    { ...about, scope: "admin", id: "playScenario", summary: "Play a scenario", description: "peak: more orders than a store can send. stores: orders that stores hand out, send and turn down. outage: a store closes with orders in flight. Only in a sandbox." },
    { body: z.strictObject({ scenario: z.enum(SCENARIOS) }) }, { 200: playView },
  ), (request) => {
    demand();
    if (!deps.play(request.body.scenario)) throw refused("NOT_IN_STATE", "A scenario is playing; wait until it is over.");
    return shownPlay() as z.infer<typeof playView>;
  });
  app.post("/v1/sandbox/clock", operation(
    { ...about, scope: "admin", id: "moveSandboxClock", summary: "Move the clock on, or back to the machine's", description: "Dates, promises, expiry and schedules go by it; sessions, keys and leases by the machine's. Only in a sandbox." }, { body: clockBody }, { 200: clockView },
  ), async (request) => {
    demand();
    await deps.setClock(callerOf(request).tenantId, moved(request.body.move, deps.clock.offset()));
    return shownClock();
  });
  app.get("/v1/sandbox/contents", operation({ ...about, scope: "admin", id: "getSandboxContents", summary: "Read what wiping the sandbox removes" }, {}, { 200: contentsView }), async (request) => {
    demand();
    const { people: _, ...contents } = await deps.contents(callerOf(request).tenantId);
    return contents;
  });
  app.post("/v1/sandbox/wipe", operation(
    { ...about, scope: "admin", id: "wipeSandbox", summary: "Remove the demonstration", description: "Everything goes but people, how they sign in, API keys and saved views; it is not made again. Only in a sandbox." }, { body: wipeBody }, { 200: z.object({ wiped: z.literal(true) }) },
  ), async (request) => {
    demand();
    await deps.wipe(callerOf(request).tenantId);
    return { wiped: true as const };
  });
  app.get("/v1/first-steps", operation({ ...about, scope: "orders:read", id: "listFirstSteps", summary: "Read what a new system still needs" }, {}, { 200: stepsView }), async (request) => {
    const done = doneSteps(await deps.contents(callerOf(request).tenantId));
    return { data: FIRST_STEPS.map((step) => ({ step, done: done[step] > 0, count: done[step] })) };
  });
};
