// The words, tones and shapes of every state: the one place where a code becomes something a person reads.
import type { SearchMatch } from './api.ts';
import { stateWords } from './i18n/states.ts';
import type { Glyph } from './ui/glyph.tsx';

/** neutral: nothing to do · blue: the system works · violet: waits for somebody outside · amber: needs a person · red: harm · green: done well. */
export type Tone = 'neutral' | 'blue' | 'violet' | 'amber' | 'red' | 'green';

export interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly glyph: Glyph;
}

type Shape = readonly [tone: Tone, glyph: Glyph];

/** A code that no table knows is told by its own name. */
function looked(kind: string, code: string, shape: Shape = ['neutral', 'empty']): Look {
  return { word: stateWords.maybe(`${kind}.${code}`) ?? spoken(code), tone: shape[0], glyph: shape[1] };
}

/** In the order of an order's life; the tabs of the list. */
export const ORDER_STATUSES = [
  'PENDING', 'ON_HOLD', 'BACKORDERED', 'PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED', 'COMPLETED', 'PARTIALLY_CANCELLED', 'CANCELLED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export const isOrderStatus = (text: string): text is OrderStatus => ORDER_STATUSES.some((status) => status === text);

export const HOLD_KINDS = ['ITEM', 'ADDRESS', 'PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL', 'PRICING', 'TAX', 'CHANNEL_CHANGE', 'CHANNEL_PAUSED', 'CUSTOMER', 'MANUAL'] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];
export const isHoldKind = (text: string): text is HoldKind => HOLD_KINDS.some((kind) => kind === text);

const ORDERS: Readonly<Record<string, Shape>> = {
  PENDING: ['blue', 'empty'],
  ON_HOLD: ['amber', 'stop'],
  BACKORDERED: ['violet', 'dashed'],
  PROCESSING: ['blue', 'third'],
  PARTIALLY_SHIPPED: ['blue', 'half'],
  SHIPPED: ['blue', 'most'],
  COMPLETED: ['green', 'full'],
  PARTIALLY_CANCELLED: ['neutral', 'slash'],
  CANCELLED: ['neutral', 'cross'],
};

const SHIPMENTS: Readonly<Record<string, Shape>> = {
  PLANNED: ['blue', 'empty'],
  RELEASED: ['blue', 'fifth'],
  ACCEPTED: ['blue', 'third'],
  PICKED: ['blue', 'half'],
  PACKED: ['blue', 'twoThirds'],
  SHIPPED: ['blue', 'most'],
  AT_STORE: ['violet', 'dashed'],
  HANDED_OVER: ['green', 'full'],
  DELIVERED: ['green', 'full'],
  LOST: ['red', 'alert'],
  RETURNED_TO_SENDER: ['red', 'back'],
  CANCELLED: ['neutral', 'cross'],
};

export const PAYMENT_STATES = ['pending', 'authorised', 'partially_paid', 'paid', 'failed'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

const PAYMENTS: Readonly<Record<string, Shape>> = {
  paid: ['green', 'full'],
  authorised: ['violet', 'half'],
  partially_paid: ['amber', 'half'],
  pending: ['neutral', 'empty'],
  failed: ['red', 'alert'],
};

export const orderLook = (status: string): Look => looked('order', status, ORDERS[status]);
export const shipmentLook = (status: string): Look => looked('shipment', status, SHIPMENTS[status]);
export const paymentLook = (state: string): Look => looked('payment', state, PAYMENTS[state]);
export const holdLook = (kind: string): Look => looked('hold', kind, ['amber', 'stop']);

/** In the order of a mail's life. */
export const MAIL_STATES = ['waiting', 'ready', 'sending', 'sent', 'kept', 'joined', 'dropped', 'refused', 'dead'] as const;
export type MailState = (typeof MAIL_STATES)[number];
export const isMailState = (text: string): text is MailState => MAIL_STATES.some((state) => state === text);

const MAILS: Readonly<Record<string, Shape>> = {
  waiting: ['blue', 'empty'],
  ready: ['blue', 'third'],
  sending: ['blue', 'most'],
  sent: ['green', 'full'],
  kept: ['neutral', 'half'],
  joined: ['neutral', 'slash'],
  dropped: ['neutral', 'slash'],
  refused: ['amber', 'stop'],
  dead: ['red', 'alert'],
};
export const mailLook = (state: string): Look => looked('mail', state, MAILS[state]);

export const holdWord = (kind: string): string => holdLook(kind).word;

/** What a hold of this kind stops, in the words of the person who has to act. */
export const holdBlocks = (kind: string): string => stateWords(kind === 'ITEM' || kind === 'ADDRESS' ? 'blocks.all' : 'blocks.release');

/** SOME_CODE as "Some code". */
export function spoken(code: string): string {
  const text = code.replaceAll(/[_-]+/g, ' ').toLowerCase().trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export interface Stage {
  readonly key: string;
  readonly tone: Tone | 'gone';
}

/** A stage in words, as it follows a number of units. */
export const stageWord = (key: string): string => stateWords.maybe(`stage.${key}`) ?? spoken(key).toLowerCase();

/** Where units of a line can be, in the order of their life. What the carrier said is taken out of "in transit". */
export const STAGES: readonly Stage[] = [
  { key: 'delivered', tone: 'green' },
  { key: 'handed_over', tone: 'green' },
  { key: 'in_transit', tone: 'blue' },
  { key: 'packed', tone: 'blue' },
  { key: 'picked', tone: 'blue' },
  { key: 'released', tone: 'blue' },
  { key: 'reserved', tone: 'blue' },
  { key: 'preordered', tone: 'violet' },
  { key: 'backordered', tone: 'violet' },
  { key: 'pending', tone: 'amber' },
  { key: 'lost', tone: 'red' },
  { key: 'returned_to_sender', tone: 'red' },
  { key: 'cancelled', tone: 'gone' },
];

export const searchWord = (field: SearchMatch['field']): string => stateWords(`found.${field}`);
