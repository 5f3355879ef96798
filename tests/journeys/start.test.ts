import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { changeUrl, withConnection } from '../../src/postgres/connect.ts';
import { findRunningEmbedded, stopAbandoned } from '../../src/postgres/embedded/index.ts';
import { commandLine } from '../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Program {
  readonly process: ChildProcess;
  /** Everything it printed so far, both streams. */
  text(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

const children = new Set<ChildProcess>();

function run(words: readonly string[], settings: Readonly<Record<string, string>>, file = inject('ordoPrograms').ordo): Program {
  const { ORDO_URL: _url, ORDO_API_KEY: _key, DATABASE_URL: _database, ...inherited } = process.env;
  const child = spawn(process.execPath, [file, ...words], { cwd: root, env: { ...inherited, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => { text += piece.toString(); });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { process: child, text: () => text, ended };
}

async function until<T>(look: () => T | undefined | Promise<T | undefined>, what: string, milliseconds = 60_000): Promise<T> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

interface Started extends Program {
  readonly url: string;
  readonly link: string;
}

async function start(settings: Readonly<Record<string, string>>, file?: string): Promise<Started> {
  const program = run(['start'], { PORT: '0', ORDO_LOG_LEVEL: 'error', ...settings }, file);
  const link = await until(() => {
    if (program.process.exitCode !== null) throw new Error(`it ended: ${program.text()}`);
    return /http:\S+\/sign-in\?token=\S+/.exec(program.text())?.[0];
  }, 'the sign-in link');
  return { ...program, url: new URL(link).origin, link };
}

let directory: string;
let external: TestDatabase;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ordo-start-'));
  external = await createTestDatabase();
});
afterEach(() => { for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL'); });
afterAll(async () => {
  await stopAbandoned(directory, () => {}).catch(() => {});
  await rm(directory, { recursive: true, force: true });
  await external.drop();
});

const connection = async (): Promise<{ url: string; api_key: string }> => JSON.parse(await readFile(join(directory, 'connection.json'), 'utf8'));

async function ask(url: string, path: string, key: string): Promise<any> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return response.json();
}

const orderNumber = async (key: string, url: string, externalId: string): Promise<number | undefined> =>
  (await ask(url, `/v1/orders?external_id=${externalId}`, key)).data[0]?.number;

// One story, told in order: the same data directory goes through all of it.
describe('a start', () => {
  let firstNumber: number | undefined;
  let firstKey = '';

  it('complaint 20: brings a fresh directory to a signed-in, living demonstration, and stops cleanly', { timeout: 120_000 }, async () => {
    const ordo = await start({ ORDO_DATA_DIR: directory }, 'bin/ordo.js');
    expect(ordo.text()).toMatch(/Database started +\d+\.\d s[^]*Schema up to date +\d+\.\d s[^]*Demonstration ready +\d+\.\d s/);
    expect(ordo.text()).toContain(directory);
    const { url, api_key: key } = await connection();
    expect(url).toBe(ordo.url);
    expect((await stat(join(directory, 'connection.json'))).mode & 0o777).toBe(0o600);

    const signedIn = await fetch(ordo.link, { redirect: 'manual' });
    expect(signedIn.status).toBe(303);
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await fetch(`${url}/v1/orders?limit=1`, { headers: { cookie } })).status).toBe(200);
    expect((await fetch(ordo.link, { redirect: 'manual' })).status).toBe(401);

    expect((await ask(url, '/v1/orders?limit=250&count=estimate', key)).count.value).toBeGreaterThanOrEqual(500);
    expect(await ask(url, '/health/ready', key)).toEqual({ ok: true, checks: { database: 'reachable', migrations: 'current' } });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('ordo_commands_waiting');
    const live = await until(async () => (await ask(url, '/v1/orders?limit=1', key)).data.find((order: any) => order.external_id.startsWith('LIVE-')), 'a live order', 10_000);
    expect(live.channel).toMatch(/^demo-/);
    firstNumber = await orderNumber(key, url, 'DEMO-0100');
    firstKey = key;

    const began = Date.now();
    ordo.process.kill('SIGINT');
    expect(await ordo.ended).toBe(0);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(ordo.text()).toContain('Ordo has stopped.');
    expect(await findRunningEmbedded(directory)).toBeNull();
  });

  it('a second time keeps data and key, outlives the death of its database, and goes on after its own', { timeout: 120_000 }, async () => {
    const ordo = await start({ ORDO_DATA_DIR: directory });
    const { url, api_key: key } = await connection();
    expect(key).toBe(firstKey);
    expect(await orderNumber(key, url, 'DEMO-0100')).toBe(firstNumber);

    const server = await findRunningEmbedded(directory);
    process.kill(server?.pid ?? 0, 'SIGKILL');
    const statuses = new Set<number>();
    await until(async () => {
      const response = await fetch(`${url}/v1/orders?limit=1`, { headers: { authorization: `Bearer ${key}` } });
      statuses.add(response.status);
      if (response.status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      return statuses.has(503) && response.status === 200 ? true : undefined;
    }, 'the database to be back', 20_000);
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);

    ordo.process.kill('SIGKILL');
    await ordo.ended;
    const again = await start({ ORDO_DATA_DIR: directory, ORDO_DEMO: '0' });
    expect(await orderNumber(key, again.url, 'DEMO-0100')).toBe(firstNumber);
    const checked = await commandLine(['verify', '--json'], { ORDO_DATA_DIR: directory });
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.out)).toMatchObject({ clean: true });
    const explained = await commandLine(['orders', 'explain', String(firstNumber)], { ORDO_DATA_DIR: directory });
    expect(explained.code).toBe(0);
    expect(explained.out).toMatch(/Decision 1[^]*NODE +DISTANCE +COST[^]*CHOSEN/);
    again.process.kill('SIGTERM');
    expect(await again.ended).toBe(0);
  });
});

