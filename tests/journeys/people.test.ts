import { get } from "node:http";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Problem } from "../../client/src/index.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { changeUser, type UserStore } from "../../src/flows/users.ts";
import { postgresUsers } from "../../src/postgres/users.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { aPerson, callWith, cookieOf, OWN_PAGE, signIn } from "../support/people.ts";
import { allOperations } from "../support/operations.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aNode } from "../support/world.ts";

/** Adding, changing, disabling and erasing people, and what becomes of their sessions. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ nodes: [aNode("berlin"), aNode("munich")] });
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

const asked = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() as Record<string, unknown> };
};
/** Answers that do not end by themselves. */
const STREAMS: ReadonlySet<string> = new Set(["streamEvents", "followOrders"]);
const userEvents = async (id: string): Promise<{ type: string; actor: string; data: Record<string, unknown> }[]> =>
  server.world.query(`select type, actor, data from ordo.event where data ->> 'user' = '${id}' order by position`) as Promise<never>;

test("a person is added, read, listed and changed, and the log says so by ids alone", async () => {
  const added = await asked("POST", "/v1/users", { email: "Anna.Berg@Example.com", name: " Anna Berg ", roles: ["viewer", "store", "store"], nodes: ["berlin"] });
  expect(added.status).toBe(201);
  expect(added.body).toMatchObject({ id: expect.stringMatching(/^usr_[0-9a-f]{32}$/), email: "anna.berg@example.com", name: "Anna Berg", roles: ["store", "viewer"], nodes: ["berlin"], disabled_at: null });
  const id = String(added.body["id"]);
  expect((await asked("GET", `/v1/users/${id}`)).body).toEqual(added.body);
  expect((await asked("GET", "/v1/users")).body["data"]).toContainEqual(added.body);
  const changed = await asked("PATCH", `/v1/users/${id}`, { name: "Anna Tal", roles: ["manager"], nodes: null });
  expect(changed.body).toEqual({ ...added.body, name: "Anna Tal", roles: ["manager"], nodes: null });
  expect((await asked("PATCH", `/v1/users/${id}`, { name: "Anna Tal" })).status).toBe(200);
  const events = await userEvents(id);
  expect(events.map(({ type, data }) => [type, data["changed"]])).toEqual([["UserAdded", undefined], ["UserChanged", ["name", "roles", "nodes"]]]);
  expect(events[0]).toMatchObject({ actor: expect.stringMatching(/^key_/), data: { roles: ["store", "viewer"], nodes: [expect.stringMatching(/^nod_/)] } });
  expect(JSON.stringify(events)).not.toMatch(/anna|berg|tal\b/i);
});

test("roles are told with what each may do", async () => {
  const { data } = (await asked("GET", "/v1/roles")).body as { data: { name: string; meaning: string; scopes: string[] }[] };
  expect(data.map(({ name }) => name)).toEqual(["admin", "manager", "agent", "store", "planner", "finance", "viewer", "developer"]);
  expect(data.find(({ name }) => name === "viewer")?.scopes).not.toContain("orders:read_personal");
});

interface Told { permissions: { scope: string; allowed: boolean; denied: string | null; closed: string[]; from: { role: string | null; scope: string }[] }[]; state: string; nodes: string[] | null; roles: string[]; name: string }
interface Listed { data: { scope: string; roles: string[]; operations: { id: string; method: string; path: string; limited_by_node: boolean }[] }[]; for_people: { id: string }[] }

