import { afterAll, beforeEach, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_OPERATIONS } from '../../src/domain/catalog/index.ts';
import { parsePublicId } from '../../src/domain/kernel/index.ts';
import type { ClosureTransaction, LookStore } from '../../src/flows/closure-store.ts';
import type { RecordedEvent } from '../../src/flows/integration.ts';
import { closeNodes } from '../../src/flows/close-nodes.ts';
import { moveClosed } from '../../src/flows/move-closed.ts';
import { announceSupply, saveFacts } from '../../src/flows/save-facts.ts';
import { shareOutOpened } from '../../src/flows/share-out-opened.ts';
import { sweep } from '../../src/flows/sweep.ts';
import type { WorkerStore } from '../../src/flows/worker-store.ts';
import { takeNextSteps } from '../../src/server/journey.ts';
import { createCloser } from '../../src/server/workers/closer.ts';
import type { LeaseKeeper } from '../../src/server/workers/lease-keeper.ts';
import type { WorkerDeps } from '../../src/server/workers/ports.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { until } from '../support/workers.ts';
import { aChannel, anItem, aNode, anOrder, orderIdOf } from '../support/world.ts';

let database: TestDatabase;
let server: TestApi;
type Body = Record<string, any>;
const passing = (): boolean => false;
let [suffix, east, west, sku] = ['', '', '', ''];

