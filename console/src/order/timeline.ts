// Everything that happened, the newest first, each with who, why and when; the data behind it on demand.
import type { Event, Order, Timeline } from '../api.ts';
import { button, h } from '../dom.ts';
import type { Facts } from '../facts.ts';
import { glyph } from '../glyphs.ts';
import { plural } from '../numbers.ts';
import { dayAndTime, everyZone, viewerZone } from '../time.ts';
import { actorOf, storyOf } from './story.ts';

/** Longer stories are folded in the middle of reading, not cut. */
const SHOWN = 30;
/** What a device reported later than it happened says so. */
const LATE_MS = 60_000;

export function timelinePanel({ events, complete }: Timeline, order: Order, facts: Facts): HTMLElement {
  const newest = events.toSorted((a, b) => b.position - a.position);
  const list = h('ol', { class: 'timeline' });
  let day = '';
  const show = (some: readonly Event[]): void => {
    for (const event of some) {
      const its = dayOf(event.occurred_at);
      if (its !== day) list.append(h('li', { class: 'day' }, its));
      day = its;
      list.append(entry(event, order, facts));
    }
  };
  show(newest.slice(0, SHOWN));
  const later = newest.slice(SHOWN);
  const more = later.length === 0 ? null : button(`Show ${plural(later.length, 'earlier event')}`, () => {
    show(later);
    more?.remove();
  }, { class: 'button quiet' });
  return h('section', { class: 'card timeline-card', 'aria-labelledby': 'timeline-title' },
    h('div', { class: 'card-head' }, h('h2', { id: 'timeline-title' }, 'Timeline'), h('span', { class: 'muted' }, viewerZone())), list, more,
    complete ? null : h('p', { class: 'muted' }, 'There are more events than are shown; the API has them all.'));
}

const days = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayOf = (iso: string): string => days.format(Date.parse(iso));

function entry(event: Event, order: Order, facts: Facts): HTMLElement {
  const { title, tone, glyph: shape } = storyOf(event, facts);
  const zone = zoneOf(event, order);
  const at = h('time', { datetime: event.occurred_at, title: everyZone(Date.parse(event.occurred_at), zone) }, clock.format(Date.parse(event.occurred_at)));
  return h('li', { class: `event tone-${tone}` }, h('span', { class: 'dot' }, glyph(shape)),
    h('details', { 'data-key': event.id },
      h('summary', {}, h('span', { class: 'event-title' }, title), h('span', { class: 'event-meta' }, at, h('span', {}, actorOf(event)))),
      data(event, zone)),
    event.reason === null || event.type === 'OrderRouted' ? null : h('p', { class: 'event-reason' }, event.reason));
}

/** The zone of the store that an event is about, where it is about one. */
function zoneOf({ data: facts }: Event, { shipments }: Order): string | null {
  const no = facts['shipment_no'];
  return shipments.find((one) => one.id.endsWith(`_${String(no)}`))?.time_zone ?? null;
}

function data(event: Event, zone: string | null): HTMLElement {
  const late = Date.parse(event.recorded_at) - Date.parse(event.occurred_at) > LATE_MS;
  const rows: [string, Node | string][] = [
    ['Type', event.type], ['When', h('span', { class: 'zones' }, everyZone(Date.parse(event.occurred_at), zone))],
    ...(late ? [['Recorded', dayAndTime(Date.parse(event.recorded_at))] as [string, string]] : []),
    ['Actor', event.actor], ['Position', String(event.position)], ['Event', event.id],
  ];
  return h('div', { class: 'event-data' }, h('dl', {}, ...rows.map(([what, value]) => h('div', {}, h('dt', {}, what), h('dd', { class: 'mono' }, value)))),
    h('pre', { class: 'mono', tabindex: '0', 'aria-label': 'Data of the event' }, JSON.stringify(event.data, null, 2)));
}

export const lastEvent = (events: readonly Event[]): Event | undefined => events.reduce<Event | undefined>((last, one) => (last && last.position > one.position ? last : one), undefined);