test("what somebody who works at a node may do is told as the operations answer it", async () => {
  const { data: permissions, for_people: own } = (await asked("GET", "/v1/permissions")).body as unknown as Listed;
  const documented = (await allOperations()).filter(({ scope }) => scope !== null);
  expect([...permissions.flatMap(({ operations }) => operations), ...own].map(({ id }) => id).toSorted()).toEqual(documented.map(({ id }) => id).toSorted());
  const clerk = await aPerson(server, ["store", "viewer"], ["berlin"]);
  const { permissions: told, nodes } = (await asked("GET", `/v1/users/${clerk.id}/permissions`)).body as unknown as Told;
  expect(nodes).toEqual(["berlin"]);
  for (const { scope, operations } of permissions) {
    const one = told.find((its) => its.scope === scope);
    await Promise.all(operations.filter(({ id, method }) => method === "GET" && !STREAMS.has(id)).map(async ({ id, path }) => {
      const answer = await clerk.call("GET", path.replaceAll(/\{\w+\}/g, "none"));
      await answer.body?.cancel();
      expect(answer.status !== 403, `${id}: ${answer.status}`).toBe(one?.allowed === true && !one.closed.includes(id));
    }));
  }
  await asked("PATCH", `/v1/users/${clerk.id}`, { disabled: true });
  expect((await asked("GET", `/v1/users/${clerk.id}/permissions`)).body).toMatchObject({ state: "disabled", roles: ["store", "viewer"] });
});

test("what a key may do is told by its scopes, also when it ended", async () => {
  const made = (await asked("POST", "/v1/api-keys", { name: "till", scopes: ["orders:read_personal", "stock:write"] })).body as { api_key: { id: string } };
  const told = async (): Promise<Told> => (await asked("GET", `/v1/api-keys/${made.api_key.id}/permissions`)).body as unknown as Told;
  const before = await told();
  expect(before).toMatchObject({ name: "till", state: "active", nodes: null, roles: [] });
  expect(before.permissions.filter(({ allowed }) => allowed).map(({ scope }) => scope)).toEqual(["orders:read", "orders:read_personal", "stock:write"]);
  await asked("DELETE", `/v1/api-keys/${made.api_key.id}`);
  const after = await told();
  expect(after.state).toBe("revoked");
  expect(after.permissions.filter(({ denied }) => denied === "revoked").map(({ scope }) => scope)).toEqual(["orders:read", "orders:read_personal", "stock:write"]);
  expect((await asked("GET", "/v1/api-keys/key_00000000000000000000000000000000/permissions")).status).toBe(404);
});

test("what cannot be is refused with a pointer to each field", async () => {
  const bad = await asked("POST", "/v1/users", { email: "no address", name: " ", roles: [], nodes: [], extra: 1 });
  expect(bad.status).toBe(422);
  expect((bad.body as unknown as Problem).errors.map(({ pointer }) => pointer).sort()).toEqual(["#/email", "#/extra", "#/name", "#/nodes", "#/roles"]);
  const one = { email: "one@example.com", name: "One", roles: ["viewer"] };
  expect((await asked("POST", "/v1/users", one)).status).toBe(201);
  expect((await asked("POST", "/v1/users", { ...one, email: "ONE@example.com" })).body).toMatchObject({ status: 409, code: "USER_EXISTS", errors: [{ pointer: "#/email" }] });
  expect((await asked("POST", "/v1/users", { ...one, email: "two@example.com", nodes: ["berlin", "nowhere"] })).body).toMatchObject({ code: "UNKNOWN_NODE", errors: [{ pointer: "#/nodes/1" }] });
  expect((await asked("POST", "/v1/users", { ...one, email: "two@example.com", roles: ["admin"], nodes: ["berlin"] })).body).toMatchObject({ code: "INVALID_FIELD", errors: [{ pointer: "#/nodes" }] });
  expect((await asked("PATCH", "/v1/users/usr_00000000000000000000000000000000", { name: "X" })).status).toBe(404);
});

