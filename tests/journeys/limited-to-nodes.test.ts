import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rebuildSearch } from "../../src/postgres/rebuild.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { aPerson, type Person } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, aNode } from "../support/world.ts";

/** Somebody who works at Berlin, and every way in which such a person might see or change what is elsewhere. */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
let berliner: Person;
const orders: Record<string, string> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem("A"), anItem("B"), anItem("BOTH"), anItem("SENT")], nodes: [aNode("berlin"), aNode("munich")], channels: [aChannel("web")] });
  for (const [sku, node] of [["A", "berlin"], ["B", "munich"], ["BOTH", "berlin"], ["BOTH", "munich"], ["SENT", "munich"]] as const) await server.world.receive(sku, node, 50);
  for (const sku of ["A", "B", "SENT"]) orders[sku] = await captured(`X-${sku}`, sku);
  await captured("X-B2", "B");
  // Goods that Munich sends to the store in Berlin, where they are collected.
  await server.world.query(`update ordo.shipment set document = (document::jsonb || '{"to_store": "berlin"}')::json where replace(order_id::text, '-', '') = '${orders["SENT"]?.slice(4)}'`);
  await rebuildSearch(database.ownerUrl, () => undefined);
  berliner = await aPerson(server, ["manager"], ["berlin"]);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

async function captured(externalId: string, sku: string): Promise<string> {
  const answer = await fetch(`${server.url}/v1/orders`, {
    method: "POST", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ channel: "web", external_id: externalId, currency: "EUR", customer: { name: "Canary Person", email: `${sku.toLowerCase()}@canary.example` }, lines: [{ sku, quantity: 1, unit_price: "10" }] }),
  });
  expect(answer.status, await answer.clone().text()).toBe(201);
  return (await answer.json() as { id: string }).id;
}
const externalIds = async (query: string): Promise<string[]> => {
  const answer = await berliner.call("GET", `/v1/orders${query}`);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json() as { data: { external_id: string }[] }).data.map((order) => order.external_id).sort();
};
const shipmentOf = (sku: string): string => `shp_${orders[sku]?.slice(4)}_1`;

describe("orders", () => {
  test("all that there are to see: what Berlin sends, and what is sent there", async () => {
    expect(await externalIds("")).toEqual(["X-A", "X-SENT"]);
    const { count } = await (await berliner.call("GET", "/v1/orders?count=estimate")).json() as { count: unknown };
    expect(count).toEqual({ value: 2, exact: true });
    const first = await (await berliner.call("GET", "/v1/orders?limit=1")).json() as { data: { external_id: string }[]; next_cursor: string };
    expect([...first.data.map((order) => order.external_id), ...await externalIds(`?limit=1&cursor=${first.next_cursor}`)].sort()).toEqual(["X-A", "X-SENT"]);
  });

  test.each([
    ["?node=munich", ["X-SENT"]], ["?node=berlin", ["X-A"]], ["?node=nowhere", []], ["?external_id=X-B", []], ["?external_id=X-A", ["X-A"]], ["?number=1001", ["X-A"]], ["?number=1002", []],
      ["?channel=web", ["X-A", "X-SENT"]], ["?placed_from=2000-01-01T00:00:00Z", ["X-A", "X-SENT"]], ["?placed_to=2100-01-01T00:00:00Z&channel=web", ["X-A", "X-SENT"]],
    ["?captured_from=2000-01-01T00:00:00Z", ["X-A", "X-SENT"]], ["?hold=MANUAL", []], ["?q=canary", ["X-A", "X-SENT"]], ["?q=X-B", []], ["?q=b%40canary.example", []], ["?q=1002", []], ["?q=X-A", ["X-A"]], ["?q=canary&node=munich", ["X-SENT"]],
  ])("no filter shows more: %s", async (query, expected) => {
    expect(await externalIds(query)).toEqual(expected);
    const { count } = await (await berliner.call("GET", `/v1/orders${query}&count=estimate`)).json() as { count: { value: number } };
    expect(count.value).toBe(expected.length);

  });

  test("by status, neither", async () => {
    const all = await (await fetch(`${server.url}/v1/orders`, { headers: { authorization: `Bearer ${server.adminKey}` } })).json() as { data: { status: string }[] };
    const statuses = [...new Set(all.data.map(({ status }) => status))];
    expect(await externalIds(`?${statuses.map((status) => `status=${status}`).join("&")}`)).toEqual(["X-A", "X-SENT"]);
  });

  test.each(["", "/timeline", "/routing-decisions"])("an order elsewhere is as absent as none: %s", async (part) => {
    const answer = async (id: string): Promise<string> => {
      const response = await berliner.call("GET", `/v1/orders/${id}${part}`);
      return `${response.status} ${(await response.text()).replaceAll(id, "ID").replace(/req_\w+/, "REQUEST")}`;
    };
    expect(await answer(orders["B"] ?? "")).toBe(await answer("ord_00000000000000000000000000000000"));
    expect(await answer(orders["B"] ?? "")).toMatch(/^404/);
    for (const sku of ["A", "SENT"]) expect(await answer(orders[sku] ?? "")).toMatch(/^200/);
  });

  test("a file of orders has no others in it", async () => {
    for (const query of ["", "?node=munich", "?format=ndjson", "?external_id=X-B", "?channel=web"]) {
      const text = await (await berliner.call("GET", `/v1/exports/orders${query}`)).text();
      expect(text, query).not.toMatch(/X-B|b@canary/);
    }
    expect(await (await berliner.call("GET", "/v1/exports/orders")).text()).toMatch(/X-A[^]*|X-SENT/);
  });
});

