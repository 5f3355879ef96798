// The pictures of the README and the tutorials: taken with ORDO_PICTURES=1, and otherwise their screens still show what the text around them says.
import { stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { useConsole } from './support/console.ts';

const VIEW = { width: 1280, height: 800 };
const MOST_BYTES = 150_000;
const TAKES = process.env['ORDO_PICTURES'] === '1';
const opened = useConsole();
const fileOf = (name: string): string => fileURLToPath(new URL(`../../docs/pictures/${name}.webp`, import.meta.url));

/** Of what is on the screen now; whatever moves has come to rest, because the page is asked for no motion. */
async function picture(name: string, ...texts: readonly (string | RegExp)[]): Promise<void> {
  const { page, view } = opened;
  const shown = await page.locator('body').innerText();
  for (const text of texts) expect(shown, name).toMatch(text);
  if (TAKES) {
    const devtools = await view.context.newCDPSession(page);
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
    await writeFile(fileOf(name), Buffer.from(data, 'base64'));
  }
  const { size } = await stat(fileOf(name));
  expect(size, `bytes of ${name}`).toBeLessThanOrEqual(MOST_BYTES);
}

test('the board, a test order with its reason, the exceptions, and a strategy', async () => {
  opened.expectTroubles(/404/);
  const { page, ordo } = opened;
  await page.setViewportSize(VIEW);
  await opened.open('/orders', '.sandbox-bar');
  await page.waitForSelector('a.number');
  await page.getByRole('button', { name: 'Place a test order' }).click();
  await page.waitForFunction(() => {
    const placed = document.querySelector('.sandbox-what a')?.getAttribute('href')?.split('/').at(-1);
    return placed !== undefined && document.activeElement?.closest('tr')?.dataset['id'] === placed;
  });
  await picture('board', /Place a test order/, /An invented company/, /Web shop/, /Berlin Mitte store/);

  await page.keyboard.press('Enter');
  await page.waitForSelector('.why .sentence');
  await page.waitForSelector('.order-customer a.number');
  expect(await page.locator('.why .candidates-frame').first().evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), 'of the candidates is out of sight').toBe(0);
  await page.locator('.why').first().evaluate((element) => scrollTo(0, element.getBoundingClientRect().top + scrollY - 72));
  await picture('why', /Ships from Berlin Mitte store/, /Hamburg Altona store is nearer \(\d+ km\) but has no capacity for it/);

  await opened.open('/exceptions', '.desk-stats');
  await page.waitForSelector('main a[href^="/orders/"]');
  await picture('exceptions', /Exceptions/);

  const { data } = await ordo.ask<{ data: { name: string; document: { groups: unknown } }[] }>('GET', '/v1/strategy-presets');
  await ordo.ask('PUT', '/v1/strategies/standard/draft', { name: 'Least cost in time', note: 'Fewer parcels', groups: data.find(({ name }) => name === 'fewest_splits')?.document.groups });
  await opened.open('/strategies/standard', '.editor .group');
  await picture('strategy', /Least cost in time/, /All is saved in the draft/, /Add a group before these/);
});
