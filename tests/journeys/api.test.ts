import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as api from "../../client/src/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { openApi, type TestApi } from "../support/api.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: TestApi;
let client: api.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  client = server.client;
  await facts();
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

type Result<T> = { readonly data?: T | undefined; readonly error?: unknown; readonly response?: Response | undefined };

/** What an operation answered, or the problem it answered with as a failure of the test. */
async function done<T>(call: Promise<Result<T>>): Promise<T> {
  const { data, error } = await call;
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}
const problem = async (call: Promise<Result<unknown>>): Promise<api.Problem> => (await call).error as api.Problem;

async function facts(): Promise<void> {
  for (const sku of ["A", "B", "K"]) {
    await done(api.putItem({ client, path: { sku }, body: { name: `Item ${sku}`, backorder: sku === "B", ...(sku === "K" ? { base_unit: "kg", quantity_scale: 3, units: [{ name: "bag", factor: 25 }] } : {}) } }));
  }
  await done(api.putNode({ client, path: { code: "berlin" }, body: { name: "Berlin", coordinates: { latitude: 52.52, longitude: 13.4 }, time_zone: "Europe/Berlin", cut_off: "15:00" } }));
  await done(api.putNode({ client, path: { code: "munich" }, body: { name: "Munich", kind: "store", coordinates: { latitude: 48.14, longitude: 11.58 }, time_zone: "Europe/Berlin" } }));
  await done(api.putChannel({ client, path: { code: "web" }, body: { name: "Web shop", currency: "EUR", routing: { attempt_limit: 5 } } }));
  for (const [sku, node, quantity] of [["A", "berlin", 10], ["A", "munich", "10"], ["K", "berlin", "2.5"]] as const) await done(api.receiveStock({ client, body: { sku, node, quantity } }));
}

let serial = 0;
const anOrder = (lines: readonly { sku: string; quantity: string | number; unit?: string }[], over: Partial<api.CaptureOrderData["body"]> = {}): api.CaptureOrderData["body"] => ({
  channel: "web", external_id: `W-${++serial}`, currency: "EUR", lines: lines.map((line) => ({ ...line, unit_price: "19.90" })), payment: { state: "paid" },
  customer: { name: "Ada Muster", email: "ada@example.com" },
  ship_to: { name: "Ada Muster", street: "Weg 1", city: "Potsdam", postcode: "14467", country: "DE", coordinates: { latitude: 52.4, longitude: 13.06 } }, ...over,
});

