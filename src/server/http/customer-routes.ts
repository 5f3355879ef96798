import { z } from "zod";
import { type By, parsePublicId } from "../../domain/kernel/index.ts";
import { CONSENT_KINDS, customerPatterns } from "../../domain/order/index.ts";
import {
  type CustomerQueries, type CustomerStore, type CustomerView, deleteCustomerNote, eraseCustomer, exportCustomer, mergeCustomers, noteCustomer, recordConsent,
} from "../../flows/customers.ts";
import type { Ambient } from "../../flows/ports.ts";
import type { Queries } from "../../flows/queries.ts";
import { byOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { refused, valueOf } from "./problem.ts";
import { found, idOf, listOf, operation, PART, placeOf, sendStream } from "./route.ts";
import { searched } from "./routes/orders.ts";
import { cursor, instant, limit, text } from "./schemas/fields.ts";
import { page } from "./schemas/views.ts";

export interface CustomerRouteDeps {
  readonly customers: CustomerStore;
  readonly queries: CustomerQueries & Pick<Queries, "findOrders">;
  readonly ambient: Ambient;
}

const [words, when, count] = [z.string(), z.iso.datetime(), z.int()];
const summary = { id: words, name: words.nullable(), email: words.nullable(), phone: words.nullable(), class: words.nullable(), orders: count, last_order_at: when.nullable(), created_at: when };
const listed = z.object(summary).meta({ id: "CustomerSummary" });
const consent = z.object({ id: words, kind: words, given: z.boolean(), at: when, source: words, actor: words, recorded_at: when }).meta({ id: "Consent" });
const customer = z.object({
  ...summary, locale: words.nullable(), merged_into: words.nullable().describe("Who has all of it now."), erased_at: when.nullable(), open_orders: count, cancelled_orders: count, returned_units: count.describe("Units that carriers brought back."),
  spend: z.array(z.object({ currency: words, total_minor: count, orders: count })).describe("Totals of orders that were not cancelled, in minor units."),
  open_promises: z.array(z.object({ order: words, number: count, due_at: when.nullable(), predicted_at: when.nullable(), level: words.nullable() })).describe("Dates that orders still have to keep, the next one first; at most 50."),
  consents: z.array(consent).describe("The latest of each kind."),
}).meta({ id: "Customer" });
const order = z.object({ id: words, number: count, channel: words, external_id: words, placed_at: when, status: words, currency: words, total_minor: count }).meta({ id: "CustomerOrder" });
const note = z.object({ id: words, author: words, written_at: when, text: words }).meta({ id: "CustomerNote" });
const holdings = { orders: count, notes: count, consents: count, drafts: count };
const merged = z.object({ ...holdings, dry_run: z.boolean(), into: words }).meta({ id: "CustomerMerge" });
const erased = z.object({ ...holdings, messages: count.describe("Messages of channels whose bodies were erased, too."), dry_run: z.boolean() }).meta({ id: "CustomerErasure" });

const params = z.object({ id: z.string() });
const listQuery = z.strictObject({
  q: searched.optional(), order: text(60).describe("Whose order this is.").optional(), cursor: cursor.optional(), limit: limit(250, 50),
});
const paged = z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) });
const mergeBody = z.strictObject({ into: text(60).describe("The customer that stays."), dry_run: z.boolean().optional().describe("Only says what would move.") });
const eraseBody = z.strictObject({ confirm: text(60).optional().describe("The id of the customer once more; needed without dry_run."), dry_run: z.boolean().optional() });
const consentBody = z.strictObject({ kind: z.enum(CONSENT_KINDS), given: z.boolean(), at: instant.optional(), source: text(200).describe("How it was given or taken back: a call, a form, a letter.") });

/** Who orders, and what is held of them: for AppDeps.extraRoutes. */
export const customerRoutes = (deps: CustomerRouteDeps) => (app: App): void => {
  readingRoutes(app, deps);
  changingRoutes(app, deps);
  finalRoutes(app, deps);
};

