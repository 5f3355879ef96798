import type pg from 'pg';
import { withConnection } from '../connect.ts';
import { type Migration, migrate, readMigrations } from '../migrate.ts';
import { preparePartitions } from '../prepare.ts';
import { readSchemaVersion } from '../schema-version.ts';
import { type Header, lastMigration, type SequencePosition, type StageProgress } from './format.ts';
import { listTenants, PLAIN_TEXT, planTables, setTenant, type TablePlan } from './plan.ts';
import { BackupProblem } from './problem.ts';
import { readBackup } from './read.ts';

export interface RestoreSummary {
  readonly rows: number;
  readonly tenants: number;
  readonly created_at: string;
  /** The version of the program, and of PostgreSQL, that the backup was made with. */
  readonly program: string;
  readonly server: string;
  /** Migrations that were applied on top of what the backup holds. */
  readonly applied: readonly string[];
}

export interface RestoreOptions {
  readonly log: (line: string) => void;
  readonly progress: StageProgress;
}

/** Checked whole before anything is written; loaded in one transaction with every constraint on; then brought up to this program's version. */
export async function restoreBackup(ownerUrl: string, path: string, { log, progress }: RestoreOptions): Promise<RestoreSummary> {
  const header = await check(path, progress);
  const known = await readMigrations();
  assertKnown(header, known);
  const version = lastMigration(header);
  const found = await withConnection(ownerUrl, async (owner) => (await readSchemaVersion(owner)).database);
  if (found !== null && found !== version) throw otherVersion(found, version);
  await migrate(ownerUrl, { log, upTo: version });
  await withConnection(ownerUrl, async (owner) => {
    await preparePartitions(owner);
    await load(owner, path, header, progress);
  });
  const { applied } = await migrate(ownerUrl, { log });
  await withConnection(ownerUrl, async (owner) => {
    await preparePartitions(owner);
    for (const { analyze } of await planTables(owner)) await owner.query(analyze);
  });
  const { created_at, program, server, tenants } = header;
  return { rows: rowsOf(header), tenants: tenants.length, created_at, program, server, applied };
}

const rowsOf = ({ tables }: Header): number => tables.reduce((sum, { rows }) => sum + rows, 0);

async function check(path: string, progress: StageProgress): Promise<Header> {
  const header = await readBackup(path, { header: (one) => progress.stage('Checking', rowsOf(one)), rows: (_table, _tenant, { length }) => progress.add(length) });
  progress.end();
  return header;
}

/** What the backup's database went through must be the beginning of what this program would put one through. */
function assertKnown(header: Header, known: readonly Migration[]): void {
  const { program, migrations } = header;
  const newest = known.at(-1)?.number ?? 0;
  if (lastMigration(header) > newest) {
    throw new BackupProblem('BACKUP_NEWER', `The backup was made by version ${program} with schema ${lastMigration(header)}, and this version of the program knows only ${newest}.`, 'Restore it with that version of the program, or a newer one.');
  }
  const strange = migrations.find(({ checksum }, index) => known[index]?.checksum !== checksum);
  if (strange === undefined) return;
  throw new BackupProblem('BACKUP_DIFFERS', `The backup was made by version ${program}, whose schema differs from this program's at ${strange.name}.`, 'Restore it with the version of the program that made it.');
}

function otherVersion(found: number, wanted: number): BackupProblem {
  return new BackupProblem(
    'RESTORE_TARGET_OTHER_VERSION', `The database has schema ${found}, and the backup has ${wanted}.`,
    'Restore into an empty database, or an empty ORDO_DATA_DIR: it is brought to the version of the backup first, and to that of the program afterwards.',
  );
}

async function load(owner: pg.Client, path: string, header: Header, progress: StageProgress): Promise<void> {
  const tables = new Map((await planTables(owner)).map((table) => [table.name, table]));
  await owner.query('begin');
  await owner.query('lock table ordo.tenant in exclusive mode');
  await emptyOut(owner, [...tables.values()]);
  await makePartitions(owner, header);
  await owner.query(PLAIN_TEXT);
  progress.stage('Restoring', rowsOf(header));
  const loading = new Loading(owner, tables, progress);
  await readBackup(path, {
    rows: (table, tenant, rows) => loading.add(table, tenant, rows),
    sequences: async (sequences) => {
      await loading.flush();
      await setSequences(owner, sequences);
    },
  });
  await owner.query('commit');
  progress.end();
}

/** What a migrated database that was never used holds: at most one tenant with its counters. */
const BEGINNINGS: ReadonlySet<string> = new Set(['tenant', 'event_counter', 'fact_version']);
const EVENTS = 'select coalesce(sum(position), 0)::float8 as rows from ordo.event_counter where tenant_id = (select ordo.current_tenant())';

