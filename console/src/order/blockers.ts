// What stops this order or waits for somebody, before anything else is read.
import type { Exception, Order } from '../api.ts';
import { chip } from '../chip.ts';
import { type Child, h } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { quantity } from '../numbers.ts';
import { time } from '../time.ts';
import { holdBlocks, holdLook, type Look, shipmentLook, spoken } from '../words.ts';
import { shipmentNumber } from './shipments.ts';

interface Blocker {
  readonly look: Look;
  readonly text: string;
  readonly facts: readonly Child[];
}

/** Null where nothing stands in the way. */
export function blockersStrip(order: Order, exceptions: readonly Exception[], facts: Facts): HTMLElement | null {
  const blockers = [...fromHolds(order), ...fromExceptions(exceptions, facts), ...fromShipments(order, facts), ...fromLines(order, exceptions)];
  if (blockers.length === 0) return null;
  const title = blockers.length === 1 ? 'One thing stands in the way' : `${blockers.length} things stand in the way`;
  return h('section', { class: 'blockers', 'aria-labelledby': 'blockers-title' }, h('h2', { id: 'blockers-title' }, title),
    h('ul', {}, ...blockers.map(({ look, text, facts: more }) => h('li', {}, chip(look), h('span', { class: 'blocker-text' }, text), h('span', { class: 'muted' }, ...more)))));
}

function fromHolds({ holds }: Order): Blocker[] {
  return holds.filter((hold) => hold.released_at === null).map((hold) => ({
    look: holdLook(hold.kind), text: hold.reason,
    facts: [hold.line === null ? '' : `line ${hold.line}, `, `${holdBlocks(hold.kind)}, since `, time(hold.placed_at, { style: 'relative' }),
      ...(hold.due_at === null ? [] : [', due ', time(hold.due_at, { style: 'relative' })]), hold.owner === null ? '' : `, for ${hold.owner}`],
  }));
}

function fromExceptions(exceptions: readonly Exception[], facts: Facts): Blocker[] {
  return exceptions.map((one) => ({
    look: { word: spoken(one.kind), tone: 'red', glyph: 'alert' }, text: one.reason,
    facts: [one.line === null ? '' : `line ${one.line}, `, one.node === null ? '' : `${facts.nodeName(one.node)}, `, 'open since ', time(one.opened_at, { style: 'relative' })],
  }));
}

function fromShipments({ shipments }: Order, facts: Facts): Blocker[] {
  return shipments.flatMap((one): Blocker[] => {
    const where = `Shipment ${shipmentNumber(one.id)}${one.node === null ? '' : ` from ${facts.nodeName(one.node)}`}`;
    const since: Child[] = ['since ', time(one.state_since, { style: 'relative', store: one.time_zone })];
    if (one.status === 'LOST') return [{ look: shipmentLook(one.status), text: `${where} was lost on its way.`, facts: since }];
    if (one.status === 'RETURNED_TO_SENDER') return [{ look: shipmentLook(one.status), text: `${where} came back undelivered.`, facts: since }];
    return one.cancel_requested ? [{ look: { word: 'Cancel asked', tone: 'amber', glyph: 'stop' }, text: `${where}: the node was asked to stop and has not answered.`, facts: since }] : [];
  });
}

/** Units that wait for goods; what an exception already tells is not told twice. */
function fromLines({ lines }: Order, exceptions: readonly Exception[]): Blocker[] {
  return lines.flatMap((line): Blocker[] => {
    const waiting = (line.buckets['backordered'] ?? 0) + (line.buckets['preordered'] ?? 0);
    if (waiting === 0 || exceptions.some((one) => one.line === line.line)) return [];
    return [{ look: { word: 'Backordered', tone: 'violet', glyph: 'dashed' }, text: `${quantity(waiting, line.quantity_scale)} × ${line.name ?? line.sku} waits for stock.`, facts: [`line ${line.line}`] }];
  });
}
