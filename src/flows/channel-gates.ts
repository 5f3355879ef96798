import { type Channel, type ChannelGate, gateRule } from "../domain/catalog/index.ts";
import { publicId, refuse } from "../domain/kernel/index.ts";
import { StockBook } from "../domain/inventory/index.ts";
import { type CheckedOrder, type HoldRequest, Journal, orderHold, refuseFields } from "../domain/order/index.ts";
import { answerOnce, done } from "./idempotent.ts";
import { type Ambient, type Answer, type CommandHead, contextOf, type Store, type Transaction } from "./ports.ts";

/** A channel's gate as it is kept. */
export interface StoredGate extends ChannelGate {
  readonly channelId: string;
  readonly setBy: string;
  /** When the last of its waiting orders was let through. */
  readonly letThroughAt: number;
  /** The order after which those that wait are still to get a time by the gate as it is now; null where all have theirs. */
  readonly redateAfter: string | null;
  /** The last of those that waited when it was set: who came later has a time by it. */
  readonly redateThrough: string;
  /** The time that the next of those gets. */
  readonly redateAt: number;
}

/** How far a gate's waiting orders are. */
export type GateProgress = Pick<StoredGate, "letThroughAt" | "redateAfter" | "redateAt">;

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
  /** Writes a gate. Those that wait are to get times by it, so far apart, and who comes from now on takes one behind them; null where it opens. */
  saveGate(gate: Omit<StoredGate, keyof GateProgress | "redateThrough">, everyMs: number | null): Promise<void>;
  /** Writes how far its orders are, and locks it. Where it is not as it was read any more, the transaction starts again. Comes after orders. */
  noteGate(read: StoredGate, progress: GateProgress): Promise<void>;
  dropGate(gate: StoredGate): Promise<void>;
  /** Orders of a channel that wait at its gate, oldest first, after one and up to another. */
  findGated(channelId: string, after: string, through: string, limit: number): Promise<readonly string[]>;
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
    const gate = { channelId: channel.id, state: STATES[type], until, ...throttle, reason, setAt: now, setBy: command.actor };
    const journal = new Journal(contextOf(ambient, now, command), new StockBook([], []));
    const shown = { channel: channel.code, ...(type === "resume" ? {} : { until: until === null ? null : new Date(until).toISOString() }), ...(type === "throttle" ? { orders: command.orders, per_seconds: command.perSeconds } : {}) };
    journal.event(EVENTS[type], null, shown, { reason });
    return {
      answers: [done({ id: publicId("channel", channel.id), code: channel.code, state: gate.state, until: until === null ? null : new Date(until).toISOString() })],
      save: async () => {
        await tx.saveGate(gate, everyMsOf(gate));
        await tx.save(journal);
      },
    };
  }));
  return answer;
}

/** How far apart a gate lets orders through; a paused one lets all through at the same time. */
function everyMsOf(gate: ChannelGate): number | null {
  const rule = gateRule(gate, gate.setAt);
  return rule === null ? null : rule.kind === "paused" ? 0 : rule.everyMs;
}

/**
 * The holds of new orders whose channels are paused or throttled. Orders of a throttled channel take the next times in its row. Batches with
 * orders of either follow one another, and a gate changes between them: none waits by one that is gone. Comes before stock is read.
 */
export async function openGates(tx: Transaction, checked: readonly CheckedOrder[], now: number): Promise<(checked: CheckedOrder) => readonly HoldRequest[]> {
  const next = new Map<string, number>();
  const channels = new Map(checked.map(({ channel }) => [channel.id, channel]));
  for (const [channelId, { gate }] of [...channels].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const rule = gateRule(gate, now);
    if (!gate || rule === null) continue;
    const count = rule.kind === "throttled" ? checked.filter(({ channel }) => channel.id === channelId).length : 0;
    next.set(channelId, await tx.takeGateTimes({ channelId, setAt: gate.setAt }, count, rule.kind === "throttled" ? rule.everyMs : 0, now));
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
