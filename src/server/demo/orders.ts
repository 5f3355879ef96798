import { HOUR, instantOfDay, localDay } from '../../domain/kernel/index.ts';
import type { CaptureOrder } from '../../flows/capture-orders.ts';
import { DEMO_ITEMS, type DemoItem } from './catalogue.ts';
import { DEMO_PREFIX } from './prefix.ts';
import { createCustomer } from './people.ts';
import type { Random } from './random.ts';

/** What is special about an order of the demonstration; most have nothing special. */
export type Fate =
  | 'plain' | 'unpaid' | 'risky' | 'bad_address' | 'wrong_total' | 'approval' | 'held_by_hand' | 'blocked_item' | 'backorder' | 'nothing_left' | 'split'
  | 'rejected' | 'short_pick' | 'cancelled' | 'partly_cancelled' | 'lost' | 'returned' | 'collected' | 'kit' | 'delayed';

/** Of a hundred orders, how many have which fate. */
const SHARES: readonly (readonly [Fate, number])[] = [
  ['unpaid', 3], ['risky', 2], ['bad_address', 2], ['wrong_total', 2], ['approval', 1], ['held_by_hand', 1], ['blocked_item', 1], ['backorder', 3], ['nothing_left', 1], ['split', 5],
  ['rejected', 3], ['short_pick', 3], ['cancelled', 3], ['partly_cancelled', 2], ['lost', 1], ['returned', 1], ['collected', 3], ['kit', 2], ['delayed', 4],
];

/** Fates come round in a fixed order, so that each of them is there however few orders are made. */
export function fateOf(index: number): Fate {
  let place = (index * 37) % 100;
  for (const [fate, share] of SHARES) {
    if (place < share) return fate;
    place -= share;
  }
  return 'plain';
}

const inStock = (one: DemoItem): boolean => one.item.status === 'active' && !isScarce(one) && !isDcOnly(one) && !isStoreOnly(one) && !isSet(one);
export const isSet = ({ item }: DemoItem): boolean => item.components !== null;
/** Never received: what backorders and exceptions wait for. */
export const isScarce = ({ item }: DemoItem): boolean => /^KIT-0[14]-BLA$|^GAR-02-BLA$/.test(item.sku);
/** One item that only the distribution centre has, and one that only a store has: both together are a split. */
export const isDcOnly = ({ item }: DemoItem): boolean => item.sku === 'TEX-02-NAT';
export const isStoreOnly = ({ item }: DemoItem): boolean => item.sku === 'TAB-06-BLA';

const ORDINARY = DEMO_ITEMS.filter((one) => inStock(one) && one.item.handlingClass !== 'bulky');
const ANY = DEMO_ITEMS.filter(inStock);

function itemsFor(fate: Fate, random: Random): DemoItem[] {
  const matching = (test: (one: DemoItem) => boolean): DemoItem[] => DEMO_ITEMS.filter(test);
  if (fate === 'split') return [...matching(isDcOnly), ...matching(isStoreOnly)];
  if (fate === 'backorder') return [random.pick(matching((one) => isScarce(one) && one.item.backorder)), ...(random.chance(0.4) ? [random.pick(ORDINARY)] : [])];
  if (fate === 'nothing_left') return [random.pick(matching((one) => isScarce(one)))];
  if (fate === 'blocked_item') return [random.pick(matching((one) => one.item.status === 'blocked')), random.pick(ORDINARY)];
  if (fate === 'kit') return [random.pick(matching(isSet))];
  const count = fate === 'partly_cancelled' || fate === 'short_pick' ? 2 : random.pick([1, 1, 1, 2, 2, 3, 4]);
  const chosen = Array.from({ length: count }, () => random.pick(random.chance(0.1) ? ANY : ORDINARY));
  return [...new Set(chosen)];
}

const channelOf = (fate: Fate, random: Random): string => `${DEMO_PREFIX}${fate === 'nothing_left' ? 'market' : fate === 'plain' ? random.pick(['web', 'web', 'web', 'web', 'market', 'phone']) : 'web'}`;

