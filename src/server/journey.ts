import { type EventType, parsePublicId, parseShipmentId } from "../domain/kernel/index.ts";
import type { Order } from "../domain/order/index.ts";
import { actOnOrders, type OrderCommand } from "../flows/act-on-orders.ts";
import type { RecordedEvent } from "../flows/integration.ts";
import type { OrderAction } from "../flows/order-actions.ts";
import { releaseTogether, splitByMerging } from "../flows/merge-orders.ts";
import type { WorkerStore } from "../flows/worker-store.ts";
import { createInvoices, type Departed } from "../flows/create-invoices.ts";
import { identifyWaiting } from "../flows/map-variants.ts";
import type { Ambient } from "../flows/ports.ts";
import { shareOutItems } from "../flows/settle-supply.ts";
import { shareOutAtNodes } from "../flows/share-out-opened.ts";
import { ORDERS_MAX } from "../flows/close-nodes.ts";
import { leaveOfflineNode } from "../flows/sweep.ts";
import { lookSoon } from "../flows/watch-promises.ts";

export type NextStep = "release_planned_shipments" | "leave_offline_node" | "share_out_at_node" | "release_to_open_store" | "serve_waiting_orders" | "share_out_supply" | "identify_lines" | "cancel_rejected_orders" | "ship_parcels" | "create_invoice" | "look_at_dates";

/** From fact to next work: everything that happens by itself because something happened. What time does is in flows/sweep.ts. */
export const JOURNEY: Readonly<Record<EventType, readonly NextStep[]>> = {
  OrderCaptured: ["cancel_rejected_orders", "release_planned_shipments"],
  OrderRouted: ["release_planned_shipments"],
  HoldPlaced: [],
  HoldReleased: ["release_planned_shipments"],
  ReservationExpired: [],
  LinesCancelled: [],
  CancelRequested: [],
  CancelAnswered: [],
  ShipmentReleased: [],
  ShipmentAccepted: [],
  ShipmentRejected: [],
  ShipmentPicked: [],
  ShipmentPacked: [],
  ShipmentShipped: ["ship_parcels", "create_invoice"],
  ShipmentHandedOver: ["create_invoice"],
  ShipmentArrivedAtStore: ["create_invoice"],
  ShipmentDelivered: [],
  ShipmentLost: [],
  ShipmentReturnedToSender: [],
  ShipmentTimedOut: [],
  StockReceived: ["serve_waiting_orders"],
  StockAdjusted: ["serve_waiting_orders"],
  SupplyCreated: ["share_out_supply"],
  SupplyOrderCreated: [],
  SupplyShipped: [],
  SupplyChanged: [],
  SupplyDiscrepancy: [],
  SupplyFreed: ["share_out_supply"],
  PromiseChanged: [],
  PromiseAtRisk: [],
  ClaimCreated: [],
  ClaimExtended: [],
  ClaimReleased: [],
  ClaimExpired: [],
  OrderFollowedChannel: ["release_planned_shipments"],
  OrderTagged: [],
  OrderAssigned: [],
  OrderNoted: [],
  LineIdentified: ["release_planned_shipments"],
  VariantMapped: ["identify_lines"],
  InvoiceCreated: [],
  InvoiceSellerSaved: [],
  ExceptionResolved: [],
  ItemSaved: [],
  NodeSaved: ["leave_offline_node", "share_out_at_node", "release_to_open_store", "look_at_dates"],
  NodesClosed: ["look_at_dates"],
  NodesOpened: ["look_at_dates"],
  PriceListSaved: [],
  PricesSaved: [],
  StrategyDrafted: [],
  StrategyDraftDropped: [],
  StrategyPublished: [],
  StrategyWithdrawn: [],
  ShippingFactSaved: ["look_at_dates"],
  ChannelPaused: [],
  ChannelThrottled: [],
  ChannelResumed: [],
  CustomerChanged: [],
  CustomerMerged: [],
  CustomerExported: [],
  CustomerErased: [],
  OrderDraftPlaced: [],
  OrderDraftDiscarded: [],
  ChannelSaved: [],
  ApiKeySaved: [],
  ApiKeyRevoked: [],
  WebhookSaved: [],
  WebhookDeleted: [],
  ConnectionSaved: [],
  ConnectionDeleted: [],
  MailSettingsSaved: [],
  ReportScheduleSaved: [],
  ReportScheduleDeleted: [],
  ChannelRateRaised: [],
  UserAdded: [],
  UserChanged: [],
  UserDisabled: [],
  UserErased: [],
  UserSecured: [],
  UserPasskeyAdded: [],
  UserPasskeyRemoved: [],
  UserLinked: [],
  UserUnlinked: [],
  UserSignedIn: [],
  SignInFailed: [],
};

export interface JourneyDeps {
  readonly store: WorkerStore;
  readonly ambient: Ambient;
}

type Step = (deps: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean) => Promise<void>;

