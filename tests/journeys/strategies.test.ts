import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../client/src/index.ts';
import type { StrategyDocument, StrategyGroup } from '../../src/domain/routing/index.ts';
import { type StrategyCommand, changeStrategy } from '../../src/flows/change-strategy.ts';
import { withdrawStrategy } from '../../src/flows/withdraw-strategy.ts';
import { createRules } from '../../src/server/rules/index.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode } from '../support/world.ts';

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem('A')], nodes: [aNode('berlin'), aNode('hamburg')], channels: [aChannel('web')] });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

type Body = Record<string, any>;
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: Body }> {
  const answer = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() as Body };
}
const ranked = (name: string, by: readonly string[] = ['distance'], over: object = {}): object => ({ name, objective: { kind: 'ranks', by }, ...over });
const put = (code: string, groups: readonly object[], over: object = {}): ReturnType<typeof call> => call('PUT', `/v1/strategies/${code}/draft`, { groups, ...over });
const publish = (code: string, body: object = {}): ReturnType<typeof call> => call('POST', `/v1/strategies/${code}/publish`, body);
const live = async (at = Date.now()): Promise<Record<string, number>> =>
  server.world.store.transact(server.world.tenantId, async (tx) => Object.fromEntries([...await tx.loadStrategies(at)].map(([code, { version }]) => [code, version])));
const faults = (problem: Body): string[] => ((problem as Problem).errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);