/** Refuses where anything would be lost, and takes away the tenant of a database that was never used. */
async function emptyOut(owner: pg.Client, tables: readonly TablePlan[]): Promise<void> {
  const tenants = await listTenants(owner);
  if (tenants.length > 1) throw inUse('tenant', tenants.length);
  for (const tenant of tenants) {
    await setTenant(owner, tenant);
    for (const { name, count } of [...tables.filter((table) => !BEGINNINGS.has(table.name)), { name: 'event', count: EVENTS }]) {
      const rows = (await owner.query<{ rows: number }>(count)).rows[0]?.rows ?? 0;
      if (rows > 0) throw inUse(name, rows);
    }
    await owner.query('delete from ordo.event_counter where tenant_id = $1', [tenant]);
    await owner.query('delete from ordo.fact_version where tenant_id = $1', [tenant]);
    await owner.query('delete from ordo.tenant where tenant_id = $1', [tenant]);
  }
}

function inUse(table: string, rows: number): BackupProblem {
  return new BackupProblem(
    'RESTORE_TARGET_IN_USE', `The database is in use: ${table} has ${rows} ${rows === 1 ? 'row' : 'rows'}.`,
    'Restore into an empty database (DATABASE_URL) or an empty directory (ORDO_DATA_DIR); nothing was changed.',
  );
}

/** As the server itself makes those of this month and the next: by months of its own time zone, so that none overlap. */
const MAKE_PARTITIONS = `
  select format('create table ordo.%I partition of ordo.%I for values from (%L) to (%L)', given.name || '_' || given.month, given.name, given.day::timestamptz,
                (given.day + interval '1 month')::timestamptz) as text
    from (select parent as name, month, to_date(month, 'YYYYMM') as day from unnest($1::text[], $2::text[]) as one (parent, month)) given
   where to_regclass(format('ordo.%I', given.name || '_' || given.month)) is null`;

async function makePartitions(owner: pg.Client, { partitions }: Header): Promise<void> {
  const { rows } = await owner.query<{ text: string }>(MAKE_PARTITIONS, [partitions.map(({ table }) => table), partitions.map(({ month }) => month)]);
  for (const { text } of rows) await owner.query(text);
  await owner.query('select ordo.protect_tenant_tables()');
}

/** Letters of rows that go to the server together. */
const BATCH_LETTERS = 1 << 20;

/** Gathers rows of one table and tenant, and loads them a batch at a time. */
class Loading {
  readonly #owner: pg.Client;
  readonly #tables: ReadonlyMap<string, TablePlan>;
  readonly #progress: StageProgress;
  #table = '';
  #tenant = 0;
  #waiting: string[] = [];
  #letters = 0;

  constructor(owner: pg.Client, tables: ReadonlyMap<string, TablePlan>, progress: StageProgress) {
    this.#owner = owner;
    this.#tables = tables;
    this.#progress = progress;
  }

  async add(table: string, tenant: number, rows: readonly string[]): Promise<void> {
    if (table !== this.#table || tenant !== this.#tenant) {
      await this.flush();
      await setTenant(this.#owner, tenant);
      [this.#table, this.#tenant] = [table, tenant];
    }
    for (const row of rows) {
      this.#waiting.push(row);
      this.#letters += row.length;
      if (this.#letters >= BATCH_LETTERS) await this.flush();
    }
  }

  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const insert = this.#tables.get(this.#table)?.insert;
    if (insert === undefined) throw new BackupProblem('BACKUP_DIFFERS', `The backup has a table ${this.#table}, and the database has none.`, 'Restore it with the version of the program that made it.');
    const rows = this.#waiting;
    this.#waiting = [];
    this.#letters = 0;
    const { rowCount } = await this.#owner.query(insert, [`[${rows.join(',')}]`]);
    if (rowCount !== rows.length) throw new Error(`${this.#table} took ${rowCount} of ${rows.length} rows`);
    this.#progress.add(rows.length);
  }
}

/** One that was never used begins at its start again. */
const SET_SEQUENCE = `
  select setval(format('ordo.%I', s.sequencename)::regclass, coalesce($2::bigint, s.start_value), $2::bigint is not null)
    from pg_sequences s where s.schemaname = 'ordo' and s.sequencename = $1`;

async function setSequences(owner: pg.Client, sequences: readonly SequencePosition[]): Promise<void> {
  for (const { name, last_value: position } of sequences) await owner.query(SET_SEQUENCE, [name, position]);
}
