import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode, anOrder } from '../support/world.ts';

/** Berlin is near and slow, Munich is far, quick and dearer. */

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
const cost = (name: string, over: object = {}): object => ({ name, objective: { kind: 'cost', weights: { label: 1000, split: 1000 }, split_micros: 5_000_000 }, ...over });
const HERE = { latitude: 52.5, longitude: 13.4 };

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  const { world } = server;
  await world.facts({
    items: [anItem('A', { weightGrams: 1000 }), anItem('B', { weightGrams: 1000, backorder: true })],
    nodes: [aNode('berlin', { name: 'Berlin', latitude: 52.5, longitude: 13.4, address: { country: 'DE' } }), aNode('munich', { name: 'Munich', latitude: 48.1, longitude: 11.6, address: { country: 'DE' } }), aNode('empty')],
    channels: [aChannel('plain'), aChannel('web')],
  });
  await call('PUT', '/v1/carriers/post/services/parcel', { name: 'Parcel', level: 'standard', maximum_grams: 30_000, delivery_weekdays: EVERY_DAY, lanes: [lane('berlin', '1', 2), lane('munich', '2', 1)] });
  await call('PUT', '/v1/carriers/post/services/night', { name: 'Night', level: 'express', delivery_weekdays: EVERY_DAY, lanes: [lane('munich', '1', 1)] });
  for (const service of ['parcel', 'night']) await call('PUT', `/v1/rate-cards/${service}`, { carrier: 'post', service, currency: 'EUR', zones: { '1': [{ up_to_grams: 30_000, price: '4.90' }], ...(service === 'parcel' ? { '2': [{ up_to_grams: 30_000, price: '6.10' }] } : {}) } });
  await call('PUT', '/v1/exchange-rates', { base: 'EUR', rates: {} });
  await call('PUT', '/v1/strategies/main/draft', { groups: [cost('all', { filters: [{ kind: 'service_levels', levels: ['standard'] }] })] });
  await call('POST', '/v1/strategies/main/publish', {});
  await call('PUT', '/v1/strategies/main/draft', { groups: [cost('drafted', { filters: [{ kind: 'not_nodes', nodes: ['berlin'] }] })] });
  expect(await call('PUT', '/v1/channels/web', { name: 'Web', currency: 'EUR', strategy: 'main' })).toMatchObject({ status: 200 });
  for (const [sku, node] of [['A', 'berlin'], ['A', 'munich'], ['B', 'munich']] as const) expect(await world.receive(sku, node, 100)).toMatchObject({ ok: true });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

async function ordered(channel: string, lines: Parameters<typeof anOrder>[0] = [{ sku: 'A', quantity: 2 }]): Promise<string> {
  const [answer] = await server.world.capture(anOrder(lines, { channel, destination: HERE, contact: { ship_to: { street: 'Weg 1', city: 'Berlin', postcode: '10115', country: 'DE' } } }));
  if (!answer?.ok) throw new Error(JSON.stringify(answer));
  return String(answer.body['id']);
}
const ask = (id: string, body: object = {}): ReturnType<typeof call> => call('POST', `/v1/orders/${id}/what-if`, body);
const told = async (id: string, body: object = {}): Promise<Body> => {
  const { status, body: answer } = await ask(id, body);
  expect(status, JSON.stringify(answer)).toBe(200);
  return answer;
};
const sentence = async (id: string, body: object = {}): Promise<string> => (await told(id, body))['difference'].sentence;
const faults = ({ errors }: Body): string[] => (errors as Body[]).map(({ pointer, code }) => `${pointer} ${code}`);
/** Everything that a question might leave behind. */
const traces = async (): Promise<unknown> => server.world.query(`select (select count(*) from ordo.event) as events, (select count(*) from ordo.routing_decision) as decisions,
  (select sum(reserved) from ordo.stock) as reserved, (select sum(on_hand) from ordo.stock) as on_hand, (select count(*) from ordo.shipment) as shipments, (select sum(pending) from ordo.unassigned_demand) as pending`);

