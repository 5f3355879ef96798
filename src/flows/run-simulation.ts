import type { OrderMove, Side, WorldFigures } from "../domain/fulfillment/index.ts";
import { publicId } from "../domain/kernel/index.ts";
import type { Order } from "../domain/order/index.ts";
import type { Past } from "./past.ts";
import { type Ambient, type AnswerBody, toolsOf } from "./ports.ts";
import type { Breathe } from "./rebuild-past.ts";
import { simulate, type SimulationResult, type SimulationRun } from "./simulate.ts";
import type { KeptQuestion, Simulation } from "./simulations.ts";

/** What keeps a run going, and what it may use. */
export interface RunningSimulation {
  readonly past: Past;
  readonly ambient: Ambient;
  /** Writes of this run; each ends it, by throwing, where it is not wanted any more. */
  readonly progress: (done: number, total: number) => Promise<void>;
  readonly keep: (firstRowNo: number, rows: readonly AnswerBody[]) => Promise<void>;
  readonly breathe: Breathe;
  readonly draw: SimulationRun["draw"];
}

/** Answers a question about the past: keeps the orders that went elsewhere, and gives back the report. */
export async function runSimulation({ past, ambient, progress, keep, breathe, draw }: RunningSimulation, tenantId: number, { question }: Pick<Simulation, "question">): Promise<AnswerBody> {
  const { from, to, channel, strategy, generated } = question;
  const facts = await past.facts(tenantId, to);
  const codes = new Map(facts.nodes.map(({ id, code }) => [id, code]));
  let rowNo = 1;
  const result = await simulate(past, tenantId, {
    range: { from, to, channelId: channel?.id ?? null }, generated, strategy: strategy && { code: strategy.code, version: strategy.version, groups: strategy.groups },
  }, {
    tools: toolsOf(ambient), newId: ambient.newId, breathe, progress, draw,
    moved: async (orders) => {
      if (orders.length === 0) return;
      await keep(rowNo, orders.map((one) => shownMove(one.replayed.order, one, (id) => codes.get(id) ?? id, generated !== null)));
      rowNo += orders.length;
    },
  });
  return report(result, question);
}

const isoDay = (at: number): string => new Date(at).toISOString();

/** An order that goes elsewhere, as people and the API read it. */
export function shownMove(order: Order, { before, after, beforeReason, afterReason, difference: { sentence, costMicros, shipments, arrivalDays, moved } }: OrderMove, codeOf: (id: string) => string, isMadeUp: boolean): AnswerBody {
  const side = ({ placed, waiting, costMicros: cost, arrives }: Side, reason: string): AnswerBody => ({
    placed: placed.map(({ lineNo, nodeId, quantity }) => ({ line: lineNo, node: codeOf(nodeId), quantity })), waiting, cost_micros: cost, arrival_date: arrives, reason,
  });
  return {
    order: isMadeUp ? null : publicId("order", order.id), number: isMadeUp ? null : order.number, captured_at: isoDay(order.capturedAt), before: side(before, beforeReason), after: side(after, afterReason),
    difference: {
      sentence, cost_micros: costMicros, shipments, arrival_days: arrivalDays,
      moved: moved.map(({ lineNo, quantity, from, to }) => ({ line: lineNo, quantity, from: from && codeOf(from), to: to && codeOf(to) })),
    },
  };
}

const share = (part: number, all: number): number | null => (all === 0 ? null : Math.round((part / all) * 10_000) / 100);

function shownWorld(world: WorldFigures, codeOf: (id: string) => string): AnswerBody {
  const { orders, refused, costMicros, shipments, splitOrders, metres, measured, dated, late, unitsWanted, unitsFilled, unitsPlaced, waitingOrders, nodes } = world;
  return {
    orders, refused_orders: refused, cost_micros: costMicros, shipments, split_orders: splitOrders, split_percent: share(splitOrders, orders), kilometres: Math.round(metres / 1000),
    kilometres_per_shipment: measured === 0 ? null : Math.round(metres / measured / 100) / 10, dated_orders: dated, late_orders: late, late_percent: share(late, dated),
    units_wanted: unitsWanted, units_placed_at_once: unitsFilled, units_placed: unitsPlaced, fill_percent: share(unitsFilled, unitsWanted), waiting_orders: waitingOrders,
    nodes: nodes.map(({ nodeId, shipments: sent, units }) => ({ node: codeOf(nodeId), shipments: sent, units })),
  };
}

/** What could not be as it was. Units that went missing in fact count only where more of them were reserved. */
const lossesOf = ({ losses: { notReserved, short } }: WorldFigures, world: string, missedAnyway: number): string[] => [
  ...(notReserved > 0 ? [`${world}, ${notReserved} units that other orders were given in fact had gone elsewhere.`] : []),
  ...(short > missedAnyway ? [`${world}, ${short - missedAnyway} units more went missing under reservations.`] : []),
];

function report({ orders, moved, reproduced, live, draft, nodes }: SimulationResult, { generated }: KeptQuestion): AnswerBody {
  const codeOf = (id: string): string => nodes.get(id)?.code ?? id;
  return {
    orders, moved, unmoved: orders - moved, reproduced, live: shownWorld(live, codeOf), draft: draft && shownWorld(draft, codeOf),
    notes: [
      ...(reproduced === null || reproduced === orders ? [] : [`${orders - reproduced} of ${orders} orders went elsewhere in fact than the rules which held then send them here: decisions made at the same time, or by figures that nobody keeps.`]),
      ...(draft !== null && live.costMicros !== null && draft.costMicros !== null ? ["Costs are as the rules of each side weigh them: they compare where both price the same terms."] : []),
      ...(generated === null ? [] : ["The orders were drawn from those of the time, with repetition: the same ones in every run."]),
      ...lossesOf(live, "By what held", live.losses.short), ...(draft === null ? [] : lossesOf(draft, "By the draft", live.losses.short)),
    ],
  };
}
