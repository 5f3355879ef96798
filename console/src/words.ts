// The words, tones and shapes of every state: the one place where a code becomes something a person reads.
import type { SearchMatch } from './api.ts';
import type { Glyph } from './glyphs.ts';

/** neutral: nothing to do · blue: the system works · violet: waits for somebody outside · amber: needs a person · red: harm · green: done well. */
export type Tone = 'neutral' | 'blue' | 'violet' | 'amber' | 'red' | 'green';

export interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly glyph: Glyph;
}

const look = (word: string, tone: Tone, glyph: Glyph): Look => ({ word, tone, glyph });

/** In the order of an order's life; the tabs of the list. */
export const ORDER_STATUSES = [
  'PENDING', 'ON_HOLD', 'BACKORDERED', 'PROCESSING', 'PARTIALLY_SHIPPED', 'SHIPPED', 'COMPLETED', 'PARTIALLY_CANCELLED', 'CANCELLED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export const isOrderStatus = (text: string): text is OrderStatus => ORDER_STATUSES.some((status) => status === text);

export const HOLD_KINDS = ['ITEM', 'ADDRESS', 'PAYMENT', 'FRAUD', 'CREDIT', 'APPROVAL', 'PRICING', 'TAX', 'CHANNEL_CHANGE', 'CHANNEL_PAUSED', 'CUSTOMER', 'MANUAL'] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];
export const isHoldKind = (text: string): text is HoldKind => HOLD_KINDS.some((kind) => kind === text);

const ORDERS: Readonly<Record<string, Look>> = {
  PENDING: look('Pending', 'blue', 'empty'),
  ON_HOLD: look('On hold', 'amber', 'stop'),
  BACKORDERED: look('Backordered', 'violet', 'dashed'),
  PROCESSING: look('Processing', 'blue', 'third'),
  PARTIALLY_SHIPPED: look('Part-shipped', 'blue', 'half'),
  SHIPPED: look('Shipped', 'blue', 'most'),
  COMPLETED: look('Completed', 'green', 'full'),
  PARTIALLY_CANCELLED: look('Part-cancelled', 'neutral', 'slash'),
  CANCELLED: look('Cancelled', 'neutral', 'cross'),
};

const SHIPMENTS: Readonly<Record<string, Look>> = {
  PLANNED: look('Planned', 'blue', 'empty'),
  RELEASED: look('Released', 'blue', 'fifth'),
  ACCEPTED: look('Accepted', 'blue', 'third'),
  PICKED: look('Picked', 'blue', 'half'),
  PACKED: look('Packed', 'blue', 'twoThirds'),
  SHIPPED: look('Shipped', 'blue', 'most'),
  AT_STORE: look('At the store', 'violet', 'dashed'),
  HANDED_OVER: look('Handed over', 'green', 'full'),
  DELIVERED: look('Delivered', 'green', 'full'),
  LOST: look('Lost', 'red', 'alert'),
  RETURNED_TO_SENDER: look('Returned', 'red', 'back'),
  CANCELLED: look('Cancelled', 'neutral', 'cross'),
};

const PAYMENTS: Readonly<Record<string, Look>> = {
  paid: look('Paid', 'green', 'full'),
  authorised: look('Authorised', 'violet', 'half'),
  partially_paid: look('Partly paid', 'amber', 'half'),
  pending: look('Unpaid', 'neutral', 'empty'),
  failed: look('Failed', 'red', 'alert'),
};

export const orderLook = (status: string): Look => ORDERS[status] ?? look(spoken(status), 'neutral', 'empty');
export const shipmentLook = (status: string): Look => SHIPMENTS[status] ?? look(spoken(status), 'neutral', 'empty');
export const paymentLook = (state: string): Look => PAYMENTS[state] ?? look(spoken(state), 'neutral', 'empty');
export const holdLook = (kind: string): Look => look(holdWord(kind), 'amber', 'stop');

/** In the order of a mail's life. */
export const MAIL_STATES = ['waiting', 'ready', 'sending', 'sent', 'kept', 'joined', 'dropped', 'refused', 'dead'] as const;
export type MailState = (typeof MAIL_STATES)[number];
export const isMailState = (text: string): text is MailState => MAIL_STATES.some((state) => state === text);

const MAILS: Readonly<Record<string, Look>> = {
  waiting: look('To be written', 'blue', 'empty'),
  ready: look('To be sent', 'blue', 'third'),
  sending: look('Being sent', 'blue', 'most'),
  sent: look('Sent', 'green', 'full'),
  kept: look('Kept here', 'neutral', 'half'),
  joined: look('In another', 'neutral', 'slash'),
  dropped: look('Not needed', 'neutral', 'slash'),
  refused: look('Refused', 'amber', 'stop'),
  dead: look('Not taken', 'red', 'alert'),
};
export const mailLook = (state: string): Look => MAILS[state] ?? look(spoken(state), 'neutral', 'empty');
export const mailKindWord = (kind: string): string => spoken(kind);

