import { DIFFERENCE_KINDS, type DifferenceKind, differencesOf, type OrderFigures, type OrderThere, orderThere } from "../domain/order/index.ts";
import { type ChannelSweeps, type Compared, type ComparedSet, type Difference, type DifferenceKey, type DueSweep, type FiguresSum, type KnownHere, type OpenSweep, type OrderPage, type Reconcile, type SeenOrder, type SweepFigures } from "./channel-sweeps.ts";
import { SWEPT, type Connector } from "./connector.ts";
import type { ArrivedMessage } from "./inbox.ts";
import type { Lease } from "./integration.ts";
import type { Ambient } from "./ports.ts";

/** Changes that a channel writes late, or under a clock that goes behind ours, are read all the same. */
export const SWEEP_OVERLAP_MS = 10 * 60_000;

/** Where a sweep begins. */
export const sinceOf = (sweptUntil: number): number => sweptUntil - SWEEP_OVERLAP_MS;

/** How a message's body is written and hashed: the world outside decides. */
export interface Written {
  readonly body: Uint8Array;
  readonly hash: string;
}

/**
 * Takes a page of a channel's orders: those that nobody knows here, or whose state is newer than ours, go into the inbox as if the
 * channel had sent them. A state has one delivery id, so reading it again, or having been sent it, does nothing twice.
 */
export async function takePage(
  sweeps: ChannelSweeps, lease: Lease, { connection }: DueSweep, sweep: OpenSweep, page: OrderPage, connector: Connector, ambient: Ambient, write: (body: unknown) => Written,
): Promise<OpenSweep | null> {
  const listed = [...new Map(page.orders.map((one) => [one.externalId, one])).values()];
  const { here, buried } = listed.length === 0 ? { here: new Map<string, KnownHere>(), buried: new Map<string, number>() } : await sweeps.known(lease.tenantId, connection.channelId, listed.map(({ externalId }) => externalId));
  const messages: { missing: ArrivedMessage[]; newer: ArrivedMessage[] } = { missing: [], newer: [] };
  const orders = listed.map(({ externalId, body }): SeenOrder => {
    const written = write(body);
    const said = readListed(connector, body, connection.captureTestOrders, written.hash);
    const known = here.get(externalId) ?? null;
    const wanted = isWanted(said, known, buried.get(externalId) ?? null);
    const deliveryId = wanted ? `${SWEPT}:${externalId}:${said.state}` : null;
    if (deliveryId !== null) {
      const message = { id: ambient.newId(), connectionId: connection.id, deliveryId, topic: SWEPT, bodyHash: written.hash, body: written.body };
      messages[known === null ? "missing" : "newer"].push(message);
    }
    return { externalId, there: said.there, unreadable: said.unreadable, deliveryId };
  });
  return sweeps.savePage(lease, { sweep, orders, ...messages, next: page.next }, ambient.now());
}

interface Said {
  readonly there: OrderThere;
  readonly unreadable: boolean;
  readonly cancelled: boolean;
  readonly version: number | null;
  /** What tells this state from others of its order. */
  readonly state: string;
}

function readListed(connector: Connector, body: unknown, captureTestOrders: boolean, hash: string): Said {
  const translation = connector.translate(SWEPT, body);
  if (translation.kind !== "order") {
    const unreadable = translation.kind === "malformed";
    return { there: { figures: null, expected: unreadable }, unreadable, cancelled: false, version: null, state: hash.slice(0, 16) };
  }
  const { order } = translation;
  const there = orderThere(order, captureTestOrders);
  // Some channels count in seconds: two states of one second have the same version.
  const state = `${order.version}:${there.figures?.totalMinor ?? 0}:${there.figures?.units ?? 0}`;
  return { there, unreadable: false, cancelled: order.cancelled !== null, version: order.version, state };
}

/** Orders that were cancelled before anybody knew them leave their tombstone, so that a late message does not capture them. */
function isWanted({ there, unreadable, cancelled, version }: Said, here: KnownHere | null, buried: number | null): boolean {
  if (unreadable) return true;
  if (version === null) return false;
  if (here === null) return (there.expected || cancelled) && (buried === null || buried < version);
  if (here.version === null || here.version < version) return true;
  return here.version === version && (differencesOf(there, here.figures) ?? []).length > 0;
}

const SETS: readonly ComparedSet[] = ["seen", "unseen", "earlier"];
const COMPARED_AT_ONCE = 500;

/**
 * Compares what a sweep saw with what is here, order by order: what differs is kept, what does no longer is closed. It is done
 * again from the beginning after a crash, and finds the same. False where the lease was lost.
 */
export async function compareSweep(
  sweeps: ChannelSweeps, lease: Lease, due: DueSweep, sweep: OpenSweep, { reachMs }: Pick<Reconcile, "reachMs">, ambient: Ambient, mayGoOn: () => boolean,
): Promise<boolean> {
  const placedSince = reachMs === undefined ? 0 : sweep.startedAt - reachMs;
  const sums = new Map<string, SweepFigures>();
  const { id: connectionId } = due.connection;
  for (const set of SETS) {
    let after: string | null = null;
    do {
      if (!mayGoOn()) return false;
      const { orders, next }: { readonly orders: readonly Compared[]; readonly next: string | null } = await sweeps.compared(lease.tenantId, due, sweep, { set, after, limit: COMPARED_AT_ONCE, placedSince });
      if (set !== "earlier") for (const one of orders) addFigures(sums, one);
      if (orders.length > 0 && !(await saveCompared(sweeps, lease, connectionId, orders, ambient.now()))) return false;
      after = next;
    } while (after !== null);
  }
  return sweeps.finish(lease, sweep, connectionId, [...sums.values()].toSorted((a, b) => (a.currency < b.currency ? -1 : 1)), ambient.now());
}

/** Where a state cannot be compared, it is known all the same that the order is there, and here. */
const OF_PRESENCE: readonly DifferenceKind[] = ["missing_here", "unknown_there"];

function saveCompared(sweeps: ChannelSweeps, lease: Lease, connectionId: string, compared: readonly Compared[], now: number): Promise<boolean> {
  const found: Difference[] = [];
  const gone: DifferenceKey[] = [];
  for (const one of compared) {
    const kinds = differencesOf(one.there, one.here?.figures ?? null);
    found.push(...(kinds ?? []).map((kind) => ({ ...one, kind })));
    for (const kind of kinds === null ? OF_PRESENCE : DIFFERENCE_KINDS) if (!kinds?.includes(kind)) gone.push({ externalId: one.externalId, kind });
  }
  return sweeps.saveDifferences(lease, connectionId, found, gone, now);
}

const NONE: FiguresSum = { orders: 0, totalMinor: 0, units: 0 };

function addFigures(sums: Map<string, SweepFigures>, { there, here }: Compared): void {
  // Of what cannot be compared neither side counts.
  if (there !== null && there.figures === null) return;
  if (there?.figures && (there.expected || here !== null)) add(sums, "there", there.figures);
  if (here !== null) add(sums, "here", here.figures);
}

function add(sums: Map<string, SweepFigures>, side: "there" | "here", { currency, totalMinor, units }: OrderFigures): void {
  const sum = sums.get(currency) ?? { currency, there: NONE, here: NONE };
  const before = sum[side];
  sums.set(currency, { ...sum, [side]: { orders: before.orders + 1, totalMinor: before.totalMinor + totalMinor, units: before.units + units } });
}
