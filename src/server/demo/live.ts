import { actOnOrders } from '../../flows/act-on-orders.ts';
import { captureOrders, type CaptureOrder } from '../../flows/capture-orders.ts';
import { changeStock } from '../../flows/change-stock.ts';
import { closeNodes } from '../../flows/close-nodes.ts';
import type { LookStore } from '../../flows/closure-store.ts';
import { parseShipmentId, refuse } from '../../domain/kernel/index.ts';
import type { Ambient, Answer } from '../../flows/ports.ts';
import { ANY_ORDER, type Queries } from '../../flows/queries.ts';
import { type Scenario, SCENARIOS } from '../../flows/sandbox.ts';
import { saveFacts } from '../../flows/save-facts.ts';
import type { StrategyStore } from '../../flows/strategy-store.ts';
import { passingTime } from '../clock.ts';
import { DEMO_PREFIX } from './prefix.ts';
import { LIVE_PACE, orderSteps, type Pace, shipmentSteps, stateOf, type Step } from './journey.ts';
import { createOrder, type Fate, hallOf } from './orders.ts';
import { createRandom } from './random.ts';
import { type Act, actsOf, SCENARIO_PACE } from './scenarios.ts';
import { type DemoDeps, receipt } from './seed.ts';
import { testOrder } from './test-orders.ts';

export interface LiveDemoDeps extends DemoDeps {
  readonly queries: Pick<Queries, 'listOrders' | 'listShipments'>;
  readonly store: StrategyStore & LookStore;
  /** With what routing asks expressions and packs; seeding makes its own. */
  readonly tools: NonNullable<Ambient['tools']>;
}

/** How far a scenario is. */
export interface ScenarioProgress {
  readonly scenario: Scenario;
  readonly startedAt: number;
  /** Orders of it that came in, and that there will be. */
  readonly done: number;
  readonly of: number;
}

export interface LiveDemo {
  /** Places an order that is worth explaining, with the goods for it. */
  placeTestOrder(): Promise<Answer>;
  /** Plays a scenario; one that is playing goes on, and this answers false. */
  play(scenario: Scenario): boolean;
  /** The one that is playing, or was played last. */
  progress(): ScenarioProgress | null;
  stop(): Promise<void>;
}

const ORDER_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
/** Every so many looks, shipments are looked for that go nowhere. */
const LOOKS_PER_ROUND = 5;
const EXTERNAL_PREFIX = 'LIVE-';
/** Orders that go their way by themselves; those that somebody placed to try wait for them. */
const MOVING = [EXTERNAL_PREFIX, ...SCENARIOS.map((scenario) => `${scenario.toUpperCase()}-`)];
/** Orders of an earlier run that are taken up again at most. */
const RESUMED_MAX = 200;
const FATES: readonly Fate[] = ['plain', 'plain', 'plain', 'plain', 'plain', 'plain', 'split', 'unpaid', 'rejected', 'short_pick', 'cancelled', 'collected', 'risky', 'plain', 'bad_address', 'kit'];

/**
 * Keeps the demonstration alive: an order every few seconds that goes its way within minutes, and goods that arrive as
 * fast as they are sold. What fails (a database that restarts) is left out; the next turn tries again.
 */
