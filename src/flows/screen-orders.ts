import { type CheckedOrder, goodsOf, type HistoryQuery, historyQueries, type Identity, identitiesOf, isScreened, type Order, OrderHistory, screenOrder, type Screening } from "../domain/order/index.ts";
import type { Trace, Transaction } from "./ports.ts";

const NOTHING: Screening = { holds: [], risk: null, rejected: false };

/** Screens the orders of one batch against those that were there, and each against those before it in the batch. */
export class BatchScreening {
  readonly #identities: ReadonlyMap<string, readonly Identity[]>;
  readonly #history: OrderHistory;
  /** What is to be kept of the orders that were accepted. */
  readonly traces: Trace[] = [];

  constructor(identities: ReadonlyMap<string, readonly Identity[]>, history: OrderHistory) {
    this.#identities = identities;
    this.#history = history;
  }

  screen(checked: CheckedOrder): Screening {
    const identities = this.#identities.get(checked.order.id);
    return identities === undefined ? NOTHING : screenOrder(checked, identities, this.#history);
  }

  /** From here on the order counts for those after it. */
  accept(order: Order): void {
    const identities = this.#identities.get(order.id);
    if (identities === undefined) return;
    this.#history.add(order, identities);
    const goods = goodsOf(order);
    for (const { key } of identities) this.traces.push({ orderId: order.id, key, placedAt: order.placedAt, goods });
  }
}

/** Asks the store only for orders of channels that want screening; for others it costs nothing. */
export async function openScreening(tx: Transaction, orders: readonly CheckedOrder[]): Promise<BatchScreening> {
  const screened = orders.filter(({ channel }) => isScreened(channel.checks));
  const identities = new Map(screened.map(({ order, channel, settled }) => [order.id, identitiesOf(channel.id, settled.contact)]));
  const queries = new Map<string, HistoryQuery>();
  for (const checked of screened) {
    for (const query of historyQueries(checked, identities.get(checked.order.id) ?? [])) {
      const same = queries.get(query.key) ?? query;
      queries.set(query.key, { key: query.key, from: Math.min(same.from, query.from), to: Math.max(same.to, query.to) });
    }
  }
  const past = queries.size === 0 ? [] : await tx.loadHistory([...new Set(screened.map(({ channel }) => channel.id))].toSorted(), [...queries.values()]);
  return new BatchScreening(identities, new OrderHistory(past));
}
