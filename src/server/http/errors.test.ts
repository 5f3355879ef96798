import { expect, test } from "vitest";
import { TooBusy } from "../batcher.ts";
import { type AppDeps, buildApp } from "./app.ts";

const absent = <T extends object>(): T => new Proxy({}, { get: () => () => Promise.reject(new Error("not part of this test")) }) as T;

class Lost extends Error {
  override readonly name = "OutcomeUnknown";
}
class Gone extends Error {
  override readonly name = "Unavailable";
}

async function answerTo(error: Error): Promise<{ status: number; retryAfter: unknown; body: Record<string, unknown>; log: string }> {
  const log: string[] = [];
  const deps: AppDeps = {
    flows: { ...absent<AppDeps["flows"]>(), capture: () => Promise.reject(error) }, queries: absent(), exceptions: absent(), sessions: absent(), site: { publicUrl: null }, apiKeys: absent(),
    ready: async () => ({ ok: false, checks: { database: "no answer" } }), metricsText: async () => "", now: Date.now,
    authenticate: async () => ({ tenantId: 1, keyId: "key_1", userId: null, sessionId: null, places: null, name: "n", scopes: ["admin"] }),
    classifyError: (thrown) => (thrown instanceof Lost ? "outcome_unknown" : thrown instanceof Gone ? "unavailable" : "defect"),
    log: { level: "warn", write: (line) => void log.push(line) },
  };
  const app = await buildApp(deps);
  const payload = { channel: "web", external_id: "1", currency: "EUR", lines: [{ sku: "A", quantity: 1, unit_price: 1 }] };
  const response = await app.inject({ method: "POST", url: "/v1/orders", headers: { authorization: "Bearer some-key" }, payload });
  const bulk = await app.inject({ method: "POST", url: "/v1/orders/bulk", headers: { authorization: "Bearer some-key", "content-type": "application/x-ndjson" }, payload: JSON.stringify(payload) });
  expect(bulk.statusCode).toBe(200);
  if (!(error instanceof TooBusy)) expect(bulk.json()).toMatchObject({ line: 1, status: response.statusCode, problem: { code: response.json<{ code: string }>().code } });
  expect((await app.inject({ url: "/health/ready" })).statusCode).toBe(503);
  await app.close();
  return { status: response.statusCode, retryAfter: response.headers["retry-after"], body: response.json(), log: log.join("") };
}

test.each<[Error, number, string, boolean]>([
  [new TooBusy("20000 commands wait"), 429, "TOO_MANY_REQUESTS", true],
  [new Gone("connect ECONNREFUSED 10.1.2.3:5432"), 503, "UNAVAILABLE", true],
  [new Lost("the connection was lost during commit"), 503, "OUTCOME_UNKNOWN", true],
  [new Error('duplicate key "x" in select secret from ordo.api_key'), 500, "INTERNAL", false],
])("%s", { timeout: 20_000 }, async (error, status, code, retryable) => {
  const answer = await answerTo(error);
  expect(answer).toMatchObject({ status, body: { code, retryable, status }, retryAfter: retryable ? "1" : undefined });
  // The id is chance, and may well have 20000 in it.
  expect(JSON.stringify({ ...answer.body, request_id: "" })).not.toMatch(/10\.1\.2\.3|select|api_key|errors\.test|20000/);
  // What the caller is not told is in the log, under the same id.
  if (status >= 500) expect(answer.log).toContain(String(answer.body["request_id"]));
});
