import { gzipSync } from "node:zlib";
import { request } from "node:http";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Job, Problem } from "../../client/src/index.ts";
import type { ImportTarget } from "../../src/files/import/target.ts";
import type { WorkerDeps } from "../../src/server/workers/index.ts";
import { isClean } from "../support/import-shop.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel } from "../support/world.ts";
import { runWorkers, type RunningWorkers, until } from "../support/workers.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
const running: RunningWorkers[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ channels: [aChannel("shop")] });
});
afterEach(async () => {
  for (const workers of running.splice(0)) await workers.stop();
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

function work(importTarget: WorkerDeps["importTarget"] = server.importTarget): RunningWorkers {
  const workers = runWorkers(server.world, { importTarget, settings: { leaseTtlMs: 5_000 } });
  running.push(workers);
  return workers;
}

const call = (path: string, init: RequestInit = {}, key = server.adminKey): Promise<Response> => fetch(server.url + path, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } });
const post = (query: string, body: string | Uint8Array, type = "text/csv", key?: string): Promise<Response> => call(`/v1/jobs/imports?${query}`, { method: "POST", headers: { "content-type": type }, body: body as BodyInit }, key);
async function send(query: string, body: string | Uint8Array, type?: string): Promise<Job> {
  const answer = await post(query, body, type);
  if (answer.status !== 202) throw new Error(await answer.text());
  return await answer.json() as Job;
}
const jobOf = async (id: string): Promise<Job> => (await call(`/v1/jobs/${id}`)).json() as Promise<Job>;
async function ended({ id }: Job): Promise<Job> {
  await until(`the end of ${id}`, async () => !["waiting", "running"].includes((await jobOf(id)).state), PATIENCE_MS);
  return jobOf(id);
}
const errorsOf = async ({ id }: Job): Promise<string> => (await call(`/v1/jobs/${id}/errors`)).text();

/** Machines that test much else at the same time. */
const PATIENCE_MS = 40_000;

const ITEMS = "sku;Name;weight_g\nA1;Käse;250\nA2;=1+1;300\nA3;Topf;schwer\n";

test("prices are imported into the list that is named", async () => {
  expect((await call("/v1/price-lists/base", { method: "PUT", headers: { "content-type": "application/json", "idempotency-key": "list" }, body: '{"currency":"EUR"}' })).status).toBe(201);
  expect((await post("kind=items&list=base", "sku\n")).status).toBe(422);
  const prices = "sku,price,valid_from\nP1,2.50,2026-01-01\nNONE,1,2026-01-01\n";
  work();
  await ended(await send("kind=items", "sku\nP1\n"));
  const counts = async (query: string, file = prices): Promise<Job["counts"]> => (await ended(await send(`kind=prices&list=base${query}`, file))).counts;
  expect(await counts("&dry_run=true")).toEqual({ create: 1, update: 0, skip: 0, fail: 1 });
  expect(await counts("")).toEqual({ create: 1, update: 0, skip: 0, fail: 1 });
  expect(await counts("&dry_run=true")).toEqual({ create: 0, update: 0, skip: 1, fail: 1 });
  expect(await counts("", prices.replace("2.50", "2.40"))).toEqual({ create: 0, update: 1, skip: 0, fail: 1 });
});