/** Whose shipments all go their way, so that a date can be named and kept. Others wait for somebody, for goods, or for the customer. */
const DATED: ReadonlySet<Fate> = new Set(['plain', 'rejected', 'short_pick', 'lost', 'returned', 'delayed']);
/** Days within which the web shop says that goods are there, by where they go; nowhere else it says anything. */
const DAYS_TO: Readonly<Record<string, number>> = { DE: 5, GB: 5, AT: 7 };
const EVENING = 20 * HOUR;

/** Until when the web shop told the customer that everything is there: the evening of a day, by the customer's clock. */
function promisedBy(channel: string, fate: Fate, country: unknown, placedAt: number): number | undefined {
  const days = DAYS_TO[String(country)];
  if (channel !== `${DEMO_PREFIX}web` || !DATED.has(fate) || days === undefined) return undefined;
  const zone = country === 'GB' ? 'Europe/London' : 'Europe/Berlin';
  return instantOfDay(localDay(placedAt, zone) + days, EVENING, zone);
}

const countryOf = (contact: Readonly<Record<string, unknown>>): unknown => {
  const shipTo = contact['ship_to'];
  return typeof shipTo === 'object' && shipTo !== null && 'country' in shipTo ? shipTo.country : undefined;
};
/** The hall that serves a customer's country. */
export const hallOf = ({ contact }: Pick<CaptureOrder, 'contact'>): string => (countryOf(contact) === 'GB' ? 'daventry-3pl' : 'kassel-dc');

/** One order as a channel would send it. The same external id, seed and time give the same order. */
export function createOrder(externalId: string, placedAt: number, fate: Fate, random: Random): CaptureOrder {
  const items = itemsFor(fate, random);
  const { contact, coordinates } = createCustomer(random);
  const lines = items.map(({ item, priceMinor }) => ({
    sku: item.sku, quantity: fate === 'short_pick' ? '2' : String(random.pick([1, 1, 1, 2, 3])), unit: null, unitPrice: (priceMinor / 100).toFixed(2), discountMinor: 0, taxMinor: 0, totalMinor: null,
    externalId: null, node: null,
  }));
  const merchandise = items.reduce((sum, { priceMinor }, index) => sum + priceMinor * Number(lines[index]?.quantity ?? 0), 0);
  const shipping = merchandise >= 5000 ? 0 : 490;
  const total = merchandise + shipping + (fate === 'wrong_total' ? -100 : 0);
  const shipTo = contact['ship_to'];
  const channel = channelOf(fate, random);
  const deliverBy = promisedBy(channel, fate, countryOf(contact), placedAt);
  return {
    // The id is the order's identity here; its content depends on the time of the start, which a resumed one does not repeat.
    idempotencyKey: `demo/${externalId}`, bodyHash: bodyHashOf(externalId), actor: 'demo', channel, externalId, currency: 'EUR', placedAt, lines,
    totals: { totalMinor: total, shippingMinor: shipping, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: true },
    payment: { state: fate === 'unpaid' ? 'pending' : 'paid', payments: fate === 'unpaid' ? [] : [{ tender: random.pick(['card', 'paypal', 'klarna'] as const), amountMinor: total, reference: null }] },
    risk: fate === 'risky' ? 'high' : 'low',
    requestedHolds: fate === 'approval' ? [{ kind: 'APPROVAL', reason: 'Over the limit of the account; the buyer’s manager has to approve.', dueAt: null }] : [],
    contact: fate === 'bad_address' && typeof shipTo === 'object' ? { ...contact, ship_to: { ...shipTo, street: undefined } } : contact,
    destination: coordinates, claimId: null, attributes: {}, ...(deliverBy === undefined ? {} : { deliverBy }),
  };
}

export const bodyHashOf = (text: string): string => Buffer.from(text).toString('hex');
