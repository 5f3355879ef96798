import type { Instant } from "../kernel/index.ts";
import { componentsOf, isKit, type Journal, lineMayRoute, type Order, type OrderLine, type Shipment } from "../order/index.ts";
import { plannedArrival } from "./planned-arrival.ts";

/** Says of each line of a promised order whose units are expected at another time than its customer was told last. What a hold keeps back is not looked at. */
export function reviewPromise(journal: Journal, order: Order, reason: string): void {
  const { promise } = order.document;
  if (!promise) return;
  const arrivals = { ...promise.arrivals };
  for (const line of order.lines) {
    const told = arrivals[line.lineNo];
    if (told === undefined || !lineMayRoute(order, line.lineNo)) continue;
    const expected = expectedAt(order, isKit(line) ? componentsOf(order, line) : [line], told);
    if (expected === told) continue;
    arrivals[line.lineNo] = expected;
    journal.event("PromiseChanged", order.id, { line: line.lineNo, from: shown(told), to: shown(expected) }, { reason });
  }
  if (Object.entries(arrivals).every(([lineNo, arrives]) => promise.arrivals[lineNo] === arrives)) return;
  order.document = { ...order.document, promise: { ...promise, arrivals } };
  journal.touch(order, { content: true });
}

/** Says of what a store hands out of its own that it is ready later than its customer was told: no plan of a shipment knows that. */
export function tellReady(journal: Journal, order: Order, { lines }: Shipment, at: Instant, reason: string): void {
  const { promise } = order.document;
  if (!promise) return;
  const arrivals = { ...promise.arrivals };
  for (const line of order.lines) {
    const lineNo = line.parentLineNo ?? line.lineNo;
    const told = arrivals[lineNo];
    if (!lines.has(line.lineNo) || told === undefined || told === null || told >= at) continue;
    arrivals[lineNo] = at;
    journal.event("PromiseChanged", order.id, { line: lineNo, from: shown(told), to: shown(at) }, { reason });
  }
  order.document = { ...order.document, promise: { ...promise, arrivals } };
  journal.touch(order, { content: true });
}

/** When the last of the lines' units are there: null while one of them waits. Where no service was chosen, what was told stays. What is collected in a slot of its own is there in that. */
function expectedAt(order: Order, lines: readonly OrderLine[], told: Instant | null): Instant | null {
  if (lines.some(({ units }) => units.pending + units.backordered + units.preordered > 0)) return null;
  const { pickup_slot: slot } = order.document;
  let last: Instant | null = null;
  for (const shipment of order.shipments) {
    if (shipment.status === "CANCELLED" || !lines.some(({ lineNo }) => Object.values(shipment.lines.get(lineNo) ?? {}).some((some) => some > 0))) continue;
    const arrives = plannedArrival(shipment) ?? told ?? slot?.ends_at ?? null;
    if (arrives !== null && (last === null || arrives > last)) last = arrives;
  }
  return last === null ? told : Math.max(last, slot?.ends_at ?? last);
}

const shown = (at: Instant | null): string | null => (at === null ? null : new Date(at).toISOString());
