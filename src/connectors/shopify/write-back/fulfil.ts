import type { CallChannel, FulfilmentTold, WriteBackResult } from '../../../flows/write-back.ts';
import { dead, done, found, waits, type Step } from '../../kit/answers.ts';
import { allot, byLocation, totalOf, unitsRemaining, waitingLines, without, type Allotment, type Units, type WaitingLine } from './allot.ts';
import { accepted, ask, plainId } from './ask.ts';
import { CREATE_FULFILMENT } from './documents.ts';
import { fulfilmentOrdersOf } from './fulfilment-orders.ts';
import { created } from './shapes.ts';
import { rememberRemaining, tracesOf, unitsToldBefore, type Traces } from './told-before.ts';

/** How long a fulfilment order on hold is left alone. */
const HOLD_MS = 5 * 60_000;

export async function fulfil(told: FulfilmentTold, call: CallChannel): Promise<WriteBackResult> {
  const traces = await tracesOf(told, call);
  if (!traces.ok) return traces.result;
  const waiting = await waitingOf(told.orderExternalId, call);
  if (!waiting.ok) return waiting.result;
  const before = await unitsToldBefore(traces.value, unitsRemaining(waiting.value), call);
  if (!before.ok) return before.result;
  const units = without(unitsOf(told), before.value);
  if (totalOf(units) === 0) return done('The shipment was told before.');
  const { allotted, missing } = allot(units, waiting.value);
  const obstacle = obstacleOf(missing, waiting.value);
  if (obstacle !== null) return obstacle;
  if (allotted.length === 0) return done('Nothing remains to be fulfilled at the shop for these lines.');
  return tell({ told, allotted, missing, traces: traces.value, remaining: unitsRemaining(waiting.value) }, call);
}

function unitsOf(told: FulfilmentTold): Units {
  const units = new Map<string, number>();
  for (const { externalId, quantity } of told.lines) units.set(plainId(externalId), (units.get(plainId(externalId)) ?? 0) + quantity);
  return units;
}

async function waitingOf(orderExternalId: string, call: CallChannel): Promise<Step<readonly WaitingLine[]>> {
  const orders = await fulfilmentOrdersOf(orderExternalId, call);
  return orders.ok ? found(orders.value.flatMap(({ order, lines }) => waitingLines(order, lines))) : orders;
}

/** Units that wait where they cannot be told now. Nothing is told meanwhile: half a shipment would look like all of it afterwards. */
function obstacleOf(missing: Units, waiting: readonly WaitingLine[]): WriteBackResult | null {
  const standing = waiting.filter(({ orderLine, state }) => missing.has(orderLine) && state !== 'open');
  if (standing.some(({ state }) => state === 'held')) return waits('The fulfilment order is on hold at the shop.', HOLD_MS);
  const [barred] = standing;
  return barred === undefined ? null : dead(`The shop does not let this connection fulfil the lines: their fulfilment order (${plainId(barred.fulfilmentOrder)}) is ${barred.status}.`);
}

interface Telling {
  readonly told: FulfilmentTold;
  readonly allotted: readonly Allotment[];
  readonly missing: Units;
  readonly traces: Traces;
  readonly remaining: Units;
}

async function tell({ told, allotted, missing, traces, remaining }: Telling, call: CallChannel): Promise<WriteBackResult> {
  if (told.trackingNumbers.length === 0 && traces.remainedBefore === null) {
    const kept = await rememberRemaining(told, remaining, call);
    if (!kept.ok) return kept.result;
  }
  for (const group of byLocation(allotted)) {
    const variables = { fulfillment: fulfilmentOf(told, group) };
    const answer = await ask(call, { document: CREATE_FULFILMENT, variables, shape: created, subject: `order ${told.orderExternalId}` });
    const step = answer.ok ? accepted(null, answer.value.fulfillmentCreate.userErrors) : answer;
    if (!step.ok) return step.result;
  }
  const count = allotted.reduce((total, { quantity }) => total + quantity, 0);
  const rest = totalOf(missing);
  return done(rest === 0 ? `${count} units told.` : `${count} of ${count + rest} units told; the rest no longer waits at the shop.`);
}

function fulfilmentOf(told: FulfilmentTold, group: readonly Allotment[]): Readonly<Record<string, unknown>> {
  const orders = [...new Set(group.map(({ line }) => line.fulfilmentOrder))];
  const tracking = { ...(told.carrier === null ? {} : { company: told.carrier }), ...(told.trackingNumbers.length === 0 ? {} : { numbers: told.trackingNumbers }) };
  return {
    lineItemsByFulfillmentOrder: orders.map((fulfillmentOrderId) => ({
      fulfillmentOrderId,
      fulfillmentOrderLineItems: group.filter(({ line }) => line.fulfilmentOrder === fulfillmentOrderId)
        .map(({ line, quantity }) => ({ id: line.fulfilmentOrderLine, quantity })),
    })),
    notifyCustomer: true,
    ...(Object.keys(tracking).length === 0 ? {} : { trackingInfo: tracking }),
  };
}
