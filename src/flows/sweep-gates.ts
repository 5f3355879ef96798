import { gateRule, letThrough, throughNow } from "../domain/catalog/index.ts";
import { decideActions, type OrderCommand } from "./act-on-orders.ts";
import type { GateProgress, GateStore, GateTransaction, StoredGate } from "./channel-gates.ts";
import { type Defects, despite, findAwake, NO_DEFECTS } from "./defects.ts";
import type { OrderAction } from "./order-actions.ts";
import type { Ambient } from "./ports.ts";

/** Orders that one commit lets through, or gives a time. */
const AT_ONCE = 200;
const ROUNDS_MAX = 50;

const [FIRST, LAST] = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];

/** Lets through who waits at gates that opened or whose time has come, and gives those a time whose gate was changed; oldest first. */
export async function sweepGates(store: GateStore, tenantId: number, ambient: Ambient, mayGoOn: () => boolean, defects = NO_DEFECTS): Promise<void> {
  for (const { channelId } of await store.transact(tenantId, (tx) => tx.loadGates())) {
    for (let round = 0; round < ROUNDS_MAX && mayGoOn() && (await sweepGate(store, tenantId, channelId, ambient, defects)); round++);
  }
}

/** One batch at one gate; whether there may be more at once. */
async function sweepGate(store: GateStore, tenantId: number, channelId: string, ambient: Ambient, defects: Defects): Promise<boolean> {
  const found = await store.transact(tenantId, async (tx) => {
    const gate = (await tx.loadGates()).find((one) => one.channelId === channelId);
    const task = gate ? taskAt(gate, ambient.now()) : null;
    if (!gate || !task) return null;
    const ids = await findAwake(defects, task.limit, (limit) => task.find(tx, limit));
    if (ids.length === 0 && task.kind !== "let through") await finish(tx, gate, task.kind);
    return { gate, kind: task.kind, ids };
  });
  if (found === null || found.ids.length === 0) return false;
  await despite(defects, found.ids, (ids) => store.transact(tenantId, (tx) => workAt(tx, found.gate, found.kind, ids, ambient)));
  return found.kind === "date" || found.ids.length === AT_ONCE;
}

/** All that waited have their time; or have gone, and nothing keeps a gate that is open. It is locked first, so that whoever comes by it is seen. */
async function finish(tx: GateTransaction, gate: StoredGate, kind: "open" | "date"): Promise<void> {
  await tx.noteGate(gate, { ...gate, redateAfter: null });
  if (kind === "open" && (await tx.findGated(gate.channelId, FIRST, LAST, 1)).length === 0) await tx.dropGate(gate);
}

/** Acts on orders at a gate, in one commit with how far it is then. At one that somebody set meanwhile it does nothing, nor with orders that somebody else dated. */
async function workAt(tx: GateTransaction, { channelId, setAt }: StoredGate, kind: Task["kind"], ids: readonly string[], ambient: Ambient): Promise<void> {
  const gate = (await tx.loadGates()).find((one) => one.channelId === channelId && one.setAt === setAt);
  const task = gate ? taskAt(gate, ambient.now()) : null;
  if (!gate || task?.kind !== kind) return;
  const left = ids.filter((id) => kind !== "date" || id > (gate.redateAfter ?? ""));
  if (left.length === 0) return;
  const { save } = await decideActions(tx, left.map((orderId, index) => command(orderId, task.action(index))), ambient);
  await tx.noteGate(gate, { ...gate, ...task.progress(left) });
  await save();
}

/** What is to be done with the next orders at a gate, and how far it is when that is done. */
interface Task {
  readonly kind: "open" | "date" | "let through";
  readonly limit: number;
  readonly find: (tx: GateTransaction, limit: number) => Promise<readonly string[]>;
  readonly action: (index: number) => OrderAction;
  readonly progress: (ids: readonly string[]) => Partial<GateProgress>;
}

function taskAt(gate: StoredGate, now: number): Task | null {
  const { channelId, redateAfter, redateThrough, redateAt, letThroughAt } = gate;
  const rule = gateRule(gate, now);
  if (rule === null) return { kind: "open", limit: AT_ONCE, find: (tx, limit) => tx.findGated(channelId, FIRST, LAST, limit), action: lift, progress: () => ({}) };
  if (redateAfter !== null) {
    // Those that waited when the gate was set get the time at which it, as it is now, opens or lets them through.
    const everyMs = rule.kind === "paused" ? 0 : rule.everyMs;
    return {
      kind: "date", limit: AT_ONCE, find: (tx, limit) => tx.findGated(channelId, redateAfter, redateThrough, limit),
      action: (index) => ({ type: "date_channel_hold", dueAt: rule.kind === "paused" ? rule.until : Math.floor(redateAt + index * everyMs) }),
      progress: (ids) => ({ redateAfter: ids.at(-1) ?? redateAfter, redateAt: redateAt + ids.length * everyMs }),
    };
  }
  if (rule.kind === "paused") return null;
  const { everyMs } = rule;
  return {
    kind: "let through", limit: Math.min(AT_ONCE, throughNow(everyMs, letThroughAt, now)), find: (tx, limit) => tx.findGatedDue(channelId, now, limit), action: lift,
    progress: ({ length }) => ({ letThroughAt: letThrough(everyMs, letThroughAt, length, now) }),
  };
}

const lift = (): OrderAction => ({ type: "lift_channel_hold" });

const command = (orderId: string, action: OrderAction): OrderCommand => ({ idempotencyKey: null, bodyHash: "", actor: "sweeper", orderId, expectedVersion: null, occurredAt: null, action });
