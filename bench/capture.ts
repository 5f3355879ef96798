import { parseArgs } from "node:util";
import type pg from "pg";
import { captureOrders } from "../src/flows/capture-orders.ts";
import type { Ambient } from "../src/flows/ports.ts";
import { openPool } from "../src/postgres/database.ts";
import { postgresStore } from "../src/postgres/store.ts";
import { ensureTenant, newId } from "../src/postgres/tenants.ts";
import { createBatcher } from "../src/server/batcher.ts";
import { openPacking } from "../src/server/packing/index.ts";
import { createRules } from "../src/server/rules/index.ts";
import { withDatabase } from "./support/database.ts";
import { type Client, openClient } from "./support/http-load.ts";
import { measureLimit } from "./support/limit.ts";
import { measure, measureAtRate, type Rate, summarise } from "./support/measure.ts";
import { body, command } from "./support/orders.ts";
import { progress, report } from "./support/report.ts";
import { ITEMS, NODES, seed, skuOf } from "./support/seed.ts";
import { startServer } from "./support/server.ts";
import { operationsOf, steer, STRATEGY } from "./support/steer.ts";

const { values: options } = parseArgs({ options: { json: { type: "boolean", default: false }, orders: { type: "string", default: "1000000" }, seconds: { type: "string", default: "8" } } });
const seconds = Number(options.seconds);
const ordersAtEnd = Number(options.orders);
const say = (name: string, value: number, unit: string, ratio: number | null, note: string): void => report(options.json, name, value, unit, ratio, note);
const mean = (rates: readonly number[]): number => rates.reduce((sum, rate) => sum + rate, 0) / rates.length;

interface Setting { readonly ownerUrl: string; readonly runtimeUrl: string; readonly tenantId: number; readonly owner: pg.Client }

/** Inside one process, without HTTP: the bare limit and the whole flow, turn about, so that a drifting machine hits both. */
async function inProcess({ ownerUrl, runtimeUrl, tenantId }: Setting): Promise<number> {
  const pool = openPool({ url: runtimeUrl, connections: 6, plans: "generic", applicationName: "bench" });
  const ambient: Ambient = { now: Date.now, newId };
  const batcher = createBatcher(captureOrders, { store: postgresStore(pool), ambient, batchMax: 200, flights: 2, waitingMax: 100_000 });
  const submit = async (skus?: readonly string[]): Promise<void> => {
    const answer = await batcher.submit(tenantId, command(skus));
    if (!answer.ok) throw new Error(answer.refusal.detail);
  };
  const rates = { limit: [] as number[], whole: [] as number[], hot: [] as number[] };
  await measure(512, seconds / 2, () => submit());
  for (let round = 1; round <= 2; round++) {
    progress(`in one process, round ${round} of 2: the limit, the whole flow, the hot item`);
    rates.limit.push((await measureLimit(ownerUrl, seconds)).perSecond);
    rates.whole.push((await measure(512, seconds, () => submit())).perSecond);
    rates.hot.push((await measure(512, seconds, () => submit([skuOf(7), skuOf(7), skuOf(7)]))).perSecond);
  }
  await pool.end();
  const limit = mean(rates.limit);
  say("limit", limit, "orders/s", 1, "bare loop, minimum rows, no rules");
  say("in_process", mean(rates.whole), "orders/s", mean(rates.whole) / limit, "to limit; floor 0.15, goal 0.30");
  say("hot_item", mean(rates.hot), "orders/s", mean(rates.hot) / mean(rates.whole), "to in_process; floor 0.8, goal 0.95");
  return limit;
}