describe('roles on an external database', () => {
  const key = 'a bootstrap key'.replaceAll(' ', '-');

  it('serve the API with the key of the operator, or only health, and stop apart', async () => {
    const shared = { DATABASE_URL: external.ownerUrl, ORDO_DEMO: '0', ORDO_BOOTSTRAP_KEY: key };
    const api = await start({ ...shared, ORDO_ROLE: 'api', ORDO_DATA_DIR: join(directory, 'api') });
    expect(api.text()).toContain('Warning: ORDO_BOOTSTRAP_KEY has 15 characters');
    expect(api.text()).not.toContain(key);
    expect((await ask(api.url, '/v1/orders', key)).data).toEqual([]);
    const worker = run(['start'], { ...shared, PORT: '0', ORDO_ROLE: 'worker', ORDO_DATA_DIR: join(directory, 'worker') });
    const url = await until(() => /Ordo runs at (http:\S+)/.exec(worker.text())?.[1], 'the worker');
    expect(await ask(url, '/health/ready', key)).toMatchObject({ ok: true });
    expect((await fetch(`${url}/v1/orders`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(404);
    const reported = await fetch(`${api.url}/v1/verification`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: '{"throttle":false}' });
    expect(await reported.json()).toMatchObject({ clean: true });
    for (const program of [api, worker]) {
      program.process.kill('SIGTERM');
      expect(await program.ended).toBe(0);
    }
  });
});

/** Each failed start says one sentence and its fix, ends with 1 (with 2 where a setting cannot be read), and shows no stack. */
describe('a start that cannot be', () => {
  const expectProblem = async (settings: Readonly<Record<string, string>>, sentence: RegExp, code = 1): Promise<void> => {
    const ordo = run(['start'], { ORDO_DATA_DIR: join(directory, 'unused'), ...settings });
    expect(await ordo.ended).toBe(code);
    expect(ordo.text()).toMatch(sentence);
    expect(ordo.text()).not.toMatch(/^ +at /m);
    expect(ordo.text()).not.toContain('hush-hush');
  };

  it('names a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expectProblem({ PORT: String(port) }, new RegExp(`Port ${port} on 127.0.0.1 is taken[^]*PORT=8081`));
    other.close();
  });

  it('names what is wrong with DATABASE_URL', async () => {
    const wrong = (change: Parameters<typeof changeUrl>[1]) => ({ PORT: '0', DATABASE_URL: changeUrl(external.ownerUrl, change) });
    await Promise.all([
      expectProblem(wrong({ password: 'hush-hush' }), /refused the login of user[^]*Correct the user and password/),
      expectProblem(wrong({ database: 'nowhere' }), /has no database "nowhere"[^]*CREATE DATABASE/),
      expectProblem({ PORT: '0', DATABASE_URL: 'postgres://someone:hush-hush@127.0.0.1:9/ordo' }, /PostgreSQL at 127\.0\.0\.1:9 cannot be reached[^]*Check host and port/),
      expectProblem({ PORT: '0', DATABASE_URL: 'mysql://someone:hush-hush@127.0.0.1/ordo' }, /DATABASE_URL is not a PostgreSQL address/, 2),
    ]);
  });

  it('names a database that is newer than the program', async () => {
    await withConnection(external.ownerUrl, (owner) => owner.query(`insert into ordo.migration (number, name, checksum) values (9999, '9999_future.sql', '')`));
    await expectProblem({ PORT: '0', DATABASE_URL: external.ownerUrl }, /schema is at number 9999[^]*Start the newer version/);
  });

  it('names a data directory that is no directory, and settings that are none', async () => {
    await Promise.all([
      expectProblem({ PORT: '0', ORDO_DATA_DIR: join(directory, 'connection.json') }, /data directory [^]* cannot be used[^]*Make it a directory/),
      expectProblem({ PORT: 'http', ORDO_ROLE: 'boss' }, /PORT is "http", which is not a whole number[^]*ORDO_ROLE is "boss", which is none of api, worker, all/, 2),
    ]);
  });
});
