import { expect, test } from "vitest";
import { type ChannelGate, gateRule, letThrough, throughNow } from "./gate.ts";

const NOW = Date.UTC(2026, 2, 2, 9);
const gate = (over: Partial<ChannelGate>): ChannelGate => ({ state: "paused", until: null, orders: null, perSeconds: null, reason: "wrong price", setAt: NOW, ...over });

test.each([
  ["nobody closed it", null, null],
  ["it is open", gate({ state: "open" }), null],
  ["its time has come", gate({ until: NOW }), null],
  ["its time is to come", gate({ until: NOW + 1 }), { kind: "paused", until: NOW + 1, reason: "The channel is paused: wrong price" }],
  ["it is paused until somebody opens it", gate({}), { kind: "paused", until: null, reason: "The channel is paused: wrong price" }],
  ["it is throttled", gate({ state: "throttled", orders: 30, perSeconds: 60 }), { kind: "throttled", everyMs: 2_000, reason: "The channel lets 30 orders in 60 seconds through, in their order: wrong price" }],
  ["a pace is no whole number of milliseconds", gate({ state: "throttled", orders: 700, perSeconds: 1 }), { kind: "throttled", everyMs: 1_000 / 700 }],
  ["it is the fastest there is", gate({ state: "throttled", orders: 100_000, perSeconds: 1 }), { kind: "throttled", everyMs: 0.01 }],
])("what keeps orders of a channel waiting where %s", (_name, given, expected) => {
  const rule = gateRule(given, NOW);
  if (expected === null) expect(rule).toBeNull();
  else expect(rule).toMatchObject(expected);
});

test.each([
  ["less than one's time", 2_000, 1_999, 0], ["one's time", 2_000, 2_000, 1], ["two's", 2_000, 4_100, 2], ["after an hour, what gathers in five seconds", 2_000, 3_600_000, 2],
  ["after an hour, one of those that are far apart", 60_000, 3_600_000, 1], ["a clock that went back", 1_000, -5_000, 0],
])("orders that go through after %s", (_name, everyMs, elapsed, expected) => {
  expect(throughNow(everyMs, NOW, NOW + elapsed)).toBe(expected);
});

test.each([
  ["their times follow the last one's", 2_000, 3_000, 1, -1_000], ["a standstill is forgotten but for five seconds", 2_000, 3_600_000, 2, -1_000], ["one of those that are far apart comes a whole time later", 60_000, 3_600_000, 1, 0],
  ["pieces add up to what the pace allows", 1_000 / 700, 1_000, 700, 0],
])("when orders went through, %s", (_name, everyMs, elapsed, count, expected) => {
  expect(letThrough(everyMs, NOW - elapsed, count, NOW)).toBeCloseTo(NOW + expected, 3);
});