test("of two people added with one address at once, one is", async () => {
  const answers = await Promise.all(Array.from({ length: 5 }, () => asked("POST", "/v1/users", { email: "same@example.com", name: "Same", roles: ["viewer"] })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
});

test.each([
  ["other roles", { roles: ["agent"] }], ["other nodes", { nodes: ["munich"] }], ["disabling", { disabled: true }], ["another address", { email: "elsewhere@example.com" }],
])("%s end every session of the person at once", async (_, change) => {
  const person = await aPerson(server, ["viewer"]);
  const other = await signIn(server, `${person.id.slice(4, 12)}-${person.id.slice(12, 16)}-${person.id.slice(16, 20)}-${person.id.slice(20, 24)}-${person.id.slice(24)}`);
  const unused = (await asked("POST", "/v1/sign-in-links", { user: person.id })).body["path"];
  expect((await person.call("GET", "/v1/orders")).status).toBe(200);
  expect((await asked("PATCH", `/v1/users/${person.id}`, change)).status).toBe(200);
  for (const cookie of [person.cookie, other]) expect((await callWith(server.url, cookie, "GET", "/v1/orders")).status).toBe(401);
  expect((await fetch(server.url + String(unused), { redirect: "manual" })).headers.get("set-cookie")).toBeNull();
});

test("who is disabled gets no link, and a stream of events that is open ends within a second", async () => {
  const person = await aPerson(server, ["viewer"]);
  const stream = await person.call("GET", "/v1/events/stream?after=0");
  const ended = (async () => { for await (const _ of stream.body ?? []) { /* until it ends */ } })();
  const began = performance.now();
  await asked("PATCH", `/v1/users/${person.id}`, { disabled: true });
  await ended;
  expect(performance.now() - began).toBeLessThan(5_000);
  expect((await asked("POST", "/v1/sign-in-links", { user: person.id })).status).toBe(404);
  expect((await asked("PATCH", `/v1/users/${person.id}`, { disabled: false })).status).toBe(200);
  expect((await asked("POST", "/v1/sign-in-links", { user: person.id })).status).toBe(201);
  expect((await userEvents(person.id)).map(({ type }) => type)).toEqual(["UserAdded", "UserSignedIn", "UserDisabled", "UserChanged"]);
});

test("whoever changes its own roles goes on under another session id, its other sessions end", async () => {
  const person = await aPerson(server, ["admin"]);
  const elsewhere = await server.ordo("sign-in", "--user", person.email);
  const other = cookieOf(await fetch(elsewhere.out.trim(), { redirect: "manual" }));
  const answer = await person.call("PATCH", `/v1/users/${person.id}`, { roles: ["admin", "agent"] });
  expect(answer.status).toBe(200);
  const renewed = cookieOf(answer);
  expect(renewed).toMatch(/^ordo_session=[\w-]{43}$/);
  expect((await callWith(server.url, renewed, "GET", "/v1/session")).status).toBe(200);
  for (const cookie of [person.cookie, other]) expect((await callWith(server.url, cookie, "GET", "/v1/session")).status).toBe(401);
});

test("an administrator ends all sessions of a person", async () => {
  const person = await aPerson(server, ["agent"]);
  expect((await asked("POST", `/v1/users/${person.id}/end-sessions`)).status).toBe(200);
  expect((await person.call("GET", "/v1/session")).status).toBe(401);
});

test("of an erased person only the id is left", async () => {
  const person = await aPerson(server, ["agent"]);
  await person.call("PATCH", "/v1/me", { preferences: { theme: "dark" }, time_zone: "Europe/Berlin" });
  expect((await asked("POST", `/v1/users/${person.id}/erase`)).body).toMatchObject({ id: person.id, name: null, email: null, time_zone: null, erased_at: expect.any(String), disabled_at: expect.any(String) });
  expect((await asked("POST", `/v1/users/${person.id}/erase`)).status).toBe(200);
  expect((await person.call("GET", "/v1/session")).status).toBe(401);
  expect((await asked("PATCH", `/v1/users/${person.id}`, { disabled: false })).status).toBe(404);
  const [row] = await server.world.query(`select * from ordo.app_user where id::text = '${person.id.slice(4)}' or replace(id::text, '-', '') = '${person.id.slice(4)}'`);
  expect(JSON.stringify(row)).not.toMatch(/dark|Person|example/);
  expect((await userEvents(person.id)).map(({ type }) => type)).toEqual(["UserAdded", "UserSignedIn", "UserErased"]);
  // The address is free again.
  expect((await asked("POST", "/v1/users", { email: person.email, name: "New", roles: ["viewer"] })).status).toBe(201);
});

test("the last administrator stays one, also when two take it from each other at once", async () => {
  const tenant = await server.otherTenant("guarded");
  const call = (method: string, path: string, body?: unknown): Promise<Response> => fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${tenant.key}`, "content-type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { data: [first] } = await (await call("GET", "/v1/users")).json() as { data: { id: string; email: string; name: string }[] };
  expect(first).toMatchObject({ email: "admin@ordo.local", name: "Administrator" });
  for (const change of [{ roles: ["viewer"] }, { disabled: true }]) {
    expect(await (await call("PATCH", `/v1/users/${first?.id}`, change)).json()).toMatchObject({ status: 409, code: "LAST_ADMINISTRATOR" });
  }
  expect((await fetch(`${server.url}/v1/users/${first?.id}/erase`, { method: "POST", headers: { authorization: `Bearer ${tenant.key}` } })).status).toBe(409);
  const second = await aPerson(server, ["admin"], null, tenant.tenantId);
  for (let round = 0; round < 5; round += 1) {
    const pair = [first?.id ?? "", second.id];
    const answers = await Promise.all(pair.map((id) => call("PATCH", `/v1/users/${id}`, round % 2 === 0 ? { roles: ["viewer"] } : { disabled: true })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    for (const id of pair) expect((await call("PATCH", `/v1/users/${id}`, { roles: ["admin"], disabled: false })).status).toBe(200);
  }
});

test("mutant: without the lock two administrators do take it from each other", async () => {
  const tenant = await server.otherTenant("unguarded");
  const second = await aPerson(server, ["admin"], null, tenant.tenantId);
  const users = postgresUsers(server.world.pool);
  const [first] = (await users.list(tenant.tenantId, { after: null, limit: 1 })).rows;
  let reading = 0;
  const unlocked: UserStore = {
    transact: (tenantId, work) => users.transact(tenantId, (tx) => work({
      ...tx,
      lockAdministrators: async () => {
        const ids = [first?.id ?? "", parsePublicId("user", second.id) ?? ""];
        reading += 1;
        await vi.waitFor(() => expect(reading).toBe(2));
        return ids;
      },
    })),
  };
  const answers = await Promise.all([first?.id ?? "", parsePublicId("user", second.id) ?? ""].map((id) =>
    changeUser(unlocked, tenant.tenantId, id, { roles: ["viewer"] }, { actor: "test", sessionId: null }, { now: Date.now, newId: () => crypto.randomUUID() })));
  expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
});

test("a person reads and changes its own settings", async () => {
  const person = await aPerson(server, ["agent"], ["berlin"]);
  const changed = await person.call("PATCH", "/v1/me", { language: "de", time_zone: "Europe/Berlin", preferences: { theme: "dark", keys_off: true } });
  expect(await changed.json()).toMatchObject({ language: "de", time_zone: "Europe/Berlin", preferences: { theme: "dark", keys_off: true } });
  const state = await (await person.call("GET", "/v1/session")).json() as Record<string, unknown>;
  expect(state).toMatchObject({
    user: { id: person.id, email: person.email, roles: ["agent"], nodes: ["berlin"], language: "de", preferences: { theme: "dark" } }, demo: false, server: { version: "test", time: expect.any(String) },
    scopes: ["orders:read", "orders:read_personal", "orders:write", "catalogue:read", "stock:read"], sign_in: { link: true },
  });
  const tooMuch = await person.call("PATCH", "/v1/me", { preferences: { text: "x".repeat(8200) }, language: "fr", time_zone: "Mars/Olympus" });
  expect((await tooMuch.json() as Problem).errors.map(({ pointer }) => pointer).sort()).toEqual(["#/language", "#/preferences", "#/time_zone"]);
  expect((await person.call("PATCH", "/v1/me", { roles: ["admin"] })).status).toBe(422);
});

test("a person sees its own sessions alone, and ends one of them or the one it is in", async () => {
  const [person, stranger] = [await aPerson(server, ["viewer"]), await aPerson(server, ["admin"])];
  const list = async (): Promise<{ id: string; current: boolean }[]> => (await (await person.call("GET", "/v1/me/sessions")).json() as { data: { id: string; current: boolean }[] }).data;
  const second = cookieOf(await fetch(`${server.url}${String((await asked("POST", "/v1/sign-in-links", { user: person.id })).body["path"])}`, { redirect: "manual", headers: { "user-agent": "Second Browser" } }));
  const sessions = await list();
  expect(sessions).toHaveLength(2);
  expect(sessions.find(({ current }) => !current)).toMatchObject({ id: expect.stringMatching(/^ses_/), method: "link", user_agent: "Second Browser" });
  const other = sessions.find(({ current }) => !current)?.id ?? "";
  expect((await stranger.call("DELETE", `/v1/me/sessions/${other}`)).status).toBe(404);
  expect((await person.call("DELETE", `/v1/me/sessions/${other}`)).status).toBe(200);
  expect((await callWith(server.url, second, "GET", "/v1/session")).status).toBe(401);
  const out = await person.call("DELETE", "/v1/session");
  expect([out.status, out.headers.get("set-cookie")]).toEqual([200, "ordo_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"]);
  expect((await person.call("GET", "/v1/session")).status).toBe(401);
});

test("who acts is named by its id in the log", async () => {
  const person = await aPerson(server, ["manager"]);
  expect((await person.call("PUT", "/v1/nodes/hamburg", { name: "Hamburg" }, OWN_PAGE)).status).toBe(201);
  const [event] = await server.world.query("select actor from ordo.event where type = 'NodeSaved' and data ->> 'code' = 'hamburg'") as { actor: string }[];
  expect(event?.actor).toBe(person.id);
});

test("the command line adds, lists, disables and enables people", async () => {
  const added = await server.ordo("users", "add", "cli@example.com", "--name", "Cli", "--roles", "store,viewer", "--nodes", "berlin");
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/^Added\. usr_/) });
  expect((await server.ordo("users", "list")).out).toMatch(/cli@example\.com\s+store viewer\s+berlin\s+never/);
  expect((await server.ordo("users", "disable", "cli@example.com")).code).toBe(0);
  expect((await server.ordo("users", "list")).out).toMatch(/cli@example\.com.*disabled/);
  expect((await server.ordo("users", "enable", "CLI@example.com")).code).toBe(0);
  expect((await server.ordo("users", "enable", "nobody@example.com"))).toMatchObject({ code: 2, err: expect.stringContaining("nobody@example.com") });
});

test("who signed in is told to administrators alone, in lists, streams, files and webhooks", async () => {
  const [manager, admin] = [await aPerson(server, ["manager"]), await aPerson(server, ["admin"])];
  const told = async (person: typeof admin, path: string): Promise<string> => (await person.call("GET", path)).text();
  for (const path of ["/v1/events?limit=1000", "/v1/exports/events"]) {
    expect(await told(admin, path), path).toContain("UserSignedIn");
    expect(await told(manager, path), path).not.toContain("UserSignedIn");
    expect(await told(manager, path), path).toContain("UserAdded");
  }
  const { next_after: next } = JSON.parse(await told(manager, "/v1/events?limit=1000")) as { next_after: number };
  expect(next).toBe((JSON.parse(await told(admin, "/v1/events?limit=1000")) as { next_after: number }).next_after);
  expect((await asked("POST", "/v1/webhooks", { url: "https://shop.example.com/hook", types: ["UserSignedIn"] })).status).toBe(422);
  const streamed = (person: typeof admin): Promise<string> => new Promise((resolve, reject) => {
    let text = "";
    const stream = get(`${server.url}/v1/events/stream?after=0`, { headers: { cookie: person.cookie }, agent: false }, (answer) => void answer.on("data", (chunk: Buffer) => (text += chunk.toString())).on("error", () => undefined));
    stream.on("error", reject);
    setTimeout(() => { stream.off("error", reject).on("error", () => undefined).destroy(); resolve(text); }, 700);
  });
  const [all, some] = [await streamed(admin), await streamed(manager)];
  expect([all.includes("event: UserSignedIn"), some.includes("event: UserSignedIn"), some.includes("event: UserAdded")]).toEqual([true, false, true]);
});
