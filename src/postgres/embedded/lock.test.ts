import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from './child.testing.ts';
import { acquireLock, lockFileName } from './lock.ts';
import { processScope, readProcess } from './process-facts.ts';

const quiet = () => {};
const inUse = { code: 'DATA_DIR_IN_USE' };

async function writeHolder(directory: string, change: Record<string, unknown>): Promise<string> {
  const path = join(directory, lockFileName);
  const facts = { pid: process.pid, startedAt: readProcess(process.pid)?.startedAt, scope: processScope(), token: 'other' };
  await writeFile(path, JSON.stringify({ ...facts, ...change }));
  return path;
}

it('is held by one, and free again after release', async () => {
  const directory = await temporaryDirectory();
  const lock = await acquireLock(directory, quiet);
  await expect(acquireLock(directory, quiet)).rejects.toMatchObject(inUse);
  await lock.release();
  expect(await readdir(directory)).toEqual([]);
  await (await acquireLock(directory, quiet)).release();
});

it('is taken over from a process that is gone, whose number was given away, or that wrote only half', async () => {
  const directory = await temporaryDirectory();
  for (const change of [{ pid: 2 ** 22 + 1 }, { startedAt: 'another time' }, { token: 5 }]) {
    await writeHolder(directory, change);
    const lock = await acquireLock(directory, quiet);
    await lock.release();
  }
  expect(await readdir(directory)).toEqual([]);
});

it('goes to exactly one of many that find the same stale lock', async () => {
  const directory = await temporaryDirectory();
  for (let round = 0; round < 5; round += 1) {
    await writeHolder(directory, { pid: 2 ** 22 + 1 });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(directory, quiet)));
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await winners[0]?.value.release();
  }
});

it('asks the heartbeat when the holder is in another container', async () => {
  const directory = await temporaryDirectory();
  const path = await writeHolder(directory, { scope: 'elsewhere' });
  const beat = setInterval(() => { void utimes(path, new Date(), new Date()).catch(quiet); }, 100);
  await expect(acquireLock(directory, quiet)).rejects.toMatchObject(inUse);
  clearInterval(beat);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(path, longAgo, longAgo);
  const lock = await acquireLock(directory, quiet);
  expect(await readFile(path, 'utf8')).toContain(String(process.pid));
  await lock.release();
});
