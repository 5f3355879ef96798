// Hours and limits of a node while somebody writes them: what differs, what is sent, and what others say meanwhile.
import { expect, test } from 'vitest';
import type { Calendar, OrdoNode } from '../../console/src/nodes/api.ts';
import { type Base, calendarBody, calendarDiffers, DAYS, eachDay, faultsOf, firstOpening, nodeBody, nodeDiffers, openingOf, ownOpening, rebased, type Work, workOf } from '../../console/src/nodes/work.ts';
import { changesOf } from '../../console/src/nodes/work-changes.ts';

const HOURS = [{ opens: '09:00', closes: '17:00' }];
const calendar = (over: Partial<Calendar> = {}): Calendar => ({ code: 'shop', name: 'Shops', week: eachDay((_day, at) => (at < 6 ? HOURS : [])), exceptions: { '2030-12-25': { name: 'Christmas', spans: [] } }, valid_from: '2026-01-01T00:00:00.000Z', ...over });
const node = (operations: Partial<OrdoNode['operations']> = {}, over: Partial<OrdoNode> = {}): OrdoNode => ({
  id: 'nod_1', code: 'berlin', name: 'Berlin', kind: 'store', status: 'online', priority: 3, address: { city: 'Berlin' }, coordinates: null, time_zone: 'Europe/Berlin', cut_off: null, item_classes: null, valid_from: '2026-02-01T00:00:00.000Z',
  operations: {
    calendar: 'shop', cut_offs: [{ carrier: null, service: null, time: '15:00:00' }, { carrier: 'post', service: null, time: '16:00:30' }], processing: { minutes: 60, minutes_per_backlog_order: '2', maximum_minutes: null },
    capacity: { orders_per_day: 50, units_per_day: null, orders_per_hour: null, units_per_hour: null }, services: ['post/express'], handling: { per_shipment_micros: 1, per_line_micros: 2, per_unit_micros: 3 }, pickup: null, paused_until: '2031-01-01T00:00:00.000Z', ...operations,
  }, ...over,
});
const base = (operations: Partial<OrdoNode['operations']> = {}, over: Partial<OrdoNode> = {}, calendars = [calendar()]): Base => ({ node: node(operations, over), calendars });
const told = (before: Work, after: Work): string[] => changesOf(before, after).map(({ what, was, is }) => `${what}: ${was} → ${is}`);

test('what was read and is not touched changes nothing, and is sent as it was', () => {
  const read = base();
  const work = workOf(read);
  expect([told(work, work), calendarDiffers(work, read), nodeDiffers(work, read), faultsOf(work)]).toEqual([[], false, false, []]);
  const { id: _id, code: _code, valid_from, coordinates: _c, cut_off: _s, item_classes: _i, ...says } = read.node;
  // The order of cut-offs is no matter: the most particular one counts.
  expect(nodeBody(work, read)).toEqual({ ...says, expected_valid_from: valid_from, operations: { ...says.operations, cut_offs: [{ carrier: 'post', service: null, time: '16:00:30' }, { carrier: null, service: null, time: '15:00' }] } });
  expect(calendarBody(openingOf(calendar()), read)).toEqual({ name: 'Shops', week: calendar().week, exceptions: calendar().exceptions, expected_valid_from: calendar().valid_from });
});

test('each change is told with what was before', () => {
  const before = workOf(base());
  const opening = before.opening!;
  const after: Work = {
    ...before, opening: { ...opening, week: { ...opening.week, saturday: [{ opens: '10:00', closes: '14:00' }, { opens: '15:00', closes: '24:00' }], monday: [] }, others: [...opening.others, { date: '2030-12-24', name: '', spans: HOURS }] },
    general: '', cutOffs: [{ carrier: 'post', service: '', time: '18:00' }, { carrier: 'post', service: 'express', time: '19:00' }], figures: { ...before.figures, orders_per_day: '', minutes_per_backlog_order: '0,5' },
  };
  expect(told(before, after)).toEqual([
    'Monday: 09:00–17:00 → closed', 'Saturday: 09:00–17:00 → 10:00–14:00, 15:00–24:00', 'Tue 24 Dec: as in the week → 09:00–17:00', 'Cut-off of every carrier: 15:00 → none', 'Cut-off of post: 16:00:30 → 18:00', 'Cut-off of post express: none → 19:00',
    'More for each order that waits: 2 → 0,5', 'Orders a day: 50 → no limit',
  ]);
  expect(told(after, before)).toHaveLength(8);
  expect(nodeBody(after, base()).operations).toMatchObject({ processing: { minutes_per_backlog_order: '0.5' }, capacity: { orders_per_day: null }, cut_offs: [{ time: '18:00' }, { service: 'express' }], paused_until: '2031-01-01T00:00:00.000Z' });
});

