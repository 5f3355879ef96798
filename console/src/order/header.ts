// Who this order is: its number, where it stands, what it is worth, where it came from.
import type { Order } from '../api.ts';
import { chip } from '../chip.ts';
import { type Child, h } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { money } from '../numbers.ts';
import { copyable } from '../states.ts';
import { time } from '../time.ts';
import { orderLook, paymentLook, spoken } from '../words.ts';
import { placeWords } from './risk.ts';

export function orderHeader(order: Order, facts: Facts): HTMLElement {
  const fact = (what: string, ...value: readonly Child[]): HTMLElement => h('div', {}, h('dt', {}, what), h('dd', {}, ...value));
  const place = placeWords(order);
  return h('header', { class: 'order-head' },
    h('div', { class: 'order-title' }, h('h1', { tabindex: '-1' }, `#${order.number}`), chip(orderLook(order.status), { id: 'order-status' }), chip(paymentLook(order.payment_state), { title: 'Payment' }),
      h('p', { class: 'order-total' }, money(order.total_minor, order.currency))),
    h('dl', { class: 'order-facts' },
      fact('Channel', facts.channelName(order.channel)), fact('External id', copyable(order.external_id)),
      fact('Placed', time(order.placed_at, { style: 'relative' }), h('span', { class: 'muted' }, ' · '), time(order.placed_at, { style: 'full' })),
      fact('Id', copyable(order.id)), fact('Mails', h('a', { class: 'number', href: `/mailbox?order=${encodeURIComponent(order.id)}` }, 'to the customer')),
      place === null ? null : fact('Place', place), order.customer_class === null ? null : fact('Customer class', order.customer_class),
      order.service_level === null ? null : fact('Service', order.service_level),
      order.ship_by === null ? null : fact('Ship by', time(order.ship_by, { style: 'full' })), order.deliver_by === null ? null : fact('Deliver by', time(order.deliver_by, { style: 'full' })),
      ...Object.entries(order.attributes).map(([name, value]) => fact(name, value))));
}

export function moneyPanel({ money: sums, currency }: Order): HTMLElement {
  const row = (what: string, amount: number, name = ''): HTMLElement => h('div', { class: name }, h('dt', {}, what), h('dd', {}, money(amount, currency)));
  return h('section', { class: 'card money', 'aria-labelledby': 'money-title' }, h('h2', { id: 'money-title' }, 'Money'),
    h('dl', { class: 'sums' }, row('Merchandise', sums.merchandise_minor), row('Shipping', sums.shipping_minor),
      sums.discount_minor === 0 ? null : row('Discount', -sums.discount_minor), row(sums.tax_included ? 'Tax, included' : 'Tax', sums.tax_minor),
      sums.other_minor === 0 ? null : row('Other', sums.other_minor), row('Total', sums.total_minor, 'total')),
    sums.payments.length === 0 ? h('p', { class: 'muted' }, 'No payment was told.')
      : h('ul', { class: 'payments' }, ...sums.payments.map((one) => h('li', {}, h('span', {}, spoken(one.tender)), one.reference === null ? null : h('span', { class: 'mono code' }, one.reference), h('b', {}, money(one.amount_minor, currency))))));
}
