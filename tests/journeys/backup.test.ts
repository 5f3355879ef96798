// A backup is what was there at one moment, byte for byte, and nothing that is not such a file gets into a database.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { backUp, restoreBackup } from '../../src/postgres/backup/index.ts';
import { changeUrl, withConnection } from '../../src/postgres/connect.ts';
import { startEmbedded } from '../../src/postgres/embedded/index.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { prepareDatabase } from '../../src/postgres/prepare.ts';
import { ensureTenant } from '../../src/postgres/tenants.ts';
import { verifyDatabase } from '../../src/postgres/verify/database.ts';
import { commandLine, type Said } from '../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, aNode, anItem, anOrder, openWorld, type World } from '../support/world.ts';

const quiet = { stage: () => {}, add: () => {}, end: () => {} };
const OPTIONS = { program: '9.9.9', progress: quiet };
const INTO = { log: () => {}, progress: quiet };

let directory: string;
let source: TestDatabase;
let world: World;
/** A backup of everything that the tests begin with, and what was there then. */
let whole: string;
let prints: Record<string, string>;
const opened: TestDatabase[] = [];

async function open(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  opened.push(database);
  return database;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ordo-backup-'));
  source = await open();
  world = await openWorld(source);
  await world.facts({ items: [anItem('A', { attributes: { 'naïve "text"\\n': '\u2028 {,}' } }), anItem('B')], nodes: [aNode('north', { latitude: 0.1, longitude: -123.456789012345 }), aNode('south')], channels: [aChannel('web')] });
  for (const sku of ['A', 'B']) await world.receive(sku, 'north', 500);
  for (let n = 0; n < 20; n += 1) await world.capture(anOrder([{ sku: n % 2 === 0 ? 'A' : 'B', quantity: 1 + (n % 3) }], { idempotencyKey: `key ${n}`, bodyHash: '0a', contact: { note: 'Zoë "O\'Neil"\\\n李娜' } }));
  await secondTenant(world);
  await oddities(world);
  whole = join(directory, 'whole.gz');
  await backUp(source.ownerUrl, whole, OPTIONS);
  prints = await fingerprints(source.ownerUrl);
});
afterAll(async () => {
  await world?.close();
  for (const database of opened) await database.drop();
  await rm(directory, { recursive: true, force: true });
});

async function secondTenant({ owner, tenantId }: World): Promise<void> {
  const other = await ensureTenant(owner, 'other', 'Other');
  await owner.query('update ordo.event_counter set position = 1 where tenant_id = $1', [other]);
  await owner.query(`insert into ordo.event (tenant_id, position, id, type, actor, occurred_at, data) values ($1, 1, gen_random_uuid(), 'Noted', 'test', now(), '{ "b" :1.10,  "a": "\\u0041\\u0000\\ud800", "a":[ ]\n}')`, [other]);
  await owner.query(`insert into ordo.api_key (tenant_id, id, name, lookup, hash, hint, scopes) select t, gen_random_uuid(), 'key of ' || t, decode('00ff' || to_hex(t + 4096), 'hex'), '\\x00', 'h', '{a,"b c"}' from unnest($1::int[]) t`, [[tenantId, other]]);
}

/** json that is no tidy json, bytes of every value, instants at the ends of time, empty text beside none. */
async function oddities({ owner, tenantId }: World): Promise<void> {
  await owner.query(`insert into ordo.webhook_subscription (tenant_id, id, url, description, types, secret, start_position) values
    ($1, gen_random_uuid(), 'https://a.example/', '', null, 'whsec_x', 0), ($1, gen_random_uuid(), 'https://b.example/', E'tab\\t"quote" \\\\ back\\r\\nline', '{}', 'whsec_y', 9007199254740993)`, [tenantId]);
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
  await owner.query(`insert into ordo.idempotency (tenant_id, key, body_hash, status, answer, created_at)
    values ($1, 'odd', $2, 200, '{ "b" :1.10,  "a": "\\u0041", "a":[ ]\n}', 'infinity'), ($1, 'odder', '', 200, ' "x" ', '-infinity')`, [tenantId, bytes]);
  const { rows: [month] } = await owner.query<{ name: string; text: string }>(`
    select to_char(day, '"routing_decision_"YYYYMM') as name, format('create table ordo.%I partition of ordo.routing_decision for values from (%L) to (%L)',
      to_char(day, '"routing_decision_"YYYYMM'), day, day + interval '1 month') as text from date_trunc('month', now() - interval '40 days') as day`);
  oldMonth = month?.name ?? '';
  await owner.query(month?.text ?? '');
  await owner.query(`update ordo.routing_decision set recorded_at = date_trunc('month', now() - interval '40 days') + interval '3 days' where order_id = (select order_id from ordo.routing_decision limit 1)`);
}
/** Of a month that no start makes a partition for. */
let oldMonth = '';

