// Tabs for the states of an order, and the filters beside them. All of them are addresses.
import { h, hidden, on, put } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { glyph } from '../glyphs.ts';
import { count } from '../numbers.ts';
import { navigate } from '../router.ts';
import { HOLD_KINDS, holdWord, isHoldKind, ORDER_STATUSES, type OrderStatus, orderLook } from '../words.ts';
import type { TabCount } from './load.ts';
import { activeFilters, EVERYTHING, type ListQuery, listUrl } from './query.ts';

export interface Tabs {
  readonly element: HTMLElement;
  show(query: ListQuery): void;
  count(count: TabCount): void;
  forgetCounts(): void;
}

export function createTabs(): Tabs {
  const links = new Map<OrderStatus | null, { link: HTMLAnchorElement; number: HTMLElement }>();
  for (const status of [null, ...ORDER_STATUSES]) {
    const number = h('span', { class: 'tab-count' });
    const { word, tone, glyph: shape } = status === null ? { word: 'All', tone: 'neutral', glyph: null } : orderLook(status);
    links.set(status, { number, link: h('a', { class: `tab tone-${tone}` }, shape === null ? null : glyph(shape), h('span', {}, word), number) });
  }
  return {
    element: h('nav', { class: 'tabs', 'aria-label': 'Status' }, ...[...links.values()].map(({ link }) => link)),
    show(query) {
      for (const [status, { link }] of links) {
        const here = status === null ? query.statuses.length === 0 : query.statuses.includes(status);
        link.href = listUrl({ ...query, statuses: status === null ? [] : [status], cursor: '' });
        if (here) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
        if (here) link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      }
    },
    count({ status, value, exact }) {
      const number = links.get(status)?.number;
      if (number) put(number, `${count(value)}${exact ? '' : '+'}`, hidden(' orders'));
    },
    forgetCounts() {
      for (const { number } of links.values()) put(number);
    },
  };
}

export interface Filters {
  readonly element: HTMLElement;
  show(query: ListQuery): void;
  setFacts(facts: Facts): void;
}

export function createFilters(): Filters {
  let query = EVERYTHING;
  const go = (change: Partial<ListQuery>): void => navigate(listUrl({ ...query, ...change, cursor: '' }));
  const channel = select('channel', 'Channel', 'Any channel', (value) => go({ channel: value }));
  const node = select('node', 'Ships from', 'Any node', (value) => go({ node: value }));
  const hold = select('hold', 'Hold', 'Any or none', (value) => go({ hold: isHoldKind(value) ? value : '' }));
  hold.fill(HOLD_KINDS.map((kind) => [kind, holdWord(kind)]));
  const from = day('from', 'Placed from', (value) => go({ from: value }));
  const to = day('to', 'Placed to', (value) => go({ to: value }));
  const zone = h('span', { class: 'zone', title: 'The days begin and end in this time zone' });
  const clear = h('a', { class: 'button quiet', href: '/orders' }, 'Clear');
  const summary = h('summary', {}, 'Filters', h('span', { class: 'tab-count' }));
  const element = h('details', { class: 'filters' }, summary, h('div', { class: 'filter-row' }, channel.element, node.element, hold.element, from.element, to.element, zone, clear));
  const narrow = matchMedia('(max-width: 760px)');
  element.open = !narrow.matches;
  narrow.addEventListener('change', () => void (element.open = !narrow.matches));
  return {
    element,
    show(next) {
      query = next;
      channel.set(next.channel);
      node.set(next.node);
      hold.set(next.hold);
      from.set(next.from);
      to.set(next.to);
      zone.textContent = next.zone;
      const active = activeFilters(next).filter((name) => name !== 'status' && name !== 'search').length;
      const badge = summary.querySelector('.tab-count');
      if (badge) badge.textContent = active === 0 ? '' : String(active);
      clear.classList.toggle('off', active === 0);
      clear.href = listUrl({ ...EVERYTHING, statuses: next.statuses, search: next.search });
    },
    setFacts({ channels, nodes }) {
      channel.fill(channels.rows.map((one) => [one.code, one.name]));
      node.fill(nodes.rows.map((one) => [one.code, one.name]));
    },
  };
}

interface Field {
  readonly element: HTMLElement;
  set(value: string): void;
}

function select(id: string, label: string, any: string, chosen: (value: string) => void): Field & { fill(options: readonly (readonly [string, string])[]): void } {
  const field = on(h('select', { id: `f-${id}` }, h('option', { value: '' }, any)), 'change', () => chosen(field.value));
  let value = '';
  /** A value of the address that no option has, such as a node of a page that was not read, gets one of its own. */
  const set = (next: string): void => {
    value = next;
    if (next !== '' && ![...field.options].some((option) => option.value === next)) field.append(h('option', { value: next }, next));
    field.value = next;
    field.classList.toggle('set', next !== '');
  };
  return {
    element: h('div', { class: 'field' }, h('label', { for: `f-${id}` }, label), field), set,
    fill(options) {
      put(field, h('option', { value: '' }, any), ...options.map(([code, name]) => h('option', { value: code }, name)));
      set(value);
    },
  };
}

function day(id: string, label: string, chosen: (value: string) => void): Field {
  // While a year is being typed it is a date of the first century for a moment; that is not a choice yet.
  const field = on(h('input', { type: 'date', id: `f-${id}`, min: '2000-01-01', max: '2199-12-31' }), 'change', () => void (field.validity.valid && chosen(field.value)));
  return {
    element: h('div', { class: 'field' }, h('label', { for: `f-${id}` }, label), field),
    set(value) {
      if (field.value !== value) field.value = value;
      field.classList.toggle('set', value !== '');
    },
  };
}
