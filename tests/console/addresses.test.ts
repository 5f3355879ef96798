import { expect, test } from 'vitest';
import { exportUrl, parseAudit, questionOf } from '../../console/src/audit/query.ts';
import { decimalText, quantity } from '../../console/src/numbers.ts';
import { activeFilters, EVERYTHING, filterOf, listUrl, isSearchable, orderIdIn, parseQuery, without } from '../../console/src/orders/query.ts';
import { relative, startOfDay } from '../../console/src/time.ts';

test('the address of a list says everything, and reads back as it was written', () => {
  const query = { ...EVERYTHING, statuses: ['ON_HOLD', 'PENDING'] as const, channel: 'web & more', node: 'berlin', hold: 'FRAUD' as const, payment: 'failed' as const, promise: 'late' as const, sku: 'TAB 01', country: 'AT', currency: 'JPY', least: '10', most: '2000', sort: 'deadline' as const, from: '2026-03-01', to: '2026-03-29', zone: 'Europe/Berlin', search: '#12', columns: ['placed', 'total'] as const, selected: [`ord_${'0'.repeat(32)}`] };
  expect(parseQuery(listUrl(query).split('?')[1] ?? '')).toEqual(query);
  expect(listUrl(EVERYTHING)).toBe('/orders');
});

test('what an address says wrongly is left out', () => {
  const query = parseQuery('status=LOST&status=ON_HOLD&hold=nothing&from=yesterday&to=0002-01-01&zone=Nowhere/Land');
  expect(query).toMatchObject({ statuses: ['ON_HOLD'], hold: '', from: '', to: '' });
  expect(query.zone).not.toBe('Nowhere/Land');
});

test('amounts are of a currency, in its minor units, and mean nothing without it', () => {
  expect(filterOf(parseQuery('currency=EUR&least=10,5&most=20'))).toEqual({ currency: 'EUR', total_from: 1050, total_to: 2000 });
  expect(filterOf(parseQuery('currency=JPY&least=10&most=20.5'))).toEqual({ currency: 'JPY', total_from: 10 });
  expect(filterOf(parseQuery('currency=BHD&least=0.125'))).toEqual({ currency: 'BHD', total_from: 125 });
  expect(filterOf(parseQuery('least=10&most=20'))).toEqual({});
  expect(filterOf(parseQuery('currency=EUR&least=-1&most=1.999'))).toEqual({ currency: 'EUR' });
  expect(parseQuery('country=Austria&currency=euro')).toMatchObject({ country: '', currency: '' });
  expect(without(parseQuery('currency=EUR&least=10&sku=A'), 'currency')).toMatchObject({ currency: '', least: '', sku: 'A' });
});

test('a list has one order: that of what is found, or the one that was chosen', () => {
  expect(filterOf(parseQuery('sort=deadline&payment=paid&promise=late'))).toEqual({ sort: 'deadline', payment_state: 'paid', level: 'late' });
  expect(filterOf(parseQuery('sort=placed&q=12'))).toEqual({ q: '12' });
  expect(parseQuery('sort=price&payment=gold&promise=never')).toMatchObject({ sort: '', payment: '', promise: '' });
});

test('each filter is cleared alone', () => {
  const query = parseQuery('status=ON_HOLD&channel=web&q=12');
  expect(activeFilters(query)).toEqual(['status', 'channel', 'search']);
  expect(activeFilters(without(query, 'channel'))).toEqual(['status', 'search']);
});

test('days are those of the zone in the address, both included', () => {
  const { placed_from, placed_to } = filterOf(parseQuery('from=2026-03-29&to=2026-03-29&zone=Europe/Berlin'));
  // The day on which the clock goes forward has 23 hours.
  expect([placed_from, placed_to]).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
});

test('a day begins after a clock that jumps over midnight, and once where it goes back', () => {
  const iso = (date: string, zone: string): string => new Date(startOfDay(date, zone) ?? 0).toISOString();
  expect(iso('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00.000Z');
  expect(iso('2026-04-24', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z');
  expect(iso('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z');
  expect(iso('2026-06-01', 'Asia/Kathmandu')).toBe('2026-05-31T18:15:00.000Z');
  expect(startOfDay('2026-06-01', 'Nowhere/Land')).toBeNull();
  expect(startOfDay('01.06.2026', 'UTC')).toBeNull();
});

test('a search is part of the filter, and signs alone are none', () => {
  expect(filterOf(parseQuery('?q=+%231042+anna+'))).toEqual({ q: '#1042 anna' });
  expect(['1', 'ä', '太', '%', '_ -', '😀', ''].map(isSearchable)).toEqual([true, true, true, false, false, false, false]);
  expect(orderIdIn(` ord_${'0'.repeat(32)} `)).toBe(`ord_${'0'.repeat(32)}`);
  expect(orderIdIn('ord_12')).toBeNull();
});

test('numbers keep every digit', () => {
  expect(decimalText(5, 2)).toBe('0.05');
  expect(decimalText(-12345, 2)).toBe('-123.45');
  expect(decimalText(9_007_199_254_740_991, 3)).toBe('9007199254740.991');
  expect(quantity(1500, 3)).toBe('1.5');
  expect(quantity(2000, 3)).toBe('2');
  expect(quantity(120, 0)).toBe('120');
});

test('ages are short and round down', () => {
  const now = Date.UTC(2026, 0, 10);
  expect([30_000, 90_000, 59 * 60_000, 3_600_000, 47 * 3_600_000, 72 * 3_600_000].map((age) => relative(now - age, now))).toEqual(['just now', '1 min ago', '59 min ago', '1 h ago', '1 d ago', '3 d ago']);
  expect(relative(now + 7_200_000, now)).toBe('in 2 h');
});

test('the file of the audit log is asked for what its list is asked for', () => {
  const view = parseAudit(`actor=key_1&type=HoldPlaced&object=berlin&kind=node&request=r-1&via=job&job=act_1&from=2026-03-01&to=2026-03-02&zone=Europe/Berlin`);
  expect(Object.keys(questionOf(view))).toHaveLength(9);
  expect(Object.fromEntries(new URL(exportUrl(view), 'http://ordo.example').searchParams)).toEqual({ format: 'csv', ...questionOf(view) });
  expect(exportUrl(parseAudit(''))).toBe('/v1/exports/events?format=csv');
});
