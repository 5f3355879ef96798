// Who may what, in the console: the matrix of roles, what opens what, and what a person or a key may do; and the way to the documentation.
import { describe, expect, test } from 'vitest';
import { expectAccessible, openView, PHONE } from './support/browser.ts';
import { useConsole } from './support/console.ts';

const opened = useConsole(async ({ ask }) => {
  await ask('POST', '/v1/users', { email: 'clara@example.com', name: 'Clara Clerk', roles: ['store', 'viewer'], nodes: ['berlin'] });
});

describe('who may what', () => {
  test('the matrix finds a permission by what should be possible, and says who has it and what it opens', async () => {
    const { page } = opened;
    await opened.open('/people?tab=roles', '.matrix tbody th');
    expect(await page.locator('.matrix thead th').allInnerTexts()).toEqual(['Permission', 'Admin', 'Manager', 'Agent', 'Store', 'Planner', 'Finance', 'Viewer', 'Developer']);
    await page.getByText('cannot be changed').waitFor();
    await expectAccessible(page, 'the matrix', '.top');
    const row = page.getByRole('row', { name: /shipments:write/ });
    expect(await row.getByRole('cell').allInnerTexts()).toEqual(['yes', 'yes', '–\nno', 'yes', '–\nno', '–\nno', '–\nno', '–\nno']);
    await page.getByLabel('What should be possible?').fill('cancel order');
    await page.waitForFunction(() => document.querySelectorAll('.matrix .permission').length < 6);
    await page.getByRole('link', { name: /^Take, hold, change/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Cancel an order' }).waitFor();
    expect(new URL(page.url()).searchParams.get('scope')).toBe('orders:write');
    await page.goto(`${opened.ordo.url}/people?tab=roles&scope=shipments%3Awrite`);
    await page.locator('.permission-detail').getByText('only berlin').waitFor();
    await expectAccessible(page, 'who has a permission');
    await page.locator('.permission-detail').getByRole('link', { name: 'Clara Clerk' }).click();
    await page.getByRole('heading', { name: /^Clara Clerk/ }).waitFor();
  });

  test('of a person and a key it says what, where, by what, and what not and why; on a phone too', async () => {
    const { page, ordo } = opened;
    await opened.open('/people', '.people tbody tr');
    await page.getByRole('link', { name: 'Permissions: Clara Clerk' }).click();
    const row = (scope: string) => page.getByRole('row', { name: new RegExp(`${scope}( |$)`) });
    await row('shipments:write').waitFor();
    expect(await row('shipments:write').innerText()).toMatch(/yes\s+Store\s+only berlin/);
    expect(await row('orders:read').innerText()).toMatch(/Store, through orders:read_personal[^]*Viewer/);
    expect(await row('catalogue:write').innerText()).toContain('No role of theirs has it');
    expect(await row('events:read').innerText()).toContain('Cannot be limited to nodes');
    await row('orders:read').locator('summary').click();
    await row('orders:read').getByText('List mails').waitFor();
    await expectAccessible(page, 'what a person may do');
    const person = new URL(page.url());
    await page.getByRole('link', { name: /^May not/ }).click();
    await page.waitForFunction(() => document.querySelectorAll('.access .tone-green').length === 0);

    const phone = await openView(opened.browser, opened.cookies, { viewport: PHONE, colorScheme: 'dark' });
    for (const path of [person.pathname + person.search, '/people?tab=roles&scope=shipments%3Awrite']) {
      await phone.page.goto(ordo.url + path);
      await phone.page.locator('.access tbody th, .permission-detail a').first().waitFor();
      await expectAccessible(phone.page, `${path}, on a phone, dark`, '.top');
      expect(await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
    expect(phone.troubles).toEqual([]);
    await phone.context.close();

    const { api_key: key } = await ordo.ask<{ api_key: { id: string } }>('POST', '/v1/api-keys', { name: 'till', scopes: ['stock:write'] });
    await ordo.ask('DELETE', `/v1/api-keys/${key.id}`);
    await page.goto(`${ordo.url}/people?tab=access&who=${key.id}`);
    await row('stock:write').waitFor();
    expect(await row('stock:write').innerText()).toMatch(/no\s+given to the key\s+The key was revoked/);
    await page.goto(`${ordo.url}/people?tab=access`);
    await page.getByText('Choose a person or a key').waitFor();
    await page.getByLabel('Person or key').selectOption({ label: 'Clara Clerk' });
    await row('shipments:write').waitFor();
  });
});

describe('the documentation', () => {
  test('the sheet of keys opens the page about the screen, and pages lead to each other', async () => {
    const { page, ordo } = opened;
    await opened.open('/stock/counts', 'h1');
    await page.keyboard.press('?');
    const way = page.getByRole('link', { name: /^How this screen works/ });
    await way.waitFor();
    expect(await way.getAttribute('href')).toBe('/docs/how-to/receive-goods#count-and-see-what-is-owed');
    await expectAccessible(page, 'the sheet');
    const [guide] = await Promise.all([page.context().waitForEvent('page'), way.click()]);
    await guide.waitForURL(/#count-and-see-what-is-owed$/);
    await guide.waitForFunction(() => {
      const { top } = document.getElementById('count-and-see-what-is-owed')?.getBoundingClientRect() ?? { top: -1 };
      return top >= 0 && top < 400;
    });
    await guide.locator('.docs-pages [aria-current]').waitFor();
    const response = await guide.goto(`${ordo.url}/docs`);
    expect(response?.headers()['content-security-policy']).toContain("default-src 'none'");
    await guide.getByRole('main').getByRole('link', { name: 'your first routed order' }).click();
    await guide.waitForURL(/\/docs\/tutorials\/first-routed-order$/);
    // Pictures come where one looks at them.
    for (const picture of await guide.locator('main img').all()) {
      await picture.scrollIntoViewIfNeeded();
      await expect.poll(() => picture.evaluate((one: HTMLImageElement) => one.complete && one.naturalWidth > 0)).toBe(true);
    }
    expect((await guide.goto(`${ordo.url}/docs/how-to/nothing`))?.status()).toBe(404);
    await guide.getByRole('link', { name: 'All of them' }).click();
    await guide.waitForURL(/\/docs$/);
    opened.expectTroubles(/404/);
  });

  test('pages are accessible and as wide as the window, light and dark, on a desk and on a phone', async () => {
    for (const [look, paths] of [[{ colorScheme: 'light' }, ['/docs', '/docs/tutorials/first-strategy']], [{ colorScheme: 'dark', viewport: PHONE }, ['/docs/how-to/work-exceptions']]] as const) {
      const other = await openView(opened.browser, [], look);
      for (const path of paths) {
        await other.page.goto(opened.ordo.url + path);
        // The list of all pages is the same on each of them.
        await expectAccessible(other.page, `${path} ${look.colorScheme}`, path === '/docs' ? null : '.docs-pages');
        expect(await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(0);
      }
      expect(other.troubles).toEqual([]);
      await other.context.close();
    }
  });
});
