// Hours and limits of a node as a person changes them: a first calendar, refusals at their fields, others who change the same, who may not.
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { expectAccessible, PHONE } from './support/browser.ts';
import { useConsole } from './support/console.ts';
import { tabTo } from './support/keyboard.ts';
import type { TestOrdo } from './support/ordo.ts';

interface Calendar { readonly name: string; readonly week: Readonly<Record<string, readonly { opens: string; closes: string }[]>>; readonly exceptions: Readonly<Record<string, { name: string | null; spans: readonly unknown[] }>> }
interface Node { readonly name: string; readonly priority: number; readonly item_classes: unknown; readonly operations: { readonly calendar: string | null; readonly cut_offs: readonly { carrier: string | null; service: string | null; time: string }[]; readonly capacity: Record<string, number | null> } }

const WEEK = { monday: [{ opens: '08:00', closes: '18:00' }] };
const console_ = useConsole(async ({ ask }) => {
  await ask('PUT', '/v1/calendars/both', { name: 'Both shops', week: WEEK });
  for (const code of ['quiet', 'east', 'west']) {
    await ask('PUT', `/v1/nodes/${code}`, { name: `The ${code} corner`, kind: 'store', priority: 5, time_zone: 'Europe/London', item_classes: ['fragile'], operations: { calendar: code === 'quiet' ? null : 'both', capacity: { orders_per_day: 20 } } });
  }
});
let ordo: TestOrdo;
let page: Page;
beforeEach(() => {
  ({ ordo, page } = console_);
});
const { open } = console_;
const nodeOf = (code: string): Promise<Node> => ordo.ask('GET', `/v1/nodes/${code}`);
const calendarOf = (code: string): Promise<Calendar> => ordo.ask('GET', `/v1/calendars/${code}`);
const changes = (): Promise<string[]> => page.locator('.work-save > .work-changes li').allTextContents();
const group = (name: string) => page.getByRole('group', { name });

test('a node without a calendar gets one from its warning, by keyboard; what is refused stands at its field, what is saved is there', async () => {
  console_.expectTroubles(/422/);
  await open('/nodes/quiet', '.node-warning >> text=No calendar');
  await tabTo(page, 'Make one: Monday to Friday, 9 to 17');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.work-editor .week-grid');
  expect(await page.locator('.work-editor .card-head').innerText()).toContain('Times by the clock of Europe/London');
  expect(await page.locator('.week-grid tr').first().locator('input').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value))).toEqual(['09:00', '17:00']);
  expect(await changes()).toEqual(expect.arrayContaining([expect.stringMatching(/Calendar around the clock →.*The quiet corner \(quiet\)/), expect.stringMatching(/Sunday 00:00–24:00 →.*closed/)]));
  await tabTo(page, 'Saturday as the day before');
  await page.keyboard.press('Enter');
  await page.getByLabel('Monday closes').fill('08:00');
  await tabTo(page, 'Add a day');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => (document.activeElement as HTMLInputElement).type === 'date');
  // A date that is over, as the first digit of a month can make it, goes on being written.
  await page.locator('.work-editor input[type=date]').fill('2020-01-24');
  await page.locator('.work-editor input[type=date]').fill('2030-12-24');
  await page.getByRole('button', { name: 'Add hours: Tue 24 Dec' }).click();
  await page.getByLabel('Why').fill('Christmas Eve');
  await tabTo(page, 'Add a cut-off');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('list') === 'carriers');
  await page.keyboard.press('Tab');
  await page.keyboard.type('express');
  await group('Cut-off of – express').getByLabel('Ready by').fill('18:00');
  await page.getByLabel('Orders a day').fill('many');
  await page.getByLabel('Monday opens').focus();
  await page.keyboard.press('Enter');

  // What no body could say is not even asked.
  await page.waitForSelector('.rule-field.numeric >> text=A whole number is wanted.');
  await page.getByLabel('Orders a day').fill('30');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForSelector('tr:has-text("Monday") .saids');
  expect(await page.locator('tr:has-text("Monday") .saids').innerText()).toContain('09:00 to 08:00 ends before it begins.');
  expect(await page.getByLabel('Monday closes').getAttribute('aria-invalid')).toBe('true');
  await expectAccessible(page, 'refused', '.top');
  await page.getByLabel('Monday closes').fill('00:00');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForSelector('text=A service belongs to a carrier: name it too.');
  expect(await page.locator('.work-save').innerText()).toContain('The calendar is saved. What stands here still is not.');
  // The node does not name it yet.
  expect([(await calendarOf('quiet')).week['monday'], (await nodeOf('quiet')).operations.calendar]).toEqual([[{ opens: '09:00', closes: '24:00' }], null]);
  await page.getByRole('combobox', { name: 'Carrier' }).fill('demo-post');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForSelector('.work-editor', { state: 'detached' });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Change hours and limits');
  await page.waitForSelector('.week >> text=09:00–24:00');
  expect(await page.locator('.node-warning').allInnerTexts()).toEqual([expect.stringContaining('No coordinates')]);
  expect(await calendarOf('quiet')).toMatchObject({ name: 'The quiet corner', week: { saturday: [{ opens: '09:00', closes: '17:00' }], sunday: [] }, exceptions: { '2030-12-24': { name: 'Christmas Eve', spans: [{ opens: '09:00', closes: '17:00' }] } } });
  expect(await nodeOf('quiet')).toMatchObject({ priority: 5, item_classes: ['fragile'], operations: { calendar: 'quiet', cut_offs: [{ carrier: 'demo-post', service: 'express', time: '18:00:00' }], capacity: { orders_per_day: 30 } } });
});

