// One order as a row: thirty-two pixels high on a wide screen, a card on a narrow one.
import type { OrderSummary, SearchMatch } from '../api.ts';
import { chip, mark } from '../chip.ts';
import { type Child, h, put } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { money, plural, quantity } from '../numbers.ts';
import { orderUrl } from '../router.ts';
import { time } from '../time.ts';
import { holdLook, orderLook, paymentLook, searchWord } from '../words.ts';
import { progressCell } from './progress.ts';

export interface Column {
  readonly name: string;
  readonly title: string;
}

export const COLUMNS: readonly Column[] = [
  { name: 'number', title: 'Order' }, { name: 'placed', title: 'Placed' }, { name: 'status', title: 'Status' }, { name: 'channel', title: 'Channel' },
  { name: 'external', title: 'External id' }, { name: 'units', title: 'Units' }, { name: 'shipped', title: 'Shipped' }, { name: 'nodes', title: 'Ships from' }, { name: 'holds', title: 'Holds' },
  { name: 'payment', title: 'Payment' }, { name: 'total', title: 'Total' }, { name: 'found', title: 'Found by' },
];

/** Rows are shown as blocks on narrow screens, which would take their table meaning away; the roles keep it. */
const cell = (name: string, ...children: readonly Child[]): HTMLTableCellElement => h('td', { class: `c-${name}`, role: 'cell' }, ...children);

export function createRow(order: OrderSummary, facts: Facts): HTMLTableRowElement {
  const row = h('tr', { role: 'row', 'data-id': order.id });
  const link = h('a', { href: orderUrl(order.id), class: 'number' }, `#${order.number}`);
  row.append(h('th', { scope: 'row', class: 'c-number', role: 'rowheader' }, link), ...cells(order, facts));
  return row;
}

/** Everything but the link, which may have the focus. */
export function updateRow(row: HTMLTableRowElement, order: OrderSummary, facts: Facts): void {
  const [first] = row.cells;
  put(row, first, ...cells(order, facts));
}

function cells(order: OrderSummary, facts: Facts): HTMLTableCellElement[] {
  return [
    cell('placed', time(order.placed_at, { style: 'relative' }), time(order.placed_at, { style: 'brief' })),
    cell('status', chip(orderLook(order.status))),
    cell('channel', h('span', { title: order.channel }, facts.channelName(order.channel))),
    cell('external', h('span', { class: 'mono', title: order.external_id }, order.external_id)),
    unitsCell(order),
    cell('shipped', ...progressCell(order.units)),
    cell('nodes', ...nodes(order.nodes, facts)),
    cell('holds', ...order.open_holds.map((kind) => mark(holdLook(kind), { title: 'Open hold' }))),
    cell('payment', mark(paymentLook(order.payment_state))),
    cell('total', money(order.total_minor, order.currency)),
    cell('found', ...found(order.matches ?? [])),
  ];
}

/** The number alone where columns are short of room; the rest is read out all the same. */
function unitsCell({ units, line_count: lines }: OrderSummary): HTMLTableCellElement {
  const number = quantity(units.ordered, units.quantity_scale);
  const rest = `${number === '1' ? ' unit' : ' units'} in ${plural(lines, 'line')}`;
  return cell('units', h('span', { title: number + rest }, number, h('span', { class: 'rest' }, rest)));
}

/** What of the order matched a search; shown while one is. */
function found(matches: readonly SearchMatch[]): Child[] {
  const all = matches.map(({ field, text }) => `${searchWord(field)}: ${text}`).join('\n');
  const [first, ...others] = matches;
  if (first === undefined) return [];
  return [
    h('span', { class: 'clip', title: all }, h('span', { class: 'muted' }, `${searchWord(first.field)} `), ...marked(first)),
    others.length > 0 ? h('span', { class: 'more', title: all }, `+${others.length}`) : null,
  ];
}

/** Ranges are counted as JavaScript counts; should a text have changed on its way, what is out of it is left out. */
function marked({ text, ranges }: SearchMatch): Child[] {
  const parts: Child[] = [];
  let at = 0;
  for (const [begin, end] of ranges) {
    parts.push(text.slice(at, begin), h('mark', {}, text.slice(begin, end)));
    at = end;
  }
  return [...parts, text.slice(at)];
}

function nodes(codes: readonly string[], facts: Facts): Child[] {
  const names = codes.map((code) => facts.nodeName(code));
  const [first, ...others] = names;
  if (first === undefined) return [h('span', { class: 'muted' }, 'none')];
  const all = names.join('\n');
  return [h('span', { class: 'clip', title: all }, first), others.length > 0 ? h('span', { class: 'more', title: all }, `+${others.length}`) : null];
}
