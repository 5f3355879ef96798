import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { codeOf } from '../connect.ts';
import { BackupProblem, damaged } from './problem.ts';

/** The lowest level: it halves the time of the default one, and rows of text shrink to a tenth with it too. */
const LEVEL = 1;
const CHUNK_BYTES = 1 << 18;

/**
 * Writes a file of lines, each with its end, and their checksum in the last one. Its owner alone may read it; it gets its
 * name when it is whole and on the disk, so a file of that name is never half a backup.
 */
export async function writeLines(path: string, lines: AsyncIterable<string>): Promise<number> {
  if (existsSync(path)) throw new BackupProblem('BACKUP_FILE_EXISTS', `${path} is there already.`, 'Choose another name: a backup never replaces a file.');
  const partial = `${path}.partial`;
  try {
    await rm(partial, { force: true });
    const file = await open(partial, 'wx', 0o600);
    try {
      await pipeline(signed(lines), createGzip({ level: LEVEL, chunkSize: CHUNK_BYTES }), async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) await file.writeFile(chunk);
      });
      await file.sync();
      const { size } = await file.stat();
      await rename(partial, path);
      return size;
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw unwritten(error, path);
  }
}

async function* signed(lines: AsyncIterable<string>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  for await (const some of lines) {
    hash.update(some);
    yield some;
  }
  yield `${JSON.stringify({ sha256: hash.digest('hex') })}\n`;
}

function unwritten(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (!/^E[A-Z]+$/.test(code) || !(error instanceof Error) || !('syscall' in error)) return error;
  const fix = code === 'ENOSPC' ? 'Free some space, or write to another disk.' : 'Name a file in a directory that is there and that you may write to.';
  return new BackupProblem('BACKUP_NOT_WRITTEN', `${path} cannot be written (${code}).`, fix, { cause: error });
}

/** The lines of a backup, many at a time. The consumer keeps the checksum; here it is found out whether the file can be read at all. */
export async function* readLines(path: string): AsyncGenerator<string[]> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const unzipped = pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), gunzip);
  unzipped.catch(() => {});
  gunzip.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of gunzip) {
      rest += String(chunk);
      if (!String(chunk).includes('\n')) continue;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield lines;
    }
  } catch (error) {
    throw unread(error, path);
  }
  if (rest !== '') throw damaged('it ends in the middle of a line');
}

function unread(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code.startsWith('Z_')) return damaged(error instanceof Error ? error.message : code, error);
  if (!/^E[A-Z]+$/.test(code)) return error;
  return new BackupProblem('BACKUP_NOT_READ', `${path} cannot be read (${code}).`, 'Name a file that "ordo backup" wrote.', { cause: error });
}
