// Reports sent by mail, all settings in one place, and who changed what, as an administrator meets them.
import { expect, test } from 'vitest';
import { useConsole } from './support/console.ts';

const console_ = useConsole();

test('a report is sent by mail: arranged from its page, sent now, found in the mailbox with its table, paused and removed', async () => {
  const { page, open } = console_;
  await open('/reports/volume?group=channel', '.schedules');
  await page.getByRole('button', { name: 'Send by mail…' }).click();
  await page.getByLabel('Name, the subject of the mail').fill('Channels of the week');
  await page.getByLabel('Zone', { exact: true }).last().fill('Mars/Olympus');
  await page.getByLabel('Addresses').fill('head@shop.example');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForSelector('#s-zone[aria-invalid]');
  console_.expectTroubles(/422/);
  await page.getByLabel('Zone', { exact: true }).last().fill('Europe/Berlin');
  await page.getByLabel('How often').selectOption('weekly');
  await page.getByLabel('On', { exact: true }).selectOption('5');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForSelector('.schedule');
  expect(await page.locator('.schedule').innerText()).toMatch(/on Friday at 07:00 \(Europe\/Berlin\) · to 2 recipients/);
  await page.getByRole('button', { name: 'Send now: Channels of the week' }).click();
  await page.waitForFunction(() => /sent 2 mails/.test(document.querySelector('.schedule')?.textContent ?? ''), null, { timeout: 30_000 });
  await page.getByRole('button', { name: 'Pause: Channels of the week' }).click();
  await page.locator('.schedule .chip', { hasText: 'Paused' }).waitFor();
  await page.getByRole('button', { name: 'Remove: Channels of the week' }).click();
  await page.locator('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.locator('.schedule').waitFor({ state: 'detached' });
  await open('/mailbox', 'table.mails td.m-to');
  await page.locator('a.number', { hasText: 'Channels of the week' }).first().click();
  await page.locator('pre.mail-text', { hasText: 'period,key,from' }).waitFor();
  await console_.inEveryLook('/reports/volume', '.schedules', 'a report');
});

test('a setting is found from the palette, refused at its field, changed where it stands, and on record with its request', async () => {
  const { page, open } = console_;
  await open('/orders', '.top');
  await page.keyboard.press('Control+k');
  await page.locator('.palette input').fill('Warn ahead');
  await page.getByRole('menuitem', { name: 'Setting: Warn ahead' }).click();
  await page.waitForSelector('#setting-deadlines-warn_minutes');
  expect(await page.locator('.setting').count()).toBe(1);
  await page.getByRole('button', { name: 'Change Warn ahead' }).click();
  const field = page.locator('#setting-deadlines-warn_minutes-field');
  await field.fill('soon');
  await page.keyboard.press('Enter');
  expect(await page.locator('.field-wrong').innerText()).toBe('Write a whole number.');
  await field.fill('99999999');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /20,?160/.test(document.querySelector('.field-wrong')?.textContent ?? ''));
  console_.expectTroubles(/422/);
  await field.fill('90');
  await page.keyboard.press('Enter');
  await page.locator('.setting-value .own', { hasText: '90' }).waitFor();
  await page.locator('.setting-foot', { hasText: 'changed by' }).waitFor();
  await open('/settings', '.danger-zone .setting');
  await page.getByRole('button', { name: 'Change Nodes of the channel' }).click();
  await page.locator('.setting-form').getByRole('button', { name: 'Save' }).click();
  await page.locator('dialog').getByText('This holds from now on').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#environment').scrollIntoViewIfNeeded();
  expect(await page.locator('.setting', { hasText: 'DATABASE_URL' }).innerText()).not.toContain('postgres://');
  await console_.inEveryLook('/settings?q=deadlines', '.setting', 'settings');
});

test('settings go out as a file and in again after a look at what differs', async () => {
  const { page, open } = console_;
  await open('/settings', '.danger-zone .setting');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export as JSON' }).click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const code = JSON.parse(Buffer.concat(chunks).toString()) as { channel: Record<string, { buffer: number }> };
  const [first = ''] = Object.keys(code.channel);
  const own = code.channel[first];
  if (own) own.buffer = 7;
  await page.getByRole('button', { name: 'Import…' }).click();
  await page.locator('#settings-file').setInputFiles({ name: 's.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await page.getByText('This is no file of settings.').waitFor();
  await page.locator('#settings-file').setInputFiles({ name: 's.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(code)) });
  await page.getByText('1 setting differs').waitFor();
  expect(await page.locator('.differences').innerText()).toContain('→ 7');
  await page.getByRole('button', { name: 'Change 1 setting' }).click();
  await page.getByText('1 setting was changed').first().waitFor();
  expect((await console_.ordo.ask<{ buffer: number }>('GET', `/v1/channels/${first}`)).buffer).toBe(7);
  await open(`/audit?kind=channel`, '.audit-entry');
  await console_.inEveryLook('/audit?kind=channel', '.audit-entry', 'the audit log');
});
