import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../src/cli/command.ts';
import { createApi, type ImportApi } from '../../src/cli/import/api.ts';
import { readDataset } from '../../src/cli/import/dataset.ts';
import { FIXTURE, fixtureFiles, SALES, writeDirectory } from '../../src/cli/import/fixture.testing.ts';
import { importOlist } from '../../src/cli/import/import-olist.ts';
import { IssueLog } from '../../src/cli/import/issues.ts';
import { clockReader } from '../../src/files/local-time.ts';
import { planImport } from '../../src/cli/import/plan.ts';
import type { Report } from '../../src/cli/import/report.ts';
import { imported, isClean, killChildren, openShop, position, program, type Shop, silent, surviveDeaths } from '../support/import-shop.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const olist = join(root, '../shared/data/olist');
const settings = { channel: 'olist', currency: 'BRL', digits: 2, country: 'BR', timeZone: 'America/Sao_Paulo' };
const run = (directory: string, api: ImportApi, issues = new IssueLog()): ReturnType<typeof importOlist> => importOlist({ directory, settings, api, issues, progress: silent, now: Date.now() });

let directory: string;
let shop: Shop;
const toRemove: string[] = [];
beforeAll(async () => {
  directory = await writeDirectory(fixtureFiles());
  toRemove.push(directory);
  shop = await openShop();
});
afterEach(killChildren);
afterAll(async () => {
  await shop.close();
  for (const one of toRemove) await rm(one, { recursive: true, force: true });
});

const errorsFile = join(tmpdir(), `ordo-import-errors-${process.pid}.csv`);
toRemove.push(errorsFile, `${errorsFile}.none`);

test('orders reach the state the data give, every amount is accounted for, and a second run changes nothing', async () => {
  const first = await imported(shop, ['olist', directory, '--json', '--errors', errorsFile]);
  expect(first.code, first.err).toBe(EXIT.ok);
  const report = JSON.parse(first.out) as Report;
  const { orders: inData, captured, delivered, shipped, cancelled, inBetween, refused } = FIXTURE;
  expect(report.orders).toEqual({ in_data: inData, captured, delivered, shipped, cancelled, in_between: inBetween, refused });
  expect(report.states['canceled']).toEqual({ orders: 3, captured: 2, outcomes: { cancelled: 2 }, refused: { 'no items': 1 } });
  expect(report.totals.captured).toEqual({ merchandise: FIXTURE.merchandiseMinor, freight: FIXTURE.freightMinor, paid: FIXTURE.capturedPaidMinor });
  expect(report.totals.all.paid).toBe(FIXTURE.capturedPaidMinor + FIXTURE.refusedPaidMinor);
  expect(report.ordo_total_minor).toBe(FIXTURE.merchandiseMinor + FIXTURE.freightMinor);
  expect(report.changes).toEqual({ nodes: 3, items: 3, receipts: 25, orders: captured, facts: 2 + 1 + 21 + 2 + 19 + 16 });
  expect(report.clocks).toEqual({ orders: 5, kinds: { CARRIER_BEFORE_APPROVAL: 1, DELIVERED_BEFORE_CARRIER: 1, NO_DELIVERY_DATE: 1, DATES_PAST_STATUS: 2 } });
  expect(first.err).toMatch(/^Orders {5}21 in /m);
  const errors = (await readFile(errorsFile, 'utf8')).split('\r\n');
  expect(errors).toHaveLength(1 + 3 + 4 + 1 + 2 + 5 + 1);
  expect(errors.filter((row) => row.includes(',NO_ITEMS,')).map((row) => row.split(',')[2]).toSorted()).toEqual(['order-17', 'order-18', 'order-21']);

  const stock = await shop.api.world.query('select sum(on_hand)::int as on_hand, sum(reserved)::int as reserved from ordo.stock');
  // Cancelled goods stay on the shelf; what is in between is reserved.
  expect(stock).toEqual([{ on_hand: 2 + 4, reserved: 4 }]);
  expect(await isClean(shop)).toBe(true);

  const before = await position(shop);
  const second = await imported(shop, ['olist', directory, '--errors', errorsFile]);
  expect(second.code, second.err).toBe(EXIT.ok);
  expect(await position(shop)).toBe(before);
  expect(second.out).toContain('Nothing to do: all of it was there');
  expect(second.out.trimEnd().split('\n').slice(-3)).toEqual([
    '21 of 24 orders captured: 13 delivered, 2 shipped, 2 cancelled, 4 in between.', '3 refused: 3 no items.', 'Merchandise 925.80, freight 233.20, paid 1,270.99 BRL.',
  ]);
});

