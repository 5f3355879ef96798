import { expect, test } from "vitest";
import type { Principal } from "../../flows/access.ts";
import { remember } from "./remember.ts";

const principal: Principal = { tenantId: 1, keyId: "key_1", userId: null, sessionId: null, places: null, name: "n", scopes: [] };

test("an answer is remembered for its time, shared by who asks at once, and a failure is not remembered", async () => {
  let now = 0;
  let asked = 0;
  let failing = false;
  const touched: (string | null)[] = [];
  const ask = remember(async (secret) => {
    asked += 1;
    if (failing) throw new Error("database away");
    return secret === "good" ? principal : null;
  }, { milliseconds: 3000, now: () => now, touch: ({ keyId }) => touched.push(keyId) });
  expect(await Promise.all([ask("good"), ask("good"), ask("bad"), ask("bad")])).toEqual([principal, principal, null, null]);
  expect(asked).toBe(2);
  now = 2999;
  await ask("good");
  expect(asked).toBe(2);
  now = 3001;
  failing = true;
  await expect(ask("good")).rejects.toThrow("database away");
  failing = false;
  expect(await ask("good")).toBe(principal);
  expect(asked).toBe(4);
  expect(touched).toEqual(["key_1"]);
  now = 70_000;
  await ask("good");
  expect(touched).toHaveLength(2);
});
