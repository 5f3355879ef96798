// The client's source, generated from the OpenAPI document. Everything is read and written locally.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';

export const CLIENT_FOLDER = 'client/src/generated';
export const HEADER = '// Written by npm run generate from docs/reference/openapi.json; do not edit.\n';
/** The copied runtime is not written for exactOptionalPropertyTypes; its types still hold for whoever calls it. */
const RUNTIME_HEADER = `// @ts-nocheck\n${HEADER}`;

/** Relative path to text of every file, in path order. */
export type Files = ReadonlyMap<string, string>;

export async function generateClient(document: Record<string, unknown>): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'ordo-client-'));
  try {
    await createClient({
      // The generator resolves references in place, so it gets a copy of its own.
      input: structuredClone(document),
      output: { path: folder, module: { extension: '.ts' } },
      plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
      logs: { level: 'silent', file: false },
    });
    const files = await readFiles(folder);
    return new Map([...files].map(([path, text]) => [path, (/^(?:client|core)\//.test(path) ? RUNTIME_HEADER : HEADER) + text]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function readFiles(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(await Promise.all(paths.map(async (path): Promise<[string, string]> =>
    [path.slice(folder.length + 1).split(sep).join('/'), await readFile(path, 'utf8')])));
}

/** What differs between two sets of files, one line each; empty when they are the same. */
export function differences(fresh: Files, committed: Files): string[] {
  const paths = [...new Set([...fresh.keys(), ...committed.keys()])].sort();
  return paths.flatMap((path) => {
    if (!committed.has(path)) return [`${path} is missing`];
    if (!fresh.has(path)) return [`${path} is left over`];
    return fresh.get(path) === committed.get(path) ? [] : [`${path} differs`];
  });
}
