import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  checkStrategy, chooseGroup, COST_TERMS, CRITERIA, defaultGroup, documentChanges, type Filter, orderVariables, PRESETS, RULE_FIELDS, rulesOfOrder, strategyDocument, type Strategy, type StrategyFacts, type StrategyGroup,
} from '../../domain/routing/index.ts';
import { DEFAULT_ROUTING_POLICY } from '../../domain/catalog/index.ts';
import { aChannel, aLine, anItem, aNode, openShop } from '../../domain/shop.testing.ts';
import { filterBody, groupBody, groupOf, strategyBody } from '../http/schemas/strategy.ts';
import { createRules } from './cel.ts';

const rules = createRules();
const [nearest] = PRESETS['nearest']?.groups ?? [];
if (!nearest) throw new Error('no preset');
const group = (over: Partial<StrategyGroup> = {}): StrategyGroup => ({ ...nearest, name: 'rest', ...over });
const strategy = (code: string, ...groups: StrategyGroup[]): Strategy => ({ code, version: 1, groups: groups.length === 0 ? [group()] : groups });
const nodes = [aNode('berlin'), aNode('hamburg', { kind: 'store' }), aNode('paper', { kind: 'virtual' }), aNode('shut', { status: 'offline' })];
const facts: StrategyFacts = { nodes: new Map(nodes.map((node) => [node.code, node])), carriers: new Set(['dhl']), serviceLevels: new Set(['express']), strategies: new Map() };
const check = (groups: readonly StrategyGroup[], over: Partial<StrategyFacts> = {}): string[] => checkStrategy('mine', groups, { ...facts, ...over }, rules).errors.map(({ pointer, code, detail }) => `${pointer} ${code} ${detail}`);
const warnings = (groups: readonly StrategyGroup[]): string[] => checkStrategy('mine', groups, facts, rules).warnings.map(({ pointer, detail }) => `${pointer} ${detail}`);
const hard = (filter: object): Filter => ({ tier: null, ...filter }) as Filter;
const soft = (filter: object): Filter => ({ tier: 1, ...filter }) as Filter;
const filtered = (...filters: Filter[]): StrategyGroup[] => [group({ filters })];
const costs = (over: object): StrategyGroup[] => [group({ objective: { ...nearest.objective, ...over } as StrategyGroup['objective'] })];

describe('a strategy that can be used', () => {
  test.each(Object.keys(PRESETS))('is the preset %s', (name) => {
    const groups = PRESETS[name]?.groups ?? [];
    expect([...check(groups), ...warnings(groups)]).toEqual([]);
    expect(PRESETS[name]?.summary).toMatch(/\.$/);
  });

  test('has groups by order and every kind of filter', () => {
    const every: Filter[] = [
      hard({ kind: 'node_kinds', kinds: ['dc', 'store'] }), hard({ kind: 'only_nodes', nodes: ['berlin', 'hamburg'] }), hard({ kind: 'not_nodes', nodes: ['hamburg'] }), soft({ kind: 'same_country' }),
      hard({ kind: 'countries', countries: ['DE'] }), { kind: 'maximum_distance', km: 500, tier: 7 }, hard({ kind: 'service_levels', levels: ['express'] }), hard({ kind: 'carriers', carriers: ['dhl'] }),
      soft({ kind: 'ships_within', days: 0 }), soft({ kind: 'arrives_in_time' }), soft({ kind: 'leaves_stock', units: 2 }), soft({ kind: 'whole_order' }), soft({ kind: 'maximum_backlog', shipments: 100 }),
      soft({ kind: 'expression', when: 'node.country == order.country && node.backlog < 10' }),
    ];
    const groups = [group({ name: 'express', when: 'order.service_level == "express"', filters: every }), group({ name: 'vip', when: 'customer.class == "vip"' }), group()];
    expect([...check(groups), ...warnings(groups)]).toEqual([]);
    expect(check([group({ filters: [hard({ kind: 'carriers', carriers: ['any'] }), hard({ kind: 'service_levels', levels: ['any'] })] })], { carriers: null, serviceLevels: null })).toEqual([]);
  });
});

