import type { BulkBody, BulkPath, ImportApi, Refusal, Reply } from '../api.ts';
import { eachChunk } from '../many.ts';
import type { Progress } from '../progress.ts';
import { BULKS_AT_ONCE, LINES_AT_ONCE } from '../send.ts';
import { prepareCatalogue } from './catalogue.ts';
import { type Entry, type ErrorSink, openSource, type Source, type SourceRequest } from './entries.ts';
import { type OrderOptions, prepareOrders } from './orders.ts';
import type { Action, Prepared, Preparing } from './prepare.ts';
import { type PriceOptions, preparePrices } from './prices.ts';
import { prepareStock } from './stock.ts';

export interface FileRequest extends SourceRequest {
  readonly errorsFile: string;
  readonly options: OrderOptions & PriceOptions;
  readonly api: ImportApi;
  readonly progress: Progress;
}

export interface FileResult {
  /** Rows of a table of orders belong to fewer orders; everything else is one row each. */
  readonly rows: number;
  readonly counts: Readonly<Record<Action, number>>;
  /** How often each code kept something out, and the first of them in full. */
  readonly codes: Readonly<Record<string, number>>;
  readonly first: readonly (Refusal & { readonly line: number })[];
}

const PATHS: Readonly<Record<FileRequest['kind'], BulkPath>> = {
  items: '/v1/items/bulk', nodes: '/v1/nodes/bulk', stock: '/v1/stock/receipts/bulk', prices: '/v1/prices/bulk', orders: '/v1/orders/bulk',
};
const STAGES: Readonly<Record<FileRequest['kind'], string>> = { items: 'Items', nodes: 'Nodes', stock: 'Stock', prices: 'Prices', orders: 'Orders' };
const FIRST_FAILURES = 10;

/** Reads a file as a stream and does what it says, chunk by chunk; a trial only counts. What fails goes to the error file. */
export async function importFile(request: FileRequest): Promise<FileResult> {
  const source = await openSource(request);
  const errors = source.openErrors(request.errorsFile);
  try {
    const result = await work(request, source, errors);
    await errors.close();
    return result;
  } catch (error) {
    await errors.discard();
    throw error;
  }
}

async function work(request: FileRequest, source: Source, errors: ErrorSink): Promise<FileResult> {
  const { kind, api, progress, options: { isTrial } } = request;
  const tally = new Outcomes(errors);
  const prepare = preparing(request, source);
  progress.stage(isTrial ? 'Trying' : STAGES[kind], source.most);
  await eachChunk(source.entries(), LINES_AT_ONCE, BULKS_AT_ONCE, async (entries) => {
    for (const entry of entries) if (entry.fault !== null) await tally.fail(entry, 'UNREADABLE_ROW', entry.fault);
    const prepared = await prepare(entries.filter(({ fault }) => fault === null));
    const toSend = prepared.flatMap((one) => (one.action === 'create' || one.action === 'update' ? [one] : []));
    for (const one of prepared) if (one.action === 'fail') await tally.fail(one.entry, one.problem.code, one.problem.detail);
    for (const one of prepared) if (one.action === 'skip' || (isTrial && one.action !== 'fail')) tally.count(one.action);
    if (!isTrial && toSend.length > 0) await send(api, PATHS[kind], toSend, tally, kind);
    const rows = entries.reduce((sum, entry) => sum + entry.rows.length, 0);
    tally.rows += rows;
    progress.add(rows);
  });
  progress.end();
  return tally.result();
}

type ToSend = Extract<Prepared, { readonly line: object }>;

async function send(api: ImportApi, path: BulkPath, toSend: readonly ToSend[], tally: Outcomes, kind: FileRequest['kind']): Promise<void> {
  const replies = await api.bulk(path, toSend.map(({ line }) => line));
  for (const [at, one] of toSend.entries()) {
    const reply = replies[at];
    if (reply?.ok === false) await tally.fail(one.entry, reply.problem.code, reply.problem.detail);
    else tally.count(actionOf(kind, one.action, reply));
  }
}

/** What was done, where the answer knows it better: whether a receipt was there before, its answer does not tell. */
function actionOf(kind: FileRequest['kind'], planned: Action, reply: Reply<BulkBody> | undefined): Action {
  if (reply?.ok !== true || reply.created || (kind !== 'orders' && kind !== 'prices')) return planned;
  return kind === 'prices' && reply.value['changed'] === true ? 'update' : 'skip';
}

function preparing({ kind, api, options }: FileRequest, { file }: Source): Preparing {
  if (kind === 'orders') return prepareOrders(api, options);
  if (kind === 'prices') return preparePrices(api, options);
  return kind === 'stock' ? prepareStock(api, file, options.isTrial) : prepareCatalogue(api, kind);
}

class Outcomes {
  rows = 0;
  readonly #counts: Record<Action, number> = { create: 0, update: 0, skip: 0, fail: 0 };
  readonly #codes: Record<string, number> = {};
  readonly #first: (Refusal & { readonly line: number })[] = [];
  readonly #errors: ErrorSink;

  constructor(errors: ErrorSink) {
    this.#errors = errors;
  }

  count(action: Action): void {
    this.#counts[action] += 1;
  }

  async fail(entry: Entry, code: string, detail: string): Promise<void> {
    this.count('fail');
    this.#codes[code] = (this.#codes[code] ?? 0) + 1;
    if (this.#first.length < FIRST_FAILURES) this.#first.push({ line: entry.line, code, detail });
    await this.#errors.add(entry, code, detail);
  }

  result(): FileResult {
    return { rows: this.rows, counts: this.#counts, codes: this.#codes, first: this.#first.toSorted((a, b) => a.line - b.line) };
  }
}
