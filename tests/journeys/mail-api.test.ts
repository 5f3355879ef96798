import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelMail, Mail, MailDetail, MailTemplate, Problem, WrittenMail } from '../../client/src/index.ts';
import type { Scope } from '../../src/flows/access.ts';
import { postgresMails } from '../../src/postgres/mails.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { runWorkers, until } from '../support/workers.ts';
import { aChannel, anItem, aNode } from '../support/world.ts';

let database: TestDatabase;
let server: TestApi;
let reader: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ items: [anItem('A', { name: 'Mug' })], nodes: [aNode('berlin')], channels: [aChannel('web', { name: 'The Shop' })] });
  await server.world.receive('A', 'berlin', 100);
  reader = await server.keyWith(['orders:read'] satisfies Scope[]);
});
afterAll(async () => {
  await server?.close();
  await database?.drop();
});

async function ask<T>(method: string, path: string, body?: unknown, key = server.adminKey): Promise<{ status: number; body: T; headers: Headers }> {
  const answer = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as T };
}
let serial = 0;
const order = async (over: object = {}): Promise<string> => (await ask<{ id: string }>('POST', '/v1/orders', {
  channel: 'web', external_id: `M-${(serial += 1)}`, currency: 'EUR', customer: { name: 'Ida Lind', email: 'ida@example.com', locale: 'de-DE' }, lines: [{ sku: 'A', quantity: 2, unit_price: '10.00' }], ...over,
})).body.id;
/** One mail for each order; written by workers that end before this does. */
async function settled(): Promise<void> {
  const workers = runWorkers(server.world);
  await until('mails are written', async () => (await server.world.query("select from ordo.consumer c join ordo.event_counter k using (tenant_id) where c.name = 'mails' and c.position = k.position and not exists (select from ordo.mail where state = 'waiting')")).length === 1);
  await workers.stop();
}

test('mails are listed newest first, page by page, and filtered', async () => {
  const ids = [await order(), await order(), await order({ customer: { email: 'nobody at all' } })];
  await settled();
  const { body: all } = await ask<{ data: Mail[] }>('GET', '/v1/mails');
  expect(all.data.map(({ order: of, state }) => [of, state])).toEqual([[ids[2], 'refused'], [ids[1], 'kept'], [ids[0], 'kept']]);
  expect(all.data[1]).toMatchObject({ kind: 'confirmation', to: 'ida@example.com', subject: 'Ihre Bestellung M-2', language: 'de', channel: 'web', note: expect.stringContaining('no mail server') });
  const first = (await ask<{ data: Mail[]; next_cursor: string; has_more: boolean }>('GET', '/v1/mails?limit=2')).body;
  expect(first.has_more).toBe(true);
  expect((await ask<{ data: Mail[] }>('GET', `/v1/mails?limit=2&cursor=${first.next_cursor}`)).body.data.map(({ order: of }) => of)).toEqual([ids[0]]);
  for (const [query, count] of [['state=refused', 1], ['kind=shipped', 0], [`order=${ids[1]}`, 1], [`order=${ids[1]}&state=refused`, 0]] as const) {
    expect((await ask<{ data: Mail[] }>('GET', `/v1/mails?${query}`)).body.data, query).toHaveLength(count);
  }
  expect((await ask<Problem>('GET', '/v1/mails?state=lost')).body).toMatchObject({ code: 'INVALID_FIELD', errors: [{ pointer: '#/query/state' }] });
});

test('who may not see persons sees mails without them', async () => {
  const [one] = (await ask<{ data: Mail[] }>('GET', '/v1/mails?state=kept&limit=1', undefined, reader)).body.data;
  expect(one).toMatchObject({ to: 'i•••@e•••.com' });
  const hidden = (await ask<MailDetail>('GET', `/v1/mails/${one?.id}`, undefined, reader)).body;
  expect(hidden.message).toMatchObject({ persons_hidden: true, text: expect.stringContaining('Guten Tag •••,') });
  expect(JSON.stringify(hidden)).not.toMatch(/Ida|ida@/);
  const whole = (await ask<MailDetail>('GET', `/v1/mails/${one?.id}`)).body;
  expect(whole).toMatchObject({ message_id: `<${one?.id}@ordo.invalid>`, message: { persons_hidden: false, text: expect.stringContaining('Guten Tag Ida Lind,'), from: { name: 'The Shop', address: 'orders@ordo.invalid' } } });
  const page = await ask<string>('GET', `/v1/mails/${one?.id}/html`, undefined, reader);
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/);
  expect(page.body).toMatch(/^<!doctype html>[^]*Guten Tag •••,/);
});

