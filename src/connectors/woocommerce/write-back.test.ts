import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countRequests, ENDLESS_ANSWERS, nth, PASSING_FAULTS, SLOW_ANSWERS, untilEnded } from '../../../tests/support/partners/faults.ts';
import { callerOf, openWooCommerce, type Misbehaviour, type WooCommerce } from '../../../tests/support/partners.ts';
import type { CallChannel, FulfilmentTold, StockTold, WriteBackResult } from '../../flows/write-back.ts';
import { CONNECTORS } from '../index.ts';
import { woocommerceWriteBack as writeBack } from './write-back.ts';

const SHIPMENT = 'shp_01980f3e-5a2b-7c1d-9e4f-a0b1c2d3e4f5';
const SECRETS = { consumer_key: 'ck_right', consumer_secret: 'cs_right' };
const told = (more: Partial<FulfilmentTold> = {}): FulfilmentTold => ({
  orderExternalId: '4711', shipmentId: SHIPMENT, lines: [{ externalId: '81', quantity: 2 }], carrier: 'DHL', trackingNumbers: ['JD1', 'JD2'], completes: true, ...more,
});
const stock = (more: Partial<StockTold> = {}): StockTold => ({ variantId: '501', sku: 'MUG', available: 9, places: [], toldBefore: null, ...more });

const setStock = async (told: StockTold, over: CallChannel): Promise<WriteBackResult> => {
  const [result] = await writeBack.stock.tell([told], over);
  if (!result) throw new Error('no result');
  return result;
};

let shop: WooCommerce;
let call: CallChannel;
let hasty: CallChannel;

beforeEach(async () => {
  shop = await openWooCommerce({ key: 'ck_right', secret: 'cs_right' });
  const headers = writeBack.signIn(SECRETS);
  call = callerOf({ url: shop.url, headers });
  hasty = callerOf({ url: shop.url, headers, timeoutMs: 100 });
});
afterEach(() => shop.close());

const puts = (): readonly string[] => shop.requests.filter(({ method }) => method === 'PUT').map(({ path }) => path);

it('is what the connector can be told by', () => {
  expect(CONNECTORS.get('woocommerce')?.writeBack).toBe(writeBack);
  expect(writeBack).toMatchObject({ callsPerSecond: 5, credentials: ['consumer_key', 'consumer_secret'] });
  expect(writeBack.signIn({ consumer_key: 'a', consumer_secret: 'b' })).toEqual({ Authorization: 'Basic YTpi' });
});

describe('a fulfilment', () => {
  it('is a note to the customer, once, and completes the order', async () => {
    const order = shop.addOrder(4711);
    expect(await writeBack.fulfil.tell(told(), call)).toEqual({ kind: 'done', note: 'The customer was told. The order was completed.' });
    expect(shop.fulfilments).toEqual([{ order: 4711, note: `Your order has been shipped with DHL. Tracking numbers: JD1, JD2. [${SHIPMENT}]` }]);
    expect(order.status).toBe('completed');
    expect(await writeBack.fulfil.tell(told(), call)).toEqual({ kind: 'done', note: 'The shipment was told before.' });
    expect([shop.fulfilments.length, puts().length]).toEqual([1, 1]);
  });

  it('of a part leaves the order open, and the next part is told too', async () => {
    const order = shop.addOrder(4711);
    await writeBack.fulfil.tell(told({ completes: false, trackingNumbers: ['JD1'] }), call);
    expect(order.status).toBe('processing');
    await writeBack.fulfil.tell(told({ shipmentId: 'shp_other', carrier: null, trackingNumbers: [] }), call);
    expect(shop.fulfilments.map(({ note }) => note)).toEqual([
      `Part of your order has been shipped with DHL. Tracking number: JD1. [${SHIPMENT}]`, 'Your order has been shipped. [shp_other]',
    ]);
    expect(order.status).toBe('completed');
  });

  it.each([['completed'], ['cancelled'], ['refunded']])('leaves the status of an order that is %s', async (status) => {
    const order = shop.addOrder(4711, status);
    expect(await writeBack.fulfil.tell(told(), call)).toMatchObject({ kind: 'done' });
    expect([order.status, puts().length, shop.fulfilments.length]).toEqual([status, 0, 1]);
  });
});

