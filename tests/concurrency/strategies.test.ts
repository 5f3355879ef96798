import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { DEFAULT_ROUTING_POLICY } from "../../src/domain/catalog/index.ts";
import { HOUR } from "../../src/domain/kernel/index.ts";
import { defaultGroup } from "../../src/domain/routing/index.ts";
import { changeStrategy } from "../../src/flows/change-strategy.ts";
import type { Answer } from "../../src/flows/ports.ts";
import type { StrategyStore } from "../../src/flows/strategy-store.ts";
import { withdrawStrategy } from "../../src/flows/withdraw-strategy.ts";
import { verifyTenant } from "../../src/postgres/verify/index.ts";
import { createRules } from "../../src/server/rules/index.ts";
import { without } from "../support/mutants.ts";
import { createTestDatabase, type TestDatabase } from "../support/postgres.ts";
import { until } from "../support/workers.ts";
import { aNode, openWorld, type World } from "../support/world.ts";

/**
 * Whoever withdraws an announced version meets others who withdraw or publish. The first is stopped when it has written and not committed;
 * at any time exactly one version is to hold in the end.
 */

let database: TestDatabase;
let world: World;
let code: string;
let run = 0;
const START = Date.now();
const at = (hours: number): number => START + hours * HOUR;
const rules = createRules();

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({ nodes: [aNode("north")] });
});
/** Version 1 decides, 2 is announced in two hours, 3 in four. */
beforeEach(async () => {
  code = `s${run += 1}`;
  for (const validFrom of [null, at(2), at(4)]) {
    await draft(validFrom);
    expect(await publish(validFrom)).toMatchObject({ ok: true });
  }
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const head = (key: string | null = null) => ({ idempotencyKey: key, bodyHash: "00", actor: "test", code });
const draft = (validFrom: number | null): Promise<Answer> => changeStrategy(world.store, rules, world.tenantId, {
  ...head(), type: "draft", name: null, groups: [{ ...defaultGroup(DEFAULT_ROUTING_POLICY), name: `from ${validFrom}` }], note: null, expectedRevision: null,
}, world.ambient);
const publish = (validFrom: number | null): Promise<Answer> => changeStrategy(world.store, rules, world.tenantId, { ...head(), type: "publish", version: null, expectedRevision: null, note: null, validFrom }, world.ambient);
const withdraw = (version: number, store: StrategyStore = world.store, key: string | null = null): Promise<Answer> =>
  withdrawStrategy(store, world.tenantId, { ...head(key), version, reason: "too early" }, world.ambient);
const held = (): Promise<(number | undefined)[]> => Promise.all([1, 3, 5].map((hours) => world.store.transact(world.tenantId, async (tx) => (await tx.loadStrategies(at(hours))).get(code)?.version)));
const wrong = async (): Promise<string[]> => (await verifyTenant(world.pool, world.tenantId)).checks.flatMap(({ named }) => named.map(({ key }) => key)).filter((key) => key.startsWith(`${code} `));
const waits = async (): Promise<boolean> => (await world.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length > 0;

/** The first has written everything and commits only when the second has ended or waits for it. */
async function meet(first: (store: StrategyStore) => Promise<Answer>, second: () => Promise<Answer>): Promise<Answer[]> {
  let [wrote, go] = [(): void => {}, (): void => {}];
  const [hasWritten, goes] = [new Promise<void>((resolve) => (wrote = resolve)), new Promise<void>((resolve) => (go = resolve))];
  const stopping: StrategyStore = Object.assign(Object.create(world.store), {
    transact: <T>(tenantId: number, work: Parameters<StrategyStore["transact"]>[1]) => world.store.transact(tenantId, async (tx) => {
      const done = await work(tx);
      wrote();
      await goes;
      return done as T;
    }),
  });
  const one = first(stopping);
  await hasWritten;
  let ended = false;
  const other = second().finally(() => void (ended = true));
  other.catch(() => undefined);
  await until("the second has ended or waits", async () => ended || (await waits()));
  go();
  return Promise.all([one, other]);
}

test("of two who withdraw the same version one does, and a twin with the same key is told the same", async () => {
  expect(await meet((store) => withdraw(2, store, `${code}-a`), () => withdraw(2))).toMatchObject([{ ok: true, body: { version: 2, in_effect: 1 } }, { ok: false, refusal: { code: "NOT_IN_STATE", data: { state: "withdrawn" } } }]);
  expect(await withdraw(2, world.store, `${code}-a`)).toMatchObject({ ok: true, replayed: true, body: { version: 2, in_effect: 1 } });
  expect(await meet((store) => withdraw(3, store, `${code}-b`), () => withdraw(3, world.store, `${code}-b`))).toMatchObject([{ ok: true, replayed: false }, { ok: true, replayed: true }]);
  expect(await world.query("select from ordo.event where type = 'StrategyWithdrawn' and data ->> 'strategy' = $1", [code])).toHaveLength(2);
  expect([await held(), await wrong()]).toEqual([[1, 1, 1], []]);
});

const neighbours = (): Promise<Answer[]> => meet((store) => withdraw(2, store), () => withdraw(3));
async function published(): Promise<Answer[]> {
  await draft(at(3));
  return meet((store) => withdraw(2, store), () => publish(at(3)));
}

test("versions that follow one another are withdrawn at once, and the one before them goes on", async () => {
  expect(await neighbours()).toMatchObject([{ ok: true, body: { in_effect: 1 } }, { ok: true, body: { in_effect: 1, until: null } }]);
  expect([await held(), await wrong()]).toEqual([[1, 1, 1], []]);
});
test("what is published into the time of a version that is being withdrawn takes over from the one before", async () => {
  expect(await published()).toMatchObject([{ ok: true }, { ok: true }]);
  expect([await held(), await wrong()]).toEqual([[1, 4, 3], []]);
});
test("mutant: who does not lock the strategy leaves two versions for the same time", async () => {
  await without("lock_strategy", published, " for no key update");
  expect(await wrong()).not.toEqual([]);
});
