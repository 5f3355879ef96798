import { expect, test } from "vitest";
import { saveFacts, type FactCommand } from "../../src/flows/save-facts.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { anItem, openWorld } from "../support/world.ts";

test("an item's quantity scale stays as it is, because every counter is counted in it", async () => {
  const database = await createTestDatabase();
  const world = await openWorld(database);
  try {
    const scaled = (sku: string, quantityScale: number): FactCommand => ({ idempotencyKey: null, bodyHash: "00", actor: "test", validFrom: null, type: "item", fact: anItem(sku, { quantityScale }) });
    await world.facts({ items: [anItem("A", { quantityScale: 2 })] });
    const answers = await saveFacts(world.store, world.tenantId, [scaled("A", 3), scaled("A", 2), scaled("B", 0), scaled("B", 1)], world.ambient);
    expect(answers.map((answer) => (answer.ok ? "saved" : answer.refusal.errors?.[0]?.pointer))).toEqual(["/quantity_scale", "saved", "saved", "/quantity_scale"]);
  } finally {
    await world.close();
    await database.drop();
  }
});

test("versions of one item that are announced together follow each other", async () => {
  const database = await createTestDatabase();
  const world = await openWorld(database);
  try {
    const now = Date.now();
    const named = (name: string, validFrom: number | null): FactCommand => ({ idempotencyKey: null, bodyHash: "00", actor: "test", validFrom, type: "item", fact: anItem("A", { name }) });
    const answers = await saveFacts(world.store, world.tenantId, [named("now", null), named("later", now + 100_000), named("wrong", now + 50_000), named("soon", now + 50_000)], world.ambient);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    const versions = await world.query<{ name: string; begins: Date; ends: Date }>("select name, valid_from as begins, nullif(valid_to, 'infinity') as ends from ordo.item order by valid_from");
    expect(versions.map(({ name }) => name)).toEqual(["now", "soon", "later"]);
    expect(versions.map(({ ends }) => ends?.getTime() ?? null)).toEqual([now + 50_000, now + 100_000, null]);
  } finally {
    await world.close();
    await database.drop();
  }
});

test("a transaction that is a moment behind a change keeps nothing old for those after it", async () => {
  const database = await createTestDatabase();
  const world = await openWorld(database);
  try {
    await world.facts({ items: [anItem("A", { name: "before" })] });
    const now = Date.now();
    await saveFacts(world.store, world.tenantId, [{ idempotencyKey: null, bodyHash: "00", actor: "test", validFrom: null, type: "item", fact: anItem("A", { name: "after" }) }], { ...world.ambient, now: () => now });
    const nameAt = (at: number): Promise<string | undefined> => world.store.transact(world.tenantId, async (tx) => (await tx.loadItemsBySku(["A"], at))[0]?.name);
    // Its clock was read before the change, and its transaction began after it: it waited for a connection.
    expect([await nameAt(now - 1), await nameAt(now)]).toEqual(["before", "after"]);
  } finally {
    await world.close();
    await database.drop();
  }
});
