import { z } from "zod";
import { parseShipmentId } from "../../../domain/kernel/index.ts";
import { SHIPMENT_STATUSES } from "../../../domain/order/index.ts";
import type { Principal } from "../../../flows/access.ts";
import type { ShipmentView } from "../../../flows/queries.ts";
import { callerOf, codesOf } from "../access.ts";
import type { App, AppDeps } from "../app.ts";
import { seenFields, withChanges } from "../changes-since.ts";
import { refused } from "../problem.ts";
import { headOf, listOf, notFound, operation, PART, placeOf, sendAnswer } from "../route.ts";
import { codeText, cursor, limit } from "../schemas/fields.ts";
import { changed, page, shipment } from "../schemas/views.ts";
import { FACT_BODIES, factCommand, type FactName } from "../shipment-facts.ts";

const params = z.object({ id: z.string() });
const listQuery = z.strictObject({ node: codeText.optional(), status: z.enum(SHIPMENT_STATUSES).optional(), cursor: cursor.optional(), limit: limit(250, 50) });

const SUMMARIES: Readonly<Record<FactName, { id: string; summary: string }>> = {
  release: { id: "releaseShipment", summary: "Hand a planned shipment to its node" },
  accept: { id: "acceptShipment", summary: "The node takes the shipment on" },
  reject: { id: "rejectShipment", summary: "The node refuses; its units are re-sourced away from it in the same commit" },
  pick: { id: "pickShipment", summary: "Units were picked, in full without lines, or short; what is missing is re-sourced" },
  pack: { id: "packShipment", summary: "Picked units were packed: into one package, or into those named" },
  ship: { id: "shipShipment", summary: "Packed goods left with a carrier" },
  "hand-over": { id: "handOverShipment", summary: "Packed goods, or those that arrived at the store, were handed to the customer in person" },
  "arrive-at-store": { id: "arriveAtStore", summary: "Goods arrived at the store where the customer collects them, all without lines; what is missing is routed anew" },
  deliver: { id: "deliverShipment", summary: "The carrier delivered" },
  lost: { id: "loseShipment", summary: "The carrier lost the goods" },
  "return-to-sender": { id: "returnShipmentToSender", summary: "The carrier brought the goods back undelivered" },
  "answer-cancel": { id: "answerCancel", summary: "The node answers a request to cancel" },
};

export function shipmentRoutes(app: App, deps: AppDeps): void {
  const about = { tag: "shipments", scope: "orders:read", limitedByNode: true } as const;
  app.get("/v1/shipments", operation({ ...about, id: "listShipments", summary: "List shipments, newest first" }, { querystring: listQuery }, { 200: page(shipment) }), async (request) => {
    const { node, status, cursor: at } = request.query;
    const { tenantId, places } = callerOf(request);
    const filter = { places, node: node ?? null, status: status ?? null, limit: Number(request.query.limit), after: placeOf(at, [PART.uuid, PART.number]) };
    return listOf(await deps.queries.listShipments(tenantId, filter));
  });
  app.get("/v1/shipments/:id", operation({ ...about, id: "getShipment", summary: "Read a shipment" }, { params }, { 200: shipment }), async (request) => {
    return visibleShipment(deps, callerOf(request), request.params.id);
  });
  for (const name of Object.keys(FACT_BODIES).filter((key): key is FactName => Object.hasOwn(FACT_BODIES, key))) factRoute(app, deps, name);
}

/** A shipment for who may see it: to somebody limited to nodes, one that neither leaves nor reaches them is as absent as one that nobody has. */
async function visibleShipment({ queries }: AppDeps, caller: Principal, id: string): Promise<ShipmentView> {
  const parsed = parseShipmentId(id);
  const found = parsed && (await queries.findShipment(caller.tenantId, parsed.orderId, parsed.shipmentNo));
  const codes = codesOf(caller);
  if (!found || (codes !== null && ![found.node, found.to_store].some((code) => code !== null && codes.includes(code)))) throw notFound(`shipment ${id.slice(0, 100)}`);
  return found;
}

/** What the store that goods are sent to can say of them; everything else is for the node that sends them. */
const AT_THE_STORE: ReadonlySet<FactName> = new Set(["arrive-at-store", "hand-over", "return-to-sender"]);

async function mayReport(deps: AppDeps, caller: Principal, id: string, name: FactName): Promise<void> {
  const { node, to_store: store } = await visibleShipment(deps, caller, id);
  const codes = codesOf(caller) ?? [];
  const may = (node !== null && codes.includes(node)) || (store !== null && codes.includes(store) && AT_THE_STORE.has(name));
  if (!may) throw refused("FORBIDDEN", `Only who works at ${node ?? "its node"} can say this of the shipment; at ${store ?? "the store"} it can arrive, be handed over or be sent back.`);
}

function factRoute<N extends FactName>(app: App, deps: AppDeps, name: N): void {
  const { id, summary } = SUMMARIES[name];
  const fields: z.ZodObject = FACT_BODIES[name];
  const body: z.ZodType = fields.extend(seenFields);
  app.post(`/v1/shipments/:id/${name}`, operation({ id, summary, tag: "shipments", scope: "shipments:write", limitedByNode: true }, { params, body }, { 200: changed }), async (request, reply) => {
    const caller = callerOf(request);
    if (caller.places !== null) await mayReport(deps, caller, request.params.id, name);
    const { seen_position: seen, ...given } = request.body as z.infer<(typeof FACT_BODIES)[N]> & { readonly seen_position?: number };
    const command = factCommand(headOf(request), request.params.id, name, given as z.infer<(typeof FACT_BODIES)[N]>, deps.now());
    return sendAnswer(request, reply, await withChanges(deps.queries, caller.tenantId, command.orderId, seen, await deps.flows.act(caller.tenantId, command)));
  });
}
