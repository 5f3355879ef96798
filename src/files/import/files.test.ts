import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { delimiterOf, detectFormat, localFile } from '../text-file.ts';
import { LineFile } from '../error-rows.ts';
import { clockReader } from '../local-time.ts';
import { type Entry, openSource, type Source } from './entries.ts';
import { FILE_FIELDS, type FileKind, parseMap, REQUIRED } from './fields.ts';

let directory: string;
let files = 0;
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'ordo-files-')); });
afterAll(() => rm(directory, { recursive: true }));

async function write(bytes: string | Buffer, ending = 'csv'): Promise<string> {
  const path = join(directory, `file-${(files += 1)}.${ending}`);
  await writeFile(path, bytes);
  return path;
}

const utf16 = (text: string, big: boolean): Buffer => {
  const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return big ? little.swap16() : little;
};

const sourceOf = async (bytes: string | Buffer, kind: FileKind, map: Record<string, string> = {}, ending = 'csv', connector: string | null = null): Promise<Source> =>
  openSource({ file: localFile(await write(bytes, ending)), kind, map: new Map(Object.entries(map)), reading: { clock: clockReader('Europe/Berlin'), currency: 'EUR' }, connector });

async function entriesOf(...given: Parameters<typeof sourceOf>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of (await sourceOf(...given)).entries()) entries.push(entry);
  return entries;
}

const bodiesOf = async (...given: Parameters<typeof sourceOf>): Promise<unknown[]> => (await entriesOf(...given)).map(({ body, fault }) => fault ?? body);

test('a file is read in whatever it is written in, and with whatever separates it', async () => {
  const table = 'sku,name\nA1,Käse "groß"\n';
  const expected = [{ sku: 'A1', name: 'Käse "groß"' }];
  for (const bytes of [table, `\uFEFF${table}`, utf16(table, false), utf16(table, true), Buffer.from(table, 'latin1'), table.replaceAll(',', ';'), table.replaceAll(',', '\t'), table.replaceAll(',', '|'), table.replaceAll('\n', '\r\n')]) {
    expect(await bodiesOf(bytes, 'items')).toEqual(expected);
  }
  expect(await bodiesOf(gzipSync(Buffer.from(table, 'latin1')), 'items', {}, 'csv.gz')).toEqual(expected);
  // 0x80 is the euro sign of Windows-1252; a letter of UTF-8 that a chunk cuts in two is still UTF-8.
  expect(await bodiesOf(Buffer.concat([Buffer.from('sku,name\nA1,5 '), Buffer.from([0x80])]), 'items')).toEqual([{ sku: 'A1', name: '5 €' }]);
  const long = await write(`sku,name\nA1,x${'ä'.repeat(100_000)}\n`);
  expect(await detectFormat(localFile(long))).toEqual({ encoding: 'utf-8', lines: 2, first: 'sku,name' });
  expect([delimiterOf('"a,b,c";d'), delimiterOf('sku'), delimiterOf('a\tb')]).toEqual([';', ',', '\t']);
});

