import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeHold } from '@ordo/client';
import { answer, connect } from '../../src/cli/connect.ts';
import { parsePublicId } from '../../src/domain/kernel/index.ts';
import { goOnWithBulk } from '../../src/flows/bulk-actions.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, aNode } from '../support/world.ts';

let database: TestDatabase;
let server: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem('A')], nodes: [aNode('berlin')], channels: [aChannel('web')] });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

async function call<T>(method: string, path: string, body?: unknown, key = server.adminKey): Promise<{ status: number; body: T }> {
  const response = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, body: await response.json() as T };
}
interface Entry { position: number; type: string; actor: string; via: string; object: { kind: string; id: string } | null; changes: { field: string; before: unknown; after: unknown; hidden: boolean }[]; data: object; recorded_at: string; id: string; order: string | null }
interface Page { data: Entry[]; has_more: boolean; next_cursor: string | null; looked_to: { position: number; at: string } | null }
const audit = async (query = ''): Promise<Page> => (await call<Page>('GET', `/v1/audit${query}`)).body;
const latest = async (): Promise<Entry | undefined> => (await audit('?limit=1')).data[0];

test('who changed the set-up is on record, with what it was before and without secrets', async () => {
  const secrets: string[] = [];
  const made = await call<{ key: string; api_key: { id: string } }>('POST', '/v1/api-keys', { name: 'till', scopes: ['orders:read'] });
  secrets.push(made.body.key);
  expect(await latest()).toMatchObject({ type: 'ApiKeySaved', via: 'api_key', object: { kind: 'key', id: made.body.api_key.id }, data: { scopes: ['orders:read'] } });
  const rotated = await call<{ key: string; api_key: { id: string } }>('POST', `/v1/api-keys/${made.body.api_key.id}/rotate`, {});
  secrets.push(rotated.body.key);
  expect(await latest()).toMatchObject({ type: 'ApiKeySaved', data: { key: rotated.body.api_key.id, replaces: made.body.api_key.id } });
  await call('DELETE', `/v1/api-keys/${rotated.body.api_key.id}`);
  expect(await latest()).toMatchObject({ type: 'ApiKeyRevoked', object: { kind: 'key', id: rotated.body.api_key.id } });

  const { body: { webhook, secret } } = await call<{ webhook: { id: string }; secret: string }>('POST', '/v1/webhooks', { url: 'https://shop.example.com/hook?token=sesame' });
  secrets.push(secret, 'sesame', 'other-token');
  expect(await latest()).toMatchObject({ type: 'WebhookSaved', object: { kind: 'webhook', id: webhook.id }, changes: [] });
  await call('PATCH', `/v1/webhooks/${webhook.id}`, { status: 'paused', url: 'https://shop.example.com/other-token' });
  expect((await latest())?.changes).toContainEqual({ field: 'status', before: 'active', after: 'paused', hidden: false });
  expect((await latest())?.changes).toContainEqual({ field: 'url', before: null, after: null, hidden: true });
  await call('POST', `/v1/webhooks/${webhook.id}/rotate-secret`, {});
  expect(await latest()).toMatchObject({ type: 'WebhookSaved', changes: [{ field: 'secret', hidden: true }] });
  await call('DELETE', `/v1/webhooks/${webhook.id}`);
  expect(await latest()).toMatchObject({ type: 'WebhookDeleted' });

  const { body: { connection } } = await call<{ connection: { id: string } }>('POST', '/v1/connections', { code: 'shop', connector: 'shopify', channel: 'web', secret: 'open-sesame' });
  secrets.push('open-sesame', 'shpat_1');
  expect(await latest()).toMatchObject({ type: 'ConnectionSaved', object: { kind: 'connection', id: connection.id } });
  await call('PATCH', `/v1/connections/${connection.id}`, { status: 'paused', credentials: { access_token: 'shpat_1' } });
  expect((await latest())?.changes).toEqual(expect.arrayContaining([{ field: 'status', before: 'active', after: 'paused', hidden: false }, { field: 'credentials', before: null, after: null, hidden: true }]));
  await call('POST', `/v1/connections/${connection.id}/rotate-secret`, { secret: 'open-sesame-2' });
  expect(await latest()).toMatchObject({ type: 'ConnectionSaved', changes: [{ field: 'secret', hidden: true }] });
  await call('DELETE', `/v1/connections/${connection.id}`);
  expect(await latest()).toMatchObject({ type: 'ConnectionDeleted' });

  await call('PUT', '/v1/channels/web/mail', { kinds: ['shipped'], language: 'de' });
  expect((await latest())?.changes).toContainEqual({ field: 'language', before: 'en', after: 'de', hidden: false });
  await call('PUT', '/v1/channels/web/mail-templates/shipped/de', { subject: '{{order.name}}', text: 'Hallo', html: '<p>Hallo</p>' });
  expect(await latest()).toMatchObject({ type: 'MailSettingsSaved', data: { kind: 'shipped', language: 'de' } });
  await call('DELETE', '/v1/channels/web/mail-templates/shipped/de');
  expect(await latest()).toMatchObject({ type: 'MailSettingsSaved', data: { removed: true } });

  const log = JSON.stringify(await audit('?limit=250')) + JSON.stringify(await server.world.query('select data from ordo.event'));
  for (const one of secrets) expect(log).not.toContain(one);
});

