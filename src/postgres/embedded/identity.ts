import { execFile, type SpawnOptions } from 'node:child_process';
import { chmod, chown, lchown, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartProblem } from '../start-problem.ts';
import { programEnvironment, unusableBinaries, type Binaries } from './binaries.ts';

const run = promisify(execFile);

/**
 * Under which user the PostgreSQL programs run. PostgreSQL refuses the superuser of the machine, so root needs another one:
 * a user namespace keeps root's files root's and needs no account; a plain change of user is the second choice.
 */
export interface Identity {
  readonly name: string;
  /** Who owns the cluster's files as seen from outside. */
  readonly uid: number;
  readonly gid: number;
  readonly spawn: Pick<SpawnOptions, 'uid' | 'gid'>;
  readonly prefix: readonly string[];
  /** The programs' first line of `--version`. */
  readonly version: string;
}

type Candidate = Omit<Identity, 'version'>;

const unusedUser = 65534;

/** Chooses the first identity that can enter the data directory and run the programs. */
export async function chooseIdentity(binaries: Binaries, dataDirectory: string, cluster: string): Promise<Identity> {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) {
    const self: Candidate = { name: 'the current user', uid, gid: process.getgid?.() ?? 0, spawn: {}, prefix: [] };
    const probe = await tryCandidate(self, binaries, dataDirectory);
    if (typeof probe === 'string') throw unusableBinaries(probe);
    return probe;
  }
  const candidates = await rootCandidates(cluster);
  for (const candidate of candidates) {
    let probe = await tryCandidate(candidate, binaries, dataDirectory);
    if (typeof probe === 'string' && candidate.spawn.uid !== undefined && await letEnter(dataDirectory)) {
      probe = await tryCandidate(candidate, binaries, dataDirectory);
    }
    if (typeof probe !== 'string') return probe;
    if (/shared librar|required file not found|Exec format/.test(probe)) throw unusableBinaries(probe);
  }
  throw new StartProblem(
    'ROOT_WITHOUT_NAMESPACES',
    'PostgreSQL refuses to run as root, user namespaces are not allowed here, and no other user can enter the folders.',
    'Run as an ordinary user, move the program and its data out of private folders, or set DATABASE_URL.',
  );
}

async function rootCandidates(cluster: string): Promise<Candidate[]> {
  const namespaced: Candidate = {
    name: 'a user namespace', uid: 0, gid: 0, spawn: {},
    prefix: ['unshare', '--user', `--map-user=${unusedUser}`, `--map-group=${unusedUser}`, '--'],
  };
  const changed = (name: string, uid: number, gid: number): Candidate => ({ name, uid, gid, spawn: { uid, gid }, prefix: [] });
  const nobody = await accountNobody();
  const candidates = [namespaced, changed('the user nobody', nobody.uid, nobody.gid)];
  // A cluster made by an ordinary user stays that user's, so that the next start without root still works.
  const owner = await stat(cluster).catch(() => null);
  if (owner !== null && owner.uid !== 0) candidates.unshift(changed('the owner of the cluster', owner.uid, owner.gid));
  return candidates;
}

async function accountNobody(): Promise<{ uid: number; gid: number }> {
  const numberOf = async (flag: string) => {
    const answer = await run('id', [flag, 'nobody']).then((result) => Number(result.stdout), () => unusedUser);
    return answer | 0; // macOS prints -2 as an unsigned number
  };
  return { uid: await numberOf('-u'), gid: await numberOf('-g') };
}

/** Another user must pass through the data directory to reach the cluster inside; it may still not list it. */
async function letEnter(dataDirectory: string): Promise<boolean> {
  const { mode } = await stat(dataDirectory);
  if ((mode & 0o001) !== 0) return false;
  await chmod(dataDirectory, (mode & 0o7777) | 0o011);
  return true;
}

/** The identity when the probe succeeds, else what it printed. */
async function tryCandidate(candidate: Candidate, binaries: Binaries, dataDirectory: string): Promise<Identity | string> {
  const script = 'cd "$1" && exec "$2" --version';
  const [command, ...args] = [...candidate.prefix, '/bin/sh', '-c', script, 'probe', dataDirectory, binaries.postgres];
  try {
    const { stdout } = await run(command as string, args, {
      ...(candidate.spawn as { uid?: number; gid?: number }), env: programEnvironment(binaries),
    });
    return { ...candidate, version: stdout.trim() };
  } catch (error) {
    return (error as { stderr?: string }).stderr || (error as Error).message;
  }
}

/** Gives a folder to the identity when another one owned it (for example after namespaces became available). */
export async function takeOwnership(identity: Identity, directory: string): Promise<void> {
  if ((process.getuid?.() ?? -1) !== 0 || (await lstat(directory)).uid === identity.uid) return;
  for (const entry of await readdir(directory, { recursive: true })) {
    await lchown(join(directory, entry), identity.uid, identity.gid);
  }
  await lchown(directory, identity.uid, identity.gid);
}

/** Files that root makes in another user's data directory go to that user, or the next start without root fails on them. */
export async function giveToDirectoryOwner(dataDirectory: string, file: string): Promise<void> {
  if ((process.getuid?.() ?? -1) !== 0) return;
  const { uid, gid } = await stat(dataDirectory);
  if (uid !== 0) await chown(file, uid, gid);
}
