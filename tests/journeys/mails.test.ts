import { changeSupplyOrders } from '../../src/flows/supply-orders.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CaptureOrder } from '../../src/flows/capture-orders.ts';
import type { ChannelMail, LetterKind, MailFilter, MailState, MailView } from '../../src/flows/mails.ts';
import { postgresChannelMails } from '../../src/postgres/channel-mail.ts';
import { postgresConnections } from '../../src/postgres/connections.ts';
import { postgresMails } from '../../src/postgres/mails.ts';
import { newId } from '../../src/postgres/tenants.ts';
import { parsePublicId } from '../../src/domain/kernel/index.ts';
import { createMailer } from '../../src/server/mail/smtp.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { openSmtp, type SmtpServer } from '../support/smtp.ts';
import { type RunningWorkers, runWorkers, until } from '../support/workers.ts';
import { aChannel, anItem, anOrder, aNode, openWorld, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let smtp: SmtpServer | null = null;
let workers: RunningWorkers[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({
    items: [anItem('A', { name: 'Mug' }), anItem('B', { name: 'Pan' }), anItem('LATE', { name: 'Lamp', backorder: true }), anItem('SET', { name: 'Mug and pan', components: [{ sku: 'A', quantity: 2 }, { sku: 'B', quantity: 1 }] })], nodes: [aNode('NORTH'), aNode('SOUTH', { priority: 2 })],
    channels: [aChannel('web', { name: 'The Shop' }), aChannel('quiet'), aChannel('careful'), aChannel('connected')],
  });
  for (const sku of ['A', 'B']) await world.receive(sku, 'NORTH', 1000);
  await postgresConnections(world.pool).create(world.tenantId, { id: newId(), code: 'shop', connector: 'shopify', channelId: await channelId('connected'), secret: 'hush-hush', matchBySku: true, captureTestOrders: false });
  await set('quiet', { kinds: ['cancelled'] });
  await set('careful', { confirmWhen: 'unheld' });
});
afterEach(async () => {
  await Promise.all(workers.map((one) => one.stop()));
  workers = [];
  await smtp?.close();
  smtp = null;
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const mails = () => postgresMails(world.pool);
const channelId = async (code: string): Promise<string> => (await world.query<{ id: string }>('select id from ordo.channel where code = $1', [code]))[0]?.id ?? '';
async function set(code: string, over: Partial<ChannelMail>): Promise<void> {
  const kept = postgresChannelMails(world.pool);
  const id = await channelId(code);
  await kept.save(world.tenantId, id, { ...await kept.find(world.tenantId, id), ...over });
}
const FILTER: MailFilter = { state: null, kind: null, orderId: null, before: null, limit: 100 };
/** The mails of an order, the newest first, each whole. */
const of = async (orderId: string): Promise<readonly MailView[]> =>
  (await Promise.all((await mails().list(world.tenantId, { ...FILTER, orderId })).map(({ id }) => mails().find(world.tenantId, id)))).flatMap((one) => one ?? []);
const states = async (orderId: string): Promise<[LetterKind, MailState][]> => (await of(orderId)).map(({ kind, state }): [LetterKind, MailState] => [kind, state]).toSorted();

/** Workers that keep mails, or, with a mail server, send them. */
function work(over: { smtp?: SmtpServer; gatherSeconds?: number; settings?: object } = {}): RunningWorkers {
  const mailer = over.smtp ? createMailer({ url: over.smtp.url, connectMs: 500, idleMs: 500, totalMs: 1_000 }) : null;
  const running = runWorkers(world, { mail: { mailer, gatherSeconds: over.gatherSeconds ?? 0 }, settings: { mailPausesMs: [20, 40], mailRestMs: 50, ...over.settings } });
  workers.push(running);
  return running;
}
const nudge = (): void => workers.forEach((one) => one.nudge());
/** Everything that was noted has been written, and what can be sent was. */
const settled = async (): Promise<void> => {
  nudge();
  await until('mails are settled', async () => (await world.query(`select from ordo.consumer c join ordo.event_counter k using (tenant_id) where c.name = 'mails' and c.position = k.position
    and not exists (select from ordo.mail where state in ('waiting', 'ready', 'sending'))`)).length === 1);
};

const CUSTOMER = { customer: { name: 'Ida Lind', email: 'ida@example.com' }, ship_to: { name: 'Ida Lind', street: '1 Way', postcode: '12345', city: 'Town', country: 'DE' } };
async function ordered(lines: Parameters<typeof anOrder>[0], over: Partial<CaptureOrder> = {}): Promise<string> {
  const [answer] = await world.capture(anOrder(lines, { contact: CUSTOMER, ...over }));
  if (!answer?.ok) throw new Error(JSON.stringify(answer));
  nudge();
  return parsePublicId('order', String(answer.body['id'])) ?? '';
}
async function ship(orderId: string, shipmentNo = 1): Promise<void> {
  const no = { shipmentNo };
  for (const action of [{ type: 'release', ...no }, { type: 'accept', ...no }, { type: 'pick', ...no, lines: null, correctStock: false }, { type: 'pack', ...no, packages: null }] as const) await world.act(orderId, action);
  const shipped = await world.act(orderId, { type: 'ship', ...no, carrier: 'DHL', service: null, trackingNumbers: ['JD 1/2'] });
  expect(shipped.ok).toBe(true);
  nudge();
}
const cancel = (orderId: string, lineNo: number, quantity: number) => world.act(orderId, { type: 'cancel', lines: [{ lineNo, quantity }], reason: 'the boss said so', force: false });

describe('a customer is told', () => {
  it('that the order came in, what was sent and what is still to come', async () => {
    work();
    const orderId = await ordered([{ sku: 'A', quantity: 2 }, { sku: 'LATE', quantity: 1 }]);
    await ship(orderId);
    await settled();
    expect(await states(orderId)).toEqual([['confirmation', 'kept'], ['shipped', 'kept']]);
    const [shipped, confirmation] = await of(orderId);
    expect(confirmation?.message).toMatchObject({ to: 'ida@example.com', from: { name: 'The Shop', address: 'orders@ordo.invalid' } });
    expect(confirmation?.message?.text).toMatch(/Hello .Ida Lind.,[^]*- 2 × Mug {3}€20\.00[^]*- 1 × Lamp \(to follow\)[^]*Total: €30\.00[^]*12345 Town/);
    expect(shipped?.message?.text).toMatch(/DHL JD 1\/2\n[^]*tracking-id=JD%201%2F2[^]*In this delivery\n\n- 2 × Mug\n[^]*Still to come\n\n- 1 × Lamp \(to follow\)/);
    expect(shipped?.message?.text).not.toContain('complete');
  });

  it('of kits as they were ordered, and of their components as they leave', async () => {
    work();
    const orderId = await ordered([{ sku: 'SET', quantity: 3 }]);
    await ship(orderId);
    await settled();
    const [shipped, confirmation] = await of(orderId);
    expect(confirmation?.message?.text).toMatch(/What you ordered\n\n- 3 × Mug and pan {3}€30\.00\n\n/);
    expect(shipped?.message?.text).toMatch(/- 6 × Mug\n- 3 × Pan\n/);
  });

  it('of what was cancelled, by the unit, in one mail for changes that come close together, and never why', async () => {
    const orderId = await ordered([{ sku: 'A', quantity: 5 }, { sku: 'B', quantity: 2 }]);
    for (const [line, quantity] of [[1, 1], [1, 2], [2, 2]] as const) await cancel(orderId, line, quantity);
    // What comes close together is found together, however slow the machine is.
    work({ gatherSeconds: 1 });
    await settled();
    expect(await states(orderId)).toEqual([['cancelled', 'joined'], ['cancelled', 'joined'], ['cancelled', 'kept'], ['confirmation', 'kept']]);
    const told = (await of(orderId)).find(({ kind, state }) => kind === 'cancelled' && state === 'kept')?.message?.text ?? '';
    expect(told).toMatch(/Cancelled\n\n- 3 × Mug\n- 2 × Pan\n\nStill to come\n\n- 2 × Mug\n/);
    expect(told).not.toContain('boss');
    await cancel(orderId, 1, 2);
    await settled();
    const [last] = await of(orderId);
    expect(last?.message?.text).toMatch(/- 2 × Mug\n\nNothing else of this order is still to come\./);
  });

  it('that goods are expected later than before, and not that they come earlier', async () => {
    work();
    const head = { idempotencyKey: null, bodyHash: '00', actor: 'test' } as const;
    const [document] = await changeSupplyOrders(world.store, world.tenantId, [{
      ...head, type: 'create', kind: 'purchase_order', reference: 'PO-LATE', node: 'NORTH', fromNode: null, supplier: null, dueAt: Date.UTC(2030, 2, 1), lines: [{ sku: 'LATE', quantity: 5, dueAt: null, confidence: null }],
    }], world.ambient);
    const [{ supply = '' } = {}] = (document?.ok ? document.body['lines'] : []) as { supply?: string }[];
    const due = (dueAt: number) => changeSupplyOrders(world.store, world.tenantId, [{ ...head, type: 'change', supplyId: parsePublicId('supply', supply) ?? '', dueAt, quantity: null, confidence: null, reason: null }], world.ambient);
    const orderId = await ordered([{ sku: 'LATE', quantity: 2 }]);
    await due(Date.UTC(2030, 1, 1));
    await settled();
    expect(await states(orderId)).toEqual([['confirmation', 'kept']]);
    await due(Date.UTC(2030, 5, 1));
    await settled();
    expect(await states(orderId)).toEqual([['confirmation', 'kept'], ['delayed', 'kept']]);
  });

  it('that goods are late once a day, and not when another node has them', async () => {
    work();
    const orderId = await ordered([{ sku: 'A', quantity: 3 }]);
    const short = (quantity: number) => world.act(orderId, { type: 'pick', shipmentNo: 1, lines: [{ lineNo: 1, quantity }], correctStock: false });
    await world.act(orderId, { type: 'release', shipmentNo: 1 });
    await world.act(orderId, { type: 'accept', shipmentNo: 1 });
    expect((await short(1)).ok).toBe(true);
    await settled();
    expect(await states(orderId)).toEqual([['confirmation', 'kept'], ['delayed', 'kept']]);
    expect((await of(orderId))[0]?.message?.text).toMatch(/What is delayed\n\n- 2 × Mug/);
    // Placed again and refused again: that is late the same day, and told already.
    await world.receive('A', 'SOUTH', 50);
    nudge();
    await until('it has another node', async () => (await world.query('select from ordo.order_line where order_id = $1 and reserved = 2', [orderId])).length === 1);
    await world.act(orderId, { type: 'release', shipmentNo: 2 });
    await world.act(orderId, { type: 'reject', shipmentNo: 2, reasonCode: 'OUT_OF_STOCK', note: null });
    await settled();
    expect(await states(orderId)).toEqual([['confirmation', 'kept'], ['delayed', 'kept']]);
    const moved = await ordered([{ sku: 'A', quantity: 3 }]);
    await world.act(moved, { type: 'release', shipmentNo: 1 });
    await world.act(moved, { type: 'reject', shipmentNo: 1, reasonCode: 'NO_CAPACITY', note: null });
    await settled();
    expect(await states(moved)).toEqual([['confirmation', 'kept'], ['delayed', 'dropped']]);
  });

  it('nothing by channels that are told not to, or that mail themselves, or of orders without an address', async () => {
    work();
    const quiet = await ordered([{ sku: 'A', quantity: 2 }], { channel: 'quiet' });
    const connected = await ordered([{ sku: 'A', quantity: 2 }], { channel: 'connected' });
    const nameless = await ordered([{ sku: 'A', quantity: 2 }], { contact: { customer: { name: 'Ida' } } });
    const old = await ordered([{ sku: 'A', quantity: 2 }], { placedAt: Date.now() - 40 * 86_400_000 });
    await world.act(old, { type: 'cancel', lines: [{ lineNo: 1, quantity: 1 }], reason: 'long ago', force: false }, { occurredAt: Date.now() - 4 * 86_400_000 });
    await settled();
    expect(await states(old)).toEqual([]);
    for (const id of [quiet, connected, nameless, old]) await cancel(id, 1, 1);
    await settled();
    expect(await Promise.all([quiet, connected, nameless, old].map(states))).toEqual([[['cancelled', 'kept']], [], [], [['cancelled', 'kept']]]);
  });

  it('only when no hold is open, where the channel wants that', async () => {
    work();
    const orderId = await ordered([{ sku: 'A', quantity: 1 }], { channel: 'careful', requestedHolds: [{ kind: 'FRAUD', reason: 'look', dueAt: null }, { kind: 'MANUAL', reason: 'call', dueAt: null }] });
    await settled();
    await world.act(orderId, { type: 'release_hold', holdNo: 1, reason: 'fine' });
    await settled();
    expect(await states(orderId)).toEqual([]);
    await world.act(orderId, { type: 'release_hold', holdNo: 2, reason: 'fine' });
    await settled();
    expect(await states(orderId)).toEqual([['confirmation', 'kept']]);
  });

  it('in the language of the order, of the channel, or in English, and by a template of the channel', async () => {
    await set('web', { language: 'fr' });
    await postgresChannelMails(world.pool).saveTemplate(world.tenantId, await channelId('web'), 'confirmation', 'sv', { subject: 'Din order {{order.name}}', text: 'Hej {{customer.name}}: {{order.total}}', html: '<p>{{customer.name}}</p>' });
    work();
    const inLocale = (locale: string) => ordered([{ sku: 'A', quantity: 1 }], { contact: { ...CUSTOMER, customer: { ...CUSTOMER.customer, locale } } });
    const [german, swedish, unknown] = [await inLocale('de-AT'), await inLocale('sv'), await inLocale('xx-nothing')];
    const attribute = await ordered([{ sku: 'A', quantity: 1 }], { attributes: { customer_locale: 'nl_NL' } });
    await settled();
    const [texts, languages] = [new Map<string, string>(), new Map<string, string | null>()];
    for (const id of [german, swedish, unknown, attribute]) {
      const [one] = await of(id);
      texts.set(id, one?.message?.text ?? '');
      languages.set(id, one?.message?.language ?? null);
    }
    expect([...languages.values()]).toEqual(['de', 'sv', 'fr', 'nl']);
    expect(texts.get(german)).toMatch(/Gesamtbetrag: €\s10,00/);
    expect(texts.get(swedish)).toMatch(/^Hej .Ida Lind.: 10,00\s€\n$/);
    expect(texts.get(unknown)).toMatch(/Total: 10,00\s€/);
    await set('web', { language: 'en' });
  });
});

describe('a mail leaves', () => {
  it('once, whoever else is at it', async () => {
    smtp = await openSmtp();
    work({ smtp });
    work({ smtp });
    const ids = [await ordered([{ sku: 'A', quantity: 1 }]), await ordered([{ sku: 'B', quantity: 1 }])];
    await settled();
    expect(smtp.taken.map(({ to }) => to)).toEqual(['ida@example.com', 'ida@example.com']);
    expect(new Set(smtp.taken.map(({ messageId }) => messageId)).size).toBe(2);
    for (const id of ids) expect(await states(id)).toEqual([['confirmation', 'sent']]);
    expect(smtp.taken[0]?.raw).not.toMatch(/\uE000/);
  });

  it('again under the same Message-ID where its sender died before it was recorded', async () => {
    smtp = await openSmtp();
    const first = work({ smtp });
    const finish = first.deps.mails.finish;
    // The process dies after the mail server took the mail: its answer is never written down.
    Object.assign(first.deps.mails, { finish: async () => false });
    const orderId = await ordered([{ sku: 'A', quantity: 1 }]);
    await until('it left', () => smtp?.taken.length === 1);
    expect(await states(orderId)).toEqual([['confirmation', 'sending']]);
    await first.stop();
    expect(finish).toBeDefined();
    await world.query("update ordo.mail set due_at = now() where state = 'sending'");
    work({ smtp });
    await settled();
    expect(smtp.taken).toHaveLength(2);
    expect(new Set(smtp.taken.map(({ messageId }) => messageId)).size).toBe(1);
    expect(await states(orderId)).toEqual([['confirmation', 'sent']]);
  });

  it('late where the mail server was away, and not at all where it will not have it until a person says so', async () => {
    smtp = await openSmtp({ on: 'greeting', answer: '421 busy' });
    work({ smtp });
    const late = await ordered([{ sku: 'A', quantity: 1 }]);
    await until('it was tried some times', async () => ((await of(late))[0]?.attempts ?? 0) >= 3);
    smtp.manner = 'accept';
    await settled();
    expect(await states(late)).toEqual([['confirmation', 'sent']]);
    smtp.manner = { on: 'RCPT', answer: '550 5.1.1 <ida@example.com> unknown' };
    const refused = await ordered([{ sku: 'A', quantity: 1 }]);
    await settled();
    const [dead] = await of(refused);
    expect(dead).toMatchObject({ state: 'dead', note: expect.stringMatching(/^(?!.*ida@).*unknown/) });
    smtp.manner = 'accept';
    expect(await mails().retry(world.tenantId, dead?.id ?? '')).toMatchObject({ state: 'waiting' });
    await settled();
    expect(await states(refused)).toEqual([['confirmation', 'sent']]);
    expect(await mails().retry(world.tenantId, dead?.id ?? '')).toBe(false);
  });

  it('never where it waited too long, and holds nobody else up', async () => {
    smtp = await openSmtp();
    const kept = work();
    const old = await ordered([{ sku: 'A', quantity: 1 }]);
    await settled();
    await kept.stop();
    workers = [];
    await world.query("update ordo.mail set state = 'ready', due_at = now() - interval '2 days', ready_at = now() - interval '2 days' where order_id = $1", [old]);
    const unwritten = await ordered([{ sku: 'B', quantity: 1 }]);
    await world.query(`insert into ordo.mail (tenant_id, order_id, kind, cause, position, due_at) values ($1, $2, 'confirmation', '', 1, now() - interval '4 days')`, [world.tenantId, unwritten]);
    work({ smtp });
    const fresh = await ordered([{ sku: 'A', quantity: 1 }]);
    await settled();
    expect(await Promise.all([old, unwritten, fresh].map(states))).toEqual([[['confirmation', 'dead']], [['confirmation', 'dropped']], [['confirmation', 'sent']]]);
    expect(smtp.taken).toHaveLength(1);
  });

  it('to nobody whose address is none, and the next one leaves all the same', async () => {
    smtp = await openSmtp();
    work({ smtp });
    const bad = await ordered([{ sku: 'A', quantity: 1 }], { contact: { customer: { name: 'x'.repeat(5000), email: 'a@b.example, c@d.example\r\nBcc: e@f.example' } } });
    const good = await ordered([{ sku: 'A', quantity: 1 }]);
    await settled();
    expect(await of(bad)).toMatchObject([{ state: 'refused', note: expect.stringContaining('e-mail address') }]);
    expect(await states(good)).toEqual([['confirmation', 'sent']]);
    expect(smtp.taken).toHaveLength(1);
  });
});

describe('what is personal', () => {
  it('goes when the contact is erased, and nothing of it is sent any more', async () => {
    work();
    const orderId = await ordered([{ sku: 'A', quantity: 3 }]);
    await settled();
    await cancel(orderId, 1, 1);
    await until('it is noted', async () => (await states(orderId)).length === 2);
    await world.query('update ordo.order_contact set data = null, erased_hash = $2 where order_id = $1', [orderId, Buffer.from('00', 'hex')]);
    await settled();
    for (const { message } of await of(orderId)) expect(message).toBeNull();
    expect(await world.query('select from ordo.mail_body where order_id = $1', [orderId])).toEqual([]);
    const [latest] = await of(orderId);
    expect(await mails().retry(world.tenantId, latest?.id ?? '')).not.toBe(false);
    await settled();
    expect((await of(orderId))[0]).toMatchObject({ state: 'refused', message: null });
  });

  it('is forgotten after its days', async () => {
    work();
    const orderId = await ordered([{ sku: 'A', quantity: 1 }]);
    await settled();
    await Promise.all(workers.map((one) => one.stop()));
    workers = [];
    expect(await mails().forget(world.tenantId, 30, 10)).toBe(0);
    await world.query("update ordo.mail set created_at = now() - interval '31 days' where order_id = $1", [orderId]);
    expect(await mails().forget(world.tenantId, 30, 10)).toBe(1);
    expect(await world.query('select from ordo.mail_body where order_id = $1', [orderId])).toEqual([]);
  });
});
