import { expect, test } from "vitest";
import type { Answer, Flow, Store } from "../flows/ports.ts";
import { createBatcher } from "./batcher.ts";

interface Receipt { readonly idempotencyKey: string | null; readonly units: number }
const store: Store = { transact: () => Promise.reject(new Error("nothing here uses the store")) };
const ambient = { now: () => 0, newId: () => "id" };
const unknown = (): Error => Object.assign(new Error("the connection was lost during commit"), { name: "OutcomeUnknown" });

/** A flow whose first group is done although its answer is lost. */
function lossy(): { flow: Flow<Receipt>; done: Receipt[] } {
  const done: Receipt[] = [];
  let lost = false;
  const flow: Flow<Receipt> = async (_store, _tenant, commands) => {
    const answers = commands.map((command): Answer => {
      const known = command.idempotencyKey !== null && done.some(({ idempotencyKey }) => idempotencyKey === command.idempotencyKey);
      if (!known) done.push(command);
      return { ok: true, created: true, replayed: known, body: {} };
    });
    if (lost) return answers;
    lost = true;
    throw unknown();
  };
  return { flow, done };
}

test("a group whose commit was lost on the way is not done again: who gave no key is told that nobody knows", async () => {
  const { flow, done } = lossy();
  const { submit } = createBatcher(flow, { store, ambient, batchMax: 10, flights: 1, waitingMax: 10 });
  const settled = await Promise.allSettled([1, 2, 3].map((units) => submit(1, { idempotencyKey: null, units })));
  expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(done).toHaveLength(3);
});

test("who gave a key is asked about at once, and answered what was done", async () => {
  const { flow, done } = lossy();
  const { submit } = createBatcher(flow, { store, ambient, batchMax: 10, flights: 1, waitingMax: 10 });
  const settled = await Promise.allSettled([submit(1, { idempotencyKey: "a", units: 1 }), submit(1, { idempotencyKey: null, units: 2 }), submit(1, { idempotencyKey: "b", units: 3 })]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(done).toHaveLength(3);
});

test("a database that stays away after a lost commit does not turn unknown into not done", async () => {
  let calls = 0;
  const flow: Flow<Receipt> = () => Promise.reject((calls += 1) === 1 ? unknown() : new Error("connect ECONNREFUSED"));
  const { submit } = createBatcher(flow, { store, ambient, batchMax: 10, flights: 1, waitingMax: 10 });
  const settled = await Promise.allSettled(["a", "b"].map((key) => submit(1, { idempotencyKey: key, units: 1 })));
  expect(settled).toMatchObject([{ reason: { name: "OutcomeUnknown" } }, { reason: { name: "OutcomeUnknown" } }]);
  expect(calls).toBe(3);
});

test("a further group flies only where enough waits to be worth it, and nobody waits for company where nothing flies", async () => {
  const groups: { readonly size: number; readonly land: () => void }[] = [];
  const flow: Flow<Receipt> = (_store, _tenant, commands) => new Promise((resolve) => {
    groups.push({ size: commands.length, land: () => resolve(commands.map(() => ({ ok: true, created: true, replayed: false, body: {} }))) });
  });
  // Groups leave in a turn of their own; a timer may come before it.
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  const { submit } = createBatcher(flow, { store, ambient, batchMax: 100, flights: 2, waitingMax: 100 });
  const some = (count: number): Promise<Answer>[] => Array.from({ length: count }, () => submit(1, { idempotencyKey: null, units: 1 }));
  const all = some(1);
  await turn();
  all.push(...some(3));
  await turn();
  expect(groups.map(({ size }) => size), "three wait for the one in flight").toEqual([1]);
  all.push(...some(5));
  await turn();
  expect(groups.map(({ size }) => size), "eight fly beside it").toEqual([1, 8]);
  all.push(...some(2));
  await turn();
  groups[0]?.land();
  await turn();
  expect(groups, "one still flies").toHaveLength(2);
  groups[1]?.land();
  await turn();
  expect(groups.map(({ size }) => size)).toEqual([1, 8, 2]);
  groups[2]?.land();
  await Promise.all(all);
});
