import { z } from "zod";
import { DAY, type FieldError } from "../../../domain/kernel/index.ts";
import { availabilityByDate, type AvailabilityFacts, availabilityOf, type AvailabilityView } from "../../../flows/availability.ts";
import type { Principal } from "../../../flows/access.ts";
import { callerOf, codesOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { Refused, refused } from "../problem.ts";
import { operation } from "../route.ts";
import { codeText, instant, repeatable, skuText } from "../schemas/fields.ts";
import { availability } from "../schemas/views.ts";

/** Item-node pairs one call may ask for. */
export const PAIRS_MAX = 1000;

const horizon = z.int().min(1).max(730).describe("Adds by_date to each item: from when on how many can be promised, so many days ahead.");
const horizonParameter = z.coerce.number().int().min(1).max(730).describe("Adds by_date to each item: from when on how many can be promised, so many days ahead.");
const query = z.strictObject({ sku: repeatable(skuText, PAIRS_MAX), node: repeatable(codeText, PAIRS_MAX).optional(), channel: codeText.optional(), at: instant.optional(), horizon_days: horizonParameter.optional() });
const body = z.strictObject({
  pairs: z.array(z.strictObject({ sku: skuText, node: codeText.optional() })).min(1).max(PAIRS_MAX), channel: codeText.optional(), at: instant.optional(), horizon_days: horizon.optional(),
});
const answer = z.object({ at: z.iso.datetime(), data: z.array(availability) });

/** Nodes asked for by SKU; null for every node that has or had some. */
type Wanted = Map<string, string[] | null>;

export function availabilityRoutes(app: App, deps: AppDeps): void {
  const about = {
    tag: "availability", scope: "stock:read", limitedByNode: true,
    description: "ATP at a time (now without at), in counted units: on hand and announced goods, less reservations, claims and what is kept back. The network figure also subtracts demand that no node has been given yet. Up to 1,000 item-node pairs.",
  } as const;
  const compute = async (caller: Principal, wanted: Wanted, channel: string | null, { at: given, horizon_days: days }: Times, pointers: Pointers): Promise<z.infer<typeof answer>> => {
    const now = deps.now();
    const at = given ?? now;
    const facts = onlyAt(codesOf(caller), await deps.queries.availabilityFacts(caller.tenantId, { skus: [...wanted.keys()], at, now, channel, ...(days === undefined ? {} : { until: at + days * DAY }) }));
    refuseUnknown(facts, wanted, channel, pointers);
    const data: AvailabilityView[] = [];
    for (const [sku, nodes] of wanted) {
      const item = facts.items.get(sku);
      if (item) data.push({ ...availabilityOf(item, nodes, facts), ...(days === undefined ? {} : { by_date: availabilityByDate(item, facts, at) }) });
    }
    return { at: new Date(at).toISOString(), data };
  };

  app.get("/v1/availability", operation({ ...about, id: "getAvailability", summary: "Read what can be promised: every sku at every node named, or at all nodes" }, { querystring: query }, { 200: answer }), (request) => {
    const { sku, node, channel } = request.query;
    const nodes = node === undefined ? null : [...new Set(node)];
    const wanted: Wanted = new Map(sku.map((one) => [one, nodes]));
    if (wanted.size * (nodes?.length ?? 1) > PAIRS_MAX) {
      throw refused("INVALID_FIELD", `At most ${PAIRS_MAX} pairs at once.`, [{ pointer: "/query/sku", code: "INVALID_FIELD", detail: `${wanted.size} items at ${nodes?.length ?? 1} nodes are more than ${PAIRS_MAX} pairs.` }]);
    }
    return compute(callerOf(request), wanted, channel ?? null, request.query, { sku: () => "/query/sku", node: () => "/query/node", channel: "/query/channel" });
  });

  app.post("/v1/availability", operation({ ...about, id: "queryAvailability", summary: "Read what can be promised of many item-node pairs" }, { body }, { 200: answer }), (request) => {
    const { pairs, channel } = request.body;
    const wanted: Wanted = new Map();
    for (const { sku, node } of pairs) wanted.set(sku, node === undefined ? null : [...new Set([...(wanted.get(sku) ?? []), node])]);
    for (const { sku, node } of pairs) if (node === undefined) wanted.set(sku, null);
    return compute(callerOf(request), wanted, channel ?? null, request.body, {
      sku: (sku) => `/pairs/${pairs.findIndex((pair) => pair.sku === sku)}/sku`, node: (node) => `/pairs/${pairs.findIndex((pair) => pair.node === node)}/node`, channel: "/channel",
    });
  });
}

/** The facts as somebody limited to nodes may know them: theirs are the whole network, and nobody's demand counts against it. */
function onlyAt(codes: readonly string[] | null, facts: AvailabilityFacts): AvailabilityFacts {
  if (codes === null) return facts;
  const items = [...facts.items].map(([sku, item]) => [sku, {
    ...item, demand: 0, places: new Map([...item.places].filter(([code]) => codes.includes(code))), later: item.later.filter(({ node }) => codes.includes(node)),
  }] as const);
  const only = (all: ReadonlySet<string>): ReadonlySet<string> => new Set(codes.filter((code) => all.has(code)));
  return { ...facts, items: new Map(items), eligible: only(facts.eligible), nodeCodes: only(facts.nodeCodes) };
}

interface Times {
  readonly at?: number | undefined;
  readonly horizon_days?: number | undefined;
}

interface Pointers {
  readonly sku: (sku: string) => string;
  readonly node: (node: string) => string;
  readonly channel: string;
}

function refuseUnknown(facts: AvailabilityFacts, wanted: Wanted, channel: string | null, pointers: Pointers): void {
  const errors: FieldError[] = [];
  for (const sku of wanted.keys()) {
    if (!facts.items.has(sku)) errors.push({ pointer: pointers.sku(sku), code: "UNKNOWN_ITEM", detail: `There is no item with SKU "${sku}".` });
  }
  for (const node of new Set([...wanted.values()].flatMap((nodes) => nodes ?? []))) {
    if (!facts.nodeCodes.has(node)) errors.push({ pointer: pointers.node(node), code: "UNKNOWN_NODE", detail: `There is no node "${node}".` });
  }
  if (channel !== null && facts.buffer === null) errors.push({ pointer: pointers.channel, code: "UNKNOWN_CHANNEL", detail: `There is no channel "${channel}".` });
  const [first] = errors;
  if (first) throw new Refused({ code: first.code, detail: errors.length === 1 ? first.detail : `${errors.length} values are unknown; errors names each.`, errors });
}
