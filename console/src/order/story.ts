// Each event in words. A kind that is not in the table yet is told by its own name.
import { isKeyId } from '../actors.ts';
import type { Event } from '../api.ts';
import type { Facts } from '../facts.ts';
import { calendarDay } from '../time.ts';
import type { Glyph } from '../ui/glyph.tsx';
import { holdWord, spoken, type Tone } from '../words.ts';
import { triggerWords } from './verdicts.ts';
import { s } from './story-words.ts';

export interface Story {
  readonly title: string;
  readonly tone: Tone;
  readonly glyph: Glyph;
}

interface Told {
  readonly text: (key: string) => string;
  readonly has: (key: string) => boolean;
  readonly size: (key: string) => number;
  /** The names of a list. */
  readonly listed: (key: string) => string;
  readonly shipment: string;
  readonly facts: Facts;
}
type Teller = (told: Told) => readonly [title: string, tone: Tone, glyph: Glyph];

const day = (text: string): string => calendarDay(text.slice(0, 10));
const code = (text: string): string => s.maybe(`code.${text}`) ?? spoken(text).toLowerCase();

/** Every kind of event that an order can have. */
export const STORIES: Readonly<Record<string, Teller>> = {
  OrderCaptured: ({ text, facts, size }) => [`${s('captured', { channel: facts.channelName(text('channel')) })}${size('holds') > 0 ? s('withHolds', { count: size('holds') }) : ''}`, 'blue', 'empty'],
  OrderRouted: (told) => routed(told),
  HoldPlaced: ({ text }) => [s('holdPlaced', { kind: holdWord(text('kind')) }), 'amber', 'stop'],
  HoldReleased: ({ text }) => [s('holdReleased', { kind: holdWord(text('kind')) }), 'green', 'full'],
  ReservationExpired: () => [s('expired'), 'amber', 'alert'],
  PromiseChanged: ({ text, has }) => (has('to') ? [s('promised', { line: text('line'), day: day(text('to')) }), 'blue', 'empty'] : [s('nobodyKnows', { line: text('line') }), 'amber', 'alert']),
  PromiseAtRisk: ({ text }) => [s(text('level') === 'late' ? 'willMiss' : 'atRisk', { what: s(text('deadline') === 'ship_by' ? 'shipBy' : 'deliverBy'), day: day(text('due_at')) }), 'amber', 'alert'],
  LinesCancelled: ({ size }) => [s('linesCancelled', { count: size('lines') }), 'neutral', 'cross'],
  CancelRequested: ({ shipment }) => [s('askedToStop', { shipment }), 'amber', 'stop'],
  CancelAnswered: ({ shipment, text }) => [s(text('accepted') === 'true' ? 'gaveUp' : 'couldNotStop', { shipment }), 'neutral', 'cross'],
  ShipmentReleased: ({ shipment, text, facts, has }) => [`${s('released', { shipment, node: facts.nodeName(text('node')) })}${has('planned_ship_date') ? s('toShip', { day: calendarDay(text('planned_ship_date')) }) : ''}`, 'blue', 'fifth'],
  ShipmentAccepted: ({ shipment }) => [s('accepted', { shipment }), 'blue', 'third'],
  ShipmentRejected: ({ shipment, text }) => [s(text('reason_code') === 'AT_RISK' ? 'takenBack' : 'refused', { shipment, why: code(text('reason_code')) }), 'amber', 'alert'],
  ShipmentPicked: ({ shipment, size }) => (size('short') > 0 ? [s('pickedShort', { shipment }), 'amber', 'alert'] : [s('picked', { shipment }), 'blue', 'half']),
  ShipmentPacked: ({ shipment, text }) => [s('packed', { shipment, count: Number(text('packages')) || 1 }), 'blue', 'twoThirds'],
  ShipmentShipped: ({ shipment, text, has }) => [`${s('shipped', { shipment })}${has('carrier') ? s('withCarrier', { carrier: text('carrier') }) : ''}${has('tracking_number') ? `, ${text('tracking_number')}` : ''}`, 'blue', 'most'],
  ShipmentHandedOver: ({ shipment }) => [s('handedOver', { shipment }), 'green', 'full'],
  ShipmentArrivedAtStore: ({ shipment, text, size, facts }) => (size('short') > 0 ? [s('arrivedShort', { shipment, node: facts.nodeName(text('node')) }), 'amber', 'alert'] : [s('waitsAtStore', { shipment, node: facts.nodeName(text('node')) }), 'violet', 'dashed']),
  ShipmentDelivered: ({ shipment }) => [s('delivered', { shipment }), 'green', 'full'],
  ShipmentLost: ({ shipment }) => [s('lost', { shipment }), 'red', 'alert'],
  ShipmentReturnedToSender: ({ shipment }) => [s('returned', { shipment }), 'red', 'back'],
  ShipmentTimedOut: ({ shipment }) => [s('timedOut', { shipment }), 'amber', 'alert'],
  OrderFollowedChannel: (told) => followed(told),
  OrderTagged: ({ size, listed }) => [size('added') > 0 ? s('tagged', { tags: listed('added') }) : s('untagged', { tags: listed('removed') }), 'neutral', 'empty'],
  OrderAssigned: ({ has, text, facts }) => [has('to') ? s('assigned', { who: facts.personName(text('to')) }) : s('unassigned'), 'neutral', 'empty'],
  OrderDraftPlaced: () => [s('draftPlaced'), 'neutral', 'full'],
  OrderNoted: ({ has }) => [s(has('deleted') ? 'noteDeleted' : 'noted'), 'neutral', 'empty'],
  LineIdentified: ({ text }) => [s('identified', { line: text('line'), sku: text('sku') }), 'green', 'full'],
  InvoiceCreated: ({ text, shipment }) => [s('invoiced', { shipment, number: text('number') }), 'green', 'full'],
  ExceptionResolved: ({ text }) => [s('settled', { kind: code(text('kind')) }), 'green', 'full'],
};

