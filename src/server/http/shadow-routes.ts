import { z } from "zod";
import type { Outcome } from "../../domain/kernel/index.ts";
import { type KeptShadow, SHADOW_ORDERS_KEPT, type Shadows } from "../../flows/shadows.ts";
import { actorOf, callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused } from "./problem.ts";
import { listOf, notFound, operation, PART, placeOf } from "./route.ts";
import { codeText, cursor, limit } from "./schemas/fields.ts";
import { shadowView } from "./schemas/shadow-views.ts";
import { movedOrderView } from "./schemas/simulation-views.ts";
import { page } from "./schemas/views.ts";

export interface ShadowRouteDeps {
  readonly shadows: Pick<Shadows, "find" | "orders">;
  readonly put: (tenantId: number, asked: { readonly code: string; readonly channel: string | null }, actor: string) => Promise<Outcome<KeptShadow>>;
  readonly end: (tenantId: number, code: string) => Promise<Outcome<KeptShadow>>;
}

const params = z.object({ code: codeText });
const write = { tag: "routing", scope: "catalogue:write" } as const;
const path = "/v1/strategies/:code/shadow";

const iso = (at: number): string => new Date(at).toISOString();

function shown({ code, version, revision, channel, startedAt, endedAt, currency, actor, sum: { compared, leftOut, moved, costed, live, draft } }: KeptShadow): z.input<typeof shadowView> {
  const side = ({ split, late, unplaced, costMicros }: typeof live): z.input<typeof shadowView>["live"] => ({ split_orders: split, late_orders: late, unplaced_orders: unplaced, cost_micros: costMicros });
  return {
    strategy: code, state: endedAt === null ? "on" : "ended", version, revision, channel: channel?.code ?? null, since: iso(startedAt), until: endedAt === null ? null : iso(endedAt), orders: compared, left_out: leftOut, moved,
    costed_orders: costed, currency, live: side(live), draft: side(draft), actor,
  };
}

function answered(outcome: Outcome<KeptShadow>): z.input<typeof shadowView> {
  if (!outcome.ok) throw new Refused(outcome.refusal);
  return shown(outcome.value);
}

/** Drafts beside live decisions: what they would have made of orders as these come in. */
export const shadowRoutes = ({ shadows, put, end }: ShadowRouteDeps) => (app: App): void => {
  app.put(path, operation({
    ...write, id: "putStrategyInShadow", summary: "Put the draft of a strategy in shadow, beside live decisions",
    description: "From now on each order that is decided by the strategy, or is of a channel that goes by it, is routed under the draft too, after it was committed, and what would have gone elsewhere is kept; nothing is written of the order. With channel: the orders of " +
      "that channel, whatever it goes by. The draft is kept here as it is now. The same draft that is in shadow already stays there with its figures; another one takes its place and begins anew.",
  }, { params, body: z.strictObject({ channel: codeText.optional() }) }, { 200: shadowView }), async (request) => {
    const caller = callerOf(request);
    return answered(await put(caller.tenantId, { code: request.params.code, channel: request.body.channel ?? null }, actorOf(caller)));
  });
  app.delete(path, operation({
    ...write, id: "endStrategyShadow", summary: "Take a draft out of shadow", description: "What was found stays to be read for 30 days, or until the next draft of the strategy is put in shadow.",
  }, { params }, { 200: shadowView }), async (request) => answered(await end(callerOf(request).tenantId, request.params.code)));
  readRoutes(app, shadows);
};

function readRoutes(app: App, shadows: ShadowRouteDeps["shadows"]): void {
  const read = { tag: "routing", scope: "orders:read" } as const;
  const of = async (tenantId: number, code: string): Promise<KeptShadow> => {
    const found = await shadows.find(tenantId, code);
    if (found === null) throw notFound(`draft of a strategy "${code}" in shadow`);
    return found;
  };
  app.get(path, operation({ ...read, id: "getStrategyShadow", summary: "Read what a draft in shadow would have made of the orders since" }, { params }, { 200: shadowView }), async (request) =>
    shown(await of(callerOf(request).tenantId, request.params.code)));
  app.get(`${path}/orders`, operation({
    ...read, id: "listShadowOrders", summary: "List the orders that would have gone elsewhere, the newest first, with why on both sides",
    description: `before is what was decided, after what the draft would have decided. The newest ${SHADOW_ORDERS_KEPT} are kept.`,
  }, { params, querystring: z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) }) }, { 200: page(movedOrderView) }), async (request) => {
    const { tenantId } = callerOf(request);
    const { code } = await of(tenantId, request.params.code);
    const most = Number(request.query.limit);
    const [before] = placeOf(request.query.cursor, [PART.number]) ?? [];
    const rows = await shadows.orders(tenantId, code, before === undefined ? null : Number(before), most + 1);
    const kept = rows.slice(0, most);
    return listOf({ rows: kept.map(({ document }) => document as z.input<typeof movedOrderView>), next: rows.length > most ? [String(kept.at(-1)?.rowNo)] : null });
  });
}
