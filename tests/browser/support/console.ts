import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Cookies, expectAccessible, launchBrowser, openView, PHONE, signIn, type View, type ViewOptions } from './browser.ts';
import { startTestOrdo, type TestOrdo } from './ordo.ts';

export interface OpenedConsole {
  readonly browser: Browser;
  readonly ordo: TestOrdo;
  /** Of a manager who may do everything, or of whom `prepare` answered a sign-in link for. */
  readonly cookies: Cookies;
  readonly view: View;
  readonly page: Page;
  open(path: string, ready?: string): Promise<void>;
  /** Gives the test another page instead of its own: for other colours, or another size. */
  reopen(options: ViewOptions): Promise<void>;
  /** Messages of the browser that a test provokes; any other fails it. */
  expectTroubles(like: RegExp): void;
  /** Looks for accessibility on a desk in light and on a phone in dark; the frame of the page is looked at once elsewhere. */
  inEveryLook(path: string, ready: string, what: string): Promise<void>;
}

const LOOKS = [{ colorScheme: 'light' }, { colorScheme: 'dark', viewport: PHONE }] as const;

/**
 * For the tests of a file: a server with its demonstration, a browser, and for each test a page of its own that is signed in.
 * Whatever goes wrong in that page fails its test.
 */
export function useConsole(prepare: (ordo: TestOrdo) => Promise<string | void> = () => Promise.resolve()): OpenedConsole {
  let [browser, ordo, cookies, view]: [Browser?, TestOrdo?, Cookies?, View?] = [];
  let expected: RegExp | null = null;
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('nothing is open before the tests of the file begin');
    return value;
  };
  beforeAll(async () => {
    browser = await launchBrowser();
    ordo = await startTestOrdo();
    cookies = await signIn(browser, (await prepare(ordo)) ?? (await ordo.signInLink()));
  });
  afterAll(async () => {
    await browser?.close();
    await ordo?.stop();
  });
  beforeEach(async () => {
    view = await openView(there(browser), there(cookies));
  });
  afterEach(async () => {
    const { context, troubles } = there(view);
    const unexpected = troubles.filter((trouble) => expected?.test(trouble) !== true);
    expected = null;
    await context.close();
    expect(unexpected).toEqual([]);
  });
  return {
    get browser() { return there(browser); },
    get ordo() { return there(ordo); },
    get cookies() { return there(cookies); },
    get view() { return there(view); },
    get page() { return there(view).page; },
    async open(path, ready) {
      await there(view).page.goto(there(ordo).url + path);
      if (ready !== undefined) await there(view).page.waitForSelector(ready);
    },
    async reopen(options) {
      await there(view).context.close();
      view = await openView(there(browser), there(cookies), options);
    },
    expectTroubles(like) { expected = like; },
    async inEveryLook(path, ready, what) {
      for (const look of LOOKS) {
        const other = await openView(there(browser), there(cookies), look);
        await other.page.goto(there(ordo).url + path);
        await other.page.waitForSelector(ready);
        await expectAccessible(other.page, `${what}, ${look.colorScheme}${'viewport' in look ? ', phone' : ''}`, '.top');
        await other.context.close();
      }
    },
  };
}
