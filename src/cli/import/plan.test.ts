import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orderClocks } from './clocks.ts';
import { readDataset, type SourceOrder } from './dataset.ts';
import { fixtureFiles, writeDirectory } from './fixture.testing.ts';
import { IssueLog, ISSUES, writeIssues } from './issues.ts';
import { TARGETS, type Target } from './layout.ts';
import { clockReader } from '../../files/local-time.ts';
import { keyOf } from '../../files/import/key.ts';
import { captureBody, planImport, receiptsOf } from './plan.ts';
import { createProgress } from './progress.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const settings = { channel: 'olist', currency: 'BRL', digits: 2, country: 'BR', timeZone: 'America/Sao_Paulo' };
const where = { file: 'orders.csv', row: 2, orderId: 'o' };

function sale(clocks: Partial<SourceOrder>): SourceOrder {
  return { row: 2, id: 'o', customerId: 'c', status: 'delivered', purchased: 100, approved: null, carrier: null, delivered: null, estimated: null, items: [], payments: [], bad: false, ...clocks };
}

function clocksOf(target: Target, clocks: Partial<SourceOrder>, now = NOW): { clocks: (number | null)[]; codes: string[] } {
  const issues = new IssueLog();
  const { placed, approved, shipped, delivered } = orderClocks(sale(clocks), target, where, issues, now);
  return { clocks: [placed, approved, shipped, delivered], codes: issues.list.map(({ code }) => code) };
}

test('clocks that can be are taken as they are', () => {
  expect(clocksOf('delivered', { approved: 110, carrier: 120, delivered: 130 })).toEqual({ clocks: [100, 110, 120, 130], codes: [] });
  expect(clocksOf('delivered', { approved: 100, carrier: 100, delivered: 100 })).toEqual({ clocks: [100, 100, 100, 100], codes: [] });
  expect(clocksOf('cancelled', { approved: 110 })).toEqual({ clocks: [100, 110, null, null], codes: [] });
});

test('impossible clocks are put in order, and each correction is counted', () => {
  expect(clocksOf('delivered', { approved: 90, carrier: 120, delivered: 130 })).toEqual({ clocks: [100, 100, 120, 130], codes: ['APPROVED_BEFORE_PURCHASE'] });
  expect(clocksOf('delivered', { approved: 125, carrier: 120, delivered: 130 })).toEqual({ clocks: [100, 125, 125, 130], codes: ['CARRIER_BEFORE_APPROVAL'] });
  expect(clocksOf('delivered', { approved: 125, carrier: 120, delivered: 122 })).toEqual({ clocks: [100, 125, 125, 125], codes: ['CARRIER_BEFORE_APPROVAL', 'DELIVERED_BEFORE_CARRIER'] });
  expect(clocksOf('delivered', { approved: 110 })).toEqual({ clocks: [100, 110, 110, 110], codes: ['NO_CARRIER_DATE', 'NO_DELIVERY_DATE'] });
  expect(clocksOf('cancelled', { approved: 110, carrier: 120, delivered: 130 })).toEqual({ clocks: [100, 110, null, null], codes: ['DATES_PAST_STATUS'] });
  expect(clocksOf('shipped', { approved: 110, carrier: 120, delivered: 130 })).toEqual({ clocks: [100, 110, 120, null], codes: ['DATES_PAST_STATUS'] });
  expect(clocksOf('delivered', { approved: 110, carrier: 120, delivered: 130 }, 125)).toEqual({ clocks: [100, 110, 120, 125], codes: ['CLOCK_IN_FUTURE'] });
});

test('every status of the data has a target', () => {
  expect(Object.keys(TARGETS).toSorted()).toEqual(['approved', 'canceled', 'created', 'delivered', 'invoiced', 'processing', 'shipped', 'unavailable']);
});

