import { type Channel, type ChannelGate, gateRule, throughNow } from "../domain/catalog/index.ts";
import { publicId, refuse } from "../domain/kernel/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { type CheckedOrder, type HoldRequest, Journal, orderHold, refuseFields } from "../domain/order/index.ts";
import { actOnOrders, type OrderCommand } from "./act-on-orders.ts";
import { answerOnce, done } from "./idempotent.ts";
import { type Ambient, type Answer, type CommandHead, contextOf, type Store, type Transaction } from "./ports.ts";
import type { OrderAction } from "./order-actions.ts";

/** A channel's gate as it is kept. */
export interface StoredGate extends ChannelGate {
  readonly channelId: string;
  readonly setAt: number;
  readonly setBy: string;
  /** When the last of its waiting orders was let through. */
  readonly letThroughAt: number;
  /** The order after which those that wait are still to get a time by the gate as it is now; null where all have theirs. */
  readonly redateAfter: string | null;
}

/** A channel that is paused or throttled, as people see it. */
export interface GateView {
  readonly state: string;
  readonly until: string | null;
  readonly orders: number | null;
  readonly per_seconds: number | null;
  readonly reason: string;
  readonly set_at: string;
  readonly set_by: string;
  /** Orders that wait, and when the last of them is to go through; null where nobody can say. */
  readonly waiting: number;
  readonly through_by: string | null;
}

export interface GateTransaction extends Transaction {
  loadGates(): Promise<readonly StoredGate[]>;
  /** Writes a gate, and from when on its channel's orders find their time. */
  saveGate(gate: StoredGate, nextAt: number): Promise<void>;
  /** The same without touching the times that orders take. */
  noteGate(gate: Pick<StoredGate, "channelId" | "letThroughAt" | "redateAfter">): Promise<void>;
  /** Orders of a channel that wait at its gate since before a time (null: all), oldest first and after the given one. */
  findGated(channelId: string, before: number | null, after: string, limit: number): Promise<readonly string[]>;
  /** Those whose time has come, the earliest first. */
  findGatedDue(channelId: string, now: number, limit: number): Promise<readonly string[]>;
}

export interface GateStore extends Store {
  transact<T>(tenantId: number, work: (tx: GateTransaction) => Promise<T>): Promise<T>;
}

export type GateCommand = CommandHead & { readonly channel: string; readonly reason: string } & (
  | { readonly type: "pause"; readonly until: number | null }
  | { readonly type: "throttle"; readonly until: number | null; readonly orders: number; readonly perSeconds: number }
  | { readonly type: "resume" }
);

const FIRST = "00000000-0000-0000-0000-000000000000";
const EVENTS = { pause: "ChannelPaused", throttle: "ChannelThrottled", resume: "ChannelResumed" } as const;
const STATES = { pause: "paused", throttle: "throttled", resume: "open" } as const;

/** Pauses, throttles or resumes a channel. Orders that wait follow with the next sweeps. */
export async function setGate(store: GateStore, tenantId: number, command: GateCommand, ambient: Ambient): Promise<Answer> {
  const [answer = refuse("INTERNAL", "The command got no answer.")] = await store.transact(tenantId, (tx) => answerOnce(tx, [command], async () => {
    const refused = (no: Answer): { answers: Answer[]; save: () => Promise<void> } => ({ answers: [no], save: async () => undefined });
    const now = ambient.now();
    const { type, reason } = command;
    const channel = (await tx.loadChannels(now)).find(({ code }) => code === command.channel);
    if (!channel) return refused(refuse("NOT_FOUND", `There is no channel "${command.channel}".`));
    const until = type === "resume" ? null : command.until;
    if (until !== null && until <= now) return refused(refuseFields([{ pointer: "/until", code: "INVALID_FIELD", detail: "until has passed already: leave it out, or name a time that is to come." }]));
    const throttle = type === "throttle" ? { orders: command.orders, perSeconds: command.perSeconds } : { orders: null, perSeconds: null };
    const gate: StoredGate = { channelId: channel.id, state: STATES[type], until, ...throttle, reason, setAt: now, setBy: command.actor, letThroughAt: now, redateAfter: type === "resume" ? null : FIRST };
    const journal = new Journal(contextOf(ambient, now, command.actor), new StockBook([], []));
    const shown = { channel: channel.code, ...(type === "resume" ? {} : { until: until === null ? null : new Date(until).toISOString() }), ...(type === "throttle" ? { orders: command.orders, per_seconds: command.perSeconds } : {}) };
    journal.event(EVENTS[type], null, shown, { reason });
    return {
      answers: [done({ id: publicId("channel", channel.id), code: channel.code, state: gate.state, until: until === null ? null : new Date(until).toISOString() })],
      save: async () => {
        await tx.saveGate(gate, now);
        await tx.save(journal);
      },
    };
  }));
  return answer;
}

