import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, inject, it } from "vitest";
import { postgresIntegration } from "../../src/postgres/integration.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { openReceiver, type Receiver, type RunningWorkers, runWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, type World } from "../support/world.ts";
import type { WorkerFixture } from "./worker.fixture.ts";

/** Worker processes that die or sleep in the middle of their work, and the others that take it over. */

interface Scene extends AsyncDisposable {
  /** What ends with the scene, last first. */
  readonly cleanUp: (() => Promise<unknown> | void)[];
  readonly world: World;
  readonly database: TestDatabase;
  readonly shop: Receiver;
  capture(count: number): Promise<void>;
  /** Everything released, delivered and read to the end. */
  done(): Promise<boolean>;
}

async function openScene(): Promise<Scene> {
  const database = await createTestDatabase();
  const world = await openWorld(database);
  const shop = await openReceiver();
  const cleanUp: Scene["cleanUp"] = [() => database.drop(), () => world.close(), () => shop.close()];
  await world.facts({ items: [anItem("A")], nodes: [aNode("north")], channels: [aChannel("web", { autoRelease: true })] });
  await world.receive("A", "north", 10_000);
  await postgresIntegration(world.pool).webhooks.create(world.tenantId, {
    id: newId(), url: shop.url, description: "", types: ["ShipmentReleased"], secret: `whsec_${Buffer.alloc(24, 7).toString("base64")}`,
  });
  const left = `select (select count(*) from ordo.shipment where status = 'PLANNED') + (select count(*) from ordo.webhook_delivery where state <> 'delivered')
    + (select count(*) from ordo.shipment s where not exists (select from ordo.webhook_delivery d join ordo.event e using (tenant_id, position) where e.order_id = s.order_id))
    + (select coalesce(sum(k.position - c.position), 1) from ordo.consumer c join ordo.event_counter k using (tenant_id)) as n`;
  return {
    cleanUp, world, database, shop,
    [Symbol.asyncDispose]: async () => {
      for (const end of cleanUp.toReversed()) await end();
    },
    capture: async (count) => {
      for (const answer of await world.capture(...Array.from({ length: count }, () => anOrder([{ sku: "A", quantity: 1 }])))) expect(answer.ok).toBe(true);
    },
    done: async () => Number((await world.query<{ n: string }>(left))[0]?.n) === 0,
  };
}

interface Worker {
  readonly child: ChildProcess;
  readonly told: Record<string, unknown>[];
  kill(signal: NodeJS.Signals): void;
}

async function startWorker(scene: Scene, options: Partial<WorkerFixture> = {}): Promise<Worker> {
  const fixture: WorkerFixture = { url: scene.database.runtimeUrl, allow: [scene.shop.host], settings: {}, pauseBefore: null, ...options };
  const child = spawn(process.execPath, [inject("ordoPrograms").worker, JSON.stringify(fixture)], { stdio: ["ignore", "pipe", "inherit"] });
  scene.cleanUp.push(() => void child.kill("SIGKILL"));
  const told: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => told.push(JSON.parse(line)));
  await until("the worker is up", () => told.some(({ ready }) => ready !== undefined), 60_000);
  return { child, told, kill: (signal) => void child.kill(signal) };
}

/** The one that takes over works in this process; to the database that makes no difference. */
function startOther(scene: Scene, settings: WorkerFixture["settings"] = {}): RunningWorkers {
  const workers = runWorkers(scene.world, { allow: [scene.shop.host], settings });
  scene.cleanUp.push(() => workers.stop());
  return workers;
}

/** Everything a worker could change. */
/** What work leaves behind; not whose lease it is, which a busy machine may let run out once more. */
const snapshot = async ({ world }: Scene): Promise<string> => JSON.stringify(await world.query(`
  select (select json_agg(to_jsonb(c) - 'fence' order by name) from ordo.consumer c) as consumers, (select position from ordo.event_counter) as events,
    (select json_agg(d order by id) from ordo.webhook_delivery d) as deliveries, (select count(*) from ordo.webhook_attempt) as attempts,
    (select json_agg(s order by order_id, shipment_no) from ordo.shipment s) as shipments, (select count(*) from ordo.idempotency) as answers`));
