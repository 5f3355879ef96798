import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Fleet, openFleet } from "../support/storm/fleet.ts";
import { withEarlyAcknowledgement, withoutIdempotency, withoutStockGuards } from "../support/storm/mutants.ts";
import { verified } from "../support/storm/oracle.ts";
import { DatabaseProxy } from "../support/storm/proxy.ts";
import { openChannels, type Shop } from "../support/storm/shop.ts";
import { buyersOf, conclude, LEAST_DONE, storm, type StormOptions } from "../support/storm/storm.ts";

/** STORM_SEED=n repeats what everybody does; who is quicker is up to the machine. */
const seed = Number(process.env["STORM_SEED"] ?? Date.now() % 1_000_000);

let database: TestDatabase;
let fleet: Fleet;

describe("three processes", () => {
  beforeAll(async () => {
    database = await createTestDatabase();
    const { ownerUrl: databaseUrl } = database;
    fleet = await openFleet({ ownerUrl: databaseUrl, programs: [{ databaseUrl, role: "api" }, { databaseUrl, role: "api" }, { databaseUrl, role: "all" }] });
    await openChannels(fleet.driver);
  });
  afterAll(async () => {
    const codes = await fleet?.close();
    await database?.drop();
    expect(codes, "exit codes of a clean stop").toEqual([0, 0, 0]);
  });

  test(`2,000 buyers: nothing is sold twice, lost, doubled or half done (STORM_SEED=${seed})`, async () => {
    const options: StormOptions = { name: "storm", seed, quietStocks: [1, 500, 300, 30], crowd: 1.5, hotStock: 100, buyers: 700, nodeWorkers: 8, clerks: 4, errands: 40 };
    const began = performance.now();
    const shop = await storm(fleet.driver, options);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const { problems, figures, done } = await conclude(fleet, [shop]);
    console.log(`storm: ${buyersOf(shop, options)} buyers in ${seconds} s; ${JSON.stringify(figures)}; ${JSON.stringify(done)}`);
    expect(problems).toEqual([]);
    expect(await verified(database.ownerUrl)).toEqual([]);
    expect(buyersOf(shop, options)).toBeGreaterThanOrEqual(2_000);
    expect(figures.refused, "buyers that were too late").toBeGreaterThan(500);
    for (const [kind, least] of Object.entries(LEAST_DONE)) expect(done[kind] ?? 0, `acknowledged: ${kind}`).toBeGreaterThanOrEqual(least);
  }, 120_000);
});

describe("mutants: the oracle sees", () => {
  let proxy: DatabaseProxy;
  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await DatabaseProxy.open(database.ownerUrl);
    const databaseUrl = proxy.through(database.ownerUrl);
    fleet = await openFleet({ ownerUrl: database.ownerUrl, programs: [{ databaseUrl, role: "api" }, { databaseUrl, role: "all" }] });
    await openChannels(fleet.driver);
  });
  afterAll(async () => {
    await fleet?.close();
    await proxy?.close();
    await database?.drop();
  });

  const small: Omit<StormOptions, "name"> = { seed, quietStocks: [20], crowd: 1.25, hotStock: 60, buyers: 60, nodeWorkers: 2, clerks: 1, errands: 10 };
  const judged = async (name: string, over: Partial<StormOptions> = {}, also: (shop: Shop) => Promise<unknown> = async () => undefined): Promise<readonly string[]> => {
    fleet.driver.history.calls.length = 0;
    const shop = await storm(fleet.driver, { ...small, name, ...over });
    await also(shop);
    return (await conclude(fleet, [shop], { prefix: name, patienceMs: 1, keep: false })).problems;
  };
  const of = (kind: string) => (problem: string): boolean => problem.startsWith(kind);

  test("answers that are forgotten: twins and repetitions are done twice", async () => {
    const heal = await withoutIdempotency(fleet.records);
    const problems = await judged("forgetful", { buyers: 20 }, ({ name, deep }) => Promise.all(Array.from({ length: 10 }, (_, n) =>
      fleet.driver.perform({ kind: "receive", sku: deep, node: "east", quantity: 1 }, { key: `${name}/twin-${n}`, target: 0, twin: true }))));
    await heal();
    expect(problems.filter(of("done twice")).length).toBeGreaterThan(0);
  });

  test("acknowledgement before the commit: what was acknowledged is lost", async () => {
    const swallowed = withEarlyAcknowledgement(proxy, 3);
    let lost = 0;
    // Whether a commit that is swallowed held what somebody was answered for, or only a worker's turn, is up to the moment.
    for (let round = 0; round < 4 && lost === 0; round += 1) lost = (await judged(`hasty${round}`)).filter(of("lost")).length;
    expect(swallowed()).toBeGreaterThan(0);
    expect(lost).toBeGreaterThan(0);
  });

  test("no second look and no CHECK: units are sold that do not exist", async () => {
    const planted = await withoutStockGuards(fleet.records, proxy);
    let oversold = 0;
    // Whether two groups read the same last units is up to the moment.
    for (let round = 0; round < 4 && oversold === 0; round += 1) oversold = (await judged(`blind${round}`, { quietStocks: [60, 40, 30], crowd: 2, buyers: 0, clerks: 0 })).filter(of("oversold")).length;
    expect(planted(), "statements that were blinded").toBeGreaterThan(0);
    expect(oversold).toBeGreaterThan(0);
  });
});
