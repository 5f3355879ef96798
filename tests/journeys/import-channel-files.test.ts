import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Job } from '../../client/src/index.ts';
import { EXIT } from '../../src/cli/command.ts';
import type { FileResult } from '../../src/cli/import/import-file.ts';
import { imported, isClean, openShop, type Shop } from '../support/import-shop.ts';
import { runWorkers, type RunningWorkers, until } from '../support/workers.ts';

let directory: string;
let shop: Shop;
let workers: RunningWorkers;
const fixture = async (kind: string, name: string): Promise<Record<string, unknown>> => JSON.parse(await readFile(new URL(`../../src/connectors/${kind}/fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ordo-channel-files-'));
  shop = await openShop();
  for (const [code, connector, currency] of [['shopify', 'shopify', 'EUR'], ['woo', 'woocommerce', 'EUR']] as const) {
    await call('PUT', `/v1/channels/${code}`, { name: code, currency });
    await call('POST', '/v1/connections', { code, connector, channel: code, capture_test_orders: true });
  }
  workers = runWorkers(shop.api.world, { importTarget: shop.api.importTarget });
});
afterAll(async () => {
  await workers?.stop();
  await shop.close();
  await rm(directory, { recursive: true });
});

async function call(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(shop.connection.url + path, { method, headers: { authorization: `Bearer ${shop.connection.apiKey}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return await answer.json() as Record<string, unknown>;
}
const save = async (name: string, text: string): Promise<string> => {
  await writeFile(join(directory, name), text);
  return join(directory, name);
};
/** Runs the command in this process, and answers what it reports as JSON. */
async function ordo(path: string, ...words: string[]): Promise<FileResult & { code: number; said: string }> {
  const { code, out } = await imported(shop, ['orders', path, '--json', '--errors', join(directory, 'errors.ndjson'), ...words]);
  return { ...(JSON.parse(out) as FileResult), code, said: out };
}

/** An order of the shop's own words, in the currency of the channel here. */
const wooOrder = async (id: number, over: object = {}): Promise<Record<string, unknown>> => ({ ...(await fixture('woocommerce', 'paid')), id, number: String(id), ...over });

test('a file of a channel is translated by its connection, once, and what is refused is named and can be fed back', async () => {
  const orders = await Promise.all([101, 102, 103].map((id) => wooOrder(id)));
  const bad = { ...orders[1], line_items: 'none' };
  const path = await save('woo.json', JSON.stringify([orders[0], bad, orders[2]], null, 2));
  expect((await ordo(path)).said).toContain('--connection');
  expect((await ordo(path, '--connection', 'shopify')).said).toContain('a connection of WooCommerce');
  const trial = await ordo(path, '--connection', 'woo', '--dry-run');
  expect([trial.counts, trial.first]).toEqual([{ create: 2, update: 0, skip: 0, fail: 1 }, [expect.objectContaining({ detail: expect.stringContaining('#/line_items') })]]);
  expect(await shop.api.world.query('select from ordo.inbox')).toEqual([]);
  expect(await ordo(path, '--connection', 'woo')).toMatchObject({ code: EXIT.partly, rows: 3, counts: { create: 2, update: 0, skip: 0, fail: 1 } });
  expect(await ordo(path, '--connection', 'woo')).toMatchObject({ counts: { create: 0, update: 0, skip: 2, fail: 1 } });
  const errors = JSON.parse(await readFile(join(directory, 'errors.ndjson'), 'utf8')) as Record<string, unknown>;
  expect(errors).toMatchObject({ id: 102, line_items: 'none', error_code: expect.any(String) });
  const corrected = await save('corrected.ndjson', `${JSON.stringify({ ...errors, line_items: orders[1]?.['line_items'] })}\n`);
  expect(await ordo(corrected, '--connection', 'woo')).toMatchObject({ code: EXIT.ok, counts: { create: 1, fail: 0 } });
  const newer = await save('newer.json', JSON.stringify(await wooOrder(101, { customer_note: 'Ring twice', date_modified_gmt: '2029-01-01T00:00:00', date_modified: '2029-01-01T00:00:00' })));
  expect(await ordo(newer, '--connection', 'woo')).toMatchObject({ counts: { create: 0, update: 1, fail: 0 } });
  expect(await shop.api.world.query("select external_id from ordo.sales_order order by external_id")).toEqual([{ external_id: '101' }, { external_id: '102' }, { external_id: '103' }]);
  expect(await isClean(shop)).toBe(true);
});

test('the same file as a job; what its own currency refuses is quarantined and told', async () => {
  const order = await fixture('shopify', 'edited-guest');
  await call('PUT', '/v1/channels/shopify', { name: 'shopify', currency: String(order['currency']) });
  const body = JSON.stringify({ orders: [order, { ...order, id: 9_001, name: '#9001', admin_graphql_api_id: undefined, currency: 'XXX' }, await fixture('shopify', 'yen-gift-card')] });
  const answer = await fetch(`${shop.connection.url}/v1/jobs/imports?kind=orders&file=orders.json&connection=shopify`, { method: 'POST', headers: { authorization: `Bearer ${shop.connection.apiKey}`, 'content-type': 'application/json' }, body });
  const { id } = await answer.json() as Job;
  const jobNow = async (): Promise<Job> => (await fetch(`${shop.connection.url}/v1/jobs/${id}`, { headers: { authorization: `Bearer ${shop.connection.apiKey}` } })).json() as Promise<Job>;
  await until('the end of the job', async () => !['waiting', 'running'].includes((await jobNow()).state));
  const job = await jobNow();
  expect(job).toMatchObject({ state: 'done', rows: { done: 3, total: 3 }, problem: null, counts: { create: 1, fail: 2 } });
  const errors = await (await fetch(`${shop.connection.url}/v1/jobs/${id}/errors`, { headers: { authorization: `Bearer ${shop.connection.apiKey}` } })).text();
  expect(errors.trim().split('\n').map((line) => (JSON.parse(line) as { error_code: string }).error_code)).toEqual([expect.any(String), 'CURRENCY_MISMATCH']);
});
