import { z } from "zod";
import type { DeskCommand, NoteCommand } from "../../flows/order-desk.ts";
import type { OrderDeskQueries, Mentions } from "../../flows/order-desk-views.ts";
import type { Answer } from "../../flows/ports.ts";
import { actorOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { headOf, idOf, listOf, notFound, operation, PART, placeOf, sendAnswer } from "./route.ts";
import { orderIdOf, orderParams } from "./routes/orders.ts";
import { cursor, limit, text, withCode } from "./schemas/fields.ts";
import { page, undo } from "./schemas/views.ts";

export interface OrderDeskRouteDeps {
  readonly queries: OrderDeskQueries;
  readonly mentions: Mentions;
  readonly keep: (tenantId: number, command: DeskCommand) => Promise<Answer>;
  readonly note: (tenantId: number, command: NoteCommand) => Promise<Answer>;
}

/** What stands in a column of a list, and can be typed: no space at an end, nothing that cannot be seen. */
export const tagText = z.string().min(1).max(40).regex(/^[^\p{C}\s](?:[^\p{C}]*[^\p{C}\s])?$/u, "A tag has 1 to 40 characters that can be seen, and no space at its ends.");
export const tagList = z.array(tagText).max(20);
export const personId = text(60);
const tagChange = z.strictObject({ add: tagList.optional(), remove: tagList.optional() }).superRefine(({ add = [], remove = [] }, context) => {
  if (add.length + remove.length === 0) context.addIssue({ ...withCode("INVALID_FIELD", "Say which tags to add, or which to remove."), path: ["add"] });
  for (const [index, tag] of remove.entries()) if (add.includes(tag)) context.addIssue({ ...withCode("INVALID_FIELD", `"${tag}" is to be added and removed at once.`), path: ["remove", index] });
});

const desk = z.object({ order: z.string(), tags: z.array(z.string()), assignee: z.string().nullable(), version: z.int(), undo }).meta({ id: "OrderDesk" });
const noteHead = { id: z.string(), order: z.string(), author: z.string(), mentions: z.array(z.string()), written_at: z.iso.datetime() };
const note = z.object({ ...noteHead, text: z.string().nullable().describe("Null without the scope orders:read_personal, or where it was erased.") }).meta({ id: "OrderNote" });
const written = z.object(noteHead).meta({ id: "OrderNoteWritten" });
const mention = z.object({ unread: z.boolean(), order_number: z.int(), note }).meta({ id: "Mention" });
const listQuery = z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) });

