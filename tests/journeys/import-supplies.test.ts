import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../src/cli/command.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { anItem, aNode } from '../support/world.ts';

/** Purchase orders and transfers from files, with the examples of the guide. */

let database: TestDatabase;
let server: TestApi;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ordo-supplies-'));
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem('TEAPOT'), anItem('CUP')], nodes: [aNode('berlin'), aNode('munich')], channels: [] });
});
afterAll(async () => {
  await server.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

const announced = async (): Promise<unknown[]> => (await server.world.query<{ reference: string; sku: string; quantity: number; confidence: number; due: string; kind: string }>(
  `select s.kind, s.reference, i.sku, s.quantity::int, s.confidence::int, to_char(s.due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as due from ordo.supply s join ordo.item i on i.id = s.item_id order by s.reference, i.sku`,
)).map(({ kind, reference, sku, quantity, confidence, due }) => [kind, reference, sku, quantity, confidence, due]);
async function imported(path: string, ...words: string[]): Promise<{ code: number | null; counts: unknown; first: unknown; codes: unknown }> {
  const { code, out, err } = await server.ordo('import', 'supplies', path, '--json', '--errors', join(directory, 'errors'), ...words);
  if (!out.startsWith('{')) throw new Error(err);
  return { ...JSON.parse(out) as { counts: unknown; first: unknown; codes: unknown }, code };
}
const saved = async (name: string, lines: readonly string[]): Promise<string> => {
  await writeFile(join(directory, name), `${lines.join('\n')}\n`);
  return join(directory, name);
};

test('a table announces whole documents once, and a trial says so before', async () => {
  const table = 'docs/examples/supplies/supplies.csv';
  expect(await imported(table, '--dry-run')).toMatchObject({ code: EXIT.ok, counts: { create: 2, update: 0, skip: 0, fail: 0 } });
  expect(await announced()).toEqual([]);
  expect(await imported(table, '--time-zone', 'Europe/Berlin')).toMatchObject({ code: EXIT.ok, counts: { create: 2, skip: 0, fail: 0 } });
  const expected = [
    ['purchase_order', 'PO-2201', 'CUP', 200, 70, '2027-03-08 07:00'], ['purchase_order', 'PO-2201', 'TEAPOT', 48, 90, '2027-03-01 07:00'], ['transfer', 'TR-17', 'CUP', 24, 0, '2027-02-12 07:00'],
  ];
  expect(await announced()).toEqual(expected);
  for (const trial of [['--dry-run'], []]) expect(await imported(table, '--time-zone', 'Europe/Berlin', ...trial)).toMatchObject({ code: EXIT.ok, counts: { create: 0, skip: 2, fail: 0 } });
  expect(await announced()).toEqual(expected);
});

test('lines of JSON do the same', async () => {
  expect(await imported('docs/examples/supplies/supplies.ndjson')).toMatchObject({ code: EXIT.ok, counts: { create: 2 } });
  expect((await announced()).filter((one) => /PO-2202|TR-18/.test(JSON.stringify(one)))).toEqual([
    ['purchase_order', 'PO-2202', 'CUP', 36, 100, '2027-03-05 08:00'], ['purchase_order', 'PO-2202', 'TEAPOT', 12, 100, '2027-03-01 08:00'], ['transfer', 'TR-18', 'TEAPOT', 6, 0, '2027-02-12 08:00'],
  ]);
});

test('bad rows are named, their documents left out whole, and can be corrected in the file of errors', async () => {
  const before = await announced();
  const bad = await saved('bad.csv', [
    'PO Number;Warehouse;item;qty;ETA;source', 'PO-2201;berlin;CUP;1;2027-03-01;', 'B-1;nowhere;CUP;1;2027-03-01;', 'B-2;berlin;NONE;1;2027-03-01;', 'B-2;berlin;CUP;1;2027-03-01;',
    'B-3;berlin;CUP;many;2027-03-01;', 'B-4;berlin;CUP;1;soon;', 'B-5;berlin;CUP;1;;', 'B-6;berlin;CUP;1;2027-03-01;', 'B-6;munich;CUP;1;2027-03-01;', 'B-7;berlin;CUP;1;2027-03-01;berlin', 'B-8;berlin;CUP;0;2027-03-01;',
  ]);
  for (const trial of [['--dry-run'], []]) {
    const answer = await imported(bad, ...trial);
    expect(answer).toMatchObject({ code: EXIT.partly, counts: { create: 0, fail: 9 } });
    expect((answer.first as { line: number; code: string }[]).map(({ line, code }) => `${line} ${code}`)).toEqual([
      '2 DUPLICATE_VALUE', '3 UNKNOWN_NODE', '4 UNKNOWN_ITEM', '6 UNREADABLE_ROW', '7 UNREADABLE_ROW', '8 UNREADABLE_ROW', '9 UNREADABLE_ROW', '11 DUPLICATE_VALUE', '12 QUANTITY_NOT_POSITIVE',
    ]);
  }
  const errors = await readFile(join(directory, 'errors'), 'utf8');
  for (const said of ['qty is "many"', 'ETA is "soon"', 'ETA is empty', 'node is "munich" here, and "berlin" in a row of the same document before', 'A transfer goes from one node to another.']) expect(errors).toContain(said.replaceAll('"', '""'));
  expect(await announced()).toEqual(before);
  const corrected = await saved('corrected.csv', errors.replaceAll('NONE', 'TEAPOT').split('\n').filter((line, n) => n === 0 || line.startsWith('B-2')));
  expect(await imported(corrected)).toMatchObject({ code: EXIT.ok, counts: { create: 1, fail: 0 } });
  expect((await announced()).length).toBe(before.length + 2);
});

test('a table without what a document needs, or with a heading of another meaning, is refused', async () => {
  const { code, err } = await server.ordo('import', 'supplies', await saved('short.csv', ['reference,sku,quantity,due_at', 'X,CUP,1,2027-03-01']));
  expect(code).not.toBe(0);
  expect(err).toContain('has no column node');
  expect(await imported(await saved('mapped.csv', ['Beleg,Lager,Artikel,Menge,Termin', 'M-1,berlin,CUP,5,2027-04-01']), '--map', 'Beleg=reference,Lager=node,Artikel=sku,Menge=quantity,Termin=due_at')).toMatchObject({ counts: { create: 1 } });
});

test('lines that are no purchase order or transfer are refused, every field of them', async () => {
  const answer = await fetch(`${server.url}/v1/supply-orders/bulk`, {
    method: 'POST', headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/x-ndjson' },
    body: '{"kind":"return","reference":"R","node":"berlin","due_at":"2027-03-01T00:00:00Z","lines":[]}\n{"kind":"transfer","reference":"T","node":"berlin","due_at":"2027-03-01T00:00:00Z","lines":[{"sku":"CUP","quantity":1}]}\n',
  });
  expect((await answer.text()).trim().split('\n').map((line) => (JSON.parse(line) as { problem: { errors: { pointer: string }[] } }).problem.errors.map(({ pointer }) => pointer))).toEqual([['#/kind'], ['#/from_node']]);
});
