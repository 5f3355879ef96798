import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createLateLane } from "./late-lane.ts";

test("turns run one after the other, in the order in which they came, also where one fails", async () => {
  const lane = createLateLane(() => 0);
  const told: string[] = [];
  const turn = (name: string, fails = false) => async (): Promise<string> => {
    told.push(`${name} begins`);
    await sleep(5);
    told.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
  const [first, second, third] = await Promise.allSettled([lane.run(turn("mails")), lane.run(turn("search", true)), lane.run(turn("sums"))]);
  expect(told).toEqual(["mails begins", "mails ends", "search begins", "search ends", "sums begins", "sums ends"]);
  expect([first, second, third].map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

/** How long the second of two turns of 20 ms waits for its beginning, in ms. */
async function restAt(busyness: number): Promise<number> {
  const lane = createLateLane(() => busyness);
  await lane.run(() => sleep(20));
  const ended = performance.now();
  return await lane.run(async () => performance.now() - ended);
}

test("the busier the process, the longer the lane rests between two turns", async () => {
  const [idle, half, busy] = [await restAt(0), await restAt(0.5), await restAt(0.75)];
  expect(half).toBeGreaterThan(idle + 10);
  expect(busy).toBeGreaterThan(half + 20);
});

test("it rests four times its turn at most, however busy the process is", async () => {
  expect(await restAt(1)).toBeLessThan(20 * 4 * 3);
});

test("once stopped nobody rests, so that what is in hand can end", async () => {
  const lane = createLateLane(() => 1);
  await lane.run(() => sleep(50));
  const next = lane.run(async () => performance.now());
  const stopped = performance.now();
  lane.stop();
  expect((await next) - stopped).toBeLessThan(250);
  expect((await lane.run(async () => performance.now())) - stopped).toBeLessThan(250);
});
