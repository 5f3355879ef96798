import { z } from "zod";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { headOf, operation, sendAnswer } from "../route.ts";
import { codeText, skuText, text } from "../schemas/fields.ts";

const body = z.strictObject({ channel: codeText, variant: text(200), sku: skuText, unit: text(50).optional() });
const mapped = z.object({ channel: z.string(), variant: z.string(), item: z.string(), sku: z.string(), unit: z.nullable(z.string()) });

/** What channels call our goods. */
export function listingRoutes(app: App, deps: AppDeps): void {
  app.post("/v1/listings", operation({
    id: "mapVariant", tag: "channels", scope: "catalogue:write", summary: "Say which item a channel's variant is, and in which unit it is sold",
    description: "Lines of open orders that wait for it are identified and routed at once; later orders are from the start. Mapping again concerns later orders only.",
  }, { body }, { 200: mapped }), async (request, reply) => {
    const { channel, variant, sku, unit } = request.body;
    return sendAnswer(request, reply, await deps.flows.mapVariant(callerOf(request).tenantId, { ...headOf(request), channel, variantId: variant, sku, unit: unit ?? null }));
  });
}
