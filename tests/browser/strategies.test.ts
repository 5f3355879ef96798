// Strategies and nodes as a person meets them: the journey from a preset to a published version and back, with the keyboard alone.
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { tryAgain } from './support/again.ts';
import { DESKTOP, expectAccessible, PHONE } from './support/browser.ts';
import { useConsole } from './support/console.ts';
import { tabTo as tabWithin } from './support/keyboard.ts';
import type { TestOrdo } from './support/ordo.ts';

interface Preset { readonly name: string; readonly document: { readonly groups: readonly Record<string, unknown>[] } }
interface Strategy { readonly live: number | null; readonly draft: { version: number; revision: number } | null; readonly versions: readonly { version: number; status: string; note: string | null }[]; readonly draft_document: { groups: { name: string; when: string | null }[] } | null }

const strategy = (code = 'main'): Promise<Strategy> => ordo.ask('GET', `/v1/strategies/${code}`);

const console_ = useConsole(async (ordo) => {
  const { data } = await ordo.ask<{ data: Preset[] }>('GET', '/v1/strategy-presets');
  const nearest = data.find(({ name }) => name === 'priority_list');
  await ordo.ask('PUT', '/v1/strategies/main/draft', { name: 'Main', note: 'As it was', groups: nearest?.document.groups });
  await ordo.ask('POST', '/v1/strategies/main/publish', { note: 'As it was' });
});
let ordo: TestOrdo;
let page: Page;
beforeEach(() => {
  ({ ordo, page } = console_);
});

const { open } = console_;
const tabTo = (name: string | RegExp, key?: string): Promise<void> => tabWithin(page, name, key);

describe('the first ten minutes', () => {
  test('complaint 15: from a preset over a simulation to a published version and back, with the keyboard alone', async () => {
    // Where nobody keeps exchange rates there is no base currency to read.
    console_.expectTroubles(/404/);
    await open('/orders', 'a.number');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForSelector('.strategies a.number');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.editor .group');
    await tabTo('Preset');
    await page.keyboard.type('Fewest');
    await tabTo('Replace the rules by it');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.save-bar >> text=Not saved yet');
    await tabTo('Save the draft');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.save-bar >> text=All is saved in the draft');
    expect((await strategy()).draft_document?.groups.map(({ name }) => name)).toEqual(['fewest splits']);

    await tabTo('Simulate', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('form.simulate');
    await tabTo('How many');
    expect(await page.locator('form.simulate input').inputValue()).toBe('14');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/strategies\/main\/simulations\/sim_/);
    await page.waitForSelector('.moved a.number', { timeout: 30_000 });
    const simulated = page.url();
    for (const measure of ['Cost', 'Divided orders', 'Parcels', 'Distance in all', 'Late', 'Had a node at once']) expect(await page.locator(`.pairs th:text-is("${measure}")`).count(), measure).toBe(1);
    const first = page.locator('.moved > li').first();
    expect(await first.locator('.side').count()).toBe(2);
    expect((await first.locator('.side p').nth(1).innerText()).length).toBeGreaterThan(10);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page, `a simulation, ${colorScheme}`, '.moved > li + li');
    }

    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/orders\/ord_/);
    await page.waitForSelector('.order-title h1');
    await page.goBack();
    await page.waitForSelector('.moved a.number');
    expect(page.url()).toBe(simulated);
    await tabTo('Publish', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    await expectAccessible(page, 'publishing');
    console_.expectTroubles(/422/);
    await page.locator('#publish-from').fill('2020-01-01T10:00');
    await tabTo('Note for the history', 'Shift+Tab');
    await page.keyboard.type('Fewer parcels');
    await page.keyboard.press('Enter');
    expect(await page.locator('.panel-failed').innerText()).toMatch(/^Publish version 2 did not work\..*has passed/);
    await page.locator('#publish-from').fill('');
    await tabTo('Note for the history', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    await expect.poll(async () => (await strategy()).live).toBe(2);

    await page.keyboard.press('u');
    await page.waitForSelector('.strategy .tabs');
    await tabTo('Roll back to version 1', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open] >> text=published again as a new version');
    await tabTo('Roll back');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await strategy()).live).toBe(3);
    await tabTo('Versions');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.plain-table >> text=Fewer parcels');
    await page.waitForSelector('.diff li');
    expect(await page.locator('.plain-table tbody td:nth-child(3)').first().innerText(), 'who wrote it is named').not.toMatch(/^usr_/);
  });
});

