import { type Channel, DEFAULT_BACKORDERS, DEFAULT_CHECKS, DEFAULT_DEADLINES, DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, type Item, type Node, type NodeOperations, DEFAULT_WAITING } from '../../domain/catalog/index.ts';
import { CALENDAR_OF, EVENING_CUT_OFFS } from './calendars.ts';
import { DEMO_PREFIX } from './prefix.ts';
import { DEMO_STRATEGY } from './strategy.ts';

type Place = readonly [code: string, name: string, kind: Node['kind'], street: string, city: string, postalCode: string, country: string, latitude: number, longitude: number, zone: string, cutOff: string, priority: number];

const PLACES: readonly Place[] = [
  ['kassel-dc', 'Kassel distribution centre', 'dc', 'Lilienthalstraße 12', 'Kassel', '34123', 'DE', 51.2925, 9.5214, 'Europe/Berlin', '16:00', 1],
  ['berlin', 'Berlin Mitte store', 'store', 'Rosenthaler Straße 40', 'Berlin', '10178', 'DE', 52.5244, 13.4015, 'Europe/Berlin', '15:00', 3],
  ['hamburg', 'Hamburg Altona store', 'store', 'Große Bergstraße 164', 'Hamburg', '22767', 'DE', 53.5514, 9.9412, 'Europe/Berlin', '15:00', 3],
  ['munich', 'Munich Schwabing store', 'store', 'Hohenzollernstraße 25', 'München', '80801', 'DE', 48.1606, 11.5806, 'Europe/Berlin', '15:00', 3],
  ['vienna', 'Vienna Neubau store', 'store', 'Neubaugasse 31', 'Wien', '1070', 'AT', 48.2014, 16.3488, 'Europe/Berlin', '14:30', 4],
  ['daventry-3pl', 'Daventry fulfilment partner', '3pl', 'Royal Oak Way 7', 'Daventry', 'NN11 8LB', 'GB', 52.2624, -1.1711, 'Europe/London', '17:00', 2],
  ['london', 'London Shoreditch store', 'store', 'Redchurch Street 18', 'London', 'E2 7DP', 'GB', 51.5242, -0.0745, 'Europe/London', '15:00', 3],
  ['manchester', 'Manchester Northern Quarter store', 'store', 'Oldham Street 55', 'Manchester', 'M1 1JR', 'GB', 53.4834, -2.2335, 'Europe/London', '15:00', 3],
];

/** A store with one pair of hands: what it can send is soon taken. */
const SMALL = 'hamburg';

/** Halls work fast and at scale; stores pick from the shelf. But for the small one neither is ever near its limit. */
const operationsOf = (code: string, kind: Node['kind'], cutOff: string): NodeOperations => ({
  ...DEFAULT_OPERATIONS, pickup: kind === 'store' ? { slotMinutes: 60, ordersPerSlot: null } : null, calendar: CALENDAR_OF[code] ?? null, cutOffs: [{ carrier: null, service: null, time: `${cutOff}:00` }, ...(EVENING_CUT_OFFS[code] ?? [])],
  processing: kind === 'store' ? { minutes: 60, milliMinutesPerBacklogOrder: 2_000, maximumMinutes: 240 } : { minutes: 30, milliMinutesPerBacklogOrder: 250, maximumMinutes: 120 },
  capacity: code === SMALL ? { ...DEFAULT_OPERATIONS.capacity, ordersPerDay: 4, unitsPerDay: 5 } : { ...DEFAULT_OPERATIONS.capacity, ordersPerDay: kind === 'store' ? 5_000 : 50_000 },
  handling: kind === 'store' ? { perShipmentMicros: 900_000, perLineMicros: 250_000, perUnitMicros: 50_000 } : { perShipmentMicros: 600_000, perLineMicros: 120_000, perUnitMicros: 30_000 },
});

export const DEMO_NODES: readonly Omit<Node, 'id'>[] = PLACES.map(([code, name, kind, street, city, postalCode, country, latitude, longitude, timeZone, cutOff, priority]) => ({
  code, name, kind, status: 'online', priority, address: { street, city, postal_code: postalCode, country }, latitude, longitude, timeZone, cutOff,
  // Furniture fits only where there is a ramp.
  itemClasses: kind === 'store' ? ['standard', 'fragile'] : null,
  operations: operationsOf(code, kind, cutOff),
}));

const ROUTING = { ...DEFAULT_ROUTING_POLICY, holdKeepsStockMinutes: 20 * 24 * 60 };
const channel = (code: string, name: string, kind: string, over: Partial<Channel> = {}): Omit<Channel, 'id'> => ({
  code: `${DEMO_PREFIX}${code}`, name, kind, currency: 'EUR', nodePool: null, buffer: 0, whenUnavailable: 'backorder', autoRelease: true, priceCheck: null, strategy: DEMO_STRATEGY, checks: DEFAULT_CHECKS, backorders: DEFAULT_BACKORDERS, deadlines: DEFAULT_DEADLINES, routing: ROUTING, ...over,
});

