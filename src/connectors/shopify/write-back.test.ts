import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countRequests, ENDLESS_ANSWERS, nth, PASSING_FAULTS, SLOW_ANSWERS, untilEnded } from '../../../tests/support/partners/faults.ts';
import { callerOf, openShopify, type Misbehaviour, type Shopify } from '../../../tests/support/partners.ts';
import type { CallChannel, FulfilmentTold, StockTold, WriteBackResult } from '../../flows/write-back.ts';
import { CONNECTORS } from '../index.ts';
import { shopifyWriteBack as writeBack } from './write-back.ts';

const SHIPMENT = 'shp_01980f3e-5a2b-7c1d-9e4f-a0b1c2d3e4f5';
const told = (more: Partial<FulfilmentTold> = {}): FulfilmentTold => ({
  orderExternalId: '4711', shipmentId: SHIPMENT, lines: [{ externalId: '81', quantity: 2 }, { externalId: '82', quantity: 1 }],
  carrier: 'DHL', trackingNumbers: ['JD1', 'JD2'], completes: false, ...more,
});
const stock = (more: Partial<StockTold> = {}): StockTold => ({
  variantId: '501', sku: 'MUG', available: 9, places: [{ place: '1', available: 4 }, { place: '2', available: 5 }], toldBefore: { 1: 10, 2: 20 }, ...more,
});

const setStock = async (told: StockTold, over: CallChannel): Promise<WriteBackResult> => {
  const [result] = await writeBack.stock.tell([told], over);
  if (!result) throw new Error('no result');
  return result;
};

let shop: Shopify;
let call: CallChannel;
let hasty: CallChannel;

beforeEach(async () => {
  shop = await openShopify({ accessToken: 'shpat_right' });
  const headers = writeBack.signIn({ access_token: 'shpat_right' });
  call = callerOf({ url: shop.url, headers });
  hasty = callerOf({ url: shop.url, headers, timeoutMs: 100 });
});
afterEach(() => shop.close());

const order = (id = '4711') => shop.addOrder({ id, lines: [{ id: '81', quantity: 5 }, { id: '82', quantity: 1 }] });
const unitsTold = (line: string, id = '4711'): number => shop.fulfilments.filter((one) => one.order === id).flatMap(({ lines }) => lines)
  .filter(({ orderLine }) => orderLine === line).reduce((total, { quantity }) => total + quantity, 0);
const sent = (field: string): number => shop.requests.filter(shop.about(field)).length;

it('is what the connector can be told by', () => {
  expect(CONNECTORS.get('shopify')?.writeBack).toBe(writeBack);
  expect(writeBack).toMatchObject({ callsPerSecond: 2, credentials: ['access_token'] });
  expect(writeBack.signIn({})).toEqual({ 'X-Shopify-Access-Token': '' });
});