describe("an order's way through the interface", () => {
  test("from capture over the nearer node to delivery, with its reasons and its timeline", async () => {
    const body = anOrder([{ sku: "A", quantity: 2 }]);
    const answer = await api.captureOrder({ client, body });
    expect(answer.response?.status).toBe(201);
    const order = await done(Promise.resolve(answer));
    expect(order.shipments?.map((shipment) => shipment.node)).toEqual(["berlin"]);
    const { data: decisions } = await done(api.listRoutingDecisions({ client, path: { id: order.id } }));
    expect(decisions[0]?.reason).toMatch(/^Ships from Berlin/);
    expect(decisions[0]?.candidates.map((candidate) => candidate.node)).toEqual(["berlin", "munich"]);

    const id = order.shipments?.[0]?.id ?? "";
    await done(api.releaseShipment({ client, path: { id } }));
    await done(api.acceptShipment({ client, path: { id }, body: {} }));
    await done(api.pickShipment({ client, path: { id } }));
    await done(api.packShipment({ client, path: { id }, body: { packages: [{ lines: [{ line: 1, quantity: 1 }], weight_grams: 500 }, { lines: [{ line: 1, quantity: 1 }] }] } }));
    await done(api.shipShipment({ client, path: { id }, body: { carrier: "DHL", tracking_numbers: ["T-1", "T-2"] } }));
    const delivered = await done(api.deliverShipment({ client, path: { id } }));
    expect(delivered.order.status).toBe("COMPLETED");

    const read = await done(api.getOrder({ client, path: { id: order.id } }));
    expect(read).toMatchObject({ status: "COMPLETED", external_id: body.external_id, money: { merchandise_minor: 3980, total_minor: 3980 }, contact: { customer: { email: "ada@example.com" } } });
    expect(read.lines[0]).toMatchObject({ line: 1, sku: "A", ordered: 2, buckets: { shipped: 2, reserved: 0 }, outcomes: { delivered: 2 } });
    expect(read.shipments[0]?.packages.map((one) => one.tracking_number)).toEqual(["T-1", "T-2"]);
    const timeline = await done(api.getOrderTimeline({ client, path: { id: order.id } }));
    expect(timeline.data.map((event) => event.type)).toEqual([
      "OrderCaptured", "OrderRouted", "ShipmentReleased", "ShipmentAccepted", "ShipmentPicked", "ShipmentPacked", "ShipmentShipped", "ShipmentDelivered",
    ]);
    expect(timeline.data[0]).toMatchObject({ actor_name: "bootstrap", order: order.id });
  });

  test("the same order again answers with what is there, however it is written", async () => {
    const body = anOrder([{ sku: "A", quantity: 1 }]);
    const first = await api.captureOrder({ client, body });
    const again = await api.captureOrder({ client, body: Object.fromEntries(Object.entries(body).reverse()) as typeof body });
    expect([first.response?.status, again.response?.status]).toEqual([201, 200]);
    expect(again.data).toMatchObject({ id: first.data?.id, existing: true });
    const other = await problem(api.captureOrder({ client, body: { ...body, note: "now with a note" } }));
    expect(other).toMatchObject({ code: "ORDER_EXISTS", status: 409, retryable: false });
  });

  test("an Idempotency-Key replays its answer and refuses another body", async () => {
    const body = anOrder([{ sku: "A", quantity: 1 }]);
    const headers = { "Idempotency-Key": "once" };
    const [first, again] = [await api.captureOrder({ client, body, headers }), await api.captureOrder({ client, body, headers })];
    expect(again.response?.headers.get("idempotent-replayed")).toBe("true");
    expect(again.data).toEqual(first.data);
    const reused = await problem(api.captureOrder({ client, body: anOrder([{ sku: "A", quantity: 2 }]), headers }));
    expect(reused.code).toBe("IDEMPOTENCY_KEY_REUSED");
  });

  test("holds stop the release, versions guard against stale changes, cancelling gives everything back", async () => {
    const order = await done(api.captureOrder({ client, body: anOrder([{ sku: "A", quantity: 3 }], { payment: { state: "pending" } }) }));
    expect(order.status).toBe("ON_HOLD");
    const id = order.shipments?.[0]?.id ?? "";
    expect((await problem(api.releaseShipment({ client, path: { id } }))).code).toBe("HOLD_BLOCKS");
    const placed = await done(api.placeHold({ client, path: { id: order.id }, body: { kind: "MANUAL", reason: "asked for" } }));
    expect(placed.hold_no).toBe(2);
    await done(api.releaseHold({ client, path: { id: order.id, hold_no: "2" }, body: { reason: "answered" } }));
    const stale = await problem(api.cancelOrder({ client, path: { id: order.id }, body: { reason: "changed mind", commercial_version: 7 } }));
    expect(stale).toMatchObject({ code: "STALE_VERSION", data: { commercial_version: 1 } });
    expect((await problem(api.cancelOrder({ client, path: { id: order.id }, body: { reason: "changed mind", commercial_version: 7, seen_position: 0 } }))).data).toMatchObject({
      commercial_version: 1, changes: expect.arrayContaining([expect.objectContaining({ type: "HoldPlaced", order: order.id, reason: "asked for", actor: expect.stringMatching(/^key_/) })]),
    });
    const cancelled = await done(api.cancelOrder({ client, path: { id: order.id }, body: { reason: "changed mind", lines: [{ line: 1, quantity: 1 }] } }));
    expect(cancelled).toMatchObject({ cancelled: [{ line: 1, quantity: 1 }], order: { commercial_version: 2 } });
    const rest = await done(api.cancelOrder({ client, path: { id: order.id }, body: { reason: "all of it" } }));
    expect(rest.order).toMatchObject({ status: "CANCELLED", holds: [] });
    const listed = await done(api.listOrders({ client, query: { status: "CANCELLED", channel: "web" } }));
    expect(listed.data.map((one) => one.id)).toContain(order.id);
  });

  test("a cancellation and the release of a hold may be reported afterwards, not ahead", async () => {
    const order = await done(api.captureOrder({ client, body: anOrder([{ sku: "A", quantity: 3 }], { payment: { state: "pending" } }) }));
    const path = { id: order.id };
    const [before, ahead] = [new Date(Date.now() - 3_600_000).toISOString(), "2199-01-01T00:00:00Z"];
    const early = await problem(api.cancelOrder({ client, path, body: { reason: "x", occurred_at: ahead } }));
    expect(early).toMatchObject({ code: "OCCURRED_IN_FUTURE", errors: [{ pointer: "#/occurred_at" }] });
    expect((await problem(api.releaseHold({ client, path: { ...path, hold_no: "1" }, body: { occurred_at: ahead } }))).code).toBe("OCCURRED_IN_FUTURE");
    await done(api.releaseHold({ client, path: { ...path, hold_no: "1" }, body: { reason: "paid by phone", occurred_at: before } }));
    await done(api.releaseShipment({ client, path: { id: order.shipments?.[0]?.id ?? "" } }));
    const asked = await done(api.cancelOrder({ client, path, body: { reason: "by phone", lines: [{ line: 1, quantity: 1 }], occurred_at: before } }));
    expect(asked.asked).toEqual([{ line: 1, quantity: 1 }]);
    await done(api.answerCancel({ client, path: { id: order.shipments?.[0]?.id ?? "" }, body: { accepted: true, occurred_at: before } }));
    const { data: events } = await done(api.getOrderTimeline({ client, path }));
    expect(events.filter((event) => event.occurred_at === before).map((event) => event.type)).toEqual(["HoldReleased", "LinesCancelled", "CancelAnswered"]);
    const read = await done(api.getOrder({ client, path }));
    expect([read.holds[0]?.released_at, read.lines[0]?.buckets["cancelled"]]).toEqual([before, 1]);
  });

  test("a short pick is re-sourced, a person may overrule the choice, lost goods become an exception", async () => {
    const order = await done(api.captureOrder({ client, body: anOrder([{ sku: "A", quantity: 2 }]) }));
    const moved = await done(api.overrideRouting({ client, path: { id: order.id }, body: { node: "munich", reason: "the customer collects there" } }));
    expect(moved.node).toBe("munich");
    const munich = moved.order.shipments.find((shipment) => shipment.status === "PLANNED")?.id ?? "";
    await done(api.releaseShipment({ client, path: { id: munich } }));
    const picked = await done(api.pickShipment({ client, path: { id: munich }, body: { lines: [{ line: 1, quantity: 1 }], correct_stock: true } }));
    expect(picked.order.shipments.filter((shipment) => shipment.status === "PLANNED")).toHaveLength(1);
    await done(api.shipShipment({ client, path: { id: munich } }));
    await done(api.loseShipment({ client, path: { id: munich } }));
    const { data } = await done(api.listExceptions({ client, query: { kind: "LOST_IN_TRANSIT" } }));
    const mine = data.find((one) => one.order === order.id);
    expect(mine).toMatchObject({ shipment: munich, node: "munich" });
    const ofOrder = async (id: string, kind?: string): Promise<string[]> =>
      (await done(api.listExceptions({ client, query: { order: id, ...(kind === undefined ? {} : { kind }) } }))).data.map((one) => one.id);
    expect([await ofOrder(order.id), await ofOrder(order.id, "LOST_IN_TRANSIT"), await ofOrder(order.id, "NO_STOCK")]).toEqual([[mine?.id], [mine?.id], []]);
    expect([await ofOrder(`ord_${"0".repeat(32)}`), await ofOrder("no such id")]).toEqual([[], []]);
    await done(api.resolveException({ client, path: { id: mine?.id ?? "" }, body: { reason: "sent again" } }));
    expect((await done(api.listExceptions({ client }))).data.map((one) => one.id)).not.toContain(mine?.id);
    expect((await done(api.getOrderTimeline({ client, path: { id: order.id } }))).data.at(-1)).toMatchObject({ type: "ExceptionResolved", reason: "sent again" });
  });
});

