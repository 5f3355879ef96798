import { asCaptured, claimIdOf, type MovedOrder, movedOrder, type PastEvent, Replay, type ReplayStart, type RoutingTools, type WorldFigures, WorldSum } from "../domain/fulfillment/index.ts";
import type { SoftClaim } from "../domain/inventory/index.ts";
import type { Instant } from "../domain/kernel/index.ts";
import type { Order } from "../domain/order/index.ts";
import type { Strategy } from "../domain/routing/index.ts";
import { FactsOverTime } from "./facts-over-time.ts";
import type { ItemThen, Past, PastRange } from "./past.ts";
import { type Beginning, type Breathe, logOf, rebuild, WHOLE_AT_ONCE } from "./rebuild-past.ts";

/** What is asked: the orders of a range, decided by what held then and, where there is one, by another strategy. */
export interface SimulationQuestion {
  readonly range: PastRange;
  /** Decides in place of the version that held, for channels that routed by its code; with a channel, for that one, whatever it routed by. */
  readonly strategy: Strategy | null;
  /** How many orders to make up of those of the range, in place of them; null for the orders themselves. */
  readonly generated: number | null;
}

/** What a simulation is run with. */
export interface SimulationRun {
  readonly tools: RoutingTools;
  readonly breathe: Breathe;
  /** How many orders of how many are done. */
  readonly progress: (done: number, total: number) => Promise<void>;
  /** Orders that went elsewhere, some at a time. */
  readonly moved: (orders: readonly MovedOrder[]) => Promise<void>;
  /** A whole number from the first to the second; the same ones in every run. */
  readonly draw: (least: number, most: number) => number;
  readonly newId: () => string;
  /** Is shown every decision of the world that goes by what held. */
  readonly decided?: NonNullable<ReplayStart["decided"]>;
}

export interface SimulationResult {
  readonly orders: number;
  readonly moved: number;
  /** Past orders that the rules which held send where they went in fact; null where the orders were made up. */
  readonly reproduced: number | null;
  readonly live: WorldFigures;
  /** Null where no strategy was asked about: what moved went elsewhere than in fact. */
  readonly draft: WorldFigures | null;
  readonly nodes: ReadonlyMap<string, { readonly code: string; readonly name: string }>;
}

interface Course {
  readonly past: Past;
  readonly tenantId: number;
  readonly question: SimulationQuestion;
  readonly run: SimulationRun;
  readonly beginning: Beginning;
  readonly facts: FactsOverTime;
  readonly worlds: readonly Replay[];
  /** Orders that were made up, the earliest last; taken off as they come. */
  readonly made: Order[];
}

/** Lives through a range of the past again, in one world or in two beside each other, and says what went elsewhere. Writes nothing. */
export async function simulate(past: Past, tenantId: number, question: SimulationQuestion, run: SimulationRun): Promise<SimulationResult> {
  const { range, strategy } = question;
  const beginning = await rebuild(past, tenantId, range, run.breathe);
  const starts = [range.from, ...await past.factChanges(tenantId, range.from, range.to)];
  const facts = new FactsOverTime(past, tenantId, starts, await itemsThen(past, tenantId, range, beginning, run.breathe));
  await facts.load(range.from);
  const open = async (substitute: Strategy | null, decided?: SimulationRun["decided"]): Promise<Replay> => {
    const books = await beginning.books();
    const { items, backlog, claims, promisable, shipments } = beginning;
    const world: Replay = new Replay({
      ...books, items, backlog, claims, promisable, shipments, ...(decided ? { decided } : {}),
      facts: facts.sourcing(run.tools, (nodeId) => world.backlog(nodeId), substitute && { strategy: substitute, channelId: range.channelId }),
    });
    return world;
  };
  const live = await open(null, run.decided);
  const draft = strategy === null ? null : await open(strategy);
  const made = question.generated === null ? [] : await makeUp(past, tenantId, question.generated, beginning, run);
  await liveThrough({ past, tenantId, question, run, beginning, facts, worlds: draft === null ? [live] : [live, draft], made });
  return sumUp(live, draft, facts, question, run);
}

