import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { parsePublicId } from "../src/domain/kernel/index.ts";
import { actOnOrders } from "../src/flows/act-on-orders.ts";
import { captureOrders } from "../src/flows/capture-orders.ts";
import type { ShipmentAction } from "../src/flows/order-actions.ts";
import type { Ambient, Answer } from "../src/flows/ports.ts";
import { openPool } from "../src/postgres/database.ts";
import { postgresStore } from "../src/postgres/store.ts";
import { newId } from "../src/postgres/tenants.ts";
import { verifyTenant } from "../src/postgres/verify/index.ts";
import { type BenchDatabase, withDatabase } from "./support/database.ts";
import { command } from "./support/orders.ts";
import { progress, report } from "./support/report.ts";
import { seed } from "./support/seed.ts";
import { startServer } from "./support/server.ts";

const { values: options } = parseArgs({ options: { json: { type: "boolean", default: false }, orders: { type: "string", default: "100000" } } });
const orders = Number(options.orders);
const GROUP = 200;
/** Orders that are there before statistics are made: those of empty tables mislead the planner. */
const FIRST = 2000;
/** The way of a shipment from the warehouse to its customer. */
const WAY: readonly ShipmentAction[] = [
  { type: "release" }, { type: "accept" }, { type: "pick", lines: null, correctStock: false }, { type: "pack", packages: null },
  { type: "ship", carrier: "dhl", service: null, trackingNumbers: [] }, { type: "carrier_outcome", outcome: "delivered" },
];

/**
 * How long `ordo verify` takes: with the orders captured and reserved, and again when all of them are delivered, invoiced and counted,
 * which is what most orders of an old system are. The ratio is to reading the same rows once, table by table, without comparing anything.
 */
await withDatabase(async (database) => {
  const ambient: Ambient = { now: Date.now, newId };
  const open = (): pg.Pool => openPool({ url: database.runtimeUrl, connections: 6, plans: "generic", applicationName: "bench" });
  const seeding = open();
  await seed(postgresStore(seeding), database.owner, database.tenantId, ambient, 100_000_000);
  for (let n = 0; n < FIRST; n += GROUP) for (const answer of await captureOrders(postgresStore(seeding), database.tenantId, Array.from({ length: GROUP }, () => command()), ambient)) taken(answer);
  await seeding.end();
  await database.owner.query("vacuum analyze");
  const pool = open();
  const store = postgresStore(pool);
  const shipments = await inGroups("captured", orders, async (size) => {
    const answers = await captureOrders(store, database.tenantId, Array.from({ length: size }, () => command()), ambient);
    return answers.flatMap((answer) => shipmentsOf(taken(answer)));
  });
  await follow(database);
  await measureVerify("verify_captured", database);
  let next = 0;
  await inGroups("delivered", shipments.length, async (size) => {
    const group = shipments.slice(next, (next += size));
    for (const action of WAY) {
      const commands = group.map(({ orderId, shipmentNo }) => ({ idempotencyKey: null, bodyHash: "00", actor: "bench", orderId, expectedVersion: null, occurredAt: null, action: { ...action, shipmentNo } }));
      for (const answer of await actOnOrders(store, database.tenantId, commands, ambient)) taken(answer);
    }
    return [];
  });
  await follow(database);
  await measureVerify("verify_delivered", database);
  await pool.end();
});

function taken(answer: Answer): Readonly<Record<string, unknown>> {
  if (!answer.ok) throw new Error(answer.refusal.detail);
  return answer.body;
}

interface ShipmentOf { readonly orderId: string; readonly shipmentNo: number }

function shipmentsOf(body: Readonly<Record<string, unknown>>): ShipmentOf[] {
  const orderId = parsePublicId("order", String(body["id"])) ?? "";
  return (body["shipments"] as readonly unknown[]).map((_, index) => ({ orderId, shipmentNo: index + 1 }));
}

/** Two groups at a time until there are so many. */
async function inGroups<T>(what: string, many: number, take: (size: number) => Promise<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  let begun = 0;
  let told = 0;
  const lane = async (): Promise<void> => {
    while (begun < many) {
      const size = Math.min(GROUP, many - begun);
      begun += size;
      all.push(...await take(size));
      if (begun - told >= 20_000) progress(`${(told = begun)} of ${many} ${what}`);
    }
  };
  await Promise.all([lane(), lane()]);
  return all;
}

/** The real program invoices, counts and notes what there is, until no consumer is behind; then statistics are those of an old database. */
async function follow({ ownerUrl, directory, owner }: BenchDatabase): Promise<void> {
  progress("invoices, sums of reports and words follow");
  const server = await startServer(ownerUrl, directory);
  for (let behind = 1; behind > 0; ) {
    await sleep(1000);
    behind = await consumersBehind(owner);
  }
  await server.stop();
  await owner.query("vacuum analyze");
}

async function consumersBehind(owner: pg.Client): Promise<number> {
  const { rows } = await owner.query<{ behind: string }>("select coalesce(sum(c.position - p.position), 1) as behind from ordo.event_counter c join ordo.consumer p using (tenant_id)");
  return Number(rows[0]?.behind);
}

async function measureVerify(name: string, { runtimeUrl, owner, tenantId }: BenchDatabase): Promise<void> {
  progress(`${name}: all rows read once, then verified twice`);
  const reading = await readAll(owner);
  const pool = openPool({ url: runtimeUrl, connections: 2, plans: "custom", applicationName: "bench" });
  const runs = [];
  for (let round = 0; round < 2; round += 1) {
    const { clean, milliseconds } = await verifyTenant(pool, tenantId);
    if (!clean) throw new Error("verify found differences");
    runs.push(milliseconds / 1000);
  }
  await pool.end();
  const seconds = Math.min(...runs);
  report(options.json, name, (seconds / orders) * 1_000_000, "s", seconds / reading, `for a million orders, measured with ${orders}: ${runs.map((run) => run.toFixed(1)).join(" and ")} s; bound 60; ratio to reading all rows once`);
}

/** Seconds to read every row of every table once. */
async function readAll(owner: pg.Client): Promise<number> {
  const began = performance.now();
  await owner.query(`do $$
    declare name text; n bigint;
    begin
      for name in select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'ordo' loop
        execute format('select count(*) from %s as t where length(t::text) < 0', name) into n;
      end loop;
    end $$`);
  return (performance.now() - began) / 1000;
}
