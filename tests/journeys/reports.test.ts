import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_OPERATIONS } from '../../src/domain/catalog/index.ts';
import { REPORTS } from '../../src/flows/report-catalogue.ts';
import { MEASURES } from '../../src/flows/count-order.ts';
import { REPORT_CONSUMER } from '../../src/flows/reports.ts';
import { postgresOutbox } from '../../src/postgres/outbox.ts';
import { rebuildReports } from '../../src/postgres/rebuild.ts';
import { postgresReports } from '../../src/postgres/reports.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { runWorkers, until } from '../support/workers.ts';
import { aChannel, anItem, aNode, anOrder, orderIdOf, type World } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let database: TestDatabase;
let server: TestApi;
let world: World;
let fence = 1_000;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await openApi(database);
  world = server.world;
  await world.facts({
    items: [anItem('A', { backorder: true }), anItem('W', { quantityScale: 3, baseUnit: 'kg' })],
    nodes: [aNode('east', { priority: 1, operations: { ...DEFAULT_OPERATIONS, capacity: { ...DEFAULT_OPERATIONS.capacity, ordersPerDay: 100 } } }), aNode('west', { priority: 2 })],
    channels: [aChannel('web'), aChannel('shop'), aChannel('swiss', { currency: 'CHF' })],
  });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

/** The reader of the log, by hand: everything up to now, so many events at once. */
async function feed(atOnce = 7): Promise<void> {
  const lease = { tenantId: world.tenantId, name: REPORT_CONSUMER, holder: 'test', fence: (fence += 1) };
  await postgresOutbox(world.pool).adopt(lease, REPORT_CONSUMER);
  while ((await postgresReports(world.pool).feed(lease, REPORT_CONSUMER, atOnce))?.events === atOnce);
}
interface Figure { name: string; currency: string | null; value: number | null }
interface Point { key: string; from: string | null; to: string | null; figures: Figure[]; orders_query?: string }
interface Report { series: Point[]; total: Point; compared: { from: string; to: string; total: Point } | null; as_of: { position: number; behind: number; rebuilt_orders: number | null } }
async function read(code: string, query = '', accept = 'application/json'): Promise<{ status: number; text: string; report: Report }> {
  const response = await fetch(`${server.url}/v1/reports/${code}${query}`, { headers: { authorization: `Bearer ${server.adminKey}`, accept } });
  const text = await response.text();
  return { status: response.status, text, report: accept === 'application/json' ? JSON.parse(text) : null };
}
const told = ({ figures }: Point): Record<string, number | null> => Object.fromEntries(figures.map(({ name, currency, value }) => [currency === null ? name : `${name} ${currency}`, value]));
const report = async (code: string, query = ''): Promise<Report> => (await read(code, query)).report;
const listed = async (query: string): Promise<number> => {
  const response = await fetch(`${server.url}/v1/orders?${query}&count=estimate&limit=1`, { headers: { authorization: `Bearer ${server.adminKey}` } });
  return (await response.json() as { count: { value: number } }).count.value;
};
/** Without randomness of the machine: the same history every time. */
function lots(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * most);
  };
}
const sums = (): Promise<Record<string, unknown>[]> => world.query('select measure, slot, channel_id, node_id, part, amount::float8 from ordo.report_sum order by 1, 2, 3, 4, 5');

const DAY_1 = Date.UTC(2026, 2, 2);
const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/Los_Angeles'];

