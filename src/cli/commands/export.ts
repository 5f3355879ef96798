import { BulkRefused, type ExportedKind, openExport } from '@ordo/client';
import { once } from 'node:events';
import { LineFile } from '../../files/error-rows.ts';
import { FORMATS } from '../choices.ts';
import { type Call, choiceOption, CommandFailed, EXIT, type ExitCode, UsageError } from '../command.ts';
import { type Connection, connectionOf } from '../connect.ts';
import { createProgress } from '../import/progress.ts';
import { countText } from '../../files/numbers.ts';

export const orders = (call: Call): Promise<ExitCode> => run(call, 'orders');
export const items = (call: Call): Promise<ExitCode> => run(call, 'items');
export const nodes = (call: Call): Promise<ExitCode> => run(call, 'nodes');
export const stock = (call: Call): Promise<ExitCode> => run(call, 'stock');
export const events = (call: Call): Promise<ExitCode> => run(call, 'events');

/** Parameters of the API by option; --since is said differently of orders. */
const FILTERS: Readonly<Record<string, string>> = {
  '--status': 'status', '--channel': 'channel', '--node': 'node', '--hold': 'hold', '--sku': 'sku', '--after': 'after',
  '--actor': 'actor', '--type': 'type', '--via': 'via', '--request': 'request', '--job': 'job',
};

/** Writes everything to stdout or to a file, which is there once all of it is. */
async function run(call: Call, kind: ExportedKind): Promise<ExitCode> {
  const path = call.options.get('--out') ?? null;
  const query = queryOf(call, kind);
  const connection = await connectionOf(call);
  const startedAt = performance.now();
  const progress = createProgress(call.output, process.stderr.isTTY === true);
  progress.stage(`Exporting ${kind}`, null);
  const out = path === null ? null : new LineFile(path);
  const rows = new RowCounter(query['format'] === 'csv');
  // Who reads may have seen enough, as "head" does.
  if (out === null) process.stdout.once('error', () => process.exit(EXIT.ok));
  try {
    for await (const piece of piecesOf(connection, kind, query)) {
      progress.add(rows.count(piece));
      if (out !== null) await out.write(piece);
      else if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    }
    await out?.close();
  } catch (error) {
    await out?.discard();
    throw error;
  }
  progress.end();
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  if (path !== null && call.output.json) call.output.value({ kind, file: path, rows: rows.rows, seconds });
  else if (path !== null) call.output.line(`${countText(rows.rows)} rows of ${kind} written to ${path} (${seconds.toFixed(1)} s).`);
  return EXIT.ok;
}

function queryOf(call: Call, kind: ExportedKind): Record<string, string> {
  const { options } = call;
  const path = options.get('--out');
  const format = choiceOption(call, '--format', FORMATS) ?? (path !== undefined && /\.(?:ndjson|jsonl)$/i.test(path) ? 'ndjson' : 'csv');
  if (options.has('--bom') && format !== 'csv') throw new UsageError('--bom goes with tables; lines of JSON never begin with a mark.');
  if (options.has('--json') && path === undefined) throw new UsageError('--json tells of what was written to a file: name it with --out. Lines of JSON on stdout come with --format ndjson.');
  const since = options.get('--since');
  if (since !== undefined && Number.isNaN(Date.parse(since))) throw new UsageError(`--since takes an instant such as 2026-03-01T00:00:00Z, not "${since}".`);
  const chosen = Object.entries(FILTERS).flatMap(([option, name]) => (options.has(option) ? [[name, options.get(option) ?? '']] : []));
  return {
    format, ...(options.has('--bom') ? { bom: 'true' } : {}), ...Object.fromEntries(chosen),
    ...(since === undefined ? {} : { [kind === 'orders' ? 'captured_from' : 'since']: new Date(since).toISOString() }),
  };
}

async function* piecesOf({ url, apiKey }: Connection, kind: ExportedKind, query: Record<string, string>): AsyncGenerator<Uint8Array> {
  const stream = await openExport({ baseUrl: url, apiKey, kind, query }).catch((error: unknown) => { throw refusal(error, url); });
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch {
    throw new CommandFailed('NO_ANSWER', `Ordo at ${url} broke off; what came is not whole.`, 'Run the same command again.');
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function refusal(error: unknown, url: string): Error {
  if (!(error instanceof BulkRefused)) return new CommandFailed('NO_ANSWER', `Nothing answers at ${url}.`, 'Start Ordo with "npm start", or set ORDO_URL to where it runs.');
  const { problem, status } = error;
  const places = problem?.errors.map(({ pointer, detail }) => `\n  ${pointer}: ${detail}`).join('') ?? '';
  return new CommandFailed(problem?.code ?? `HTTP_${status}`, `${problem?.detail ?? error.message}${places}`, 'Correct what is named, or use a key that may read this.');
}

const [QUOTE, LINE_FEED] = [34, 10];

/** Rows by their line feeds; in a table those inside quotes are part of a value, and the first row is the heading. */
class RowCounter {
  rows = 0;
  #isQuoted = false;
  #isHeading: boolean;
  readonly #isTable: boolean;

  constructor(isTable: boolean) {
    this.#isTable = isTable;
    this.#isHeading = isTable;
  }

  /** Counts on, and answers how many rows ended. */
  count(piece: Uint8Array): number {
    const before = this.rows;
    for (const byte of piece) {
      if (byte === QUOTE && this.#isTable) this.#isQuoted = !this.#isQuoted;
      else if (byte === LINE_FEED && !this.#isQuoted) {
        if (!this.#isHeading) this.rows += 1;
        this.#isHeading = false;
      }
    }
    return this.rows - before;
  }
}
