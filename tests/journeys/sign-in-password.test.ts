import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Problem } from "../../client/src/index.ts";
import type { Account } from "../../src/flows/credentials.ts";
import { openApi, quickHasher, type TestApi } from "../support/api.ts";
import { aPerson, callWith, cookieOf, OWN_PAGE, type Person } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";

/** Signing in with a password, setting one, and what is told to whom. */

const GOOD = "correct horse battery";
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
/** How often something was compared with a hash. */
let compared = 0;
const mails: { account: Account; path: string }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const hasher = quickHasher();
  server = await openApi(database, {}, undefined, {
    hasher: { hash: hasher.hash, verify: (...call) => { compared += 1; return hasher.verify(...call); } },
    sendRecovery: async (account, path) => void mails.push({ account, path }),
    // So that each test asks from an address of its own.
    site: { publicUrl: "http://ordo.example" },
  });
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

let address = "";
let addresses = 0;
beforeEach(() => {
  vi.restoreAllMocks();
  address = `192.0.2.${addresses += 1}`;
});

const post = (path: string, body: unknown, from = address, cookie = ""): Promise<Response> => callWith(server.url, cookie, "POST", path, body, { ...OWN_PAGE, "x-forwarded-for": from });
const signIn = (email: string, password: string, from = address): Promise<Response> => post("/v1/session/password", { email, password }, from);
const tokenOf = (path: string): string => /^\/set-password#token=([\w-]{43})$/.exec(path)?.[1] ?? "";

/** Somebody with a password, set by an invitation. */
async function withPassword(): Promise<Person> {
  const person = await aPerson(server, ["agent"]);
  const invited = await invite(person);
  const answer = await post("/v1/session/reset", { token: invited, password: GOOD }, `198.51.100.${addresses += 1}`);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return person;
}
async function invite(person: Person): Promise<string> {
  const answer = await fetch(`${server.url}/v1/users/${person.id}/invite`, { method: "POST", headers: { authorization: `Bearer ${server.adminKey}` } });
  expect(answer.status).toBe(201);
  const { path, expires_at: end } = await answer.json() as { path: string; expires_at: string };
  expect(Date.parse(end) - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
  return tokenOf(path);
}
const eventsOf = async ({ id }: Person): Promise<unknown[]> =>
  (await server.world.query(`select type, actor, data from ordo.event where data ->> 'user' = '${id}' order by position`) as { type: string; data: Record<string, unknown> }[]).map(({ type, data }) => [type, data["method"] ?? data["what"]]);

test("an invitation sets a password and signs in, once; then the password does", async () => {
  const person = await aPerson(server, ["agent"]);
  const [token, second] = [await invite(person), await invite(person)];
  const [one, other] = await Promise.all([post("/v1/session/reset", { token, password: GOOD }), post("/v1/session/reset", { token, password: `${GOOD} 2` })]);
  const [done, refused] = one.status === 200 ? [one, other] : [other, one];
  expect([done.status, refused.status]).toEqual([200, 410]);
  expect(await refused.json()).toMatchObject({ code: "LINK_ENDED" });
  expect((await callWith(server.url, cookieOf(done), "GET", "/v1/session")).status).toBe(200);
  // The session before is gone, and so are other links.
  expect((await person.call("GET", "/v1/session")).status).toBe(401);
  expect((await post("/v1/session/reset", { token: second, password: GOOD })).status).toBe(410);
  const answer = await signIn(person.email.toUpperCase(), done === one ? GOOD : `${GOOD} 2`);
  expect([answer.status, await answer.json()]).toEqual([200, { signed_in: true }]);
  expect(cookieOf(answer)).toMatch(/^ordo_session=[\w-]{43}$/);
  expect(await eventsOf(person)).toEqual([["UserAdded", undefined], ["UserSignedIn", "link"], ["UserSecured", "password"], ["UserSignedIn", "invitation"], ["UserSignedIn", "password"]]);
});

test("a wrong password, an unknown address, a disabled person and one without password are told the same, with the same work", async () => {
  const [person, bare, disabled] = [await withPassword(), await aPerson(server, ["agent"]), await withPassword()];
  await fetch(`${server.url}/v1/users/${disabled.id}`, { method: "PATCH", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body: '{"disabled":true}' });
  const told: string[] = [];
  for (const [email, password] of [[person.email, "wrong password"], ["nobody@example.com", "wrong password"], [disabled.email, GOOD], [bare.email, GOOD], ["no address", GOOD]] as const) {
    compared = 0;
    const answer = await signIn(email, password);
    expect(compared, email).toBe(1);
    expect(answer.headers.get("set-cookie")).toBeNull();
    told.push(`${answer.status} ${(await answer.text()).replace(/req_\w+/, "REQUEST")}`);
  }
  expect(new Set(told).size).toBe(1);
  expect(told[0]).toMatch(/^401.*SIGN_IN_REFUSED/);
  expect(await eventsOf(person)).toContainEqual(["SignInFailed", "password"]);
});

test("after ten tries in a minute an account waits, from wherever it is tried; after the wait the right password works", async () => {
  const person = await withPassword();
  for (let n = 0; n < 10; n += 1) expect((await signIn(person.email, "wrong password", `203.0.113.${n}`)).status).toBe(401);
  compared = 0;
  const blocked = await signIn(person.email, GOOD, "203.0.113.99");
  expect([blocked.status, blocked.headers.get("retry-after"), compared]).toEqual([429, "60", 0]);
  expect(await blocked.json()).toMatchObject({ code: "TOO_MANY_TRIES", data: { retry_after_seconds: 60 } });
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 61_000);
  expect((await signIn(person.email, GOOD, "203.0.113.99")).status).toBe(200);
  // Whoever was right begins anew.
  for (let n = 0; n < 10; n += 1) expect((await signIn(person.email, "wrong password", `203.0.113.${100 + n}`)).status).toBe(401);
});

