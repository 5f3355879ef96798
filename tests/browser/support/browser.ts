import { AxeBuilder } from '@axe-core/playwright';
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const PLACES = [process.env['ORDO_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of the system; none is ever downloaded. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = PLACES.find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined) {
    throw new Error('The browser tests need Chromium: install it with "apt-get update && apt-get install -y chromium", or name one in ORDO_CHROMIUM.');
  }
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export interface View {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Whatever went wrong in the page: errors, errors in its console, refused content, scripts that should not have run. */
  readonly troubles: string[];
}

export interface ViewOptions {
  readonly viewport?: { width: number; height: number };
  readonly colorScheme?: 'light' | 'dark';
}

export type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** What a browser holds once a link has signed it in and the list of orders is there. */
export async function signIn(browser: Browser, link: string): Promise<Cookies> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.waitForSelector('a.number');
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

export async function openView(browser: Browser, cookies: Cookies, { viewport = DESKTOP, colorScheme = 'light' }: ViewOptions = {}): Promise<View> {
  const context = await browser.newContext({
    viewport, colorScheme, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'],
  });
  await context.addCookies(cookies);
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => console.error(`content policy: ${violatedDirective} ${blockedURI}`));
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(`console: ${message.text()}`);
  });
  return { page, context, troubles };
}

/** Every rule axe has for WCAG 2.2 AA and below, and its best practices. `leaveOut` selects what is the same as something that is looked at, `without` names rules that are kept elsewhere. */
export async function expectAccessible(page: Page, what: string, leaveOut: string | null = null, without: readonly string[] = []): Promise<void> {
  // Of rules that are kept, one place each is enough to know that they looked at something: naming all took most of the time on long pages.
  // Without frames nothing has to be put together in a second page, which took longer than looking.
  expect(page.frames().length, `${what}: frames`).toBe(1);
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])) });
  const { violations, passes } = await (leaveOut === null ? axe : axe.exclude(leaveOut)).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.slice(0, 3).map(({ html, any }) => `${html.slice(0, 200)}\n    ${any[0]?.message ?? ''}`).join('\n  ')}`);
  expect(found, what).toEqual([]);
  expect(passes.length, `${what}: rules that looked at something`).toBeGreaterThan(10);
}