describe('a random history', () => {
  const ids: string[] = [];
  beforeAll(async () => {
    const lot = lots(42);
    await world.receive('A', 'east', 60);
    await world.receive('A', 'west', 60);
    await world.stock({ type: 'receive', sku: 'W', node: 'east', owner: '', condition: 'A', quantity: { text: '50', unit: null }, supplyId: null, unitCostMicros: null });
    for (let n = 0; n < 60; n++) {
      const channel = ['web', 'shop', 'swiss'][lot(3)] ?? 'web';
      const lines = [{ sku: 'A', quantity: 1 + lot(4), ...(lot(4) === 0 ? { node: 'west' } : {}) }, ...(lot(3) === 0 ? [{ sku: 'W', quantity: '0.125' }] : [])];
      const placedAt = DAY_1 + lot(10 * 24 * 4) * 15 * 60_000 + lot(900_000);
      ids.push(orderIdOf((await world.capture(anOrder(lines, { channel, currency: channel === 'swiss' ? 'CHF' : 'EUR', placedAt, ...(lot(3) === 0 ? { deliverBy: placedAt + (1 + lot(100)) * HOUR } : {}) })))[0]));
      if (lot(2) === 0) await world.act(ids.at(-1) ?? '', { type: 'release', shipmentNo: 1 });
      for (let step = lot(9); step > 0; step--) {
        const id = ids[Math.max(0, ids.length - 1 - lot(6))] ?? '';
        const shipmentNo = lot(4) === 0 ? 2 : 1;
        const at = Date.now() - 1_000;
        const action = lot(9);
        if (action === 0) await world.act(id, { type: 'cancel', lines: lot(2) === 0 ? null : [{ lineNo: 1, quantity: 1 }], reason: 'end', force: true, by: 'seller' });
        else if (action === 1) await world.act(id, { type: 'reject', shipmentNo, reasonCode: 'CLOSED', note: null });
        else if (action === 2 || action === 8) await world.act(id, { type: 'carrier_outcome', shipmentNo, outcome: (['lost', 'returned_to_sender'] as const)[lot(6)] ?? 'delivered' }, { occurredAt: at });
        else if (action < 5) await world.act(id, { type: 'release', shipmentNo });
        else if (action === 5) await world.act(id, { type: 'hand_over', shipmentNo }, { occurredAt: at });
        else await world.act(id, { type: 'ship', shipmentNo, carrier: null, service: null, trackingNumbers: [] }, { occurredAt: at });
        if (lot(9) === 0) await feed(1 + lot(9));
      }
    }
    await feed();
  });

  test('gives the figures that a count over the rows gives, in every zone', async () => {
    for (const zone of ZONES) {
      for (const channel of [null, 'shop']) {
        const days = await world.query<{ day: string; orders: number; lines: number; cancelled: number; units: number; shipped: number; cut: number; planned: number; split: number; open: number }>(`
          select (o.placed_at at time zone $1)::date::text as day, count(*)::int as orders, sum(l.lines)::int as lines, sum(l.units)::float8 as units, sum(l.shipped)::float8 as shipped, sum(l.cut)::float8 as cut,
            (count(*) filter (where o.status = 'CANCELLED'))::int as cancelled, (count(*) filter (where s.n > 0))::int as planned, (count(*) filter (where s.n > 1))::int as split
          from ordo.sales_order o join ordo.channel c on c.id = o.channel_id
            cross join lateral (select count(*) filter (where l.parent_line_no is null) as lines, sum(l.ordered / power(10, i.quantity_scale)) as units, sum((l.shipped + l.handed_over) / power(10, i.quantity_scale)) as shipped,
              sum(l.cancelled / power(10, i.quantity_scale)) as cut from ordo.order_line l join ordo.item i on i.id = l.item_id where l.order_id = o.id) l
            cross join lateral (select count(*) as n from ordo.shipment s where s.order_id = o.id and s.status <> 'CANCELLED') s
          where $2::text is null or c.code = $2 group by 1 order by 1`, [zone, channel]);
        const query = `?from=2026-03-01&to=2026-03-13&zone=${zone}${channel === null ? '' : `&channel=${channel}`}`;
        const [volume, cancel, fill, split] = await Promise.all(['volume', 'cancel_rate', 'fill_rate', 'split_rate'].map((code) => report(code, query)));
        const of = (answer: Report | undefined, day: string): Record<string, number | null> => told(answer?.series.find(({ key }) => key === day) ?? { key: '', from: null, to: null, figures: [] });
        expect(volume?.series.length).toBe(13);
        expect(days.reduce((sum, { orders }) => sum + orders, 0)).toBe(told(volume?.total ?? { key: '', from: null, to: null, figures: [] })['orders']);
        for (const { day, orders, lines, units, shipped, cut, cancelled, planned, split: splits } of days) {
          expect(of(volume, day), `${zone} ${day}`).toMatchObject({ orders, lines, units: expect.closeTo(units, 5) });
          expect(of(cancel, day)).toMatchObject({ orders, cancelled });
          expect(of(fill, day)).toMatchObject({ units: expect.closeTo(units, 5), shipped_units: expect.closeTo(shipped, 5), cancelled_units: expect.closeTo(cut, 5) });
          expect(of(split, day)).toMatchObject({ orders: planned, split: splits });
        }
      }
    }
  });

  test('keeps currencies apart', async () => {
    const rows = await world.query<{ currency: string; total: number }>('select currency, sum(total_minor)::float8 as total from ordo.sales_order group by 1 order by 1');
    expect((await report('volume', '?from=2026-03-01&to=2026-03-13')).total.figures.filter(({ name }) => name === 'value')).toEqual(rows.map(({ currency, total }) => ({ name: 'value', currency, value: total })));
  });

  test('names the orders behind a number, as many as it says', async () => {
    for (const [code, figure] of [['volume', 'orders'], ['cancel_rate', 'cancelled']] as const) {
      const { series, total } = await report(code, '?from=2026-03-01&to=2026-03-13&zone=Asia/Kathmandu&group_by=week&channel=web');
      for (const point of [...series, total]) expect(await listed(point.orders_query ?? ''), `${code} ${point.key}`).toBe(told(point)[figure]);
    }
    const { series } = await report('volume', '?from=2026-03-01&to=2026-03-13&group_by=channel');
    expect(series.map(({ key }) => key)).toEqual(['shop', 'swiss', 'web']);
    for (const point of series) expect(await listed(point.orders_query ?? '')).toBe(told(point)['orders']);
    const backlog = await report('backlog_age');
    for (const point of [...backlog.series, backlog.total]) expect(await listed(point.orders_query ?? ''), point.key).toBe(told(point)['orders']);
    expect(told(backlog.total)['orders']).toBeGreaterThan(0);
  });

  test('tells durations to two percent, by node too', async () => {
    const around = `?from=${new Date(Date.now() - DAY).toISOString().slice(0, 10)}&to=${new Date(Date.now() + DAY).toISOString().slice(0, 10)}`;
    for (const [code, types] of [['click_to_ship', ['ShipmentShipped', 'ShipmentHandedOver']], ['click_to_door', ['ShipmentDelivered', 'ShipmentHandedOver']]] as const) {
      const seconds = (await world.query<{ seconds: number; node: string }>(`
        select extract(epoch from e.occurred_at - o.placed_at)::float8 as seconds, n.code as node from ordo.event e join ordo.sales_order o on o.id = e.order_id
          join ordo.shipment s on s.order_id = e.order_id and s.shipment_no = (e.data ->> 'shipment_no')::int join ordo.node n on n.id = s.node_id where e.type = any($1) order by 1`, [types]));
      expect(seconds.length).toBeGreaterThan(3);
      const whole = told((await report(code, around)).total);
      expect(whole['shipments']).toBe(seconds.length);
      for (const p of [50, 90, 95]) {
        const exact = seconds[Math.ceil((seconds.length * p) / 100) - 1]?.seconds ?? 0;
        expect(Math.abs((whole[`p${p}`] ?? 0) - exact) / exact).toBeLessThan(0.0201);
      }
      const { series } = await report(code, `${around}&group_by=node`);
      for (const point of series) expect(told(point)['shipments']).toBe(seconds.filter(({ node }) => node === point.key).length);
    }
  });

  test('says which promises were kept, are late or may still be kept', async () => {
    const [row] = await world.query<{ promised: number; kept: number }>(`
      select count(*)::int as promised, (count(*) filter (where o.status not in ('PENDING', 'ON_HOLD', 'BACKORDERED', 'PROCESSING', 'PARTIALLY_SHIPPED') and not exists (
        select from ordo.shipment s where s.order_id = o.id and s.status <> 'CANCELLED' and not exists (select from ordo.event e where e.order_id = o.id and e.type in ('ShipmentDelivered', 'ShipmentHandedOver')
          and (e.data ->> 'shipment_no')::int = s.shipment_no and e.occurred_at <= to_timestamp((o.document ->> 'deliver_by')::float8 / 1000)))))::int as kept
      from ordo.sales_order o where o.document ->> 'deliver_by' is not null and o.status <> 'CANCELLED'`);
    expect(row?.promised).toBeGreaterThan(0);
    const { total } = await report('promise_accuracy', '?from=2026-03-01&to=2026-03-31');
    expect(told(total)).toMatchObject({ promised: row?.promised, kept: row?.kept, late: (row?.promised ?? 0) - (row?.kept ?? 0), open: 0 });
  });

  test('counts every event once, however often it is read, and a rebuild says the same', async () => {
    const before = await sums();
    expect(new Set(before.map(({ measure }) => measure)).size).toBeGreaterThan(MEASURES.length - 5);
    await world.query('update ordo.consumer set position = 0 where name = $1', [REPORT_CONSUMER]);
    await feed(50);
    expect(await sums()).toEqual(before);
    await world.query('update ordo.report_sum set amount = amount + 1');
    const seen: number[] = [];
    expect(await rebuildReports(database.ownerUrl, (_tenant, { orders }) => seen.push(orders))).toMatchObject([{ orders: ids.length }]);
    expect(await sums()).toEqual(before);
    expect((await report('volume')).as_of).toMatchObject({ behind: 0, rebuilt_orders: null });
  });

  test('goes on where a rebuild was ended, beside what happens meanwhile', async () => {
    const before = await sums();
    await world.query('delete from ordo.report_sum');
    await world.query('delete from ordo.report_order');
    await world.query("update ordo.report_state set rebuilt_orders = 0, rebuilt_until = '00000000-0000-0000-0000-000000000000'");
    expect((await report('volume')).as_of.rebuilt_orders).toBe(0);
    await world.query('update ordo.consumer set position = 0 where name = $1', [REPORT_CONSUMER]);
    await feed(20);
    expect(await sums()).toEqual(before);
    await rebuildReports(database.ownerUrl, () => undefined);
    expect(await sums()).toEqual(before);
  });

  test('a reader that lost its lease changes nothing', async () => {
    expect(await postgresReports(world.pool).feed({ tenantId: world.tenantId, name: REPORT_CONSUMER, holder: 'late', fence: 0 }, REPORT_CONSUMER, 10)).toBeNull();
  });

  test('capacity is that of the nodes', async () => {
    const [row] = await world.query<{ day: string; orders: number }>("select c.ship_date::text as day, sum(c.orders)::int as orders from ordo.node_capacity c join ordo.node n on n.id = c.node_id where c.hour = -1 and n.code = 'east' group by 1 order by 2 desc limit 1");
    const { series } = await report('capacity_use', `?from=${row?.day}&to=${row?.day}&group_by=node&node=east`);
    expect(told(series[0] ?? { key: '', from: null, to: null, figures: [] })).toMatchObject({ orders: row?.orders, orders_limit: 100, orders_rate: row?.orders, units_limit: null, units_rate: null });
  });
});

