import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openView, type View } from './support/browser.ts';
import { useConsole } from './support/console.ts';

/** The console when several people work in it at once. */

const console_ = useConsole();

interface Found { readonly id: string; readonly number: number }

async function anOrder(status: string, skip = 0): Promise<Found> {
  const { data } = await console_.ordo.ask<{ data: Found[] }>('GET', `/v1/orders?status=${status}&limit=${skip + 1}`);
  const order = data[skip];
  if (order === undefined) throw new Error(`the demonstration has no order that is ${status}`);
  return order;
}

/** Somebody else, with a browser of their own. */
async function beside<T>(work: (view: View) => Promise<T>, cookies = console_.cookies): Promise<T> {
  const other = await openView(console_.browser, cookies);
  try {
    return await work(other);
  } finally {
    await other.context.close();
  }
}

const openOrder = async (page: Page, { id }: Found): Promise<void> => {
  await page.goto(`${console_.ordo.url}/orders/${id}`);
  await page.waitForSelector('.sentence');
};

test('what others do is told: rows change in place, new ones wait behind the pill, and an open order follows', async () => {
  const order = await anOrder('PROCESSING', 5);
  await console_.open('/orders?status=PROCESSING&status=ON_HOLD', 'a.number');
  await console_.page.waitForSelector('.pulse[data-told]');
  const row = console_.page.locator(`tr[data-id="${order.id}"]`);
  const first = await console_.page.locator('tbody tr[data-id]').first().getAttribute('data-id');
  await beside(async ({ page }) => {
    await openOrder(page, order);
    await console_.ordo.ask('POST', `/v1/orders/${order.id}/holds`, { kind: 'MANUAL', reason: 'told by the stream' });
    await row.locator('.c-status', { hasText: 'On hold' }).waitFor();
    await page.locator('.blockers', { hasText: 'told by the stream' }).waitFor();
  });
  await console_.ordo.ask('POST', '/v1/orders', { channel: 'demo-web', external_id: 'TOGETHER-1', currency: 'EUR', lines: [{ sku: await aSku(), quantity: '1', unit_price: '10.00' }] });
  await console_.page.locator('.pill').waitFor();
  expect(await console_.page.locator('tbody tr[data-id]').first().getAttribute('data-id')).toBe(first);
});

const aSku = async (): Promise<string> => (await console_.ordo.ask<{ data: { sku: string }[] }>('GET', '/v1/items?limit=1')).data[0]?.sku ?? '';

test('a server that is restarted is waited for: how old everything is stands there, and nothing that was typed is lost', async () => {
  console_.expectTroubles(/ERR_|Failed to load|network/i);
  const order = await anOrder('PROCESSING', 6);
  await openOrder(console_.page, order);
  await console_.page.locator('#note').fill('half a sentence');
  await console_.page.evaluate(() => void Object.assign(window, { stayed: true }));
  await console_.ordo.end();
  await console_.page.locator('.banner', { hasText: /No connection for \d+ s\. What you see is from \d\d:/ }).waitFor();
  await console_.ordo.begin();
  await console_.page.locator('.banner').waitFor({ state: 'hidden' });
  await console_.ordo.ask('POST', `/v1/orders/${order.id}/holds`, { kind: 'MANUAL', reason: 'after the restart' });
  await console_.page.locator('.blockers', { hasText: 'after the restart' }).waitFor();
  expect(await console_.page.locator('#note').inputValue()).toBe('half a sentence');
  expect(await console_.page.evaluate(() => 'stayed' in window)).toBe(true);
});
