import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Problem } from "../../client/src/index.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { type Asked, type Authenticator, type Mischief, softwareAuthenticator } from "../support/authenticator.ts";
import { aPerson, callWith, cookieOf, OWN_PAGE, type Person } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";

/** Signing in with a passkey: what proves something, and what does not. */

const ORIGIN = "https://ordo.example";
const GOOD = "correct horse battery";
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database, { site: { publicUrl: ORIGIN } }, undefined, { site: { publicUrl: ORIGIN } });
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});
beforeEach(() => void vi.restoreAllMocks());

let addresses = 0;
const ask = (method: string, path: string, body?: unknown, cookie = ""): Promise<Response> => callWith(server.url, cookie, method, path, body, { ...OWN_PAGE, "x-forwarded-for": `198.18.0.${addresses += 1}` });
const later = (ms: number): void => void vi.spyOn(Date, "now").mockReturnValue(Date.now() + ms);
const asked = async (path: string, body?: unknown, cookie = ""): Promise<Asked> => (await ask("POST", path, body, cookie)).json() as Promise<Asked>;

interface Keyed extends Person { readonly device: Authenticator; readonly passkey: string }

/** Somebody whose session began with a link, with a passkey. */
async function withPasskey(counts = true): Promise<Keyed> {
  const person = await aPerson(server, ["agent"]);
  const device = softwareAuthenticator(ORIGIN, counts);
  const added = await ask("POST", "/v1/me/passkeys", { name: " Phone ", response: device.make(await asked("/v1/me/passkeys/options", {}, person.cookie)) }, person.cookie);
  expect(added.status, await added.clone().text()).toBe(201);
  const { id, name } = await added.json() as { id: string; name: string };
  expect([id.slice(0, 4), name]).toEqual(["psk_", "Phone"]);
  return { ...person, device, passkey: id };
}
const beginning = (): Promise<Asked> => asked("/v1/session/passkey/options");
const signIn = async (device: Authenticator, mischief?: Mischief): Promise<Response> => ask("POST", "/v1/session/passkey", { response: device.use(await beginning(), mischief) });
const eventsOf = async ({ id }: Person): Promise<unknown[]> =>
  (await server.world.query(`select type, actor, data from ordo.event where data ->> 'user' = '${id}' order by position`) as { type: string; actor: string; data: Record<string, unknown> }[]).map(({ type, actor, data }) => [type, actor === id ? "self" : actor, data["method"] ?? data["passkey"]]);

test("a passkey signs in by itself, beside a password and an authenticator app too", async () => {
  const person = await withPasskey();
  await server.world.query(`insert into ordo.user_totp (tenant_id, user_id, secret, confirmed_at) values (${server.world.tenantId}, '${parsePublicId("user", person.id)}', 'AAAA', now())`);
  const signedIn = await signIn(person.device);
  expect([signedIn.status, await signedIn.clone().json()]).toEqual([200, { signed_in: true }]);
  const cookie = cookieOf(signedIn);
  expect(cookie).toMatch(/^__Host-ordo_session=/);
  expect(await (await ask("GET", "/v1/session", undefined, cookie)).json()).toMatchObject({ user: { id: person.id }, sign_in: { passkey: true, provider: null } });
  const { data: [shown] } = await (await ask("GET", "/v1/me/passkeys", undefined, cookie)).json() as { data: Record<string, unknown>[] };
  expect(shown).toEqual({ id: person.passkey, name: "Phone", created_at: expect.any(String), last_used_at: expect.any(String) });
  expect(await eventsOf(person)).toEqual([["UserAdded", "test", undefined], ["UserSignedIn", "self", "link"], ["UserPasskeyAdded", "self", person.passkey], ["UserSignedIn", "self", "passkey"]]);
  // A device that does not count says 0 each time.
  const other = await withPasskey(false);
  for (let n = 0; n < 2; n += 1) expect((await signIn(other.device)).status).toBe(200);
});

