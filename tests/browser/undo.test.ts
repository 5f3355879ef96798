import { expect, test } from 'vitest';
import { expectAccessible } from './support/browser.ts';
import { useConsole } from './support/console.ts';

/** What was done to many at once is taken back, and said of each. */

const console_ = useConsole();

interface Found { readonly id: string; readonly number: number }
interface Whole { readonly tags: string[]; readonly holds: { readonly hold_no: number; readonly reason: string; readonly released_at: string | null }[] }
const ask = <T>(method: string, path: string, body?: unknown): Promise<T> => console_.ordo.ask<T>(method, path, body);
const some = async (count: number): Promise<Found[]> => (await ask<{ data: Found[] }>('GET', `/v1/orders?status=PROCESSING&limit=${count}`)).data;
const openHolds = async ({ id }: Found): Promise<string[]> => (await ask<Whole>('GET', `/v1/orders/${id}`)).holds.filter(({ released_at: at }) => at === null).map(({ reason }) => reason);

test('many orders are held, and by one key let go again where nobody looked at them meanwhile; the page of each action says what came of it', async () => {
  const { page } = console_;
  const [one, held, looked] = await some(3) as [Found, Found, Found];
  await ask('POST', `/v1/orders/${held.id}/holds`, { kind: 'MANUAL', reason: 'before' });
  await console_.open(`/orders?selected=${[one, held, looked].map(({ id }) => id).join(',')}`, 'a.number');
  await page.getByRole('button', { name: 'Act on them' }).click();
  await page.getByLabel('What can be done').selectOption('cancel');
  await page.getByText('cancelled goods are free for other orders').waitFor();
  await page.getByLabel('What can be done').selectOption('hold');
  await page.getByText('only where nobody has changed the same since').waitFor();
  await page.getByLabel('Reason').fill('recall');
  await page.getByRole('button', { name: 'See what it would do' }).click();
  await page.getByRole('button', { name: 'Do it to 2 orders' }).click();
  await page.getByText('2 orders changed').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.locator('.undo', { hasText: 'Hold: 2 orders changed.' }).waitFor();
  await page.locator('.undo').hover();
  await ask('POST', `/v1/orders/${looked.id}/holds/${(await ask<Whole>('GET', `/v1/orders/${looked.id}`)).holds.at(-1)?.hold_no}/release`, { reason: 'looked at' });
  await page.keyboard.press('z');
  await page.locator('.undo', { hasText: '1 order was taken back. 1 was left alone, because it was changed since.' }).waitFor();
  await expectAccessible(page, 'what came of taking many back');
  expect(await Promise.all([one, held, looked].map(openHolds))).toEqual([[], ['before'], []]);

  await page.locator('.undo').getByRole('link', { name: 'Details' }).click();
  await page.getByRole('heading', { name: 'Take back: Hold' }).waitFor();
  await page.locator('tr', { hasText: `#${looked.number}` }).getByText('was released at').waitFor();
  await page.getByText('begin a new action').waitFor();
  await page.getByRole('navigation', { name: 'What came of each order' }).getByRole('link', { name: 'Changed', exact: true }).click();
  await page.locator('tr', { hasText: `#${looked.number}` }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: `Open order #${one.number}` }).waitFor();
  await console_.inEveryLook(new URL(page.url()).pathname, '.plain-table tbody tr', 'an action over many orders');
  await page.getByRole('link', { name: 'Takes back an earlier action' }).click();
  await page.getByText('It was taken back already.').waitFor();
  await page.getByRole('link', { name: 'In the audit log' }).click();
  await page.locator('.audit-entry', { hasText: 'Job' }).first().waitFor();
  expect(await page.locator('.audit-entry').count()).toBe(2);
  await page.locator('.audit-entry .audit-title').first().click();
  await expectAccessible(page, 'the audit log of one job');
  await page.locator('.audit-data').getByRole('link', { name: /^act_/ }).click();
  await page.getByRole('heading', { name: 'Hold', exact: true }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await page.getByRole('heading', { name: 'Bulk actions' }).waitFor();
  await console_.inEveryLook('/order-actions', '.plain-table tbody tr', 'actions over many orders');
});

test('a tag is taken back from all orders on the page of the action; tags of two people on one order both stay', async () => {
  const { page } = console_;
  const orders = await some(60);
  const { id } = await ask<{ id: string }>('POST', '/v1/order-actions', { action: 'tag', args: { tags: ['sale'] }, orders: { ids: orders.map((one) => one.id) } });
  await console_.open(`/order-actions/${id}`);
  // A key is called by its name, and its id is there for whoever looks for it.
  expect(await page.getByText('by bootstrap').getAttribute('title')).toMatch(/^key_[0-9a-f]{32}$/);
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('heading', { name: 'Take back: Tag' }).waitFor();
  await page.locator('.list-head', { hasText: 'Done' }).waitFor();
  expect((await ask<{ data: unknown[] }>('GET', '/v1/orders?tag=sale')).data).toEqual([]);

  const [order] = orders as [Found];
  await console_.open(`/orders/${order.id}`, '#new-tag');
  // The page hears nothing of what somebody else does now.
  await page.route('**/v1/**', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
  console_.expectTroubles(/ERR_FAILED|Failed to load/);
  await ask('PATCH', `/v1/orders/${order.id}/tags`, { add: ['theirs'] });
  await page.getByLabel('Add a tag').fill('mine');
  await page.keyboard.press('Enter');
  await page.locator('.undo', { hasText: 'mine' }).waitFor();
  expect((await ask<Whole>('GET', `/v1/orders/${order.id}`)).tags).toEqual(['mine', 'theirs']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await ask<Whole>('GET', `/v1/orders/${order.id}`)).tags).toEqual(['theirs']);
});

