import { z } from "zod";
import { callerOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { channelBody, factOfChannel, factOfItem, factOfNode, itemBody, nodeBody } from "../facts.ts";
import { headOf, listOf, notFound, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { codeText, cursor, EXPECTED, expectedValidFrom, limit, skuText, text } from "../schemas/fields.ts";
import { page } from "../schemas/views.ts";
import { channel, item, node, savedFact, savedItem } from "../schemas/fact-views.ts";

const skuParams = z.object({ sku: skuText });
const nodeChange = nodeBody.extend({ expected_valid_from: expectedValidFrom });
const codeParams = z.object({ code: codeText });
const listQuery = z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) });

const DATED = "It holds from valid_from on, or from now; what held before stays readable at its own time.";

export function catalogRoutes(app: App, deps: AppDeps): void {
  putRoutes(app, deps);
  const about = { tag: "catalogue", scope: "catalogue:read" } as const;
  const limited = { ...about, limitedByNode: true } as const;
  const filterOf = (query: z.infer<typeof listQuery>): { code: null; limit: number; after: readonly string[] | null } =>
    ({ code: null, limit: Number(query.limit), after: placeOf(query.cursor, [PART.text]) });
  const only = (code: string): { code: string; limit: number; after: null } => ({ code, limit: 1, after: null });

  app.get("/v1/items", operation({
    ...limited, id: "listItems", summary: "List items by SKU", description: "With q only those of which each word begins the SKU, or a word of it or of the name; and the item with such a GTIN or id.",
  }, { querystring: listQuery.extend({ q: text(200).optional() }) }, { 200: page(item) }), async (request) =>
    listOf(await deps.queries.listItems(callerOf(request).tenantId, { ...filterOf(request.query), search: request.query.q ?? null }, deps.now())));
  app.get("/v1/items/:sku", operation({ ...limited, id: "getItem", summary: "Read an item" }, { params: skuParams }, { 200: item }), async (request) => {
    const [found] = (await deps.queries.listItems(callerOf(request).tenantId, only(request.params.sku), deps.now())).rows;
    if (!found) throw notFound(`item "${request.params.sku}"`);
    return found;
  });
  app.get("/v1/nodes", operation({ ...limited, id: "listNodes", summary: "List nodes by code" }, { querystring: listQuery }, { 200: page(node) }), async (request) =>
    listOf(await deps.queries.listNodes(callerOf(request).tenantId, { ...filterOf(request.query), places: callerOf(request).places }, deps.now())));
  app.get("/v1/nodes/:code", operation({ ...limited, id: "getNode", summary: "Read a node" }, { params: codeParams }, { 200: node }), async (request) => {
    const [found] = (await deps.queries.listNodes(callerOf(request).tenantId, { ...only(request.params.code), places: callerOf(request).places }, deps.now())).rows;
    if (!found) throw notFound(`node "${request.params.code}"`);
    return found;
  });
  app.get("/v1/channels", operation({ ...about, id: "listChannels", summary: "List channels by code" }, { querystring: listQuery }, { 200: page(channel) }), async (request) =>
    listOf(await deps.queries.listChannels(callerOf(request).tenantId, filterOf(request.query), deps.now())));
  app.get("/v1/channels/:code", operation({ ...about, id: "getChannel", summary: "Read a channel" }, { params: codeParams }, { 200: channel }), async (request) => {
    const [found] = (await deps.queries.listChannels(callerOf(request).tenantId, only(request.params.code), deps.now())).rows;
    if (!found) throw notFound(`channel "${request.params.code}"`);
    return found;
  });
}

function putRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "catalogue", scope: "catalogue:write", description: DATED } as const;
  app.put("/v1/items/:sku", operation({ ...about, id: "putItem", summary: "Create or change an item" }, { params: skuParams, body: itemBody }, { 200: savedItem, 201: savedItem }), async (request, reply) =>
    sendAnswer(request, reply, await deps.flows.facts(callerOf(request).tenantId, {
      ...headOf(request), type: "item", validFrom: request.body.valid_from ?? null, fact: factOfItem(request.params.sku, request.body),
    })));
  app.put("/v1/nodes/:code", operation({ ...about, id: "putNode", summary: "Create or change a node", description: `${DATED} ${EXPECTED}` }, { params: codeParams, body: nodeChange }, { 200: savedFact, 201: savedFact }), async (request, reply) =>
    sendAnswer(request, reply, await deps.flows.facts(callerOf(request).tenantId, {
      ...headOf(request), type: "node", validFrom: request.body.valid_from ?? null, expectedFrom: request.body.expected_valid_from, fact: factOfNode(request.params.code, request.body),
    })));
  app.put("/v1/channels/:code", operation({ ...about, id: "putChannel", summary: "Create or change a channel" }, { params: codeParams, body: channelBody }, { 200: savedFact, 201: savedFact }), async (request, reply) =>
    sendAnswer(request, reply, await deps.flows.facts(callerOf(request).tenantId, {
      ...headOf(request), type: "channel", validFrom: request.body.valid_from ?? null, fact: factOfChannel(request.params.code, request.body),
    })));
}
