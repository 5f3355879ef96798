import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Connection } from '../../src/cli/connect.ts';
import type { ImportApi } from '../../src/cli/import/api.ts';
import { verifyTenant } from '../../src/postgres/verify/index.ts';
import { openApi, type TestApi } from './api.ts';
import { reach, type Said } from './cli.ts';
import { createTestDatabase, type TestDatabase } from './postgres.ts';

/** A server on a database of its own, for imports to fill. */
export interface Shop {
  readonly api: TestApi;
  readonly connection: Connection;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

export const silent = { stage: () => undefined, add: () => undefined, end: () => undefined };

export async function openShop(): Promise<Shop> {
  const database: TestDatabase = await createTestDatabase();
  const api = await openApi(database);
  return {
    api, connection: { url: api.url, apiKey: api.adminKey },
    close: async () => {
      await api.close();
      await database.drop();
    },
  };
}

/** How much has happened: it stays where nothing changes. */
export const position = async ({ api }: Shop): Promise<number> => Number((await api.world.query<{ position: string }>('select position from ordo.event_counter'))[0]?.position ?? 0);

export async function isClean({ api }: Shop): Promise<boolean> {
  const { checks } = await verifyTenant(api.world.pool, api.world.tenantId, {});
  return checks.every(({ differences }) => differences === 0);
}

const children = new Set<ChildProcess>();

export function killChildren(): void {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; out: string; err: string }>;
  /** What it said on stderr so far. */
  err(): string;
}

/** What `ordo import` says on the shop's server. */
export const imported = ({ api }: Shop, words: readonly string[]): Promise<Said> => api.ordo('import', ...words);

/** The same as a process of its own, which can be killed. */
export function program({ connection }: Shop, words: readonly string[]): Program {
  const child = spawn(process.execPath, ['bin/ordo.js', 'import', ...words], {
    cwd: root, env: { ...process.env, ...reach(connection) }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const texts = { out: '', err: '' };
  child.stdout.on('data', (piece: Buffer) => (texts.out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (texts.err += piece.toString()));
  return { child, err: () => texts.err, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...texts })) };
}

/** An API of which the n-th change is the last: before it reaches the server, or before its answer is read. */
export function mortal(api: ImportApi, left: { calls: number; answered: boolean }): ImportApi {
  const dying = async <T>(call: () => Promise<T>): Promise<T> => {
    left.calls -= 1;
    if (left.calls < 0 && !left.answered) throw new Error('killed');
    const answer = await call();
    if (left.calls < 0) throw new Error('killed');
    return answer;
  };
  return {
    ...api,
    saveChannel: (...given) => dying(() => api.saveChannel(...given)), cancel: (...given) => dying(() => api.cancel(...given)), releaseHold: (...given) => dying(() => api.releaseHold(...given)),
    bulk: async (path, lines) => {
      const replies = [];
      // Receipts one by one, so that the import can end among them.
      const step = path === '/v1/stock/receipts/bulk' ? 1 : 7;
      for (let at = 0; at < lines.length; at += step) replies.push(...(await dying(() => api.bulk(path, lines.slice(at, at + step)))));
      return replies;
    },
  };
}

/** Runs an import again and again, each time with one change more before it is killed, until one run ends. Answers how often it was killed. */
export async function surviveDeaths(connection: ImportApi, step: number, run: (api: ImportApi) => Promise<unknown>): Promise<number> {
  for (let deaths = 0; deaths <= 100; deaths += 1) {
    const isDone = await run(mortal(connection, { calls: step * deaths, answered: deaths % 2 === 0 })).then(() => true, (error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'killed') throw error;
      return false;
    });
    if (isDone) return deaths;
  }
  throw new Error('the import does not get any further');
}
