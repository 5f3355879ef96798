// Customers and orders that are taken down: found, merged and erased, and from an empty form to an order by keyboard.
import { expect, test } from 'vitest';
import { expectAccessible } from './support/browser.ts';
import { useConsole } from './support/console.ts';
import { CANARY } from './support/ordo.ts';
import { clickTwice } from './support/twice.ts';

const here = useConsole();
interface Answered { readonly [field: string]: unknown }
const ask = (method: string, path: string, body?: unknown): Promise<Answered> => here.ordo.ask(method, path, body);
const listed = async (path: string): Promise<Answered[]> => (await ask('GET', path))['data'] as Answered[];

/** The order of somebody whose name is a script, once the customer is known. */
async function customerOf(email: string): Promise<string> {
  const [item] = await listed('/v1/items?limit=1');
  await ask('POST', '/v1/orders', {
    channel: 'demo-web', external_id: email, currency: 'EUR', lines: [{ sku: item?.['sku'], quantity: 1, unit_price: '10.00' }], customer: { name: CANARY.slice(0, 200), email },
    ship_to: { street: 'Weg 1', city: 'Berlin', postcode: '10117', country: 'DE' },
  });
  const found = async (): Promise<string> => String((await listed(`/v1/customers?q=${encodeURIComponent(email)}`))[0]?.['id']);
  await expect.poll(found, { timeout: 60_000 }).toMatch(/^cus_/);
  return found();
}

test('customers are found, noted about, merged and erased', async () => {
  const [one, two] = [await customerOf('canary-one@example.com'), await customerOf('canary-two@example.com')];
  const { page } = here;
  await here.open('/orders', 'a.number');
  await page.keyboard.press('g');
  await page.keyboard.press('k');
  await page.waitForSelector('.customers tbody a');
  await expectAccessible(page, 'customers', '.top');
  await page.keyboard.press('f');
  await page.keyboard.type('canary-one');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=canary-one/);
  await page.locator('.customers tbody tr', { hasText: 'canary-one@example.com' }).getByRole('link').click();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await page.getByRole('textbox', { name: 'New note' }).fill(CANARY);
  await clickTwice(page, '**/notes', page.getByRole('button', { name: 'Write' }));
  await page.locator('.customer-notes li').waitFor();
  await page.getByLabel('How it was said').fill(CANARY.slice(0, 200));
  await page.getByRole('button', { name: 'Record as given' }).click();
  await page.locator('.consents li', { hasText: 'Advertising by e-mail' }).waitFor();
  await here.inEveryLook(`/customers/${one}`, '.customer-figures', 'a customer');

  await page.getByRole('button', { name: 'Merge' }).click();
  await page.getByLabel('Who stays').fill('canary-two');
  await page.getByRole('radio').check();
  await page.getByText('1 order, 1 note and 1 consent go to').waitFor();
  await expectAccessible(page, 'merging', '.top');
  await page.getByRole('button', { name: 'Merge for good' }).click();
  await page.waitForURL(new RegExp(two));
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  await page.locator('.customer-notes li').waitFor();
  await here.open(`/customers/${one}`, '.notice');
  await page.getByRole('link', { name: 'Show who it is' }).click();

  await page.getByRole('button', { name: 'Erase' }).click();
  await page.getByText('in 2 orders the contact').waitFor();
  await expectAccessible(page, 'erasing', '.top');
  await page.getByLabel('Type ERASE to confirm').fill('ERASE');
  await page.keyboard.press('Enter');
  await page.getByText('This customer was erased on').waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  expect(await page.evaluate(() => 'canary' in window)).toBe(false);
  await here.open('/customers?q=canary-two', '.notice');
  await expectAccessible(page, 'no customer', '.top');
});

