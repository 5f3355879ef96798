import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listOrders, type ListOrdersData, type OrderSummary, type Problem } from "../../client/src/index.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { postgresOrderSearch } from "../../src/postgres/order-search.ts";
import { postgresOutbox } from "../../src/postgres/outbox.ts";
import { rebuildSearch } from "../../src/postgres/rebuild.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { runWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode } from "../support/world.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
let reader: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const { world } = server;
  await world.facts({ items: [anItem("CHAIR-OAK", { name: "Oak chair" }), anItem("LAMP-9", { name: "Desk lamp" })], nodes: [aNode("berlin")], channels: [aChannel("web"), aChannel("shop")] });
  await world.receive("CHAIR-OAK", "berlin", 50);
  await world.receive("LAMP-9", "berlin", 50);
  reader = await server.keyWith(["orders:read"]);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

const person = (name: string, email: string, phone?: string) => ({ customer: { name, email, ...(phone === undefined ? {} : { phone }) }, ship_to: { name, street: "Weg 1", city: "Berlin", postcode: "10117", country: "DE" } });
async function capture(externalId: string, contact: object, over: object = {}): Promise<string> {
  const [answer] = await server.world.capture(anOrder([{ sku: "CHAIR-OAK", quantity: 1 }], { externalId, contact: { ...contact }, ...over }));
  if (!answer?.ok) throw new Error(JSON.stringify(answer));
  return String(answer.body["id"]);
}

interface Answer { readonly data: OrderSummary[]; readonly next_cursor: string | null; readonly has_more: boolean; readonly search: { readonly indexed_to: number; readonly behind: number; readonly personal: boolean } }
async function search(query: NonNullable<ListOrdersData["query"]>, key = server.adminKey): Promise<Answer> {
  const { data, error } = await listOrders({ client: server.clientWith(key), query });
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return data as Answer;
}
const found = async (q: string, key?: string): Promise<string[]> => (await search({ q }, key)).data.map((row) => row.external_id);

let fence = 1_000;
/** The reader of the log, by hand: everything up to now. */
async function feed(tenantId = server.world.tenantId): Promise<void> {
  const lease = { tenantId, name: "search", holder: "test", fence: (fence += 1) };
  await postgresOutbox(server.world.pool).adopt(lease, "search");
  while ((await postgresOrderSearch(server.world.pool).feed(lease, "search", 3))?.events === 3);
}