async function itemsThen(past: Past, tenantId: number, range: PastRange, { items }: Beginning, breathe: Breathe): Promise<ReadonlyMap<string, readonly ItemThen[]>> {
  const versions = new Map<string, ItemThen[]>();
  const ids = [...items];
  for (let n = 0; n < ids.length; n += WHOLE_AT_ONCE) {
    for (const version of await past.items(tenantId, ids.slice(n, n + WHOLE_AT_ONCE), range)) {
      const known = versions.get(version.item.id);
      if (known) known.push(version);
      else versions.set(version.item.id, [version]);
    }
    await breathe();
  }
  return versions;
}

/** Orders like those of the range: baskets, destinations and times of as many of them as are wanted, drawn with repetition. */
async function makeUp(past: Past, tenantId: number, count: number, { orderIds }: Beginning, { draw, newId, breathe }: SimulationRun): Promise<Order[]> {
  const ids = [...orderIds];
  const drawn = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const id = ids[draw(0, ids.length - 1)];
    if (id !== undefined) drawn.set(id, (drawn.get(id) ?? 0) + 1);
  }
  const made: Order[] = [];
  const chosen = [...drawn.keys()];
  for (let n = 0; n < chosen.length; n += WHOLE_AT_ONCE) {
    for (const order of await past.orders(tenantId, chosen.slice(n, n + WHOLE_AT_ONCE))) {
      const moves = order.lines.map(({ lineNo, itemId, ordered }) => ({ orderId: order.id, lineNo, itemId, from: null, to: "pending" as const, quantity: ordered, nodeId: null, shipmentNo: null }));
      const template = asCaptured({ ...order, holds: [] }, moves);
      for (let n = drawn.get(order.id) ?? 0; n > 0; n--) made.push({ ...template, id: newId() });
    }
    await breathe();
  }
  return made.toSorted((a, b) => b.capturedAt - a.capturedAt || (a.id < b.id ? 1 : -1));
}

async function liveThrough(course: Course): Promise<void> {
  const { beginning: { orderIds }, run, question: { range, generated } } = course;
  const total = generated ?? orderIds.size;
  let done = 0;
  await run.progress(0, total);
  for await (const page of pagesOf(course)) {
    await livePage(course, page);
    done += page.orders.size;
    await run.progress(Math.min(done, total), total);
  }
  await comeIn(course, range.to);
  await run.progress(total, total);
}

/** Events that follow each other, never half a commit, with the range's orders that came in with them and the claims that they are about. */
interface LogPage {
  readonly events: readonly PastEvent[];
  readonly orders: ReadonlyMap<string, Order>;
  readonly claims: ReadonlyMap<string, SoftClaim>;
}

/** The log from the beginning of the range to its end. */
async function* pagesOf({ past, tenantId, beginning: { span, orderIds } }: Course): AsyncGenerator<LogPage> {
  let rest: readonly PastEvent[] = [];
  for await (const read of logOf(past, tenantId, span)) {
    const all = [...rest, ...read];
    const last = all.at(-1);
    const events = last?.position === span.until ? all : all.filter(({ commit }) => commit !== last?.commit);
    rest = all.slice(events.length);
    if (events.length === 0) continue;
    const captured = events.flatMap(({ type, orderId }) => (type === "OrderCaptured" && orderId !== null && orderIds.has(orderId) ? [orderId] : []));
    const orders = captured.length === 0 ? [] : await past.orders(tenantId, captured);
    const claimIds = [...new Set(events.flatMap((event) => claimIdOf(event) ?? []))];
    const claims = claimIds.length === 0 ? [] : await past.claims(tenantId, claimIds);
    yield { events, orders: new Map(orders.map((order) => [order.id, order])), claims: new Map(claims.map((claim) => [claim.id, { ...claim, status: "open" }])) };
  }
}