describe('a fulfilment', () => {
  it('is told with its carrier and tracking numbers, and once', async () => {
    order();
    expect(await writeBack.fulfil.tell(told(), call)).toEqual({ kind: 'done', note: '3 units told.' });
    expect(shop.fulfilments).toMatchObject([{ company: 'DHL', numbers: ['JD1', 'JD2'], lines: [{ orderLine: '81', quantity: 2 }, { orderLine: '82', quantity: 1 }] }]);
    expect(shop.requests.at(-1)?.body).toMatchObject({ variables: { fulfillment: { notifyCustomer: true } } });
    expect(await writeBack.fulfil.tell(told(), call)).toEqual({ kind: 'done', note: 'The shipment was told before.' });
    expect(shop.fulfilments).toHaveLength(1);
  });

  it('without tracking numbers is told once, and another of the same quantities is another', async () => {
    order();
    const bare = told({ lines: [{ externalId: 'gid://shopify/LineItem/81', quantity: 2 }], carrier: null, trackingNumbers: [] });
    expect(await writeBack.fulfil.tell(bare, call)).toMatchObject({ kind: 'done', note: '2 units told.' });
    expect(await writeBack.fulfil.tell(bare, call)).toMatchObject({ kind: 'done', note: 'The shipment was told before.' });
    expect(await writeBack.fulfil.tell({ ...bare, shipmentId: 'shp_other' }, call)).toMatchObject({ kind: 'done', note: '2 units told.' });
    expect(unitsTold('81')).toBe(4);
  });

  it('has one part per location, and a part that was told is not told again', async () => {
    shop.addOrder({ id: '4711', lines: [{ id: '81', quantity: 2, location: '1' }, { id: '82', quantity: 1, location: '2' }] });
    shop.misbehave({ kind: 'status', status: 502 }, { on: (() => { const second = nth(2); return (received) => shop.about('fulfillmentCreate')(received) && second(); })() });
    expect((await untilEnded(() => writeBack.fulfil.tell(told(), call))).map(({ kind }) => kind)).toEqual(['retry', 'done']);
    expect(shop.fulfilments.map(({ lines }) => lines)).toEqual([[{ orderLine: '81', quantity: 2 }], [{ orderLine: '82', quantity: 1 }]]);
  });

  it('never exceeds what remains', async () => {
    order();
    expect(await writeBack.fulfil.tell(told({ lines: [{ externalId: '81', quantity: 4 }, { externalId: '81', quantity: 4 }], trackingNumbers: ['A'] }), call))
      .toEqual({ kind: 'done', note: '5 of 8 units told; the rest no longer waits at the shop.' });
    expect(await writeBack.fulfil.tell(told({ lines: [{ externalId: '81', quantity: 1 }], trackingNumbers: ['B'] }), call))
      .toEqual({ kind: 'done', note: 'Nothing remains to be fulfilled at the shop for these lines.' });
    expect(unitsTold('81')).toBe(5);
  });

  it('waits while the shop holds it, and tells nothing meanwhile', async () => {
    const held = shop.addOrder({ id: '4711', lines: [{ id: '81', quantity: 2, location: '1' }, { id: '82', quantity: 1, location: '2' }] });
    const [, second] = held.fulfilmentOrders;
    if (second) Object.assign(second, { status: 'ON_HOLD', actions: ['RELEASE_HOLD'] });
    expect(await writeBack.fulfil.tell(told(), call)).toMatchObject({ kind: 'retry', reason: expect.stringContaining('on hold'), afterMs: 300_000 });
    expect(shop.fulfilments).toEqual([]);
  });

  it('of a scheduled order depends on what the shop allows', async () => {
    shop.addOrder({ id: '1', lines: [{ id: '81', quantity: 2 }], status: 'SCHEDULED' });
    shop.addOrder({ id: '2', lines: [{ id: '81', quantity: 2 }], status: 'SCHEDULED', actions: ['MARK_AS_OPEN'] });
    const lines = [{ externalId: '81', quantity: 2 }];
    expect(await writeBack.fulfil.tell(told({ orderExternalId: '1', lines }), call)).toMatchObject({ kind: 'done' });
    expect(await writeBack.fulfil.tell(told({ orderExternalId: '2', lines }), call)).toMatchObject({ kind: 'dead', reason: expect.stringContaining('SCHEDULED') });
  });

  it('of an order with many lines and parts reads every page', async () => {
    const lines = Array.from({ length: 130 }, (_, index) => ({ id: String(1000 + index), quantity: 1, location: index < 120 ? '1' : String(index) }));
    shop.addOrder({ id: '4711', lines });
    const all = told({ lines: lines.map(({ id }) => ({ externalId: id, quantity: 1 })) });
    expect(await writeBack.fulfil.tell(all, call)).toMatchObject({ kind: 'done', note: '130 units told.' });
    expect(await writeBack.fulfil.tell(all, call)).toMatchObject({ kind: 'done', note: 'The shipment was told before.' });
    expect(shop.fulfilments.flatMap((one) => one.lines)).toHaveLength(130);
  });

  it('of an unknown order, or one with too many fulfilments to look through, needs a person', async () => {
    expect(await writeBack.fulfil.tell(told(), call)).toEqual({ kind: 'dead', reason: 'The channel does not know order 4711.' });
    shop.addOrder({ id: '4711', lines: [{ id: '81', quantity: 60 }] });
    const one = (number: number) => writeBack.fulfil.tell(told({ lines: [{ externalId: '81', quantity: 1 }], trackingNumbers: [`T${number}`] }), call);
    for (let number = 0; number < 50; number += 1) expect(await one(number)).toMatchObject({ kind: 'done' });
    expect(await one(50)).toMatchObject({ kind: 'dead', reason: expect.stringContaining('50 or more') });
  });
});

