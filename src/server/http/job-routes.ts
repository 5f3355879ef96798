import type { FastifyInstance, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import { z } from "zod";
import { currencyExponent, publicId } from "../../domain/kernel/index.ts";
import { FILE_FIELDS, FILE_KINDS, type FileKind, isFileKind, parseMap, REQUIRED } from "../../files/import/fields.ts";
import type { Principal, Scope } from "../../flows/access.ts";
import type { Connection, Connections } from "../../flows/inbox.ts";
import { type Job, JOB_STATES, type JobOptions, type Jobs } from "../../flows/jobs.ts";
import { actorOf, callerOf, hasScope } from "./access.ts";
import type { App } from "./app.ts";
import { refuseEncodings } from "./json-body.ts";
import { NDJSON } from "./ndjson.ts";
import { refused } from "./problem.ts";
import { found, idOf, listOf, operation, PART, placeOf, sendStream, validateAddress } from "./route.ts";
import { codeText, cursor, limit, text, timeZone, withCode } from "./schemas/fields.ts";
import { page } from "./schemas/views.ts";

export interface JobRouteDeps {
  readonly jobs: Pick<Jobs, "create" | "addChunk" | "ready" | "discard" | "list" | "find" | "cancel" | "errors">;
  readonly connections: Pick<Connections, "list">;
  readonly newId: () => string;
  /** Bytes of one file. */
  readonly limitBytes: number;
  /** Told that a file waits. */
  readonly came: () => void;
}

/** What a key must hold beside jobs:write to import a kind, and to read what of it could not be used. */
const KIND_SCOPES: Readonly<Record<FileKind, { readonly write: Scope; readonly read: Scope }>> = {
  items: { write: "catalogue:write", read: "catalogue:read" }, nodes: { write: "catalogue:write", read: "catalogue:read" }, stock: { write: "stock:write", read: "stock:read" },
  prices: { write: "catalogue:write", read: "catalogue:read" }, rates: { write: "catalogue:write", read: "catalogue:read" }, duties: { write: "catalogue:write", read: "catalogue:read" },
  supplies: { write: "stock:write", read: "stock:read" }, orders: { write: "orders:write", read: "orders:read_personal" },
};

const FILE_TYPES = ["application/octet-stream", "text/csv", "text/tab-separated-values", "text/plain", NDJSON, "application/json", "application/gzip"];
const CHUNK_BYTES = 1024 * 1024;

const yes = z.enum(["true", "false"]);
const importQuery = z.strictObject({
  kind: z.enum(FILE_KINDS), file: text(200).optional(), map: text(4000).optional(), dry_run: yes.optional(), create_items: yes.optional(), stock: z.enum(["infinite", "none"]).optional(),
  channel: codeText.optional(), currency: text(3).optional(), list: codeText.optional(), card: codeText.optional(), time_zone: timeZone.optional(), connection: codeText.optional(),
}).superRefine(({ kind, file, map, currency, list, card, create_items: items, stock, connection }, context) => {
  const problem = map === undefined ? null : parseMap(map, kind);
  if (typeof problem === "string") context.addIssue({ ...withCode("INVALID_FIELD", `map: ${problem}`), path: ["map"] });
  if (currency !== undefined && currencyExponent(currency) === undefined) context.addIssue({ ...withCode("UNKNOWN_CURRENCY", `"${currency}" is not an ISO 4217 code in use.`), path: ["currency"] });
  if (connection !== undefined && (items === "true" || stock === "infinite")) context.addIssue({ ...withCode("INVALID_FIELD", "Goods of a channel are mapped to items; create_items and stock go with orders of the API."), path: ["connection"] });
  // Under one name for all, what arrived today would be taken for what arrived yesterday.
  if (kind === "stock" && file === undefined) context.addIssue({ ...withCode("INVALID_FIELD", "Name the file: goods without a reference are known again by its name, so each delivery needs its own."), path: ["file"] });
  if (list !== undefined && kind !== "prices") context.addIssue({ ...withCode("INVALID_FIELD", "Only an import of prices takes this."), path: ["list"] });
  if (card !== undefined && kind !== "rates") context.addIssue({ ...withCode("INVALID_FIELD", "Only an import of rates takes this."), path: ["card"] });
  for (const [name, given] of [["create_items", items === "true"], ["stock", stock === "infinite"], ["connection", connection !== undefined]] as const) {
    if (given && kind !== "orders") context.addIssue({ ...withCode("INVALID_FIELD", "Only an import of orders takes this."), path: [name] });
  }
});
type ImportQuery = z.infer<typeof importQuery>;

const whole = z.int();
const instant = z.nullable(z.iso.datetime());
const jobView = z.object({
  id: z.string(), kind: z.string(), file: z.string(), state: z.enum(JOB_STATES), dry_run: z.boolean(), bytes: whole,
  rows: z.object({ done: whole, total: z.nullable(whole).describe("At the most; exact once it is done.") }),
  counts: z.object({ create: whole, update: whole, skip: whole, fail: whole }).describe("Things, of which an order may have several rows."),
  rows_per_second: z.nullable(z.number()), seconds_left: z.nullable(whole), problem: z.nullable(z.object({ code: z.string(), detail: z.string(), fix: z.string() })),
  request: z.nullable(z.string()).describe("The request that it was asked with: events of what it changes say it, too."), created_at: z.iso.datetime(), started_at: instant, finished_at: instant,
}).meta({ id: "Job" });

const importKind = z.object({
  kind: z.enum(FILE_KINDS), needs: z.string().describe("The scope that importing it takes beside jobs:write."),
  fields: z.array(z.object({ name: z.string(), also: z.array(z.string()).describe("Other headings it goes by."), required: z.boolean() })),
}).meta({ id: "ImportKind" });
const KINDS_SHOWN = FILE_KINDS.map((kind): z.infer<typeof importKind> => ({
  kind, needs: KIND_SCOPES[kind].write, fields: Object.entries(FILE_FIELDS[kind]).map(([name, { also }]) => ({ name, also: [...also], required: REQUIRED[kind].includes(name) })),
}));

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function shown(job: Job): z.infer<typeof jobView> {
  const { state, rowsDone, rowsTotal, rate } = job;
  return {
    id: publicId("job", job.id), kind: job.kind, file: job.file, state, dry_run: job.options.dryRun, bytes: job.bytes, rows: { done: rowsDone, total: rowsTotal }, counts: job.counts,
    rows_per_second: rate === null ? null : Math.round(rate * 10) / 10, seconds_left: state === "running" && rate !== null && rate > 0 && rowsTotal !== null ? Math.ceil((rowsTotal - rowsDone) / rate) : null,
    problem: job.problem, request: job.requestId, created_at: new Date(job.createdAt).toISOString(), started_at: iso(job.startedAt), finished_at: iso(job.finishedAt),
  };
}

const params = z.object({ id: z.string() });
const IMPORTING = `The body is the file: a table (CSV, separated by commas, semicolons, tabs or bars) or lines of JSON, plain or gzipped (then file ends in .gz), read in the encoding it is
written in. It is kept until it has been worked through. Rows go the way of the API's own operations, so each counts once however often a file is sent; a run that was interrupted goes on
where it stopped. Needs, beside its own scope, the one that changing such things needs. docs/how-to/import-your-orders.md lists the fields.`;

/** Files that are imported by the server: for AppDeps.extraRoutes. */
export const jobRoutes = (deps: JobRouteDeps) => (app: App): void => {
  const { jobs } = deps;
  app.get("/v1/jobs", operation({ id: "listJobs", tag: "jobs", scope: "jobs:read", summary: "List imports, the latest first" },
    { querystring: z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) }) }, { 200: page(jobView) }), async (request) => {
    const most = Number(request.query.limit);
    const [before = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    const rows = await jobs.list(callerOf(request).tenantId, { before, limit: most + 1 });
    const kept = rows.slice(0, most);
    const last = kept.at(-1);
    return listOf({ rows: kept.map(shown), next: rows.length > most && last ? [last.id] : null });
  });
  app.get("/v1/jobs/:id", operation({ id: "getJob", tag: "jobs", scope: "jobs:read", summary: "Read how far an import is, and what came of it" }, { params }, { 200: jobView }), async (request) =>
    shown(await jobOf(deps, request, request.params.id)));
  app.post("/v1/jobs/:id/cancel", operation({
    id: "cancelJob", tag: "jobs", scope: "jobs:write", summary: "Stop an import", description: "What was imported until then stays. One that has ended stays as it is.",
  }, { params, body: z.strictObject({}) }, { 200: jobView }), async (request) => {
    const { id } = request.params;
    return shown(found(await jobs.cancel(callerOf(request).tenantId, idOf("job", id)), "job", id));
  });
  app.get("/v1/jobs/imports/kinds", operation({
    id: "listImportKinds", tag: "jobs", scope: "jobs:read", summary: "Read which kinds of files can be imported, and the fields of each",
    description: "A column is read as the field whose name, or one of its other names, is its heading, whatever stands between letters and digits; map says otherwise.",
  }, {}, { 200: z.object({ data: z.array(importKind) }) }), async () => ({ data: KINDS_SHOWN }));
  errorsRoute(app, deps);
  // Files are another kind of body, so their route lives in a context that takes nothing else.
  app.register(async (child) => importRoute(child.withTypeProvider(), deps));
};

