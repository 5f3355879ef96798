import { DAY } from '../../domain/kernel/index.ts';
import type { CaptureOrder } from '../../flows/capture-orders.ts';
import type { StockCommand } from '../../flows/change-stock.ts';
import { DEMO_ITEMS } from './catalogue.ts';
import { DEMO_PREFIX } from './prefix.ts';
import { bodyHashOf } from './orders.ts';

/** Baskets that are worth explaining: each passes over a node that one would expect. */
interface Basket {
  readonly name: string;
  readonly place: readonly [street: string, postcode: string, city: string, country: string, latitude: number, longitude: number];
  readonly goods: readonly (readonly [sku: string, quantity: number])[];
  readonly express: boolean;
  /** Nodes that get the goods first, so that there is something to choose from. */
  readonly stockedAt: readonly string[];
}

const BASKETS: readonly Basket[] = [
  // Hamburg is nearest, and may send five units a day.
  { name: 'Marlene Petersen', place: ['Mecklenburgstraße 21', '19053', 'Schwerin', 'DE', 53.6288, 11.4148], goods: [['TAB-03-NAT', 6]], express: false, stockedAt: ['hamburg', 'berlin', 'kassel-dc'] },
  // Munich is nearest, and on the other side of a border.
  { name: 'Florian Eder', place: ['Linzer Gasse 17', '5020', 'Salzburg', 'AT', 47.8022, 13.0476], goods: [['TAB-04-NAT', 1], ['KIT-03-NAT', 1]], express: false, stockedAt: ['munich', 'vienna', 'kassel-dc'] },
  // In a hurry.
  { name: 'Amelia Clarke', place: ['Gardner Street 31', 'BN1 1UP', 'Brighton', 'GB', 50.8252, -0.1391], goods: [['COF-03-NAT', 1]], express: true, stockedAt: ['london', 'manchester', 'daventry-3pl'] },
];
const PROMISED_MS = 3 * DAY;

const basketOf = (serial: number): Basket => BASKETS[serial % BASKETS.length] ?? (BASKETS[0] as Basket);
const priceOf = (sku: string): number => DEMO_ITEMS.find(({ item }) => item.sku === sku)?.priceMinor ?? 0;

/** The n-th order that somebody places to try things out, with the goods that arrive for it. */
export function testOrder(serial: number, externalId: string, now: number): { readonly order: CaptureOrder; readonly goods: readonly StockCommand['change'][] } {
  const { name, place: [street, postcode, city, country, latitude, longitude], goods, express, stockedAt } = basketOf(serial);
  const coordinates = { latitude, longitude };
  const total = goods.reduce((sum, [sku, quantity]) => sum + priceOf(sku) * quantity, 0);
  const line = ([sku, quantity]: readonly [string, number]): CaptureOrder['lines'][number] =>
    ({ sku, quantity: String(quantity), unit: null, unitPrice: (priceOf(sku) / 100).toFixed(2), discountMinor: 0, taxMinor: 0, totalMinor: null, externalId: null, node: null });
  return {
    order: {
      idempotencyKey: `demo/${externalId}`, bodyHash: bodyHashOf(externalId), actor: 'demo', channel: `${DEMO_PREFIX}web`, externalId, currency: 'EUR', placedAt: now, lines: goods.map(line),
      totals: { totalMinor: total, shippingMinor: 0, discountMinor: 0, taxMinor: 0, otherMinor: 0, taxIncluded: true }, payment: { state: 'paid', payments: [{ tender: 'card', amountMinor: total, reference: null }] },
      risk: 'low', requestedHolds: [], contact: { customer: { name, email: 'test.order@example.com' }, ship_to: { name, street, city, postcode, country, coordinates }, coordinates },
      destination: coordinates, claimId: null, deliverBy: now + PROMISED_MS, serviceLevel: express ? 'express' : null, attributes: { test: 'yes' },
    },
    goods: stockedAt.flatMap((node) => goods.map(([sku, quantity]) => ({ type: 'receive' as const, sku, node, owner: '', condition: 'A', quantity, supplyId: null, unitCostMicros: null }))),
  };
}