describe('a cancellation', () => {
  it('moves neither money nor stock, and is told once', async () => {
    const { id } = order();
    const cancellation = { orderExternalId: id, reason: 'Out of stock. '.repeat(40) };
    expect(await writeBack.cancel(cancellation, call)).toMatchObject({ kind: 'done' });
    expect(shop.orders.get(id)?.cancellation).toMatchObject({ refundMethod: { originalPaymentMethodsRefund: false }, staffNote: cancellation.reason.slice(0, 255) });
    expect(shop.requests.at(-1)?.body).toMatchObject({ query: expect.stringMatching(/reason: OTHER, restock: false.*notifyCustomer: true/) });
    expect(await writeBack.cancel(cancellation, call)).toMatchObject({ kind: 'done', note: expect.stringContaining('before') });
    expect(sent('orderCancel')).toBe(1);
  });

  it('that the shop refuses, or of an order it does not know, needs a person', async () => {
    order();
    await writeBack.fulfil.tell(told(), call);
    expect(await writeBack.cancel({ orderExternalId: '4711', reason: 'r' }, call)).toMatchObject({ kind: 'dead', reason: expect.stringContaining('fulfilled items') });
    expect(await writeBack.cancel({ orderExternalId: '1', reason: 'r' }, call)).toMatchObject({ kind: 'dead' });
  });
});

describe('an acknowledgement', () => {
  it('is a tag that is there once', async () => {
    const { id, tags } = order();
    for (let times = 0; times < 2; times += 1) expect(await writeBack.acknowledge({ orderExternalId: id, orderNumber: '1001' }, call)).toEqual({ kind: 'done', note: 'The order is tagged "Ordo 1001".' });
    expect([...tags]).toEqual(['Ordo 1001']);
    expect(await writeBack.acknowledge({ orderExternalId: '1', orderNumber: '1002' }, call)).toMatchObject({ kind: 'dead', reason: expect.stringContaining('does not exist') });
  });
});