describe("shipments", () => {
  test.each([["", ["A", "SENT"]], ["?node=munich", ["SENT"]], ["?node=berlin", ["A"]], ["?status=PLANNED", ["A", "SENT"]]])("no filter shows more: %s", async (query, skus) => {
    const { data } = await (await berliner.call("GET", `/v1/shipments${query}`)).json() as { data: { id: string }[] };
    expect(data.map(({ id }) => id).sort()).toEqual(skus.map(shipmentOf).sort());
  });

  test("one elsewhere can neither be read nor reported of, and is as absent as none", async () => {
    const none = "shp_00000000000000000000000000000000_1";
    const told = async (method: string, id: string, fact: string, body?: object): Promise<string> => {
      const answer = await berliner.call(method, `/v1/shipments/${id}${fact}`, body);
      return `${answer.status} ${(await answer.text()).replaceAll(id, "ID").replace(/req_\w+/, "REQUEST")}`;
    };
    const before = await server.world.query("select count(*) from ordo.event");
    expect(await told("GET", shipmentOf("B"), "")).toBe(await told("GET", none, ""));
    for (const [fact, body] of Object.entries({ release: {}, accept: {}, reject: { reason: "CLOSED" }, pick: {}, pack: {}, ship: {}, "hand-over": {}, "arrive-at-store": {}, deliver: {}, lost: {}, "return-to-sender": {}, "answer-cancel": { accepted: true } })) {
      expect(await told("POST", shipmentOf("B"), `/${fact}`, body), fact).toBe(await told("POST", none, `/${fact}`, body));
      expect(await told("POST", shipmentOf("B"), `/${fact}`, body), fact).toMatch(/^404/);
    }
    expect(await server.world.query("select count(*) from ordo.event")).toEqual(before);
  });

  test("the store that goods are sent to says that they came and were collected; the rest is for who sends them", async () => {
    for (const fact of ["release", "pick", "pack", "ship", "lost"]) expect((await berliner.call("POST", `/v1/shipments/${shipmentOf("SENT")}/${fact}`, {})).status, fact).toBe(403);
    for (const fact of ["arrive-at-store", "hand-over"]) expect((await berliner.call("POST", `/v1/shipments/${shipmentOf("SENT")}/${fact}`, {})).status, fact).toBe(409);
    expect((await berliner.call("POST", `/v1/shipments/${shipmentOf("A")}/release`, {})).status).toBe(200);
  });
});