describe("fed from the log", () => {
  let zoe: string;
  beforeAll(async () => {
    zoe = await capture("ANNA-1", person("Zoë Müller", "zoe@example.com", "030 1234567"));
    await capture("ANNA-2", person("Ada Lovelace", "ada@example.com"));
    await capture("OTHER", person("Anna-1 Example", "anna@example.org"), { attributes: { name: "#W-77" } });
  });

  test("orders from before the reader are found once it has come by, and the answer says how far it is", async () => {
    expect(await found("müller")).toEqual([]);
    const before = await search({ q: "müller" });
    expect(before.search.indexed_to).toBe(0);
    expect(before.search.behind).toBeGreaterThan(5);
    await feed();
    expect(await found("müller")).toEqual(["ANNA-1"]);
    expect((await search({ q: "müller" })).search).toMatchObject({ behind: 0, personal: true });
  });

  test("by everything, with what matched", async () => {
    const { data: [row] } = await search({ q: "mueller chair-o" });
    expect(row?.matches).toEqual([{ field: "name", text: "Zoë Müller", ranges: [[4, 10]] }, { field: "sku", text: "CHAIR-OAK", ranges: [[0, 7]] }]);
    expect(row).toMatchObject({ external_id: "ANNA-1", line_count: 1, open_holds: [] });
    for (const [q, expected] of [["+49 30 1234567", ["ANNA-1"]], ["example.org", ["OTHER"]], ["#w77", ["OTHER"]], ["oak ada", ["ANNA-2"]], [String(row?.number), ["ANNA-1"]], ["nobody", []]] as const) expect(await found(q), q).toEqual(expected);
  });

  test("what is called exactly so comes first, also before the reader came by; then the newest", async () => {
    expect(await found("anna-1")).toEqual(["OTHER", "ANNA-1"]);
    expect(await found("ANNA-1")).toEqual(["ANNA-1", "OTHER"]);
    await capture("ANNA-1-LATE", {});
    expect(await found("ANNA-1-LATE")).toEqual(["ANNA-1-LATE"]);
    expect(await found("anna-1-l")).toEqual([]);
    await feed();
    expect(await found("anna-1-l")).toEqual(["ANNA-1-LATE"]);
  });

  test("with the list's filters, page by page", async () => {
    expect((await search({ q: "berlin", channel: "shop" })).data).toEqual([]);
    expect((await search({ q: "berlin", channel: "nowhere" })).data).toEqual([]);
    expect((await search({ q: "berlin", channel: "web", status: ["PROCESSING", "PENDING", "ON_HOLD"] })).data.length).toBe(3);
    const [past, future] = ["2020-01-01T00:00:00Z", "2190-01-01T00:00:00Z"];
    for (const range of [{ placed_from: past }, { captured_from: past, captured_to: future }]) {
      expect((await search({ q: "ANNA-2", ...range })).data.map((row) => row.external_id)).toEqual(["ANNA-2"]);
      expect((await search({ external_id: "ANNA-2", ...range })).data.map((row) => row.external_id)).toEqual(["ANNA-2"]);
      expect((await search({ number: 1001, ...range })).data.map((row) => row.number)).toEqual([1001]);
    }
    expect((await search({ q: "ANNA-2", placed_from: future })).data).toEqual([]);
    const rows: string[] = [];
    let cursor: string | null = "";
    for (let pages = 0; cursor !== null; pages += 1) {
      const page: Answer = await search({ q: "chair", limit: 2, ...(cursor === "" ? {} : { cursor }) });
      rows.push(...page.data.map((row) => row.external_id));
      expect([page.has_more, pages < 5]).toEqual([page.next_cursor !== null, true]);
      cursor = page.next_cursor;
    }
    expect(rows).toEqual(["ANNA-1-LATE", "OTHER", "ANNA-2", "ANNA-1"]);
    const counted = await search({ q: "chair", count: "estimate", limit: 1 });
    expect(counted).toMatchObject({ count: { value: 4, exact: true } });
    const paged = await search({ q: "ANNA-1", limit: 1 });
    expect([paged.data[0]?.external_id, (await search({ q: "ANNA-1", limit: 5, cursor: paged.next_cursor ?? "" })).data.map((row) => row.external_id)]).toEqual(["ANNA-1", ["ANNA-1-LATE", "OTHER"]]);
  });

  test("a key that may not see persons finds nobody by what is personal, and is shown nothing of it", async () => {
    for (const q of ["müller", "zoe@example.com", "030 1234567", "10117", "berlin"]) expect(await found(q, reader), q).toEqual([]);
    expect(await found("ANNA-1", reader)).toEqual(["ANNA-1", "ANNA-1-LATE"]);
    expect((await search({ q: "chair" }, reader)).search.personal).toBe(false);
    const text = JSON.stringify(await search({ q: "chair" }, reader));
    expect(text).not.toMatch(/Müller|Lovelace|example\.com|Berlin/);
  });

  test("tracking numbers are found once goods are packed or shipped", async () => {
    const orderId = parsePublicId("order", zoe) ?? "";
    await server.world.query("update ordo.shipment set document = $2 where order_id = $1", [orderId, JSON.stringify({ packages: [{ package_no: 1, lines: [], weight_grams: null, carrier: "ups", service: null, tracking_number: "1Z999AA10123456784" }], cancel_lines: [] })]);
    await server.world.query("insert into ordo.event (tenant_id, position, id, type, order_id, actor, occurred_at, data) select tenant_id, position + 1, gen_random_uuid(), 'ShipmentShipped', $1, 'test', now(), '{}' from ordo.event_counter", [orderId]);
    await server.world.query("update ordo.event_counter set position = position + 1");
    await feed();
    for (const q of ["1z999aa1", "56784", "1Z999AA10123456784"]) expect(await found(q, reader), q).toEqual(["ANNA-1"]);
  });

  test("feeding what is there already writes nothing", async () => {
    const rows = () => server.world.query("select order_id, xmin::text, erased, words::text from ordo.order_search order by 1");
    const before = await rows();
    await server.world.query("update ordo.consumer set position = 0 where name = 'search'");
    await feed();
    expect(await rows()).toEqual(before);
  });
});

