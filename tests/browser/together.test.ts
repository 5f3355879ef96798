import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Cookies, expectAccessible, openView, signIn, type View } from './support/browser.ts';
import { useConsole } from './support/console.ts';

/** The console when several people work in it at once. */

let anna: { readonly id: string };
let hers: Cookies | undefined;
const console_ = useConsole(async (ordo) => {
  anna = await ordo.ask('POST', '/v1/users', { email: 'anna@example.com', name: 'Anna Berg', roles: ['manager'] });
});
/** Of the second agent; a browser signs her in once. */
const ofAnna = async (): Promise<Cookies> => (hers ??= await signIn(console_.browser, console_.ordo.url + (await console_.ordo.ask<{ path: string }>('POST', '/v1/sign-in-links', { user: anna.id })).path));

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

test('whoever works at one node lets go at once of an order that is sent another way: its row, and its page', async () => {
  const sku = await aSku();
  for (const node of ['vienna', 'munich']) await console_.ordo.ask('POST', '/v1/stock/receipts', { sku, node, quantity: 5 });
  const order = await console_.ordo.ask<Found>('POST', '/v1/orders', { channel: 'demo-phone', external_id: 'TOGETHER-2', currency: 'EUR', lines: [{ sku, quantity: '1', unit_price: '10.00' }] });
  const sendTo = (node: string): Promise<unknown> => console_.ordo.ask('POST', `/v1/orders/${order.id}/override-routing`, { node, reason: 'told by the stream' });
  await sendTo('vienna');
  const person = await console_.ordo.ask<{ id: string }>('POST', '/v1/users', { email: 'vera@example.com', name: 'Vera Vienna', roles: ['store'], nodes: ['vienna'] });
  const cookies = await signIn(console_.browser, console_.ordo.url + (await console_.ordo.ask<{ path: string }>('POST', '/v1/sign-in-links', { user: person.id })).path);
  await beside(({ page }) => beside(async (list) => {
    await openOrder(page, order);
    await list.page.goto(`${console_.ordo.url}/orders`);
    const row = list.page.locator(`tr[data-id="${order.id}"]`);
    await row.waitFor();
    await list.page.waitForSelector('.pulse[data-told]');
    await sendTo('munich');
    await row.waitFor({ state: 'detached' });
    await page.locator('.sentence').waitFor({ state: 'detached' });
    await page.getByText('There is no such order').waitFor();
  }, cookies), cookies);
});

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

test('who has an order open is seen by others, and that they are writing', async () => {
  const order = await anOrder('PROCESSING', 7);
  await openOrder(console_.page, order);
  await beside(async ({ page }) => {
    await openOrder(page, order);
    await console_.page.locator('.present li', { hasText: 'Anna Berg has this order open.' }).waitFor();
    await page.locator('#note').fill('I am on it');
    await console_.page.locator('.present li', { hasText: 'Anna Berg is editing.' }).waitFor();
    await expectAccessible(console_.page, 'an order that somebody else is editing');
  }, await ofAnna());
  await console_.page.locator('.present li').waitFor({ state: 'detached' });
});

