import type pg from 'pg';
import { withConnection } from '../connect.ts';
import { FORMAT, type Header, lastMigration, type SequencePosition, type StageProgress } from './format.ts';
import { writeLines } from './file.ts';
import { listTenants, PLAIN_TEXT, planTables, setTenant, type TablePlan } from './plan.ts';
import { BackupProblem } from './problem.ts';

export interface BackupSummary {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
  readonly tenants: number;
  readonly schema: number;
}

/**
 * Writes everything of every tenant to a file, as of one moment, beside whatever goes on: one read-only snapshot, which
 * blocks nothing but a change of the schema. Rows stream through, so memory stays flat.
 */
export async function backUp(ownerUrl: string, path: string, { program, progress }: { program: string; progress: StageProgress }): Promise<BackupSummary> {
  return withConnection(ownerUrl, async (owner) => {
    const { rows: [schema] } = await owner.query<{ name: string | null }>(`select to_regclass('ordo.migration')::text as name`);
    if (!schema?.name) throw new BackupProblem('NOTHING_TO_BACK_UP', 'The database has no schema of Ordo.', 'Check DATABASE_URL and ORDO_DATA_DIR.');
    const tables = await planTables(owner);
    await owner.query('begin transaction isolation level repeatable read, read only');
    await owner.query(PLAIN_TEXT);
    // Before the first look at data, so that no table changes its shape between the look and its reading.
    for (const { lock } of tables) await owner.query(lock);
    const header = await describe(owner, tables, program, progress);
    const rows = header.tables.reduce((sum, table) => sum + table.rows, 0);
    const bytes = await writeLines(path, linesOf(owner, tables, header, progress));
    await owner.query('commit');
    return { file: path, bytes, rows, tenants: header.tenants.length, schema: lastMigration(header) };
  });
}

async function* linesOf(owner: pg.Client, tables: readonly TablePlan[], header: Header, progress: StageProgress): AsyncGenerator<string> {
  yield `${JSON.stringify(header)}\n`;
  progress.stage('Backing up', header.tables.reduce((sum, { rows }) => sum + rows, 0));
  for (const table of tables) for (const tenant of header.tenants) yield* rowsOf(owner, table, tenant, progress);
  yield `${JSON.stringify({ sequences: await sequencePositions(owner) })}\n`;
  progress.end();
}

const PARTITIONS = `
  select parent.relname as table, right(part.relname, 6) as month
    from pg_inherits i join pg_class part on part.oid = i.inhrelid join pg_class parent on parent.oid = i.inhparent
    join pg_namespace n on n.oid = parent.relnamespace and n.nspname = 'ordo'
   where parent.relkind = 'p' and part.relkind = 'r' and part.relname ~ ('^' || parent.relname || '_[0-9]{6}$')
   order by 1, 2`;

async function describe(owner: pg.Client, tables: readonly TablePlan[], program: string, progress: StageProgress): Promise<Header> {
  const { rows: migrations } = await owner.query<Header['migrations'][number]>('select number, name, checksum from ordo.migration order by number');
  const { rows: [server] } = await owner.query<{ version: string; at: string }>(
    `select current_setting('server_version') as version, to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at`);
  const { rows: partitions } = await owner.query<Header['partitions'][number]>(PARTITIONS);
  const tenants = await listTenants(owner);
  progress.stage('Counting', tables.length);
  const counted: Header['tables'] = [];
  for (const { name, count } of tables) {
    let sum = 0;
    for (const tenant of tenants) {
      await setTenant(owner, tenant);
      sum += (await owner.query<{ rows: number }>(count)).rows[0]?.rows ?? 0;
    }
    counted.push({ name, rows: sum });
    progress.add(1);
  }
  progress.end();
  return { ordo_backup: FORMAT, program, migrations, server: server?.version ?? '', created_at: server?.at ?? '', tenants, partitions, tables: counted };
}

async function* rowsOf(owner: pg.Client, { name, declare, fetch }: TablePlan, tenant: number, progress: StageProgress): AsyncGenerator<string> {
  await setTenant(owner, tenant);
  await owner.query(declare);
  yield `${JSON.stringify({ table: name, tenant })}\n`;
  const next = async (): Promise<string[]> => (await owner.query<[string]>({ text: fetch, rowMode: 'array' })).rows.map(([row]) => row);
  // The server reads ahead while the rows before are compressed.
  for (let coming = next(); ;) {
    const rows = await coming;
    if (rows.length === 0) break;
    coming = next();
    coming.catch(() => {});
    yield `${rows.join('\n')}\n`;
    progress.add(rows.length);
  }
  await owner.query('close backup_rows');
}

/** Sequences know no snapshot, but they only grow: read now, they are past every number that the snapshot holds. */
async function sequencePositions(owner: pg.Client): Promise<SequencePosition[]> {
  const { rows } = await owner.query<SequencePosition>(
    `select sequencename as name, last_value::text as last_value from pg_sequences where schemaname = 'ordo' order by sequencename`);
  return rows;
}