describe('a cancellation', () => {
  it('is told once', async () => {
    const order = shop.addOrder(4711);
    expect(await writeBack.cancel({ orderExternalId: '4711', reason: 'r' }, call)).toMatchObject({ kind: 'done' });
    expect(await writeBack.cancel({ orderExternalId: '4711', reason: 'r' }, call)).toMatchObject({ kind: 'done', note: expect.stringContaining('before') });
    expect([order.status, puts().length]).toEqual(['cancelled', 1]);
  });

  it('leaves a refunded order as it is', async () => {
    const order = shop.addOrder(4711, 'refunded');
    expect(await writeBack.cancel({ orderExternalId: '4711', reason: 'r' }, call)).toMatchObject({ kind: 'done' });
    expect(order.status).toBe('refunded');
  });

  it('of an order that the shop has completed is left to a person', async () => {
    const order = shop.addOrder(4711, 'completed');
    expect(await writeBack.cancel({ orderExternalId: '4711', reason: 'r' }, call)).toMatchObject({ kind: 'dead', reason: expect.stringContaining('completed') });
    expect(order.status).toBe('completed');
  });
});

describe('stock', () => {
  it('of a simple product and of a variation is set where each is kept', async () => {
    const simple = shop.addProduct({ id: 501, stock_quantity: 3 });
    const variation = shop.addProduct({ id: 502, type: 'variation', parent_id: 500, manage_stock: 'parent', stock_quantity: 9 });
    expect(await setStock(stock(), call)).toMatchObject({ kind: 'done' });
    expect(await setStock(stock({ variantId: '502' }), call)).toMatchObject({ kind: 'done' });
    expect([simple, variation]).toMatchObject([{ manage_stock: true, stock_quantity: 9 }, { manage_stock: true, stock_quantity: 9 }]);
    expect(puts()).toEqual(['/wp-json/wc/v3/products/501', '/wp-json/wc/v3/products/500/variations/502']);
  });

  it('that the shop shows already is left alone', async () => {
    shop.addProduct({ id: 501, stock_quantity: 9 });
    expect(await setStock(stock(), call)).toMatchObject({ kind: 'done', note: expect.stringContaining('already') });
    expect(puts()).toEqual([]);
  });

  it('is never told as less than nothing or in parts of a unit, and a variation without a product needs a person', async () => {
    const product = shop.addProduct({ id: 501, stock_quantity: null });
    await setStock(stock({ available: 2.7 }), call);
    expect(product.stock_quantity).toBe(2);
    await setStock(stock({ available: -1 }), call);
    expect(product.stock_quantity).toBe(0);
    shop.addProduct({ id: 502, type: 'variation', parent_id: 0 });
    expect(await setStock(stock({ variantId: '502' }), call)).toMatchObject({ kind: 'dead' });
  });
});

describe('an acknowledgement', () => {
  it('is our number among the order\'s own data, set once', async () => {
    const order = shop.addOrder(4711);
    expect(await writeBack.acknowledge({ orderExternalId: '4711', orderNumber: '1001' }, call)).toMatchObject({ kind: 'done' });
    expect(await writeBack.acknowledge({ orderExternalId: '4711', orderNumber: '1001' }, call)).toEqual({ kind: 'done', note: 'The order was acknowledged before.' });
    expect([order.meta_data, order.status, puts().length]).toEqual([[{ key: '_ordo_order', value: '1001' }], 'processing', 1]);
    expect(await writeBack.acknowledge({ orderExternalId: '1', orderNumber: '1' }, call)).toMatchObject({ kind: 'dead' });
  });
});