describe('a strategy is refused', () => {
  const circle: StrategyFacts['strategies'] = new Map([['other', strategy('other', group({ after: { ...nearest.after, alternate: 'third' } }))], ['third', strategy('third', group({ after: { ...nearest.after, alternate: 'mine' } }))]]);
  test.each<[string, readonly StrategyGroup[], string[], Partial<StrategyFacts>?]>([
    ['without groups', [], ['/groups INVALID_FIELD A strategy has at least one group.']],
    ['with an unknown field', [group({ name: 'a', when: 'order.colour == "red"' }), group()], [expect.stringMatching(/^\/groups\/0\/when INVALID_FIELD order has no field colour \(character 7\)/)]],
    ['with an expression of another type', [group({ name: 'a', when: 'order.lines + 1' }), group()], [expect.stringMatching(/^\/groups\/0\/when .*type int/)]],
    ['with a node in a condition for orders', [group({ name: 'a', when: 'node.kind == "dc"' }), group()], [expect.stringMatching(/^\/groups\/0\/when .*Unknown variable: node/)]],
    ['with a group after one for every order', [group({ name: 'all' }), group({ name: 'vip', when: 'customer.class == "vip"' })], ['/groups/1/when INVALID_FIELD No order gets here: group 1 ("all") holds for every one.']],
    ['with a group after one that is always true', [group({ name: 'all', when: '1 < 2' }), group()], [expect.stringMatching(/^\/groups\/1\/when .*group 1 \("all"\) holds for every one/)]],
    ['with a condition that is never true', [group({ name: 'none', when: 'false' }), group()], ['/groups/0/when INVALID_FIELD No order gets here: the expression is never true.']],
    ['with the same condition twice', [group({ name: 'a', when: 'order.lines > 1' }), group({ name: 'b', when: ' order.lines > 1 ' }), group()], [expect.stringMatching(/^\/groups\/1\/when .*group 1 \("a"\) has the same expression/)]],
    ['with the same name twice', [group({ when: 'order.lines > 1' }), group()], [expect.stringMatching(/^\/groups\/1\/name DUPLICATE_VALUE/)]],
    ['without a way for every order', [group({ when: 'order.lines > 1' })], [expect.stringMatching(/^\/groups\/0\/when .*last group has to hold for every order/)]],
    ['with a node that nobody knows', filtered(hard({ kind: 'only_nodes', nodes: ['berlin', 'paris'] }), soft({ kind: 'not_nodes', nodes: ['rome'] })), ['/groups/0/filters/0/nodes/1 UNKNOWN_NODE There is no node "paris".', '/groups/0/filters/1/nodes/0 UNKNOWN_NODE There is no node "rome".']],
    ['with a carrier and a level that nobody knows', filtered(hard({ kind: 'carriers', carriers: ['ups'] }), hard({ kind: 'service_levels', levels: ['slow'] })), [expect.stringMatching(/carriers\/0 INVALID_FIELD There is no carrier "ups"/), expect.stringMatching(/levels\/0 .*"slow"/)]],
    ['with the same code twice, or none', filtered(soft({ kind: 'only_nodes', nodes: ['berlin', 'berlin'] }), soft({ kind: 'countries', countries: [] })), ['/groups/0/filters/0/nodes/1 DUPLICATE_VALUE "berlin" stands here twice.', '/groups/0/filters/1/countries INVALID_FIELD The list is empty.']],
    ['with nodes that are all excluded', filtered(hard({ kind: 'only_nodes', nodes: ['berlin'] }), hard({ kind: 'not_nodes', nodes: ['berlin'] })), [expect.stringMatching(/^\/groups\/0\/filters\/1 .*no node is left/)]],
    ['with lists that have nothing in common', filtered(hard({ kind: 'only_nodes', nodes: ['berlin'] }), hard({ kind: 'only_nodes', nodes: ['hamburg'] }), hard({ kind: 'node_kinds', kinds: ['dc'] }), hard({ kind: 'node_kinds', kinds: ['store'] }), hard({ kind: 'countries', countries: ['DE'] }), hard({ kind: 'countries', countries: ['AT'] })),
      [expect.stringMatching(/filters\/3 .*no kind of node/), expect.stringMatching(/filters\/5 .*no country/), expect.stringMatching(/filters\/1 .*no node is left/)]],
    ['with virtual nodes only', filtered(hard({ kind: 'node_kinds', kinds: ['virtual'] })), [expect.stringMatching(/kinds INVALID_FIELD Nothing is ever sent/)]],
    ['with a filter nothing passes', filtered(hard({ kind: 'expression', when: '2 < 1' }), hard({ kind: 'expression', when: 'node.colour == "red"' })), [expect.stringMatching(/filters\/0\/when .*never true/), expect.stringMatching(/filters\/1\/when .*node has no field colour/)]],
    ['with negative figures', [group({ filters: [soft({ kind: 'maximum_distance', km: -1 }), soft({ kind: 'maximum_backlog', shipments: 0 })], split: { ...nearest.split, maximumNodes: 0, minimumValueMinor: -5 } })],
      [expect.stringMatching(/filters\/0\/km .*-1 is less than 0/), expect.stringMatching(/filters\/1\/shipments .*0 is less than 1/), expect.stringMatching(/split\/maximum_nodes .*0 is less than 1/), expect.stringMatching(/split\/minimum_value_minor/)]],
    ['with arrival after another criterion', costs({ by: ['distance', 'arrival'] }), [expect.stringMatching(/^\/groups\/0\/objective\/by\/1 .*only be the first.*decided by the latest part/)]],
    ['without criteria', costs({ by: [] }), [expect.stringMatching(/objective\/by .*at least one criterion/)]],
    ['with a criterion twice', costs({ by: ['splits', 'splits'] }), [expect.stringMatching(/by\/1 DUPLICATE_VALUE/)]],
    ['with cost as a criterion and no cost that counts', costs({ by: ['cost'], weights: { label: 0 } }), [expect.stringMatching(/objective\/weights .*no cost counts/)]],
    ['with costs that all weigh nothing', costs({ kind: 'cost', weights: { label: 0, split: 0 } }), [expect.stringMatching(/objective\/weights .*No cost counts/)]],
    ['with negative costs', costs({ kind: 'cost', weights: { label: -1, split: 1 }, splitMicros: -2 }), [expect.stringMatching(/weights\/label .*-1/), expect.stringMatching(/split_micros .*-2/)]],
    ['with a fallback node that is none', [group({ name: 'a', when: 'order.lines > 1', after: { ...nearest.after, fallbackNode: 'paris' } }), group({ after: { ...nearest.after, fallbackNode: 'paper' } })], ['/groups/0/after/fallback_node UNKNOWN_NODE There is no node "paris".', expect.stringMatching(/^\/groups\/1\/after\/fallback_node INVALID_FIELD Nothing is ever sent/)]],
    ['with an alternate that is none', [group({ after: { ...nearest.after, alternate: 'nobody' } })], [expect.stringMatching(/after\/alternate UNKNOWN_STRATEGY There is no strategy "nobody"/)]],
    ['with itself as alternate', [group({ after: { ...nearest.after, alternate: 'mine' } })], [expect.stringMatching(/after\/alternate INVALID_FIELD It leads in a circle: mine → mine\./)]],
    ['with alternates in a circle', [group({ after: { ...nearest.after, alternate: 'other' } })], [expect.stringMatching(/circle: mine → other → third → mine/)], { strategies: circle }],
  ])('%s', (_, groups, expected, over = {}) => {
    expect(check(groups, over)).toEqual(expected);
  });

  test('never for a circle it is not part of', () => {
    const apart = new Map([['a', strategy('a', group({ after: { ...nearest.after, alternate: 'b' } }))], ['b', strategy('b', group({ after: { ...nearest.after, alternate: 'a' } }))]]);
    expect(check([group({ after: { ...nearest.after, alternate: 'a' } })], { strategies: apart })).toEqual([]);
  });
});

