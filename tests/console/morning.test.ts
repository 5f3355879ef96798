// The morning list by cut-off: what can still be caught, what has been missed, what has none.
import { expect, test } from 'vitest';
import type { MorningEntry } from '../../console/src/day/api.ts';
import { grouped, inOrder, partOf, span } from '../../console/src/day/cut-off.ts';
import { clockIn } from '../../console/src/time.ts';

const NOW = Date.UTC(2026, 2, 2, 12);
const at = (hour: number): string => new Date(Date.UTC(2026, 2, 2, hour)).toISOString();
const entry = (order: string, node: string, cutOff: string | null, total = 100, carrier: string | null = null): MorningEntry => ({
  cause: 'HELD', order, number: 1, external_id: order, channel: 'web', currency: 'EUR', total_minor: total, promised_at: null, fix: { kind: 'tell_customer', to: [], cost_micros: null, leaves: null, keeps_promise: null, code: 'nothing', sentence: '', operations: [] },
  shipment: node === '' ? null : { id: `${order}-1`, node, status: 'PLANNED', planned_ship_date: '2026-03-02', orders_before: 0, carrier, service: null, cut_off: cutOff === null ? null : { at: cutOff, kind: 'cut_off', time_zone: 'Europe/Berlin' } },
});
const ROWS = [entry('a', 'west', at(11)), entry('b', '', null), entry('c', 'east', at(18)), entry('d', 'east', at(13), 100, 'dhl'), entry('e', 'west', at(9)), entry('f', 'shut', null), entry('g', 'east', at(13), 900, 'dhl')];

test('groups are of one node and one cut-off: the next one first, those that have passed apart, then what has none', () => {
  const groups = grouped(ROWS.map((item) => ({ item, gone: false })), NOW);
  expect(groups.map(({ part, node, cutOff, entries }) => [part, node, cutOff?.at ?? null, entries.map(({ item }) => item.order).join('')])).toEqual([
    ['ahead', 'east', at(13), 'dg'], ['ahead', 'east', at(18), 'c'], ['passed', 'west', at(11), 'a'], ['passed', 'west', at(9), 'e'], ['none', 'shut', null, 'f'], ['none', '', null, 'b'],
  ]);
  expect(groups[0]?.carriers).toEqual(['dhl']);
  expect(new Set(groups.map(({ key }) => key)).size).toBe(6);
});

test('rows come in the order of the server, so that what slid off the end of an answer is not taken for done', () => {
  expect(ROWS.toSorted((a, b) => inOrder(a, b, NOW)).map(({ order }) => order).join('')).toBe('gdcaebf');
});

test('a cut-off has passed with its instant', () => {
  expect([partOf({ at: at(12) }, NOW), partOf({ at: at(12) }, NOW - 1), partOf(null, NOW)]).toEqual(['passed', 'ahead', 'none']);
  expect([span(NOW, Date.parse(at(13)) + 59_999), span(NOW, Date.parse(at(9)))]).toEqual([{ hours: 1, minutes: 0 }, { hours: 3, minutes: 0 }]);
});

test('a time of day is that of its zone, which it names; an unknown zone is read as UTC', () => {
  const clock = (zone: string): string => clockIn(NOW, zone);
  expect([clock('UTC'), clock('Nowhere/Land')]).toEqual(['12:00 UTC', '12:00 UTC']);
  expect(clock('Europe/Berlin')).toMatch(/^13:00 /);
  expect(clock('America/New_York')).toMatch(/^07:00 /);
});
