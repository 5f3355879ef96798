// What of an order's story can still be taken back, and by which request.
import { expect, test } from 'vitest';
import type { Event, Order } from '../../console/src/api.ts';
import { wayBackOf } from '../../console/src/order/take-back.ts';

/** Each is later than those made before it. */
let position = 0;
const event = (type: string, data: Record<string, unknown>, actor = 'usr_anna') => ({ type, data, actor, position: (position += 1) }) as unknown as Event;
const order = (over: Partial<Order> = {}) => ({ id: 'ord_1', holds: [], tags: [], assignee: null, ...over });
const hold = (no: number, released: string | null = null) => ({ hold_no: no, released_at: released }) as Order['holds'][number];
const tagged = (added: readonly string[], removed: readonly string[] = []) => event('OrderTagged', { added, removed });

test('a hold is let go while it is open', () => {
  const placed = event('HoldPlaced', { hold_no: 2, kind: 'MANUAL' });
  expect(wayBackOf(placed, order({ holds: [hold(1), hold(2)] }), [])).toEqual({ method: 'POST', path: '/v1/orders/ord_1/holds/2/release', body: { reason: 'undone' } });
  expect(wayBackOf(placed, order({ holds: [hold(1), hold(2, '2026-05-01T10:00:00Z')] }), [])).toBeNull();
  expect(wayBackOf(event('HoldPlaced', { hold_no: 2, kind: 'CHANNEL_PAUSED' }, 'sweeper'), order({ holds: [hold(2)] }), []), 'the program placed it').toBeNull();
  expect(wayBackOf(event('HoldReleased', { hold_no: 1 }), order({ holds: [hold(1, '2026-05-01T10:00:00Z')] }), []), 'what it kept back was routed at once').toBeNull();
});

test('of tags only those are taken back that nobody has touched since and that are still so', () => {
  const own = tagged(['a', 'b'], ['c']);
  expect(wayBackOf(own, order({ tags: ['a', 'b', 'x'] }), [])).toEqual({ method: 'PATCH', path: '/v1/orders/ord_1/tags', body: { add: ['c'], remove: ['a', 'b'] } });
  expect(wayBackOf(own, order({ tags: ['a', 'b'] }), [tagged([], ['b']), tagged(['b']), tagged(['c']), tagged([], ['c'])])).toMatchObject({ body: { add: [], remove: ['a'] } });
  expect(wayBackOf(own, order({ tags: ['c'] }), [])).toBeNull();
});

test('an order goes back to whom it was taken from, unless somebody has said since whose it is', () => {
  const given = event('OrderAssigned', { from: null, to: 'usr_ben' });
  expect(wayBackOf(given, order({ assignee: 'usr_ben' }), [tagged(['a'])])).toEqual({ method: 'PUT', path: '/v1/orders/ord_1/assignee', body: { assignee: null } });
  expect(wayBackOf(given, order({ assignee: 'usr_ben' }), [event('OrderAssigned', { from: 'usr_ben', to: null }), event('OrderAssigned', { from: null, to: 'usr_ben' })])).toBeNull();
  expect(wayBackOf(given, order(), [])).toBeNull();
  expect(wayBackOf(event('ShipmentReleased', { shipment_no: 1 }), order(), [])).toBeNull();
});
