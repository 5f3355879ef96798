import { isClosed } from "../domain/catalog/index.ts";
import { type By, present, publicId } from "../domain/kernel/index.ts";
import { openOrders } from "./act-on-orders.ts";
import { ORDERS_MAX, outcomeOf } from "./close-nodes.ts";
import type { Closure, ClosureStore, ClosureTransaction, OrderOutcome } from "./closure-store.ts";
import type { Ambient } from "./ports.ts";
import { saveSettled } from "./settle-supply.ts";

/** Orders that leave in one commit. */
export const MOVED_AT_ONCE = 100;

/**
 * Lets the next orders of a closure leave their nodes: each is released and reserved anew, with its result, in one commit, or is as it
 * was. What ends in between goes on where it was. A node that was opened meanwhile keeps what it still has. Orders that were captured while the nodes closed are taken up at the end. Returns how
 * many orders it took up; none where all have their result.
 */
export async function moveClosed(store: ClosureStore, tenantId: number, closureId: string, ambient: Ambient, isPassing: (error: unknown) => boolean): Promise<number> {
  try {
    return await moveNext(store, tenantId, closureId, MOVED_AT_ONCE, ambient);
  } catch (error) {
    if (isPassing(error)) throw error;
  }
  // One of them cannot be moved: alone, it fails alone.
  try {
    return await moveNext(store, tenantId, closureId, 1, ambient);
  } catch (error) {
    if (isPassing(error)) throw error;
    return fail(store, tenantId, closureId, error instanceof Error ? error.message : "unknown");
  }
}

function moveNext(store: ClosureStore, tenantId: number, closureId: string, limit: number, ambient: Ambient): Promise<number> {
  return store.transact(tenantId, async (tx) => {
    const closure = await tx.lockClosure(closureId);
    if (closure === null || closure.state === "previewed") return 0;
    const now = ambient.now();
    const next = await nextOrders(tx, closure, limit, now);
    if (next.length === 0) return 0;
    const { facts, journal } = await openOrders(tx, next, ambient, now, byOf(closure));
    const results = next.map((orderId) => ({ orderId, result: outcomeOf(journal, present(facts.orders.get(orderId), "order"), facts, closure) }));
    journal.close();
    await tx.saveClosureResults(closure.id, results);
    await saveSettled(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes });
    return next.length;
  });
}

/** In the name of who applied it; of closures by an earlier version only who asked for the preview is known. */
const byOf = ({ id, actor, appliedBy, requestId }: Closure): By => ({ actor: appliedBy ?? actor, origin: { request: requestId, via: publicId("closure", id) } });

/** The oldest orders that have no result; once none is left, those that came to the nodes while they closed, or the end. */
async function nextOrders(tx: ClosureTransaction, closure: Closure, limit: number, now: number): Promise<readonly string[]> {
  const next = await tx.nextClosureOrders(closure.id, limit);
  if (next.length > 0) return next;
  const closed = await stillClosed(tx, closure, now);
  const there = closed.length === 0 ? [] : await tx.findOrdersAt(closed, ORDERS_MAX);
  const came = await tx.addClosureOrders(closure.id, there.map((orderId) => ({ orderId, expected: null, result: null })));
  if (came > 0) return tx.nextClosureOrders(closure.id, limit);
  if (closure.state === "moving") await tx.saveClosure({ ...closure, state: "done", finishedAt: now });
  return [];
}

/** Somebody may have opened a node meanwhile: what comes to it then is welcome. */
async function stillClosed(tx: ClosureTransaction, { nodes }: Closure, now: number): Promise<Closure["nodes"]> {
  const closed = new Set((await tx.loadNodes(now)).filter((node) => isClosed(node, now)).map(({ id }) => id));
  return nodes.filter(({ id }) => closed.has(id));
}

function fail(store: ClosureStore, tenantId: number, closureId: string, why: string): Promise<number> {
  return store.transact(tenantId, async (tx) => {
    await tx.lockClosure(closureId);
    const [orderId] = await tx.nextClosureOrders(closureId, 1);
    const result: OrderOutcome = { result: "failed", moved: [], waiting: [], kept: [], cost_micros: null, expected: null, reason: `Ordo met a defect of its own and left the order as it was: ${why}`.slice(0, 500) };
    if (orderId !== undefined) await tx.saveClosureResults(closureId, [{ orderId, result }]);
    return orderId === undefined ? 0 : 1;
  });
}
