import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Socket } from "node:net";
import type { Refusal, RefusalCode } from "../../domain/kernel/index.ts";
import { TooBusy } from "../batcher.ts";
import type { AppDeps, ErrorClass } from "./app.ts";
import { problemOf, Refused, RETRY_AFTER_SECONDS, STATUS_BY_CODE } from "./problem.ts";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** Path without the query, cut to what is worth repeating. */
export const instanceOf = (url: string): string => url.split("?", 1)[0]?.slice(0, 300) ?? "/";

export function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const problem = problemOf(refusal, { instance: instanceOf(request.url), requestId: request.id });
  const wait = refusal.data?.["retry_after_seconds"] ?? (problem.retryable ? RETRY_AFTER_SECONDS : undefined);
  if (wait !== undefined) reply.header("retry-after", String(wait));
  if (refusal.code === "UNAUTHENTICATED") reply.header("www-authenticate", "Bearer");
  return reply.code(problem.status).header("content-type", PROBLEM_TYPE).send(JSON.stringify(problem));
}

/** What the framework itself refuses, by its code. */
const FRAMEWORK: Readonly<Record<string, { code: RefusalCode; detail: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: "UNSUPPORTED_MEDIA_TYPE", detail: "The content type is missing or not accepted here." },
  FST_ERR_CTP_INVALID_TYPE: { code: "UNSUPPORTED_MEDIA_TYPE", detail: "The content type cannot be read." },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "BODY_TOO_LARGE", detail: "The body has more than the 1,048,576 bytes allowed here." },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: "MALFORMED_JSON", detail: "The body has another length than Content-Length says." },
  FST_ERR_BAD_URL: { code: "NOT_FOUND", detail: "The address cannot be decoded." },
  FST_ERR_MAX_PARAM_LENGTH: { code: "NOT_FOUND", detail: "A part of the address is too long to name anything." },
};

const BY_CLASS: Readonly<Record<ErrorClass, Refusal>> = {
  unavailable: { code: "UNAVAILABLE", detail: "The database cannot be reached just now. Nothing was written." },
  outcome_unknown: { code: "OUTCOME_UNKNOWN", detail: "The connection was lost during the commit; repeat with the same Idempotency-Key to find out." },
  defect: { code: "INTERNAL", detail: "Ordo met a defect of its own; nothing was written. Report the request_id." },
};

/** The refusal behind anything that was thrown. The text of an unknown error stays in the log. */
export function refusalOfError(error: unknown, classify: AppDeps["classifyError"]): Refusal {
  if (error instanceof Refused) return error.refusal;
  if (error instanceof TooBusy) return { code: "TOO_MANY_REQUESTS", detail: "More waits than can be served soon." };
  const code = typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "";
  const known = FRAMEWORK[code];
  if (known) return { ...known, errors: known.code === "NOT_FOUND" ? [] : [{ pointer: "", ...known }] };
  if (isEarlyEnd(error)) return { code: "MALFORMED_JSON", detail: "The connection ended before the body did." };
  return BY_CLASS[classify(error)];
}

/** A caller that hangs up in the middle of its body is nobody's defect. */
const isEarlyEnd = (error: unknown): boolean => error instanceof Error && (error.message === "aborted" || ("code" in error && error.code === "FST_ERR_CTP_INSTANCE_ALREADY_STARTED"));

export function answerErrors(app: FastifyInstance, { classifyError }: Pick<AppDeps, "classifyError">): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOfError(error, classifyError);
    if (STATUS_BY_CODE[refusal.code] >= 500) request.log.error({ request_id: request.id, route: request.routeOptions.url, code: refusal.code, error: describe(error) }, "request failed");
    return sendRefusal(request, reply, refusal);
  });
}

/** What the log may know of a defect: where it is, not the values it met (a database quotes them in its detail). */
const describe = (error: unknown): Readonly<Record<string, unknown>> =>
  error instanceof Error ? { name: error.name, message: error.message, stack: error.stack, cause: error.cause instanceof Error ? error.cause.message : undefined } : { name: "unknown" };

/** An address nobody serves is a 404; one that is served with another method is a 405 that names it. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }) => {
    let route = routes.get(url);
    if (!route) routes.set(url, (route = { pattern: patternOf(url), methods: new Set() }));
    for (const one of [method].flat()) route.methods.add(one);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = instanceOf(request.url);
    const methods = new Set([...routes.values()].filter(({ pattern }) => pattern.test(path)).flatMap((route) => [...route.methods]));
    if (methods.size === 0) return sendRefusal(request, reply, { code: "NOT_FOUND", detail: "Nothing is served at this address." });
    reply.header("allow", [...methods].sort().join(", "));
    return sendRefusal(request, reply, { code: "METHOD_NOT_ALLOWED", detail: `This address takes ${[...methods].sort().join(", ")}.` });
  });
}

const patternOf = (url: string): RegExp =>
  new RegExp(`^${url.split("/").map((part) => (part.startsWith(":") ? "[^/]+" : part === "*" ? ".*" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))).join("/")}$`);

/** Requests that fail before routing: an address that cannot be decoded. */
export const frameworkErrors = ({ classifyError }: Pick<AppDeps, "classifyError">) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => void sendRefusal(request, reply, refusalOfError(error, classifyError));

/** What is not even HTTP gets a problem too, then the connection ends. */
export function refuseBadConnections(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return;
  const tooLong = error.code === "HPE_HEADER_OVERFLOW";
  const refusal: Refusal = tooLong
    ? { code: "BODY_TOO_LARGE", detail: "The headers of the request are too long." }
    : { code: "MALFORMED_JSON", detail: "The request is not valid HTTP." };
  const body = JSON.stringify(problemOf(refusal, { instance: "/", requestId: "none" }));
  socket.end(`HTTP/1.1 ${tooLong ? "413 Content Too Large" : "400 Bad Request"}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}