test("workers feed by themselves, and the lag is a metric", async () => {
  // The reader by hand has a fence that no lease of these workers would reach.
  await server.world.query("update ordo.consumer set fence = 0 where name = 'search'");
  const workers = runWorkers(server.world);
  await capture("BY-WORKERS", person("Grace Hopper", "grace@example.com"));
  workers.nudge();
  await until("the order is found", async () => (await found("hopper")).length === 1);
  await workers.stop();
  expect(await workers.deps.metrics.text()).toContain('ordo_outbox_events_total{consumer="search"}');
});

describe("erasure", () => {
  const erase = (id: string) => server.world.query("update ordo.order_contact set data = null, erased_hash = '\\x00' where order_id = $1", [parsePublicId("order", id)]);
  const words = async (id: string): Promise<string> => (await server.world.query<{ words: string }>("select words::text from ordo.order_search where order_id = $1", [parsePublicId("order", id)]))[0]?.words ?? "";

  test("takes every word of the person away in its own commit, and leaves the order's", async () => {
    const id = await capture("ERASE-1", person("Erika Mustermann", "erika@example.com", "+49 40 5551234"));
    await feed();
    expect(await words(id)).toMatch(/perika.*qakire|q4321555/);
    await erase(id);
    expect(await words(id)).not.toMatch(/erika|mustermann|555|examplecom|berlin|10117/);
    for (const q of ["erika", "mustermann", "erika@example.com", "5551234"]) expect(await found(q), q).toEqual([]);
    expect(await found("erase-1")).toEqual(["ERASE-1"]);
  });

  test("holds against a reader that read the contact before", async () => {
    const id = await capture("ERASE-2", person("Jane Doe", "jane@example.com"));
    await erase(id);
    // What a reader that was overtaken writes.
    const stale = new pg.Client({ connectionString: database.ownerUrl });
    await stale.connect();
    await stale.query("select set_config('ordo.tenant_id', $1, false)", [String(server.world.tenantId)]);
    await stale.query("insert into ordo.order_search as s (tenant_id, order_id, words) values ($1, $2, '1s0ferase2 1s0pjane 1s0qenaj') on conflict (tenant_id, order_id) do update set words = case when s.erased then ordo.words_without_person(excluded.words) else excluded.words end", [server.world.tenantId, parsePublicId("order", id)]);
    await stale.end();
    expect(await words(id)).toBe("'1s0ferase2'");
    await feed();
    expect(await words(id)).not.toMatch(/jane/);
    expect(await found("erase-2")).toEqual(["ERASE-2"]);
  });

  test("a contact that was emptied is not found even while its words are still there", async () => {
    const id = await capture("STALE", person("Vanished Person", "vanished@example.com"));
    await feed();
    await server.world.query("update ordo.order_contact set data = '{}' where order_id = $1", [parsePublicId("order", id)]);
    expect(await words(id)).toContain("pvanished");
    expect(await found("vanished")).toEqual([]);
  });
});