describe('a strategy', () => {
  test('is drafted, changed, published and rolled back to, and keeps every version', async () => {
    expect(await put('main', [ranked('vip', ['arrival'], { when: 'customer.class == "vip"' }), ranked('all')], { name: 'Main', note: 'first' })).toMatchObject({ status: 201, body: { code: 'main', version: 1, revision: 1, warnings: [] } });
    expect(await put('main', [ranked('vip', ['arrival'], { when: 'customer.class == "vip"' }), ranked('all')], { note: 'first' })).toMatchObject({ status: 200, body: { version: 1, revision: 1 } });
    expect(await put('main', [ranked('all')], { note: 'simpler', expected_revision: 1 })).toMatchObject({ status: 200, body: { version: 1, revision: 2 } });
    expect(await live()).toEqual({});
    expect(await publish('main', { expected_revision: 2 })).toMatchObject({ status: 200, body: { code: 'main', version: 1 } });
    expect(await live()).toEqual({ main: 1 });
    await put('main', [ranked('all', ['splits', 'distance'])]);
    expect(await publish('main', { version: 2, note: 'Fewer parcels' })).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await call('POST', '/v1/strategies/main/rollback', { to_version: 1, note: 'Too far' })).toMatchObject({ status: 201, body: { version: 3, back_to: 1 } });
    expect(await live()).toEqual({ main: 3 });

    const { body } = await call('GET', '/v1/strategies/main');
    expect(body).toMatchObject({
      code: 'main', name: 'Main', live: 3, draft: null, scheduled: [], channels: [], draft_document: null,
      live_document: { groups: [{ name: 'all', when: null, filters: [], objective: { kind: 'ranks', by: ['distance'], weights: {}, split_micros: 0 }, split: { maximum_nodes: null, partial: true }, after: { alternate: null, unplaced: 'channel' } }] },
      versions: [
        { version: 3, status: 'published', note: 'Too far', author: expect.stringMatching(/^key_/), valid_to: null }, { version: 2, status: 'retired', note: 'Fewer parcels', published_by: expect.stringMatching(/^key_/) },
        { version: 1, status: 'retired', revision: 2, note: 'simpler' },
      ],
    });
    expect((await call('GET', '/v1/strategies/main/versions/2')).body).toMatchObject({ version: 2, document: { groups: [{ objective: { by: ['splits', 'distance'] } }] } });
    expect((await call('GET', '/v1/strategies/main/diff?from=2&to=3')).body).toMatchObject({
      changes: [{ pointer: '/groups/0/objective/by/0', from: 'splits', to: 'distance' }, { pointer: '/groups/0/objective/by/1', from: 'distance', words: '/groups/0/objective/by/1: "distance" was removed' }],
    });
    expect((await call('GET', '/v1/strategies')).body['data']).toMatchObject([{ code: 'main', live: 3 }]);
    const events = await server.world.query('select type, data from ordo.event where type like \'Strategy%\' order by position');
    expect(events).toMatchObject([
      { type: 'StrategyDrafted', data: { strategy: 'main', version: 1, revision: 1, groups: 2 } }, { type: 'StrategyDrafted', data: { revision: 2 } }, { type: 'StrategyPublished', data: { version: 1 } },
      { type: 'StrategyDrafted', data: { version: 2 } }, { type: 'StrategyPublished', data: { version: 2 } }, { type: 'StrategyPublished', data: { version: 3, back_to: 1 } },
    ]);
  });

  test('that is published stays as it is, whoever writes to it', async () => {
    await expect(server.world.query('update ordo.routing_strategy_version set groups = \'[]\' where code = \'main\' and version = 1')).rejects.toThrow(/was published and stays/);
    await expect(server.world.query('update ordo.routing_strategy_version set note = null where code = \'main\' and version = 1')).rejects.toThrow(/was published and stays/);
    await expect(server.world.query('delete from ordo.routing_strategy_version where code = \'main\' and version = 1')).rejects.toThrow(/was published and stays/);
  });

  test('is not published where its draft was changed since it was read', async () => {
    await put('busy', [ranked('all')]);
    expect(await put('busy', [ranked('all', ['splits'])], { expected_revision: 0 })).toMatchObject({ status: 409, body: { code: 'STALE_VERSION', detail: 'The draft is at revision 1, you read 0.' } });
    await put('busy', [ranked('all', ['splits'])]);
    expect(await publish('busy', { expected_revision: 1 })).toMatchObject({ status: 409, body: { code: 'STALE_VERSION' } });
    expect((await call('DELETE', '/v1/strategies/busy/draft')).body).toEqual({ code: 'busy', version: 1 });
    expect(await publish('busy')).toMatchObject({ status: 404 });
    expect(await call('DELETE', '/v1/strategies/busy/draft')).toMatchObject({ status: 404 });
    expect(await live()).not.toHaveProperty('busy');
  });

  test('takes over when its time has come, between what was announced for later', async () => {
    const [noon, evening] = [Date.now() + 3_600_000, Date.now() + 7_200_000];
    const at = (time: number): string => new Date(time).toISOString();
    await put('timed', [ranked('one')]);
    await publish('timed');
    await put('timed', [ranked('two')]);
    await publish('timed', { valid_from: at(evening) });
    await put('timed', [ranked('three')]);
    expect(await publish('timed', { valid_from: at(noon) })).toMatchObject({ body: { valid_from: at(noon) } });
    const held = async (): Promise<(number | undefined)[]> => Promise.all([Date.now(), noon - 1, noon, evening - 1, evening].map(async (time) => (await live(time))['timed']));
    expect(await held()).toEqual([1, 1, 3, 3, 2]);
    const { body } = await call('GET', '/v1/strategies/timed');
    expect(body).toMatchObject({ live: 1, scheduled: [{ version: 3, valid_from: at(noon) }, { version: 2, valid_from: at(evening) }], versions: [{ version: 3, status: 'scheduled' }, { version: 2, status: 'scheduled' }, { version: 1, status: 'published', valid_to: at(noon) }] });
    await put('timed', [ranked('four')]);
    await publish('timed', { valid_from: at(noon) });
    expect(await held()).toEqual([1, 1, 4, 4, 2]);
    expect((await call('GET', '/v1/strategies/timed')).body['versions']).toMatchObject([{ version: 4, status: 'scheduled' }, { version: 3, status: 'retired' }, {}, {}]);
    await put('timed', [ranked('five')]);
    expect(await publish('timed', { valid_from: '2020-01-01T00:00:00Z' })).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/valid_from', code: 'INVALID_FIELD' }] } });
    expect(await publish('timed')).toMatchObject({ status: 200 });
    expect(await held()).toEqual([5, 5, 4, 4, 2]);
  });

  test('that is announced is withdrawn before it takes effect, and what decides goes on deciding', async () => {
    const [noon, evening] = [Date.now() + 3_600_000, Date.now() + 7_200_000];
    const at = (time: number): string => new Date(time).toISOString();
    const withdraw = (version: number, over: object = {}, headers: Record<string, string> = {}): ReturnType<typeof call> => call('POST', '/v1/strategies/back/withdraw', { version, reason: 'The new node is late', ...over }, headers);
    for (const [name, body] of [['one', {}], ['two', { valid_from: at(noon) }], ['three', { valid_from: at(evening) }]] as const) {
      await put('back', [ranked(name)]);
      await publish('back', body);
    }
    await put('back', [ranked('four')]);
    const held = (): Promise<(number | undefined)[]> => Promise.all([Date.now(), noon - 1, noon, evening - 1, evening].map(async (time) => (await live(time))['back']));
    expect(await held()).toEqual([1, 1, 2, 2, 3]);

    expect(await withdraw(2, { reason: undefined })).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/reason' }] } });
    for (const [version, state, what] of [[1, 'published', 'roll back to the version before, or publish another one'], [4, 'draft', 'throw the draft away']] as const) {
      expect(await withdraw(version)).toMatchObject({ status: 409, body: { code: 'NOT_IN_STATE', detail: expect.stringContaining(what), data: { state } } });
    }
    expect([(await withdraw(9)).status, (await call('POST', '/v1/strategies/nobody/withdraw', { version: 1, reason: 'x' })).status]).toEqual([404, 404]);
    expect(await held()).toEqual([1, 1, 2, 2, 3]);

    const key = { 'idempotency-key': 'withdraw-2' };
    expect(await withdraw(2, {}, key)).toEqual({ status: 200, body: { code: 'back', version: 2, valid_from: at(noon), in_effect: 1, until: at(evening) } });
    expect(await withdraw(2, {}, key)).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await withdraw(2)).toMatchObject({ status: 409, body: { code: 'NOT_IN_STATE', data: { state: 'withdrawn' } } });
    expect(await held()).toEqual([1, 1, 1, 1, 3]);
    expect((await call('GET', '/v1/strategies/back')).body).toMatchObject({
      live: 1, draft: { version: 4 }, scheduled: [{ version: 3, valid_from: at(evening) }],
      versions: [{ version: 4, withdrawn: null }, { version: 3, status: 'scheduled' }, {
        version: 2, status: 'withdrawn', valid_from: at(noon), withdrawn: { at: expect.any(String), by: expect.stringMatching(/^key_/), by_name: expect.any(String), reason: 'The new node is late' },
      }, { version: 1, status: 'published', valid_to: at(evening) }],
    });
    expect((await call('GET', '/v1/strategies/back/versions/2')).body).toMatchObject({ status: 'withdrawn', document: { groups: [{ name: 'two' }] } });
    expect(await server.world.query('select data, reason, actor from ordo.event where type = \'StrategyWithdrawn\'')).toEqual([
      { data: { strategy: 'back', version: 2, valid_from: at(noon), in_effect: 1, until: at(evening) }, reason: 'The new node is late', actor: expect.stringMatching(/^key_/) },
    ]);
    await expect(server.world.query('update ordo.routing_strategy_version set valid_to = \'infinity\' where code = \'back\' and version = 2')).rejects.toThrow(/was withdrawn and stays/);
    await expect(server.world.query('update ordo.routing_strategy_version set withdrawn_at = now(), withdrawn_by = \'x\', withdrawn_reason = \'x\' where code = \'back\' and version = 1')).rejects.toThrow(/withdrawn_check/);

    // What it said can be announced again, and what is taken back twice leaves nothing behind.
    expect(await call('POST', '/v1/strategies/back/rollback', { to_version: 2, valid_from: at(noon) })).toMatchObject({ status: 201, body: { version: 5, back_to: 2 } });
    expect(await held()).toEqual([1, 1, 5, 5, 3]);
    expect((await withdraw(3)).body).toMatchObject({ in_effect: 5, until: null });
    expect((await withdraw(5)).body).toMatchObject({ in_effect: 1, until: null });
    expect(await held()).toEqual([1, 1, 1, 1, 1]);
  });

  test('whose first version is withdrawn has none again; one that another took the place of is over', async () => {
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    for (const name of ['one', 'two']) {
      await put('first', [ranked(name)]);
      await publish('first', { valid_from: soon });
    }
    expect(await call('POST', '/v1/strategies/first/withdraw', { version: 1, reason: 'x' })).toMatchObject({ status: 409, body: { data: { state: 'retired' } } });
    expect(await call('POST', '/v1/strategies/first/withdraw', { version: 2, reason: 'x' })).toMatchObject({ status: 200, body: { in_effect: null, until: null } });
    expect((await call('GET', '/v1/strategies/first')).body).toMatchObject({ live: null, scheduled: [], versions: [{ status: 'withdrawn' }, { status: 'retired', withdrawn: null }] });
    expect((await live(Date.parse(soon)))['first']).toBeUndefined();
  });

  test('that another process published to decide at once is not withdrawn by a clock that is behind', async () => {
    const { store, tenantId, ambient } = server.world;
    await put('ahead', [ranked('one')]);
    await publish('ahead');
    const behind = { ...ambient, now: () => Date.now() - 60_000 };
    expect(await withdrawStrategy(store, tenantId, { idempotencyKey: null, bodyHash: '00', actor: 'test', code: 'ahead', version: 1, reason: 'x' }, behind)).toMatchObject({ ok: false, refusal: { code: 'NOT_IN_STATE', data: { state: 'published' } } });
  });

  test('with faults is refused with each of them, and nothing is kept', async () => {
    const groups = [
      ranked('all'), { name: 'late', when: 'order.colour == "red"', objective: { kind: 'cost', weights: {} }, filters: [{ kind: 'only_nodes', nodes: ['paris'] }], after: { alternate: 'nobody', fallback_node: 'rome' } },
    ];
    const { status, body } = await put('bad', groups);
    expect([status, ...faults(body)]).toEqual([
      422, '#/groups/1/when INVALID_FIELD', '#/groups/1/filters/0/nodes/0 UNKNOWN_NODE', '#/groups/1/objective/weights INVALID_FIELD', '#/groups/1/after/fallback_node UNKNOWN_NODE', '#/groups/1/after/alternate UNKNOWN_STRATEGY',
    ]);
    expect(await call('GET', '/v1/strategies/bad')).toMatchObject({ status: 404 });
    const check = await call('POST', '/v1/strategies/bad/check', { groups });
    expect(check).toMatchObject({ status: 200, body: { errors: [{ pointer: '/groups/1/when' }, {}, {}, {}, {}], warnings: [] } });
  });

  test('that names a carrier or service level which no service has is refused, once there are services', async () => {
    const groups = [ranked('all', ['distance'], { filters: [{ kind: 'carriers', carriers: ['post', 'nobody'] }, { kind: 'service_levels', levels: ['standard', 'teleport'] }] })];
    const check = (): ReturnType<typeof call> => call('POST', '/v1/strategies/carried/check', { groups });
    expect(await check()).toMatchObject({ status: 200, body: { errors: [] } });
    expect(await call('PUT', '/v1/carriers/post/services/parcel', { level: 'standard', lanes: [] })).toMatchObject({ status: 201 });
    expect(await check()).toMatchObject({ body: { errors: [{ pointer: '/groups/0/filters/0/carriers/1' }, { pointer: '/groups/0/filters/1/levels/1' }] } });
    expect(await put('carried', groups)).toMatchObject({ status: 422 });
  });

  test('in a form that is none is refused with a pointer to each place', async () => {
    const { status, body } = await put('odd', [
      { name: 'a', objective: { kind: 'ranks' } }, { name: 'b', objective: { kind: 'cost', by: ['distance'], weights: { label: -1, petrol: 3 } } },
      ranked('c', ['speed'], { filters: [{ kind: 'fastest' }, { kind: 'maximum_distance', km: -1 }, { kind: 'only_nodes', nodes: [] }, { kind: 'same_country', tier: -1 }], split: { maximum_nodes: 0 }, after: { unplaced: 'wait' }, colour: 1 }),
    ]);
    expect(status).toBe(422);
    expect(faults(body).map((fault) => fault.split(' ')[0]).sort()).toEqual([
      '#/groups/0/objective/by', '#/groups/1/objective/by', '#/groups/1/objective/weights/label', '#/groups/1/objective/weights/petrol', '#/groups/2/after/unplaced', '#/groups/2/colour', '#/groups/2/filters/0/kind', '#/groups/2/filters/1/km',
      '#/groups/2/filters/2/nodes', '#/groups/2/filters/3/tier', '#/groups/2/objective/by/0', '#/groups/2/split/maximum_nodes',
    ].sort());
    expect(await put('odd', [])).toMatchObject({ status: 422 });
  });

  test('is looked at again before it decides', async () => {
    const groups: StrategyGroup[] = [{
      name: 'all', when: null, filters: [{ kind: 'only_nodes', nodes: ['hamburg'], tier: null }], objective: { kind: 'ranks', by: ['distance'], weights: {}, distanceMicrosPerKm: 0, splitMicros: 0, latenessMicrosPerDay: 0, capacityMicros: 0 },
      split: { maximumNodes: null, maximumNodesPerLine: null, minimumValueMinor: 0, keepTogether: null, partial: true }, after: { alternate: null, fallbackNode: null, unplaced: 'channel' },
    }];
    const { store, tenantId, ambient } = server.world;
    const head = { idempotencyKey: null, bodyHash: '00', actor: 'test', code: 'gone' };
    const change = (command: object, at = Date.now()): ReturnType<typeof changeStrategy> => changeStrategy(store, createRules(), tenantId, { ...head, ...command } as StrategyCommand, { ...ambient, now: () => at });
    expect(await change({ type: 'draft', name: null, groups, note: null, expectedRevision: null })).toMatchObject({ ok: true });
    expect(await change({ type: 'publish', version: null, expectedRevision: null, note: null, validFrom: null }, Date.UTC(2001, 0, 1))).toMatchObject({ ok: false, refusal: { errors: [{ pointer: '/groups/0/filters/0/nodes/0', code: 'UNKNOWN_NODE' }] } });
  });

  test('decides at once, also by a clock that is behind', async () => {
    const { store, tenantId, ambient } = server.world;
    await put('clocks', [ranked('one')]);
    await publish('clocks');
    await put('clocks', [ranked('two', ['splits'])]);
    await publish('clocks');
    const behind = { ...ambient, now: () => Date.now() - 60_000 };
    const command: StrategyCommand = { idempotencyKey: null, bodyHash: '00', actor: 'test', code: 'clocks', type: 'rollback', toVersion: 1, note: null, validFrom: null };
    expect(await changeStrategy(store, createRules(), tenantId, command, behind)).toMatchObject({ ok: true, body: { version: 3 } });
    expect((await live())['clocks']).toBe(3);
  });

  test('is rolled back only to what was published, and a repetition changes nothing', async () => {
    await put('main', [ranked('all', ['load'])]);
    expect(await call('POST', '/v1/strategies/main/rollback', { to_version: 4 })).toMatchObject({ status: 409, body: { code: 'NOT_IN_STATE' } });
    expect(await call('POST', '/v1/strategies/main/rollback', { to_version: 44 })).toMatchObject({ status: 404 });
    expect(await publish('main', { version: 2 })).toMatchObject({ status: 409, body: { code: 'NOT_IN_STATE', detail: expect.stringContaining('roll back to it') } });
    expect(await publish('main', { version: 9 })).toMatchObject({ status: 404 });
    expect(await publish('nobody')).toMatchObject({ status: 404 });
    const key = { 'idempotency-key': 'back-1' };
    const [first, again] = [await call('POST', '/v1/strategies/main/rollback', { to_version: 2 }, key), await call('POST', '/v1/strategies/main/rollback', { to_version: 2 }, key)];
    expect([first.status, again.status, again.body['version']]).toEqual([201, 200, first.body['version']]);
    expect((await call('GET', `/v1/strategies/main/versions/${first.body['version']}`)).body).toMatchObject({ note: 'Back to version 2.', status: 'published' });
    expect(await call('GET', '/v1/strategies/main/versions/99')).toMatchObject({ status: 404 });
  });

  test('written by two at once is one draft after the other', async () => {
    const answers = await Promise.all(['distance', 'splits', 'load'].map((by) => put('race', [ranked('all', [by])])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect((await call('GET', '/v1/strategies/race')).body).toMatchObject({ draft: { version: 1, revision: 3 }, versions: [{}] });
  });
});

