// The first minutes of a stranger, with the keyboard alone: a living board, an order of one's own, its reason, what if, and a strategy from a nudge to publishing and back.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible, openView, PHONE } from './support/browser.ts';
import { useConsole } from './support/console.ts';
import { tabTo } from './support/keyboard.ts';

const opened = useConsole();
interface Strategy { readonly live: number; readonly versions: readonly { readonly version: number; readonly note: string | null }[] }
const strategy = (): Promise<Strategy> => opened.ordo.ask('GET', '/v1/strategies/standard');
const press = async (page: Page, ...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

async function placeAndRead(page: Page, expected: RegExp): Promise<void> {
  await tabTo(page, 'Place a test order');
  await press(page, 'Enter');
  await page.waitForFunction(() => {
    const placed = document.querySelector('.sandbox-what a')?.getAttribute('href')?.split('/').at(-1);
    return placed !== undefined && document.activeElement?.closest('tr')?.dataset['id'] === placed;
  });
  await expectAccessible(page, 'the board with a test order');
  await press(page, 'Enter');
  await page.waitForURL(/\/orders\/ord_/);
  await page.waitForSelector('.why .sentence');
  expect(await page.locator('.why .sentence').first().innerText()).toMatch(expected);
  const rejected = page.locator('.candidates').first().locator('tbody tr:not(.chosen)');
  expect(await rejected.count()).toBeGreaterThan(4);
}

async function askWhatIf(page: Page): Promise<void> {
  const before = await opened.ordo.ask<{ data: unknown[] }>('GET', `/v1/orders/${page.url().split('/').at(-1)}/routing-decisions`);
  await tabTo(page, 'What if …');
  await press(page, 'Enter');
  await press(page, 'Tab', 'Space');
  await tabTo(page, 'Decide again');
  await press(page, 'Enter');
  await page.waitForSelector('.what-if-answer .sentence');
  await expectAccessible(page, 'what if');
  expect(await opened.ordo.ask('GET', `/v1/orders/${page.url().split('/').at(-1)}/routing-decisions`)).toEqual(before);
}

/** Fewer parcels, on trial on the past, live, and taken back. */
async function nudgeAndRollBack(page: Page, note: string): Promise<void> {
  const { live } = await strategy();
  await press(page, 'g', 's');
  await page.waitForSelector('.strategies a.number');
  await press(page, 'j', 'Enter');
  await page.waitForSelector('.editor .group');
  await tabTo(page, 'Preset');
  await page.keyboard.type('Fewest');
  await tabTo(page, 'Replace the rules by it');
  await press(page, 'Enter');
  await tabTo(page, 'Save the draft');
  await press(page, 'Enter');
  await page.waitForSelector('.save-bar >> text=All is saved in the draft');
  await tabTo(page, 'Simulate', 'Shift+Tab');
  await press(page, 'Enter');
  await page.waitForSelector('form.simulate');
  await tabTo(page, 'How many');
  await press(page, 'Enter');
  await page.waitForSelector('.pairs th', { timeout: 60_000 });
  expect(await page.locator('.pairs th').count()).toBeGreaterThan(4);
  await expectAccessible(page, 'a simulation', '.moved > li + li');
  await tabTo(page, 'Publish', 'Shift+Tab');
  await press(page, 'Enter');
  await page.waitForSelector('dialog[open]');
  await tabTo(page, 'Note for the history');
  await page.keyboard.type(note);
  await press(page, 'Enter');
  await expect.poll(async () => (await strategy()).live).toBe(live + 1);
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  await press(page, 'u');
  await page.waitForSelector('.strategy .tabs');
  await tabTo(page, `Roll back to version ${live}`, 'Shift+Tab');
  await press(page, 'Enter');
  await page.waitForSelector('dialog[open]');
  await tabTo(page, 'Roll back');
  await press(page, 'Enter');
  await expect.poll(async () => (await strategy()).live).toBe(live + 2);
}

test.each([['light', /^Ships from Berlin Mitte store.* Hamburg Altona store is nearer \(\d+ km\) but has no capacity for it/], ['dark', /^Ships from Vienna Neubau store/]] as const)('from the living board to a published strategy and back, in %s', async (colorScheme, sentence) => {
  opened.expectTroubles(/404/);
  const { page } = opened;
  await page.emulateMedia({ colorScheme });
  await opened.open('/orders', 'a.number');
  await page.waitForSelector('.sandbox-bar >> text=Nothing you do here reaches anybody');
  await page.waitForSelector('.pill-place .pill', { timeout: 20_000 });
  await placeAndRead(page, sentence);
  await askWhatIf(page);
  await nudgeAndRollBack(page, `Fewer parcels, ${colorScheme}`);
  await page.waitForSelector('dialog[open]', { state: 'detached' });
  await press(page, 'g', 'a');
  await page.waitForSelector('.audit-list li');
  await opened.open('/audit?type=StrategyPublished', '.audit-list li');
  await expect.poll(() => page.locator('.audit-list li').count()).toBeGreaterThanOrEqual(3);
  await expectAccessible(page, 'the audit log');
});

test('the clock goes on, a scenario plays, and who may not is told so; the demonstration goes and first steps lead on', async () => {
  const { page, ordo } = opened;
  await opened.open('/orders', '.sandbox-bar');
  const controls = page.getByRole('button', { name: 'Clock, scenarios, own data' });
  await controls.click();
  opened.expectTroubles(/500/);
  await page.route('**/v1/sandbox/clock', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ title: 'It broke', detail: 'Something broke.', request_id: 'req_1' }) }));
  await page.getByRole('button', { name: '3 days on' }).click();
  await page.waitForSelector('dialog[open] .panel-failed');
  await page.unroute('**/v1/sandbox/clock');
  await page.locator('dialog[open]').getByRole('button', { name: 'Try again' }).click();
  await page.waitForSelector('.sandbox-clock');
  await page.getByRole('button', { name: 'Play Stores' }).click();
  await page.waitForSelector('dialog[open] progress');
  await expectAccessible(page, 'the controls of the sandbox');
  await page.keyboard.press('Escape');
  // What came now is from now, also by the clock of the page.
  await opened.open('/orders', '.sandbox-clock');
  await page.waitForFunction(() => /just now|min ago/.test(document.querySelector('tbody tr[data-id] time')?.textContent ?? ''));
  const phone = await openView(opened.browser, opened.cookies, { viewport: PHONE, colorScheme: 'dark' });
  await phone.page.goto(`${ordo.url}/orders`);
  await phone.page.waitForSelector('.sandbox-bar');
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await phone.page.getByRole('button', { name: 'Clock, scenarios, own data' }).click();
  await phone.page.waitForSelector('dialog[open]');
  await expectAccessible(phone.page, 'the controls on a phone');
  await phone.context.close();

  await controls.click();
  await page.getByRole('button', { name: 'Remove the demonstration…' }).click();
  await page.waitForSelector('.wipe-goes >> text=8 nodes');
  await expectAccessible(page, 'what a wipe removes');
  await page.locator('dialog[open]').getByRole('button', { name: 'Remove the demonstration' }).click();
  await page.waitForSelector('.first-steps li');
  await page.waitForSelector('text=0 of 7 done');
  await page.waitForSelector('.sandbox-bar', { state: 'detached' });
  await page.waitForFunction(() => document.querySelector('.tab-count')?.textContent === '0', null, { timeout: 10_000 });
  await expectAccessible(page, 'the first steps');
  await ordo.ask('PUT', '/v1/nodes/hall', { name: 'Hall', time_zone: 'Europe/Berlin' });
  await page.waitForSelector('text=1 of 7 done', { timeout: 10_000 });
});