test('an order of the data becomes one line for each row, at its seller', async () => {
  const directory = await writeDirectory(fixtureFiles());
  const issues = new IssueLog();
  const dataset = await readDataset({ directory, digits: 2, clock: clockReader(settings.timeZone), issues, progress: () => undefined });
  await rm(directory, { recursive: true });
  const plan = planImport(dataset, issues, NOW);
  const [eighth] = plan.orders.filter(({ source }) => source.id === 'order-8');
  expect(eighth && captureBody(eighth, dataset, settings)).toEqual({
    channel: 'olist', external_id: 'order-8', currency: 'BRL', placed_at: '2017-03-08T13:00:00.000Z',
    lines: [
      { sku: 'vase', quantity: '1', unit_price: '8.00', external_id: '1', node: 'nowhere' }, { sku: 'chair', quantity: '1', unit_price: '120.00', external_id: '2', node: 'south' },
      { sku: 'lamp', quantity: '1', unit_price: '19.90', external_id: '3', node: 'north' },
    ],
    totals: { shipping_minor: 3535 }, payment: { state: 'paid', payments: [{ tender: 'boleto', amount_minor: 18325 }] },
    ship_to: { street: 'Not in the data', city: 'a town', region: 'SP', postcode: '01001', country: 'BR', coordinates: { latitude: -23.5, longitude: -46.6 } },
    attributes: { source_status: 'delivered', estimated_delivery: '2017-03-08T03:00:00.000Z' },
  });
  const [sixth] = plan.orders.filter(({ source }) => source.id === 'order-6');
  expect(sixth && receiptsOf(sixth.source.items)).toEqual([{ sku: 'lamp', node: 'north', quantity: 3 }]);
  const unapproved = plan.orders.find(({ source }) => source.id === 'order-12');
  expect(unapproved && captureBody(unapproved, dataset, settings)).toMatchObject({ payment: { state: 'pending' } });
  expect([...plan.sellers].toSorted()).toEqual(['north', 'nowhere', 'south']);
  expect(Object.fromEntries(issues.counts)).toEqual({
    NO_ITEMS: 3, NOT_APPROVED: 4, PAYMENT_DIFFERS: 1, NO_COORDINATES: 2, CARRIER_BEFORE_APPROVAL: 1, DELIVERED_BEFORE_CARRIER: 1, NO_DELIVERY_DATE: 1, DATES_PAST_STATUS: 2,
  });
});

test('keys are the same in every run, printable, and differ for every step', () => {
  expect(keyOf(settings, 'order-1', 'ship', '2')).toBe('olist:order-1:ship:2');
  expect(keyOf(settings, 'pedido é', 'ship')).toMatch(/^import:[0-9a-f]{64}$/);
  expect(keyOf(settings, 'a:b', 'c')).not.toBe(keyOf(settings, 'a', 'b:c'));
  expect(keyOf(settings, 'x'.repeat(300), 'ship')).not.toBe(keyOf(settings, 'x'.repeat(300), 'deliver'));
});

test('the error file is CSV that a spreadsheet opens without running it', async () => {
  const directory = await writeDirectory({});
  const issues = new IssueLog();
  issues.add('BAD_VALUE', { file: 'orders.csv', row: 7, orderId: '=cmd()' }, 'price is "1,5",\nwhich is no amount.');
  issues.refusal({ file: 'orders.csv' }, { code: 'UNKNOWN_ITEM', detail: 'There is no item.' });
  await writeIssues(join(directory, 'errors.csv'), issues.list);
  const text = await readFile(join(directory, 'errors.csv'), 'utf8');
  await rm(directory, { recursive: true });
  const [heading, first, ...rest] = text.split('\r\n');
  expect(heading).toBe('file,row,order_id,code,message,suggestion');
  expect(first).toMatch(/^orders\.csv,7,'=cmd\(\),BAD_VALUE,"price is ""1,5"",\nwhich is no amount\.",/);
  expect(rest[0]).toMatch(/^orders\.csv,,,UNKNOWN_ITEM,There is no item\.,/);
  expect(issues.faults).toBe(2);
});

test('progress shows a bar with rate and time left on a terminal, and plain lines elsewhere', () => {
  for (const isTerminal of [true, false]) {
    let at = 0;
    const [shown, notes]: [string[], string[]] = [[], []];
    const progress = createProgress({ progress: (text) => void shown.push(text), note: (text) => void notes.push(text) }, isTerminal, () => at);
    progress.stage('Orders', 2000);
    at = 10_000;
    progress.add(500);
    at = 12_000;
    progress.add(1500);
    progress.end();
    progress.stage('Nothing', 0);
    progress.end();
    expect(shown).toEqual(isTerminal ? ['Orders     [--------------------] 0/2,000  0 %  0/s', 'Orders     [#####---------------] 500/2,000  25 %  50/s  0:30 left', 'Orders     [####################] 2,000/2,000  100 %  167/s  0:00 left'] : []);
    expect(notes).toEqual([...(isTerminal ? [] : ['Orders: 500 of 2,000, 50/s, 0:30 left']), 'Orders     2,000 in 12.0 s, 167/s']);
  }
});

test('the guide names every code of the error file, and which of them make the import partial', async () => {
  const guide = await readFile(new URL('../../../docs/how-to/import-your-orders.md', import.meta.url), 'utf8');
  const [faults = '', others = ''] = guide.slice(guide.indexOf('| code | what it means')).split('The others only tell');
  for (const [code, { fault }] of Object.entries(ISSUES)) expect(fault ? faults : others, code).toContain(`\`${code}\``);
});
