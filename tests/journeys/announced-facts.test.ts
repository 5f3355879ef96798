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