describe('stock of many variants', () => {
  const VARIANTS = 130;
  const many = (from: (index: number) => Partial<StockTold> = () => ({})): StockTold[] =>
    Array.from({ length: VARIANTS }, (_, index) => stock({ variantId: String(1000 + index), places: [{ place: '1', available: index }, { place: '2', available: 5 }], toldBefore: { 1: 500, 2: 20 }, ...from(index) }));
  const tell = (told: readonly StockTold[], over = call): Promise<readonly WriteBackResult[]> => writeBack.stock.tell(told, over);
  const shown = (index: number): readonly (number | undefined)[] => ['1', '2'].map((place) => shop.stock.get(`item-${1000 + index}@${place}`));
  const kinds = (results: readonly WriteBackResult[]): Record<string, number> => results.reduce<Record<string, number>>((counts, { kind }) => ({ ...counts, [kind]: (counts[kind] ?? 0) + 1 }), {});
  beforeEach(() => {
    for (let index = 0; index < VARIANTS; index += 1) shop.addVariant(String(1000 + index), { 1: 500, 2: 20 });
  });

  it('is set with a request for the variants and one for every 250 quantities', async () => {
    expect(kinds(await tell(many()))).toEqual({ done: VARIANTS });
    expect([shown(0), shown(99), shown(129)]).toEqual([[0, 5], [99, 5], [129, 5]]);
    expect(shop.requests).toHaveLength(3);
    expect(shop.stockSet).toHaveLength(2 * VARIANTS);
  });

  it('has a result for each: what is refused or lost its comparison fails no other', async () => {
    shop.stock.set('item-1003@1', 7);
    shop.stock.delete('item-1004@2');
    const results = await tell(many((index) => (index === 5 ? { variantId: '9' } : index === 6 ? { variantId: 'sku:typed in by hand' } : index === 7 ? { places: [] } : {})));
    expect(kinds(results)).toEqual({ done: VARIANTS - 4, dead: 4 });
    expect(results.slice(2, 9)).toMatchObject([
      { kind: 'done', note: 'The stock of 2 locations was told.' }, { kind: 'done', note: expect.stringContaining('in between') }, { kind: 'dead', reason: expect.stringContaining('not stocked') },
      { kind: 'dead', reason: 'The channel does not know variant 9.' }, { kind: 'dead', reason: 'The channel does not know variant sku:typed in by hand.' },
      { kind: 'dead', reason: expect.stringContaining('No node is matched') }, { kind: 'done' },
    ]);
    expect([shown(2), shown(3), shown(8)]).toEqual([[2, 5], [3, 5], [8, 5]]);
  });

  it('whose answer names no quantity is set in halves until the bad one is alone', async () => {
    const bad = `gid://shopify/InventoryItem/item-1077`;
    const vague: CallChannel = async (request) => {
      const { quantities = [] } = (request.body as { variables: { input?: { quantities: { inventoryItemId: string }[] } } }).variables.input ?? {};
      if (!quantities.some(({ inventoryItemId }) => inventoryItemId === bad)) return call(request);
      return { kind: 'answered', status: 200, retryAfterMs: null, json: { data: { inventorySetQuantities: { userErrors: [{ code: null, field: null, message: 'Something is wrong.' }] } } } };
    };
    const results = await tell(many(), vague);
    expect(kinds(results)).toEqual({ done: VARIANTS - 1, dead: 1 });
    expect(results[77]).toEqual({ kind: 'dead', reason: 'The channel refused: Something is wrong.' });
  });

  it('that was set without an answer is not set again, also where it was never told before', async () => {
    for (const told of [many(), many(() => ({ toldBefore: null }))]) {
      for (let index = 0; index < VARIANTS; index += 1) shop.addVariant(String(1000 + index), { 1: 500, 2: 20 });
      (shop.stockSet as string[]).length = 0;
      shop.misbehave({ kind: 'reset' }, { times: 1, on: shop.about('inventorySetQuantities') });
      expect(kinds(await tell(told))).toEqual({ retry: VARIANTS });
      const again = await tell(told);
      expect(kinds(again)).toEqual({ done: VARIANTS });
      expect(shop.stockSet).toHaveLength(2 * VARIANTS);
      expect(new Set(shop.stockSet).size).toBe(2 * VARIANTS);
    }
  });

  it.each(PASSING_FAULTS)('is tried again as a whole through %j, and then set once', async (how) => {
    shop.misbehave(how, { on: nth(2) });
    const first = await tell(many());
    expect(kinds(first)).toEqual({ retry: VARIANTS });
    expect(kinds(await tell(many()))).toEqual({ done: VARIANTS });
    expect(new Set(shop.stockSet).size).toBe(shop.stockSet.length);
    expect([shown(0), shown(129)]).toEqual([[0, 5], [129, 5]]);
  });
});

