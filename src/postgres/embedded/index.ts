import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeOf, connect, withConnection } from '../connect.ts';
import { StartProblem } from '../start-problem.ts';
import { findBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { makeDirectory } from './directory.ts';
import { chooseIdentity, giveToDirectoryOwner } from './identity.ts';
import { acquireLock, lockFileName } from './lock.ts';
import { databaseName, ownerUrl, readPassword } from './owner.ts';
import { runningServer } from './pid-file.ts';
import { diskFull, withFileProblems } from './problems.ts';
import { endServer, startServer, stopOrphan, type RunningServer, type Setup } from './server.ts';
import { keepLogBounded } from './server-log.ts';
import { supervise } from './supervise.ts';

export interface EmbeddedServer {
  /** The address of database `ordo` for its owner; holds the password. */
  readonly ownerUrl: string;
  readonly port: number;
  /** The current server process; another one after a supervised restart. */
  readonly pid: number;
  /** Fast shutdown; may be called more than once. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDirectory: string;
  readonly log: (line: string) => void;
  /** Settings of the server in place of its own, which keep every confirmed row: only for data that may be lost. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts a real PostgreSQL with its cluster in `<dataDirectory>/postgres`, creating it the first time. It listens on
 * 127.0.0.1 only, and is restarted on the same port when it dies. Throws StartProblem.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const given = resolve(options.dataDirectory);
  return withFileProblems(given, async () => {
    await makeDirectory(given);
    const dataDirectory = await realpath(given);
    const lock = await acquireLock(dataDirectory, options.log);
    try {
      await giveToDirectoryOwner(dataDirectory, join(dataDirectory, lockFileName));
      return await start({ ...options, dataDirectory }, () => lock.release());
    } catch (error) {
      await lock.release();
      throw error;
    }
  });
}

async function start(options: EmbeddedOptions, release: () => Promise<void>): Promise<EmbeddedServer> {
  const setup = await prepare(options);
  await stopOrphan(setup.cluster, options.log);
  const password = await ensureCluster(setup);
  const server = await startServer(setup);
  await openDatabase(setup, server, password);
  const supervised = supervise(setup, server);
  const logKeeper = keepLogBounded(setup.logFile);
  let stopped: Promise<void> | null = null;
  return {
    ownerUrl: ownerUrl(server.port, password),
    port: server.port,
    get pid() { return supervised.pid; },
    stop() {
      stopped ??= supervised.stop().finally(() => { logKeeper.stop(); }).finally(release);
      return stopped;
    },
  };
}

async function prepare({ dataDirectory, log, settings = {} }: EmbeddedOptions): Promise<Setup> {
  const cluster = join(dataDirectory, 'postgres');
  const binaries = await findBinaries(join(dataDirectory, 'postgres-lib'));
  const identity = await chooseIdentity(binaries, dataDirectory, cluster);
  return { binaries, identity, dataDirectory, cluster, logFile: join(dataDirectory, 'postgres.log'), log, settings };
}

/** Makes sure that the owner can log in and that the database exists; a failed start leaves no server behind. */
async function openDatabase(setup: Setup, server: RunningServer, password: string): Promise<void> {
  try {
    const client = await connect(ownerUrl(server.port, password)).catch((error: unknown) => {
      if (error instanceof StartProblem && error.code === 'DATABASE_MISSING') return null;
      throw error;
    });
    if (client !== null) await client.end();
    else await withConnection(ownerUrl(server.port, password, 'postgres'), (admin) => admin.query(`create database ${databaseName}`));
  } catch (error) {
    await endServer(setup.cluster, server.pid, 10_000);
    if (!(error instanceof StartProblem) || error.code !== 'DATABASE_LOGIN_REFUSED') {
      throw codeOf(error) === '53100' ? await diskFull(setup.dataDirectory) : error;
    }
    throw new StartProblem(
      'DATABASE_LOGIN_REFUSED', 'The stored owner password does not fit the built-in database.',
      `Remove ${setup.dataDirectory}/postgres-owner.json; the next start sets a new password.`,
    );
  }
}

/** Finds the server that another process runs on this data directory, for tools that work beside it. */
export async function findRunningEmbedded(dataDirectory: string): Promise<{ ownerUrl: string; pid: number } | null> {
  const directory = await realpath(dataDirectory).catch(() => null);
  if (directory === null) return null;
  const server = await runningServer(join(directory, 'postgres'));
  if (server === null || !server.ready) return null;
  const password = await withFileProblems(directory, () => readPassword(directory));
  return password === null ? null : { ownerUrl: ownerUrl(server.port, password), pid: server.pid };
}

/** Stops a server whose program was killed, without starting a new one. Throws DATA_DIR_IN_USE when the program lives. */
export async function stopAbandoned(dataDirectory: string, log: (line: string) => void): Promise<boolean> {
  const directory = await realpath(dataDirectory);
  const lock = await acquireLock(directory, log);
  try {
    return await stopOrphan(join(directory, 'postgres'), log);
  } finally {
    await lock.release();
  }
}
