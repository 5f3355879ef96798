import { CommandFailed } from '../../command.ts';
import type { BulkBody, ImportApi, Refusal, Reply } from '../api.ts';
import { openSheet, type Sheet } from '../../../files/csv.ts';
import { localFile } from '../../../files/text-file.ts';
import { csvRow } from '../../../files/cells.ts';
import { ErrorRows, LineFile } from '../../../files/error-rows.ts';
import { keyOf } from '../../../files/import/key.ts';
import type { Progress } from '../progress.ts';
import { ensureChannel, sendEach } from '../send.ts';
import { captureBody, type InvoicePlan, planInvoice } from './invoice.ts';
import { UCI_TIME_ZONE, uciReader } from './rows.ts';
import { invoicesOf, type MonthNeed, needsOf, type Survey, survey } from './survey.ts';
import { Tally, type Totals } from './tally.ts';

export interface UciSettings {
  readonly channel: string;
  readonly currency: string;
  readonly node: string;
}

export interface UciRequest {
  readonly path: string;
  readonly settings: UciSettings;
  /** Invoices at the most. */
  readonly limit: number;
  readonly errorsFile: string;
  readonly cancellationsFile: string;
  readonly api: ImportApi;
  readonly progress: Progress;
}

export interface UciResult {
  readonly totals: Totals;
  /** What Ordo says the captured orders come to, in pence. */
  readonly ordo_minor: number;
  /** Rows in the error file. */
  readonly faults: number;
  /** Products and receipts that Ordo refused. */
  readonly refusals: readonly Refusal[];
  /** What this run did. */
  readonly changes: { readonly items: number; readonly receipts: number; readonly orders: number };
}

interface Work extends UciRequest {
  readonly sheet: Sheet;
  readonly survey: Survey;
  readonly errors: ErrorRows;
  readonly cancellations: LineFile;
  /** Of products and receipts. */
  readonly refusals: Refusal[];
}

const MINUTE = 60_000;

/**
 * Replays the invoices of a file: what is there, what the file needs (products, stock month by month), then every invoice
 * as an order. Orders are known by their invoice number and receipts have keys, so it may end at any point and be run again.
 */
export async function importUci(request: UciRequest): Promise<UciResult> {
  const { path, progress, limit } = request;
  const sheet = await openSheet(localFile(path));
  // Before any file is written, so that a wrong one leaves nothing behind.
  uciReader(sheet);
  progress.stage('Rows', sheet.most);
  const known = await survey(sheet, limit, progress.add);
  progress.end();
  const files = { errors: new ErrorRows(request.errorsFile, sheet), cancellations: new LineFile(request.cancellationsFile) };
  try {
    const result = await replayInvoices({ ...request, ...files, sheet, survey: known, refusals: [] });
    await Promise.all([files.errors.close(), files.cancellations.close()]);
    return result;
  } catch (error) {
    await Promise.all([files.errors.discard(), files.cancellations.discard()]);
    throw error;
  }
}

async function replayInvoices(work: Work): Promise<UciResult> {
  await saveBasics(work);
  const before = await ordersThere(work);
  const { items, receipts } = await saveStock(work, (invoice) => before.has(invoice));
  const { tally, fresh } = await captureInvoices(work, before);
  const there = fresh === 0 ? before : await ordersThere(work);
  const ordoMinor = [...there].reduce((sum, [invoice, minor]) => sum + (work.survey.invoices.has(invoice) ? minor : 0), 0);
  return { totals: tally.totals(), ordo_minor: ordoMinor, faults: work.errors.rows, refusals: work.refusals, changes: { items, receipts, orders: fresh } };
}

/** The channel, and the one place that everything is sent from. */
async function saveBasics(work: Work): Promise<void> {
  const { api, settings, progress } = work;
  const { channel, currency, node } = settings;
  await ensureChannel(api, channel, { name: channel, kind: 'web', currency, when_unavailable: 'exception', auto_release: false }, keyOf(settings, 'channel'));
  if ((await api.nodeCodes()).has(node)) return;
  const body = { code: node, name: 'Distribution centre, United Kingdom', kind: 'dc', address: { country: 'GB' }, time_zone: UCI_TIME_ZONE, idempotency_key: keyOf(settings, 'node', node) };
  progress.stage('Nodes', 1);
  await sendEach({ api, progress }, '/v1/nodes/bulk', [body], (one) => one, (_one, reply) => {
    if (!reply.ok) throw new CommandFailed(reply.problem.code, `The node ${node} cannot be created: ${reply.problem.detail}`, 'Use a key that may write the catalogue.');
  });
  progress.end();
}

