import { expect, test } from "vitest";
import { simulate } from "../../src/flows/simulate.ts";
import { postgresSimulation } from "../../src/postgres/simulations.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { liveBusyDay } from "../support/busy-day.ts";
import { createTestDatabase } from "../support/postgres.ts";

test.each([1, 2, 3, 4, 5, 6])("a simulation of day %d reproduces every decision that code made", async (seed) => {
  const database = await createTestDatabase();
  const { world, ambient: { tools }, from, to, orders } = await liveBusyDay(database, seed, 24);
  if (!tools) throw new Error("no tools");
  // What a person decided is not made again, so numbers may differ: each order's decisions are compared in their order.
  const made = new Map<string, string[]>();
  const result = await simulate(postgresSimulation(world.pool).past, world.tenantId, { range: { from, to, channelId: null }, strategy: null, generated: null }, {
    tools, breathe: async () => {}, progress: async () => {}, newId, draw: (least) => least, moved: async () => {},
    decided: (all) => all.forEach(({ orderId, trigger, reason, detail }) => made.set(orderId, [...(made.get(orderId) ?? []), `${trigger} ${reason} ${detail}`])),
  });
  const stored = await world.query<{ id: string; said: string[] }>(`
    select order_id as id, array_agg(trigger || ' ' || reason || ' ' || detail order by decision_no) as said from ordo.routing_decision
    where order_id = any($1) and decided_at < $2 and detail not like '%manual override%' group by order_id`, [orders, new Date(to)]);
  expect(result).toMatchObject({ orders: orders.length, moved: 0, reproduced: orders.length, live: { losses: { notReserved: 0 } } });
  expect(Object.fromEntries(stored.map(({ id, said }) => [id, said]))).toEqual(Object.fromEntries(made));
  await world.close();
  await database.drop();
}, 120_000);
