import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePublicId } from '../../src/domain/kernel/index.ts';
import { availabilityOf, type AvailabilityView } from '../../src/flows/availability.ts';
import { type ClaimCommand, claimStock } from '../../src/flows/claim-stock.ts';
import type { Answer } from '../../src/flows/ports.ts';
import { type FactCommand, saveFacts } from '../../src/flows/save-facts.ts';
import { verifyTenant } from '../../src/postgres/verify/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, anOrder, aNode, openWorld, orderIdOf, type World } from '../support/world.ts';

/** Goods that are put together from others when they are ordered, on a real database. */

const parts = [{ sku: 'CUP', quantity: 2 }, { sku: 'TEA', quantity: 1 }];
let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({
    items: [anItem('CUP'), anItem('TEA'), anItem('SET', { components: parts }), anItem('BOX', { components: parts, shipTogether: true })],
    nodes: [aNode('north'), aNode('south', { priority: 2 })], channels: [aChannel('web', { whenUnavailable: 'refuse' }), aChannel('shy', { buffer: 1 })],
  });
});
afterAll(async () => {
  const { checks } = await verifyTenant(world.pool, world.tenantId);
  await world.close();
  await database.drop();
  expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
});

const head = { idempotencyKey: null, bodyHash: '00', actor: 'test' } as const;
const set = async (sku: string, node: string, counted: number): Promise<void> =>
  void expect(await world.stock({ type: 'count', sku, node, owner: '', condition: 'A', counted, note: null })).toMatchObject({ ok: true });
const stocked = async (cupNorth: number, teaNorth: number, cupSouth: number, teaSouth: number): Promise<void> => {
  for (const { id } of await world.query<{ id: string }>("select id from ordo.sales_order where status not in ('CANCELLED', 'SHIPPED')")) {
    await world.act(id, { type: 'cancel', lines: null, reason: 'next test', force: true });
  }
  await set('CUP', 'north', cupNorth);
  await set('TEA', 'north', teaNorth);
  await set('CUP', 'south', cupSouth);
  await set('TEA', 'south', teaSouth);
};
async function available(sku: string, channel: string | null = null): Promise<AvailabilityView> {
  const now = world.ambient.now();
  const facts = await world.availability(world.tenantId, { skus: [sku], at: now, now, channel });
  const item = facts.items.get(sku);
  if (!item) throw new Error('no item');
  return availabilityOf(item, null, facts);
}
const codeOf = (answer: Answer | undefined): string => (answer?.ok ? 'ok' : answer?.refusal.code ?? 'none');

describe('what can be promised of a kit', () => {
  test('is whole kits: of all nodes together, or node by node where it ships together', async () => {
    await stocked(5, 1, 4, 9);
    expect(await available('SET')).toMatchObject({ components: parts, network: { atp: 4 }, nodes: [{ node: 'north', atp: 1, on_hand: 1 }, { node: 'south', atp: 2, on_hand: 2 }] });
    expect((await available('BOX')).network.atp).toBe(3);
    expect((await available('BOX', 'shy')).network.atp).toBe(2);
    expect((await available('CUP')).components).toBeNull();
  });

  test('falls with every claim on a component, and what waits for one', async () => {
    await stocked(10, 10, 0, 0);
    await world.capture(anOrder([{ sku: 'CUP', quantity: 3 }]));
    expect((await available('BOX')).network.atp).toBe(3);
    const claim = { ...head, type: 'create', reference: null, ttlSeconds: 600, lines: [{ sku: 'BOX', node: null, quantity: { text: '1', unit: null } }, { sku: 'CUP', node: null, quantity: { text: '1', unit: null } }] } as const satisfies ClaimCommand;
    const [claimed] = await claimStock(world.store, world.tenantId, [claim], world.ambient);
    expect(claimed).toMatchObject({ ok: true });
    expect((await available('BOX')).network.atp).toBe(2);
    const claimId = claimed?.ok ? parsePublicId('claim', String(claimed.body['id'])) ?? null : null;
    expect(codeOf((await world.capture(anOrder([{ sku: 'BOX', quantity: 1 }], { claimId })))[0])).toBe('ok');
    expect(codeOf((await world.capture(anOrder([{ sku: 'BOX', quantity: 3 }])))[0])).toBe('INSUFFICIENT_STOCK');
    expect(codeOf((await world.capture(anOrder([{ sku: 'BOX', quantity: 2 }])))[0])).toBe('ok');
  });
});

