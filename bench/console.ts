import { parseArgs } from "node:util";
import type pg from "pg";
import { openPool } from "../src/postgres/database.ts";
import { postgresOrderSearch } from "../src/postgres/order-search.ts";
import { launchBrowser } from "../tests/browser/support/browser.ts";
import { look } from "./support/console-look.ts";
import { fromClone } from "./support/from-clone.ts";
import { type BenchDatabase, withDatabase } from "./support/database.ts";
import { type Client, openClient } from "./support/http-load.ts";
import { percentile } from "./support/measure.ts";
import { progress, report } from "./support/report.ts";
import { questions, writeOrders } from "./support/searched-orders.ts";
import { startServer } from "./support/server.ts";

/** How quick the console and what it asks are beside a million orders, and how long a stranger waits from the clone to the first explained order. */
const { values: options } = parseArgs({ options: {
  json: { type: "boolean", default: false }, orders: { type: "string", default: "1000000" }, rows: { type: "string", default: "100000" }, rounds: { type: "string", default: "60" }, clone: { type: "boolean", default: true },
}, allowNegative: true });
const orders = Number(options.orders);
const rounds = Number(options.rounds);
const say = (name: string, value: number, unit: string, note: string): void => report(options.json, name, value, unit, null, note);

/** The demonstration with many more orders behind it: everybody who reads the log has read them, and what people search knows them. */
async function grow({ directory, ownerUrl, runtimeUrl, owner, tenantId }: BenchDatabase): Promise<void> {
  const server = await startServer(ownerUrl, directory, { ORDO_DEMO: "1" });
  await server.stop();
  await writeOrders(owner, tenantId, orders, (written) => void (written % 200_000 === 0 && progress(`${written} of ${orders} orders written`)));
  await owner.query("update ordo.consumer c set position = e.position from ordo.event_counter e where e.tenant_id = c.tenant_id");
  // The demonstration's orders were there first, and are younger than these: segments are made as if all had come in their order.
  await owner.query("truncate ordo.order_search, ordo.order_search_segment, ordo.order_search_state");
  await owner.query("vacuum analyze");
  const pool = openPool({ url: runtimeUrl, connections: 2, plans: "generic", applicationName: "bench" });
  await postgresOrderSearch(pool).rebuild(tenantId, ({ orders: found, total }) => void (found % 100_000 === 0 && progress(`${found} of ${total} orders can be searched`)));
  await pool.end();
  await owner.query("vacuum analyze");
}

/** Every list that a tab or a filter of the order list asks for: its first page, and pages further on. */
const LISTS = ["", "status=SHIPPED", "status=COMPLETED", "status=ON_HOLD&status=CANCELLED", "node=berlin", "node=berlin&status=COMPLETED", "hold=FRAUD", "channel=demo-web", "placed_from=2023-11-20T00:00:00Z&placed_to=2023-11-21T00:00:00Z", "sort=-placed", "sort=deadline"] as const;
const PAGES = 4;

async function lists(client: Client): Promise<void> {
  progress("asking for lists");
  const times: number[] = [];
  for (let round = 0; round < rounds / 3; round += 1) {
    for (const list of LISTS) {
      for (let [page, cursor] = [0, ""]; page < PAGES; page += 1) {
        const from = performance.now();
        const reply = await client.request("GET", `/v1/orders?limit=100&${list}${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
        if (reply.status !== 200) throw new Error(`${list} was answered ${reply.status}: ${reply.body.slice(0, 300)}`);
        times.push(performance.now() - from);
        const { next_cursor: next } = JSON.parse(reply.body) as { next_cursor: string | null };
        if (next === null) break;
        cursor = next;
      }
    }
  }
  times.sort((a, b) => a - b);
  say("list_api_p95", percentile(times, 0.95), "ms", `pages of 100, ${LISTS.length} ways to filter and sort; bound 100`);
  say("list_api_max", percentile(times, 1), "ms", "the slowest of all");
}

async function searches(client: Client, owner: pg.Client, tenantId: number): Promise<void> {
  progress("searching");
  const kinds = Object.values(await questions(owner, tenantId, orders));
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const text of kinds) {
      const from = performance.now();
      const reply = await client.request("GET", `/v1/orders?limit=100&q=${encodeURIComponent(text(round))}`);
      if (reply.status !== 200) throw new Error(`${text(round)} was answered ${reply.status}: ${reply.body.slice(0, 300)}`);
      times.push(performance.now() - from);
    }
  }
  times.sort((a, b) => a - b);
  say("search_p95", percentile(times, 0.95), "ms", `${kinds.length} kinds of question; bound 300`);
  say("search_max", percentile(times, 1), "ms", "the slowest of all");
}

await withDatabase(async (database) => {
  await grow(database);
  const server = await startServer(database.ownerUrl, database.directory, { ORDO_DEMO: "1" });
  const client = openClient(server.url, server.apiKey, 1);
  await lists(client);
  await searches(client, database.owner, database.tenantId);
  const browser = await launchBrowser();
  await look(browser, server, { rows: Math.min(orders, Number(options.rows)), say });
  await browser.close();
  client.close();
  await server.stop();
});
if (options.clone) {
  const browser = await launchBrowser();
  await fromClone(browser, say);
  await browser.close();
}
