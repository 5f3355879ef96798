// Each event in words. A kind that is not in the table yet is told by its own name.
import type { Event } from '../api.ts';
import type { Facts } from '../facts.ts';
import type { Glyph } from '../glyphs.ts';
import { plural } from '../numbers.ts';
import { calendarDay } from '../time.ts';
import { holdWord, spoken, type Tone, triggerWords } from '../words.ts';

export interface Story {
  readonly title: string;
  readonly tone: Tone;
  readonly glyph: Glyph;
}

interface Told {
  readonly text: (key: string) => string;
  readonly has: (key: string) => boolean;
  readonly size: (key: string) => number;
  readonly shipment: string;
  readonly facts: Facts;
}
type Teller = (told: Told) => readonly [title: string, tone: Tone, glyph: Glyph];

/** Every kind of event that an order can have. */
export const STORIES: Readonly<Record<string, Teller>> = {
  OrderCaptured: ({ text, facts, size }) => [`Captured from ${facts.channelName(text('channel'))}${size('holds') > 0 ? `, with ${plural(size('holds'), 'hold')}` : ''}`, 'blue', 'empty'],
  OrderRouted: (told) => routed(told),
  HoldPlaced: ({ text }) => [`${holdWord(text('kind'))} hold placed`, 'amber', 'stop'],
  HoldReleased: ({ text }) => [`${holdWord(text('kind'))} hold released`, 'green', 'full'],
  ReservationExpired: () => ['Hold ran out of time, its stock was let go', 'amber', 'alert'],
  PromiseChanged: ({ text, has }) => (has('to') ? [`Line ${text('line')} is expected ${calendarDay(text('to').slice(0, 10))}`, 'blue', 'empty'] : [`Nobody can say any more when line ${text('line')} comes`, 'amber', 'alert']),
  PromiseAtRisk: ({ text }) => [`${text('deadline') === 'ship_by' ? 'The ship-by date' : 'The delivery date'} ${calendarDay(text('due_at').slice(0, 10))} ${text('level') === 'late' ? 'will be missed' : 'is at risk'}`, 'amber', 'alert'],
  LinesCancelled: ({ size }) => [`${plural(size('lines'), 'line')} cancelled`, 'neutral', 'cross'],
  CancelRequested: ({ shipment }) => [`${shipment}: the node was asked to stop`, 'amber', 'stop'],
  CancelAnswered: ({ shipment, text }) => [`${shipment}: the node ${text('accepted') === 'true' ? 'gave the units up' : 'could not stop any more'}`, 'neutral', 'cross'],
  ShipmentReleased: ({ shipment, text, facts, has }) => [
    `${shipment} released to ${facts.nodeName(text('node'))}${has('planned_ship_date') ? `, to ship ${calendarDay(text('planned_ship_date'))}` : ''}`, 'blue', 'fifth'],
  ShipmentAccepted: ({ shipment }) => [`${shipment} accepted`, 'blue', 'third'],
  ShipmentRejected: ({ shipment, text }) => [`${shipment} ${text('reason_code') === 'AT_RISK' ? 'taken back from' : 'refused by'} the node: ${spoken(text('reason_code')).toLowerCase()}`, 'amber', 'alert'],
  ShipmentPicked: ({ shipment, size }) => (size('short') > 0 ? [`${shipment} picked short`, 'amber', 'alert'] : [`${shipment} picked`, 'blue', 'half']),
  ShipmentPacked: ({ shipment, text }) => [`${shipment} packed into ${plural(Number(text('packages')) || 1, 'package')}`, 'blue', 'twoThirds'],
  ShipmentShipped: ({ shipment, text, has }) => [`${shipment} shipped${has('carrier') ? ` with ${text('carrier')}` : ''}${has('tracking_number') ? `, ${text('tracking_number')}` : ''}`, 'blue', 'most'],
  ShipmentHandedOver: ({ shipment }) => [`${shipment} handed over in person`, 'green', 'full'],
  ShipmentArrivedAtStore: ({ shipment, text, size, facts }) => (size('short') > 0 ? [`${shipment} arrived at ${facts.nodeName(text('node'))} short`, 'amber', 'alert'] : [`${shipment} waits at ${facts.nodeName(text('node'))} to be collected`, 'violet', 'dashed']),
  ShipmentDelivered: ({ shipment }) => [`${shipment} delivered`, 'green', 'full'],
  ShipmentLost: ({ shipment }) => [`${shipment} lost by the carrier`, 'red', 'alert'],
  ShipmentReturnedToSender: ({ shipment }) => [`${shipment} came back undelivered`, 'red', 'back'],
  ShipmentTimedOut: ({ shipment }) => [`${shipment}: the node did not answer in time`, 'amber', 'alert'],
  OrderFollowedChannel: (told) => followed(told),
  OrderTagged: ({ size }) => [[size('added') > 0 ? `${plural(size('added'), 'tag')} added` : '', size('removed') > 0 ? `${plural(size('removed'), 'tag')} taken off` : ''].filter((part) => part !== '').join(', ') || 'Tagged', 'neutral', 'empty'],
  OrderAssigned: ({ has }) => [has('to') ? 'Given to somebody to look after' : 'Nobody looks after it any more', 'neutral', 'empty'],
  OrderNoted: ({ has }) => [has('deleted') ? 'A note was deleted' : 'A note was written', 'neutral', 'empty'],
  LineIdentified: ({ text }) => [`Line ${text('line')} was identified as ${text('sku')}`, 'green', 'full'],
  InvoiceCreated: ({ text, shipment }) => [`${shipment} invoiced as ${text('number')}`, 'green', 'full'],
  ExceptionResolved: ({ text }) => [`Exception settled: ${spoken(text('kind')).toLowerCase()}`, 'green', 'full'],
};

