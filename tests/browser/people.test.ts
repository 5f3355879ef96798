// People and connections in the console: invited, signed in, limited, and what each tab shows.
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { expectAccessible, openView, PHONE } from './support/browser.ts';
import { useConsole } from './support/console.ts';
import { CANARY, type TestOrdo } from './support/ordo.ts';
import { clickTwice } from './support/twice.ts';

const PASSWORD = 'eleven quiet herons drift';

const console_ = useConsole();
let browser: Browser;
let ordo: TestOrdo;
let page: Page;
beforeEach(() => {
  ({ browser, ordo, page } = console_);
  console_.expectTroubles(/401|422|409/);
});

describe('people', () => {
  test('are added, invited, set a password, and see what their roles let them see', async () => {
    await page.goto(`${ordo.url}/people`);
    await page.getByRole('button', { name: 'Add somebody' }).click();
    await expectAccessible(page, 'adding somebody');
    await page.getByLabel('E-mail').fill('vera@example.com');
    await page.getByLabel('Name', { exact: true }).fill(`Vera ${CANARY.slice(0, 40)}`);
    await page.getByLabel('viewer').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('tr', { hasText: 'vera@example.com' }).waitFor();
    await expectAccessible(page, 'people');
    await page.locator('tr', { hasText: 'vera@example.com' }).getByRole('button', { name: /^Invitation link/ }).click();
    const link = await page.getByRole('dialog').locator('code').innerText();
    expect(await page.evaluate(() => 'canary' in window)).toBe(false);

    const other = await openView(browser, []);
    await other.page.goto(link);
    // The token is taken out of the address at once.
    await other.page.waitForFunction(() => location.hash === '');
    await other.page.getByLabel('New password').fill(PASSWORD);
    await expectAccessible(other.page, 'setting a password');
    await other.page.getByRole('button', { name: 'Set a password' }).click();
    await other.page.getByRole('link', { name: 'To the orders' }).click();
    await other.page.waitForSelector('a.number');
    expect(await other.page.locator('.places a').allInnerTexts()).not.toContain('People');
    await other.page.getByRole('button', { name: /^Signed in as Vera/ }).click();
    await other.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await other.page.waitForURL(/\/signed-out$/);
    await other.page.getByLabel('E-mail').fill('vera@example.com');
    await other.page.getByLabel('Password').fill('something else altogether');
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByRole('alert').locator('.problem').waitFor();
    await expectAccessible(other.page, 'a refused sign-in');
    await other.page.getByLabel('Password').fill(PASSWORD);
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.waitForSelector('a.number');
    await other.context.close();
  });

  test('change themselves, and see where they have signed in', async () => {
    await page.goto(`${ordo.url}/me`);
    await page.getByLabel('Name').fill('Mona Meister');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByText('Saved').first().waitFor();
    const [system, raw] = await page.evaluate(() => [/Windows|Mac|Linux/.exec(navigator.userAgent)?.[0], navigator.userAgent]);
    const here = page.locator('.sessions li', { hasText: 'this one' }).locator('[title]').first();
    expect(await here.innerText()).toMatch(new RegExp(`^Chrome on ${system}`));
    expect(await here.getAttribute('title')).toBe(raw?.slice(0, 200));
    await expectAccessible(page, 'me');
    await page.setViewportSize(PHONE);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, 'me, on a phone, dark');
  });
});

describe('a second step at sign-in', () => {
  test('recovery codes stay until they are kept, and one of them signs in once', async () => {
    const { id } = await ordo.ask<{ id: string }>('POST', '/v1/users', { email: 'tina@example.com', name: 'Tina', roles: ['viewer'] });
    const { path } = await ordo.ask<{ path: string }>('POST', `/v1/users/${id}/invite`, {});
    const { page: own, context } = await openView(browser, []);
    await own.goto(ordo.url + path);
    await own.getByLabel('New password').fill(PASSWORD);
    await own.getByRole('button', { name: 'Set a password' }).click();
    await own.getByRole('link', { name: 'To the orders' }).waitFor();
    await own.goto(`${ordo.url}/me`);
    await own.getByRole('button', { name: 'Set up an authenticator app' }).click();
    const part = own.getByRole('region', { name: 'Second step at sign-in' });
    const code = part.getByLabel('Code');
    await expect.poll(() => code.evaluate((field) => field === document.activeElement)).toBe(true);
    const app = new TOTP({ secret: Secret.fromBase32(await part.locator('code').innerText()) });
    await code.fill(app.generate());
    // Whoever clicks twice does not lose what the first click showed, nor does whoever the server tells meanwhile that it is on.
    await clickTwice(own, '**/v1/me/totp/**', part.getByRole('button', { name: 'Confirm' }));
    const kept = part.getByRole('button', { name: 'I have kept them' });
    await kept.waitFor();
    const [recovery = ''] = (await part.locator('code').innerText()).split(' ');
    await own.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await own.waitForResponse((answer) => answer.url().endsWith('/v1/session'));
    await expectAccessible(own, 'recovery codes', '.top');
    await kept.click();
    await part.getByText('An authenticator app is asked for.').waitFor();

    const signIn = async (): Promise<void> => {
      await context.clearCookies();
      await own.goto(`${ordo.url}/orders`);
      await own.getByLabel('E-mail').fill('tina@example.com');
      await own.getByLabel('Password').fill(PASSWORD);
      await own.getByRole('button', { name: 'Sign in', exact: true }).click();
      await own.getByLabel('Code').fill(recovery);
      await own.keyboard.press('Enter');
    };
    await signIn();
    await own.waitForSelector('a.number');
    await signIn();
    await own.locator('.problem').waitFor();
    await context.close();
  });
});