async function jobOf({ jobs }: JobRouteDeps, request: FastifyRequest, id: string): Promise<Job> {
  return found(await jobs.find(callerOf(request).tenantId, idOf("job", id)), "job", id);
}

function demand(caller: Principal, scope: Scope): void {
  if (!hasScope(caller, scope)) throw refused("FORBIDDEN", `This needs the scope ${scope}; ${caller.name} has ${caller.scopes.join(", ") || "none"}.`);
}

function errorsRoute(app: App, deps: JobRouteDeps): void {
  const { config, schema } = operation({
    id: "getJobErrors", tag: "jobs", scope: "jobs:read", summary: "Download what could not be used, as it was, with what is wrong",
    description: "A table where the file was one, lines of JSON otherwise; corrected, it can be imported itself. Needs the scope of reading such things as well: personal data where they are orders.",
  }, { params });
  const lines = { description: "Rows of the file", content: { "text/csv": { schema: z.string() }, [NDJSON]: { schema: z.string() } } };
  app.get("/v1/jobs/:id/errors", { config, schema: { ...schema, response: { 200: lines, ...schema.response } } }, async (request, reply) => {
    const caller = callerOf(request);
    const job = await jobOf(deps, request, request.params.id);
    if (isFileKind(job.kind)) demand(caller, KIND_SCOPES[job.kind].read);
    const type = job.errorsHeading === "" ? NDJSON : "text/csv; charset=utf-8";
    return sendStream(reply, type, errorsOf(deps, caller.tenantId, job));
  });
}

