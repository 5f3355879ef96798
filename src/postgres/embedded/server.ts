import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartProblem } from '../start-problem.ts';
import { programEnvironment, type Binaries } from './binaries.ts';
import type { Identity } from './identity.ts';
import { disarmStalePidFile, readPidFile, runningServer } from './pid-file.ts';
import { problemFromOutput } from './problems.ts';
import { isServerOf, signal } from './process-facts.ts';
import { openServerLog, readSince, sizeOf } from './server-log.ts';

export interface Setup {
  readonly binaries: Binaries;
  readonly identity: Identity;
  readonly dataDirectory: string;
  readonly cluster: string;
  readonly logFile: string;
  readonly log: (line: string) => void;
  /** In place of those below, for data that may be lost. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** Settles when the process is gone, with a few words on how it ended. */
  readonly exited: Promise<string>;
}

// Given as flags, which outrank every file: what makes a confirmed order durable cannot be edited away.
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1', unix_socket_directories: '', cluster_name: 'ordo',
  fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on', password_encryption: 'scram-sha-256',
  // Log files are used again, and new ones are not filled with zeros first: that kept every commit waiting 60 ms, every 16 MB.
  min_wal_size: '512MB', max_wal_size: '2GB', wal_init_zero: 'off',
  max_connections: '100', shared_buffers: '256MB', effective_cache_size: '1GB', random_page_cost: '1.1',
  jit: 'off', timezone: 'UTC', log_timezone: 'UTC', lc_messages: 'C',
  // Statements and key values hold names and addresses; they do not belong in a log file.
  log_error_verbosity: 'terse', log_min_error_statement: 'panic', log_checkpoints: 'off',
};

const busyPatienceMilliseconds = 30_000;
const killLeftoversAfterMilliseconds = 1_000;

/** Starts the server and waits until it accepts connections. Without `port` a free one is chosen. */
export async function startServer(setup: Setup, port?: number): Promise<RunningServer> {
  const began = Date.now();
  let leftoversKilled = false;
  for (let portTries = 0; ;) {
    await stopOrphan(setup.cluster, setup.log);
    const outcome = await launch(setup, port ?? await freePort());
    if (typeof outcome !== 'string') return outcome;
    if (/Address already in use|could not create any TCP\/IP sockets/.test(outcome) && portTries < 10) {
      portTries += 1;
    } else if (!isBusy(outcome) || Date.now() - began > busyPatienceMilliseconds) {
      throw await problemFromOutput(setup.dataDirectory, 'The start of the built-in PostgreSQL', outcome);
    } else if (!leftoversKilled && Date.now() - began > killLeftoversAfterMilliseconds) {
      leftoversKilled = true;
      await killLeftovers(setup);
    }
    await sleep(port === undefined ? 100 : 300);
  }
}

/** Workers of a server that was killed hold its shared memory until they notice. */
function isBusy(output: string): boolean {
  return /pre-existing shared memory block|"postmaster.pid" already exists/.test(output);
}

/** The running server, or what it printed before it ended. */
async function launch(setup: Setup, port: number): Promise<RunningServer | string> {
  await disarmStalePidFile(setup.cluster);
  const logFile = await openServerLog(setup.dataDirectory, setup.logFile);
  const offset = await sizeOf(setup.logFile);
  const flags = Object.entries({ ...settings, ...setup.settings, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, ...args] = [...setup.identity.prefix, setup.binaries.postgres, '-D', setup.cluster, ...flags];
  try {
    const child = spawn(command as string, args, {
      ...setup.identity.spawn, env: programEnvironment(setup.binaries), stdio: ['ignore', logFile.fd, logFile.fd],
      // Its own session: Ctrl-C in the terminal must reach only us, who then finish our work before stopping the server.
      detached: true,
    });
    const exited = endOf(child);
    if (await becomesReady(setup, child, exited)) return { pid: child.pid as number, port, exited };
    return await readSince(setup.logFile, offset) || `it ended at once (${await exited})`;
  } finally {
    await logFile.close();
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, name) => resolve(name === null ? `exit code ${code}` : `signal ${name}`));
  });
}

async function becomesReady(setup: Setup, child: ChildProcess, exited: Promise<string>): Promise<boolean> {
  let ended = false;
  void exited.then(() => { ended = true; });
  const began = Date.now();
  // No limit: recovery after a power cut takes what it takes, and ends by itself.
  for (let nextReport = 10_000; !ended;) {
    const file = await readPidFile(setup.cluster);
    if (file !== null && file.pid === child.pid && file.ready) return true;
    if (Date.now() - began > nextReport) {
      setup.log(`The database is still recovering after ${Math.round(nextReport / 1000)} s.`);
      nextReport += 10_000;
    }
    await Promise.race([sleep(20), exited]);
  }
  return false;
}

/** The ports below the range that systems hand out for outgoing connections: so a restart finds its port still free. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(true));
    });
    if (!free) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
  throw new StartProblem('SERVER_NOT_STARTED', 'No free port was found between 20000 and 32000.', 'Free some ports or set DATABASE_URL.');
}

/** With the main process gone its workers can only be ended by force; the next start recovers from the log. */
async function killLeftovers({ cluster, log }: Setup): Promise<void> {
  for (const entry of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    const [directory, program] = await Promise.all(
      ['cwd', 'exe'].map((link) => readlink(`/proc/${entry}/${link}`).catch(() => '')));
    if (directory !== cluster || !basename(program ?? '').startsWith('postgres')) continue;
    log(`Ending process ${entry}, a worker left over from a database that was killed.`);
    signal(Number(entry), 'SIGKILL');
  }
}

/** Ends the server with a fast shutdown, and with an immediate one when that takes longer than `patienceMilliseconds`. */
export async function endServer(cluster: string, pid: number, patienceMilliseconds: number): Promise<boolean> {
  for (const [name, patience] of [['SIGINT', patienceMilliseconds], ['SIGQUIT', 10_000]] as const) {
    if (!isServerOf(pid, cluster)) return true;
    signal(pid, name);
    for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(20)) {
      if (!isServerOf(pid, cluster)) return true;
    }
  }
  return false;
}

/** A program killed with SIGKILL leaves its server running: stop it, cleanly if possible, before starting again. */
export async function stopOrphan(cluster: string, log: (line: string) => void): Promise<boolean> {
  const orphan = await runningServer(cluster);
  if (orphan === null) return false;
  log(`Stopping the database (process ${orphan.pid}) that a program which was killed left running.`);
  const stopped = await endServer(cluster, orphan.pid, 10_000).catch(() => false);
  if (stopped) return true;
  throw new StartProblem(
    'ORPHAN_NOT_STOPPED', `A database server (process ${orphan.pid}) still runs on ${cluster} and could not be stopped.`,
    `End it by hand (kill -QUIT ${orphan.pid}) as the user that owns it, then start again.`,
  );
}