async function livePage(course: Course, { events, orders, claims }: LogPage): Promise<void> {
  const { beginning, worlds, run, question: { generated } } = course;
  const entered = unitsAtCapture(events, orders);
  for (const event of events) {
    const order = event.type === "OrderCaptured" && event.orderId !== null ? orders.get(event.orderId) : undefined;
    const claimId = claimIdOf(event);
    const decidedAt = order?.capturedAt ?? (event.type === "OrderRouted" ? event.at : null);
    await comeTo(course, decidedAt);
    if (decidedAt !== null) limitNodes(course, decidedAt);
    if (generated !== null) {
      if (order) await comeIn(course, order.capturedAt);
      // What was made up comes in place of the range's own orders.
      if (event.orderId !== null && beginning.orderIds.has(event.orderId)) continue;
      await comeTo(course, decidedAt);
    }
    const came = order ? asCaptured(order, entered.get(order.id) ?? []) : null;
    for (const world of worlds) world.apply(event, came, (claimId === null ? undefined : claims.get(claimId)) ?? null);
    await run.breathe();
  }
}

/** Entries by which units came into orders in the commit in which these were captured. */
function unitsAtCapture(page: readonly PastEvent[], captured: ReadonlyMap<string, Order>): ReadonlyMap<string, PastEvent["moves"]> {
  const commits = new Map(page.flatMap(({ type, orderId, commit }) => (type === "OrderCaptured" && orderId !== null && captured.has(orderId) ? [[orderId, commit] as const] : [])));
  const units = new Map<string, PastEvent["moves"][number][]>();
  for (const { orderId, commit, moves } of page) {
    if (orderId === null || commits.get(orderId) !== commit) continue;
    units.set(orderId, [...(units.get(orderId) ?? []), ...moves.filter(({ from }) => from === null)]);
  }
  return units;
}

/** What an event reads: the facts by which it was decided, and those of the latest decision before it, whichever of them was earlier. */
async function comeTo({ facts, worlds: [world] }: Course, decidedAt: Instant | null): Promise<void> {
  const latest = Math.max(world?.now ?? 0, decidedAt ?? 0);
  await facts.load(decidedAt ?? latest, latest);
}

function limitNodes({ facts, worlds }: Course, now: Instant): void {
  const nodes = facts.nodes(now);
  for (const world of worlds) world.limit(nodes);
}

/** Orders that were made up come in when their time has come. */
async function comeIn(course: Course, until: Instant): Promise<void> {
  const { facts, made, worlds, run } = course;
  for (let order = made.at(-1); order !== undefined && order.capturedAt <= until; order = made.at(-1)) {
    made.pop();
    await facts.load(order.capturedAt);
    limitNodes(course, order.capturedAt);
    for (const world of worlds) world.capture(order);
    await run.breathe();
  }
}

/** Orders of which it is told at once. */
const MOVED_AT_ONCE = 200;

async function sumUp(live: Replay, draft: Replay | null, facts: FactsOverTime, { range, generated }: SimulationQuestion, { moved: tell, breathe }: SimulationRun): Promise<SimulationResult> {
  await facts.load(range.to);
  const nodes = new Map(facts.nodes(range.to).map((node) => [node.id, node]));
  const [liveSum, draftSum] = [new WorldSum(), new WorldSum()];
  const pending: MovedOrder[] = [];
  let [moved, reproduced] = [0, 0];
  for (const order of live.orders.values()) {
    const other = draft?.orders.get(order.order.id) ?? null;
    liveSum.add(order, (id) => nodes.get(id));
    if (other !== null) draftSum.add(other, (id) => nodes.get(id));
    if (order.made.isSame(order.recorded) && !order.refused) reproduced += 1;
    // What was made up has nothing in fact to be compared with.
    const one = other === null && generated !== null ? null : movedOrder(order, other, (id) => nodes.get(id)?.name ?? id);
    if (one !== null) {
      pending.push(one);
      moved += 1;
    }
    if (pending.length === MOVED_AT_ONCE) await tell(pending.splice(0));
    await breathe();
  }
  await tell(pending);
  return {
    orders: live.orders.size, moved, reproduced: generated === null ? reproduced : null,
    live: liveSum.figures(live.losses), draft: draft && draftSum.figures(draft.losses), nodes: new Map([...nodes.values()].map(({ id, code, name }) => [id, { code, name }])),
  };
}
