import type { ImportApi } from './api.ts';
import { type Dataset, readDataset } from './dataset.ts';
import type { IssueLog } from './issues.ts';
import { clockReader } from '../../files/local-time.ts';
import { planImport, type Settings } from './plan.ts';
import type { Progress } from './progress.ts';
import { lookUp, mayGoOn, replay } from './replay.ts';
import { type Changes, reconcile, type Reconciled } from './report.ts';
import { captureOrders, ordersThere, receiveStock, saveCatalogue, type Work } from './stages.ts';

export interface ImportRequest {
  readonly directory: string;
  readonly settings: Settings;
  readonly api: ImportApi;
  readonly issues: IssueLog;
  readonly progress: Progress;
  readonly now: number;
}

/**
 * Replays a directory of orders: read and join, catalogue, stock, orders, then each order's life. It looks first at what
 * is there, and every command has a key of its own, so it may end at any point and be run again.
 */
export async function importOlist(request: ImportRequest): Promise<{ readonly reconciled: Reconciled; readonly changes: Changes }> {
  const { settings, api, issues, progress } = request;
  const dataset = await read(request);
  const plan = planImport(dataset, issues, request.now);
  const work: Work = { api, settings, dataset, plan, issues, progress };
  const { nodes, items } = await saveCatalogue(work);
  const before = await ordersThere(work);
  const missing = plan.orders.filter(({ source }) => !before.has(source.id));
  const receipts = await receiveStock(work, missing);
  const { fresh, known } = await captureOrders(work, missing);
  for (const order of plan.orders) {
    const summary = before.get(order.source.id);
    if (summary && mayGoOn(order.target, summary)) known.set(order, summary.id);
  }
  const facts = await replay(work, [...fresh, ...(await lookUp(work, known))]);
  const there = missing.length + facts === 0 ? before : await ordersThere(work);
  return { reconciled: reconcile(dataset, plan, there, issues), changes: { nodes, items, receipts, orders: fresh.length, facts } };
}

async function read({ directory, settings, issues, progress }: ImportRequest): Promise<Dataset> {
  progress.stage('Rows', null);
  const dataset = await readDataset({ directory, digits: settings.digits, clock: clockReader(settings.timeZone), issues, progress: progress.add });
  progress.end();
  return dataset;
}