async function* errorsOf({ jobs }: JobRouteDeps, tenantId: number, { id, errorsHeading }: Job): AsyncGenerator<Uint8Array> {
  if (errorsHeading !== "") yield Buffer.from(errorsHeading);
  for (let after = 0; ; ) {
    const next = await jobs.errors(tenantId, id, after);
    if (next === null) return;
    yield next.body;
    after = next.errorNo;
  }
}

function importRoute(app: App, deps: JobRouteDeps): void {
  acceptFiles(app);
  const { config, schema } = operation({ id: "importFile", tag: "jobs", scope: "jobs:write", summary: "Send a file to be imported", description: IMPORTING }, { querystring: importQuery }, { 202: jobView });
  app.post("/v1/jobs/imports", {
    config, schema: { ...schema, consumes: FILE_TYPES, body: z.string() },
    validatorCompiler: validateAddress(app),
  }, async (request, reply) => {
    const caller = callerOf(request);
    for (const scope of scopesOf(request.query)) demand(caller, scope);
    // What is left of a file that is refused half way is not read, so nothing else can come over this connection.
    const job = await receive(deps, caller, request).catch((error: unknown) => {
      void reply.header("connection", "close");
      throw error;
    });
    deps.came();
    return reply.code(202).send(shown(job));
  });
}

