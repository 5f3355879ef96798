import { minorUnitsOfSum } from '../kit/money.ts';
import type { ChannelOrder, ChannelTotals } from '../kit/types.ts';
import { inMinor, type PricedLines, sum } from './lines.ts';
import type { OrderMessage } from './message.ts';
import { LENGTHS, shorten } from './text.ts';

type Payment = ChannelOrder['payment'];

/** Every amount is without tax: tax is counted once, in `total_tax`. */
export function totalsOf(order: OrderMessage, priced: PricedLines): ChannelTotals {
  const minor = (amount: string): number => inMinor(amount, order.currency);
  const [shipping, tax] = [minor(order.shipping_total), minor(order.total_tax)];
  const fees = sum(order.fee_lines.map(({ total }) => minor(total)));
  const parts = priced.netMinor + shipping + tax + fees;
  const unshared = Math.max(0, minor(order.discount_total) - priced.discountMinor);
  const { discountMinor, totalMinor, rounding } = settle({ parts, rounding: roundingOf(order, parts), total: minor(order.total), unshared, gifts: giftMinor(order) });
  return {
    totalMinor, discountMinor, taxIncluded: false,
    shippingMinor: Math.max(0, shipping),
    taxMinor: Math.max(0, tax),
    // Shipping or tax below zero (undone by a negative fee) is a reduction like any other.
    otherMinor: fees + priced.restMinor + rounding + Math.min(0, shipping) + Math.min(0, tax),
  };
}

/** A shop's number of decimals is a setting of its own (two of yen, four of euros): it adds up its own figures, and rounds only their sum. */
function roundingOf({ line_items: items, shipping_total: shipping, total_tax: tax, fee_lines: fees, currency }: OrderMessage, parts: number): number {
  const amounts = [...items.map(({ total }) => total), shipping, tax, ...fees.map(({ total }) => total)];
  return (minorUnitsOfSum(amounts, currency) ?? parts) - parts;
}

interface Figures {
  readonly parts: number;
  readonly rounding: number;
  readonly total: number;
  readonly unshared: number;
  readonly gifts: number;
}

/**
 * Gift cards lower the shop's total, yet they pay for the order: the total is what it cost before them wherever that adds up. A discount
 * that no line carries counts where it is needed to add up, and so does what rounding left over. Where nothing adds up, the shop's own
 * figures stay as they are, to be looked at.
 */
function settle({ parts, rounding, total, unshared, gifts }: Figures): { readonly discountMinor: number; readonly totalMinor: number; readonly rounding: number } {
  const readings = [0, rounding].flatMap((rounded) => [0, unshared].flatMap((discountMinor) => [0, gifts].map((paid) => ({ discountMinor, totalMinor: total + paid, rounding: rounded }))));
  return readings.find((one) => parts + one.rounding - one.discountMinor === one.totalMinor) ?? { discountMinor: unshared, totalMinor: total, rounding: 0 };
}

const giftMinor = (order: OrderMessage): number => sum(order.gift_cards.map(({ amount }) => inMinor(amount, order.currency)));

export function paymentOf(order: OrderMessage, totalMinor: number): Payment {
  const cards = order.gift_cards.map(({ id, code, amount }) => ({ tender: 'gift_card', amountMinor: inMinor(amount, order.currency), reference: id ?? masked(code) }));
  const amountMinor = Math.max(0, totalMinor - giftMinor(order));
  const tender = shorten(order.payment_method, LENGTHS.tender) || shorten(order.payment_method_title, LENGTHS.tender) || 'none';
  const rest = { tender, amountMinor, reference: shorten(order.transaction_id, LENGTHS.name) || null };
  return { state: stateOf(order), payments: cards.length > 0 && amountMinor === 0 ? cards : [rest, ...cards] };
}

/** A gift card's code is money: who knows it can spend it. */
const masked = (code: string): string | null => (code.length > 4 ? `…${shorten(code.slice(-4), 4)}` : null);

function stateOf(order: OrderMessage): Payment['state'] {
  if (order.date_paid_gmt !== null || order.date_paid !== null) return 'paid';
  // Cash on delivery is being processed unpaid: it is collected at the door.
  if (order.status === 'processing' && order.payment_method === 'cod') return 'authorised';
  if (['processing', 'completed', 'refunded'].includes(order.status)) return 'paid';
  return order.status === 'failed' ? 'failed' : 'pending';
}
