import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { claimStock } from "../../src/flows/claim-stock.ts";
import { discardDrafts } from "../../src/flows/order-drafts.ts";
import { inTransaction } from "../../src/postgres/database.ts";
import { postgresDrafts } from "../../src/postgres/order-drafts.ts";
import { linkOrders } from "../../src/postgres/customer-links.ts";
import { openApi } from "../support/api.ts";
import { aPerson } from "../support/people.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, aNode } from "../support/world.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: Awaited<ReturnType<typeof openApi>>;
let run = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem("A"), anItem("B")], nodes: [aNode("north")], channels: [aChannel("web"), aChannel("shop")] });
  await ask("POST", "/v1/stock/receipts", { sku: "A", node: "north", quantity: 1000 });
  await ask("POST", "/v1/stock/receipts", { sku: "B", node: "north", quantity: 5 });
  await ask("PUT", "/v1/price-lists/retail", { currency: "EUR", tax_included: true });
  await ask("POST", "/v1/prices", { price_list: "retail", sku: "A", unit_price: "19.90" });
});
beforeEach(() => void (run += 1));
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

interface Answered { readonly status: number; readonly body: Record<string, unknown> }
async function ask(method: string, path: string, body?: unknown, key = server.adminKey, headers: Record<string, string> = {}): Promise<Answered> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() as Record<string, unknown> };
}
const rowsOf = ({ body }: Answered): Record<string, unknown>[] => body["data"] as Record<string, unknown>[];
const uuid = (id: unknown): string => parsePublicId("order", String(id)) ?? "";
const link = (...ids: unknown[]): Promise<number> => inTransaction(server.world.pool, server.world.tenantId, (session) => linkOrders(session, ids.map(uuid).toSorted()));

let orders = 0;
async function order(customer: Record<string, string> | undefined, more: Record<string, unknown> = {}): Promise<string> {
  orders += 1;
  const { body } = await ask("POST", "/v1/orders", {
    channel: "web", external_id: `E-${orders}`, currency: "EUR", lines: [{ sku: "A", quantity: 1, unit_price: "10.00" }], ...(customer ? { customer } : {}),
    ship_to: { name: "Ida Lind", street: "Weg 1", city: "Berlin", postcode: "10117", country: "DE" }, ...more,
  });
  return String(body["id"]);
}
const whose = async (id: string): Promise<Record<string, unknown> | undefined> => rowsOf(await ask("GET", `/v1/customers?order=${id}`))[0];

test("orders of one person are one customer's, whatever said so; those that say nothing are nobody's", async () => {
  const [first, second, third, fourth, nobody] = [
    await order({ id: "77", name: "Ida Lind", email: "Ida+news@example.com" }), await order({ email: "ida@EXAMPLE.com", phone: "+49 30 1234567" }), await order({ phone: "030 1234567", name: "I. Lind" }),
    await order({ name: "Bo Berg", email: "bo@example.com", phone: "0301234567" }), await order(undefined),
  ];
  expect(await link(first, second)).toBe(2);
  expect(await link(third, fourth, nobody)).toBe(2);
  const [ida, bo] = [await whose(first), await whose(fourth)];
  expect(await whose(second)).toEqual(ida);
  expect(ida).toMatchObject({ name: "I. Lind", email: "ida@EXAMPLE.com", phone: "030 1234567", orders: 3 });
  expect((await whose(third))?.["id"]).toBe(ida?.["id"]);
  expect(bo).toMatchObject({ name: "Bo Berg", orders: 1 });
  expect(await whose(nobody)).toBeUndefined();
  // What is read again changes nothing.
  expect(await link(first, second, third, fourth, nobody)).toBe(0);
  expect((await whose(first))?.["orders"]).toBe(3);
  const own = await order({ id: String(bo?.["id"]) });
  await link(own);
  expect((await whose(own))?.["id"]).toBe(bo?.["id"]);

  const found = async (q: string): Promise<unknown[]> => rowsOf(await ask("GET", `/v1/customers?q=${encodeURIComponent(q)}`)).map(({ id }) => id);
  for (const q of ["lind", "ida@example", "4567", "+49 30 1234567", "LIND ida"]) expect(await found(q), q).toContain(ida?.["id"]);
  for (const q of ["nobody", "lind bo", "10117"]) expect(await found(q), q).not.toContain(ida?.["id"]);
  expect(rowsOf(await ask("GET", "/v1/customers?limit=1"))).toHaveLength(1);
  expect((await ask("GET", `/v1/customers?limit=1&cursor=${String((await ask("GET", "/v1/customers?limit=1")).body["next_cursor"])}`)).body).toMatchObject({ data: [{ id: expect.any(String) }] });
  const { body } = await ask("GET", `/v1/customers/${String(ida?.["id"])}`);
  expect(body).toMatchObject({ orders: 3, open_orders: 3, cancelled_orders: 0, returned_units: 0, spend: [{ currency: "EUR", total_minor: 3000, orders: 3 }], open_promises: [], consents: [] });
  expect(rowsOf(await ask("GET", `/v1/customers/${String(ida?.["id"])}/orders?limit=2`)).map(({ id }) => id)).toEqual([third, second]);
});

