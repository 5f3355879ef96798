import { expect, it } from "vitest";
import { createPace } from "./pace.ts";

function withClock(): { pace: ReturnType<typeof createPace>; pass(ms: number): void; commit(times: number, everyMs: number): void } {
  let at = 5_000;
  const pace = createPace(() => at);
  return {
    pace,
    pass: (ms) => void (at += ms),
    commit(times, everyMs) {
      for (let n = 0; n < times; n++) {
        at += everyMs;
        pace.committed();
      }
    },
  };
}

it("rests as usual behind single orders, and longer behind a burst", () => {
  const { pace, pass, commit } = withClock();
  expect(pace.longer()).toBe(1);
  commit(200, 100);
  expect(pace.longer()).toBe(1);
  commit(100, 20);
  expect(pace.longer()).toBeGreaterThan(1);
  pass(1_000);
  expect(pace.longer()).toBe(1);
});

it("rests as usual again behind what lasts half a minute, until there was a pause", () => {
  const { pace, pass, commit } = withClock();
  commit(1_000, 20);
  expect(pace.longer()).toBeGreaterThan(1);
  commit(600, 20);
  expect(pace.longer()).toBe(1);
  commit(5_000, 20);
  expect(pace.longer()).toBe(1);
  pass(2_000);
  commit(30, 20);
  expect(pace.longer()).toBeGreaterThan(1);
});
