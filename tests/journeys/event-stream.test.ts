import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import * as api from "../../client/src/index.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { aPerson } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, aNode, anItem, anOrder } from "../support/world.ts";

/** Events as they happen, read the way a browser's EventSource reads them. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem("A")], nodes: [aNode("n")], channels: [aChannel("web")] });
  await server.world.receive("A", "n", 100);
});
const leaving: AbortController[] = [];
afterEach(() => leaving.splice(0).forEach((one) => one.abort()));
afterAll(async () => {
  // The client keeps connections ready that it never used; a program that stops cuts them after a while.
  server?.app.server.closeAllConnections();
  await server?.close();
  await database?.drop();
});

interface Frame<T = api.Event> { readonly id: number; readonly event: string; readonly data: T }

const follow = (query = "", headers: Record<string, string> = {}, key = server.adminKey, path = "/v1/events/stream"): Promise<Response> => {
  const leave = new AbortController();
  leaving.push(leave);
  return fetch(`${server.url}${path}${query}`, { signal: leave.signal, headers: { authorization: `Bearer ${key}`, ...headers } });
};

async function* framesOf<T>(response: Response): AsyncGenerator<Frame<T>> {
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const frames = text.split("\n\n");
    text = frames.pop() ?? "";
    for (const frame of frames) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(frame)?.[1] ?? "";
      if (field("data") !== "") yield { id: Number(field("id")), event: field("event"), data: JSON.parse(field("data")) as T };
    }
  }
}

async function take<T = api.Event>(response: Response, count: number): Promise<Frame<T>[]> {
  const taken: Frame<T>[] = [];
  for await (const frame of framesOf<T>(response)) if (taken.push(frame) === count) break;
  return taken;
}

const capture = async (): Promise<string> => {
  const [answer] = await server.world.capture(anOrder([{ sku: "A", quantity: 1 }]));
  return answer?.ok ? String(answer.body["id"]) : "";
};

test("a stream without a position brings what happens from now on, as the list has it", async () => {
  await capture();
  const stream = await follow();
  expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
  const order = await capture();
  const frames = await take(stream, 2);
  expect(frames.map(({ event, data }) => [event, data.order])).toEqual([["OrderCaptured", order], ["OrderRouted", order]]);
  const { data: list } = await api.listEvents({ client: server.client, query: { after: (frames[0]?.id ?? 0) - 1, limit: 2 } });
  expect(frames.map(({ data }) => data)).toEqual(list?.data);
  expect(frames.map(({ id, data }) => id === data.position)).toEqual([true, true]);
});

test("a reader that comes back misses nothing and gets nothing twice", async () => {
  const before = await take(await follow("?after=0"), 3);
  expect(before.map(({ id }) => id)).toEqual([1, 2, 3]);
  const last = before.at(-1)?.id ?? 0;
  await capture();
  const total = Number((await server.world.query<{ position: string }>("select position from ordo.event_counter"))[0]?.position);
  const after = await take(await follow("?after=0", { "last-event-id": String(last) }), total - last);
  expect(after.map(({ id }) => id)).toEqual(Array.from({ length: total - last }, (_, n) => last + 1 + n));
});

test("two readers that stand at the same place both get everything", async () => {
  const streams = await Promise.all([follow(), follow()]);
  const order = await capture();
  for (const frames of await Promise.all(streams.map((stream) => take(stream, 2)))) expect(frames.map(({ data }) => data.order)).toEqual([order, order]);
});

test("an order and types can be chosen", async () => {
  const [one, other] = [await capture(), await capture()];
  const frames = await take(await follow(`?after=0&order=${other}&types=OrderRouted,OrderCaptured`), 2);
  expect(frames.map(({ event, data }) => [event, data.order])).toEqual([["OrderCaptured", other], ["OrderRouted", other]]);
  const routed = await take(await follow(`?after=0&order=${one}&types=OrderRouted`), 1);
  expect(routed.map(({ event, data }) => [event, data.order])).toEqual([["OrderRouted", one]]);
});

test.each([
  ["?types=OrderCaptured,Nonsense", {}, "#/query/types"], ["?after=-1", {}, "#/query/after"], ["?from=3", {}, "#/query/from"], ["", { "last-event-id": "1e3" }, "#/headers/last-event-id"],
  ["", { "last-event-id": "99999999999999999999" }, "#/headers/last-event-id"],
])("bad input gets a clear answer: %s %j", async (query, headers, pointer) => {
  const response = await follow(query, headers);
  expect(response.status).toBe(422);
  expect(((await response.json()) as api.Problem).errors?.[0]?.pointer).toBe(pointer);
});

test("it takes the scope, and another tenant's events stay theirs", async () => {
  expect((await follow("", {}, await server.keyWith(["orders:read"]))).status).toBe(403);
  const other = await server.otherTenant("other");
  // That they have a key is an event of theirs.
  const theirs = await follow("?after=0&types=OrderCaptured,OrderRouted", {}, other.key);
  const mine = await follow();
  await capture();
  expect(await take(mine, 1)).toHaveLength(1);
  const silence = new Promise<string>((resolve) => void setTimeout(resolve, 600, "silence"));
  expect(await Promise.race([take(theirs, 1).then(() => "an event"), silence])).toBe("silence");
});

interface Changes { readonly captured: readonly string[]; readonly changed: readonly string[]; readonly left: readonly string[] }
const changes = (query = "", headers: Record<string, string> = {}, key = server.adminKey): Promise<Response> => follow(query, headers, key, "/v1/order-changes");

test("who may read orders is told which ones were captured and which changed, and nothing else of them", async () => {
  const stream = await changes("", {}, await server.keyWith(["orders:read"]));
  const order = await capture();
  const [came] = await take<Changes>(stream, 1);
  expect([came?.event, came?.data]).toEqual(["orders", { captured: [order], changed: [], left: [] }]);
  const position = came?.id ?? 0;
  await api.placeHold({ client: server.client, path: { id: order }, body: { kind: "MANUAL", reason: "look" } });
  const [held] = await take<Changes>(await changes("", { "last-event-id": String(position) }), 1);
  expect([held?.id, held?.data]).toEqual([position + 1, { captured: [], changed: [order], left: [] }]);
});

test("who is limited to nodes is told of orders that are there, until the limit is another", async () => {
  await server.world.facts({ nodes: [aNode("far")] });
  const person = await aPerson(server, ["store"], ["far"]);
  const elsewhere = await aPerson(server, ["store"], ["n"]);
  const [far, near] = await Promise.all([person.call("GET", "/v1/order-changes"), elsewhere.call("GET", "/v1/order-changes")]);
  const order = await capture();
  expect((await take<Changes>(near, 1)).map(({ data }) => data.captured)).toEqual([[order]]);
  const heard = take<Changes>(far, 1_000);
  await fetch(`${server.url}/v1/users/${person.id}`, { method: "PATCH", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" }, body: JSON.stringify({ nodes: ["n"] }) });
  expect(await heard).toEqual([]);
});

test("who is limited to nodes is told once that an order went another way, and nothing else of it; who never had it hears nothing", async () => {
  await server.world.facts({ items: [anItem("ONE"), anItem("TWO")], nodes: [aNode("home", { priority: 0 }), aNode("away", { priority: 8 }), aNode("third", { priority: 9 })] });
  for (const node of ["home", "away"]) await server.world.receive("TWO", node, 10);
  await server.world.receive("ONE", "third", 10);
  const [home, away, third] = [await aPerson(server, ["store"], ["home"]), await aPerson(server, ["store"], ["away"]), await aPerson(server, ["store"], ["third"])];
  const [atHome, atAway, atThird] = [framesOf<Changes>(await home.call("GET", "/v1/order-changes")), framesOf<Changes>(await away.call("GET", "/v1/order-changes")), framesOf<Changes>(await third.call("GET", "/v1/order-changes"))];
  const next = async (stream: AsyncGenerator<Frame<Changes>>): Promise<Changes | undefined> => ((await stream.next()).value as Frame<Changes> | undefined)?.data;
  const [answer] = await server.world.capture(anOrder([{ sku: "TWO", quantity: 1 }], { contact: { customer: { name: "Ida Lind" } } }));
  const order = answer?.ok ? String(answer.body["id"]) : "";
  expect(await next(atHome)).toEqual({ captured: [order], changed: [], left: [] });
  expect((await home.call("GET", `/v1/orders/${order}`)).status).toBe(200);
  await api.overrideRouting({ client: server.client, path: { id: order }, body: { node: "away", reason: "nearer" } });
  expect(await next(atHome)).toEqual({ captured: [], changed: [], left: [order] });
  expect(await next(atAway)).toEqual({ captured: [], changed: [order], left: [] });
  for (const path of ["", "/timeline", "/routing-decisions"]) expect((await home.call("GET", `/v1/orders/${order}${path}`)).status, path).toBe(404);
  expect(await (await home.call("GET", "/v1/orders")).json()).toMatchObject({ data: [] });
  // What its own shipment was stays its own: no name is in it.
  expect(await (await home.call("GET", `/v1/shipments/shp_${order.slice(4)}_1`)).json()).toMatchObject({ node: "home", status: "CANCELLED" });
  // What happens to it from now on is for who has it: the next that the others hear is about an order of theirs.
  await api.placeHold({ client: server.client, path: { id: order }, body: { kind: "MANUAL", reason: "look" } });
  expect(await next(atAway)).toEqual({ captured: [], changed: [order], left: [] });
  for (const [sku, stream] of [["TWO", atHome], ["ONE", atThird]] as const) {
    const [own] = await server.world.capture(anOrder([{ sku, quantity: 1 }]));
    expect(await next(stream), sku).toEqual({ captured: [own?.ok ? String(own.body["id"]) : ""], changed: [], left: [] });
  }
});

test("who saw more than there is, as after a backup was restored, is told to read everything anew", async () => {
  const [first] = await take(await changes("?after=99999999"), 1);
  expect(first).toMatchObject({ event: "everything", data: {} });
});

test("a program that stops ends its streams at once", async () => {
  const second = await openApi(database);
  const stream = await fetch(`${second.url}/v1/events/stream`, { headers: { authorization: `Bearer ${second.adminKey}` } });
  const began = performance.now();
  const ended = take(stream, 1_000);
  await second.close();
  expect(await ended).toEqual([]);
  expect(performance.now() - began).toBeLessThan(3_000);
});

test("a position that nobody can have seen here is refused instead of waited for", async () => {
  const refusals = await Promise.all([follow("?after=99999999"), follow("", { "last-event-id": "99999999" })]);
  for (const refusal of refusals) expect([refusal.status, await refusal.json()]).toMatchObject([422, { code: "INVALID_FIELD", detail: expect.stringMatching(/^99999999 is past the last event, which has position \d+\.$/) }]);
});
