import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/domain/kernel/index.ts';
import { duePolicies, policyKey, reEvaluate, type ReEvaluateOrders } from '../../src/flows/re-evaluate.ts';
import { verifyTenant } from '../../src/postgres/verify/index.ts';
import { createRules } from '../../src/server/rules/index.ts';
import { openPacking } from '../../src/server/packing/index.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode, anOrder, orderIdOf } from '../support/world.ts';

/** Berlin is near and cheap, Munich far and dearer, Paris the farthest; labels cost 4.90, 6.10 and 9.00, and a further parcel 5. */

let database: TestDatabase;
let server: TestApi;
type Body = Record<string, any>;
async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
  const answer = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${server.adminKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() as Body };
}
const EVERY_DAY = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const lane = (node: string, zone: string, days: number): object => ({ from_nodes: [node], to_country: 'DE', zone, transit_days: { least: days, most: days } });
const NODES = ['berlin', 'munich', 'paris'];
const POLICY = { every_minutes: 15, minimum_saving_micros: 500_000, consolidate: true, swap: true };
const HERE = { latitude: 52.5, longitude: 13.4 };
let serial = 0;
let [a, b] = ['', ''];

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ nodes: NODES.map((code) => aNode(code, { address: { country: code === 'paris' ? 'FR' : 'DE' }, timeZone: 'Europe/Berlin' })), channels: [aChannel('plain'), aChannel('web')] });
  await call('PUT', '/v1/carriers/post/services/parcel', { name: 'Parcel', level: 'standard', maximum_grams: 30_000, delivery_weekdays: EVERY_DAY, lanes: [lane('berlin', '1', 3), lane('munich', '2', 2), lane('paris', '3', 2)] });
  await call('PUT', '/v1/rate-cards/parcel', { carrier: 'post', service: 'parcel', currency: 'EUR', zones: Object.fromEntries([['1', '4.90'], ['2', '6.10'], ['3', '9.00']].map(([zone, price]) => [zone, [{ up_to_grams: 30_000, price }]])) });
  await call('PUT', '/v1/exchange-rates', { base: 'EUR', rates: {} });
  const saved = await call('PUT', '/v1/strategies/main/draft', { groups: [{ name: 'all', objective: { kind: 'cost', weights: { label: 1000, split: 1000 }, split_micros: 5_000_000 }, re_evaluate: POLICY }] });
  expect(saved, JSON.stringify(saved.body)).toMatchObject({ status: 201 });
  await call('POST', '/v1/strategies/main/publish', {});
  expect(await call('PUT', '/v1/channels/web', { name: 'Web', currency: 'EUR', strategy: 'main' })).toMatchObject({ status: 200 });
});
afterAll(async () => {
  expect((await verifyTenant(server.world.pool, server.world.tenantId)).checks.flatMap(({ named }) => [...named])).toEqual([]);
  await server.close();
  await database.drop();
});
beforeEach(newItems);
async function newItems(): Promise<void> {
  [a, b] = [`A${(serial += 1)}`, `B${serial}`];
  await server.world.facts({ items: [anItem(a, { weightGrams: 1000 }), anItem(b, { weightGrams: 1000 })] });
}

const receive = async (sku: string, node: string, units = 1): Promise<void> => void expect(await server.world.receive(sku, node, units)).toMatchObject({ ok: true });
async function ordered(skus: readonly string[], over: Body = {}): Promise<string> {
  const [answer] = await server.world.capture(anOrder(skus.map((sku) => ({ sku, quantity: 1 })), { channel: 'web', destination: HERE, contact: { ship_to: { street: 'Weg 1', city: 'Berlin', postcode: '10115', country: 'DE' } }, ...over }));
  if (!answer?.ok) throw new Error(JSON.stringify(answer));
  return String(answer.body['id']);
}
const ask = (body: object = {}): ReturnType<typeof call> => call('POST', '/v1/re-evaluations', body);
const nodesOf = async (id: string): Promise<string[]> => ((await call('GET', `/v1/orders/${id}`)).body['shipments'] as Body[]).filter(({ status }) => status !== 'CANCELLED').flatMap(({ node, lines }) => (lines as Body[]).map(({ line }) => `${line} ${node}`)).toSorted();