/** The invoices that are captured already, with what their orders come to. */
async function ordersThere({ api, settings, survey: { firstPlacedAt, lastPlacedAt } }: Work): Promise<Map<string, number>> {
  const there = new Map<string, number>();
  if (lastPlacedAt < firstPlacedAt) return there;
  const range = { channel: settings.channel, placed_from: new Date(firstPlacedAt).toISOString(), placed_to: new Date(lastPlacedAt + 1).toISOString() };
  await api.orders(range, (orders) => orders.forEach((order) => there.set(order.external_id, order.total_minor)));
  return there;
}

/** Products that are not there yet, and what the orders of each month take, received a minute before its first one. */
async function saveStock(work: Work, isThere: (invoice: string) => boolean): Promise<{ items: number; receipts: number }> {
  const { api, progress, settings, sheet, survey: { nameOf } } = work;
  progress.stage('Needs', sheet.most);
  const needs = await needsOf(sheet, work.survey, isThere, progress.add);
  progress.end();
  const open = [...needs].filter(([, { isOpen }]) => isOpen).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (open.length === 0) return { items: 0, receipts: 0 };
  const known = await api.skus();
  const skus = [...new Set(open.flatMap(([, { units }]) => [...units.keys()]))].filter((sku) => !known.has(sku));
  progress.stage('Products', skus.length);
  await sendEach(work, '/v1/items/bulk', skus, (sku) => ({ sku, name: nameOf(sku).slice(0, 300), idempotency_key: keyOf(settings, 'item', sku) }), noteRefusal(work));
  progress.end();
  const receipts = open.flatMap(([month, need]) => receiptsOf(month, need));
  progress.stage('Stock', receipts.length);
  const lineOf = ({ month, sku, quantity, at }: (typeof receipts)[number]): object => ({
    sku, node: settings.node, quantity: String(quantity), occurred_at: new Date(at).toISOString(), idempotency_key: keyOf(settings, 'receive', month, sku, String(quantity)),
  });
  await sendEach(work, '/v1/stock/receipts/bulk', receipts, lineOf, noteRefusal(work));
  progress.end();
  return { items: skus.length, receipts: receipts.length };
}

const receiptsOf = (month: string, { units, firstPlacedAt }: MonthNeed): { month: string; sku: string; quantity: number; at: number }[] =>
  [...units].map(([sku, quantity]) => ({ month, sku, quantity, at: firstPlacedAt - MINUTE }));

/** A product or a receipt that was refused keeps no other from going on; the orders that need it say so themselves. */
const noteRefusal = ({ refusals }: Work) => (_thing: unknown, reply: Reply<BulkBody>): void => {
  if (!reply.ok) refusals.push(reply.problem);
};

/** Captures what is not there yet, and accounts for everything else. */
async function captureInvoices(work: Work, before: ReadonlyMap<string, number>): Promise<{ tally: Tally; fresh: number }> {
  const { settings, progress, survey: { invoices } } = work;
  const tally = new Tally();
  let fresh = 0;
  await work.cancellations.write(csvRow(work.sheet.heading));
  progress.stage('Orders', invoices.size);
  await sendEach(work, '/v1/orders/bulk', ordersOf(work, before, tally), (plan) => captureBody(plan, settings), async (plan, reply) => {
    tally.add(plan, reply.ok ? null : reply.problem.code);
    if (!reply.ok) for (const { row } of plan.rows) await work.errors.add(row, reply.problem.code, reply.problem.detail);
    else if (reply.created) fresh += 1;
  });
  progress.end();
  return { tally, fresh };
}

/** The invoices that are still to be captured; what becomes of the others is seen to on the way. */
async function* ordersOf({ sheet, survey: known, errors, cancellations, progress }: Work, before: ReadonlyMap<string, number>, tally: Tally): AsyncGenerator<InvoicePlan> {
  for await (const invoice of invoicesOf(sheet, known)) {
    const plan = planInvoice(invoice, known);
    if (plan.kind === 'order' && !before.has(plan.no)) {
      yield plan;
      continue;
    }
    progress.add(1);
    tally.add(plan, plan.kind === 'unreadable' ? 'UNREADABLE_ROW' : null);
    if (plan.kind === 'unreadable') for (const { row } of plan.rows) await errors.add(row, 'UNREADABLE_ROW', row.fault ?? 'Another row of this invoice cannot be read.');
    if (plan.kind === 'cancellation') for (const { row } of plan.rows) await cancellations.write(csvRow(row.cells));
  }
}