describe('stock', () => {
  beforeEach(() => shop.addVariant('501', { 1: 10, 2: 20, 3: 30 }));
  const shown = (): readonly (number | undefined)[] => ['1', '2', '3'].map((place) => shop.stock.get(`item-501@${place}`));

  it('is set from what was told before', async () => {
    expect(await setStock(stock(), call)).toMatchObject({ kind: 'done', note: 'The stock of 2 locations was told.' });
    expect(shown()).toEqual([4, 5, 30]);
    expect(shop.requests.at(-1)?.body).toMatchObject({ variables: { input: { name: 'available', reason: 'correction', quantities: [{ changeFromQuantity: 10 }, { changeFromQuantity: 20 }] } } });
  });

  it('that was never told is set from whatever it is', async () => {
    expect(await setStock(stock({ toldBefore: null }), call)).toMatchObject({ kind: 'done' });
    expect(shown()).toEqual([4, 5, 30]);
  });

  it('that changed in between is set from what the shop shows, once', async () => {
    shop.stock.set('item-501@1', 7);
    expect(await setStock(stock(), call)).toMatchObject({ kind: 'done', note: expect.stringContaining('in between') });
    expect(shown()).toEqual([4, 5, 30]);
    const sale: CallChannel = (request) => {
      if (shop.about('inventorySetQuantities')({ body: request.body } as never)) shop.stock.set('item-501@1', (shop.stock.get('item-501@1') ?? 0) + 1);
      return call(request);
    };
    expect(await setStock(stock({ places: [{ place: '1', available: 1 }], toldBefore: { 1: 4 } }), sale)).toMatchObject({ kind: 'retry' });
    expect(sent('inventorySetQuantities')).toBe(4);
  });

  it('that the shop shows already is left alone', async () => {
    shop.stock.set('item-501@1', 4).set('item-501@2', 5);
    expect(await setStock(stock(), call)).toEqual({ kind: 'done', note: 'The shop shows these quantities already.' });
    expect(sent('inventorySetQuantities')).toBe(1);
  });

  it('is never told as less than nothing or in parts of a unit', async () => {
    await setStock(stock({ places: [{ place: 'gid://shopify/Location/1', available: -3 }, { place: '2', available: 2.9 }], toldBefore: null }), call);
    expect(shown()).toEqual([0, 2, 30]);
  });

  it('without a location, or of what the shop does not stock or know, needs a person', async () => {
    expect(await setStock(stock({ places: [] }), call)).toMatchObject({ kind: 'dead', reason: expect.stringContaining('which node is which location') });
    expect(await setStock(stock({ variantId: '1' }), call)).toEqual({ kind: 'dead', reason: 'The channel does not know variant 1.' });
    expect(await setStock(stock({ places: [{ place: '9', available: 1 }] }), call)).toMatchObject({ kind: 'dead', reason: expect.stringContaining('not stocked') });
  });
});

const WORK: readonly [string, (over: CallChannel) => Promise<WriteBackResult>, () => void][] = [
  ['a fulfilment', (over) => writeBack.fulfil.tell(told(), over), () => expect([shop.fulfilments.length, unitsTold('81'), unitsTold('82')]).toEqual([1, 2, 1])],
  ['a fulfilment without tracking numbers', (over) => writeBack.fulfil.tell(told({ trackingNumbers: [] }), over), () => expect([shop.fulfilments.length, unitsTold('81'), unitsTold('82')]).toEqual([1, 2, 1])],
  ['a cancellation', (over) => writeBack.cancel({ orderExternalId: '4711', reason: 'r' }, over), () => expect(shop.orders.get('4711')?.cancelledAt).not.toBeNull()],
  ['stock', (over) => setStock(stock(), over), () => expect([...shop.stock.values()]).toEqual([4, 5])],
];

