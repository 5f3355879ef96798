import { spawn } from 'node:child_process';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../connect.ts';
import { kill, preparedDirectory, query, removePrototype, startChild, temporaryDirectory } from './child.testing.ts';
import { findRunningEmbedded, startEmbedded, type EmbeddedServer } from './index.ts';

afterAll(removePrototype);

async function start(dataDirectory: string, log: (line: string) => void = () => {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDirectory, log });
  onTestFinished(() => server.stop());
  return server;
}

it('keeps the data over stop and start, and keeps the promises of its settings', async () => {
  const directory = await temporaryDirectory();
  const first = await start(directory);
  await query(first.ownerUrl, 'create table kept as select 41 + 1 as answer');
  expect(await query(first.ownerUrl, `select setting from pg_settings where name in
    ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums') order by name`)).toEqual(['on', 'on', 'on', 'on']);
  expect(await query(first.ownerUrl, `select current_setting('listen_addresses'), current_setting('server_encoding'), lower('ÄÉ')`))
    .toEqual(['127.0.0.1', 'UTF8', 'äé']);
  await expect(connect(first.ownerUrl.replace(/:[^:@]+@/, ':wrong@'))).rejects.toMatchObject({ code: 'DATABASE_LOGIN_REFUSED' });
  expect(await findRunningEmbedded(directory)).toEqual({ ownerUrl: first.ownerUrl, pid: first.pid });
  await Promise.all([first.stop(), first.stop()]);
  expect(await findRunningEmbedded(directory)).toBeNull();

  const second = await start(directory);
  expect(await query(second.ownerUrl, 'select answer from kept')).toEqual([42]);
  expect((await stat(join(directory, 'postgres-owner.json'))).mode & 0o777).toBe(0o600);
});

it('refuses a second starter and leaves the first one at work', async () => {
  const directory = await preparedDirectory();
  const server = await start(directory);
  await expect(startEmbedded({ dataDirectory: directory, log: () => {} })).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  expect(await startChild(directory).answer).toEqual({ problem: 'DATA_DIR_IN_USE' });
  expect(await query(server.ownerUrl, 'select 1')).toEqual([1]);
});

it('starts again after its program was killed, and has every confirmed row', async () => {
  const directory = await preparedDirectory();
  const child = startChild(directory);
  const { ownerUrl, pid } = await child.answer;
  await query(ownerUrl as string, 'create table confirmed as select generate_series(1, 1000) as number');
  await kill(child.process);
  expect(await query(ownerUrl as string, 'select 1')).toEqual([1]); // the server outlived its program

  const lines: string[] = [];
  const server = await start(directory, (line) => lines.push(line));
  expect(lines.join()).toContain(`process ${pid}`);
  expect(await query(server.ownerUrl, 'select count(*)::int from confirmed')).toEqual([1000]);
});

it('comes back on the same port after the server process was killed, even while a worker is busy', async () => {
  const lines: string[] = [];
  const server = await start(await preparedDirectory(), (line) => lines.push(line));
  const busy = await connect(server.ownerUrl);
  const broken = expect(busy.query(`select count(*) from generate_series(1, 30000000)`)).rejects.toThrow();
  await sleep(100);
  const killed = server.pid;
  process.kill(killed, 'SIGKILL');
  await vi.waitUntil(() => server.pid !== killed, { timeout: 20_000, interval: 20 });
  expect(await query(server.ownerUrl, 'select 1')).toEqual([1]);
  expect(lines.join()).toContain('signal SIGKILL');
  await broken;
});

it('starts although the number in a stale pid file now belongs to another program', async () => {
  const directory = await preparedDirectory();
  const child = startChild(directory);
  const { pid } = await child.answer;
  await kill(child.process);
  process.kill(pid as number, 'SIGKILL');
  const other = spawn('sleep', ['60']);
  onTestFinished(() => { other.kill(); });
  const path = join(directory, 'postgres', 'postmaster.pid');
  await writeFile(path, (await readFile(path, 'utf8')).replace(/^\d+/, String(other.pid)));

  const server = await start(directory);
  expect(await query(server.ownerUrl, 'select 1')).toEqual([1]);
  expect(other.exitCode ?? other.signalCode).toBeNull();
});

it('makes the cluster again when its creation was interrupted', async () => {
  const directory = await temporaryDirectory();
  const child = startChild(directory);
  const staged = async () => (await readdir(directory)).some((entry) => entry.startsWith('postgres.init-'));
  await vi.waitUntil(staged, { timeout: 10_000, interval: 5 });
  await sleep(150);
  await kill(child.process);
  await expect(stat(join(directory, 'postgres'))).rejects.toThrow();

  const server = await start(directory);
  expect(await query(server.ownerUrl, 'select current_database()')).toEqual(['ordo']);
});

it('sets a new owner password when the file is lost, and refuses a cluster of another PostgreSQL', async () => {
  const directory = await preparedDirectory();
  await (await start(directory)).stop();
  await rm(join(directory, 'postgres-owner.json'));
  const server = await start(directory);
  expect(await query(server.ownerUrl, 'select current_user')).toEqual(['ordo']);
  await server.stop();

  await writeFile(join(directory, 'postgres', 'PG_VERSION'), '17\n');
  await expect(startEmbedded({ dataDirectory: directory, log: () => {} })).rejects.toMatchObject({ code: 'DATA_DIR_NEWER_POSTGRES' });
});

it('says so when the data directory cannot be one', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'file'), '');
  for (const dataDirectory of [join(directory, 'file'), join(directory, 'file', 'below')]) {
    await expect(startEmbedded({ dataDirectory, log: () => {} })).rejects.toMatchObject({ code: 'DATA_DIR_NOT_WRITABLE' });
  }
});
