import { actOnOrders } from '../../flows/act-on-orders.ts';
import { captureOrders, type CaptureOrder } from '../../flows/capture-orders.ts';
import { changeStock } from '../../flows/change-stock.ts';
import { parsePublicId, parseShipmentId } from '../../domain/kernel/index.ts';
import type { Ambient } from '../../flows/ports.ts';
import { ANY_ORDER, type Queries } from '../../flows/queries.ts';
import { DEMO_PREFIX } from './catalogue.ts';
import { LIVE_PACE, orderSteps, shipmentSteps, stateOf, type Step } from './journey.ts';
import { createOrder, type Fate } from './orders.ts';
import { createRandom } from './random.ts';
import { type DemoDeps, receipt } from './seed.ts';

export interface LiveDemoDeps extends DemoDeps {
  readonly queries: Pick<Queries, 'listOrders' | 'listShipments'>;
}

export interface LiveDemo {
  stop(): Promise<void>;
}

const ORDER_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
const EXTERNAL_PREFIX = 'LIVE-';
/** Orders of an earlier run that are taken up again at most. */
const RESUMED_MAX = 200;
const FATES: readonly Fate[] = ['plain', 'plain', 'plain', 'plain', 'plain', 'plain', 'split', 'unpaid', 'rejected', 'short_pick', 'cancelled', 'collected', 'risky', 'plain', 'bad_address', 'kit'];

/**
 * Keeps the demonstration alive: an order every few seconds that goes its way within minutes, and goods that arrive as
 * fast as they are sold. What fails (a database that restarts) is left out; the next turn tries again.
 */
export function startLiveDemo(deps: LiveDemoDeps, problem: (error: unknown) => void): LiveDemo {
  const ambient: Ambient = { now: deps.now, newId: deps.newId };
  const waiting: Step[] = [];
  let serial = 0;
  let nextOrderAt = deps.now() + ORDER_EVERY_MS;
  let turn: Promise<void> = goOn(deps).then((steps) => void waiting.push(...steps)).catch(problem);

  async function look(): Promise<void> {
    const due = waiting.filter((step) => step.at <= deps.now());
    waiting.splice(0, waiting.length, ...waiting.filter((step) => !due.includes(step)));
    if (due.length > 0) await actOnOrders(deps.store, deps.tenantId, due.map(({ command }) => ({ ...command, idempotencyKey: null, occurredAt: null })), ambient);
    if (deps.now() < nextOrderAt) return;
    nextOrderAt = deps.now() + ORDER_EVERY_MS;
    await place();
  }

  async function place(): Promise<void> {
    const now = deps.now();
    const fate = FATES[(serial += 1) % FATES.length] ?? 'plain';
    const order = createOrder(`${EXTERNAL_PREFIX}${now.toString(36).toUpperCase()}`, now, fate, createRandom(now));
    await replenish(order, now);
    const [answer] = await captureOrders(deps.store, deps.tenantId, [order], ambient);
    const state = answer?.ok ? stateOf(answer.body) : null;
    if (state === null) return;
    waiting.push(...orderSteps(serial, state.orderId, now, fate).map((step) => ({ ...step, at: now + LIVE_PACE.nodeMs })));
    // The web shop's orders are released by the workers at once; elsewhere somebody has to.
    const release = order.channel !== `${DEMO_PREFIX}web`;
    for (const { shipmentNo } of state.shipments) waiting.push(...shipmentSteps(serial, state.orderId, shipmentNo, now + LIVE_PACE.nodeMs, fate, release, LIVE_PACE, createRandom(now + shipmentNo)));
  }

  /** What is about to be sold arrives first, so that a demonstration left alone for weeks does not run dry. */
  async function replenish({ lines }: CaptureOrder, now: number): Promise<void> {
    const scarce = /^KIT-0[14]-BLA$|^GAR-02-BLA$/;
    const wanted = lines.filter(({ sku }) => !scarce.test(sku));
    await changeStock(deps.store, deps.tenantId, wanted.map(({ sku, quantity }) => receipt(sku, sku === 'TAB-06-BLA' ? 'berlin' : 'kassel-dc', Number(quantity), `demo/live/${now}/${sku}`)), ambient);
  }

  const timer = setInterval(() => {
    turn = turn.then(look).catch(problem);
  }, LOOK_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await turn;
    },
  };
}

/** What an earlier run left on its way, from the stage each shipment is in. */
async function goOn({ queries, tenantId, now }: LiveDemoDeps): Promise<Step[]> {
  const any = { after: null, limit: RESUMED_MAX, places: null };
  const orders = await queries.listOrders(tenantId, { ...ANY_ORDER, ...any, statuses: ['PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED'] });
  const live = new Set(orders.rows.filter((order) => order.external_id.startsWith(EXTERNAL_PREFIX)).map((order) => order.id));
  const steps: Step[] = [];
  for (const [stage, status] of STAGES.entries()) {
    const shipments = await queries.listShipments(tenantId, { ...any, node: null, status });
    for (const shipment of shipments.rows.filter(({ order }) => live.has(order))) {
      const id = parseShipmentId(shipment.id);
      if (id === undefined || parsePublicId('order', shipment.order) === undefined) continue;
      steps.push(...shipmentSteps(0, id.orderId, id.shipmentNo, now(), 'plain', true, LIVE_PACE, createRandom(now() + steps.length)).slice(stage + 1));
    }
  }
  return steps;
}

/** In the order of the steps that lead to them. */
const STAGES = ['RELEASED', 'ACCEPTED', 'PICKED', 'PACKED', 'SHIPPED'] as const;