describe('kits under way', () => {
  test('are stored as a line with the price and lines with the units, cancelled and shipped by their components', async () => {
    await stocked(10, 10, 0, 0);
    const id = orderIdOf((await world.capture(anOrder([{ sku: 'SET', quantity: 2 }])))[0]);
    expect(await world.query('select line_no, parent_line_no, ordered::int, reserved::int from ordo.order_line where order_id = $1 order by 1', [id])).toEqual([
      { line_no: 1, parent_line_no: null, ordered: 0, reserved: 0 }, { line_no: 2, parent_line_no: 1, ordered: 4, reserved: 4 }, { line_no: 3, parent_line_no: 1, ordered: 2, reserved: 2 },
    ]);
    expect(await world.query("select data -> 'lines' as lines from ordo.event where order_id = $1 and type = 'OrderCaptured'", [id])).toEqual([{ lines: 1 }]);
    expect(codeOf(await world.act(id, { type: 'cancel', lines: [{ lineNo: 1, quantity: 1 }], reason: 'one is enough', force: false }))).toBe('ok');
    for (const action of [{ type: 'release', shipmentNo: 1 }, { type: 'ship', shipmentNo: 1, carrier: null, service: null, trackingNumbers: [] }] as const) expect(codeOf(await world.act(id, action))).toBe('ok');
    expect(await world.query('select line_no, cancelled::int, shipped::int from ordo.order_line where order_id = $1 and ordered > 0 order by 1', [id])).toEqual([
      { line_no: 2, cancelled: 2, shipped: 2 }, { line_no: 3, cancelled: 1, shipped: 1 },
    ]);
    expect(await world.query('select status from ordo.sales_order where id = $1', [id])).toEqual([{ status: 'SHIPPED' }]);
  });

  test('go back whole and wait for a node that has all of them when a count finds a component missing', async () => {
    await stocked(4, 2, 0, 0);
    const id = orderIdOf((await world.capture(anOrder([{ sku: 'BOX', quantity: 2 }])))[0]);
    await set('CUP', 'north', 3);
    const units = () => world.query('select line_no, reserved::int, pending::int from ordo.order_line where order_id = $1 and ordered > 0 order by 1', [id]);
    expect(await units()).toEqual([{ line_no: 2, reserved: 2, pending: 2 }, { line_no: 3, reserved: 1, pending: 1 }]);
    await set('CUP', 'north', 4);
    expect(await units()).toEqual([{ line_no: 2, reserved: 4, pending: 0 }, { line_no: 3, reserved: 2, pending: 0 }]);
  });

  test('many buyers of kits and of their components never get more than there is', async () => {
    await stocked(60, 60, 41, 20);
    const other = await openWorld(database);
    const buyers = Array.from({ length: 120 }, (_, n) => anOrder([{ sku: ['BOX', 'SET', 'CUP', 'TEA'][n % 4] ?? 'CUP', quantity: 1 + (n % 2) }]));
    const groups = Array.from({ length: 24 }, (_, n) => buyers.slice(n * 5, n * 5 + 5));
    const serve = async (at: World): Promise<void> => {
      for (let group = groups.shift(); group; group = groups.shift()) await at.capture(...group);
    };
    await Promise.all([serve(world), serve(world), serve(other), serve(other)]);
    await other.close();
    const [left] = await world.query<{ over: number; torn: number }>(`
      select (select count(*) from ordo.stock where reserved > on_hand)::int as over,
        (select count(*) from ordo.shipment_line c join ordo.shipment_line t using (tenant_id, order_id, shipment_no)
          join ordo.order_line lc on lc.order_id = c.order_id and lc.line_no = c.line_no join ordo.order_line lt on lt.order_id = t.order_id and lt.line_no = t.line_no and lt.parent_line_no = lc.parent_line_no
          join ordo.order_line k on k.order_id = c.order_id and k.line_no = lc.parent_line_no and k.document -> 'kit' ->> 'ship_together' = 'true'
          where lc.document ->> 'sku' = 'CUP' and lt.document ->> 'sku' = 'TEA' and c.reserved <> 2 * t.reserved)::int as torn`);
    expect(left).toEqual({ over: 0, torn: 0 });
    expect(await world.query("select count(*)::int as n from ordo.sales_order o where exists (select from ordo.order_line l where l.order_id = o.id and l.pending > 0)")).toEqual([{ n: 0 }]);
  });
});

describe('a kit in the catalogue', () => {
  const save = async (over: Parameters<typeof anItem>[1] & { sku?: string }): Promise<Answer | undefined> => {
    const command: FactCommand = { ...head, type: 'item', validFrom: null, fact: { ...anItem(over.sku ?? 'NEW', over) } };
    return (await saveFacts(world.store, world.tenantId, [command], world.ambient))[0];
  };

  test.each([
    ['names items that are there', { components: [{ sku: 'CUP', quantity: 1 }, { sku: 'GONE', quantity: 1 }] }, 'UNKNOWN_ITEM', '/components/1/sku'],
    ['is in no kit', { components: [{ sku: 'SET', quantity: 1 }] }, 'KIT_IN_KIT', '/components/0/sku'],
    ['is not in itself', { sku: 'TEA', components: [{ sku: 'TEA', quantity: 2 }] }, 'KIT_IN_KIT', '/components/0/sku'],
  ])('%s', async (_what, over, code, pointer) => {
    expect(await save(over)).toMatchObject({ ok: false, refusal: { errors: [{ pointer, code }] } });
  });

  test('has no stock of its own, and what it had before may only fall', async () => {
    await world.facts({ items: [anItem('WAS')] });
    await world.receive('WAS', 'north', 5);
    await world.facts({ items: [anItem('WAS', { components: parts })] });
    expect(codeOf(await world.receive('WAS', 'north', 1))).toBe('KIT_HAS_NO_STOCK');
    expect(codeOf(await world.stock({ type: 'count', sku: 'WAS', node: 'north', owner: '', condition: 'A', counted: 0, note: null }))).toBe('ok');
  });
});