export function startLiveDemo(deps: LiveDemoDeps, problem: (error: unknown) => void): LiveDemo {
  const ambient: Ambient = { now: deps.now, newId: deps.newId, tools: deps.tools };
  const waiting: Step[] = [];
  let [serial, tests] = [0, 0];
  const passed = passingTime(deps.now);
  const stage = openStage(deps, ambient, passed, (order, fate, also) => take(order, fate, also));
  let nextOrderAt = passed() + ORDER_EVERY_MS;
  let looks = 0;
  let turn: Promise<void> = goOn(deps, passed(), waiting).then((steps) => void waiting.push(...steps)).catch(problem);

  async function look(): Promise<void> {
    const by = passed();
    const due = waiting.filter((step) => step.at <= by);
    waiting.splice(0, waiting.length, ...waiting.filter((step) => !due.includes(step)));
    const answers = due.length === 0 ? [] : await actOnOrders(deps.store, deps.tenantId, due.map(({ command }) => ({ ...command, idempotencyKey: null, occurredAt: null })), ambient);
    for (const answer of answers) if (answer.ok) waiting.push(...furtherSteps(waiting, stateOf(answer.body), serial, { from: passed(), fate: 'plain', release: true, pace: SCENARIO_PACE }));
    // What a node cannot take on any more goes another way, as when it closed: at a time of its own, so it is looked for again and again.
    if ((looks += 1) % LOOKS_PER_ROUND === 0) waiting.push(...await goOn(deps, passed(), waiting));
    await stage.perform();
    if (passed() < nextOrderAt) return;
    nextOrderAt = passed() + ORDER_EVERY_MS;
    await place();
  }

  async function place(): Promise<void> {
    const now = deps.now();
    const fate = FATES[(serial += 1) % FATES.length] ?? 'plain';
    const order = createOrder(`${EXTERNAL_PREFIX}${now.toString(36).toUpperCase()}`, now, fate, createRandom(now));
    await replenish(deps, ambient, order, now);
    const [answer] = await captureOrders(deps.store, deps.tenantId, [order], ambient);
    const state = answer?.ok ? stateOf(answer.body) : null;
    if (state === null) return;
    waiting.push(...orderSteps(serial, state.orderId, now, fate).map((step) => ({ ...step, at: passed() + LIVE_PACE.nodeMs })));
    // The web shop's orders are released by the workers at once; elsewhere somebody has to.
    const release = order.channel !== `${DEMO_PREFIX}web`;
    waiting.push(...furtherSteps(waiting, state, serial, { from: passed() + LIVE_PACE.nodeMs, fate, release, pace: LIVE_PACE }));
  }

  /** An order with the goods for it, and what becomes of both. */
  async function take(order: CaptureOrder, fate: Fate, also: readonly string[]): Promise<void> {
    const now = deps.now();
    serial += 1;
    await replenish(deps, ambient, order, now, also);
    const [answer] = await captureOrders(deps.store, deps.tenantId, [{ ...order, placedAt: now }], ambient);
    if (answer?.ok) waiting.push(...furtherSteps(waiting, stateOf(answer.body), serial, { from: passed() + SCENARIO_PACE.nodeMs, fate, release: true, pace: SCENARIO_PACE }));
  }

  const timer = setInterval(() => {
    turn = turn.then(look).catch(problem);
  }, LOOK_EVERY_MS);
  /** Beside no turn, so that what a person asks for and what time brings never mix. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.then(() => undefined, problem);
    return done;
  };
  return {
    placeTestOrder: () => alone(() => placeTestOrder(deps, tests++, ambient)),
    play: stage.play, progress: stage.progress,
    async stop() {
      clearInterval(timer);
      await turn;
    },
  };
}

/** What is about to be sold arrives first, so that a demonstration left alone for weeks does not run dry. */
async function replenish(deps: LiveDemoDeps, ambient: Ambient, order: CaptureOrder, now: number, also: readonly string[] = []): Promise<void> {
  const scarce = /^KIT-0[14]-BLA$|^GAR-02-BLA$/;
  const wanted = order.lines.filter(({ sku }) => !scarce.test(sku));
  await changeStock(deps.store, deps.tenantId, wanted.flatMap(({ sku, quantity }) => [sku === 'TAB-06-BLA' ? 'berlin' : sku === 'TEX-02-NAT' ? 'kassel-dc' : hallOf(order), ...also].map((node) => receipt(sku, node, Number(quantity), `demo/live/${now}/${sku}/${node}`))), ambient);
}

const isGoing = (waiting: readonly Step[], orderId: string, shipmentNo: number): boolean =>
  waiting.some(({ command: { orderId: its, action } }) => its === orderId && 'shipmentNo' in action && action.shipmentNo === shipmentNo);

interface Going { readonly from: number; readonly fate: Fate; readonly release: boolean; readonly pace: Pace }

/** Steps of the shipments that nobody has begun: those of a new order, and those that come later because a node turned goods down, or because stock arrived. */
export function furtherSteps(waiting: readonly Step[], state: ReturnType<typeof stateOf>, serial: number, { from, fate, release, pace }: Going): Step[] {
  if (state === null) return [];
  const { orderId, shipments } = state;
  return shipments.filter(({ shipmentNo, waits }) => waits && !isGoing(waiting, orderId, shipmentNo)).flatMap(({ shipmentNo }) => shipmentSteps(serial, orderId, shipmentNo, from, fate, release, pace, createRandom(from + shipmentNo)));
}

/** The n-th order of somebody who tries things out, after the goods for it. */
async function placeTestOrder({ store, tenantId, now }: LiveDemoDeps, serial: number, ambient: Ambient): Promise<Answer> {
  const { order, goods } = testOrder(serial, `TEST-${now().toString(36).toUpperCase()}`, now());
  await changeStock(store, tenantId, goods.map((change, n) => ({ idempotencyKey: `demo/${order.externalId}/${n}`, bodyHash: '00', actor: 'demo', occurredAt: null, change })), ambient);
  const [answer] = await captureOrders(store, tenantId, [order], ambient);
  return answer ?? refuse('INTERNAL', 'The order got no answer.');
}

/** Where scenarios are played: one at a time, an act when it is due. */
function openStage(deps: LiveDemoDeps, ambient: Ambient, passed: () => number, take: (order: CaptureOrder, fate: Fate, also: readonly string[]) => Promise<void>): Pick<LiveDemo, 'play' | 'progress'> & { readonly perform: () => Promise<void> } {
  let acts: { readonly at: number; readonly act: Act }[] = [];
  let played: ScenarioProgress | null = null;
  return {
    progress: () => played,
    play(scenario) {
      if (acts.length > 0) return false;
      const [now, from] = [deps.now(), passed()];
      const all = actsOf(scenario, now.toString(36).toUpperCase(), now);
      acts = all.map((act) => ({ at: from + act.afterMs, act }));
      played = { scenario, startedAt: now, done: 0, of: all.reduce((sum, { orders }) => sum + orders.length, 0) };
      return true;
    },
    async perform() {
      const by = passed();
      const due = acts.filter(({ at }) => at <= by);
      acts = acts.filter((one) => !due.includes(one));
      for (const { act } of due) {
        if (act.node !== undefined) await changeNode(deps, act.node, ambient);
        for (const { order, fate } of act.orders) await take(order, fate, order.pickupNode ? [order.pickupNode] : played === null ? [] : STOCKED[played.scenario]);
        if (played !== null) played = { ...played, done: played.done + act.orders.length };
      }
    },
  };
}

/** Stores that get what is asked in a scenario about them; what is collected arrives where it is collected. */
const STOCKED: Readonly<Record<Scenario, readonly string[]>> = { peak: ['berlin'], stores: ['berlin', 'hamburg', 'munich'], outage: ['berlin'] };

/** A node closes with what is at it, or may send less from now on. */
async function changeNode({ store, tenantId }: LiveDemoDeps, change: NonNullable<Act['node']>, ambient: Ambient): Promise<void> {
  const head = { idempotencyKey: null, bodyHash: '00', actor: 'demo' };
  if ('closes' in change) {
    await closeNodes(store, tenantId, { ...head, nodes: [change.code], until: null, reason: change.closes, includeAccepted: false, apply: true }, ambient);
    return;
  }
  const node = (await store.transact(tenantId, (tx) => tx.loadNodes(ambient.now()))).find(({ code }) => code === change.code);
  if (node === undefined) return;
  const { id: _, ...fact } = node;
  const operations = { ...node.operations, capacity: { ...node.operations.capacity, ordersPerDay: change.ordersPerDay } };
  await saveFacts(store, tenantId, [{ ...head, validFrom: null, type: 'node', fact: { ...fact, operations } }], ambient);
}

/** What is on its way and has no steps, because an earlier run left it or its node closed: from the stage each shipment is in. */
async function goOn({ queries, tenantId }: LiveDemoDeps, from: number, waiting: readonly Step[]): Promise<Step[]> {
  const any = { after: null, limit: RESUMED_MAX, places: null };
  const orders = await queries.listOrders(tenantId, { ...ANY_ORDER, ...any, statuses: ['PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED'] });
  const live = new Set(orders.rows.filter((order) => MOVING.some((prefix) => order.external_id.startsWith(prefix))).map((order) => order.id));
  const steps: Step[] = [];
  for (const [stage, status] of STAGES.entries()) {
    const shipments = await queries.listShipments(tenantId, { ...any, node: null, status });
    for (const shipment of shipments.rows.filter(({ order }) => live.has(order))) {
      const id = parseShipmentId(shipment.id);
      if (id === undefined || isGoing(waiting, id.orderId, id.shipmentNo)) continue;
      steps.push(...shipmentSteps(0, id.orderId, id.shipmentNo, from, 'plain', true, LIVE_PACE, createRandom(from + steps.length)).slice(stage + 1));
    }
  }
  return steps;
}

/** In the order of the steps that lead to them. */
const STAGES = ['RELEASED', 'ACCEPTED', 'PICKED', 'PACKED', 'SHIPPED'] as const;
