// What differs between two versions of a strategy is told in the words of the editor, of every field that the schema of a strategy has.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { StrategyDocument } from '../../console/src/strategies/api.ts';
import { type Difference, differencesOf, type Names } from '../../console/src/strategies/differences.ts';
import { blankGroup, type Filter, type Group } from '../../console/src/strategies/document.ts';
import { inOrder, pairs } from '../../console/src/strategies/pairs.ts';
import { speak } from '../../console/src/i18n/words.ts';
import { strategyDocumentView } from '../../src/server/http/schemas/strategy-views.ts';

const NAMES: Names = { nodeName: (code) => ({ berlin: 'Berlin', kassel: 'Kassel' })[code] ?? code, currency: 'EUR', goodsDigits: 2 };
const group = (name: string, over: Partial<Group> = {}): Group => ({ ...blankGroup(name), when: null, ...over });
const said = (before: readonly Group[], after: readonly Group[], names = NAMES): Record<string, string[]> =>
  Object.fromEntries(differencesOf({ groups: [...before] }, { groups: [...after] }, names).map(({ name, kind, differences }) => [`${kind} ${name}`, differences.map(line)]));
const line = ({ what, kind, before, after }: Difference): string => `${kind} ${what}: ${before ?? ''} → ${after ?? ''}`.replaceAll('\u00a0', ' ');
const within = (before: Partial<Group>, after: Partial<Group>, names = NAMES): string[] => said([group('all', before)], [group('all', after)], names)['changed all'] ?? [];
const filters = (...list: Filter[]): Partial<Group> => ({ filters: list });

beforeAll(() => void vi.stubGlobal('document', { documentElement: { lang: '' } }));
afterAll(() => {
  speak('en');
  vi.unstubAllGlobals();
});

interface Schema {
  readonly type?: string | readonly string[]; readonly const?: unknown; readonly enum?: readonly unknown[]; readonly anyOf?: readonly Schema[]; readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[]; readonly items?: Schema;
}
interface Leaf { readonly path: readonly string[]; readonly values: readonly unknown[]; readonly codes: boolean }