test('a channel routes by a strategy that holds', async () => {
  const channel = { name: 'Web', currency: 'EUR' };
  expect(await call('PUT', '/v1/channels/web', { ...channel, strategy: 'nobody' })).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/strategy', code: 'UNKNOWN_STRATEGY' }] } });
  expect(await call('PUT', '/v1/channels/web', { ...channel, strategy: 'main' })).toMatchObject({ status: 200 });
  expect((await call('GET', '/v1/channels/web')).body).toMatchObject({ strategy: 'main' });
  expect((await call('GET', '/v1/strategies/main')).body).toMatchObject({ channels: ['web'] });
  const [loaded] = await server.world.store.transact(server.world.tenantId, (tx) => tx.loadChannels(Date.now()));
  expect(loaded?.strategy).toBe('main');
  expect(await call('PUT', '/v1/channels/web', channel)).toMatchObject({ status: 200 });
  expect((await call('GET', '/v1/channels/web')).body).toMatchObject({ strategy: null });
});

test('every preset can be drafted as it is, and read back the same', async () => {
  const { data } = (await call('GET', '/v1/strategy-presets')).body as { data: { name: string; document: StrategyDocument }[] };
  expect(data.map(({ name }) => name)).toEqual(['least_cost', 'nearest', 'fewest_splits', 'fastest', 'stores_first', 'balanced_load', 'priority_list']);
  for (const { name, document } of data) {
    expect(await call('PUT', `/v1/strategies/preset-${name}/draft`, document)).toMatchObject({ status: 201, body: { warnings: [] } });
    expect((await call('GET', `/v1/strategies/preset-${name}`)).body['draft_document']).toEqual(document);
  }
});

