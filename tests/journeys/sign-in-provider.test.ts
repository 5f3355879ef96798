import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { openProvider, type ProviderSettings } from "../../src/server/auth/provider.ts";
import { createOutgoing } from "../../src/server/outgoing.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { CLIENT, type Issuer, startIssuer } from "../support/issuer.ts";
import { aPerson, callWith, cookieOf, OWN_PAGE, type Person } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";

/** Signing in at an identity provider: whom it signs in, and as what. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
let issuer: Issuer;
/** Rules of the test at hand, beside those of all. */
let rules: Partial<ProviderSettings> = {};

beforeAll(async () => {
  issuer = await startIssuer();
  database = await createTestDatabase();
  const outgoing = createOutgoing({ allow: [issuer.host] });
  const base: ProviderSettings = { issuer: issuer.url, clientId: CLIENT.id, clientSecret: CLIENT.secret, label: "Example ID", scopes: "openid email", domains: [], addPeople: false, rolesClaim: null, roles: [], defaultRoles: [] };
  const current = () => openProvider({ ...base, ...rules }, outgoing, Date.now);
  server = await openApi(database, {}, undefined, {
    provider: { get settings() { return { ...base, ...rules }; }, begin: (...call) => current().begin(...call), finish: (...call) => current().finish(...call) },
  });
});
afterAll(async () => {
  await server?.close();
  await issuer?.stop();
  await database?.drop();
});
beforeEach(async () => {
  vi.restoreAllMocks();
  [rules, issuer.lies, issuer.forges, issuer.refuses, issuer.isDown] = [{}, {}, false, null, false];
  await server.world.query("delete from ordo.sign_in_try");
});

const verified = ({ email }: Pick<Person, "email">, sub: string, more: Record<string, unknown> = {}): void => void (issuer.claims = { sub, email, email_verified: true, ...more });

/** What a browser does: begins here, goes to the provider, and comes back with what that gave it. */
async function begin(back?: string): Promise<{ readonly url: string; readonly cookie: string }> {
  const answer = await callWith(server.url, "", "POST", "/v1/session/provider", back === undefined ? {} : { back });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return { url: (await answer.json() as { url: string }).url, cookie: cookieOf(answer) };
}
const atProvider = async (url: string): Promise<URL> => new URL((await fetch(url, { redirect: "manual" })).headers.get("location") ?? "");
const comeBack = (address: URL, cookie: string): Promise<Response> => fetch(address, { redirect: "manual", headers: { cookie, "sec-fetch-site": "cross-site" } });
async function signIn(back?: string): Promise<Response> {
  const { url, cookie } = await begin(back);
  return comeBack(await atProvider(url), cookie);
}
const sessionIn = (response: Response): string => response.headers.getSetCookie().find((one) => one.startsWith("ordo_session="))?.split(";")[0] ?? "";
const whoIs = async (response: Response): Promise<{ user: { id: string; email: string; roles: string[]; name: string } }> => (await callWith(server.url, sessionIn(response), "GET", "/v1/session")).json() as never;
async function expectRefused(why: string): Promise<void> {
  const refused = await signIn();
  expect([refused.status, refused.headers.get("location"), sessionIn(refused)]).toEqual([303, `/signed-out?refused=${why}`, ""]);
}
const eventsOf = async (id: string): Promise<unknown[]> => (await server.world.query(`select type, data ->> 'method' as m from ordo.event where data ->> 'user' = '${id}' order by position`)).map((row) => Object.values(row as object).filter(Boolean).join(" "));
const disable = (id: string, disabled: boolean): Promise<Response> => fetch(`${server.url}/v1/users/${id}`, { method: "PATCH", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body: JSON.stringify({ disabled }) });