test('a fact that is saved again says what changed of it, and nothing where nothing did', async () => {
  await call('PUT', '/v1/items/A', { name: 'Chair', weight_grams: 900 });
  const [first] = (await audit('?limit=1')).data;
  expect(first).toMatchObject({ type: 'ItemSaved', object: { kind: 'item' } });
  expect(first?.changes).toContainEqual({ field: 'name', before: 'Item A', after: 'Chair', hidden: false });
  await call('PUT', '/v1/items/A', { name: 'Chair', weight_grams: 900 });
  expect((await latest())?.changes).toEqual([]);
  await call('PUT', '/v1/nodes/berlin', { name: 'Berlin', status: 'offline' });
  await call('PUT', '/v1/nodes/berlin', { name: 'Berlin', status: 'online' });
  expect((await latest())?.changes).toEqual([{ field: 'status', before: 'offline', after: 'online', hidden: false }]);
  await call('PUT', '/v1/channels/web', { name: 'Web', currency: 'EUR' });
  await call('PUT', '/v1/channels/web', { name: 'Web', currency: 'EUR', buffer: 2 });
  expect((await latest())?.changes).toEqual([{ field: 'buffer', before: 0, after: 2, hidden: false }]);
});

test('by who did it, what kind, which order, what it names, and when', async () => {
  const key = await server.keyWith(['orders:write', 'orders:read', 'events:read']);
  const { body: order } = await call<{ id: string }>('POST', '/v1/orders', { channel: 'web', external_id: 'E-1', currency: 'EUR', lines: [{ sku: 'A', quantity: 1, unit_price: '1.00' }] }, key);
  expect((await call('POST', `/v1/orders/${order.id}/holds`, { kind: 'MANUAL', reason: 'look' }, key)).status).toBe(200);
  const [placed] = (await audit('?type=HoldPlaced')).data;
  const mine = (await audit(`?actor=${placed?.actor}`)).data;
  expect(mine.map(({ type }) => type)).toEqual(['HoldPlaced', ...mine.slice(1).map(({ type }) => type)]);
  expect(new Set(mine.map(({ actor }) => actor))).toEqual(new Set([placed?.actor]));
  expect((await audit(`?order=${order.id}`)).data.every((one) => one.order === order.id && one.object?.kind === 'order')).toBe(true);
  expect((await audit(`?order=${order.id}&type=OrderCaptured`)).data.length).toBe(1);
  expect((await audit(`?q=${placed?.id}`)).data.map(({ id }) => id)).toEqual([placed?.id]);
  expect((await audit('?q=berlin&type=NodeSaved')).data.length).toBe(3);
  expect((await audit(`?from=${placed?.recorded_at}`)).data.every(({ recorded_at: at }) => at >= (placed?.recorded_at ?? ''))).toBe(true);
  expect((await audit(`?to=${placed?.recorded_at}&limit=250`)).data.every(({ recorded_at: at }) => at < (placed?.recorded_at ?? ''))).toBe(true);
  expect((await audit('?to=2000-01-01T00:00:00Z')).data).toEqual([]);
  const exported = await (await fetch(`${server.url}/v1/exports/events?format=ndjson&actor=${placed?.actor}`, { headers: { authorization: `Bearer ${server.adminKey}` } })).text();
  expect(exported.trim().split('\n').length).toBe(mine.length);
  expect((await call('GET', '/v1/audit', undefined, await server.keyWith(['orders:read']))).status).toBe(403);
});

