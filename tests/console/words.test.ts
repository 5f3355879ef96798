// The console may not import the domain, so it has tables of its own; here they are held against the domain's.
import { expect, test } from 'vitest';
import type { Event } from '../../console/src/api.ts';
import { NO_FACTS } from '../../console/src/facts.ts';
import { KEYS, keyWords, WHERE } from '../../console/src/app/keys.ts';
import { PLACES } from '../../console/src/app/places.ts';
import { money, price } from '../../console/src/numbers.ts';
import { partsOf } from '../../console/src/order/lines.tsx';
import { STORIES, storyOf } from '../../console/src/order/story.ts';
import { isStruck, verdictLook } from '../../console/src/order/verdicts.ts';
import { HOLD_KINDS, ORDER_STATUSES, orderLook, shipmentLook } from '../../console/src/words.ts';
import { currencyExponent, EVENTS } from '../../src/domain/kernel/index.ts';
import { BUCKETS, CARRIER_OUTCOMES, ORDER_STATUSES as DOMAIN_STATUSES, SHIPMENT_STATUSES } from '../../src/domain/order/index.ts';
import { SCREENS } from '../../src/server/console-page.ts';
import { HOLD_KINDS as API_HOLD_KINDS } from '../../src/server/http/schemas/fields.ts';

test('statuses and holds are those of the domain', () => {
  expect(ORDER_STATUSES.toSorted()).toEqual(DOMAIN_STATUSES.toSorted());
  expect(HOLD_KINDS).toEqual(API_HOLD_KINDS);
});

test('complaint 14: every status has a look of its own', () => {
  for (const statuses of [ORDER_STATUSES.map(orderLook), SHIPMENT_STATUSES.filter((one) => one !== 'HANDED_OVER').map(shipmentLook)]) {
    expect(new Set(statuses.map(({ word }) => word)).size).toBe(statuses.length);
    expect(new Set(statuses.map(({ glyph }) => glyph)).size).toBe(statuses.length);
  }
});

test('every event of an order is told in words', () => {
  const others = /^(?:Customer|Stock|Supply|ShippingFact|Strategy|Claim|Item|Node|Channel|Variant|InvoiceSeller|Price|User|SignIn|ApiKey|Webhook|Connection|MailSettings|ReportSchedule|OrderDraftDiscarded)/;
  const ofOrders = Object.keys(EVENTS).filter((type) => !others.test(type));
  expect(Object.keys(STORIES).toSorted()).toEqual(ofOrders.toSorted());
  for (const type of ofOrders) expect(story(type, { shipment_no: 1 }).title).not.toMatch(/undefined|null|\?/);
});

const event = (type: string, data: Record<string, unknown>): Event => ({
  position: 1, id: 'evt_1', type, order: null, actor: 'test', actor_name: null, reason: null, occurred_at: '2026-01-01T00:00:00Z', recorded_at: '2026-01-01T00:00:00Z', data,
});
const story = (type: string, data: Record<string, unknown>) => storyOf(event(type, data), NO_FACTS);

test('a story names the nodes, and an unknown event its type', () => {
  expect(story('OrderRouted', { trigger: 'CAPTURE', placed: [[1, 2, 'berlin'], [2, 1, 'kassel-dc']], unplaced: [] }).title).toBe('Routed to berlin and kassel-dc, when the order came in');
  expect(story('OrderRouted', { trigger: 'CAPTURE', placed: [], unplaced: [[1, 1]] }).title).toBe('No node found, when the order came in');
  expect(story('SomethingNew', {}).title).toBe('Something new');
});

test('each unit of a line is shown once', () => {
  const none = (names: readonly string[]): Record<string, number> => Object.fromEntries(names.map((name) => [name, 0]));
  const buckets = { ...none(BUCKETS), pending: 1, backordered: 2, preordered: 1, reserved: 3, released: 1, picked: 1, packed: 1, shipped: 9, handed_over: 1, cancelled: 2 };
  const outcomes = { ...none(CARRIER_OUTCOMES), delivered: 4, lost: 1, returned_to_sender: 1 };
  const parts = partsOf({ buckets, outcomes });
  expect(parts.reduce((sum, { units }) => sum + units, 0)).toBe(Object.values(buckets).reduce((sum, units) => sum + units, 0));
  expect(parts.find(({ stage }) => stage.key === 'in_transit')?.units).toBe(3);
  for (const bucket of BUCKETS) expect(partsOf({ buckets: { [bucket]: 5 }, outcomes: {} }).map(({ units }) => units)).toEqual([5]);
});

test('minor units are those of ISO 4217, not of the browser', () => {
  for (const code of ['EUR', 'BRL', 'JPY', 'KRW', 'CLP', 'IQD', 'KWD', 'TND', 'CLF', 'HUF', 'ISK', 'UGX', 'IRR', 'LBP', 'COP']) {
    // One minor unit is "0.01", "0.001" or "1": a digit more than the currency has after its point.
    expect(money(1, code).replaceAll(/\D/g, ''), code).toHaveLength((currencyExponent(code) ?? 0) + 1);
  }
});

test('a price of one unit has every digit that it has, and those of its currency', () => {
  expect([price('92.9', 'EUR'), price('92.90', 'EUR'), price('0.0125', 'EUR'), price('0.01250', 'EUR'), price('11', 'EUR'), price('1200', 'JPY'), price('1.5', 'KWD'), price('-3', 'EUR'), price('90071992547409.93', 'EUR')].map((text) => text.replaceAll('\u00a0', ' ')))
    .toEqual(['€92.90', '€92.90', '€0.0125', '€0.0125', '€11.00', 'JP¥1,200', 'KWD 1.500', '-€3.00', '€90,071,992,547,409.93']);
});

test('verdicts are words; hard rules strike a candidate out', () => {
  for (const verdict of ['CHOSEN', 'COSTLIER', 'PARTIAL', 'NO_STOCK']) expect(isStruck(verdict)).toBe(false);
  for (const verdict of ['OFFLINE', 'NOT_IN_POOL', 'ITEM_CLASS', 'EXCLUDED', 'NOT_PRESELECTED', 'TOO_FAR']) {
    expect(isStruck(verdict)).toBe(true);
    expect(verdictLook(verdict)).toMatchObject({ glyph: 'cross', word: expect.stringMatching(/^[A-Z][a-z]/) });
  }
});

test('no browser key is taken: single keys, two after one another, and one with a modifier that browsers leave to pages', () => {
  for (const key of Object.keys(KEYS)) expect(key).toMatch(/^(?:[^A-Z]|[a-z] [a-z]|shift\+[a-z]|enter|escape|mod\+k)$/);
});

test('the first of two keys does nothing by itself', () => {
  const firsts = Object.keys(KEYS).filter((key) => /^. .$/.test(key)).map((key) => key.charAt(0));
  expect(Object.keys(KEYS).filter((key) => firsts.includes(key))).toEqual([]);
});

test('the sheet explains every key and every part of it, in all languages', () => {
  for (const texts of Object.values(keyWords.texts)) expect(Object.keys(texts).toSorted()).toEqual([...Object.keys(KEYS), ...WHERE].toSorted());
});

test('every place of the menu is an address that the server answers', () => {
  for (const { path } of PLACES) expect(SCREENS).toContain(path);
  expect(new Set(PLACES.map(({ key }) => key)).size).toBe(PLACES.length);
});
