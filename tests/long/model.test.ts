import { afterAll, beforeAll, expect, test } from "vitest";
import { runModel } from "../model/run-model.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { openWorld, type World } from "../support/world.ts";

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

/** Every step that a shipment, a cancellation, a claim or a hold can take, and the refusals beside them. */
const STEPS = [
  "capture: PROCESSING", "capture: BACKORDERED", "capture: PENDING", "capture: ON_HOLD", "capture: INSUFFICIENT_STOCK", "receive: ok", "adjust: ok", "adjust: QUANTITY_NOT_THERE", "count: ok",
  "release: ok", "release: HOLD_BLOCKS", "accept: ok", "reject: ok", "pick: ok", "pick short: ok", "pack: ok", "ship: ok", "hand over: ok", "deliver: ok", "yes: ok", "no: ok",
  "accept: NOT_IN_STATE", "pack: NOT_IN_STATE", "ship: NOT_IN_STATE", "yes: NO_CANCEL_REQUESTED", "cancel: ok", "cancel: ALREADY_SHIPPED", "cancel: QUANTITY_NOT_THERE",
  "claim: ok", "claim: INSUFFICIENT_STOCK", "release claim: ok", "place hold: ok", "place hold: NOT_IN_STATE", "release hold: ok", "repeat: ok",
];

test("200 sequences of 50 commands leave the database as a table on paper says", async () => {
  const met = await runModel(world, 200, 50, 15 * 60_000);
  expect(STEPS.filter((name) => (met.get(name) ?? 0) < 5)).toEqual([]);
});
