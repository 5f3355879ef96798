import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, inject, it } from 'vitest';
import { CONNECTORS } from '../../src/connectors/index.ts';
import type { Connector } from '../../src/flows/connector.ts';
import { mapVariants } from '../../src/flows/map-variants.ts';
import type { CallChannel, ChannelRequest } from '../../src/flows/write-back.ts';
import { postgresConnections } from '../../src/postgres/connections.ts';
import { newId } from '../../src/postgres/tenants.ts';
import { openShopify, openWooCommerce } from '../support/partners.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { runWorkers, until } from '../support/workers.ts';
import { aChannel, anItem, anOrder, aNode, openWorld } from '../support/world.ts';
import type { WorkerFixture } from './worker.fixture.ts';

/**
 * A worker process is killed after channels did what it asked for and before it could note that. Another one takes its work
 * over: what was done is not done twice.
 */

/** So that claims and leases of the killed one run out while one watches. */
const QUICK = { leaseTtlMs: 1_500, leaseRenewMs: 500, channelClaimMs: 1_500 } as const;

async function startWorker(fixture: WorkerFixture): Promise<ChildProcess> {
  const child = spawn(process.execPath, [inject('ordoPrograms').worker, JSON.stringify(fixture)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let ready = false;
  createInterface({ input: child.stdout }).on('line', (line) => (ready ||= line.includes('"ready"')));
  await until('the worker is up', () => ready, 60_000);
  return child;
}

interface Effects {
  /** Units that each shop was told of, fulfilment by fulfilment. */
  readonly tracked: readonly number[];
  readonly untracked: readonly number[];
  readonly notes: number;
  readonly stockSet: readonly string[];
}

/** Plays it with these connectors in the process that takes over; what the partners did in the end, and how the work ended. */
async function play(takingOver: ReadonlyMap<string, Connector>): Promise<{ before: Effects; after: Effects; calls: readonly { kind: string; state: string }[] }> {
  const database = await createTestDatabase();
  const world = await openWorld(database);
  const [tracked, untracked, stocked] = await Promise.all([openShopify({ accessToken: 'shpat' }), openShopify({ accessToken: 'shpat' }), openShopify({ accessToken: 'shpat' })]);
  const woo = await openWooCommerce({ key: 'ck', secret: 'cs' });
  const partners = { tracked, untracked, stocked, woo };
  const allow = Object.values(partners).map(({ url }) => new URL(url).host);
  const ended: (() => unknown)[] = [];
  const effects = (): Effects => {
    const units = (shop: typeof tracked): number[] => shop.fulfilments.map(({ lines }) => lines.reduce((sum, { quantity }) => sum + quantity, 0));
    return { tracked: units(tracked), untracked: units(untracked), notes: woo.fulfilments.length, stockSet: [...stocked.stockSet] };
  };
  try {
    await world.facts({ items: [anItem('A'), anItem('B')], nodes: [aNode('north')], channels: Object.keys(partners).map((code) => aChannel(code)) });
    for (const sku of ['A', 'B']) await world.receive(sku, 'north', 100);
    const connections = postgresConnections(world.pool);
    const ids: Record<string, string> = {};
    for (const [code, partner] of Object.entries(partners)) {
      const [channel] = await world.query<{ id: string }>('select id from ordo.channel where code = $1', [code]);
      const id = (ids[code] = newId());
      const credentials = code === 'woo' ? { consumer_key: 'ck', consumer_secret: 'cs' } : { access_token: 'shpat' };
      await connections.create(world.tenantId, { id, code, connector: code === 'woo' ? 'woocommerce' : 'shopify', channelId: channel?.id ?? '', secret: 'hush-hush', matchBySku: true, captureTestOrders: false });
      await connections.change(world.tenantId, id, { baseUrl: partner.url, credentials, ...(code === 'stocked' ? { places: { north: '1' } } : {}) });
    }
    await mapVariants(world.store, world.tenantId, [{ idempotencyKey: null, bodyHash: '00', actor: 'test', channel: 'stocked', variantId: '77', sku: 'B', unit: null }], world.ambient);
    stocked.addVariant('77', { 1: 3 });
    for (const shop of [tracked, untracked]) shop.addOrder({ id: '4711', lines: [{ id: '81', quantity: 5 }] });
    woo.addOrder(4711);
    // They do what they are asked for, and never say so.
    for (const shop of [tracked, untracked]) shop.misbehave({ kind: 'hold' }, { on: shop.about('fulfillmentCreate') });
    stocked.misbehave({ kind: 'hold' }, { on: stocked.about('inventorySetQuantities') });
    woo.misbehave({ kind: 'hold' }, { on: woo.about('POST', '/notes') });

    const child = await startWorker({ url: database.runtimeUrl, allow, settings: QUICK, pauseBefore: null });
    ended.push(() => child.kill('SIGKILL'));
    await connections.change(world.tenantId, ids['stocked'] ?? '', { pushStock: true });
    for (const channel of ['tracked', 'untracked', 'woo']) {
      const order = anOrder([{ sku: 'A', quantity: 2 }], { channel, externalId: '4711', sourceVersion: 1 });
      const [answer] = await world.capture({ ...order, lines: order.lines.map((line) => ({ ...line, externalId: '81' })) });
      const orderId = answer?.ok ? (await world.query<{ id: string }>('select o.id from ordo.sales_order o join ordo.channel c on c.id = o.channel_id where c.code = $1', [channel]))[0]?.id ?? '' : '';
      const no = { shipmentNo: 1 };
      await world.act(orderId, { type: 'release', ...no });
      await world.act(orderId, { type: 'accept', ...no });
      await world.act(orderId, { type: 'pick', ...no, lines: null, correctStock: false });
      await world.act(orderId, { type: 'pack', ...no, packages: null });
      expect((await world.act(orderId, { type: 'ship', ...no, carrier: 'UPS', service: null, trackingNumbers: channel === 'untracked' ? [] : ['T1'] })).ok).toBe(true);
    }
    await until('every partner did it', () => tracked.fulfilments.length + untracked.fulfilments.length + woo.fulfilments.length === 3 && stocked.stockSet.length > 0, 20_000);
    child.kill('SIGKILL');
    const before = effects();

    const other = runWorkers(world, { allow, connectors: takingOver, settings: QUICK });
    ended.push(() => other.stop());
    const open = async (): Promise<number> => Number((await world.query<{ n: string }>("select count(*) as n from ordo.channel_call where state = 'pending'"))[0]?.n);
    await until('all of it ended', async () => (await open()) === 0, 40_000);
    return { before, after: effects(), calls: await world.query<{ kind: string; state: string }>('select kind, state from ordo.channel_call order by kind') };
  } finally {
    for (const end of ended.toReversed()) await end();
    await Promise.all(Object.values(partners).map((partner) => partner.close()));
    await world.close();
    await database.drop();
  }
}

/** Called as often as one likes, and through what `change` makes of the requests. */
const quick = (change: (call: CallChannel) => CallChannel): ReadonlyMap<string, Connector> => new Map([...CONNECTORS].map(([name, connector]): [string, Connector] => {
  const { writeBack } = connector;
  const { fulfil, stock } = writeBack ?? {};
  if (!writeBack || !fulfil || !stock) return [name, connector];
  return [name, { ...connector, writeBack: {
    ...writeBack, callsPerSecond: 500, fulfil: { ...fulfil, tell: (told, call) => fulfil.tell(told, change(call)) }, stock: { ...stock, tell: (told, call) => stock.tell(told, change(call)) },
  } }];
}));

/** Sees no trace of what was done before, and compares nothing. */
const blind = (call: CallChannel): CallChannel => async (request) => {
  const json = hidden(request);
  return json === undefined ? call(uncompared(request)) : { kind: 'answered', status: 200, retryAfterMs: null, json };
};
interface GraphqlBody { readonly query?: string; readonly variables?: { readonly ids?: readonly string[]; readonly input?: { readonly quantities: readonly object[] } } }

function hidden({ method, path, body }: ChannelRequest): unknown {
  const { query = '', variables } = { ...(body as GraphqlBody | undefined) };
  if (query.includes('fulfillments(')) return { data: { order: { fulfillments: [], metafield: null } } };
  if (query.includes('inventoryLevel(')) return { data: { nodes: variables?.ids?.map((id) => ({ id, inventoryLevel: null })) } };
  return method === 'GET' && path.includes('/notes') ? [] : undefined;
}
function uncompared(request: ChannelRequest): ChannelRequest {
  const body = request.body as GraphqlBody | undefined;
  const input = body?.variables?.input;
  return input?.quantities === undefined ? request : { ...request, body: { ...body, variables: { ...body?.variables, input: { ...input, quantities: input.quantities.map((one) => ({ ...one, changeFromQuantity: null })) } } } };
}

describe.concurrent('a worker process that is killed after channels did what it asked for', () => {
  it('is followed by one that tells nothing twice: no second fulfilment, no second stock', async () => {
    const { before, after, calls } = await play(quick((call) => call));
    expect(before).toEqual({ tracked: [2], untracked: [2], notes: 1, stockSet: ['item-77@1=100'] });
    expect(after).toEqual(before);
    expect(calls).toEqual([{ kind: 'fulfil', state: 'done' }, { kind: 'fulfil', state: 'done' }, { kind: 'fulfil', state: 'done' }, { kind: 'stock', state: 'done' }]);
  }, 90_000);

  it('mutant: one that does not look first tells everything twice', async () => {
    const { after } = await play(quick(blind));
    expect(after).toEqual({ tracked: [2, 2], untracked: [2, 2], notes: 2, stockSet: ['item-77@1=100', 'item-77@1=100'] });
  }, 90_000);
});
