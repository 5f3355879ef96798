import { type FieldError, MINOR_MAX } from '../../domain/kernel/index.ts';
import type { ChannelOrder, ChannelTotals, Translation } from '../kit/types.ts';
import { attributesOf } from './attributes.ts';
import { fieldErrors } from './field-errors.ts';
import { channelLines, leftThere, type RemainingLine, remainingLines, takenOff } from './lines.ts';
import { isRecord, orderMessage, type OrderMessage, withExactIds } from './message.ts';
import { paymentOf, riskOf } from './payment.ts';
import { addressOf, classOf, customerOf } from './people.ts';
import { firstText } from './text.ts';
import { channelTotals, withStatedDiscounts } from './totals.ts';

/** A message that is a whole order: bare as webhooks send it, or as {"order": …} as the REST API answers. */
export function translateOrder(body: unknown): Translation {
  const wrapped = isRecord(body) && 'order' in body && !('id' in body);
  const [order, place] = wrapped ? [body['order'], '/order'] : [body, ''];
  const parsed = orderMessage.safeParse(isRecord(order) ? withExactIds(order) : order);
  return parsed.success ? snapshot(parsed.data, place) : { kind: 'malformed', errors: fieldErrors(parsed.error.issues, order, place) };
}

function snapshot(message: OrderMessage, place: string): Translation {
  const lines = withStatedDiscounts(message, remainingLines(message));
  const totals = channelTotals(message, lines);
  const tooLarge = beyondLimits(totals, lines, place);
  if (tooLarge) return { kind: 'malformed', errors: [tooLarge] };
  if (lines.length > 0 && lines.every(({ shipped }) => !shipped)) {
    return { kind: 'ignored', externalId: message.id, reason: 'Nothing is to be sent: every line is a gift card, a tip or needs no shipping.' };
  }
  return { kind: 'order', order: channelOrder(message, lines, totals) };
}

function channelOrder(message: OrderMessage, lines: readonly RemainingLine[], totals: ChannelTotals): ChannelOrder {
  const remaining = lines.filter((line) => line.shipped && line.remaining > 0);
  return {
    externalId: message.id,
    name: firstText(200, message.name) ?? message.id,
    version: message.updated_at ?? message.created_at,
    test: message.test === true,
    cancelled: cancellationOf(message, remaining.length),
    currency: message.currency,
    placedAt: message.processed_at ?? message.created_at,
    lines: channelLines(remaining, totals.taxMinor),
    takenOff: takenOff(message, lines),
    leftThere: leftThere(remaining),
    totals,
    payment: paymentOf(message),
    risk: riskOf(message),
    customer: customerOf(message),
    ...classOf(message),
    shipTo: addressOf(message.shipping_address),
    billTo: addressOf(message.billing_address),
    note: firstText(5000, message.note) ?? null,
    attributes: attributesOf(message, lines),
  };
}

function cancellationOf(message: OrderMessage, remainingCount: number): ChannelOrder['cancelled'] {
  const reason = firstText(200, message.cancel_reason);
  if (typeof message.cancelled_at === 'number' || reason !== undefined) return { at: message.cancelled_at ?? null, reason: reason ?? 'no reason given' };
  return remainingCount === 0 ? { at: null, reason: 'every line was removed' } : null;
}

/** Single amounts are exact; their sums and products have to be, too. */
function beyondLimits(totals: ChannelTotals, lines: readonly RemainingLine[], place: string): FieldError | undefined {
  const figures = [totals.totalMinor, totals.shippingMinor, totals.discountMinor, totals.taxMinor, totals.otherMinor, ...lines.map(({ priceMinor }) => priceMinor)];
  const largest = figures.find((figure) => Math.abs(figure) > MINOR_MAX);
  return largest === undefined ? undefined
    : { pointer: `${place}/total_price`, code: 'INVALID_FIELD', detail: `The amounts of this order come to ${largest} minor units, at most ${MINOR_MAX} can be kept.` };
}
