import { z } from "zod";
import type { Answer } from "../../flows/ports.ts";
import type { Queries } from "../../flows/queries.ts";
import { STATUS_BY_CODE } from "./problem.ts";

/** What a caller had read of an order when it decided; said so that a refusal can tell what it had not read. */
export const seenFields = {
  seen_position: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe("The position of the order's last event that you had read. Where the order is not any more as you saw it, the problem's data.changes says who did what since then."),
};

/** More would be read by nobody; the timeline has them all. */
const CHANGES_MAX = 20;

/** A refusal because of what is there now gets the order's events since the caller looked, oldest first. */
export async function withChanges(queries: Pick<Queries, "timeline">, tenantId: number, orderId: string, seen: number | undefined, answer: Answer): Promise<Answer> {
  if (answer.ok || seen === undefined || STATUS_BY_CODE[answer.refusal.code] !== 409) return answer;
  const events = await queries.timeline(tenantId, orderId, seen, CHANGES_MAX);
  if (events === null || events.rows.length === 0) return answer;
  return { ...answer, refusal: { ...answer.refusal, data: { ...answer.refusal.data, changes: events.rows } } };
}
