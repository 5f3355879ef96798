import { type Instant, SECOND } from "../kernel/index.ts";

/** How a channel's new orders go through to release: not at all, or so many in a time; open where nothing is in their way any more. */
export interface ChannelGate {
  readonly state: "paused" | "throttled" | "open";
  /** When it opens by itself; null where somebody has to open it. */
  readonly until: Instant | null;
  /** Of a throttled channel: orders that go through within so many seconds, evenly apart. */
  readonly orders: number | null;
  readonly perSeconds: number | null;
  readonly reason: string;
  /** When it was set: who decided by one set at another time decided by a gate that is gone. */
  readonly setAt: Instant;
}

/** What keeps orders of a channel waiting at a time, or null. */
export type GateRule = { readonly kind: "paused"; readonly until: Instant | null; readonly reason: string } | { readonly kind: "throttled"; readonly everyMs: number; readonly reason: string };

export function gateRule(gate: ChannelGate | null | undefined, now: Instant): GateRule | null {
  if (!gate || gate.state === "open" || (gate.until !== null && gate.until <= now)) return null;
  const { state, until, orders, perSeconds, reason } = gate;
  if (state === "paused") return { kind: "paused", until, reason: `The channel is paused: ${reason}` };
  const [most, seconds] = [orders ?? 1, perSeconds ?? 1];
  return { kind: "throttled", everyMs: (seconds * SECOND) / most, reason: `The channel lets ${most} ${most === 1 ? "order" : "orders"} in ${seconds} seconds through, in their order: ${reason}` };
}

/** How much may have gathered while nobody let orders through. */
const GATHERED_MS = 5 * SECOND;

const gatheredSince = (everyMs: number, lastAt: Instant, now: Instant): Instant => Math.max(lastAt, now - Math.max(GATHERED_MS, everyMs));

/** Orders that a throttled channel lets through now, when it last did so at a time: as many as their pace allows, and few at once after a standstill. */
export const throughNow = (everyMs: number, lastAt: Instant, now: Instant): number => Math.max(0, Math.floor((now - gatheredSince(everyMs, lastAt, now)) / everyMs));

/** When it last did so, once it has let so many of those through. */
export const letThrough = (everyMs: number, lastAt: Instant, count: number, now: Instant): Instant => gatheredSince(everyMs, lastAt, now) + count * everyMs;