/** Tags, assignees and notes of orders: for AppDeps.extraRoutes. */
export const orderDeskRoutes = (deps: OrderDeskRouteDeps) => (app: App): void => {
  const about = { tag: "order desk", scope: "orders:write" } as const;
  app.put("/v1/orders/:id/tags", operation({ ...about, id: "setOrderTags", summary: "Say which tags an order has", description: "All of them: what somebody else has put on meanwhile is taken off. Who adds or removes some uses PATCH. At most 20, of 1 to 40 characters each." },
    { params: orderParams, body: z.strictObject({ tags: tagList }) }, { 200: desk }), async (request, reply) =>
    sendAnswer(request, reply, await deps.keep(callerOf(request).tenantId, { ...headOf(request), orderId: orderIdOf(request.params.id), change: { type: "set_tags", tags: request.body.tags } })));
  app.patch("/v1/orders/:id/tags", operation({ ...about, id: "changeOrderTags", summary: "Put tags on an order and take tags off", description: "The others stay, whoever changes them at the same moment. A tag that is there already, or is not there, is no mistake." },
    { params: orderParams, body: tagChange }, { 200: desk }), async (request, reply) =>
    sendAnswer(request, reply, await deps.keep(callerOf(request).tenantId, { ...headOf(request), orderId: orderIdOf(request.params.id), change: { type: "change_tags", add: request.body.add ?? [], remove: request.body.remove ?? [] } })));
  app.put("/v1/orders/:id/assignee", operation({ ...about, id: "assignOrder", summary: "Give an order to somebody to look after", description: "A person's id, me for the caller, or null for nobody." },
    { params: orderParams, body: z.strictObject({ assignee: personId.nullable() }) }, { 200: desk }), async (request, reply) => {
    const head = headOf(request);
    const assignee = request.body.assignee === "me" ? head.actor : request.body.assignee;
    return sendAnswer(request, reply, await deps.keep(callerOf(request).tenantId, { ...head, orderId: orderIdOf(request.params.id), change: { type: "assign", assignee } }));
  });
  app.post("/v1/orders/:id/notes", operation({ ...about, id: "writeNote", summary: "Write a note about an order", description: "Whoever is mentioned finds it among their mentions. What it says is not in any event, and goes when the order's contact is erased." },
    { params: orderParams, body: z.strictObject({ text: text(4000), mentions: z.array(personId).max(20).optional() }) }, { 200: written, 201: written }), async (request, reply) =>
    sendAnswer(request, reply, await deps.note(callerOf(request).tenantId, { ...headOf(request), type: "write", orderId: orderIdOf(request.params.id), text: request.body.text, mentions: request.body.mentions ?? [] })));
  app.delete("/v1/orders/:id/notes/:note", operation({ ...about, id: "deleteNote", summary: "Delete a note of your own", description: "An administrator may delete anybody's." },
    { params: orderParams.extend({ note: z.string() }) }, { 200: z.object({ id: z.string(), deleted: z.boolean() }) }), async (request, reply) => {
    const caller = callerOf(request);
    return sendAnswer(request, reply, await deps.note(caller.tenantId, { ...headOf(request), type: "delete", orderId: orderIdOf(request.params.id), noteId: idOf("note", request.params.note), anybodys: hasScope(caller, "admin") }));
  });
  readRoutes(app, deps);
};

function readRoutes(app: App, { queries, mentions }: OrderDeskRouteDeps): void {
  const about = { tag: "order desk", scope: "orders:read" } as const;
  app.get("/v1/orders/:id/notes", operation({ ...about, id: "listNotes", summary: "List the notes about an order, oldest first" }, { params: orderParams, querystring: listQuery }, { 200: page(note) }), async (request) => {
    const caller = callerOf(request);
    const after = placeOf(request.query.cursor, [PART.uuid]);
    const notes = await queries.listNotes(caller.tenantId, { orderId: orderIdOf(request.params.id), personal: hasScope(caller, "orders:read_personal"), after, limit: Number(request.query.limit) });
    if (notes === null) throw notFound(`order ${request.params.id}`);
    return listOf(notes);
  });
  app.get("/v1/order-tags", operation({ ...about, id: "listOrderTags", summary: "List the tags that orders have" }, { querystring: listQuery }, { 200: page(z.object({ tag: z.string() })) }), async (request) =>
    listOf(await queries.listOrderTags(callerOf(request).tenantId, { after: placeOf(request.query.cursor, [PART.text]), limit: Number(request.query.limit) })));
  app.get("/v1/mentions", operation({ ...about, id: "listMentions", summary: "List the notes that mention you, unread ones first, then the latest" },
    { querystring: listQuery }, { 200: page(mention).extend({ unread: z.int().describe("How many are unread; 1000 means as many or more.") }) }), async (request) => {
    const caller = callerOf(request);
    const filter = { person: actorOf(caller), personal: hasScope(caller, "orders:read_personal"), after: placeOf(request.query.cursor, [/^[01]$/, PART.uuid]), limit: Number(request.query.limit) };
    const [list, unread] = await Promise.all([queries.listMentions(caller.tenantId, filter), queries.countUnread(caller.tenantId, filter.person)]);
    return { ...listOf(list), unread };
  });
  app.post("/v1/mentions/read", operation({ ...about, id: "readMentions", summary: "Say which mentions you have read", description: "Without notes, all of them." },
    { body: z.strictObject({ notes: z.array(text(60)).min(1).max(1000).optional() }) }, { 200: z.object({ read: z.int() }) }), async (request) => {
    const caller = callerOf(request);
    return { read: await mentions.read(caller.tenantId, actorOf(caller), request.body.notes?.map((id) => idOf("note", id)) ?? null) };
  });
}
