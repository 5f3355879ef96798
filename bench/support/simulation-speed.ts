import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import type pg from "pg";
import { DEFAULT_ROUTING_POLICY } from "../../src/domain/catalog/index.ts";
import { defaultGroup } from "../../src/domain/routing/index.ts";
import { captureOrders } from "../../src/flows/capture-orders.ts";
import type { Ambient } from "../../src/flows/ports.ts";
import { simulate } from "../../src/flows/simulate.ts";
import { openPool } from "../../src/postgres/database.ts";
import { postgresSimulation } from "../../src/postgres/simulations.ts";
import { postgresStore } from "../../src/postgres/store.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { openPacking } from "../../src/server/packing/index.ts";
import { createRules } from "../../src/server/rules/index.ts";
import { withDatabase } from "./database.ts";
import { command } from "./orders.ts";
import { progress } from "./report.ts";
import { seed } from "./seed.ts";

export interface SimulationSpeed {
  readonly ordersPerSecond: number;
  readonly reproduced: number;
  readonly moved: number;
  /** The longest time for which nothing else had a turn. */
  readonly longestTurnMs: number;
}

const TURN_MS = 8;

/** Past orders of three lines at ten nodes, lived through by what held and by a draft beside it, from the log of an embedded database. */
export function measureSimulation(orders: number): Promise<SimulationSpeed> {
  return withDatabase(async ({ runtimeUrl, owner, tenantId }) => {
    const pool = openPool({ url: runtimeUrl, connections: 6, plans: "generic", applicationName: "bench" });
    const store = postgresStore(pool);
    const ambient: Ambient = { now: Date.now, newId, tools: { rules: createRules(), pack: openPacking() } };
    progress("seeding a shop, and capturing orders to simulate");
    await seed(store, owner, tenantId, ambient, 100_000);
    const from = Date.now();
    for (let done = 0; done < orders; done += 200) await captureOrders(store, tenantId, Array.from({ length: Math.min(200, orders - done) }, () => command()), ambient);
    await owner.query("vacuum analyze");
    const speed = await measureOnce(pool, tenantId, from, ambient);
    await pool.end();
    return speed;
  });
}

async function measureOnce(pool: pg.Pool, tenantId: number, from: number, { tools }: Ambient): Promise<SimulationSpeed> {
  const { past } = postgresSimulation(pool);
  const [web] = (await past.facts(tenantId, Date.now())).channels;
  if (!web || !tools) throw new Error("no channel");
  const other = { ...defaultGroup(DEFAULT_ROUTING_POLICY), name: "not from the first node", filters: [{ kind: "not_nodes" as const, nodes: ["node-0"], tier: null }] };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  let turnBegan = began;
  const result = await simulate(past, tenantId, { range: { from, to: Date.now(), channelId: web.id }, strategy: { code: "bench", version: 1, groups: [other] }, generated: null }, {
    tools, newId, draw: (least) => least, progress: async () => {}, moved: async () => {},
    breathe: async () => {
      if (performance.now() - turnBegan < TURN_MS) return;
      await nextTurn();
      turnBegan = performance.now();
    },
  });
  const seconds = (performance.now() - began) / 1000;
  delay.disable();
  return { ordersPerSecond: result.orders / seconds, reproduced: result.reproduced ?? 0, moved: result.moved, longestTurnMs: delay.max / 1e6 };
}
