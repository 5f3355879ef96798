import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../simulation/random.ts";
import { type Blow, type CrashScene, judgeMessages, openCrashScene, signal, startLoad, strike, type Struck, told } from "../support/storm/crash.ts";
import { HttpClient, type Reply } from "../support/storm/http.ts";
import { withoutDurability, withoutIdempotency } from "../support/storm/mutants.ts";
import { verified } from "../support/storm/oracle.ts";
import { API_KEY } from "../support/storm/program.ts";
import { DatabaseProxy } from "../support/storm/proxy.ts";
import { openShop } from "../support/storm/shop.ts";
import { conclude } from "../support/storm/storm.ts";

/** CRASH_SEED=n repeats what everybody does and where the blows fall; who is quicker is up to the machine. */
const seed = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000);

const ON_THE_DATABASE: readonly Blow[] = [
  { victim: "connection", step: "commit", phase: "after" }, { victim: "backend", step: "insert_orders", phase: "during" }, { victim: "postmaster", step: "commit", phase: "during" },
];
const ON_THE_API: readonly Blow[] = [{ victim: "program", step: "append_events", phase: "after", only: 0 }, { victim: "program", step: null, phase: "during", only: 0 }];

const foreign = process.env["ORDO_TEST_DATABASE_URL"] !== undefined;
describe.skipIf(foreign)("kill -9 under load (on the built-in PostgreSQL, which is started again by itself)", () => {
  let scene: CrashScene;
  beforeAll(async () => {
    scene = await openCrashScene();
  });
  afterAll(() => scene?.close());

  test(`of a program, a connection, a backend and the postmaster: nothing acknowledged is lost, doubled or half done (CRASH_SEED=${seed})`, async () => {
    const { fleet } = scene;
    const random = new Random(seed);
    const load = await startLoad(fleet.driver, { name: "crash", seed, quietStocks: [1, 40, 20], crowd: 1.5, hotStock: 300, buyers: 10, nodeWorkers: 3, clerks: 2 });
    const struck: Struck[] = [];
    for (const blow of ON_THE_DATABASE) struck.push(await strike(scene, load.shop, struck.length, blow, random));
    for (const blow of ON_THE_API) struck.push(await strike(scene, load.shop, struck.length, blow, random));
    await load.stop();
    const { problems, figures, done } = await conclude(fleet, [load.shop], { patienceMs: 40_000 });
    const messages = await judgeMessages(scene);
    console.log(`crash: ${struck.map(told).join(", ")}; ${JSON.stringify(figures)}; ${JSON.stringify(done)}; ${messages.told} messages, ${messages.repeated} repeated`);
    expect([...problems, ...messages.problems]).toEqual([]);
    expect(await verified(scene.server.ownerUrl)).toEqual([]);
    expect(struck.filter(({ reached }) => reached).length, "blows that fell").toBe(struck.length);
    expect(figures.unknownsResolved).toBeGreaterThan(0);
    expect(figures.acknowledged).toBeGreaterThan(300);
  }, 180_000);

  test("of a connection whose commit was sent: commands without a key are not done again, and say that nobody knows", async () => {
    const { fleet, proxies } = scene;
    await openShop(fleet.driver, "keyless", seed, { quietStocks: [], crowd: 1, hotStock: 1 });
    const client = new HttpClient({ port: fleet.programs[0]?.port ?? 0, apiKey: API_KEY, connections: 20, timeoutMs: 20_000 });
    const ask = (): Promise<Reply[]> =>
      Promise.all(Array.from({ length: 20 }, () => client.request({ method: "POST", path: "/v1/stock/receipts", body: JSON.stringify({ sku: "keyless-HOT-A", node: "south", quantity: 1 }), key: null })));
    const count = (replies: readonly Reply[], holds: (status: number, body: string) => boolean): number => replies.filter((reply) => reply.kind === "answered" && holds(reply.status, reply.body)).length;
    let [received, largest] = [0, 0];
    // Which commit is a group's is up to the moment; most are, and fewer where the machine has much to do.
    for (let round = 0; round < 40 && largest < 2; round++) {
      const cut = DatabaseProxy.spring(proxies.slice(0, 1), { step: "commit", phase: "after", passes: (round + 1) % 3 }, 700);
      const replies = await ask();
      await cut;
      const unknown = count(replies, (_, text) => text.includes("OUTCOME_UNKNOWN"));
      expect(count(replies, (status) => status === 200) + unknown).toBe(20);
      received += 20;
      largest = Math.max(largest, unknown);
    }
    client.close();
    expect(largest, "commands of the largest group that was cut").toBeGreaterThan(1);
    expect((await fleet.records.read("keyless-HOT-A")).items[0]).toMatchObject({ on_hand: received + 2, received_events: received + 2 });
  }, 60_000);

  describe("mutants: the oracle sees", () => {
    test("answers that are forgotten: what was cut after its commit is done twice", async () => {
      const { driver, records } = scene.fleet;
      driver.history.calls.length = 0;
      const shop = await openShop(driver, "forgetful", seed, { quietStocks: [], crowd: 1, hotStock: 1 });
      const heal = await withoutIdempotency(records);
      for (let n = 0; n < 3; n++) {
        const cut = DatabaseProxy.spring(scene.proxies.slice(0, 1), { step: "commit", phase: "after" }, 10_000);
        await driver.perform({ kind: "receive", sku: shop.deep, node: "east", quantity: 1 }, { key: `forgetful/${n}`, target: 0 });
        expect(await cut).not.toBeNull();
      }
      await heal();
      const { problems } = await conclude(scene.fleet, [shop], { prefix: "forgetful", patienceMs: 1, keep: false });
      expect(problems.filter((problem) => problem.startsWith("done twice"))).toEqual(["done twice: forgetful-DEEP has 9 receipts, 6 were acknowledged"]);
    }, 60_000);

    test("commits that are acknowledged before they are on disk: a killed postmaster loses orders", async () => {
      const { server, fleet } = scene;
      await withoutDurability(fleet.records);
      for (const proxy of scene.proxies) proxy.cutAll();
      fleet.driver.history.calls.length = 0;
      const load = await startLoad(fleet.driver, { name: "careless", seed, quietStocks: [], crowd: 1, hotStock: 300, buyers: 10, nodeWorkers: 0, clerks: 1 });
      await sleep(1_000);
      signal(server.pid);
      await load.stop();
      const { problems } = await conclude(fleet, [load.shop], { prefix: "careless", patienceMs: 1, keep: false });
      expect(problems.filter((problem) => problem.startsWith("lost")).length).toBeGreaterThan(0);
    }, 60_000);
  });
});
