import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../support/postgres.ts";
import { openWorld, type World } from "../support/world.ts";
import { runModel } from "./run-model.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

test("whatever people do, the database agrees with a table on paper after every command", async () => {
  const met = await runModel(world, 40, 25, 40_000);
  for (const name of ["capture: PROCESSING", "receive: ok", "release: ok", "cancel: ok", "count: ok", "repeat: ok"]) expect(met.get(name), name).toBeGreaterThan(5);
}, 90_000);
