// The list without rows: because nothing came yet, or because the filters let nothing through.
import { type Child, h } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { copyable, notice } from '../states.ts';
import { calendarDay } from '../time.ts';
import { holdWord, orderLook } from '../words.ts';
import { activeFilters, EVERYTHING, type FilterName, type ListQuery, listUrl, without } from './query.ts';

export const nothingYet = (): HTMLElement => notice('empty', 'No orders yet',
  h('p', {}, 'The first one appears here by itself as soon as a channel sends it. Three ways to see some now:'),
  h('ul', { class: 'ways' },
    h('li', {}, 'Fill it with demonstration data: ', copyable('ORDO_DEMO=1 npm start')),
    h('li', {}, 'Replay a year of real orders: ', copyable('npm run ordo -- import olist DIR')),
    h('li', {}, 'Send your own to ', h('code', {}, 'POST /v1/orders'), ' with an API key.')));

export function noMatch(query: ListQuery, facts: Facts, impersonal: boolean): HTMLElement {
  if (query.cursor !== '') return notice('dashed', 'There are no older orders', h('a', { class: 'button', href: listUrl({ ...query, cursor: '' }) }, 'Back to the newest'));
  const active = activeFilters(query);
  const chips = active.map((name) => h('li', {}, h('a', { class: 'filter-chip', href: listUrl(without(query, name)) }, ...words(name, query, facts), h('span', { class: 'drop' }, '× clear'))));
  return notice('dashed', 'No order matches',
    h('p', {}, query.search === '' ? 'Take away one of these filters, or all of them:'
      : 'Every word has to begin a word of an order: its number, external id, customer, e-mail address, telephone number, SKU, item, tracking number or place. Of numbers the end is enough.'),
    query.search !== '' && impersonal ? h('p', { class: 'muted' }, 'Names, addresses and telephone numbers were left out: this sign-in may not see them.') : null,
    h('ul', { class: 'filter-chips' }, ...chips),
    active.length > 1 ? h('a', { class: 'button', href: listUrl(query.search === '' ? EVERYTHING : { ...EVERYTHING, search: query.search }) }, query.search === '' ? 'Clear all filters' : 'Search all orders') : null);
}

function words(name: FilterName, query: ListQuery, facts: Facts): Child[] {
  const pair = (what: string, value: string): Child[] => [h('span', { class: 'muted' }, `${what} `), h('strong', {}, value)];
  switch (name) {
    case 'status': return pair('Status', query.statuses.map((status) => orderLook(status).word).join(' or '));
    case 'channel': return pair('Channel', facts.channelName(query.channel));
    case 'node': return pair('Ships from', facts.nodeName(query.node));
    case 'hold': return pair('Hold', holdWord(query.hold));
    case 'from': return pair('Placed from', `${calendarDay(query.from)} (${query.zone})`);
    case 'to': return pair('Placed to', `${calendarDay(query.to)} (${query.zone})`);
    case 'search': return pair('Search', query.search);
  }
}