test('headings are found by their meaning, however they are written, or as the caller says', async () => {
  expect(await bodiesOf('Article Number;Title;WEIGHT_G;Backorder;attribute:colour;Length;width;height;ignored\nA1;Cup;250;yes;blue;10;20;30;x\nA2;;;;;;;;\n', 'items')).toEqual([
    { sku: 'A1', name: 'Cup', weight_grams: 250, backorder: true, attributes: { colour: 'blue' }, dimensions_mm: [10, 20, 30] }, { sku: 'A2' },
  ]);
  expect(await bodiesOf('ArtNr,sku,Bez\nA1,other,Cup\n', 'items', { artnr: 'sku', Bez: 'name' })).toEqual([{ sku: 'A1', name: 'Cup' }]);
  expect(await bodiesOf('code,name,lat,lng,zip,city,country,item_classes,time_zone\nB,Berlin,"52.5",13.4,10115,Berlin,DE,standard|cold,Europe/Berlin\n', 'nodes')).toEqual([
    { code: 'B', name: 'Berlin', coordinates: { latitude: 52.5, longitude: 13.4 }, address: { postcode: '10115', city: 'Berlin', country: 'DE' }, item_classes: ['standard', 'cold'], time_zone: 'Europe/Berlin' },
  ]);
  expect(await bodiesOf('sku;location;qty;date\nA1;B;2,5;2026-03-01 10:00\n', 'stock')).toEqual([{ sku: 'A1', node: 'B', quantity: '2.5', occurred_at: '2026-03-01T09:00:00.000Z' }]);
  await expect(sourceOf('sku,what\n', 'stock')).rejects.toMatchObject({ code: 'MISSING_COLUMN', message: expect.stringMatching(/has no column node, quantity\.$/) });
  await expect(sourceOf('sku\n', 'items', { nothing: 'name' })).rejects.toMatchObject({ code: 'MISSING_COLUMN' });
  await expect(sourceOf('sku\n', 'items', { sku: 'nothing' })).rejects.toThrow('items have no field "nothing"');
  await expect(sourceOf('', 'items')).rejects.toMatchObject({ code: 'EMPTY_FILE' });
  await expect(openSource({ file: localFile(join(directory, 'none.csv')), kind: 'items', map: new Map(), reading: { clock: clockReader('UTC'), currency: null }, connector: null })).rejects.toMatchObject({ code: 'WRONG_FILE' });
});

test('rows of one order stand together; what they say of the order must agree', async () => {
  const rows = [
    'order,sku,qty,price,shipping,email,ship_city,ship_country,date', 'O1,A,1,2.50,4.90,a@example.com,Berlin,de,2026-03-01 10:00', 'O1,A,1,2.50,,,,,', 'O2,B,2,1,,,,,',
    'O3,B,1,1,1.00,,,,', 'O3,B,1,1,2.00,,,,', ',B,1,1,,,,,', 'O4,,1,1,,,,,', 'O5,B,1',
  ];
  const entries = await entriesOf(`${rows.join('\n')}\n`, 'orders');
  expect(entries.map(({ line, rows: own, fault }) => [line, own.length, fault])).toEqual([
    [2, 2, null], [4, 1, null], [5, 2, 'totals'], [7, 1, 'order is empty'], [8, 1, 'sku is empty'], [9, 1, '3 fields, and the heading has 9'],
  ].map(([line, count, fault]) => [line, count, fault === 'totals' ? 'shipping_minor is "200" here, and "100" in a row of the same order before' : fault]));
  expect(entries[0]?.body).toEqual({
    external_id: 'O1', placed_at: '2026-03-01T09:00:00.000Z', totals: { shipping_minor: 490 }, customer: { email: 'a@example.com' }, ship_to: { city: 'Berlin', country: 'DE' },
    lines: [{ external_id: '1', sku: 'A', quantity: '1', unit_price: '2.50' }, { external_id: '2', sku: 'A', quantity: '1', unit_price: '2.50' }],
  });
});

test('a value that is none is a fault that names its column', async () => {
  expect(await bodiesOf('sku,weight_grams,backorder,length\nA,heavy,,\nB,,maybe,\nC,,,5\n', 'items')).toEqual([
    'weight_grams is "heavy", which is no whole number', 'backorder is "maybe", which is neither yes nor no', 'length_mm, width_mm and height_mm go together',
  ]);
  expect(await bodiesOf('sku,node,qty,date\nA,B,1;5,\nA,B,1,soon\n', 'stock')).toEqual(['qty is "1;5", which is no plain number such as 2.50', 'date is "soon", which is no time such as 2026-03-01 10:00']);
  expect(await bodiesOf('order,sku,qty,price,shipping,currency\nO,A,1,1,1.999,JPY\n', 'orders')).toEqual(['shipping is "1.999", which is no amount of JPY']);
});

