// Each node's share of the order, how far it is, and what the carrier has of it.
import type { Order, Shipment } from '../api.ts';
import { chip } from '../chip.ts';
import { type Child, h, joined } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { count, quantity } from '../numbers.ts';
import { calendarDay, time } from '../time.ts';
import { shipmentLook } from '../words.ts';

export const shipmentNumber = (id: string): string => /_(\d+)$/.exec(id)?.[1] ?? id;

export function shipmentsPanel(order: Order, facts: Facts): HTMLElement {
  const live = order.shipments.filter((one) => one.status !== 'CANCELLED');
  const closed = order.shipments.filter((one) => one.status === 'CANCELLED');
  return h('section', { class: 'card', 'aria-labelledby': 'shipments-title' }, h('h2', { id: 'shipments-title' }, 'Shipments'),
    live.length === 0 ? h('p', { class: 'muted' }, closed.length === 0 ? 'No node has work for this order yet.' : 'No node has work for this order any more.') : null,
    ...live.map((one) => card(one, order, facts)),
    closed.length === 0 ? null : h('details', { class: 'fold', 'data-key': 'closed-shipments' },
      h('summary', {}, h('span', { class: 'fold-mark' }), h('span', { class: 'fold-text' }, `${count(closed.length)} cancelled`)),
      h('div', { class: 'fold-body' }, ...closed.map((one) => card(one, order, facts)))));
}

const STEPS = ['PLANNED', 'RELEASED', 'ACCEPTED', 'PICKED', 'PACKED', 'SHIPPED', 'DELIVERED'] as const;
/** States that stand at the place of another on the way. */
const PLACE: Readonly<Record<string, string>> = { HANDED_OVER: 'DELIVERED', AT_STORE: 'SHIPPED', LOST: 'SHIPPED', RETURNED_TO_SENDER: 'SHIPPED' };

function card(shipment: Shipment, order: Order, facts: Facts): HTMLElement {
  const { status, node, planned_ship_date: planned, expected_arrival_date: arrives, time_zone: zone } = shipment;
  const name = node === null ? 'Unknown node' : facts.nodeName(node);
  const gone = ['SHIPPED', 'AT_STORE', 'DELIVERED', 'HANDED_OVER', 'LOST', 'RETURNED_TO_SENDER', 'CANCELLED'].includes(status);
  return h('article', { class: 'shipment', 'aria-label': `Shipment ${shipmentNumber(shipment.id)} from ${name}` },
    h('header', {}, h('span', { class: 'shipment-no' }, shipmentNumber(shipment.id)), h('h3', {}, name), chip(shipmentLook(status)), shipment.cancel_requested ? chip({ word: 'Cancel asked', tone: 'amber', glyph: 'stop' }) : null),
    status === 'CANCELLED' ? null : steps(status),
    h('p', { class: 'facts' }, ...joined([
      ...(planned === null ? [] : [h('span', { title: `Calendar of the node, ${zone}` }, gone ? 'Was to ship ' : 'Ships by ', h('strong', {}, calendarDay(planned)), h('span', { class: 'muted' }, ` ${zone}`))]),
      ...(arrives === null ? [] : [h('span', {}, 'Arrives by ', h('strong', {}, calendarDay(arrives)), h('span', { class: 'muted' }, ` with ${carrierService(shipment.planned_carrier, shipment.planned_service)}`))]),
      h('span', {}, `${shipmentLook(status).word.toLowerCase()} `, time(shipment.state_since, { style: 'relative', store: zone })),
    ], ' · ')),
    h('ul', { class: 'contents' }, ...shipment.lines.flatMap((line) => content(line, order))),
    ...shipment.packages.map((one) => parcel(one)));
}

function steps(status: string): HTMLElement {
  const at = STEPS.findIndex((step) => step === (PLACE[status] ?? status));
  return h('div', { class: `steps tone-${shipmentLook(status).tone}`, 'aria-hidden': 'true' }, ...STEPS.map((_, index) => h('i', { class: index <= at ? 'on' : '' })));
}

/** What the carrier said counts shipped units a second time, so it is left out of the sum. */
const STAGES = ['reserved', 'released', 'picked', 'packed', 'shipped', 'handed_over'] as const;

function content(line: Shipment['lines'][number], order: Order): HTMLElement[] {
  const units = STAGES.reduce((sum, stage) => sum + Number(line[stage] ?? 0), 0);
  if (units === 0) return [];
  const ordered = order.lines.find((one) => one.line === line.line);
  return [h('li', {}, h('b', {}, `${quantity(units, ordered?.quantity_scale ?? 0)} ×`), ' ', ordered?.name ?? line.sku, h('span', { class: 'mono code' }, line.sku))];
}

const carrierService = (carrier: string | null, service: string | null): string => [carrier, service].filter((part) => part !== null).join(' ');

function parcel(one: Shipment['packages'][number]): HTMLElement {
  const carrier = carrierService(one.carrier, one.service);
  const parts: Child[] = [h('span', {}, `Package ${one.package_no}`)];
  if (carrier !== '') parts.push(h('strong', {}, carrier));
  if (one.tracking_number !== null) parts.push(h('span', { class: 'mono' }, one.tracking_number));
  if (one.weight_grams !== null) parts.push(h('span', { class: 'muted' }, `${quantity(one.weight_grams, 3)} kg`));
  return h('p', { class: 'parcel' }, ...parts);
}