test("notes and consents are kept, and what is wrong is told at its field", async () => {
  const id = await order({ email: `n${run}@example.com` });
  await link(id);
  const path = `/v1/customers/${String((await whose(id))?.["id"])}`;
  const note = await ask("POST", `${path}/notes`, { text: "Prefers the back door" });
  expect(note.status).toBe(201);
  expect(rowsOf(await ask("GET", `${path}/notes`))).toEqual([note.body]);
  expect((await ask("DELETE", `${path}/notes/${String(note.body["id"])}`)).body).toMatchObject({ deleted: true });
  await ask("POST", `${path}/consents`, { kind: "marketing_email", given: true, at: "2026-01-01T00:00:00Z", source: "checkout" });
  await ask("POST", `${path}/consents`, { kind: "marketing_email", given: false, source: "call" });
  expect((await ask("GET", path)).body).toMatchObject({ consents: [{ kind: "marketing_email", given: false, source: "call" }] });
  expect(rowsOf(await ask("GET", `${path}/consents`)).map(({ given }) => given)).toEqual([false, true]);
  expect((await ask("POST", `${path}/consents`, { kind: "x", given: true, source: "call" })).body).toMatchObject({ errors: [{ pointer: "#/kind" }] });
  expect((await ask("POST", `${path}/consents`, { kind: "profiling", given: true, at: "2100-01-01T00:00:00Z", source: "call" })).body).toMatchObject({ code: "OCCURRED_IN_FUTURE", errors: [{ pointer: "#/at" }] });
});

test("a duplicate becomes the customer that stays, and whatever named it names that one", async () => {
  const [one, two] = [await order({ email: `m${run}@example.com`, name: "Mia" }), await order({ email: `mm${run}@example.com`, phone: `555000${run}9` })];
  await link(one, two);
  const [from, into] = [String((await whose(two))?.["id"]), String((await whose(one))?.["id"])];
  await ask("POST", `/v1/customers/${from}/notes`, { text: "kept" });
  expect((await ask("POST", `/v1/customers/${from}/merge`, { into, dry_run: true })).body).toEqual({ orders: 1, notes: 1, consents: 0, drafts: 0, dry_run: true, into });
  expect((await ask("POST", `/v1/customers/${from}/merge`, { into: from })).body).toMatchObject({ errors: [{ pointer: "#/into" }] });
  expect((await ask("POST", `/v1/customers/${from}/merge`, { into: "cus_x" })).status).toBe(404);
  expect((await ask("POST", `/v1/customers/${from}/merge`, { into })).body).toMatchObject({ orders: 1, notes: 1, dry_run: false });
  expect((await ask("GET", `/v1/customers/${from}`)).body).toMatchObject({ merged_into: into, name: null, email: null, orders: 0 });
  expect((await ask("GET", `/v1/customers/${into}`)).body).toMatchObject({ name: "Mia", phone: `555000${run}9`, orders: 2 });
  const three = await order({ email: `mm${run}@example.com` });
  await link(three);
  expect((await whose(three))?.["id"]).toBe(into);
  expect((await ask("POST", `/v1/customers/${from}/merge`, { into })).body).toMatchObject({ code: "CUSTOMER_GONE" });
  expect((await ask("POST", `/v1/customers/${from}/notes`, { text: "late" })).body).toMatchObject({ code: "CUSTOMER_GONE", detail: expect.stringContaining(into) });
});