const STEPS: Readonly<Record<NextStep, Step>> = {
  release_planned_shipments: releasePlannedShipments,
  leave_offline_node: leaveOfflineNodes,
  share_out_at_node: shareOutAtOpenNodes,
  release_to_open_store: releaseToOpenStores,
  serve_waiting_orders: serveWaitingOrders,
  share_out_supply: shareOutFreeSupply,
  identify_lines: identifyLines,
  cancel_rejected_orders: cancelRejectedOrders,
  ship_parcels: shipParcels,
  create_invoice: invoiceShipments,
  look_at_dates: lookAtDates,
};

/** A type of a newer program version has none here. */
export const hasNextSteps = (type: EventType): boolean => (JOURNEY[type] ?? []).length > 0;

/** Orders that one transaction takes. */
const ORDERS_AT_ONCE = 200;
/** No node and no item has this many batches of orders; a step that does not end is a defect. */
const ROUNDS_MAX = 10_000;

/** Does what follows these facts, step by step over all of them. Repeating it changes nothing; `mayGoOn` is asked before every change. */
export async function takeNextSteps(deps: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean = () => true): Promise<void> {
  for (const [name, step] of Object.entries(STEPS)) {
    const concerned = events.filter(({ type }) => (JOURNEY[type] ?? []).some((next) => next === name));
    if (concerned.length > 0 && mayGoOn()) await step(deps, tenantId, concerned, mayGoOn);
  }
}

const actor = "journey";

/** Hands planned shipments to their nodes where the channel wants that without a person; holds are the flow's business. */
async function releasePlannedShipments(deps: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  const causes = new Map<string, RecordedEvent>();
  for (const event of events) if (event.orderId !== null && !causes.has(event.orderId)) causes.set(event.orderId, event);
  await releaseFor(deps, tenantId, causes, mayGoOn);
}

/** What was not released because the store it goes to was closed. */
async function releaseToOpenStores(deps: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  const opened = new Map(events.filter(({ data }) => data["status"] === "online").map((event) => [String(event.data["code"]), event]));
  for (const [code, event] of opened) {
    const orderIds = await deps.store.transact(tenantId, (tx) => tx.findOrdersPlannedTo([code], ORDERS_MAX));
    await releaseFor(deps, tenantId, new Map(orderIds.map((orderId) => [orderId, event])), mayGoOn);
  }
}

async function releaseFor({ store, ambient }: JourneyDeps, tenantId: number, causes: ReadonlyMap<string, RecordedEvent>, mayGoOn: () => boolean): Promise<void> {
  for (const orderIds of chunks([...causes.keys()].toSorted())) {
    const { plain, due } = await store.transact(tenantId, async (tx) => {
      const automatic = new Set((await tx.loadChannels(ambient.now())).filter((channel) => channel.autoRelease).map((channel) => channel.id));
      if (automatic.size === 0) return { plain: [], due: [] };
      return splitByMerging(tx, (await tx.lockOrders(orderIds)).filter((order) => automatic.has(order.channelId)), ambient);
    });
    const commands = plain.flatMap((order) => releases(order, causes.get(order.id)?.id ?? ""));
    // A hold in the way, or a person who was quicker, is an expected refusal and the end of it.
    for (const some of chunks(commands)) if (mayGoOn()) await actOnOrders(store, tenantId, some, ambient);
    if (due.length > 0 && mayGoOn()) await releaseTogether(store, tenantId, due, ambient);
  }
}

const releases = (order: Order, eventId: string): OrderCommand[] => order.shipments
  .filter((shipment) => shipment.status === "PLANNED")
  .map(({ shipmentNo }) => command(order.id, { type: "release", shipmentNo }, `journey/${eventId}/release/${shipmentNo}`));

/** Moves what a node that went offline has not been told of yet. Nodes that were closed together are left by their closure, which says what became of each order. */
async function leaveOfflineNodes({ store, ambient }: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  const nodes = new Set(events.filter(({ data }) => data["status"] === "offline" && data["closure"] === undefined).flatMap(({ data }) => parsePublicId("node", String(data["node"])) ?? []));
  for (const nodeId of nodes) {
    await repeat(async () => mayGoOn() && (await leaveOfflineNode(store, tenantId, nodeId, ambient)) > 0);
  }
}

/** A node that came online gives who waits what is on its way to it. */
async function shareOutAtOpenNodes({ store, ambient }: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  const nodes = events.filter(({ data }) => data["status"] === "online").flatMap(({ data }) => parsePublicId("node", String(data["node"])) ?? []);
  await shareOutAtNodes(store, tenantId, [...new Set(nodes)], ambient, mayGoOn);
}

/**
 * What arrived and the receipt's own commit did not hand out, which serves a bounded number of orders. Orders that
 * cannot be served stay at the front: when a whole batch of them comes again, nothing is left to hand out.
 */