describe("stock and promises", () => {
  test("quantities are counted in the item's units; availability subtracts claims and what is kept back", async () => {
    const before = await done(api.getAvailability({ client, query: { sku: "K", node: "berlin" } }));
    expect(before.data[0]).toMatchObject({ quantity_scale: 3, network: { atp: 2500 }, nodes: [{ node: "berlin", on_hand: 2500 }] });
    const received = await done(api.receiveStock({ client, body: { sku: "K", node: "berlin", quantity: 2, unit: "bag" } }));
    expect(received.on_hand).toBe(52_500);
    const claim = await done(api.createClaim({ client, body: { ttl_seconds: 600, lines: [{ sku: "K", node: "berlin", quantity: "1.5" }, { sku: "K", quantity: 1 }] } }));
    expect((await done(api.getClaim({ client, path: { id: claim.id } }))).lines.map((line) => [line.node, line.quantity]).sort()).toEqual([[null, 1000], ["berlin", 1500]]);
    const [item] = (await done(api.queryAvailability({ client, body: { pairs: [{ sku: "K", node: "berlin" }, { sku: "K", node: "munich" }] } }))).data;
    expect(item).toMatchObject({ network: { atp: 50_000 }, nodes: [{ node: "berlin", soft: 1500, atp: 51_000 }, { node: "munich", atp: 0 }] });
    await done(api.extendClaim({ client, path: { id: claim.id }, body: { ttl_seconds: 900 } }));
    const order = await done(api.captureOrder({ client, body: anOrder([{ sku: "K", quantity: "2.5" }], { claim: claim.id }) }));
    expect(order.shipments?.[0]?.lines).toEqual([{ line: 1, quantity: 2500 }]);
    expect((await problem(api.releaseClaim({ client, path: { id: claim.id } }))).code).toBe("CLAIM_NOT_OPEN");
    expect((await problem(api.receiveStock({ client, body: { sku: "K", node: "berlin", quantity: "0.0001" } })))).toMatchObject({ code: "QUANTITY_TOO_FINE", errors: [{ pointer: "#/quantity" }] });
  });

  test("a claim that has run out promises nothing any more, swept or not", async () => {
    const atp = async (): Promise<unknown> => (await done(api.getAvailability({ client, query: { sku: "A", node: "munich" } }))).data.map(({ network, nodes }) => [network.atp, nodes[0]?.atp]);
    const before = await atp();
    await done(api.createClaim({ client, body: { ttl_seconds: 1, lines: [{ sku: "A", node: "munich", quantity: 2 }, { sku: "A", quantity: 3 }] } }));
    expect(await atp()).not.toEqual(before);
    await expect.poll(atp, { timeout: 5000 }).toEqual(before);
    expect((await server.world.query("select from ordo.soft_claim where status = 'open' and expires_at < now()")).length).toBe(1);
  });

  test("announced goods count from their due date on; a count corrects; movements say why", async () => {
    const due = new Date(Date.now() + 86_400_000).toISOString();
    const supply = await done(api.announceSupply({ client, body: { sku: "B", node: "munich", reference: "PO-1", due_at: due, confidence: 50, quantity: 9 } }));
    const [now] = (await done(api.getAvailability({ client, query: { sku: "B", node: ["munich"] } }))).data;
    const [then] = (await done(api.getAvailability({ client, query: { sku: "B", at: due } }))).data;
    expect([now?.network.atp, then?.network.atp, then?.nodes[0]?.inbound]).toEqual([0, 4, 4]);
    await done(api.receiveStock({ client, body: { sku: "B", node: "munich", quantity: 9, supply: supply.id } }));
    expect((await done(api.listSupplies({ client, query: { sku: "B" } }))).data).toEqual([]);
    await done(api.countStock({ client, body: { sku: "B", node: "munich", quantity: 7, note: "yearly count" } }));
    await done(api.adjustStock({ client, body: { sku: "B", node: "munich", quantity: -2, reason: "DAMAGED" } }));
    expect((await done(api.listStock({ client, query: { sku: "B" } }))).data).toEqual([{ sku: "B", node: "munich", owner: "", condition: "A", on_hand: 5, reserved: 0, soft: 0, short: 0, quantity_scale: 0 }]);
    const movements = await done(api.listStockMovements({ client, query: { sku: "B" } }));
    expect(movements.data.map((movement) => [movement.kind, movement.on_hand])).toEqual([["adjustment", -2], ["count", -2], ["receipt", 9]]);
    expect(movements.data[2]).toMatchObject({ cause_kind: "supply", cause: supply.id });
  });

  test("what waits is served when goods arrive", async () => {
    const order = await done(api.captureOrder({ client, body: anOrder([{ sku: "B", quantity: 50 }]) }));
    const [line] = (await done(api.getOrder({ client, path: { id: order.id } }))).lines;
    expect(line?.buckets).toMatchObject({ reserved: 5, backordered: 45 });
    await done(api.receiveStock({ client, body: { sku: "B", node: "berlin", quantity: 50 } }));
    expect((await done(api.getOrder({ client, path: { id: order.id } }))).lines[0]?.buckets).toMatchObject({ reserved: 50, backordered: 0 });
  });
});