/** One fingerprint per table: of the text of its rows, in no order. */
async function fingerprints(url: string): Promise<Record<string, string>> {
  return withConnection(url, async (owner) => {
    await owner.query(`set timezone = 'UTC'`);
    const { rows: tables } = await owner.query<{ name: string }>(`select c.relname as name from pg_class c where c.relnamespace = 'ordo'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`);
    const found: Record<string, string> = {};
    for (const { name } of tables) {
      const columns = name === 'migration' ? `number || ' ' || checksum` : 't::text';
      const { rows: [row] } = await owner.query<{ print: string }>(`select count(*) || ' ' || md5(coalesce(string_agg(md5(${columns}), '' order by md5(${columns})), '')) as print from ordo.${name} t`);
      found[name] = row?.print ?? '';
    }
    const { rows: sequences } = await owner.query<{ name: string; value: string }>(`select sequencename as name, last_value as value from pg_sequences where schemaname = 'ordo'`);
    return { ...found, ...Object.fromEntries(sequences.map(({ name, value }) => [name, String(value)])) };
  });
}

async function expectClean(url: string): Promise<void> {
  const tenants = await verifyDatabase(url, {});
  expect(tenants.map(({ tenant }) => tenant)).toContain('main');
  for (const { verification } of tenants) expect(verification.checks.flatMap((check) => check.named)).toEqual([]);
}

/** The lines of the backup after a change, as a file of their own. */
async function changed(name: string, change: (lines: string[]) => string[], sign = true): Promise<string> {
  const lines = change(gunzipSync(await readFile(whole)).toString('utf8').trimEnd().split('\n').slice(0, -1));
  const text = `${lines.join('\n')}\n`;
  const sha256 = createHash('sha256').update(text).digest('hex');
  const path = join(directory, name);
  await writeFile(path, gzipSync(`${text}${sign ? `${JSON.stringify({ sha256 })}\n` : ''}`));
  return path;
}
const withHeader = (change: (header: { migrations: { number: number; checksum: string }[] } & Record<string, unknown>) => object) => ([first = '', ...rest]: string[]): string[] => [JSON.stringify(change(JSON.parse(first))), ...rest];

describe('a backup', () => {
  it.each([['an empty database', true], ['a migrated database that was never used', false]])('restores into %s, byte for byte, and is verified', async (_what, empty) => {
    const target = await open({ empty });
    if (!empty) await prepareDatabase(target.ownerUrl, () => {});
    const restored = await restoreBackup(target.ownerUrl, whole, INTO);
    expect(restored).toMatchObject({ tenants: 2, program: '9.9.9', applied: [] });
    expect(await fingerprints(target.ownerUrl)).toEqual(prints);
    await expectClean(target.ownerUrl);
    const again = join(directory, `again-${String(empty)}.gz`);
    expect((await backUp(target.ownerUrl, again, OPTIONS)).rows).toBe(restored.rows);
  });

  it('leaves a database that works on: numbers go on, the runtime role is bound, old months have their partition', async () => {
    const target = await open({ empty: true });
    await restoreBackup(target.ownerUrl, whole, INTO);
    const { runtimeUrl, tenantId } = await prepareDatabase(target.ownerUrl, () => {});
    const copy = await openWorld({ ownerUrl: target.ownerUrl, runtimeUrl });
    const [answer] = await copy.capture(anOrder([{ sku: 'A', quantity: 1 }]));
    expect(answer).toMatchObject({ ok: true });
    expect(tenantId).toBe(world.tenantId);
    expect((await copy.query(`select from ordo.${oldMonth}`)).length).toBeGreaterThan(0);
    await copy.close();
    await expectClean(target.ownerUrl);
  });

  it('is of one moment while orders keep coming', async () => {
    const file = join(directory, 'live.gz');
    let running = true;
    const writing = (async () => {
      for (let n = 0; running; n += 1) await world.capture(anOrder([{ sku: 'A', quantity: 1 }]), anOrder([{ sku: 'B', quantity: 1 }]));
    })();
    const count = async (url = source.ownerUrl): Promise<number> => withConnection(url, async (owner) => Number((await owner.query<{ n: string }>('select count(*) as n from ordo.sales_order')).rows[0]?.n));
    const before = await count();
    await backUp(source.ownerUrl, file, OPTIONS);
    const later = await count();
    running = false;
    await writing;
    const target = await open({ empty: true });
    await restoreBackup(target.ownerUrl, file, INTO);
    const kept = await count(target.ownerUrl);
    expect(kept).toBeGreaterThanOrEqual(before);
    expect(later).toBeGreaterThan(kept);
    await expectClean(target.ownerUrl);
  });

  it('is readable by its owner alone, replaces no file, and leaves none behind where it fails', async () => {
    expect((await stat(whole)).mode & 0o777).toBe(0o600);
    await expect(backUp(source.ownerUrl, whole, OPTIONS)).rejects.toMatchObject({ code: 'BACKUP_FILE_EXISTS' });
    await expect(backUp(source.ownerUrl, join(directory, 'none', 'a.gz'), OPTIONS)).rejects.toMatchObject({ code: 'BACKUP_NOT_WRITTEN' });
    await expect(backUp((await open({ empty: true })).ownerUrl, join(directory, 'none.gz'), OPTIONS)).rejects.toMatchObject({ code: 'NOTHING_TO_BACK_UP' });
    await expect(stat(`${whole}.partial`)).rejects.toThrow('ENOENT');
  });
});

