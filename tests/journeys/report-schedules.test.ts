import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportRun } from '../../src/flows/report-schedules.ts';
import { parsePublicId } from '../../src/domain/kernel/index.ts';
import { postgresMails } from '../../src/postgres/mails.ts';
import { postgresReportSchedules } from '../../src/postgres/report-schedules.ts';
import { createMailer } from '../../src/server/mail/smtp.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { commandLine, reach, type Said } from '../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { openSmtp } from '../support/smtp.ts';
import { runWorkers, until } from '../support/workers.ts';
import { aChannel, anItem, aNode, anOrder, type World } from '../support/world.ts';

let database: TestDatabase;
let server: TestApi;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  ({ world } = server);
  await world.facts({ items: [anItem('A')], nodes: [aNode('berlin')], channels: [aChannel('web')] });
  await world.receive('A', 'berlin', 10);
  await world.capture(anOrder([{ sku: 'A', quantity: 1 }]));
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

interface Schedule { id: string; next_at: string | null; waiting: boolean; paused: boolean; version: number; to: string[]; runs: { outcome: string; note: string | null; mails: number }[] }
interface Problem { code: string; errors: { pointer: string }[] }
async function call<T>(method: string, path: string, body?: unknown, key = server.adminKey): Promise<{ status: number; body: T }> {
  const response = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, body: await response.json() as T };
}
const keyOf = async (scopes: readonly string[]): Promise<{ key: string; id: string }> => {
  const { body } = await call<{ key: string; api_key: { id: string } }>('POST', '/v1/api-keys', { name: 'some', scopes });
  return { key: body.key, id: body.api_key.id };
};
const DAILY = { report: 'volume', name: 'Volume <b>of & the</b> day', period: 'last_7_days', cadence: 'daily', time: '07:30', zone: 'Europe/Berlin', group_by: 'channel', to: ['boss@example.com'], language: 'de' };
const make = async (over: object = {}, key = server.adminKey): Promise<Schedule> => (await call<Schedule>('POST', '/v1/report-schedules', { ...DAILY, ...over }, key)).body;
const read = async (id: string): Promise<Schedule | undefined> => (await call<{ data: Schedule[] }>('GET', '/v1/report-schedules?report=volume')).body.data.find((one) => one.id === id);
const missed = (id: string, days: number): Promise<unknown> => world.query(`update ordo.report_schedule set next_at = now() - make_interval(days => $2) where id = $1`, [parsePublicId('reportSchedule', id), days]);

test('what does not fit together is refused, all of it at once', async () => {
  const { status, body } = await call<Problem>('POST', '/v1/report-schedules', { ...DAILY, cadence: 'weekly', month_day: 3, node: 'berlin', group_by: 'node' });
  expect([status, body.code, body.errors.map(({ pointer }) => pointer).toSorted()]).toEqual([422, 'INVALID_FIELD', ['#/group_by', '#/month_day', '#/node', '#/weekday']]);
  expect((await call<Problem>('POST', '/v1/report-schedules', { ...DAILY, to: ['nobody'], time: '25:00', zone: 'Mars' })).body.errors.map(({ pointer }) => pointer).toSorted()).toEqual(['#/time', '#/to/0', '#/zone']);
  expect((await call<Problem>('POST', '/v1/report-schedules', { ...DAILY, report: 'nothing' })).body.errors).toMatchObject([{ pointer: '#/report' }]);
});

