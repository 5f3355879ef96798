import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { aChannel, anItem, anOrder, aNode, openWorld, type World } from "../support/world.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({
    items: [anItem("A"), anItem("B"), anItem("C", { backorder: true })],
    nodes: [aNode("berlin", { latitude: 52.52, longitude: 13.4 }), aNode("hamburg", { latitude: 53.55, longitude: 10 })],
    channels: [aChannel("web"), aChannel("shop", { whenUnavailable: "refuse" })],
  });
  await world.receive("A", "berlin", 10);
  await world.receive("B", "hamburg", 10);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const ok = (answer: Awaited<ReturnType<World["act"]>> | undefined): Record<string, any> => {
  if (!answer?.ok) throw new Error(JSON.stringify(answer));
  return answer.body as Record<string, any>;
};

test("an order goes from capture over two nodes to delivery", async () => {
  const [captured] = await world.capture(anOrder([{ sku: "A", quantity: 2 }, { sku: "B", quantity: 1 }], { destination: { latitude: 52.4, longitude: 13 } }));
  const body = ok(captured);
  expect(body["status"]).toBe("PROCESSING");
  expect(body["shipments"]).toHaveLength(2);
  expect(body["reason"]).toMatch(/^Split over Node berlin/);
  const id = parsePublicId("order", body["id"]) ?? "";
  for (const shipmentNo of [1, 2]) {
    ok(await world.act(id, { type: "release", shipmentNo }));
    ok(await world.act(id, { type: "ship", shipmentNo, carrier: "DHL", service: null, trackingNumbers: ["T1"] }));
    ok(await world.act(id, { type: "carrier_outcome", shipmentNo, outcome: "delivered" }));
  }
  const [row] = await world.query<{ status: string }>("select status from ordo.sales_order where id = $1", [id]);
  expect(row?.status).toBe("COMPLETED");
  const stock = await world.query("select on_hand, reserved from ordo.stock order by on_hand");
  expect(stock).toEqual([{ on_hand: "8", reserved: "0" }, { on_hand: "9", reserved: "0" }]);
});

test("what cannot be had is refused, waits or asks, as channel and item say", async () => {
  const [refused, backordered, exception] = await world.capture(
    anOrder([{ sku: "C", quantity: 1 }], { channel: "shop" }), anOrder([{ sku: "C", quantity: 1 }]), anOrder([{ sku: "B", quantity: 99 }]),
  );
  expect(refused?.ok).toBe(false);
  expect(ok(backordered)["status"]).toBe("BACKORDERED");
  expect(ok(exception)["status"]).toBe("PROCESSING");
  ok(await world.receive("C", "berlin", 1));
  const id = parsePublicId("order", ok(backordered)["id"]);
  const [row] = await world.query<{ status: string }>("select status from ordo.sales_order where id = $1", [id]);
  expect(row?.status).toBe("PROCESSING");
});