test('a shared calendar says who else goes by it; what somebody else changed meanwhile is seen first, and both changes stay', async () => {
  await open('/nodes/east?change=work', '.work-editor .week-grid');
  await page.waitForSelector('text=The calendar Both shops also holds for The west corner');
  expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
  await page.getByLabel('Monday closes').fill('20:00');
  await page.getByLabel('Cut-off of every carrier').fill('16:00');
  expect(await changes()).toEqual([expect.stringMatching(/Monday 08:00–18:00.*08:00–20:00/), expect.stringMatching(/Cut-off of every carrier none.*16:00/)]);
  const { id: _id, code: _code, valid_from: _from, coordinates: _c, cut_off: _s, ...east } = await ordo.ask<Record<string, unknown> & { operations: object }>('GET', '/v1/nodes/east');
  await ordo.ask('PUT', '/v1/nodes/east', { ...east, operations: { ...east.operations, capacity: { orders_per_day: 7 } } });
  await ordo.ask('PUT', '/v1/calendars/both', { name: 'Both shops', week: { ...WEEK, friday: [{ opens: '08:00', closes: '12:00' }] } });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForSelector('.meanwhile');
  expect(await page.locator('.meanwhile .work-changes').innerText()).toMatch(/Friday closed[^]*08:00–12:00[^]*Orders a day 20[^]*7/);
  expect((await nodeOf('east')).operations.cut_offs).toEqual([]);
  await expectAccessible(page, 'somebody else', '.top');
  await page.getByRole('button', { name: 'Take theirs over, keep mine' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForSelector('.work-editor', { state: 'detached' });
  expect((await calendarOf('both')).week).toMatchObject({ monday: [{ opens: '08:00', closes: '20:00' }], friday: [{ opens: '08:00', closes: '12:00' }] });
  expect((await nodeOf('east')).operations).toMatchObject({ cut_offs: [{ carrier: null, time: '16:00:00' }], capacity: { orders_per_day: 7 } });

  // One of its own leaves the other alone; whoever goes without saving is asked.
  await open('/nodes/west?change=work', '.work-editor .week-grid');
  await page.getByRole('combobox', { name: 'Calendar' }).selectOption({ label: 'A calendar of its own' });
  await page.getByRole('button', { name: 'Remove hours: Monday, 08:00–20:00' }).click();
  await page.getByRole('link', { name: '← Nodes' }).click();
  await page.waitForSelector('dialog[open] >> text=Go without saving?');
  await page.keyboard.press('Escape');
  // Back in the browser leaves the editor too, although the node stays.
  await open('/nodes/west', '#change-work');
  await page.locator('#change-work').click();
  await page.getByRole('combobox', { name: 'Calendar' }).selectOption({ label: 'A calendar of its own' });
  await page.getByRole('button', { name: 'Remove hours: Monday, 08:00–20:00' }).click();
  await page.goBack();
  await page.waitForSelector('dialog[open] >> text=Go without saving?');
  await page.keyboard.press('Escape');
  expect(await changes()).toContainEqual(expect.stringMatching(/Monday 08:00–20:00/));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForSelector('.work-editor', { state: 'detached' });
  expect([(await nodeOf('west')).operations.calendar, (await calendarOf('west')).week['monday'], (await calendarOf('both')).week['monday']?.length]).toEqual(['west', [], 1]);
});

test('the editor is accessible and fits in every look, also in German; whoever may not change it is told who may', async () => {
  await console_.inEveryLook('/nodes/east?change=work', '.work-editor .week-grid', 'the editor');
  await console_.inEveryLook('/nodes/quiet', '.week', 'a node with its calendar');
  await page.addInitScript(() => localStorage.setItem('ordo.preferences', JSON.stringify({ language: 'de' })));
  await page.setViewportSize(PHONE);
  await open('/nodes/east?change=work', '.work-editor .week-grid');
  await page.locator('.add-day').click();
  await page.locator('.add-cut-off').click();
  expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.scrollWidth - innerWidth])).toEqual(['de', 0]);
  await page.route('**/v1/calendars?*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ title: 'It broke', detail: 'Something broke.', request_id: 'req_1' }) }));
  console_.expectTroubles(/500/);
  await open('/nodes/east?change=work', '.panel-failed');
  await page.unroute('**/v1/calendars?*');
  // Without the services nobody is named who goes by the same hours, so that they are missing is told.
  await page.route('**/v1/carrier-services?*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ title: 'It broke', detail: 'Something broke.', request_id: 'req_1' }) }));
  await open('/nodes/east?change=work', '.panel-failed >> text=Dienste der Versender');
  expect(await page.locator('.work-editor .week-grid').count()).toBe(1);
  await page.unroute('**/v1/carrier-services?*');

  await page.route('**/v1/session', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...await answer.json() as object, scopes: ['orders:read', 'catalogue:read'] } });
  });
  await open('/nodes/east?change=work', 'text=Zeiten und Grenzen ändert, wer den Katalog ändern darf.');
  expect(await page.locator('#change-work').count()).toBe(0);
});
