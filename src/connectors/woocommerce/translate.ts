import type { ChannelOrder, Translation } from '../kit/types.ts';
import { priceLines, inMinor } from './lines.ts';
import { isRecord, type OrderMessage, plainStatus, readOrder } from './message.ts';
import { paymentOf, totalsOf } from './payment.ts';
import { addressOf, classOf, customerOf, shipToOf } from './people.ts';
import { withoutRefunded } from './refunds.ts';
import { LENGTHS, plainText, shorten } from './text.ts';

/** A webhook's topic, or 'sweep' for an order that was read from the shop. All carry the whole order. */
const SNAPSHOTS: ReadonlySet<string> = new Set(['order.created', 'order.updated', 'order.restored', 'sweep']);
/** Carts that are not placed yet. */
const DRAFTS: ReadonlySet<string> = new Set(['checkout-draft', 'auto-draft', 'draft']);

/** Pure; never throws, whatever the body is. */
export function translate(topic: string, body: unknown): Translation {
  if (SNAPSHOTS.has(topic)) return translateOrder(body);
  if (topic === 'order.deleted') {
    return { kind: 'ignored', externalId: idOf(body, ['id']), reason: 'A deleted order says nothing of its goods; cancel it instead.' };
  }
  if (topic === 'order.refunded') return kept(idOf(body, ['order_id', 'id']));
  if (/^(?:order_)?refund\./.test(topic)) return kept(idOf(body, ['order_id', 'parent_id']) ?? refundedOrder(body));
  return { kind: 'ignored', externalId: null, reason: `Nothing follows from ${shorten(topic, 100) || 'a message without a topic'}.` };
}

const kept = (externalId: string | null): Translation => ({ kind: 'kept', externalId, reason: 'Refunds are kept until payments can be refunded.' });

function translateOrder(body: unknown): Translation {
  const status = isRecord(body) && typeof body['status'] === 'string' ? plainStatus(body['status']) : '';
  if (DRAFTS.has(status)) return { kind: 'ignored', externalId: idOf(body, ['id']), reason: `The order is not placed yet: its status is ${status}.` };
  const read = readOrder(body);
  return 'errors' in read ? { kind: 'malformed', errors: read.errors } : { kind: 'order', order: toOrder(read.order, read.writtenAt) };
}

function toOrder(ordered: OrderMessage, writtenAt: number): ChannelOrder {
  const { order, takenOff } = withoutRefunded(ordered);
  const priced = priceLines(order.line_items, order.currency, inMinor(order.total_tax, order.currency));
  const totals = totalsOf(order, priced);
  return {
    externalId: order.id,
    name: `#${numberOf(order).replace(/^#/, '')}`,
    version: writtenAt,
    test: false,
    cancelled: cancelledOf(order.status) ?? (priced.lines.length === 0 && Object.keys(takenOff).length > 0 ? { at: null, reason: 'every line was refunded' } : null),
    currency: order.currency,
    placedAt: order.date_created_gmt ?? order.date_created ?? writtenAt,
    lines: priced.lines,
    takenOff,
    leftThere: order.status === 'completed' ? Object.fromEntries(priced.lines.map(({ externalId, quantity }) => [externalId, Number(quantity)])) : {},
    totals,
    payment: paymentOf(order, totals.totalMinor),
    risk: null,
    customer: customerOf(order),
    ...classOf(order),
    shipTo: shipToOf(order),
    billTo: addressOf(order.billing),
    note: shorten(order.customer_note, LENGTHS.note) || null,
    attributes: attributesOf(order),
  };
}

const numberOf = ({ number, id }: OrderMessage): string => shorten(number, 50) || id;

/** The shop does not say when. */
function cancelledOf(status: string): ChannelOrder['cancelled'] {
  if (status === 'cancelled') return { at: null, reason: 'cancelled at the shop' };
  // All of the money went back: what has not left is not wanted any more.
  if (status === 'refunded') return { at: null, reason: 'refunded at the shop' };
  return status === 'trash' ? { at: null, reason: 'moved to the bin' } : null;
}

/** The order's own meta data stay out: plug-ins keep personal data there. */
function attributesOf(order: OrderMessage): Readonly<Record<string, string>> {
  const entries = [
    ['number', numberOf(order)],
    ['created_via', order.created_via],
    ['status', order.status],
    ['coupon_codes', order.coupon_lines.map(({ code }) => code).filter(Boolean).join(', ')],
    ['shipping_method', (order.shipping_lines ?? []).map(({ method_title, method_id }) => plainText(method_title, LENGTHS.name) || method_id).filter(Boolean).join(', ')],
  ] as const;
  return Object.fromEntries(entries.map(([name, value]) => [name, shorten(value, LENGTHS.attributeValue)] as const).filter(([, value]) => value !== ''));
}

/** The first of the named properties that is an id. */
function idOf(body: unknown, names: readonly string[]): string | null {
  const values = isRecord(body) ? names.map((name) => body[name]) : [];
  const ids = values.map((value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : ''));
  return ids.find((id) => /^[1-9]\d{0,17}$/.test(id)) ?? null;
}

/** A refund names its order only in the link that leads up to it: ".../orders/723". */
function refundedOrder(body: unknown): string | null {
  const links = isRecord(body) && isRecord(body['_links']) ? body['_links']['up'] : undefined;
  const first: unknown = Array.isArray(links) ? links[0] : undefined;
  const href = isRecord(first) ? first['href'] : undefined;
  return typeof href === 'string' ? (/\/orders\/([1-9]\d{0,17})$/.exec(href)?.[1] ?? null) : null;
}
