import { readdir } from 'node:fs/promises';
import type pg from 'pg';

/** The newest migration of this program, and the newest that the database has; null where it has none. */
export interface SchemaVersion {
  readonly program: number;
  readonly database: number | null;
}

let newest: Promise<number> | undefined;

const newestOfProgram = (): Promise<number> =>
  (newest ??= readdir(new URL('./migrations/', import.meta.url)).then((files) => Math.max(...files.map((file) => Number(/^(\d{4})_.*\.sql$/.exec(file)?.[1] ?? 0)))));

/** Asks with a connection of either role: the table of migrations may be read by both. */
export async function readSchemaVersion(client: Pick<pg.Pool | pg.Client, 'query'>): Promise<SchemaVersion> {
  const program = await newestOfProgram();
  const found = await client.query<{ name: string | null }>(`select to_regclass('ordo.migration')::text as name`);
  if (!found.rows[0]?.name) return { program, database: null };
  const { rows } = await client.query<{ number: number | null }>('select max(number) as number from ordo.migration');
  return { program, database: rows[0]?.number ?? null };
}
