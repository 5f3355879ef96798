import { z } from "zod";
import { publicId } from "../../domain/kernel/index.ts";
import { SIMULATED_DAYS_MAX, SIMULATED_ORDERS_MAX, type SimulationRequest } from "../../flows/ask-simulation.ts";
import type { Answer } from "../../flows/ports.ts";
import type { Simulation, Simulations } from "../../flows/simulations.ts";
import { callerOf } from "./access.ts";
import type { App } from "./app.ts";
import { Refused } from "./problem.ts";
import { found, headOf, idOf, listOf, operation, PART, placeOf } from "./route.ts";
import { codeText, cursor, instant, limit } from "./schemas/fields.ts";
import { movedOrderView, simulationView } from "./schemas/simulation-views.ts";
import { page } from "./schemas/views.ts";

export interface SimulationRouteDeps {
  readonly simulations: Pick<Simulations, "find" | "list" | "cancel" | "orders">;
  readonly ask: (tenantId: number, request: SimulationRequest) => Promise<Answer>;
  /** Told that one waits. */
  readonly came: () => void;
}

const body = z.strictObject({
  from: instant, to: instant, channel: codeText.optional(), strategy: codeText.optional(), version: z.int().min(1).max(2 ** 31 - 1).optional(), generated: z.int().min(1).max(SIMULATED_ORDERS_MAX).optional(),
});
const params = z.object({ id: z.string() });
const paging = z.strictObject({ cursor: cursor.optional(), limit: limit(250, 50) });
const read = { tag: "routing", scope: "orders:read" } as const;

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function shown({ id, question: { from, to, channel, strategy, generated }, actor, state, ordersDone, ordersTotal, createdAt, startedAt, finishedAt, report, problem }: Simulation): z.input<typeof simulationView> {
  return {
    id: publicId("simulation", id), state, from: new Date(from).toISOString(), to: new Date(to).toISOString(), channel: channel?.code ?? null,
    strategy: strategy && { code: strategy.code, version: strategy.version, revision: strategy.revision, draft: strategy.draft }, generated, orders: { done: ordersDone, total: ordersTotal },
    report: report as z.input<typeof simulationView>["report"], problem, actor, created_at: new Date(createdAt).toISOString(), started_at: iso(startedAt), finished_at: iso(finishedAt),
  };
}

/** Questions about what other rules would have made of the past. */
export const simulationRoutes = ({ simulations, ask, came }: SimulationRouteDeps) => (app: App): void => {
  app.post("/v1/routing-simulations", operation({
    id: "startSimulation", tag: "routing", scope: "catalogue:write", summary: "Ask what other rules would have made of past orders",
    description: `Orders that came in from one time up to another (at most ${SIMULATED_ORDERS_MAX} of them, within ${SIMULATED_DAYS_MAX} days) are routed again by the code that routes orders, against stock, calendars and capacity as they were, ` +
      "and nothing is written of them. strategy decides in place of the version that held: its draft, or the version named, for the channels that routed by it; with channel, for that channel and only its orders. Without strategy, what held then is lived " +
      "through again and compared with what happened. generated draws so many orders from those of the time in place of them. Answers at once; read on for how far it is.",
  }, { body }, { 202: simulationView, 200: simulationView }), async (request, reply) => {
    const { from, to, channel, strategy, version, generated } = request.body;
    const { tenantId } = callerOf(request);
    const asked = await ask(tenantId, { ...headOf(request), from, to, channel: channel ?? null, strategy: strategy ?? null, version: version ?? null, generated: generated ?? null });
    if (!asked.ok) throw new Refused(asked.refusal);
    came();
    const id = String(asked.body["simulation"]);
    if (asked.replayed) reply.header("idempotent-replayed", "true");
    return reply.code(asked.replayed ? 200 : 202).send(shown(found(await simulations.find(tenantId, idOf("simulation", id)), "simulation", id)));
  });
  app.get("/v1/routing-simulations", operation({ ...read, id: "listSimulations", summary: "List simulations, the latest first" }, { querystring: paging }, { 200: page(simulationView) }), async (request) => {
    const most = Number(request.query.limit);
    const [before = null] = placeOf(request.query.cursor, [PART.uuid]) ?? [];
    const rows = await simulations.list(callerOf(request).tenantId, { before, limit: most + 1 });
    const kept = rows.slice(0, most);
    const last = kept.at(-1);
    return listOf({ rows: kept.map(shown), next: rows.length > most && last ? [last.id] : null });
  });
  app.get("/v1/routing-simulations/:id", operation({ ...read, id: "getSimulation", summary: "Read how far a simulation is, and its report" }, { params }, { 200: simulationView }), async (request) => {
    const { id } = request.params;
    return shown(found(await simulations.find(callerOf(request).tenantId, idOf("simulation", id)), "simulation", id));
  });
  app.get("/v1/routing-simulations/:id/orders", operation({
    ...read, id: "listSimulatedOrders", summary: "List the orders that go elsewhere, with why on both sides",
    description: "before is what held then (without a strategy: what happened), after what was asked about (without one: what the rules that held do now). In the order in which they came in; there are none before a simulation is done.",
  }, { params, querystring: paging }, { 200: page(movedOrderView) }), async (request) => {
    const { id } = request.params;
    const { tenantId } = callerOf(request);
    const simulation = found(await simulations.find(tenantId, idOf("simulation", id)), "simulation", id);
    const most = Number(request.query.limit);
    const [after = "0"] = placeOf(request.query.cursor, [PART.number]) ?? [];
    const rows = await simulations.orders(tenantId, simulation.id, Math.min(Number(after), 2 ** 31 - 1), most + 1);
    const kept = rows.slice(0, most);
    return listOf({ rows: kept.map(({ document }) => document as z.input<typeof movedOrderView>), next: rows.length > most ? [String(kept.at(-1)?.rowNo)] : null });
  });
  app.post("/v1/routing-simulations/:id/cancel", operation({
    id: "cancelSimulation", tag: "routing", scope: "catalogue:write", summary: "Stop a simulation", description: "One that has ended stays as it is.",
  }, { params, body: z.strictObject({}) }, { 200: simulationView }), async (request) => {
    const { id } = request.params;
    return shown(found(await simulations.cancel(callerOf(request).tenantId, idOf("simulation", id)), "simulation", id));
  });
};