export const DEMO_CHANNELS: readonly Omit<Channel, 'id'>[] = [
  channel('web', 'Web shop', 'web'),
  channel('market', 'Marketplace', 'marketplace', { autoRelease: false, whenUnavailable: 'exception', buffer: 2, strategy: null, nodePool: ['kassel-dc', 'daventry-3pl', 'berlin', 'hamburg'] }),
  channel('phone', 'Telephone orders', 'phone', { autoRelease: false }),
];

/** Category, its code in SKUs, handling class, grams, cheapest and dearest price in cents, and the things in it. */
type Category = readonly [name: string, code: string, handling: string, grams: number, from: number, to: number, things: readonly string[]];

const CATEGORIES: readonly Category[] = [
  ['Kitchen', 'KIT', 'standard', 600, 990, 7900, ['Chef’s knife', 'Bread knife', 'Cutting board', 'Cast-iron pan', 'Enamel pot', 'Whisk', 'Colander', 'Pepper mill', 'Kitchen scale', 'Mixing bowl']],
  ['Tableware', 'TAB', 'fragile', 450, 690, 4900, ['Stoneware plate', 'Soup bowl', 'Espresso cup', 'Teapot', 'Water glass', 'Wine glass', 'Carafe', 'Serving dish', 'Egg cup', 'Cake stand']],
  ['Coffee', 'COF', 'fragile', 900, 890, 12900, ['Filter holder', 'Hand grinder', 'French press', 'Moka pot', 'Milk jug', 'Glass kettle', 'Coffee tin', 'Drip scale']],
  ['Textiles', 'TEX', 'standard', 350, 790, 8900, ['Linen towel', 'Wool blanket', 'Cushion cover', 'Bed sheet', 'Bath towel', 'Table runner', 'Apron', 'Kilim rug']],
  ['Lighting', 'LIG', 'fragile', 1500, 1990, 19900, ['Desk lamp', 'Pendant light', 'Floor lamp', 'Clip light', 'Candle lantern', 'Bedside lamp']],
  ['Garden', 'GAR', 'standard', 1200, 590, 5900, ['Watering can', 'Pruning shears', 'Terracotta pot', 'Hand trowel', 'Plant stand', 'Bird feeder', 'Garden gloves', 'Seed box']],
  ['Furniture', 'FUR', 'bulky', 14_000, 7900, 64_900, ['Oak stool', 'Folding chair', 'Bookshelf', 'Side table', 'Coat rack', 'Shoe bench']],
  ['Office', 'OFF', 'standard', 250, 390, 3900, ['Notebook', 'Fountain pen', 'Pencil case', 'Desk tray', 'Paper weight', 'Leather folder', 'Wall calendar', 'Letter opener']],
];
const VARIANTS = ['natural', 'black', 'sand', 'forest green'] as const;

export interface DemoItem {
  readonly item: Omit<Item, 'id'>;
  readonly priceMinor: number;
}

/** Every thing in two to four variants: about 200 items, always the same ones. */
const THINGS: readonly DemoItem[] = CATEGORIES.flatMap(([category, code, handlingClass, grams, from, to, things]) =>
  things.flatMap((thing, index) => VARIANTS.slice(0, 2 + ((index * 7 + code.charCodeAt(0)) % 3)).map((variant, place): DemoItem => {
    const share = ((index * 37 + place * 11) % 100) / 100;
    return {
      priceMinor: Math.round((from + (to - from) * share) / 100) * 100 - 10,
      item: {
        sku: `${code}-${String(index + 1).padStart(2, '0')}-${variant.slice(0, 3).toUpperCase()}`, gtin: null, name: `${thing}, ${variant}`, status: code === 'LIG' && index === 3 ? 'blocked' : 'active',
        quantityScale: 0, baseUnit: 'each', units: code === 'TAB' ? [{ name: 'set', factor: 6 }] : [], handlingClass, weightGrams: grams, dimensionsMm: null,
        backorder: index % 3 === 0, waiting: DEFAULT_WAITING, safetyStock: 0, safetyPercent: 0, components: null, shipTogether: false, hsCode: null, originCountry: null, attributes: { category },
      },
    };
  })));

/** Sets of the things above: one whose parts may travel apart, one that leaves in one parcel. */
const SETS: readonly (readonly [sku: string, name: string, together: boolean, components: readonly (readonly [sku: string, quantity: number])[], priceMinor: number])[] = [
  ['SET-BREAKFAST', 'Breakfast for two', false, [['TAB-01-NAT', 2], ['TAB-02-NAT', 2]], 4990],
  ['SET-KITCHEN', 'First kitchen, gift box', true, [['KIT-02-BLA', 1], ['KIT-03-BLA', 1]], 8990],
];

export const DEMO_ITEMS: readonly DemoItem[] = [...THINGS, ...SETS.map(([sku, name, together, components, priceMinor]): DemoItem => ({
  priceMinor,
  item: {
    sku, gtin: null, name, status: 'active', quantityScale: 0, baseUnit: 'each', units: [], handlingClass: 'standard', weightGrams: null, dimensionsMm: null, backorder: false, waiting: DEFAULT_WAITING,
    safetyStock: 0, safetyPercent: 0, components: components.map(([component, quantity]) => ({ sku: component, quantity })), shipTogether: together, hsCode: null, originCountry: null, attributes: { category: 'Sets' },
  },
}))];
