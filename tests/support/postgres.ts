import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { changeUrl, codeOf, withConnection } from '../../src/postgres/connect.ts';

/** What global-setup.ts hands to every test file. */
export interface TestPostgres {
  /** The server, at a database that always exists; nothing is created in it. */
  readonly adminUrl: string;
  readonly runtimeUrl: string;
  /** A migrated database that nobody may connect to; clones are made from it. */
  readonly template: string;
  /** How clones are made. Copying files comes with checkpoints, which are cheap in memory; on a disk pages are written through the log. */
  readonly strategy: 'file_copy' | 'wal_log';
}

declare module 'vitest' {
  interface ProvidedContext {
    ordoPostgres: TestPostgres;
  }
}

export interface TestDatabase {
  readonly ownerUrl: string;
  readonly runtimeUrl: string;
  drop(): Promise<void>;
}

const objectInUse = '55006';

/**
 * A database of its own with the full schema, for one test or one file. Both addresses are ready to use. With `empty` it
 * has no schema at all, for tests of the migrations themselves.
 */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const { adminUrl, runtimeUrl, template, strategy } = inject('ordoPostgres');
  const database = `ordo_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  await withConnection(adminUrl, (admin) => cloneTemplate(admin, database, options.empty ? 'template0' : template, strategy));
  return {
    ownerUrl: changeUrl(adminUrl, { database }),
    runtimeUrl: changeUrl(runtimeUrl, { database }),
    drop: () => withConnection(adminUrl, async (admin) => { await admin.query(`drop database if exists ${database} with (force)`); }),
  };
}

async function cloneTemplate(admin: pg.Client, database: string, template: string, strategy: TestPostgres['strategy']): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.query(`create database ${database} template ${template} strategy ${strategy}`);
      return;
    } catch (error) {
      // Autovacuum may hold the template for a moment.
      if (codeOf(error) !== objectInUse || attempt === 5) throw error;
    }
  }
}
