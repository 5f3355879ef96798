import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../simulation/random.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Fleet, openFleet } from "../support/storm/fleet.ts";
import { verified } from "../support/storm/oracle.ts";
import { openChannels } from "../support/storm/shop.ts";
import { buyersOf, conclude, storm, type StormOptions } from "../support/storm/storm.ts";

/** STORM_SEED=n begins with another seed, STORM_ROUNDS=n asks for another number of rounds. */
const first = Number(process.env["STORM_SEED"] ?? Date.now() % 1_000_000);
const rounds = Number(process.env["STORM_ROUNDS"] ?? 20);
const MINUTES = 20;

let database: TestDatabase;
let fleet: Fleet;
beforeAll(async () => {
  database = await createTestDatabase();
  const { ownerUrl: databaseUrl } = database;
  fleet = await openFleet({ ownerUrl: databaseUrl, programs: [{ databaseUrl, role: "api" }, { databaseUrl, role: "all" }, { databaseUrl, role: "all" }] });
  await openChannels(fleet.driver);
});
afterAll(async () => {
  await fleet?.close();
  await database?.drop();
});

/** About 2,000 buyers for 1 to 500 units, in another mixture each time. */
function optionsOf(round: number): StormOptions {
  const random = new Random(first + round);
  const crowd = 1.2 + random.next();
  return {
    name: `round${String(round).padStart(3, "0")}`, seed: first + round, crowd, quietStocks: [1, random.integer(2, 60), random.integer(300, 500), random.integer(100, 400)],
    hotStock: random.integer(20, 250), buyers: random.integer(400, 800), nodeWorkers: random.integer(4, 12), clerks: random.integer(1, 6), errands: 60,
  };
}

test(`${rounds} storms, from STORM_SEED=${first} on`, async () => {
  let [buyers, calls, slowest] = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const options = optionsOf(round);
    fleet.driver.history.calls.length = 0;
    const shop = await storm(fleet.driver, options);
    const { problems, figures } = await conclude(fleet, [shop], { prefix: options.name });
    expect(problems, `STORM_SEED=${options.seed}`).toEqual([]);
    expect(figures).toMatchObject({ unresolved: 0 });
    buyers += buyersOf(shop, options);
    calls += figures.calls;
    slowest = Math.max(slowest, figures.p99);
  }
  expect(await verified(database.ownerUrl)).toEqual([]);
  console.log(`storms: ${rounds} rounds, ${buyers} buyers, ${calls} calls, p99 of the slowest round ${slowest} ms`);
  expect(buyers).toBeGreaterThan(rounds * 1_000);
}, MINUTES * 60_000);
