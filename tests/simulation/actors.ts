import { claimedUnits, REJECT_REASONS } from "../../src/domain/fulfillment/index.ts";
import { type HoldKind, openHolds, type Order, type Shipment } from "../../src/domain/order/index.ts";
import { actOnOrders, type OrderCommand } from "../../src/flows/act-on-orders.ts";
import { captureOrders, type CaptureOrder } from "../../src/flows/capture-orders.ts";
import { ADJUSTMENT_REASONS, changeStock, type StockCommand } from "../../src/flows/change-stock.ts";
import { type ClaimCommand, claimStock } from "../../src/flows/claim-stock.ts";
import type { OrderAction } from "../../src/flows/order-actions.ts";
import { announceSupply, saveFacts } from "../../src/flows/save-facts.ts";
import { leaveOfflineNode, sweep } from "../../src/flows/sweep.ts";
import { placeKey } from "./database.ts";
import { type Office, TENANT } from "./office.ts";
import { asCommands, DESTINATIONS, KITS, NODES } from "./world.ts";

/** Everybody who acts on the shop. Each actor looks at what is committed, decides on something, and sends it. */
export type Actor = (office: Office) => Promise<void>;

const nodeCodes = NODES.map(({ code }) => code);

function aCapture(office: Office, externalId: string, claimId: string | null): CaptureOrder {
  const { random } = office;
  const lines = Array.from({ length: random.integer(1, 4) }, () => ({
    sku: random.chance(0.03) ? "unknown" : random.chance(0.05) ? "F" : random.pick(random.chance(0.12) ? KITS : office.goods), quantity: String(random.integer(1, 4)), unit: random.chance(0.1) ? "case" : null,
    unitPrice: "9.99", discountMinor: 0, taxMinor: 0, totalMinor: null, externalId: null, node: random.chance(0.08) ? random.pick(nodeCodes) : null,
  }));
  const hold = (kind: HoldKind): { kind: HoldKind; reason: string; dueAt: null }[] => [{ kind, reason: "asked for", dueAt: null }];
  return {
    ...office.head("buyer"), channel: random.pick(["web", "web", "shop", "market"]), externalId, currency: "EUR", placedAt: null, lines,
    totals: { totalMinor: random.chance(0.05) ? 1 : null, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: false },
    payment: { state: random.chance(0.2) ? "pending" : "paid", payments: [] }, risk: random.chance(0.05) ? "high" : null,
    requestedHolds: random.chance(0.08) ? hold(random.pick(["MANUAL", "FRAUD", "ADDRESS"])) : [], contact: {},
    destination: random.pick(DESTINATIONS), claimId, attributes: {},
  };
}

/** Orders, alone or in groups, some twice at once, some again under another key. */
const buyer: Actor = async (office) => {
  const { random } = office;
  const open = [...office.db.claims.values()].filter((claim) => claim.status === "open");
  const claimOf = (): string | null => (open.length > 0 && random.chance(0.4) ? random.pick(open).id : null);
  const commands = Array.from({ length: random.integer(1, 3) }, () => aCapture(office, office.newExternalId(), claimOf()));
  const again = random.chance(0.15) ? commands.map((command) => ({ ...command, idempotencyKey: office.head("").idempotencyKey })) : commands;
  if (random.chance(0.3)) office.start("a repeated capture", async () => void (await office.send(captureOrders, again)));
  await office.send(captureOrders, commands);
};

const claimer: Actor = async (office) => {
  const { random } = office;
  const open = [...office.db.claims.values()].filter((claim) => claim.status === "open");
  const head = office.head("basket");
  const some = open.length > 0 ? random.pick(open).id : null;
  const lines = [random.pick(office.goods), random.pick(random.chance(0.15) ? KITS : office.goods)].map((sku) => ({ sku, node: random.chance(0.5) ? random.pick(nodeCodes) : null, quantity: random.integer(1, 3) }));
  const command: ClaimCommand = some === null || random.chance(0.6)
    ? { ...head, type: "create", reference: null, ttlSeconds: random.integer(60, 7200), lines: random.chance(0.5) ? lines : lines.slice(0, 1) }
    : random.chance(0.5) ? { ...head, type: "extend", claimId: some, ttlSeconds: 3600 } : { ...head, type: "release", claimId: some };
  await office.send(claimStock, [command]);
};

type Expected = { readonly sku: string; readonly node: string; readonly owner: string; readonly condition: "A"; readonly supplyId: string };