test('what hardly is meant so is said', () => {
  expect(warnings([group({
    filters: [hard({ kind: 'only_nodes', nodes: ['shut'] }), hard({ kind: 'whole_order' }), soft({ kind: 'expression', when: 'true' })],
    objective: { ...nearest.objective, kind: 'cost', weights: { distance: 1000 }, splitMicros: 5 } as StrategyGroup['objective'],
    split: { ...nearest.split, maximumNodes: 1, maximumNodesPerLine: 2, minimumValueMinor: 100 }, after: { ...nearest.after, fallbackNode: 'shut' },
  })])).toEqual([
    '/groups/0/filters/2/when The expression is always true: the filter decides nothing.', '/groups/0/filters None of the nodes that can ship now passes these hard filters.',
    '/groups/0/objective/weights/distance It comes to nothing, because distance_micros_per_km is 0.', '/groups/0/objective/split_micros It does not count, because weights has no split.',
    '/groups/0/split/maximum_nodes_per_line A line cannot have more nodes than its order: at most 1.', '/groups/0/split The hard filter whole_order leaves nothing to be divided.', '/groups/0/after/fallback_node shut is offline now.',
  ]);
});

describe('the group of an order', () => {
  const items = [anItem('A')];
  const shop = openShop({ items, nodes: [aNode('n')] });
  let serial = 0;
  const variables = (over: Parameters<typeof shop.capture>[1], channel = aChannel()): ReturnType<typeof orderVariables> =>
    orderVariables(shop.capture([aLine('A', 1)], { externalId: `X-${(serial += 1)}`, ...over }), channel, () => items[0]);
  const groups = [
    group({ name: 'phone', when: 'channel.code == "phone"' }), group({ name: 'express', when: 'order.service_level == "express"' }), group({ name: 'vip', when: 'customer.class == "vip"' }),
    group({ name: 'abroad', when: '!(order.country in ["DE", ""])' }), group({ name: 'dear', when: 'order.value_minor >= 100000' }), group({ name: 'gift', when: 'order.attributes.gift == "yes"' }), group(),
  ];
  const strategies = new Map([['mine', { ...strategy('mine', ...groups), version: 4 }]]);
  const to = (country: string): object => ({ contact: { ship_to: { street: 'Weg 1', city: 'Ort', postcode: '1010', country } } });
  test.each<[string, Parameters<typeof shop.capture>[1], string, string?]>([
    ['channel', {}, 'phone', 'phone'], ['service level', { serviceLevel: 'express', customerClass: 'vip' }, 'express'], ['customer class', { customerClass: 'vip' }, 'vip'], ['country', to('AT'), 'abroad'],
    ['attribute', { ...to('DE'), attributes: { gift: 'yes' } }, 'gift'], ['nothing else', to('DE'), 'rest'],
  ])('is chosen by %s', (_, over, expected, code = 'web') => {
    const channel = aChannel({ code, strategy: 'mine' });
    const chosen = chooseGroup(strategies, channel, variables(over, channel), rules);
    expect([chosen.group.name, chosen.strategy]).toEqual([expected, { code: 'mine', version: 4 }]);
    expect(groups[chosen.groupNo]).toBe(chosen.group);
  });

  test('is chosen by value', () => {
    const given = orderVariables(shop.capture([aLine('A', 100)], { externalId: 'dear' }), aChannel(), () => items[0]);
    expect(chooseGroup(strategies, aChannel({ strategy: 'mine' }), given, rules).group.name).toBe('dear');
  });

  test('is never one whose condition failed, and that is said', () => {
    expect(chooseGroup(strategies, aChannel({ strategy: 'mine' }), variables({}), rules)).toMatchObject({ group: { name: 'rest' }, notes: ['Group "gift" of mine was passed over: No such key: gift (character 18).'] });
  });

  test('is the channel\'s own policy without a strategy, or without a version that holds', () => {
    const channel = aChannel({ routing: { maximumDistanceKm: 300 } });
    expect(chooseGroup(strategies, channel, variables({}), rules)).toEqual({ strategy: null, group: defaultGroup(channel.routing), groupNo: 0, notes: [] });
    expect(chooseGroup(strategies, { ...channel, strategy: 'gone' }, variables({}), rules)).toMatchObject({ strategy: null, group: { name: 'default' }, notes: ["Strategy gone has no version that holds now; the channel's own policy was used."] });
    expect(chooseGroup(new Map([['odd', strategy('odd', group({ when: 'nonsense' }))]]), { ...channel, strategy: 'odd' }, variables({}), rules)).toMatchObject({ strategy: null, group: { name: 'default' }, notes: [expect.stringMatching(/^Group "rest" of odd was passed over: Unknown variable/), expect.stringMatching(/^No group of strategy odd/)] });
  });

  test('by default costs what the channel\'s policy says, and has its longest way', () => {
    expect(defaultGroup({ ...DEFAULT_ROUTING_POLICY, maximumDistanceKm: 300 })).toEqual({
      name: 'default', when: null, filters: [{ kind: 'maximum_distance', km: 300, tier: null }],
      objective: { kind: 'cost', weights: { distance: 1000, split: 1000 }, distanceMicrosPerKm: 10_000, splitMicros: 5_000_000, latenessMicrosPerDay: 0, capacityMicros: 0 },
      split: { maximumNodes: null, maximumNodesPerLine: null, minimumValueMinor: 0, keepTogether: null, partial: true }, after: { alternate: null, fallbackNode: null, unplaced: 'channel' },
    });
    expect(defaultGroup(DEFAULT_ROUTING_POLICY).filters).toEqual([]);
  });
});