describe('writing a strategy', () => {
  test('begins with a preset; what is wrong stands at its field; groups and rules move by buttons; changes are kept and warned about', async () => {
    await open('/strategies', '.presets button');
    await tabTo('Begin with: Nearest');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.presets form');
    await page.keyboard.type('Night shift');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/strategies\/night-shift$/);
    await page.waitForSelector('.editor .group');
    await page.getByRole('button', { name: 'Add a group before these' }).click();
    const condition = page.getByLabel('Takes an order when').first();
    await condition.fill('order.colour == "red"');
    await page.waitForSelector('.said >> text=order has no field colour');
    expect(await condition.getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page, 'a draft that is wrong');
    await condition.fill('order.service_level == "express"');
    await page.waitForSelector('.condition >> text=Understood');
    for (const kind of ['is in the country the order goes to', 'is at most so far away']) {
      await page.getByLabel('A node may send if it …').first().selectOption({ label: kind });
      await page.getByRole('button', { name: 'Add the rule' }).first().click();
    }
    await page.getByLabel('How firm').nth(1).selectOption('soft');
    await page.getByRole('button', { name: 'Move is at most so far away up' }).click();
    // They outlive the page, and whoever leaves is told.
    await page.getByRole('link', { name: '← Strategies' }).click();
    await page.waitForSelector('dialog[open] >> text=Go without saving?');
    await page.getByRole('button', { name: 'Go', exact: true }).click();
    await page.waitForURL(/\/strategies$/);
    await page.goBack();
    await page.waitForSelector('.save-bar >> text=Not saved yet');
    await page.getByRole('button', { name: 'Save the draft' }).click();
    await page.waitForSelector('.save-bar >> text=All is saved in the draft');
    const { draft_document: saved } = await strategy('night-shift');
    expect(saved?.groups).toMatchObject([{ when: 'order.service_level == "express"', filters: [{ kind: 'maximum_distance', km: 500, tier: 1 }, { kind: 'same_country', tier: null }] }, { name: 'nearest', when: null }]);
    await page.getByRole('button', { name: 'Move the group nearest up' }).click();
    await page.waitForSelector('.save-bar .tone-red');
    await page.getByRole('button', { name: 'Undo my changes' }).click();
    await page.waitForSelector('.save-bar >> text=All is saved in the draft');
  });

  test('what differs is told in words; what is announced is withdrawn once it is said what stays, and is seen to be', async () => {
    const [preset] = (await ordo.ask<{ data: Preset[] }>('GET', '/v1/strategy-presets')).data;
    const group = { ...preset?.document.groups[0], name: 'all', split: { maximum_nodes: 2 } };
    const near = { kind: 'maximum_distance', km: 400, tier: 1 };
    const later = '2099-03-01T08:00:00.000Z';
    for (const [groups, body] of [[[group], {}], [[{ ...group, name: 'express', when: 'order.service_level == "express"' }, { ...group, filters: [near], split: { maximum_nodes: null } }], { valid_from: later }]] as const) {
      await ordo.ask('PUT', '/v1/strategies/announced/draft', { groups });
      await ordo.ask('POST', '/v1/strategies/announced/publish', body);
    }
    await open('/strategies/announced?view=versions', '.diff li');
    const told = (await page.locator('.diff').innerText()).replaceAll(/\s+/g, ' ');
    expect(told).toContain('express New group');
    expect(told).toContain('added after: is at most so far away: 400 km (unless nobody else can, given up as no. 1)');
    expect(told).toContain('Nodes of an order, at most before: 2 → after: any number');
    expect(told).not.toMatch(/\/groups|maximum_/);
    await expectAccessible(page, 'what differs', '.diff');

    await tabTo('Withdraw version 2');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open] >> text=Version 1 stays in effect; nothing else is announced.');
    await expectAccessible(page, 'withdrawing');
    await tabTo('Reason');
    await page.keyboard.type('A node is late');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    await page.waitForSelector('.versions-table tr:has-text("Withdrawn") >> text=A node is late');
    const row = (await page.locator('.versions-table tbody tr').first().innerText()).replaceAll(/\s+/g, ' ');
    expect(row).toMatch(/^2 Withdrawn .*Withdrawn by .*: A node is late · .*Never; it was announced for 1 Mar 2099, 09:00/);
    expect(row, 'who withdrew it is named').not.toMatch(/usr_|key_/);
    expect(await page.getByRole('button', { name: /^Withdraw/ }).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'the focus stays in the list').toBe('Versions');
    expect((await strategy('announced')).live).toBe(1);
    for (const [language, colorScheme] of [['en', 'light'], ['de', 'dark']] as const) {
      await page.setViewportSize(PHONE);
      await page.emulateMedia({ colorScheme });
      await page.evaluate((chosen) => localStorage.setItem('ordo.preferences', JSON.stringify({ language: chosen })), language);
      await open('/strategies/announced?view=versions', '.diff li');
      expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.scrollWidth - innerWidth])).toEqual([language, 0]);
      await expectAccessible(page, `withdrawn, ${language} ${colorScheme}`);
    }
  });

  test('a draft goes into shadow and out again', async () => {
    console_.expectTroubles(/404/);
    await open('/strategies/night-shift?view=shadow', '.rule-fields button');
    await expectAccessible(page, 'no shadow');
    await page.getByRole('button', { name: 'Put the draft in shadow' }).click();
    await page.waitForSelector('text=Orders compared');
    await page.getByRole('button', { name: 'Take it out of shadow' }).click();
    await page.waitForSelector('text=was in shadow');
  });
});