/** Announces goods now and then, and names a supply that may be received. */
async function inbound(office: Office): Promise<Expected | null> {
  const { random } = office;
  if (random.chance(0.2)) {
    const supply = { kind: "purchase_order" as const, reference: "PO", dueAt: office.now, confidence: 100, quantity: random.integer(2, 6) };
    await office.send(announceSupply, [{ ...office.head("buyer"), sku: random.pick(office.goods), node: random.pick(nodeCodes), supply }]);
  }
  const open = [...office.db.supplies.values()];
  if (open.length === 0 || random.chance(0.5)) return null;
  const one = random.pick(open);
  return { sku: office.skuOf(one.itemId), node: office.codeOf(one.nodeId), owner: "", condition: "A", supplyId: one.id };
}

/** Where a node is at work on something right now: that is where a surprise does most harm. */
function busyPlace(office: Office): { sku: string; node: string } | null {
  const busy = [...office.db.orders.values()].flatMap((order) => order.shipments.filter((one) => WORKING.has(one.status)).map((shipment) => ({ order, shipment })));
  if (busy.length === 0) return null;
  const { order, shipment } = office.random.pick(busy);
  return { sku: office.skuOf(office.random.pick(order.lines).itemId), node: office.codeOf(shipment.nodeId) };
}

const WORKING: ReadonlySet<string> = new Set(["PLANNED", "RELEASED", "ACCEPTED", "PICKED", "PACKED"]);

/** Receipts, adjustments and counts, some of which find less than is promised. */
const warehouse: Actor = async (office) => {
  const { random } = office;
  const expected = await inbound(office);
  const commands = Array.from({ length: random.integer(1, 2) }, (): StockCommand => {
    if (expected && random.chance(0.5)) return { ...office.head("warehouse"), occurredAt: null, change: { type: "receive", ...expected, quantity: random.integer(1, 4), unitCostMicros: 1_000_000 } };
    const place = { ...(random.chance(0.6) ? busyPlace(office) : null) ?? { sku: random.pick(office.goods), node: random.pick(nodeCodes) }, owner: "", condition: "A" as const };
    const head = { ...office.head("warehouse"), occurredAt: null };
    if (random.chance(0.5)) return { ...head, change: { type: "receive", ...place, quantity: random.integer(1, 16), supplyId: null, unitCostMicros: null } };
    if (random.chance(0.5)) return { ...head, change: { type: "adjust", ...place, change: random.pick([-3, -2, -1, 1, 2]), reasonCode: random.pick(ADJUSTMENT_REASONS), note: null } };
    return { ...head, change: { type: "count", ...place, counted: random.integer(0, 12), note: null } };
  });
  if (random.chance(0.2)) office.start("a repeated stock change", async () => void (await sendStock(office, commands)));
  await sendStock(office, commands);
};

/** Each acknowledged key changes the physical world once, however often it was sent. */
export async function sendStock(office: Office, commands: readonly StockCommand[]): Promise<void> {
  const answers = await office.send(changeStock, commands);
  answers.forEach((answer, index) => {
    const change = commands[index]?.change;
    const key = commands[index]?.idempotencyKey ?? "";
    if (!answer.ok || !change || office.booked.has(key)) return;
    office.booked.add(key);
    const item = office.itemId(change.sku);
    const place = placeKey({ itemId: item, nodeId: office.nodeId(change.node), owner: change.owner, condition: change.condition });
    office.physical.set(place, (office.physical.get(place) ?? 0) + Number(answer.body["change"]));
  });
}

const someOrder = (office: Office): Order | null => {
  const open = [...office.db.orders.values()].filter((order) => order.status !== "COMPLETED" && order.status !== "CANCELLED");
  return open.length === 0 ? null : office.random.pick(open);
};

const command = (office: Office, actor: string, order: Order, action: OrderAction): OrderCommand => ({
  ...office.head(actor), orderId: order.id, expectedVersion: office.random.chance(0.1) ? order.commercialVersion : null, occurredAt: null, action,
});

/** What customer service and the back office do to orders. */
const clerk: Actor = async (office) => {
  const { random } = office;
  const order = someOrder(office);
  if (!order) return;
  const lineNo = random.pick(order.lines).lineNo;
  const open = openHolds(order.holds);
  const choices: OrderAction[] = [
    { type: "cancel", lines: null, reason: "changed my mind", force: random.chance(0.2) },
    { type: "cancel", lines: [{ lineNo, quantity: 1 }], reason: "one too many", force: random.chance(0.2) },
    { type: "override_routing", node: random.pick(nodeCodes), lines: random.chance(0.5) ? [lineNo] : null, reason: "closer to the customer" },
    { type: "place_hold", kind: random.pick(["MANUAL", "FRAUD", "CUSTOMER", "ITEM"]), lineNo: random.chance(0.3) ? lineNo : null, shipmentNo: null, reason: "look at this", owner: null, dueAt: random.chance(0.5) ? office.now + 600_000 : null },
    { type: "route", trigger: "MANUAL" },
    ...open.flatMap((hold): OrderAction[] => Array.from({ length: 3 }, () => ({ type: "release_hold", holdNo: hold.holdNo, reason: "fine" }))),
  ];
  const commands = Array.from({ length: random.integer(1, 2) }, () => command(office, "clerk", order, random.pick(choices)));
  if (random.chance(0.2)) office.start("a repeated order action", async () => void (await office.send(actOnOrders, commands)));
  await office.send(actOnOrders, commands);
};

