import { type Capacity, type Channel, DEFAULT_BACKORDERS, DEFAULT_CHECKS, DEFAULT_DEADLINES, DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, DEFAULT_WAITING, type Item, type Node, type NodeOperations } from "../../src/domain/catalog/index.ts";
import type { FactCommand } from "../../src/flows/save-facts.ts";

/** The shop of the simulation: small, so that everything is contended. */

const item = (sku: string, over: Partial<Item> = {}): Omit<Item, "id"> => ({
  sku, gtin: null, name: `Item ${sku}`, status: "active", quantityScale: 0, baseUnit: "each", units: [{ name: "case", factor: 3 }], handlingClass: "standard", weightGrams: null,
  dimensionsMm: null, backorder: false, waiting: DEFAULT_WAITING, safetyStock: 0, safetyPercent: 0, components: null, shipTogether: false, hsCode: null, originCountry: null, attributes: {}, ...over,
});
const node = (code: string, over: Partial<Node> = {}): Omit<Node, "id"> => ({
  code, name: `Node ${code}`, kind: "dc", status: "online", priority: 1, address: {}, latitude: null, longitude: null, timeZone: "Europe/Berlin", cutOff: "16:00", itemClasses: null, operations: DEFAULT_OPERATIONS, ...over,
});
/** Little for a day or an hour, and enough for everybody in a week: who waits does not wait for this. */
const limitedTo = (capacity: Partial<Capacity>): NodeOperations => ({ ...DEFAULT_OPERATIONS, capacity: { ...DEFAULT_OPERATIONS.capacity, ...capacity } });
const channel = (code: string, over: Partial<Channel> = {}): Omit<Channel, "id"> => ({
  code, name: code, kind: "web", currency: "EUR", nodePool: null, buffer: 0, whenUnavailable: "backorder", autoRelease: false, priceCheck: null, strategy: null, checks: DEFAULT_CHECKS, backorders: DEFAULT_BACKORDERS, deadlines: DEFAULT_DEADLINES,
  routing: { ...DEFAULT_ROUTING_POLICY, holdKeepsStockMinutes: 120, coolDownMinutes: 90 }, ...over,
});

export const ITEMS: readonly Omit<Item, "id">[] = [
  item("A"), item("B", { backorder: true }), item("C", { backorder: true, safetyStock: 2 }), item("D", { handlingClass: "bulky" }),
  item("E", { backorder: true, safetyPercent: 20 }), item("F", { status: "blocked" }),
  item("KIT", { backorder: true, components: [{ sku: "A", quantity: 2 }, { sku: "B", quantity: 1 }] }), item("DUO", { shipTogether: true, components: [{ sku: "A", quantity: 1 }, { sku: "E", quantity: 2 }] }),
];
export const KITS = ["KIT", "DUO"] as const;
export const NODES: readonly Omit<Node, "id">[] = [
  node("berlin", { latitude: 52.52, longitude: 13.4 }), node("munich", { latitude: 48.14, longitude: 11.58, itemClasses: ["standard"], operations: limitedTo({ ordersPerDay: 6 }) }),
  node("lisbon", { latitude: 38.72, longitude: -9.14, timeZone: "Europe/Lisbon", cutOff: null }), node("store", { kind: "store", latitude: 50.11, longitude: 8.68, priority: 2, operations: limitedTo({ ordersPerHour: 1, unitsPerHour: 40 }) }),
];
export const CHANNELS: readonly Omit<Channel, "id">[] = [
  channel("web"), channel("shop", { whenUnavailable: "refuse", nodePool: ["berlin", "munich"] }),
  channel("market", {
    whenUnavailable: "exception", routing: { ...DEFAULT_ROUTING_POLICY, holdKeepsStockMinutes: 60, coolDownMinutes: 45, attemptLimit: 2, acceptWithinMinutes: 60, maximumDistanceKm: 2500 },
  }),
];
export const DESTINATIONS = [{ latitude: 52.4, longitude: 13.1 }, { latitude: 48.2, longitude: 11.4 }, { latitude: 41.1, longitude: -8.6 }, null] as const;

export const asCommands = (facts: { items?: readonly Omit<Item, "id">[]; nodes?: readonly Omit<Node, "id">[]; channels?: readonly Omit<Channel, "id">[] }): FactCommand[] => {
  const head = { idempotencyKey: null, bodyHash: "", actor: "set-up", validFrom: null };
  return [
    ...(facts.items ?? []).map((fact) => ({ ...head, type: "item" as const, fact })), ...(facts.nodes ?? []).map((fact) => ({ ...head, type: "node" as const, fact })),
    ...(facts.channels ?? []).map((fact) => ({ ...head, type: "channel" as const, fact })),
  ];
};