describe("stock", () => {
  test.each([["/v1/stock", 2], ["/v1/stock?node=munich", 0], ["/v1/stock?sku=B", 0], ["/v1/stock?sku=BOTH", 1], ["/v1/stock?sku=BOTH&node=munich", 0], ["/v1/stock/movements?sku=BOTH", 1], ["/v1/stock/movements?sku=BOTH&node=munich", 0], ["/v1/stock/movements?sku=B", 0]])("no filter shows more: %s", async (path, rows) => {
    const { data } = await (await berliner.call("GET", path)).json() as { data: { node: string }[] };
    expect(data).toHaveLength(rows);
    expect(data.every(({ node }) => node === "berlin")).toBe(true);
  });

  test("a file of stock has no other in it", async () => {
    for (const query of ["", "?node=munich", "?sku=B"]) expect(await (await berliner.call("GET", `/v1/exports/stock${query}`)).text(), query).not.toContain("munich");
  });

  test("goods are received, counted and corrected at Berlin alone; another node is as unknown as none", async () => {
    const bodies = { receipts: { sku: "BOTH", quantity: 1 }, counts: { sku: "BOTH", quantity: 40 }, adjustments: { sku: "BOTH", quantity: 1, reason: "FOUND" } };
    for (const [kind, body] of Object.entries(bodies)) {
      const told = async (node: string): Promise<string> => {
        const answer = await berliner.call("POST", `/v1/stock/${kind}`, { ...body, node });
        return `${answer.status} ${(await answer.text()).replaceAll(node, "NODE").replace(/req_\w+/, "REQUEST")}`;
      };
      expect(await told("munich"), kind).toBe(await told("nowhere"));
      expect(await told("munich")).toMatch(/^422.*UNKNOWN_NODE/);
      expect(await told("berlin")).toMatch(/^200/);
    }
  });

  test("what can be promised is what Berlin has", async () => {
    const nodesOf = async (answer: Promise<Response>): Promise<unknown> => (await (await answer).json() as { data: { network: unknown; nodes: { node: string }[] }[] }).data;
    const all = await nodesOf(berliner.call("GET", "/v1/availability?sku=BOTH&sku=B&horizon_days=7"));
    expect(all).toMatchObject([{ network: { unassigned_demand: 0 }, nodes: [{ node: "berlin" }] }, { network: { atp: 0 }, nodes: [] }]);
    expect(JSON.stringify(all)).not.toContain("munich");
    const bad = async (node: string): Promise<string> => (await (await berliner.call("GET", `/v1/availability?sku=BOTH&node=${node}`)).text()).replaceAll(node, "NODE").replace(/req_\w+/, "REQUEST");
    expect(await bad("munich")).toBe(await bad("nowhere"));
    expect((await berliner.call("POST", "/v1/availability", { pairs: [{ sku: "BOTH", node: "munich" }] })).status).toBe(422);
  });
});

describe("nodes and items", () => {
  test("Berlin is the only node there is", async () => {
    expect((await (await berliner.call("GET", "/v1/nodes")).json() as { data: { code: string }[] }).data.map(({ code }) => code)).toEqual(["berlin"]);
    for (const path of ["", "/capacity"]) {
      const told = async (code: string): Promise<string> => (await (await berliner.call("GET", `/v1/nodes/${code}${path}`)).text()).replaceAll(code, "CODE").replace(/req_\w+/, "REQUEST");
      expect(await told("munich")).toBe(await told("nowhere"));
      expect((await berliner.call("GET", `/v1/nodes/berlin${path}`)).status).toBe(200);
    }
  });

  test("items are the same everywhere", async () => {
    expect((await (await berliner.call("GET", "/v1/items")).json() as { data: unknown[] }).data).toHaveLength(4);
    expect((await berliner.call("GET", "/v1/items/B")).status).toBe(200);
  });
});
