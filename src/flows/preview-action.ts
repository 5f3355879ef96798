import { type Outcome, publicId, type Refusal, refuse, REFUSALS } from "../domain/kernel/index.ts";
import type { Journal, Order } from "../domain/order/index.ts";
import { openOrders, orderState, sourcingFacts } from "./act-on-orders.ts";
import { actOn, type OrderWork } from "./bulk-actions.ts";
import type { BulkStore } from "./bulk-store.ts";
import type { OrderDeskQueries } from "./order-desk-views.ts";
import { decideAction, type OrderAction } from "./order-actions.ts";
import type { Ambient, AnswerBody } from "./ports.ts";

export interface PreviewQuestion {
  readonly orderId: string;
  readonly actor: string;
  /** One thing, or what an action over many orders would do to this one. */
  readonly action: OrderAction | OrderWork;
}

/** Says what an action would do to an order as it is, or why it cannot be done; nothing is locked and nothing stays. NOT_FOUND where there is no such order. */
export async function previewAction(store: BulkStore, queries: Pick<OrderDeskQueries, "toldOfCancelling">, tenantId: number, { orderId, actor, action }: PreviewQuestion, ambient: Ambient): Promise<Outcome<AnswerBody>> {
  const now = ambient.now();
  const seen = await store.transact(tenantId, async (tx): Promise<Outcome<{ readonly body: AnswerBody; readonly cancelled: boolean }>> => {
    const { facts, journal } = await openOrders({ ...tx, lockOrders: tx.readOrders }, [orderId], ambient, now, { actor });
    const order = facts.orders.get(orderId);
    if (!order) return refuse("NOT_FOUND", `There is no order ${publicId("order", orderId)}.`);
    const before = cancelledUnits(order);
    const outcome = "action" in action ? actOn(journal, order, action, sourcingFacts(facts, order), now) : decideAction(journal, order, action, sourcingFacts(facts, order), now);
    if (!outcome.ok) return { ok: true, value: { body: refusedBody(outcome.refusal), cancelled: false } };
    journal.close();
    return { ok: true, value: { body: effectBody(journal, order, before), cancelled: journal.events.some(({ type }) => type === "LinesCancelled") } };
  });
  if (!seen.ok) return seen;
  const { body, cancelled } = seen.value;
  return { ok: true, value: { ...body, told: cancelled ? await queries.toldOfCancelling(tenantId, orderId) : null } };
}

const refusedBody = ({ code, detail }: Refusal): AnswerBody => ({ allowed: false, reason: { code, detail, fix: REFUSALS[code].fix }, events: [], order: null, cancelled: null });

function effectBody(journal: Journal, order: Order, before: ReadonlyMap<number, number>): AnswerBody {
  const lines = order.lines.flatMap((line) => {
    const quantity = line.units.cancelled - (before.get(line.lineNo) ?? 0);
    return quantity > 0 ? [{ line: line.lineNo, quantity }] : [];
  });
  return {
    allowed: true, reason: null, events: journal.events.map(({ type, data }) => ({ type, data })), order: orderState(order),
    cancelled: lines.length === 0 ? null : { lines, goods_minor: goodsOf(order, before), currency: order.currency },
  };
}

const cancelledUnits = (order: Order): ReadonlyMap<number, number> => new Map(order.lines.map((line) => [line.lineNo, line.units.cancelled]));

/** What the cancelled share of each line is worth, in minor units; a kit is cancelled with its components. Shipping is not goods. */
function goodsOf(order: Order, before: ReadonlyMap<number, number>): number {
  const share = (lines: Order["lines"]): number => {
    const ordered = lines.reduce((sum, line) => sum + line.ordered, 0);
    return ordered === 0 ? 0 : lines.reduce((sum, line) => sum + line.units.cancelled - (before.get(line.lineNo) ?? 0), 0) / ordered;
  };
  return order.lines.reduce((sum, line) => sum + Math.round(line.document.total_minor * share(line.document.kit === undefined ? [line] : order.lines.filter(({ parentLineNo }) => parentLineNo === line.lineNo))), 0);
}
