import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { UciReport } from '../../src/cli/import/uci/print.ts';
import { isClean, openShop, position, program } from '../support/import-shop.ts';

const file = fileURLToPath(new URL('../../../shared/data/uci/online_retail_to_2011-07.csv.gz', import.meta.url));

test.runIf(existsSync(file))('all 285,421 real rows are accounted for, and a second run changes nothing (../shared/data/uci; skipped where it is absent)', async () => {
  const shop = await openShop();
  const directory = await mkdtemp(join(tmpdir(), 'ordo-uci-long-'));
  const run = async (): Promise<UciReport> => {
    const { out, err } = await program(shop, ['uci', file, '--json', '--errors', join(directory, 'errors.csv'), '--cancellations', join(directory, 'cancellations.csv')]).ended;
    if (out === '') throw new Error(err);
    return JSON.parse(out) as UciReport;
  };
  try {
    const first = await run();
    expect(first.totals).toMatchObject({
      rows: 285_421, tenths: 5_079_250_872, captured_minor: 548_308_500, rounding_tenths: -2,
      invoices: { all: 14_722, captured: 11_056, refused: 0, cancellation: 2276, service_only: 82, no_order: 1308, unreadable: 0 },
      classes: {
        sale: { rows: 277_185, tenths: 5_335_535_580 }, given_away: { rows: 356, tenths: 0 }, shipping: { rows: 1170, tenths: 152_340_460 }, other_charge: { rows: 222, tenths: 57_811_642 },
        cancellation: { rows: 5179, tenths: -466_436_810 }, adjustment: { rows: 875, tenths: 0 }, stock_note: { rows: 434, tenths: 0 },
      },
    });
    expect([first.ordo_minor, first.faults, first.refusals]).toEqual([548_308_500, 0, []]);
    expect((await readFile(join(directory, 'cancellations.csv'), 'utf8')).split('\r\n')).toHaveLength(5179 + 2);
    const before = await position(shop);
    const second = await run();
    expect(second.totals).toEqual(first.totals);
    expect(second.changes).toEqual({ items: 0, receipts: 0, orders: 0 });
    expect(await position(shop)).toBe(before);
    expect(await isClean(shop)).toBe(true);
  } finally {
    await shop.close();
    await rm(directory, { recursive: true });
  }
});