test('a report that was missed for a week is sent once, with its table, and then goes on as ever', async () => {
  const smtp = await openSmtp();
  const { id } = await make();
  await missed(id, 7);
  const workers = runWorkers(world, { mail: { mailer: createMailer({ url: smtp.url, connectMs: 500, idleMs: 500, totalMs: 1_000 }), publicUrl: 'https://ordo.example' } });
  await until('it was sent', async () => smtp.taken.length > 0);
  await until('and is on record', async () => (await read(id))?.runs.length === 1 && (await postgresMails(world.pool).list(world.tenantId, { state: 'sent', kind: 'report', orderId: null, before: null, limit: 9 })).length === 1);
  await workers.stop();
  await smtp.close();
  const now = await read(id);
  expect(now?.runs).toMatchObject([{ outcome: 'sent', note: null, mails: 1 }]);
  expect(Date.parse(now?.next_at ?? '')).toBeGreaterThan(Date.now());
  expect(smtp.taken).toHaveLength(1);
  const [mail] = (await call<{ data: { id: string; order: null }[] }>('GET', '/v1/mails?kind=report')).body.data;
  expect(mail).toMatchObject({ order: null, order_number: null, channel: null, state: 'sent', to: 'boss@example.com', language: 'de' });
  const detail = (await call<{ message: { html: string; text: string; attachment: { name: string; csv: string } } }>('GET', `/v1/mails/${mail?.id ?? ''}`)).body;
  expect(detail.message.attachment.csv).toMatch(/^period,key,from,to,figure,currency,value\r?\n/);
  expect(detail.message.html).toContain('Volume &lt;b&gt;of &amp; the&lt;&#47;b&gt; day');
  expect(detail.message.text).toContain('https://ordo.example/reports/volume?from=');
  expect(JSON.stringify(smtp.taken[0])).toContain('text/csv');
  expect((await call<Problem>('POST', `/v1/mails/${mail?.id ?? ''}/retry`, {})).body.code).toBe('NOT_IN_STATE');
});

test('two workers that both saw a sending due write it once; one that lost its lease writes nothing', async () => {
  const { id } = await make();
  await missed(id, 1);
  const schedules = postgresReportSchedules(world.pool);
  const due = (await schedules.due(world.tenantId, Date.now(), 10)).find(({ schedule }) => schedule.id === parsePublicId('reportSchedule', id));
  const lease = (name: string, fence: number) => world.query(`insert into ordo.lease (tenant_id, name, holder, fence, expires_at) values ($1, $2, 'x', $3, now() + interval '1 hour') on conflict (tenant_id, name) do update set fence = excluded.fence, expires_at = excluded.expires_at`, [world.tenantId, name, fence])
    .then(() => ({ tenantId: world.tenantId, name, holder: 'x', fence }));
  const held = await lease('schedules here', 7);
  const run: ReportRun = { at: Date.now(), outcome: 'failed', note: 'x', mails: 0 };
  if (!due) throw new Error('nothing is due');
  expect(await schedules.finish({ ...held, fence: 6 }, due.schedule, run, [], true)).toBe(false);
  const both = await Promise.all([schedules.finish(held, due.schedule, run, [], true), schedules.finish(held, due.schedule, { ...run, at: run.at + 1 }, [], true)]);
  expect(both.toSorted()).toEqual([false, true]);
  expect((await read(id))?.runs).toHaveLength(1);
});

test('what it says is what whoever made it may read when it is sent, and why it was not is on record', async () => {
  const reader = await keyOf(['orders:read']);
  expect((await call<Problem>('POST', '/v1/report-schedules', DAILY, reader.key)).status).toBe(403);
  const writer = await keyOf(['orders:read', 'orders:write']);
  const mine = await make({ name: 'Mine' }, writer.key);
  const theirs = await make({ name: 'Of the administrator' });
  expect((await call<{ data: Schedule[] }>('GET', '/v1/report-schedules', undefined, writer.key)).body.data.map(({ id }) => id)).toEqual([mine.id]);
  expect((await call('PATCH', `/v1/report-schedules/${theirs.id}`, { paused: true }, writer.key)).status).toBe(404);
  await call('DELETE', `/v1/api-keys/${writer.id}`);
  await call('POST', `/v1/report-schedules/${mine.id}/send`, {});
  const nobody = await make({ name: 'To nobody', to: ['usr_0192aaaabbbb7ccc8dddeeeeffff0001'] });
  expect((await call<Schedule>('POST', `/v1/report-schedules/${nobody.id}/send`, {})).body.waiting).toBe(true);
  const workers = runWorkers(world);
  await until('both were tried', async () => (await read(mine.id))?.runs.length === 1 && (await read(nobody.id))?.runs.length === 1);
  await workers.stop();
  expect(await read(mine.id)).toMatchObject({ waiting: false, runs: [{ outcome: 'failed', note: 'Whoever arranged this may not sign in any more, or their key has ended.', mails: 0 }] });
  expect(await read(nobody.id)).toMatchObject({ waiting: false, runs: [{ outcome: 'failed', note: 'Nobody it was sent to has an address any more.' }] });
});

