import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as api from "../../client/src/index.ts";
import { commandLine, reach } from "../support/cli.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase } from "../support/postgres.ts";

/** New sign-in links while the program runs, and what becomes of old ones. */

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
beforeEach(() => {
});

const open = (link: string, accept = "text/html,application/xhtml+xml,*/*;q=0.8"): Promise<Response> => fetch(link, { redirect: "manual", headers: { accept } });
const cookieOf = (response: Response): string => response.headers.get("set-cookie")?.split(";")[0] ?? "";

test("an administrator gets a link that signs one browser in, once, within a quarter of an hour", async () => {
  const made = await api.createSignInLink({ client: server.client });
  expect(made.response?.status).toBe(201);
  expect(made.response?.headers.get("cache-control")).toBe("no-store");
  expect(made.data?.path).toMatch(/^\/sign-in\?token=[\w-]{43}$/);
  const life = Date.parse(made.data?.expires_at ?? "") - Date.now();
  expect(life).toBeGreaterThan(14 * 60_000);
  expect(life).toBeLessThanOrEqual(15 * 60_000);

  const link = server.url + (made.data?.path ?? "");
  const token = new URL(link).searchParams.get("token") ?? "";
  const stored = await server.world.query("select * from ordo.browser_token");
  expect(JSON.stringify(stored)).not.toContain(token);
  // What shows a preview of a link must not use it up.
  expect((await fetch(link, { method: "HEAD", redirect: "manual" })).status).toBe(405);
  const [first, second] = await Promise.all([open(link), open(link)]);
  const [signedIn, refused] = first.headers.get("location") === "/" ? [first, second] : [second, first];
  expect([signedIn.status, signedIn.headers.get("location")]).toEqual([303, "/"]);
  expect((await fetch(`${server.url}/v1/orders`, { headers: { cookie: cookieOf(signedIn) } })).status).toBe(200);
  expect(refused.headers.get("set-cookie")).toBeNull();
  expect(server.log.join("")).not.toContain(token);
});

test("nobody else gets one: neither another key, nor a session, nor another tenant for this one", async () => {
  const forbidden = await api.createSignInLink({ client: server.clientWith(await server.keyWith(["orders:write"])) });
  expect((forbidden.error as api.Problem).code).toBe("FORBIDDEN");
  const cookie = cookieOf(await open(`${server.url}/sign-in?token=${await server.signInToken()}`));
  expect((await fetch(`${server.url}/v1/sign-in-links`, { method: "POST", headers: { cookie } })).status).toBe(403);
  const other = await server.otherTenant("second");
  await api.putNode({ client: server.clientWith(other.key), path: { code: "theirs" }, body: { name: "Theirs" } });
  const { data } = await api.createSignInLink({ client: server.clientWith(other.key) });
  const session = cookieOf(await open(server.url + (data?.path ?? "")));
  const nodes = async (headers: Record<string, string>): Promise<string> => (await fetch(`${server.url}/v1/nodes`, { headers })).text();
  expect(await nodes({ cookie: session })).toContain("theirs");
  expect(await nodes({ cookie })).not.toContain("theirs");
});

test.each([
  ["used", async (link: string) => void (await open(link))],
  ["too old", async () => void (await server.world.query("update ordo.browser_token set expires_at = now() - interval '1 second' where kind = 'sign_in_link' and used_at is null"))],
])("a link that is %s leads a browser to the page that says how to get another, and tells a program", async (_, spoil) => {
  const link = `${server.url}/sign-in?token=${await server.signInToken()}`;
  await spoil(link);
  const browser = await open(link);
  expect([browser.status, browser.headers.get("location"), browser.headers.get("cache-control")]).toEqual([303, "/signed-out", "no-store"]);
  const program = await open(link, "*/*");
  expect(program.status).toBe(401);
  expect(await program.json()).toMatchObject({ code: "UNAUTHENTICATED", detail: expect.stringContaining("ordo sign-in") });
  expect((await open(`${server.url}/sign-in`)).headers.get("location")).toBe("/signed-out");
});

test("ordo sign-in prints the link alone, and says to whom it may not", async () => {
  const printed = await server.ordo("sign-in");
  expect(printed.code).toBe(0);
  expect(printed.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\?token=[\w-]{43}\n$/);
  expect(printed.err).toContain("once, within 15 minutes");
  expect((await open(printed.out.trim())).headers.get("location")).toBe("/");
  expect(JSON.parse((await server.ordo("sign-in", "--json")).out)).toEqual({ sign_in: expect.stringContaining(`${server.url}/sign-in?token=`), expires_at: expect.stringMatching(/Z$/) });
  expect(await commandLine(["sign-in"], reach({ url: server.url, apiKey: await server.keyWith(["orders:read"]) }))).toMatchObject({ code: 1, err: expect.stringContaining("scope admin") });
});
