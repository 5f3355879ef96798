import { z } from 'zod';
import type { CallChannel, FulfilmentTold } from '../../../flows/write-back.ts';
import { dead, ended, found, unreadable, type Step } from '../../kit/answers.ts';
import type { Units } from './allot.ts';
import { accepted, ask, globalId, plainId } from './ask.ts';
import { FULFILMENT_LINES, FULFILMENTS_MAX, REMEMBER, TOLD_FULFILMENTS, TRACKING_NUMBERS_MAX } from './documents.ts';
import { allNodes } from './pages.ts';
import { fulfilmentLines, remembered, toldFulfilments, type Fulfilment } from './shapes.ts';

/** What an earlier call about this shipment may have left at the shop. */
export interface Traces {
  /** Fulfilments that carry all the shipment's tracking numbers. */
  readonly fulfilments: readonly Fulfilment[];
  /** What remained when a shipment without tracking numbers was first told; null where it never was. */
  readonly remainedBefore: Units | null;
}

const units = z.record(z.string(), z.number());

export async function tracesOf(told: FulfilmentTold, call: CallChannel): Promise<Step<Traces>> {
  const subject = `order ${told.orderExternalId}`;
  const variables = { order: globalId('Order', told.orderExternalId), shipment: told.shipmentId };
  const answer = await ask(call, { document: TOLD_FULFILMENTS, variables, shape: toldFulfilments, subject });
  if (!answer.ok) return answer;
  const { order } = answer.value;
  if (!order) return ended(dead(`The channel does not know ${subject}.`));
  if (order.fulfillments.length >= FULFILMENTS_MAX) {
    return ended(dead(`The order has ${FULFILMENTS_MAX} or more fulfilments, too many to see whether this shipment is among them.`));
  }
  return found({ fulfilments: order.fulfillments.filter((one) => carriesAll(one, told.trackingNumbers)), remainedBefore: readUnits(order.metafield?.value) });
}

function carriesAll({ status, trackingInfo }: Fulfilment, numbers: readonly string[]): boolean {
  if (numbers.length === 0 || status === 'CANCELLED' || status === 'ERROR' || status === 'FAILURE') return false;
  const shown = new Set(trackingInfo.map(({ number }) => number));
  return numbers.slice(0, TRACKING_NUMBERS_MAX).every((number) => shown.has(number));
}

function readUnits(value: string | undefined): Units | null {
  if (value === undefined) return null;
  try {
    const parsed = units.safeParse(JSON.parse(value));
    return parsed.success ? new Map(Object.entries(parsed.data)) : null;
  } catch {
    return null;
  }
}

/**
 * Units of the shipment that were told already: by its tracking numbers those of the fulfilments that carry them; without tracking
 * numbers what remains less than when it was first told.
 */
export async function unitsToldBefore(traces: Traces, remainingNow: Units, call: CallChannel): Promise<Step<Units>> {
  const told = new Map([...(traces.remainedBefore ?? [])].map(([line, before]) => [line, Math.max(0, before - (remainingNow.get(line) ?? 0))]));
  for (const { id } of traces.fulfilments) {
    const lines = await linesOf(id, call);
    if (!lines.ok) return lines;
    for (const { lineItem, quantity } of lines.value) told.set(plainId(lineItem.id), (told.get(plainId(lineItem.id)) ?? 0) + (quantity ?? 0));
  }
  return found(told);
}

function linesOf(fulfilment: string, call: CallChannel) {
  return allNodes<{ lineItem: { id: string }; quantity?: number | null | undefined }>(null, async (after) => {
    const answer = await ask(call, { document: FULFILMENT_LINES, variables: { fulfilment, after }, shape: fulfilmentLines, subject: 'an earlier fulfilment' });
    if (!answer.ok) return answer;
    return answer.value.fulfillment === null ? unreadable('an earlier fulfilment') : found(answer.value.fulfillment.fulfillmentLineItems);
  });
}

/** A fulfilment without tracking numbers looks like any other: before it is told, the order keeps what remains of its lines. */
export async function rememberRemaining(told: FulfilmentTold, remaining: Units, call: CallChannel): Promise<Step<null>> {
  const kept = Object.fromEntries(told.lines.map(({ externalId }) => [plainId(externalId), remaining.get(plainId(externalId)) ?? 0]));
  const metafields = [{
    ownerId: globalId('Order', told.orderExternalId), namespace: 'ordo', key: told.shipmentId, type: 'json', value: JSON.stringify(kept),
  }];
  const answer = await ask(call, { document: REMEMBER, variables: { metafields }, shape: remembered, subject: `order ${told.orderExternalId}` });
  return answer.ok ? accepted(null, answer.value.metafieldsSet.userErrors) : answer;
}