test("an erased customer is gone everywhere, in an order that nobody had looked at yet too, and may come again as somebody new", async () => {
  const email = `gone${run}@example.com`;
  const first = await order({ email, name: "Vanishing Vera" });
  await link(first);
  const id = String((await whose(first))?.["id"]);
  await ask("POST", `/v1/customers/${id}/notes`, { text: "Vera's dog bites" });
  await ask("POST", `/v1/orders/${first}/notes`, { text: "Vera called" });
  const draft = await ask("POST", "/v1/order-drafts", { channel: "web", customer: { id, name: "Vanishing Vera" } });
  const exported = await ask("GET", `/v1/customers/${id}/export`);
  expect(exported.body).toMatchObject({ customer: { id, name: "Vanishing Vera" }, notes: [{ text: "Vera's dog bites" }], drafts: [{ id: draft.body["id"] }], orders: [{ id: first, contact: { customer: { email } }, notes: [{ text: "Vera called" }] }] });

  const unread = await order({ email, name: "Vanishing Vera" });
  expect((await ask("POST", `/v1/customers/${id}/erase`, { dry_run: true })).body).toMatchObject({ orders: 1, notes: 1, drafts: 1, dry_run: true });
  expect((await ask("POST", `/v1/customers/${id}/erase`, {})).body).toMatchObject({ errors: [{ pointer: "#/confirm", detail: expect.stringContaining(id) }] });
  expect((await ask("POST", `/v1/customers/${id}/erase`, { confirm: id })).body).toMatchObject({ orders: 1, notes: 1, drafts: 1, dry_run: false });
  await link(unread);
  expect((await whose(unread))?.["id"]).toBe(id);
  for (const one of [first, unread]) expect((await ask("GET", `/v1/orders/${one}`)).body["contact"]).toBeNull();
  expect((await ask("GET", `/v1/order-drafts/${String(draft.body["id"])}`)).status).toBe(404);
  expect(rowsOf(await ask("GET", "/v1/customers?q=vanishing"))).toEqual([]);
  expect((await ask("GET", `/v1/customers/${id}`)).body).toMatchObject({ name: null, email: null, erased_at: expect.any(String), orders: 2 });
  for (const [table, column] of [["customer_note", "text"], ["order_note_body", "text"], ["order_contact", "data::text"], ["order_draft", "document::text"], ["event", "data::text"]]) {
    expect(await server.world.query(`select ${column} from ordo.${table} where ${column} ilike '%ver%' and ${column} ilike '%vera%'`), table).toEqual([]);
  }
  const again = await order({ email, name: "Vera Again" });
  await link(again);
  expect(await whose(again)).toMatchObject({ name: "Vera Again", orders: 1 });
  expect((await whose(again))?.["id"]).not.toBe(id);
  // An old order that is read again stays the erased one's.
  await link(first, unread);
  expect((await whose(first))?.["id"]).toBe(id);
});

test("personal data needs its scope", async () => {
  const [reader, writer] = [await server.keyWith(["orders:read"]), await server.keyWith(["orders:write"])];
  for (const path of ["/v1/customers", "/v1/order-drafts"]) for (const key of [reader, writer]) expect((await ask("GET", path, undefined, key)).status).toBe(403);
  expect((await ask("POST", "/v1/order-drafts", { channel: "web", customer: { name: "Hidden" } }, writer)).body).toMatchObject({ content: null, quote: { currency: "EUR" } });
});

const SHIP_TO = { street: "Weg 1", city: "Berlin", postcode: "10117", country: "DE", coordinates: { latitude: 52.5, longitude: 13.4 } };
const phoneOrder = (more: Record<string, unknown> = {}): Record<string, unknown> =>
  ({ channel: "web", customer: { name: "Paul Phone", email: `paul${run}@example.com` }, ship_to: SHIP_TO, lines: [{ sku: "A", quantity: "2" }], payment: "paid", ...more });

