import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../connect.ts';
import { notWritable, withFileProblems } from './problems.ts';

/**
 * Makes the data directory, or one in it, with what is missing above it; one that is there stays as it is. Throws StartProblem. Node's own
 * recursive mkdir never comes back where the system says of a directory that is there that it is not, as below /proc.
 */
export const makeDirectory = (path: string): Promise<void> => withFileProblems(path, () => make(path));

async function make(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o750 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && await isDirectory(path)) return;
    if (codeOf(error) !== 'ENOENT') throw error;
    if (await isDirectory(dirname(path))) throw notWritable(path, 'its file system lets nobody make it');
    await make(dirname(path));
    await make(path);
  }
}

const isDirectory = (path: string): Promise<boolean> => stat(path).then((there) => there.isDirectory(), () => false);