describe('on the command line', () => {
  test('a strategy is drafted from a preset or a file, shown, compared, published and rolled back to', async () => {
    const said = async (...words: string[]): Promise<string> => {
      const { code, out, err } = await server.ordo('routing', ...words);
      expect(code, out + err).toBe(0);
      return out + err;
    };
    const directory = await mkdtemp(join(tmpdir(), 'ordo-routing-'));
    try {
      expect(await said('draft', 'cli', '--preset', 'nearest', '--name', 'By hand', '--note', 'begun')).toMatch(/^Draft of cli: version 1, revision 1\.\nIt decides nothing yet: "ordo routing publish cli"/);
      expect(await said('publish', 'cli', '--revision', '1')).toMatch(/^cli: version 1 decides from 20/);
      const file = join(directory, 'strategy.json');
      await writeFile(file, JSON.stringify({ groups: [ranked('vip', ['splits'], { when: 'customer.class == "vip"', filters: [{ kind: 'only_nodes', nodes: ['berlin'], tier: 2 }], split: { maximum_nodes: 1 } }), ranked('all')] }));
      expect(await said('check', file, '--code', 'cli')).toBe('Nothing is wrong with it.\n');
      await said('draft', 'cli', file);
      const shown = await said('show', 'cli');
      expect(shown).toMatch(/By hand {2}cli, used by no channel\nVERSION[^]*2 {2}draft[^]*1 {2}published[^]*begun/);
      expect(shown).toContain('1. vip: customer.class == "vip"\n   only_nodes berlin (may be given up, tier 2)\n   best: splits\n   at most 1 nodes for an order\n2. all: every order\n   best: distance');
      expect(await said('publish', 'cli', '--at', '2100-01-01T00:00:00Z', '--note', 'later')).toBe('cli: version 2 decides from 2100-01-01 00:00 UTC.\n');
      expect(await said('strategies')).toMatch(/CODE[^]*cli {2,}By hand {2,}1 {2,}2 from 2100-01-01 00:00 UTC/);
      expect(await said('withdraw', 'cli', '--version', '2', '--reason', 'Not yet')).toBe('cli: version 2 is withdrawn. Version 1 stays in effect.\n');
      expect(await said('show', 'cli')).toMatch(/2 {2}withdrawn[^\n]*later \(withdrawn by [^\n]*: Not yet\)/);
      expect(await said('show', 'cli', '--version', '2')).toMatch(/^cli, version 2 {2}withdrawn, by [^\n]*: later\nWithdrawn 20[^\n]* by [^\n]*: Not yet\n/);
      expect(await server.ordo('routing', 'withdraw', 'cli', '--version', '2', '--reason', 'Not yet')).toMatchObject({ code: 1, err: expect.stringContaining('there is nothing left to withdraw') });
      expect(await said('diff', 'cli', '--from', '1', '--to', '2')).toContain('/groups/1: the group "all" was added');
      expect(await said('rollback', 'cli', '--to', '1')).toMatch(/^cli: version 3 says what version 1 said, and decides from 20/);
      expect(await said('show', 'cli', '--version', '3')).toMatch(/^cli, version 3 {2}published, by [^\n]*: Back to version 1\./);
      expect(await said('diff', 'cli', '--from', '1', '--to', '3')).toBe('The two versions say the same.\n');
      const { out } = await server.ordo('routing', 'show', 'cli', '--json');
      expect(JSON.parse(out)).toMatchObject({ groups: [{ name: 'nearest' }] });
      await writeFile(file, JSON.stringify({ groups: [ranked('all', ['distance'], { when: 'order.nope == 1' })] }));
      expect(await server.ordo('routing', 'check', file)).toMatchObject({ code: 1, out: expect.stringMatching(/^wrong \/groups\/0\/when: order has no field nope/) });
      expect(await server.ordo('routing', 'draft', 'cli', file)).toMatchObject({ code: 1, err: expect.stringContaining('order has no field nope') });
      await writeFile(file, '{');
      expect(await server.ordo('routing', 'check', file)).toMatchObject({ code: 1, err: expect.stringContaining('is not JSON') });
    } finally {
      await rm(directory, { recursive: true });
    }
    for (const words of [['draft', 'cli'], ['draft', 'cli', 'x', '--preset', 'nearest'], ['draft', 'cli', '--preset', 'none'], ['rollback', 'cli'], ['withdraw', 'cli', '--version', '2'], ['withdraw', 'cli', '--reason', 'x'], ['diff', 'cli', '--from', '1']]) expect((await server.ordo('routing', ...words)).code, words.join(' ')).toBe(2);
    expect(await server.ordo('routing', 'check', '/nowhere.json')).toMatchObject({ code: 1, err: expect.stringContaining('cannot be read') });
  });
});