/** An order split over Munich and Paris, of which Munich could send everything since. */
async function split(over: Body = {}): Promise<string> {
  await newItems();
  await receive(a, 'munich');
  await receive(b, 'paris');
  const id = await ordered([a, b], over);
  await receive(b, 'munich');
  return id;
}

describe('an order that could be sent better now', () => {
  test('is told by a dry run with what that saves, and nothing is changed', async () => {
    const id = await split();
    const { status, body } = await ask({ dry_run: true, orders: [id] });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({
      dry_run: true, looked_at: 1, saving_micros: 14_000_000, next: null, changes: [{ kind: 'consolidate', saving_micros: 14_000_000, orders: [{
        order: id, saving_micros: 14_000_000, cost_before_micros: 20_100_000, cost_after_micros: 6_100_000, better_by: 'cost', sentence: 'From Node munich instead of Node munich and Node paris: saves 14.00 of 20.10.',
        moved: [{ line: 2, quantity: 1, from: 'paris', to: 'munich' }],
      }] }],
    });
    expect(await nodesOf(id)).toEqual(['1 munich', '2 paris']);
  });

  test('is changed, with a decision that says why, and not a second time', async () => {
    const id = await split();
    expect((await ask({ orders: [id] })).body).toMatchObject({ dry_run: false, changes: [{ saving_micros: 14_000_000 }] });
    expect(await nodesOf(id)).toEqual(['1 munich', '2 munich']);
    const { body: { data } } = await call('GET', `/v1/orders/${id}/routing-decisions`);
    expect(data.at(-1)).toMatchObject({
      trigger: 'RE_EVALUATED', reason: expect.stringContaining('From Node munich instead of Node munich and Node paris: saves 14.00 of 20.10.'), total_cost_micros: 6_100_000,
      re_evaluated: { was: ['munich', 'paris'], cost_before_micros: 20_100_000, saving_micros: 14_000_000, better_by: 'cost' },
    });
    expect((await ask({ orders: [id] })).body).toMatchObject({ looked_at: 1, saving_micros: 0, changes: [] });
  });

  test('stays where it is where the saving is too small: by its strategy, or as it was asked', async () => {
    const id = await split();
    expect((await ask({ orders: [id], minimum_saving_micros: 14_000_001 })).body['changes']).toEqual([]);
    expect((await ask({ orders: [id], dry_run: true, minimum_saving_micros: 14_000_000 })).body['changes']).toHaveLength(1);
    expect((await ask({ orders: [id], dry_run: true, consolidate: false })).body['changes']).toEqual([]);
  });

  test('stays where its customer would have to wait longer', async () => {
    await receive(a, 'munich');
    const id = await ordered([a]);
    // Berlin is cheaper, and a day slower.
    await receive(a, 'berlin');
    expect((await ask({ orders: [id] })).body['changes']).toEqual([]);
  });

  test('stays once its node was told', async () => {
    const id = await split();
    const { body } = await call('GET', `/v1/orders/${id}`);
    for (const { id: shipment } of body['shipments']) expect(await call('POST', `/v1/shipments/${shipment}/release`, {})).toMatchObject({ status: 200 });
    expect((await ask({ orders: [id] })).body).toMatchObject({ looked_at: 1, changes: [] });
  });

  test('is found page by page', async () => {
    const ids = [await split(), await split(), await split()];
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { body }: { body: Body } = await ask({ dry_run: true, limit: 2, ...(after === undefined ? {} : { after }) });
      expect(body['looked_at']).toBeLessThanOrEqual(2);
      seen.push(...body['changes'].flatMap(({ orders }: Body) => orders.map(({ order }: Body) => order)));
      after = body['next'] ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(expect.arrayContaining(ids));
    await ask({ orders: ids });
  });
});

