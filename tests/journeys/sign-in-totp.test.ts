import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openApi, type TestApi } from "../support/api.ts";
import { aPerson, callWith, cookieOf, OWN_PAGE, type Person } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";

/** Signing in with a code of an authenticator app beside the password. */

const GOOD = "correct horse battery";
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database, {}, undefined, { site: { publicUrl: "http://ordo.example" } });
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});
beforeEach(() => void vi.restoreAllMocks());

let addresses = 0;
const post = (path: string, body?: unknown, cookie = "", method = "POST"): Promise<Response> => callWith(server.url, cookie, method, path, body, { ...OWN_PAGE, "x-forwarded-for": `192.0.2.${addresses += 1}` });
const codeOf = (secret: string, at = Date.now()): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
const later = (ms: number): void => void vi.spyOn(Date, "now").mockReturnValue(Date.now() + ms);

interface Secured extends Person { readonly secret: string; readonly codes: readonly string[]; readonly renewed: string }

/** Somebody with a password and an authenticator app, confirmed a minute ago. */
async function secured(): Promise<Secured> {
  const person = await aPerson(server, ["agent"]);
  const cookie = cookieOf(await post("/v1/me/password", { password: GOOD }, person.cookie));
  const { secret, uri } = await (await post("/v1/me/totp", undefined, cookie)).json() as { secret: string; uri: string };
  expect(uri).toMatch(/^otpauth:\/\/totp\/Ordo:person-\d+%40example\.com\?.*secret=[A-Z2-7]{32}/);
  expect((await post("/v1/me/totp/confirm", { code: "000000" }, cookie)).status).toBe(401);
  const confirmed = await post("/v1/me/totp/confirm", { code: codeOf(secret) }, cookie);
  expect(confirmed.status, await confirmed.clone().text()).toBe(200);
  const { recovery_codes: codes } = await confirmed.json() as { recovery_codes: string[] };
  later(60_000);
  return { ...person, secret, codes, renewed: cookieOf(confirmed) };
}
async function ticketOf({ email }: Person): Promise<string> {
  const answer = await post("/v1/session/password", { email, password: GOOD });
  expect(answer.headers.get("set-cookie")).toBeNull();
  const told = await answer.json() as { signed_in: boolean; next: string; ticket: string };
  expect(told).toMatchObject({ signed_in: false, next: "totp", ticket: expect.stringMatching(/^[\w-]{43}$/) });
  return told.ticket;
}
const finish = async (ticket: string, code: string): Promise<number> => (await post("/v1/session/totp", { ticket, code })).status;

test("after the password comes a code; both together sign in, and the code works once", async () => {
  const person = await secured();
  expect(new Set(person.codes).size).toBe(10);
  const [first, second] = [await ticketOf(person), await ticketOf(person)];
  const code = codeOf(person.secret);
  const answers = await Promise.all([post("/v1/session/totp", { ticket: first, code }), post("/v1/session/totp", { ticket: second, code: ` ${code.slice(0, 3)} ${code.slice(3)}` })]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  const cookie = cookieOf(answers.find(({ status }) => status === 200) as Response);
  expect(await (await callWith(server.url, cookie, "GET", "/v1/session")).json()).toMatchObject({ user: { id: person.id, totp: true } });
  // Nor does the code of the step before, which still is within its window.
  expect(await finish(await ticketOf(person), codeOf(person.secret, Date.now() - 30_000))).toBe(401);
});

test("a ticket works once, for five minutes and five tries, and for its person alone", async () => {
  const [person, other] = [await secured(), await secured()];
  const used = await ticketOf(person);
  expect(await finish(used, codeOf(person.secret))).toBe(200);
  later(30_000);
  expect(await finish(used, codeOf(person.secret))).toBe(401);
  expect(await finish(await ticketOf(other), codeOf(person.secret))).toBe(401);
  const tried = await ticketOf(person);
  for (let n = 0; n < 5; n += 1) expect(await finish(tried, "000000")).toBe(401);
  expect(await finish(tried, codeOf(person.secret))).toBe(401);
  const old = await ticketOf(other);
  later(5 * 60_000 + 1);
  expect(await finish(old, codeOf(other.secret))).toBe(401);
  // A link of another kind is no ticket, and a ticket opens nothing by itself.
  expect(await finish(await server.signInToken(), codeOf(person.secret))).toBe(401);
  const ticket = await ticketOf(other);
  expect((await callWith(server.url, `ordo_session=${ticket}`, "GET", "/v1/session")).status).toBe(401);
  expect((await post("/v1/session/reset", { token: ticket, password: GOOD })).status).toBe(410);
});

test("a recovery code signs in once", async () => {
  const person = await secured();
  const [code = ""] = person.codes;
  expect(code).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
  expect(await finish(await ticketOf(person), code.toUpperCase())).toBe(200);
  expect(await finish(await ticketOf(person), code)).toBe(401);
  expect(await finish(await ticketOf(person), person.codes[1] ?? "")).toBe(200);
  expect(JSON.stringify(await server.world.query("select hash::text from ordo.user_recovery_code"))).not.toContain(person.codes[2]);
});

test("using and removing an app ends all other sessions, and removing needs the password", async () => {
  const person = await secured();
  expect((await person.call("GET", "/v1/session")).status).toBe(401);
  expect((await post("/v1/me/totp", undefined, person.renewed)).status).toBe(409);
  const signedIn = cookieOf(await post("/v1/session/totp", { ticket: await ticketOf(person), code: codeOf(person.secret) }));
  expect((await post("/v1/me/totp", {}, signedIn, "DELETE")).status).toBe(422);
  expect((await post("/v1/me/totp", { password: "wrong password" }, signedIn, "DELETE")).status).toBe(401);
  const removed = await post("/v1/me/totp", { password: GOOD }, signedIn, "DELETE");
  expect(removed.status).toBe(200);
  for (const cookie of [person.renewed, signedIn]) expect((await callWith(server.url, cookie, "GET", "/v1/session")).status).toBe(401);
  expect((await callWith(server.url, cookieOf(removed), "GET", "/v1/session")).status).toBe(200);
  expect(await (await post("/v1/session/password", { email: person.email, password: GOOD })).json()).toEqual({ signed_in: true });
});

test("an invitation sets a password and does not get round the code", async () => {
  const person = await secured();
  const { path } = await (await fetch(`${server.url}/v1/users/${person.id}/invite`, { method: "POST", headers: { authorization: `Bearer ${server.adminKey}` } })).json() as { path: string };
  const answer = await post("/v1/session/reset", { token: path.split("=")[1], password: GOOD });
  expect(answer.headers.get("set-cookie")).toBeNull();
  expect(await answer.json()).toMatchObject({ signed_in: false, next: "totp" });
});
