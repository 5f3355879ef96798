import { minorUnits } from '../kit/money.ts';
import type { ChannelOrder } from '../kit/types.ts';
import type { OrderMessage } from './message.ts';
import { firstText } from './text.ts';
import { totalMinor } from './totals.ts';

type Payment = ChannelOrder['payment'];

export const paymentOf = (order: OrderMessage): Payment => ({ state: paymentState(order), payments: transactionPayments(order) ?? gatewayPayment(order) });

/** A refunded order stays paid: what the refund took away is no longer among its lines. */
function paymentState(order: OrderMessage): Payment['state'] {
  switch (order.financial_status ?? null) {
    case 'paid': case 'partially_refunded': case 'refunded': return 'paid';
    case 'authorized': return 'authorised';
    case 'partially_paid': return 'partially_paid';
    case 'voided': case 'expired': return 'failed';
    case 'pending': return 'pending';
    default: return totalMinor(order) === 0 ? 'paid' : 'pending';
  }
}

const PAYING: ReadonlySet<string> = new Set(['sale', 'capture', 'authorization']);
const PAYMENTS_MAX = 50;

/** What was paid with what; undefined where the message has no transactions in the order's currency. A capture stands for its authorisation. */
function transactionPayments(order: OrderMessage): Payment['payments'] | undefined {
  const successful = (order.transactions ?? []).filter(({ kind, status }) => PAYING.has(kind ?? '') && status === 'success');
  const captured = new Set(successful.filter(({ kind }) => kind === 'capture').map(({ parent_id }) => parent_id));
  const counted = successful.filter(({ id, kind }) => kind !== 'authorization' || !captured.has(id)).slice(0, PAYMENTS_MAX);
  const payments = counted.flatMap((one) => {
    const amountMinor = (one.currency ?? order.currency) === order.currency ? minorUnits(one.amount ?? undefined, order.currency) : undefined;
    return amountMinor === undefined || amountMinor < 0 ? [] : [{ tender: firstText(100, one.gateway) ?? 'unknown', amountMinor, reference: one.id }];
  });
  return payments.length > 0 && payments.length === counted.length ? payments : undefined;
}

/** Without transactions nobody knows which gateway got how much: one payment that names them all. */
function gatewayPayment(order: OrderMessage): Payment['payments'] {
  const names = [...new Set((order.payment_gateway_names ?? []).flatMap((name) => firstText(100, name) ?? []))];
  const tender = firstText(100, names.join(', '), order.gateway);
  return tender === undefined ? [] : [{ tender, amountMinor: totalMinor(order), reference: null }];
}

const LEVELS: ReadonlyMap<string, NonNullable<ChannelOrder['risk']>> = new Map([['cancel', 'high'], ['investigate', 'medium'], ['accept', 'low']]);

/** The gravest recommendation. */
export function riskOf(order: OrderMessage): ChannelOrder['risk'] {
  const said = new Set((order.order_risks ?? []).map(({ recommendation }) => (recommendation ?? '').toLowerCase()));
  for (const [recommendation, level] of LEVELS) {
    if (said.has(recommendation)) return level;
  }
  return null;
}
