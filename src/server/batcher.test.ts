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
