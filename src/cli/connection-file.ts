import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How programs on this machine reach a running Ordo: written at each start, readable by its owner only. */
export interface ConnectionFile {
  readonly url: string;
  /** An administrator's key that was made for the command line; kept over restarts. */
  readonly apiKey: string;
}

const FILE_NAME = 'connection.json';

export const connectionFilePath = (dataDirectory: string): string => join(dataDirectory, FILE_NAME);

/** What the file says, or null where there is none that can be read. */
export async function readConnectionFile(dataDirectory: string): Promise<ConnectionFile | null> {
  const text = await readFile(connectionFilePath(dataDirectory), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('url' in value) || !('api_key' in value)) return null;
    const { url, api_key: apiKey } = value;
    return typeof url === 'string' && typeof apiKey === 'string' ? { url, apiKey } : null;
  } catch {
    return null;
  }
}

/** Written beside and renamed, so that a reader never sees half of it. */
export async function writeConnectionFile(dataDirectory: string, { url, apiKey }: ConnectionFile): Promise<void> {
  const path = connectionFilePath(dataDirectory);
  await writeFile(`${path}.new`, `${JSON.stringify({ url, api_key: apiKey }, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}
