import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../simulation/random.ts";
import { type Blow, type CrashScene, judgeMessages, killLeaseHolder, openCrashScene, startLoad, strike, type Struck, told, type Victim } from "../support/storm/crash.ts";
import { PHASES } from "../support/storm/proxy.ts";
import { verified } from "../support/storm/oracle.ts";
import { conclude } from "../support/storm/storm.ts";

/** CRASH_SEED=n begins with another seed, CRASH_ROUNDS=n asks for another number of rounds. */
const first = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000);
const rounds = Number(process.env["CRASH_ROUNDS"] ?? 20);
const BLOWS_A_ROUND = 6;
/** Rounds that begin with the death of whoever does the journey's work: a lease takes 15 s to run out. */
const TAKEOVER_EVERY = 4;
const MINUTES = 20;
const VICTIMS: readonly Victim[] = ["program", "connection", "backend", "program", "connection", "postmaster"];

/** The statement that was struck least often, of those that the load brings about just now. */
async function nextStep({ proxies }: CrashScene, tries: ReadonlyMap<string, number>): Promise<string | null> {
  for (const proxy of proxies) proxy.seen.clear();
  await sleep(400);
  const seen = [...new Set(proxies.flatMap((proxy) => [...proxy.seen.keys()]))];
  return seen.toSorted((a, b) => (tries.get(a) ?? 0) - (tries.get(b) ?? 0) || (a < b ? -1 : 1))[0] ?? null;
}

const foreign = process.env["ORDO_TEST_DATABASE_URL"] !== undefined;
describe.skipIf(foreign)("kill -9 under load (on the built-in PostgreSQL, which is started again by itself)", () => {
  let scene: CrashScene;
  beforeAll(async () => {
    scene = await openCrashScene();
  });
  afterAll(() => scene?.close());

  test(`${rounds} rounds, from CRASH_SEED=${first} on: nothing acknowledged is lost, doubled or half done`, async () => {
    const { fleet } = scene;
    const tries = new Map<string, number>();
    const all: Struck[] = [];
    const takeovers: number[] = [];
    let [calls, unknowns] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const name = `crash${String(round).padStart(3, "0")}`;
      const random = new Random(first + round);
      fleet.driver.history.calls.length = 0;
      const load = await startLoad(fleet.driver, { name, seed: first + round, quietStocks: [1, 30, 20], crowd: 1.5, hotStock: random.integer(60, 300), buyers: 10, nodeWorkers: 3, clerks: 2 });
      const takeover = round % TAKEOVER_EVERY === 0 ? (await killLeaseHolder(scene)).takeover : null;
      const struck: Struck[] = [];
      for (let n = 0; n < BLOWS_A_ROUND; n++) {
        // The last blow of a round falls at random.
        const step = n === BLOWS_A_ROUND - 1 ? null : await nextStep(scene, tries);
        if (step !== null) tries.set(step, (tries.get(step) ?? 0) + 1);
        const blow: Blow = { victim: VICTIMS[(n + round) % VICTIMS.length] ?? "program", phase: PHASES[(n + round * 2) % PHASES.length] ?? "before", step };
        struck.push(await strike(scene, load.shop, n, blow, random));
      }
      await load.stop();
      if (takeover !== null) takeovers.push(await takeover);
      const { problems, figures } = await conclude(fleet, [load.shop], { prefix: name, patienceMs: 60_000 });
      console.log(`round ${round}: ${struck.map(told).join(", ")}${takeover === null ? "" : `; takeover after ${takeovers.at(-1)?.toFixed(1)} s`}; ${figures.calls} calls, ${figures.unknownsResolved} unknowns resolved`);
      expect(problems, `CRASH_SEED=${first + round}`).toEqual([]);
      all.push(...struck);
      calls += figures.calls;
      unknowns += figures.unknownsResolved;
    }
    const messages = await judgeMessages(scene);
    expect(messages.problems).toEqual([]);
    expect(await verified(scene.server.ownerUrl)).toEqual([]);
    const fell = all.filter(({ reached }) => reached);
    const steps = new Set(fell.flatMap(({ step }) => step ?? []));
    const slow = fell.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
    console.log(`crashes: ${rounds} rounds, ${fell.length + takeovers.length} kills (${all.length - fell.length} not reached), ${steps.size} of ${tries.size} steps, ${calls} calls, ${unknowns} unknowns resolved, `
      + `new orders after ${slow[Math.floor(slow.length / 2)]?.toFixed(1)} s (median) and ${slow.at(-1)?.toFixed(1)} s at most, takeover after ${Math.max(...takeovers).toFixed(1)} s at most, ${messages.told} messages, ${messages.repeated} repeated`);
    expect(fell.length, "blows that fell").toBeGreaterThan(rounds * BLOWS_A_ROUND * 0.7);
    expect(unknowns).toBeGreaterThan(rounds);
    expect(Math.max(...takeovers), "takeover").toBeLessThan(45);
  }, MINUTES * 60_000);
});