/** The whole flow at full cost (calendars, services, rate cards, boxes, capacity, a strategy) beside the same shop without any of that, turn about. */
function fullEngine(): Promise<void> {
  return withDatabase(async ({ runtimeUrl, owner, tenantId: plain }) => {
    progress(`the full engine: seeding ${ITEMS} items at ${NODES} nodes twice`);
    const pool = openPool({ url: runtimeUrl, connections: 6, plans: "generic", applicationName: "bench" });
    const [store, ambient]: [ReturnType<typeof postgresStore>, Ambient] = [postgresStore(pool), { now: Date.now, newId, tools: { rules: createRules(), pack: openPacking() } }];
    const steered = await ensureTenant(owner, "steered", "Steered");
    await steer(store, steered, ambient);
    const capacity = { ordersPerDay: 1_000_000, ordersPerHour: null, unitsPerDay: 10_000_000, unitsPerHour: null };
    await seed(store, owner, steered, ambient, 100_000_000, { strategy: STRATEGY, operations: operationsOf(NODES).map((operations) => ({ ...operations, capacity })) });
    await seed(store, owner, plain, ambient, 100_000_000);
    const batcher = createBatcher(captureOrders, { store, ambient, batchMax: 200, flights: 2, waitingMax: 100_000 });
    const submit = async (tenantId: number): Promise<void> => {
      const answer = await batcher.submit(tenantId, command());
      if (!answer.ok) throw new Error(answer.refusal.detail);
    };
    for (const tenantId of [steered, plain]) await measure(512, 1, () => submit(tenantId));
    await owner.query("vacuum analyze");
    const rates = { steered: [] as number[], plain: [] as number[] };
    for (let round = 1; round <= 2; round++) {
      progress(`the full engine, round ${round} of 2: without it, with it`);
      rates.plain.push((await measure(512, seconds, () => submit(plain))).perSecond);
      rates.steered.push((await measure(512, seconds, () => submit(steered))).perSecond);
    }
    await pool.end();
    say("full_engine", mean(rates.steered), "orders/s", mean(rates.steered) / mean(rates.plain), "to the same without it, in one process; floor 0.67");
  });
}

async function post(client: Client): Promise<void> {
  const reply = await client.request("POST", "/v1/orders", body(), { "idempotency-key": newId() });
  if (reply.status !== 201) throw new Error(`capture answered ${reply.status}: ${reply.body.slice(0, 300)}`);
}

/** Groups of one: every transaction holds a single order, as one call per order would have it. */
async function groupsOfOne(setting: Setting, directory: string): Promise<number> {
  progress("over HTTP in groups of one");
  const server = await startServer(setting.ownerUrl, directory, { ORDO_BATCH_MAX: "1" });
  const client = openClient(server.url, server.apiKey, 64);
  const rate = await measure(64, seconds, () => post(client));
  client.close();
  await server.stop();
  return rate.perSecond;
}

async function overHttp(setting: Setting, directory: string, limit: number): Promise<void> {
  const one = await groupsOfOne(setting, directory);
  const server = await startServer(setting.ownerUrl, directory);
  const client = openClient(server.url, server.apiKey, 64);
  progress("over HTTP");
  await measure(64, seconds / 2, () => post(client));
  const nearby = (await measureLimit(setting.ownerUrl, seconds)).perSecond;
  const peak = await measure(64, seconds, () => post(client));
  say("http", peak.perSecond, "orders/s", peak.perSecond / mean([limit, nearby]), "to limit; floor 0.10, goal 0.20");
  say("http_groups_of_one", one, "orders/s", peak.perSecond / one, "http to this; floor 3");
  progress("answer times at half the peak");
  const half = await measureAtRate(peak.perSecond / 2, seconds * 2, () => post(client));
  say("http_p99", half.p99, "ms", null, "at half its peak; floor 50, goal 20");
  await availability(client, setting.tenantId);
  const before = server.memory();
  say("memory_peak", before.peak / 1e6, "MB", null, "resident, Node process, at peak; bound 500");
  await fill(client, setting.owner);
  const after = server.memory();
  say("memory", after.now / 1e6, "MB", after.now / before.peak, `resident after ${ordersAtEnd} orders, to its peak before; bound 500, flat`);
  await lists(client);
  client.close();
  await server.stop();
}

/** 100 pairs a call: ten items at ten nodes, while capture runs at half of what it could. */
async function availability(client: Client, _tenantId: number): Promise<void> {
  progress("availability of 100 pairs while capture runs");
  const ask = async (): Promise<void> => {
    const from = Math.floor(Math.random() * (ITEMS - 10));
    const pairs = Array.from({ length: 10 }, (_, i) => Array.from({ length: NODES }, (_n, n) => ({ sku: skuOf(from + i), node: `node-${n}` }))).flat();
    const reply = await client.request("POST", "/v1/availability", JSON.stringify({ pairs }));
    if (reply.status !== 200) throw new Error(`availability answered ${reply.status}: ${reply.body.slice(0, 300)}`);
  };
  const peak = (await measure(16, seconds / 2, ask)).perSecond;
  let capturing = true;
  const capture = (async () => {
    while (capturing) await measureAtRate(300, 1, () => post(client));
  })();
  const rate = await measureAtRate(peak / 2, seconds, ask);
  capturing = false;
  await capture;
  say("availability_p99", rate.p99, "ms", null, "at half its peak, capture running; floor 50, goal 10");
}

