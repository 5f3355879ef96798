import { open, rename, stat, truncate, type FileHandle } from 'node:fs/promises';
import { giveToDirectoryOwner } from './identity.ts';

const rotateAtBytes = 10_000_000;
const truncateAtBytes = 50_000_000;

/** Opens the server's log for appending; what came before a start is kept once when it has grown. */
export async function openServerLog(dataDirectory: string, path: string): Promise<FileHandle> {
  if (await sizeOf(path) > rotateAtBytes) await rename(path, `${path}.1`);
  const file = await open(path, 'a', 0o600);
  await giveToDirectoryOwner(dataDirectory, path);
  return file;
}

export async function sizeOf(path: string): Promise<number> {
  return stat(path).then((facts) => facts.size, () => 0);
}

/** What was written since `offset`, at most the last 64 kB. */
export async function readSince(path: string, offset: number): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    const from = Math.max(offset, size - 65_536);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - from)), 0, null, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A server that runs for a year without a restart must not fill its own disk with its log. */
export function keepLogBounded(path: string): { stop(): void } {
  const timer = setInterval(() => {
    sizeOf(path).then((size) => (size > truncateAtBytes ? truncate(path, 0) : undefined)).catch(() => {});
  }, 60_000);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
