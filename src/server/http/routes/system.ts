import { z } from "zod";
import type { App, AppDeps } from "../app.ts";
import { documentOf } from "../document.ts";
import { operation } from "../route.ts";

/**
 * For machines that watch. They need no key: health and metrics hold counts and route patterns, nothing of a person and
 * no id, and what may scrape them is decided by where the program listens.
 */
export function systemRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "system", scope: "public" } as const;
  app.get("/health/live", operation({ ...about, id: "getLiveness", summary: "Whether the process runs" }, {}, { 200: z.object({ ok: z.boolean() }) }), () => ({ ok: true }));
  const readiness = z.object({ ok: z.boolean(), checks: z.record(z.string(), z.string()) });
  app.get("/health/ready", operation({ ...about, id: "getReadiness", summary: "Whether it can serve" }, {}, { 200: readiness, 503: readiness }), async (_request, reply) => {
    const state = await deps.ready();
    return reply.code(state.ok ? 200 : 503).send(state);
  });
  app.get("/metrics", { config: { scope: "public" }, schema: { hide: true } }, async (_request, reply) =>
    reply.header("content-type", "text/plain; version=0.0.4; charset=utf-8").send(await deps.metricsText()));

  let document: string | undefined;
  app.get("/openapi.json", { config: { scope: "public" }, schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(documentOf(app));
    return reply.header("content-type", "application/json; charset=utf-8").send(document);
  });
}