const about = { tag: "customers", scope: "orders:read_personal" } as const;
const writing = { tag: "customers", scope: "orders:write" } as const;
type Asked = Parameters<typeof callerOf>[0];
const customerOf = async ({ queries }: CustomerRouteDeps, request: Asked, id: string): Promise<CustomerView> =>
  found(await queries.findCustomer(callerOf(request).tenantId, idOf("customer", id)), "customer", id);
const doerOf = ({ ambient }: CustomerRouteDeps, request: Asked): By & { ambient: Ambient } => ({ ambient, ...byOf(request) });

function readingRoutes(app: App, deps: CustomerRouteDeps): void {
  const { queries } = deps;
  app.get("/v1/customers", operation({
    ...about, id: "listCustomers", summary: "List customers, who ordered last first, or search them by name, e-mail address or phone number",
    description: "A customer is known again by what channels call them, by e-mail address or by phone number; who says none of it has no customer. Every word of q begins a word of the name or address, or q is the end of a phone number; what is found comes in one page. Follows the log: an order's customer is there a moment after it.",
  }, { querystring: listQuery }, { 200: page(listed) }), async (request) => {
    const { q, order: wanted, cursor: at, limit: most } = request.query;
    const patterns = q === undefined ? null : customerPatterns(q.text);
    return listOf(await queries.listCustomers(callerOf(request).tenantId, {
      words: patterns?.all ?? null, phone: patterns?.phone ?? [], orderId: wanted === undefined ? null : idOf("order", wanted), after: placeOf(at, [PART.millis, PART.uuid]), limit: Number(most),
    }));
  });
  app.get("/v1/customers/:id", operation({ ...about, id: "getCustomer", summary: "Read a customer: orders, spend, dates to keep and consents" }, { params }, { 200: customer }), async (request) => {
    const { spend, open_promises: promises, consents, ...rest } = await customerOf(deps, request, request.params.id);
    return { ...rest, spend: [...spend], open_promises: [...promises], consents: [...consents] };
  });
  app.get("/v1/customers/:id/orders", operation({ ...about, id: "listCustomerOrders", summary: "List the orders of a customer, newest first" }, { params, querystring: paged }, { 200: page(order) }), async (request) => {
    await customerOf(deps, request, request.params.id);
    return listOf(await queries.listCustomerOrders(callerOf(request).tenantId, idOf("customer", request.params.id), { after: placeOf(request.query.cursor, [PART.uuid]), limit: Number(request.query.limit) }));
  });
  app.get("/v1/customers/:id/notes", operation({ ...about, id: "listCustomerNotes", summary: "List the notes about a customer, the latest first" }, { params, querystring: paged }, { 200: page(note) }), async (request) => {
    await customerOf(deps, request, request.params.id);
    return listOf(await queries.listCustomerNotes(callerOf(request).tenantId, idOf("customer", request.params.id), { after: placeOf(request.query.cursor, [PART.uuid]), limit: Number(request.query.limit) }));
  });
  app.get("/v1/customers/:id/consents", operation({ ...about, id: "listCustomerConsents", summary: "Read every consent that a customer gave or took back, the latest first" }, { params }, { 200: z.object({ data: z.array(consent) }) }), async (request) => {
    await customerOf(deps, request, request.params.id);
    return { data: [...await queries.listConsents(callerOf(request).tenantId, idOf("customer", request.params.id))] };
  });
}

