import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aChannel, anItem, aNode, openShop, aLine } from '../../domain/shop.testing.ts';
import { nodeVariables, orderVariables, type OrderVariables } from '../../domain/routing/index.ts';
import { createRules } from './cel.ts';

const rules = createRules();
const items = [anItem('A', { weightGrams: 700 }), anItem('KG', { quantityScale: 3, weightGrams: 1000, handlingClass: 'cold' }), anItem('?')];
const shop = openShop({ items, nodes: [aNode('n')], channel: aChannel({ kind: 'web' }) });
const shipTo = { name: 'Ida Muster', street: 'Weg 1', city: 'Wien', postcode: '1010', country: 'AT' };
const order = shop.capture([aLine('A', 2), aLine('KG', '1.5')], {
  contact: { ship_to: shipTo }, customerClass: 'vip', serviceLevel: 'express', attributes: { gift: 'yes' }, shipBy: Date.UTC(2026, 2, 3, 17), placedAt: Date.UTC(2026, 2, 2, 8),
});
const variables = orderVariables(order, aChannel(), (id) => items.find((item) => item.id === id));
const holds = (expression: string, given: OrderVariables = variables): boolean | string => {
  const answer = rules.compile(expression, 'node' in given ? 'node' : 'order')(given);
  return answer.ok ? answer.holds : answer.error;
};
const problem = (expression: string): string => {
  const check = rules.check(expression, 'order');
  return check.ok ? 'ok' : check.error;
};