describe('days', () => {
  test('on which clocks change are an hour shorter or longer', async () => {
    for (const at of ['2026-03-28T22:59', '2026-03-28T23:00', '2026-03-29T21:59', '2026-03-29T22:00', '2026-10-24T21:59', '2026-10-24T22:00', '2026-10-25T22:59', '2026-10-25T23:00']) {
      await world.capture(anOrder([{ sku: 'A', quantity: 1 }], { placedAt: Date.parse(`${at}:00Z`) }));
    }
    await feed();
    const days = async (from: string, to: string): Promise<[string, number, number | null][]> => (await report('volume', `?from=${from}&to=${to}&zone=Europe/Berlin`)).series
      .map((point) => [point.key, (Date.parse(point.to ?? '') - Date.parse(point.from ?? '')) / HOUR, told(point)['orders'] ?? null]);
    expect(await days('2026-03-28', '2026-03-30')).toEqual([['2026-03-28', 24, 1], ['2026-03-29', 23, 2], ['2026-03-30', 24, 1]]);
    expect(await days('2026-10-24', '2026-10-26')).toEqual([['2026-10-24', 24, 1], ['2026-10-25', 25, 2], ['2026-10-26', 24, 1]]);
  });

  test('are compared with as many before, or those of a year earlier', async () => {
    const previous = await report('volume', '?from=2026-03-06&to=2026-03-09&compare=previous');
    expect(previous.compared).toMatchObject({ from: '2026-03-02', to: '2026-03-05' });
    expect(told(previous.compared?.total ?? previous.total)['orders']).toBe(told((await report('volume', '?from=2026-03-02&to=2026-03-05')).total)['orders']);
    expect((await report('volume', '?from=2024-02-29&to=2024-02-29&compare=year')).compared).toMatchObject({ from: '2023-02-28', to: '2023-02-28' });
  });
});

