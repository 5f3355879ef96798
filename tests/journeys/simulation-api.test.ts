import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Problem, RoutingSimulation } from "../../client/src/index.ts";
import { postgresSimulation } from "../../src/postgres/simulations.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { createRules } from "../../src/server/rules/index.ts";
import type { WorkerSettings } from "../../src/server/workers/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { runWorkers, type RunningWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, aNode, anOrder } from "../support/world.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
const running: RunningWorkers[] = [];
const begun = Date.now() - 1_000;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const { world } = server;
  await world.facts({ items: [anItem("A"), anItem("B")], nodes: [aNode("berlin", { latitude: 52.5, longitude: 13.4 }), aNode("munich", { latitude: 48.1, longitude: 11.6 })], channels: [aChannel("web"), aChannel("shop")] });
  for (const sku of ["A", "B"]) for (const node of ["berlin", "munich"]) await world.receive(sku, node, 100);
  const place = { latitude: 52, longitude: 13 };
  await world.capture(...Array.from({ length: 20 }, () => anOrder([{ sku: "A", quantity: 1 }, { sku: "B", quantity: 2 }], { destination: place, contact: { coordinates: place } })));
  await call("PUT", "/v1/strategies/south/draft", { groups: [{ name: "all", filters: [{ kind: "not_nodes", nodes: ["berlin"] }], objective: { kind: "ranks", by: ["distance"] } }] });
});
afterEach(async () => {
  for (const workers of running.splice(0)) await workers.stop();
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

/** Others may keep the machine busy. */
const PATIENCE_MS = 25_000;
type Body = Record<string, any>;
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: Body }> {
  const answer = await fetch(server.url + path, { method, headers: { ...headers, authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() as Body };
}
const iso = (at: number): string => new Date(at).toISOString();
const ask = (over: object = {}): ReturnType<typeof call> => call("POST", "/v1/routing-simulations", { from: iso(begun), to: iso(Date.now() + 60_000), ...over });
const faults = (problem: Body): string[] => ((problem as Problem).errors ?? []).map(({ pointer, code }) => `${pointer.replace("#", "")} ${code}`);

function work(over: Partial<ReturnType<typeof postgresSimulation>> = {}, settings: Partial<WorkerSettings> = {}): RunningWorkers {
  const { world } = server;
  const equipped = { ...world, ambient: { ...world.ambient, tools: { rules: createRules(), pack: openPacking() } } };
  const workers = runWorkers(equipped, { settings: { leaseTtlMs: 5_000, ...settings }, simulation: { ...postgresSimulation(world.pool), ...over } });
  running.push(workers);
  return workers;
}
async function done(id: string): Promise<RoutingSimulation> {
  let now: Body = {};
  await until("the simulation to end", async () => !["waiting", "running"].includes((now = (await call("GET", `/v1/routing-simulations/${id}`)).body)["state"]), PATIENCE_MS);
  return now as RoutingSimulation;
}

describe("a simulation", () => {
  test("says what a draft would move, order by order, with why on both sides; and changes nothing", async () => {
    const before = await server.world.query("select (select max(position) from ordo.event_counter) as position, (select sum(reserved) from ordo.stock) as reserved");
    const asked = await ask({ strategy: "south", channel: "web" });
    expect(asked).toMatchObject({ status: 202, body: { state: "waiting", channel: "web", strategy: { code: "south", version: 1, draft: true }, orders: { done: 0, total: null }, report: null } });
    work();
    const { report, ...rest } = await done(String(asked.body["id"]));
    expect(rest).toMatchObject({ state: "done", orders: { done: 20, total: 20 }, problem: null });
    expect(report).toMatchObject({
      orders: 20, moved: 20, unmoved: 0, reproduced: 20,
      live: { shipments: 20, split_orders: 0, fill_percent: 100, nodes: [{ node: "berlin", shipments: 20, units: 60 }] }, draft: { shipments: 20, nodes: [{ node: "munich", shipments: 20, units: 60 }], kilometres_per_shipment: expect.any(Number) },
    });
    expect(Number(report?.draft?.kilometres)).toBeGreaterThan(Number(report?.live.kilometres));
    const page = await call("GET", `/v1/routing-simulations/${rest.id}/orders?limit=15`);
    expect(page.body).toMatchObject({ has_more: true });
    expect(page.body["data"]).toHaveLength(15);
    expect(page.body["data"][0]).toMatchObject({
      order: expect.stringMatching(/^ord_/), before: { placed: [{ line: 1, node: "berlin", quantity: 1 }, { line: 2, node: "berlin", quantity: 2 }], reason: expect.stringContaining("Ships from Node berlin") },
      after: { placed: [{ node: "munich" }, { node: "munich" }], reason: expect.stringContaining("Ships from Node munich") },
      difference: { sentence: expect.stringContaining("Would ship from Node munich instead of Node berlin"), moved: [{ line: 1, quantity: 1, from: "berlin", to: "munich" }, { line: 2 }] },
    });
    const next = await call("GET", `/v1/routing-simulations/${rest.id}/orders?limit=15&cursor=${page.body["next_cursor"]}`);
    expect(next.body).toMatchObject({ has_more: false, next_cursor: null });
    expect(new Set([...page.body["data"], ...next.body["data"]].map(({ order }: Body) => order)).size).toBe(20);
    expect(await server.world.query("select (select max(position) from ordo.event_counter) as position, (select sum(reserved) from ordo.stock) as reserved")).toEqual(before);
    expect((await call("GET", "/v1/routing-simulations")).body["data"]).toMatchObject([{ id: rest.id, state: "done" }]);
  });

  test("refuses what cannot be answered, all of it at once", async () => {
    expect(faults((await ask({ from: iso(begun), to: iso(begun - 1), channel: "none", strategy: "none" })).body)).toEqual(["/to INVALID_FIELD", "/channel UNKNOWN_CHANNEL", "/strategy UNKNOWN_STRATEGY"]);
    expect(faults((await ask({ version: 1 })).body)).toEqual(["/version INVALID_FIELD"]);
    expect(faults((await ask({ strategy: "south", version: 9, channel: "web" })).body)).toEqual(["/version UNKNOWN_STRATEGY"]);
    expect(faults((await ask({ strategy: "south" })).body)).toEqual(["/channel INVALID_FIELD"]);
    expect(faults((await ask({ from: iso(Date.now() + 50_000) })).body)).toEqual(["/from INVALID_FIELD"]);
    expect((await ask({ from: iso(begun - 100 * 86_400_000) })).body).toMatchObject({ errors: [{ detail: expect.stringContaining("at most 92") }] });
    const early = await ask({ from: iso(begun - 9 * 86_400_000), to: iso(begun - 8 * 86_400_000) });
    expect(early).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/from", detail: expect.stringMatching(/No order came in .* The first order came in at /) }] } });
    expect(faults((await ask({ channel: "shop" })).body)).toEqual(["/from INVALID_FIELD"]);
    expect(faults((await ask({ generated: 50_001 })).body)).toEqual(["/generated INVALID_FIELD"]);
    expect((await call("GET", `/v1/routing-simulations/${"sim_" + "0".repeat(32)}`)).status).toBe(404);
    expect((await call("GET", "/v1/routing-simulations/nonsense/orders")).status).toBe(404);
    await call("PUT", "/v1/strategies/live/draft", { groups: [{ name: "all", objective: { kind: "ranks", by: ["distance"] } }] });
    await call("POST", "/v1/strategies/live/publish", {});
    expect((await ask({ strategy: "live", channel: "web" })).body).toMatchObject({ errors: [{ pointer: "#/strategy", detail: expect.stringContaining("has no draft") }] });
  });

  test("asked again with its Idempotency-Key is the same one, whatever became of it", async () => {
    const key = { "idempotency-key": "asked once" };
    const question = { from: iso(begun), to: iso(Date.now() + 60_000), strategy: "south", channel: "web" };
    const first = await call("POST", "/v1/routing-simulations", question, key);
    const id = String(first.body["id"]);
    expect(first).toMatchObject({ status: 202, body: { state: "waiting" } });
    await call("POST", `/v1/routing-simulations/${id}/cancel`, {});
    expect(await call("POST", "/v1/routing-simulations", question, key)).toMatchObject({ status: 200, body: { id, state: "cancelled" } });
    expect(await call("POST", "/v1/routing-simulations", { ...question, generated: 5 }, key)).toMatchObject({ status: 409, body: { code: "IDEMPOTENCY_KEY_REUSED" } });
    expect((await call("GET", "/v1/routing-simulations")).body["data"].filter(({ state }: Body) => state === "waiting")).toEqual([]);
    // What was refused may be asked again.
    const wrong = { "idempotency-key": "asked wrongly" };
    expect(await call("POST", "/v1/routing-simulations", { ...question, channel: "none" }, wrong)).toMatchObject({ status: 422 });
    const right = await call("POST", "/v1/routing-simulations", question, wrong);
    expect(right).toMatchObject({ status: 202 });
    await call("POST", `/v1/routing-simulations/${String(right.body["id"])}/cancel`, {});
  });

  test("is cancelled before it runs and in the middle, and then keeps nothing", async () => {
    const waiting = String((await ask()).body["id"]);
    expect((await call("POST", `/v1/routing-simulations/${waiting}/cancel`, {})).body).toMatchObject({ state: "cancelled", finished_at: expect.any(String) });
    const id = String((await ask({ strategy: "south", channel: "web" })).body["id"]);
    const { past } = postgresSimulation(server.world.pool);
    let logs = 0;
    work({ past: { ...past, log: async (...asked) => {
      logs += 1;
      await call("POST", `/v1/routing-simulations/${id}/cancel`, {});
      return past.log(...asked);
    } } });
    expect(await done(id)).toMatchObject({ state: "cancelled", report: null });
    await until("the run to end", () => logs > 0);
    expect((await call("GET", `/v1/routing-simulations/${id}/orders`)).body["data"]).toEqual([]);
    expect((await call("POST", `/v1/routing-simulations/${id}/cancel`, {})).body).toMatchObject({ state: "cancelled" });
  });

  test("that is cancelled while its world is rebuilt goes no further, and the next one has its turn", async () => {
    const [id, next] = [String((await ask()).body["id"]), String((await ask()).body["id"])];
    const { past } = postgresSimulation(server.world.pool);
    const steps: string[] = [];
    work({ past: {
      ...past,
      itemIds: async (...asked) => {
        if (steps.push("orders") === 1) await Promise.all([call("POST", `/v1/routing-simulations/${id}/cancel`, {}), new Promise((resolve) => setTimeout(resolve, 20))]);
        return past.itemIds(...asked);
      },
      state: (...asked) => {
        steps.push("stock");
        return past.state(...asked);
      },
    } });
    expect(await done(next)).toMatchObject({ state: "done" });
    expect(await done(id)).toMatchObject({ state: "cancelled", report: null });
    expect(steps).toEqual(["orders", "orders", "stock"]);
  });

  test("that a stopped server left in the middle begins again with the next, and keeps no order twice", async () => {
    const id = String((await ask({ strategy: "south", channel: "web" })).body["id"]);
    const { simulations } = postgresSimulation(server.world.pool);
    let reached = false;
    let goOn: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => (goOn = resolve));
    const first = work({ simulations: { ...simulations, keep: async (...kept) => {
      const written = await simulations.keep(...kept);
      reached = true;
      await blocked;
      return written;
    } } });
    await until("the first run to keep its orders", () => reached, PATIENCE_MS);
    const stopped = first.stop();
    goOn();
    await stopped;
    running.splice(running.indexOf(first), 1);
    expect((await call("GET", `/v1/routing-simulations/${id}`)).body).toMatchObject({ state: "running" });
    work();
    expect(await done(id)).toMatchObject({ state: "done", report: { moved: 20 } });
    expect(await server.world.query("select count(*)::int as rows, count(distinct document ->> 'order')::int as orders, max(row_no) as last from ordo.routing_simulation_order where simulation_id = $1",
      [`${id.slice(4, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20, 24)}-${id.slice(24)}`])).toEqual([{ rows: 20, orders: 20, last: 20 }]);
  });

  test("that always meets a defect is given up, and says so", async () => {
    const id = String((await ask()).body["id"]);
    const { past } = postgresSimulation(server.world.pool);
    work({ past: { ...past, state: () => Promise.reject(new Error("a defect")) } }, { importAttempts: 2 });
    expect(await done(id)).toMatchObject({ state: "failed", report: null, problem: { code: "INTERNAL" } });
  });

  test("runs from the command line, with its report and what moves", async () => {
    work();
    const said = await server.ordo("routing", "simulate", "--from", iso(begun), "--strategy", "south", "--channel", "web", "--show", "2");
    expect(said).toMatchObject({ code: 0 });
    expect(said.out).toContain("20 of 20 orders would go elsewhere, 0 would not.");
    expect(said.out).toContain("By the rules that held, 20 of 20 go where they went in fact.");
    expect(said.out).toMatch(/munich +0 +20/);
    expect(said.out).toContain("Now: Ships from Node berlin");
    expect(said.out).toContain("Then: Ships from Node munich");
    const drawn = await server.ordo("routing", "simulate", "--from", iso(begun), "--generated", "30", "--json");
    expect(JSON.parse(drawn.out)).toMatchObject({ state: "done", generated: 30, report: { orders: 30, moved: 0, reproduced: null, live: { orders: 30 } } });
    for (const wrong of [["--from", iso(begun), "--strategy", "south@x"], [], ["--from", iso(begun), "--generated", "0"]]) expect(await server.ordo("routing", "simulate", ...wrong)).toMatchObject({ code: 2 });
    expect(await server.ordo("routing", "simulate", "--from", iso(begun), "--strategy", "none")).toMatchObject({ code: 1, err: expect.stringContaining("There is no routing strategy") });
    expect((await server.ordo("routing", "simulate", "--from", iso(begun), "--detach")).out).toMatch(/^sim_[0-9a-f]{32}\n$/);
  });
});
