import { DAY, HOUR, SECOND } from '../../domain/kernel/index.ts';
import type { CaptureOrder } from '../../flows/capture-orders.ts';
import type { Scenario } from '../../flows/sandbox.ts';
import { DEMO_PREFIX } from './prefix.ts';
import type { Pace } from './journey.ts';
import { createOrder, type Fate } from './orders.ts';
import { createRandom } from './random.ts';

/** One moment of a scenario: what comes in, or what happens to a node. */
export interface Act {
  readonly afterMs: number;
  readonly orders: readonly ScenarioOrder[];
  /** A node that closes, or that may send no more than this a day from now on. */
  readonly node?: { readonly code: string; readonly closes: string } | { readonly code: string; readonly ordersPerDay: number };
}

export interface ScenarioOrder {
  readonly order: CaptureOrder;
  readonly fate: Fate;
}

type Town = readonly [city: string, postcode: string, latitude: number, longitude: number];
const BERLIN: Town = ['Berlin', '10119', 52.5297, 13.4012];
const TOWNS: readonly Town[] = [BERLIN, ['Hamburg', '22765', 53.5546, 9.9289], ['München', '80799', 48.1535, 11.5789], BERLIN];
const STORES = ['berlin', 'hamburg', 'munich', 'berlin'] as const;

/** Work is slower than in quiet times, so that it piles up. */
export const SCENARIO_PACE: Pace = { nodeMs: 90 * SECOND, carrierMs: 120 * SECOND };

/**
 * What happens when a scenario is played: the same orders in the same order whenever it is. `run` tells one playing from
 * another, because the id of an order is its identity.
 */
export function actsOf(scenario: Scenario, run: string, now: number): readonly Act[] {
  const make = (n: number, fate: Fate, over: (order: CaptureOrder) => Partial<CaptureOrder>): ScenarioOrder => {
    // What is asked for in time is a matter of the scenario.
    const { deliverBy: _said, ...order } = createOrder(`${scenario.toUpperCase()}-${run}-${String(n + 1).padStart(3, '0')}`, now, fate, createRandom(7_919 * (n + 1)));
    return { order: { ...order, channel: `${DEMO_PREFIX}web`, ...over(order) }, fate };
  };
  if (scenario === 'peak') return peak(make, now);
  return scenario === 'stores' ? stores(make) : outage(make);
}

type Make = (n: number, fate: Fate, over: (order: CaptureOrder) => Partial<CaptureOrder>) => ScenarioOrder;

/** The same customer, somewhere else. */
function at({ contact }: CaptureOrder, [city, postcode, latitude, longitude]: Town): Partial<CaptureOrder> {
  const coordinates = { latitude, longitude };
  const before = contact['ship_to'];
  const address = { ...(typeof before === 'object' && before !== null ? before : {}), street: 'Lange Straße 8', city, postcode, country: 'DE', coordinates };
  return { contact: { ...contact, ship_to: address, coordinates }, destination: coordinates };
}

const places = <T>(count: number, from: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => from(n));
const townOf = (n: number): Town => TOWNS[n % TOWNS.length] ?? BERLIN;

/** Sooner than anybody can, at any hour: what is on time for a cut-off, at 16:00 at the latest, is there the next day, and a date is kept until its day ends. */
const TOO_SOON = 4 * HOUR;
/** What Berlin sends on its third day of work is on time, also over a Sunday. */
const SOON_ENOUGH = 7 * DAY;

/** 120 orders in 24 seconds while Berlin may send 25 a day: it fills, and one in three wants to be there sooner than anybody can. */
const peak = (make: Make, now: number): Act[] => places(24, (act): Act => ({
  afterMs: act * SECOND, ...(act === 0 ? { node: { code: 'berlin', ordersPerDay: 25 } } : {}),
  orders: places(5, (n) => make(act * 5 + n, 'plain', (order) => ({ ...at(order, townOf(act + n)), deliverBy: now + ((act * 5 + n) % 3 === 0 ? TOO_SOON : SOON_ENOUGH) }))),
}));

/** 45 orders around stores: every third is collected there, every fourth of the others is turned down by the store that got it. */
const stores = (make: Make): Act[] => places(15, (act): Act => ({
  afterMs: act * SECOND,
  orders: places(3, (n) => make(act * 3 + n, n === 0 ? 'collected' : act % 4 === 0 ? 'rejected' : 'plain', (order) => ({ ...at(order, townOf(act)), pickupNode: n === 0 ? STORES[act % STORES.length] ?? null : null }))),
}));

/** 30 orders for Berlin; then the store there closes with them, and what only it has is wanted ten times more. */
const outage = (make: Make): Act[] => [
  ...places(10, (act): Act => ({ afterMs: act * SECOND, orders: places(3, (n) => make(act * 3 + n, 'plain', (order) => at(order, BERLIN))) })),
  { afterMs: 12 * SECOND, orders: [], node: { code: 'berlin', closes: 'Water in the stockroom' } },
  ...places(5, (act): Act => ({
    afterMs: (14 + act) * SECOND,
    orders: places(2, (n) => make(30 + act * 2 + n, 'plain', (order) => ({ ...at(order, BERLIN), channel: `${DEMO_PREFIX}${n === 0 ? 'market' : 'web'}`, lines: order.lines.map((line, index) => (index === 0 && n === 0 ? { ...line, sku: 'TAB-06-BLA' } : line)), totals: { ...order.totals, totalMinor: null }, payment: { state: 'paid', payments: [] } }))),
  })),
];
