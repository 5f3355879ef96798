import { keyOf } from '../../files/import/key.ts';
import type { OrderSummary, Reply } from './api.ts';
import { hasShipped } from './clocks.ts';
import type { Target } from './layout.ts';
import { CALLS_AT_ONCE, eachOf } from '../../files/many.ts';
import type { OrderPlan } from './plan.ts';
import { sendEach } from './send.ts';
import { type OrderState, paymentHolds, type Work } from './stages.ts';

/** The status an order has in Ordo when it is where the data say it is. */
const STATUS_OF: Readonly<Record<Target, readonly string[]>> = {
  delivered: ['COMPLETED'], shipped: ['SHIPPED'], cancelled: ['CANCELLED'], accepted: ['PROCESSING'], reserved: ['PROCESSING', 'ON_HOLD'],
};

export const isWhereItShouldBe = (status: string, target: Target): boolean => STATUS_OF[target].includes(status);

/** Orders that were there before and may have further to go. PROCESSING does not tell whether a node has accepted. */
export function mayGoOn(target: Target, summary: OrderSummary): boolean {
  return target === 'accepted' ? summary.status === 'PROCESSING' || summary.status === 'ON_HOLD' : target !== 'reserved' && !isWhereItShouldBe(summary.status, target);
}

/** Where orders stand that an earlier run left on the way. */
export async function lookUp({ api, dataset, issues, progress }: Work, orders: ReadonlyMap<OrderPlan, string>): Promise<OrderState[]> {
  const states: OrderState[] = [];
  if (orders.size === 0) return states;
  progress.stage('Known', orders.size);
  await eachOf([...orders], CALLS_AT_ONCE, async ([plan, id]) => {
    const reply = await api.findOrder(id);
    if (reply.ok) {
      const { holds, shipments } = reply.value;
      states.push({
        plan, id, holds: paymentHolds(holds.filter((hold) => hold.released_at === null)),
        shipments: shipments.filter(({ status }) => status !== 'CANCELLED').map((shipment) => ({ id: shipment.id, status: shipment.status })),
      });
    } else issues.refusal({ file: dataset.files.orders, row: plan.source.row, orderId: plan.source.id }, reply.problem);
    progress.add(1);
  });
  progress.end();
  return states;
}

interface Fact {
  readonly stage: string;
  readonly action: string;
  readonly from: readonly string[];
  readonly targets: readonly Target[];
  readonly at: (plan: OrderPlan) => number | null;
}

/** The life of a shipment as far as data tell it; shipping records picking and packing on the way. */
const LIFE: readonly Fact[] = [
  { stage: 'Releases', action: 'release', from: ['PLANNED'], targets: ['accepted', 'shipped', 'delivered'], at: ({ clocks }) => clocks.approved },
  { stage: 'Accepts', action: 'accept', from: ['RELEASED'], targets: ['accepted'], at: ({ clocks }) => clocks.approved },
  { stage: 'Departures', action: 'ship', from: ['RELEASED', 'ACCEPTED', 'PICKED', 'PACKED'], targets: ['shipped', 'delivered'], at: ({ clocks }) => clocks.shipped },
  { stage: 'Deliveries', action: 'deliver', from: ['SHIPPED'], targets: ['delivered'], at: ({ clocks }) => clocks.delivered },
];

/** Takes every order from where it stands to where the data say it is. Returns how many facts that took. */
export async function replay(work: Work, states: readonly OrderState[]): Promise<number> {
  let facts = await cancelOrders(work, states.filter(({ plan }) => plan.target === 'cancelled'));
  facts += await liftHolds(work, states.filter(({ plan, holds }) => holds.length > 0 && (hasShipped(plan.target) || plan.target === 'accepted')));
  // One fact of everything, then the next: facts of one shipment never overtake each other.
  for (const fact of LIFE) facts += await report(work, states, fact);
  return facts;
}

async function report(work: Work, states: readonly OrderState[], fact: Fact): Promise<number> {
  const due = states.filter(({ plan }) => fact.targets.includes(plan.target))
    .flatMap((state) => state.shipments.filter(({ status }) => fact.from.includes(status)).map((shipment) => ({ state, shipment })));
  if (due.length === 0) return 0;
  work.progress.stage(fact.stage, due.length);
  const lineOf = ({ state: { plan }, shipment }: (typeof due)[number]): object => {
    const at = fact.at(plan);
    const shipmentNo = shipment.id.slice(shipment.id.lastIndexOf('_') + 1);
    return {
      action: fact.action, shipment: shipment.id, ...(at === null ? {} : { occurred_at: new Date(at).toISOString() }),
      idempotency_key: keyOf(work.settings, plan.source.id, fact.action, shipmentNo),
    };
  };
  await sendEach(work, '/v1/shipments/bulk', due, lineOf, ({ state, shipment }, reply) => {
    if (reply.ok) shipment.status = statusIn(reply.value) ?? shipment.status;
    else note(work, state.plan, reply);
  });
  work.progress.end();
  return due.length;
}

function statusIn(body: Readonly<Record<string, unknown>>): string | undefined {
  const shipment = body['shipment'];
  return typeof shipment === 'object' && shipment !== null && 'status' in shipment && typeof shipment.status === 'string' ? shipment.status : undefined;
}

async function liftHolds(work: Work, states: readonly OrderState[]): Promise<number> {
  const due = states.flatMap(({ plan, id, holds }) => holds.map((holdNo) => ({ plan, id, holdNo })));
  if (due.length === 0) return 0;
  work.progress.stage('Holds', due.length);
  await eachOf(due, CALLS_AT_ONCE, async ({ plan, id, holdNo }) => {
    const reason = `The data have no approval, and say that it went on: ${plan.source.status}.`;
    note(work, plan, await work.api.releaseHold(id, holdNo, reason, keyOf(work.settings, plan.source.id, 'release-hold', String(holdNo))));
    work.progress.add(1);
  });
  work.progress.end();
  return due.length;
}

/** The interface takes no time at which an order was cancelled, so the reason says it. */
async function cancelOrders(work: Work, states: readonly OrderState[]): Promise<number> {
  if (states.length === 0) return 0;
  work.progress.stage('Cancels', states.length);
  await eachOf(states, CALLS_AT_ONCE, async ({ plan, id }) => {
    const reason = `Cancelled in the data; the last known time before is ${new Date(plan.clocks.approved).toISOString()}.`;
    note(work, plan, await work.api.cancel(id, reason, keyOf(work.settings, plan.source.id, 'cancel')));
    work.progress.add(1);
  });
  work.progress.end();
  return states.length;
}

function note({ issues, dataset }: Work, { source }: OrderPlan, reply: Reply<unknown>): void {
  if (!reply.ok) issues.refusal({ file: dataset.files.orders, row: source.row, orderId: source.id }, reply.problem);
}