describe('a restore', () => {
  it.each<[string, string, () => Promise<string>]>([
    ['a changed byte', 'BACKUP_DAMAGED', async () => changed('byte.gz', (lines) => lines.map((line) => line.replace('Zoë', 'Zoe')), false)],
    ['a flipped bit of the file', 'BACKUP_DAMAGED', async () => {
      const bytes = await readFile(whole);
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
      await writeFile(join(directory, 'bit.gz'), bytes);
      return join(directory, 'bit.gz');
    }],
    ['a file cut short', 'BACKUP_DAMAGED', async () => {
      await writeFile(join(directory, 'cut.gz'), (await readFile(whole)).subarray(0, -100));
      return join(directory, 'cut.gz');
    }],
    ['a missing end', 'BACKUP_DAMAGED', () => changed('end.gz', (lines) => lines, false)],
    ['a missing row', 'BACKUP_DAMAGED', () => changed('row.gz', (lines) => lines.toSpliced(lines.findIndex((line) => line.startsWith('"')), 1))],
    ['another file', 'BACKUP_DAMAGED', async () => new URL(import.meta.url).pathname],
    ['another gzip file', 'BACKUP_NOT_READ', async () => {
      await writeFile(join(directory, 'other.gz'), gzipSync('{"a": 1}\n"b"\n'));
      return join(directory, 'other.gz');
    }],
    ['a newer format', 'BACKUP_NEWER', () => changed('format.gz', withHeader((header) => ({ ...header, ordo_backup: 2, more: 1 })))],
    ['a newer schema', 'BACKUP_NEWER', () => changed('newer.gz', withHeader((header) => ({ ...header, migrations: [...header.migrations, { number: 9999, name: '9999_more.sql', checksum: 'x' }] })))],
    ['the schema of another program', 'BACKUP_DIFFERS', () => changed('differs.gz', withHeader((header) => ({ ...header, migrations: header.migrations.map((one) => ({ ...one, checksum: 'x' })) })))],
  ])('refuses %s, and writes nothing', async (_what, code, make) => {
    const target = await open({ empty: true });
    await expect(restoreBackup(target.ownerUrl, await make(), INTO)).rejects.toMatchObject({ code, fix: expect.stringMatching(/\.$/) });
    await withConnection(target.ownerUrl, async (owner) => expect((await owner.query(`select from pg_namespace where nspname = 'ordo'`)).rowCount).toBe(0));
  });

  it('refuses a database in use, and leaves it as it was', async () => {
    const before = await fingerprints(source.ownerUrl);
    await expect(restoreBackup(source.ownerUrl, whole, INTO)).rejects.toMatchObject({ code: 'RESTORE_TARGET_IN_USE' });
    const target = await open();
    const used = await openWorld(target);
    await used.facts({ items: [anItem('A')] });
    await used.close();
    await expect(restoreBackup(target.ownerUrl, whole, INTO)).rejects.toMatchObject({ code: 'RESTORE_TARGET_IN_USE' });
    expect(await fingerprints(source.ownerUrl)).toEqual(before);
  });

  it('brings an older backup up to date, and refuses it where the schema is newer already', async () => {
    const old = await open({ empty: true });
    await migrate(old.ownerUrl, { upTo: 1 });
    await withConnection(old.ownerUrl, (owner) => ensureTenant(owner, 'main', 'Main'));
    const file = join(directory, 'old.gz');
    expect(await backUp(old.ownerUrl, file, OPTIONS)).toMatchObject({ schema: 1 });
    await expect(restoreBackup((await open()).ownerUrl, file, INTO)).rejects.toMatchObject({ code: 'RESTORE_TARGET_OTHER_VERSION' });
    const target = await open({ empty: true });
    expect((await restoreBackup(target.ownerUrl, file, INTO)).applied.length).toBeGreaterThan(0);
    await expectClean(target.ownerUrl);
  });
});