test("a file is imported by a worker, counted, and what could not be used can be fetched and sent again", async () => {
  const waiting = await send("kind=items&file=items.csv", Buffer.from(ITEMS, "latin1"));
  expect(waiting).toMatchObject({ kind: "items", file: "items.csv", state: "waiting", rows: { done: 0, total: null }, seconds_left: null });
  work();
  const job = await ended(waiting);
  expect(job).toMatchObject({ state: "done", rows: { done: 3, total: 3 }, counts: { create: 2, update: 0, skip: 0, fail: 1 }, problem: null });
  expect(await errorsOf(job)).toBe('sku;Name;weight_g;error_line;error_code;error_detail\r\nA3;Topf;schwer;4;UNREADABLE_ROW;"weight_g is ""schwer"", which is no whole number"\r\n');
  expect(await server.importTarget({ tenantId: server.world.tenantId, actor: "test" }).findItem("A1")).toMatchObject({ name: "Käse" });
  // The log says that the job did it, and with which request it was asked.
  const { data: logged } = await (await call(`/v1/audit?job=${job.id}`)).json() as { data: { type: string; via: string; request: string | null }[] };
  expect(job.request).toEqual(expect.any(String));
  expect(logged.map(({ type, via, request: asked }) => [type, via, asked])).toEqual([["ItemSaved", "job", job.request], ["ItemSaved", "job", job.request]]);
  const { data: ofRequest } = await (await call(`/v1/audit?request=${job.request}`)).json() as { data: object[] };
  expect(ofRequest).toHaveLength(2);
  const again = await ended(await send("kind=items&file=errors.csv", (await errorsOf(job)).replace("schwer;4", "900;4")));
  expect(again.counts).toEqual({ create: 1, update: 0, skip: 0, fail: 0 });
  expect((await ended(await send("kind=items", ITEMS))).counts).toEqual({ create: 0, update: 0, skip: 2, fail: 1 });
  expect((await ended(await send("kind=items&map=Bez%3Dname", "sku,Bez\nA1,Cheese\n"))).counts).toMatchObject({ update: 1 });
  expect((await ended(await send("kind=nodes&dry_run=true", '{"code":"B"}\n', "application/x-ndjson"))).counts).toMatchObject({ create: 1 });
  expect(await server.world.query("select from ordo.node where code = 'B'")).toEqual([]);
  // Nothing of the file stays when it has been worked through.
  expect(await server.world.query("select from ordo.job_chunk")).toEqual([]);
  const { data } = await (await call("/v1/jobs?limit=2")).json() as { data: Job[] };
  expect(data.map(({ kind }) => kind)).toEqual(["nodes", "items"]);
});

test("orders come with the items and stock they need, once however often the file is sent", async () => {
  work();
  const file = gzipSync(["order,date,sku,qty,price", ...Array.from({ length: 30 }, (_, n) => `O-${n},2026-03-01 10:00,SKU-${n % 3},1,2.50`), "O-X,soon,SKU-1,1,1"].join("\n"));
  const query = "kind=orders&file=orders.csv.gz&channel=shop&currency=EUR&time_zone=Europe/Berlin&create_items=true&stock=infinite";
  const first = await ended(await send(query, file, "application/gzip"));
  expect(first.counts).toEqual({ create: 30, update: 0, skip: 0, fail: 1 });
  // Whatever the file brought about, items and stock too: all of it is of one request.
  const caused = await server.world.query<{ type: string; request: string }>("select type, request, count(*)::int as n from ordo.event where via = $1 group by 1, 2 order by 1", [first.id]);
  expect(caused).toEqual(expect.arrayContaining([{ type: "ItemSaved", request: first.request, n: 3 }, { type: "OrderCaptured", request: first.request, n: 30 }]));
  expect(new Set(caused.map(({ request: asked }) => asked))).toEqual(new Set([first.request]));
  expect((await ended(await send(query, file, "application/gzip"))).counts).toEqual({ create: 0, update: 0, skip: 30, fail: 1 });
  expect(await isClean({ api: server, connection: { url: "", apiKey: "" }, close: async () => undefined })).toBe(true);
});

const many = (count: number, name: string): string => ["code,name", ...Array.from({ length: count }, (_, n) => `${name}-${n},${n % 100 === 0 ? "" : "x"}${n % 100 === 50 ? ",too,many" : ""}`)].join("\n");

/** A target whose n-th bulk call is never answered until it is let go. */
function freezing(target: WorkerDeps["importTarget"], at: number): { target: WorkerDeps["importTarget"]; letGo: () => void; frozen: () => boolean } {
  let calls = 0;
  let letGo = (): void => undefined;
  let isFrozen = false;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  return {
    letGo, frozen: () => isFrozen,
    target: (sender): ImportTarget => {
      const own = target(sender);
      return {
        ...own,
        async bulk(path, lines) {
          calls += 1;
          if (calls < at) return own.bulk(path, lines);
          isFrozen = true;
          await released;
          return own.bulk(path, lines);
        },
      };
    },
  };
}