test('each change says by which way it came and with which request it was asked: a key, the command line as it claims, a worker', async () => {
  const key = await server.keyWith(['orders:write', 'orders:read', 'events:read']);
  const send = async (path: string, body: unknown, client: Record<string, string> = {}): Promise<{ id: string; request: string | null }> => {
    const response = await fetch(server.url + path, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...client }, body: JSON.stringify(body) });
    const [entry] = (await audit('?limit=1')).data as (Entry & { request: string | null })[];
    return { id: ((await response.json()) as { id: string }).id, request: entry?.request ?? null };
  };
  const line = { currency: 'EUR', lines: [{ sku: 'A', quantity: 1, unit_price: '1.00' }] };
  const { id, request } = await send('/v1/orders', { channel: 'web', external_id: 'WAY-1', ...line });
  expect((await audit(`?request=${request}`)).data.map(({ type, via, order }) => [type, via, order])).toContainEqual(['OrderCaptured', 'api_key', id]);
  await answer(placeHold({ client: await connect({ environment: { ORDO_URL: server.url, ORDO_API_KEY: key } }), path: { id }, body: { kind: 'MANUAL', reason: 'look' } }));
  await send(`/v1/orders/${id}/holds`, { kind: 'FRAUD', reason: 'look' }, { 'ordo-client': 'something else' });
  const placed = (await audit(`?order=${id}&type=HoldPlaced`)).data as (Entry & { request: string; job: string | null })[];
  expect(placed.map(({ via, job }) => [via, job])).toEqual([['api_key', null], ['cli', null]]);
  expect(new Set([request, ...placed.map((one) => one.request)]).size).toBe(3);
  expect((await audit(`?order=${id}&via=cli`)).data.map(({ type }) => type)).toEqual(['HoldPlaced']);
  expect((await audit('?via=cli')).data.every(({ via }) => via === 'cli')).toBe(true);
  expect((await call('GET', '/v1/audit?via=nothing')).status).toBe(422);
  // Lines of one request share it, each order has its own events.
  const bulk = await fetch(`${server.url}/v1/orders/bulk`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson', 'ordo-client': 'cli' }, body: ['WAY-2', 'WAY-3'].map((external) => JSON.stringify({ channel: 'web', external_id: external, ...line })).join('\n') });
  expect((await bulk.text()).trim().split('\n')).toHaveLength(2);
  const captured = (await audit('?type=OrderCaptured&via=cli')).data as (Entry & { request: string })[];
  expect([captured.length, new Set(captured.map((one) => one.request)).size]).toEqual([2, 1]);
  // What a worker does by the rules has no request.
  await server.world.act(parsePublicId('order', id) ?? '', { type: 'release_hold', holdNo: 1, reason: 'paid' }, { actor: 'sweeper' });
  expect((await audit(`?order=${id}&via=worker`)).data.at(-1)).toMatchObject({ type: 'HoldReleased', actor: 'sweeper', request: null, job: null });
});

test('the file takes what the list takes, and holds the same, the oldest first, with how each came about', async () => {
  const key = await server.keyWith(['orders:write', 'orders:read']);
  const post = async (path: string, body: unknown, client: Record<string, string> = {}): Promise<{ id: string }> =>
    (await fetch(server.url + path, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...client }, body: JSON.stringify(body) })).json() as Promise<{ id: string }>;
  const { id } = await post('/v1/orders', { channel: 'web', external_id: 'FILE-1', currency: 'EUR', lines: [{ sku: 'A', quantity: 1, unit_price: '1.00' }] });
  for (const reason of ['one', 'two']) await post(`/v1/orders/${id}/holds`, { kind: 'MANUAL', reason }, { 'ordo-client': 'cli' });
  const { id: action } = await post('/v1/order-actions', { action: 'tag', args: { tags: ['file'] }, orders: { ids: [id] } });
  while (await goOnWithBulk({ store: server.world.store, orderIds: server.world.orderIds, ambient: server.world.ambient, isPassing: () => false }, server.world.tenantId, parsePublicId('orderAction', action) ?? '')) continue;
  const [{ recorded_at: at, actor } = { recorded_at: '', actor: '' }] = (await audit(`?order=${id}&type=HoldPlaced`)).data;
  const [{ request } = { request: null }] = (await audit(`?job=${action}`)).data as (Entry & { request: string | null })[];
  const download = async (query: string): Promise<string> => (await fetch(`${server.url}/v1/exports/events?${query}`, { headers: { authorization: `Bearer ${server.adminKey}` } })).text();
  for (const query of [`order=${id}`, `order=${id}&via=cli`, `via=cli&actor=${actor}`, `job=${action}`, `request=${request}`, `q=${action}`, 'kind=order&type=HoldPlaced', 'via=job', `from=${at}`, `to=${at}&via=cli`, 'kind=key', 'from=2100-01-01T00:00:00Z', `since=${at}&type=HoldPlaced`]) {
    const { data } = await audit(`?limit=250&${query.replace('since', 'from')}`);
    const lines = (await download(`format=ndjson&${query}`)).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as object);
    expect(lines, query).toEqual(data.toReversed().map(({ object: _object, changes: _changes, ...event }) => event));
    if (!query.includes('2100')) expect(lines.length, query).toBeGreaterThan(0);
  }
  expect(await download(`job=${action}`)).toMatch(new RegExp(`^position,id,type,order,actor,actor_name,via,request,job,reason,[^\\n]*\\n\\d+,evt_[^,]*,[^,]*,${id},key_[^,]*,test,job,${request},${action},`));
  expect((await call('GET', '/v1/exports/events?via=nothing')).status).toBe(422);
  const directory = await mkdtemp(join(tmpdir(), 'ordo-audit-'));
  const told = await server.ordo('export', 'events', '--job', action, '--via', 'job', '--out', join(directory, 'events.ndjson'), '--json');
  expect([told.code, JSON.parse(told.out)]).toMatchObject([0, { rows: 1 }]);
  expect(JSON.parse(await readFile(join(directory, 'events.ndjson'), 'utf8'))).toMatchObject({ order: id, via: 'job', request, job: action });
  await rm(directory, { recursive: true });
});

