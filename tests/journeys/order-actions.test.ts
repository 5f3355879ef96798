import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePublicId, publicId } from "../../src/domain/kernel/index.ts";
import { type BulkDeps, goOnWithBulk } from "../../src/flows/bulk-actions.ts";
import type { BulkStore, BulkTransaction } from "../../src/flows/bulk-store.ts";
import { openPool } from "../../src/postgres/database.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { commandLine, reach, type Said } from "../support/cli.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { runWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, aNode, anOrder, orderIdOf } from "../support/world.ts";

type Body = Record<string, any>;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem("A", { backorder: true })], nodes: [aNode("berlin"), aNode("munich", { priority: 2 })], channels: [aChannel("web")] });
  await server.world.receive("A", "berlin", 1000);
  await server.world.receive("A", "munich", 1000);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: Body }> => {
  const response = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : { text }) as Body };
};
const orders = async (count: number): Promise<string[]> =>
  (await server.world.capture(...Array.from({ length: count }, () => anOrder([{ sku: "A", quantity: 1 }])))).map((answer) => publicId("order", orderIdOf(answer)));
const deps = (over: Partial<BulkDeps> = {}): BulkDeps => ({ store: server.world.store, orderIds: server.world.orderIds, ambient: server.world.ambient, isPassing: () => false, ...over });
async function finish(id: string, over: Partial<BulkDeps> = {}): Promise<Body> {
  while (await goOnWithBulk(deps(over), server.world.tenantId, parsePublicId("orderAction", id) ?? "")) continue;
  return (await call("GET", `/v1/order-actions/${id}`)).body;
}
const begin = async (body: Body, headers: Record<string, string> = {}): Promise<string> => (await call("POST", "/v1/order-actions", body, headers)).body["id"];
/** Asks twice while somebody else holds the action, so that both go on at the same moment from as far as they came. */
async function atOnce<T>(id: string, ask: () => Promise<T>): Promise<T[]> {
  const holder = new pg.Client({ connectionString: database.ownerUrl });
  await holder.connect();
  await holder.query("begin");
  await holder.query("select from ordo.order_action where id = $1 for update", [parsePublicId("orderAction", id)]);
  const asked = [ask(), ask()];
  await until("both wait", async () => (await server.world.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length === 2);
  await holder.query("commit");
  await holder.end();
  return Promise.all(asked);
}
const eventsOf = async (id: string, type: string): Promise<Body[]> => (await call("GET", `/v1/orders/${id}/timeline`)).body["data"].filter((event: Body) => event["type"] === type);

test("a dry run says how many would change and why others would not, and changes nothing; then the same is done", async () => {
  const [one = "", two = "", three = ""] = await orders(3);
  await call("POST", `/v1/orders/${two}/cancel`, { reason: "none" });
  const wanted = { action: "hold", args: { reason: "storm" }, orders: { ids: [one, two, three, "ord_0192aaaabbbb7ccc8dddeeeeffff0000"] } };
  const tried = await finish(await begin({ ...wanted, dry_run: true }));
  expect(tried).toMatchObject({ state: "done", actor_name: "bootstrap", dry_run: true, orders: { done: 4, total: 4 }, counts: { changed: 2, skipped: 2, failed: 0 } });
  expect(tried["reasons"].map(({ code, count, orders: some }: Body) => [code, count, some])).toEqual(expect.arrayContaining([["NOT_IN_STATE", 1, [two]], ["NOT_FOUND", 1, ["ord_0192aaaabbbb7ccc8dddeeeeffff0000"]]]));
  for (const { sentence, fix } of tried["reasons"]) expect([sentence, fix]).not.toContain("");
  expect((await call("GET", `/v1/orders/${one}`)).body["holds"]).toEqual([]);

  const made = await begin(wanted);
  expect(await finish(made)).toMatchObject({ counts: { changed: 2, skipped: 2, failed: 0 } });
  expect((await call("GET", `/v1/orders/${one}`)).body["holds"]).toMatchObject([{ kind: "MANUAL", reason: "storm" }]);
  expect(await eventsOf(one, "HoldPlaced")).toMatchObject([{ actor: expect.stringMatching(/^key_/) }]);
  const again = await finish(await begin({ ...wanted, orders: { ids: [one] } }));
  expect(again["reasons"]).toMatchObject([{ code: "NOTHING_TO_DO" }]);
  const left = await call("GET", `/v1/order-actions/${made}/failures`);
  expect(left.body["text"].split("\r\n")).toHaveLength(4);
  expect(left.body["text"]).toContain(`${two},skipped,NOT_IN_STATE,`);
  expect((await call("GET", `/v1/order-actions/${made}/orders?result=changed`)).body["data"].map(({ order }: Body) => order)).toEqual([one, three]);
  const released = await finish(await begin({ action: "release_hold", args: { kind: "MANUAL" }, orders: { ids: [one, three] } }));
  expect(released).toMatchObject({ counts: { changed: 2 } });
});

test("all that match a filter are found once: who comes later is not in it", async () => {
  const some = await orders(4);
  await finish(await begin({ action: "tag", args: { tags: ["batch"] }, orders: { ids: some } }));
  const id = await begin({ action: "assign", args: { assignee: "me" }, orders: { filter: { tag: "batch" } } });
  const [late = ""] = await orders(1);
  await call("PUT", `/v1/orders/${late}/tags`, { tags: ["batch"] });
  expect(await finish(id)).toMatchObject({ state: "done", orders: { done: 4, total: 4 }, counts: { changed: 4 } });
  expect((await call("GET", `/v1/orders/${late}`)).body["assignee"]).toBeNull();
  expect((await call("GET", `/v1/orders/${some[0]}`)).body["assignee"]).toMatch(/^key_/);
  expect(await finish(await begin({ action: "untag", args: { tags: ["batch"] }, orders: { filter: { tag: "batch" } } }))).toMatchObject({ counts: { changed: 5 } });
});

test("release, reroute and cancel go through what single orders go through", async () => {
  const some = await orders(3);
  expect(await finish(await begin({ action: "reroute", args: { node: "munich", reason: "fire" }, orders: { ids: some } }))).toMatchObject({ counts: { changed: 3 } });
  expect(await finish(await begin({ action: "reroute", orders: { ids: some } }))).toMatchObject({ counts: { skipped: 3 }, reasons: [{ code: "NOTHING_TO_DO" }] });
  expect(await finish(await begin({ action: "release", orders: { ids: some.slice(0, 2) } }))).toMatchObject({ counts: { changed: 2 } });
  expect(await finish(await begin({ action: "release", orders: { ids: some } }))).toMatchObject({ counts: { changed: 1, skipped: 2 } });
  expect(await finish(await begin({ action: "cancel", args: { reason: "recall" }, orders: { ids: some } }))).toMatchObject({ counts: { changed: 3 } });
  expect(await eventsOf(some[0] ?? "", "LinesCancelled")).toMatchObject([{ reason: "recall" }]);
});

test("the same key is one action, bad input names its fields, and releasing needs its own scope", async () => {
  const [one = ""] = await orders(1);
  const wanted = { action: "tag", args: { tags: ["once"] }, orders: { ids: [one] } };
  const first = await call("POST", "/v1/order-actions", wanted, { "idempotency-key": "bulk-1" });
  expect(first).toMatchObject({ status: 201, body: { state: "running", orders: { done: 0, total: 1 } } });
  expect(await call("POST", "/v1/order-actions", wanted, { "idempotency-key": "bulk-1" })).toMatchObject({ status: 200, body: { id: first.body["id"] } });
  expect(await call("POST", "/v1/order-actions", { ...wanted, orders: { ids: ["nobody"] } })).toMatchObject({ status: 422 });
  expect(await call("POST", "/v1/order-actions", { action: "reroute", args: { node: "moon" }, orders: { ids: [one] } })).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/args/node", code: "UNKNOWN_NODE" }] } });
  const key = await server.keyWith(["orders:write"]);
  expect(await call("POST", "/v1/order-actions", { action: "release", orders: { ids: [one] } }, { authorization: `Bearer ${key}` })).toMatchObject({ status: 403 });
  expect((await call("POST", `/v1/order-actions/${first.body["id"]}/cancel`, {})).body).toMatchObject({ state: "cancelled", actor_name: "bootstrap" });
  expect((await call("GET", "/v1/order-actions?limit=1")).body["data"]).toMatchObject([{ id: first.body["id"], actor_name: "bootstrap" }]);
  expect(await finish(first.body["id"])).toMatchObject({ state: "cancelled", orders: { done: 0 } });
  expect((await call("GET", `/v1/orders/${one}`)).body["tags"]).toEqual([]);
});

test("an action is taken back once, from the orders that it changed and nobody changed since, and says whom it left alone", async () => {
  const [held = "", free = "", released = "", other = ""] = await orders(4);
  await call("POST", `/v1/orders/${held}/holds`, { kind: "MANUAL", reason: "before" });
  const made = await begin({ action: "hold", args: { reason: "storm" }, orders: { ids: [held, free, released] } });
  expect((await call("GET", `/v1/order-actions/${made}`)).body).toMatchObject({ undo: null, no_undo: { code: "not_ended" } });
  const { request } = await finish(made);
  expect((await call("GET", `/v1/order-actions/${made}`)).body).toMatchObject({ counts: { changed: 2, skipped: 1 }, undo: { method: "POST", path: `/v1/order-actions/${made}/undo`, body: {} }, no_undo: null, undone_by: null });
  await call("POST", `/v1/orders/${released}/holds/1/release`, { reason: "looked at" });
  await call("POST", `/v1/orders/${other}/holds`, { kind: "MANUAL", reason: "storm" });

  // Two people at the same moment: one of them does it.
  const asked = await atOnce(made, () => call("POST", `/v1/order-actions/${made}/undo`, {}));
  expect(asked.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  const undo = asked.find(({ status }) => status === 201)?.body["id"];
  expect(asked.find(({ status }) => status === 409)?.body).toMatchObject({ code: "NOT_IN_STATE", data: { undone_by: undo } });
  expect(await finish(undo)).toMatchObject({ action: "undo", args: { of: made, undoes: "hold" }, counts: { changed: 1, skipped: 1, failed: 0 }, reasons: [{ code: "CHANGED_SINCE", orders: [released] }], no_undo: { code: "irreversible" } });
  expect((await call("GET", `/v1/order-actions/${undo}/orders?result=skipped`)).body["data"]).toMatchObject([{ order: released, number: expect.any(Number), code: "CHANGED_SINCE", detail: expect.stringContaining("was released at") }]);
  const holdsOf = async (id: string): Promise<string[]> => (await call("GET", `/v1/orders/${id}`)).body["holds"].filter((hold: Body) => hold["released_at"] === null).map(({ reason }: Body) => reason);
  expect(await Promise.all([held, free, released, other].map(holdsOf))).toEqual([["before"], [], [], ["storm"]]);
  expect(await eventsOf(free, "HoldReleased")).toMatchObject([{ actor: expect.stringMatching(/^key_/), reason: "undone" }]);
  expect((await call("GET", `/v1/order-actions/${made}`)).body).toMatchObject({ undo: null, no_undo: { code: "undone" }, undone_by: undo });

  // The log says by which action and which request each change was made.
  const logged = async (query: string): Promise<Body[]> => (await call("GET", `/v1/audit?${query}`)).body["data"];
  expect(await logged(`job=${made}`)).toMatchObject([released, free].map((order) => ({ type: "HoldPlaced", order, via: "job", job: made, request })));
  expect((await logged(`via=job&order=${free}`)).map(({ type, job }) => [type, job])).toEqual([["HoldReleased", undo], ["HoldPlaced", made]]);
  expect((await logged(`request=${request}`)).map(({ order }) => order).toSorted()).toEqual([free, released].toSorted());
});

test("tags and assignees go back to what they were, many at a time; one that is ended half way can be taken back again", async () => {
  const [one = "", two = "", three = ""] = await orders(3);
  await call("PUT", `/v1/orders/${two}/tags`, { tags: ["mine"] });
  const tagged = await begin({ action: "tag", args: { tags: ["mine", "sale"] }, orders: { ids: [one, two, three] } });
  const given = await begin({ action: "assign", args: { assignee: "me" }, orders: { ids: [one, two] } });
  for (const id of [tagged, given]) await finish(id);
  // Of so many orders that they are found in pieces; most of them are gone meanwhile.
  await server.world.query(`insert into ordo.order_action_order (tenant_id, action_id, order_id, result) select $1, $2, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'changed' from generate_series(1, 1500) n`, [server.world.tenantId, parsePublicId("orderAction", tagged)]);
  await call("PATCH", `/v1/orders/${three}/tags`, { add: ["later"], remove: ["sale"] });
  await call("PUT", `/v1/orders/${two}/assignee`, { assignee: null });
  await call("PUT", `/v1/orders/${two}/assignee`, { assignee: "me" });

  const stopped = (await call("POST", `/v1/order-actions/${tagged}/undo`, {})).body["id"];
  expect((await call("POST", `/v1/order-actions/${stopped}/cancel`, {})).body).toMatchObject({ state: "cancelled" });
  expect((await call("GET", `/v1/order-actions/${tagged}`)).body).toMatchObject({ undone_by: null, no_undo: null });
  const undone = await finish((await call("POST", `/v1/order-actions/${tagged}/undo`, {})).body["id"]);
  expect(undone).toMatchObject({ state: "done", orders: { done: 1503, total: 1503 }, counts: { changed: 3, skipped: 1500 } });
  const tagsOf = async (id: string): Promise<string[]> => (await call("GET", `/v1/orders/${id}`)).body["tags"];
  expect(await Promise.all([one, two, three].map(tagsOf))).toEqual([[], ["mine"], ["later"]]);

  expect(await finish((await call("POST", `/v1/order-actions/${given}/undo`, {})).body["id"])).toMatchObject({ counts: { changed: 1, skipped: 1 }, reasons: [{ code: "CHANGED_SINCE", orders: [two] }] });
  expect((await call("GET", `/v1/orders/${one}`)).body["assignee"]).toBeNull();
  expect((await call("GET", `/v1/orders/${two}`)).body["assignee"]).toMatch(/^key_/);

  const cancelled = await begin({ action: "cancel", args: { reason: "recall" }, orders: { ids: [one] } });
  expect(await finish(cancelled)).toMatchObject({ counts: { changed: 1 }, undo: null, no_undo: { code: "irreversible" } });
  expect(await call("POST", `/v1/order-actions/${cancelled}/undo`, {})).toMatchObject({ status: 409, body: { code: "NOT_IN_STATE", detail: expect.stringContaining("free for other orders") } });
  expect((await call("POST", "/v1/order-actions/act_0192aaaabbbb7ccc8dddeeeeffff0000/undo", {})).status).toBe(404);
});

test("a worker that dies before its commit leaves nothing half done, and what was committed is not done twice", async () => {
  const some = await orders(120);
  const id = await begin({ action: "hold", args: { reason: "storm" }, orders: { ids: some } });
  let saves = 0;
  const dying: BulkStore = {
    transact: (tenantId, work) => server.world.store.transact(tenantId, (tx) => work({ ...tx, save: async (...given: Parameters<BulkTransaction["save"]>) => {
      await tx.save(...given);
      if ((saves += 1) === 2) throw new Error("killed");
    } } as BulkTransaction)),
  };
  await expect(finish(id, { store: dying, isPassing: () => true })).rejects.toThrow("killed");
  expect((await call("GET", `/v1/order-actions/${id}`)).body).toMatchObject({ state: "running", orders: { done: 100, total: 120 } });
  // Two workers at once, as after a lease that ran out.
  await Promise.all([finish(id), finish(id)]);
  expect((await call("GET", `/v1/order-actions/${id}`)).body).toMatchObject({ state: "done", counts: { changed: 120, skipped: 0, failed: 0 } });
  for (const order of [some[0] ?? "", some[119] ?? ""]) expect(await eventsOf(order, "HoldPlaced")).toHaveLength(1);
});

test("an order at which work meets a defect fails alone", async () => {
  const some = await orders(3);
  const broken = parsePublicId("order", some[1] ?? "") ?? "";
  const store: BulkStore = {
    transact: (tenantId, work) => server.world.store.transact(tenantId, (tx) => work({ ...tx, lockDesks: async (ids) => {
      if (ids.includes(broken)) throw new Error("a defect");
      return tx.lockDesks(ids);
    } } as BulkTransaction)),
  };
  expect(await finish(await begin({ action: "tag", args: { tags: ["x"] }, orders: { ids: some } }), { store })).toMatchObject({ state: "done", counts: { changed: 2, skipped: 0, failed: 1 }, reasons: [{ code: "INTERNAL", orders: [some[1]] }] });
});

test("workers take actions up by themselves", async () => {
  const some = await orders(2);
  const id = await begin({ action: "tag", args: { tags: ["worker"] }, orders: { ids: some } });
  const workers = runWorkers(server.world);
  await until("the action is done", async () => (await call("GET", `/v1/order-actions/${id}`)).body["state"] === "done");
  await workers.stop();
});

test("from the command line: a dry run first, then --yes, a row for each order, a file of those that are left, and 3 where some are", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ordo-act-"));
  const file = join(directory, "left.csv");
  const workers = runWorkers(server.world);
  const cli = (...words: string[]): Promise<Said> => commandLine(["orders", "act", ...words], reach({ url: server.url, apiKey: server.adminKey }));
  const [one = "", two = "", three = ""] = await orders(3);
  await call("POST", `/v1/orders/${two}/cancel`, { reason: "none" });
  const { body: { number } } = await call("GET", `/v1/orders/${three}`);

  for (const [words, why] of [
    [["hold", one], "needs --reason TEXT"], [["jump", one], 'There is no action "jump"; there are hold, release-hold, release, reroute, cancel, tag, untag, assign.'], [["release"], "needs either orders by id or number, or options that choose them"],
    [["release", one, "--status", "PROCESSING"], "needs either"], [["release", one, "--reason", "x"], "--reason says nothing to release; it is for hold, release-hold, reroute, cancel."], [["release", one, "--yes", "--dry-run"], "say one of them"],
  ] as const) expect(await cli(...words), words.join(" ")).toMatchObject({ code: 2, out: "", err: expect.stringContaining(why) });

  const wanted = ["hold", one, two, String(number), "--reason", "storm"];
  const asked = await cli(...wanted);
  expect(asked).toMatchObject({ code: 1, err: expect.stringContaining("Nothing was changed: this would change 2 orders.") });
  expect(asked.out).toMatch(new RegExp(`${two} +would stay +NOT_IN_STATE`));
  expect(await cli(...wanted, "--dry-run")).toMatchObject({ code: 3, err: expect.stringMatching(/2 orders would change, 1 would stay\.\n1: [^.]+\. [A-Z]/) });
  expect((await call("GET", `/v1/orders/${one}`)).body["holds"]).toEqual([]);

  const done = await cli(...wanted, "--yes", "--failures", file);
  expect(done).toMatchObject({ code: 3, err: expect.stringContaining(`Orders that were left as they are: ${file}`) });
  expect(done.out).toMatch(new RegExp(`${one} +changed`));
  expect((await readFile(file, "utf8")).split("\r\n").slice(0, 2)).toEqual(["order,result,code,detail", expect.stringContaining(`${two},skipped,NOT_IN_STATE,`)]);
  expect((await call("GET", `/v1/orders/${three}`)).body["holds"]).toMatchObject([{ reason: "storm" }]);
  expect(await cli("hold", two, "--reason", "storm", "--yes", "--failures", file)).toMatchObject({ code: 1 });

  const tagged = await cli("tag", one, three, "--tags", "shell, storm", "--yes", "--json");
  expect([tagged.code, JSON.parse(tagged.out)]).toMatchObject([0, { state: "done", counts: { changed: 2 }, results: [{ result: "changed" }, { result: "changed" }], failures_file: null }]);
  expect(await cli("assign", "--tag", "shell", "--give-to", "nobody", "--dry-run", "--json")).toMatchObject({ code: 1, out: expect.stringContaining('"NOTHING_TO_DO"') });
  expect(await cli("release-hold", "--tag", "shell", "--hold", "manual", "--yes")).toMatchObject({ code: 0, err: expect.stringContaining("2 orders changed, 0 left.") });
  expect(await cli("reroute", "--tag", "shell", "--send-to", "munich", "--reason", "nearer", "--yes")).toMatchObject({ code: 0 });
  expect(await cli("release", "--tag", "shell", "--yes")).toMatchObject({ code: 0 });
  expect(await cli("untag", "--tag", "shell", "--tags", "shell", "--yes")).toMatchObject({ code: 0 });
  expect(await cli("cancel", "--tag", "storm", "--reason", "lost", "--force", "--yes")).toMatchObject({ code: 0 });
  expect(await cli("cancel", "--tag", "shell", "--reason", "lost", "--yes")).toMatchObject({ code: 0, out: "", err: expect.stringContaining("No order matches.") });
  expect((await call("GET", `/v1/orders/${one}`)).body).toMatchObject({ status: "CANCELLED" });
  await workers.stop();
  await rm(directory, { recursive: true });
});

test("after all that every counter is what its ledger says", async () => {
  const pool = openPool({ url: database.runtimeUrl, connections: 2, plans: "custom", applicationName: "verify" });
  const { checks } = await verifyTenant(pool, server.world.tenantId).finally(() => pool.end());
  expect(checks.flatMap(({ named }) => named)).toEqual([]);
});
