// Every reason that the program writes is known to the German console, whatever its values; what people write is left as it is.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inGerman } from '../../console/src/reasons/german.ts';
import { gateRule } from '../../src/domain/catalog/index.ts';
import { PAYMENT_STATES } from '../../src/domain/catalog/checks.ts';
import { RISK_CAUSES } from '../../src/domain/fulfillment/outlook.ts';
import { checkAddress } from '../../src/domain/order/address/check.ts';
import { priceReason } from '../../src/domain/order/price-differences.ts';
import { RISK_RULES } from '../../src/domain/order/risk.ts';
import { ORDER_CLOSED } from '../../src/domain/fulfillment/source.ts';

const ENGLISH = /\b(?:the|this|its|is|and|not|channel|order|of|with|price|stock)\b/i;
const german = (reason: string): string => (inGerman(reason) ?? [{ text: `not known: ${reason}` }]).map(({ text, lang }) => (lang === 'en' ? '' : text)).join('');

const problem = (address: Readonly<Record<string, string>>): string => checkAddress(address).problem ?? '';
const gate = { until: null, orders: 30, perSeconds: 60, reason: 'Preisfehler', setAt: 0 };
const price = (line: number, listed: string | null) => ({ line, sku: `A-${line}`, unit_price: '9.90', list_price: listed, price_list: listed === null ? null : 'retail' });

const WRITTEN: readonly string[] = [
  ...['1 minute', '5 minutes'].map((apart) => `Possible duplicate of order #12: the same goods for the same e-mail, placed ${apart} apart.`), 'Nobody collected shipment 2 at Berlin Mitte store.',
  ...['lost', 'returned to sender'].map((what) => `Shipment 2 was ${what}; the customer is still waiting.`), 'Risk score 70 of 100, above 60: the channel rates the risk high (60); it goes to a box or locker (10).',
  problem({}), problem({ street: 'Weg 1', city: 'Berlin', country: 'DE' }), problem({ street: 'Weg 1', city: 'Berlin', postcode: 'X', country: 'DE' }), problem({ street: 'Weg 1', city: 'Ort', postcode: '1', country: 'Nowhere' }),
  problem({ street: '1 Main St', city: 'Town', postcode: '94043', region: 'Nowhere', country: 'US' }), problem({ street: 'Weg 1', postcode: 'X', country: 'DE' }),
  ...[{ ...gate, state: 'paused' as const }, { ...gate, state: 'throttled' as const }].map((one) => gateRule(one, 1)?.reason ?? ''),
  priceReason([price(1, '12.00'), price(2, null)], 'EUR'), priceReason(Array.from({ length: 40 }, (_, n) => price(n + 1, '12.00')), 'EUR'),
  ...Object.values(RISK_CAUSES), ...RISK_RULES.map(({ reason }) => reason), ORDER_CLOSED,
  ...PAYMENT_STATES.flatMap((state) => [`Payment is ${state.replace('_', ' ')}.`, `the channel says that payment is ${state}`]),
];

/** Where reasons of holds, exceptions and events are written, and the values that stand in one of them. */
const WRITERS = [
  'domain/order/policies', 'domain/order/screening', 'domain/order/channel-order', 'domain/fulfillment/preorder', 'domain/fulfillment/resource', 'domain/fulfillment/source', 'domain/fulfillment/carrier',
  'domain/fulfillment/channel-holds', 'domain/fulfillment/follow-channel', 'domain/fulfillment/identify', 'domain/fulfillment/cancel', 'flows/order-actions', 'flows/change-stock', 'flows/bulk-actions',
];
const VALUES = ['3', 'TEA', 'EUR', 'pending', 'for the same address within 5 minutes'];
const SENTENCE = /(?:reason: |orderHold\([^,]+, |hold\(journal, order, [^,]+, |lift\(journal, order, \w+, |reasons\.push\(|open\.push\(|sentence = |cancelUnits\(journal, order, null, )(`[^`]*[ .][^`]*`|"[a-zA-Z]+ [^"]*")/g;

/** What a template can come to: each value in each place. */
const filled = (template: string): string[] => template.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/).reduce<string[]>((texts, part, at) => (at === 0 ? [part] : texts.flatMap((text) => VALUES.map((value) => text + value + part))), []);

const written = WRITERS.flatMap((file) => [...readFileSync(new URL(`../../src/${file}.ts`, import.meta.url), 'utf8').matchAll(SENTENCE)].map(([, quoted = '']) => quoted.slice(1, -1)));

test('so many are written where they are looked for', () => expect(written.length).toBeGreaterThan(30));
test.each([...new Set(written)].filter((template) => !/^\$\{|^Possible duplicate/.test(template)))('written: %s', (template) => {
  expect(filled(template).some((reason) => inGerman(reason) !== null)).toBe(true);
});

test.each(WRITTEN)('%s', (reason) => {
  expect(reason).not.toBe('');
  expect(german(reason).replaceAll(/A-\d+|retail|Weg|ISO/g, '')).not.toMatch(ENGLISH);
  expect(german(reason)).not.toContain('not known');
});

test('what a person wrote, or another program, is left alone', () => {
  for (const text of ['Call the customer first.', 'Payment is', 'toString', 'The channel rated the fraud risk high. And so did we.', '']) expect(inGerman(text)).toBeNull();
});

test('values of a reason are said as they are, and what came in English only is marked', () => {
  expect(german('"A "quoted" thing." of this channel is not mapped to an item yet.')).toBe('„A "quoted" thing.“ dieses Kanals ist noch keinem Artikel zugeordnet.');
  expect(inGerman('2 of TEA are in stock, and no rule lets them go: No node can ship this. Change the rules or the order, or override the node by hand.')).toContainEqual({ text: 'No node can ship this.', lang: 'en' });
});