describe('a question about an order', () => {
  test('of nothing else answers what stands, and leaves nothing behind', async () => {
    const id = await ordered('web');
    const before = await traces();
    const answer = await told(id);
    expect(answer).toMatchObject({
      order: id, scope: 'unreleased', now: { decision: { decision_no: 1, strategy: 'main' }, shipments: [{ node: 'berlin', carrier: 'post', service: 'parcel', lines: [{ line: 1, quantity: 2 }] }] },
      what_if: { strategy: 'main', strategy_version: 1, group: 'all', terms_micros: { label: 4_900_000 }, total_cost_micros: 4_900_000, unplaced: [], chosen: [{ node: 'berlin', carrier: 'post', service: 'parcel', lines: [1] }] },
      difference: { sentence: 'Would ship from Berlin, as now: at the same cost.', cost_micros: 0, shipments: 0, arrival_days: 0, moved: [] },
    });
    expect(answer['what_if'].candidates).toContainEqual({ node: 'berlin', reason: 'chosen', km: 0, verdict: 'CHOSEN', cost_micros: 4_900_000, lines_filled: 1, stock: [{ line: 1, units: 100 }], terms_micros: { label: 4_900_000 }, arrival_date: expect.stringMatching(/^20/) });
    expect(await traces()).toEqual(before);
  });

  test('without a node says where it would go, what that costs and when it is there', async () => {
    const id = await ordered('web');
    const { difference, what_if: made } = await told(id, { exclude_nodes: ['berlin'] });
    expect(difference).toEqual({
      sentence: 'Would ship from Munich instead of Berlin: 1.20 dearer, one day earlier.', cost_micros: 1_200_000, shipments: 0, arrival_days: -1, moved: [{ line: 1, quantity: 2, from: 'berlin', to: 'munich' }],
    });
    expect(made.shipments).toMatchObject([{ node: 'munich', carrier: 'post', service: 'parcel', lines: [{ line: 1, quantity: 2 }], days_late: 0 }]);
    expect(made.candidates.find(({ node }: Body) => node === 'berlin')).toMatchObject({ verdict: 'NOT_LISTED', reason: 'is not among the nodes that the rules allow' });
    expect(await sentence(id, { only_nodes: ['munich'] })).toBe(difference.sentence);
    expect(await sentence(id, { only_nodes: ['empty'] })).toBe('No node could ship it, instead of Berlin.');
  });

  test.each<[string, object, string]>([
    ['another weight', { weights: { label: '0' } }, 'Would ship from Munich instead of Berlin: 4.90 cheaper, one day earlier.'],
    ['half a weight', { weights: { label: 0.5 } }, 'Would ship from Berlin, as now: 2.45 cheaper.'],
    ['the draft of its strategy', { draft: true }, 'Would ship from Munich instead of Berlin: at the same cost, one day earlier.'],
    ['the draft of a strategy that is named', { strategy: 'main', draft: true }, 'Would ship from Munich instead of Berlin: at the same cost, one day earlier.'],
    ['rules that are given', { groups: [{ name: 'far', objective: { kind: 'ranks', by: ['arrival'] } }] }, 'Would ship from Munich instead of Berlin: 4.90 cheaper, one day earlier.'],
    ['less stock', { stock: [{ sku: 'A', node: 'berlin', on_hand: 1 }] }, 'Would ship from Munich instead of Berlin: 1.20 dearer, one day earlier.'],
    ['no stock', { stock: [{ sku: 'A', node: 'berlin', on_hand: 0 }, { sku: 'A', node: 'munich', on_hand: '0' }] }, 'No node could ship it, instead of Berlin.'],
    ['another service', { groups: [cost('any')], service_level: 'express' }, 'Would ship from Munich instead of Berlin: at the same cost, one day earlier.'],
    ['a country without a lane', { destination: { country: 'Austria', postcode: '1010' } }, 'No node could ship it, instead of Berlin.'],
  ])('with %s', async (_, body, expected) => {
    expect(await sentence(await ordered('web'), body)).toBe(expected);
  });

  test('about lateness counts from the date that is asked for', async () => {
    const id = await ordered('web');
    const late = await told(id, { deliver_by: new Date(Date.now() + 3_600_000).toISOString(), exclude_nodes: ['munich'] });
    expect(late['what_if'].shipments[0].days_late).toBeGreaterThan(0);
    const { what_if: later } = await told(id, { now: new Date(Date.now() + 30 * 86_400_000).toISOString() });
    expect(later.shipments[0].ship_date > late['what_if'].shipments[0].ship_date).toBe(true);
  });

  test('of a channel without a strategy takes its own policy', async () => {
    const id = await ordered('plain');
    expect(await told(id, { exclude_nodes: ['berlin'] })).toMatchObject({
      now: { decision: { strategy: null, terms_micros: {} } }, what_if: { strategy: 'what-if', strategy_version: 0, group: 'default' }, difference: { moved: [{ from: 'berlin', to: 'munich' }], arrival_days: null },
    });
    expect(await told(id, { weights: { distance: 2 }, destination: { country: 'DE', city: 'Nowhere', coordinates: { latitude: 48.1, longitude: 11.6 } } })).toMatchObject({ difference: { sentence: expect.stringMatching(/^Would ship from Munich instead of Berlin/) } });
    expect(await told(id, { strategy: 'main' })).toMatchObject({ what_if: { strategy: 'main', group: 'all' } });
    expect(faults((await ask(id, { draft: true })).body)).toEqual(['#/draft UNKNOWN_STRATEGY']);
  });

  test('that is split says what would wait, and which lines move', async () => {
    const id = await ordered('web', [{ sku: 'A', quantity: 1 }, { sku: 'B', quantity: 1 }]);
    expect(await told(id, { stock: [{ sku: 'B', node: 'munich', on_hand: 0 }] })).toMatchObject({
      now: { shipments: [{ node: 'munich' }] }, what_if: { unplaced: [{ line: 2, quantity: 1 }] },
      difference: { sentence: 'Would ship from Berlin instead of Munich: one day later; part of it would wait.', cost_micros: null, moved: [{ line: 1, from: 'munich', to: 'berlin' }, { line: 2, from: 'munich', to: null }] },
    });
    expect(await sentence(id, { stock: [{ sku: 'A', node: 'munich', on_hand: 0 }] })).toMatch(/^Would ship from (Berlin and Munich|Munich and Berlin) instead of Munich: 9\.90 dearer, one shipment more, one day later\.$/);
  });

  test('that waits for a node says where it would go with stock', async () => {
    const id = await ordered('web', [{ sku: 'B', quantity: 500 }]);
    expect(await told(id)).toMatchObject({ now: { shipments: [{ node: 'munich' }] }, difference: { moved: [] } });
    const waiting = await ordered('web', [{ sku: 'B', quantity: 5 }]);
    expect(await told(waiting)).toMatchObject({ now: null, difference: { sentence: 'No node could ship it, as now.', cost_micros: null, shipments: null } });
    expect(await told(waiting, { stock: [{ sku: 'B', node: 'munich', on_hand: 900 }] })).toMatchObject({ now: null, difference: { sentence: 'Would ship from Munich, where no node has it now.', moved: [{ line: 1, quantity: 5, from: null, to: 'munich' }] } });
  });

  test('that was released is about the whole of it, as if it came in now', async () => {
    const id = await ordered('web');
    const { body: order } = await call('GET', `/v1/orders/${id}`);
    expect(await call('POST', `/v1/shipments/${order['shipments'][0].id}/release`, {})).toMatchObject({ status: 200 });
    const before = await traces();
    expect(await told(id, { exclude_nodes: ['berlin'] })).toMatchObject({ scope: 'whole_order', difference: { sentence: 'Would ship from Munich instead of Berlin: 1.20 dearer, one day earlier.' } });
    expect(await traces()).toEqual(before);
    expect(await call('POST', `/v1/orders/${id}/cancel`, { reason: 'none', force: true })).toMatchObject({ status: 200 });
    expect(await ask(id)).toMatchObject({ status: 409, body: { code: 'NOT_IN_STATE' } });
  });

  test('that is wrong names every field', async () => {
    const id = await ordered('web');
    const { status, body } = await ask(id, {
      exclude_nodes: ['berlin', 'rome'], only_nodes: ['paris'], strategy: 'nobody', destination: { country: 'Utopia' }, now: '2020-01-01T00:00:00Z',
      stock: [{ sku: 'Z', node: 'berlin', on_hand: 1 }, { sku: 'A', node: 'rome', on_hand: 1 }, { sku: 'A', node: 'munich', on_hand: '0.5' }],
    });
    expect(status).toBe(422);
    expect(faults(body)).toEqual([
      '#/now INVALID_FIELD', '#/strategy UNKNOWN_STRATEGY', '#/exclude_nodes/1 UNKNOWN_NODE', '#/only_nodes/0 UNKNOWN_NODE', '#/destination/country INVALID_FIELD', '#/stock/0/sku UNKNOWN_ITEM', '#/stock/1/node UNKNOWN_NODE',
      '#/stock/2/on_hand QUANTITY_TOO_FINE',
    ]);
    expect(faults((await ask(id, { strategy: 'main', draft: true, groups: [cost('a', { filters: [{ kind: 'only_nodes', nodes: ['rome'] }] })] })).body)).toEqual(['#/strategy INVALID_FIELD', '#/draft INVALID_FIELD', '#/groups/0/filters/0/nodes/0 UNKNOWN_NODE']);
    expect(faults((await ask(id, { weights: { petrol: 1, label: -1, split: '0.0001' } })).body).map((fault) => fault.split(' ')[0]).sort())
      .toEqual(['#/weights/label', '#/weights/petrol', '#/weights/split']);
    expect(faults((await ask(id, { stock: [{ sku: 'A', node: 'berlin', on_hand: 1 }, { sku: 'A', node: 'berlin', on_hand: 2 }] })).body)).toEqual(['#/stock/1 DUPLICATE_VALUE']);
    expect(faults((await ask(id, { destination: { country: 'DE', postcode: 'x' } })).body)).toEqual(['#/destination/postcode INVALID_FIELD']);
    expect(await ask('ord_0192aaaabbbb7ccc8dddeeeeffff0001')).toMatchObject({ status: 404 });
  });
});

