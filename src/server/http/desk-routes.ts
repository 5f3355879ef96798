import { z } from "zod";
import { COUNTED_MAX, type Desk, type DeskNote, type DeskQueries, type DeskRow, FIX_ACTIONS, fixOf, type Queue, QUEUES, type QueueSums, reasonOf, subjectOf, SUMMED_MAX } from "../../flows/desk.ts";
import { DAY } from "../../domain/kernel/index.ts";
import { actorOf, callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { deskBulkRoutes } from "./desk-bulk-routes.ts";
import { refused } from "./problem.ts";
import { listOf, notFound, operation, PART, placeOf } from "./route.ts";
import { cursor, instant, limit, text } from "./schemas/fields.ts";
import { page } from "./schemas/views.ts";

export interface DeskRouteDeps {
  readonly queries: DeskQueries;
  readonly desk: Pick<Desk, "note" | "undo">;
  readonly now: () => number;
}

const [words, whole, when] = [z.string(), z.int(), z.iso.datetime()];
const money = z.array(z.object({ currency: words, total_minor: whole }));
const queueView = z.object({
  code: words, name: words, open: z.object({ value: whole, exact: z.boolean() }).describe(`Counted up to ${COUNTED_MAX}.`), oldest_at: when.nullable(), oldest_age_seconds: whole.nullable(),
  at_stake: z.object({ money, orders: whole, complete: z.boolean() }).describe(`Totals of the orders it stops, each once, per currency; of the ${SUMMED_MAX} oldest where complete is false.`),
  assigned_to_me: whole, snoozed: whole,
}).meta({ id: "WorkQueue" });
export const deskFix = z.object({
  action: z.enum(FIX_ACTIONS), sentence: words, needs: z.array(words).describe("Fields of the body that a person has to fill in."),
  operation: z.object({ method: z.literal("POST"), path: words, body: z.record(words, z.unknown()) }),
}).meta({ id: "WorkQueueFix" });
const itemView = z.object({
  id: words.describe("Public id of the cause: of an exception, a call, a message or parked work, hld_<order>_<n> of a hold, or the order of a promise."),
  subject: z.object({ order: words.optional(), line: whole.optional(), shipment: words.optional(), sku: words.optional(), node: words.optional(), channel: words.optional(), call: words.optional(), message: words.optional(), work: words.optional() }),
  order_number: whole.nullable(), since: when.describe("When the cause came up; of a promise, when its order was placed."), reason: words, owner: words.nullable(), snoozed_until: when.nullable(),
  at_stake: z.object({ currency: words, total_minor: whole }).nullable(), fix: deskFix,
}).meta({ id: "WorkQueueItem" });
const noted = z.object({ id: words, owner: words.nullable(), snoozed_until: when.nullable() }).meta({ id: "WorkQueueNote" });
const stats = z.object({ from: when, to: when, opened: whole, resolved: whole.describe("Settled by a person."), auto_closed: whole.describe("Closed because their cause cleared."), median_age_seconds: whole.nullable().describe("Of those that ended.") })
  .describe("Exceptions of the last 24 hours.").meta({ id: "WorkQueueStats" });

const itemQuery = z.strictObject({
  owner: text(100).optional().describe("me, nobody, or who; anybody without it."), snoozed: z.enum(["without", "only", "all"]).optional().describe("Entries at rest; left out without it."), cursor: cursor.optional(), limit: limit(250, 50),
});
const queueParams = z.object({ code: words });
const itemParams = z.object({ code: words, id: words });
const assignBody = z.strictObject({ owner: text(100).nullable().optional().describe("Who looks after it: a person's or key's id. You without it; nobody with null.") });
const snoozeBody = z.strictObject({ until: instant });

export function queueOf(code: string): Queue {
  const queue = QUEUES.find((one) => one.code === code);
  if (!queue) throw notFound(`queue "${code.slice(0, 100)}"`);
  return queue;
}

/** A rest that has ended before it began is a slip. */
export function restUntil(until: number, now: number, pointer: string): number {
  if (until > now) return until;
  const detail = `until has passed: ${new Date(until).toISOString()}.`;
  throw refused("INVALID_FIELD", detail, [{ pointer, code: "INVALID_FIELD", detail }]);
}

const ASSIGN_ABOUT = "The note goes when the entry's cause clears.";
const QUEUES_ABOUT = "Every queue, also those that are empty: dates in danger, exceptions by kind, open holds by kind, channels that could not be told, messages that were not understood, and work that failed. An entry leaves its queue when its cause clears.";

/** The exceptions desk: for AppDeps.extraRoutes. */
export const deskRoutes = ({ queries, desk, now }: DeskRouteDeps) => (app: App): void => {
  const [reading, writing] = [{ tag: "exceptions", scope: "orders:read" }, { tag: "exceptions", scope: "orders:write" }] as const;
  app.get("/v1/work-queues", operation({ ...reading, id: "listWorkQueues", summary: "Read what stops orders, by cause", description: QUEUES_ABOUT }, {}, { 200: z.object({ at: when, data: z.array(queueView) }) }), async (request) => {
    const caller = callerOf(request);
    const at = now();
    const sums = await queries.deskSums(caller.tenantId, actorOf(caller), at);
    return { at: new Date(at).toISOString(), data: QUEUES.flatMap((queue) => sums.filter(({ code }) => code === queue.code).map((one) => shownQueue(queue, one, at))) };
  });
  app.get("/v1/work-queues/stats", operation({ ...reading, id: "getWorkQueueStats", summary: "Read how many exceptions came and went in the last 24 hours" }, {}, { 200: stats }), async (request) => {
    const to = now();
    const { opened, resolved, closed, medianAge } = await queries.deskStats(callerOf(request).tenantId, to - DAY);
    return { from: new Date(to - DAY).toISOString(), to: new Date(to).toISOString(), opened, resolved, auto_closed: closed, median_age_seconds: medianAge === null ? null : Math.round(medianAge) };
  });
  app.get("/v1/work-queues/:code/items", operation(
    { ...reading, id: "listWorkQueueItems", summary: "List a queue's entries, oldest first, each with what usually clears its cause" }, { params: queueParams, querystring: itemQuery }, { 200: page(itemView) },
  ), async (request) => {
    const caller = callerOf(request);
    const { owner, snoozed = "without", cursor: at } = request.query;
    const queue = queueOf(request.params.code);
    const { rows, next } = await queries.deskItems(caller.tenantId, {
      queue, subjects: null, owner: owner === undefined ? null : owner === "nobody" ? "" : owner === "me" ? actorOf(caller) : owner, snoozed, now: now(), after: placeOf(at, [ISO, PART.text]), limit: Number(request.query.limit),
    });
    return listOf({ rows: rows.map((row) => shownItem(queue, row)), next });
  });

  const note = async (tenantId: number, actor: string, { code, id }: { code: string; id: string }, said: DeskNote): Promise<z.infer<typeof noted>> => {
    const queue = queueOf(code);
    const find = async (): Promise<DeskRow | undefined> => (await queries.deskItems(tenantId, { queue, subjects: [id], owner: null, snoozed: "all", now: now(), after: null, limit: 1 })).rows[0];
    if (!(await find())) throw notFound(`entry ${id.slice(0, 100)}`);
    await desk.note(tenantId, code, [id], said, { actor, now: now() });
    const row = await find();
    return { id, owner: row?.owner ?? null, snoozed_until: isoOrNull(row?.snoozedUntil ?? null) };
  };
  app.post("/v1/work-queues/:code/items/:id/assign", operation(
    { ...writing, id: "assignWorkQueueItem", summary: "Say who looks after an entry", description: ASSIGN_ABOUT }, { params: itemParams, body: assignBody }, { 200: noted },
  ), (request) => {
    const caller = callerOf(request);
    const { owner = actorOf(caller) } = request.body;
    return note(caller.tenantId, actorOf(caller), request.params, owner === null ? { takeBack: "owner" } : { owner });
  });
  app.post("/v1/work-queues/:code/items/:id/snooze", operation(
    { ...writing, id: "snoozeWorkQueueItem", summary: "Leave an entry out of its queue until a time", description: ASSIGN_ABOUT }, { params: itemParams, body: snoozeBody }, { 200: noted },
  ), (request) => note(callerOf(request).tenantId, actorOf(callerOf(request)), request.params, { snoozedUntil: restUntil(request.body.until, now(), "/until") }));
  app.post("/v1/work-queues/:code/items/:id/unsnooze", operation(
    { ...writing, id: "unsnoozeWorkQueueItem", summary: "Bring an entry back into its queue" }, { params: itemParams, body: z.strictObject({}) }, { 200: noted },
  ), (request) => note(callerOf(request).tenantId, actorOf(callerOf(request)), request.params, { takeBack: "rest" }));
  deskBulkRoutes({ queries, desk, now })(app);
};

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function shownQueue({ code, name }: Queue, { open, oldest, mine, snoozed, orders, money: sums }: QueueSums, now: number): z.infer<typeof queueView> {
  return {
    code, name, open: { value: Math.min(open, COUNTED_MAX), exact: open <= COUNTED_MAX }, oldest_at: isoOrNull(oldest), oldest_age_seconds: oldest === null ? null : Math.max(0, Math.round((now - oldest) / 1000)),
    at_stake: { money: [...sums], orders: Math.min(orders, SUMMED_MAX), complete: orders <= SUMMED_MAX && open <= COUNTED_MAX }, assigned_to_me: mine, snoozed,
  };
}

function shownItem(queue: Queue, row: DeskRow): z.infer<typeof itemView> {
  const { operation: does, needs, ...fix } = fixOf(queue, row);
  const { currency, totalMinor } = row;
  return {
    id: row.subject, subject: subjectOf(row), order_number: row.orderNumber, since: new Date(row.since).toISOString(), reason: reasonOf(queue, row), owner: row.owner, snoozed_until: isoOrNull(row.snoozedUntil),
    at_stake: currency === null || totalMinor === null ? null : { currency, total_minor: totalMinor }, fix: { ...fix, needs: [...needs], operation: { ...does, body: { ...does.body } } },
  };
}