describe('two orders', () => {
  /** Each holds the last unit that the other one is whole with. */
  async function crossed(): Promise<[string, string]> {
    await receive(a, 'munich');
    await receive(b, 'paris');
    const one = await ordered([a, b]);
    await receive(b, 'munich');
    await receive(a, 'paris');
    const other = await ordered([a, b], { destination: { latitude: 48, longitude: 2 } });
    return [one, other];
  }

  test('that could both be whole together are told once', async () => {
    const [one, other] = await crossed();
    expect([await nodesOf(one), await nodesOf(other)]).toEqual([['1 munich', '2 paris'], ['1 paris', '2 munich']]);
    const { body } = await ask({ orders: [one, other], dry_run: true });
    expect(body['changes']).toMatchObject([{ kind: 'swap', saving_micros: 25_100_000 }]);
  });

  test('exchange what they hold, and say so in both decisions', async () => {
    const [one, other] = await crossed();
    const { body } = await ask({ orders: [one] });
    expect(body['changes'][0]).toMatchObject({ kind: 'swap', orders: [{ order: one }, { order: other }].map((each) => expect.objectContaining(each)) });
    expect(new Set([...(await nodesOf(one)), ...(await nodesOf(other))].map((place) => place.slice(2)))).toEqual(new Set(['munich', 'paris']));
    expect([new Set((await nodesOf(one)).map((place) => place.slice(2))).size, new Set((await nodesOf(other)).map((place) => place.slice(2))).size]).toEqual([1, 1]);
    const { body: { data } } = await call('GET', `/v1/orders/${other}/routing-decisions`);
    expect(data.at(-1)).toMatchObject({ trigger: 'RE_EVALUATED', reason: expect.stringContaining('by a swap with another order'), re_evaluated: { with_order: one } });
    expect((await ask({ orders: [one, other] })).body['changes']).toEqual([]);
  });

  test('do not, where nobody allows it', async () => {
    const [one, other] = await crossed();
    expect((await ask({ orders: [one, other], swap: false })).body['changes']).toEqual([]);
  });
});

describe('what cannot be asked', () => {
  test('is answered with every field at fault', async () => {
    const { status, body } = await ask({ orders: ['nobody', 'ord_1'], after: 'x', limit: 0, consolidate: 1, minimum_saving_micros: -1, other: true });
    expect([status, (body['errors'] as Body[]).map(({ pointer }) => pointer).toSorted()]).toEqual([422, ['#/after', '#/consolidate', '#/limit', '#/minimum_saving_micros', '#/orders/0', '#/orders/1', '#/other']]);
  });

  test('names orders that are not there, also another tenant\'s', async () => {
    const id = await split();
    const other = await server.otherTenant('theirs');
    const answer = await fetch(`${server.url}/v1/re-evaluations`, { method: 'POST', headers: { authorization: `Bearer ${other.key}`, 'content-type': 'application/json' }, body: JSON.stringify({ orders: [id] }) });
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'NOT_FOUND', errors: [{ pointer: '#/orders/0' }] }]);
    expect(await ask({ orders: [id, id] })).toMatchObject({ body: { errors: [{ pointer: '#/orders/1', code: 'DUPLICATE_VALUE' }] } });
    expect(await ask({ orders: [id], after: id })).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/after' }] } });
    expect(await ask({ consolidate: false, swap: false })).toMatchObject({ body: { errors: [{ pointer: '#/swap' }] } });
  });

  test('is a policy that allows nothing, or never comes', async () => {
    const groups = (over: object): object => ({ groups: [{ name: 'all', objective: { kind: 'ranks', by: ['load'] }, re_evaluate: { ...POLICY, ...over } }] });
    const pointers = async (over: object): Promise<string[]> => ((await call('PUT', '/v1/strategies/bad/draft', groups(over))).body['errors'] as Body[]).map(({ pointer }) => pointer);
    expect(await pointers({ consolidate: false, swap: false })).toEqual(['#/groups/0/re_evaluate/consolidate']);
    expect(await pointers({ every_minutes: 0, minimum_saving_micros: -1, sometimes: true })).toEqual(expect.arrayContaining(['#/groups/0/re_evaluate/every_minutes', '#/groups/0/re_evaluate/minimum_saving_micros', '#/groups/0/re_evaluate/sometimes']));
    const shared = await call('PUT', '/v1/strategies/bad/draft', { groups: [{ name: 'all', objective: { kind: 'ranks', by: ['distance'] }, merge: { within_minutes: 2_000, minimum_saving_micros: 0.5, label: 1 } }] });
    expect((shared.body['errors'] as Body[]).map(({ pointer }) => pointer).toSorted()).toEqual(['#/groups/0/merge/label', '#/groups/0/merge/minimum_saving_micros', '#/groups/0/merge/within_minutes']);
    expect((await call('POST', '/v1/strategies/good/check', { groups: [{ name: 'all', objective: { kind: 'ranks', by: ['distance'] }, merge: { within_minutes: 5 } }] })).body).toMatchObject({ errors: [], warnings: [{ pointer: '/groups/0/merge' }] });
    expect((await call('POST', '/v1/strategies/good/check', groups({}))).body).toMatchObject({ errors: [], warnings: [{ pointer: '/groups/0/re_evaluate' }] });
  });
});

