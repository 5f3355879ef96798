import { describe, expect, it } from "vitest";
import type { OutgoingAnswer } from "../outgoing.ts";
import { WORKER_SETTINGS } from "./ports.ts";
import { judge, outcomeOf } from "./webhook-result.ts";

const HOUR = 3_600_000;
const answered = (status: number, more: Partial<Extract<OutgoingAnswer, { kind: "answered" }>> = {}): OutgoingAnswer =>
  ({ kind: "answered", status, contentType: null, retryAfterMs: null, body: "", truncated: false, ...more });
const after = (answer: OutgoingAnswer, attemptNo = 1, patienceMs = 72 * HOUR, random = 1) => judge({ attemptNo, patienceMs }, answer, 5, WORKER_SETTINGS, () => random);

describe("what becomes of a delivery", () => {
  it.each([200, 201, 204, 299])("%i is delivered", (status) => {
    expect(after(answered(status))).toMatchObject({ state: "delivered", retryInMs: null, status, error: null });
  });
  it.each([199, 301, 302, 400, 404, 429, 500])("%i is tried again", (status) => {
    expect(after(answered(status))).toMatchObject({ state: "pending", retryInMs: 5_000, status });
    expect(outcomeOf(answered(status))).toBe("refused");
  });
  it.each(["unreachable", "timed_out", "blocked"] as const)("%s is tried again, with its reason", (kind) => {
    expect(after({ kind, reason: "why" })).toMatchObject({ state: "pending", status: null, error: "why", excerpt: null });
  });
  it("410 is the end of it", () => {
    expect(after(answered(410))).toMatchObject({ state: "dead", disable: expect.stringContaining("410") });
  });

  it("keeps at most 1 kB of an answer, in whole characters", () => {
    const { excerpt } = after(answered(500, { body: `\u0000${"ä€😀".repeat(400)}` }));
    expect(Buffer.byteLength(excerpt ?? "")).toBeLessThanOrEqual(1024);
    expect(excerpt).toMatch(/^ä€😀/);
  });
});

describe("pauses", () => {
  it("grow to eight hours, drawn from nothing to the whole", () => {
    const longest = Array.from({ length: 11 }, (_, n) => after(answered(500), n + 1).retryInMs ?? 0);
    expect(longest.map((ms) => ms / 1000)).toEqual([5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800, 28_800]);
    expect(after(answered(500), 3, 72 * HOUR, 0).retryInMs).toBe(0);
    expect(after(answered(500), 3, 72 * HOUR, 0.5).retryInMs).toBe(60_000);
  });
  it("are as long as the receiver asks, up to an hour", () => {
    expect(after(answered(429, { retryAfterMs: 90_000 })).retryInMs).toBe(90_000);
    expect(after(answered(503, { retryAfterMs: 24 * HOUR })).retryInMs).toBe(HOUR);
  });
  it("fill 72 hours: the last try is at their end, and then it is dead", () => {
    let [elapsed, attemptNo] = [0, 0];
    for (let state = "pending"; state === "pending"; ) {
      attemptNo += 1;
      const next = after(answered(500), attemptNo, 72 * HOUR - elapsed);
      state = next.state;
      elapsed += next.retryInMs ?? 0;
    }
    expect(elapsed).toBe(72 * HOUR);
    expect(attemptNo).toBeGreaterThan(15);
  });
});
