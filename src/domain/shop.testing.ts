import { type Capacity, type Channel, DEFAULT_BACKORDERS, DEFAULT_CHECKS, DEFAULT_DEADLINES, DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, DEFAULT_WAITING, type Item, type Node, type RoutingPolicy } from "./catalog/index.ts";
import { applyPlan, planLines, type SourcingFacts, unitsToPlace } from "./fulfillment/index.ts";
import { CapacityBook, type CapacityRow, type DemandRow, isLimited, StockBook, type StockRow } from "./inventory/index.ts";
import { type Context, present } from "./kernel/index.ts";
import { openContest } from "./routing/contest.ts";
import { type Candidate, defaultGroup, type Demand, type RoutingRequest, type Rules, type Strategy } from "./routing/index.ts";
import { shippingFactsOf } from "./shipping/index.ts";
import {
  captureHolds, type CaptureCommand, type CaptureFacts, type CaptureLine, checkCapture, Journal, type Order, placeHold, type Shipment, statusOf,
} from "./order/index.ts";

/** What unit tests of the domain start from; whatever a test does not name does not matter to it. */

export const NOW = Date.UTC(2026, 2, 2, 9);

export const anItem = (sku: string, over: Partial<Item> = {}): Item => ({
  id: `item-${sku}`, sku, gtin: null, name: `Item ${sku}`, status: "active", quantityScale: 0, baseUnit: "each", units: [{ name: "case", factor: 12 }], handlingClass: "standard",
  weightGrams: null, dimensionsMm: null, backorder: false, waiting: DEFAULT_WAITING, safetyStock: 0, safetyPercent: 0, components: null, shipTogether: false, hsCode: null, originCountry: null, attributes: {}, ...over,
});
export const aNode = (code: string, over: Partial<Node> = {}): Node => ({
  id: `node-${code}`, code, name: code.toUpperCase(), kind: "dc", status: "online", priority: 1, address: {}, latitude: null, longitude: null, timeZone: "UTC", cutOff: null, itemClasses: null, operations: DEFAULT_OPERATIONS, ...over,
});
/** Operations of a node that can take on so much. */
export const limitedTo = (capacity: Partial<Capacity>): Pick<Node, "operations"> => ({ operations: { ...DEFAULT_OPERATIONS, capacity: { ...DEFAULT_OPERATIONS.capacity, ...capacity } } });
export const aChannel = (over: Partial<Omit<Channel, "routing">> & { routing?: Partial<RoutingPolicy> } = {}): Channel => ({
  id: "channel-web", code: "web", name: "Web", kind: "web", currency: "EUR", nodePool: null, buffer: 0, whenUnavailable: "backorder", autoRelease: false, priceCheck: null, strategy: null, checks: DEFAULT_CHECKS, backorders: DEFAULT_BACKORDERS, deadlines: DEFAULT_DEADLINES, ...over,
  routing: { ...DEFAULT_ROUTING_POLICY, ...over.routing },
});
export const stockOf = (sku: string, node: string, onHand: number, over: Partial<StockRow> = {}): StockRow => ({
  itemId: `item-${sku}`, nodeId: `node-${node}`, owner: "", condition: "A", onHand, reserved: 0, soft: 0, short: 0, ...over,
});

export const aLine = (sku: string, quantity: number | string, over: Partial<CaptureLine> = {}): CaptureLine => ({
  sku, quantity: String(quantity), unit: null, unitPrice: "10.00", discountMinor: 0, taxMinor: 0, totalMinor: null, externalId: null, node: null, ...over,
});
export const aCommand = (lines: readonly CaptureLine[], over: Partial<CaptureCommand> = {}): CaptureCommand => ({
  idempotencyKey: null, bodyHash: "00", channel: "web", externalId: "X-1", currency: "EUR", placedAt: null, lines,
  totals: { totalMinor: null, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: false },
  payment: { state: "paid", payments: [] }, risk: null, requestedHolds: [], contact: {}, destination: null, claimId: null, attributes: {}, ...over,
});

