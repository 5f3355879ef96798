// Goods that come, are counted, owed and kept back, as people meet them: at a desk, with a scanner, and at one store.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openView, signIn } from './support/browser.ts';
import { useConsole } from './support/console.ts';
import { CANARY } from './support/ordo.ts';

interface Made { readonly id: string; readonly lines: readonly { readonly supply: string }[] }
interface Document { readonly status: string; readonly lines: readonly { readonly sku: string; readonly received: number; readonly damaged: number; readonly due_at: string; readonly closed_at: string | null }[] }
const made: Record<string, string> = {};
const shop = useConsole(async ({ ask }) => {
  for (const [sku, gtin] of [['QA-1', '4006381333931'], ['QA-2', null]] as const) await ask('PUT', `/v1/items/${sku}`, { name: CANARY, backorder: true, ...(gtin === null ? {} : { gtin }) });
  made['late'] = (await ask<Made>('POST', '/v1/purchase-orders', { reference: 'PO-LATE', node: 'berlin', supplier: CANARY, due_at: '2020-01-01T08:00:00Z', lines: [{ sku: 'QA-1', quantity: 6 }, { sku: 'QA-2', quantity: 3 }] })).id;
  made['order'] = (await ask<{ id: string }>('POST', '/v1/orders', { channel: 'demo-web', external_id: 'QA-WAITS', currency: 'EUR', lines: [{ sku: 'QA-1', quantity: 4, unit_price: '5.00' }] })).id;
});
const documentOf = (id: string): Promise<Document> => shop.ordo.ask('GET', `/v1/supply-orders/${id}`);

test('supply leads with what is late, and another date says whom it moves before it is said', async () => {
  const { page } = shop;
  await shop.open('/stock/supply', 'th a.number');
  const [first] = await page.$$eval('table.plain tbody tr', (rows) => rows.map((row) => row.textContent ?? ''));
  expect(first).toMatch(/PO-LATE.*Late/s);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/stock\/supply\/\w+$/);
  await page.getByRole('heading', { name: 'Who waits for it' }).waitFor();
  await page.locator('a.number', { hasText: '#' }).first().waitFor();
  await page.getByRole('button', { name: 'Change QA-1' }).press('Enter');
  await page.locator('#change-day').fill('2040-05-06');
  await page.keyboard.press('Enter');
  await page.locator('.supply-effect', { hasText: '1 line gets another date' }).waitFor();
  expect((await documentOf(made['late'] ?? '')).lines[0]?.due_at).toBe('2020-01-01T08:00:00.000Z');
  await page.locator('#change-reason').fill('the ship waits');
  await page.getByRole('button', { name: 'Say it' }).press('Enter');
  await page.waitForSelector('dialog.ask', { state: 'detached' });
  expect((await documentOf(made['late'] ?? '')).lines[0]?.due_at.slice(0, 10)).toBe('2040-05-06');
  await page.locator('.supply-history', { hasText: 'the ship waits' }).waitFor();
  await shop.inEveryLook('/stock/supply', 'th a.number', 'supply');
  await shop.inEveryLook(`/stock/supply/${made['late']}`, '.supply-history li', 'a document');
});

test('a scanner counts, a wrong item stops it until somebody looked, the last is taken back, and booking says what it changes', async () => {
  const { page } = shop;
  const id = made['late'] ?? '';
  await shop.open(`/stock/supply/${id}/receive`, '#scan');
  const scan = async (code: string): Promise<void> => {
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
  };
  await scan('4006381333931');
  await scan('3*qa-1');
  await scan('QA-2');
  await page.keyboard.press('Control+z');
  await scan('NOT-OURS');
  await page.locator('.scan-wrong', { hasText: '“NOT-OURS” is not on this document' }).waitFor();
  await scan('QA-1');
  expect(await page.getByLabel('For sale: QA-1').inputValue()).toBe('4');
  await shop.inEveryLook(`/stock/supply/${id}/receive`, '#scan', 'receiving');
  await page.getByRole('button', { name: 'I have put it aside' }).press('Enter');
  await page.getByLabel('damaged', { exact: true }).check();
  await scan('QA-1');
  await page.reload();
  await page.waitForSelector('#scan');
  expect([await page.getByLabel('For sale: QA-1').inputValue(), await page.getByLabel('Damaged: QA-1').inputValue(), await page.getByLabel('For sale: QA-2').inputValue()]).toEqual(['4', '1', '0']);
  await page.getByRole('button', { name: 'Close the count…' }).press('Enter');
  const summary = page.locator('.effect');
  await summary.getByText('QA-1: 1 less than announced').waitFor();
  await page.getByLabel('Why: QA-1').fill('box was wet');
  await page.getByLabel('Wait for no more: what is missing does not come').check();
  await page.getByLabel('Why', { exact: true }).fill('sold out at the mill');
  await page.getByRole('button', { name: 'Book it' }).press('Enter');
  await page.waitForURL(new RegExp(`/stock/supply/${id}$`));
  expect(await documentOf(id)).toMatchObject({ status: 'closed', lines: [{ sku: 'QA-1', received: 5, damaged: 1 }, { sku: 'QA-2', received: 0 }] });
  const { shipments } = await shop.ordo.ask<{ shipments: { node: string }[] }>('GET', `/v1/orders/${made['order']}`);
  expect(shipments.map(({ node }) => node)).toEqual(['berlin']);
});