test("a job whose worker is gone goes on where it stood, and the one that wakes up late writes nothing", async () => {
  const slow = freezing(server.importTarget, 3);
  const first = work(slow.target);
  const job = await send("kind=nodes", many(1500, "N"));
  await until("a worker that is stuck", async () => slow.frozen() && (await jobOf(job.id)).rows.done >= 500, PATIENCE_MS);
  const before = (await jobOf(job.id)).rows.done;
  expect(before).toBeLessThan(1500);
  await server.world.query("update ordo.lease set expires_at = now() - interval '1 second' where name = 'imports'");
  work();
  const done = await ended(job);
  slow.letGo();
  await first.stop();
  expect(done).toMatchObject({ state: "done", rows: { done: 1500, total: 1500 } });
  expect(done.counts.create + done.counts.skip).toBe(1485);
  expect(done.counts.fail).toBe(15);
  expect((await errorsOf(done)).split("\r\n").length).toBe(17);
  expect(await jobOf(job.id)).toEqual(done);
  expect(await server.world.query("select from ordo.node where code like 'N-%'")).toHaveLength(1485);
});

test("a job that is cancelled stops, and one that waits behind it has its turn", async () => {
  const slow = freezing(server.importTarget, 2);
  work(slow.target);
  const [job, next] = [await send("kind=nodes", many(1100, "C")), await send("kind=nodes", many(10, "D"))];
  await until("a worker that is stuck", slow.frozen, PATIENCE_MS);
  const cancelled = await (await call(`/v1/jobs/${job.id}/cancel`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })).json() as Job;
  expect(cancelled.state).toBe("cancelled");
  slow.letGo();
  expect((await ended(next)).state).toBe("done");
  expect(await jobOf(job.id)).toEqual(cancelled);
});

test("a file that cannot be used fails with what to do about it", async () => {
  work();
  for (const [query, body, code] of [
    ["kind=stock&file=stock.csv", "sku,what\n", "MISSING_COLUMN"], ["kind=items", "", "EMPTY_FILE"], ["kind=items&file=x.csv.gz", "no gzip", "UNREADABLE_FILE"], ["kind=items", 'sku,name\nA,"never closed\n'.padEnd(1_500_000, "x"), "UNREADABLE_FILE"],
  ] as const) {
    const job = await ended(await send(query, body));
    expect(job).toMatchObject({ state: "failed", problem: { code, detail: expect.any(String), fix: expect.any(String) } });
  }
});

test("what is wrong with a request is named at once, and a file that does not come whole leaves nothing", async () => {
  const problem = async (answer: Response): Promise<Problem> => answer.json() as Promise<Problem>;
  const wrong = await problem(await post("kind=items&map=a%3Dnothing&stock=infinite&currency=XX&what=1", "sku\n"));
  expect(wrong.errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(["#/query/what"]));
  expect((await problem(await post("kind=items&map=a%3Dnothing&stock=infinite&currency=XX", "sku\n"))).errors.map(({ pointer }) => pointer)).toEqual(["#/query/map", "#/query/currency", "#/query/stock"]);
  expect((await post("kind=ships", "sku\n")).status).toBe(422);
  // Two deliveries that happen to be alike would count once.
  expect((await problem(await post("kind=stock", "sku,node,quantity\nA1,B,1\n"))).errors.map(({ pointer }) => pointer)).toEqual(["#/query/file"]);
  expect((await post("kind=items", "<x/>", "application/xml")).status).toBe(415);
  expect(await problem(await post("kind=items", Buffer.alloc(17 * 1024 * 1024, 65)))).toMatchObject({ code: "BODY_TOO_LARGE", status: 413 });
  const seller = await server.keyWith(["jobs:write", "jobs:read", "orders:write"]);
  expect(await problem(await post("kind=items", "sku\n", "text/csv", seller))).toMatchObject({ code: "FORBIDDEN", detail: expect.stringContaining("catalogue:write") });
  expect((await post("kind=orders&create_items=true", "sku\n", "text/csv", seller)).status).toBe(403);
  const sent = await (await post("kind=orders", "order,sku,qty,price\n", "text/csv", seller)).json() as Job;
  expect((await call(`/v1/jobs/${sent.id}/errors`, {}, seller)).status).toBe(403);
  await call(`/v1/jobs/${sent.id}/cancel`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  const before = await server.world.query("select from ordo.job");
  await new Promise<void>((resolve) => {
    const broken = request(`${server.url}/v1/jobs/imports?kind=items`, { method: "POST", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "text/csv", "content-length": 5_000_000 } });
    broken.on("error", () => undefined).on("close", () => resolve());
    broken.write("sku\n".repeat(500_000), () => broken.destroy());
  });
  await until("nothing of it", async () => (await server.world.query("select from ordo.job")).length === before.length);
});
