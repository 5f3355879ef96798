import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../../src/cli/import/report.ts';
import { verifyTenant } from '../../src/postgres/verify/index.ts';
import { openApi } from '../support/api.ts';
import { createTestDatabase } from '../support/postgres.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const olist = join(root, '../shared/data/olist');

test.runIf(existsSync(olist))('all 6,685 real orders are replayed, and a second run changes nothing (../shared/data/olist; skipped where it is absent)', async () => {
  const database = await createTestDatabase();
  const api = await openApi(database);
  const errorsFile = join(tmpdir(), `ordo-import-long-${process.pid}.csv`);
  const position = async (): Promise<number> => Number((await api.world.query<{ position: string }>('select position from ordo.event_counter'))[0]?.position ?? 0);
  const run = async (): Promise<Report> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['bin/ordo.js', 'import', 'olist', olist, '--json', '--errors', errorsFile], {
      cwd: root, env: { ...process.env, ORDO_URL: api.url, ORDO_API_KEY: api.adminKey }, maxBuffer: 64 * 1024 * 1024,
    });
    return JSON.parse(stdout) as Report;
  };
  try {
    const first = await run();
    expect(first.orders).toEqual({ in_data: 6685, captured: 6627, delivered: 6465, shipped: 78, cancelled: 30, in_between: 54, refused: 58 });
    expect(first.totals.all).toEqual({ merchandise: 88_303_234, freight: 14_695_182, paid: 104_041_807 });
    expect([first.ordo_total_minor, first.faults, first.clocks.orders]).toEqual([88_303_234 + 14_695_182, 0, 22]);
    const before = await position();
    const second = await run();
    expect(second.orders).toEqual(first.orders);
    expect(second.changes).toEqual({ nodes: 0, items: 0, receipts: 0, orders: 0, facts: 0 });
    expect(await position()).toBe(before);
    const { checks } = await verifyTenant(api.world.pool, api.world.tenantId, {});
    expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
  } finally {
    await api.close();
    await database.drop();
    await rm(errorsFile, { force: true });
  }
});
