import type { WriteBackResult } from "../../../src/flows/write-back.ts";
import type { Misbehaviour, Partner } from "./server.ts";

/** Every way to misbehave that ends by itself and is noticed at once. */
export const PASSING_FAULTS: readonly Misbehaviour[] = [
  { kind: "drop" }, { kind: "reset" }, { kind: "html" },
  { kind: "too_many", retryAfterSeconds: 3 }, { kind: "status", status: 500 }, { kind: "status", status: 503 },
];

/** Answers too slow for a caller in a hurry; the work was done. */
export const ENDLESS_ANSWERS: readonly Misbehaviour[] = [{ kind: "delay", ms: 250 }, { kind: "trickle", msPerByte: 100 }];

/** Slow answers that come whole all the same. */
export const SLOW_ANSWERS: readonly Misbehaviour[] = [{ kind: "delay", ms: 60 }, { kind: "trickle", msPerByte: 1 }];

/** A request matcher that picks out the nth request from now on. */
export function nth(n: number): () => boolean {
  let seen = 0;
  return () => (seen += 1) === n;
}

/** Does the work again while it asks for it, as the program does; every result, the last one included. */
export async function untilEnded(work: () => Promise<WriteBackResult>): Promise<readonly WriteBackResult[]> {
  const results: WriteBackResult[] = [];
  for (let tries = 0; tries < 5; tries += 1) {
    const result = await work();
    results.push(result);
    if (result.kind !== "retry") break;
  }
  return results;
}

/** How many requests a piece of work takes where nothing goes wrong. */
export async function countRequests(partner: Partner, work: () => Promise<unknown>): Promise<number> {
  const before = partner.requests.length;
  await work();
  return partner.requests.length - before;
}