function followed({ text, has, size }: Told): readonly [string, Tone, Glyph] {
  if (has('added')) return [s('added', { sku: text('sku') }), 'blue', 'empty'];
  if (has('open') && text('open') !== '0') return [s('personHasToLook'), 'amber', 'alert'];
  return [size('applied') > 0 ? s('tookOver', { count: size('applied') }) : s('sentAgain'), 'blue', 'empty'];
}

function routed({ text, has, size, facts }: Told): readonly [string, Tone, Glyph] {
  const trigger = has('trigger') ? `, ${triggerWords(text('trigger'))}` : '';
  if (has('left')) return [s('takenFrom', { no: text('left') }) + trigger, 'amber', 'alert'];
  const nodes = text('placed').split(',').map((part) => facts.nodeName(part)).filter((name) => name !== '' && !/^\d+$/.test(name));
  const to = [...new Set(nodes)];
  if (to.length === 0) return [s('noNode') + trigger, 'amber', 'dashed'];
  return [s('routedTo', { nodes: to.join(s('and')) }) + (size('unplaced') > 0 ? s('inPart') : '') + trigger, 'blue', 'empty'];
}

export function storyOf(event: Event, facts: Facts): Story {
  const { data, type } = event;
  const text = (key: string): string => plain(data[key]);
  const told: Told = {
    text, facts, shipment: s('shipment', { no: text('shipment_no') || '?' }),
    has: (key) => data[key] !== undefined && data[key] !== null && data[key] !== '',
    size: (key) => (Array.isArray(data[key]) ? data[key].length : 0),
    listed: (key) => text(key).replaceAll(',', ', '),
  };
  const [title, tone, glyph] = STORIES[type]?.(told) ?? [spoken(type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')), 'neutral', 'empty'] as const;
  return { title, tone, glyph };
}

const plain = (value: unknown): string => (value === undefined || value === null ? '' : typeof value === 'object' ? (Array.isArray(value) ? value.flat(3).map(String).join(',') : '') : String(value));

/** Who did it: the name of a key, or what the system calls itself. */
export function actorOf({ actor, actor_name: name }: Pick<Event, 'actor' | 'actor_name'>, facts: Facts): string {
  if (name !== null) return name;
  return isKeyId(actor) ? s('key', { end: actor.slice(-6) }) : facts.personName(actor);
}
