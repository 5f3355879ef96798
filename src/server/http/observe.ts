import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";

/** One answered request: the route's pattern, never its address, which holds ids. */
export interface ObservedRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}
export type RequestObserver = (request: ObservedRequest) => void;

/** Unique over processes and restarts, and cheap: a random part per process and a counter. */
export function createRequestIds(): () => string {
  const process = randomBytes(6).toString("hex");
  let count = 0;
  return () => `req_${process}${(count++).toString(36).padStart(6, "0")}`;
}

/** One line a request: no body, no key, no query, nobody's data. */
export function observeRequests(app: FastifyInstance, observe?: RequestObserver): void {
  const logging = app.log.level !== "silent";
  if (!observe && !logging) return;
  app.addHook("onResponse", (request, reply, done) => {
    const observed = { method: request.method, route: request.routeOptions.url ?? "unknown", status: reply.statusCode, seconds: reply.elapsedTime / 1000 };
    observe?.(observed);
    if (logging) request.log.info({ request_id: request.id, ...observed }, "request");
    done();
  });
}