const HOLD_WORDS: Readonly<Record<string, string>> = { CHANNEL_CHANGE: 'Channel change', MANUAL: 'By hand' };
export const holdWord = (kind: string): string => HOLD_WORDS[kind] ?? spoken(kind);

/** What a hold of this kind stops, in the words of the person who has to act. */
export const holdBlocks = (kind: string): string => (kind === 'ITEM' || kind === 'ADDRESS' ? 'stops routing and release' : 'stops release');

/** SOME_CODE as "Some code". */
export function spoken(code: string): string {
  const text = code.replaceAll(/[_-]+/g, ' ').toLowerCase().trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const TRIGGERS: Readonly<Record<string, string>> = {
  CAPTURE: 'when the order came in', HOLD_RELEASED: 'after a hold was released', REJECTED: 'after a node refused', SHORT_PICK: 'after a short pick',
  TIME_IN_STATE: 'after a node did not answer', STOCK_SHORT: 'after stock turned out short', STOCK_ARRIVED: 'after stock arrived',
  NODE_OFFLINE: 'after a node went offline', RE_EVALUATED: 'because something better became possible', MANUAL: 'by hand',
};
export const triggerWords = (trigger: string): string => TRIGGERS[trigger] ?? `after ${spoken(trigger).toLowerCase()}`;

const VERDICTS: Readonly<Record<string, Look>> = {
  CHOSEN: look('Chosen', 'green', 'full'),
  COSTLIER: look('Costs more', 'neutral', 'most'),
  PARTIAL: look('Has only part', 'neutral', 'half'),
  NO_STOCK: look('No stock', 'neutral', 'empty'),
};
/** Hard rules strike a candidate out before any cost is looked at. */
const STRUCK: Readonly<Record<string, string>> = {
  OFFLINE: 'Offline', NOT_IN_POOL: 'Not in the pool', ITEM_CLASS: 'May not hold it', EXCLUDED: 'Tried before', NOT_PRESELECTED: 'Another was asked for', TOO_FAR: 'Too far',
  PAUSED: 'Paused', VIRTUAL: 'Not a place', AT_CAPACITY: 'No capacity', SLOTS_FULL: 'Slots full', NODE_KIND: 'Not that kind', NOT_LISTED: 'Not allowed', OTHER_COUNTRY: 'Other country', SERVICE: 'No such service', SHIPS_LATER: 'Ships later', ARRIVES_LATE: 'Arrives late',
  NOT_WHOLE: 'Not all of it', BACKLOG: 'Too much waiting', RULE: 'Fails a condition', CLOSED: 'Closed', NO_LANE: 'No lane', NO_PRICE: 'No price',
};
export const verdictLook = (verdict: string): Look => VERDICTS[verdict] ?? look(STRUCK[verdict] ?? spoken(verdict), 'neutral', 'cross');
export const isStruck = (verdict: string): boolean => VERDICTS[verdict] === undefined;

export interface Stage {
  readonly key: string;
  readonly words: string;
  readonly tone: Tone | 'gone';
}

/** Where units of a line can be, in the order of their life. What the carrier said is taken out of "in transit". */
export const STAGES: readonly Stage[] = [
  { key: 'delivered', words: 'delivered', tone: 'green' },
  { key: 'handed_over', words: 'handed over', tone: 'green' },
  { key: 'in_transit', words: 'in transit', tone: 'blue' },
  { key: 'packed', words: 'packed', tone: 'blue' },
  { key: 'picked', words: 'picked', tone: 'blue' },
  { key: 'released', words: 'at the node', tone: 'blue' },
  { key: 'reserved', words: 'reserved', tone: 'blue' },
  { key: 'preordered', words: 'pre-ordered', tone: 'violet' },
  { key: 'backordered', words: 'backordered', tone: 'violet' },
  { key: 'pending', words: 'without a node', tone: 'amber' },
  { key: 'lost', words: 'lost', tone: 'red' },
  { key: 'returned_to_sender', words: 'returned to sender', tone: 'red' },
  { key: 'cancelled', words: 'cancelled', tone: 'gone' },
];

const SEARCH_WORDS: Readonly<Record<SearchMatch['field'], string>> = {
  number: 'Number', external_id: 'External id', channel_name: 'Name at the channel', email: 'E-mail', name: 'Name', company: 'Company', phone: 'Phone', tracking_number: 'Tracking', sku: 'SKU',
  title: 'Item', postcode: 'Postcode', city: 'Town',
};
export const searchWord = (field: SearchMatch['field']): string => SEARCH_WORDS[field];