function scopesOf({ kind, create_items: items, stock, connection }: ImportQuery): Scope[] {
  return [KIND_SCOPES[kind].write, ...(connection === undefined ? [] : ["channels:write" as const]), ...(items === "true" || stock === "infinite" ? ["catalogue:write" as const] : []), ...(stock === "infinite" ? ["stock:write" as const] : [])];
}

function acceptFiles(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(FILE_TYPES, { bodyLimit: Number.MAX_SAFE_INTEGER }, (request, payload, done) => {
    try {
      // The file itself says what it is written in.
      refuseEncodings({ headers: { ...request.headers, "content-type": undefined } });
      done(null, payload);
    } catch (error) {
      done(error instanceof Error ? error : new Error("unreadable body"));
    }
  });
}

type ImportRequest = Pick<FastifyRequest, "id"> & { readonly query: ImportQuery; readonly body: unknown };

/** Keeps the file piece by piece, as it comes. A file that does not come whole leaves nothing. */
async function receive({ jobs, connections, newId, limitBytes }: JobRouteDeps, caller: Principal, { id: requestId, query, body }: ImportRequest): Promise<Job> {
  if (!(body instanceof Readable)) throw refused("INVALID_BODY", "The body must be a file.", [{ pointer: "", code: "INVALID_BODY", detail: "There is no body." }]);
  const { tenantId } = caller;
  const connectionId = query.connection === undefined ? null : connectionNamed(await connections.list(tenantId), query.connection);
  const id = newId();
  await jobs.create(tenantId, { id, kind: query.kind, file: query.file ?? query.kind, options: { ...optionsOf(query), connectionId }, actor: actorOf(caller), requestId });
  try {
    let [bytes, chunkNo] = [0, 0];
    for await (const chunk of chunksOf(body)) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw tooLarge(limitBytes);
      await jobs.addChunk(tenantId, id, chunkNo, chunk);
      chunkNo += 1;
    }
    return found(await jobs.ready(tenantId, id, bytes), "job", publicId("job", id));
  } catch (error) {
    await jobs.discard(tenantId, id);
    throw error;
  }
}

const tooLarge = (limitBytes: number): Error => {
  const detail = `The file has more than the ${limitBytes.toLocaleString("en")} bytes allowed here (ORDO_IMPORT_MAX_MB). Compress it, or send it in parts.`;
  return refused("BODY_TOO_LARGE", detail, [{ pointer: "", code: "BODY_TOO_LARGE", detail }]);
};

async function* chunksOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    held.push(piece);
    size += piece.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(held);
    [held, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(held);
}

function connectionNamed(connections: readonly Connection[], code: string): string {
  const connection = connections.find((one) => one.code === code);
  const detail = `There is no connection "${code}".`;
  if (connection === undefined) throw refused("INVALID_FIELD", detail, [{ pointer: "/query/connection", code: "INVALID_FIELD", detail }]);
  return connection.id;
}

function optionsOf(query: ImportQuery): Omit<JobOptions, "connectionId"> {
  const map = query.map === undefined ? new Map<string, string>() : parseMap(query.map, query.kind);
  return {
    map: typeof map === "string" ? {} : Object.fromEntries(map), dryRun: query.dry_run === "true", createItems: query.create_items === "true", endlessStock: query.stock === "infinite",
    channel: query.channel ?? null, currency: query.currency ?? null, priceList: query.list ?? null, rateCard: query.card ?? null, timeZone: query.time_zone ?? "UTC",
  };
}