async function serveWaitingOrders({ store, ambient }: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  const items = [...new Set(events.filter(({ data }) => !(Number(data["change"]) < 0)).flatMap(({ data }) => parsePublicId("item", String(data["item"])) ?? []))];
  if (items.length === 0) return;
  let before = "";
  await repeat(async () => {
    const orderIds = await store.transact(tenantId, (tx) => tx.findWaitingOrders(items, ORDERS_AT_ONCE));
    const found = orderIds.join();
    if (orderIds.length === 0 || found === before || !mayGoOn()) return false;
    before = found;
    await actOnOrders(store, tenantId, orderIds.map((orderId) => command(orderId, { type: "route", trigger: "STOCK_ARRIVED" }, null)), ambient);
    return orderIds.length === ORDERS_AT_ONCE;
  });
}

/** Goods that were announced, or that nobody counts on any more, are for who waits. */
async function shareOutFreeSupply({ store, ambient }: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  const items = [...new Set(events.flatMap(({ data }) => parsePublicId("item", String(data["item"])) ?? []))];
  for (const itemId of items.toSorted()) if (mayGoOn()) await shareOutItems(store, tenantId, [itemId], ambient);
}

/** Orders that came before their goods were mapped. */
async function identifyLines({ store, ambient }: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  for (const { data } of events) {
    await repeat(async () => mayGoOn() && (await identifyWaiting(store, tenantId, String(data["channel"]), String(data["variant"]), ORDERS_AT_ONCE, ambient)) > 0);
  }
}

/** Orders whose risk is above what their channel puts up with; their hold keeps everything else from happening meanwhile. */
async function cancelRejectedOrders({ store, ambient }: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  const rejected = events.flatMap(({ id, orderId, data }) => (orderId !== null && data["rejected"] === true ? [{ id, orderId }] : []));
  const commands = rejected.map(({ id, orderId }) => command(orderId, { type: "cancel", lines: null, reason: "the risk score is above what the channel accepts", force: false, by: "seller" }, `journey/${id}/reject`));
  for (const some of chunks(commands)) if (mayGoOn()) await actOnOrders(store, tenantId, some, ambient);
}

/** What is packed of other orders in the same parcel leaves with it, under the same number; what its node has not packed is the node's to tell of. */
async function shipParcels({ store, ambient }: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  for (const { id, orderId, data } of events) {
    const { parcel_shipments: shipments } = data;
    const mates = (Array.isArray(shipments) ? shipments : []).flatMap((one) => parseShipmentId(String(one)) ?? []).filter((one) => one.orderId !== orderId);
    if (mates.length === 0) continue;
    const orders = await store.transact(tenantId, (tx) => tx.lockOrders(mates.map((one) => one.orderId).toSorted()));
    const commands = mates.flatMap(({ orderId: mate, shipmentNo }) => {
      const shipment = orders.find((order) => order.id === mate)?.shipments.find((one) => one.shipmentNo === shipmentNo);
      const [carrier, service, number] = [data["carrier"], data["service"], data["tracking_number"]].map((one) => (typeof one === "string" ? one : null));
      return shipment?.status === "PACKED" ? [command(mate, { type: "ship", shipmentNo, carrier: carrier ?? null, service: service ?? null, trackingNumbers: number ? [number] : [] }, `journey/${id}/ship/${mate}`)] : [];
    });
    if (commands.length > 0 && mayGoOn()) await actOnOrders(store, tenantId, commands, ambient);
  }
}

/** One invoice for each shipment that left. Those of one order stay together, in the order in which they left. */
async function invoiceShipments({ store, ambient }: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  const departed = new Map<string, Departed[]>();
  for (const { orderId, occurredAt, data } of events) {
    if (orderId !== null) departed.set(orderId, [...(departed.get(orderId) ?? []), { orderId, shipmentNo: Number(data["shipment_no"]), leftAt: occurredAt }]);
  }
  for (const orders of chunks([...departed.values()])) if (mayGoOn()) await createInvoices(store, tenantId, orders.flat(), ambient);
}

/** What nodes and carriers do has changed: dates may be kept or missed otherwise than at the last look. Prices are no matter. */
async function lookAtDates({ store, ambient }: JourneyDeps, tenantId: number, events: readonly RecordedEvent[], mayGoOn: () => boolean): Promise<void> {
  if (!events.some(({ type, data }) => type !== "ShippingFactSaved" || data["kind"] === "calendar" || data["kind"] === "carrier_service")) return;
  await repeat(async () => mayGoOn() && (await lookSoon(store, tenantId, ambient)));
}

const command = (orderId: string, action: OrderAction, idempotencyKey: string | null): OrderCommand =>
  ({ idempotencyKey, bodyHash: "00", actor, orderId, expectedVersion: null, occurredAt: null, action });

async function repeat(round: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < ROUNDS_MAX; n++) if (!(await round())) return;
  throw new Error(`a step of the journey did not end within ${ROUNDS_MAX} rounds`);
}

const chunks = <T>(list: readonly T[]): T[][] => Array.from({ length: Math.ceil(list.length / ORDERS_AT_ONCE) }, (_, n) => list.slice(n * ORDERS_AT_ONCE, (n + 1) * ORDERS_AT_ONCE));
