import { type Instant, refuse } from "../domain/kernel/index.ts";
import type { Answer } from "./ports.ts";

/**
 * The refusal of a change to what is no longer as it was read. Both instants say since when a version holds, null that there is
 * none; whoever names no `expected` version does not ask. Of two versions that began in this very millisecond nobody can say which
 * was read.
 */
export function changedSince(what: string, expected: Instant | null | undefined, holds: Instant | null, now: Instant): Answer | null {
  if (expected === undefined || (expected === holds && holds !== now)) return null;
  const detail = expected === holds && holds !== null ? `The ${what} was changed at ${iso(holds)}, which is now; read it again.` : holds === null ? `There is no ${what} any more.` : expected === null ? `There is a ${what} already, from ${iso(holds)} on.` : `The ${what} was changed at ${iso(holds)}; you read what held from ${iso(expected)} on.`;
  return refuse("STALE_VERSION", detail, { data: { valid_from: holds === null ? null : iso(holds) } });
}

const iso = (at: Instant): string => new Date(at).toISOString();
