import { expect, it } from 'vitest';
import { publicId, shipmentId } from '../../domain/kernel/index.ts';
import { LIVE_PACE, stateOf } from './journey.ts';
import { furtherSteps } from './live.ts';

const ORDER = '0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001';
const stateWith = (...statuses: (string | undefined)[]): ReturnType<typeof stateOf> => stateOf({ order: { id: publicId('order', ORDER), shipments: statuses.map((status, n) => ({ id: shipmentId(ORDER, n + 1), status })) } });
const going = { from: 0, fate: 'plain', release: true, pace: LIVE_PACE } as const;
const told = (waiting: ReturnType<typeof furtherSteps>): string[] => waiting.map(({ command: { action } }) => `${'shipmentNo' in action ? action.shipmentNo : ''} ${action.type}`);
const WHOLE = ['release', 'accept', 'pick', 'pack', 'ship', 'carrier_outcome'];

it('what a node turned down goes its way from where it is sent then, and nothing goes twice', () => {
  const first = furtherSteps([], stateWith(undefined), 1, { ...going, fate: 'rejected' });
  expect(told(first)).toEqual(['1 release', '1 reject']);
  const second = furtherSteps([], stateWith('CANCELLED', 'RELEASED'), 1, going);
  expect(told(second)).toEqual(WHOLE.map((step) => `2 ${step}`));
  expect(furtherSteps(second, stateWith('CANCELLED', 'RELEASED'), 1, going)).toEqual([]);
});

it('a shipment that came later, because its goods did, goes too; one that a node works on has its steps', () => {
  expect(told(furtherSteps([], stateWith('HANDED_OVER', 'PLANNED', 'ACCEPTED'), 1, going))).toEqual(WHOLE.map((step) => `2 ${step}`));
});