test('facts carry the clocks of the data, impossible ones put in order', async () => {
  const rows = await shop.api.world.query<{ external_id: string; type: string; occurred_at: Date }>(
    "select o.external_id, e.type, e.occurred_at from ordo.event e join ordo.sales_order o on o.id = e.order_id where o.external_id in ('order-1', 'order-9') order by e.position");
  const clockOf = (id: string, type: string): string | undefined => rows.find((row) => row.external_id === id && row.type === type)?.occurred_at.toISOString();
  expect(['OrderCaptured', 'ShipmentReleased', 'ShipmentShipped', 'ShipmentDelivered'].map((type) => clockOf('order-1', type))).toEqual([
    '2017-03-01T13:00:00.000Z', '2017-03-01T13:20:00.000Z', '2017-03-01T17:00:00.000Z', '2017-03-01T21:30:00.000Z',
  ]);
  expect(clockOf('order-9', 'ShipmentReleased')).toBe('2017-03-09T18:00:00.000Z');
  expect(clockOf('order-9', 'ShipmentShipped')).toBe('2017-03-09T18:00:00.000Z');
  const [held] = await shop.api.world.query<{ status: string }>("select status from ordo.sales_order where external_id = 'order-22'");
  expect(held?.status).toBe('ON_HOLD');
});

test('another directory goes on top, and takes orders further that the first left on the way', async () => {
  const later = SALES.map((sale) => (sale.status === 'processing' ? { ...sale, status: 'shipped', carrier: '16:00:00' } : sale));
  const second = await writeDirectory(fixtureFiles([...later, ...later.slice(0, 6)]), true);
  toRemove.push(second);
  const issues = new IssueLog();
  const { reconciled, changes } = await run(second, createApi(shop.connection), issues);
  expect(issues.faults).toBe(0);
  expect(changes).toEqual({ nodes: 0, items: 0, receipts: 6, orders: 6, facts: 3 * 6 + 1 });
  expect(reconciled.orders).toEqual({ in_data: 30, captured: 27, delivered: 19, shipped: 3, cancelled: 2, in_between: 3, refused: 3 });
  expect(await isClean(shop)).toBe(true);
});

test('an import that is killed anywhere goes on where it stopped', async () => {
  const [whole, interrupted] = [await openShop(), await openShop()];
  try {
    await run(directory, createApi(whole.connection));
    const deaths = await surviveDeaths(createApi(interrupted.connection), 2, (api) => run(directory, api));
    expect(deaths).toBeGreaterThan(8);
    expect(await position(interrupted)).toBe(await position(whole));
    const states = 'select external_id, status, total_minor from ordo.sales_order order by external_id';
    expect(await interrupted.api.world.query(states)).toEqual(await whole.api.world.query(states));
    const stock = 'select i.sku, s.on_hand, s.reserved from ordo.stock s join ordo.item i on i.id = s.item_id order by i.sku';
    expect(await interrupted.api.world.query(stock)).toEqual(await whole.api.world.query(stock));
    expect(await isClean(interrupted)).toBe(true);
  } finally {
    await whole.close();
    await interrupted.close();
  }
});

