import {
  applyReplans, type Bucket, consolidate, contendedBuckets, exchange, movedBy, reEvaluationOf, type ReplanOf, replanSentence, restsFromReEvaluation, type SourcingFacts,
} from "../domain/fulfillment/index.ts";
import { accept, type By, MINUTE, type Outcome, present, publicId, refuse } from "../domain/kernel/index.ts";
import type { Journal, Order } from "../domain/order/index.ts";
import type { ReEvaluation, Strategy } from "../domain/routing/index.ts";
import { openOrders, type OrderFacts, sourcingFacts } from "./act-on-orders.ts";
import { despite, NO_DEFECTS } from "./defects.ts";
import type { Ambient, AnswerBody, Store } from "./ports.ts";
import { saveSettled } from "./settle-supply.ts";

/** Orders that one transaction decides on their own, and holders of a contended bucket that one order is tried with, the latest first. */
export const REPLANNED_AT_ONCE = 25;
export const PARTNERS_MAX = 5;

/** Which orders to look at again, and by which terms. What is null is as the group of the order's strategy says, and where that says nothing, allowed at any saving. */
export interface ReEvaluateOrders extends By {
  /** Decides and answers the same, and changes nothing. */
  readonly dryRun: boolean;
  /** Null for all that have something unreleased, the oldest first: at most `limit`, after the one named. */
  readonly orderIds: readonly string[] | null;
  readonly after: string | null;
  readonly limit: number;
  readonly consolidate: boolean | null;
  readonly swap: boolean | null;
  readonly minimumSavingMicros: number | null;
  /** Looks only at orders of groups whose policies are due, and leaves alone those that were decided anew lately or too often; null where a person asks. */
  readonly due: ReadonlySet<string> | null;
}

/** What was changed, or would be: every change is a commit of its own or of few orders, so what was done stays when a later one fails. */
export interface ReEvaluated {
  readonly lookedAt: number;
  readonly changes: readonly ChangeView[];
  /** The order after which more are left to look at; null where none are. */
  readonly next: string | null;
}

export interface ChangeView extends AnswerBody {
  readonly kind: "consolidate" | "swap";
  readonly saving_micros: number;
  readonly orders: readonly (AnswerBody & { readonly order: string })[];
}

/** Decides unreleased orders anew, on their own and then in pairs, where that saves enough, delays nobody and breaks no rule. Repeating it ends where nothing is left to save. */
export async function reEvaluate(store: Store, tenantId: number, asked: ReEvaluateOrders, ambient: Ambient, defects = NO_DEFECTS): Promise<Outcome<ReEvaluated>> {
  const { orderIds, after, limit } = asked;
  const known = orderIds && new Set((await store.transact(tenantId, (tx) => tx.lockOrders([...new Set(orderIds)].toSorted()))).map(({ id }) => id));
  const unknown = (orderIds ?? []).flatMap((id, index) => (known?.has(id) ? [] : [{ pointer: `/orders/${index}`, code: "NOT_FOUND" as const, detail: `There is no order ${publicId("order", id)}.` }]));
  if (unknown.length > 0) return refuse("NOT_FOUND", "Some of the orders are not there.", { errors: unknown });
  const ids = orderIds === null ? await store.transact(tenantId, (tx) => tx.findUnreleasedOrders(after, limit)) : [...new Set(orderIds)];
  const changes: ChangeView[] = [];
  const told = new Set<string>();
  const tell = (made: readonly ChangeView[]): void => {
    changes.push(...made);
    for (const { orders } of made) for (const { order } of orders) told.add(order);
  };
  const resting = defects.resting();
  const awake = ids.filter((id) => !resting.has(id));
  for (let at = 0; at < awake.length; at += REPLANNED_AT_ONCE) {
    for (const { made, wishes } of await despite(defects, awake.slice(at, at + REPLANNED_AT_ONCE), (some) => replanSome(store, tenantId, some, asked, ambient))) {
      tell(made);
      // Nothing of a trial stays, so what is in one change is left out of the next ones.
      for (const wish of wishes) for (const swapped of await despite(defects, [wish.orderId], () => swapOne(store, tenantId, wish, asked.dryRun ? told : new Set(), asked, ambient))) tell(swapped);
    }
  }
  return accept({ lookedAt: ids.length, changes, next: orderIds === null && ids.length === limit ? (ids.at(-1) ?? null) : null });
}

/** An order that could save something with what others hold. */
interface Wish {
  readonly orderId: string;
  readonly buckets: readonly Bucket[];
}

type Terms = Pick<ReEvaluation, "consolidate" | "swap" | "minimumSavingMicros">;

export const policyKey = (strategy: string, group: string): string => JSON.stringify([strategy, group]);

function termsOf(asked: ReEvaluateOrders, order: Order, facts: SourcingFacts, now: number): Terms | null {
  const own = reEvaluationOf(order, facts);
  if (asked.due !== null) return own && asked.due.has(policyKey(own.strategy, own.group)) && !restsFromReEvaluation(order, facts, now) ? own.policy : null;
  return {
    consolidate: asked.consolidate ?? own?.policy.consolidate ?? true, swap: asked.swap ?? own?.policy.swap ?? true,
    minimumSavingMicros: asked.minimumSavingMicros ?? own?.policy.minimumSavingMicros ?? 0,
  };
}