test('a mail is retried unless it left, and by the command line', async () => {
  const [refused] = (await ask<{ data: Mail[] }>('GET', '/v1/mails?state=refused')).body.data;
  await server.world.query(`update ordo.order_contact set data = '{"customer":{"email":"now@example.com"}}' where data -> 'customer' ->> 'email' = 'nobody at all'`);
  expect((await ask<Mail>('POST', `/v1/mails/${refused?.id}/retry`, {})).body).toMatchObject({ state: 'waiting' });
  expect((await ask<Problem>('POST', `/v1/mails/${refused?.id}/retry`, {})).body).toMatchObject({ code: 'NOT_IN_STATE', status: 409 });
  await settled();
  expect((await ask<Mail>('GET', `/v1/mails/${refused?.id}`)).body).toMatchObject({ state: 'kept', to: 'now@example.com' });
  expect(await server.ordo('mails', 'list', '--state', 'KEPT')).toMatchObject({ code: 0, out: expect.stringMatching(/NOTED +KIND +STATE[^]*confirmation +kept +now@example\.com/) });
  expect(await server.ordo('mails', 'show', refused?.id ?? '')).toMatchObject({ code: 0, out: expect.stringMatching(/To: now@example\.com[^]*Message-ID: <mal_[^]*Hello,/) });
  expect(await server.ordo('mails', 'retry', '--state', 'kept')).toMatchObject({ code: 0, out: expect.stringContaining('Retried 3 mails.') });
  expect((await server.ordo('mails', 'retry', refused?.id ?? '', 'mal_0192aaaabbbb7ccc8dddeeeeffff0001')).code).toBe(1);
  expect((await server.ordo('mails', 'retry')).code).toBe(2);
  await settled();
  expect((await postgresMails(server.world.pool).counts(server.world.tenantId)).dead).toBe(0);
});

test('a channel says what its mails are like, and every bad field is named', async () => {
  const path = '/v1/channels/web/mail';
  expect((await ask<ChannelMail>('GET', path)).body).toMatchObject({ kinds: ['confirmation', 'shipped', 'delayed', 'cancelled'], confirm_when: 'captured', language: 'en', shop_name: 'The Shop' });
  const wish = { kinds: ['shipped'], from_name: 'Ordering', from_address: 'hello@shop.example', reply_to: 'help@shop.example', language: 'it', shop_name: 'Bottega', brand_colour: '#aa0000', footer: 'P. IVA 1', time_zone: 'Europe/Rome', confirm_when: 'unheld' };
  expect((await ask<ChannelMail>('PUT', path, wish)).body).toEqual(wish);
  const { status, body } = await ask<Problem>('PUT', path, { kinds: ['birthday'], from_address: 'a@b.example\r\nBcc: c@d.example', reply_to: 'x', brand_colour: 'red;}</style>', language: 'Italian', time_zone: 'Mars' });
  expect(status).toBe(422);
  expect(body.errors.map(({ pointer }) => pointer)).toEqual(['#/kinds/0', '#/from_address', '#/reply_to', '#/language', '#/brand_colour', '#/time_zone']);
  expect((await ask<Problem>('PUT', '/v1/channels/moon/mail', { kinds: [] })).status).toBe(404);
  await ask('PUT', path, { kinds: ['confirmation'] });
});

test('a template is checked, tried on a real order, used, and taken back', async () => {
  const path = '/v1/channels/web/mail-templates/confirmation/de';
  expect((await ask<MailTemplate>('GET', path)).body).toMatchObject({ own: false, subject: 'Ihre Bestellung {{order.name}}' });
  const bad = await ask<Problem>('PUT', path, { subject: '{{oder.name}}', text: '{{#items}}', html: '{{{order.name}}}' });
  expect(bad).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/subject', detail: 'There is no placeholder "oder.name" here.' }, { pointer: '#/text' }, { pointer: '#/html' }] } });
  const id = await order();
  const template = { subject: 'Neu: {{order.name}}', text: '{{customer.name}}', html: '<b>{{customer.name}}</b>' };
  const tried = await ask<WrittenMail>('POST', `${path}/preview`, { order: id, template });
  expect(tried.body).toMatchObject({ subject: `Neu: M-${serial}`, text: 'Ida Lind\n', html: '<b>Ida Lind</b>', to: 'ida@example.com' });
  expect((await ask<WrittenMail>('POST', `${path}/preview`, { order: id, template }, reader)).body).toMatchObject({ html: '<b>•••</b>' });
  expect((await ask<Problem>('POST', `${path}/preview`, { order: id, template: { ...template, html: '{{x}}' } })).body.errors[0]).toMatchObject({ pointer: '#/template/html' });
  for (const kind of ['shipped', 'delayed', 'cancelled']) expect((await ask<WrittenMail>('POST', `/v1/channels/web/mail-templates/${kind}/fr/preview`, { order: id })).status, kind).toBe(200);
  expect((await ask<MailTemplate>('PUT', path, template)).body).toMatchObject({ own: true, ...template });
  await settled();
  expect((await ask<{ data: Mail[] }>('GET', `/v1/mails?order=${id}`)).body.data).toMatchObject([{ subject: `Neu: M-${serial}` }]);
  expect((await ask<{ data: MailTemplate[] }>('GET', '/v1/channels/web/mail-templates')).body.data).toMatchObject([{ kind: 'confirmation', language: 'de' }]);
  expect((await ask('DELETE', path)).body).toEqual({ deleted: true });
  expect((await ask('DELETE', path)).status).toBe(404);
  expect((await ask<MailTemplate>('GET', path)).body.own).toBe(false);
  expect((await ask('PUT', '/v1/channels/web/mail-templates/birthday/de', template)).status).toBe(404);
  expect((await ask<Problem>('PUT', '/v1/channels/web/mail-templates/shipped/DEUTSCH', template)).body.errors[0]?.pointer).toBe('#/path/language');
});
