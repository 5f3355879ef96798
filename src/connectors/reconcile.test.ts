import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PASSING_FAULTS } from '../../tests/support/partners/faults.ts';
import type { Partner } from '../../tests/support/partners/server.ts';
import { callerOf, openShopify, openWooCommerce, type Shopify, type WooCommerce } from '../../tests/support/partners.ts';
import { SWEPT } from '../flows/connector.ts';
import type { CallChannel } from '../flows/write-back.ts';
import { CONNECTORS } from './index.ts';

/** What every kind of channel that can be swept keeps to, against a partner of its kind. */

const SINCE = Date.UTC(2026, 2, 1, 10);
const at = (seconds: number): string => new Date(SINCE + seconds * 1000).toISOString().slice(0, 19);

interface Kind {
  open(): Promise<Partner>;
  readonly credentials: Readonly<Record<string, string>>;
  /** An order that changed so many seconds after SINCE. */
  put(partner: Partner, id: number, seconds: number): void;
}

const KINDS: Readonly<Record<string, Kind>> = {
  shopify: {
    open: () => openShopify({ accessToken: 'right' }),
    credentials: { access_token: 'right' },
    put: (partner, id, seconds) => void (partner as Shopify).listed.set(id, {
      id, name: `#${id}`, currency: 'USD', created_at: `${at(0)}Z`, updated_at: `${at(seconds)}Z`, total_price: '5.00', line_items: [{ id: id * 10, quantity: 1, price: '5.00' }],
    } as never),
  },
  woocommerce: {
    open: () => openWooCommerce({ key: 'right', secret: 'cs' }),
    credentials: { consumer_key: 'right', consumer_secret: 'cs' },
    put: (partner, id, seconds) => (partner as WooCommerce).putOrder({
      id, status: 'processing', currency: 'USD', date_created_gmt: at(0), date_modified_gmt: at(seconds), total: '5.00', total_tax: '0.00', shipping_total: '0.00',
      line_items: [{ id: id * 10, name: 'Hat', quantity: 1, subtotal: '5.00', total: '5.00' }],
    } as never),
  },
};

it('covers every connector that can be swept', () => {
  expect([...CONNECTORS.values()].filter(({ reconcile }) => reconcile).map(({ name }) => name)).toEqual(Object.keys(KINDS));
});

describe.each(Object.entries(KINDS))('the orders of %s', (name, kind) => {
  const connector = CONNECTORS.get(name);
  let partner: Partner;
  let call: CallChannel;
  beforeAll(async () => void (partner = await kind.open()));
  afterAll(() => partner.close());
  beforeEach(() => {
    partner.behave();
    for (const books of [(partner as Shopify).listed, (partner as WooCommerce).orders as Map<unknown, unknown>]) books?.clear();
    call = callerOf({ url: partner.url, headers: connector?.reconcile?.signIn(kind.credentials) ?? {} });
  });

  const page = (cursor: string | null, over = call) => {
    if (!connector?.reconcile) throw new Error('cannot be swept');
    return connector.reconcile.page({ since: SINCE, cursor }, over);
  };
  /** Ids of a whole sweep, page by page; `between` happens after each. */
  async function sweep(between: (pages: number) => void = () => undefined): Promise<Set<string>> {
    const ids = new Set<string>();
    let pages = 0;
    for (let cursor: string | null = null; pages === 0 || cursor !== null;) {
      const answer = await page(cursor);
      if (answer.kind !== 'page') throw new Error(answer.reason);
      for (const { externalId } of answer.orders) ids.add(externalId);
      cursor = answer.next;
      between(pages += 1);
      if (pages > 50) throw new Error('there is no end');
    }
    return ids;
  }
  const numbers = (from: number, until: number): string[] => Array.from({ length: until - from + 1 }, (_, index) => String(from + index)).toSorted();

  it('are those that changed at the instant or later, whole, as the translation reads them', async () => {
    for (const [id, seconds] of [[11, -60], [12, -1], [13, 0], [14, 60]] as const) kind.put(partner, id, seconds);
    const answer = await page(null);
    if (answer.kind !== 'page') throw new Error(answer.reason);
    expect(answer).toMatchObject({ orders: [{ externalId: '13' }, { externalId: '14' }], next: null });
    for (const { externalId, body } of answer.orders) {
      expect(connector?.translate(SWEPT, JSON.parse(JSON.stringify(body)))).toMatchObject({ kind: 'order', order: { externalId, currency: 'USD', totals: { totalMinor: 500 }, lines: [{ quantity: '1' }] } });
    }
  });

  it('come page by page, none left out, however many changed within one second', async () => {
    for (let id = 2; id <= 130; id += 1) kind.put(partner, id, id < 120 ? 7 : id);
    expect([...await sweep()].toSorted()).toEqual(numbers(2, 130));
  });

  it('are all there although some change between two pages', async () => {
    for (let id = 2; id <= 180; id += 1) kind.put(partner, id, id);
    const ids = await sweep((pages) => {
      for (let id = 2; id <= 40; id += 1) kind.put(partner, id * 4, 1_000 * pages + id);
    });
    expect([...ids].toSorted()).toEqual(numbers(2, 180));
  });

  it('are none where nothing changed', async () => {
    expect(await page(null)).toEqual({ kind: 'page', orders: [], next: null });
  });

  it.each(PASSING_FAULTS)('come another time through %j', async (fault) => {
    kind.put(partner, 21, 5);
    partner.misbehave(fault);
    expect(await page(null)).toMatchObject({ kind: 'retry', reason: expect.any(String), afterMs: fault.kind === 'too_many' ? 3_000 : null });
    expect(await page(null)).toMatchObject({ kind: 'page', orders: [{ externalId: '21' }] });
  });

  it('need a person where the key is refused', async () => {
    expect(await page(null, callerOf({ url: partner.url, headers: {} }))).toMatchObject({ kind: 'dead', reason: expect.stringContaining('is refused') });
  });

  it('are not taken from an answer of another shape', async () => {
    for (const json of [null, 'ok', {}, { orders: 7 }, [{}], { orders: [{ id: '21' }] }, { orders: [{ id: 22 }, { id: 21 }] }, { message: 'under maintenance' }]) {
      partner.misbehave({ kind: 'json', json });
      expect(await page(null), JSON.stringify(json)).toMatchObject({ kind: 'retry' });
    }
  });
});
