import { DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, type Item, type Node } from "../../src/domain/catalog/index.ts";
import { StockBook } from "../../src/domain/inventory/index.ts";
import { type AppliedRules, type RoutingRequest, type StrategyGroup } from "../../src/domain/routing/index.ts";
import { PRESETS } from "../../src/domain/routing/presets.ts";
import { type CarrierService, type PackingPort, type RateCard, shippingFactsOf, ShipTimes } from "../../src/domain/shipping/index.ts";
import { Random } from "../../tests/simulation/random.ts";

const NOW = Date.UTC(2026, 2, 2, 9);
const ZONES = ["1", "2", "3", "4", "5", "6", "7", "8"];

const services: readonly CarrierService[] = ["standard", "express"].map((level) => ({
  carrier: "fast", code: level, name: `Fast ${level}`, level, calendar: "week", deliveryWeekdays: [1, 2, 3, 4, 5], dimensionalDivisor: 5000, maximumGrams: 31_500, maximumLengthMm: null, handlingClasses: null,
  lanes: ZONES.map((zone, n) => ({
    fromNodes: null, fromCountries: null, toCountry: "DE", toPostcodes: [{ from: `${n}0`, to: `${n}9` }], zone, transitDays: level === "express" ? { least: 1, most: 1 } : { least: 1, most: 2 + (n % 3) },
  })),
}));
const cards: readonly RateCard[] = services.map(({ carrier, code }, s) => ({
  code: `${carrier}-${code}`, carrier, service: code, currency: "EUR",
  zones: Object.fromEntries(ZONES.map((zone, z) => [zone, [1_000, 2_000, 5_000, 10_000, 31_500].map((upToGrams, n) => ({ upToGrams, micros: 3_500_000 + z * 300_000 + n * 900_000 + s * 4_000_000, perKilogramMicros: 0 }))])),
  surcharges: [{ code: "fuel", kind: "percent" as const, amount: 650, aboveGrams: null, aboveLengthMm: null, zones: null, toCountries: null, toPostcodes: null, handlingClasses: null }],
}));

/** A network with calendars, two services, rate cards, boxes and handling: what a decision at full cost reads. */
export function openWorld(nodeCount: number, lineCount: number, pack: PackingPort): (seed: number) => RoutingRequest {
  const random = new Random(11);
  const week = Array.from({ length: 7 }, (_, day) => (day < 6 ? [{ opens: "07:00", closes: "20:00" }] : []));
  const facts = shippingFactsOf([
    { kind: "calendar", code: "week", document: { code: "week", name: "Week", week, exceptions: { "2026-04-03": { name: "Good Friday", spans: [] } } } },
    ...services.map((document) => ({ kind: "carrier_service" as const, code: `${document.carrier}/${document.code}`, document })),
    ...cards.map((document) => ({ kind: "rate_card" as const, code: document.code, document })),
    { kind: "package_type", code: "S", document: { code: "S", name: "Small", innerMm: [300, 200, 150], tareGrams: 120, maximumGrams: 5_000, costMicros: 250_000 } },
    { kind: "package_type", code: "M", document: { code: "M", name: "Medium", innerMm: [450, 350, 300], tareGrams: 350, maximumGrams: 20_000, costMicros: 600_000 } },
    { kind: "exchange_rates", code: "exchange-rates", document: { base: "EUR", perMillion: {} } },
  ]);
  const nodes = Array.from({ length: nodeCount }, (_, n): Node => ({
    id: `node-${String(n).padStart(4, "0")}`, code: `N${n}`, name: `Node ${n}`, kind: n % 5 === 0 ? "dc" : "store", status: "online", priority: n % 3, address: { country: "DE" },
    latitude: 47 + random.next() * 8, longitude: 6 + random.next() * 9, timeZone: "Europe/Berlin", cutOff: "16:00", itemClasses: null,
    operations: { ...DEFAULT_OPERATIONS, calendar: "week", processing: { minutes: 60, milliMinutesPerBacklogOrder: 100, maximumMinutes: 600 }, handling: { perShipmentMicros: 600_000 + (n % 7) * 50_000, perLineMicros: 120_000, perUnitMicros: 40_000 } },
  }));
  const items = Array.from({ length: 200 }, (_, i): Item => ({
    id: `item-${i}`, sku: `SKU-${i}`, gtin: null, name: `Item ${i}`, status: "active", quantityScale: 0, baseUnit: "each", units: [], handlingClass: "standard", weightGrams: random.integer(80, 2_500),
    dimensionsMm: [random.integer(60, 250), random.integer(50, 180), random.integer(20, 120)], backorder: true, safetyStock: 0, safetyPercent: 0, components: null, shipTogether: false, hsCode: null, originCountry: null, attributes: {},
    waiting: { backorderLimit: null, launchAt: null, preorderLimit: null },
  }));
  const rows = items.flatMap(({ id }) => nodes.flatMap((node) => (random.chance(0.4) ? [{ itemId: id, nodeId: node.id, owner: "", condition: "A" as const, onHand: random.integer(1, 40), reserved: 0, soft: 0, short: 0 }] : [])));
  const [leastCost] = PRESETS["least_cost"]?.groups ?? [];
  if (!leastCost) throw new Error("there is no preset for least cost");
  const rules: AppliedRules = { strategy: { code: "bench", version: 1 }, group: leastCost satisfies StrategyGroup, holds: () => true };
  const travel = { facts, times: new ShipTimes(facts), pack, backlog: () => 12, serviceLevel: null, deliverBy: null, timeZone: "Europe/Berlin" };
  const book = new StockBook(rows, []);
  return (seed) => {
    const chance = new Random(seed);
    const demands = Array.from({ length: lineCount }, (_, n) => {
      const item = items[(seed * 17 + n * 31) % items.length] ?? items[0];
      if (!item) throw new Error("no items");
      return { lineNo: n + 1, parts: [{ lineNo: n + 1, item, perUnit: 1 }], quantity: chance.integer(1, 3), preselected: null, excluded: new Set<string>() };
    });
    const destination = { latitude: 47 + chance.next() * 8, longitude: 6 + chance.next() * 9, country: "DE", region: null, postcode: `${chance.integer(0, 7)}${chance.integer(0, 9)}115` };
    return { demands, nodes, nodePool: null, policy: DEFAULT_ROUTING_POLICY, destination, book, ownPending: new Map(), trigger: "CAPTURE", now: NOW, rules: [rules], travel: { ...travel, deliverBy: NOW + 4 * 86_400_000 } };
  };
}