function replanSome(store: Store, tenantId: number, ids: readonly string[], asked: ReEvaluateOrders, ambient: Ambient): Promise<{ readonly made: readonly ChangeView[]; readonly wishes: readonly Wish[] }> {
  return store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const { facts, journal } = await openOrders(tx, ids, ambient, now, asked);
    const [made, wishes]: [ChangeView[], Wish[]] = [[], []];
    for (const order of facts.orders.values()) {
      const own = sourcingFacts(facts, order);
      const terms = termsOf(asked, order, own, now);
      const replan = terms?.consolidate ? consolidate(journal, order, own, terms.minimumSavingMicros) : null;
      if (replan) made.push(change(journal, [{ order, facts: own, replan }]));
      const buckets = terms?.swap && !replan ? contendedBuckets(journal, order, own, terms.minimumSavingMicros) : [];
      if (buckets.length > 0) wishes.push({ orderId: order.id, buckets });
    }
    if (made.length > 0 && !asked.dryRun) {
      journal.close();
      await saveSettled(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes });
    }
    return { made, wishes };
  });
}

/** Tries an order with each of those who hold what it could use, and makes the change that saves most. */
function swapOne(store: Store, tenantId: number, { orderId, buckets }: Wish, leftOut: ReadonlySet<string>, asked: ReEvaluateOrders, ambient: Ambient): Promise<readonly ChangeView[]> {
  const isLeftOut = (id: string): boolean => leftOut.has(publicId("order", id));
  if (isLeftOut(orderId)) return Promise.resolve([]);
  return store.transact(tenantId, async (tx) => {
    const holders = new Set<string>();
    for (const { nodeId, itemId } of buckets) for (const id of await tx.findPlannedOrders(nodeId, itemId, PARTNERS_MAX)) if (id !== orderId && !isLeftOut(id)) holders.add(id);
    const now = ambient.now();
    const { facts, journal } = await openOrders(tx, [orderId, ...holders], ambient, now, asked);
    const best = bestExchange(journal, facts, orderId, asked, now);
    if (best === null) return [];
    const made = change(journal, best);
    if (!asked.dryRun) {
      journal.close();
      await saveSettled(tx, journal, { channels: facts.channels.values(), nodes: facts.nodes });
    }
    return [made];
  });
}

function bestExchange(journal: Journal, facts: OrderFacts, orderId: string, asked: ReEvaluateOrders, now: number): readonly ReplanOf[] | null {
  const parties = [...facts.orders.values()].flatMap((order) => {
    const own = sourcingFacts(facts, order);
    const terms = termsOf(asked, order, own, now);
    return terms?.swap ? [{ order, facts: own, terms }] : [];
  });
  const one = parties.find(({ order }) => order.id === orderId);
  let best: ReturnType<typeof exchange> = null;
  for (const other of one ? parties.filter((party) => party !== one) : []) {
    const found = one ? exchange(journal, one, other, Math.max(one.terms.minimumSavingMicros, other.terms.minimumSavingMicros)) : null;
    if (found && (best === null || found.savingMicros > best.savingMicros)) best = found;
  }
  return best?.parts.map((replan) => ({ ...present(parties.find(({ order }) => order.id === replan.orderId), "party"), replan })) ?? null;
}

/** Makes a change in the journal, and tells of it. */
function change(journal: Journal, parts: readonly ReplanOf[]): ChangeView {
  const view: ChangeView = {
    kind: parts.length === 1 ? "consolidate" : "swap", saving_micros: parts.reduce((sum, { replan }) => sum + replan.saving.micros, 0),
    orders: parts.map(({ order, facts, replan }) => {
      const codeOf = (nodeId: string | null): string | null => facts.nodes.find(({ id }) => id === nodeId)?.code ?? null;
      return {
        order: publicId("order", order.id), number: order.number, sentence: replanSentence(replan, facts), saving_micros: replan.saving.micros, better_by: replan.saving.criterion,
        cost_before_micros: replan.costBeforeMicros, cost_after_micros: replan.costAfterMicros,
        moved: movedBy(replan).map(({ lineNo, quantity, from, to }) => ({ line: lineNo, quantity, from: codeOf(from), to: codeOf(to) })),
      };
    }),
  };
  applyReplans(journal, parts);
  return view;
}

/** Groups whose policies are due, by a clock that knows when each was looked at last. */
export async function duePolicies(store: Store, tenantId: number, isDue: (policy: string, everyMs: number) => boolean, ambient: Ambient): Promise<ReadonlySet<string>> {
  const strategies: Iterable<Strategy> = await store.transact(tenantId, async (tx) => (await tx.loadStrategies(ambient.now())).values());
  const due = new Set<string>();
  for (const { code, groups } of strategies) {
    for (const { name, reEvaluate: policy } of groups) if (policy && isDue(policyKey(code, name), policy.everyMinutes * MINUTE)) due.add(policyKey(code, name));
  }
  return due;
}
