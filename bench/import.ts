import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type pg from "pg";
import { openPool } from "../src/postgres/database.ts";
import { postgresStore } from "../src/postgres/store.ts";
import { newId } from "../src/postgres/tenants.ts";
import { openShopify, type Shopify } from "../tests/support/partners.ts";
import { withDatabase } from "./support/database.ts";
import { type Client, openClient } from "./support/http-load.ts";
import { measureAtRate, percentile, summarise } from "./support/measure.ts";
import { progress, report } from "./support/report.ts";
import { ITEMS, seed, skuOf } from "./support/seed.ts";
import { type Running, startServer } from "./support/server.ts";

/**
 * What comes from outside: messages of a channel until they are routed orders, a storm of messages, stock until a channel
 * is told, and orders from a file. Everything runs: workers, webhooks, write-back to a partner on this machine.
 */
const { values: options } = parseArgs({ options: {
  json: { type: "boolean", default: false }, seconds: { type: "string", default: "20" }, messages: { type: "string", default: "100000" }, orders: { type: "string", default: "50000" },
} });
const seconds = Number(options.seconds);
const say = (name: string, value: number, unit: string, note: string): void => report(options.json, name, value, unit, null, note);
const SECRET = "bench-secret-0123456789";
const RATE = 100;

interface Setting { readonly server: Running; readonly client: Client; readonly owner: pg.Client; readonly path: string }

let orders = 0;
/** An order of three lines as Shopify tells of it. */
function shopifyOrder(id: number, updatedAt: string): string {
  const lines = [0, 1, 2].map((n) => ({ id: id * 10 + n, variant_id: 1_000_000 + ((id * 7919 + n * 104_729) % ITEMS), sku: skuOf((id * 7919 + n * 104_729) % ITEMS), title: "Item", quantity: 1, price: "10.00", requires_shipping: true, total_discount: "0.00", tax_lines: [], properties: [] }));
  return JSON.stringify({
    id, name: `#${id}`, email: `buyer-${id}@example.com`, created_at: "2026-03-01T09:00:00Z", updated_at: updatedAt, currency: "EUR", taxes_included: true, financial_status: "paid", total_price: "30.00",
    total_tax: "0.00", total_discounts: "0.00", shipping_lines: [], note_attributes: [], discount_codes: [], line_items: lines,
    shipping_address: { name: `Buyer ${id}`, address1: `Street ${id}`, city: "Berlin", zip: "10115", country_code: "DE", latitude: 52.5, longitude: 13.4 },
  });
}

async function send({ client, path }: Setting, body: string, deliveryId: string, topic = "orders/create"): Promise<void> {
  const signature = createHmac("sha256", SECRET).update(body).digest("base64");
  const reply = await client.request("POST", path, body, { "content-type": "application/json", "x-shopify-topic": topic, "x-shopify-webhook-id": deliveryId, "x-shopify-hmac-sha256": signature });
  if (reply.status !== 200) throw new Error(`a message was answered ${reply.status}: ${reply.body.slice(0, 300)}`);
}

/** From the moment a message is sent until its order is committed with its routing, by the clocks of one machine. */
async function messagesToOrders(setting: Setting): Promise<void> {
  progress(`${RATE} messages a second for ${seconds} s, everything on`);
  const sentAt = new Map<string, number>();
  const first = orders + 1;
  const answers = await measureAtRate(RATE, seconds, () => {
    const id = (orders += 1);
    sentAt.set(String(id), Date.now());
    return send(setting, shopifyOrder(id, "2026-03-01T10:00:00Z"), `live-${id}`);
  });
  const wanted = orders - first + 1;
  const routed = await settled(setting, wanted, first);
  const times = routed.flatMap(({ external_id: id, at }) => (sentAt.has(id) ? [Number(at) - (sentAt.get(id) ?? 0)] : []));
  const latency = summarise(times, seconds);
  say("message_to_order_p95", latency.p95, "ms", `${wanted} messages at ${RATE}/s until the routed order is committed; floor 1000`);
  say("message_to_order_p99", latency.p99, "ms", "the slowest hundredth");
  say("message_answer_p99", answers.p99, "ms", "until a message is answered, meanwhile; floor 500");
}

interface Routed { readonly external_id: string; readonly at: string }

/** Waits until all of these orders are routed. */
async function settled({ owner }: Setting, wanted: number, from: number): Promise<Routed[]> {
  for (let patience = 0; patience < 1200; patience++) {
    const { rows } = await owner.query<Routed>(`
      select o.external_id, extract(epoch from e.recorded_at) * 1000 as at from ordo.sales_order o
      join ordo.event e on e.tenant_id = o.tenant_id and e.order_id = o.id and e.type = 'OrderRouted' where o.external_id ~ '^[0-9]+$' and o.external_id::bigint >= $1`, [from]);
    if (rows.length >= wanted) return rows;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("not every message became a routed order");
}

/** Many messages at once, a third of them repeats, in no order. */
async function storm(setting: Setting): Promise<void> {
  const count = Number(options.messages);
  progress(`a storm of ${count} messages, 30 % of them repeats, shuffled`);
  const fresh = Math.floor(count * 0.7);
  const first = orders + 1;
  const list = Array.from({ length: count }, (_, n) => first + (n < fresh ? n : (n * 7919) % fresh));
  for (let n = list.length - 1; n > 0; n--) {
    const other = (n * 104_729) % (n + 1);
    [list[n], list[other]] = [list[other] ?? 0, list[n] ?? 0];
  }
  orders += fresh;
  const began = performance.now();
  const times: number[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: 64 }, async () => {
    for (let n = next++; n < list.length; n = next++) {
      const id = list[n] ?? 0;
      const body = shopifyOrder(id, "2026-03-01T10:00:00Z");
      const sent = performance.now();
      await send(setting, body, `storm-${id}`);
      times.push(performance.now() - sent);
    }
  }));
  const rate = summarise(times, (performance.now() - began) / 1000);
  say("storm_answer_p99", rate.p99, "ms", `${count} messages from 64 senders; floor 500`);
  say("storm_answer_max", percentile(times, 1), "ms", "the slowest answer; floor 500");
  say("storm_messages", rate.perSecond, "per s", "kept and answered");
  await settled(setting, fresh, first);
  say("storm_orders", fresh / ((performance.now() - began) / 1000), "per s", "until the last of its orders is routed");
}

