import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { codeOf, permissionMissing, withConnection } from './connect.ts';
import { ensureRuntimeRole } from './runtime-role.ts';
import { StartProblem } from './start-problem.ts';

export { assertRuntimeRole } from './runtime-role.ts';

export interface MigrateOptions {
  readonly log?: (line: string) => void;
  /** Where the NNNN_name.sql files are. */
  readonly directory?: string;
  /** Stops after this number: a backup is loaded into the schema that it was made from. */
  readonly upTo?: number;
}

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

const ownDirectory = fileURLToPath(new URL('./migrations/', import.meta.url));
const oldestServer = 150_000;
// Any fixed number does; it only has to be the same in every version of this program.
const advisoryLockKey = '7226539178201340917';
const lockNotAvailable = '55P03';
const deadlockDetected = '40P01';
const triesPerMigration = 6;

/**
 * Brings the database up to this program's schema: makes the runtime role, applies the missing files in order, each in one
 * transaction, and renews the grants. Forward only. Several processes may start at once: one works, the others wait.
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<{ applied: string[]; runtimeUrl: string }> {
  const log = options.log ?? (() => {});
  const { directory, upTo = Number.POSITIVE_INFINITY } = options;
  const known = (await readMigrations(directory)).filter(({ number }) => number <= upTo);
  return withConnection(ownerUrl, async (owner) => {
    try {
      await checkServerVersion(owner);
      await takeAdvisoryLock(owner, log);
      const runtime = await ensureRuntimeRole(owner, ownerUrl);
      await createMigrationTable(owner);
      const applied = await applyMissing(owner, known, log);
      await grantRuntime(owner, runtime.name);
      return { applied, runtimeUrl: runtime.url };
    } catch (error) {
      throw explained(error, owner);
    }
  });
}

/** The files of a program, in order. */
export async function readMigrations(directory = ownDirectory): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const name of files) {
    const number = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
    if (!(number > (migrations.at(-1)?.number ?? 0))) {
      throw new Error(`Migration ${name} must be named NNNN_name.sql with a number of its own, from 0001 on`);
    }
    // A checkout on Windows may turn line ends into CRLF; that is no change.
    const text = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n');
    if (/^\s*(begin|commit|rollback|start transaction)\s*;/im.test(text)) {
      throw new Error(`Migration ${name} must not begin or end a transaction: the whole file is one`);
    }
    migrations.push({ number, name, text, checksum: createHash('sha256').update(text).digest('hex') });
  }
  return migrations;
}

async function checkServerVersion(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ number: number; name: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as name`);
  const version = rows[0];
  if (version !== undefined && version.number >= oldestServer) return;
  throw new StartProblem(
    'DATABASE_TOO_OLD', `The server is PostgreSQL ${version?.name ?? 'of unknown version'}, and 15 is the oldest that works.`,
    'Upgrade the server to PostgreSQL 15 or newer, or point DATABASE_URL to one that is.',
  );
}

/** Held until the connection ends. Tried, not waited for, so that the log says why a start takes its time. */
async function takeAdvisoryLock(owner: pg.Client, log: (line: string) => void): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const { rows } = await owner.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [advisoryLockKey]);
    if (rows[0]?.taken) return;
    if (attempt % 50 === 0) log('Another process is updating the database schema; waiting for it.');
    await sleep(100);
  }
}

async function createMigrationTable(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ found: string | null }>(`select to_regclass('ordo.migration')::text as found`);
  // Asked first: "create ... if not exists" needs the right to create even when there is nothing to do.
  if (rows[0]?.found) return;
  await owner.query(`
    create schema if not exists ordo;
    create table ordo.migration (
      number int primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
}

async function applyMissing(owner: pg.Client, known: readonly Migration[], log: (line: string) => void): Promise<string[]> {
  const { rows: done } = await owner.query<{ number: number; name: string; checksum: string }>(
    'select number, name, checksum from ordo.migration order by number');
  const newest = done.at(-1)?.number ?? 0;
  if (newest > (known.at(-1)?.number ?? 0)) throw newerDatabase(newest, known.at(-1)?.number ?? 0);
  const byNumber = new Map(done.map((row) => [row.number, row]));
  for (const row of done) {
    const file = known.find((migration) => migration.number === row.number);
    if (file?.checksum !== row.checksum) throw changedMigration(row.name, file === undefined ? 'is gone' : 'has changed');
  }
  const missing = known.filter((migration) => !byNumber.has(migration.number));
  const late = missing.find((migration) => migration.number < newest);
  if (late !== undefined) throw changedMigration(late.name, `appeared, and number ${newest} is applied already,`);
  for (const migration of missing) {
    await applyWithRetries(owner, migration, log);
    log(`Applied ${migration.name}.`);
  }
  return missing.map((migration) => migration.name);
}

/** A migration waits at most 2 s for a lock, because everybody behind it in the queue waits too; then it steps back and tries again. */
async function applyWithRetries(owner: pg.Client, migration: Migration, log: (line: string) => void): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyOne(owner, migration);
    } catch (error) {
      await owner.query('rollback').catch(() => {});
      const busy = [lockNotAvailable, deadlockDetected].includes(codeOf(error));
      if (!busy || attempt === triesPerMigration) throw failedMigration(migration, error);
      log(`${migration.name} waits for a table in use (attempt ${attempt} of ${triesPerMigration}).`);
      await sleep(500 * attempt);
    }
  }
}

async function applyOne(owner: pg.Client, migration: Migration): Promise<void> {
  await owner.query(`begin; set local lock_timeout = '2s'`);
  await owner.query(migration.text);
  await owner.query(
    'insert into ordo.migration (number, name, checksum) values ($1, $2, $3)',
    [migration.number, migration.name, migration.checksum]);
  await owner.query('commit');
}

/** Grants live with the tables, in a function of the schema; run every time, because roles can be restored without grants. */
async function grantRuntime(owner: pg.Client, runtimeRole: string): Promise<void> {
  const { rowCount } = await owner.query(
    `select from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'ordo' and p.proname = 'grant_runtime'`);
  if (rowCount !== 0) await owner.query('select ordo.grant_runtime($1)', [runtimeRole]);
}

function newerDatabase(found: number, known: number): StartProblem {
  return new StartProblem(
    'DATABASE_NEWER', `The database schema is at number ${found}, and this version of the program knows only ${known}.`,
    'Start the newer version of the program, or restore a backup from before its first start.',
  );
}

function changedMigration(name: string, what: string): StartProblem {
  return new StartProblem(
    'MIGRATION_CHANGED', `Migration ${name} ${what} since the database was updated.`,
    'Restore the original file from the release; put changes into a new migration with the next number.',
  );
}

function failedMigration(migration: Migration, error: unknown): Error {
  const position = Number((error as { position?: string }).position);
  const line = position > 0 ? `, line ${migration.text.slice(0, position).split('\n').length}` : '';
  const failure = new Error(`Migration ${migration.name}${line} failed: ${(error as Error).message}`, { cause: error });
  return Object.assign(failure, { code: codeOf(error) });
}

function explained(error: unknown, owner: pg.Client): unknown {
  if (error instanceof StartProblem) return error;
  if (codeOf(error) === '42501') return permissionMissing(error, owner.database ?? '', owner.user ?? '');
  if (codeOf(error) !== '53100') return error;
  return new StartProblem(
    'DISK_FULL', `The disk of the database server is full: ${(error as Error).message}.`,
    'Free some space there and start again; nothing was applied by half.', { cause: error },
  );
}
