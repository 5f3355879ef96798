import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { parsePublicId } from "../../../domain/kernel/index.ts";
import type { ClaimCommand } from "../../../flows/claim-stock.ts";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { headOf, notFound, operation, sendAnswer } from "../route.ts";
import { codeText, decimal, skuText, text } from "../schemas/fields.ts";
import { claim, claimChanged } from "../schemas/fact-views.ts";
import { given } from "./stock.ts";

/** A week: who needs stock for longer has an order. */
export const ttlSeconds = z.int().min(1).max(7 * 24 * 3600);
const line = z.strictObject({ sku: skuText, node: codeText.optional(), quantity: decimal, unit: text(50).optional() });
const createBody = z.strictObject({ reference: text(200).optional(), ttl_seconds: ttlSeconds, lines: z.array(line).min(1).max(200) });
const params = z.object({ id: z.string() });

function claimIdOf(id: string): string {
  const claimId = parsePublicId("claim", id);
  if (claimId === undefined) throw notFound(`claim ${id.slice(0, 100)}`);
  return claimId;
}

export function claimRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "claims", scope: "stock:write" } as const;
  const submit = async (request: FastifyRequest, reply: FastifyReply, command: ClaimCommand): Promise<FastifyReply> =>
    sendAnswer(request, reply, await deps.flows.claim(callerOf(request).tenantId, command));

  app.post("/v1/claims", operation(
    { ...about, id: "createClaim", summary: "Keep stock for a basket until a time", description: "On a node, or without node in the network. Naming the claim in an order turns it into the order's reservation." },
    { body: createBody }, { 201: claimChanged },
  ), (request, reply) => {
    const { reference, ttl_seconds: ttl, lines } = request.body;
    return submit(request, reply, {
      ...headOf(request), type: "create", reference: reference ?? null, ttlSeconds: ttl, lines: lines.map((one) => ({ sku: one.sku, node: one.node ?? null, quantity: given(one) })),
    });
  });
  app.post("/v1/claims/:id/extend", operation(
    { ...about, id: "extendClaim", summary: "Give an open claim more time, from now" }, { params, body: z.strictObject({ ttl_seconds: ttlSeconds }) }, { 200: claimChanged },
  ), (request, reply) => submit(request, reply, { ...headOf(request), type: "extend", claimId: claimIdOf(request.params.id), ttlSeconds: request.body.ttl_seconds }));
  app.post("/v1/claims/:id/release", operation(
    { ...about, id: "releaseClaim", summary: "Give a claim back" }, { params, body: z.strictObject({}) }, { 200: claimChanged },
  ), (request, reply) => submit(request, reply, { ...headOf(request), type: "release", claimId: claimIdOf(request.params.id) }));
  app.get("/v1/claims/:id", operation({ id: "getClaim", tag: "claims", scope: "stock:read", summary: "Read a claim" }, { params }, { 200: claim }), async (request) => {
    const found = await deps.queries.findClaim(callerOf(request).tenantId, claimIdOf(request.params.id));
    if (!found) throw notFound(`claim ${request.params.id}`);
    return found;
  });
}