test('an order is taken down by keyboard, survives a reload and is placed once', async () => {
  const [item] = await listed('/v1/items?limit=1');
  const [sku, name] = [String(item?.['sku']), String(item?.['name'])];
  const { page } = here;
  await here.open('/orders', 'a.number');
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.waitForSelector('#d-channel option[value=demo-phone]', { state: 'attached' });
  const go = async (label: string, text: string): Promise<void> => {
    await page.getByLabel(label, { exact: true }).focus();
    await page.keyboard.type(text);
  };
  await page.getByLabel('Channel').focus();
  await page.getByLabel('Channel').selectOption('demo-phone');
  // Typed as people type, found on the server, and taken with the arrows.
  await go('SKU or name, line 1', sku.toLowerCase());
  await page.locator('.item-list [role=option]').first().waitFor();
  await expectAccessible(page, 'items that were found', '.top');
  await page.keyboard.press('ArrowDown');
  await page.locator('.item-list [aria-selected=true]').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.draft-about', { hasText: name }).waitFor();
  expect(await page.getByLabel('SKU or name, line 1').inputValue()).toBe(sku);
  await page.keyboard.press('Tab');
  await page.keyboard.type('2');
  await page.getByLabel('Price, line 1').waitFor();
  await go('Price, line 1', '19,90');
  await go('Discount %, line 1', '10');
  await go('Name', CANARY.slice(0, 200));
  await page.keyboard.press('Tab');
  await page.keyboard.type('phone@example.com');
  await go('Street and number', CANARY.slice(0, 200));
  await go('Note', CANARY);
  await page.waitForURL(/draft=drf_/);
  await page.getByText('Draft kept').waitFor();
  await page.getByText(/Discarded on .+ if nobody changes it/).waitFor();
  await page.reload();
  await page.waitForSelector('#l-sku-0');
  expect(await page.getByLabel('SKU or name, line 1').inputValue()).toBe(sku);
  expect(await page.getByLabel('Note').inputValue()).toBe(CANARY);

  // Discarded behind the screen, it begins anew with what is there.
  here.expectTroubles(/404/);
  const discarded = new URL(page.url()).searchParams.get('draft') ?? '';
  expect(await page.evaluate(async (id) => (await fetch(`/v1/order-drafts/${id}`, { method: 'DELETE' })).ok, discarded)).toBe(true);
  await go('Phone', '030 1234');
  await page.waitForURL((url) => !url.href.includes(discarded));
  await page.getByText('Draft kept').waitFor();
  expect(await page.getByLabel('Note').inputValue()).toBe(CANARY);

  // What is missing is told at its field, once it is asked for.
  await page.keyboard.press('Tab');
  await page.getByLabel('Note').focus();
  await page.keyboard.press('Control+Enter');
  await page.locator('#d-city-wrong').waitFor();
  await expectAccessible(page, 'a draft that is not complete', '.top');
  // An amount that cannot be read is no amount of nothing.
  await go('Shipping, EUR', '4,901');
  await page.locator('#d-shipping-wrong').waitFor();
  await page.keyboard.press('Backspace');
  await page.locator('#d-shipping-wrong').waitFor({ state: 'detached' });
  await go('Town', 'Berlin');
  await go('Postcode', '10117');
  await go('Country', 'DE');
  const draft = new URL(page.url()).searchParams.get('draft') ?? '';
  await expect.poll(async () => (await ask('GET', `/v1/order-drafts/${draft}`))['quote'], { timeout: 10_000 }).toMatchObject({ problems: [] });
  await page.getByRole('button', { name: 'Show dates' }).press('Enter');
  await page.locator('.draft-dates li').first().waitFor();
  await here.inEveryLook(`/orders/new?draft=${draft}`, '#l-sku-0', 'a draft');
  const keep = page.getByRole('button', { name: /^Keep this date/ }).first();
  await keep.press('Enter');
  await page.getByText('Kept with the goods until').waitFor();
  await page.getByLabel('Note').focus();
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/\/orders\/ord_/);
  await page.locator('.order-customer').waitFor();
  expect(await listed(`/v1/orders?external_id=${draft}`)).toHaveLength(1);
  expect(await page.evaluate(() => 'canary' in window)).toBe(false);
});

test('whoever takes an order before there is a channel is told what is missing', async () => {
  const { page } = here;
  await page.route('**/v1/channels?*', (route) => route.fulfill({ json: { data: [], has_more: false, next_cursor: null } }));
  await here.open('/orders/new', '#d-channel');
  await page.getByText('There is no channel yet').waitFor();
  await expectAccessible(page, 'no channel', '.top');
  await page.unroute('**/v1/channels?*');
});
