import { hash as hashOf } from "node:crypto";
import type { Principal } from "../../flows/access.ts";

export interface RememberOptions {
  /** How long an answer holds; a revoked key works no longer than this. */
  readonly milliseconds: number;
  readonly now: () => number;
  /** Told when a key is used, at most once a minute per key. */
  readonly touch?: (principal: Principal) => void;
}

/** Revocation takes effect within 5 seconds, so an answer may be this old. */
export const REMEMBERED_MS = 3_000;
const TOUCH_EVERY_MS = 60_000;
/** Unknown keys are remembered too, so that guessing does not reach the database each time; beyond this many all is forgotten. */
const ENTRIES_MAX = 10_000;

interface Entry {
  readonly until: number;
  readonly answer: Promise<Principal | null>;
}

/**
 * Remembers for a few seconds who presents a secret, under its hash; callers who ask at once share one question. Failures
 * are not remembered.
 */
export function remember(ask: (secret: string) => Promise<Principal | null>, { milliseconds, now, touch }: RememberOptions): (secret: string) => Promise<Principal | null> {
  const entries = new Map<string, Entry>();
  const touched = new Map<string, number>();
  const note = (principal: Principal): void => {
    if (!touch || principal.keyId === null) return;
    const before = touched.get(principal.keyId) ?? Number.NEGATIVE_INFINITY;
    if (now() - before < TOUCH_EVERY_MS) return;
    touched.set(principal.keyId, now());
    touch(principal);
  };
  return (secret) => {
    const hash = hashOf("sha256", secret, "base64");
    const known = entries.get(hash);
    const at = now();
    if (known && known.until > at) return known.answer;
    if (entries.size >= ENTRIES_MAX) entries.clear();
    const answer = ask(secret).then((principal) => {
      if (principal) note(principal);
      return principal;
    });
    entries.set(hash, { until: at + milliseconds, answer });
    answer.catch(() => entries.delete(hash));
    return answer;
  };
}
