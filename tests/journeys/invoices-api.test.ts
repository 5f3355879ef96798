import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getInvoice, type Invoice, type InvoiceSummary, listInvoices, listInvoiceSellers, listOrderInvoices, putInvoiceSeller } from "../../client/src/index.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { createInvoices } from "../../src/flows/create-invoices.ts";
import { textOfPages } from "../../src/server/pdf/pdf-text.testing.ts";
import { openApi, type TestApi } from "../support/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode } from "../support/world.ts";

/** Reading invoices: lists, single ones, PDFs, and who sells. */

let database: TestDatabase;
let server: TestApi;
let orders: string[];
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const { world } = server;
  await world.facts({ items: [anItem("A", { name: "Espresso machine" }), anItem("SET", { components: [{ sku: "A", quantity: 3 }] })], nodes: [aNode("north"), aNode("south", { priority: 2 })], channels: [aChannel("web"), aChannel("shop")] });
  for (const node of ["north", "south"]) await world.receive("A", node, 100);
  await putInvoiceSeller({ client: server.client, body: { name: "First owner", footer: "HRB 1" } });
  const contact = { customer: { name: "Ada Customer" }, bill_to: { name: "Ada Billing", street: "Secret street 5", postcode: "10115", city: "Berlin", country: "DE" } };
  const totals = { totalMinor: null, shippingMinor: 500, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: true };
  const captured = await world.capture(
    anOrder([{ sku: "A", quantity: 2, node: "north" }, { sku: "A", quantity: 1, node: "south" }], { contact, totals }), anOrder([{ sku: "A", quantity: 1 }], { channel: "shop" }), anOrder([{ sku: "A", quantity: 1 }]));
  orders = captured.map((answer) => (answer.ok ? String(answer.body["id"]) : ""));
  await leave(0, 1);
  await leave(0, 2);
  await leave(1, 1);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

async function leave(index: number, shipmentNo: number): Promise<void> {
  const orderId = parsePublicId("order", orders[index] ?? "") ?? "";
  await server.world.act(orderId, { type: "release", shipmentNo });
  await server.world.act(orderId, { type: "hand_over", shipmentNo });
  expect(await createInvoices(server.world.store, server.world.tenantId, [{ orderId, shipmentNo, leftAt: Date.now() }], server.world.ambient)).toBe(1);
}

