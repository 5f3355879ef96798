import pg from "pg";
import { DEFAULT_BACKORDERS, DEFAULT_CHECKS, DEFAULT_DEADLINES, DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, type Channel, type Item, type Node, DEFAULT_WAITING } from "../../src/domain/catalog/index.ts";
import { parsePublicId } from "../../src/domain/kernel/index.ts";
import { captureOrders, type CaptureOrder } from "../../src/flows/capture-orders.ts";
import { actOnOrders, type OrderCommand } from "../../src/flows/act-on-orders.ts";
import { changeStock, type StockCommand } from "../../src/flows/change-stock.ts";
import { saveFacts } from "../../src/flows/save-facts.ts";
import type { Ambient, Answer } from "../../src/flows/ports.ts";
import type { OrderAction } from "../../src/flows/order-actions.ts";
import type { Queries } from "../../src/flows/queries.ts";
import type { ReportQueries } from "../../src/flows/reports.ts";
import { openPool } from "../../src/postgres/database.ts";
import { openQueries } from "../../src/postgres/queries/index.ts";
import { type PostgresStore, postgresStore } from "../../src/postgres/store.ts";
import { ensureTenant, newId } from "../../src/postgres/tenants.ts";

/** Everything a flow test needs, with defaults that do not matter to it. */

export const anItem = (sku: string, over: Partial<Item> = {}): Omit<Item, "id"> => ({
  sku, gtin: null, name: `Item ${sku}`, status: "active", quantityScale: 0, baseUnit: "each", units: [], handlingClass: "standard", weightGrams: null,
  dimensionsMm: null, backorder: false, waiting: DEFAULT_WAITING, safetyStock: 0, safetyPercent: 0, components: null, shipTogether: false, hsCode: null, originCountry: null, attributes: {}, ...over,
});
export const aNode = (code: string, over: Partial<Node> = {}): Omit<Node, "id"> => ({
  code, name: `Node ${code}`, kind: "dc", status: "online", priority: 1, address: {}, latitude: null, longitude: null, timeZone: "UTC", cutOff: null, itemClasses: null, operations: DEFAULT_OPERATIONS, ...over,
});
export const aChannel = (code: string, over: Partial<Channel> = {}): Omit<Channel, "id"> => ({
  code, name: code, kind: "web", currency: "EUR", nodePool: null, buffer: 0, whenUnavailable: "backorder", autoRelease: false, priceCheck: null, strategy: null, checks: DEFAULT_CHECKS, backorders: DEFAULT_BACKORDERS, deadlines: DEFAULT_DEADLINES, routing: DEFAULT_ROUTING_POLICY, ...over,
});

const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "test" } as const;
let serial = 0;

export function anOrder(lines: readonly { sku: string; quantity: number | string; node?: string }[], over: Partial<CaptureOrder> = {}): CaptureOrder {
  serial += 1;
  return {
    ...HEAD, channel: "web", externalId: `X-${serial}-${newId()}`, currency: "EUR", placedAt: null,
    lines: lines.map(({ sku, quantity, node }) => ({ sku, quantity: String(quantity), unit: null, unitPrice: "10.00", discountMinor: 0, taxMinor: 0, totalMinor: null, externalId: null, node: node ?? null })),
    totals: { totalMinor: null, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: false },
    payment: { state: "paid", payments: [] }, risk: null, requestedHolds: [], contact: {}, destination: null, claimId: null, attributes: {}, ...over,
  };
}

/** The id of the order that an answer is about; throws where it is a refusal. */
export function orderIdOf(answer: Answer | undefined): string {
  if (!answer?.ok) throw new Error(JSON.stringify(answer));
  return parsePublicId("order", String(answer.body["id"])) ?? "";
}

export interface World {
  readonly store: PostgresStore;
  readonly pool: pg.Pool;
  readonly owner: pg.Client;
  readonly tenantId: number;
  readonly ambient: Ambient;
  readonly availability: Queries["availabilityFacts"];
  readonly orderIds: Queries["listOrderIds"];
  readonly reportQueries: ReportQueries;
  capture(...commands: CaptureOrder[]): Promise<Answer[]>;
  act(orderId: string, action: OrderAction, over?: Partial<OrderCommand>): Promise<Answer>;
  stock(change: StockCommand["change"]): Promise<Answer>;
  receive(sku: string, node: string, quantity: number): Promise<Answer>;
  facts(facts: { items?: Omit<Item, "id">[]; nodes?: Omit<Node, "id">[]; channels?: Omit<Channel, "id">[] }): Promise<void>;
  query<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export async function openWorld(database: { ownerUrl: string; runtimeUrl: string }, clock: () => number = Date.now): Promise<World> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const tenantId = await ensureTenant(owner, "main", "Main");
  const pool = openPool({ url: database.runtimeUrl, connections: 6, plans: "generic", applicationName: "test" });
  const store = postgresStore(pool);
  const ambient: Ambient = { now: clock, newId };
  const reading = openQueries({ url: database.runtimeUrl, connections: 1 });
  const stock = async (change: StockCommand["change"]): Promise<Answer> => first(await changeStock(store, tenantId, [{ ...HEAD, occurredAt: null, change }], ambient));
  return {
    store, pool, owner, tenantId, ambient, stock, availability: reading.queries.availabilityFacts, orderIds: reading.queries.listOrderIds, reportQueries: reading.queries,
    capture: (...commands) => captureOrders(store, tenantId, commands, ambient),
    act: async (orderId, action, over = {}) => first(await actOnOrders(store, tenantId, [{ ...HEAD, orderId, expectedVersion: null, occurredAt: null, action, ...over }], ambient)),
    receive: (sku, node, quantity) => stock({ type: "receive", sku, node, owner: "", condition: "A", quantity, supplyId: null, unitCostMicros: null }),
    facts: async ({ items = [], nodes = [], channels = [] }) => {
      const commands = [
        ...items.map((fact) => ({ ...HEAD, validFrom: null, type: "item" as const, fact })), ...nodes.map((fact) => ({ ...HEAD, validFrom: null, type: "node" as const, fact })),
        ...channels.map((fact) => ({ ...HEAD, validFrom: null, type: "channel" as const, fact })),
      ];
      for (const answer of await saveFacts(store, tenantId, commands, ambient)) if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
    },
    query: async (text, values = []) => (await owner.query(text, values)).rows,
    close: async () => {
      await reading.close();
      await pool.end();
      await owner.end();
    },
  };
}

function first(answers: readonly Answer[]): Answer {
  const [answer] = answers;
  if (!answer) throw new Error("no answer");
  return answer;
}
