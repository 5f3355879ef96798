// Signing in without a password: with a passkey of the browser's own device, and at an identity provider.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { CLIENT, type Issuer, startIssuer } from '../support/issuer.ts';
import { expectAccessible, launchBrowser, openView, PHONE, type View } from './support/browser.ts';
import { startTestOrdo, type TestOrdo } from './support/ordo.ts';

let browser: Browser;
let issuer: Issuer;
let ordo: TestOrdo;
/** Where browsers have passkeys without TLS. */
let site: string;
let view: View;
let page: Page;

beforeAll(async () => {
  issuer = await startIssuer();
  [browser, ordo] = await Promise.all([launchBrowser(), startTestOrdo({
    ORDO_OIDC_ISSUER: issuer.url, ORDO_OIDC_CLIENT_ID: CLIENT.id, ORDO_OIDC_CLIENT_SECRET: CLIENT.secret, ORDO_OIDC_LABEL: 'Example ID', ORDO_OUTGOING_ALLOW: issuer.host,
  })]);
  site = ordo.url.replace('127.0.0.1', 'localhost');
});
afterAll(async () => {
  await browser?.close();
  await ordo?.stop();
  await issuer?.stop();
});
beforeEach(async () => {
  view = await openView(browser, []);
  page = view.page;
});
afterEach(async () => {
  await view.context.close();
  expect(view.troubles.filter((one) => !/40[19]|503/.test(one))).toEqual([]);
});

/** A device of this page that has passkeys and knows its person. */
async function addDevice(): Promise<{ readonly id: string; tell(known: boolean): Promise<void> }> {
  const devtools = await view.context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId: id } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return { id, tell: async (isUserVerified) => void (await devtools.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified })) };
}

const signOut = async (): Promise<void> => {
  await page.getByRole('button', { name: /^Signed in as/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL(/\/signed-out$/);
};

test('a passkey is added, signs in by itself, and signs nobody in once it is removed', async () => {
  const device = await addDevice();
  await page.goto((await ordo.signInLink()).replace('127.0.0.1', 'localhost'));
  await page.waitForSelector('a.number');
  await page.goto(`${site}/me`);
  await page.getByText('No passkey yet.').waitFor();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name', { exact: true }).last().fill('This computer');
  await expectAccessible(page, 'adding a passkey', '.top');
  await page.getByRole('button', { name: 'Go on in the browser' }).click();
  const row = page.locator('.passkeys li', { hasText: 'This computer' });
  await row.getByText('never used').waitFor();
  await signOut();
  // Whoever the device does not know gets nowhere.
  await device.tell(false);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('No passkey was used').waitFor();
  await device.tell(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForSelector('a.number');
  await page.goto(`${site}/me`);
  await row.getByText('last used').waitFor();
  await row.getByRole('button', { name: 'Rename: This computer' }).click();
  await page.getByLabel('Name', { exact: true }).last().fill('Desk');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Remove: Desk' }).click();
  await page.getByRole('dialog').getByText('all other sessions end').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No passkey yet.').waitFor();
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page, 'oneself, on a phone, dark');
  await page.setViewportSize({ width: 1440, height: 900 });
  await signOut();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('the passkey is wrong').waitFor();
});

test('at an address that is no name no passkey is offered, and one’s own page says why', async () => {
  await page.goto(await ordo.signInLink());
  await page.waitForSelector('a.number');
  await page.goto(`${ordo.url}/me`);
  await page.getByText('Browsers have no passkeys at this address').waitFor();
  await signOut();
  await page.getByRole('button', { name: 'Sign in with Example ID' }).waitFor();
  expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0);
});

test('the identity provider signs in and leads back to where one was; what goes wrong there is said here', async () => {
  await ordo.ask('POST', '/v1/users', { email: 'vera@example.com', name: 'Vera Vogt', roles: ['viewer'] });
  await page.goto(`${site}/orders?status=COMPLETED`);
  const button = page.getByRole('button', { name: 'Sign in with Example ID' });
  issuer.isDown = true;
  await button.click();
  await page.getByText('Example ID does not answer').waitFor();
  issuer.isDown = false;
  issuer.claims = { sub: 'vera', email: 'vera@example.com', email_verified: false };
  await button.click();
  await page.getByText('Verify the address there').waitFor();
  await expectAccessible(page, 'a refused sign-in at the provider');
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page, 'signing in, on a phone, dark');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${site}/orders?status=COMPLETED`);
  issuer.claims = { sub: 'vera', email: 'vera@example.com', email_verified: true };
  await button.click();
  await page.waitForSelector('a.number');
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/orders?status=COMPLETED');
  await page.getByRole('button', { name: 'Signed in as Vera Vogt' }).waitFor();
  await signOut();
  await page.goto(`${site}/orders`);
  await button.waitFor();
});

test('an administrator resets how somebody signs in', async () => {
  await page.goto((await ordo.signInLink()).replace('127.0.0.1', 'localhost'));
  await page.waitForSelector('a.number');
  await page.goto(`${site}/people`);
  await page.getByRole('button', { name: 'Reset sign-in: Vera Vogt' }).click();
  await expectAccessible(page, 'resetting how somebody signs in');
  await page.getByRole('button', { name: 'Remove all passkeys' }).click();
  await page.getByRole('dialog').getByText('Done; all sessions have ended.').first().waitFor();
  await page.getByRole('button', { name: 'Part from Example ID' }).click();
  await expect.poll(() => page.getByRole('dialog').getByText('Done; all sessions have ended.').count()).toBe(2);
});
