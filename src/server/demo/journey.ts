import { HOUR, MINUTE, parsePublicId, parseShipmentId } from '../../domain/kernel/index.ts';
import type { OrderCommand } from '../../flows/act-on-orders.ts';
import type { OrderAction } from '../../flows/order-actions.ts';
import type { AnswerBody } from '../../flows/ports.ts';
import { bodyHashOf, type Fate } from './orders.ts';
import type { Random } from './random.ts';

/** Something that will happen to an order at a time. */
export interface Step {
  readonly at: number;
  readonly command: OrderCommand;
  readonly index: number;
}

/** How fast the world turns: the past two weeks at its own pace, live orders within minutes. */
export interface Pace {
  readonly nodeMs: number;
  readonly carrierMs: number;
}

export const PAST_PACE: Pace = { nodeMs: 170 * MINUTE, carrierMs: 40 * HOUR };
export const LIVE_PACE: Pace = { nodeMs: 25_000, carrierMs: 90_000 };

/** How many times as long a carrier takes that is late: no date is kept then. */
const DELAY = 5;

interface OrderState {
  readonly orderId: string;
  /** `waits`: no node has taken it on yet. */
  readonly shipments: readonly { readonly shipmentNo: number; readonly planned: boolean; readonly waits: boolean }[];
}

/** Where an order stands, from the answer to a capture or a change. */
export function stateOf(body: AnswerBody): OrderState | null {
  const order = isRecord(body['order']) ? body['order'] : body;
  const orderId = typeof order['id'] === 'string' ? parsePublicId('order', order['id']) : undefined;
  if (orderId === undefined || !Array.isArray(order['shipments'])) return null;
  return {
    orderId,
    shipments: order['shipments'].filter(isRecord).flatMap((one) => {
      const found = parseShipmentId(String(one['id']));
      return found ? [{ shipmentNo: found.shipmentNo, planned: one['status'] === undefined || one['status'] === 'PLANNED', waits: [undefined, 'PLANNED', 'RELEASED'].includes(one['status'] as string | undefined) }] : [];
    }),
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** What happens to one planned shipment: as its order's fate has it the first time, without trouble after a detour. */
export function shipmentSteps(index: number, orderId: string, shipmentNo: number, from: number, fate: Fate, release: boolean, pace: Pace, random: Random): Step[] {
  const steps: Step[] = [];
  let at = from;
  const then = (waitMs: number, name: string, action: OrderAction): void => {
    at += Math.round(waitMs * (0.4 + random.next()));
    steps.push({ at, index, command: commandOf(orderId, `${index}/${shipmentNo}/${name}`, action, at) });
  };
  const first = shipmentNo === 1;
  if (release) then(pace.nodeMs / 10, 'release', { type: 'release', shipmentNo });
  if (first && fate === 'rejected') {
    then(pace.nodeMs, 'reject', { type: 'reject', shipmentNo, reasonCode: random.pick(['NO_CAPACITY', 'OUT_OF_STOCK', 'DAMAGED'] as const), note: 'Nobody on the floor could find it.' });
    return steps;
  }
  then(pace.nodeMs, 'accept', { type: 'accept', shipmentNo });
  then(pace.nodeMs * 2, 'pick', { type: 'pick', shipmentNo, lines: first && fate === 'short_pick' ? [{ lineNo: 1, quantity: 1 }] : null, correctStock: true });
  then(pace.nodeMs, 'pack', { type: 'pack', shipmentNo, packages: null });
  if (fate === 'collected') {
    then(pace.nodeMs * 2, 'hand_over', { type: 'hand_over', shipmentNo });
    return steps;
  }
  const carrier = random.pick(['DHL', 'DPD', 'Hermes', 'Royal Mail'] as const);
  then(pace.nodeMs, 'ship', { type: 'ship', shipmentNo, carrier, service: null, trackingNumbers: [`JD${String(1_000_000_000 + index * 97 + shipmentNo)}`] });
  const outcome = fate === 'lost' ? 'lost' : fate === 'returned' ? 'returned_to_sender' : 'delivered';
  then(fate === 'delayed' ? pace.carrierMs * DELAY : pace.carrierMs, outcome, { type: 'carrier_outcome', shipmentNo, outcome });
  return steps;
}

/** What people do to the order itself, soon after it came. */
export function orderSteps(index: number, orderId: string, from: number, fate: Fate): Step[] {
  const at = from + 8 * MINUTE;
  const step = (name: string, action: OrderAction): Step => ({ at, index, command: commandOf(orderId, `${index}/${name}`, action, null) });
  switch (fate) {
    case 'cancelled':
      return [step('cancel', { type: 'cancel', lines: null, reason: 'The customer changed their mind.', force: false })];
    case 'partly_cancelled':
      return [step('cancel', { type: 'cancel', lines: [{ lineNo: 2, quantity: 1 }], reason: 'The customer wants one less.', force: false })];
    case 'held_by_hand':
      return [step('hold', { type: 'place_hold', kind: 'MANUAL', lineNo: null, shipmentNo: null, reason: 'The customer asked us to wait for their call.', owner: 'support', dueAt: null })];
    default:
      return [];
  }
}

function commandOf(orderId: string, key: string, action: OrderAction, occurredAt: number | null): OrderCommand {
  return { idempotencyKey: `demo/${key}`, bodyHash: bodyHashOf(key), actor: 'demo', orderId, expectedVersion: null, occurredAt, action };
}