describe("lists", () => {
  test("pages follow each other without gap or repetition, whichever filter leads", async () => {
    const placed = "2024-05-01T00:00:00Z";
    for (let n = 0; n < 7; n++) await done(api.captureOrder({ client, body: anOrder([{ sku: "A", quantity: 99 }], { placed_at: `2024-05-0${1 + (n % 3)}T00:00:00Z`, holds: [{ kind: "TAX", reason: "look" }] }) }));
    for (const query of [{}, { hold: "TAX" }, { status: ["ON_HOLD", "PROCESSING"] }, { placed_from: placed }, { captured_from: "2024-01-01T00:00:00Z" }, { node: "berlin" }, { channel: "web" }] as const) {
      const all = await done(api.listOrders({ client, query: { ...query, limit: 250 } as never }));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const part: api.ListOrdersResponses[200] = await done(api.listOrders({ client, query: { ...query, limit: 2, ...(cursor ? { cursor } : {}) } as never }));
        seen.push(...part.data.map((order) => order.id));
        cursor = part.next_cursor ?? undefined;
      } while (cursor);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen, JSON.stringify(query)).toEqual(all.data.map((order) => order.id));
    }
    const byPlaced = await done(api.listOrders({ client, query: { placed_from: placed, placed_to: "2024-05-03T00:00:00Z" } }));
    expect(byPlaced.data.map((order) => order.placed_at)).toEqual(byPlaced.data.map((order) => order.placed_at).sort().reverse());
    expect(byPlaced.data).toHaveLength(5);
    const [one] = byPlaced.data;
    expect((await done(api.listOrders({ client, query: { external_id: one?.external_id ?? "" } }))).data).toEqual([one]);
    expect((await done(api.listOrders({ client, query: { number: one?.number ?? 0 } }))).data).toEqual([one]);
    expect((await done(api.listOrders({ client, query: { hold: "TAX", count: "estimate" } }))).count).toEqual({ value: 7, exact: true });
    expect((await done(api.listOrders({ client, query: { channel: "unheard-of" } }))).data).toEqual([]);
  });

  test("facts, shipments and events", async () => {
    const items = await done(api.listItems({ client, query: { limit: 2 } }));
    expect(items.data.map((item) => item.sku)).toEqual(["A", "B"]);
    expect((await done(api.listItems({ client, query: { cursor: items.next_cursor ?? "" } }))).data.map((item) => item.sku)).toEqual(["K"]);
    expect((await done(api.getNode({ client, path: { code: "berlin" } })))).toMatchObject({ time_zone: "Europe/Berlin", cut_off: "15:00", coordinates: { latitude: 52.52 } });
    expect((await done(api.getChannel({ client, path: { code: "web" } }))).routing).toMatchObject({ attempt_limit: 5, split_cost_micros: 5_000_000 });
    const delivered = await done(api.listShipments({ client, query: { node: "berlin", status: "DELIVERED" } }));
    expect(delivered.data).toHaveLength(1);
    expect(await done(api.getShipment({ client, path: { id: delivered.data[0]?.id ?? "" } }))).toEqual(delivered.data[0]);
    const events = await done(api.listEvents({ client, query: { limit: 1000 } }));
    expect(events.data.map((event) => event.position)).toEqual(events.data.map((_, index) => index + 1));
    expect(JSON.stringify(events)).not.toMatch(/ada@example|Muster/);
  });
});

