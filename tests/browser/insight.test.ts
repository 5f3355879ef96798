// Reports, the audit log and the stock grid as a person meets them, by keyboard, on the demonstration and on what is made here.
import type { Browser, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Cookies, expectAccessible, openView, PHONE, type View } from './support/browser.ts';
import { useConsole } from './support/console.ts';
import { CANARY, type TestOrdo } from './support/ordo.ts';

interface Said { readonly data: readonly { readonly nodes: readonly { readonly node: string; readonly atp: number; readonly on_hand: number; readonly reserved: number }[] }[] }
const onHand = async (sku: string, node: string): Promise<number | undefined> => (await ordo.ask<Said>('GET', `/v1/availability?sku=${sku}&node=${node}`)).data[0]?.nodes[0]?.on_hand;

const console_ = useConsole(async (ordo) => {
  for (const code of ['ZZ-1', 'ZZ-2', 'ZZ-3']) await ordo.ask('PUT', `/v1/items/${code}`, { name: CANARY });
  for (const [sku, quantity] of [['ZZ-1', 10], ['ZZ-2', 20]] as const) await ordo.ask('POST', '/v1/stock/receipts', { sku, node: 'berlin', quantity });
});
let browser: Browser;
let ordo: TestOrdo;
let cookies: Cookies;
let view: View;
let page: Page;
beforeEach(() => {
  ({ browser, ordo, cookies, view, page } = console_);
});
const { open } = console_;
const looks = [{ colorScheme: 'light' }, { colorScheme: 'dark', viewport: PHONE }] as const;
async function inEveryLook(path: string, ready: string, what: string): Promise<void> {
  for (const look of looks) {
    const other = await openView(browser, cookies, look);
    await other.page.goto(ordo.url + path);
    await other.page.waitForSelector(ready);
    await expectAccessible(other.page, `${what}, ${look.colorScheme}${'viewport' in look ? ', phone' : ''}`, '.top');
    expect(await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${what}: reaches beyond the window`).toBeLessThanOrEqual(0);
    expect(other.troubles).toEqual([]);
    await other.context.close();
  }
}

describe('reports', () => {
  test('lead from a card to a report, from a point to its value and from a number to the orders that make it', async () => {
    await open('/reports', '.report-said');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    expect(await page.locator('.report-card').count()).toBe(10);
    await page.locator('.report-card a.number', { hasText: 'Volume' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.report-definition');
    await page.waitForSelector('.chart');
    expect(await page.locator('.report-definition').innerText()).toMatch(/^What customers ordered/);
    const chart = page.getByRole('slider');
    await chart.focus();
    const last = await chart.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowLeft');
    const before = await chart.getAttribute('aria-valuetext');
    expect(before).toMatch(/: [\d,]+; before: [\d,]+$/);
    expect(before).not.toBe(last);
    expect(await page.locator('.chart-says').innerText()).toContain(before ?? '?');
    const total = page.locator('.numbers tfoot tr').first().locator('a').first();
    const number = Number((await total.innerText()).replaceAll(',', ''));
    await total.press('Enter');
    await page.waitForURL(/\/orders\?from=.*&to=.*&zone=Europe/);
    const question = new URL(page.url()).searchParams;
    expect(question.get('zone')).toBe('Europe/Berlin');
    expect(number).toBeGreaterThan(0);
  });

  test('keep the whole view in the address, and say which zone their days are of', async () => {
    await open('/reports/fill_rate?last=7&zone=America%2FNew_York&compare=previous&look=bars&figure=units', '.chart svg');
    // A day of which nothing was asked has a column without height.
    await page.locator('.chart .column').first().waitFor({ state: 'attached' });
    expect(await page.locator('.report-foot').innerText()).toContain('Days of America/New_York');
    expect(await page.locator('#f-figure').inputValue()).toBe('units');
    await page.locator('#f-group').selectOption('channel');
    await page.waitForURL(/group=channel/);
    await page.waitForFunction(() => document.querySelector('.numbers thead th')?.textContent === 'Channel');
    await page.locator('#f-zone').fill('Mars/Olympus');
    await page.locator('#f-zone').press('Enter');
    expect(await page.locator('[role=alert]').innerText()).toContain('No zone of that name');
    const kept = page.url();
    await page.reload();
    await page.waitForFunction(() => document.querySelector('.numbers thead th')?.textContent === 'Channel');
    expect(page.url()).toBe(kept);
  });

  test('never lead where the list of orders cannot show what makes a number, and say why', async () => {
    await open('/reports/click_to_ship', '.numbers');
    expect(await page.locator('.numbers a').count()).toBe(0);
    expect(await page.locator('.report-table').innerText()).toContain('cannot be narrowed down by departure');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
    expect(file.suggestedFilename()).toBe('click_to_ship.csv');
  });

  test('are read by everybody: default, empty and unknown', async () => {
    await inEveryLook('/reports', '.report-said', 'the overview');
    await inEveryLook('/reports/volume?compare=previous', '.chart', 'a report');
    await open('/reports/shipping_cost?from=2001-01-01&to=2001-01-02', '.notice');
    await expectAccessible(page, 'an empty report');
    await open('/reports/nothing', '.notice');
    await expectAccessible(page, 'no such report');
  });

  test('a failed report never shows a zero', async () => {
    await page.route('**/v1/reports/volume?*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ title: 'Broken', detail: 'It broke.', request_id: 'req_1' }) }));
    await open('/reports', '.report-card .panel-failed');
    expect(await page.locator('.report-card .panel-failed').innerText()).toMatch(/It broke\.[^]*req_1/);
    expect(await page.locator('.report-card').first().locator('.report-figure').count()).toBe(0);
    view.troubles.length = 0;
  });
});

describe('the audit log', () => {
  test('says who did what, with what was before, and leads to the object', async () => {
    await ordo.ask('PUT', '/v1/items/ZZ-3', { name: 'Renamed' });
    await open('/audit?type=ItemSaved', '.audit-entry');
    const first = page.locator('.audit-entry').first();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await first.locator('.audit-data').waitFor();
    expect(await first.locator('.audit-data').innerText()).toContain('ItemSaved');
    expect(await first.locator('.audit-object').getAttribute('href')).toMatch(/^\/stock\?q=/);
    await first.getByRole('link', { name: 'Only this actor' }).press('Enter');
    await page.waitForURL(/type=ItemSaved/);
    await page.waitForURL(/actor=/);
    await expectAccessible(page, 'the audit log, unfolded');
  });

  test('holds what comes meanwhile behind a pill, and moves nothing', async () => {
    await open('/audit?type=NodeSaved', '.audit-entry');
    const before = await page.locator('.audit-title').count();
    await ordo.ask('PUT', '/v1/nodes/pill', { name: 'Pill', kind: 'store', address: { city: 'Bonn' }, coordinates: { latitude: 50, longitude: 7 }, time_zone: 'Europe/Berlin' });
    await page.waitForSelector('.pill', { timeout: 15_000 });
    expect(await page.locator('.audit-title').count()).toBe(before);
    await page.keyboard.press('n');
    await page.waitForFunction((was) => document.querySelectorAll('.audit-title').length > was, before);
  });

  test('is read by everybody: default and no match', async () => {
    await inEveryLook('/audit', '.audit-entry', 'the audit log');
    await open('/audit?object=nothing-of-that-name', '.notice');
    await expectAccessible(page, 'no match');
  });
});

describe('stock', () => {
  const cell = (row: number, column: number): string => `[data-cell="${row}:${column}"]`;

  test('is walked through, explained, counted and saved with the keyboard alone', async () => {
    await open('/stock?q=zz', `${cell(2, 1)}`);
    await page.waitForFunction(() => document.querySelector('[data-cell="0:1"]')?.textContent === '10');
    expect(await page.locator(cell(2, 0)).innerText()).toBe('at no node');
    await page.locator(cell(0, 1)).focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('1:1');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.equation');
    expect(await page.locator('.stock-sum').innerText()).toMatch(/^20 each can be promised/);
    await page.waitForSelector('.stock-rows tbody td');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.stock-cell', { state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-cell'))).toBe('1:1');
    await page.keyboard.type('17');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.type('-3');
    await page.keyboard.press('Enter');
    expect(await page.locator('.s-staged').allInnerTexts()).toEqual([expect.stringContaining('− 3'), expect.stringContaining('= 17')]);
    expect([await onHand('ZZ-1', 'berlin'), await onHand('ZZ-2', 'berlin')]).toEqual([10, 20]);
    await page.keyboard.press('Escape');
    expect(await page.locator('.s-staged').count()).toBe(1);
    await page.keyboard.type('17');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.type('+4');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save 2 changes' }).press('Enter');
    await page.waitForSelector('.stock-saved');
    expect([await onHand('ZZ-1', 'berlin'), await onHand('ZZ-2', 'berlin')]).toEqual([14, 17]);
  });

  test('takes a block from a spreadsheet, and says what of it was refused', async () => {
    await open('/stock?q=zz', `${cell(2, 1)}`);
    await page.locator(cell(0, 1)).focus();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text/plain', '5\n6\nno number\n');
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await page.waitForSelector('.s-staged');
    expect(await page.locator('.s-staged').count()).toBe(2);
    await page.waitForFunction(() => /2 changes noted.*1 cell was left out/.test(document.querySelector('[aria-live=polite][aria-atomic]')?.textContent ?? ''));
    expect(await page.locator('.stock-told').innerText()).toContain('1 cell was left out');
    await page.route('**/v1/stock/counts', (route) => (route.request().postDataJSON().sku === 'ZZ-1' ? route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ title: 'No', detail: 'It moved meanwhile.' }) }) : route.continue()));
    await page.getByRole('button', { name: 'Save 2 changes' }).press('Enter');
    await page.getByRole('button', { name: 'Save 1 change', exact: true }).waitFor();
    expect(await page.locator('.stock-refused').innerText()).toContain('It moved meanwhile.');
    expect(await page.locator('.s-staged').count()).toBe(1);
    await expectAccessible(page, 'the grid with a refused change');
    await page.getByRole('button', { name: 'Take all back' }).click();
    expect(await page.locator('.s-staged').count()).toBe(0);
    view.troubles.length = 0;
  });

  test('is read by everybody: default, an open cell and no match', async () => {
    await inEveryLook('/stock', `${cell(0, 1)}`, 'the grid');
    await inEveryLook('/stock?q=zz&sku=ZZ-1&node=berlin', '.equation', 'an open cell');
    await open('/stock?q=nothing-begins-so', '.notice');
    await expectAccessible(page, 'no item');
  });

  test('draws only the rows in sight', async () => {
    await open('/stock', `${cell(0, 1)}`);
    expect(await page.locator('.stock-grid tbody tr').count()).toBeLessThan(60);
    await page.locator(cell(0, 1)).focus();
    await page.keyboard.press('Control+End');
    await page.waitForFunction(() => Number(document.activeElement?.closest('tr')?.getAttribute('aria-rowindex')) > 150);
    expect(await page.locator('.stock-grid tbody tr').count()).toBeLessThan(60);
  });
});
