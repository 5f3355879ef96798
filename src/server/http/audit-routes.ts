import { z } from "zod";
import { AUDITED, type AuditQueries, type AuditWanted, VIA, WALK_MAX } from "../../flows/audit.ts";
import { isPrivateEvent } from "../../domain/kernel/index.ts";
import { callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { idOf, operation, PART, placeOf } from "./route.ts";
import { cursor, instant, limit, text } from "./schemas/fields.ts";

const [words, whole, when] = [z.string(), z.int(), z.iso.datetime()];
const HOW = "person: in the console, or by whoever else has a session. api_key: with the API. cli: with the API, by a client that said in the header Ordo-Client that it was the command line, which nobody proves. " +
  "job: a worker did it because somebody had asked for an action over many orders, an import or a closure. worker: a worker did it by the rules. channel: a channel's message said so. program: another part of the program.";
const entry = z.object({
  position: whole, id: words, type: words, order: words.nullable(), actor: words, actor_name: words.nullable(), via: z.enum(VIA).describe(HOW),
  request: words.nullable().describe("The request that it was asked with, as its answer and the log name it; of what a job made, the request that began the job. Null of what nobody asked for."), job: words.nullable().describe("The action over many orders, the import or the closure that made it."),
  object: z.object({ kind: words, id: words }).nullable(), reason: words.nullable(), occurred_at: when, recorded_at: when,
  changes: z.array(z.object({ field: words, before: z.unknown(), after: z.unknown(), hidden: z.boolean().describe("Where values are secret or long, only that they changed.") })), data: z.record(words, z.unknown()),
}).meta({ id: "AuditEntry" });
/** What can be asked for, of the list and of the file. */
export const auditFilters = {
  actor: text(100).optional().describe("Who: a key's or person's id, or journey, sweeper or another part of the program."), type: text(50).optional(), order: text(60).optional(), q: text(100).optional().describe("An id or code that the event names."),
  kind: z.enum(["order", ...AUDITED]).optional().describe("Of what kind it was done to."), request: text(60).optional().describe("The request that it was asked with."),
  via: z.enum(VIA).optional().describe("How it came about."), job: text(60).optional().describe("The job that made it."),
  from: instant.optional(), to: instant.optional(),
};
const filters = z.object(auditFilters);
const query = z.strictObject({ ...auditFilters, cursor: cursor.optional(), limit: limit(250, 50) });

/** The filters as the log is asked: what was left out is null. */
export const auditWanted = ({ order, q, ...given }: z.infer<typeof filters>): AuditWanted => ({
  actor: given.actor ?? null, type: given.type ?? null, orderId: order === undefined ? null : idOf("order", order), names: q ?? null, kind: given.kind ?? null, request: given.request ?? null,
  via: given.via ?? null, job: given.job ?? null, from: given.from ?? null, to: given.to ?? null,
});
const answer = z.object({
  data: z.array(entry), has_more: z.boolean(), next_cursor: words.nullable(),
  looked_to: z.object({ position: whole, at: when }).nullable().describe("The earliest event that this page looked at: what is earlier was not searched yet while has_more is true."),
});

const ABOUT = `The latest first, by when it was recorded. One page looks at ${WALK_MAX} events at most, or at all of an order's: it may hold few or none and still have more before it; looked_to says how far it came. Nothing of it can be changed.`;

/** Who did what: for AppDeps.extraRoutes. */
export const auditRoutes = (queries: AuditQueries) => (app: App): void => {
  app.get("/v1/audit", operation({ id: "readAudit", tag: "events", scope: "events:read", summary: "Read who did what, how and to what, with what it was before", description: ABOUT }, { querystring: query }, { 200: answer }), async (request) => {
    const { cursor: at, limit: most } = request.query;
    const [before = null] = placeOf(at, [PART.number]) ?? [];
    const caller = callerOf(request);
    const { rows, lookedTo, next } = await queries.readAudit(caller.tenantId, { ...auditWanted(request.query), before: before === null ? null : Number(before), limit: Number(most) });
    return {
      data: rows.filter(({ type: its }) => hasScope(caller, "admin") || !isPrivateEvent(its)).map((row) => ({ ...row, object: row.object && { ...row.object }, changes: row.changes.map((change) => ({ ...change })), data: { ...row.data } })), has_more: next !== null,
      next_cursor: next === null ? null : Buffer.from(JSON.stringify([String(next)])).toString("base64url"), looked_to: lookedTo && { ...lookedTo },
    };
  });
};