describe.each(WORK)('%s', (_name, work, check) => {
  const prepare = (): void => {
    (shop.fulfilments as unknown[]).length = 0;
    order();
    shop.addVariant('501', { 1: 10, 2: 20 });
  };

  /** Misbehaves at each request in turn; what the work came to each time. */
  async function atEachRequest(how: Misbehaviour, over: CallChannel): Promise<readonly (readonly WriteBackResult[])[]> {
    prepare();
    const requests = await countRequests(shop, () => work(call));
    const runs: (readonly WriteBackResult[])[] = [];
    for (let at = 1; at <= requests; at += 1) {
      prepare();
      shop.behave();
      shop.misbehave(how, { on: nth(at) });
      runs.push(await untilEnded(() => work(over)));
      check();
    }
    return runs;
  }

  it.each(PASSING_FAULTS)('is done exactly once through %j at any of its requests', async (how) => {
    for (const run of await atEachRequest(how, call)) {
      expect(run).toMatchObject([{ kind: 'retry', afterMs: how.kind === 'too_many' ? 3_000 : null }, { kind: 'done' }]);
    }
  });

  it.each(ENDLESS_ANSWERS)('is done exactly once through %j at any of its requests', async (how) => {
    for (const run of await atEachRequest(how, hasty)) {
      expect([run[0], run.at(-1)]).toMatchObject([{ kind: 'retry', reason: 'The channel did not answer: no answer in time' }, { kind: 'done' }]);
    }
  });

  it.each(SLOW_ANSWERS)('is done at once through %j', async (how) => {
    prepare();
    shop.misbehave(how, { times: 9 });
    expect(await work(callerOf({ url: shop.url, headers: writeBack.signIn({ access_token: 'shpat_right' }), timeoutMs: 10_000 }))).toMatchObject({ kind: 'done' });
    check();
  });

  it('needs a person where the token, the shop or the address is wrong', async () => {
    const over = (url: string, token: string): CallChannel => callerOf({ url, headers: writeBack.signIn({ access_token: token }) });
    expect(await work(over(shop.url, 'shpat_wrong'))).toMatchObject({ kind: 'dead', reason: expect.stringContaining('The access token is refused') });
    expect(await work(over(`${shop.url}/elsewhere`, 'shpat_right'))).toMatchObject({ kind: 'dead', reason: expect.stringContaining('does not know this address') });
    expect(await work(over('http://127.0.0.1:1', 'shpat_right'))).toMatchObject({ kind: 'retry' });
  });

  it('reads what GraphQL answers with 200', async () => {
    const cost = { requestedQueryCost: 752, actualQueryCost: null, throttleStatus: { maximumAvailable: 1000, currentlyAvailable: 632, restoreRate: 50 } };
    const answers: readonly [unknown, Partial<WriteBackResult>][] = [
      [{ errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }], extensions: { cost } }, { kind: 'retry', afterMs: 3_000 }],
      [{ errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }] }, { kind: 'retry', afterMs: null }],
      [{ errors: [{ message: 'Internal error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }, { kind: 'retry' }],
      [{ errors: [{ message: 'Access denied for order field.', extensions: { code: 'ACCESS_DENIED' } }] }, { kind: 'dead', reason: 'The channel refused: Access denied for order field.' }],
      [{ errors: 'Unavailable Shop' }, { kind: 'dead', reason: 'The channel refused: Unavailable Shop' }],
      [{ data: { order: 7 } }, { kind: 'retry' }], [{ message: 'under maintenance' }, { kind: 'retry' }], [[], { kind: 'retry' }], [null, { kind: 'retry' }],
    ];
    for (const [json, result] of answers) {
      shop.behave();
      shop.misbehave({ kind: 'json', json });
      expect(await work(call)).toMatchObject(result);
    }
  });
});

it('cuts what the shop says to 300 characters', async () => {
  order();
  shop.misbehave({ kind: 'json', json: { data: { fulfillmentCreate: { fulfillment: null, userErrors: [{ message: 'No. '.repeat(200) }] } } } }, { on: shop.about('fulfillmentCreate') });
  expect(await writeBack.fulfil.tell(told(), call)).toMatchObject({ kind: 'dead', reason: expect.stringMatching(/^The channel refused: No\. .{274}…$/) });
});