test('lines of JSON are bodies; what is none is named', async () => {
  const lines = ['{"sku":"A","name":"Cup","error_line":7,"error_code":"X","error_detail":"y"}', '', '[1]', '{"sku":', '{"sku":"B"}'].join('\n');
  expect((await entriesOf(lines, 'items', {}, 'ndjson')).map(({ line, body, fault }) => [line, fault ?? body])).toEqual([
    [7, { sku: 'A', name: 'Cup' }], [3, 'the line is no JSON object'], [4, 'the line is no JSON'], [5, { sku: 'B' }],
  ]);
});

test('what could not be used is written as it was, with its line, and reads back the same', async () => {
  const source = await sourceOf('sku;name;qty\nA1;"Cup; ""blue""";=1+1\n', 'items');
  const path = join(directory, 'errors.csv');
  const texts: string[] = [];
  for await (const entry of source.entries()) texts.push(source.errorText(entry, 'SOME_CODE', 'It is wrong, "really".'));
  await writeFile(path, source.errorHeading + texts.join(''));
  expect(await readFile(path, 'utf8')).toBe('sku;name;qty;error_line;error_code;error_detail\r\nA1;"Cup; ""blue""";\'=1+1;2;SOME_CODE;"It is wrong, ""really""."\r\n');
  const again = await entriesOf(await readFile(path), 'items');
  expect(again.map(({ line, body }) => [line, body])).toEqual([[2, { sku: 'A1', name: 'Cup; "blue"' }]]);
});

test('the guide lists every field of every kind, and marks those a file must have', async () => {
  const guide = await readFile(new URL('../../../docs/how-to/import-your-orders.md', import.meta.url), 'utf8');
  for (const kind of Object.keys(FILE_FIELDS) as FileKind[]) {
    const [row = ''] = guide.split('\n').filter((line) => line.startsWith(`| ${kind} |`));
    for (const name of Object.keys(FILE_FIELDS[kind])) expect(row, `${kind}.${name}`).toContain(REQUIRED[kind].includes(name) ? `**\`${name}\`**` : `\`${name}\``);
  }
});

test('what no file should hold spoils a row, or is named; it never spoils its neighbours', async () => {
  expect(await bodiesOf('sku,name\nA,a\0b\nB,c\n', 'items')).toEqual(['name holds the NUL character, which cannot be stored', { sku: 'B', name: 'c' }]);
  expect(await bodiesOf('{"sku":"A\\u0000"}\n{"sku":"\\ud800"}\n{"sku":"\\\\u0000"}\n', 'items', {}, 'ndjson')).toEqual([
    'it holds a character that cannot be stored', 'it holds a character that cannot be stored', { sku: '\\u0000' },
  ]);
  const long = 'x'.repeat(10 * 1024 * 1024);
  expect(await bodiesOf(`{"sku":"A"}\n{"sku":"${long}"}\n{"sku":"B"}`, 'items', {}, 'ndjson')).toEqual([{ sku: 'A' }, 'it is too long', { sku: 'B' }]);
  await expect(bodiesOf(`sku,name\nA,${long}\nB,b\n`, 'items')).rejects.toMatchObject({ code: 'UNREADABLE_FILE' });
  await expect(bodiesOf('sku,Name,name\nA,a,b\n', 'items')).rejects.toMatchObject({ code: 'DUPLICATE_COLUMN', message: expect.stringContaining('"Name"') });
  expect(await bodiesOf('sku,other,other\nA,a,b\n', 'items')).toEqual([{ sku: 'A' }]);
  expect(await bodiesOf('', 'items', {}, 'ndjson')).toEqual([]);
  for (const big of [true, false]) expect(await bodiesOf(utf16('sku,name\nA,Käse\n', big).subarray(2), 'items')).toEqual([{ sku: 'A', name: 'Käse' }]);
});