function nodeStep(office: Office, order: Order, shipment: Shipment): OrderAction {
  const { random } = office;
  const { shipmentNo } = shipment;
  if (shipment.cancelRequested && random.chance(0.6)) return { type: "answer_cancel", shipmentNo, accepted: random.chance(0.7), note: null };
  const ship: OrderAction = { type: "ship", shipmentNo, carrier: "DHL", service: null, trackingNumbers: [`T${shipmentNo}`] };
  const units = claimedUnits(order, shipment, ["released"]).map(({ line, quantity }) => ({ lineNo: line.lineNo, quantity: random.integer(0, quantity) }));
  const reject: OrderAction = { type: "reject", shipmentNo, reasonCode: random.pick(REJECT_REASONS), note: null };
  switch (shipment.status) {
    case "PLANNED": return { type: "release", shipmentNo };
    case "RELEASED": return random.pick<OrderAction>([{ type: "accept", shipmentNo }, reject, { type: "pick", shipmentNo, lines: null, correctStock: true }, ship]);
    case "ACCEPTED": return random.pick<OrderAction>([reject, { type: "pick", shipmentNo, lines: random.chance(0.5) ? null : units, correctStock: random.chance(0.7) }]);
    case "PICKED": return random.pick<OrderAction>([{ type: "pack", shipmentNo, packages: null }, ship, { type: "hand_over", shipmentNo }]);
    case "PACKED": return random.pick<OrderAction>([ship, ship, { type: "hand_over", shipmentNo }]);
    case "SHIPPED": return { type: "carrier_outcome", shipmentNo, outcome: random.pick(["delivered", "delivered", "delivered", "lost", "returned_to_sender"]) };
    default: return { type: "accept", shipmentNo };
  }
}

/** Nodes and carriers: the next step of some shipments, not always the right one. */
const worker: Actor = async (office) => {
  const commands: OrderCommand[] = [];
  for (let n = office.random.integer(1, 4); n > 0; n--) {
    const order = someOrder(office);
    if (!order || order.shipments.length === 0) continue;
    commands.push(command(office, "node", order, nodeStep(office, order, office.random.pick(order.shipments))));
  }
  if (commands.length === 0) return;
  if (office.random.chance(0.15)) office.start("a repeated node action", async () => void (await office.send(actOnOrders, commands)));
  await office.send(actOnOrders, commands);
};

/** Somebody counts a shelf while somebody else picks from it. */
const stocktaker: Actor = async (office) => {
  const { random } = office;
  const busy = [...office.db.orders.values()].flatMap((order) => order.shipments.filter((one) => one.status !== "PLANNED" && WORKING.has(one.status)).map((shipment) => ({ order, shipment })));
  if (busy.length === 0) return;
  const { order, shipment } = random.pick(busy);
  const place = { sku: office.skuOf(random.pick(order.lines).itemId), node: office.codeOf(shipment.nodeId), owner: "", condition: "A" as const };
  office.start("a pick meanwhile", async () => void (await office.send(actOnOrders, [command(office, "node", order, nodeStep(office, order, shipment))])));
  await sendStock(office, [{ ...office.head("stocktaker"), occurredAt: null, change: { type: "count", ...place, counted: random.integer(0, 4), note: null } }]);
};

/** Timers repeat by themselves, so one that dies is simply gone. */
export const timer: Actor = async (office) => void (await sweep(office.anyStore(), TENANT, office.ambient));

const outage: Actor = async (office) => {
  const node = office.random.pick(NODES);
  const status = office.random.chance(0.5) ? "offline" : "online";
  await office.send(saveFacts, asCommands({ nodes: [{ ...node, status }] }).map((one) => ({ ...one, ...office.head("operator") })));
  if (status === "offline") await leaveOfflineNode(office.anyStore(), TENANT, office.nodeId(node.code), office.ambient);
};

/** Who is there today, and how often: days differ, so that no actor's noise hides another's mistakes. */
export function actorsOfTheDay({ random }: Office): Actor[] {
  const some = (actor: Actor, low: number, high: number): Actor[] => Array.from({ length: random.integer(low, high) }, () => actor);
  return [
    ...some(buyer, 2, 4), ...(random.chance(0.5) ? some(claimer, 1, 2) : []), ...some(warehouse, 1, 4), ...some(stocktaker, 0, 2), ...some(clerk, 1, 3), ...some(worker, 3, 7), ...some(timer, 1, 2),
    ...(random.chance(0.5) ? [outage] : []),
  ];
}