test('a transfer is made from pasted rows, each wrong row named, leaves its source, and is received short on arrival', async () => {
  const { page, ordo } = shop;
  await ordo.ask('POST', '/v1/stock/receipts', { sku: 'QA-2', node: 'berlin', quantity: 9 });
  await shop.open('/stock/supply/new?kind=transfer', '#new-rows');
  await page.locator('#new-reference').fill('T-QA');
  await page.locator('#new-from').selectOption('berlin');
  await page.locator('#new-node').selectOption({ index: 2 });
  await page.locator('#new-day').fill('2040-01-01');
  await page.locator('#new-rows').fill('SKU\tQuantity\nQA-2\t5\nQA-1\tmany\nNOPE\t1');
  await page.getByText('Row 3, “QA-1\tmany”: this is no quantity').waitFor();
  await page.locator('#new-rows').fill('QA-2\t5\nNOPE\t1');
  shop.expectTroubles(/422/);
  await page.getByRole('button', { name: 'Plan it' }).press('Enter');
  await page.getByText('Row 2, NOPE: There is no item with SKU "NOPE".').waitFor();
  await shop.inEveryLook('/stock/supply/new?kind=transfer', '#new-rows', 'a new transfer');
  await page.locator('#new-rows').fill('QA-2\t5');
  await page.getByRole('button', { name: 'Plan it' }).press('Enter');
  await page.waitForURL(/\/stock\/supply\/so\w+$/).catch(() => page.waitForURL(/\/stock\/supply\/(?!new)\w+$/));
  await page.getByText('Not shipped yet').first().waitFor();
  await page.getByRole('button', { name: /^Goods left/ }).press('Enter');
  await page.locator('dialog').getByRole('button', { name: /^Goods left/ }).press('Enter');
  await page.locator('.chip', { hasText: 'In transit' }).first().waitFor();
  await page.getByRole('link', { name: 'Receive', exact: true }).press('Enter');
  await page.waitForSelector('#scan');
  await page.keyboard.type('4*QA-2');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Close the count…' }).press('Enter');
  await page.getByLabel('Why: QA-2').fill('one was missing');
  await page.getByRole('button', { name: 'Book it' }).press('Enter');
  await page.locator('.chip', { hasText: 'Partly received' }).first().waitFor();
});

test('a count shows which orders it takes from before it is booked, what is owed is listed, and what is kept back changes with one reason', async () => {
  const { page, ordo } = shop;
  const order = await ordo.ask<{ id: string; shipments: { id: string }[] }>('POST', '/v1/orders', { channel: 'demo-web', external_id: 'QA-SHORT', currency: 'EUR', payment: { state: 'paid' }, lines: [{ sku: 'QA-2', quantity: 2, unit_price: '5.00', node: 'berlin' }] });
  await shop.open('/stock/counts?node=berlin&sku=QA-2', '#count-rows');
  await page.locator('#count-rows').fill('QA-2\t1\nNOPE\t1');
  await page.getByRole('button', { name: 'Compare' }).press('Enter');
  await page.locator('.supply-effect').waitFor();
  await page.getByText('Not booked: There is no item with SKU "NOPE".').waitFor();
  await shop.inEveryLook('/stock/counts', '#count-rows', 'counts');
  await ordo.ask('POST', `/v1/shipments/${order.shipments[0]?.id}/release`, {}).catch(() => undefined);
  await page.locator('#count-note').fill('shelf 7');
  await page.getByRole('button', { name: 'Book 1 count' }).press('Enter');
  await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('#count-rows')?.value === '');
  await shop.open('/stock/shortages?node=berlin', 'table.plain tbody tr');
  await page.locator('tr', { hasText: 'QA-2' }).getByText('the node was told', { exact: false }).or(page.locator('tr', { hasText: 'QA-2' }).getByText('The node was told', { exact: false })).first().waitFor();
  await shop.inEveryLook('/stock/shortages', 'table.plain tbody tr', 'shortages');
  await shop.open('/stock/protected?q=qa-1&sku=QA-1', '.left-table tbody tr');
  await page.getByLabel('Safety stock of QA-1').fill('2');
  await page.locator('#keep-reason').fill('peak');
  await page.keyboard.press('Enter');
  await page.getByText('1 change saved').first().waitFor();
  expect(await ordo.ask('GET', '/v1/items/QA-1')).toMatchObject({ safety_stock: 2, backorder: true, gtin: '4006381333931' });
  await shop.inEveryLook('/stock/protected?q=qa-1&sku=QA-1', '.left-table tbody tr', 'protected stock');
});

