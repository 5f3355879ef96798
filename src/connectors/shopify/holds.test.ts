import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASSING_FAULTS } from '../../../tests/support/partners/faults.ts';
import { callerOf, openShopify, type Shopify } from '../../../tests/support/partners.ts';
import type { CallChannel } from '../../flows/write-back.ts';
import { shopify } from './index.ts';

const samples = new URL('../../../../shared/samples/shopify/', import.meta.url);
const READ = 'fulfillment_orders/read';

const aFulfilmentOrder = (id: number, over: object = {}): object => ({ id, status: 'open', updated_at: '2026-03-01T10:00:00Z', fulfillment_holds: [], line_items: [{ line_item_id: id * 10 }], ...over });
const read = (...all: object[]) => shopify.translate(READ, { order_id: 450789469, fulfillment_orders: all });

describe('a message about a hold', () => {
  it.each(['placed_on_hold', 'hold_released', 'split', 'cancelled'])('names a fulfilment order that the shop is asked about: %s', (topic) => {
    const body = { fulfillment_order: { id: 'gid://shopify/FulfillmentOrder/1', status: 'on_hold' }, created_fulfillment_hold: { id: 'gid://shopify/FulfillmentHold/2', reason: 'other', reason_notes: 'call Ida' } };
    expect(shopify.translate(`fulfillment_orders/${topic}`, body)).toEqual({ kind: 'look_up', subject: '1' });
  });

  it('that names none waits for a person', () => {
    for (const body of [null, [], {}, { fulfillment_order: {} }, { fulfillment_order: { id: 'x' } }]) {
      expect(shopify.translate('fulfillment_orders/placed_on_hold', body), JSON.stringify(body)).toMatchObject({ kind: 'malformed', errors: [{ code: 'INVALID_FIELD' }] });
    }
  });

  it.each(['cancellation_request_submitted', 'cancellation_request_accepted', 'moved', 'order_routing_complete', 'rescheduled'])('is none: %s has no consequence, and says why', (topic) => {
    expect(shopify.translate(`fulfillment_orders/${topic}`, { fulfillment_order: { id: 1 } })).toMatchObject({ kind: 'ignored', reason: expect.stringContaining(topic) });
  });
});

describe('fulfilment orders as they were read', () => {
  it('say which lines are held and why, in codes of the shop only', () => {
    const holds = [{ reason: 'incorrect_address', reason_notes: 'Ida moved' }, { reason: 'awaiting_payment' }, { reason: '<script>' }];
    expect(read(aFulfilmentOrder(1, { status: 'on_hold', fulfillment_holds: holds, updated_at: '2026-03-01T10:05:00Z' }), aFulfilmentOrder(2))).toEqual({
      kind: 'holds',
      holds: { externalId: '450789469', version: Date.UTC(2026, 2, 1, 10, 5), held: [{ part: 'fulfilment order 1', reason: 'awaiting payment, incorrect address', lines: ['10'] }] },
    });
  });

  it('hold nothing where they are over, and something where the reason is not said', () => {
    expect(read(aFulfilmentOrder(1, { status: 'closed', fulfillment_holds: [{ reason: 'other' }] }), aFulfilmentOrder(2, { status: 'on_hold' })))
      .toMatchObject({ holds: { held: [{ part: 'fulfilment order 2', reason: 'another reason' }] } });
    expect(read()).toMatchObject({ kind: 'holds', holds: { version: 0, held: [] } });
  });

  it.skipIf(!existsSync(samples))('are read as the shop documents them', () => {
    const sample = JSON.parse(readFileSync(new URL('rb_fulfillment_orders.json', samples), 'utf8')) as object[];
    const held = sample.map((one) => ({ ...one, status: 'on_hold' }));
    const lines = ['466157049'];
    expect(shopify.translate(READ, { order_id: 450789469, fulfillment_orders: held })).toMatchObject({
      kind: 'holds', holds: { externalId: '450789469', held: [{ part: 'fulfilment order 519788021', lines }, { part: 'fulfilment order 519788022', lines }] },
    });
  });
});

describe('the shop is asked', () => {
  let shop: Shopify;
  let call: CallChannel;
  beforeEach(async () => {
    shop = await openShopify({ accessToken: 'shpat' });
    call = callerOf({ url: shop.url, headers: { 'X-Shopify-Access-Token': 'shpat' } });
  });
  afterEach(() => shop.close());
  const lookUp = async (subject: string) => {
    if (!shopify.lookUp) throw new Error('cannot be asked');
    return shopify.lookUp(subject, call);
  };
  const held = (): string => {
    const order = shop.addOrder({ id: '4711', lines: [{ id: '81', quantity: 1, location: '1' }, { id: '82', quantity: 1, location: '2' }] });
    const [first] = order.fulfilmentOrders;
    if (!first) throw new Error('no fulfilment order');
    Object.assign(first, { status: 'ON_HOLD', holds: ['AWAITING_PAYMENT'], updatedAt: '2026-03-01T11:00:00Z' });
    return first.id.slice(first.id.lastIndexOf('/') + 1);
  };

  it('which order it is, and what of it is held', async () => {
    const answer = await lookUp(held());
    if (answer.kind !== 'found') throw new Error(answer.reason);
    expect(shopify.translate(answer.topic, JSON.parse(JSON.stringify(answer.body)))).toMatchObject({
      kind: 'holds', holds: { externalId: '4711', version: Date.UTC(2026, 2, 1, 11), held: [{ reason: 'awaiting payment', lines: ['81'] }] },
    });
  });

  it('and the same state is the same message, another one another', async () => {
    const subject = held();
    const ids = async (): Promise<string> => {
      const answer = await lookUp(subject);
      return answer.kind === 'found' ? answer.deliveryId : answer.reason;
    };
    const before = await ids();
    expect(await ids()).toBe(before);
    for (const one of shop.orders.get('4711')?.fulfilmentOrders ?? []) Object.assign(one, { status: 'OPEN', holds: [], updatedAt: '2026-03-01T12:00:00Z' });
    expect(await ids()).not.toBe(before);
  });

  it('again where it is down, and a person where it knows nothing of it', async () => {
    const subject = held();
    for (const fault of PASSING_FAULTS) {
      shop.misbehave(fault);
      expect(await lookUp(subject)).toMatchObject({ kind: 'retry' });
    }
    expect(await lookUp('1')).toMatchObject({ kind: 'dead', reason: 'The channel does not know fulfilment order 1.' });
  });
});