describe('an expression', () => {
  test.each<[string, boolean]>([
    ['order.channel == "web" && channel.kind == "web"', true], ['order.currency == "EUR" && channel.currency == "EUR"', true], ['order.total_minor >= 3500', true], ['order.value_minor == 3500', true],
    ['order.lines == 2', true], ['order.units == 4', true], ['order.weight_grams == 2900', true], ['order.service_level in ["express", "same_day"]', true],
    ['customer.class == "vip" && order.customer_class == customer.class', true], ['order.country == "AT" && order.postcode.startsWith("10")', true], ['order.region == ""', true],
    ['"A" in order.skus', true], ['order.skus.exists(sku, sku.startsWith("K"))', true], ['order.handling_classes.all(one, one == "standard")', false], ['order.attributes.gift == "yes"', true],
    ['order.attributes.filter(name, name == "gift").size() == 1', true], ['has(order.deliver_by)', false], ['has(order.ship_by) && order.ship_by - order.placed_at < duration("48h")', true],
    ['order.placed_at.getHours("Europe/Vienna") == 9', true], ['order.payment_state == "paid"', true], ['order.external_id == "X-1"', true],
  ])('%s', (expression, expected) => {
    expect(rules.check(expression, 'order')).toEqual({ ok: true, constant: null });
    expect(holds(expression)).toBe(expected);
  });

  test('over a node knows the node as well', () => {
    const given = nodeVariables(variables, aNode('berlin', { kind: 'store', priority: 3, address: { country: 'Germany', region: 'BE' } }), 12_500, 4);
    expect(holds('node.kind == "store" && node.code == "berlin" && node.distance_km <= 12.5 && node.priority == 3 && node.backlog < 5 && node.country != order.country && node.region == "BE"', given)).toBe(true);
    expect(holds('node.distance_km < 100.0', nodeVariables(variables, aNode('x'), null, 0))).toBe('No such key: distance_km (character 6).');
    expect(rules.check('node.kind == "store"', 'order')).toMatchObject({ ok: false });
  });

  test('that meets what is not there does not hold, and says why', () => {
    expect(holds('order.attributes.colour == "red"')).toBe('No such key: colour (character 18).');
    expect(holds('order.total_minor / (order.lines - 2) > 1')).toMatch(/^division by zero/);
    expect(holds('order.placed_at.getHours("Nowhere/Land") > 1')).toMatch(/Nowhere/);
    expect(holds('order.weight_grams > 10', orderVariables(shop.capture([aLine('?', 1)], { externalId: 'X-2' }), aChannel(), (id) => items.find((item) => item.id === id)))).toMatch(/^No such key: weight_grams/);
    expect(holds('nonsense')).toMatch(/^Unknown variable: nonsense/);
  });

  test.each<[string, RegExp]>([
    ['order.nope == 1', /^order has no field nope \(character 7\); it has external_id, channel, /], ['buyer.class == "a"', /^Unknown variable: buyer \(character 1\); there are order, customer, channel\.$/],
    ['order.lines', /type int; it has to be true or false/], ['order.lines == "2"', /no such overload: int == string \(character 1\)\.$/], ['order.channel ==', /^Unexpected token: EOF \(character 17\)\.$/],
    ['', /is empty/], ['  ', /is empty/], [`order.channel == "${'x'.repeat(2000)}"`, /2019 characters; at most 2000/],
    ['order.channel.matches("(a+)+b")', /^matches\(\) is not possible.*\(character/], ['order.skus.exists(a, order.skus.exists(b, a == b))', /^(?:exists\(\) inside another loop|skus inside a loop) is not possible/],
    ['order.skus.all(a, ["x"].exists(b, a == b))', /^exists\(\) inside another loop/], ['order.skus.all(a, a in order["skus"])', /inside a loop/], ['order.skus.map(a, a).size() > 1', /^map\(\)/],
    ['cel.bind(a, order.channel + order.channel, cel.bind(b, a + a, b + b == "x"))', /^cel\.bind\(\)/], ['dyn(order).nope == 1', /^dyn\(\)/],
    [Array.from({ length: 250 }, () => 'true').join('||'), /nodes|limit|exceed/i], [`${'('.repeat(200)}true${')'.repeat(200)}`, /depth|limit|exceed/i],
  ])('is refused: %s', (expression, words) => {
    expect(problem(expression)).toMatch(words);
    expect(holds(expression)).toMatch(words);
  });

  test('without anything of the order has one value', () => {
    expect(rules.check('1 + 1 == 2', 'order')).toEqual({ ok: true, constant: true });
    expect(rules.check('"a" in ["b"]', 'order')).toEqual({ ok: true, constant: false });
    expect(rules.check('1 / 0 == 1', 'order')).toEqual({ ok: true, constant: null });
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('sees nothing of what its values are made of: %s', (name) => {
    expect(problem(`order.${name} == "x"`)).toMatch(/has no field/);
    expect(holds(`order.attributes.${name} == "x"`)).toMatch(/^No such key/);
    expect(holds(`order.attributes["${name}"] == "x"`)).toMatch(/^No such key/);
    expect(holds(`has(order.attributes.${name}) || "${name}" in order.attributes`)).toBe(false);
  });

  test('may be any text: it is answered, and never thrown at who asks', () => {
    const words = fc.constantFrom('order', 'customer', 'channel', '.', 'skus', 'attributes', 'lines', 'class', 'exists', '(', ')', '[', ']', '{', '}', ',', 's', '==', '<', '+', '-', '/', '%', '!', '&&', '||', '?', ':', 'in', '"a"', "'", '1', '0', '2.5', '1e400',
      'has', 'size', 'timestamp', 'duration', 'null', 'true', 'b"x"', 'r"\\"', '\n', ' ', '🙂', '9223372036854775808', '-9223372036854775808', 'type', 'cel', 'optional', 'join');
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(words, { maxLength: 20 }).map((all) => all.join(' ')), fc.array(words, { maxLength: 20 }).map((all) => all.join(''))), (expression) => {
      const check = rules.check(expression, 'order');
      const answer = rules.compile(expression, 'order')(variables);
      expect(answer.ok ? typeof answer.holds : answer.error).toBeTruthy();
      if (!check.ok) expect(answer).toEqual(check);
      else if (check.constant !== null) expect(answer).toEqual({ ok: true, holds: check.constant });
    }), { numRuns: 250 });
  });

  test('is forgotten when there are too many, and read again', () => {
    for (let serial = 0; serial < 2_100; serial += 1) rules.check(`order.lines == ${serial}`, 'order');
    expect(holds('order.lines == 2')).toBe(true);
  });
});

test('nothing of a person is in what expressions see', () => {
  expect(JSON.stringify(variables, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))).not.toMatch(/Ida|Weg 1|Wien/);
});