test('the grid lets the server search, and somebody of one store sees and receives only what comes there', async () => {
  const { page, ordo, browser } = shop;
  await shop.open('/stock?q=qa-', '.stock-grid');
  await page.locator('.stock-grid .s-item', { hasText: 'QA-1' }).waitFor();
  expect(await page.locator('.stock-grid tbody .s-item').count()).toBe(2);
  const elsewhere = (await ordo.ask<{ data: { code: string }[] }>('GET', '/v1/nodes')).data.find(({ code }) => code !== 'berlin')?.code ?? '';
  for (const [reference, node] of [['PO-OWN', 'berlin'], ['PO-OTHER', elsewhere]] as const) await ordo.ask('POST', '/v1/purchase-orders', { reference, node, due_at: '2030-01-01T08:00:00Z', lines: [{ sku: 'QA-1', quantity: 1 }] });
  const user = await ordo.ask<{ id: string }>('POST', '/v1/users', { email: 'store@example.com', name: 'Store', roles: ['store'], nodes: ['berlin'] });
  const { path } = await ordo.ask<{ path: string }>('POST', '/v1/sign-in-links', { user: user.id });
  const other = await openView(browser, await signIn(browser, ordo.url + path));
  await other.page.goto(`${ordo.url}/stock/supply`);
  await other.page.locator('th a.number', { hasText: 'PO-OWN' }).waitFor();
  expect(await other.page.getByText('PO-OTHER').count()).toBe(0);
  await other.page.getByText('Announcing and changing supply is for people who work with all nodes.').waitFor();
  await other.page.locator('th a.number', { hasText: 'PO-OWN' }).click();
  await other.page.getByRole('link', { name: 'Receive', exact: true }).click();
  await other.page.locator('#scan').fill('QA-1');
  await other.page.keyboard.press('Enter');
  await other.page.getByRole('button', { name: 'Close the count…' }).click();
  await other.page.getByRole('button', { name: 'Book it' }).click();
  await other.page.locator('.chip', { hasText: 'Received' }).first().waitFor();
  await other.context.close();
});

test('what a channel sells and nobody knows is mapped to what is alike, and its order goes on; a file is tried, mapped by column and imported', async () => {
  const { page, ordo } = shop;
  const { connection } = await ordo.ask<{ connection: { id: string } }>('POST', '/v1/connections', { code: 'qa-woo', connector: 'woocommerce', channel: 'demo-web', capture_test_orders: true });
  const order = JSON.parse(await readFile(new URL('../../src/connectors/woocommerce/fixtures/paid.json', import.meta.url), 'utf8')) as { id: number; number: string; line_items: { name: string }[] };
  const line = JSON.stringify({ ...order, id: 990_001, number: '990001' });
  await shop.open('/connections?tab=unmapped', 'h1');
  const taken = await page.evaluate(async ([id, body]) => (await fetch(`/v1/connections/${id}/messages/bulk`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: body ?? '' })).text(), [connection.id, `${line}\n`]);
  expect(taken).toContain('create');
  const unmapped = async (): Promise<number> => (await ordo.ask<{ data: unknown[] }>('GET', '/v1/listings?mapped=false')).data.length;
  const before = await unmapped();
  expect(before).toBeGreaterThan(0);
  await shop.open('/connections?tab=unmapped', 'table.plain tbody tr');
  await shop.inEveryLook('/connections?tab=unmapped', 'table.plain tbody tr', 'unmapped items');
  const first = page.locator('table.plain tbody tr').first();
  await first.getByRole('combobox').or(first.locator('input')).first().fill('QA-1');
  await first.getByRole('button', { name: /^Map it/ }).press('Enter');
  await page.waitForFunction((rows) => document.querySelectorAll('table.plain tbody tr').length < rows || document.querySelector('.notice') !== null, before);
  expect(await unmapped()).toBe(before - 1);
  await shop.open('/connections?tab=jobs', '#import-file');
  await page.locator('#import-file').setInputFiles({ name: 'cups.csv', mimeType: 'text/csv', buffer: Buffer.from('Art Nr;Bezeichnung;weight_grams\nIMP-1;Cup;250\nIMP-2;Pot;heavy\n') });
  await page.getByText('Not there yet: sku. Say which column it is.').waitFor();
  await page.getByLabel('Is read as: Art Nr').selectOption('sku');
  await page.getByLabel('Is read as: Bezeichnung').selectOption('name');
  await page.getByRole('button', { name: 'Try it' }).press('Enter');
  await page.getByText('What the trial says: 1 new, 0 changed, 0 left as they are, 1 that cannot be used.').waitFor();
  await shop.inEveryLook('/connections?tab=jobs', '#import-file', 'imports');
  await page.getByRole('button', { name: 'Import it' }).press('Enter');
  await page.getByText('Done: 1 new, 0 changed, 0 left as they are, 1 that could not be used.').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Rows that cannot be used, with what is wrong' }).press('Enter')]);
  expect(await readFile(await download.path(), 'utf8')).toContain('IMP-2;Pot;heavy;3;');
});
