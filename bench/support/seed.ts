import pg from "pg";
import { DEFAULT_BACKORDERS, DEFAULT_CHECKS, DEFAULT_DEADLINES, DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, DEFAULT_WAITING, type NodeOperations } from "../../src/domain/catalog/index.ts";
import { saveFacts, type FactCommand } from "../../src/flows/save-facts.ts";
import type { Ambient, Store } from "../../src/flows/ports.ts";

export const ITEMS = 10_000;
export const NODES = 10;

const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "bench", validFrom: null } as const;
export const skuOf = (index: number): string => `SKU-${String(index).padStart(5, "0")}`;

/** What a shop has beside the least that captures orders. */
export interface Shop {
  readonly strategy: string | null;
  /** Of each node in turn. */
  readonly operations: readonly NodeOperations[];
}
const PLAIN: Shop = { strategy: null, operations: [] };

/** Ten nodes across Europe, one item an index, one channel; backorders off, so every refusal would show. */
function facts({ strategy, operations }: Shop): FactCommand[] {
  const nodes = Array.from({ length: NODES }, (_, n): FactCommand => ({
    ...HEAD, type: "node", fact: {
      code: `node-${n}`, name: `Node ${n}`, kind: "dc", status: "online", priority: n, address: { country: "DE" }, latitude: 45 + n, longitude: 2 + 1.7 * n, timeZone: "Europe/Berlin", cutOff: "16:00", itemClasses: null,
      operations: operations[n] ?? DEFAULT_OPERATIONS,
    },
  }));
  const channel: FactCommand = {
    ...HEAD, type: "channel", fact: { code: "web", name: "Web", kind: "web", currency: "EUR", nodePool: null, buffer: 0, whenUnavailable: "exception", autoRelease: false, priceCheck: null, strategy, routing: DEFAULT_ROUTING_POLICY, checks: DEFAULT_CHECKS, backorders: DEFAULT_BACKORDERS, deadlines: DEFAULT_DEADLINES },
  };
  const items = Array.from({ length: ITEMS }, (_, i): FactCommand => ({
    ...HEAD, type: "item", fact: {
      sku: skuOf(i), gtin: null, name: `Item ${i}`, status: "active", quantityScale: 0, baseUnit: "each", units: [], handlingClass: "standard", weightGrams: 500, dimensionsMm: [200, 150, 60],
      backorder: false, waiting: DEFAULT_WAITING, safetyStock: 0, safetyPercent: 0, components: null, shipTogether: false, hsCode: null, originCountry: null, attributes: {},
    },
  }));
  return [...nodes, channel, ...items];
}

/** Facts through their flow; stock of every item at every node in one statement, with its ledger and events, so verify is clean. */
export async function seed(store: Store, owner: pg.Client, tenantId: number, ambient: Ambient, unitsEach: number, shop: Shop = PLAIN): Promise<void> {
  const all = facts(shop);
  for (let from = 0; from < all.length; from += 1000) await saveFacts(store, tenantId, all.slice(from, from + 1000), ambient);
  await owner.query("begin");
  await owner.query("select set_config('ordo.tenant_id', $1, true)", [String(tenantId)]);
  await owner.query("insert into ordo.stock (tenant_id, item_id, node_id, owner, condition, on_hand) select i.tenant_id, i.id, n.id, '', 'A', $1 from ordo.item i join ordo.node n using (tenant_id) where i.tenant_id = $2", [unitsEach, tenantId]);
  await owner.query(`
    with e as (
      insert into ordo.event (tenant_id, position, id, type, actor, occurred_at, data)
      select c.tenant_id, c.position + row_number() over (order by i.id), gen_random_uuid(), 'StockReceived', 'bench', now(), json_build_object('item', i.id)
      from ordo.event_counter c join ordo.item i using (tenant_id) where c.tenant_id = $2 returning tenant_id, id, (data ->> 'item')::uuid as item_id)
    insert into ordo.stock_movement (tenant_id, event_id, ordinal, item_id, node_id, owner, condition, kind, on_hand, cause_kind, cause_id, occurred_at)
    select e.tenant_id, e.id, row_number() over (partition by e.item_id order by n.id), e.item_id, n.id, '', 'A', 'receipt', $1, 'manual', e.id::text, now() from e join ordo.node n using (tenant_id)`, [unitsEach, tenantId]);
  await owner.query("update ordo.event_counter set position = position + (select count(*) from ordo.item where tenant_id = $1) where tenant_id = $1", [tenantId]);
  await owner.query("commit");
}