describe('the rules of an order', () => {
  const items = [anItem('A')];
  const shop = openShop({ items, nodes: [aNode('n')] });
  const order = shop.capture([aLine('A', 1)]);
  const to = (alternate: string | null): StrategyGroup['after'] => ({ ...nearest.after, alternate });
  const rulesFor = (code: string | null, ...strategies: Strategy[]): ReturnType<typeof rulesOfOrder> =>
    rulesOfOrder(order, aChannel({ strategy: code }), () => items[0], new Map(strategies.map((one) => [one.code, one])), rules);
  const names = ({ applied }: ReturnType<typeof rulesOfOrder>): string[] => applied.map(({ strategy: of, group: { name } }) => `${of?.code ?? 'own'} ${name}`);

  test('are its group and those of its alternates in turn, for the same order', () => {
    const [second, third] = [strategy('second', group({ name: 'vip', when: 'customer.class == "vip"', after: to(null) }), group({ name: 'others', after: to('third') })), strategy('third')];
    const found = rulesFor('first', strategy('first', group({ after: to('second') })), second, third);
    expect([names(found), found.notes()]).toEqual([['first rest', 'second others', 'third rest'], []]);
    expect(names(rulesFor(null))).toEqual(['own default']);
  });

  test('end where an alternate is gone, leads back or has no group', () => {
    const gone = rulesFor('a', strategy('a', group({ after: to('b') })));
    expect([names(gone), gone.notes()]).toEqual([['a rest'], ['Strategy b has no version that holds now.']]);
    expect(names(rulesFor('a', strategy('a', group({ after: to('b') })), strategy('b', group({ after: to('a') }))))).toEqual(['a rest', 'b rest']);
    const none = rulesFor('a', strategy('a', group({ after: to('b') })), strategy('b', group({ when: 'order.attributes.x == "y"' })));
    expect([names(none), none.notes()]).toEqual([['a rest'], ['Group "rest" of b was passed over: No such key: x (character 18).']]);
  });

  test('ask nodes, and say once where a filter failed', () => {
    const found = rulesFor('a', strategy('a'));
    const holds = (expression: string, metres: number | null): boolean | undefined => found.applied[0]?.holds(expression, aNode('berlin', { kind: 'store' }), metres, 3);
    expect([holds('node.kind == "store" && node.backlog < 4', null), holds('node.distance_km < 10.0', 5_000), holds('node.distance_km < 10.0', 15_000)]).toEqual([true, true, false]);
    expect([holds('node.distance_km < 10.0', null), holds('node.distance_km < 10.0', null)]).toEqual([false, false]);
    expect(found.notes()).toEqual(['The filter node.distance_km < 10.0 did not hold for berlin: No such key: distance_km (character 6).']);
  });
});

