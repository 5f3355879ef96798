import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { openApi, type TestApi } from "../support/api.ts";
import { aPerson, callWith, cookieOf, OWN_PAGE } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";

/** How long sessions last, and what their cookies are like. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});
afterEach(() => void vi.restoreAllMocks());

const HOUR = 3_600_000;
const later = (ms: number): void => {
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + ms);
};

test("a session ends twelve hours after it was last used", async () => {
  const person = await aPerson(server, ["viewer"]);
  for (const hours of [11, 11]) {
    later(hours * HOUR);
    expect((await person.call("GET", "/v1/session")).status).toBe(200);
  }
  later(12 * HOUR + 1);
  expect((await person.call("GET", "/v1/session")).status).toBe(401);
});

test("a session ends a week after it began, however much it is used", async () => {
  const person = await aPerson(server, ["viewer"]);
  for (let hour = 0; hour < 7 * 24 - 10; hour += 10) {
    later(10 * HOUR);
    expect((await person.call("GET", "/v1/session")).status, String(hour)).toBe(200);
  }
  later(10 * HOUR);
  expect((await person.call("GET", "/v1/session")).status).toBe(401);
});

test("a sign-in has an id of its own, whatever the browser had before, and ends that", async () => {
  const [first, second] = [await aPerson(server, ["viewer"]), await aPerson(server, ["viewer"])];
  const link = (await (await fetch(`${server.url}/v1/sign-in-links`, { method: "POST", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body: JSON.stringify({ user: second.id }) })).json() as { path: string }).path;
  const cookie = cookieOf(await fetch(server.url + link, { redirect: "manual", headers: { cookie: first.cookie } }));
  expect(cookie).not.toBe(first.cookie);
  expect((await (await callWith(server.url, cookie, "GET", "/v1/session")).json() as { user: { id: string } }).user.id).toBe(second.id);
  expect((await first.call("GET", "/v1/session")).status).toBe(401);
  // What somebody else made up is no session.
  expect((await callWith(server.url, `ordo_session=${"x".repeat(43)}`, "GET", "/v1/session")).status).toBe(401);
});

test("only hashes of sessions are kept", async () => {
  const person = await aPerson(server, ["viewer"]);
  expect(JSON.stringify(await server.world.query("select * from ordo.browser_token"))).not.toContain(person.cookie.split("=")[1]);
  expect(server.log.join("")).not.toContain(person.cookie.split("=")[1]);
});

test("where the server has an address with TLS, the cookie goes over TLS and to this host only", async () => {
  const site = { publicUrl: "https://ordo.example" };
  const behind = await openApi(database, { site });
  try {
    const made = await (await fetch(`${behind.url}/v1/sign-in-links`, { method: "POST", headers: { authorization: `Bearer ${behind.adminKey}`, "content-type": "application/json" }, body: "{}" })).json() as { path: string; url: string };
    expect(made.url).toBe(`https://ordo.example${made.path}`);
    const answer = await fetch(behind.url + made.path, { redirect: "manual" });
    expect(answer.headers.get("set-cookie")).toMatch(/^__Host-ordo_session=[\w-]{43}; Path=\/; Max-Age=604\d{3}; HttpOnly; SameSite=Strict; Secure$/);
    const cookie = cookieOf(answer);
    expect((await callWith(behind.url, cookie, "GET", "/v1/session")).status).toBe(200);
    // A plain cookie of that name may have been set by another host of the domain.
    expect((await callWith(behind.url, cookie.replace("__Host-", ""), "GET", "/v1/session")).status).toBe(401);
    expect((await callWith(behind.url, cookie, "PATCH", "/v1/me", { language: "de" }, { origin: "https://ordo.example" })).status).toBe(200);
    expect((await callWith(behind.url, cookie, "PATCH", "/v1/me", { language: "de" }, { origin: behind.url })).status).toBe(403);
  } finally {
    await behind.close();
  }
});

test("an API key needs no page, and is no person", async () => {
  const headers = { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" };
  expect((await fetch(`${server.url}/v1/items/A`, { method: "PUT", headers: { ...headers, origin: "https://evil.example" }, body: '{"name":"A"}' })).status).toBe(201);
  expect((await fetch(`${server.url}/v1/session`, { headers })).status).toBe(403);
  expect(await (await fetch(`${server.url}/v1/session/methods`)).json()).toMatchObject({ link: true });
  expect((await callWith(server.url, "", "GET", "/v1/session", undefined, OWN_PAGE)).status).toBe(401);
});
