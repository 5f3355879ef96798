import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_OPERATIONS, DEFAULT_ROUTING_POLICY, type NodeOperations } from '../../src/domain/catalog/index.ts';
import { parsePublicId } from '../../src/domain/kernel/index.ts';
import { defaultGroup } from '../../src/domain/routing/index.ts';
import { changeStrategy } from '../../src/flows/change-strategy.ts';
import { createInvoices } from '../../src/flows/create-invoices.ts';
import { eraseCustomer } from '../../src/flows/customers.ts';
import { claimStock } from '../../src/flows/claim-stock.ts';
import { announceSupply } from '../../src/flows/save-facts.ts';
import type { Answer } from '../../src/flows/ports.ts';
import { REPORT_CONSUMER } from '../../src/flows/reports.ts';
import { withdrawStrategy } from '../../src/flows/withdraw-strategy.ts';
import { postgresOutbox } from '../../src/postgres/outbox.ts';
import { postgresReports } from '../../src/postgres/reports.ts';
import { connect } from '../../src/postgres/connect.ts';
import { linkOrders } from '../../src/postgres/customer-links.ts';
import { postgresCustomers } from '../../src/postgres/customers.ts';
import { inTransaction, openPool } from '../../src/postgres/database.ts';
import { CHECKS, type CheckName, type Difference, type Verification, verifyTenant } from '../../src/postgres/verify/index.ts';
import { createRules } from '../../src/server/rules/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { aChannel, anItem, anOrder, aNode, openWorld, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
const HOURLY: NodeOperations = { ...DEFAULT_OPERATIONS, capacity: { ordersPerDay: 500, unitsPerDay: null, ordersPerHour: 50, unitsPerHour: null } };
/** A few orders in many states, so that no check is clean only because it had nothing to look at. */
beforeAll(async () => {
  database = await createTestDatabase();
  world = await openWorld(database);
  await world.facts({
    items: [anItem('A'), anItem('B'), anItem('C', { backorder: true })], nodes: [aNode('north', { operations: HOURLY }), aNode('south', { priority: 2 })], channels: [aChannel('web')],
  });
  for (const sku of ['A', 'B']) for (const node of ['north', 'south']) await world.receive(sku, node, 50);
  await liveThrough();
  await publishVersions();
  const [{ id: known = '' } = {}] = await world.query<{ id: string }>("select order_id as id from ordo.order_contact where data -> 'customer' ->> 'email' is not null");
  await inTransaction(world.pool, world.tenantId, (session) => linkOrders(session, [known]));
  const [{ id: customer = '' } = {}] = await world.query<{ id: string }>('select id from ordo.customer');
  await eraseCustomer(postgresCustomers(world.pool), world.tenantId, customer, { ambient: world.ambient, actor: 'test' });
  const lease = { tenantId: world.tenantId, name: REPORT_CONSUMER, holder: 'test', fence: 1 };
  await postgresOutbox(world.pool).adopt(lease, REPORT_CONSUMER);
  await postgresReports(world.pool).feed(lease, REPORT_CONSUMER, 10_000);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const body = (answer: Answer | undefined): Readonly<Record<string, unknown>> => {
  if (!answer?.ok) throw new Error(JSON.stringify(answer));
  return answer.body;
};

async function liveThrough(): Promise<void> {
  const keyed = (key: string) => ({ idempotencyKey: key, bodyHash: key });
  const captured = await world.capture(
    anOrder([{ sku: 'A', quantity: 2 }, { sku: 'B', quantity: 1 }], { ...keyed('01'), shipBy: Date.now() }), anOrder([{ sku: 'A', quantity: 1 }], { ...keyed('02'), shipBy: Date.now() }), anOrder([{ sku: 'B', quantity: 3 }], keyed('03')),
    anOrder([{ sku: 'C', quantity: 4 }], keyed('04')), anOrder([{ sku: 'A', quantity: 1 }], { ...keyed('05'), contact: { ship_to: { city: 'Berlin', postcode: '10115', country: 'DE' } } }),
    anOrder([{ sku: 'A', quantity: 2 }], { ...keyed('06'), contact: { customer: { name: 'Ida Lind', email: 'ida@example.com' } } }), anOrder([{ sku: 'B', quantity: 2 }], keyed('07')), anOrder([{ sku: 'B', quantity: 2 }], keyed('08')),
  );
  const ids = captured.map((answer) => parsePublicId('order', String(body(answer)['id'])) ?? '');
  const [delivered = '', rejected = '', cancelled = '', , , shortPicked = '', lost = '', returned = ''] = ids;
  const act = async (id: string, action: Parameters<World['act']>[1], key: string | null = null) => body(await world.act(id, action, key === null ? {} : keyed(key)));
  for (const id of [delivered, rejected, shortPicked, lost, returned]) await act(id, { type: 'release', shipmentNo: 1 }, `a${id.slice(-1)}${id.slice(0, 1)}${ids.indexOf(id)}`);
  for (const [id, outcome] of [[delivered, 'delivered'], [lost, 'lost'], [returned, 'returned_to_sender']] as const) {
    await act(id, { type: 'ship', shipmentNo: 1, carrier: 'DHL', service: null, trackingNumbers: ['T'] });
    await act(id, { type: 'carrier_outcome', shipmentNo: 1, outcome });
  }
  await createInvoices(world.store, world.tenantId, [delivered, lost].map((orderId) => ({ orderId, shipmentNo: 1, leftAt: Date.now() })), world.ambient);
  await act(rejected, { type: 'reject', shipmentNo: 1, reasonCode: 'OUT_OF_STOCK', note: null });
  await act(shortPicked, { type: 'pick', shipmentNo: 1, lines: [{ lineNo: 1, quantity: 1 }], correctStock: true });
  await act(cancelled, { type: 'cancel', lines: null, reason: 'changed their mind', force: false });
  await world.stock({ type: 'count', sku: 'B', node: 'south', owner: '', condition: 'A', counted: 47, note: null });
  const head = { idempotencyKey: null, bodyHash: '00', actor: 'test' };
  body((await claimStock(world.store, world.tenantId, [{ ...head, type: 'create', reference: null, ttlSeconds: 600, lines: [{ sku: 'A', node: 'north', quantity: 2 }, { sku: 'B', node: null, quantity: 1 }] }], world.ambient))[0]);
  const supply = body((await announceSupply(world.store, world.tenantId, [{
    ...head, sku: 'C', node: 'south', supply: { kind: 'purchase_order', reference: 'PO-1', dueAt: Date.now(), confidence: 100, quantity: 5 },
  }], world.ambient))[0]);
  await world.stock({ type: 'receive', sku: 'C', node: 'south', owner: '', condition: 'A', quantity: 3, supplyId: parsePublicId('supply', String(supply['id'])) ?? '', unitCostMicros: null });
}

/** One that decides, one that was withdrawn, and one that is announced. */
async function publishVersions(): Promise<void> {
  const head = { idempotencyKey: null, bodyHash: '00', actor: 'test', code: 'main' };
  const later = Date.now() + 3_600_000;
  for (const [n, validFrom] of [null, later, later].entries()) {
    const groups = [{ ...defaultGroup(DEFAULT_ROUTING_POLICY), name: `no. ${n}` }];
    body(await changeStrategy(world.store, createRules(), world.tenantId, { ...head, type: 'draft', name: null, groups, note: null, expectedRevision: null }, world.ambient));
    body(await changeStrategy(world.store, createRules(), world.tenantId, { ...head, type: 'publish', version: null, expectedRevision: null, note: null, validFrom }, world.ambient));
    if (n === 1) body(await withdrawStrategy(world.store, world.tenantId, { ...head, version: 2, reason: 'too early' }, world.ambient));
  }
}

async function verify(runtimeUrl: string, throttle = false): Promise<Verification> {
  const pool = openPool({ url: runtimeUrl, connections: 2, plans: 'custom', applicationName: 'verify' });
  try {
    return await verifyTenant(pool, world.tenantId, { throttle });
  } finally {
    await pool.end();
  }
}

describe('a sound database', () => {
  it.each([false, true])('passes every check, each of which looked at something (throttled: %s)', async (throttle) => {
    const found = await verify(database.runtimeUrl, throttle);
    expect(found.checks.flatMap((check) => check.named)).toEqual([]);
    expect(found.clean).toBe(true);
    expect(found.checks.filter((check) => check.examined === 0)).toEqual([]);
    expect(found.checks.map((check) => check.check)).toEqual(Object.keys(CHECKS));
  });

  it('stays unchanged by being verified, and says so when there was nothing to check', async () => {
    const empty = await createTestDatabase();
    const other = await openWorld(empty);
    const found = await verify(empty.runtimeUrl);
    expect(found).toMatchObject({ clean: true, differences: 0 });
    expect(found.checks.filter((check) => check.check !== 'negatives').every((check) => check.examined === 0)).toBe(true);
    await other.close();
    await empty.drop();
  });
});

/** One corruption per rule, made as the owner behind the program's back: the check that must name it, what it must name, how it is made. */
const CORRUPTIONS: readonly [CheckName, string, string][] = [
  ['line_counters', 'order_line.reserved', `alter table ordo.order_line drop constraint if exists order_line_every_unit_in_one_bucket;
    update ordo.order_line set reserved = reserved + 1 where line_no = 1 and reserved > 0`],
  ['line_counters', 'order_line.cancelled', `delete from ordo.line_movement where to_bucket = 'cancelled'`],
  ['line_counters', 'order_line.delivered', `update ordo.order_line set delivered = 0 where delivered > 0`],
  ['line_equation', 'order_line.ordered', `alter table ordo.order_line drop constraint if exists order_line_every_unit_in_one_bucket; update ordo.order_line set ordered = ordered + 1`],
  ['line_equation', 'order_line.delivered + lost + returned_to_sender', `alter table ordo.order_line drop constraint if exists order_line_outcome_within_shipped;
    update ordo.order_line set lost = shipped + 1 where shipped > 0`],
  ['shipment_counters', 'shipment_line.shipped', `update ordo.shipment_line set shipped = shipped + 1 where shipped > 0`],
  ['shipment_counters', 'shipment_line.picked', `update ordo.line_movement set shipment_no = shipment_no + 1 where to_bucket = 'picked'`],
  ['shipment_counters', 'shipment_line.reserved', `update ordo.line_movement set node_id = (select id from ordo.node where code = 'south') where to_bucket = 'reserved'`],
  ['shipment_status', 'shipment.status', `update ordo.shipment set status = 'PACKED' where status = 'DELIVERED'`],
  ['shipment_status', 'shipment.status', `update ordo.shipment set status = 'PLANNED' where status = 'CANCELLED'`],
  ['shipment_status', 'shipment.status', `update ordo.shipment set status = 'AT_STORE' where status = 'DELIVERED'`],
  ['order_status', 'sales_order.status', `update ordo.sales_order set status = 'PENDING' where status = 'COMPLETED'`],
  ['order_status', 'sales_order.status', `update ordo.hold set released_at = now() where released_at is null`],
  ['stock_reserved', 'stock.reserved', `update ordo.stock set reserved = reserved + 1 where on_hand > reserved`],
  ['stock_reserved', 'stock.reserved', `delete from ordo.stock where reserved > 0`],
  ['stock_on_hand', 'stock.on_hand', `update ordo.stock set on_hand = on_hand + 1`],
  ['stock_on_hand', 'stock.on_hand', `delete from ordo.stock_movement where kind = 'ship'`],
  ['stock_short', 'stock.short', `update ordo.stock set short = 1 where short = 0`],
  ['stock_soft', 'stock.soft', `update ordo.stock set soft = soft + 1`],
  ['stock_soft', 'unassigned_demand.soft', `update ordo.soft_claim set status = 'released'`],
  ['node_capacity', 'node_capacity.orders', `update ordo.node_capacity set orders = orders + 1 where hour = -1`],
  ['node_capacity', 'node_capacity.units', `update ordo.node_capacity set units = units - 1 where hour >= 0`],
  ['node_capacity', 'node_capacity.orders', `delete from ordo.node_capacity where hour >= 0`],
  ['node_capacity', 'node_capacity.units', `update ordo.shipment set capacity_date = capacity_date + 1 where status = 'DELIVERED'`],
  ['shipment_capacity', 'shipment.capacity_units', `update ordo.shipment set capacity_units = capacity_units + 1 where status = 'DELIVERED'`],
  ['order_deadlines', 'order_deadline.open', `update ordo.order_deadline set open = false where open`],
  ['order_deadlines', 'order_deadline.next_look_at', `update ordo.order_deadline set next_look_at = now() where not open`],
  ['unassigned_demand', 'unassigned_demand.pending', `update ordo.unassigned_demand set pending = pending + 1`],
  ['unassigned_demand', 'unassigned_demand.waiting', `update ordo.unassigned_demand set waiting = 0 where waiting > 0`],
  ['supply_received', 'supply.received', `update ordo.supply set received = received - 1`],
  ['supply_received', 'supply.closed_at', `update ordo.supply set quantity = received, closed_at = null`],
  ['supply_claimed', 'supply.claimed', `update ordo.supply set claimed = claimed + 1 where claimed < quantity`],
  ['supply_claimed', 'supply.claimed', `delete from ordo.supply_claim`],
  ['supply_claimed', 'supply_claim.quantity', `update ordo.supply_claim set quantity = quantity + 1; update ordo.supply set claimed = claimed + 1 where claimed > 0`],
  ['erased_customers', 'order_contact.data', `update ordo.order_contact set data = '{}' where data is null`],
  ['erased_customers', 'customer_word', `insert into ordo.customer_word (tenant_id, word, customer_id) select tenant_id, 'ida', id from ordo.customer where erased_at is not null`],
  ['erased_customers', 'order_draft.document', `insert into ordo.order_draft (tenant_id, id, owner, customer_id, document, version, created_at, updated_at)
    select tenant_id, gen_random_uuid(), 'x', id, '{}', 1, now(), now() from ordo.customer where erased_at is not null`],
  ['movement_events', 'line_movement.event_id', `update ordo.line_movement set event_id = gen_random_uuid() where to_bucket = 'packed'`],
  ['movement_events', 'stock_movement.event_id', `update ordo.stock_movement set event_id = gen_random_uuid() where kind = 'receipt'`],
  ['movement_events', 'stock_movement.event_id', `update ordo.stock_movement set event_id = gen_random_uuid() where kind = 'ship'`],
  ['event_positions', 'event.position', `delete from ordo.event where position = 3`],
  ['event_positions', 'event_counter.position', `update ordo.event_counter set position = position - 1`],
  ['strategy_versions', 'routing_strategy_version.valid_to', `update ordo.routing_strategy_version set valid_to = valid_to - interval '1 minute' where version = 1`],
  ['strategy_versions', 'routing_strategy_version.valid_to', `update ordo.routing_strategy_version set valid_to = 'infinity' where version = 1`],
  ['strategy_versions', 'routing_strategy_version.valid_to', `delete from ordo.routing_strategy_version where version = 3`],
  ['report_sums', 'report_sum.amount', `update ordo.report_sum set amount = amount + 1 where measure = 'shipped_units'`],
  ['report_sums', 'report_sum.amount', `delete from ordo.report_sum where measure = 'click_to_ship'`],
  ['report_sums', 'report_sum.slot', `update ordo.report_sum set slot = slot + interval '15 minutes' where measure = 'orders'`],
  ['report_sums', 'report_order.figures', `update ordo.sales_order set total_minor = total_minor + 1`],
  ['routing_decisions', 'routing_decision rows', `delete from ordo.routing_decision where decision_no = 1`],
  ['routing_decisions', 'routing_decision.detail bytes', `alter table ordo.routing_decision drop constraint routing_decision_detail_check; update ordo.routing_decision set detail = repeat('x', 5000)`],
  ['idempotency_orders', 'idempotency.answer', `update ordo.idempotency set answer = '{"id": "ord_00000000000000000000000000000001"}'`],
  ['idempotency_orders', 'idempotency.answer', `update ordo.idempotency set answer = '{"order": {"id": "ord_nonsense"}}'`],
  ['invoiced_units', 'order_line.invoiced', `update ordo.order_line set invoiced = invoiced - 1 where invoiced > 0`],
  ['invoiced_units', 'order_line.invoiced', `update ordo.invoice_line set quantity = quantity + 1 where line_no = 1`],
  ['invoice_totals', 'invoice.goods_minor', `update ordo.invoice_line set total_minor = total_minor + 1`],
  ['invoice_totals', 'invoice.tax_minor', `update ordo.invoice set tax_minor = tax_minor - 2, total_minor = total_minor - 2 where number = 1`],
  ['invoice_totals', 'invoice.goods_minor', `update ordo.invoice set goods_minor = goods_minor + 5000000000000, total_minor = total_minor + 5000000000000`],
  ['invoice_totals', 'invoice.goods_minor', `delete from ordo.invoice where number = 2`],
  ['invoice_numbers', 'invoice.number', `delete from ordo.invoice_line where order_id = (select order_id from ordo.invoice where number = 1); delete from ordo.invoice where number = 1`],
  ['invoice_numbers', 'invoice.number', `update ordo.invoice_counter set last = last + 1`],
  ['orphans', 'invoice', `update ordo.invoice_line set shipment_no = 9; update ordo.invoice set shipment_no = 9`],
  ['orphans', 'order_line', `delete from ordo.sales_order where status = 'CANCELLED'`],
  ['orphans', 'shipment_line', `delete from ordo.shipment where status = 'DELIVERED'`],
  ['orphans', 'sales_order', `delete from ordo.order_contact`],
  ['orphans', 'order_line.item_id', `delete from ordo.item where sku = 'B'`],
  ['orphans', 'stock.node_id', `delete from ordo.node where code = 'north'`],
  ['negatives', 'stock', `alter table ordo.stock drop constraint stock_soft_check; update ordo.stock set soft = -1`],
  ['negatives', 'order_line', `alter table ordo.order_line drop constraint if exists order_line_pending_check; alter table ordo.order_line drop constraint if exists order_line_every_unit_in_one_bucket; update ordo.order_line set pending = -1`],
];

describe('a corrupted database', () => {
  let owner: pg.Client;
  beforeAll(async () => {
    owner = await connect(database.ownerUrl);
    // Nothing puts right, refuses or passes on what is corrupted here and put back afterwards.
    await owner.query('set session_replication_role = replica');
  });
  afterAll(() => owner.end());

  it('has a corruption for every check', () => {
    expect([...new Set(CORRUPTIONS.map(([check]) => check))].toSorted()).toEqual(Object.keys(CHECKS).toSorted());
  });

  it.each(CORRUPTIONS)('%s finds %s', async (check, what, change) => {
    const tables = [...new Set([...change.matchAll(/\bordo\.(\w+)/g)].map(([, table = '']) => table))];
    for (const table of tables) await owner.query(`create temp table kept_${table} as table ordo.${table}`);
    try {
      await owner.query(change);
      const found = await verify(database.runtimeUrl);
      const named: Difference[] = found.checks.filter((one) => one.check === check).flatMap((one) => [...one.named]);
      expect(found.clean).toBe(false);
      expect(named.map((one) => one.what)).toContain(what);
      for (const one of named) expect(one.stored).not.toBe(one.recomputed);
      expect(found.differences).toBeGreaterThan(0);
    } finally {
      for (const table of tables) await owner.query(`delete from ordo.${table}; insert into ordo.${table} select * from kept_${table}; drop table kept_${table}`);
    }
  });

  it('is sound again once all of it is put back', async () => {
    expect((await verify(database.runtimeUrl)).clean).toBe(true);
  });
});
