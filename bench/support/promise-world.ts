import { DEFAULT_BACKORDERS, DEFAULT_CHECKS, DEFAULT_DEADLINES, DEFAULT_ROUTING_POLICY, type Item } from "../../src/domain/catalog/index.ts";
import type { Ambient } from "../../src/flows/ports.ts";
import { type FactCommand, saveFacts } from "../../src/flows/save-facts.ts";
import { openPool } from "../../src/postgres/database.ts";
import { postgresStore } from "../../src/postgres/store.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { type BenchDatabase, withDatabase } from "./database.ts";
import { openClient, type Client } from "./http-load.ts";
import { progress } from "./report.ts";
import { openWorld } from "./routing-world.ts";
import { startServer } from "./server.ts";
import { accepted, steer, STRATEGY } from "./steer.ts";

export interface PromiseWorld {
  readonly client: Client;
  readonly skus: readonly string[];
}

const HEAD = { idempotencyKey: null, bodyHash: "00", actor: "bench" } as const;

/** The real program on a database with the nodes, items, services and prices of the decision bench, steered by least cost. */
export const withPromiseWorld = (nodeCount: number, use: (world: PromiseWorld) => Promise<void>): Promise<void> =>
  withDatabase(async (database) => {
    const skus = await seedWorld(database, nodeCount);
    const server = await startServer(database.ownerUrl, database.directory);
    const client = openClient(server.url, server.apiKey, 4);
    await use({ client, skus });
    client.close();
    await server.stop();
  });

async function seedWorld({ owner, runtimeUrl, tenantId }: BenchDatabase, nodeCount: number): Promise<string[]> {
  const pool = openPool({ url: runtimeUrl, connections: 2, plans: "generic", applicationName: "bench" });
  const [store, ambient]: [ReturnType<typeof postgresStore>, Ambient] = [postgresStore(pool), { now: Date.now, newId }];
  const requestFor = openWorld(nodeCount, 5, openPacking());
  const { nodes } = requestFor(0);
  const items = new Map<string, Item>();
  for (let seed = 0; seed < 1000; seed++) for (const { parts } of requestFor(seed).demands) for (const { item } of parts) items.set(item.id, item);
  progress(`seeding ${items.size} items at ${nodes.length} nodes`);
  await steer(store, tenantId, ambient);
  const facts: FactCommand[] = [
    ...nodes.map(({ id: _id, ...fact }): FactCommand => ({ ...HEAD, validFrom: null, type: "node", fact })),
    ...[...items.values()].map(({ id: _id, ...fact }): FactCommand => ({ ...HEAD, validFrom: null, type: "item", fact })),
    { ...HEAD, validFrom: null, type: "channel", fact: { code: "web", name: "Web", kind: "web", currency: "EUR", nodePool: null, buffer: 0, whenUnavailable: "backorder", autoRelease: false, priceCheck: null, strategy: STRATEGY, routing: DEFAULT_ROUTING_POLICY, checks: DEFAULT_CHECKS, backorders: DEFAULT_BACKORDERS, deadlines: DEFAULT_DEADLINES } },
  ];
  for (let from = 0; from < facts.length; from += 500) accepted(await saveFacts(store, tenantId, facts.slice(from, from + 500), ambient));
  // Two in five nodes have an item; no ledger, because nothing is ever verified here.
  await owner.query("insert into ordo.stock (tenant_id, item_id, node_id, owner, condition, on_hand) select i.tenant_id, i.id, n.id, '', 'A', 20 from ordo.item i, ordo.node n where hashtext(i.sku || n.code) % 5 in (0, 1, -1)");
  await owner.query("vacuum analyze");
  await pool.end();
  return [...items.values()].map(({ sku }) => sku);
}
