import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { changeUrl, withConnection } from '../../src/postgres/connect.ts';
import { startEmbedded, stopAbandoned } from '../../src/postgres/embedded/index.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import type { TestPostgres } from './postgres.ts';
import { bundlePrograms } from './programs.ts';

const directoryPrefix = 'ordo-test-run-';
/** A file system in memory, where the system has one. */
const IN_MEMORY = '/dev/shm';
const MEMORY_WANTED = 6 * 1024 ** 3;

/** One PostgreSQL per run (ORDO_TEST_DATABASE_URL names another one to use), and in it one migrated template database; and the programs that tests start. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env['ORDO_TEST_DATABASE_URL'];
  const { remove, ...programs } = await bundlePrograms();
  project.provide('ordoPrograms', programs);
  const server = external === undefined ? await startOwn() : { adminUrl: external, strategy: 'wal_log' as const, stop: async () => {} };
  const template = `ordo_template_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  try {
    const runtimeUrl = await createTemplate(server.adminUrl, template);
    project.provide('ordoPostgres', { adminUrl: server.adminUrl, runtimeUrl, template, strategy: server.strategy });
  } catch (error) {
    await Promise.all([server.stop(), remove()]);
    throw error;
  }
  return async () => {
    if (external !== undefined) await dropTemplate(server.adminUrl, template);
    await Promise.all([server.stop(), remove()]);
  };
}

async function startOwn(): Promise<{ adminUrl: string; strategy: TestPostgres['strategy']; stop: () => Promise<void> }> {
  await removeAbandoned();
  const parent = await whereToKeepData();
  const dataDirectory = await mkdtemp(join(parent, directoryPrefix));
  // Its data are thrown away, so they need neither a disk nor a log to be made again from, which is most of the work of making a
  // database; what a crash leaves behind is tested on servers of those tests' own. Four files at once may have many programs each.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '512MB', max_connections: '200' };
  const server = await startEmbedded({ dataDirectory, log: () => undefined, settings });
  return {
    adminUrl: server.ownerUrl,
    strategy: parent === IN_MEMORY ? 'file_copy' : 'wal_log',
    async stop() {
      await server.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** Thousands of files are made and removed in a run, which costs a disk's file system several times what it costs memory; where memory is scarce, the disk it is. */
async function whereToKeepData(): Promise<string> {
  const free = await statfs(IN_MEMORY).then(({ bavail, bsize }) => bavail * bsize, () => 0);
  return Math.min(free, freemem()) > MEMORY_WANTED ? IN_MEMORY : tmpdir();
}

/** A run that was killed leaves its server and its folder: end both, or they pile up. A folder in use refuses, and stays. */
async function removeAbandoned(): Promise<void> {
  for (const parent of [tmpdir(), IN_MEMORY]) {
    for (const entry of await readdir(parent).catch(() => [])) {
      if (!entry.startsWith(directoryPrefix)) continue;
      const directory = join(parent, entry);
      await stopAbandoned(directory, () => {})
        .then(() => rm(directory, { recursive: true, force: true }))
        .catch(() => {});
    }
  }
}

async function createTemplate(adminUrl: string, template: string): Promise<string> {
  await withConnection(adminUrl, (admin) => admin.query(`create database ${template} encoding 'UTF8' template template0`));
  const { runtimeUrl } = await migrate(changeUrl(adminUrl, { database: template }));
  await withConnection(adminUrl, (admin) => admin.query(`alter database ${template} with is_template true allow_connections false`));
  return runtimeUrl;
}

async function dropTemplate(adminUrl: string, template: string): Promise<void> {
  await withConnection(adminUrl, async (admin) => {
    await admin.query(`alter database ${template} with is_template false`);
    await admin.query(`drop database ${template} with (force)`);
  });
}
