import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeDirectory } from './directory.ts';

it('makes what is missing, for its user and group alone, and leaves what is there', async () => {
  const place = await mkdtemp(join(tmpdir(), 'ordo-directory-'));
  onTestFinished(() => rm(place, { recursive: true }));
  const path = join(place, 'a', 'b', 'c');
  await makeDirectory(path);
  await makeDirectory(path);
  for (const one of [path, join(place, 'a')]) expect((await stat(one)).mode & 0o7777 & 0o027).toBe(0);
  await writeFile(join(path, 'file'), '');
  for (const below of ['file', 'file/d']) await expect(makeDirectory(join(path, below))).rejects.toMatchObject({ code: 'DATA_DIR_NOT_WRITABLE', message: expect.stringContaining('a file is in its place') });
});

it.runIf(process.platform === 'linux').each(['/proc/ordo', '/proc/ordo/below'])('comes back from %s, where nobody can make a directory', async (path) => {
  await expect(makeDirectory(path)).rejects.toMatchObject({ code: 'DATA_DIR_NOT_WRITABLE', message: expect.stringContaining('/proc/ordo cannot be used: its file system lets nobody make it.') });
});
