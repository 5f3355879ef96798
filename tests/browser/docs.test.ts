// The interface in a browser: whole, findable, without a byte from elsewhere.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { REFUSALS } from '../../src/domain/kernel/index.ts';
import { expectAccessible, launchBrowser, openView, PHONE, type View } from './support/browser.ts';
import { startTestOrdo, type TestOrdo } from './support/ordo.ts';

let browser: Browser;
let ordo: TestOrdo;
let view: View;
/** Every address that the page asked for. */
let asked: string[];
beforeAll(async () => {
  browser = await launchBrowser();
  ordo = await startTestOrdo();
});
afterAll(async () => {
  await browser?.close();
  await ordo?.stop();
});
beforeEach(async () => {
  view = await openView(browser, []);
  asked = [];
  view.page.on('request', (request) => asked.push(request.url()));
});
afterEach(async () => {
  expect(view.troubles).toEqual([]);
  expect(asked.filter((url) => !url.startsWith(ordo.url) && !url.startsWith('data:'))).toEqual([]);
  await view.context.close();
});

interface Document { paths: Record<string, Record<string, { operationId: string }>>; components: { schemas: Record<string, unknown> } }
const document = async (): Promise<Document> => (await fetch(`${ordo.url}/openapi.json`)).json() as Promise<Document>;

test('shows every operation and every schema, to everybody, with nothing that the content policy forbids', async () => {
  const { paths, components } = await document();
  const response = await view.page.goto(`${ordo.url}/docs/api`);
  expect(response?.headers()['content-security-policy']).toContain("default-src 'none'");
  expect(await response?.text()).not.toMatch(/<script(?![^>]* src=)|style=|onload=|undefined|\[object/);
  const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  expect(ids.length).toBeGreaterThan(60);
  const shown = await view.page.$$eval('.docs-operation', (all) => all.map(({ id }) => id));
  expect(shown.toSorted()).toEqual(ids.toSorted());
  expect(await view.page.$$eval('.docs-schema', (all) => all.map(({ id }) => id))).toEqual(Object.keys(components.schemas).map((name) => `schema-${name}`));
  // No link of the page leads nowhere.
  expect(await view.page.$$eval('a[href^="#"]', (links) => links.map((link) => link.getAttribute('href') ?? '').filter((href) => window.document.getElementById(href.slice(1)) === null))).toEqual([]);
  for (const wanted of ['/v1/orders', 'lines[].sku', 'required', 'Idempotency-Key', 'Answers', 'curl -X POST "$ORDO_URL/v1/orders"']) expect(await view.page.textContent('#captureOrder')).toContain(wanted);
});

/** All operations and schemas are made by two templates: three of them are looked at in every view, and each of them once for everything but its colours, which take most of the time and are the same. */
const LIKE_OTHERS = '.docs-operation:not(#captureOrder):not(#listOrders), .docs-schema:not(#schema-Order)';
/** Taken off the page, as what is only left out is walked through all the same, by every rule. */
const without = (page: Page, elements: string): Promise<void> => page.$$eval(elements, (all) => { for (const one of all) one.remove(); });

test.each([['desktop', undefined, 'light'], ['desktop', undefined, 'dark'], ['phone', PHONE, 'light']] as const)('is accessible and as wide as the window (%s, %s, %s)', async (_what, viewport, colorScheme) => {
  const other = await openView(browser, [], { ...(viewport ? { viewport } : {}), colorScheme });
  for (const path of ['/docs/api', '/docs/errors']) {
    await other.page.goto(ordo.url + path);
    expect(await other.page.evaluate(() => window.document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await without(other.page, LIKE_OTHERS);
    await expectAccessible(other.page, `${path} ${colorScheme}`);
  }
  expect(other.troubles).toEqual([]);
  await other.context.close();
});

test('each operation and each schema is accessible', async () => {
  await view.page.goto(`${ordo.url}/docs/api`);
  expect(await view.page.locator('.docs-operation, .docs-schema').count()).toBeGreaterThan(200);
  await expectAccessible(view.page, 'everything', null, ['color-contrast']);
}, 300_000);

test('a search finds by any word, says how many, is kept in the address, and gives way to a link', async () => {
  await view.page.goto(`${ordo.url}/docs/api`);
  await view.page.keyboard.press('/');
  await view.page.keyboard.type('hold release');
  const visible = (): Promise<string[]> => view.page.$$eval('.docs-operation', (all) => all.filter((one) => (one as HTMLElement).offsetParent !== null).map(({ id }) => id));
  const found = await visible();
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThan(30);
  expect(await view.page.textContent('#found')).toBe(`${found.length} of ${(await view.page.$$('.docs-operation')).length} operations`);
  expect(new URL(view.page.url()).searchParams.get('q')).toBe('hold release');
  await without(view.page, '.docs-operation[hidden], .docs-schema');
  await expectAccessible(view.page, 'a search');
  await view.page.reload();
  expect(await visible()).toEqual(found);
  await view.page.fill('#search', 'nosuchword');
  await view.page.waitForSelector('text=No operation has all of these words.');
  await view.page.evaluate(() => void (location.hash = 'listStock'));
  await view.page.waitForFunction(() => (window.document.getElementById('listStock') as HTMLElement | null)?.offsetParent !== null);
  expect(await view.page.inputValue('#search')).toBe('');
});

test('a deep link leads to its operation', async () => {
  await view.page.goto(`${ordo.url}/docs/api#cancelOrder`);
  await view.page.waitForFunction(() => {
    const { top } = window.document.getElementById('cancelOrder')?.getBoundingClientRect() ?? { top: -1 };
    return top >= 0 && top < 300;
  });
});

test('the type of a problem leads to what to do about it', async () => {
  const problem = (await (await fetch(`${ordo.url}/v1/orders`)).json()) as { type: string; code: keyof typeof REFUSALS };
  await view.page.goto(ordo.url + problem.type);
  expect(await view.page.textContent(`#${problem.code}`)).toContain(REFUSALS[problem.code].fix);
  expect(await view.page.$$eval('article', (all) => all.length)).toBe(Object.keys(REFUSALS).length);
});

test('the page is small on the wire and asked for again only when it changed', async () => {
  const first = await fetch(`${ordo.url}/docs/api`, { headers: { 'accept-encoding': 'gzip' } });
  expect(Number(first.headers.get('content-length'))).toBeLessThan(100_000);
  expect((await first.text()).length).toBeGreaterThan(50_000);
  expect((await fetch(`${ordo.url}/docs/api`, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })).status).toBe(304);
});