describe('stock of many variants', () => {
  const told = (): StockTold[] => Array.from({ length: 100 }, (_, index) => stock({ variantId: String(1000 + index), available: index }));
  const kinds = (results: readonly WriteBackResult[]): readonly string[] => [...new Set(results.map(({ kind }) => kind))];
  const stocked = (): readonly (number | null | undefined)[] => told().map(({ variantId }) => shop.stock.get(Number(variantId))?.stock_quantity);
  /** 60 products, and 20 variations of each of two. */
  beforeEach(() => {
    for (let id = 1000; id < 1060; id += 1) shop.addProduct({ id, stock_quantity: 500 });
    for (let id = 1060; id < 1100; id += 1) shop.addProduct({ id, type: 'variation', parent_id: id < 1080 ? 500 : 501, stock_quantity: 500 });
  });

  it('is read and set together, variations product by product', async () => {
    expect(kinds(await writeBack.stock.tell(told(), call))).toEqual(['done']);
    expect(stocked()).toEqual(told().map(({ available }) => available));
    expect(shop.requests.map(({ method, path }) => `${method} ${path.replace('/wp-json/wc/v3/products', '')}`)).toEqual([
      'GET ', 'GET /1060', 'GET /500/variations', 'GET /1080', 'GET /501/variations', 'POST /batch', 'POST /500/variations/batch', 'POST /501/variations/batch',
    ]);
    shop.behave();
    expect(new Set((await writeBack.stock.tell(told(), call)).map((result) => result.kind === 'done' && result.note))).toEqual(new Set(['The shop shows this quantity already.']));
    expect(shop.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('has a result for each: one that is refused or unknown fails no other', async () => {
    const list = told();
    list[3] = stock({ variantId: '77' });
    list[4] = stock({ variantId: 'sku:typed in by hand' });
    shop.misbehave({ kind: 'json', json: { update: list.slice(0, 60).filter(({ variantId }) => /^\d{4}$/.test(variantId)).map(({ variantId }) => ({ id: Number(variantId), ...(variantId === '1009' ? { error: { code: 'x', message: 'No stock for you.' } } : {}) })) } },
      { on: ({ path }) => path.endsWith('products/batch') });
    const results = await writeBack.stock.tell(list, call);
    expect(results).toHaveLength(100);
    expect(results.flatMap((result) => (result.kind === 'done' ? [] : [result]))).toMatchObject([
      { kind: 'dead', reason: expect.stringContaining('does not know product 77') }, { kind: 'dead', reason: 'The channel does not know product sku:typed in by hand.' },
      { kind: 'dead', reason: 'The shop refused product 1009: No stock for you.' },
    ]);
  });

  it.each(PASSING_FAULTS)('through %j at any of its requests is tried again and ends right', async (how) => {
    for (let at = 1; at <= 8; at += 1) {
      shop.behave();
      for (const { variantId } of told()) Object.assign(shop.stock.get(Number(variantId)) ?? {}, { stock_quantity: 500 });
      shop.misbehave(how, { on: nth(at) });
      expect(kinds(await writeBack.stock.tell(told(), call))).toContain('retry');
      expect(kinds(await writeBack.stock.tell(told(), call))).toEqual(['done']);
      expect(stocked()).toEqual(told().map(({ available }) => available));
    }
  });
});

const WORK: readonly [string, (over: CallChannel) => Promise<WriteBackResult>, () => void][] = [
  ['a fulfilment', (over) => writeBack.fulfil.tell(told(), over), () => expect([shop.fulfilments.length, shop.orders.get(4711)?.status]).toEqual([1, 'completed'])],
  ['a cancellation', (over) => writeBack.cancel({ orderExternalId: '4711', reason: 'r' }, over), () => expect(shop.orders.get(4711)?.status).toBe('cancelled')],
  ['stock', (over) => setStock(stock(), over), () => expect(shop.stock.get(501)?.stock_quantity).toBe(9)],
];

describe.each(WORK)('%s', (_name, work, check) => {
  const prepare = (): void => {
    (shop.fulfilments as unknown[]).length = 0;
    shop.addOrder(4711);
    shop.addProduct({ id: 501, stock_quantity: 3 });
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
    expect(await work(callerOf({ url: shop.url, headers: writeBack.signIn(SECRETS), timeoutMs: 10_000 }))).toMatchObject({ kind: 'done' });
    check();
  });

  it('needs a person where the key is refused or the shop does not know what it is about', async () => {
    expect(await work(call)).toMatchObject({ kind: 'dead', reason: expect.stringMatching(/does not know (order 4711|product 501)/) });
    const wrong = callerOf({ url: shop.url, headers: writeBack.signIn({ consumer_key: 'ck_right', consumer_secret: 'no' }) });
    expect(await work(wrong)).toMatchObject({ kind: 'dead', reason: expect.stringContaining('The consumer key is refused') });
    expect(await work(callerOf({ url: 'http://127.0.0.1:1', headers: {} }))).toMatchObject({ kind: 'retry' });
  });

  it('does not take an answer of another shape for one', async () => {
    prepare();
    for (const json of [[], null, 'ok', { status: 7, type: 7 }, { message: 'under maintenance' }]) {
      shop.behave();
      shop.misbehave({ kind: 'json', json });
      expect(await work(call)).toMatchObject({ kind: 'retry' });
    }
  });
});