test("after ten tries in a minute an address waits, whoever it tries to be; others do not", async () => {
  const person = await withPassword();
  const tried = await Promise.all(Array.from({ length: 14 }, (_, n) => signIn(`nobody-${n}@example.com`, "wrong password")));
  expect(tried.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
  expect((await signIn(person.email, GOOD)).status).toBe(429);
  expect((await signIn(person.email, GOOD, "198.51.100.250")).status).toBe(200);
  expect(JSON.stringify(await server.world.query("select subject::text from ordo.sign_in_try"))).not.toContain("nobody");
});

test("one's own password is changed with the current one; every other session ends, this one goes on under another id", async () => {
  const person = await withPassword();
  const [here, there] = [cookieOf(await signIn(person.email, GOOD)), cookieOf(await signIn(person.email, GOOD))];
  const change = (body: object): Promise<Response> => post("/v1/me/password", body, address, here);
  expect((await (await change({ password: "another good one" })).json() as Problem).errors).toMatchObject([{ pointer: "#/current" }]);
  expect((await change({ current: "wrong password", password: "another good one" })).status).toBe(401);
  const changed = await change({ current: GOOD, password: "another good one" });
  expect(changed.status).toBe(200);
  for (const cookie of [here, there]) expect((await callWith(server.url, cookie, "GET", "/v1/session")).status).toBe(401);
  expect((await callWith(server.url, cookieOf(changed), "GET", "/v1/session")).status).toBe(200);
  expect((await signIn(person.email, GOOD)).status).toBe(401);
  expect((await signIn(person.email, "another good one")).status).toBe(200);
});

test("a session that began with a link needs no current password", async () => {
  const person = await aPerson(server, ["viewer"]);
  expect((await post("/v1/me/password", { password: GOOD }, address, person.cookie)).status).toBe(200);
  expect((await signIn(person.email, GOOD)).status).toBe(200);
});

test("a weak password is refused wherever one is set, and the link stays good", async () => {
  const person = await aPerson(server, ["viewer"]);
  const token = await invite(person);
  for (const password of ["short", person.email, "password1234"]) {
    for (const [path, body, cookie] of [["/v1/session/reset", { token, password }, ""], ["/v1/me/password", { password }, person.cookie]] as const) {
      expect((await (await post(path, body, address, cookie)).json() as Problem)).toMatchObject({ status: 422, errors: [{ pointer: "#/password" }] });
    }
  }
  expect((await post("/v1/session/reset", { token, password: GOOD })).status).toBe(200);
});

test("whoever forgot the password gets a mail; the answer is the same for whoever is unknown", async () => {
  const person = await withPassword();
  mails.length = 0;
  const told = await Promise.all([person.email, "nobody@example.com"].map(async (email) => {
    const answer = await post("/v1/session/recover", { email });
    return `${answer.status} ${await answer.text()}`;
  }));
  expect(told).toEqual(Array(2).fill('202 {"accepted":true}'));
  await vi.waitFor(() => expect(mails).toHaveLength(1));
  expect(mails[0]?.account.email).toBe(person.email);
  const token = tokenOf(mails[0]?.path ?? "");
  // A link of one purpose is worth nothing for another.
  expect((await fetch(`${server.url}/sign-in?token=${token}`, { redirect: "manual", headers: { accept: "*/*" } })).status).toBe(401);
  expect((await post("/v1/session/reset", { token, password: "the new password" })).status).toBe(200);
  expect((await signIn(person.email, GOOD)).status).toBe(401);
  expect((await signIn(person.email, "the new password")).status).toBe(200);
});

test.each(["", " ", "x".repeat(43), "a".repeat(200)])("a made-up link is none: %j", async (token) => {
  expect([410, 422]).toContain((await post("/v1/session/reset", { token, password: GOOD })).status);
});

test("a link that sets a password ends with its time, and a sign-in link sets none", async () => {
  const person = await aPerson(server, ["viewer"]);
  const token = await invite(person);
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 24 * 3_600_000 + 1);
  expect((await post("/v1/session/reset", { token, password: GOOD })).status).toBe(410);
  vi.restoreAllMocks();
  expect((await post("/v1/session/reset", { token: await server.signInToken(), password: GOOD })).status).toBe(410);
});