test("a verified address ties an account to its person; from then on the account decides", async () => {
  const person = await aPerson(server, ["agent"]);
  expect(await (await fetch(`${server.url}/v1/session/methods`)).json()).toEqual({ password: true, link: true, passkey: false, provider: { label: "Example ID" } });
  verified({ email: person.email.toUpperCase() }, "sub-1");
  const first = await signIn("/orders?status=PROCESSING");
  expect([first.status, first.headers.get("location"), first.headers.get("cache-control")]).toEqual([303, "/orders?status=PROCESSING", "no-store"]);
  expect(await whoIs(first)).toMatchObject({ user: { id: person.id }, sign_in: { provider: { label: "Example ID" } } });
  // What the provider says of addresses does not matter any more.
  verified({ email: "changed@elsewhere.example" }, "sub-1", { email_verified: false });
  rules = { domains: ["shop.example"] };
  expect((await whoIs(await signIn())).user.id).toBe(person.id);
  expect(await eventsOf(person.id)).toEqual(["UserAdded", "UserSignedIn link", "UserLinked", "UserSignedIn oidc", "UserSignedIn oidc"]);
  // The address was given to somebody else there: that is not this person.
  rules = {};
  verified(person, "sub-2");
  await expectRefused("OTHER_ACCOUNT");
  const { out } = await server.ordo("users", "unlink", person.email);
  expect(out).toContain(person.id);
  expect((await whoIs(await signIn())).user.id).toBe(person.id);
});

test("what comes back counts once, in the browser that began, and as it was asked for", async () => {
  const person = await aPerson(server, ["agent"]);
  verified(person, "sub-once");
  const { url, cookie } = await begin();
  const [address, other] = [await atProvider(url), await begin()];
  const stale = "/signed-out?refused=STALE";
  expect((await comeBack(address, "")).headers.get("location")).toBe(stale);
  // Another browser's beginning: its state is another one, and it is used up.
  for (const expected of ["/signed-out?refused=NOT_PROVED", stale]) expect((await comeBack(address, other.cookie)).headers.get("location")).toBe(expected);
  expect((await comeBack(address, cookie)).headers.get("location")).toBe("/");
  expect((await comeBack(address, cookie)).headers.get("location")).toBe(stale);
  for (const lies of [{ nonce: "another" }, { aud: "another" }, { iss: "https://evil.example" }, { exp: 1 }]) {
    issuer.lies = lies;
    await expectRefused("NOT_PROVED");
  }
  [issuer.lies, issuer.forges] = [{}, true];
  await expectRefused("NOT_PROVED");
  issuer.forges = false;
  const late = await begin();
  const lateAddress = await atProvider(late.url);
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 10 * 60_000 + 1);
  expect((await comeBack(lateAddress, late.cookie)).headers.get("location")).toBe(stale);
  vi.restoreAllMocks();
  issuer.refuses = "access_denied";
  await expectRefused("DENIED");
  for (const back of ["//evil.example", "/\\evil.example", "https://evil.example", "orders"]) expect((await callWith(server.url, "", "POST", "/v1/session/provider", { back }, OWN_PAGE)).status, back).toBe(422);
  expect(server.log.join("\n")).not.toContain(address.searchParams.get("code"));
});

test("an address that is unverified, of another domain, or nobody's signs nobody in", async () => {
  const person = await aPerson(server, ["agent"]);
  for (const email_verified of [false, undefined, "no"]) {
    verified(person, "sub-unverified", { email_verified });
    await expectRefused("UNVERIFIED_EMAIL");
  }
  issuer.claims = { sub: "sub-unverified" };
  await expectRefused("NO_EMAIL");
  verified({ email: "nobody@example.com" }, "sub-nobody");
  await expectRefused("UNKNOWN_PERSON");
  rules = { domains: ["shop.example"] };
  verified(person, "sub-domain");
  await expectRefused("OTHER_DOMAIN");
  expect(await server.world.query("select count(*)::int as n from ordo.user_identity where subject in ('sub-unverified', 'sub-nobody', 'sub-domain')")).toEqual([{ n: 0 }]);
});

