import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../src/cli/command.ts';
import { createApi } from '../../src/cli/import/api.ts';
import { type FileResult, importFile } from '../../src/cli/import/import-file.ts';
import { EXPORT_KINDS, exportColumns } from '../../src/files/export/write.ts';
import type { FileKind } from '../../src/files/import/fields.ts';
import { clockReader } from '../../src/files/local-time.ts';
import { commandLine, reach } from '../support/cli.ts';
import { isClean, openShop, type Shop, silent } from '../support/import-shop.ts';

let directory: string;
let shop: Shop;
const hostile = ['=HYPERLINK("http://evil.example","x")', '+49 30 1', '-2+3', '@SUM(A1)', '＝1', "'=1", '\u202e=1', 'a;=1', 'a,"b"\r\nc', '<script>alert(1)</script>', "it's", '-5', 'Käse | Wurst', '日本'];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ordo-export-'));
  shop = await openShop();
  await fill(shop);
});
afterAll(async () => {
  await shop.close();
  await rm(directory, { recursive: true });
});

const at = (name: string): string => join(directory, name);
const post = async ({ connection }: Shop, path: string, lines: readonly object[]): Promise<void> => {
  const answer = await fetch(connection.url + path, { method: 'POST', headers: { authorization: `Bearer ${connection.apiKey}`, 'content-type': 'application/x-ndjson' }, body: lines.map((line) => JSON.stringify(line)).join('\n') });
  for (const line of (await answer.text()).trim().split('\n')) expect(JSON.parse(line)).not.toHaveProperty('problem');
};

/** Goods, places and orders whose every text is one that does harm where it is not treated as text. */
async function fill(one: Shop): Promise<void> {
  await createApi(one.connection).saveChannel('=web', { name: '=Web', currency: 'EUR', when_unavailable: 'backorder' }, 'channel');
  await post(one, '/v1/nodes/bulk', [{ code: '@node', name: '=Node', address: { city: '-City', postcode: '00123' }, coordinates: { latitude: -33.9, longitude: 18.4 }, item_classes: ['standard', 'a|b'], operations: { cut_offs: [{ carrier: '=dhl', time: '14:00' }], services: ['=dhl/@parcel'], processing: { minutes_per_backlog_order: '0.25' }, paused_until: '2030-01-01T00:00:00Z' } }, { code: 'B', name: 'B' }]);
  await post(one, '/v1/items/bulk', hostile.map((text, n) => ({
    sku: `${text}`, name: text, weight_grams: n, ...(n === 0 ? { quantity_scale: 3, base_unit: 'kg', units: [{ name: 'sack', factor: 25_000 }], attributes: { '=a': '=b' }, dimensions_mm: [1, 2, 3] } : {}),
  })));
  await post(one, '/v1/items/bulk', [{ sku: '=KIT', name: 'Kit', components: [{ sku: hostile[1], quantity: 2 }, { sku: hostile[2], quantity: 1 }], ship_together: true }]);
  await post(one, '/v1/stock/receipts/bulk', [{ sku: hostile[0], node: '@node', quantity: '2.5' }, { sku: hostile[1], node: 'B', quantity: '40' }, { sku: hostile[1], node: 'B', quantity: '3', condition: 'B', owner: '=owner' }]);
  await post(one, '/v1/orders/bulk', hostile.map((text, n) => ({
    channel: '=web', external_id: text, currency: 'EUR', placed_at: '2026-03-01T10:00:00.000Z', note: text, customer: { name: text, email: '=a@example.com' }, attributes: { key: text },
    ship_to: { name: text, street: text, city: text, country: 'DE', coordinates: { latitude: 52.5, longitude: 13.4 } }, bill_to: { company: text },
    totals: { shipping_minor: 490, other_minor: -90, tax_minor: 100, tax_included: true }, payment: { state: 'paid', payments: [{ tender: text, amount_minor: 5, reference: text }] },
    lines: [{ sku: hostile[1], quantity: '1', unit_price: '2.50', discount_minor: 1, external_id: text }, { sku: hostile[n] ?? '', quantity: n === 0 ? '0.250' : 2, unit_price: '1.10', external_id: 'second' }],
  })));
  await post(one, '/v1/orders/bulk', [{
    channel: '=web', external_id: 'kit', currency: 'EUR', placed_at: '2026-03-01T10:00:00.000Z', customer: { name: 'N', class: '=trade', locale: 'de-DE', ip: '192.0.2.1' },
    lines: [{ sku: '=KIT', quantity: 3, unit_price: '9.00', external_id: '1' }],
  }]);
}

const download = async ({ connection }: Shop, kind: string, query = '', key = connection.apiKey): Promise<Response> => fetch(`${connection.url}/v1/exports/${kind}?${query}`, { headers: { authorization: `Bearer ${key}` } });
const exported = async (one: Shop, kind: string, query = ''): Promise<string> => (await download(one, kind, query)).text();

async function importInto(one: Shop, kind: FileKind, name: string, content: string): Promise<FileResult> {
  await writeFile(at(name), content);
  return importFile({
    path: at(name), kind, map: new Map(), connector: null, reading: { clock: clockReader('UTC'), currency: null }, errorsFile: at(`${name}.errors`), api: createApi(one.connection), progress: silent,
    options: { channel: null, currency: null, connection: null, createItems: false, endlessStock: false, priceList: null, rateCard: null, isTrial: false },
  });
}

