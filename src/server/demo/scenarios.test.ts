import { expect, it } from 'vitest';
import { DAY, HOUR, localDay } from '../../domain/kernel/index.ts';
import { arrival, type Calendar, type CarrierService, shipTime } from '../../domain/shipping/index.ts';
import { DEMO_NODES } from './catalogue.ts';
import { actsOf } from './scenarios.ts';
import { demoShipping } from './shipping.ts';

/** From the day before the peak on: the shop in Munich counts its goods on the Wednesday after it. */
const TOLD_AT = Date.UTC(2026, 10, 26);
const of = <T>(kind: string): T[] => demoShipping(TOLD_AT).flatMap((fact) => (fact.kind === kind ? [fact.document as T] : []));
const facts = { calendars: new Map(of<Calendar>('calendar').map((calendar) => [calendar.code, calendar])) };
const SERVICES = of<CarrierService>('carrier_service');
const ZONE = 'Europe/Berlin';
/** The first day on which anything that is ordered now may be there, in Germany, wherever it comes from. */
const firstDay = (now: number): number => Math.min(...DEMO_NODES.flatMap((node) => SERVICES.flatMap((service) => {
  const leaves = shipTime(node, service, facts, now, 0);
  const lanes = service.lanes.filter(({ toCountry, fromCountries, fromNodes }) => toCountry === 'DE' && (fromNodes?.includes(node.code) ?? fromCountries?.includes(node.address['country'] ?? '')));
  return lanes.map((lane) => (leaves && arrival(leaves, service, lane, facts, ZONE)?.day) ?? Infinity);
})));

it('whenever the peak is played, a third of its orders want to be there sooner than anybody can, and the others leave Berlin its three days', () => {
  const friday = Date.UTC(2026, 10, 27);
  // Over a weekend, around whose cut-offs it matters most.
  for (let now = friday; now < friday + 4 * DAY; now += 3 * HOUR) {
    const wanted = actsOf('peak', 'X', now).flatMap(({ orders }) => orders.map(({ order }) => localDay(order.deliverBy ?? 0, ZONE)));
    const [first, third] = [firstDay(now), firstDay(now + 3 * DAY)];
    expect([wanted.filter((day) => day < first).length, wanted.filter((day) => day >= third).length], new Date(now).toISOString()).toEqual([40, 80]);
  }
});