describe("rebuild", () => {
  test("makes every row anew, goes on where it was stopped, and counts", async () => {
    const { tenantId, pool } = server.world;
    await feed();
    await postgresOrderSearch(pool).rebuild(tenantId, () => undefined);
    const rows = () => server.world.query("select order_id, words::text from ordo.order_search order by 1");
    const before = await rows();
    await server.world.query("delete from ordo.order_search where not erased");
    expect(await found("chair")).toEqual(expect.not.arrayContaining(["ANNA-2"]));
    const seen: number[] = [];
    const total = await postgresOrderSearch(pool).rebuild(tenantId, ({ orders }) => seen.push(orders));
    expect([total, seen.at(-1)]).toEqual([before.length, before.length]);
    expect(await rows()).toEqual(before);
    // As a run that ended after the first five orders left it.
    await server.world.query("delete from ordo.order_search where not erased");
    await server.world.query("update ordo.order_search_state set rebuilt_orders = 5, rebuilt_until = (select id from ordo.sales_order order by id limit 1 offset 4)");
    expect(await postgresOrderSearch(pool).rebuild(tenantId, () => undefined)).toBe(before.length);
    expect((await rows()).length).toBeGreaterThanOrEqual(before.length - 5);
    expect((await rows()).length).toBeLessThan(before.length);
    expect(await server.world.query("select rebuilt_orders, rebuilt_until from ordo.order_search_state")).toEqual([{ rebuilt_orders: null, rebuilt_until: null }]);
    expect(await rebuildSearch(database.ownerUrl, () => undefined)).toEqual([{ tenant: "main", orders: before.length }]);
    expect(await rows()).toEqual(before);
  });
});

describe("segments", () => {
  test("a full segment ends before the first later order; every order is found across them, the newest first, page by page", async () => {
    const { tenantId } = server.world;
    await feed();
    // As if the latest segment were full: the next new order begins another one, twice.
    for (const id of ["SEGMENT-1", "SEGMENT-2"]) {
      await server.world.query("update ordo.order_search_state set fed = 20000 where tenant_id = $1", [tenantId]);
      await capture(id, {});
      await feed();
    }
    await capture("SEGMENT-2B", {});
    await feed();
    const segments = await server.world.query<{ segment: number; words: string }>("select g.segment, s.words::text from ordo.order_search_segment g left join ordo.order_search s on s.tenant_id = g.tenant_id and s.order_id = g.from_order_id where g.tenant_id = $1 order by 1", [tenantId]);
    expect(segments.map(({ segment }) => segment)).toEqual([0, 1, 2]);
    expect(segments[2]?.words).toContain(`'${tenantId}s2fsegment2'`);
    expect(await found("segment")).toEqual(["SEGMENT-2B", "SEGMENT-2", "SEGMENT-1"]);
    const first = await search({ q: "chair", limit: 2 });
    const second = await search({ q: "chair", limit: 2, cursor: first.next_cursor ?? "" });
    expect([...first.data, ...second.data].map((row) => row.external_id)).toEqual((await found("chair")).slice(0, 4));
    // An older order that changes keeps its segment.
    await server.world.query("update ordo.order_search_state set fed = 20000 where tenant_id = $1", [tenantId]);
    await server.world.query("update ordo.consumer set position = 0 where tenant_id = $1 and name = 'search'", [tenantId]);
    await feed();
    expect(await server.world.query("select 1 from ordo.order_search_segment where tenant_id = $1", [tenantId])).toHaveLength(3);
    expect(await found("anna-1-l")).toEqual(["ANNA-1-LATE"]);
  });
});

describe("bad input", () => {
  const ask = (q: string): Promise<Response> => fetch(`${server.url}/v1/orders?q=${q}`, { headers: { authorization: `Bearer ${server.adminKey}` } });
  test.each([["", ">=1"], ["%25", "no letter or digit"], ["_", "no letter or digit"], ["%5C", "no letter or digit"], ["*", "no letter or digit"], ["%F0%9F%98%80", "no letter or digit"], ["%20%20", "no letter or digit"],
    ["a%00b", "NUL"], ["x".repeat(501), "500"], [Array(13).fill("a").join("+"), "At most 12 words"]])("q=%s is answered with what is wrong", async (q, why) => {
    const answer = await ask(q);
    const problem = await answer.json() as Problem & { errors: { pointer: string; detail: string }[] };
    expect([answer.status, problem.code, problem.errors[0]?.pointer.replace("#", "")]).toEqual([expect.any(Number), "INVALID_FIELD", "/query/q"]);
    expect(answer.status).toBeLessThan(500);
    expect(JSON.stringify(problem)).toMatch(new RegExp(why, "i"));
  });
  test.each(["a", "5", "'; drop table sales_order; --", "a' or '1'='1", "foo & bar", "!foo", "a:*", "<->", "foo <2> bar", "(((a", "\\x27 a", "$9", "x".repeat(500), "مرحبا", "\u202etxet", "a%_%", "0".repeat(400), "-9", "9".repeat(15), "٣٤٥", "ﬁ"])("%s finds nothing and breaks nothing", async (q) => {
    const answer = await ask(encodeURIComponent(q));
    expect([200, 400, 422]).toContain(answer.status);
    if (answer.status === 200) expect((await answer.json() as { data: unknown[] }).data).toEqual([]);
    else expect(q).toBe("<->");
  });
  test("a cursor of another list is refused", async () => {
    expect((await ask(`chair&cursor=${Buffer.from('["x"]').toString("base64url")}`)).status).toBeGreaterThanOrEqual(400);
  });
});