test('a file that grows while it is read gives what is there by then', async () => {
  let opened = 0;
  const file = { name: 'growing.csv', open: () => Readable.from([Buffer.from(`sku,name\nA,a\n${(opened += 1) > 2 ? 'B,b\nC' : ''}`)], { objectMode: false }) };
  const source = await openSource({ file, kind: 'items', map: new Map(), reading: { clock: clockReader('UTC'), currency: null }, connector: null });
  const entries: Entry[] = [];
  for await (const entry of source.entries()) entries.push(entry);
  expect(entries.map(({ body, fault }) => fault ?? body)).toEqual([{ sku: 'A', name: 'a' }, { sku: 'B', name: 'b' }, '1 fields, and the heading has 2']);
});

test('a disk that is full is a sentence, and leaves what was there', async () => {
  const path = join(directory, 'full.csv');
  await writeFile(path, 'before');
  await symlink('/dev/full', `${path}.${process.pid}.part`);
  const file = new LineFile(path);
  await expect((async () => {
    for (let row = 0; row < 10_000; row += 1) await file.write(`${'x'.repeat(100)}\n`);
    await file.close();
  })()).rejects.toMatchObject({ code: 'ERRORS_FILE', message: expect.stringContaining('cannot be written') });
  await file.discard();
  expect(await readFile(path, 'utf8')).toBe('before');
});

/** What an entry's rows look like in the file of errors, and what becomes of that file when it is imported itself. */
async function fedBack(table: string, kind: FileKind): Promise<{ readonly text: string; readonly faults: (string | null)[]; readonly lines: number[] }> {
  const source = await sourceOf(table, kind);
  let text = source.errorHeading;
  for await (const entry of source.entries()) if (entry.fault !== null) text += source.errorText(entry, 'UNREADABLE_ROW', entry.fault);
  const again = await entriesOf(text, kind);
  return { text, faults: again.map(({ fault }) => fault), lines: again.map(({ line }) => line) };
}

test('lines may end in any way, also in several, and what surrounds a table does no harm', async () => {
  const expected = [{ sku: 'A', name: 'a' }, { sku: 'B', name: 'b' }];
  for (const table of [
    'sku,name\r\nA,a\nB,b\r\n', 'sku,name\nA,"a"\r\nB,"b"\r\n', 'sku,name\rA,a\rB,b\r', '\n \r\nsku;name\nA;a\nB;b\n', 'sku;name\nA;a\nB;b\n;\n ; \n', 'sep=;\r\nsku;name\r\nA;a\r\nB;b\r\n', '\uFEFF"sep=,"\nsku,name\nA,a\nB,b',
  ]) expect([table, await bodiesOf(table, 'items')]).toEqual([table, expected]);
  // Old spreadsheets end lines by returns alone: how many there are is known all the same.
  expect((await sourceOf('sku,name\rA,a\rB,b\r', 'items')).most).toBe(3);
});

test('what is packed or a workbook says so', async () => {
  await expect(sourceOf(gzipSync('sku\nA\n'), 'items')).rejects.toMatchObject({ code: 'NO_TEXT', fix: 'Give it a name that ends in .gz.' });
  await expect(sourceOf(Buffer.from('504b03041400', 'hex'), 'items')).rejects.toMatchObject({ code: 'NO_TEXT', fix: 'Save the sheet as CSV, and import that.' });
  await expect(entriesOf(`sku,name\nA,${'x'.repeat(3_000_000)}\n`, 'items')).rejects.toThrow('more than a megabyte, or a quote is opened there');
});

test('a line of JSON that is broken is one row that is, the first one too', async () => {
  for (const broken of ['hello', '{"sku":oops}', '{"sku":"A"']) {
    expect(await bodiesOf(`${broken}\n{"sku":"B"}\n`, 'items', {}, 'ndjson')).toEqual(['the line is no JSON', { sku: 'B' }]);
    expect(await bodiesOf(`\n{"sku":"B"}\n${broken}\n`, 'items', {}, 'jsonl')).toEqual([{ sku: 'B' }, 'the line is no JSON']);
  }
  expect(await bodiesOf('[\n{"sku":"A"},\n{"sku":"B"}]', 'items', {}, 'ndjson')).toEqual([{ sku: 'A' }, { sku: 'B' }]);
});