test("a draft says what it costs, how many there are and all that is missing, and survives as it was typed", async () => {
  const { body: empty } = await ask("POST", "/v1/order-drafts", { channel: "" });
  expect((empty["quote"] as { problems: { pointer: string }[] }).problems.map(({ pointer }) => pointer)).toEqual(["#/channel", "#/lines", "#/customer/name", "#/customer/email", "#/ship_to/street", "#/ship_to/city", "#/ship_to/country"]);
  const { body } = await ask("PUT", `/v1/order-drafts/${String(empty["id"])}`, { ...phoneOrder({ lines: [{ sku: "A", quantity: "3", discount_percent: "5" }, { sku: "B", quantity: "1" }, { sku: "A", quantity: "many" }, { sku: "Z", quantity: "1" }], shipping_minor: 490, discount_percent: "1" }), version: 1 });
  expect(body).toMatchObject({ version: 2, mine: true, content: { lines: [{ quantity: "3" }, { sku: "B" }, { quantity: "many" }, { sku: "Z" }], promise: null } });
  expect(body["quote"]).toMatchObject({
    currency: "EUR", total_minor: null, lines: [{ name: "Item A", unit_price: "19.9", price_list: "retail", price_reason: expect.stringContaining("retail"), gross_minor: 5970, discount_minor: 299, total_minor: 5671, best_node: { node: "north" } }, { unit_price: null, atp: 5 }, { gross_minor: null }, { name: null }],
  });
  expect((body["quote"] as { problems: { pointer: string; code: string }[] }).problems.map(({ pointer, code }) => [pointer, code])).toEqual([["#/lines/1/unit_price", "UNPRICED"], ["#/lines/2/quantity", expect.any(String)], ["#/lines/3/sku", "UNKNOWN_ITEM"]]);
  expect((await ask("PUT", `/v1/order-drafts/${String(empty["id"])}`, { ...phoneOrder(), version: 1 })).body).toMatchObject({ code: "STALE_VERSION" });
  expect((await ask("POST", `/v1/order-drafts/${String(empty["id"])}/place`, { version: 2 })).body).toMatchObject({ errors: expect.arrayContaining([{ pointer: "#/lines/3/sku", code: "UNKNOWN_ITEM", detail: expect.any(String) }]) });
  expect(rowsOf(await ask("GET", "/v1/order-drafts")).map(({ id }) => id)).toContain(empty["id"]);
  expect((await ask("DELETE", `/v1/order-drafts/${String(empty["id"])}`)).body).toMatchObject({ deleted: true });
});

test("a draft is placed once, with totals to the cent and the date that was kept, and keeps nothing of the customer", async () => {
  const { body: draft } = await ask("POST", "/v1/order-drafts", phoneOrder({ discount_percent: "2.5", shipping_minor: 490, lines: [{ sku: "A", quantity: "2", discount_percent: "10" }], payment: "invoice" }));
  const path = `/v1/order-drafts/${String(draft["id"])}`;
  const { body: dates } = await ask("POST", "/v1/promises", { channel: "web", destination: { country: "DE", postcode: "10117", city: "Berlin", coordinates: SHIP_TO.coordinates }, lines: [{ sku: "A", quantity: "2" }] });
  const [option] = dates["options"] as { option: string }[];
  const kept = await ask("POST", `${path}/promise`, { option: option?.option });
  expect(kept.body).toMatchObject({ version: 2, content: { promise: { option: option?.option, claim: expect.stringMatching(/^clm_/) } } });
  const other = await ask("PUT", path, { ...phoneOrder({ discount_percent: "2.5", shipping_minor: 490, lines: [{ sku: "A", quantity: "2", discount_percent: "10" }], payment: "invoice" }), note: "Ring twice", version: 2 });
  expect(other.body).toMatchObject({ version: 3, content: { promise: { option: option?.option } }, quote: { goods_minor: 3582, discount_minor: 488, total_minor: 3982, problems: [] } });
  const [first, second] = await Promise.all([ask("POST", `${path}/place`, { version: 3 }), ask("POST", `${path}/place`, { version: 3 })]);
  const placed = first.status === 201 ? first : second;
  expect(placed.status).toBe(201);
  expect([first, second].map(({ body }) => String(body["id"] ?? (body["order"] as string | undefined) ?? JSON.stringify(body))).every((text) => text.includes(String(placed.body["id"])))).toBe(true);
  expect((await ask("POST", `${path}/place`, { version: 3 })).body).toMatchObject({ code: "DRAFT_PLACED", detail: expect.stringContaining(String(placed.body["id"])) });
  expect((await ask("GET", path)).body).toMatchObject({ order: placed.body["id"], content: null, quote: null });
  const { body: placedOrder } = await ask("GET", `/v1/orders/${String(placed.body["id"])}`);
  expect(placedOrder).toMatchObject({ total_minor: 3982, external_id: draft["id"], contact: { note: "Ring twice", customer: { name: "Paul Phone" } } });
  expect(await server.world.query("select type from ordo.event where type = 'ClaimReleased' and data ->> 'claim' = $1 and data ->> 'converted' = 'true'", [(kept.body["content"] as { promise: { claim: string } }).promise.claim])).toHaveLength(1);
  expect(await server.world.query("select count(*)::int as n from ordo.sales_order where external_id = $1", [draft["id"]])).toEqual([{ n: 1 }]);
});

