import type { ClaimedDelivery, SendResult } from "../../flows/integration.ts";
import type { OutgoingAnswer } from "../outgoing.ts";
import type { WorkerSettings } from "./ports.ts";

export type AttemptOutcome = "delivered" | "refused" | "unreachable" | "timed_out" | "blocked";

/** A receiver may ask for more time, within reason. */
const RETRY_AFTER_MAX_MS = 60 * 60_000;
/** What is kept of an answer; 1 kB with room for a character cut in two. */
const EXCERPT_BYTES = 1_000;

export function outcomeOf(answer: OutgoingAnswer): AttemptOutcome {
  if (answer.kind !== "answered") return answer.kind;
  return answer.status >= 200 && answer.status < 300 ? "delivered" : "refused";
}

/**
 * What becomes of a delivery after an attempt. Any 2xx is delivered. Anything else, redirects included, is repeated
 * after a pause drawn evenly from nothing to the schedule's (full jitter: receivers that come back are not met by
 * everything at once), until its time is over; 410 ends the subscription.
 */
export function judge(
  { attemptNo, patienceMs }: Pick<ClaimedDelivery, "attemptNo" | "patienceMs">, answer: OutgoingAnswer, durationMs: number,
  { webhookPausesMs }: Pick<WorkerSettings, "webhookPausesMs">, random: () => number,
): SendResult {
  const seen = answer.kind === "answered"
    ? { status: answer.status, excerpt: excerptOf(answer.body), error: null } : { status: null, excerpt: null, error: answer.reason };
  const attempt = { ...seen, durationMs, disable: null };
  if (outcomeOf(answer) === "delivered") return { ...attempt, state: "delivered", retryInMs: null };
  if (answer.kind === "answered" && answer.status === 410) {
    return { ...attempt, state: "dead", retryInMs: null, disable: "The receiver answered 410: it is gone for good." };
  }
  if (patienceMs <= 0) return { ...attempt, state: "dead", retryInMs: null };
  const longest = webhookPausesMs[Math.min(attemptNo, webhookPausesMs.length) - 1] ?? 0;
  const asked = answer.kind === "answered" ? Math.min(RETRY_AFTER_MAX_MS, answer.retryAfterMs ?? 0) : 0;
  // The last try is made when the time is over, not somewhat before.
  return { ...attempt, state: "pending", retryInMs: Math.min(patienceMs, Math.max(asked, random() * longest)) };
}

const excerptOf = (body: string): string => Buffer.from(body).subarray(0, EXCERPT_BYTES).toString("utf8").replaceAll("\u0000", "");