test('a first calendar is Monday to Friday from 9 to 17 under a free code, and one of its own keeps the hours', () => {
  const without = base({ calendar: null }, {}, [calendar(), calendar({ code: 'berlin' })]);
  const opening = firstOpening(without);
  expect([opening.code, opening.name, DAYS.map((day) => opening.week[day].length)]).toEqual(['berlin-2', 'Berlin', [1, 1, 1, 1, 1, 0, 0]]);
  const work: Work = { ...workOf(without), opening };
  expect([calendarDiffers(work, without), nodeDiffers(work, without), calendarBody(opening, without).expected_valid_from, nodeBody(work, without).operations?.calendar]).toEqual([true, true, null, 'berlin-2']);
  expect(told(workOf(without), work)).toContain('Sunday: 00:00–24:00 → closed');
  const own = ownOpening(openingOf(calendar()), base());
  expect([own.code, own.week, own.others.length]).toEqual(['berlin', calendar().week, 1]);
});

test('the simple cut-off stays until somebody says another, and goes with the last', () => {
  const simple = base({ cut_offs: [] }, { cut_off: '14:00' });
  const work = workOf(simple);
  expect(nodeBody(work, simple)).toMatchObject({ cut_off: '14:00', operations: { cut_offs: [] } });
  for (const [general, cutOffs] of [['13:00', [{ carrier: null, service: null, time: '13:00' }]], ['', []]] as const) {
    const body = nodeBody({ ...work, general }, simple);
    expect([body.cut_off, body.operations?.cut_offs]).toEqual([undefined, cutOffs]);
  }
});

test('what no body could say is named at its field', () => {
  const work = workOf(base());
  const day = { name: '', spans: [] };
  const wrong: Work = { ...work, opening: { ...work.opening!, others: [{ ...day, date: '' }, { ...day, date: '2030-01-01' }, { ...day, date: '2030-01-01' }] }, figures: { ...work.figures, minutes: '', maximum_minutes: '1.5', orders_per_hour: 'x', minutes_per_backlog_order: '1.2345' } };
  expect(faultsOf(wrong).map(({ pointer }) => pointer)).toEqual(['/exceptions/', '/exceptions/2030-01-01', '/operations/processing/minutes', '/operations/processing/minutes_per_backlog_order', '/operations/processing/maximum_minutes', '/operations/capacity/orders_per_hour']);
});

test('my changes go on top of what others said meanwhile: mine where I changed something, theirs elsewhere', () => {
  const before = workOf(base());
  const opening = before.opening!;
  const mine: Work = { ...before, opening: { ...opening, week: { ...opening.week, monday: [] }, others: [] }, general: '12:00', cutOffs: [...before.cutOffs, { carrier: 'dhl', service: '', time: '18:00' }], figures: { ...before.figures, minutes: '30' } };
  const theirs = workOf(base(
    { cut_offs: [{ carrier: null, service: null, time: '15:00:00' }], processing: { minutes: 90, minutes_per_backlog_order: '3', maximum_minutes: null } }, {},
    [calendar({ name: 'Stores', week: eachDay(() => [{ opens: '08:00', closes: '20:00' }]), exceptions: { ...calendar().exceptions, '2030-01-01': { name: null, spans: [] } } })],
  ));
  const both = rebased(before, mine, theirs);
  expect(both.opening).toMatchObject({ name: 'Stores', week: { monday: [], tuesday: [{ opens: '08:00', closes: '20:00' }] }, others: [{ date: '2030-01-01' }] });
  // They took the post's away and I left it as it was; the day that I took away they left.
  expect([both.general, both.cutOffs, both.figures.minutes, both.figures.minutes_per_backlog_order]).toEqual(['12:00', [{ carrier: 'dhl', service: '', time: '18:00' }], '30', '3']);
  expect(rebased(before, before, theirs)).toEqual(theirs);
  expect(rebased(before, { ...before, opening: null }, theirs).opening).toBeNull();
});