describe('nodes', () => {
  test('a node is paused and goes on, is changed, and keeps everything that was not shown', async () => {
    interface Node { readonly priority: number; readonly item_classes: unknown; readonly operations: Record<string, unknown> }
    const before = await ordo.ask<Node>('GET', '/v1/nodes/berlin');
    await open('/nodes', '.nodes a.number');
    await page.waitForSelector('.nodes .load');
    await page.waitForSelector('.places-map .spot');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.node .day-row');
    await tabTo('Pause', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    expect(await page.locator('dialog[open] a').getAttribute('href')).toBe('/bad-day?nodes=berlin');
    await page.getByRole('button', { name: 'Pause it' }).click();
    await page.waitForSelector('text=Say until when.');
    await page.locator('#pause-until').fill('2099-01-01T08:00');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.order-title >> text=Paused');
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Priority (less is better)').fill('7');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.locator('dialog[open] button[type=submit]').click();
    await page.waitForSelector('.order-title >> text=Open');
    const { valid_from: _before, ...was } = { valid_from: '', ...before };
    const { valid_from: _after, ...is } = { valid_from: '', ...await ordo.ask<Node>('GET', '/v1/nodes/berlin') };
    expect(is).toEqual({ ...was, priority: 7 });
  });
});

describe('everywhere', () => {
  test('every screen is accessible in light and dark, on a desk and on a phone, and fits its width', async () => {
    const screens = [['/strategies', '.presets button'], ['/strategies/main', '.editor .group'], ['/strategies/main?view=versions', '.plain-table'], ['/strategies/main?view=simulations', 'form.simulate'], ['/nodes', '.nodes .load'], ['/nodes/berlin', '.node .day-row']] as const;
    for (const [path, wait] of screens) {
      for (const [viewport, colorScheme] of [[DESKTOP, 'light'], [PHONE, 'dark']] as const) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await open(path, wait);
        await expectAccessible(page, `${path} ${colorScheme} ${viewport.width}`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${path} at ${viewport.width}`).toBeLessThanOrEqual(0);
      }
    }
  });

  test('the editor fits a phone in German, whose words are longer', async () => {
    const [preset] = (await ordo.ask<{ data: Preset[] }>('GET', '/v1/strategy-presets')).data;
    const filters = [{ kind: 'same_country', tier: 2 }, { kind: 'arrives_in_time', tier: 1 }];
    // A group that can be moved has one button more.
    await ordo.ask('PUT', '/v1/strategies/long/draft', { name: 'Long', groups: ['express', 'others'].map((name) => ({ ...preset?.document.groups[0], name, ...(name === 'express' ? { when: 'order.service_level == "express"' } : {}), filters })) });
    await page.addInitScript(() => localStorage.setItem('ordo.preferences', JSON.stringify({ language: 'de' })));
    await page.setViewportSize(PHONE);
    await open('/strategies/long', '.editor .group');
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.scrollWidth - innerWidth])).toEqual(['de', 0]);
  });

  test('whoever has no node yet is told how one comes', async () => {
    await page.route('**/v1/nodes?*', (route) => route.fulfill({ json: { data: [], has_more: false, next_cursor: null } }));
    await open('/nodes', 'text=No nodes yet');
    expect(await page.locator('.notice').innerText()).toContain('npx ordo import nodes');
    expect(await page.getByRole('link', { name: 'How to describe one' }).getAttribute('href')).toMatch(/^\/docs\/how-to\//);
    await expectAccessible(page, 'no nodes');
  });

  test('what is not there, and what could not be loaded, says so and can be tried again', async () => {
    console_.expectTroubles(/404|500|503|Failed to load/);
    await open('/strategies/nothing', 'text=There is no such strategy');
    await open('/nodes/nothing', 'text=There is no such node');
    await page.route('**/v1/strategies?*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ title: 'It broke', detail: 'Something broke.', request_id: 'req_1' }) }));
    await open('/strategies', 'text=Something broke.');
    await expectAccessible(page, 'a failure');
    await tryAgain(page, '**/v1/strategies?*', page.getByRole('button', { name: 'Try again' }).first());
    await page.waitForSelector('.strategies a.number');
  });
});
