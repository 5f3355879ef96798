import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { giveToDirectoryOwner } from './identity.ts';

export const ownerRole = 'ordo';
export const databaseName = 'ordo';
const fileName = 'postgres-owner.json';

export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** The owner's password, or null when the file is missing or broken. */
export async function readPassword(dataDirectory: string): Promise<string | null> {
  try {
    const value = JSON.parse(await readFile(join(dataDirectory, fileName), 'utf8')) as { password?: unknown };
    return typeof value.password === 'string' ? value.password : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Written beside and renamed, so that a power cut leaves the old or the new one. */
export async function writePassword(dataDirectory: string, password: string): Promise<void> {
  const path = join(dataDirectory, fileName);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ user: ownerRole, password })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await giveToDirectoryOwner(dataDirectory, `${path}.new`);
  await rename(`${path}.new`, path);
}

export function ownerUrl(port: number, password: string, database: string = databaseName): string {
  return `postgres://${ownerRole}:${password}@127.0.0.1:${port}/${database}`;
}
