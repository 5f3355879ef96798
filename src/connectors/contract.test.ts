import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { capabilitiesOf } from '../flows/capabilities.ts';
import type { Receivable } from '../flows/connector.ts';
import { CONNECTORS } from './index.ts';
import { fixture as wooFixture } from './woocommerce/support.testing.ts';

/** A message of each kind of channel for everything it says it tells. */
const shopifyOrder = JSON.parse(readFileSync(new URL('shopify/fixtures/edited-guest.json', import.meta.url), 'utf8')) as Record<string, unknown>;
const MESSAGES: Readonly<Record<string, Partial<Record<Receivable, unknown>>>> = {
  shopify: { orders: shopifyOrder, edits: shopifyOrder, cancellations: { ...shopifyOrder, cancelled_at: '2026-03-02T10:00:00Z' }, refunds: { id: 1, order_id: 2 }, holds: { fulfillment_order: { id: 5 } } },
  woocommerce: { orders: wooFixture('paid'), edits: wooFixture('paid'), cancellations: wooFixture('cancelled'), refunds: { id: 1, parent_id: 2 } },
};
const MEANS: Readonly<Partial<Record<Receivable, object>>> = {
  orders: { kind: 'order', order: { cancelled: null } }, edits: { kind: 'order', order: { cancelled: null } }, cancellations: { kind: 'order', order: { cancelled: { reason: expect.any(String) } } }, refunds: { kind: 'kept' },
  holds: { kind: 'look_up', subject: '5' },
};

describe.each([...CONNECTORS.values()])('$title', (connector) => {
  it('tells what it says it tells, by a topic that it names for it', () => {
    for (const { what, topics } of capabilitiesOf(connector).receives) {
      const body = MESSAGES[connector.name]?.[what];
      expect(body, `a message for ${what}`).toBeDefined();
      const meanings = topics.map((topic) => connector.translate(topic, body));
      expect(meanings.find(({ kind }) => kind !== 'ignored'), what).toMatchObject(MEANS[what] ?? { kind: 'no meaning of this is known' });
    }
  });

  it('has an interface for all that it can be told, and bears as many at once as it says', () => {
    const { told, stockAtOnce, callsPerSecond, credentials } = capabilitiesOf(connector);
    expect(told).toEqual(expect.arrayContaining(['acknowledgements', 'fulfilments', 'cancellations', 'stock']));
    expect(stockAtOnce).toBeGreaterThan(1);
    expect(callsPerSecond).toBeGreaterThan(0);
    expect(Object.values(connector.writeBack?.signIn(Object.fromEntries(credentials.map((name) => [name, `the ${name}`]))) ?? {})).not.toEqual([]);
  });
});

it('a kind of channel that only sends can be told nothing', () => {
  const shopify = CONNECTORS.get('shopify');
  const { writeBack: _writeBack, reconcile: _reconcile, ...deaf } = shopify ?? ({} as never);
  expect(capabilitiesOf(deaf)).toMatchObject({ told: [], swept: false, stockAtOnce: 0, callsPerSecond: 0, credentials: [] });
});
