import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createLateLane, restAfter } from "./late-lane.ts";

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

test("the busier the process, the longer the lane rests after a turn, and four times the turn at most", () => {
  expect([0, 0.25, 0.5, 0.75, 0.9, 1, 1.3].map((busyness) => restAfter(30, busyness))).toEqual([0, 10, 30, 90, 120, 120, 120]);
});

test("the next turn waits until the lane has rested", async () => {
  const lane = createLateLane(() => 0.75);
  await lane.run(() => sleep(20));
  const ended = performance.now();
  // Three times 20 ms, and timers are early by parts of a millisecond.
  expect(await lane.run(async () => performance.now() - ended)).toBeGreaterThan(50);
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
