import { z } from "zod";
import { parsePublicId } from "../../domain/kernel/index.ts";
import { DEFAULT_SERIES } from "../../flows/billing-store.ts";
import type { InvoiceDocument, Invoices } from "../../flows/invoices.ts";
import type { Answer } from "../../flows/ports.ts";
import type { SaveInvoiceSeller } from "../../flows/save-invoice-seller.ts";
import { byOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { found, idOf, listOf, operation, PART, placeOf, sendAnswer } from "./route.ts";
import { codeText, cursor, instant, limit, text } from "./schemas/fields.ts";
import { invoice, invoiceSummary, seller } from "./schemas/invoice-views.ts";
import { page } from "./schemas/views.ts";

export interface InvoiceRouteDeps {
  readonly invoices: Invoices;
  readonly render: (document: InvoiceDocument) => Promise<Buffer>;
  readonly saveSeller: (tenantId: number, command: SaveInvoiceSeller) => Promise<Answer>;
}

const params = z.object({ id: z.string() });
const listQuery = z.strictObject({
  order: text(60).optional(), channel: codeText.optional(), issued_from: instant.optional(), issued_to: instant.optional(), cursor: cursor.optional(), limit: limit(250, 50),
});
/** Plain, because it stands in names of files; without a digit at its end, because there the number begins. */
const prefix = z.string().regex(/^(?=[A-Za-z0-9])[A-Za-z0-9/_.-]{0,19}[A-Za-z/_.-]$/, "Expected 1 to 20 letters, digits, / _ . or -, beginning with a letter or digit and not ending with a digit.");
const sellerBody = z.strictObject({
  channel: codeText.nullable().optional(), name: text(200), address: z.array(text(200)).max(8).optional(), tax_id: text(50).nullable().optional(), footer: text(300).nullable().optional(),
  number_prefix: prefix.optional(),
});

const reading = { tag: "invoices", scope: "orders:read" } as const;

/** Invoices and who sells: for AppDeps.extraRoutes. */
export const invoiceRoutes = (deps: InvoiceRouteDeps) => (app: App): void => {
  listingRoutes(app, deps);
  singleRoutes(app, deps);
  sellerRoutes(app, deps);
};

function listingRoutes(app: App, { invoices }: InvoiceRouteDeps): void {
  app.get("/v1/invoices", operation(
    { ...reading, id: "listInvoices", summary: "List invoices, latest first", description: "Each shipment that leaves gets one by itself. The range of issued_at includes its start and not its end." },
    { querystring: listQuery }, { 200: page(invoiceSummary) },
  ), async (request) => {
    const { order, channel, issued_from: from, issued_to: to, cursor: at } = request.query;
    const orderId = order === undefined ? null : parsePublicId("order", order);
    const after = placeOf(at, [PART.millis, PART.uuid]);
    // What is no order's id names no order, like a code nobody has.
    if (orderId === undefined) return listOf({ rows: [], next: null });
    return listOf(await invoices.list(callerOf(request).tenantId, { orderId, channel: channel ?? null, issuedFrom: from ?? null, issuedTo: to ?? null, after, limit: Number(request.query.limit) }));
  });
  app.get("/v1/orders/:id/invoices", operation(
    { ...reading, id: "listOrderInvoices", summary: "Read the invoices of an order, oldest first" }, { params }, { 200: z.object({ data: z.array(invoice) }) },
  ), async (request) => {
    const { id } = request.params;
    return { data: found(await invoices.ofOrder(callerOf(request).tenantId, idOf("order", id)), "order", id) };
  });
}

function singleRoutes(app: App, { invoices, render }: InvoiceRouteDeps): void {
  app.get("/v1/invoices/:id", operation({ ...reading, id: "getInvoice", summary: "Read an invoice" }, { params }, { 200: invoice }), async (request) => {
    const { id } = request.params;
    return found(await invoices.find(callerOf(request).tenantId, idOf("invoice", id)), "invoice", id);
  });
  const { schema, config } = operation(
    { ...reading, id: "getInvoicePdf", summary: "Read an invoice as PDF", description: "The same invoice is the same file, to the byte. Whom it is for is left out without the scope orders:read_personal." }, { params },
  );
  const response = { ...schema.response, 200: { description: "The PDF", content: { "application/pdf": { schema: z.unknown().meta({ type: "string", format: "binary" }) } } } };
  app.get("/v1/invoices/:id/pdf", { config, schema: { ...schema, response } }, async (request, reply) => {
    const { id } = request.params;
    const caller = callerOf(request);
    const document = found(await invoices.document(caller.tenantId, idOf("invoice", id), hasScope(caller, "orders:read_personal")), "invoice", id);
    const name = document.invoice.number.replaceAll(/[^A-Za-z0-9_.-]/g, "-");
    reply.headers({ "content-type": "application/pdf", "content-disposition": `inline; filename="${name}.pdf"`, "cache-control": "private, no-cache", "x-content-type-options": "nosniff" });
    return reply.send(await render(document));
  });
}

function sellerRoutes(app: App, { invoices, saveSeller }: InvoiceRouteDeps): void {
  app.get("/v1/invoice-sellers", operation(
    { tag: "invoices", scope: "catalogue:read", id: "listInvoiceSellers", summary: "List who sells, as invoices name them" }, {}, { 200: z.object({ data: z.array(seller) }) },
  ), async (request) => ({ data: await invoices.sellers(callerOf(request).tenantId) }));
  app.put("/v1/invoice-sellers", operation(
    { tag: "invoices", scope: "catalogue:write", id: "putInvoiceSeller", summary: "Say who sells, on invoices from now on",
      description: `With a channel: through that channel only. Invoices that are there keep the seller they were made with. Numbers count from 1 within each number_prefix (${DEFAULT_SERIES} without one); sellers with
the same prefix share its numbers.` },
    { body: sellerBody }, { 200: z.object({ channel: z.nullable(z.string()), number_prefix: z.string() }) },
  ), async (request, reply) => {
    const { channel = null, name, address = [], tax_id: taxId = null, footer = null, number_prefix: series = DEFAULT_SERIES } = request.body;
    const caller = callerOf(request);
    return sendAnswer(request, reply, await saveSeller(caller.tenantId, { channel, name, address, taxId, footer, series, ...byOf(request) }));
  });
}