test('two documents differ by what was added, removed and changed', () => {
  const before = strategyDocument([group({ name: 'vip', when: 'customer.class == "vip"' }), group({ filters: [hard({ kind: 'same_country' })] })]);
  const after = strategyDocument([group({ name: 'vip', when: 'customer.class == "gold"', split: { ...nearest.split, maximumNodes: 2 } }), group(), group({ name: 'more' })]);
  expect(documentChanges(before, before)).toEqual([]);
  expect(documentChanges(before, after).map(({ words }) => words)).toEqual([
    '/groups/0/when: "customer.class == \\"vip\\"" became "customer.class == \\"gold\\""', '/groups/0/split/maximum_nodes: nothing became 2',
    '/groups/1/filters/0: {"tier":null,"kind":"same_country"} was removed', '/groups/2: the group "more" was added',
  ]);
  expect(documentChanges({ 'a/b~': 1 }, {})).toEqual([{ pointer: '/a~1b~0', from: 1, words: '/a~1b~0: 1 was removed' }]);
});

describe('the guide', async () => {
  const guide = await readFile(new URL('../../../docs/how-to/steer-routing.md', import.meta.url), 'utf8');
  test('names every field, filter, criterion, cost, preset and setting there is', () => {
    const kinds = filterBody.options.flatMap(({ shape: { kind } }) => ('options' in kind ? kind.options : [...kind.values]));
    const { shape: { split, after } } = groupBody;
    const words = [
      ...Object.entries(RULE_FIELDS).flatMap(([root, fields]) => Object.keys(fields).map((field) => `${root}.${field}`)), ...kinds, ...COST_TERMS, ...CRITERIA, ...Object.keys(PRESETS),
      ...Object.keys(split.unwrap().shape), ...Object.keys(after.unwrap().shape), ...after.unwrap().shape.unplaced.unwrap().options,
      ...filterBody.options.flatMap(({ shape }) => Object.keys(shape)).filter((field) => field !== 'kind'),
    ];
    expect(words.length).toBeGreaterThan(80);
    expect(words.filter((word) => !guide.includes(`\`${word}\``) && !guide.includes(`\`"${word}"\``))).toEqual([]);
  });

  test('has an example that can be saved', () => {
    const [example = ''] = guide.split('```json\n').slice(1).map((part) => part.split('```')[0]);
    const { groups } = strategyBody.parse(JSON.parse(example));
    expect([...check(groups.map(groupOf)), ...warnings(groups.map(groupOf))]).toEqual([]);
  });
});
