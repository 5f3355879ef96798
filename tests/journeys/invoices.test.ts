import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { CaptureOrder } from "../../src/flows/capture-orders.ts";
import { createInvoices, type Departed } from "../../src/flows/create-invoices.ts";
import { saveInvoiceSeller } from "../../src/flows/save-invoice-seller.ts";
import { openPool } from "../../src/postgres/database.ts";
import { postgresStore } from "../../src/postgres/store.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { runWorkers, type RunningWorkers, until } from "../support/workers.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from "../support/world.ts";

/** Invoices of shipments that left: once each, numbered without gaps, whatever is repeated, killed or done at the same time. */

let database: TestDatabase;
let world: World;
let workers: RunningWorkers | null = null;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({
    items: [anItem("A"), anItem("B"), anItem("KG", { quantityScale: 3, baseUnit: "kilogram" })], nodes: [aNode("north"), aNode("south", { priority: 2 })],
    channels: [aChannel("web"), aChannel("japan", { currency: "JPY" }), aChannel("bahrain", { currency: "BHD" })],
  });
  for (const sku of ["A", "B", "KG"]) for (const node of ["north", "south"]) await world.receive(sku, node, 1_000_000);
});
afterEach(async () => {
  await workers?.stop();
  workers = null;
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const captured = async (...orders: CaptureOrder[]): Promise<string[]> => (await world.capture(...orders)).map(orderIdOf);
const act = async (orderId: string, action: Parameters<World["act"]>[1]): Promise<void> => {
  const answer = await world.act(orderId, action);
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
};
const ship = async (orderId: string, shipmentNo: number): Promise<Departed> => {
  await act(orderId, { type: "release", shipmentNo });
  await act(orderId, { type: "ship", shipmentNo, carrier: "DHL", service: null, trackingNumbers: [] });
  return { orderId, shipmentNo, leftAt: Date.now() };
};
const invoice = (...departed: Departed[]): Promise<number> => createInvoices(world.store, world.tenantId, departed, world.ambient);

interface Row { number: string; shipment_no: number; goods_minor: string; discount_minor: string; shipping_minor: string; tax_minor: string; total_minor: string }
const invoicesOf = (orderId: string): Promise<Row[]> => world.query<Row>("select * from ordo.invoice where order_id = $1 order by number", [orderId]);
const invoicesAre = (orderId: string, count: number) => until(`${count} invoices`, async () => (await invoicesOf(orderId)).length === count);
const lastNumber = async (series: string): Promise<number> => Number((await world.query<{ last: string }>("select last from ordo.invoice_counter where series = $1", [series]))[0]?.last ?? 0);

async function sound(): Promise<void> {
  const pool = openPool({ url: database.runtimeUrl, connections: 2, plans: "custom", applicationName: "verify" });
  try {
    expect((await verifyTenant(pool, world.tenantId)).checks.flatMap((check) => check.named)).toEqual([]);
  } finally {
    await pool.end();
  }
}

test("each shipment that leaves gets its invoice by itself, and together they come to the order's total", async () => {
  workers = runWorkers(world);
  const totals = { totalMinor: null, shippingMinor: 499, discountMinor: 1_000, taxMinor: 777, otherMinor: -33, taxIncluded: false };
  const [orderId = ""] = await captured(anOrder([{ sku: "A", quantity: 3, node: "north" }, { sku: "B", quantity: 4, node: "south" }], { totals }));
  await ship(orderId, 1);
  workers.nudge();
  await invoicesAre(orderId, 1);
  await act(orderId, { type: "release", shipmentNo: 2 });
  await act(orderId, { type: "hand_over", shipmentNo: 2 });
  workers.nudge();
  await invoicesAre(orderId, 2);
  const [first, second] = await invoicesOf(orderId);
  expect(first).toMatchObject({ shipment_no: 1, goods_minor: "3000", shipping_minor: "499", discount_minor: "429" });
  expect(second).toMatchObject({ shipment_no: 2, goods_minor: "4000", shipping_minor: "0", discount_minor: "571" });
  expect(Number(first?.total_minor) + Number(second?.total_minor)).toBe(7_000 - 1_000 + 499 + 777 - 33);
  expect(await world.query("select invoiced::int from ordo.order_line where order_id = $1 order by line_no", [orderId])).toEqual([{ invoiced: 3 }, { invoiced: 4 }]);
  const [event] = await world.query<{ data: Record<string, unknown>; actor: string }>("select data, actor from ordo.event where order_id = $1 and type = 'InvoiceCreated' order by position", [orderId]);
  expect(event?.actor).toBe("journey");
  expect(event?.data).toMatchObject({
    invoice: expect.stringMatching(/^inv_[0-9a-f]{32}$/), number: `INV-${first?.number}`, shipment_no: 1, currency: "EUR", tax_included: false, total_minor: Number(first?.total_minor),
    lines: [{ line: 1, sku: "A", quantity: 3, total_minor: 3_000, discount_minor: 0, order_discount_minor: 429, tax_minor: 333 }],
  });
  await sound();
});

test("units that are cancelled are invoiced by nobody, weights and other currencies count to the last unit", async () => {
  const lines = [{ sku: "KG", quantity: "1.500" }].map(({ sku, quantity }) => ({ sku, quantity }));
  const totals = { totalMinor: 400, shippingMinor: 50, discountMinor: 7, taxMinor: 31, otherMinor: 0, taxIncluded: true };
  const priced = (currency: string, channel: string): CaptureOrder => {
    const order = anOrder(lines, { channel, currency, totals });
    return { ...order, lines: order.lines.map((line) => ({ ...line, unitPrice: currency === "JPY" ? "251" : "0.251" })) };
  };
  for (const [currency, channel] of [["JPY", "japan"], ["BHD", "bahrain"]] as const) {
    const [orderId = ""] = await captured(priced(currency, channel));
    await act(orderId, { type: "release_hold", holdNo: 1, reason: "the shop's own rounding" });
    await act(orderId, { type: "cancel", lines: [{ lineNo: 1, quantity: 500 }], reason: "less", force: false });
    expect(await invoice(await ship(orderId, 1))).toBe(1);
    // 1.5 at 251 are 377 (rounded), of which two thirds left; 400 is 20 less than 377 - 7 + 50, which is shared out like the goods.
    expect((await invoicesOf(orderId))[0]).toMatchObject({ goods_minor: "251", discount_minor: "5", shipping_minor: "50", tax_minor: "21", adjustment_minor: "-13", total_minor: "283" });
  }
});

test("asked again, by two workers at once or for what never left, nothing is invoiced twice", async () => {
  const [orderId = "", never = ""] = await captured(anOrder([{ sku: "A", quantity: 2 }]), anOrder([{ sku: "A", quantity: 1 }]));
  const departed = await ship(orderId, 1);
  const other = postgresStore(world.pool);
  const made = await Promise.all([invoice(departed, departed), createInvoices(other, world.tenantId, [departed], world.ambient), invoice(departed)]);
  expect(made.reduce((sum, one) => sum + one, 0)).toBe(1);
  expect(await invoice(departed)).toBe(0);
  expect(await invoice({ orderId: never, shipmentNo: 7, leftAt: 0 }, { orderId: "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001", shipmentNo: 1, leftAt: 0 })).toBe(0);
  expect(await invoicesOf(orderId)).toHaveLength(1);
});

test("numbers have no gaps whoever writes at once, and none is lost with a transaction that fails", async () => {
  await saveInvoiceSeller(world.store, world.tenantId, { channel: "japan", actor: "test", name: "KK", address: [], taxId: null, footer: null, series: "JP-" }, world.ambient);
  const orders = await captured(...Array.from({ length: 24 }, (_, n) => anOrder([{ sku: "A", quantity: 1 }], n % 3 === 0 ? { channel: "japan", currency: "JPY" } : {})));
  const departed: Departed[] = [];
  for (const orderId of orders) departed.push(await ship(orderId, 1));
  const before = { inv: await lastNumber("INV-"), jp: await lastNumber("JP-") };
  const store = postgresStore(world.pool);
  const failing = { transact: <T>(tenantId: number, work: Parameters<typeof store.transact<T>>[1]): Promise<T> => store.transact(tenantId, async (tx) => {
    await work({ ...tx, save: async () => Promise.reject(new Error("the process died")) });
    throw new Error("not reached");
  }) };
  const groups = Array.from({ length: 8 }, (_, n) => departed.filter((__, index) => index % 8 === n || index % 5 === n));
  await expect(createInvoices(failing, world.tenantId, departed, world.ambient)).rejects.toThrow("the process died");
  await Promise.all(groups.map((group) => createInvoices(store, world.tenantId, group, world.ambient)));
  const numbers = async (series: string): Promise<number[]> => (await world.query<{ n: number }>("select number::int as n from ordo.invoice where series = $1 order by number", [series])).map(({ n }) => n);
  expect(await numbers("INV-")).toEqual(Array.from({ length: before.inv + 16 }, (_, n) => n + 1));
  expect(await numbers("JP-")).toEqual(Array.from({ length: 8 }, (_, n) => n + 1));
  expect(before.jp).toBe(0);
  await sound();
});

test("invoices stay as they were written: the program's role may not change or remove them, nobody invoices what has not left", async () => {
  for (const text of ["update ordo.invoice set total_minor = 1", "delete from ordo.invoice", "update ordo.invoice_line set quantity = 1", "delete from ordo.invoice_line"]) {
    await expect(world.pool.query(text)).rejects.toMatchObject({ code: "42501" });
  }
  await expect(world.owner.query("update ordo.order_line set invoiced = invoiced + 1")).rejects.toMatchObject({ code: "23514", constraint: "order_line_invoiced_within_left" });
  await expect(world.owner.query("update ordo.invoice set total_minor = total_minor + 1")).rejects.toMatchObject({ code: "23514", constraint: "invoice_total_is_its_parts" });
});
