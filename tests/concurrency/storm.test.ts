import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Fleet, openFleet } from "../support/storm/fleet.ts";
import { verified } from "../support/storm/oracle.ts";
import { openChannels } from "../support/storm/shop.ts";
import { buyersOf, conclude, storm, type StormOptions } from "../support/storm/storm.ts";

/** STORM_SEED=n repeats what everybody does; who is quicker is up to the machine. */
const seed = Number(process.env["STORM_SEED"] ?? Date.now() % 1_000_000);

let database: TestDatabase;
let fleet: Fleet;
beforeAll(async () => {
  database = await createTestDatabase();
  const databaseUrl = database.ownerUrl;
  fleet = await openFleet({ ownerUrl: databaseUrl, programs: [{ databaseUrl, role: "api" }, { databaseUrl, role: "api" }, { databaseUrl, role: "all" }] });
  await openChannels(fleet.driver);
});
afterAll(async () => {
  await fleet?.close();
  await database?.drop();
});

const STORM: StormOptions = { name: "storm", seed, quietStocks: [1, 500, 37, 30], hotStock: 130, buyers: 1_250, nodeWorkers: 8, clerks: 4, errands: 40 };

test(`2,000 buyers at three processes: nothing is sold twice, lost or half done (STORM_SEED=${seed})`, async () => {
  const began = performance.now();
  const shop = await storm(fleet.driver, STORM);
  const seconds = (performance.now() - began) / 1000;
  const { problems, figures, done } = await conclude(fleet, [shop]);
  console.log(`storm: ${buyersOf(shop, STORM)} buyers, ${seconds.toFixed(1)} s, ${JSON.stringify(figures)}, ${JSON.stringify(done)}`);
  expect(problems).toEqual([]);
  expect(await verified(database.ownerUrl)).toEqual([]);
  expect(figures).toMatchObject({ unresolved: 0 });
});
