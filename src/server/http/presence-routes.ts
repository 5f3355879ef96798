import { z } from "zod";
import type { Look, Presences } from "../../flows/presence.ts";
import type { Queries } from "../../flows/queries.ts";
import { callerOf, personOf } from "./access.ts";
import type { App } from "./app.ts";
import { notFound, operation } from "./route.ts";
import { orderParams, visibleOrder } from "./routes/orders.ts";

export interface PresenceRouteDeps {
  readonly presences: Presences;
  readonly queries: Pick<Queries, "isAtPlaces" | "timeline">;
  readonly now: () => number;
}

const present = z.object({ user: z.string(), name: z.string(), editing: z.boolean().describe("Whether they have begun something that is not saved."), since: z.iso.datetime() }).meta({ id: "Present" });
const person = z.object({ id: z.string(), name: z.string(), disabled: z.boolean() }).meta({ id: "Person" });

/** Who works on an order at the same time, and what people are called: for AppDeps.extraRoutes. */
export const presenceRoutes = ({ presences, queries, now }: PresenceRouteDeps) => (app: App): void => {
  const about = { tag: "order desk", scope: "orders:read", limitedByNode: true } as const;
  const lookOf = async (request: Parameters<typeof callerOf>[0], id: string): Promise<Look & { readonly tenantId: number }> => {
    const caller = callerOf(request);
    const orderId = await visibleOrder({ queries }, caller, id);
    // To a key, too, an order of somebody else's is as absent as none.
    if (caller.userId === null && (await queries.timeline(caller.tenantId, orderId, 0, 1)) === null) throw notFound(`order ${id}`);
    const { tenantId, userId } = personOf(request);
    return { tenantId, orderId, userId, now: now() };
  };
  app.put("/v1/orders/:id/presence", operation(
    { ...about, id: "lookAtOrder", summary: "Say that you look at an order, and hear who else does",
      description: "For people who have signed in. It holds for 20 seconds, so say it again while it is true; it keeps nobody from anything." },
    { params: orderParams, body: z.strictObject({ editing: z.boolean().default(false) }) }, { 200: z.object({ others: z.array(present) }) },
  ), async (request) => {
    const { tenantId, ...look } = await lookOf(request, request.params.id);
    const others = await presences.look(tenantId, { ...look, editing: request.body.editing });
    if (others === null) throw notFound(`order ${request.params.id}`);
    return { others: [...others] };
  });
  app.delete("/v1/orders/:id/presence", operation({ ...about, id: "leaveOrder", summary: "Say that you look at an order no more" }, { params: orderParams }, { 200: z.object({ left: z.boolean() }) }), async (request) => {
    const { tenantId, ...look } = await lookOf(request, request.params.id);
    await presences.leave(tenantId, look);
    return { left: true };
  });
  app.get("/v1/people", operation(
    { ...about, id: "listPeople", summary: "List what people are called, by name", description: "Everybody who works here, for whoever reads orders: their names and nothing else. At most 2000." }, {}, { 200: z.object({ data: z.array(person) }) },
  ), async (request) => ({ data: [...await presences.people(callerOf(request).tenantId)] }));
};