test('an order is refused where its rules say so, whatever its channel does', async () => {
  await call('PUT', '/v1/strategies/strict/draft', { groups: [cost('all', { after: { unplaced: 'refuse' } })] });
  await call('POST', '/v1/strategies/strict/publish', {});
  expect(await call('PUT', '/v1/channels/strict', { name: 'Strict', currency: 'EUR', strategy: 'strict' })).toMatchObject({ status: 201 });
  const before = await traces();
  expect(await server.world.capture(anOrder([{ sku: 'B', quantity: 5 }], { channel: 'strict' }))).toMatchObject([{ ok: false, refusal: { code: 'INSUFFICIENT_STOCK', data: { unplaced: [{ line: 1, quantity: 5 }] } } }]);
  expect(await traces()).toEqual(before);
});

test('a decision is read back with its strategy, its terms and how each node sends', async () => {
  const { body } = await call('GET', `/v1/orders/${await ordered('web')}/routing-decisions`);
  expect(body['data']).toMatchObject([{
    strategy: 'main', strategy_version: 1, group: 'all', relaxed: [], notes: [], terms_micros: { label: 4_900_000 }, total_cost_micros: 4_900_000,
    chosen: [{ node: 'berlin', lines: [1], carrier: 'post', service: 'parcel', ship_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), arrival_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), days_late: 0 }],
  }]);
});