/** The rest up to the full number, through the bulk door. */
async function fill(client: Client, owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ n: number }>("select count(*)::int as n from ordo.sales_order");
  let missing = ordersAtEnd - (rows[0]?.n ?? 0);
  const total = missing;
  const start = performance.now();
  const worker = async (): Promise<void> => {
    while (missing > 0) {
      const count = Math.min(1000, missing);
      missing -= count;
      const reply = await client.request("POST", "/v1/orders/bulk", Array.from({ length: count }, () => body()).join("\n"), { "content-type": "application/x-ndjson", accept: "application/x-ndjson" });
      if (reply.status !== 200) throw new Error(`bulk answered ${reply.status}: ${reply.body.slice(0, 300)}`);
      if (Math.floor(missing / 50_000) !== Math.floor((missing + count) / 50_000)) {
        progress(`${total - missing} of ${total} orders, ${Math.round(((total - missing) * 1000) / (performance.now() - start))}/s`);
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  if (total > 0) say("bulk", (total * 1000) / (performance.now() - start), "orders/s", null, "NDJSON, four requests at a time, while the tables grow");
  await owner.query("analyze");
}

/** The first page, and pages after following thousands of cursors. */
async function lists(client: Client): Promise<void> {
  progress("order list at its full size");
  const page = async (cursor: string | null, limit: number): Promise<string | null> => {
    const reply = await client.request("GET", `/v1/orders?limit=${limit}${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
    if (reply.status !== 200) throw new Error(`list answered ${reply.status}: ${reply.body.slice(0, 300)}`);
    const { next_cursor: next } = JSON.parse(reply.body) as { next_cursor: string | null };
    return next;
  };
  const first = await measure(1, seconds / 4, () => page(null, 50));
  let cursor: string | null = null;
  const times: number[] = [];
  for (let n = 0; n < 10_000; n++) {
    const start = performance.now();
    cursor = await page(cursor, 50);
    if (n >= 9_000) times.push(performance.now() - start);
    if (cursor === null) break;
  }
  const deep: Rate = summarise(times, 1);
  say("list_p95", first.p95, "ms", null, "first page of 50; floor 100, goal 30");
  say("list_p95_deep", deep.p95, "ms", null, `pages after ${times.length < 1000 ? "all" : "9,000 to 10,000"} cursors; floor 100, goal 30`);
}

/** A shop with stock and its first orders, on a database of its own. */
function withShop(action: (setting: Setting, directory: string) => Promise<void>): Promise<void> {
  return withDatabase(async ({ directory, ownerUrl, runtimeUrl, owner, tenantId }) => {
    progress(`seeding ${ITEMS} items at ${NODES} nodes`);
    const pool = openPool({ url: runtimeUrl, connections: 2, plans: "generic", applicationName: "bench" });
    const [store, ambient] = [postgresStore(pool), { now: Date.now, newId }];
    await seed(store, owner, tenantId, ambient, 100_000_000);
    // The first orders come before the analysis: tables that are known to be empty tempt the planner to read all of them.
    for (let group = 0; group < 10; group += 1) await captureOrders(store, tenantId, Array.from({ length: 200 }, () => command()), ambient);
    await owner.query("vacuum analyze");
    // What seeding left in memory is written now, not beside what is measured.
    await owner.query("checkpoint");
    await pool.end();
    await action({ ownerUrl, runtimeUrl, tenantId, owner }, directory);
  });
}

await fullEngine();
let limit = 0;
await withShop(async (setting) => {
  limit = await inProcess(setting);
});
// Nobody mails or indexes what is captured in one process: over HTTP its backlog would be measured too.
await withShop((setting, directory) => overHttp(setting, directory, limit));
