import type { Page } from 'playwright-core';

/** Tab until what has the focus is called so: nothing here is pressed with a mouse. */
export async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let n = 0; n < 120; n += 1) {
    await page.keyboard.press(key);
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const label = element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement ? (element.labels?.[0]?.textContent ?? '') : '';
      return (element?.getAttribute('aria-label') ?? (label || (element?.textContent ?? ''))).trim();
    });
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
    seen.push(focused.slice(0, 40));
  }
  throw new Error(`nothing called ${name} among ${seen.join(' | ')}`);
}