async function call(method: string, path: string, body?: unknown, key = server.adminKey): Promise<{ status: number; body: Body }> {
  const answer = await fetch(server.url + path, {
    method, headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() as Body };
}
const faults = ({ errors }: Body): string[] => (errors as Body[]).map(({ pointer, code }) => `${pointer} ${code}`);

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  await server.world.facts({ channels: [aChannel('web')] });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});
/** Two nodes and goods of their own for each test: 10 in the east, which comes first, and as many as the test says in the west. */
let serial = 0;
beforeEach(async () => {
  suffix = String((serial += 1));
  [east, west, sku] = [`east${suffix}`, `west${suffix}`, `A${suffix}`];
  await server.world.facts({ items: [anItem(sku, { backorder: true })], nodes: [aNode(east, { priority: 1 }), aNode(west, { priority: 2 })] });
  await server.world.receive(sku, east, 10);
});
const ordered = async (quantity = 1): Promise<string> => orderIdOf((await server.world.capture(anOrder([{ sku, quantity }])))[0]);
const close = async (body: object = {}): Promise<Body> => {
  const answer = await call('POST', '/v1/node-closures', { nodes: [east], reason: 'burst pipe', ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const uuid = (closure: Body): string => parsePublicId('closure', String(closure['id'])) ?? '';
async function moved(closure: Body): Promise<Body> {
  while (await moveClosed(server.world.store, server.world.tenantId, uuid(closure), server.world.ambient, passing) > 0);
  return (await call('GET', `/v1/node-closures/${closure['id']}`)).body;
}
const outcomes = async (closure: Body, query = ''): Promise<Body[]> => (await call('GET', `/v1/node-closures/${closure['id']}/orders?limit=200${query}`)).body['data'] as Body[];
const at = async (orderId: string): Promise<string[]> => (await server.world.query<{ place: string }>(`
  select n.code || ' ' || s.status as place from ordo.shipment s join ordo.node n on n.id = s.node_id and n.valid_to = 'infinity' where s.order_id = $1 and s.status <> 'CANCELLED' order by 1`, [orderId])).map(({ place }) => place);
const waits = async (orderId: string): Promise<number> => Number((await server.world.query<{ n: string }>('select sum(pending + backordered) as n from ordo.order_line where order_id = $1', [orderId]))[0]?.n);
const counted = async (): Promise<Body> => (await server.world.query(`select (select count(*) from ordo.event) as events, (select count(*) from ordo.routing_decision) as decisions,
  (select sum(reserved) from ordo.stock) as reserved, (select count(*) from ordo.node) as nodes`))[0] as Body;
async function work(orderId: string, ...facts: ('release' | 'accept' | 'pick')[]): Promise<void> {
  for (const fact of facts) {
    const action = fact === 'pick' ? { type: 'pick', lines: null, correctStock: false } as const : { type: fact };
    expect(await server.world.act(orderId, { ...action, shipmentNo: 1 })).toMatchObject({ ok: true });
  }
}

describe('closing nodes', () => {
  test('a preview changes nothing and says of every order what then comes of it, against one running remainder', async () => {
    await server.world.receive(sku, west, 3);
    const orders = [await ordered(2), await ordered(2), await ordered(1)];
    const before = await counted();
    const preview = await close();
    expect(preview).toMatchObject({ state: 'previewed', nodes: [east], until: null, left: 3, to: [{ node: west, orders: 2, units: 3 }], expected: { orders: 3, moved: 1, waiting: 2, units_moved: 3, units_waiting: 2 }, results: { orders: 0 } });
    expect(await counted()).toEqual(before);
    const foretold = await outcomes(preview);
    expect(foretold.map(({ expected, result }) => [expected.result, result])).toEqual([['moved', null], ['waiting', null], ['waiting', null]]);
    expect(preview).toMatchObject({ applied_by: null, request: null });
    const applied = (await call('POST', `/v1/node-closures/${preview['id']}/apply`, {}, await server.keyWith(['admin']))).body;
    expect(applied).toMatchObject({ state: 'moving', changed: { added: 0, gone: 0 }, left: 3 });
    expect(await moved(preview)).toMatchObject({ state: 'done', left: 0, results: { orders: 3, moved: 1, waiting: 2, failed: 0, units_moved: 3, units_waiting: 2 } });
    const came = await outcomes(preview);
    expect(came.map(({ result }) => result)).toEqual(foretold.map(({ expected }) => expected));
    expect([await at(orders[0] ?? ''), await at(orders[1] ?? ''), await at(orders[2] ?? '')]).toEqual([[`${west} PLANNED`], [`${west} PLANNED`], []]);
    expect((await outcomes(preview, '&result=moved')).length).toBe(1);
    // The log says of what was moved that the closure did it, in the name and with the request of whoever closed, not of whoever looked at it first.
    const { request, applied_by: by } = applied;
    expect([request, by === preview['actor']]).toEqual([expect.any(String), false]);
    const { body: { data: logged } } = await call('GET', `/v1/audit?limit=250&request=${request}`);
    expect(await server.world.query('select distinct actor, request, via from ordo.event where order_id = any($1) and via is not null', [orders])).toEqual([{ actor: by, request, via: preview['id'] }]);
    expect(logged.map(({ type, actor, job }: Body) => [type, actor, job])).toEqual(expect.arrayContaining([['NodesClosed', by, null], ['OrderRouted', by, preview['id']]]));
  });

  test('a preview sees one moment, whatever is reserved while it looks', async () => {
    const order = await ordered(12);
    const { store, tenantId, ambient } = server.world;
    type Work<T> = (tx: ClosureTransaction) => Promise<T>;
    const busy = <T>(work: Work<T>): Work<T> => (tx) => work({
      ...tx, readSupply: async (ids, now) => {
        const book = await tx.readSupply(ids, now);
        await server.world.receive(sku, east, 2);
        return book;
      },
    });
    const answer = await closeNodes({ transact: (tenant, work) => store.transact(tenant, busy(work)), look: (tenant, work) => store.look(tenant, busy(work)) }, tenantId,
      { idempotencyKey: null, bodyHash: '', actor: 'test', nodes: [east], until: null, reason: 'fire', includeAccepted: false, apply: false }, ambient);
    const [{ expected } = { expected: null }] = await outcomes({ id: answer.ok ? answer.body['closure'] : '' });
    expect([expected.waiting, await waits(order)]).toEqual([[{ line: 1, quantity: 10, from: east }], 0]);
  });

  test('new orders go elsewhere from that moment on, and what the nodes work on stays with its reason', async () => {
    await server.world.receive(sku, west, 10);
    const [released, accepted, picked] = [await ordered(), await ordered(), await ordered()];
    await work(released, 'release');
    await work(accepted, 'release', 'accept');
    await work(picked, 'release', 'pick');
    const closure = await close({ apply: true });
    expect(await at(await ordered())).toEqual([`${west} PLANNED`]);
    expect(await moved(closure)).toMatchObject({ state: 'done', results: { moved: 1, kept: 2 } });
    expect([await at(released), await at(accepted), await at(picked)]).toEqual([[`${west} PLANNED`], [`${east} ACCEPTED`], [`${east} PICKED`]]);
    expect((await outcomes(closure, '&result=kept')).map(({ result }) => [result.kept[0].status, result.reason])).toEqual([['ACCEPTED', 'The node works on it already.'], ['PICKED', 'The node works on it already.']]);
    const again = await close({ apply: true, include_accepted: true });
    expect(await moved(again)).toMatchObject({ results: { moved: 1, kept: 1 } });
    expect(await at(accepted)).toEqual([`${west} PLANNED`]);
  });

  test('what changed since the preview is said, and orders that come late are taken up', async () => {
    await server.world.receive(sku, west, 10);
    const [gone] = [await ordered(), await ordered()];
    const preview = await close();
    await server.world.act(gone ?? '', { type: 'cancel', lines: null, reason: 'changed their mind', force: false });
    const added = await ordered();
    expect((await call('POST', `/v1/node-closures/${preview['id']}/apply`, {})).body).toMatchObject({ changed: { added: 1, gone: 1 } });
    expect(await moved(preview)).toMatchObject({ results: { moved: 2, gone: 1 } });
    // Captured on facts of the moment before, and committed after it.
    const late = await ordered();
    await server.world.query(`update ordo.shipment set node_id = (select id from ordo.node where code = $2 limit 1) where order_id = $1`, [late, east]);
    await server.world.query(`update ordo.stock s set reserved = reserved + d.n from (values ($1::text, 1), ($2::text, -1)) as d (code, n) where s.node_id = (select id from ordo.node where code = d.code limit 1)`, [east, west]);
    expect(await moved(preview)).toMatchObject({ state: 'done', results: { moved: 3, gone: 1 } });
    expect([await at(added), await at(late)]).toEqual([[`${west} PLANNED`], [`${west} PLANNED`]]);
  });

  test('orders that come late are taken up by every closure of the last minutes', async () => {
    await server.world.receive(sku, west, 10);
    const third = `third${suffix}`;
    await server.world.facts({ nodes: [aNode(third, { priority: 3 })] });
    await server.world.receive(sku, third, 10);
    const closures = [await close({ apply: true }), await close({ apply: true, nodes: [west] })];
    for (const closure of closures) expect(await moved(closure)).toMatchObject({ state: 'done' });
    const late = [await ordered(), await ordered()];
    for (const [n, node] of [east, west].entries()) await server.world.query(`update ordo.shipment set node_id = (select id from ordo.node where code = $2 limit 1) where order_id = $1`, [late[n], node]);
    await server.world.query(`update ordo.stock s set reserved = reserved + d.n from (values ($1::text, 1), ($2::text, 1), ($3::text, -2)) as d (code, n) where s.node_id = (select id from ordo.node where code = d.code limit 1)`, [east, west, third]);
    const { store, ambient, tenantId } = server.world;
    const keeper = { hold: async () => ({ valid: () => true }) } as unknown as LeaseKeeper;
    await createCloser({ store, ambient, integration: { isPassing: passing } } as unknown as WorkerDeps, keeper)(tenantId);
    expect([await at(late[0] ?? ''), await at(late[1] ?? '')]).toEqual([[`${third} PLANNED`], [`${third} PLANNED`]]);
  });

  test('opening nodes ends their closure: what has not left yet stays', async () => {
    await server.world.receive(sku, west, 10);
    const [released, accepted] = [await ordered(), await ordered()];
    await work(released, 'release');
    await work(accepted, 'release', 'accept');
    const closure = await close({ apply: true, include_accepted: true });
    await call('POST', '/v1/node-openings', { nodes: [east], reason: 'by mistake' });
    expect(await moved(closure)).toMatchObject({ state: 'done', left: 0, results: { orders: 2, kept: 2 } });
    expect([await at(released), await at(accepted)]).toEqual([[`${east} RELEASED`], [`${east} ACCEPTED`]]);
  });

  test('what is announced of a node does not open it before its time, and comes back when somebody does', async () => {
    const [soon, later] = [Date.now() + 3_600_000, Date.now() + 7_200_000];
    const announced = (name: string, status: 'online' | 'offline', validFrom: number | null) => saveFacts(server.world.store, server.world.tenantId, [
      { idempotencyKey: null, bodyHash: '', actor: 'test', validFrom, type: 'node', fact: aNode(east, { name, status, priority: 1 }) }], server.world.ambient);
    await announced('Larger', 'online', soon);
    await announced('Given up', 'offline', later);
    const versions = async (): Promise<unknown[]> => (await server.world.query<{ name: string; status: string; paused: string | null }>(
      "select name, status, operations ->> 'pausedUntil' as paused from ordo.node where code = $1 order by valid_from desc limit 3", [east])).map(({ name, status, paused }) => [name, status, Number(paused)]).toReversed();
    await close({ apply: true });
    expect(await versions()).toEqual([[`Node ${east}`, 'offline', 0], ['Larger', 'offline', 0], ['Given up', 'offline', 0]]);
    await call('POST', '/v1/node-openings', { nodes: [east], reason: 'dry' });
    expect(await versions()).toEqual([[`Node ${east}`, 'online', 0], ['Larger', 'online', 0], ['Given up', 'offline', 0]]);
    const until = soon + 60_000;
    await close({ apply: true, until: new Date(until).toISOString() });
    expect(await versions()).toEqual([[`Node ${east}`, 'online', until], ['Larger', 'online', until], ['Given up', 'offline', 0]]);
    await announced('Plainly', 'online', null);
    expect(await versions()).toEqual([['Plainly', 'online', 0], ['Larger', 'online', 0], ['Given up', 'offline', 0]]);
  });

  test('closing a node and saving it do not take back what the other said', async () => {
    const { store, tenantId, ambient } = server.world;
    const head = { idempotencyKey: null, bodyHash: '', actor: 'test' };
    const ended: string[] = [];
    /** Notes its end before the commit: afterwards the other may be told first. */
    const noting = <S extends WorkerStore>(through: S, what: string): S => ({
      ...through, transact: (tenant, work) => through.transact(tenant, async (tx) => {
        const done = await work(tx);
        ended.push(what);
        return done;
      }),
    });
    const save = (through: WorkerStore, name: string) => saveFacts(noting(through, name), tenantId, [{ ...head, validFrom: null, type: 'node', fact: aNode(east, { name }) }], ambient);
    const shut = (through: WorkerStore & LookStore) => closeNodes(noting(through, 'closed'), tenantId, { ...head, nodes: [east], until: null, reason: 'fire', includeAccepted: false, apply: true }, ambient);
    const isWaiting = async (): Promise<boolean> => (await server.world.query('select from pg_locks where not granted')).length > 0;
    /** Begins something else between the reading and the writing of a transaction, and gives it the time to end. */
    function beginning(other: () => Promise<unknown>): { readonly store: WorkerStore & LookStore; readonly over: () => Promise<unknown> } {
      let begun: Promise<unknown> | null = null;
      return {
        over: async () => begun,
        store: { look: store.look, transact: (tenant, work) => store.transact(tenant, (tx) => work({
          ...tx, loadNodes: async (now) => {
            const nodes = await tx.loadNodes(now);
            await Promise.race([begun ??= other(), until('the other waits', isWaiting)]);
            return nodes;
          },
        })) },
      };
    }
    const last = async (): Promise<unknown> => (await server.world.query("select name, status from ordo.node where code = $1 and valid_to = 'infinity'", [east]))[0];
    const saving = beginning(() => save(store, 'while it closes'));
    await shut(saving.store);
    await saving.over();
    expect(ended).toEqual(['closed', 'while it closes']);
    const closing = beginning(() => shut(store));
    await save(closing.store, 'before it closes');
    await closing.over();
    expect([ended.slice(2), await last()]).toEqual([['before it closes', 'closed'], { name: 'before it closes', status: 'offline' }]);
  });

  test('an order that cannot be moved for a defect fails alone and stays as it was', async () => {
    await server.world.receive(sku, west, 10);
    const [bad, good] = [await ordered(), await ordered()];
    const closure = await close({ apply: true });
    const { store, tenantId, ambient } = server.world;
    const broken: WorkerStore = { transact: (tenant, work) => store.transact(tenant, (tx) => work({ ...tx, lockOrders: (ids) => (ids.includes(bad) ? Promise.reject(new TypeError('cannot read this order')) : tx.lockOrders(ids)) })) };
    while (await moveClosed(broken, tenantId, uuid(closure), ambient, passing) > 0);
    expect((await outcomes(closure)).map(({ result }) => [result.result, result.reason.slice(-22)])).toEqual([['failed', 'cannot read this order'], ['moved', expect.any(String)]]);
    expect([await at(bad), await at(good)]).toEqual([[`${east} PLANNED`], [`${west} PLANNED`]]);
  });

  test('a batch that does not end changes nothing, and goes on where it was', async () => {
    await server.world.receive(sku, west, 10);
    const order = await ordered();
    const closure = await close({ apply: true });
    const { store, tenantId, ambient } = server.world;
    const dying: WorkerStore = { transact: (tenant, work) => store.transact(tenant, (tx) => work({ ...tx, save: () => Promise.reject(new Error('the connection is gone')) })) };
    await expect(moveClosed(dying, tenantId, uuid(closure), ambient, () => true)).rejects.toThrow('the connection is gone');
    expect([await at(order), (await outcomes(closure))[0]?.['result']]).toEqual([[`${east} PLANNED`], null]);
    expect(await moved(closure)).toMatchObject({ results: { moved: 1 } });
  });

  test('bad input is answered field by field, and a closure is applied once', async () => {
    const many = await call('POST', '/v1/node-closures', { nodes: ['nowhere', east, 'neverland'], reason: 'x', until: '2030-01-01T00:00:00Z' });
    expect([many.status, faults(many.body)]).toEqual([422, ['#/nodes/0 UNKNOWN_NODE', '#/nodes/2 UNKNOWN_NODE']]);
    expect(faults((await call('POST', '/v1/node-closures', { nodes: [east, east], until: 'tomorrow', colour: 1 })).body)).toEqual(expect.arrayContaining([expect.stringContaining('/reason'), expect.stringContaining('/until')]));
    expect(faults((await call('POST', '/v1/node-closures', { nodes: [east, east], reason: 'x' })).body)).toEqual(['#/nodes/1 DUPLICATE_VALUE']);
    expect(faults((await call('POST', '/v1/node-closures', { nodes: [east], reason: 'x', until: '2020-01-01T00:00:00Z' })).body)).toEqual(['#/until INVALID_FIELD']);
    const preview = await close();
    expect((await call('POST', `/v1/node-closures/${preview['id']}/apply`, {})).status).toBe(201);
    expect(await call('POST', `/v1/node-closures/${preview['id']}/apply`, {})).toMatchObject({ status: 409, body: { code: 'NOT_IN_STATE' } });
    expect((await call('POST', '/v1/node-closures/clo_00000000000000000000000000000000/apply', {})).status).toBe(404);
    expect((await call('GET', '/v1/node-closures?limit=2')).body).toMatchObject({ data: [{ id: preview['id'] }, {}], has_more: true });
  });
});

test('the command line shows what would happen, does it, and opens nodes again', async () => {
  await server.world.receive(sku, west, 1);
  const [first] = [await ordered(), await ordered()];
  const shown = await server.ordo('nodes', 'close', east, '--reason', 'fire');
  expect(shown.code, shown.err).toBe(0);
  expect(shown.out).toContain(`previewed: ${east}, until opened by hand`);
  expect(shown.out).toMatch(new RegExp(`moved +1 ${east} > ${west}`));
  expect(shown.out).toMatch(/waiting +1 wait/);
  const id = /ordo nodes apply (clo_\w+)/.exec(shown.err)?.[1] ?? '';
  const [done] = await Promise.all([server.ordo('nodes', 'apply', id), server.world.query('select pg_sleep(0.2)').then(() => moved({ id }))]);
  expect([done.code, done.err]).toEqual([0, expect.any(String)]);
  expect(done.out).toContain(`done: ${east}`);
  expect(await at(first)).toEqual([`${west} PLANNED`]);
  expect((await server.ordo('nodes', 'closures', '--limit', '1')).out).toContain(id);
  expect((await server.ordo('nodes', 'reopen', east, west)).out).toBe(`Open again: ${east}. What they have goes to who waits for it.\nOpen already: ${west}.\n`);
  expect((await server.ordo('nodes', 'close', east)).code).toBe(2);
  const unknown = await server.ordo('nodes', 'close', 'nowhere', '--reason', 'x');
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('There is no node "nowhere".')]);
});

describe('nodes that take orders again', () => {
  async function follow(since: number): Promise<void> {
    const rows = await server.world.query<{ position: string; id: string; type: RecordedEvent['type']; order_id: string | null; occurred_at: Date; recorded_at: Date; actor: string; reason: string | null; data: Record<string, unknown> }>(
      'select * from ordo.event where position > $1 order by position', [since]);
    await takeNextSteps({ store: server.world.store, ambient: server.world.ambient }, server.world.tenantId, rows.map((row) => (
      { position: Number(row.position), id: row.id, type: row.type, orderId: row.order_id, occurredAt: 0, recordedAt: 0, actor: row.actor, reason: row.reason, data: row.data })));
  }
  const position = async (): Promise<number> => Number((await server.world.query<{ position: string }>('select position from ordo.event_counter'))[0]?.position);
  const later = (minutes: number) => ({ ...server.world.ambient, now: () => Date.now() + minutes * 60_000 });

  test('give what they have to who waits for it', async () => {
    const order = await ordered(2);
    const closure = await close({ apply: true });
    expect(await moved(closure)).toMatchObject({ results: { waiting: 1 } });
    await sweep(server.world.store, server.world.tenantId, server.world.ambient);
    expect([await at(order), await waits(order)]).toEqual([[], 2]);
    expect((await call('POST', '/v1/node-openings', { nodes: [east, west], reason: 'dry again' })).body).toEqual({ opened: [east], open_already: [west] });
    await sweep(server.world.store, server.world.tenantId, server.world.ambient);
    expect([await at(order), await waits(order)]).toEqual([[`${east} PLANNED`], 0]);
  });

  test('do so when the time until which they were closed has come, and are left alone before', async () => {
    const order = await ordered(2);
    const closure = await close({ apply: true, until: new Date(Date.now() + 30 * 60_000).toISOString() });
    await moved(closure);
    const decisions = async (): Promise<number> => Number((await counted())['decisions']);
    await sweep(server.world.store, server.world.tenantId, later(10));
    const before = await decisions();
    expect(await server.world.store.transact(server.world.tenantId, (tx) => tx.findServableOrders(later(10).now(), null, 10))).not.toContain(order);
    await sweep(server.world.store, server.world.tenantId, later(31));
    expect([await at(order), await decisions() - before]).toEqual([[`${east} PLANNED`], 1]);
  });

  const coming = async (node: string): Promise<void> => void (await announceSupply(server.world.store, server.world.tenantId, [{
    idempotencyKey: null, bodyHash: '', actor: 'test', sku, node, supply: { kind: 'purchase_order', reference: `PO-${node}`, dueAt: Date.now() + 5 * 86_400_000, confidence: 100, quantity: 5 },
  }], server.world.ambient));
  const claims = async (orderId: string): Promise<number> => Number((await server.world.query<{ n: string }>('select coalesce(sum(quantity), 0) as n from ordo.supply_claim where order_id = $1', [orderId]))[0]?.n);
  const node = (code: string, status: 'online' | 'offline', validFrom: number | null) => saveFacts(server.world.store, server.world.tenantId, [
    { idempotencyKey: null, bodyHash: '', actor: 'test', validFrom, type: 'node', fact: aNode(code, { status, operations: DEFAULT_OPERATIONS }) }], server.world.ambient);

  test('give what is on its way to them to who waits, whoever brought them back', async () => {
    await node(west, 'offline', null);
    const order = await ordered(12);
    await coming(west);
    await follow(0);
    expect(await claims(order)).toBe(0);
    const since = await position();
    await node(west, 'online', null);
    await follow(since);
    expect(await claims(order)).toBe(2);
  });

  test('and when that was announced for a time', async () => {
    await node(west, 'offline', null);
    const order = await ordered(12);
    await coming(west);
    await node(west, 'online', Date.now() + 10 * 60_000);
    await shareOutOpened(server.world.store, server.world.tenantId, Date.now() - 60_000, later(5), () => true);
    expect(await claims(order)).toBe(0);
    await shareOutOpened(server.world.store, server.world.tenantId, Date.now() + 9 * 60_000, later(11), () => true);
    expect(await claims(order)).toBe(2);
  });
});
