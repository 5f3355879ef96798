import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartProblem } from '../start-problem.ts';
import { programEnvironment } from './binaries.ts';
import { takeOwnership, type Identity } from './identity.ts';
import { newPassword, ownerRole, readPassword, writePassword } from './owner.ts';
import { problemFromOutput } from './problems.ts';
import type { Setup } from './server.ts';

const stagingPrefix = 'postgres.init-';

/** Makes the cluster when there is none, checks it when there is, and answers the owner's password. */
export async function ensureCluster(setup: Setup): Promise<string> {
  await removeStaging(setup.dataDirectory);
  const version = await readFile(join(setup.cluster, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (version === null) return createCluster(setup);
  checkVersion(version.trim(), setup.identity.version);
  await takeOwnership(setup.identity, setup.cluster);
  return await readPassword(setup.dataDirectory) ?? resetPassword(setup);
}

/** An interrupted creation leaves only a staging folder: the cluster appears by one rename, complete. */
async function removeStaging(dataDirectory: string): Promise<void> {
  for (const entry of await readdir(dataDirectory)) {
    if (!entry.startsWith(stagingPrefix)) continue;
    // An initdb whose program was killed may still be writing there; it gives up once its folders are gone.
    await rm(join(dataDirectory, entry), { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  }
}

function checkVersion(found: string, programs: string): void {
  const brought = /(\d+)/.exec(programs)?.[1] ?? '';
  if (found === brought) return;
  throw new StartProblem(
    'DATA_DIR_NEWER_POSTGRES',
    `The data directory was made by PostgreSQL ${found}, and this program brings PostgreSQL ${brought}.`,
    `Start the version of this program that brought PostgreSQL ${found}, or move the data with pg_dump and pg_restore.`,
  );
}

async function createCluster(setup: Setup): Promise<string> {
  setup.log('Creating the database; this happens once.');
  await removeEmpty(setup.cluster);
  const staging = join(setup.dataDirectory, `${stagingPrefix}${randomUUID().slice(0, 8)}`);
  const password = newPassword();
  try {
    await mkdir(staging, { mode: 0o700 });
    const passwordFile = join(staging, 'password');
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of [passwordFile, staging]) await giveTo(setup.identity, path);
    const cluster = join(staging, 'cluster');
    const { code, output } = await runProgram(setup, [
      setup.binaries.initdb, '-D', cluster, `--username=${ownerRole}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256',
      '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums',
      '--no-instructions',
    ], '');
    if (code !== 0) throw await problemFromOutput(setup.dataDirectory, 'Creating the database', output);
    await writePassword(setup.dataDirectory, password);
    await rename(cluster, setup.cluster);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return password;
}

/** A mount point or a folder made in advance may be there already; anything inside it is not ours to overwrite. */
async function removeEmpty(cluster: string): Promise<void> {
  try {
    await rmdir(cluster);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    throw new StartProblem(
      'DATA_DIR_DAMAGED', `${cluster} holds files but no complete PostgreSQL cluster (PG_VERSION is missing).`,
      'Restore it from a backup, or move it away to begin with an empty database.',
    );
  }
}

async function giveTo(identity: Identity, path: string): Promise<void> {
  if (identity.spawn.uid !== undefined) await chown(path, identity.uid, identity.gid);
}

/** The cluster was restored without its password file: single-user mode needs none and sets a new one. */
async function resetPassword(setup: Setup): Promise<string> {
  setup.log('The owner password file is missing; setting a new password.');
  const password = newPassword();
  const { code, output } = await runProgram(setup, [
    setup.binaries.postgres, '--single', '-D', setup.cluster, '-c', 'password_encryption=scram-sha-256', 'postgres',
  ], `alter role ${ownerRole} login password '${password}'\n`);
  if (code !== 0 || /\b(ERROR|FATAL|PANIC):/.test(output)) {
    throw await problemFromOutput(setup.dataDirectory, 'Setting a new owner password', output.replaceAll(password, '***'));
  }
  await writePassword(setup.dataDirectory, password);
  return password;
}

async function runProgram(setup: Setup, program: string[], input: string): Promise<{ code: number | null; output: string }> {
  const [command, ...args] = [...setup.identity.prefix, ...program];
  const child = spawn(command as string, args, { ...setup.identity.spawn, env: programEnvironment(setup.binaries), stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => { output += piece.toString(); });
  child.stdin.on('error', () => {}); // it may end before it reads
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
