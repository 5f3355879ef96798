// What was ordered, and where each unit of it is now.
import type { Order, OrderLine } from '../api.ts';
import { type Child, h, joined } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { money, quantity } from '../numbers.ts';
import { type Stage, STAGES } from '../words.ts';

export function linesPanel({ lines, currency }: Order, facts: Facts): HTMLElement {
  const head = ['Item', 'Ordered', 'Where it is', 'Unit price', 'Total'];
  return h('section', { class: 'card', 'aria-labelledby': 'lines-title' }, h('h2', { id: 'lines-title' }, 'Lines'),
    h('table', { class: 'lines', role: 'table', 'aria-labelledby': 'lines-title' },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...head.map((title) => h('th', { scope: 'col', role: 'columnheader', class: nameOf(title) }, title)))),
      h('tbody', { role: 'rowgroup' }, ...inFamilies(lines).map((line) => row(line, currency, facts)))));
}

/** A kit is followed by what it consists of. */
export const inFamilies = <T extends Pick<OrderLine, 'line' | 'parent_line'>>(lines: readonly T[]): T[] =>
  lines.filter((line) => line.parent_line === null).flatMap((line) => [line, ...lines.filter((other) => other.parent_line === line.line)]);

const nameOf = (title: string): string => `l-${title.toLowerCase().replaceAll(' ', '-')}`;

function row(line: OrderLine, currency: string, facts: Facts): HTMLTableRowElement {
  const cell = (title: string, ...children: readonly Child[]): HTMLTableCellElement => h('td', { class: nameOf(title), role: 'cell' }, ...children);
  const unit = line.unit === null ? '' : ` ${line.unit}`;
  const isComponent = line.parent_line !== null;
  return h('tr', { role: 'row', class: isComponent ? 'component' : null },
    h('th', { scope: 'row', role: 'rowheader', class: 'l-item' }, h('div', { class: 'line-item' }, h('span', { class: 'line-no', title: `Line ${line.line}` }, line.line), h('span', { class: 'item' },
      h('span', { class: 'item-name' }, line.name ?? line.sku), h('span', { class: 'mono code' }, line.sku),
      line.node === null ? null : h('span', { class: 'asked' }, `asked for ${facts.nodeName(line.node)}`)))),
    cell('Ordered', `${line.quantity}${unit}`),
    cell('Where it is', ...(line.kit === null ? whereabouts(line) : [h('span', { class: 'muted' }, line.kit.ship_together ? 'kit whose components leave together' : 'kit, see its components')])),
    cell('Unit price', ...(isComponent ? [] : [line.unit_price, listPrice(line)])),
    cell('Total', isComponent ? null : money(line.total_minor, currency)));
}

/** Where it differs: what its price list says. */
function listPrice({ unit_price: price, list_price: listed }: OrderLine): Child {
  if (listed === null || Number(listed.unit_price) === Number(price)) return null;
  return h('div', { class: 'muted', title: `Price list ${listed.price_list}` }, `list ${listed.unit_price}`);
}

interface Part {
  readonly stage: Stage;
  readonly units: number;
}

/** Every unit once: what the carrier told of shipped units is taken out of those that are in transit. */
export function partsOf({ buckets, outcomes }: Pick<OrderLine, 'buckets' | 'outcomes'>): Part[] {
  const told = Object.values(outcomes).reduce((sum, units) => sum + units, 0);
  const units: Readonly<Record<string, number>> = { ...buckets, ...outcomes, in_transit: (buckets['shipped'] ?? 0) - told };
  return STAGES.flatMap((stage) => ((units[stage.key] ?? 0) > 0 ? [{ stage, units: units[stage.key] ?? 0 }] : []));
}

function whereabouts(line: OrderLine): Child[] {
  const parts = partsOf(line);
  const bar = h('span', { class: 'stack', 'aria-hidden': 'true' }, ...parts.map(({ stage, units }) => {
    const part = h('i', { class: `tone-${stage.tone}` });
    part.style.setProperty('flex-grow', String(units));
    return part;
  }));
  const words = parts.map(({ stage, units }) => h('span', { class: 'part' }, h('b', {}, quantity(units, line.quantity_scale)), ` ${stage.words}`));
  return [bar, h('span', { class: 'parts' }, ...joined(words, ' · '), line.attempts > 1 ? h('span', { class: 'muted' }, ` · sourced ${line.attempts} times`) : null)];
}
