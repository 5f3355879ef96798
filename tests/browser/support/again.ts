import type { Locator, Page, Route } from 'playwright-core';
import { expect } from 'vitest';

/** Lets a view that failed be tried again by hand. Until then nothing is answered, or what the page asks by itself might mend it first. */
export async function tryAgain(page: Page, address: string, button: Locator): Promise<void> {
  const held: Route[] = [];
  let isOpen = false;
  await page.route(address, (route) => (isOpen ? route.continue() : void held.push(route)));
  await button.click();
  await expect.poll(() => held.length).toBeGreaterThan(0);
  isOpen = true;
  // Before nothing is held any more: what is still held then is answered by the browser itself.
  await Promise.all(held.map((route) => route.continue()));
  await page.unroute(address);
}