describe('on the command line', () => {
  test('a question is answered in words, with the table behind them', async () => {
    const id = await ordered('web');
    const { code, out, err } = await server.ordo('routing', 'what-if', id, '--exclude', 'berlin,empty', '--weight', 'label=2', '--stock', 'A@munich=7');
    expect(code, err).toBe(0);
    expect(out).toMatch(/^Would ship from Munich instead of Berlin: 7\.30 dearer, one day earlier\.\nline 1: 2 from berlin to munich\n\nShips from Munich[^\n]*\nBy the strategy main, version 1, group "all"\.\nmunich: by post parcel, leaves \d{4}-\d\d-\d\d, there \d{4}-\d\d-\d\d\nCosts 12\.20: label 12\.20\n[^]*NODE[^]*\* +munich/);
    expect(await server.ordo('routing', 'what-if', id, '--draft', '--country', 'DE', '--postcode', '10115', '--only', 'munich', '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"scope"') });
    const explained = await server.ordo('orders', 'explain', id);
    expect(explained.out).toMatch(/By the strategy main, version 1, group "all"\.\nberlin: by post parcel, leaves [^\n]*\nCosts 4\.90: label 4\.90\n/);
  });

  test('what is no question is said', async () => {
    const id = await ordered('web');
    for (const words of [['--stock', 'A=1'], ['--weight', 'label'], ['--postcode', '10115']]) expect(await server.ordo('routing', 'what-if', id, ...words), words.join(' ')).toMatchObject({ code: 2 });
    expect(await server.ordo('routing', 'what-if', id, '--exclude', 'rome')).toMatchObject({ code: 1, err: expect.stringContaining('There is no node "rome"') });
    expect(await server.ordo('routing', 'what-if', id, '--groups', '/nowhere.json')).toMatchObject({ code: 1 });
  });
});
