import type { Instant } from '../../domain/kernel/index.ts';
import { type CarrierService, EXCHANGE_RATES_CODE, type Lane, type RateCard, type RateCell, serviceKey, type ShippingFact } from '../../domain/shipping/index.ts';
import { demoCalendars } from './calendars.ts';

const CARRIER = 'demo-post';
const WEEK_OF_WORK = [{ opens: '06:00', closes: '20:00' }];
const MONDAY_TO_SATURDAY = [1, 2, 3, 4, 5, 6];

const lane = (from: readonly string[], toCountry: string, zone: string, least: number, most: number): Lane =>
  ({ fromNodes: null, fromCountries: from, toCountry, toPostcodes: null, zone, transitDays: { least, most } });
/** What a store's own van reaches. */
const around = (node: string, toCountry: string, ...ranges: readonly (readonly [from: string, to: string])[]): Lane =>
  ({ fromNodes: [node], fromCountries: null, toCountry, toPostcodes: ranges.map(([from, to]) => ({ from, to })), zone: 'near', transitDays: { least: 1, most: 1 } });

const service = (code: string, name: string, level: string, lanes: readonly Lane[]): CarrierService => ({
  carrier: CARRIER, code, name, level, calendar: 'demo-post', deliveryWeekdays: MONDAY_TO_SATURDAY, dimensionalDivisor: null, maximumGrams: null, maximumLengthMm: null, handlingClasses: null, lanes,
});

const HOME = ['DE', 'AT', 'GB'];
const SERVICES: readonly CarrierService[] = [
  service('standard', 'Demo Post Standard', 'standard', [
    ...HOME.map((country) => lane([country], country, 'home', 1, 2)), lane(['DE'], 'AT', 'neighbour', 2, 3), lane(['AT'], 'DE', 'neighbour', 2, 3),
    lane(['DE', 'AT'], 'GB', 'overseas', 4, 7), lane(['GB'], 'DE', 'overseas', 4, 7), lane(['GB'], 'AT', 'overseas', 4, 7), lane(HOME, 'IL', 'world', 6, 10), lane(HOME, 'LB', 'world', 6, 10),
  ]),
  service('regional', 'Demo Post Regional', 'standard', [
    around('berlin', 'DE', ['10', '19']), around('hamburg', 'DE', ['19', '29']), around('munich', 'DE', ['80', '87'], ['90', '94']), around('vienna', 'AT', ['1', '4']),
    around('london', 'GB', ['N', 'N'], ['E', 'E'], ['BN', 'BN']), around('manchester', 'GB', ['M', 'M'], ['LS', 'LS']),
  ]),
  service('express', 'Demo Post Express', 'express', HOME.map((country) => lane([country], country, 'home', 1, 1))),
];

const cell = (kilograms: number, euros: number, perKilogram = 0): RateCell => ({ upToGrams: kilograms * 1000, micros: Math.round(euros * 1e6), perKilogramMicros: Math.round(perKilogram * 1e6) });
const HEAVIEST_KG = 1_000;
const card = (code: string, zones: RateCard['zones']): RateCard => ({ code: `DEMO-${code.toUpperCase()}`, carrier: CARRIER, service: code, currency: 'EUR', zones, surcharges: [] });

const CARDS: readonly RateCard[] = [
  card('standard', {
    home: [cell(2, 4.2), cell(5, 5.4), cell(10, 7.9), cell(HEAVIEST_KG, 7.9, 0.45)], neighbour: [cell(5, 9.6), cell(HEAVIEST_KG, 9.6, 0.7)],
    overseas: [cell(5, 16.5), cell(HEAVIEST_KG, 16.5, 1.4)], world: [cell(5, 24.9), cell(HEAVIEST_KG, 24.9, 3.2)],
  }),
  card('regional', { near: [cell(5, 3.1), cell(HEAVIEST_KG, 3.1, 0.4)] }),
  card('express', { home: [cell(2, 8.4), cell(HEAVIEST_KG, 8.4, 0.95)] }),
];

/** When places are open, as it is told now; a carrier that does not exist, with invented prices; and what its money is worth. */
export const demoShipping = (now: Instant): readonly ShippingFact[] => [
  ...demoCalendars(now).map((document): ShippingFact => ({ kind: 'calendar', code: document.code, document })),
  { kind: 'calendar', code: 'demo-post', document: { code: 'demo-post', name: 'Days on which Demo Post collects and carries', week: [1, 2, 3, 4, 5, 6, 7].map((day) => (day === 7 ? [] : WEEK_OF_WORK)), exceptions: {} } },
  { kind: 'exchange_rates', code: EXCHANGE_RATES_CODE, document: { base: 'EUR', perMillion: { GBP: 1_150_000 } } },
  ...SERVICES.map((document): ShippingFact => ({ kind: 'carrier_service', code: serviceKey(document.carrier, document.code), document })),
  ...CARDS.map((document): ShippingFact => ({ kind: 'rate_card', code: document.code, document })),
];
