import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { Scope } from "../../flows/access.ts";
import type { ExportFormat, ExportKind } from "../../files/export/write.ts";
import { exported, exportedEvents, exportedItems, exportedNodes, exportedOrders, exportedStock, type ExportQueries } from "../exports.ts";
import { callerOf, hasScope } from "./access.ts";
import { auditFilters, auditWanted } from "./audit-routes.ts";
import type { App } from "./app.ts";
import { NDJSON } from "./ndjson.ts";
import { operation, sendStream } from "./route.ts";
import { orderFilterQuery, refineOrders, wantedOrders } from "./routes/orders.ts";
import { codeText, instant, skuText } from "./schemas/fields.ts";

export interface ExportRouteDeps {
  readonly queries: ExportQueries;
  readonly now: () => number;
}

const EXPORTING = `format: csv (as it is without) or ndjson. bom: true begins a table with a byte order mark, for spreadsheets that need one. What is written can be imported; a value that a
spreadsheet would run as a formula has an apostrophe in front, which importing takes away. docs/how-to/export.md lists the columns. An answer that breaks off is not whole.`;

const written = { format: z.enum(["csv", "ndjson"]).optional(), bom: z.enum(["true", "false"]).optional() };
type Written = { readonly format?: ExportFormat | undefined; readonly bom?: "true" | "false" | undefined };
const FILE = { description: "The file, while it is being read", content: { "text/csv": { schema: z.string() }, [NDJSON]: { schema: z.string() } } };
const SCOPES: Readonly<Record<ExportKind, Scope>> = { orders: "orders:read", items: "catalogue:read", nodes: "catalogue:read", stock: "stock:read", events: "events:read" };
const LIMITED: ReadonlySet<ExportKind> = new Set(["orders", "stock"]);
const NOTES: Readonly<Record<ExportKind, string>> = {
  orders: "Newest first, chosen like in the list. Names and addresses only with the scope orders:read_personal.", items: "By SKU, as they are now.", nodes: "By code, as they are now.",
  stock: "Every place that has or had the item.", events: "Oldest first, from after a position on, or since an instant; chosen like in the audit log, with how each came about.",
};

/** Everything as a file, streamed: for AppDeps.extraRoutes. */
export const exportRoutes = ({ queries, now }: ExportRouteDeps) => (app: App): void => {
  const about = <Q extends z.ZodType>(kind: ExportKind, querystring: Q) => {
    const { config, schema } = operation({
      id: `export${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, tag: "exports", scope: SCOPES[kind], ...(LIMITED.has(kind) ? { limitedByNode: true } : {}), summary: `Download ${kind} as a file`, description: `${NOTES[kind]} ${EXPORTING}`,
    }, { querystring });
    return { exposeHeadRoute: false, config, schema: { ...schema, response: { 200: FILE, ...schema.response } } };
  };
  const send = (reply: FastifyReply, kind: ExportKind, { format = "csv", bom }: Written, pages: Parameters<typeof exported>[2]): FastifyReply => {
    void reply.header("content-disposition", `attachment; filename="${kind}.${format}"`);
    return sendStream(reply, format === "csv" ? "text/csv; charset=utf-8" : NDJSON, exported(kind, format, pages, bom === "true" && format === "csv"));
  };
  app.get("/v1/exports/orders", about("orders", orderFilterQuery.extend(written).superRefine(refineOrders)), async (request, reply) => {
    const caller = callerOf(request);
    return send(reply, "orders", request.query, exportedOrders(queries, caller.tenantId, wantedOrders(request.query, caller), hasScope(caller, "orders:read_personal")));
  });
  app.get("/v1/exports/items", about("items", z.strictObject(written)), async (request, reply) => send(reply, "items", request.query, exportedItems(queries, callerOf(request).tenantId, now())));
  app.get("/v1/exports/nodes", about("nodes", z.strictObject(written)), async (request, reply) => send(reply, "nodes", request.query, exportedNodes(queries, callerOf(request).tenantId, now())));
  app.get("/v1/exports/stock", about("stock", z.strictObject({ sku: skuText.optional(), node: codeText.optional(), ...written })), async (request, reply) => {
    const { sku = null, node = null } = request.query;
    return send(reply, "stock", request.query, exportedStock(queries, callerOf(request).tenantId, { sku, node, places: callerOf(request).places }));
  });
  const position = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
  app.get("/v1/exports/events", about("events", z.strictObject({ after: position.optional(), since: instant.optional().describe("The same as from."), ...auditFilters, ...written })), async (request, reply) => {
    const { after = 0, since, from = since, ...wanted } = request.query;
    const caller = callerOf(request);
    return send(reply, "events", request.query, exportedEvents(queries, caller.tenantId, { ...auditWanted({ ...wanted, from }), after: Number(after) }, hasScope(caller, "admin")));
  });
};