const released = async ({ world }: Scene): Promise<{ events: number; shipments: number }> => {
  const [row] = await world.query<{ events: string; shipments: string }>(
    "select (select count(*) from ordo.event where type = 'ShipmentReleased') as events, (select count(*) from ordo.shipment where status = 'RELEASED') as shipments");
  return { events: Number(row?.events), shipments: Number(row?.shipments) };
};

/** Who reads the log: the journey, webhooks, channels, mails, search, customers, reports and drafts in shadow. */
const READERS = 8;

/** A tenth of the usual times, so that a lease runs out while one watches. */
const QUICK = { leaseTtlMs: 1_500, leaseRenewMs: 500, requestMaxMs: 1_000, claimMs: 2_000 } as const;

describe.concurrent("a worker process", () => {
  it("that is killed at work is replaced within 30 s, by the usual times, and nothing is lost or done twice", async () => {
    await using scene = await openScene();
    const first = await startWorker(scene);
    await scene.capture(3);
    await until("the first one works", () => scene.done());
    startOther(scene);
    scene.shop.answer = "hang";
    await scene.capture(2);
    await until("requests are in the air", () => scene.shop.received.length === 5);
    first.kill("SIGKILL");
    const killed = performance.now();
    scene.shop.answer = 200;
    await scene.capture(5);
    await until("the second one has done it all", () => scene.done(), 40_000);
    const seconds = (performance.now() - killed) / 1000;
    console.log(`workers: a killed worker's leases, batches and requests were taken over in ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(30);
    expect(await released(scene)).toEqual({ events: 10, shipments: 10 });
    expect(new Set(scene.shop.received.map(({ headers }) => headers["webhook-id"])).size).toBe(10);
  }, 120_000);

  it.each(["act", "commit", "advance", "finish"] as const)("that slept through its lease just before it would %s changes nothing when it wakes", async (pauseBefore) => {
    await using scene = await openScene();
    const sleeper = await startWorker(scene, { settings: QUICK, pauseBefore });
    await scene.capture(4);
    await until(`it sleeps before ${pauseBefore}`, () => sleeper.told.some(({ paused }) => paused === pauseBefore), 40_000);
    startOther(scene, QUICK);
    await until("another one has done its work", () => scene.done(), 60_000);
    // Also those that the sleeper never came to: their first fence is the other one's.
    await until("it has every consumer", async () => (await scene.world.query(`
      select from ordo.consumer c where not exists (select from ordo.lease l where l.tenant_id = c.tenant_id and l.name = c.name and l.fence = c.fence and l.holder not like $1)`,
      [`% ${sleeper.child.pid} %`])).length === 0, 30_000);
    // What nobody waits for is read a little later, and would change the picture by itself.
    await until("all of the log is read", async () => (await scene.world.query("select from ordo.consumer c join ordo.event_counter k using (tenant_id) where c.position = k.position")).length === READERS, 30_000);
    const before = await snapshot(scene);
    const sent = scene.shop.received.length;
    sleeper.kill("SIGCONT");
    await until("it went on", () => sleeper.told.some(({ resumed }) => resumed === pauseBefore));
    await sleep(500);
    expect(await snapshot(scene)).toBe(before);
    expect(scene.shop.received.length, "messages sent again").toBe(sent);
    if (pauseBefore === "advance" || pauseBefore === "finish") expect(sleeper.told.find(({ resumed }) => resumed === pauseBefore)).toMatchObject({ result: false });
    expect(await released(scene)).toEqual({ events: 4, shipments: 4 });
  }, 120_000);

  it("that is told to stop gives its leases back: the next one works at once", async () => {
    await using scene = await openScene();
    const first = await startWorker(scene);
    await scene.capture(2);
    await until("the first one works", () => scene.done());
    startOther(scene);
    const ended = new Promise((resolve) => first.child.once("exit", resolve));
    first.kill("SIGTERM");
    expect(await ended).toBe(0);
    const stopped = performance.now();
    await scene.capture(2);
    await until("the second one works", () => scene.done());
    expect(performance.now() - stopped).toBeLessThan(5_000);
  }, 120_000);
});
