import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Lets a view that failed be tried again by hand. Until then nothing is answered, or what the page asks by itself might mend it first. */
export async function tryAgain(page: Page, address: string, button: Locator): Promise<void> {
  let clicked: (() => void) | undefined;
  const click = new Promise<void>((done) => { clicked = done; });
  let asked = false;
  await page.route(address, async (route) => {
    asked = true;
    await click;
    await route.continue();
  });
  await button.click();
  await expect.poll(() => asked).toBe(true);
  clicked?.();
}