test('what a report does not know is refused, all of it at once', async () => {
  expect((await read('nonsense')).status).toBe(404);
  const { status, text } = await read('volume', '?from=2026-03-09&to=2026-03-01&node=east&group_by=node');
  expect([status, (JSON.parse(text) as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)]).toEqual([422, ['#/query/node', '#/query/group_by', '#/query/to']]);
  expect(JSON.parse((await read('backlog_age', '?from=2026-03-01')).text)).toMatchObject({ errors: [{ pointer: '#/query/from' }] });
  expect(JSON.parse((await read('volume', '?zone=Nowhere')).text)).toMatchObject({ errors: [{ pointer: '#/query/zone' }] });
});

test('the command line shows what the catalogue says', async () => {
  const list = await server.ordo('reports', 'list');
  for (const { code, name } of REPORTS) expect(list.out).toMatch(new RegExp(`^${code} +${name}`, 'm'));
  const shown = await server.ordo('reports', 'show', 'volume', '--from', '2026-03-02', '--to', '2026-03-03', '--compare', 'previous');
  expect(shown.code).toBe(0);
  expect(shown.out).toMatch(/^DAY +ORDERS +LINES +UNITS +VALUE CHF +VALUE EUR/);
  expect(shown.out).toMatch(/2026-02-28 to 2026-03-01/);
  expect(JSON.parse((await server.ordo('reports', 'show', 'backlog_age', '--json')).out)).toMatchObject({ code: 'backlog_age', group_by: null });
  expect((await server.ordo('reports', 'show', 'volume', '--by', 'month')).code).toBe(2);
});

