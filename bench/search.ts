import { parseArgs } from "node:util";
import type pg from "pg";
import { captureOrders } from "../src/flows/capture-orders.ts";
import { SEARCH_CONSUMER } from "../src/flows/search.ts";
import { openPool } from "../src/postgres/database.ts";
import { postgresStore } from "../src/postgres/store.ts";
import { newId } from "../src/postgres/tenants.ts";
import { createBatcher } from "../src/server/batcher.ts";
import { WORDS_AT_ONCE } from "../src/server/workers/fan-out.ts";
import { createLateLane } from "../src/server/workers/late-lane.ts";
import { startLoop } from "../src/server/workers/loop.ts";
import { withDatabase } from "./support/database.ts";
import { type Client, openClient } from "./support/http-load.ts";
import { measure, percentile } from "./support/measure.ts";
import { command } from "./support/orders.ts";
import { progress, report } from "./support/report.ts";
import { seed } from "./support/seed.ts";
import { openSearchReader } from "./support/search-reader.ts";
import { questions, writeOrders } from "./support/searched-orders.ts";
import { startServer } from "./support/server.ts";

/** How long somebody waits for the first fifty orders, what that costs in space, and how quickly orders become findable. */
const { values: options } = parseArgs({ options: {
  json: { type: "boolean", default: false }, orders: { type: "string", default: "1000000" }, seconds: { type: "string", default: "8" },
} });
const orders = Number(options.orders);
const seconds = Number(options.seconds);
const say = (name: string, value: number, unit: string, ratio: number | null, note: string): void => report(options.json, name, value, unit, ratio, note);

interface Setting { readonly ownerUrl: string; readonly owner: pg.Client; readonly pool: pg.Pool; readonly tenantId: number }

async function feed(setting: Setting): Promise<void> {
  const read = await openSearchReader(setting.pool, setting.tenantId);
  const began = performance.now();
  let events = 0;
  let times: number[] = [];
  for (let turn = 1; ; turn += 1) {
    const from = performance.now();
    const got = await read();
    times.push(performance.now() - from);
    events += got;
    if (turn % 250 === 0) progress(`${events} events fed, ${Math.round((events * 1000) / (performance.now() - began))}/s`);
    if (got < WORDS_AT_ONCE) break;
  }
  times = times.toSorted((a, b) => a - b);
  say("feed", orders / ((performance.now() - began) / 1000), "orders/s", null, "from the log until it can be found, one reader, the whole log at once");
  say("feed_turn_p95", percentile(times, 0.95), "ms", null, `one transaction of ${WORDS_AT_ONCE} events`);
  const { rows: [size] } = await setting.owner.query<{ total: string; words: string }>(
    "select pg_total_relation_size('ordo.order_search')::text as total, pg_relation_size('ordo.order_search_words')::text as words");
  say("bytes_per_order", Number(size?.total) / orders, "B", null, "table and indexes");
  say("index_bytes_per_order", Number(size?.words) / orders, "B", null, "the index of words alone");
}

const progressError = (fields: object, message: string): void => progress(`${message}: ${JSON.stringify(fields)}`);

/** Whether capture notices the reader: the same callers in turn without and with it. */
async function beside(setting: Setting): Promise<void> {
  const capturing = openPool({ url: String(setting.pool.options.connectionString), connections: 6, plans: "generic", applicationName: "bench" });
  const batcher = createBatcher(captureOrders, { store: postgresStore(capturing), ambient: { now: Date.now, newId }, batchMax: 200, flights: 2, waitingMax: 100_000 });
  const submit = async (): Promise<void> => {
    const answer = await batcher.submit(setting.tenantId, command());
    if (!answer.ok) throw new Error(answer.refusal.detail);
  };
  const rates = { alone: [] as number[], fed: [] as number[] };
  await measure(256, seconds / 2, submit);
  for (let round = 1; round <= 2; round += 1) {
    progress(`capture without and with the reader, round ${round} of 2`);
    rates.alone.push((await measure(256, seconds, submit)).perSecond);
    const read = await openSearchReader(setting.pool, setting.tenantId);
    const [lane, quiet] = [createLateLane(), (): void => undefined];
    const reader = startLoop({
      name: "search", turn: () => lane.run(async () => ((await read()) < WORDS_AT_ONCE ? "some" : "more")), gatherMs: 100, sleepMs: 20, sleepMaxMs: 500, isPassing: () => false,
      log: { info: quiet, warn: quiet, error: progressError },
    });
    rates.fed.push((await measure(256, seconds, submit)).perSecond);
    lane.stop();
    await reader.stop();
    while ((await read()) > 0);
  }
  await capturing.end();
  const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;
  say("capture_beside_feed", mean(rates.fed), "orders/s", mean(rates.fed) / mean(rates.alone), "to capture alone, everything in one process");
}

const ROUNDS = 60;

/** One person who types, beside nobody else: every kind of question in turn, and the list without a question as the floor. */
async function ask(setting: Setting, client: Client): Promise<void> {
  progress(`asking ${ROUNDS} rounds of each kind`);
  const kinds = Object.entries(await questions(setting.owner, setting.tenantId, orders));
  const times = new Map<string, number[]>(["list", ...kinds.map(([name]) => name)].map((name) => [name, []]));
  const timed = async (name: string, path: string): Promise<void> => {
    const from = performance.now();
    const reply = await client.request("GET", path);
    if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}: ${reply.body.slice(0, 300)}`);
    times.get(name)?.push(performance.now() - from);
    const found = (JSON.parse(reply.body) as { data: unknown[] }).data.length;
    if ((found === 0) !== (name === "nothing")) throw new Error(`${path} found ${found}`);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    await timed("list", "/v1/orders?limit=50");
    for (const [name, text] of kinds) await timed(name, `/v1/orders?limit=50&q=${encodeURIComponent(text(round))}`);
  }
  const p = (name: string, share: number): number => percentile((times.get(name) ?? []).toSorted((a, b) => a - b), share);
  const all = kinds.flatMap(([name]) => times.get(name) ?? []).toSorted((a, b) => a - b);
  const floor = p("list", 0.95);
  for (const [name] of kinds) say(`search_${name}_p95`, p(name, 0.95), "ms", p(name, 0.95) / floor, "to the list without a search");
  say("list_p95", floor, "ms", 1, "the floor: fifty orders without a search, in the same run");
  say("first_results_p95", percentile(all, 0.95), "ms", percentile(all, 0.95) / floor, `all kinds, at ${orders} orders; floor 300`);
  say("first_results_max", percentile(all, 1), "ms", null, "the slowest of all");
}

await withDatabase(async ({ directory, ownerUrl, runtimeUrl, owner, tenantId }) => {
  const pool = openPool({ url: runtimeUrl, connections: 4, plans: "generic", applicationName: "bench" });
  await seed(postgresStore(pool), owner, tenantId, { now: Date.now, newId }, 100_000_000);
  await owner.query("vacuum analyze");
  await writeOrders(owner, tenantId, orders, (written) => void (written % 200_000 === 0 && progress(`${written} of ${orders} orders written`)));
  await owner.query("vacuum analyze");
  const setting: Setting = { ownerUrl, owner, pool, tenantId };
  await feed(setting);
  await owner.query("analyze");
  await beside(setting);
  await owner.query("update ordo.consumer set fence = 0 where name = $1", [SEARCH_CONSUMER]);
  const server = await startServer(ownerUrl, directory);
  const client = openClient(server.url, server.apiKey, 1);
  await ask(setting, client);
  client.close();
  await server.stop();
  await pool.end();
});