test("a draft that nobody changes is discarded in time, with what it keeps, and says when; others stay, and who throws one away is on record", async () => {
  const DAY = 86_400_000;
  const [old, fresh, placed] = [await ask("POST", "/v1/order-drafts", phoneOrder()), await ask("POST", "/v1/order-drafts", phoneOrder()), await ask("POST", "/v1/order-drafts", phoneOrder())];
  const [oldId, freshId] = [String(old.body["id"]), String(fresh.body["id"])];
  expect((await ask("POST", `/v1/order-drafts/${String(placed.body["id"])}/place`, { version: 1 })).status).toBe(201);
  const { body: dates } = await ask("POST", "/v1/promises", { channel: "web", destination: { country: "DE", postcode: "10117", city: "Berlin", coordinates: SHIP_TO.coordinates }, lines: [{ sku: "A", quantity: "2" }] });
  const kept = await ask("POST", `/v1/order-drafts/${oldId}/promise`, { option: (dates["options"] as { option: string }[])[0]?.option });
  const touched = Date.parse(String(kept.body["updated_at"]));
  expect(kept.body["expires_at"]).toBe(new Date(touched + 30 * DAY).toISOString());
  expect(rowsOf(await ask("GET", "/v1/order-drafts")).find(({ id }) => id === oldId)).toMatchObject({ expires_at: kept.body["expires_at"] });
  expect((await ask("GET", `/v1/order-drafts/${String(placed.body["id"])}`)).body).toMatchObject({ expires_at: null });
  const later = (at: number, keepDays = 30): Promise<number> => discardDrafts({
    drafts: postgresDrafts(server.world.pool), keepDays, ambient: { ...server.world.ambient, now: () => at }, release: (tenant, claimId, by) => claimStock(server.world.store, tenant, [{ type: "release", claimId, ...by, idempotencyKey: null, bodyHash: "" }], server.world.ambient),
  }, server.world.tenantId, 100);
  const open = async (): Promise<unknown[]> => rowsOf(await ask("GET", "/v1/order-drafts")).map(({ id }) => id).filter((id) => id === oldId || id === freshId);
  await ask("PUT", `/v1/order-drafts/${freshId}`, { ...phoneOrder(), version: 1 });
  const [, changedLater] = [await later(touched + 30 * DAY - 1), Date.parse(String((await ask("GET", `/v1/order-drafts/${freshId}`)).body["updated_at"]))];
  expect(await open()).toEqual([freshId, oldId]);
  expect(await later(touched + 9_000 * DAY, 0)).toBe(0);
  expect(changedLater).toBeGreaterThan(touched);
  expect(await later(touched + 30 * DAY)).toBeGreaterThan(0);
  expect(await open()).toEqual([freshId]);
  expect(await later(touched + 30 * DAY)).toBe(0);
  const events = (draft: string): Promise<unknown[]> => server.world.query("select actor, reason, data - 'changed_at' as data from (select actor, reason, data::jsonb as data from ordo.event where type = 'OrderDraftDiscarded') as e where data ->> 'draft' = $1", [draft]);
  expect(await events(oldId)).toEqual([{ actor: "sweeper", reason: "nobody changed it for 30 days", data: { draft: oldId, owner: old.body["owner"] } }]);
  const { promise } = kept.body["content"] as { promise: { claim: string } };
  expect(await server.world.query("select actor from ordo.event where type = 'ClaimReleased' and data ->> 'claim' = $1", [promise.claim])).toEqual([{ actor: "sweeper" }]);
  expect((await ask("GET", `/v1/order-drafts/${oldId}`)).status).toBe(404);
  expect((await ask("PUT", `/v1/order-drafts/${oldId}`, { ...phoneOrder(), version: 2 })).status).toBe(404);
  await ask("DELETE", `/v1/order-drafts/${freshId}`);
  expect(await events(freshId)).toEqual([{ actor: fresh.body["owner"], reason: null, data: { draft: freshId, owner: fresh.body["owner"] } }]);
  expect((await ask("GET", `/v1/audit?kind=draft&q=${freshId}`)).body).toMatchObject({ data: [{ type: "OrderDraftDiscarded", object: { kind: "draft", id: freshId } }] });
});

