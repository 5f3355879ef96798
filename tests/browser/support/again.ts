import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A page that asks may let nobody ask beside it. */
const PATIENCE_MS = 1_000;

/** Lets a view that failed be tried again by hand. Until then nothing is answered, or what the page asks by itself might mend it first; what waits for that too long fails as before. */
export async function tryAgain(page: Page, address: string, button: Locator): Promise<void> {
  let clicked: ((isClicked: true) => void) | undefined;
  const click = new Promise<true>((done) => { clicked = done; });
  let asked = false;
  await page.route(address, async (route) => {
    asked = true;
    await ((await Promise.race([click, sleep(PATIENCE_MS, false)])) ? route.continue() : route.fallback());
  });
  await button.click();
  await expect.poll(() => asked).toBe(true);
  clicked?.(true);
}
