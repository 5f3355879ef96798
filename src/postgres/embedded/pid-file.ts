import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isServerOf } from './process-facts.ts';

/** The server's own postmaster.pid: line 1 process number, 4 port, 7 shared memory, 8 status. */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

export async function readPidFile(cluster: string): Promise<PidFile | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** The running server of this cluster, or null. */
export async function runningServer(cluster: string): Promise<PidFile | null> {
  const file = await readPidFile(cluster);
  return file !== null && isServerOf(file.pid, cluster) ? file : null;
}

/**
 * After a crash the file stays, and its number may meanwhile belong to another program, which makes PostgreSQL refuse to start.
 * Deleting the file would also delete the only trace of the old shared memory, which PostgreSQL must check. So the number is
 * replaced by ours: PostgreSQL never takes its own parent for a rival, and goes on to check the shared memory.
 */
export async function disarmStalePidFile(cluster: string): Promise<void> {
  const path = join(cluster, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return;
  const lines = text.split('\n');
  if (lines.length < 7 || !Number(lines[0])) return unlink(path);
  lines[0] = String(process.pid);
  await writeFile(path, lines.join('\n'));
}