/**
 * The holds of new orders whose channels are paused or throttled. Orders of a throttled channel take the next times in its row, so
 * batches with such orders follow one another; comes before stock is read.
 */
export async function openGates(tx: Transaction, checked: readonly CheckedOrder[], now: number): Promise<(checked: CheckedOrder) => readonly HoldRequest[]> {
  const next = new Map<string, number>();
  const channels = new Map(checked.map(({ channel }) => [channel.id, channel]));
  for (const [id, channel] of [...channels].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const rule = gateRule(channel.gate, now);
    if (rule?.kind === "throttled") next.set(id, await tx.takeGateTimes(id, checked.filter((one) => one.channel === channel).length, rule.everyMs, now));
  }
  return ({ channel }) => holdsAt(channel, next, now);
}

function holdsAt({ id, gate }: Channel, next: Map<string, number>, now: number): readonly HoldRequest[] {
  const rule = gateRule(gate, now);
  if (rule === null) return [];
  if (rule.kind === "paused") return [{ ...orderHold("CHANNEL_PAUSED", rule.reason), dueAt: rule.until }];
  const at = next.get(id) ?? now;
  next.set(id, at + rule.everyMs);
  return at <= now ? [] : [{ ...orderHold("CHANNEL_PAUSED", rule.reason), dueAt: at }];
}

/** Orders that one commit lets through, or gives a time. */
const AT_ONCE = 200;
const ROUNDS_MAX = 50;

/** Lets through who waits at gates that opened or whose time has come, and gives those a time whose gate was changed; oldest first. */
export async function sweepGates(store: GateStore, tenantId: number, ambient: Ambient, mayGoOn: () => boolean): Promise<void> {
  for (const { channelId } of await store.transact(tenantId, (tx) => tx.loadGates())) {
    for (let round = 0; round < ROUNDS_MAX && mayGoOn() && (await sweepGate(store, tenantId, channelId, ambient)); round++);
  }
}

/** One batch at one gate; whether there may be more at once. */
async function sweepGate(store: GateStore, tenantId: number, channelId: string, ambient: Ambient): Promise<boolean> {
  const now = ambient.now();
  const found = await store.transact(tenantId, async (tx) => {
    const gate = (await tx.loadGates()).find((one) => one.channelId === channelId);
    if (!gate) return null;
    const rule = gateRule(gate, now);
    if (rule === null) return { ids: await tx.findGated(channelId, null, FIRST, AT_ONCE), action: LIFT, more: true };
    if (gate.redateAfter !== null) return redate(tx, gate, rule.kind === "paused" ? { until: rule.until } : { everyMs: rule.everyMs }, now);
    if (rule.kind === "paused") return null;
    const ids = await tx.findGatedDue(channelId, now, throughNow(rule.everyMs, gate.letThroughAt, now));
    if (ids.length > 0) await tx.noteGate({ ...gate, letThroughAt: Math.max(gate.letThroughAt + ids.length * rule.everyMs, now - rule.everyMs) });
    return { ids, action: LIFT, more: false };
  });
  if (found === null || found.ids.length === 0) return false;
  await actOnOrders(store, tenantId, found.ids.map((orderId, index) => command(orderId, typeof found.action === "function" ? found.action(index) : found.action)), ambient);
  return found.more && found.ids.length === AT_ONCE;
}

const LIFT: OrderAction = { type: "lift_channel_hold" };

interface Batch {
  readonly ids: readonly string[];
  readonly action: OrderAction | ((index: number) => OrderAction);
  readonly more: boolean;
}

/** The next orders that wait get the time at which the gate, as it is now, opens or lets them through. */
async function redate(tx: GateTransaction, gate: StoredGate, by: { readonly until: number | null } | { readonly everyMs: number }, now: number): Promise<Batch> {
  const ids = await tx.findGated(gate.channelId, gate.setAt, gate.redateAfter ?? FIRST, AT_ONCE);
  const first = "everyMs" in by && ids.length > 0 ? await tx.takeGateTimes(gate.channelId, ids.length, by.everyMs, now) : now;
  await tx.noteGate({ ...gate, redateAfter: ids.length === AT_ONCE ? (ids.at(-1) ?? null) : null });
  return { ids, action: (index) => ({ type: "date_channel_hold", dueAt: "everyMs" in by ? first + index * by.everyMs : by.until }), more: true };
}

const command = (orderId: string, action: OrderAction): OrderCommand => ({ idempotencyKey: null, bodyHash: "", actor: "sweeper", orderId, expectedVersion: null, occurredAt: null, action });