test("what was asked is answered once, by a page of this server, for what it was asked for", async () => {
  const { device, cookie } = await withPasskey();
  const first = await beginning();
  const response = device.use(first);
  const answers = await Promise.all([0, 1].map(() => ask("POST", "/v1/session/passkey", { response })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect((await ask("POST", "/v1/session/passkey", { response: device.use(first) })).status).toBe(401);
  const wrong: Mischief[] = [
    { challenge: Buffer.alloc(32, 7).toString("base64url") }, { origin: "https://evil.example" }, { origin: "http://ordo.example" }, { rpId: "evil.example" }, { verified: false }, { counter: 1 },
    { userHandle: "eA" },
  ];
  for (const mischief of wrong) {
    const refused = await signIn(device, mischief);
    expect([refused.status, (await refused.json() as Problem).code, refused.headers.get("set-cookie")], JSON.stringify(mischief)).toEqual([401, "SIGN_IN_REFUSED", null]);
  }
  const old = await beginning();
  later(10 * 60_000 + 1);
  expect((await ask("POST", "/v1/session/passkey", { response: device.use(old) })).status).toBe(401);
  vi.restoreAllMocks();
  // What was asked to add one does not sign in, nor the other way round; and nobody answers what another was asked.
  const toAdd = await asked("/v1/me/passkeys/options", {}, cookie);
  expect((await ask("POST", "/v1/session/passkey", { response: device.use({ ...toAdd, rpId: "ordo.example" }) })).status).toBe(401);
  const stranger = await aPerson(server, ["agent"]);
  for (const challenge of [toAdd, { ...toAdd, ...(await beginning()) }]) {
    expect((await ask("POST", "/v1/me/passkeys", { name: "Mine", response: softwareAuthenticator(ORIGIN).make(challenge) }, stranger.cookie)).status).toBe(401);
  }
  for (const path of ["/v1/session/passkey/options", "/v1/session/passkey", "/v1/session/provider"]) {
    expect(await (await callWith(server.url, "", "POST", path, {}, { "sec-fetch-site": "cross-site" })).json(), path).toMatchObject({ code: "CROSS_SITE_REQUEST" });
  }
  expect((await ask("POST", "/v1/session/passkey", { response: { id: "x" } })).status).toBe(422);
});

test("a counter that does not go on is one of a copy: nobody signs in, and it is noted", async () => {
  const person = await withPasskey();
  expect((await signIn(person.device, { counter: 9 })).status).toBe(200);
  for (const counter of [9, 8, 0]) expect((await signIn(person.device, { counter })).status).toBe(401);
  // Of two uses at once under one number, one counts.
  const both = await Promise.all([signIn(person.device, { counter: 10 }), signIn(person.device, { counter: 10 })]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect((await eventsOf(person)).filter((one) => String(one).startsWith("SignInFailed,sign-in,passkey"))).toHaveLength(4);
});

test("a removed passkey, one of a disabled or an erased person, and one that nobody has sign nobody in", async () => {
  const [removed, disabled, erased] = [await withPasskey(), await withPasskey(), await withPasskey()];
  const session = cookieOf(await signIn(removed.device));
  const gone = await ask("DELETE", `/v1/me/passkeys/${removed.passkey}`, {}, session);
  expect(gone.status, await gone.clone().text()).toBe(200);
  // All other sessions end; the one that removed it goes on under another id.
  expect((await removed.call("GET", "/v1/session")).status).toBe(401);
  expect((await ask("GET", "/v1/session", undefined, cookieOf(gone))).status).toBe(200);
  expect((await ask("DELETE", `/v1/me/passkeys/${removed.passkey}`, {}, cookieOf(gone))).status).toBe(404);
  const byAdmin = (method: string, path: string, body: unknown): Promise<Response> => fetch(server.url + path, { method, headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body: JSON.stringify(body) });
  await byAdmin("PATCH", `/v1/users/${disabled.id}`, { disabled: true });
  await byAdmin("POST", `/v1/users/${erased.id}/erase`, {});
  for (const { device } of [removed, disabled, erased, { device: softwareAuthenticator(ORIGIN) }]) expect((await signIn(device)).status).toBe(401);
  expect(await server.world.query(`select count(*)::int as n from ordo.user_passkey p join ordo.app_user u on u.id = p.user_id where u.erased_at is not null`)).toEqual([{ n: 0 }]);
  await byAdmin("PATCH", `/v1/users/${disabled.id}`, { disabled: false });
  expect((await signIn(disabled.device)).status).toBe(200);
});

test("an administrator removes the passkeys of who lost a device, and its sessions end", async () => {
  const person = await withPasskey();
  for (const expected of [1, 1]) {
    const { out } = await server.ordo("users", "remove-passkeys", person.email);
    expect(out).toContain(person.id);
    expect((await eventsOf(person)).filter((one) => String(one).startsWith("UserPasskeyRemoved,key_"))).toHaveLength(expected);
  }
  expect((await person.call("GET", "/v1/session")).status).toBe(401);
  expect((await signIn(person.device)).status).toBe(401);
});

test("adding and removing need the password, or that the person proved itself just now", async () => {
  const person = await withPasskey();
  const withPassword = cookieOf(await ask("POST", "/v1/me/password", { password: GOOD }, person.cookie));
  expect(withPassword).not.toBe("");
  const byPassword = cookieOf(await ask("POST", "/v1/session/password", { email: person.email, password: GOOD }));
  const needed = await ask("POST", "/v1/me/passkeys/options", {}, byPassword);
  expect((await needed.json() as Problem).errors).toMatchObject([{ pointer: "#/password", code: "INVALID_FIELD" }]);
  expect((await ask("POST", "/v1/me/passkeys/options", { password: "not the password" }, byPassword)).status).toBe(401);
  expect((await ask("DELETE", `/v1/me/passkeys/${person.passkey}`, {}, byPassword)).status).toBe(422);
  const options = await (await ask("POST", "/v1/me/passkeys/options", { password: GOOD }, byPassword)).json() as Asked & { excludeCredentials: { id: string }[] };
  // A device that has one already is told so.
  expect(options.excludeCredentials.map(({ id }) => id)).toEqual([person.device.id]);
  const device = softwareAuthenticator(ORIGIN);
  expect((await ask("POST", "/v1/me/passkeys", { name: "x", response: device.make(options, { verified: false }) }, byPassword)).status).toBe(401);
  expect((await ask("POST", "/v1/me/passkeys", { name: "x", response: person.device.make(await asked("/v1/me/passkeys/options", { password: GOOD }, byPassword)) }, byPassword)).status).toBe(401);
  expect((await ask("PATCH", `/v1/me/passkeys/${person.passkey}`, { name: "Old phone" }, byPassword)).status).toBe(200);
  const other = await aPerson(server, ["agent"]);
  expect((await ask("PATCH", `/v1/me/passkeys/${person.passkey}`, { name: "Mine" }, other.cookie)).status).toBe(404);
  expect((await ask("DELETE", `/v1/me/passkeys/${person.passkey}`, {}, other.cookie)).status).toBe(404);
  const byPasskey = cookieOf(await signIn(person.device));
  expect((await ask("POST", "/v1/me/passkeys/options", {}, byPasskey)).status).toBe(200);
  later(15 * 60_000 + 1);
  expect((await ask("POST", "/v1/me/passkeys/options", {}, byPasskey)).status).toBe(422);
});

test("nobody has more than twenty, however many are added at once", async () => {
  const person = await withPasskey();
  await server.world.query(`insert into ordo.user_passkey (tenant_id, id, user_id, credential_id, public_key, counter, transports, name, created_at)
    select tenant_id, gen_random_uuid(), user_id, ('key ' || n)::bytea, public_key, 0, '{}', 'More', created_at from ordo.user_passkey, generate_series(1, 18) n where user_id = '${parsePublicId("user", person.id)}'`);
  const answers = await Promise.all(Array.from({ length: 8 }, async () => softwareAuthenticator(ORIGIN).make(await asked("/v1/me/passkeys/options", {}, person.cookie))));
  const statuses = await Promise.all(answers.map(async (response) => (await ask("POST", "/v1/me/passkeys", { name: "Last", response }, person.cookie)).status));
  expect(statuses.sort()).toEqual([201, ...Array.from({ length: 7 }, () => 401)]);
  expect(await (await ask("POST", "/v1/me/passkeys/options", {}, person.cookie)).json()).toMatchObject({ code: "NOT_IN_STATE" });
});