test("signing in is no business of other sites", async () => {
  const person = await withPassword();
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }] as Record<string, string>[]) {
    for (const path of ["password", "recover", "reset"]) expect(await (await callWith(server.url, "", "POST", `/v1/session/${path}`, { email: person.email, password: GOOD }, headers)).json(), path).toMatchObject({ code: "CROSS_SITE_REQUEST" });
  }
});

test("no password, hash, link or address is told or logged", async () => {
  const person = await withPassword();
  const token = await invite(person);
  await signIn(person.email, "a wrong password to be found");
  const told = JSON.stringify([server.log, await server.world.query("select * from ordo.event"), await server.world.query("select * from ordo.browser_token")]);
  for (const secret of [GOOD, "to be found", token, "argon2", person.email]) expect(told).not.toContain(secret);
  const [{ hash } = { hash: "" }] = await server.world.query("select hash from ordo.user_password limit 1") as { hash: string }[];
  expect(hash).toMatch(/^\$argon2id\$v=19\$/);
  expect(await (await fetch(`${server.url}/v1/users/${person.id}`, { headers: { authorization: `Bearer ${server.adminKey}` } })).text()).not.toContain("argon2");
});

test("the command line prints an invitation alone", async () => {
  const person = await aPerson(server, ["viewer"]);
  const { out, err } = await server.ordo("users", "invite", person.email);
  expect(out).toMatch(/\/set-password#token=[\w-]{43}\n$/);
  expect(err).toContain("24 hours");
});
