import { eachChunk, BULKS_AT_ONCE, LINES_AT_ONCE } from '../many.ts';
import { prepareCatalogue } from './catalogue.ts';
import type { Body, Entry, Source } from './entries.ts';
import type { FileKind } from './fields.ts';
import { messagesPath, type OrderOptions, outcomeOf, prepareChannelOrders, prepareOrders } from './orders.ts';
import type { Action, Prepared, Preparing } from './prepare.ts';
import { type PriceOptions, preparePrices } from './prices.ts';
import { prepareRates, type RateOptions } from './rates.ts';
import { prepareStock } from './stock.ts';
import { prepareSupplies } from './supplies.ts';
import { DRY_RUN, type ImportDoor, type ImportTarget, type Refusal, type Reply } from './target.ts';

export type ImportOptions = OrderOptions & PriceOptions & RateOptions;
export type Counts = Readonly<Record<Action, number>>;

export interface ImportRun {
  readonly source: Source;
  readonly kind: FileKind;
  readonly options: ImportOptions;
  readonly target: ImportTarget;
  /** Entries at the beginning of the file that an earlier run has done. */
  readonly skip: number;
  /** Told of each chunk once it is done, in the order of the file and one at a time. What it throws ends the run. */
  readonly record: (chunk: ChunkOutcome) => Promise<void>;
}

/** What became of a chunk of entries. */
export interface ChunkOutcome {
  readonly entries: number;
  /** Rows of a table of orders, supplies, rates or duties belong to fewer things; everything else is one row each. */
  readonly rows: number;
  readonly counts: Counts;
  readonly failures: readonly Failure[];
}

export interface Failure extends Refusal {
  readonly line: number;
  /** Its lines of the file of errors. */
  readonly text: string;
}

interface Kind {
  readonly path: (options: ImportOptions) => ImportDoor;
  /** What people are told while it works. */
  readonly stage: string;
  prepare(target: ImportTarget, source: Source, options: ImportOptions): Preparing;
}

/** Every kind of file that can be imported: its fields are in fields.ts under the same name. */
export const KINDS: Readonly<Record<FileKind, Kind>> = {
  items: { path: () => '/v1/items/bulk', stage: 'Items', prepare: (target) => prepareCatalogue(target, 'items') },
  nodes: { path: () => '/v1/nodes/bulk', stage: 'Nodes', prepare: (target) => prepareCatalogue(target, 'nodes') },
  stock: { path: () => '/v1/stock/receipts/bulk', stage: 'Stock', prepare: (_target, source) => prepareStock(source.file) },
  prices: { path: () => '/v1/prices/bulk', stage: 'Prices', prepare: (_target, _source, options) => preparePrices(options) },
  rates: { path: () => '/v1/rate-cards/bulk', stage: 'Rate cards', prepare: (target, _source, options) => prepareRates(target, options) },
  supplies: { path: () => '/v1/supply-orders/bulk', stage: 'Supply orders', prepare: () => prepareSupplies },
  duties: { path: () => '/v1/duty-rates/bulk', stage: 'Duty rates', prepare: () => async (entries) => entries.map((entry) => ({ entry, action: 'create', line: entry.body })) },
  orders: {
    path: ({ connection }) => (connection === null ? '/v1/orders/bulk' : messagesPath(connection)), stage: 'Orders',
    prepare: (target, _source, options) => (options.connection === null ? prepareOrders(target, options) : prepareChannelOrders),
  },
};

/** Reads a file as a stream and does what it says, chunk by chunk; a trial asks what would come of it, and counts. Doing it again changes nothing. */
export async function runImport({ source, kind, options, target, skip, record }: ImportRun): Promise<void> {
  const prepare = KINDS[kind].prepare(target, source, options);
  let turn = Promise.resolve();
  await eachChunk(from(source.entries(), skip), LINES_AT_ONCE, BULKS_AT_ONCE, async (entries) => {
    const outcome = decideChunk(entries, { prepare, source, kind, options, target, before: turn });
    // Whoever fails first is heard; the one that waits behind it fails with it.
    outcome.catch(() => undefined);
    turn = turn.then(async () => record(await outcome));
    await turn;
  });
}

async function* from<T>(all: AsyncIterable<T>, skip: number): AsyncGenerator<T> {
  let passed = 0;
  for await (const one of all) {
    if (passed >= skip) yield one;
    passed += 1;
  }
}

type Work = Pick<ImportRun, 'source' | 'kind' | 'options' | 'target'> & { readonly prepare: Preparing; /** The end of all chunks before this one. */ readonly before: Promise<void> };

async function decideChunk(entries: readonly Entry[], work: Work): Promise<ChunkOutcome> {
  const outcome = new Outcome(work.source);
  for (const entry of entries) if (entry.fault !== null) outcome.fail(entry, 'UNREADABLE_ROW', entry.fault);
  const prepared = await work.prepare(entries.filter(({ fault }) => fault === null));
  const toSend: ToSend[] = [];
  for (const one of prepared) {
    if (one.action === 'skip') outcome.count(one.action);
    else toSend.push(one);
  }
  // The components of a kit have to be there before it.
  const kits = toSend.filter(({ line }) => work.kind === 'items' && 'components' in line);
  await send(toSend.filter((one) => !kits.includes(one)), work, outcome);
  if (kits.length > 0) await work.before;
  await send(kits, work, outcome);
  return outcome.result(entries);
}

type ToSend = Extract<Prepared, { readonly line: object }>;

async function send(toSend: readonly ToSend[], { target, kind, options }: Work, outcome: Outcome): Promise<void> {
  if (toSend.length === 0) return;
  const path = KINDS[kind].path(options);
  const replies = await target.bulk(options.isTrial ? `${path}${DRY_RUN}` : path, toSend.map(({ line }) => line));
  for (const [at, one] of toSend.entries()) {
    const reply = replies[at];
    if (reply?.ok === false && options.isTrial && (await one.isBrought?.(reply.problem.code)) === true) outcome.count(one.action);
    else if (reply?.ok === false) outcome.fail(one.entry, reply.problem.code, reply.problem.detail);
    else outcome.count(reply === undefined ? one.action : actionOf(kind, options, one.action, reply));
  }
}

/** What was done, where the answer knows it better: whether a receipt was there before, its answer does not tell. */
function actionOf(kind: FileKind, { connection, isTrial }: ImportOptions, planned: Action, { created, value }: Extract<Reply<Body>, { readonly ok: true }>): Action {
  if (isTrial || (kind === 'orders' && connection !== null)) return outcomeOf(value);
  const tells = kind === 'prices' || kind === 'rates' || kind === 'duties';
  if (created || (kind !== 'orders' && kind !== 'supplies' && !tells)) return planned;
  return tells && value['changed'] === true ? 'update' : 'skip';
}

class Outcome {
  readonly #counts: Record<Action, number> = { create: 0, update: 0, skip: 0, fail: 0 };
  readonly #failures: Failure[] = [];
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  count(action: Action): void {
    this.#counts[action] += 1;
  }

  fail(entry: Entry, code: string, detail: string): void {
    this.count('fail');
    this.#failures.push({ line: entry.line, code, detail, text: this.#source.errorText(entry, code, detail) });
  }

  result(entries: readonly Entry[]): ChunkOutcome {
    return {
      entries: entries.length, rows: entries.reduce((sum, { rows }) => sum + rows.length, 0), counts: this.#counts,
      failures: this.#failures.toSorted((a, b) => a.line - b.line),
    };
  }
}