test("what changes the basket lets the date go; a discount above the limit is refused with who may give it", async () => {
  const agent = await server.keyWith(["orders:read", "orders:read_personal", "orders:write", "catalogue:read", "stock:read"]);
  const { body: draft } = await ask("POST", "/v1/order-drafts", phoneOrder({ discount_percent: "10" }), agent);
  const path = `/v1/order-drafts/${String(draft["id"])}`;
  const { body: dates } = await ask("POST", "/v1/promises", { channel: "web", destination: { country: "DE", postcode: "10117", city: "Berlin", coordinates: SHIP_TO.coordinates }, lines: [{ sku: "A", quantity: "2" }] }, agent);
  const kept = await ask("POST", `${path}/promise`, { option: (dates["options"] as { option: string }[])[0]?.option }, agent);
  expect(kept.body).toMatchObject({ content: { promise: { expires_at: expect.any(String) } }, quote: { discount_limit: 10, problems: [] } });
  const changed = await ask("PUT", path, { ...phoneOrder({ discount_percent: "11", lines: [{ sku: "A", quantity: "3" }] }), version: 2 }, agent);
  expect(changed.body).toMatchObject({ content: { promise: null }, quote: { problems: [{ pointer: "#/discount_percent", code: "DISCOUNT_TOO_HIGH", detail: "11 % off is more than the 10 % that you may give; who may give more: manager up to 30 %, admin up to 100 %." }] } });
  expect((await ask("POST", `${path}/place`, { version: 3 }, agent))).toMatchObject({ status: 422, body: { code: "DISCOUNT_TOO_HIGH" } });
  expect((await ask("POST", `${path}/place`, { version: 3 })).status).toBe(201);
});

test("what a person brings by the API goes no further with discounts than a draft; a key brings what its channel sold", async () => {
  const [agent, admin] = [await aPerson(server, ["agent"]), await aPerson(server, ["admin"])];
  let serial = 0;
  const posted = (over: Record<string, unknown> = {}): Record<string, unknown> => ({ channel: "web", external_id: `D-${run}-${(serial += 1)}`, currency: "EUR", lines: [{ sku: "A", quantity: "2", unit_price: "19.90" }], totals: { tax_included: true }, ...over });
  const by = async (person: typeof agent, over: Record<string, unknown>): Promise<[number, unknown]> => {
    const answer = await person.call("POST", "/v1/orders", posted(over));
    const { errors } = await answer.json() as { errors?: { pointer: string; code: string; detail: string }[] };
    return [answer.status, errors?.map(({ pointer, code }) => [pointer, code])];
  };
  const beyond: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ lines: [{ sku: "A", quantity: "2", unit_price: "17.90" }] }, "#/lines/0/unit_price"], [{ lines: [{ sku: "A", quantity: "2", unit_price: "19.90", discount_minor: 399 }] }, "#/lines/0/discount_minor"],
    [{ lines: [{ sku: "A", quantity: "2", discount_minor: 399 }] }, "#/lines/0/discount_minor"], [{ lines: [{ sku: "B", quantity: "1", unit_price: "10.00", discount_minor: 101 }] }, "#/lines/0/discount_minor"],
    [{ totals: { tax_included: true, discount_minor: 420 } }, "#/totals/discount_minor"], [{ totals: { tax_included: true, other_minor: -420 } }, "#/totals/other_minor"], [{ totals: { tax_included: true, total_minor: 3000 } }, "#/totals/total_minor"],
  ];
  for (const [over, pointer] of beyond) {
    expect(await by(agent, over), JSON.stringify(over)).toEqual([422, [[pointer, "DISCOUNT_TOO_HIGH"]]]);
    expect((await by(admin, over))[0], JSON.stringify(over)).toBe(201);
    expect((await ask("POST", "/v1/orders", posted(over), await server.keyWith(["orders:write"]))).status, JSON.stringify(over)).toBe(201);
  }
  for (const over of [{}, { lines: [{ sku: "A", quantity: "2" }] }, { lines: [{ sku: "A", quantity: "2", unit_price: "19.90", discount_minor: 398 }] }, { lines: [{ sku: "A", quantity: "2", unit_price: "25.00" }] }]) {
    expect((await by(agent, over))[0], JSON.stringify(over)).toBe(201);
  }
  const bulk = await fetch(`${server.url}/v1/orders/bulk`, { method: "POST", headers: { cookie: agent.cookie, "sec-fetch-site": "same-origin", "content-type": "application/x-ndjson" }, body: [posted(), posted(beyond[0]?.[0])].map((line) => JSON.stringify(line)).join("\n") });
  expect((await bulk.text()).trim().split("\n").map((line) => JSON.parse(line) as { status: number; problem?: { code: string } })).toMatchObject([{ status: 201 }, { status: 422, problem: { code: "DISCOUNT_TOO_HIGH" } }]);
});
