import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../simulation/random.ts";
import { type Blow, type CrashScene, judgeMessages, killLeaseHolder, openCrashScene, startLoad, strike } from "../support/storm/crash.ts";
import { verified } from "../support/storm/oracle.ts";
import { conclude } from "../support/storm/storm.ts";

/** CRASH_SEED=n repeats what everybody does and where the blows fall; who is quicker is up to the machine. */
const seed = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000);

const BLOWS: readonly Blow[] = [
  { victim: "connection", step: "commit", phase: "after" }, { victim: "program", step: "append_events", phase: "after" },
  { victim: "backend", step: "insert_orders", phase: "during" }, { victim: "postmaster", step: "commit", phase: "during" }, { victim: "program", step: null, phase: "during" },
];

const foreign = process.env["ORDO_TEST_DATABASE_URL"] !== undefined;
describe.skipIf(foreign)("kill -9 under load (on the built-in PostgreSQL, which is started again by itself)", () => {
  let scene: CrashScene;
  beforeAll(async () => {
    scene = await openCrashScene();
  });
  afterAll(() => scene?.close());

  test(`of a program, its worker, a backend and the postmaster: nothing acknowledged is lost, doubled or half done (CRASH_SEED=${seed})`, async () => {
    const { fleet } = scene;
    const random = new Random(seed);
    const load = await startLoad(fleet.driver, { name: "crash", seed, quietStocks: [1, 40, 20], crowd: 1.5, hotStock: 300, buyers: 10, nodeWorkers: 3, clerks: 2 });
    const { takeover, role } = await killLeaseHolder(scene);
    const struck = [];
    for (const [number, blow] of BLOWS.entries()) struck.push(await strike(scene, load.shop, number, blow, random));
    await load.stop();
    const seconds = await takeover;
    const { problems, figures, done } = await conclude(fleet, [load.shop], { patienceMs: 40_000 });
    const messages = await judgeMessages(scene);
    console.log(`crash: ${struck.map(({ victim, step, phase, reached, seconds: s }) => `${victim}${step ? ` ${phase} ${step}` : ""}${reached ? "" : " (not reached)"} ${s.toFixed(1)} s`).join(", ")}; the ${role}'s work was taken over in ${seconds.toFixed(1)} s; ${JSON.stringify(figures)}; ${JSON.stringify(done)}; ${messages.told} messages, ${messages.repeated} repeated`);
    expect([...problems, ...messages.problems]).toEqual([]);
    expect(await verified(scene.server.ownerUrl)).toEqual([]);
    expect(struck.filter(({ reached }) => reached).length, "blows that fell").toBe(BLOWS.length);
    expect(seconds, "takeover").toBeLessThan(30);
    expect(figures.unknownsResolved).toBeGreaterThan(0);
    expect(figures.acknowledged).toBeGreaterThan(300);
  }, 180_000);
});
