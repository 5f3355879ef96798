// What is typed into an order that somebody takes down, and what the server is sent of it.
import { expect, test } from 'vitest';
import type { OrderDraft, OrderDraftContent } from '../../console/src/draft/api.ts';
import { stepTo } from '../../console/src/draft/item-field.tsx';
import { bodyOf, currencyOf, EMPTY, fieldsOf, shippingOf } from '../../console/src/draft/form.ts';

const CONTENT: OrderDraftContent = {
  channel: 'web', customer: { id: null, name: null, email: null, phone: null, class: null }, ship_to: null, lines: [], tax_included: true, discount_percent: null, shipping_minor: 0, payment: 'paid', note: null, promise: null,
};
const CHANNELS = [{ code: 'web', currency: 'EUR' }, { code: 'tokyo', currency: 'JPY' }];
const QUOTE: NonNullable<OrderDraft['quote']> = { currency: 'KWD', goods_minor: 0, discount_minor: 0, shipping_minor: 0, total_minor: null, discount_limit: 10, lines: [], problems: [] };
const draftOf = (quote: OrderDraft['quote']): OrderDraft =>
  ({ id: 'drf_1', owner: 'usr_1', mine: true, version: 1, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z', expires_at: null, order: null, content: CONTENT, quote });

test.each([['EUR', '4,90', 490, '4.90'], ['JPY', '490', 490, '490'], ['KWD', '1.250', 1250, '1.250'], ['CLF', '0,0001', 1, '0.0001']])('what shipping costs is read in the minor units of %s, and shown as it is read', (currency, typed, minor, shown) => {
  expect(bodyOf({ ...EMPTY, shipping: typed }, currency).shipping_minor).toBe(minor);
  expect(fieldsOf({ ...CONTENT, shipping_minor: minor }, currency).shipping).toBe(shown);
});

test('what is no amount of the currency is not read as one', () => {
  expect([shippingOf('4.90', 'JPY'), shippingOf('1.2345', 'KWD'), shippingOf('much', 'EUR'), shippingOf('4.90', null)]).toEqual([null, null, null, null]);
  expect([shippingOf('', null), shippingOf(' ', 'JPY')]).toEqual([0, 0]);
});

test('amounts are in the currency of the channel that is chosen: what the server says of it, else what the list of channels says', () => {
  expect([currencyOf('web', null, CHANNELS), currencyOf('tokyo', draftOf(QUOTE), CHANNELS), currencyOf('', null, CHANNELS), currencyOf('gone', null, CHANNELS)]).toEqual(['EUR', 'JPY', null, null]);
  expect([currencyOf('web', draftOf(QUOTE), []), currencyOf('web', draftOf({ ...QUOTE, currency: null }), CHANNELS), currencyOf('web', draftOf(null), CHANNELS)]).toEqual(['KWD', 'EUR', 'EUR']);
});

test('arrows go round the items that were found, by way of the field', () => {
  expect([stepTo(-1, 1, 3), stepTo(0, 1, 3), stepTo(2, 1, 3), stepTo(-1, -1, 3), stepTo(0, -1, 3)]).toEqual([0, 1, -1, 2, -1]);
});
