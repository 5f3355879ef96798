import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { woocommerce } from './index.ts';

const signature = (body: string): string => createHmac('sha256', 'secret').update(body).digest('base64');
const headers = (body: string) => ({ 'x-wc-webhook-delivery-id': 'b1946ac9', 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-signature': signature(body) });

it('says which delivery a message is', () => {
  const first = woocommerce.envelope(headers('{"id":1}'));
  expect(first).toEqual({ topic: 'order.updated', deliveryId: expect.stringMatching(/^b1946ac9\.[\da-f]{16}$/) });
  expect(woocommerce.envelope(headers('{"id":1}'))).toEqual(first);
  expect(woocommerce.envelope({ ...headers('{"id":1}'), 'x-wc-webhook-signature': ` ${signature('{"id":1}')} ` })).toEqual(first);
});

it('tells two orders of one second apart, to which the shop gives one delivery id', () => {
  expect(woocommerce.envelope(headers('{"id":1}'))?.deliveryId).not.toBe(woocommerce.envelope(headers('{"id":2}'))?.deliveryId);
});

it('knows no delivery in the first ping, a form', () => {
  expect(woocommerce.envelope({ 'content-type': 'application/x-www-form-urlencoded' })).toBeNull();
  expect(woocommerce.envelope({ 'x-wc-webhook-delivery-id': '', 'x-wc-webhook-topic': 'order.created' })).toBeNull();
  expect(woocommerce.envelope({ 'x-wc-webhook-delivery-id': 'b1946ac9' })).toBeNull();
});

it('verifies the bytes as they came', () => {
  expect(woocommerce.verify(headers('{"id":1}'), Buffer.from('{"id":1}'), ['secret'])).toBe(true);
  expect(woocommerce.verify(headers('{"id":1}'), Buffer.from('{"id": 1}'), ['secret'])).toBe(false);
  expect(woocommerce.verify({}, Buffer.from('{"id":1}'), ['secret'])).toBe(false);
});