const list = async (query: NonNullable<Parameters<typeof listInvoices>[0]>["query"] = {}): Promise<InvoiceSummary[]> => {
  const all: InvoiceSummary[] = [];
  for (let cursor: string | undefined; ;) {
    const { data } = await listInvoices({ client: server.client, query: { limit: 1, ...query, ...(cursor === undefined ? {} : { cursor }) } });
    all.push(...(data?.data ?? []));
    if (!data || data.next_cursor === null) return all;
    cursor = data.next_cursor;
  }
};
const ofOrder = async (index: number): Promise<Invoice[]> => (await listOrderInvoices({ client: server.client, path: { id: orders[index] ?? "" } })).data?.data ?? [];
const pdfOf = async (id: string, key = server.adminKey): Promise<{ response: Response; text: string; bytes: Buffer }> => {
  const response = await fetch(`${server.url}/v1/invoices/${id}/pdf`, { headers: { authorization: `Bearer ${key}` } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { response, bytes, text: response.ok ? textOfPages(bytes).join("\n").replaceAll("\u00a0", " ") : "" };
};

test("invoices are listed latest first, page by page, and by order, channel and day", async () => {
  expect((await list()).map(({ number }) => number)).toEqual(["INV-3", "INV-2", "INV-1"]);
  expect((await list({ order: orders[0] ?? "" })).map(({ number }) => number)).toEqual(["INV-2", "INV-1"]);
  expect((await list({ channel: "shop" })).map(({ number, channel }) => [number, channel])).toEqual([["INV-3", "shop"]]);
  expect([await list({ order: "ord_nonsense" }), await list({ channel: "none" }), await list({ issued_to: "2020-01-01T00:00:00Z" }), await list({ issued_from: "2199-01-01T00:00:00Z" })]).toEqual([[], [], [], []]);
  expect(await list({ issued_from: "2020-01-01T00:00:00Z", issued_to: "2199-01-01T00:00:00Z" })).toHaveLength(3);
});

test("an order has its invoices with their lines, and one without any has none", async () => {
  const [first, second] = await ofOrder(0);
  expect(first).toMatchObject({ number: "INV-1", currency: "EUR", tax_included: true, goods_minor: 2_000, shipping_minor: 500, total_minor: 2_500, shipment: `shp_${orders[0]?.slice(4)}_1` });
  expect(first?.lines).toEqual([{
    line: 1, sku: "A", name: "Espresso machine", quantity: 2, quantity_scale: 0, base_unit: "each", unit_price: "10.00", kit: null, unit: null, total_minor: 2_000, discount_minor: 0, order_discount_minor: 0, tax_minor: 0,
  }]);
  expect(second).toMatchObject({ number: "INV-2", shipping_minor: 0, total_minor: 1_000 });
  expect(await ofOrder(2)).toEqual([]);
  expect((await getInvoice({ client: server.client, path: { id: first?.id ?? "" } })).data).toEqual(first);
  expect((await getInvoice({ client: server.client, path: { id: "inv_00000000000000000000000000000000" } })).error).toMatchObject({ code: "NOT_FOUND" });
});

test("the PDF names the buyer to whoever may see it, and nobody once that is erased", async () => {
  const [{ id = "" } = {}] = await ofOrder(0);
  const whole = await pdfOf(id);
  expect(whole.response.headers.get("content-type")).toBe("application/pdf");
  expect(whole.response.headers.get("content-disposition")).toBe('inline; filename="INV-1.pdf"');
  for (const part of ["Ada Billing", "Secret street 5", "Espresso machine", "INV-1", "Total EUR", "25.00", "First owner"]) expect(whole.text).toContain(part);
  expect((await pdfOf(id)).bytes.equals(whole.bytes)).toBe(true);
  const blind = await pdfOf(id, await server.keyWith(["orders:read"]));
  expect(blind.text).not.toMatch(/Ada|Secret/);
  expect(blind.text).toContain("orders:read_personal");
  await server.world.owner.query("update ordo.order_contact set data = null, erased_hash = '\\x00' where order_id = $1", [parsePublicId("order", orders[0] ?? "")]);
  const erased = await pdfOf(id);
  expect(erased.text).toContain("Name and address were erased.");
  expect(erased.text).not.toMatch(/Ada|Secret/);
  expect((await server.world.query("select data::text from ordo.event where type = 'InvoiceCreated'")).map((row) => JSON.stringify(row)).join()).not.toMatch(/Ada|Secret/);
});

test("who sells holds from now on, for one channel or for all, with numbers of its own", async () => {
  const put = (body: Parameters<typeof putInvoiceSeller>[0]["body"]) => putInvoiceSeller({ client: server.client, body });
  expect((await put({ channel: "web", name: "Web GmbH", address: ["Street 1", "Berlin"], tax_id: "DE1", number_prefix: "WEB/2026-" })).data).toEqual({ channel: "web", number_prefix: "WEB/2026-" });
  expect((await listInvoiceSellers({ client: server.client })).data?.data).toMatchObject([
    { channel: null, name: "First owner", address: [], tax_id: null, footer: "HRB 1", number_prefix: "INV-" }, { channel: "web", name: "Web GmbH", address: ["Street 1", "Berlin"], number_prefix: "WEB/2026-" },
  ]);
  await leave(2, 1);
  const [later] = await ofOrder(2);
  expect(later?.number).toBe("WEB/2026-1");
  const shown = await pdfOf(later?.id ?? "");
  expect(shown.text).toContain("Web GmbH");
  expect(shown.response.headers.get("content-disposition")).toBe('inline; filename="WEB-2026-1.pdf"');
  const [before] = await ofOrder(0);
  expect((await pdfOf(before?.id ?? "")).text).toContain("First owner");
  expect((await put({ channel: "none", name: "x" })).error).toMatchObject({ code: "UNKNOWN_CHANNEL", errors: [{ pointer: "#/channel" }] });
  for (const prefix of ["", "A1", "-A", "A B-", "<b>", "=A-", "x".repeat(30), "A\n-"]) expect((await put({ name: "x", number_prefix: prefix })).error, prefix).toMatchObject({ errors: [{ pointer: "#/number_prefix" }] });
});

test("the command line lists, shows and writes them", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ordo-invoices-"));
  try {
    const ordo = async (...words: string[]): Promise<string> => {
      const { code, out } = await server.ordo(...words);
      expect(code).toBe(0);
      return out;
    };
    const [first] = await ofOrder(0);
    const { order_number: number = 0 } = first ?? {};
    expect(await ordo("invoices", "list", "--order", String(number), "--from", "2020-01-01")).toMatch(/INV-2[^]*INV-1/);
    expect(await ordo("invoices", "show", first?.id ?? "")).toMatch(/Invoice INV-1 {2}25\.00 EUR[^]*Espresso machine[^]*Shipping {7}5\.00 EUR/);
    const file = join(directory, "one.pdf");
    expect(await ordo("invoices", "pdf", first?.id ?? "", "--out", file)).toContain("one.pdf: ");
    expect((await readFile(file)).equals((await pdfOf(first?.id ?? "")).bytes)).toBe(true);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test("components of a kit name it, and bear its price without having one", async () => {
  const [answer] = await server.world.capture(anOrder([{ sku: "SET", quantity: 2 }]));
  orders.push(answer?.ok ? String(answer.body["id"]) : "");
  await leave(orders.length - 1, 1);
  const [{ id = "", lines = [] } = {}] = await ofOrder(orders.length - 1);
  expect(lines).toEqual([expect.objectContaining({ sku: "A", quantity: 6, unit_price: null, kit: "SET", total_minor: 2_000 })]);
  expect((await pdfOf(id)).text).toContain("A · part of SET");
});
