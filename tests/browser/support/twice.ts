import type { Locator, Page } from 'playwright-core';

/** Clicks a button again while what the first click asked for has no answer yet, as whoever is used to double clicks does. */
export async function clickTwice(page: Page, address: string, button: Locator): Promise<void> {
  let again: (() => void) | undefined;
  const clicked = new Promise<void>((done) => { again = done; });
  const asked: Promise<void>[] = [];
  await page.route(address, (route) => void asked.push(clicked.then(() => route.continue())));
  await button.click();
  await button.click();
  again?.();
  await Promise.all(asked);
  await page.unroute(address);
}