/** Without what each Ordo gives of its own. */
const withoutOwn = (ndjson: string): unknown[] => ndjson.trim().split('\n').map((line) => {
  const { ordo: _told, ...body } = JSON.parse(line) as Record<string, unknown>;
  return body;
}).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

test.each(['csv', 'ndjson'])('what is exported as %s is imported as the same, however hostile it is', async (format) => {
  const other = await openShop();
  try {
    await createApi(other.connection).saveChannel('=web', { name: '=Web', currency: 'EUR', when_unavailable: 'backorder' }, 'channel');
    for (const kind of ['nodes', 'items', 'stock', 'orders'] as const) {
      const result = await importInto(other, kind, `round-${kind}.${format}`, await exported(shop, kind, `format=${format}`));
      expect([kind, result.counts.fail, result.codes, result.first]).toEqual([kind, 0, {}, []]);
      expect(withoutOwn(await exported(other, kind, 'format=ndjson'))).toEqual(withoutOwn(await exported(shop, kind, 'format=ndjson')));
      // Again, nothing is created; orders say of themselves that they are there.
      if (kind === 'nodes' || kind === 'items') expect((await importInto(other, kind, `round-${kind}.${format}`, await exported(shop, kind, `format=${format}`))).counts).toMatchObject({ create: 0, update: 0 });
    }
    expect(await isClean(other)).toBe(true);
  } finally {
    await other.close();
  }
});

test('the components of kits are no lines of an export', async () => {
  const kit = (await exported(shop, 'orders', 'format=ndjson')).trim().split('\n').map((line) => JSON.parse(line) as { external_id: string }).find(({ external_id: id }) => id === 'kit');
  expect(kit).toMatchObject({ customer: { name: 'N', class: '=trade', locale: 'de-DE', ip: '192.0.2.1' }, lines: [{ sku: '=KIT', quantity: '3', unit_price: '9.00' }] });
});

test('no cell of any table is one that a spreadsheet runs, and every row has every column', async () => {
  for (const kind of EXPORT_KINDS) {
    const text = Buffer.from(await (await download(shop, kind, 'bom=true')).arrayBuffer()).toString();
    expect(text.startsWith('\uFEFF')).toBe(true);
    const [heading, ...rows] = parse(text, { bom: true }) as string[][];
    expect(heading).toEqual(exportColumns(kind));
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) {
      expect(row.length).toBe(heading?.length);
      for (const cell of row) expect(cell).not.toMatch(/^[\s\p{Cc}\p{Cf}]*[=+@＝＋－＠-](?!\d+(?:\.\d+)?$)/u);
    }
  }
});

test('the guide lists every column that an export adds', async () => {
  const guide = await readFile(new URL('../../docs/how-to/export.md', import.meta.url), 'utf8');
  for (const kind of EXPORT_KINDS) for (const column of exportColumns(kind)) expect(guide + (await readFile(new URL('../../docs/how-to/import-your-orders.md', import.meta.url), 'utf8')), `${kind}.${column}`).toContain(`\`${column}\``);
});

test('orders are chosen like in the list, and names stay with those who may see them', async () => {
  expect((await exported(shop, 'orders', 'format=ndjson&status=CANCELLED'))).toBe('');
  expect((await exported(shop, 'orders', 'format=ndjson&captured_from=2100-01-01T00:00:00Z'))).toBe('');
  expect((await exported(shop, 'stock', 'format=ndjson&node=B')).trim().split('\n')).toHaveLength(2);
  expect((await exported(shop, 'events', 'format=ndjson&after=3')).split('\n')[0]).toContain('"position":4');
  const key = await shop.api.keyWith(['orders:read']);
  const [first = ''] = (await (await download(shop, 'orders', 'format=ndjson', key)).text()).split('\n');
  expect(Object.keys(JSON.parse(first) as object)).not.toEqual(expect.arrayContaining(['ship_to']));
  expect((await download(shop, 'items', '', key)).status).toBe(403);
  expect((await download(shop, 'orders', 'format=xml&since=1')).status).toBe(422);
});

test('the command line writes a whole file or none', async () => {
  const done = await shop.api.ordo('export', 'orders', '--out', at('orders.csv'), '--json');
  expect([done.code, JSON.parse(done.out)]).toMatchObject([EXIT.ok, { kind: 'orders', rows: hostile.length * 2 + 1 }]);
  expect(await readFile(at('orders.csv'), 'utf8')).toBe(await exported(shop, 'orders'));
  const breaking = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/csv' });
    response.write('sku\r\nA\r\n', () => setTimeout(() => response.destroy(), 50));
  });
  await new Promise<void>((resolve) => breaking.listen(0, '127.0.0.1', resolve));
  const broken = { url: `http://127.0.0.1:${(breaking.address() as AddressInfo).port}`, apiKey: 'key-for-a-test' };
  const { code, err } = await commandLine(['export', 'items', '--out', at('half.csv')], reach(broken));
  breaking.close();
  expect([code, err]).toEqual([EXIT.failed, expect.stringContaining('is not whole')]);
  expect((await readdir(directory)).filter((name) => name.startsWith('half'))).toEqual([]);
});