test('page by page everything once, and a page says how far it looked', async () => {
  const seen: number[] = [];
  let cursor = '';
  for (let n = 0; n < 50; n++) {
    const page = await audit(`?limit=7${cursor}`);
    seen.push(...page.data.map(({ position }) => position));
    if (page.next_cursor === null) break;
    cursor = `&cursor=${page.next_cursor}`;
  }
  const [{ last } = { last: 0 }] = await server.world.query<{ last: number }>('select position::int as last from ordo.event_counter where tenant_id = $1', [server.world.tenantId]);
  expect(seen).toEqual(Array.from({ length: last }, (_, index) => last - index));
  expect((await audit('?actor=nobody')).looked_to).toMatchObject({ position: 1 });
});

test('a long log is walked a bounded way at a time', async () => {
  await server.world.query(`insert into ordo.event (tenant_id, position, id, type, actor, occurred_at, recorded_at, data)
    select $1, k.position + n, gen_random_uuid(), 'StockAdjusted', 'test', now(), now() + n * interval '1 second', '{}' from ordo.event_counter k, generate_series(1, 30000) n where k.tenant_id = $1`, [server.world.tenantId]);
  await server.world.query('update ordo.event_counter set position = position + 30000 where tenant_id = $1', [server.world.tenantId]);
  const first = await audit('?type=ApiKeyRevoked');
  expect([first.data, first.has_more]).toEqual([[], true]);
  const second = await audit(`?type=ApiKeyRevoked&cursor=${first.next_cursor}`);
  expect([second.data.length, second.has_more, second.looked_to?.position]).toEqual([1, false, 1]);
  const future = new Date(Date.now() + 5_000_000).toISOString();
  const before = await audit(`?to=${future}&limit=1`);
  expect(Date.parse(before.data[0]?.recorded_at ?? '')).toBeGreaterThan(Date.parse(future) - 2_000);
});

test('what changed the set-up is found by its request and by the kind of thing it was done to', async () => {
  const made = await fetch(`${server.url}/v1/webhooks`, { method: 'POST', headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' }, body: JSON.stringify({ url: 'https://shop.example.com/other' }) });
  expect(made.status).toBe(201);
  const entry = (await latest()) as Entry & { request: string | null };
  expect(entry.request).toMatch(/^req_/);
  expect((await audit(`?request=${entry.request ?? ''}`)).data.map(({ id }) => id)).toEqual([entry.id]);
  const { data } = await audit('?kind=webhook&limit=250');
  expect(new Set(data.map(({ object }) => object?.kind))).toEqual(new Set(['webhook']));
  expect(data.map(({ id }) => id)).toContain(entry.id);
  expect((await audit('?kind=order')).data.every(({ order }) => order !== null)).toBe(true);
  expect((await call('GET', '/v1/audit?kind=nothing')).status).toBe(422);
});

test('what is not asked of events costs nothing: the planner puts the filter in place and drops what is null', async () => {
  const { query } = server.world;
  const asked = "'key_1', null, null, null, null, null, null, null, null, null)";
  const plans = await Promise.all([
    query(`explain (verbose, format json) select from ordo.event e where ordo.audit_matches(e, ${asked}`),
    query(`explain (verbose, format json) with walked as materialized (select e.* from ordo.event e where e.position < 9) select from walked w where ordo.audit_matches(row(w.*)::ordo.event, ${asked}`),
  ]);
  const filters = plans.map((rows) => JSON.stringify(rows).match(/"Filter":"[^"]*actor[^"]*"/)?.[0]);
  expect(filters).toEqual([`"Filter":"(e.actor = 'key_1'::text)"`, `"Filter":"(w.actor = 'key_1'::text)"`]);
});
