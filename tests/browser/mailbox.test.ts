// The mailbox as a person meets it: mails of the demonstration, and one whose every text is made to run.
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Cookies, expectAccessible, PHONE } from './support/browser.ts';
import { useConsole } from './support/console.ts';
import { CANARY, type TestOrdo } from './support/ordo.ts';

interface Mail { readonly id: string; readonly kind: string; readonly state: string; readonly order: string; readonly to: string | null; readonly subject: string | null }

let canary: Mail;

const listed = async (query: string): Promise<Mail[]> => (await console_.ordo.ask<{ data: Mail[] }>('GET', `/v1/mails?${query}`)).data;
async function awaited(query: string): Promise<Mail> {
  for (let n = 0; n < 100; n += 1) {
    const [found] = await listed(query);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail for ${query}`);
}

const console_ = useConsole(async (ordo) => {
  await ordo.ask('PUT', '/v1/items/CANARY', { name: CANARY });
  await ordo.ask('PUT', '/v1/channels/canary', { name: CANARY, currency: 'EUR' });
  const order = await ordo.ask<{ id: string }>('POST', '/v1/orders', {
    channel: 'canary', external_id: CANARY, currency: 'EUR', customer: { name: CANARY, email: 'canary@example.com' }, lines: [{ sku: 'CANARY', quantity: 1, unit_price: '9.90' }],
    ship_to: { name: CANARY, street: CANARY, city: CANARY, country: 'DE' },
  });
  canary = await awaited(`order=${order.id}&state=kept`);
  // Somebody who may see orders, and nobody's name or address.
  const viewer = await ordo.ask<{ id: string }>('POST', '/v1/users', { email: 'viewer@example.com', name: 'Viewer', roles: ['viewer'] });
  const { path } = await ordo.ask<{ path: string }>('POST', '/v1/sign-in-links', { user: viewer.id });
  return ordo.url + path;
});
let ordo: TestOrdo;
let cookies: Cookies;
let page: Page;
beforeEach(() => {
  ({ ordo, cookies, page } = console_);
});
const open = (path: string): Promise<void> => console_.open(path, '.mailbox a.number, .order-title');

describe('the mailbox', () => {
  test('shows the mails of the demonstration, without persons, and opens one', async () => {
    const kept = await awaited('state=kept&kind=shipped');
    await open('/mailbox?state=kept');
    const row = page.locator('tbody tr').first();
    expect(await row.locator('.m-state').innerText()).toBe('Kept here');
    expect(await row.locator('.m-to').innerText()).toMatch(/^.•••@.•••\.\w+$/);
    expect(kept.to).toMatch(/^customer\d+@example\.com$/);
    await expectAccessible(page, 'the mailbox');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/mailbox\/mal_/);
    await page.waitForSelector('iframe');
    await page.keyboard.press('u');
    await page.waitForURL(/\/mailbox$/);
  });

  test('is reached from everywhere, and from an order shows its mails', async () => {
    await open(`/orders/${canary.order}`);
    await page.getByRole('link', { name: 'to the customer' }).click();
    await page.waitForURL(/\/mailbox\?order=ord_/);
    await page.waitForSelector('.mailbox a.number');
    expect(await page.locator('tbody tr').count()).toBe((await listed(`order=${canary.order}`)).length);
    await page.getByRole('link', { name: 'Mailbox' }).click();
    await page.waitForURL(/\/mailbox$/);
  });

  test('a mail is shown as it looks, as text and with its headers, worked with the keyboard', async () => {
    await open(`/mailbox/${canary.id}`);
    const frame = page.frameLocator('iframe');
    expect(await frame.locator('h1').innerText()).toBe('Thank you for your order');
    expect(await page.locator('iframe').getAttribute('sandbox')).not.toMatch(/allow-scripts|allow-same-origin/);
    await page.getByRole('tab', { name: 'As it looks' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.mail-text').innerText()).toMatch(/Hello •••,[^]*1 × "'><img src=x onerror=/);
    await expectAccessible(page, 'plain text');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.mail-headers').innerText()).toMatch(/Message-ID\s+<mal_[0-9a-f]{32}@ordo\.invalid>/);
    expect(await page.getByRole('tab', { selected: true }).innerText()).toBe('Headers');
    await expectAccessible(page, 'headers');
    await page.waitForSelector(`text=npx ordo mails retry ${canary.id}`);
  });

  test('nothing in a mail runs, and its page may be framed by ours alone', async () => {
    await open(`/mailbox/${canary.id}`);
    await page.frameLocator('iframe').locator('h1').waitFor();
    expect(await page.evaluate(() => 'canary' in window)).toBe(false);
    const answer = await fetch(`${ordo.url}/v1/mails/${canary.id}/html`, { headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') } });
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'self'; sandbox /);
    const html = await answer.text();
    expect(html).not.toMatch(/<img|<script|canary@example/);
    expect(html).toContain('&lt;img src&#61;x');
  });

  test('changes by itself, and says where there is nothing', async () => {
    await open('/mailbox');
    const before = await page.locator('tbody tr').first().getAttribute('data-id');
    await ordo.ask('POST', '/v1/orders', { channel: 'canary', external_id: 'NEXT', currency: 'EUR', customer: { email: 'next@example.com' }, lines: [{ sku: 'CANARY', quantity: 1, unit_price: '9.90' }] });
    await page.waitForFunction((first) => document.querySelector('tbody tr')?.getAttribute('data-id') !== first, before);
    await page.goto(`${ordo.url}/mailbox?state=dead`);
    await page.waitForSelector('text=No mail matches');
    await expectAccessible(page, 'no mail');
  });

  test('fits a phone', async () => {
    await page.setViewportSize({ ...PHONE, width: 320 });
    for (const path of ['/mailbox', `/mailbox/${canary.id}`]) {
      await open(path);
      await page.waitForTimeout(300);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(320);
      const small = await page.$$eval('main :is(a, button), .top :is(a, button)', (targets) => targets.flatMap((target) => {
        const { width, height } = target.getBoundingClientRect();
        return width > 0 && (width < 24 || height < 24) ? [`${target.outerHTML.slice(0, 80)} ${width}×${height}`] : [];
      }));
      expect(small, path).toEqual([]);
    }
  });
});
