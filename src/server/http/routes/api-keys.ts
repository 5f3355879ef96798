import { z } from "zod";
import { type ApiKeyView, SCOPES } from "../../../flows/access.ts";
import { parsePublicId, publicId } from "../../../domain/kernel/index.ts";
import { authorOf, callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { refused } from "../problem.ts";
import { notFound, operation } from "../route.ts";
import { instant, text } from "../schemas/fields.ts";
import { apiKey, newApiKey } from "../schemas/fact-views.ts";

const createBody = z.strictObject({ name: text(100), scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length), expires_at: instant.optional() });
/** How long the old key stays live: long enough to change over, a day unless said otherwise, at most 90. */
const rotateBody = z.strictObject({ overlap_seconds: z.int().min(0).max(90 * 24 * 3600).optional() });
const USUAL_OVERLAP_SECONDS = 24 * 3600;
const params = z.object({ id: z.string() });

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const shown = (view: ApiKeyView): z.infer<typeof apiKey> => ({
  id: publicId("key", view.id), name: view.name, hint: view.hint, scopes: [...view.scopes], created_at: new Date(view.createdAt).toISOString(), expires_at: iso(view.expiresAt),
  revoked_at: iso(view.revokedAt), last_used_at: iso(view.lastUsedAt), rotated_from: view.rotatedFrom === null ? null : publicId("key", view.rotatedFrom),
});

function keyIdOf(id: string): string {
  const keyId = parsePublicId("key", id);
  if (keyId === undefined) throw notFound(`key ${id.slice(0, 100)}`);
  return keyId;
}

/** Keys are made and ended by administrators. A key is shown once, so these answers are neither stored nor replayed. */
export function apiKeyRoutes(app: App, { apiKeys, now }: AppDeps): void {
  const about = { tag: "keys", scope: "admin" } as const;
  app.post("/v1/api-keys", operation({ ...about, id: "createApiKey", summary: "Create an API key; it is shown this once" }, { body: createBody }, { 201: newApiKey }), async (request, reply) => {
    const { name, scopes, expires_at: expiresAt } = request.body;
    if (expiresAt !== undefined && expiresAt <= now()) {
      throw refused("INVALID_FIELD", "expires_at is not in the future.", [{ pointer: "/expires_at", code: "INVALID_FIELD", detail: "The key would have expired already." }]);
    }
    const made = await apiKeys.create(callerOf(request).tenantId, { name, scopes: [...new Set(scopes)], expiresAt: expiresAt ?? null }, authorOf(request, now()));
    return reply.code(201).header("cache-control", "no-store").send({ key: made.key, api_key: shown(made.view) });
  });
  app.get("/v1/api-keys", operation({ ...about, id: "listApiKeys", summary: "List API keys" }, {}, { 200: z.object({ data: z.array(apiKey) }) }), async (request) =>
    ({ data: (await apiKeys.list(callerOf(request).tenantId)).map(shown) }));
  app.delete("/v1/api-keys/:id", operation({ ...about, id: "revokeApiKey", summary: "Revoke an API key; it is refused within seconds" }, { params }, { 200: apiKey }), async (request) => {
    const view = await apiKeys.revoke(callerOf(request).tenantId, keyIdOf(request.params.id), authorOf(request, now()));
    if (!view) throw notFound(`key ${request.params.id}`);
    return shown(view);
  });
  app.post("/v1/api-keys/:id/rotate", operation(
    { ...about, id: "rotateApiKey", summary: "Replace an API key; both work until the old one ends" }, { params, body: rotateBody }, { 201: newApiKey },
  ), async (request, reply) => {
    const oldExpiresAt = now() + (request.body.overlap_seconds ?? USUAL_OVERLAP_SECONDS) * 1000;
    const made = await apiKeys.rotate(callerOf(request).tenantId, keyIdOf(request.params.id), oldExpiresAt, authorOf(request, now()));
    if (!made) throw notFound(`live key ${request.params.id}`);
    return reply.code(201).header("cache-control", "no-store").send({ key: made.key, api_key: shown(made.view) });
  });
}