/** An owner that is no superuser, and so is bound by row-level security itself. */
async function plainOwner(): Promise<{ url: string; drop: () => Promise<void> }> {
  const { adminUrl } = inject('ordoPostgres');
  const name = `ordo_plain_${Math.random().toString(36).slice(2)}`;
  await withConnection(adminUrl, async (admin) => {
    await admin.query(`create role ${name} login createrole password 'plain'`);
    await admin.query(`create database ${name} owner ${name} encoding 'UTF8' template template0`);
  });
  return {
    url: changeUrl(adminUrl, { user: name, password: 'plain', database: name }),
    drop: () => withConnection(adminUrl, async (admin) => {
      await admin.query(`drop database ${name} with (force)`);
      await admin.query(`drop role if exists ${name}_runtime`);
      await admin.query(`drop role ${name}`);
    }),
  };
}

it('works for an owner that is no superuser', async () => {
  const plain = await plainOwner();
  try {
    const restored = await restoreBackup(plain.url, whole, INTO);
    const file = join(directory, 'plain.gz');
    expect(await backUp(plain.url, file, OPTIONS)).toMatchObject({ rows: restored.rows, tenants: 2 });
    const target = await open({ empty: true });
    await restoreBackup(target.ownerUrl, file, INTO);
    expect(await fingerprints(target.ownerUrl)).toEqual(prints);
    await expectClean(plain.url);
  } finally {
    await plain.drop();
  }
});

/** The run's own server is the built-in one unless an older one was named: then both are there, and each takes the other's. */
it.skipIf(process.env['ORDO_TEST_DATABASE_URL'] === undefined)('goes from the built-in PostgreSQL to the external one and back', { timeout: 120_000 }, async (context) => {
  const data = join(directory, 'built-in');
  const built = await startEmbedded({ dataDirectory: data, log: () => {} }).catch((error: unknown) => context.skip(`no built-in PostgreSQL here: ${String(error)}`));
  try {
    await restoreBackup(built.ownerUrl, whole, INTO);
    const back = await fingerprints(built.ownerUrl);
    expect(back).toEqual(prints);
    const file = join(directory, 'built-in.gz');
    await backUp(built.ownerUrl, file, OPTIONS);
    const target = await open({ empty: true });
    const restored = await restoreBackup(target.ownerUrl, file, INTO);
    const servers = await Promise.all([built.ownerUrl, target.ownerUrl].map((url) => withConnection(url, async (owner) => (await owner.query<{ v: string }>(`select current_setting('server_version') as v`)).rows[0]?.v)));
    expect(restored.server).toBe(servers[0]);
    expect(servers[0]).not.toBe(servers[1]);
    expect(await fingerprints(target.ownerUrl)).toEqual(back);
    await expectClean(target.ownerUrl);
  } finally {
    await built.stop();
  }
});

it('is called by two commands that say what they did', { timeout: 60_000 }, async () => {
  const file = join(directory, 'called.gz');
  const ordo = (database: TestDatabase, ...words: string[]): Promise<Said> => commandLine(words, { DATABASE_URL: database.ownerUrl, ORDO_DATA_DIR: directory });
  expect(await ordo(source, 'backup', file)).toMatchObject({ code: 0, err: expect.stringContaining('secrets of webhooks') });
  const target = await open({ empty: true });
  expect(await ordo(target, 'restore', file, '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"verified": true') });
  expect(await ordo(target, 'restore', file)).toMatchObject({ code: 1, err: expect.stringContaining('The database is in use') });
  expect((await ordo(target, 'restore', join(directory, 'missing'))).code).toBe(1);
});