/** A demand for units of one item, as almost all are. */
export const aDemand = ({ item, ...demand }: Omit<Demand, "parts"> & { readonly item: Item }): Demand => ({ ...demand, parts: [{ lineNo: demand.lineNo, item, perUnit: 1 }] });
/** Every node as the channel's own settings see it. */
export function candidatesOf(request: RoutingRequest): readonly Candidate[] {
  const group = defaultGroup(request.policy);
  return openContest(request, request.demands, { strategy: null, group, holds: () => false }, group.filters).candidates;
}
export const itemOf = (demand: Demand): Item => present(demand.parts[0], "part").item;

export interface Shop {
  readonly journal: Journal;
  readonly book: StockBook;
  readonly facts: SourcingFacts;
  readonly captureFacts: CaptureFacts;
  at(now: number): void;
  capture(lines: readonly CaptureLine[], over?: Partial<CaptureCommand>): Order;
  node(code: string): Node;
}

/** Expressions that all hold. */
const RULES: Rules = { check: () => ({ ok: true, constant: null }), compile: () => () => ({ ok: true, holds: true }) };

/** A shop with stock; time stands still until told otherwise. */
export function openShop({ items, nodes, channel = aChannel(), stock = [], demand = [], capacity = [], strategies = [], rules = RULES }: {
  items: readonly Item[]; nodes: readonly Node[]; channel?: Channel; stock?: readonly StockRow[]; demand?: readonly DemandRow[]; capacity?: readonly CapacityRow[];
  strategies?: readonly Strategy[]; rules?: Rules;
}): Shop {
  const limits = nodes.flatMap(({ id, operations }) => (isLimited(operations.capacity) ? [[id, operations.capacity] as const] : []));
  const slots = nodes.flatMap(({ id, operations: { pickup } }) => (pickup?.ordersPerSlot == null ? [] : [[id, pickup.ordersPerSlot] as const]));
  const book = new StockBook(stock, demand, new CapacityBook(new Map(limits), capacity, new Map(slots)));
  let ids = 0;
  const clock = { now: NOW };
  const context: Context = { get now() { return clock.now; }, actor: "tester", newId: () => `id-${String((ids += 1)).padStart(4, "0")}` };
  const journal = new Journal(context, book);
  const facts: SourcingFacts = { channel, nodes, item: (id) => present(items.find((item) => item.id === id), "item"), shipping: shippingFactsOf([]), strategies: new Map(strategies.map((one) => [one.code, one])), backlog: () => 0, tools: { rules, pack: () => [] } };
  const itemOf = (sku: string): Item | undefined => items.find((item) => item.sku === sku);
  const captureFacts: CaptureFacts = { channel, item: itemOf, nodeExists: (code) => nodes.some((node) => node.code === code), now: NOW, places: null };
  return {
    journal, book, facts, captureFacts,
    at: (now) => void (clock.now = now),
    node: (code) => present(nodes.find((node) => node.code === code), "node"),
    capture(lines, over = {}) {
      const checked = checkCapture(aCommand(lines, over), captureFacts, `order-${(ids += 1)}`, 1001);
      if (!checked.ok) throw new Error(checked.refusal.detail);
      const { order } = checked.value;
      for (const hold of captureHolds(checked.value, itemOf)) placeHold(order, hold, NOW);
      const event = journal.event("OrderCaptured", order.id, {});
      const { routable, held } = unitsToPlace(order);
      for (const line of held) journal.move(event, order, line, null, "pending", line.ordered, null);
      if (routable.length > 0) applyPlan(journal, order, routable, planLines(journal, order, routable, facts, "CAPTURE"), facts, "CAPTURE");
      order.status = statusOf(order);
      return order;
    },
  };
}

/** The line's units that are somewhere, by bucket. */
export const unitsOf = (order: Order, lineNo = 1): Record<string, number> =>
  Object.fromEntries(Object.entries(order.lines.find((line) => line.lineNo === lineNo)?.units ?? {}).filter(([, units]) => units !== 0));

export const shipmentOf = (order: Order, shipmentNo = 1): Shipment => present(order.shipments.find((one) => one.shipmentNo === shipmentNo), "shipment");

/** What was refused, or "ok". */
export const codeOf = (outcome: { ok: true } | { ok: false; refusal: { code: string } }): string => (outcome.ok ? "ok" : outcome.refusal.code);