describe('by itself', () => {
  const ambient = (): typeof server.world.ambient => ({ ...server.world.ambient, tools: { rules: createRules(), pack: openPacking() } });
  const swept = async (due: ReadonlySet<string>): Promise<string[]> => {
    const asked: ReEvaluateOrders = { actor: 'sweeper', dryRun: false, orderIds: null, after: null, limit: 500, consolidate: null, swap: null, minimumSavingMicros: null, due };
    const done = await reEvaluate(server.world.store, server.world.tenantId, asked, ambient());
    return done.ok ? done.value.changes.flatMap(({ orders }) => orders.map(({ order }) => order)) : [];
  };

  test('only orders whose strategies want that are looked at, each policy in its time', async () => {
    const asked: [string, number][] = [];
    expect(await duePolicies(server.world.store, server.world.tenantId, (policy, everyMs) => asked.push([policy, everyMs]) > 0, ambient())).toEqual(new Set([policyKey('main', 'all')]));
    expect(asked).toEqual([[policyKey('main', 'all'), 15 * MINUTE]]);
    const [wanted, other] = [await split(), await split({ channel: 'plain' })];
    expect(await swept(new Set([policyKey('main', 'other')]))).toEqual([]);
    const changed = await swept(new Set([policyKey('main', 'all')]));
    expect([changed.includes(wanted), changed.includes(other)]).toEqual([true, false]);
  });

  test('an order that was changed rests, and by hand it does not', async () => {
    const id = await split();
    const due = new Set([policyKey('main', 'all')]);
    expect(await swept(due)).toContain(id);
    // Berlin is cheaper, and, as if it were late anyway, in time.
    await receive(a, 'berlin');
    await receive(b, 'berlin');
    await server.world.query("update ordo.shipment set document = jsonb_set(document::jsonb, '{plan,arrival_date}', '\"2999-01-01\"')::json where order_id = $1 and status = 'PLANNED'", [orderIdOf({ ok: true, created: true, replayed: false, body: { id } })]);
    expect(await swept(due)).not.toContain(id);
    expect((await ask({ orders: [id] })).body['changes']).toHaveLength(1);
    expect(await nodesOf(id)).toEqual(['1 berlin', '2 berlin']);
  });
});

test('a strategy shows what it says of it, and versions differ in it', async () => {
  const groups = (more: object): object => ({ groups: [{ name: 'all', objective: { kind: 'cost', weights: { label: 1000 } }, ...more }] });
  for (const more of [{}, { re_evaluate: POLICY, merge: { within_minutes: 30, minimum_saving_micros: 250_000 } }]) {
    expect((await call('PUT', '/v1/strategies/shown/draft', groups(more))).status).toBeLessThan(300);
    expect((await call('POST', '/v1/strategies/shown/publish', {})).status).toBe(200);
  }
  const { out } = await server.ordo('routing', 'show', 'shown', '--version', '2');
  expect(out).toContain('unreleased orders decided anew every 15 minutes, on their own and in pairs, to save at least 0.5');
  expect(out).toContain('parcels shared by orders of one customer within 30 minutes, to save at least 0.25');
  expect((await call('GET', '/v1/strategies/shown/versions/1')).body['document'].groups[0]).not.toHaveProperty('merge');
  expect((await call('GET', '/v1/strategies/shown/diff?from=1&to=2')).body['changes'].map(({ pointer }: Body) => pointer)).toEqual(['/groups/0/re_evaluate', '/groups/0/merge']);
});

test('the command line tells what could change, and changes it with --apply', async () => {
  const id = await split();
  const told = await server.ordo('routing', 're-evaluate', id);
  expect(told.out).toContain('saves 14.00');
  expect(told.out).toContain('line 2: 1 from paris to munich');
  expect(told.out).toContain('1 looked at, 1 to change, 14.00 saved then.');
  expect((await server.ordo('routing', 're-evaluate', id, '--apply')).out).toContain('1 looked at, 1 changed, 14.00 saved.');
  expect(JSON.parse((await server.ordo('routing', 're-evaluate', id, '--json')).out)).toMatchObject({ dry_run: true, looked_at: 1, changes: [] });
});
