import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';

/** What tells one process from another that later gets the same number. */
export interface ProcessFacts {
  /** Opaque; equal only for the same process within one boot. */
  readonly startedAt: string;
  readonly command: readonly string[];
}

const hasProc = existsSync('/proc/self/stat');

/** The facts of a running process, or null when there is none. A zombie counts as none: it holds nothing any more. */
export function readProcess(pid: number): ProcessFacts | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    return hasProc ? readFromProc(pid) : readFromPs(pid);
  } catch {
    return null;
  }
}

function readFromProc(pid: number): ProcessFacts | null {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program name in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTicks = fields[19];
  if (state === 'Z' || state === 'X' || startTicks === undefined) return null;
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter((part) => part !== '');
  return { startedAt: startTicks, command };
}

function readFromPs(pid: number): ProcessFacts | null {
  const line = execFileSync('ps', ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)], { encoding: 'utf8' });
  const words = line.trim().split(/\s+/);
  if (words.length < 7 || words[0]?.startsWith('Z')) return null;
  return { startedAt: words.slice(1, 6).join(' '), command: words.slice(6) };
}

/** Process numbers only mean something inside this scope: one boot of one kernel, and one process namespace of it. */
export function processScope(): string {
  if (!hasProc) return hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/**
 * True only when `pid` is the main PostgreSQL process of exactly this cluster. Signals are sent to nothing else, because
 * process numbers are reused. `cluster` is a real path (no links), as the server was given it.
 */
export function isServerOf(pid: number, cluster: string): boolean {
  const facts = readProcess(pid);
  if (facts === null) return false;
  const program = basename(executableOf(pid) ?? facts.command[0] ?? '');
  if (!program.startsWith('postgres')) return false;
  // ps gives one string, so a path with spaces arrives in pieces: compare joined.
  return ` ${facts.command.join(' ')} `.includes(` -D ${cluster} `);
}

function executableOf(pid: number): string | null {
  try {
    return hasProc ? readlinkSync(`/proc/${pid}/exe`) : null;
  } catch {
    return null;
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