test('complaint 10: an order that somebody cancelled meanwhile is not released from an open tab, and it says who cancelled it', async () => {
  console_.expectTroubles(/409|ERR_FAILED/);
  const order = await anOrder('PROCESSING', 8);
  const { shipments } = await console_.ordo.ask<{ shipments: { status: string }[] }>('GET', `/v1/orders/${order.id}`);
  const action = shipments.some(({ status }) => status === 'PLANNED') ? 'Release to the node' : 'Cancel';
  await openOrder(console_.page, order);
  await console_.page.getByRole('button', { name: action, exact: true }).click();
  await console_.page.getByRole('button', { name: 'Do it', exact: true }).waitFor();
  if (action === 'Cancel') await console_.page.getByLabel('Reason').fill('the customer asked');
  // A tab that hears nothing any more.
  const isQuestion = (method: string, url: string): boolean => method === 'GET' && url.includes('/v1/');
  await console_.page.route('**/v1/**', (route) => (isQuestion(route.request().method(), route.request().url()) ? route.abort() : route.continue()));
  await beside(async ({ page }) => {
    await openOrder(page, order);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByLabel('Reason').fill('a duplicate');
    await page.getByRole('button', { name: 'Do it', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }, await ofAnna());
  await console_.page.getByRole('button', { name: 'Do it', exact: true }).click();
  await console_.page.locator('.conflict li', { hasText: /Anna Berg.*cancelled/ }).waitFor();
  expect(await console_.page.locator('.conflict').innerText()).toContain(`You wanted: ${action}`);
  expect(await console_.page.locator('.conflict').innerText()).toContain('a duplicate');
  await console_.page.unroute('**/v1/**');
  await expectAccessible(console_.page, 'a conflict');
});

test('what can be taken back is done at once and taken back by one key; it waits for whoever reads it', async () => {
  const order = await anOrder('PROCESSING', 9);
  await openOrder(console_.page, order);
  await console_.page.keyboard.press('t');
  await console_.page.locator('.undo', { hasText: 'You look after it now' }).waitFor();
  await console_.page.locator('.undo').hover();
  await expectAccessible(console_.page, 'what can be taken back');
  await console_.page.locator('.assignee', { hasText: 'You look after it.' }).waitFor();
  await console_.page.keyboard.press('z');
  await console_.page.locator('.assignee', { hasText: 'Nobody' }).waitFor();
  await console_.page.locator('.undo').waitFor({ state: 'detached' });
  await console_.page.getByLabel('Add a tag').fill('vip');
  await console_.page.keyboard.press('Enter');
  await console_.page.locator('.tag', { hasText: 'vip' }).waitFor();
  await console_.page.getByRole('button', { name: 'Undo' }).click();
  await console_.page.locator('.tag').waitFor({ state: 'detached' });
  await console_.page.getByLabel('Choose a person').selectOption({ label: 'Anna Berg' });
  await console_.page.locator('.assignee', { hasText: 'Anna Berg looks after it.' }).waitFor();
  await console_.page.locator('.event-title', { hasText: 'Given to Anna Berg to look after' }).waitFor();
  await console_.page.goto(`${console_.ordo.url}/orders?assignee=${anna.id}&columns=assignee,tags`);
  await console_.page.locator('td', { hasText: 'Anna Berg' }).first().waitFor();
  expect(await console_.page.locator('tbody tr[data-id]').count()).toBe(1);
});

test('what was done to many orders is taken back from those that it changed, and from no other', async () => {
  const [one, other] = [await anOrder('PROCESSING', 12), await anOrder('PROCESSING', 13)];
  await console_.ordo.ask('PUT', `/v1/orders/${other.id}/tags`, { tags: ['batch'] });
  await console_.open(`/orders?selected=${one.id},${other.id}`, 'a.number');
  await console_.page.getByRole('button', { name: 'Act on them' }).click();
  await console_.page.getByLabel('What can be done').selectOption('tag');
  await console_.page.getByRole('textbox', { name: 'Tag' }).fill('batch');
  await console_.page.getByRole('button', { name: 'See what it would do' }).click();
  await console_.page.getByRole('button', { name: 'Do it to 1 order' }).click();
  await console_.page.getByText('1 order changed').waitFor();
  await console_.page.getByRole('button', { name: 'Close', exact: true }).click();
  await console_.page.getByRole('button', { name: 'Undo' }).click();
  const tagsOf = async ({ id }: Found): Promise<string[]> => (await console_.ordo.ask<{ tags: string[] }>('GET', `/v1/orders/${id}`)).tags;
  await expect.poll(() => tagsOf(one), { timeout: 20_000 }).toEqual([]);
  expect(await tagsOf(other)).toEqual(['batch']);
});

test('whoever is mentioned by keyboard alone finds the note', async () => {
  const order = await anOrder('PROCESSING', 10);
  await openOrder(console_.page, order);
  await console_.page.locator('#note').focus();
  await console_.page.keyboard.type('Please call back, @ann');
  await console_.page.getByRole('listbox', { name: 'People' }).getByRole('option', { name: 'Anna Berg' }).waitFor();
  await expectAccessible(console_.page, 'people to mention');
  await console_.page.keyboard.press('Enter');
  await console_.page.keyboard.type('today');
  expect(await console_.page.locator('#note').inputValue()).toBe('Please call back, @Anna Berg today');
  await console_.page.keyboard.type(' or @ann');
  await console_.page.getByRole('listbox', { name: 'People' }).getByRole('option', { name: 'Anna Berg' }).waitFor();
  // Whoever types fast has written on before the next frame is drawn.
  expect(await console_.page.locator('#note').evaluate((field: HTMLTextAreaElement) => {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    return `${field.value.slice(0, field.selectionStart)}|${field.value.slice(field.selectionEnd)}`;
  })).toBe('Please call back, @Anna Berg today or @Anna Berg |');
  await console_.page.getByRole('button', { name: 'Write it' }).click();
  await console_.page.locator('.notes li', { hasText: 'mentions Anna Berg' }).waitFor();
  await beside(async ({ page }) => {
    await page.goto(`${console_.ordo.url}/orders`);
    await page.waitForSelector('a.number');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await page.locator('.mention-rows .unread', { hasText: 'Please call back' }).waitFor();
    await expectAccessible(page, 'mentions');
    await page.getByRole('link', { name: `Open order #${order.number}` }).click();
    await page.waitForSelector('.sentence');
    await page.goBack();
    await page.locator('.mention-rows li:not(.unread)').waitFor();
  }, await ofAnna());
});

/** An order that somebody sent to another node. */
async function aDecidedAnew(): Promise<Found> {
  const { data } = await console_.ordo.ask<{ data: { id: string; node: string | null }[] }>('GET', '/v1/shipments?status=PLANNED&limit=50');
  for (const { id: shipment, node } of data) {
    const id = shipment.replace(/^shp_/, 'ord_').replace(/_\d+$/, '');
    const other = ['berlin', 'munich', 'hamburg', 'vienna', 'kassel-dc'].find((code) => code !== node) ?? '';
    const moved = await console_.ordo.ask('POST', `/v1/orders/${id}/override-routing`, { node: other, reason: 'nearer to the customer' }).then(() => true, () => false);
    if (moved) return { id, number: (await console_.ordo.ask<Found>('GET', `/v1/orders/${id}`)).number };
  }
  throw new Error('no order of the demonstration could be moved');
}

test('why an order ships from there has an address of its own, that of an earlier decision too, and is accessible in every look', async () => {
  const order = await aDecidedAnew();
  await openOrder(console_.page, order);
  await console_.page.keyboard.press('w');
  await console_.page.waitForURL(new RegExp(`/orders/${order.id}/why$`));
  await console_.page.locator('.why-part .candidates').waitFor();
  const latest = await console_.page.locator('.why-page > .sentence').innerText();
  await console_.page.getByRole('link', { name: /^Decision 1/ }).click();
  await console_.page.waitForURL(/why\?decision=1$/);
  expect(await console_.page.locator('.why-page > .sentence').innerText()).not.toBe(latest);
  await console_.page.getByRole('button', { name: 'Copy the address' }).click();
  expect(await console_.page.evaluate(() => navigator.clipboard.readText())).toBe(`${console_.ordo.url}/orders/${order.id}/why?decision=1`);
  await console_.open(`/orders/${order.id}/why?decision=99`, '.notice');
  await console_.inEveryLook(`/orders/${order.id}/why`, '.why-part .candidates', 'why here');
});
