import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type pg from "pg";
import { createTestDatabase } from "../../../tests/support/postgres.ts";
import { openPool } from "../database.ts";

interface Plan { readonly "Node Type": string; readonly "Relation Name"?: string; readonly "Index Name"?: string; readonly "Index Cond"?: string; readonly Plans?: readonly Plan[] }

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: pg.Pool;
let client: pg.PoolClient;
beforeAll(async () => {
  database = await createTestDatabase();
  // Plans that hold for any value: what these find by an index, plans for a value find so too.
  pool = openPool({ url: database.runtimeUrl, connections: 1, plans: "generic", applicationName: "ways test" });
  client = await pool.connect();
  await client.query("select set_config('ordo.tenant_id', '1', false)");
});
afterAll(async () => {
  client?.release();
  await pool?.end();
  await database?.drop();
});

const statementsOf = (file: string): Map<string, string> => {
  const source = readFileSync(new URL(file, import.meta.url), "utf8");
  return new Map([...source.matchAll(/statement\("([a-z_]+)", `([^`]*)`\)/g)].map(([, name = "", text = ""]) => [name, text]));
};

async function planOf(text: string): Promise<Plan[]> {
  const parameters = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  await client.query(`prepare examined as ${text}`);
  const { rows: [row] } = await client.query<{ "QUERY PLAN": { Plan: Plan }[] }>(`explain (format json) execute examined(${Array.from({ length: parameters }, () => "null").join(", ")})`);
  await client.query("deallocate examined");
  const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];
  return (row?.["QUERY PLAN"] ?? []).flatMap(({ Plan: plan }) => flat(plan));
}

/** What each way walks along, and the part of the index condition that is its cursor. */
const WALKS: Readonly<Record<string, readonly [index: string, cursor: RegExp]>> = {
  orders_newest: ["sales_order_pkey", /\(id < \$1\)/], orders_by_status: ["sales_order_status", /\(id < \$1\)/], orders_by_node: ["shipment_node", /\(order_id < \$1\)/], orders_by_hold: ["hold_open", /\(order_id < \$1\)/],
  orders_by_tag: ["order_tag_pkey", /\(order_id < \$1\)/], orders_by_assignee: ["order_desk_assignee", /\(order_id < \$1\)/],
  orders_placed_latest: ["sales_order_placed", /ROW\(placed_at, id\) < ROW\(\$1, \$2\)/], orders_placed_oldest: ["sales_order_placed", /ROW\(placed_at, id\) > ROW\(\$1, \$2\)/],
  orders_captured_latest: ["sales_order_captured", /ROW\(captured_at, id\) < ROW\(\$1, \$2\)/],
  orders_due: ["order_deadline_due", /ROW\(CASE .* END, order_id\) > ROW\(\$1, \$2\)/], orders_at_risk: ["order_deadline_risk", /ROW\(due_at, order_id\) > ROW\(\$1, \$2\)/],
};

test("complaint 1: every way into the list begins in its index where the page does, and needs no sorting", async () => {
  const ways = statementsOf("order-ways.ts");
  expect([...ways.keys()].filter((name) => !(name in WALKS)).toSorted()).toEqual(["orders_by_external_id", "orders_by_number", "orders_by_places", "orders_by_words"]);
  for (const [name, [index, cursor]] of Object.entries(WALKS)) {
    const plan = await planOf(ways.get(name) ?? "");
    const walks = plan.filter((node) => node["Index Name"] === index && cursor.test(node["Index Cond"] ?? ""));
    expect(walks, `${name}: ${JSON.stringify(plan)}`).toHaveLength(1);
    // Streams of several statuses are merged; each of them is in order.
    const sorts = plan.filter((node) => node["Node Type"].includes("Sort"));
    expect(sorts.length, name).toBe(name === "orders_by_status" ? 1 : 0);
    expect(plan.filter((node) => node["Node Type"] === "Seq Scan"), name).toEqual([]);
  }
});

test("whatever else is asked is asked of single orders, by their keys", async () => {
  for (const [name, text] of statementsOf("order-filter.ts")) {
    const plan = await planOf(text);
    const wide = plan.filter((node) => node["Relation Name"] !== undefined && !/channel|node/.test(node["Relation Name"]) && !/order_id = |\(id = /.test(node["Index Cond"] ?? ""));
    expect(wide, name).toEqual([]);
  }
});

test("what nodes send is read from each node's index, from where the page begins", async () => {
  const plan = await planOf(statementsOf("order-ways.ts").get("orders_by_places") ?? "");
  expect(plan.filter((node) => node["Index Name"] === "shipment_node" && /\(order_id < \$1\)/.test(node["Index Cond"] ?? "")), JSON.stringify(plan)).not.toEqual([]);
});