describe("bulk", () => {
  test("every line is answered in order, and a bad one harms no other", async () => {
    await done(api.receiveStock({ client, body: { sku: "A", node: "berlin", quantity: 10_000 } }));
    const good = anOrder([{ sku: "A", quantity: 1 }]);
    const lines: unknown[] = [];
    for (let n = 0; n < 1200; n++) lines.push(n % 100 === 7 ? anOrder([{ sku: "NONE", quantity: 1 }]) : anOrder([{ sku: "A", quantity: 1 }]));
    lines.push(good, good, { ...good, idempotency_key: "line-key", external_id: "bulk-keyed" }, { ...good, idempotency_key: "line-key", external_id: "bulk-keyed" }, { channel: "web" });
    const answers: api.BulkAnswer[] = [];
    for await (const answer of api.sendBulk({ baseUrl: server.url, apiKey: server.adminKey, path: "/v1/orders/bulk", lines, linesPerRequest: 700 })) answers.push(answer);
    expect(answers.map((answer) => answer.line)).toEqual(lines.map((_, index) => index + 1));
    expect(answers.filter((answer) => answer.status === 422).map((answer) => answer.line)).toEqual([...Array.from({ length: 12 }, (_, n) => n * 100 + 8), 1205]);
    expect(answers.slice(1200, 1204).map((answer) => answer.status)).toEqual([201, 200, 201, 200]);
    expect(answers.at(-1)?.problem?.errors.map((error) => error.pointer)).toEqual(["#/external_id", "#/currency", "#/lines"]);
    // The same order over the other door is the same order.
    expect((await api.captureOrder({ client, body: good })).response?.status).toBe(200);
  });

  test("what carriers report goes the same way", async () => {
    const order = await done(api.captureOrder({ client, body: anOrder([{ sku: "A", quantity: 1 }]) }));
    const shipment = order.shipments?.[0]?.id ?? "";
    const answers: api.BulkAnswer[] = [];
    const lines = [
      { shipment, action: "release" }, { shipment, action: "ship", carrier: "DHL", tracking_numbers: ["T-9"] }, { shipment: "shp_nonsense", action: "deliver" },
      { shipment, action: "deliver", occurred_at: "2199-01-01T00:00:00Z" }, { shipment, action: "deliver", occurred_at: new Date().toISOString() }, { shipment, action: "explode" },
    ];
    for await (const answer of api.sendBulk({ baseUrl: server.url, apiKey: server.adminKey, path: "/v1/shipments/bulk", lines })) answers.push(answer);
    expect(answers.map((answer) => answer.problem?.code ?? answer.status)).toEqual([200, 200, "NOT_FOUND", "OCCURRED_IN_FUTURE", 200, "INVALID_FIELD"]);
    const items: api.BulkAnswer[] = [];
    for await (const answer of api.sendBulk({ baseUrl: server.url, apiKey: server.adminKey, path: "/v1/items/bulk", lines: [{ sku: "BULK-1", name: "One" }, { sku: "BULK-1", name: "One", gtin: "4006381333932" }] })) items.push(answer);
    expect(items.map((answer) => answer.problem?.errors[0]?.pointer ?? answer.status)).toEqual([201, "#/gtin"]);
  });

  const sent = async (path: api.BulkPath, lines: readonly unknown[]): Promise<api.BulkAnswer[]> => {
    const answers: api.BulkAnswer[] = [];
    for await (const answer of api.sendBulk({ baseUrl: server.url, apiKey: server.adminKey, path, lines })) answers.push(answer);
    return answers;
  };
  /** Of each answer its line, and its status or what was wrong where. */
  const outcomes = (answers: readonly api.BulkAnswer[]): unknown[] =>
    answers.map(({ line, status, problem: told }) => [line, told ? `${told.code} ${told.errors.map((error) => error.pointer).join(" ")}`.trim() : status]);
  const position = async (): Promise<unknown> => server.world.query("select position from ordo.event_counter");
  const keyed = (key: string, body: Readonly<Record<string, unknown>>): Record<string, unknown> => ({ ...body, idempotency_key: key });

  test("nodes come in bulk as they come one by one; the same lines again change nothing", async () => {
    const oslo: api.PutNodeData["body"] = { name: "Oslo", kind: "store", coordinates: { latitude: 59.91, longitude: 10.75 }, time_zone: "Europe/Oslo", cut_off: "16:30", item_classes: ["standard"],
      operations: { cut_offs: [{ carrier: "posten", service: "home", time: "15:45" }], processing: { minutes: 20, minutes_per_backlog_order: "0.125" }, capacity: { orders_per_hour: 40 }, paused_until: "2030-06-01T12:00:00+02:00" } };
    const lines = [
      keyed("node oslo", { code: "oslo", ...oslo }), keyed("node rome", { code: "rome", name: "Rome", time_zone: "Mars/Olympus" }), { name: "Nowhere" },
      keyed("node rome", { code: "rome", name: "Rome" }), { code: "bern", name: "Bern", colour: "red" },
    ];
    expect(outcomes(await sent("/v1/nodes/bulk", lines))).toEqual([[1, 201], [2, "INVALID_FIELD #/time_zone"], [3, "INVALID_BODY #/code"], [4, 201], [5, "INVALID_BODY #/colour"]]);
    await done(api.putNode({ client, path: { code: "oslo-single" }, body: oslo }));
    const [bulk, single] = [await done(api.getNode({ client, path: { code: "oslo" } })), await done(api.getNode({ client, path: { code: "oslo-single" } }))];
    expect(single.operations).toEqual({
      calendar: null, cut_offs: [{ carrier: "posten", service: "home", time: "15:45:00" }], processing: { minutes: 20, minutes_per_backlog_order: "0.125", maximum_minutes: null },
      capacity: { orders_per_day: null, units_per_day: null, orders_per_hour: 40, units_per_hour: null }, services: null, handling: { per_shipment_micros: 0, per_line_micros: 0, per_unit_micros: 0 },
      pickup: null, paused_until: "2030-06-01T10:00:00.000Z",
    });
    expect({ ...bulk, id: "", code: "", valid_from: "" }).toEqual({ ...single, id: "", code: "", valid_from: "" });

    const before = await position();
    const again = await sent("/v1/nodes/bulk", [keyed("node oslo", { ...oslo, code: "oslo" }), lines[3], keyed("node rome", { code: "rome", name: "Roma" })]);
    expect(outcomes(again)).toEqual([[1, 200], [2, 200], [3, "IDEMPOTENCY_KEY_REUSED"]]);
    expect(again[0]?.body).toMatchObject({ code: "oslo", id: bulk.id });
    expect(await position()).toEqual(before);
  });

  test("goods arrive in bulk as they arrive one by one; the same lines again change nothing", async () => {
    await done(api.putItem({ client, path: { sku: "R" }, body: { name: "Item R", base_unit: "kg", quantity_scale: 3, units: [{ name: "bag", factor: 25 }] } }));
    const supply = await done(api.announceSupply({ client, body: { sku: "R", node: "berlin", reference: "PO-R", due_at: new Date().toISOString(), quantity: 5 } }));
    const arrived = { sku: "R", node: "berlin" };
    const lines = [
      keyed("receipt 1", { ...arrived, quantity: "2.5", occurred_at: "2024-05-01T00:00:00Z", unit_cost_micros: 1_500_000 }), keyed("receipt 2", { ...arrived, quantity: 2, unit: "bag" }),
      keyed("receipt 3", { ...arrived, quantity: 5, supply: supply.id }), { ...arrived, sku: "NONE", quantity: 1 }, { ...arrived, node: "moon", quantity: 1 },
      { ...arrived, quantity: "0.0001" }, { ...arrived, quantity: 1, occurred_at: "2199-01-01T00:00:00Z" }, { ...arrived, quantity: 1, supply: "sup_nonsense" },
      { ...arrived, quantity: 1, reason: "FOUND" }, { node: "berlin", quantity: 1 }, keyed("receipt 4", { ...arrived, quantity: 1, condition: "B", owner: "guest" }),
    ];
    const answers = await sent("/v1/stock/receipts/bulk", lines);
    expect(outcomes(answers)).toEqual([
      [1, 200], [2, 200], [3, 200], [4, "UNKNOWN_ITEM #/sku"], [5, "UNKNOWN_NODE #/node"], [6, "QUANTITY_TOO_FINE #/quantity"], [7, "OCCURRED_IN_FUTURE #/occurred_at"],
      [8, "SUPPLY_NOT_OPEN #/supply"], [9, "INVALID_BODY #/reason"], [10, "INVALID_BODY #/sku"], [11, 200],
    ]);
    expect(answers[1]?.body).toEqual({ sku: "R", node: "berlin", on_hand: 52_500, change: 50_000, short: 0, quantity_scale: 3 });
    const stock = async (): Promise<unknown> => (await done(api.listStock({ client, query: { sku: "R" } }))).data.map(({ owner, condition, on_hand }) => ({ owner, condition, on_hand }));
    const there = await stock();
    expect(there).toEqual([{ owner: "", condition: "A", on_hand: 57_500 }, { owner: "guest", condition: "B", on_hand: 1000 }]);
    const movements = (await done(api.listStockMovements({ client, query: { sku: "R" } }))).data;
    expect(movements.find((movement) => movement.on_hand === 2500)).toMatchObject({ kind: "receipt", occurred_at: "2024-05-01T00:00:00.000Z", unit_cost_micros: 1_500_000 });
    expect(movements.find((movement) => movement.on_hand === 5000)).toMatchObject({ cause_kind: "supply", cause: supply.id });

    const before = await position();
    const again = await sent("/v1/stock/receipts/bulk", [...lines.slice(0, 3), lines[10], keyed("receipt 1", { ...arrived, quantity: 3 })]);
    expect(outcomes(again)).toEqual([[1, 200], [2, 200], [3, 200], [4, 200], [5, "IDEMPOTENCY_KEY_REUSED"]]);
    expect(again[1]?.body).toEqual(answers[1]?.body);
    expect([await stock(), await position()]).toEqual([there, before]);
  });

  test("answers come while lines are still being sent", async () => {
    let more: (text: string | null) => void = () => undefined;
    const parts: Promise<string | null>[] = [];
    const next = (): Promise<string | null> => new Promise((resolve) => void (more = resolve));
    parts.push(next());
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const text = await parts.shift();
        if (text === null || text === undefined) return controller.close();
        parts.push(next());
        controller.enqueue(new TextEncoder().encode(text));
      },
    });
    const sending = fetch(`${server.url}/v1/orders/bulk`, {
      method: "POST", body, duplex: "half", headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/x-ndjson" },
    } as RequestInit);
    more(`${JSON.stringify(anOrder([{ sku: "A", quantity: 1 }]))}\n`);
    const reader = ((await sending).body as ReadableStream<Uint8Array>).getReader();
    expect(JSON.parse(new TextDecoder().decode((await reader.read()).value))).toMatchObject({ line: 1, status: 201 });
    more(`\n${JSON.stringify(anOrder([{ sku: "A", quantity: 1 }]))}\n`);
    expect(JSON.parse(new TextDecoder().decode((await reader.read()).value))).toMatchObject({ line: 3, status: 201 });
    more(null);
    expect((await reader.read()).done).toBe(true);
  });
});