describe("the wall between tenants", () => {
  let theirs: { tenantId: number; key: string };
  let attacker: pg.Client;
  beforeAll(async () => {
    theirs = await server.otherTenant("other");
    attacker = new pg.Client({ connectionString: database.runtimeUrl, options: "-c search_path=ordo" });
    await attacker.connect();
    await feed();
  });
  afterAll(() => attacker.end());

  const as = async (tenant: number | null, text: string, values: unknown[] = []): Promise<pg.QueryResult> => {
    await attacker.query("begin");
    try {
      if (tenant !== null) await attacker.query("select set_config('ordo.tenant_id', $1, true)", [String(tenant)]);
      return await attacker.query(text, values);
    } finally {
      await attacker.query("rollback");
    }
  };
  const CALL = "select * from search_orders($1, null, 1000)";

  test("the function finds what is there, of the session's tenant only, whatever words it is asked for", async () => {
    const ours = server.world.tenantId;
    const mine = "@fchair:*";
    expect((await as(ours, CALL, [mine])).rowCount).toBeGreaterThan(3);
    for (const query of [mine, "!@fx", `${ours}s0fchair:* | @:*`, `${ours}:*`, "!nothing"]) {
      expect((await as(theirs.tenantId, CALL, [query])).rows, query).toEqual([]);
      expect((await as(null, CALL, [query])).rows, query).toEqual([]);
    }
    expect(await found("chair", theirs.key)).toEqual([]);
    expect(await found("ANNA-1", theirs.key)).toEqual([]);
  });

  test("the runtime role can neither replace the function nor bend what it reads", async () => {
    for (const text of ["create or replace function ordo.search_orders(query text, before uuid, most int) returns setof uuid language sql as 'select null::uuid'", "alter function ordo.search_orders(text, uuid, int) security invoker",
      "alter function ordo.search_orders(text, uuid, int) reset search_path", "drop function ordo.search_orders(text, uuid, int)", "alter table ordo.order_contact disable trigger forget_searched_person", "drop trigger forget_searched_person on ordo.order_contact",
      "create policy mine on ordo.order_search using (true)"]) await expect(as(theirs.tenantId, text), text).rejects.toMatchObject({ code: expect.stringMatching(/^42/) });
    // Objects of the same name in a schema that comes first are not looked at.
    await attacker.query("begin");
    await attacker.query("create temp table order_search (tenant_id int, order_id uuid, words tsvector)").catch(() => undefined);
    await attacker.query("rollback");
    const { rows: [about] } = await as(theirs.tenantId, "select proconfig, prosecdef from pg_proc where proname = 'search_orders'");
    expect(about).toMatchObject({ prosecdef: true, proconfig: expect.arrayContaining(["search_path=pg_catalog, pg_temp"]) });
  });

  test("an owner that is no superuser sees through the function what the session's tenant has", async () => {
    const { rows } = await server.world.owner.query("select polname, pg_get_expr(polqual, polrelid) as using, polcmd from pg_policy where polrelid = 'ordo.order_search'::regclass order by 1");
    expect(rows).toEqual([expect.objectContaining({ polname: "owner_search", polcmd: "r" }), expect.objectContaining({ polname: "tenant_only" })]);
  });

  test("a reader with an older fence feeds nothing", async () => {
    expect(await postgresOrderSearch(server.world.pool).feed({ tenantId: server.world.tenantId, name: "search", holder: "late", fence: 0 }, "search", 10)).toBeNull();
  });
});
