import { z } from "zod";
import { publicId } from "../../domain/kernel/index.ts";
import { draftEndsAt } from "../../domain/order/index.ts";
import { DRAFT_PAYMENTS, type Draft, type DraftDocument, type DraftQuote } from "../../flows/draft-types.ts";
import { beginDraft, changeDraft, type DraftDeps, dropDraft, keepDraftPromise, placeDraft } from "../../flows/order-drafts.ts";
import { discountLimitOf } from "../../flows/roles.ts";
import { actorOf, byOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { valueOf } from "./problem.ts";
import { found, idOf, listOf, operation, PART, placeOf, sendAnswer } from "./route.ts";
import { shipTo } from "./schemas/address.ts";
import { cursor, limit, minorUnits, text } from "./schemas/fields.ts";
import { captured, page } from "./schemas/views.ts";

const LINES_MAX = 200;
const [words, when, whole] = [z.string(), z.iso.datetime(), z.int()];
/** What nobody has typed yet is left out or empty; both are null. */
const typed = (most: number): z.ZodType<string | null, string | null | undefined> => z.string().max(most).nullable().optional().transform((value) => value?.trim() || null);
const lineBody = z.strictObject({ sku: text(200), quantity: z.string().max(40), unit: typed(50), unit_price: typed(40), discount_percent: typed(10) });
const body = z.strictObject({
  channel: z.string().max(100), customer: z.strictObject({ id: typed(60), name: typed(200), email: typed(320), phone: typed(50), class: typed(100) }).optional(), ship_to: shipTo.nullable().optional(),
  lines: z.array(lineBody).max(LINES_MAX).optional(), tax_included: z.boolean().optional(), discount_percent: typed(10), shipping_minor: minorUnits.optional(), payment: z.enum(DRAFT_PAYMENTS).optional(), note: typed(5000),
}).describe("An order as far as somebody has taken it down. Numbers are kept as they were typed; what is wrong with them stands in quote.problems.");
const changeBody = body.extend({ version: whole.min(1).describe("The version that the change was made to.") });

const maybe = <T extends z.ZodType>(one: T): z.ZodNullable<T> => one.nullable();
const documentView = z.object({
  channel: words, customer: z.object({ id: maybe(words), name: maybe(words), email: maybe(words), phone: maybe(words), class: maybe(words) }), ship_to: maybe(shipTo),
  lines: z.array(z.object({ sku: words, quantity: words, unit: maybe(words), unit_price: maybe(words), discount_percent: maybe(words) })), tax_included: z.boolean(), discount_percent: maybe(words),
  shipping_minor: whole, payment: z.enum(DRAFT_PAYMENTS), note: maybe(words),
  promise: maybe(z.object({ option: words, service_level: maybe(words), arrival_date: maybe(words), claim: words, expires_at: when })).describe("The date that is kept, with the goods for it; whatever changes the basket lets it go."),
}).meta({ id: "OrderDraftContent" });
const quoteView = z.object({
  currency: maybe(words), goods_minor: whole, discount_minor: whole, shipping_minor: whole, total_minor: maybe(whole).describe("Null while a line has no price."), discount_limit: z.number().describe("Percent that the caller may give."),
  lines: z.array(z.object({
    name: maybe(words), base_unit: maybe(words), quantity_scale: whole, units: z.array(words), unit_price: maybe(words), price_list: maybe(words), price_reason: maybe(words), gross_minor: maybe(whole), discount_minor: maybe(whole), total_minor: maybe(whole),
    atp: maybe(z.number()).describe("What can be promised in the network, in counted units: 10^-quantity_scale of the base unit."), best_node: maybe(z.object({ node: words, atp: z.number() })),
  })),
  problems: z.array(z.object({ pointer: words, code: words, detail: words })).describe("Everything that keeps it from being placed."),
}).meta({ id: "OrderDraftQuote" });
const headView = { id: words, owner: words, mine: z.boolean(), version: whole, created_at: when, updated_at: when, expires_at: maybe(when).describe("When it is discarded unless somebody changes it before; null where drafts are kept for ever, and once it was placed.") };
const draftView = z.object({
  ...headView, order: maybe(words).describe("What it has become."), content: maybe(documentView).describe("Null once it was placed, and without the scope orders:read_personal."), quote: maybe(quoteView),
}).meta({ id: "OrderDraft" });
const listed = z.object({ ...headView, channel: words, customer: maybe(words), lines: whole }).meta({ id: "OrderDraftSummary" });

const iso = (at: number): string => new Date(at).toISOString();
function head({ id, owner, version, createdAt, updatedAt, document }: Draft, actor: string, keepDays: number) {
  const endsAt = document === null ? null : draftEndsAt(updatedAt, keepDays);
  return { id: publicId("draft", id), owner, mine: owner === actor, version, created_at: iso(createdAt), updated_at: iso(updatedAt), expires_at: endsAt === null ? null : iso(endsAt) };
}
const contentView = ({ lines, ...rest }: DraftDocument) => ({ ...rest, lines: [...lines] });
const quoted = ({ lines, problems, ...rest }: DraftQuote) => ({ ...rest, lines: lines.map((line) => ({ ...line, units: [...line.units] })), problems: problems.map((one) => ({ ...one, pointer: `#${one.pointer}` })) });

const documentOf = ({ customer, ship_to: goesTo, lines, tax_included: taxIncluded, shipping_minor: shipping, payment, ...rest }: z.output<typeof body>): Omit<DraftDocument, "promise"> => ({
  channel: rest.channel, discount_percent: rest.discount_percent, note: rest.note, customer: customer ?? { id: null, name: null, email: null, phone: null, class: null }, ship_to: goesTo ?? null,
  lines: lines ?? [], tax_included: taxIncluded ?? true, shipping_minor: shipping ?? 0, payment: payment ?? "paid",
});

type Asked = Parameters<typeof callerOf>[0];

/** Orders that people take down, on the phone for example: for AppDeps.extraRoutes. */
export const orderDraftRoutes = (deps: DraftDeps) => (app: App): void => {
  const about = { tag: "order drafts", scope: "orders:write" } as const;
  const reading = { ...about, scope: "orders:read_personal" } as const;
  const params = z.object({ id: z.string() });
  const shown = async (request: Asked, draft: Draft): Promise<z.infer<typeof draftView>> => {
    const { tenantId, scopes, ...caller } = callerOf(request);
    const quote = draft.document === null ? null : await deps.quote(tenantId, draft.document, discountLimitOf(scopes));
    return { ...head(draft, actorOf({ ...caller, tenantId, scopes }), deps.keepDays), order: draft.orderId === null ? null : publicId("order", draft.orderId), content: draft.document && hasScope({ scopes }, "orders:read_personal") ? contentView(draft.document) : null, quote: quote && quoted(quote) };
  };

  app.post("/v1/order-drafts", operation({ ...about, id: "createOrderDraft", summary: "Begin to take down an order", description: "Answers what it costs by the price lists of the channel and the customer's class, how many there are, and what is still missing." }, { body }, { 201: draftView }), async (request, reply) =>
    reply.code(201).send(await shown(request, await beginDraft(deps, callerOf(request).tenantId, documentOf(request.body), actorOf(callerOf(request))))));
  app.get("/v1/order-drafts", operation({ ...reading, id: "listOrderDrafts", summary: "List open drafts, the one changed last first", description: "Yours; with all=true everybody's." },
    { querystring: z.strictObject({ all: z.stringbool().optional(), cursor: cursor.optional(), limit: limit(100, 50) }) }, { 200: page(listed) }), async (request) => {
    const caller = callerOf(request);
    const { all = false, cursor: at, limit: most } = request.query;
    const drafts = await deps.drafts.list(caller.tenantId, { owner: all ? null : actorOf(caller), after: placeOf(at, [PART.millis, PART.uuid]), limit: Number(most) });
    return listOf({ ...drafts, rows: drafts.rows.map((draft) => ({ ...head(draft, actorOf(caller), deps.keepDays), channel: draft.document?.channel ?? "", customer: draft.document?.customer.name ?? null, lines: draft.document?.lines.length ?? 0 })) });
  });
  app.get("/v1/order-drafts/:id", operation({ ...reading, id: "getOrderDraft", summary: "Read a draft, with what it costs now" }, { params }, { 200: draftView }), async (request) =>
    shown(request, found(await deps.drafts.find(callerOf(request).tenantId, idOf("draft", request.params.id)), "draft", request.params.id)));
  app.put("/v1/order-drafts/:id", operation({ ...about, id: "changeOrderDraft", summary: "Write what a draft says now", description: "Whoever changed it after the version you read comes first: STALE_VERSION." }, { params, body: changeBody }, { 200: draftView }), async (request) => {
    const caller = callerOf(request);
    const { version, ...content } = request.body;
    return shown(request, valueOf(await changeDraft(deps, caller.tenantId, idOf("draft", request.params.id), version, documentOf(content), byOf(request))));
  });
  app.delete("/v1/order-drafts/:id", operation({ ...about, id: "deleteOrderDraft", summary: "Throw a draft away" }, { params }, { 200: z.object({ id: words, deleted: z.boolean() }) }), async (request) => {
    found((await dropDraft(deps, callerOf(request).tenantId, idOf("draft", request.params.id), byOf(request))) || null, "draft", request.params.id);
    return { id: request.params.id, deleted: true };
  });
  app.post("/v1/order-drafts/:id/promise", operation({ ...about, id: "keepDraftPromise", summary: "Keep one of the dates that POST /v1/promises offers, and the goods for it", description: "For half an hour. Whatever changes the basket lets it go; an order placed later is decided anew." },
    { params, body: z.strictObject({ option: text(200) }) }, { 200: draftView }), async (request) => {
    const caller = callerOf(request);
    return shown(request, valueOf(await keepDraftPromise(deps, caller.tenantId, idOf("draft", request.params.id), request.body.option, byOf(request))));
  });
  app.post("/v1/order-drafts/:id/place", operation({
    ...about, id: "placeOrderDraft", summary: "Place a draft as an order", description: "It is captured like every order, with the draft's id as Idempotency-Key and external_id, so it is placed once however often this is asked. A discount above the caller's limit is refused, with who may give it.",
  }, { params, body: z.strictObject({ version: whole.min(1) }) }, { 200: captured, 201: captured }), async (request, reply) => {
    const caller = callerOf(request);
    const placed = valueOf(await placeDraft(deps, caller.tenantId, idOf("draft", request.params.id), request.body.version, discountLimitOf(caller.scopes), byOf(request)));
    return sendAnswer(request, reply, placed.order);
  });
};
