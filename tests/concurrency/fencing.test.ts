import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Integration, Lease } from "../../src/flows/integration.ts";
import { postgresIntegration } from "../../src/postgres/integration.ts";
import { newId } from "../../src/postgres/tenants.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { anItem, openWorld, type World } from "../support/world.ts";

/** Who holds a lease or a claim is one process: each scene is run with the real statements, and with each safeguard taken out of them. */

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({ items: Array.from({ length: 20 }, (_, n) => anItem(`SKU-${n}`)) });
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

interface Mutation {
  /** Part of a statement's text and what stands there instead; it must occur in some statement that runs. */
  readonly remove: string;
  readonly leave: string;
}

/** The pool, with one safeguard taken out of every statement that has it. */
function mutated(pool: pg.Pool, { remove, leave }: Mutation, seen: { count: number }): pg.Pool {
  const weaker = (client: pg.PoolClient): pg.PoolClient => new Proxy(client, {
    get(target, key) {
      if (key !== "query") return typeof target[key as "release"] === "function" ? target[key as "release"].bind(target) : target[key as "release"];
      return (what: string | { name: string; text: string; values: unknown[] }, ...told: [() => void]) => {
        if (typeof what === "string" || !what.text.includes(remove)) return target.query(what as pg.QueryConfig, ...told);
        seen.count += 1;
        return target.query({ text: what.text.replaceAll(remove, leave), values: what.values }, ...told);
      };
    },
  });
  return { connect: async () => weaker(await pool.connect()) } as unknown as pg.Pool;
}

/** A scene answers whether exactly one of the rivals had its way. */
type Scene = (integration: Integration, name: string) => Promise<boolean>;

const take = (integration: Integration, name: string, ttlMs = 60_000): Promise<Lease | null> => integration.leases.acquire(world.tenantId, name, "rival", ttlMs);
async function sure(lease: Promise<Lease | null>): Promise<Lease> {
  const taken = await lease;
  if (taken === null) throw new Error("the lease is held");
  return taken;
}
const runOut = (name: string): Promise<unknown> => world.query("update ordo.lease set expires_at = now() - interval '1 second' where name = $1", [name]);

const rivals: Scene = async (integration, name) => {
  const won = await Promise.all(Array.from({ length: 6 }, () => take(integration, name)));
  return won.filter((lease) => lease !== null).length === 1;
};
const oldHolderMoves: Scene = async (integration, name) => {
  const old = await sure(take(integration, name));
  await integration.outbox.adopt(old, name);
  await runOut(name);
  await integration.outbox.adopt(await sure(take(integration, name)), name);
  return !(await integration.outbox.advance(old, name, 0, 5));
};
const oldHolderAdopts: Scene = async (integration, name) => {
  const old = await sure(take(integration, name));
  await runOut(name);
  const young = await sure(take(integration, name));
  await integration.outbox.adopt(young, name);
  await integration.outbox.adopt(old, name);
  return integration.outbox.advance(young, name, 0, 5);
};
const oldHolderRenews: Scene = async (integration, name) => {
  const old = await sure(take(integration, name));
  await runOut(name);
  return !(await integration.leases.renew(old, 60_000)) && (await take(integration, name)) !== null;
};
const twoSenders: Scene = async (integration, name) => {
  const { webhooks } = integration;
  const id = newId();
  await webhooks.create(world.tenantId, { id, url: `https://${name}.example.com/`, description: "", types: null, secret: "whsec_AAAA" });
  await webhooks.replay(world.tenantId, id, { from: 1, to: 20, types: null }, 100);
  const claim = () => webhooks.claim(world.tenantId, { reader: "webhooks", limit: 100, perWebhook: 20, slots: new Map(), claimMs: 60_000, patienceMs: 1_000 });
  const claimed = (await Promise.all([claim(), claim(), claim()])).flat();
  await webhooks.remove(world.tenantId, id);
  return claimed.length === 20 && new Set(claimed.map((delivery) => delivery.id)).size === 20;
};
const oldClaimFinishes: Scene = async (integration, name) => {
  const { webhooks } = integration;
  const id = newId();
  await webhooks.create(world.tenantId, { id, url: `https://${name}.example.com/`, description: "", types: null, secret: "whsec_AAAA" });
  await webhooks.replay(world.tenantId, id, { from: 1, to: 1, types: null }, 1);
  const claim = { reader: "webhooks", limit: 1, perWebhook: 1, slots: new Map<string, number>(), claimMs: 0, patienceMs: 1_000 };
  const [old] = await webhooks.claim(world.tenantId, claim);
  await webhooks.claim(world.tenantId, { ...claim, claimMs: 60_000 });
  const wrote = old !== undefined && (await webhooks.finish(world.tenantId, old, { state: "delivered", retryInMs: null, durationMs: 1, status: 200, excerpt: null, error: null, disable: null }));
  await webhooks.remove(world.tenantId, id);
  return !wrote;
};

const SCENES: readonly (readonly [name: string, scene: Scene, mutation: Mutation])[] = [
  ["of rivals for a lease one wins", rivals, { remove: "where l.expires_at <= clock_timestamp()", leave: "" }],
  ["an old holder moves no cursor", oldHolderMoves, { remove: "and fence = $2 and position = $3", leave: "and $2::bigint is not null and position = $3" }],
  ["an old holder adopts nothing", oldHolderAdopts, { remove: "where c.fence < excluded.fence", leave: "" }],
  ["a lease that ran out is not renewed", oldHolderRenews, { remove: "and fence = $3 and expires_at > clock_timestamp()", leave: "and fence = $3" }],
  ["two senders claim nothing twice", twoSenders, { remove: "for update skip locked", leave: "" }],
  ["an old claim finishes nothing", oldClaimFinishes, { remove: "and fence = $2 and state = 'pending'", leave: "and $2::bigint is not null and state = 'pending'" }],
];

describe.each(SCENES)("%s", (name, scene, mutation) => {
  const slug = name.replaceAll(" ", "-");

  it("holds, 20 times", async () => {
    for (let round = 0; round < 20; round++) expect(await scene(postgresIntegration(world.pool), `${slug}-${round}`), `round ${round}`).toBe(true);
  });

  it(`is seen to break without "${mutation.remove}"`, async () => {
    const seen = { count: 0 };
    const weak = postgresIntegration(mutated(world.pool, mutation, seen));
    let held = 0;
    for (let round = 0; round < 20; round++) if (await scene(weak, `${slug}-weak-${round}`).catch(() => false)) held += 1;
    expect(seen.count, "statements that had the safeguard").toBeGreaterThan(0);
    expect(held, "rounds that held without the safeguard").toBeLessThan(20);
  });
});
