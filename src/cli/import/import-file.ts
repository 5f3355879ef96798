import { rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LineFile } from '../../files/error-rows.ts';
import { FileProblem } from '../../files/problem.ts';
import { type Source, openSource, type SourceRequest } from '../../files/import/entries.ts';
import { type ChunkOutcome, type Counts, type ImportOptions, KINDS, runImport } from '../../files/import/run.ts';
import type { ImportTarget, Refusal } from '../../files/import/target.ts';
import { localFile } from '../../files/text-file.ts';
import type { Progress } from './progress.ts';

export interface FileRequest extends Omit<SourceRequest, 'file'> {
  readonly path: string;
  readonly errorsFile: string;
  readonly options: ImportOptions;
  readonly api: ImportTarget;
  readonly progress: Progress;
}

export interface FileResult {
  /** Rows of a table of orders belong to fewer orders; everything else is one row each. */
  readonly rows: number;
  readonly counts: Counts;
  /** How often each code kept something out, and the first of them in full. */
  readonly codes: Readonly<Record<string, number>>;
  readonly first: readonly (Refusal & { readonly line: number })[];
}

const FIRST_FAILURES = 10;

/** Imports a file of this machine. What fails goes to the error file, which is there once all of it is written; where nothing fails there is none, and none of an earlier run. */
export async function importFile(request: FileRequest): Promise<FileResult> {
  // Known at the end only, it would be too late: what is wrong with which row is nowhere else.
  if ((await stat(request.errorsFile).catch(() => null))?.isDirectory() === true) throw new FileProblem('ERRORS_FILE', `${request.errorsFile} is a directory.`, 'Name a file with --errors.');
  const source = await openSource({ ...request, file: localFile(request.path) });
  const errors = new LineFile(request.errorsFile);
  try {
    const result = await work(request, source, errors);
    if (result.counts.fail > 0) await errors.close();
    else {
      await errors.discard();
      if (resolve(request.errorsFile) !== resolve(request.path)) await rm(request.errorsFile, { force: true });
    }
    return result;
  } catch (error) {
    await errors.discard();
    throw error;
  }
}

async function work({ kind, api, progress, options }: FileRequest, source: Source, errors: LineFile): Promise<FileResult> {
  const tally = new Tally();
  progress.stage(options.isTrial ? 'Trying' : KINDS[kind].stage, source.most);
  await errors.write(source.errorHeading);
  await runImport({
    source, kind, options, target: api, skip: 0,
    async record(chunk) {
      tally.add(chunk);
      for (const { text } of chunk.failures) await errors.write(text);
      progress.add(chunk.rows);
    },
  });
  progress.end();
  return tally;
}

class Tally implements FileResult {
  rows = 0;
  readonly counts = { create: 0, update: 0, skip: 0, fail: 0 };
  readonly codes: Record<string, number> = {};
  readonly first: (Refusal & { readonly line: number })[] = [];

  add({ rows, counts, failures }: ChunkOutcome): void {
    this.rows += rows;
    for (const action of ['create', 'update', 'skip', 'fail'] as const) this.counts[action] += counts[action];
    for (const { line, code, detail } of failures) {
      this.codes[code] = (this.codes[code] ?? 0) + 1;
      if (this.first.length < FIRST_FAILURES) this.first.push({ line, code, detail });
    }
  }
}
