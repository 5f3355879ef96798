import { canShip, type Channel, type Node } from "../catalog/index.ts";
import type { SupplyBook, WaitingUnits } from "../inventory/index.ts";
import { type Instant, publicId } from "../kernel/index.ts";
import { type Journal, waitingOf } from "../order/index.ts";

/** The facts by which inbound goods are given to orders. */
export interface ClaimFacts {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly nodes: readonly Node[];
}

/** An order line that waits, as it stands in the store. */
export interface StoredWaitingLine {
  readonly orderId: string;
  readonly lineNo: number;
  readonly itemId: string;
  readonly units: number;
  readonly channelId: string;
  /** The node that the caller chose, by code. */
  readonly node: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A line may count on what comes to places that could send it: online, of its channel's pool, and the chosen one where one was chosen. */
function mayUse({ channels, nodes }: ClaimFacts, channelId: string, chosen: string | null): (nodeId: string) => boolean {
  const pool = channels.get(channelId)?.nodePool ?? null;
  const codes = new Set(nodes.flatMap((node) => (canShip(node) && (pool === null || pool.includes(node.code)) && (chosen === null || chosen === node.code) ? [node.id] : [])));
  return (nodeId) => codes.has(nodeId);
}

/** Lines whose waiting units this batch changed, but for those of items that are shared out, give back what they need no more and claim what is due first. */
export function claimForChanged(journal: Journal, book: SupplyBook, facts: ClaimFacts, sharedOut: ReadonlySet<string>): void {
  for (const { order, line, before } of journal.changedWaiting()) {
    if (sharedOut.has(line.itemId)) continue;
    const waiting = { orderId: order.id, lineNo: line.lineNo, itemId: line.itemId, before, units: waitingOf(line), mayUse: mayUse(facts, order.channelId, line.document.node) };
    book.fit(waiting);
    tellPromise(journal, book, waiting, before < waiting.units ? "more of the line waits" : "less of the line waits");
  }
  for (const item of book.freedItems()) if (!sharedOut.has(item)) journal.event("SupplyFreed", null, { item: publicId("item", item) });
}

/**
 * Shares the open supply of items out anew among all lines that wait for them, whoever is served first first. `stored` are the
 * lines that wait as they are stored; what this batch made of them counts.
 */
export function shareOutSupply(journal: Journal, book: SupplyBook, itemIds: ReadonlySet<string>, stored: readonly StoredWaitingLine[], facts: ClaimFacts, reason: string): void {
  const changed = new Map(journal.changedWaiting().filter(({ line }) => itemIds.has(line.itemId)).map((one) => [`${one.order.id}|${one.line.lineNo}`, one]));
  const known = new Set(stored.map(({ orderId, lineNo }) => `${orderId}|${lineNo}`));
  const fresh = [...changed].flatMap(([key, { order, line }]): StoredWaitingLine[] =>
    (known.has(key) ? [] : [{ orderId: order.id, lineNo: line.lineNo, itemId: line.itemId, units: 0, channelId: order.channelId, node: line.document.node, attributes: order.document.attributes }]));
  const ranked = [...stored, ...fresh].toSorted(inReleaseOrder(facts.channels));
  const lines = ranked.map((one): WaitingUnits => {
    const now = changed.get(`${one.orderId}|${one.lineNo}`);
    return { ...one, before: one.units, units: now ? waitingOf(now.line) : one.units, mayUse: mayUse(facts, one.channelId, one.node) };
  });
  book.shareOut(itemIds, lines);
  for (const line of lines) tellPromise(journal, book, line, reason);
}

/** A customer who was told one date, or none, has to hear another. The first date of a line is part of its order's own news. */
function tellPromise(journal: Journal, book: SupplyBook, line: WaitingUnits, reason: string): void {
  if (line.before === 0 || line.units === 0) return;
  const [from, to] = [book.expectedBefore(line), book.expectedAt(line)];
  if (from !== to) journal.event("PromiseChanged", line.orderId, { line: line.lineNo, from: shown(from), to: shown(to) }, { reason });
}

const shown = (at: Instant | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The rank of orders without one, and of channels that serve first come, first served. */
const USUAL_PRIORITY = 100;

type Ranked = Pick<StoredWaitingLine, "orderId" | "channelId" | "attributes">;

/** Who is served first: by the attribute `priority` of orders of channels that release by priority, smaller first; then the older order. */
export function inReleaseOrder(channels: ReadonlyMap<string, Channel>): (a: Ranked, b: Ranked) => number {
  const rank = ({ channelId, attributes: { priority } }: Ranked): number =>
    (channels.get(channelId)?.backorders.release === "priority" && priority !== undefined && /^\d{1,6}$/.test(priority) ? Number(priority) : USUAL_PRIORITY);
  return (a, b) => rank(a) - rank(b) || (a.orderId < b.orderId ? -1 : a.orderId > b.orderId ? 1 : 0);
}
