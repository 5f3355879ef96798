// The desks of a day as a person meets them: exceptions, the morning list and the bad-day desk, on a real server with its demonstration.
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { DESKTOP, expectAccessible, PHONE } from './support/browser.ts';
import { useConsole } from './support/console.ts';
import type { TestOrdo } from './support/ordo.ts';

interface Item { readonly id: string; readonly order_number: number | null; readonly owner: string | null; readonly snoozed_until: string | null; readonly subject: { readonly order?: string } }
interface Closure { readonly id: string; readonly state: string; readonly expected: { readonly orders: number }; readonly left: number }

const console_ = useConsole();
let ordo: TestOrdo;
let page: Page;
beforeEach(() => {
  ({ ordo, page } = console_);
});

const { open } = console_;
const items = async (queue: string, query = ''): Promise<Item[]> => (await ordo.ask<{ data: Item[] }>('GET', `/v1/work-queues/${queue}/items?limit=250&snoozed=all${query}`)).data;
const openQueue = async (search: string): Promise<void> => {
  await open(`/exceptions?${search}`);
  await page.waitForSelector('.desk tr[data-id]');
};
const focusIsIn = (selector: string): Promise<unknown> => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
const eachLook = async (path: string, ready: string, what: string): Promise<void> => {
  await open(path);
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForSelector(ready);
      await expectAccessible(page, `${what}, ${colorScheme}, ${viewport.width}`);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${what}: nothing sticks out`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(DESKTOP);
};

describe('the exceptions desk', () => {
  test('with the keyboard alone: go there, take an entry, let it rest, release two others', async () => {
    await open('/orders');
    await page.waitForSelector('a.number');
    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.waitForSelector('.desk tr[data-id]');
    expect(page.url()).toContain('queue=');
    await openQueue('queue=hold_address');
    const [first, second, third] = await items('hold_address');
    await page.keyboard.press('j');
    await focusIsIn(`tr[data-id="${first?.id}"] a.number`);
    await page.keyboard.press('a');
    await page.waitForSelector(`tr[data-id="${first?.id}"] >> text=You`);
    expect((await items('hold_address')).find(({ id }) => id === first?.id)?.owner).not.toBeNull();
    await page.keyboard.press('z');
    await page.locator(`tr[data-id="${first?.id}"]`).getByRole('button', { name: 'Assign' }).waitFor();
    expect((await items('hold_address')).find(({ id }) => id === first?.id)?.owner).toBeNull();
    await page.keyboard.press('a');
    await page.waitForSelector(`tr[data-id="${first?.id}"] >> text=You`);
    // Rests until eight tomorrow by the viewer's clock, and stays in its place until the list is tidied up.
    await page.locator(`tr[data-id="${first?.id}"]`).getByRole('button', { name: 'Snooze…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Tomorrow at 8:00' }).waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Tomorrow at 8:00' }).press('Enter');
    await page.waitForSelector(`tr[data-id="${first?.id}"][data-gone]`);
    const until = (await items('hold_address')).find(({ id }) => id === first?.id)?.snoozed_until ?? '';
    expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' }).format(new Date(until))).toBe('08:00');
    await page.keyboard.press('j');
    await page.keyboard.press('n');
    await page.waitForSelector(`tr[data-id="${first?.id}"]`, { state: 'detached' });
    for (const one of [second, third]) {
      await page.locator(`tr[data-id="${one?.id}"] a.number`).focus();
      await page.keyboard.press('x');
    }
    await page.getByRole('button', { name: 'Release the hold…' }).press('Enter');
    await page.getByRole('button', { name: 'Do it for 2 entries' }).waitFor();
    await page.getByText('Would be done: Release the hold').waitFor();
    await page.getByRole('button', { name: 'Do it for 2 entries' }).press('Enter');
    await page.waitForSelector('.results tr.done:nth-of-type(2)');
    expect((await items('hold_address')).map(({ id }) => id)).not.toContain(second?.id);
    await page.keyboard.press('Escape');
    await page.waitForSelector(`tr[data-id="${third?.id}"][data-gone]`);
  });

  test('G A goes to the audit log and takes nothing', async () => {
    await openQueue('queue=hold_manual');
    await page.keyboard.press('j');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForFunction(() => location.pathname === '/audit');
    expect((await items('hold_manual')).every(({ owner }) => owner === null)).toBe(true);
  });

  test('what a fix needs is asked first, and a refusal stands where it was asked', async () => {
    await openQueue('queue=lost_in_transit');
    const [first] = await items('lost_in_transit');
    await page.locator(`tr[data-id="${first?.id}"]`).getByRole('button', { name: 'Settle…' }).click();
    await focusIsIn('#need-reason');
    await page.keyboard.type('Sent again with another carrier');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`tr[data-id="${first?.id}"][data-gone]`);
    await page.waitForSelector('dialog.ask', { state: 'detached' });
    // Routing again helps nobody while there is no stock: the entry stays, and so does its place.
    await openQueue('queue=no_stock');
    const before = await page.$$eval('.desk tr[data-id]', (rows) => rows.map((row) => row.getAttribute('data-id')));
    await page.getByRole('button', { name: 'Route again' }).first().click();
    await page.waitForFunction(() => document.querySelector('.desk tr[aria-busy]') === null);
    expect(await page.$$eval('.desk tr[data-id]', (rows) => rows.map((row) => row.getAttribute('data-id')))).toEqual(before);
  });

  test('an entry that is settled elsewhere keeps its place and says so, and doing it again says why not', async () => {
    await openQueue('queue=hold_approval');
    const [first, second] = await items('hold_approval');
    const place = await page.locator(`tr[data-id="${second?.id}"]`).boundingBox();
    await ordo.ask('POST', '/v1/work-queues/hold_approval/bulk', { action: 'fix', ids: [first?.id] });
    await page.locator(`tr[data-id="${first?.id}"]`).getByRole('button', { name: 'Release the hold' }).click({ timeout: 3_000 });
    await page.waitForSelector('text=Its cause cleared meanwhile');
    await page.waitForSelector(`tr[data-id="${first?.id}"][data-gone]`);
    expect(await page.locator('.desk tr[data-id]').first().getAttribute('data-id')).toBe(first?.id);
    expect((await page.locator(`tr[data-id="${second?.id}"]`).boundingBox())?.x).toBe(place?.x);
  });

  test('the address keeps the queue and the filter; empty, unknown and broken say what they are', async () => {
    await open('/exceptions?queue=hold_fraud&mine=1');
    await page.waitForSelector('text=Nothing here is assigned to you');
    await expectAccessible(page, 'no match');
    await open('/exceptions?queue=hold_tax');
    await page.waitForSelector('text=Nothing waits in this queue');
    await open('/exceptions?queue=nonsense');
    await page.waitForSelector('text=There is no queue nonsense');
    console_.expectTroubles(/503/);
    await page.route('**/v1/work-queues/*/items*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ title: 'Away', detail: 'The database is away.', request_id: 'req_desk' }) }));
    await open('/exceptions?queue=hold_fraud');
    await page.waitForSelector('text=The database is away.');
    await page.waitForSelector('text=req_desk');
    await expectAccessible(page, 'a broken panel');
  });

  test('the last day stands where nothing is left to do', async () => {
    await page.route('**/v1/work-queues', (route) => route.fulfill({ json: { at: new Date().toISOString(), data: [] } }));
    await open('/exceptions');
    await page.waitForSelector('text=Nothing stops an order');
    await page.waitForSelector('.notice .desk-stats');
    await expectAccessible(page, 'inbox zero');
  });

  test('is accessible in both themes, wide and narrow, and with a question open', async () => {
    await eachLook('/exceptions?queue=no_stock', '.desk tr[data-id]', 'the desk');
    await openQueue('queue=no_stock');
    await page.locator('.desk .d-select input').nth(1).check();
    await page.getByRole('button', { name: 'Snooze…' }).last().click();
    await page.waitForSelector('dialog.ask');
    await expectAccessible(page, 'a question');
  });
});

/** The node with the least that is in danger: axe looks at every row. */
async function smallest(): Promise<string> {
  const { data } = await ordo.ask<{ data: { shipment: { node: string } | null }[] }>('GET', '/v1/morning-list?limit=100');
  const counts = new Map<string, number>();
  for (const { shipment } of data) if (shipment) counts.set(shipment.node, (counts.get(shipment.node) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => a - b)[0]?.[0] ?? '';
}

describe('the morning list', () => {
  test('says by node what its cut-off will miss, and does what it offers', async () => {
    await open('/morning?cause=HELD');
    await page.waitForSelector('.morning-group tr[data-id]');
    await page.waitForSelector('.countdown');
    expect(await page.locator('.morning-part h2').first().textContent()).toMatch(/Can still leave today|Cut-off passed/);
    expect(await page.locator('.countdown').first().textContent()).toMatch(/min (?:left|ago)/);
    await page.keyboard.press('j');
    await focusIsIn('.morning-table a.number');
    const row = page.locator('.morning-table tr[data-id]').filter({ has: page.getByRole('button', { name: 'Release the hold' }) }).first();
    const order = await row.getAttribute('data-id') ?? '';
    await row.getByRole('button', { name: 'Release the hold' }).press('Enter');
    await page.waitForSelector(`tr[data-id="${order}"].gone`);
    const { holds } = await ordo.ask<{ holds: { state?: string; released_at: string | null }[] }>('GET', `/v1/orders/${order}`);
    expect(holds.every(({ released_at: at }) => at !== null)).toBe(true);
    await page.keyboard.press('n');
    await page.waitForSelector(`tr[data-id="${order}"]`, { state: 'detached' });
  });

  test('is accessible in both themes, wide and narrow; nothing of a kind says so', async () => {
    await eachLook(`/morning?node=${await smallest()}`, '.morning-group tr[data-id]', 'the morning list');
    await open('/morning?cause=NODE_CLOSED');
    await page.waitForSelector('text=Nothing of this kind is in danger tonight');
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.waitForSelector('.morning-group tr[data-id]');
    console_.expectTroubles(/500/);
    await page.route('**/v1/morning-list*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ title: 'A defect', detail: 'It broke.', request_id: 'req_morning' }) }));
    await open('/morning');
    await page.waitForSelector('text=req_morning');
    await expectAccessible(page, 'a broken list');
  });
});

describe('the bad-day desk', () => {
  test('shows what closing would do, closes, follows it to its end and opens again', async () => {
    await open('/bad-day');
    await page.getByRole('button', { name: 'Show what would happen' }).waitFor();
    await page.getByLabel('Hamburg Altona store').check();
    await page.getByLabel('Munich Schwabing store').check();
    await page.getByLabel('Reason').fill('Storm');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('closure=clo_'));
    const id = new URL(page.url()).searchParams.get('closure') ?? '';
    await page.waitForSelector('.outcome-bar');
    await page.waitForSelector('.closure-table tr[data-id]');
    await page.waitForSelector('text=Preview');
    const seen = await ordo.ask<Closure>('GET', `/v1/node-closures/${id}`);
    expect(seen.state).toBe('previewed');
    await page.getByRole('button', { name: 'Show as a table' }).click();
    await page.waitForSelector('.outcome-table');
    await page.getByRole('button', { name: 'Close and move…' }).press('Enter');
    await page.getByRole('button', { name: 'Close and move', exact: true }).press('Enter');
    await page.waitForSelector('text=Closed and cleared', { timeout: 20_000 });
    expect((await ordo.ask<Closure>('GET', `/v1/node-closures/${id}`)).left).toBe(0);
    await expectAccessible(page, 'a closure');
    await page.getByRole('link', { name: 'To the desk' }).click();
    const closed = page.getByRole('region', { name: 'Closed nodes' });
    await closed.getByText('Hamburg Altona store', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Closures' }).getByRole('link').first().waitFor();
    await closed.getByRole('button', { name: 'Open again…' }).first().press('Enter');
    await focusIsIn('#open-reason');
    await page.keyboard.type('Power is back');
    await page.keyboard.press('Enter');
    await closed.getByText('Hamburg Altona store', { exact: true }).waitFor({ state: 'detached' });
  });

  test('pauses a channel, says who waits, throttles and resumes it', async () => {
    await open('/bad-day');
    const web = page.locator('.gates li').filter({ hasText: 'Web shop' });
    await web.getByRole('button', { name: 'Pause…' }).press('Enter');
    await page.getByRole('textbox', { name: 'Reason' }).last().fill('Wrong prices');
    await page.keyboard.press('Enter');
    await web.getByText('Paused').waitFor();
    await web.getByText('nobody waits').waitFor();
    await web.getByRole('button', { name: 'Resume…' }).press('Enter');
    await page.keyboard.type('Prices are right');
    await page.keyboard.press('Enter');
    await web.getByText('Open', { exact: true }).waitFor();
    await web.getByRole('button', { name: 'Throttle…' }).press('Enter');
    await page.getByRole('spinbutton', { name: 'Orders' }).fill('120');
    await page.getByRole('textbox', { name: 'Reason' }).last().fill('One packer is in');
    await page.keyboard.press('Enter');
    await web.getByText('120 per hour').waitFor();
    await web.getByRole('button', { name: 'Resume…' }).press('Enter');
    await page.keyboard.type('All are in');
    await page.keyboard.press('Enter');
    await web.getByText('Open', { exact: true }).waitFor();
  });

  test('complaint 11: no node is closed by a slip, an old address says so, and each look is accessible', async () => {
    await open('/bad-day');
    await page.getByLabel('Reason').fill('Storm');
    await page.getByRole('button', { name: 'Show what would happen' }).click();
    await page.waitForSelector('text=Choose at least one node.');
    console_.expectTroubles(/404/);
    await open('/bad-day?closure=clo_00000000000000000000000000000000');
    await page.waitForSelector('text=There is no such closure');
    await eachLook('/bad-day', '.gates li', 'the bad-day desk');
  });
});
