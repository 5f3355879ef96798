import { statfs } from 'node:fs/promises';
import { StartProblem } from '../start-problem.ts';

const diskFullText = /No space left on device|Disk quota exceeded/;
const noSpaceBytes = 1_000_000;
const notWritableText = /Permission denied|Read-only file system|has wrong ownership|has invalid permissions/;

/** No space left, with what is free now: more than nothing, when a failed creation has already cleaned up after itself. */
export async function diskFull(directory: string): Promise<StartProblem> {
  return new StartProblem(
    'DISK_FULL',
    `The disk that holds ${directory} has too little space for the database (${inMegabytes(await freeBytes(directory))} free).`,
    'Free some space (at least 500 MB) and start again; nothing that was confirmed is lost.',
  );
}

async function freeBytes(directory: string): Promise<number | null> {
  return statfs(directory).then(({ bavail, bsize }) => bavail * bsize, () => null);
}

function inMegabytes(bytes: number | null): string {
  return bytes === null ? 'an unknown amount' : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function notWritable(directory: string, detail: string): StartProblem {
  return new StartProblem(
    'DATA_DIR_NOT_WRITABLE',
    `The data directory ${directory} cannot be used: ${detail}.`,
    'Make it a directory that the user running this program owns and may write, or choose another one.',
  );
}

/** Runs a step that touches the data directory and turns its file errors into a StartProblem. */
export async function withFileProblems<T>(directory: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw await diskFull(directory);
    if (code === 'EACCES' || code === 'EPERM') throw notWritable(directory, 'permission was denied');
    if (code === 'EROFS') throw notWritable(directory, 'the file system is read-only');
    if (code === 'ENOTDIR' || code === 'EEXIST') throw notWritable(directory, 'a file is in its place');
    throw error;
  }
}

/** Reads what initdb or the server printed before it gave up. */
export async function problemFromOutput(directory: string, what: string, output: string): Promise<StartProblem> {
  // A full disk also swallows the log line that would say so, so the space left is asked as well.
  const free = await freeBytes(directory);
  if (diskFullText.test(output) || (free !== null && free < noSpaceBytes)) return diskFull(directory);
  const reason = lastComplaint(output);
  if (notWritableText.test(output)) return notWritable(directory, reason);
  return new StartProblem(
    'SERVER_NOT_STARTED',
    `${what} did not succeed: ${reason}.`,
    `Look at the last lines of ${directory}/postgres.log, or set DATABASE_URL to use another PostgreSQL.`,
  );
}

function lastComplaint(output: string): string {
  const lines = output.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const complaint = lines.findLast((line) => /FATAL|PANIC|error:|ERROR/.test(line)) ?? lines.at(-1);
  return (complaint ?? 'it printed nothing').replace(/\.$/, '');
}
