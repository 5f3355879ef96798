import { gateRule, throughNow } from "../domain/catalog/index.ts";
import { decideActions, type OrderCommand } from "./act-on-orders.ts";
import type { GateProgress, GateStore, GateTransaction, StoredGate } from "./channel-gates.ts";
import type { OrderAction } from "./order-actions.ts";
import type { Ambient } from "./ports.ts";

/** Orders that one commit lets through, or gives a time. */
const AT_ONCE = 200;
const ROUNDS_MAX = 50;

const [FIRST, LAST] = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];

/** Lets through who waits at gates that opened or whose time has come, and gives those a time whose gate was changed; oldest first. */
export async function sweepGates(store: GateStore, tenantId: number, ambient: Ambient, mayGoOn: () => boolean): Promise<void> {
  for (const { channelId } of await store.transact(tenantId, (tx) => tx.loadGates())) {
    for (let round = 0; round < ROUNDS_MAX && mayGoOn() && (await sweepGate(store, tenantId, channelId, ambient)); round++);
  }
}

/** What happens to the next orders at a gate, and how far they are then. */
interface Batch {
  readonly ids: readonly string[];
  readonly action: (index: number) => OrderAction;
  readonly progress: GateProgress;
  readonly more: boolean;
}

/** One batch at one gate, in one commit with how far it is; whether there may be more at once. A gate that somebody changes meanwhile is looked at anew. */
const sweepGate = (store: GateStore, tenantId: number, channelId: string, ambient: Ambient): Promise<boolean> => store.transact(tenantId, async (tx) => {
  const gate = (await tx.loadGates()).find((one) => one.channelId === channelId);
  const batch = gate && (await nextBatch(tx, gate, ambient.now()));
  if (!gate || !batch) return false;
  const { save } = await decideActions(tx, batch.ids.map((orderId, index) => command(orderId, batch.action(index))), ambient);
  await tx.noteGate(gate, batch.progress);
  await save();
  return batch.more;
});

async function nextBatch(tx: GateTransaction, gate: StoredGate, now: number): Promise<Batch | null> {
  const rule = gateRule(gate, now);
  if (rule === null) {
    const ids = await tx.findGated(gate.channelId, FIRST, LAST, AT_ONCE);
    return ids.length === 0 ? null : { ids, action: lift, progress: gate, more: ids.length === AT_ONCE };
  }
  if (gate.redateAfter !== null) return redate(tx, gate, gate.redateAfter, rule.kind === "paused" ? { until: rule.until } : { everyMs: rule.everyMs });
  if (rule.kind === "paused") return null;
  const ids = await tx.findGatedDue(gate.channelId, now, throughNow(rule.everyMs, gate.letThroughAt, now));
  return ids.length === 0 ? null : { ids, action: lift, progress: { ...gate, letThroughAt: Math.max(gate.letThroughAt + ids.length * rule.everyMs, now - rule.everyMs) }, more: false };
}

/** The next of those that waited when the gate was set get the time at which it opens or lets them through. */
async function redate(tx: GateTransaction, gate: StoredGate, after: string, by: { readonly until: number | null } | { readonly everyMs: number }): Promise<Batch> {
  const ids = await tx.findGated(gate.channelId, after, gate.redateThrough, AT_ONCE);
  const timeOf = (index: number): number | null => ("everyMs" in by ? Math.floor(gate.redateAt + index * by.everyMs) : by.until);
  const progress = { ...gate, redateAfter: ids.length === AT_ONCE ? (ids.at(-1) ?? null) : null, redateAt: "everyMs" in by ? gate.redateAt + ids.length * by.everyMs : gate.redateAt };
  return { ids, action: (index) => ({ type: "date_channel_hold", dueAt: timeOf(index) }), progress, more: true };
}

const lift = (): OrderAction => ({ type: "lift_channel_hold" });

const command = (orderId: string, action: OrderAction): OrderCommand => ({ idempotencyKey: null, bodyHash: "", actor: "sweeper", orderId, expectedVersion: null, occurredAt: null, action });