function followed({ text, has, size }: Told): readonly [string, Tone, Glyph] {
  if (has('added')) return [`${text('sku')} was added at the channel`, 'blue', 'empty'];
  if (has('open') && text('open') !== '0') return ['The channel changed it, and a person has to look', 'amber', 'alert'];
  return [size('applied') > 0 ? `${plural(size('applied'), 'change')} of the channel taken over` : 'The channel sent it again, nothing changed', 'blue', 'empty'];
}

function routed({ text, has, size, facts }: Told): readonly [string, Tone, Glyph] {
  const trigger = has('trigger') ? `, ${triggerWords(text('trigger'))}` : '';
  if (has('left')) return [`Taken from shipment ${text('left')}${trigger}`, 'amber', 'alert'];
  const nodes = text('placed').split(',').map((part) => facts.nodeName(part)).filter((name) => name !== '' && !/^\d+$/.test(name));
  const to = [...new Set(nodes)];
  if (to.length === 0) return [`No node found${trigger}`, 'amber', 'dashed'];
  return [`Routed to ${to.join(' and ')}${size('unplaced') > 0 ? ', in part' : ''}${trigger}`, 'blue', 'empty'];
}

export function storyOf(event: Event, facts: Facts): Story {
  const { data, type } = event;
  const text = (key: string): string => plain(data[key]);
  const told: Told = {
    text, facts, shipment: `Shipment ${text('shipment_no') || '?'}`,
    has: (key) => data[key] !== undefined && data[key] !== null && data[key] !== '',
    size: (key) => (Array.isArray(data[key]) ? data[key].length : 0),
  };
  const [title, tone, glyph] = STORIES[type]?.(told) ?? [spoken(type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')), 'neutral', 'empty'] as const;
  return { title, tone, glyph };
}

const plain = (value: unknown): string => (value === undefined || value === null ? '' : typeof value === 'object' ? (Array.isArray(value) ? value.flat(3).map(String).join(',') : '') : String(value));

/** Who did it: the name of a key, or what the system calls itself. */
export function actorOf({ actor, actor_name: name }: Pick<Event, 'actor' | 'actor_name'>): string {
  if (name !== null) return name;
  return /^key_[0-9a-f]{32}$/.test(actor) ? `key …${actor.slice(-6)}` : actor;
}
