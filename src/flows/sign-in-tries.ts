import { MINUTE } from "../domain/kernel/index.ts";

/** Tries to sign in as one account, or from one address. */
export interface Tries {
  readonly tries: number;
  readonly since: number;
  /** How often it was blocked in a row. */
  readonly blocks: number;
  readonly blockedUntil: number | null;
}

/** Tries in a minute before the first block, and between two blocks. */
const TRIES_MAX = 10;
const TRIES_BETWEEN_BLOCKS = 3;
const WAIT_MOST = 15 * MINUTE;

export const NO_TRIES = (now: number): Tries => ({ tries: 0, since: now, blocks: 0, blockedUntil: null });

/**
 * Takes one try. Ten in a minute are free; then comes a wait of a minute, and each further one is twice as long, up to a quarter of an
 * hour. Whoever is quiet for a quarter of an hour after a wait begins anew, so nobody is locked out for good.
 */
export function takeTry(before: Tries, now: number): { readonly after: Tries; readonly waitMs: number } {
  const { blockedUntil } = before;
  if (blockedUntil !== null && blockedUntil > now) return { after: before, waitMs: blockedUntil - now };
  const blocks = blockedUntil !== null && now - blockedUntil > WAIT_MOST ? 0 : before.blocks;
  const counted = now - before.since >= MINUTE ? { tries: 1, since: now } : { tries: before.tries + 1, since: before.since };
  if (counted.tries <= (blocks === 0 ? TRIES_MAX : TRIES_BETWEEN_BLOCKS)) return { after: { ...counted, blocks, blockedUntil: blocks === 0 ? null : blockedUntil }, waitMs: 0 };
  const waitMs = Math.min(WAIT_MOST, MINUTE * 2 ** blocks);
  return { after: { tries: 0, since: now, blocks: blocks + 1, blockedUntil: now + waitMs }, waitMs };
}
