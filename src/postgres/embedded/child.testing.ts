import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished } from 'vitest';
import { withConnection } from '../connect.ts';
import { startEmbedded, stopAbandoned } from './index.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Child {
  readonly process: ChildProcess;
  /** What it printed once it was up, or gave up. */
  readonly answer: Promise<{ ownerUrl?: string; pid?: number; problem?: string }>;
}

/** Starts the embedded server in a Node process of its own, optionally as another user. */
export function startChild(dataDirectory: string, user: { uid?: number; gid?: number } = {}): Child {
  const child = spawn(process.execPath, [inject('ordoPrograms').embedded, dataDirectory], {
    ...user, cwd: root, stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => { child.kill('SIGKILL'); });
  const lines = createInterface({ input: child.stdout });
  const answer = Promise.race([
    once(lines, 'line').then(([line]) => JSON.parse(line as string) as Awaited<Child['answer']>),
    once(child, 'exit').then(() => ({ problem: 'the child ended without an answer' })),
  ]);
  return { process: child, answer };
}

export async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** A data directory that is gone after the test, with any server that is still running in it. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ordo-embedded-'));
  onTestFinished(async () => {
    await stopAbandoned(directory, () => {}).catch(() => {});
    await rm(directory, { recursive: true, force: true });
  });
  return directory;
}

let prototype: Promise<string> | undefined;

/** A data directory with a cluster that was created, used once and stopped; a copy takes a tenth of the time of making one. */
export async function preparedDirectory(): Promise<string> {
  prototype ??= makePrototype();
  const directory = await temporaryDirectory();
  await cp(await prototype, directory, { recursive: true });
  return directory;
}

async function makePrototype(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ordo-embedded-'));
  await (await startEmbedded({ dataDirectory: directory, log: () => {} })).stop();
  return directory;
}

/** To be called after all tests of a file that used preparedDirectory(). */
export async function removePrototype(): Promise<void> {
  if (prototype !== undefined) await rm(await prototype, { recursive: true, force: true });
}

export async function query(url: string, text: string): Promise<unknown[]> {
  return withConnection(url, async (client) => (await client.query({ text, rowMode: 'array' })).rows.flat());
}