const choices = (schema: Schema): readonly Schema[] | undefined => schema.anyOf ?? schema.oneOf ?? (typeof schema.type === 'object' ? schema.type.map((type) => ({ ...schema, type })) : undefined);
/** Two values at least of a schema, and every one of an enumeration. */
function samples(schema: Schema): unknown[] {
  const of = choices(schema);
  if (of) return of.flatMap(samples);
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return [...schema.enum];
  switch (schema.type) {
    case 'null': return [null];
    case 'boolean': return [true, false];
    case 'integer': case 'number': return [3, 5_250_000];
    case 'string': return ['berlin', 'kassel'];
    case 'array': return samples(schema.items ?? {}).map((one) => [one]);
    case 'object': return samples(Object.values(schema.properties ?? {})[0] ?? {}).map((one) => ({ [Object.keys(schema.properties ?? {})[0] ?? '']: one }));
    default: throw new Error(`no sample of ${JSON.stringify(schema)}`);
  }
}
function leaves({ properties = {}, required = [] }: Schema, path: readonly string[] = []): Leaf[] {
  return Object.entries(properties).flatMap(([key, schema]): Leaf[] => {
    const at = [...path, key];
    const optional = required.includes(key) ? [] : [undefined];
    if (schema.type === 'object') return leaves(schema, at);
    return [{ path: at, values: [...samples(schema), ...optional], codes: (schema.enum ?? schema.items?.enum) !== undefined }];
  });
}
const put = (into: object, [key = '', ...rest]: readonly string[], value: unknown): object => {
  const { [key]: old, ...others } = into as Record<string, unknown>;
  if (rest.length === 0) return value === undefined ? others : { ...into, [key]: value };
  return { ...into, [key]: put(typeof old === 'object' && old !== null ? old : {}, rest, value) };
};
const { $defs: { StrategyDocument: DOCUMENT } = {} } = z.toJSONSchema(strategyDocumentView) as { readonly $defs?: Readonly<Record<string, Schema>> };
const GROUP = DOCUMENT?.properties?.['groups']?.items ?? {};
const { filters: FILTERS, ...FIELDS } = GROUP.properties ?? {};
const OF_GROUP = leaves({ ...GROUP, properties: FIELDS });
const OF_FILTERS = (choices(FILTERS?.items ?? {}) ?? []).flatMap((schema) => samples(schema.properties?.['kind'] ?? {}).map((kind) => ({ kind: String(kind), schema })));
const FULL = OF_GROUP.reduce<object>((one, { path, values }) => put(one, path, values[0]), filters()) as Group;
const known = ({ what, before, after }: Difference): void => {
  expect(what, 'a pointer').not.toMatch(/^\/|_|\./);
  expect(before).not.toBe(after);
  for (const value of [before, after]) if (value !== null) expect(value).not.toMatch(/[{[_"]|undefined|null|NaN|^\s*$^/);
};

describe.each(['en', 'de'] as const)('in %s', (language) => {
  beforeAll(() => speak(language));

  test.each(OF_GROUP.map((leaf) => [leaf.path.join('.'), leaf] as const))('%s has words, and each of its values', (_, { path, values, codes }) => {
    expect(new Set(values).size).toBeGreaterThan(1);
    for (const [n, value] of values.entries()) {
      const [before, after] = [put(FULL, path, values[(n || values.length) - 1]), put(FULL, path, value)] as [Group, Group];
      const [one, ...others] = differencesOf({ groups: [before] }, { groups: [after] }, NAMES);
      expect([one?.kind, others]).toEqual(['changed', []]);
      expect(one?.differences.length).toBeGreaterThan(0);
      one?.differences.forEach(known);
      if (codes && language === 'de') for (const { before: was, after: is } of one?.differences ?? []) expect(values.flat()).not.toEqual(expect.arrayContaining([expect.stringMatching(new RegExp(`^(?:${was}|${is})$`))]));
    }
  });

  test.each(OF_FILTERS.map(({ kind, schema }) => [kind, schema] as const))('a rule %s has words, and each of its values', (kind, schema) => {
    const { kind: _, ...values } = schema.properties ?? {};
    const of = leaves({ ...schema, properties: values });
    const whole = of.reduce<object>((one, { path, values: [first] }) => put(one, path, first), { kind }) as Filter;
    const told = (before: readonly Filter[], after: readonly Filter[]): readonly Difference[] => differencesOf({ groups: [group('all', { filters: [...before] })] }, { groups: [group('all', { filters: [...after] })] }, NAMES).flatMap(({ differences }) => differences);
    for (const one of [...told([], [whole]), ...told([whole], [])]) {
      known(one);
      expect(one.before ?? one.after).not.toMatch(new RegExp(`^${kind}`));
    }
    for (const { path, values: all } of of) {
      for (const [n, value] of all.entries()) {
        const found = told([put(whole, path, all[(n || all.length) - 1]) as Filter], [put(whole, path, value) as Filter]);
        expect(found.length, path.join('.')).toBeGreaterThan(0);
        found.forEach(known);
        for (const one of found) expect(one.before ?? one.after, 'a number of what').not.toMatch(/^[\d.,]+$/);
      }
    }
  });
});

describe('what differs', () => {
  beforeAll(() => speak('en'));

  test('is said as the editor says it: money, distances, minutes, weights, and what none means', () => {
    const cost = { ...blankGroup('').objective, kind: 'cost' as const, weights: { label: 1000 } };
    const { by: _, ...without } = cost;
    expect(within({ objective: without }, { objective: { ...without, weights: { label: 500, distance: 1000 }, distance_micros_per_km: 4_000, split_micros: 5_000_000 } })).toEqual([
      'changed Labels: 1 × → 0.5 ×', 'changed Distance: not counted → 1 ×', 'changed Further parcels, each: €0.00 → €5.00', 'changed Distance, a kilometre: €0.00 → €0.004',
    ]);
    expect(within({ objective: without }, { objective: { ...without, distance_micros_per_km: 4_000 } }, { ...NAMES, currency: null })).toEqual(['changed Distance, a kilometre: 0.00 → 0.004']);
    const split = blankGroup('').split;
    expect(within({ split }, { split: { ...split, maximum_nodes: 2, minimum_value_minor: 123_450, keep_together: { attribute: 'set' }, partial: false } })).toEqual([
      'changed Nodes of an order, at most: any number → 2', 'changed Goods a parcel, at least: 0.00 → 1,234.50', 'changed Kept together: nothing in particular → the same attribute set', 'changed A part may go while the rest waits: yes → no',
    ]);
    expect(within({ split }, { split: { ...split, minimum_value_minor: 123_450 } }, { ...NAMES, goodsDigits: null })).toEqual(['changed Goods a parcel, at least: 0 minor units → 123,450 minor units']);
    expect(within({}, { re_evaluate: { every_minutes: 30, minimum_saving_micros: 2_500_000, consolidate: true, swap: false } })).toEqual([
      'changed Look again every: never → 30 min', 'added Where that saves at least:  → €2.50', 'added In fewer parcels:  → yes', 'added By exchange with another order:  → no',
    ]);
    expect(within({ when: 'customer.class == "vip"', after: { alternate: null, fallback_node: 'berlin', unplaced: 'channel' } }, { after: { alternate: 'rest', fallback_node: null, unplaced: 'backorder' } })).toEqual([
      'changed Takes an order when: customer.class == "vip" → every order', 'changed Then ask the strategy: none → rest', 'changed Then the node: Berlin → none', 'changed What nobody has: as the channel says → waits for stock',
    ]);
  });

  test('of rules that nodes have to meet: values, firmness, what lists have more or less, and what was added, removed and moved', () => {
    const far = { kind: 'maximum_distance', km: 500, tier: null } as const;
    const near = { kind: 'same_country', tier: 1 } as const;
    const only = (...nodes: string[]): Filter => ({ kind: 'only_nodes', nodes, tier: null });
    expect(within(filters(far, only('berlin', 'b')), filters({ ...far, km: 1250.5, tier: 2 }, only('kassel', 'b')))).toEqual([
      'changed is at most so far away: 500 km → 1,250.5 km', 'changed is at most so far away: how firm: always → unless nobody else can, given up as no. 2', 'removed is one of these nodes: Berlin → ', 'added is one of these nodes:  → Kassel',
    ]);
    expect(within(filters(far), filters(near))).toEqual(['added Which nodes:  → is in the country the order goes to (unless nobody else can, given up as no. 1)', 'removed Which nodes: is at most so far away: 500 km → ']);
    expect(within(filters(far, near, only('berlin')), filters(near, only('berlin'), far))).toEqual(['moved is at most so far away: 500 km: place 1 → place 3']);
    expect(within(filters({ kind: 'ships_within', days: 1, tier: null }), filters({ kind: 'ships_within', days: 2, tier: null }))).toEqual(['changed sends within so many days: 1 day → 2 days']);
  });

  test('of criteria: what counts now, what does not any more, and what counts sooner', () => {
    const ranks = (...by: NonNullable<Group['objective']['by']>): Partial<Group> => ({ objective: { ...blankGroup('').objective, by } });
    expect(within(ranks('splits', 'distance', 'load'), ranks('load', 'splits', 'cost'))).toEqual(['moved less work waiting: place 3 → place 1', 'removed shorter way: place 2 → ', 'added lower cost:  → place 3']);
  });

  test('of groups: one that is put between two others changes neither, and a new name is a name', () => {
    const [vip, late, all] = [group('vip', { when: 'a' }), group('late', { when: 'b' }), group('all')];
    expect(said([vip, all], [vip, group('new', { when: 'c', ...filters({ kind: 'same_country', tier: null }) }), all])).toEqual({
      'added new': ['added Place among 3 groups:  → place 2', 'added Takes an order when:  → c', 'added Which nodes:  → is in the country the order goes to', 'added fewer parcels:  → place 1', 'added shorter way:  → place 2'],
    });
    expect(said([vip, late, all], [vip, all])).toMatchObject({ 'removed late': ['removed Takes an order when: b → ', expect.any(String), expect.any(String)] });
    expect(said([vip, late, all], [late, vip, all])).toEqual({ 'changed late': ['moved Place among 3 groups: place 2 → place 1'] });
    expect(said([vip, all], [{ ...vip, name: 'gold' }, all])).toEqual({ 'changed gold': ['changed Name: vip → gold'] });
    expect(said([vip, all], [{ ...vip, name: 'gold', ship_to_store: 'only' }, all])).toEqual({ 'changed gold': ['changed Name: vip → gold', 'changed What is collected: comes from the store itself → is always sent there'] });
    expect(said([vip, all], [vip, all])).toEqual({});
  });

  test('of fields that a newer server has is shown as it is, never left out', () => {
    const newer = (value: string): StrategyDocument => ({ groups: [put(group('all'), ['colour'], value) as Group] });
    expect(differencesOf(newer('red'), newer('blue'), NAMES)).toMatchObject([{ differences: [{ what: '/colour', before: 'red', after: 'blue' }] }]);
    expect(within(filters({ kind: 'shiny', lustre: 4, tier: null } as unknown as Filter), filters({ kind: 'shiny', lustre: 5, tier: null } as unknown as Filter))).toEqual(['changed shiny: 4 → 5']);
  });
});

test('pairs are those that are most alike, each of them once, and the fewest of them have moved', () => {
  const shown = pairs(['a', 'b', 'a', 'c'], ['c', 'a', 'd', 'a'], [(one) => one]);
  expect(shown.map(({ was, is }) => [was?.at ?? null, is?.at ?? null])).toEqual([[3, 0], [0, 1], [1, null], [null, 2], [2, 3]]);
  expect([...inOrder(shown)].map(({ is }) => is?.at)).toEqual([1, 3]);
});