describe('connections', () => {
  test('each tab says what is there, or how to begin', async () => {
    await ordo.ask('POST', '/v1/connections', { code: 'shop', connector: 'shopify', channel: 'demo-web', secret: 'not so secret' });
    await ordo.ask('POST', '/v1/webhooks', { url: 'https://shop.example.com/hook', description: CANARY });
    for (const [tab, sign] of [['channels', 'shop'], ['inbox', 'No message has come yet'], ['calls', 'No channel has been told anything yet'], ['webhooks', 'shop.example.com'], ['jobs', 'No file has been imported yet'], ['keys', 'New key']] as const) {
      await page.goto(`${ordo.url}/connections?tab=${tab}`);
      await page.getByText(sign).first().waitFor();
      await expectAccessible(page, tab);
    }
    await page.setViewportSize(PHONE);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${ordo.url}/connections?tab=webhooks`);
    await page.getByText('shop.example.com').first().waitFor();
    await expectAccessible(page, 'webhooks, on a phone, dark');
    expect(await page.evaluate(() => 'canary' in window)).toBe(false);
  });

  test('a key is shown once, and revoking it says what happens first', async () => {
    await page.goto(`${ordo.url}/connections?tab=keys`);
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name', { exact: true }).fill('for the test');
    await clickTwice(page, '**/v1/api-keys', page.getByRole('button', { name: 'Create' }));
    expect(await page.getByRole('dialog').locator('code').innerText()).toMatch(/^ordo_live_/);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Revoke: for the test' }).click();
    await page.getByRole('dialog').getByText('stops at once').waitFor();
    await page.getByRole('button', { name: 'Yes, revoke it' }).click();
    await page.locator('tr', { hasText: 'for the test' }).getByText('Revoked').waitFor();
  });
});

describe('acting on orders', () => {
  test('complaint 9: an action says what it would do before it does it, and what cannot be done says why', async () => {
    const { data: [order] } = await ordo.ask<{ data: { id: string }[] }>('GET', '/v1/orders?status=PROCESSING&limit=1');
    await page.goto(`${ordo.url}/orders/${order?.id}`);
    await page.getByRole('button', { name: 'Hold', exact: true }).click();
    await page.getByLabel('Reason').fill('Asked to wait.');
    await page.getByText('This can be undone.').waitFor();
    await expectAccessible(page, 'an action');
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.locator('.blockers', { hasText: 'Asked to wait.' }).waitFor();
    await page.getByText('Not possible now').first().click();
    await expectAccessible(page, 'what is not possible');
    await page.getByLabel('Note', { exact: true }).fill(CANARY);
    await page.getByRole('button', { name: 'Write it' }).click();
    await page.locator('.notes li', { hasText: 'onerror' }).waitFor();
    expect(await page.evaluate(() => 'canary' in window)).toBe(false);
  });

  test('complaint 5: all that match are tagged after a look, and the view is kept under a name', async () => {
    await page.goto(`${ordo.url}/orders?status=COMPLETED`);
    await page.waitForSelector('a.number');
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByLabel('Name of the view').fill('Finished');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('.views a', { hasText: /^Finished\d+\+?$/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('thead input').check();
    await page.getByRole('button', { name: 'Select all that match' }).click();
    await page.getByRole('button', { name: 'Act on them' }).click();
    await page.getByLabel('What can be done').selectOption('tag');
    await page.getByLabel('Tag').fill('looked at');
    await page.getByRole('button', { name: 'See what it would do' }).click();
    await page.getByText(/orders would change/).waitFor();
    await expectAccessible(page, 'acting on many');
    await page.getByRole('button', { name: /^Do it to/ }).click();
    await page.getByRole('dialog').getByText(/Finished$/).waitFor();
    const { data } = await ordo.ask<{ data: unknown[] }>('GET', '/v1/orders?tag=looked%20at&limit=10');
    expect(data).toHaveLength(10);
  });
});
