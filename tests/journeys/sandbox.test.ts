// The demonstration as those who try it out see it, on the whole server: test orders, scenarios, a clock that goes on, and its end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY, HOUR, instantOfDay, localDay, MINUTE, weekdayOfDay } from '../../src/domain/kernel/index.ts';
import { withConnection } from '../../src/postgres/connect.ts';
import { verifyDatabase } from '../../src/postgres/verify/database.ts';
import { type RunningOrdo, startOrdo } from '../../src/server/compose.ts';
import { readSettings } from '../../src/server/settings.ts';
import { commandLine, reach, type Said } from '../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

const KEY = 'ordo_live_sandbox_tests_0123456789';
let database: TestDatabase;
let directory: string;
let running: RunningOrdo;

const start = (over: Record<string, string> = {}): Promise<RunningOrdo> => startOrdo(readSettings({
  PORT: '0', DATABASE_URL: database.ownerUrl, ORDO_DATA_DIR: directory, ORDO_BOOTSTRAP_KEY: KEY, ORDO_LOG_LEVEL: 'error', ...over,
}), { say: () => {} });
const send = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${running.url}${path}`, { method, headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await send(method, path, body);
  const text = await answer.text();
  expect(answer.ok, `${method} ${path}: ${text}`).toBe(true);
  return JSON.parse(text) as T;
}
const cli = (...words: string[]): Promise<Said> => commandLine(words, reach({ url: running.url, apiKey: KEY }));

beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'ordo-sandbox-'));
  running = await start();
}, 180_000);
afterAll(async () => {
  await running.stop();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

interface Candidate { readonly node: string; readonly verdict: string; readonly reason: string | null }
interface Decision { readonly reason: string; readonly candidates: readonly Candidate[] }
interface SandboxView { readonly sandbox: boolean; readonly reason: string | null; readonly clock: { readonly time: string; readonly machine_time: string; readonly ahead_seconds: number }; readonly scenario: { readonly done: number; readonly of: number; readonly playing: boolean } | null }

it('a test order passes over the nearest node, and says so', async () => {
  const placed = await ask<{ id: string; number: number }>('POST', '/v1/sandbox/orders', {});
  const { data: [decision] } = await ask<{ data: Decision[] }>('GET', `/v1/orders/${placed.id}/routing-decisions`);
  expect(decision?.reason).toMatch(/^Ships from Berlin Mitte store: .* and it costs least \(4\.55; next is .*\)\. Hamburg Altona store is nearer \(\d+ km\) but has no capacity for it in the days ahead\. By Demo Post Regional, leaving on .*, there by /);
  expect(decision?.candidates.filter(({ verdict }) => verdict !== 'CHOSEN' && verdict !== 'COSTLIER').length).toBeGreaterThan(1);
  const { out } = await cli('orders', 'explain', String(placed.number));
  expect(out).toContain('Hamburg Altona store is nearer');
});

it('the clock goes on for orders and dates and not for keys and sessions; never back, and nowhere but here', async () => {
  const link = await running.signInLink();
  const session = await fetch(link, { redirect: 'manual' }).then((answer) => answer.headers.get('set-cookie')?.split(';')[0] ?? '');
  const { out } = await cli('clock', '+40d', '--json');
  expect(JSON.parse(out)).toMatchObject({ ahead_seconds: 40 * 86_400 });
  const { clock } = await ask<SandboxView>('GET', '/v1/sandbox');
  expect(Date.parse(clock.time) - Date.parse(clock.machine_time)).toBe(40 * 86_400_000);
  // A session rests for a fortnight at most, and would be over by this clock.
  if (session !== '') expect((await fetch(`${running.url}/v1/session`, { headers: { cookie: session } })).status).toBe(200);
  const { id } = await ask<{ id: string }>('POST', '/v1/sandbox/orders', {});
  const { placed_at: placedAt } = await ask<{ placed_at: string }>('GET', `/v1/orders/${id}`);
  expect(Date.parse(placedAt) - Date.now()).toBeGreaterThan(39 * 86_400_000);
  for (const move of ['-1d', '+0d', '+999d', 'tomorrow']) expect((await send('POST', '/v1/sandbox/clock', { move })).status, move).toBe(422);
  expect(await ask('POST', '/v1/sandbox/clock', { move: 'reset' })).toMatchObject({ ahead_seconds: 0 });
});

it('goes on at once after its clock was set back, with what came while it was ahead', async () => {
  const live = async (from: number): Promise<{ status: string }[]> => (await ask<{ data: { external_id: string; status: string; placed_at: string }[] }>('GET', '/v1/orders?limit=250')).data
    .filter((order) => order.external_id.startsWith('LIVE-') && Date.parse(order.placed_at) >= from);
  await ask('POST', '/v1/sandbox/clock', { move: '+40d' });
  await expect.poll(async () => (await live(Date.now() + 39 * DAY)).length, { timeout: 20_000, interval: 200 }).toBeGreaterThan(0);
  await ask('POST', '/v1/sandbox/clock', { move: 'reset' });
  const back = Date.now();
  const ofNow = async (): Promise<number> => (await live(back)).length - (await live(back + 39 * DAY)).length;
  const ofThen = async (): Promise<string | undefined> => (await live(back + 39 * DAY)).at(-1)?.status;
  await expect.poll(async () => {
    await ask('POST', '/v1/sandbox/clock', { move: '+2m' });
    return [await ofNow() > 0, await ofThen()];
  }, { timeout: 40_000, interval: 1_200 }).toEqual([true, 'COMPLETED']);
  await ask('POST', '/v1/sandbox/clock', { move: 'reset' });
});

it('in the night to a Monday it lives as ever: orders of a Sunday, three in the morning, reach their shipments and leave with them', async () => {
  const zone = 'Europe/Berlin';
  let day = localDay(Date.now(), zone) + 1;
  while (weekdayOfDay(day) !== 7) day += 1;
  const night = instantOfDay(day, 3 * HOUR, zone);
  await ask('POST', '/v1/sandbox/clock', { move: `+${Math.ceil((night - Date.now()) / MINUTE)}m` });
  interface Live { readonly external_id: string; readonly status: string; readonly placed_at: string; readonly nodes: readonly string[] }
  const ofTheNight = async (): Promise<Live[]> => (await ask<{ data: Live[] }>('GET', '/v1/orders?limit=250')).data.filter((order) => order.external_id.startsWith('LIVE-') && Date.parse(order.placed_at) >= night);
  const left = (orders: readonly Live[]): Live[] => orders.filter(({ status }) => status === 'SHIPPED' || status === 'COMPLETED');
  await expect.poll(async () => {
    await ask('POST', '/v1/sandbox/clock', { move: '+1m' });
    return left(await ofTheNight()).length;
  }, { timeout: 60_000, interval: 1_200 }).toBeGreaterThanOrEqual(3);
  expect((await ask<SandboxView>('GET', '/v1/sandbox')).clock.time < new Date(night + 6 * HOUR).toISOString()).toBe(true);
  expect(new Set((await ofTheNight()).flatMap(({ nodes }) => nodes))).toContain('kassel-dc');
  await ask('POST', '/v1/sandbox/clock', { move: 'reset' });
});

it('a scenario plays to its end, one at a time', async () => {
  expect(await cli('start', '--scenario', 'flood')).toMatchObject({ code: 2, err: expect.stringContaining('there are peak, stores, outage') });
  await ask('POST', '/v1/sandbox/scenarios', { scenario: 'outage' });
  expect((await send('POST', '/v1/sandbox/scenarios', { scenario: 'peak' })).status).toBe(409);
  await ask('POST', '/v1/sandbox/clock', { move: '+1m' });
  await expect.poll(async () => (await ask<SandboxView>('GET', '/v1/sandbox')).scenario, { timeout: 30_000, interval: 200 }).toMatchObject({ done: 40, of: 40, playing: false });
  expect(await ask('GET', '/v1/nodes/berlin')).toMatchObject({ status: 'offline' });
  // The orders were Berlin's, and those that had to leave go their way from where they are now.
  const { data: [closure] } = await ask<{ data: { id: string }[] }>('GET', '/v1/node-closures?limit=1');
  await expect.poll(async () => (await ask<{ results: { moved: number } }>('GET', `/v1/node-closures/${closure?.id}`)).results.moved, { timeout: 30_000, interval: 200 }).toBeGreaterThan(20);
  const shipped = async (): Promise<number> => (await ask<{ data: { external_id: string; status: string; nodes: string[] }[] }>('GET', '/v1/orders?limit=250')).data
    .filter(({ external_id: its, status, nodes }) => its.startsWith('OUTAGE-') && status === 'COMPLETED' && nodes.join() === 'kassel-dc').length;
  await expect.poll(async () => {
    await ask('POST', '/v1/sandbox/clock', { move: '+5m' });
    return shipped();
  }, { timeout: 45_000, interval: 1_200 }).toBeGreaterThan(20);
  await ask('POST', '/v1/sandbox/clock', { move: 'reset' });
});

it('a wipe says what goes, needs to be meant, leaves people and keys, and is for good', async () => {
  const asked = await cli('demo', 'wipe');
  expect([asked.code, asked.err]).toEqual([1, expect.stringMatching(/removes \d+ orders, \d+ items, 8 nodes, 3 channels/)]);
  expect((await send('POST', '/v1/sandbox/wipe', {})).status).toBe(422);
  await ask('POST', '/v1/sandbox/clock', { move: '+3d' });
  expect((await cli('demo', 'wipe', '--yes')).code).toBe(0);
  expect(await ask('GET', '/v1/orders')).toMatchObject({ data: [] });
  const { data: steps } = await ask<{ data: { step: string; done: boolean }[] }>('GET', '/v1/first-steps');
  expect(steps.map(({ step, done }) => [step, done])).toEqual(['nodes', 'items', 'stock', 'channel', 'orders', 'strategy', 'people'].map((step) => [step, false]));
  for (const [method, path, body] of [['POST', '/v1/sandbox/clock', { move: '+1d' }], ['POST', '/v1/sandbox/orders', {}], ['GET', '/v1/sandbox/contents', undefined], ['POST', '/v1/sandbox/wipe', { confirm: 'wipe' }]] as const) {
    const refused = await send(method, path, body);
    expect([refused.status, await refused.json()], path).toMatchObject([409, { code: 'NOT_A_SANDBOX', detail: 'The demonstration was wiped.' }]);
  }
  expect((await ask<{ data: unknown[] }>('GET', '/v1/users')).data).toHaveLength(1);
  await running.stop();
  expect((await withConnection(database.ownerUrl, (owner) => owner.query('select tablename from pg_tables where schemaname = $1', ['ordo']))).rowCount).toBeGreaterThan(90);
  const [verified] = await verifyDatabase(database.ownerUrl, {});
  expect(verified?.verification.checks.flatMap((check) => check.named)).toEqual([]);
  // A start makes nothing anew, and what is one's own works at once.
  running = await start();
  expect(await ask('GET', '/v1/sandbox')).toMatchObject({ sandbox: false, clock: { ahead_seconds: 0 } });
  await ask('PUT', '/v1/nodes/hall', { name: 'Hall', time_zone: 'Europe/Berlin' });
  await ask('PUT', '/v1/items/CUP', { name: 'Cup' });
  await ask('PUT', '/v1/channels/shop', { name: 'Shop', kind: 'web', currency: 'EUR' });
  await ask('POST', '/v1/stock/receipts', { sku: 'CUP', node: 'hall', quantity: 3 });
  expect(await ask('POST', '/v1/orders', { channel: 'shop', external_id: 'S-1', currency: 'EUR', lines: [{ sku: 'CUP', quantity: 1, unit_price: '9.00' }], payment: { state: 'paid' } })).toMatchObject({ number: expect.any(Number) });
});
