import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { type Fleet, openFleet } from "../support/storm/fleet.ts";
import { verified } from "../support/storm/oracle.ts";

/** Real processes, one of which is killed again and again, and more buyers than three nodes can send orders in their week. */

/** CAPACITY_ROUNDS=n asks for another number of rounds. */
const rounds = Number(process.env["CAPACITY_ROUNDS"] ?? 5);
const BUYERS = 900;
const LIMITS = { east: 30, west: 25, south: 40 } as const;
const PLACES = 7 * (LIMITS.east + LIMITS.west + LIMITS.south);

let database: TestDatabase;
let fleet: Fleet;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  const { ownerUrl: databaseUrl } = database;
  fleet = await openFleet({ ownerUrl: databaseUrl, programs: [0, 1, 2].map(() => ({ databaseUrl, role: "api", supervised: true })) });
  owner = new pg.Client({ connectionString: databaseUrl });
  await owner.connect();
  await fleet.driver.put("/v1/channels/web", { name: "Web", currency: "EUR", when_unavailable: "refuse" });
});
afterAll(async () => {
  await owner?.end();
  await fleet?.close();
  await database?.drop();
});

test(`${rounds} weeks of three nodes are sold out to the last order, and not beyond`, async () => {
  const { driver } = fleet;
  for (let round = 0; round < rounds; round++) {
    const nodes = Object.entries(LIMITS).map(([name, limit]) => ({ code: `${name}-${round}`, limit }));
    const sku = `HOT-${round}`;
    await driver.put(`/v1/items/${sku}`, { name: sku });
    for (const { code, limit } of nodes) {
      await driver.put(`/v1/nodes/${code}`, { name: code, operations: { capacity: { orders_per_day: limit } } });
      await driver.perform({ kind: "receive", sku, node: code, quantity: 10_000 }, { key: `${code}/open`, target: 0 });
    }
    let buying = true;
    const killing = (async (): Promise<void> => {
      for (; buying; await sleep(500)) await fleet.programs[1]?.kill();
    })();
    const calls = await Promise.all(Array.from({ length: BUYERS }, (_, buyer) => driver.perform(
      { kind: "capture", externalId: `${sku}/${buyer}`, channel: "web", lines: [{ sku, quantity: 1 + (buyer % 3) }], claim: null }, { key: `${sku}/${buyer}`, target: buyer, twin: buyer % 5 === 0 },
    )));
    buying = false;
    await killing;
    expect(calls.filter(({ outcome }) => outcome === "acknowledged")).toHaveLength(PLACES);
    const { rows } = await owner.query<{ code: string; orders: number }>(`
      select n.code, count(*)::int as orders from ordo.shipment s join ordo.node n on n.id = s.node_id
      where n.code = any($1) and s.capacity_units is not null group by n.code, s.capacity_date`, [nodes.map(({ code }) => code)]);
    expect(rows.filter(({ code, orders }) => orders !== nodes.find((node) => node.code === code)?.limit)).toEqual([]);
    expect(rows).toHaveLength(21);
  }
  expect(await verified(database.ownerUrl)).toEqual([]);
});