test("people whom nobody knows are added where that is wanted, once, with roles", async () => {
  rules = { addPeople: true, defaultRoles: ["viewer"] };
  verified({ email: "new.person@example.com" }, "sub-new", { name: "  Nora New " });
  const answers = await Promise.all([signIn(), signIn()]);
  const [one, other] = await Promise.all(answers.map(whoIs));
  expect(one?.user).toMatchObject({ name: "Nora New", email: "new.person@example.com", roles: ["viewer"] });
  expect(other?.user.id).toBe(one?.user.id);
  expect((await eventsOf(one?.user.id ?? "")).slice(0, 2)).toEqual(["UserAdded", "UserLinked"]);
});

test("a claim gives roles at each sign-in, and takes them; the last administrator stays one", async () => {
  rules = { addPeople: true, rolesClaim: "groups", roles: [{ value: "ordo-admins", role: "admin" }, { value: "house", role: "store" }] };
  verified({ email: "roles@example.com" }, "sub-roles", { groups: ["house", "ordo-admins"] });
  const first = await signIn();
  const { user } = await whoIs(first);
  expect(user.roles).toEqual(["admin", "store"]);
  verified({ email: "roles@example.com" }, "sub-roles", { groups: "house" });
  expect((await whoIs(await signIn())).user).toMatchObject({ id: user.id, roles: ["store"] });
  // What they were ended with the sessions they had then.
  expect((await callWith(server.url, sessionIn(first), "GET", "/v1/session")).status).toBe(401);
  verified({ email: "roles@example.com" }, "sub-roles", { groups: [] });
  await expectRefused("NO_ROLE");
  verified({ email: "other@example.com" }, "sub-no-role", { groups: ["else"] });
  await expectRefused("NO_ROLE");
  // The first person of all is the only administrator left.
  verified({ email: "admin@ordo.local" }, "sub-admin", { groups: ["house"] });
  expect((await whoIs(await signIn())).user.roles).toEqual(["admin"]);
});

test("a disabled person stays out, and an authenticator app is asked for all the same", async () => {
  const person = await aPerson(server, ["agent"]);
  verified(person, "sub-disabled");
  expect((await whoIs(await signIn())).user.id).toBe(person.id);
  await disable(person.id, true);
  await expectRefused("DISABLED");
  expect((await eventsOf(person.id)).at(-1)).toBe("SignInFailed oidc");
  await disable(person.id, false);
  await server.world.query(`insert into ordo.user_totp (tenant_id, user_id, secret, confirmed_at) values (${server.world.tenantId}, '${parsePublicId("user", person.id)}', 'AAAA', now())`);
  const half = await signIn();
  expect(sessionIn(half)).toBe("");
  expect(half.headers.get("location")).toMatch(/^\/signed-out#ticket=[\w-]{43}$/);
});

test("a provider that is away is said at once and costs nothing else; one without TLS or public address is not called", async () => {
  issuer.isDown = true;
  const away = await callWith(server.url, "", "POST", "/v1/session/provider", {});
  expect([away.status, await away.json()]).toMatchObject([503, { code: "PROVIDER_UNAVAILABLE", detail: expect.stringContaining("Example ID") }]);
  issuer.isDown = false;
  verified(await aPerson(server, ["agent"]), "sub-away");
  const { url, cookie } = await begin();
  const address = await atProvider(url);
  issuer.isDown = true;
  expect((await comeBack(address, cookie)).headers.get("location")).toBe("/signed-out?refused=AWAY");
  issuer.isDown = false;
  const closed = openProvider({ issuer: issuer.url, clientId: "x", clientSecret: null, label: "", scopes: "openid", domains: [], addPeople: false, rolesClaim: null, roles: [], defaultRoles: [] }, createOutgoing({ allow: [] }), Date.now);
  expect(await closed.begin(`${server.url}/sign-in/callback`)).toEqual({ ok: false, why: "AWAY", reason: "Only https addresses may be called." });
  // Tries are counted as those with a password are.
  const statuses: number[] = [];
  for (let n = 0; n < 12; n += 1) statuses.push((await callWith(server.url, "", "POST", "/v1/session/provider", {})).status);
  expect(statuses.at(-1)).toBe(429);
});