test('it is changed, paused and removed, and the audit log says so without addresses', async () => {
  const { id, version } = await make();
  expect(version).toBe(1);
  const paused = (await call<Schedule>('PATCH', `/v1/report-schedules/${id}`, { paused: true, to: ['secret@example.com'] })).body;
  expect(paused).toMatchObject({ paused: true, next_at: null, version: 2 });
  expect((await call<{ data: { changes: object[] }[] }>('GET', '/v1/audit?limit=1')).body.data[0]).toMatchObject({ type: 'ReportScheduleSaved', object: { kind: 'report_schedule', id }, changes: [{ field: 'paused', before: false, after: true }, { field: 'to', hidden: true }] });
  await missed(id, 3);
  expect((await postgresReportSchedules(world.pool).due(world.tenantId, Date.now(), 10)).map(({ schedule }) => schedule.id)).not.toContain(parsePublicId('reportSchedule', id));
  expect((await call<Schedule>('PATCH', `/v1/report-schedules/${id}`, { paused: false })).body.next_at).not.toBeNull();
  expect((await call('DELETE', `/v1/report-schedules/${id}`)).status).toBe(200);
  expect(await read(id)).toBeUndefined();
});

test('from the command line a report is arranged, changed, paused, resumed, sent at once and removed', async () => {
  const cli = (...words: string[]): Promise<Said> => commandLine(words, reach({ url: server.url, apiKey: server.adminKey }));
  expect(await cli('reports', 'schedule')).toMatchObject({ code: 2, out: expect.stringContaining('reports schedule pause') });
  expect(await cli('reports', 'schedule', 'lits')).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "reports schedule list"?') });
  expect(await cli('reports', 'schedule', 'create', 'volume', '--name', 'X')).toMatchObject({ code: 2, err: expect.stringContaining('needs --to PEOPLE and --cadence CADENCE and --time TIME') });
  const refused = await cli('reports', 'schedule', 'create', 'volume', '--name', 'X', '--to', 'nobody', '--cadence', 'weekly', '--time', '07:30');
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Neither one e-mail address nor the id of a person.')]);
  const made = await cli('reports', 'schedule', 'create', 'volume', '--name', 'From the shell', '--to', 'a@example.com, b@example.com', '--cadence', 'weekly', '--weekday', '1', '--time', '07:30', '--zone', 'Europe/Berlin', '--by', 'channel', '--json');
  expect(made.code).toBe(0);
  const { id } = JSON.parse(made.out) as Schedule;
  expect(await read(id)).toMatchObject({ name: 'From the shell', to: ['a@example.com', 'b@example.com'], weekday: 1, zone: 'Europe/Berlin', group_by: 'channel', period: 'last_7_days', paused: false });
  expect((await cli('reports', 'schedule', 'change', id)).code).toBe(2);
  expect(await cli('reports', 'schedule', 'change', id, '--cadence', 'monthly', '--weekday', 'none', '--month-day', '31', '--by', 'none')).toMatchObject({ code: 0, out: expect.stringContaining('monthly on the 31. at 07:30 Europe/Berlin, next ') });
  expect(await read(id)).toMatchObject({ cadence: 'monthly', weekday: null, month_day: 31, group_by: null, name: 'From the shell' });
  expect(await cli('reports', 'schedule', 'pause', id)).toMatchObject({ code: 0, out: expect.stringContaining('paused') });
  expect((await cli('reports', 'schedule', 'list', '--report', 'volume')).out).toMatch(new RegExp(`${id} .*From the shell .*paused +never`));
  expect((await cli('reports', 'schedule', 'resume', id)).code).toBe(0);
  expect(await read(id)).toMatchObject({ paused: false, next_at: expect.any(String) });
  const smtp = await openSmtp();
  const workers = runWorkers(world, { mail: { mailer: createMailer({ url: smtp.url, connectMs: 500, idleMs: 500, totalMs: 1_000 }) } });
  expect(await cli('reports', 'schedule', 'send', id)).toMatchObject({ code: 0, out: 'Sent in 2 mails.\n' });
  await cli('reports', 'schedule', 'change', id, '--to', 'usr_0192aaaabbbb7ccc8dddeeeeffff0001');
  expect(await cli('reports', 'schedule', 'send', id)).toMatchObject({ code: 1, err: expect.stringContaining('Nobody it was sent to has an address any more.') });
  await workers.stop();
  await smtp.close();
  expect(await cli('reports', 'schedule', 'remove', id)).toMatchObject({ code: 0, out: 'It is sent no more.\n' });
  expect((await cli('reports', 'schedule', 'remove', id)).code).toBe(1);
  expect(await read(id)).toBeUndefined();
});
