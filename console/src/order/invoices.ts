// What was invoiced of the order, each invoice as the file that the buyer gets.
import type { Invoice } from '../api.ts';
import { h } from '../dom.ts';
import { money } from '../numbers.ts';
import { time } from '../time.ts';
import { shipmentNumber } from './shipments.ts';

/** Nothing before the first invoice: goods that have not left are not invoiced. */
export function invoicesPanel(invoices: readonly Invoice[]): HTMLElement | null {
  if (invoices.length === 0) return null;
  return h('section', { class: 'card money', 'aria-labelledby': 'invoices-title' }, h('h2', { id: 'invoices-title' }, 'Invoices'),
    h('ul', { class: 'payments' }, ...invoices.map((one) => h('li', {},
      h('a', { class: 'number', href: `/v1/invoices/${encodeURIComponent(one.id)}/pdf`, target: '_blank', rel: 'noopener', 'aria-label': `Invoice ${one.number} as PDF` }, one.number),
      h('span', { class: 'muted' }, `Shipment ${shipmentNumber(one.shipment)}, `, time(one.issued_at, { style: 'relative' })), h('b', {}, money(one.total_minor, one.currency))))));
}