test('a file of errors says what the file said: fed back as it is, it fails as it did', async () => {
  const commas = await fedBack('sku;node;quantity\nA;B;2,5\nA;B;2,5;C;D\nA;B\nA;B;many\n', 'stock');
  expect(commas.faults).toEqual(['8 fields, and the heading has 6', '5 fields, and the heading has 6', 'quantity is "many", which is no plain number such as 2.50']);
  expect(commas.lines).toEqual([3, 4, 5]);
  expect((await fedBack(commas.text, 'stock'))).toEqual({ ...commas, text: commas.text.replace('5 fields, and the heading has 3', '8 fields, and the heading has 6').replace('2 fields, and the heading has 3', '5 fields, and the heading has 6') });
  // Corrected, it is read as the file was: 2,5 is a number where semicolons are between.
  expect(await bodiesOf(commas.text.replace(/^.*(?:C;D|A;B;4).*\r\n/gm, '').replace('many', '2,5'), 'stock')).toEqual([{ sku: 'A', node: 'B', quantity: '2.5' }]);
});

test('a number that could be a thousand or one is not guessed', async () => {
  const readings = async (separator: string): Promise<unknown[]> => bodiesOf(['sku,node,quantity', 'A,B,1.000', 'A,B,0.500', 'A,B,1.25', 'A,B,-2.000'].join('\n').replaceAll(',', separator), 'stock');
  const fault = (value: string, whole: string, comma: string): string => `quantity is "${value}", which may be ${whole} or ${comma}: write one of these`;
  expect(await readings(';')).toEqual([fault('1.000', '1000', '1,000'), { sku: 'A', node: 'B', quantity: '0.500' }, { sku: 'A', node: 'B', quantity: '1.25' }, fault('-2.000', '-2000', '-2,000')]);
  expect(await readings('\t')).toContainEqual({ sku: 'A', node: 'B', quantity: '1.000' });
  expect(await bodiesOf('code;lat;lng\nB;52.125;13.125\n', 'nodes')).toEqual([{ code: 'B', coordinates: { latitude: 52.125, longitude: 13.125 } }]);
});

test('an offset is one that a zone can have', async () => {
  expect(clockReader('UTC')('2026-01-01T10:00:00+99:99')).toBeUndefined();
  expect(clockReader('UTC')('2026-01-01T10:00:00+14:00')).toBe(Date.parse('2025-12-31T20:00:00Z'));
});

test('a heading and a field are mapped once', () => {
  expect(parseMap('A=sku,B=name', 'items')).toEqual(new Map([['A', 'sku'], ['B', 'name']]));
  for (const map of ['A=sku,B=sku', 'A b=sku,a_B=name']) expect(parseMap(map, 'items')).toMatch(/each field may be named once/);
});

test('two programs may write the same file: each writes its own, and the last one stays', async () => {
  const path = await write('before\n');
  const file = new LineFile(path);
  await file.write('mine\n');
  await writeFile(`${path}.part`, 'of somebody else');
  await file.close();
  expect(await readFile(path, 'utf8')).toBe('mine\n');
  const other = new LineFile(directory);
  await other.write('x');
  await expect(other.close()).rejects.toMatchObject({ code: 'ERRORS_FILE', message: expect.stringContaining('cannot be written') });
});

test('however often the disk is waited for, nothing is left listening', async () => {
  const warned: string[] = [];
  const warn = (warning: Error): void => void warned.push(warning.name);
  process.on('warning', warn);
  const path = join(directory, 'long.csv');
  const file = new LineFile(path);
  for (let row = 0; row < 40; row += 1) await file.write('x'.repeat(40_000));
  await file.close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  expect([warned, (await readFile(path)).length]).toEqual([[], 1_600_000]);
});
