import { describe, expect, it } from 'vitest';
import { woocommerce } from './index.ts';
import { addsUpTo, haveSamples, orderOf, pointers, sample, sampleNames } from './support.testing.ts';
import { translate } from './translate.ts';

const named = (pattern: RegExp): string[] => sampleNames('woocommerce').filter((name) => pattern.test(name));
const vectors = haveSamples ? (sample('webhooks/shopify-woocommerce.vectors.json') as { vectors: { secret: string; payload: string; signature: string; expect: string }[] }).vectors : [];

describe.skipIf(!haveSamples)('published examples (skipped where ../shared/samples is absent)', () => {
  it('are there', () => {
    expect([named(/^v3_order_\d/).length, named(/_order_request_/).length, named(/refund/).length, vectors.length]).toEqual([4, 4, 2, 2]);
  });

  it('of orders add up to their total', () => {
    for (const name of named(/^v3_order_\d/)) {
      const order = orderOf(translate('order.created', sample(`woocommerce/${name}`)));
      expect(order).toMatchObject({
        externalId: '727', name: '#727', payment: { state: 'paid', payments: [{ tender: 'bacs', amountMinor: 2935 }] }, shipTo: { city: 'San Francisco', country: 'US' },
        lines: [{ variantId: '93', unitPrice: '3', taxMinor: 45 }, { variantId: '23', sku: 'Bar3', title: 'Ship Your Idea – Color: Black, Size: M Test', taxMinor: 90 }],
      });
      expect(addsUpTo(order)).toBe(order.totals.totalMinor);
    }
  });

  it('of requests to create orders are no orders yet', () => {
    for (const name of named(/_order_request_/)) {
      const found = pointers(sample(`woocommerce/${name}`));
      expect(found).toEqual(expect.arrayContaining(['/id', '/status', '/currency', '/total', '/date_modified_gmt']));
      if (name.endsWith('_00.json')) expect(found).toEqual(expect.arrayContaining(['/line_items/0/id', '/line_items/0/subtotal', '/line_items/1/total']));
      else expect(found).toContain('/line_items');
    }
  });

  it('of refunds are kept, under their order where there is one', () => {
    expect(named(/refund/).map((name) => translate('refund.created', sample(`woocommerce/${name}`)))).toMatchObject([{ kind: 'kept', externalId: '723' }, { kind: 'kept', externalId: null }]);
  });

  it('of refunds inside an order are read line by line', () => {
    const refunds = sample('woocommerce/v3_refund_02.json') as { line_items: { meta_data: { key: string; value: string }[] }[] }[];
    const order = sample(`woocommerce/${named(/^v3_order_\d/)[0]}`) as { line_items: { id: number; quantity: number }[] };
    const refunded = String(refunds.flatMap(({ line_items: lines }) => lines)[0]?.meta_data[0]?.value);
    const [first, ...others] = order.line_items;
    const whole = orderOf(translate('sweep', { ...order, refunds }));
    const less = orderOf(translate('sweep', { ...order, refunds, line_items: [{ ...first, id: Number(refunded) }, ...others] }));
    expect([whole.takenOff, less.takenOff]).toEqual([{}, { [refunded]: { returned: 0, refunded: 1 } }]);
    expect(Number(less.lines[0]?.quantity)).toBe((first?.quantity ?? 0) - 1);
    expect(addsUpTo(less)).toBe(less.totals.totalMinor);
  });

  it('of signatures are accepted and refused', () => {
    for (const { secret, payload, signature, expect: expected } of vectors) {
      expect(woocommerce.verify({ 'x-wc-webhook-signature': signature }, Buffer.from(payload), ['other', secret])).toBe(expected === 'accept');
    }
  });
});