test('a process that is killed with SIGKILL is finished by the next', async () => {
  const victim = await openShop();
  try {
    const many = await writeDirectory(fixtureFiles(Array.from({ length: 28 }, (_, n) => SALES[n % 8] ?? { status: 'created' })));
    toRemove.push(many);
    const { child, err, ended } = program(victim, ['olist', many, '--errors', errorsFile]);
    const asked = Date.now();
    while (!err().includes('Products') && child.exitCode === null && Date.now() - asked < 60_000) await new Promise((resolve) => { setTimeout(resolve, 2); });
    child.kill('SIGKILL');
    await ended;
    const { code, out, err: said } = await program(victim, ['olist', many, '--errors', errorsFile]).ended;
    expect(code, said).toBe(EXIT.ok);
    expect(out).toContain('28 of 28 orders captured: 28 delivered');
    expect(await isClean(victim)).toBe(true);
  } finally {
    await victim.close();
  }
});

test('rows that cannot be used are left out with exit code 3; without a directory, a server or a key it fails', async () => {
  const files = fixtureFiles();
  const bad = await writeDirectory({ ...files, order_items: `${files['order_items']}order-15,2,ghost,north,,1.00,1.00\norder-16,2,lamp,north,,cheap,1.00\n` });
  toRemove.push(bad);
  const other = await openShop();
  try {
    const { code, out } = await imported(other, ['olist', bad, '--errors', errorsFile]);
    const wrong = await imported(other, ['olist', tmpdir(), '--errors', `${errorsFile}.none`]);
    expect(code).toBe(EXIT.partly);
    expect(out).toContain('19 of 24 orders captured: 13 delivered, 2 shipped, 0 cancelled, 4 in between.');
    expect(out).toContain('5 refused: 1 unknown product, 1 bad rows, 3 no items.');
    const errors = await readFile(errorsFile, 'utf8');
    expect(errors).toContain('order_items.csv,30,order-16,BAD_VALUE,"order_items.csv, row 30: price is ""cheap"", which is no amount of money.",');
    expect([wrong.code, wrong.err]).toEqual([EXIT.failed, expect.stringContaining('holds none of the files of this layout.')]);
    await expect(run(directory, createApi({ url: 'http://127.0.0.1:9', apiKey: 'none' }))).rejects.toMatchObject({ code: 'NO_ANSWER', message: 'Nothing answers at http://127.0.0.1:9.' });
    await expect(run(directory, createApi({ ...other.connection, apiKey: 'none' }))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  } finally {
    await other.close();
  }
});

test.runIf(existsSync(olist))('the real data are read to the cent (../shared/data/olist; skipped where it is absent)', async () => {
  const issues = new IssueLog();
  const dataset = await readDataset({ directory: olist, digits: 2, clock: clockReader(settings.timeZone), issues, progress: () => undefined });
  const plan = planImport(dataset, issues, Date.now());
  const sum = (of: (order: (typeof plan.orders)[number]) => number): number => plan.orders.reduce((total, order) => total + of(order), 0);
  const refusedPaid = plan.refused.flatMap(({ source }) => source.payments).reduce((total, { valueMinor }) => total + valueMinor, 0);
  expect([sum((order) => order.merchandise), sum((order) => order.freight), sum((order) => order.paid) + refusedPaid]).toEqual([88_303_234, 14_695_182, 104_041_807]);
  const targets: Record<string, number> = {};
  for (const { target } of plan.orders) targets[target] = (targets[target] ?? 0) + 1;
  expect([targets, plan.refused.length, dataset.orders.length]).toEqual([{ delivered: 6465, shipped: 78, cancelled: 30, accepted: 54 }, 58, 6685]);
  expect(Object.fromEntries(issues.counts)).toMatchObject({ NO_ITEMS: 58, NOT_APPROVED: 8, PAYMENT_DIFFERS: 36, DATES_PAST_STATUS: 11, CARRIER_BEFORE_APPROVAL: 8, DELIVERED_BEFORE_CARRIER: 3 });
  expect(issues.faults).toBe(0);
});
