import { afterAll, beforeAll, expect, test } from "vitest";
import { openApi, type TestApi } from "../support/api.ts";
import { aPerson, OWN_PAGE, type Person } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, aNode, anItem, anOrder } from "../support/world.ts";

/** Who has an order open at the same time. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
let order: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem("A")], nodes: [aNode("n"), aNode("far")], channels: [aChannel("web")] });
  await server.world.receive("A", "n", 100);
  const [answer] = await server.world.capture(anOrder([{ sku: "A", quantity: 1 }]));
  order = answer?.ok ? String(answer.body["id"]) : "";
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

const look = async (person: Person, body: unknown = {}): Promise<unknown> => (await person.call("PUT", `/v1/orders/${order}/presence`, body, OWN_PAGE)).json();

test("whoever has an order open sees who else has, by name, and whether they have begun something", async () => {
  const [one, other] = [await aPerson(server, ["agent"]), await aPerson(server, ["agent"])];
  expect(await look(one)).toEqual({ others: [] });
  expect(await look(other, { editing: true })).toMatchObject({ others: [{ user: one.id, name: expect.stringMatching(/^Person/), editing: false }] });
  expect(await look(one)).toMatchObject({ others: [{ user: other.id, editing: true }] });
  await other.call("DELETE", `/v1/orders/${order}/presence`, undefined, OWN_PAGE);
  expect(await look(one)).toEqual({ others: [] });
  await one.call("DELETE", `/v1/orders/${order}/presence`, undefined, OWN_PAGE);
});

test("who does not say it again is gone, without a trace; who is erased at once", async () => {
  const [one, other] = [await aPerson(server, ["agent"]), await aPerson(server, ["agent"])];
  await look(other);
  await server.world.query("update ordo.presence set expires_at = now() - interval '1 second'");
  expect(await look(one)).toEqual({ others: [] });
  await look(other);
  expect(await look(one)).toMatchObject({ others: [{ user: other.id }] });
  await fetch(`${server.url}/v1/users/${other.id}/erase`, { method: "POST", headers: { authorization: `Bearer ${server.adminKey}` } });
  expect(await server.world.query("select user_id from ordo.presence")).toHaveLength(1);
});

test("a key belongs to nobody, an order elsewhere is as absent as none, and names are for whoever reads orders", async () => {
  const elsewhere = await aPerson(server, ["store"], ["far"]);
  expect((await elsewhere.call("PUT", `/v1/orders/${order}/presence`, {}, OWN_PAGE)).status).toBe(404);
  const key = await fetch(`${server.url}/v1/orders/${order}/presence`, { method: "PUT", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body: "{}" });
  expect(key.status).toBe(403);
  const { data } = await (await elsewhere.call("GET", "/v1/people")).json() as { data: Record<string, unknown>[] };
  expect(data.length).toBeGreaterThan(2);
  expect(Object.keys(data[0] ?? {}).toSorted()).toEqual(["disabled", "id", "name"]);
});