function changingRoutes(app: App, deps: CustomerRouteDeps): void {
  const { customers } = deps;
  app.post("/v1/customers/:id/notes", operation({ ...writing, id: "writeCustomerNote", summary: "Write a note about a customer", description: "What it says is in no event, and goes when the customer is erased." }, { params, body: z.strictObject({ text: text(5000) }) }, { 201: note }), async (request, reply) =>
    reply.code(201).send(valueOf(await noteCustomer(customers, callerOf(request).tenantId, idOf("customer", request.params.id), request.body.text, doerOf(deps, request)))));
  app.delete("/v1/customers/:id/notes/:note", operation({ ...writing, id: "deleteCustomerNote", summary: "Delete a note that you wrote", description: "An administrator may delete everybody's." },
    { params: z.object({ id: z.string(), note: z.string() }) }, { 200: z.object({ id: words, deleted: z.boolean() }) }), async (request) => {
    const caller = callerOf(request);
    const { id, note: noteId } = request.params;
    return valueOf(await deleteCustomerNote(customers, caller.tenantId, idOf("customer", id), idOf("note", noteId), hasScope(caller, "admin"), doerOf(deps, request)));
  });
  app.post("/v1/customers/:id/consents", operation({ ...writing, id: "recordConsent", summary: "Record that a customer agreed to something, or took it back", description: "The latest of a kind counts; earlier ones stay as its proof." }, { params, body: consentBody }, { 201: consent }), async (request, reply) => {
    const { kind, given, at, source } = request.body;
    return reply.code(201).send(valueOf(await recordConsent(customers, callerOf(request).tenantId, idOf("customer", request.params.id), { kind, given, at: at ?? null, source }, doerOf(deps, request))));
  });
}

function finalRoutes(app: App, deps: CustomerRouteDeps): void {
  const { customers, queries } = deps;
  app.post("/v1/customers/:id/merge", operation({
    ...writing, id: "mergeCustomer", summary: "Merge a duplicate into the customer that stays", description: "Orders, notes, consents and drafts move, and what the duplicate was known by names the other from now on. It cannot be undone: nothing tells the orders apart afterwards. With dry_run it only says what would move.",
  }, { params, body: mergeBody }, { 200: merged }), async (request) => {
    const { tenantId } = callerOf(request);
    const from = idOf("customer", request.params.id);
    const { into: given, dry_run: dryRun = false } = request.body;
    const into = parsePublicId("customer", given);
    if (into === undefined || (dryRun && (await queries.findCustomer(tenantId, into)) === null)) {
      const detail = `There is no customer "${given}".`;
      await customerOf(deps, request, request.params.id);
      throw refused("NOT_FOUND", detail, [{ pointer: "/into", code: "NOT_FOUND", detail }]);
    }
    if (!dryRun) return { ...valueOf(await mergeCustomers(customers, tenantId, from, into, doerOf(deps, request))), dry_run: false, into: given };
    await customerOf(deps, request, request.params.id);
    return { ...await queries.customerHoldings(tenantId, from), dry_run: true, into: given };
  });
  app.get("/v1/customers/:id/export", operation({ ...about, id: "exportCustomer", summary: "Download everything that is held of a customer, as JSON", description: "The customer with notes, consents and drafts, and each order with its contact, notes and mails." },
    { params }, { 200: z.unknown().describe("One JSON object.") }), async (request, reply) => {
    const one = await customerOf(deps, request, request.params.id);
    reply.header("content-disposition", `attachment; filename="${one.id}.json"`);
    return sendStream(reply, "application/json; charset=utf-8", exportCustomer({ store: customers, queries }, callerOf(request).tenantId, one, idOf("customer", request.params.id), doerOf(deps, request)));
  });
  app.post("/v1/customers/:id/erase", operation({
    ...writing, id: "eraseCustomer", summary: "Erase what is personal of a customer, everywhere and for good",
    description: "Name and address of the customer and in every order, mails, notes, consents, drafts, words and messages of channels go; figures and ledgers stay, and invoices keep their numbers. confirm repeats the customer's id. It cannot be undone; to ask again erases what has come since of the same orders.",
  }, { params, body: eraseBody }, { 200: erased }), async (request) => {
    const { tenantId } = callerOf(request);
    const one = await customerOf(deps, request, request.params.id);
    if (request.body.dry_run === true) return { ...await queries.customerHoldings(tenantId, idOf("customer", one.id)), messages: 0, dry_run: true };
    if (request.body.confirm !== one.id) {
      const detail = `Repeat the id of the customer, ${one.id}: what is erased does not come back.`;
      throw refused("INVALID_FIELD", detail, [{ pointer: "/confirm", code: "INVALID_FIELD", detail }]);
    }
    return { ...valueOf(await eraseCustomer(customers, tenantId, idOf("customer", one.id), doerOf(deps, request))), dry_run: false };
  });
}
