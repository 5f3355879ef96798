import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { BULK_MAX, type DeskFix, type DeskNote, type DeskRow, FIX_ACTIONS, fixOf, type Queue } from "../../flows/desk.ts";
import { actorOf, callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { type DeskRouteDeps, queueOf, restUntil } from "./desk-routes.ts";
import { refused } from "./problem.ts";
import { operation } from "./route.ts";
import { instant, reasonText, text } from "./schemas/fields.ts";
import { problem } from "./schemas/problem.ts";

const ACTIONS = ["resolve", "assign", "snooze", "unsnooze", "fix", "undo"] as const;
const body = z.strictObject({
  action: z.enum(ACTIONS), ids: z.array(text(100)).min(1).max(BULK_MAX).optional().describe(`Entries; all of the queue without it, the oldest ${BULK_MAX}.`),
  owner: text(100).nullable().optional().describe("With assign: who; you without it, nobody with null."), until: instant.optional().describe("With snooze."),
  reason: reasonText.optional().describe("With resolve: why."), fields: z.record(text(50), z.union([text(500), z.int()])).optional().describe("With fix: what the entries' fixes need, such as node, sku or reason."),
  change: z.uuid().optional().describe("With undo: the change that is taken back, as its answer named it."),
  dry_run: z.boolean().optional().describe("Only say what would be done."),
});
const result = z.object({ id: z.string(), outcome: z.enum(["done", "would_do", "failed", "not_there", "changed_since"]), action: z.enum([...FIX_ACTIONS, "assign", "snooze", "unsnooze", "undo"]), problem: problem.partial().optional() });
const answer = z.object({
  dry_run: z.boolean(), matched: z.int(), has_more: z.boolean().describe("Whether the queue holds more entries than one call takes."),
  change: z.string().nullable().describe("What assign and snooze changed, to be taken back with undo; null where nothing can be taken back."),
  summary: z.array(z.object({ action: z.string(), outcome: z.string(), entries: z.int() })), results: z.array(result),
}).meta({ id: "WorkQueueBulk" });
type Result = z.infer<typeof result>;

const ABOUT = `Up to ${BULK_MAX} entries at once, answered at once. fix does what each entry's fix names, as the operation itself would do it for you: with its scope, its checks and its events. resolve settles exceptions. undo puts entries back to how they were before an assign or a snooze, except those that somebody has changed since; what was fixed or settled is settled for good.`;

/** Operations that run side by side; the flows take them together. */
const AT_ONCE = 20;

/** Many entries of a queue at once. */
export const deskBulkRoutes = ({ queries, desk, now }: DeskRouteDeps) => (app: App): void => {
  app.post("/v1/work-queues/:code/bulk", operation(
    { id: "workOnQueue", tag: "exceptions", scope: "orders:write", summary: "Settle, assign, rest or fix many entries of a queue, or take that back", description: ABOUT }, { params: z.object({ code: z.string() }), body }, { 200: answer },
  ), async (request) => {
    const caller = callerOf(request);
    const queue = queueOf(request.params.code);
    const { action, ids, dry_run: isTrial = false } = request.body;
    const ready = prepared(queue, request.body, actorOf(caller), now());
    const { rows, next } = await queries.deskItems(caller.tenantId, { queue, subjects: ids ?? null, owner: null, snoozed: ids === undefined && action !== "unsnooze" ? "without" : "all", now: now(), after: null, limit: BULK_MAX });
    const absent = (ids ?? []).filter((id) => !rows.some(({ subject }) => subject === id));
    const who = { actor: actorOf(caller), now: now() };
    const { change = null, results: made } = await work(app, request, rows, ready, isTrial, {
      note: (subjects, note) => desk.note(caller.tenantId, queue.code, subjects, note, who), undo: (subjects, of) => desk.undo(caller.tenantId, queue.code, subjects, of, who),
    });
    const results = [...made,
      ...absent.map((id): Result => ({ id, outcome: "not_there", action: action === "fix" ? "resolve" : action }))];
    return { dry_run: isTrial, matched: rows.length, has_more: next !== null, change, summary: summaryOf(results), results };
  });
};

type Ready = { readonly note: DeskNote; readonly action: "assign" | "snooze" | "unsnooze" } | { readonly undo: string } | { readonly fixOf: (row: DeskRow) => DeskFix };

/** What is to be done with each entry; refuses what cannot be meant. */
function prepared(queue: Queue, { action, ids, owner, until, reason, fields, change }: z.infer<typeof body>, me: string, now: number): Ready {
  const missing = (pointer: string, detail: string): Error => refused("INVALID_FIELD", detail, [{ pointer, code: "INVALID_FIELD", detail }]);
  switch (action) {
    case "assign":
      return { action, note: owner === null ? { takeBack: "owner" } : { owner: owner ?? me } };
    case "snooze":
      if (until === undefined) throw missing("/until", "To rest entries, say until when.");
      return { action, note: { snoozedUntil: restUntil(until, now, "/until") } };
    case "unsnooze":
      return { action, note: { takeBack: "rest" } };
    case "undo":
      if (change === undefined) throw missing("/change", "Say which change is to be taken back.");
      if (ids === undefined) throw missing("/ids", "Say of which entries it is to be taken back.");
      return { undo: change };
    case "resolve":
      if (queue.source !== "exception") throw missing("/action", "Only exceptions are settled by hand; what is in this queue goes when its cause does: use fix.");
      if (reason === undefined) throw missing("/reason", "To settle exceptions, say why.");
      return { fixOf: ({ subject }) => ({ action, sentence: "", needs: [], operation: { method: "POST", path: `/v1/exceptions/${subject}/resolve`, body: { reason } } }) };
    case "fix":
      return { fixOf: (row) => {
        const fix = fixOf(queue, row);
        const lacking = fix.needs.filter((name) => fields?.[name] === undefined);
        if (lacking.length > 0) throw missing(`/fields/${lacking[0] ?? ""}`, `To fix these, say ${lacking.join(" and ")}.`);
        return { ...fix, operation: { ...fix.operation, body: { ...fix.operation.body, ...fields } } };
      } };
  }
}

interface Notes {
  readonly note: (subjects: readonly string[], note: DeskNote) => Promise<string | null>;
  readonly undo: (subjects: readonly string[], change: string) => Promise<ReadonlySet<string>>;
}

async function work(app: App, request: FastifyRequest, rows: readonly DeskRow[], ready: Ready, isTrial: boolean, { note, undo }: Notes): Promise<{ readonly results: Result[]; readonly change?: string | null }> {
  const subjects = rows.map(({ subject }) => subject);
  const all = (outcome: Result["outcome"], action: Result["action"]): Result[] => subjects.map((id) => ({ id, outcome, action }));
  if ("fixOf" in ready) return { results: await fixAll(app, request, rows.map((row) => ({ id: row.subject, fix: ready.fixOf(row) })), isTrial) };
  if (isTrial || rows.length === 0) return { results: all("would_do", "note" in ready ? ready.action : "undo") };
  if ("note" in ready) return { change: await note(subjects, ready.note), results: all("done", ready.action) };
  const undone = await undo(subjects, ready.undo);
  return { results: subjects.map((id) => ({ id, outcome: undone.has(id) ? "done" : "changed_since", action: "undo" })) };
}

async function fixAll(app: App, request: FastifyRequest, fixes: readonly { readonly id: string; readonly fix: DeskFix }[], isTrial: boolean): Promise<Result[]> {
  if (isTrial) return fixes.map(({ id, fix: { action } }) => ({ id, outcome: "would_do", action }));
  // What serves many entries, such as mapping what they all wait for, is done once.
  const asked = new Map<string, DeskFix>(fixes.map(({ fix }) => [JSON.stringify(fix.operation), fix]));
  const ended = new Map<string, Result["problem"] | null>();
  const waiting = [...asked];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) ended.set(next[0], await perform(app, request, next[1]));
  }));
  return fixes.map(({ id, fix }): Result => {
    const failure = ended.get(JSON.stringify(fix.operation)) ?? null;
    return { id, action: fix.action, ...(failure === null ? { outcome: "done" } : { outcome: "failed", problem: failure }) };
  });
}

const OF_THE_BODY: ReadonlySet<string> = new Set(["content-length", "content-type", "content-encoding", "transfer-encoding", "expect", "idempotency-key", "if-match", "accept-encoding"]);

/** Asks the operation itself, with what this caller showed: whatever it would refuse is refused here. Null where it was done. */
async function perform(app: App, request: FastifyRequest, { operation: { method, path, body: payload } }: DeskFix): Promise<Result["problem"] | null> {
  const headers = Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (value === undefined || OF_THE_BODY.has(name) ? [] : [[name, value]])));
  const answered = await app.inject({ method, url: path, headers: { ...headers, "content-type": "application/json" }, payload: JSON.stringify(payload) });
  return answered.statusCode < 400 ? null : answered.json<NonNullable<Result["problem"]>>();
}

function summaryOf(results: readonly Result[]): z.infer<typeof answer>["summary"] {
  const counts = new Map<string, z.infer<typeof answer>["summary"][number]>();
  for (const { action, outcome } of results) {
    const key = `${action} ${outcome}`;
    counts.set(key, { action, outcome, entries: (counts.get(key)?.entries ?? 0) + 1 });
  }
  return [...counts.values()];
}
