// How far an order is, and how it stands with its date.
import { expect, test } from 'vitest';
import type { Order } from '../../console/src/api.ts';
import { clockOf, fulfilmentLook } from '../../console/src/order/standing.ts';

const line = (buckets: Record<string, number>, scale = 0, kit: unknown = null) => ({ kit, ordered: 0, quantity_scale: scale, buckets }) as Order['lines'][number];
const shipment = (status: string, since = '2026-05-01T10:00:00Z') => ({ status, state_since: since }) as Order['shipments'][number];
const watch = (over: Partial<NonNullable<Order['watch']>>) => ({ level: null, deadline: null, due_at: null, predicted_at: null, left_at: null, ...over }) as NonNullable<Order['watch']>;
const NOW = Date.parse('2026-05-01T12:00:00Z');
const order = (over: Partial<Order>) => ({ status: 'PROCESSING', promise: null, deliver_by: null, ship_by: null, watch: null, lines: [line({ reserved: 1 })], shipments: [], ...over });

test('units say how far an order is, whatever its status', () => {
  const word = (...lines: Order['lines']): string | undefined => fulfilmentLook(lines)?.word;
  expect(word(line({ pending: 2 }))).toBe('Not routed');
  expect(word(line({ pending: 1, reserved: 2 }))).toBe('2 of 3 routed');
  expect(word(line({ reserved: 1, packed: 2 }))).toBe('Routed');
  expect(word(line({ reserved: 1 }), line({ backordered: 2 }))).toBe('2 of 3 backordered');
  expect(word(line({ preordered: 2 }))).toBe('Backordered');
  expect(word(line({ reserved: 1, shipped: 1 }), line({ handed_over: 1 }))).toBe('2 of 3 shipped');
  expect(word(line({ shipped: 1, cancelled: 4 }))).toBe('Shipped');
  expect(word(line({ shipped: 1500, reserved: 1500 }, 3))).toBe('1.5 of 3 shipped');
  expect(word(line({ pending: 9 }, 0, { quantity: 1 }), line({ shipped: 1 })), 'the line of a kit has no units').toBe('Shipped');
  expect(fulfilmentLook([line({ cancelled: 3 })])).toBeNull();
});

test('a date is on track, at risk, late, kept or missed', () => {
  const due = '2026-05-02T10:00:00Z';
  const promised = (expected_at: string | null, over: Partial<Order> = {}) => clockOf(order({ promise: { option: 'standard', arrives_at: due, expected_at }, deliver_by: '2026-06-01T00:00:00Z', ...over }), NOW);
  expect(promised(due)).toEqual({ date: 'promise', dueAt: due, expectedAt: due, standing: 'onTrack' });
  expect(promised('2026-05-02T10:00:01Z')?.standing).toBe('late');
  expect(promised(null)?.standing, 'nobody can say when').toBe('atRisk');
  expect(promised(due, { lines: [line({ pending: 1 })], watch: watch({ level: 'at_risk', deadline: 'ship_by', due_at: '2026-05-02T08:00:00Z' }) }), 'the watch says which date is worst off').toEqual({ date: 'ship_by', dueAt: '2026-05-02T08:00:00Z', expectedAt: null, standing: 'atRisk' });
  expect(promised(due, { watch: watch({ level: 'late', deadline: 'promise', due_at: due, predicted_at: '2026-05-02T11:00:00Z' }) })).toEqual({ date: 'promise', dueAt: due, expectedAt: '2026-05-02T11:00:00Z', standing: 'late' });
  expect(promised(due, { lines: [line({ pending: 1 })], watch: watch({ level: 'safe' }) })?.standing, 'nobody but the watch judges').toBe('onTrack');
  expect(promised(due, { shipments: [shipment('DELIVERED')] })?.standing).toBe('kept');
  expect(promised(due, { shipments: [shipment('DELIVERED', '2026-05-02T10:00:01Z'), shipment('CANCELLED')] })?.standing).toBe('missed');
  expect(promised(due, { shipments: [shipment('DELIVERED'), shipment('LOST')] })?.standing, 'lost goods did not arrive').toBe('atRisk');
  expect(promised(due, { status: 'CANCELLED' })).toBeNull();
  expect(clockOf(order({ deliver_by: '2026-05-01T11:59:59Z' }), NOW)).toMatchObject({ date: 'deliver_by', standing: 'late' });
  expect(clockOf(order({ deliver_by: due, watch: watch({ level: 'at_risk', deadline: 'deliver_by', due_at: '2026-05-01T11:59:59Z' }) }), NOW), 'it has passed since the last look').toMatchObject({ standing: 'late' });
  const gone = (left_at: string | null) => clockOf(order({ ship_by: due, shipments: [shipment('DELIVERED', '2026-05-03T10:00:00Z')], watch: watch({ left_at }) }), NOW);
  expect(gone('2026-05-02T10:00:00Z'), 'when it left counts, not when it was there').toMatchObject({ date: 'ship_by', standing: 'kept' });
  expect(gone('2026-05-02T10:00:01Z')?.standing).toBe('missed');
  expect(clockOf(order({ ship_by: due, shipments: [shipment('DELIVERED')] }), NOW), 'when it left is not known any more').toBeNull();
  expect(clockOf(order({}), NOW)).toBeNull();
});