describe("keys, health and documents", () => {
  test("a key is shown once, lives beside its successor, and ends when it is revoked", async () => {
    const made = await done(api.createApiKey({ client, body: { name: "warehouse", scopes: ["stock:read"] } }));
    expect(made.key).toMatch(/^ordo_live_[0-9A-Za-z]{38}$/);
    const asked = (key: string): Promise<number | undefined> => api.listStock({ client: server.clientWith(key) }).then(({ response }) => response?.status);
    expect(await asked(made.key)).toBe(200);
    const rotated = await done(api.rotateApiKey({ client, path: { id: made.api_key.id }, body: { overlap_seconds: 60 } }));
    expect([await asked(made.key), await asked(rotated.key)]).toEqual([200, 200]);
    expect(rotated.api_key).toMatchObject({ rotated_from: made.api_key.id, scopes: ["stock:read"], expires_at: null });
    await done(api.revokeApiKey({ client, path: { id: rotated.api_key.id } }));
    await expect.poll(() => asked(rotated.key), { timeout: 5000 }).toBe(401);
    const listed = await done(api.listApiKeys({ client }));
    expect(JSON.stringify(listed)).not.toContain(made.key);
    expect(listed.data.find((key) => key.id === made.api_key.id)?.last_used_at).not.toBeNull();
    expect(server.log.join("")).not.toContain(made.key);
  });

  test("a sign-in link opens one session of a person", async () => {
    const link = `${server.url}/sign-in?token=${await server.signInToken()}`;
    const first = await fetch(link, { redirect: "manual" });
    expect(first.status).toBe(303);
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^ordo_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    expect((await fetch(link, { redirect: "manual" })).status).toBe(401);
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    const list = await fetch(`${server.url}/v1/orders`, { headers });
    expect(list.status).toBe(200);
    const [order] = ((await list.json()) as api.ListOrdersResponses[200]).data;
    expect(await (await fetch(`${server.url}/v1/orders/${order?.id}`, { headers })).json()).toMatchObject({ id: order?.id });
    const write = await fetch(`${server.url}/v1/orders/${order?.id}/cancel`, { method: "POST", headers: { ...headers, origin: "https://evil.example", "content-type": "application/json" }, body: '{"reason":"x"}' });
    expect(write.status).toBe(403);
    expect((await fetch(`${server.url}/v1/api-keys`, { headers })).status).toBe(200);
  });

  test("health, metrics and the document need no key", async () => {
    for (const path of ["/health/live", "/health/ready", "/metrics", "/openapi.json"]) expect((await fetch(server.url + path)).status, path).toBe(200);
    const document = await (await fetch(`${server.url}/openapi.json`)).json() as { openapi: string; paths: Record<string, Record<string, { operationId?: string }>> };
    expect(document.openapi).toBe("3.1.0");
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(operations.length).toBeGreaterThan(45);
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
  });

  test("requests are logged by route, without addresses, bodies or keys", () => {
    const lines = server.log.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line["msg"] === "request");
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.some((line) => line["route"] === "/v1/orders/:id" && line["status"] === 200 && typeof line["seconds"] === "number")).toBe(true);
    expect(server.log.join("")).not.toMatch(/ada@example|Muster|Weg 1|an-administrator|ord_[0-9a-f]{32}/);
  });
});