test('exceptions that were given out together are given back together', async () => {
  const { page } = console_;
  const orders = await some(3);
  for (const { id } of orders) await ask('POST', `/v1/orders/${id}/holds`, { kind: 'FRAUD', reason: 'look at it' });
  const entries = async (): Promise<{ id: string; owner: string | null }[]> => (await ask<{ data: { id: string; owner: string | null }[] }>('GET', '/v1/work-queues/hold_fraud/items?limit=250')).data;
  const before = (await entries()).map(({ id, owner }) => ({ id, owner }));
  // Orders of the demonstration come in meanwhile, and may be held as well.
  const owners = async (): Promise<unknown[]> => (await entries()).filter(({ id }) => before.some((one) => one.id === id)).map(({ id, owner }) => ({ id, owner }));
  await console_.open('/exceptions?queue=hold_fraud', '.desk tr[data-id]');
  await page.getByLabel('Select all that are shown').check();
  await page.locator('.selection').getByRole('button', { name: 'Assign to me…' }).click();
  await page.getByRole('button', { name: /^Do it for/ }).click();
  await page.getByRole('region', { name: 'What came of each' }).waitFor();
  expect(await owners()).not.toContainEqual({ id: expect.anything(), owner: null });
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.locator('.undo', { hasText: /Assign: \d+ entries\./ }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.locator('.undo', { hasText: /entries were taken back\./ }).waitFor();
  expect(await owners()).toEqual(before);
});

interface Sent { readonly type: string; readonly state: string; readonly event: string; readonly withdrawn_with: string | null }

test('the notice says whether webhooks were sent; what is taken back in time is withdrawn, and an entry of the story is taken back later', async () => {
  const { page } = console_;
  const [order] = await some(1) as [Found];
  const { webhook } = await ask<{ webhook: { id: string } }>('POST', '/v1/webhooks', { url: 'https://shop.example.com/hook', types: ['HoldPlaced', 'HoldReleased', 'OrderTagged', 'OrderAssigned'] });
  await ask('PATCH', `/v1/webhooks/${webhook.id}`, { status: 'paused' });
  const sent = async (): Promise<string[]> => (await ask<{ data: Sent[] }>('GET', `/v1/webhooks/${webhook.id}/deliveries`)).data.map(({ type, state }) => `${type} ${state}`);
  await console_.open(`/orders/${order.id}`, '#new-tag');
  await page.getByRole('region', { name: 'What can be done' }).getByRole('button', { name: 'Hold', exact: true }).click();
  await page.getByLabel('Reason').fill('wait');
  await page.getByRole('button', { name: 'Do it' }).click();
  const notice = page.locator('.undo', { hasText: 'No webhook has been sent yet.' });
  await notice.waitFor();
  // What is read out is there until something else is.
  const told = page.getByText('Taken back. No webhook was sent of what was taken back.').waitFor({ state: 'attached' });
  await Promise.all([told, page.keyboard.press('z')]);
  await page.locator('.undo').waitFor({ state: 'detached' });
  await expect.poll(sent).toEqual(['HoldReleased withdrawn', 'HoldPlaced withdrawn']);
  expect(await openHolds(order)).toEqual([]);
  await page.locator('.event-title', { hasText: 'Hold' }).nth(1).waitFor();

  await page.getByLabel('Add a tag').fill('gift');
  await page.keyboard.press('Enter');
  await notice.waitFor();
  await page.locator('.undo').hover();
  // However long this takes: nothing of this one is taken back in time.
  await expectAccessible(page, 'a notice of what nobody has heard of');
  await page.locator('.event', { hasText: 'gift' }).getByRole('button', { name: /^Take back: / }).waitFor();
  await console_.inEveryLook(`/orders/${order.id}`, '.event-back', 'a story of which an entry can be taken back');
  await page.locator('.undo', { hasText: 'Webhooks may have been sent by now.' }).waitFor({ timeout: 15_000 });
  await ask('PATCH', `/v1/orders/${order.id}/tags`, { add: ['theirs'] });
  await expect.poll(sent).toEqual(['OrderTagged pending', 'OrderTagged pending', 'HoldReleased withdrawn', 'HoldPlaced withdrawn']);
  await page.locator('.event', { hasText: 'gift' }).getByRole('button', { name: /^Take back: / }).click();
  await expect.poll(async () => (await ask<Whole>('GET', `/v1/orders/${order.id}`)).tags).toEqual(['theirs']);
  await page.locator('.event summary:focus', { hasText: 'gift' }).waitFor();
  await page.locator('.event', { hasText: 'theirs' }).getByRole('button').first().waitFor();

  await console_.open('/connections?tab=webhooks');
  await page.getByRole('link', { name: /^https?:/ }).click();
  await page.locator('tr', { hasText: 'HoldPlaced' }).getByText('Taken back in time, so nothing was sent; together with evt_').waitFor();
  await expectAccessible(page, 'withdrawn deliveries');
});
