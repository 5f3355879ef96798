import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createApi, type ImportApi } from '../../src/cli/import/api.ts';
import { importFile } from '../../src/cli/import/import-file.ts';
import { clockReader } from '../../src/files/local-time.ts';

const ROWS = 1_000_000;

async function writeRows(path: string): Promise<void> {
  const stream = createWriteStream(path);
  stream.write('order,date,sku,qty,price,ship_city\n');
  for (let row = 0; row < ROWS; row += 1) {
    const isRead = stream.write(`O-${row >> 1},2026-03-01T10:00:00Z,SKU-${row % 5000},${row % 100 === 0 ? 'many' : '1'},9.99,Köln\n`);
    if (!isRead) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

test('a million rows are imported in flat memory, every hundredth of them into the error file', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 1024 / 1024;
  };
  const directory = await mkdtemp(join(tmpdir(), 'ordo-million-'));
  let [sent, most] = [0, 0];
  // What the server does with them is measured elsewhere; here it answers at once.
  const api: ImportApi = {
    ...createApi({ url: 'http://127.0.0.1:9', apiKey: 'none' }),
    bulk: async (_path, lines) => {
      sent += lines.length;
      if (sent % 50_000 < lines.length) most = Math.max(most, heap());
      return lines.map(() => ({ ok: true, created: true, value: {} }));
    },
  };
  try {
    await writeRows(join(directory, 'orders.csv'));
    const before = heap();
    const { rows, counts } = await importFile({
      path: join(directory, 'orders.csv'), kind: 'orders', map: new Map(), connector: null, reading: { clock: clockReader('UTC'), currency: 'EUR' }, errorsFile: join(directory, 'errors.csv'), api,
      progress: { stage: () => undefined, add: () => undefined, end: () => undefined }, options: { channel: 'shop', currency: 'EUR', connection: null, createItems: false, endlessStock: false, priceList: null, rateCard: null, isTrial: false },
    });
    expect([rows, counts]).toEqual([ROWS, { create: 490_000, update: 0, skip: 0, fail: 10_000 }]);
    expect((await stat(join(directory, 'errors.csv'))).size).toBeGreaterThan(20_000 * 50);
    expect(most - before).toBeLessThan(32);
  } finally {
    await rm(directory, { recursive: true });
  }
});