const VARIANTS = 1_000;
/** Of these, changed one after the other. */
const CHANGES = 20;
const variantOf = (n: number): string => String(2_000_000 + n);

/** From the commit of a receipt until the partner has been told the new figure; and of a change that concerns every variant. */
async function stockToChannel(setting: Setting, shopify: Shopify): Promise<void> {
  progress("stock changes until the channel is told");
  // A channel of its own: the pace of calls is the channel's, and nothing else of it is to be told first.
  await asked(setting, "PUT", "/v1/channels/push", { name: "Push", currency: "EUR" });
  const made = await asked(setting, "POST", "/v1/connections", { code: "push", connector: "shopify", channel: "push" }) as { connection: { id: string } };
  const connection = made.connection.id;
  const places = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`node-${n}`, "1"]));
  const variants = Array.from({ length: VARIANTS }, (_, n) => n);
  await Promise.all(variants.map((n) => {
    shopify.addVariant(variantOf(n), { 1: 0 });
    return asked(setting, "POST", "/v1/listings", { channel: "push", variant: variantOf(n), sku: skuOf((9_000 + n) % ITEMS) });
  }));
  await asked(setting, "PATCH", `/v1/connections/${connection}`, { base_url: shopify.url, credentials: { access_token: "bench" }, places, push_stock: true });
  await until(() => [...shopify.stock.values()].filter((quantity) => quantity > 0).length >= VARIANTS);
  const times: number[] = [];
  for (let n = 0; n < CHANGES; n++) {
    const key = `item-${variantOf(n)}@1`;
    const before = shopify.stock.get(key);
    const began = performance.now();
    await asked(setting, "POST", "/v1/stock/receipts", { sku: skuOf(9_000 + n), node: "node-1", quantity: 7 });
    await until(() => shopify.stock.get(key) !== before);
    times.push(performance.now() - began);
  }
  say("stock_push_p95", summarise(times, 1).p95, "ms", "from the request that changes stock until the channel shows it; floor 3000");
  const shown = new Map(variants.map((n) => [n, shopify.stock.get(`item-${variantOf(n)}@1`)]));
  const began = performance.now();
  await asked(setting, "PUT", "/v1/channels/push", { name: "Push", currency: "EUR", buffer: 3 });
  await until(() => variants.every((n) => shopify.stock.get(`item-${variantOf(n)}@1`) !== shown.get(n)));
  say("stock_push_all", (performance.now() - began) / 1000, "s", `until ${VARIANTS} variants that one change concerns are told, at two calls a second`);
}

async function until(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 12_000 && !holds(); n++) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!holds()) throw new Error("waited a minute in vain");
}

async function asked({ client }: Setting, method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const reply = await client.request(method, path, JSON.stringify(body));
  if (reply.status >= 300) throw new Error(`${method} ${path} answered ${reply.status}: ${reply.body.slice(0, 300)}`);
  return JSON.parse(reply.body);
}

/** The whole command, from reading the file to the last answer. */
async function fromFile({ server }: Setting, directory: string): Promise<void> {
  const count = Number(options.orders);
  progress(`ordo import orders with ${count} orders`);
  const file = join(directory, "orders.ndjson");
  writeFileSync(file, Array.from({ length: count }, (_, n) => JSON.stringify({
    channel: "web", external_id: `file-${n}`, currency: "EUR", placed_at: "2026-02-01T10:00:00Z", ship_to: { street: "Street 1", city: "Berlin", postcode: "10115", country: "DE" },
    lines: [0, 1, 2].map((line) => ({ sku: skuOf((n * 31 + line * 101) % ITEMS), quantity: "1", unit_price: "10.00" })),
  })).join("\n"));
  const began = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL("../bin/ordo.js", import.meta.url)), "import", "orders", file], {
    cwd: directory, env: { ...process.env, ORDO_URL: server.url, ORDO_API_KEY: server.apiKey }, stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`ordo import ended with ${code}`);
  say("import", count / ((performance.now() - began) / 1000), "per s", "orders from a file, end to end; floor 1000");
}

await withDatabase(async ({ directory, ownerUrl, runtimeUrl, owner, tenantId }) => {
  const pool = openPool({ url: runtimeUrl, connections: 2, plans: "generic", applicationName: "bench" });
  await seed(postgresStore(pool), owner, tenantId, { now: Date.now, newId }, 100_000_000);
  await pool.end();
  await owner.query("vacuum analyze");
  const shopify = await openShopify({ accessToken: "bench" });
  const server = await startServer(ownerUrl, directory, { ORDO_OUTGOING_ALLOW: new URL(shopify.url).host });
  const client = openClient(server.url, server.apiKey, 64);
  const reply = await client.request("POST", "/v1/connections", JSON.stringify({ code: "shop", connector: "shopify", channel: "web", secret: SECRET }));
  const { connection } = JSON.parse(reply.body) as { connection: { id: string; receive_path: string } };
  const setting: Setting = { server, client, owner, path: connection.receive_path };
  await messagesToOrders(setting);
  await stockToChannel(setting, shopify);
  await storm(setting);
  await fromFile(setting, directory);
  client.close();
  await server.stop();
  await shopify.close();
});
