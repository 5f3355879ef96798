import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectAccessible, openView, PHONE } from './support/browser.ts';
import { useConsole } from './support/console.ts';

/** What the server writes in English only, in the German console: German words by code, and the English marked as such. */

const console_ = useConsole();
const ask = <T>(method: string, path: string, body?: unknown): Promise<T> => console_.ordo.ask<T>(method, path, body);

interface Listed { readonly data: readonly { readonly id: string }[] }

async function speakGerman(page: Page): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('ordo.preferences', JSON.stringify({ language: 'de' })));
}

const refuses = async (page: Page, what: string, status: number, problem: Record<string, unknown>): Promise<void> => void (await page.route(what, (route) => route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: '', title: 'Title', instance: '', request_id: 'req_9', retryable: false, errors: [], ...problem }) })));

/** What is marked as English, in turn. */
const marked = (page: Page, within: string): Promise<string[]> => page.locator(`${within} [lang=en]`).allInnerTexts();

test('a refusal says first in German what it is and what to do; what is loaded for it is loaded by nobody else', async () => {
  const { page } = console_;
  const asked: string[] = [];
  page.on('request', (request) => void (request.url().endsWith('.js') && asked.push(request.url())));
  console_.expectTroubles(/500|503|409|422|403/);
  await refuses(page, '**/v1/orders?**', 500, { code: 'INTERNAL', title: 'Ordo met a defect of its own', detail: 'It broke.' });
  await console_.open('/orders', '.notice');
  expect(await page.locator('.notice').innerText()).toMatch(/^Ordo met a defect of its own\s+It broke\./);
  const inEnglish = asked.length;
  await speakGerman(page);
  await page.reload();
  await page.getByRole('heading', { name: 'Ordo hat einen eigenen Fehler' }).waitFor();
  expect(await page.locator('.notice').innerText()).toMatch(/Es wurde nichts geschrieben\.[^]*It broke\.[^]*req_9/);
  expect(await marked(page, '.notice')).toEqual(['It broke.']);
  expect(new Set(asked.slice(inEnglish)).size).toBeGreaterThan(new Set(asked.slice(0, inEnglish)).size);
  await expectAccessible(page, 'a refusal in German');
  await page.unrouteAll();

  // Beside others that were loaded, and a text that no code stands for.
  const { data: [order] } = await ask<Listed>('GET', '/v1/orders?status=PROCESSING&limit=1');
  await refuses(page, '**/timeline?**', 503, { code: 'UNAVAILABLE', detail: 'The database is away.' });
  await console_.open(`/orders/${order?.id}`, '.panel-failed .refusal');
  expect(await page.locator('.panel-failed').innerText()).toMatch(/konnte nicht geladen werden\.\s+Die Datenbank ist gerade nicht erreichbar\.[^]*The database is away\./);
  await page.locator('.not-now summary').click();
  await page.locator('.not-now .refusal').first().waitFor();
  expect(await page.locator('.not-now').innerText()).toMatch(/Es ist schon so\. Lassen Sie es, wie es ist/);
  await expectAccessible(page, 'an order with a panel that failed, in German');
  await page.unrouteAll();
  await refuses(page, '**/v1/nodes?**', 403, { code: 'FORBIDDEN', detail: 'This takes the scope nodes:read.' });
  await console_.open('/nodes', '.notice');
  expect(await page.locator('.notice').innerText()).toMatch(/Das dürfen Sie nicht sehen[^]*Wer dieses Ordo betreibt[^]*nodes:read/);
  expect(await marked(page, '.notice')).toEqual(['This takes the scope nodes:read.']);
});

test('each faulty field is named in German', async () => {
  const { page } = console_;
  await speakGerman(page);
  console_.expectTroubles(/422/);
  await refuses(page, '**/v1/order-actions', 422, { code: 'INVALID_BODY', detail: 'Two fields are wrong.', errors: [{ pointer: '#/args/reason', code: 'INVALID_FIELD', detail: 'must not be empty' }, { pointer: '#/lines/0/quantity', code: 'QUANTITY_NOT_POSITIVE', detail: 'is 0' }] });
  const { data: [order] } = await ask<Listed>('GET', '/v1/orders?status=PROCESSING&limit=1');
  await console_.open(`/orders?selected=${order?.id}`, 'a.number');
  await page.getByRole('button', { name: 'Aktion ausführen' }).click();
  await page.getByLabel('Grund').fill('Rückruf');
  await page.getByRole('button', { name: 'Nachsehen, was es bewirken würde' }).click();
  await page.locator('.problem .refusal').first().waitFor();
  expect(await page.locator('.problem').innerText()).toMatch(/Die Angaben passen nicht[^]*Two fields are wrong\.[^]*Grund: Dieser Wert ist nicht erlaubt\.\s+must not be empty[^]*Position 1, Menge: Eine Menge muss größer als null sein\.\s+is 0/);
  expect(await marked(page, '.problem')).toEqual(['Two fields are wrong.', 'must not be empty', 'is 0']);
  await expectAccessible(page, 'faults of fields in German');
});

test('why an order ships from where it does is one German sentence; the morning list says what helps', async () => {
  const { page } = console_;
  await speakGerman(page);
  const { data: [order] } = await ask<Listed>('GET', '/v1/orders?status=PROCESSING&limit=1&sort=-placed');
  const [decision] = (await ask<{ data: { reason: string }[] }>('GET', `/v1/orders/${order?.id}/routing-decisions`)).data;
  await console_.open(`/orders/${order?.id}/why`, '.sentence');
  const sentence = page.locator('.sentence').first();
  expect(await sentence.innerText()).toMatch(/^(?:Versand ab|Aufgeteilt auf) /);
  expect(await sentence.getAttribute('lang')).toBeNull();
  expect(await page.locator('main').innerText()).not.toContain(decision?.reason ?? 'Ships');
  expect(await page.locator('.candidates').innerText()).not.toMatch(/\b(?:costs more|has only|has none|is offline)\b/);
  await expectAccessible(page, 'why an order ships from where it does, in German');
  const { data: [held] } = await ask<Listed>('GET', '/v1/orders?status=ON_HOLD&hold=FRAUD&limit=1');
  await console_.open(`/orders/${held?.id}`, '.blocker-text');
  await page.locator('.blocker-text', { hasText: 'Betrugsrisiko' }).waitFor();
  expect(await marked(page, '.blockers')).toEqual([]);
  const { page: phone, context, troubles } = await openView(console_.browser, console_.cookies, { viewport: PHONE, colorScheme: 'dark' });
  await speakGerman(phone);
  await phone.goto(`${console_.ordo.url}/morning`);
  await phone.locator('tr[data-id]').first().waitFor();
  expect((await phone.locator('td.w-fix').allInnerTexts()).filter((text) => !/^(?:Nichts|Eine Sperre|\d+ Sperren|Zuerst|Die Filiale|Kein|Jetzt|Der Standort|Es kann|Rechtzeitig)/.test(text.trim()))).toEqual([]);
  expect(await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await expectAccessible(phone, 'the morning list in German on a phone');
  await context.close();
  expect(troubles).toEqual([]);
});