test('workers keep the sums by themselves', async () => {
  await world.capture(anOrder([{ sku: 'A', quantity: 1 }]));
  // The fences above are the test's own; leases begin theirs anew.
  await world.query('delete from ordo.consumer where name = $1', [REPORT_CONSUMER]);
  const workers = runWorkers(world);
  try {
    await until('the reports have come by', async () => (await report('volume')).as_of.behind === 0);
  } finally {
    await workers.stop();
  }
  const kept = await sums();
  await rebuildReports(database.ownerUrl, () => undefined);
  expect(kept).toEqual(await sums());
});

test('readers and a rebuild that meet count nothing twice', async () => {
  await world.query('update ordo.consumer set position = 0 where name = $1', [REPORT_CONSUMER]);
  const captures = Promise.all(Array.from({ length: 20 }, () => world.capture(anOrder([{ sku: 'A', quantity: 1 }], { placedAt: DAY_1 }))));
  await Promise.all([captures, feed(5), rebuildReports(database.ownerUrl, () => undefined), feed(9)]);
  await feed();
  const met = await sums();
  await rebuildReports(database.ownerUrl, () => undefined);
  expect(met).toEqual(await sums());
});

test('a table has a row for each figure of each point', async () => {
  const { text } = await read('cancel_rate', '?from=2026-03-02&to=2026-03-02&compare=previous', 'text/csv');
  const [head, ...rows] = text.trim().split('\r\n');
  expect(head).toBe('period,key,from,to,figure,currency,value');
  expect(rows.length).toBe(12);
  expect(rows[0]).toMatch(/^asked,2026-03-02,2026-03-02T00:00:00.000Z,2026-03-03T00:00:00.000Z,orders,,\d+$/);
});
