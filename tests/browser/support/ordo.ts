import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrdo } from '../../../src/server/compose.ts';
import { readSettings } from '../../../src/server/settings.ts';
import { createTestDatabase } from '../../support/postgres.ts';

export interface TestOrdo {
  readonly url: string;
  signInLink(): Promise<string>;
  /** Asks the API as an administrator; anything but a 2xx is an error. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
  /** Ends the program and keeps its data. */
  end(): Promise<void>;
  /** Starts it again, at the same address. */
  begin(): Promise<void>;
}

/** The whole server with its demonstration, on a database of its own; `more` are further settings. */
export async function startTestOrdo(more: Readonly<Record<string, string>> = {}): Promise<TestOrdo> {
  const database = await createTestDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'ordo-browser-'));
  const key = 'ordo_live_browser_tests_0123456789';
  const start = (port: number) => startOrdo(readSettings({
    PORT: String(port), DATABASE_URL: database.ownerUrl, ORDO_DATA_DIR: directory, ORDO_BOOTSTRAP_KEY: key, ORDO_LOG_LEVEL: 'error', ...more,
  }), { say: () => {} });
  let running = await start(0);
  const { url, port } = running;
  return {
    url, signInLink: () => running.signInLink(),
    async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, ...sent });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
      return JSON.parse(text) as T;
    },
    end: () => running.stop(),
    async begin() {
      running = await start(port);
    },
    async stop() {
      await running.stop();
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Would run in any page that reads text as markup, whatever surrounds it. */
export const CANARY = `"'><img src=x onerror="window.canary=1"><script>window.canary=1</script>`;

/** An order with the canary in every text that a person or another system may choose. Answers its public id. */
export async function createCanaryOrder({ ask }: TestOrdo): Promise<string> {
  const code = '<b>canary</b>';
  await ask('PUT', `/v1/nodes/${encodeURIComponent(code)}`, { name: CANARY, kind: 'store', address: { city: CANARY }, coordinates: { latitude: 50, longitude: 8 }, time_zone: 'Europe/Berlin' });
  await ask('PUT', `/v1/channels/${encodeURIComponent(code)}`, { name: CANARY, kind: 'web', currency: 'EUR', node_pool: [code] });
  await ask('PUT', `/v1/items/${encodeURIComponent(code)}`, { name: CANARY, attributes: { [CANARY.slice(0, 100)]: CANARY } });
  await ask('POST', '/v1/stock/receipts', { sku: code, node: code, quantity: 10 });
  const { id, shipments } = await ask<{ id: string; shipments: { id: string }[] }>('POST', '/v1/orders', {
    channel: code, external_id: CANARY, currency: 'EUR', attributes: { [CANARY.slice(0, 100)]: CANARY }, note: CANARY, customer: { name: CANARY },
    lines: [{ sku: code, quantity: '3', unit_price: '9.90', external_id: CANARY }], payment: { state: 'paid', payments: [{ tender: CANARY, amount_minor: 2970, reference: CANARY }] },
  });
  const shipment = shipments[0]?.id ?? '';
  await ask('POST', `/v1/shipments/${shipment}/release`, {});
  await ask('POST', `/v1/shipments/${shipment}/accept`, {});
  await ask('POST', `/v1/orders/${id}/holds`, { kind: 'MANUAL', reason: CANARY, owner: CANARY.slice(0, 100) });
  await ask('POST', `/v1/shipments/${shipment}/pick`, {});
  await ask('POST', `/v1/shipments/${shipment}/pack`, {});
  await ask('POST', `/v1/shipments/${shipment}/ship`, { carrier: CANARY, service: CANARY, tracking_numbers: [CANARY.slice(0, 100)] });
  return id;
}
