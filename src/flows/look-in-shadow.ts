import { addShadowSums, LEFT_OUT, lookInShadow, type MadeDecision, NO_SHADOW_SUM, openShadowTrial, type Placed, type ShadowLook, shadowFacts, type SourcingFacts } from "../domain/fulfillment/index.ts";
import { present } from "../domain/kernel/index.ts";
import { spokenDecision } from "../domain/routing/index.ts";
import { openOrders, sourcingFacts } from "./act-on-orders.ts";
import type { Lease } from "./integration.ts";
import type { Ambient, AnswerBody, Store } from "./ports.ts";
import { shownMove } from "./run-simulation.ts";
import type { FirstDecision, Shadow, ShadowBatch, ShadowFindings, Shadows } from "./shadows.ts";

/** Orders that are read in one transaction, which holds them while it reads and not while it is decided where they would go. */
const ORDERS_AT_ONCE = 50;

export interface ShadowDeps {
  readonly store: Store;
  readonly shadows: Pick<Shadows, "take" | "keep">;
  readonly ambient: Ambient;
}

/**
 * Follows the log behind the drafts in shadow: says of each order that was decided for the first time where these would have sent it, and
 * keeps that with the consumer's move, in one commit. Nothing is written of the orders. Null where the fence is stale.
 */
export async function followInShadow({ store, shadows, ambient }: ShadowDeps, lease: Lease, consumer: string, limit: number): Promise<{ readonly events: number; readonly made: number } | null> {
  const batch = await shadows.take(lease, consumer, limit);
  if (batch === null || batch.events === 0) return batch && { events: 0, made: 0 };
  const found = new Map<string, { sum: ShadowFindings["sum"]; readonly moved: AnswerBody[] }>();
  for (let n = 0; n < batch.decisions.length; n += ORDERS_AT_ONCE) {
    await lookAtSome({ store, ambient }, lease.tenantId, batch, batch.decisions.slice(n, n + ORDERS_AT_ONCE), ({ code }, look, shown) => {
      const one = found.get(code) ?? { sum: NO_SHADOW_SUM, moved: [] };
      one.sum = addShadowSums(one.sum, look.sum);
      if (shown !== null) one.moved.push(shown);
      found.set(code, one);
    });
  }
  const findings = batch.shadows.flatMap((shadow): ShadowFindings[] => [found.get(shadow.code)].flatMap((one) => (one ? [{ shadow, ...one }] : [])));
  if (!(await shadows.keep(lease, consumer, batch, findings))) return null;
  return { events: batch.events, made: findings.reduce((sum, { moved }) => sum + moved.length, 0) };
}

type Note = (shadow: Shadow, look: ShadowLook, shown: AnswerBody | null) => void;

async function lookAtSome({ store, ambient }: Pick<ShadowDeps, "store" | "ambient">, tenantId: number, { shadows }: ShadowBatch, decisions: readonly FirstDecision[], note: Note): Promise<void> {
  const opened = await store.transact(tenantId, async (tx) => {
    const now = ambient.now();
    const strategyOf = new Map((await tx.loadChannels(now)).map(({ id, strategy }) => [id, strategy]));
    const meant = decisions.flatMap((decision) => {
      const drafts = shadows.filter((shadow) => isMeant(shadow, decision, strategyOf.get(decision.channelId) ?? null));
      return drafts.length > 0 ? [{ decision, drafts }] : [];
    });
    return meant.length === 0 ? null : { meant, ...await openOrders(tx, meant.map(({ decision }) => decision.orderId), ambient, now) };
  });
  if (opened === null) return;
  const { meant, facts, journal } = opened;
  for (const { decision, drafts } of meant) {
    const order = present(facts.orders.get(decision.orderId), "order");
    const own = sourcingFacts(facts, order);
    const codeOf = (nodeId: string): string => own.nodes.find(({ id }) => id === nodeId)?.code ?? nodeId;
    const made = madeDecision(decision, own);
    const trial = made && openShadowTrial(journal, order, made);
    for (const draft of drafts) {
      const look = made && trial ? lookInShadow(trial, made, own, shadowFacts(own, draft, draft.channel !== null)) : LEFT_OUT;
      note(draft, look, look.move && shownMove(order, look.move, codeOf, false));
    }
    await ambient.pause?.();
  }
}

/** Orders that came in since, and were decided by the strategy, or are of a channel that goes by it; or are of the channel that is to go by it. */
function isMeant({ code, channel, startedAt, startPosition }: ShadowBatch["shadows"][number], { position, detail, channelId, capturedAt }: FirstDecision, routedBy: string | null): boolean {
  if (position <= startPosition || capturedAt < startedAt) return false;
  return channel === null ? routedBy === code || spokenDecision(detail).strategy === code : channelId === channel.id;
}

/** What the log says of a decision; null where one of its nodes is not there any more. */
function madeDecision({ data, reason, detail }: FirstDecision, { nodes }: SourcingFacts): MadeDecision | null {
  const placed = rowsOf(data["placed"]).flatMap(([lineNo, quantity, code]): Placed[] => {
    const node = nodes.find((one) => one.code === code);
    return node && typeof lineNo === "number" && typeof quantity === "number" ? [{ lineNo, quantity, nodeId: node.id }] : [];
  });
  const unplaced = rowsOf(data["unplaced"]).flatMap(([lineNo, quantity]) => (typeof lineNo === "number" && typeof quantity === "number" ? [{ lineNo, quantity }] : []));
  return placed.length < rowsOf(data["placed"]).length ? null : { placed, unplaced, reason, detail };
}

const rowsOf = (value: unknown): readonly (readonly unknown[])[] => (Array.isArray(value) ? value.filter((row): row is unknown[] => Array.isArray(row)) : []);
