import { randomUUID } from 'node:crypto';
import { readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartProblem } from '../start-problem.ts';
import { processScope, readProcess } from './process-facts.ts';

/**
 * One running program per data directory. The lock is a file with the holder's process number and start time. Between two
 * containers that share a volume, process numbers say nothing, so there a heartbeat (the file's time) decides.
 */
export interface Lock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly startedAt: string;
  readonly scope: string;
  readonly token: string;
}

export const lockFileName = 'ordo.lock';
const heartbeatMilliseconds = 2_000;
const heartbeatLostMilliseconds = 8_000;

/** Takes the lock or throws DATA_DIR_IN_USE. The lock of a process that is gone is taken over. */
export async function acquireLock(dataDirectory: string, log: (line: string) => void): Promise<Lock> {
  const path = join(dataDirectory, lockFileName);
  const mine: Holder = {
    pid: process.pid, startedAt: readProcess(process.pid)?.startedAt ?? '', scope: processScope(), token: randomUUID(),
  };
  for (;;) {
    if (await createLock(path, mine)) break;
    const seen = await readLock(path);
    if (seen === null) continue;
    if (await isHeld(path, seen, log)) throw inUse(dataDirectory, seen.holder);
    await removeStale(path, seen.text);
  }
  return holdLock(path, mine.token);
}

/** Writes the lock if there is none, and makes sure that a racing take-over has not moved it away again. */
async function createLock(path: string, mine: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(mine), { flag: 'wx', mode: 0o644 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'ENOSPC' || code === 'EDQUOT') await unlink(path).catch(() => {});
    throw error;
  }
  await sleep(20);
  return (await readLock(path))?.holder?.token === mine.token;
}

async function readLock(path: string): Promise<{ text: string; holder: Holder | null } | null> {
  // A lock is created and then filled: give a half-written one a moment before calling it broken.
  for (let attempt = 0; ; attempt += 1) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    const holder = parseHolder(text);
    if (holder !== null || attempt === 10) return { text, holder };
    await sleep(30);
  }
}

function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    return typeof value.pid === 'number' && typeof value.startedAt === 'string' && typeof value.scope === 'string'
      && typeof value.token === 'string' ? value as Holder : null;
  } catch {
    return null;
  }
}

async function isHeld(path: string, seen: { holder: Holder | null }, log: (line: string) => void): Promise<boolean> {
  const { holder } = seen;
  if (holder === null) return false;
  if (holder.scope === processScope()) return readProcess(holder.pid)?.startedAt === holder.startedAt;
  return heartbeatContinues(path, log);
}

async function heartbeatContinues(path: string, log: (line: string) => void): Promise<boolean> {
  const modified = async () => (await stat(path).catch(() => null))?.mtimeMs ?? 0;
  const first = await modified();
  if (Date.now() - first > heartbeatLostMilliseconds && first <= Date.now()) return false;
  log('The data directory was used from another machine or container a moment ago; waiting to see whether it still is.');
  const deadline = Date.now() + heartbeatLostMilliseconds;
  while (Date.now() < deadline) {
    await sleep(500);
    const now = await modified();
    if (now !== first) return now !== 0;
  }
  return false;
}

/** Two starters may find the same stale lock: only the file that was judged may go, never a fresh one put in its place. */
async function removeStale(path: string, judged: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved !== judged) await writeFile(path, moved, { flag: 'wx' }).catch(() => {});
  await unlink(aside);
}

function holdLock(path: string, token: string): Lock {
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A failed beat (full disk, directory removed) must not take the program down: the next one may succeed.
    utimes(path, now, now).catch(() => {});
  }, heartbeatMilliseconds);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      const current = await readLock(path).catch(() => null);
      if (current?.holder?.token === token) await unlink(path).catch(() => {});
    },
  };
}

function inUse(dataDirectory: string, holder: Holder | null): StartProblem {
  return new StartProblem(
    'DATA_DIR_IN_USE',
    `The data directory ${dataDirectory} is in use by another running process (number ${holder?.pid ?? 'unknown'}).`,
    'Stop that process first, or choose another data directory.',
  );
}
