import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { applyClosure, closeNodes } from "../../src/flows/close-nodes.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { moveClosed } from "../../src/flows/move-closed.ts";
import type { Answer } from "../../src/flows/ports.ts";
import { openPool } from "../../src/postgres/database.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { runWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, type World } from "../support/world.ts";
import type { WorkerFixture } from "./worker.fixture.ts";

/** Twelve of fifteen stores close while orders come in. Nothing but the tables is asked what came of it. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let worlds: World[];
const HEAD = { idempotencyKey: null, bodyHash: "", actor: "clerk" };
const CLOSING = Array.from({ length: 12 }, (_, n) => `store${n + 1}`);
const OPEN = ["store13", "store14", "store15"];
/** Goods that only stores which close have. */
const SCARCE = "SCARCE";

beforeEach(async () => {
  database = await createTestDatabase();
  worlds = [await openWorld(database), await openWorld(database)];
  const all = [...CLOSING, ...OPEN];
  await first().facts({ items: [anItem("A", { backorder: true }), anItem(SCARCE, { backorder: true })], nodes: all.map((code, n) => aNode(code, { priority: n })), channels: [aChannel("web")] });
  for (const code of all) await first().receive("A", code, code === "store1" || OPEN.includes(code) ? 2_000 : 20);
  for (const code of CLOSING.slice(0, 3)) await first().receive(SCARCE, code, 30);
});
afterEach(async () => {
  for (const world of worlds) await world.close();
  await database.drop();
});

function first(): World {
  const [world] = worlds;
  if (!world) throw new Error("no world");
  return world;
}
const idOf = (answer: Answer): string => parsePublicId("closure", answer.ok ? String(answer.body["closure"]) : "") ?? "";
const close = (apply: boolean): Promise<Answer> => closeNodes(first().store, first().tenantId, { ...HEAD, nodes: CLOSING, until: null, reason: "storm", includeAccepted: false, apply }, first().ambient);
async function captured(world: World, groups: number, size: number): Promise<void> {
  for (let n = 0; n < groups; n++) for (const answer of await world.capture(...Array.from({ length: size }, (_, k) => anOrder([{ sku: k % 10 === 0 ? SCARCE : "A", quantity: 1 }])))) expect(answer.ok).toBe(true);
}
async function verified(): Promise<unknown> {
  const pool = openPool({ url: database.runtimeUrl, connections: 2, plans: "custom", applicationName: "verify" });
  return verifyTenant(pool, first().tenantId).then(({ checks }) => checks.flatMap(({ named }) => named)).finally(() => pool.end());
}
/** Orders with units at the stores that closed. */
const stuck = async (): Promise<number> => Number((await first().query<{ n: string }>(`
  select count(*) as n from ordo.shipment s join ordo.node n on n.id = s.node_id and n.valid_to = 'infinity' where n.code = any($1) and s.status in ('PLANNED', 'RELEASED')`, [CLOSING]))[0]?.n);
const results = (): Promise<{ result: string; orders: number }[]> => first().query("select result ->> 'result' as result, count(*)::int as orders from ordo.node_closure_order group by 1 order by 1");

test("orders that are captured while twelve stores close are at none of them in the end, and nothing is counted twice", async () => {
  await captured(first(), 3, 40);
  const preview = await close(false);
  const { store, tenantId, ambient } = first();
  const moving = async (): Promise<void> => {
    expect((await applyClosure(store, tenantId, { ...HEAD, closureId: idOf(preview) }, ambient)).ok).toBe(true);
    while (await moveClosed(store, tenantId, idOf(preview), ambient, () => false) > 0);
  };
  await Promise.all([...worlds.flatMap((world) => [captured(world, 4, 20), captured(world, 4, 20)]), moving()]);
  // What was decided on the facts of the moment before is taken up by a later look.
  while (await moveClosed(store, tenantId, idOf(preview), ambient, () => false) > 0);
  expect(await stuck()).toBe(0);
  const [{ waiting } = { waiting: 0 }] = await first().query<{ waiting: number }>("select sum(backordered)::int as waiting from ordo.order_line");
  const came = new Map((await results()).map(({ result, orders }) => [result, orders]));
  expect([...came.keys()]).toEqual(["moved", "waiting"]);
  expect(waiting).toBe(44);
  const [moves] = await first().query<{ n: number }>("select count(*)::int as n from ordo.event where type = 'OrderRouted' and data ->> 'left' is not null");
  expect(moves?.n).toBe((came.get("moved") ?? 0) + (came.get("waiting") ?? 0));
  expect(await verified()).toEqual([]);
}, 60_000);

test("a worker that is killed in the middle is replaced, and every order has moved once", async () => {
  await captured(first(), 3, 150);
  const closure = await close(true);
  const fixture: WorkerFixture = { url: database.runtimeUrl, allow: [], settings: { leaseTtlMs: 1_500, leaseRenewMs: 500 }, pauseBefore: null };
  const child = spawn(process.execPath, [inject("ordoPrograms").worker, JSON.stringify(fixture)], { stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: child.stdout }).on("line", () => undefined);
  const done = async (): Promise<number> => Number((await first().query<{ n: string }>("select count(*) as n from ordo.node_closure_order where result is not null"))[0]?.n);
  await until("some have moved", async () => (await done()) > 0, 60_000);
  child.kill("SIGKILL");
  expect(await done()).toBeLessThan(450);
  const workers = runWorkers(first());
  try {
    await until("all of them have their result", async () => (await first().query("select from ordo.node_closure where state = 'done' and id = $1", [idOf(closure)])).length === 1, 30_000);
  } finally {
    await workers.stop();
  }
  expect(await results()).toEqual([{ result: "moved", orders: 405 }, { result: "waiting", orders: 45 }]);
  expect(Number((await first().query<{ n: string }>("select count(*) as n from ordo.event where type = 'OrderRouted' and data ->> 'left' is not null"))[0]?.n)).toBe(450);
  expect(await stuck()).toBe(0);
  expect(await verified()).toEqual([]);
}, 120_000);
