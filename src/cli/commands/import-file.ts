import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, UsageError } from '../command.ts';
import { connectionOf } from '../connect.ts';
import { plain } from '../format.ts';
import { isJsonName } from '../../files/import/entries.ts';
import { createApi, type ImportApi } from '../import/api.ts';
import { countText, currencyDigits } from '../../files/numbers.ts';
import { type FileKind, parseMap } from '../../files/import/fields.ts';
import { type FileRequest, type FileResult, importFile } from '../import/import-file.ts';
import { clockReader, isTimeZone } from '../../files/local-time.ts';
import { createProgress } from '../import/progress.ts';
import type { Output } from '../output.ts';
import { channelOf } from './import-uci.ts';

export const items = (call: Call): Promise<ExitCode> => run(call, 'items');
export const nodes = (call: Call): Promise<ExitCode> => run(call, 'nodes');
export const stock = (call: Call): Promise<ExitCode> => run(call, 'stock');
export const prices = (call: Call): Promise<ExitCode> => run(call, 'prices');
export const rates = (call: Call): Promise<ExitCode> => run(call, 'rates');
export const supplies = (call: Call): Promise<ExitCode> => run(call, 'supplies');
export const duties = (call: Call): Promise<ExitCode> => run(call, 'duties');
export const orders = (call: Call): Promise<ExitCode> => run(call, 'orders');

/** Ends with 0 where everything could be used, and with 3 where something was left out. */
async function run(call: Call, kind: FileKind): Promise<ExitCode> {
  const path = argument(call, 0);
  const settings = settingsOf(call, kind);
  const shelf = call.options.get('--stock') ?? 'none';
  const stockFile = shelf === 'none' || shelf === 'infinite' ? null : shelf;
  // Before anything is done, so that a stock file is not received for orders that are not there.
  for (const file of [path, ...(stockFile === null ? [] : [stockFile])]) await assertFile(file);
  const stockErrors = stockFile === null ? null : usualErrors('stock', stockFile, dirname(settings.errorsFile), settings.options.isTrial);
  checkErrorFiles(settings, path, stockFile, stockErrors);
  const api = createApi(await connectionOf(call));
  const channel = await channelConnection(call, api);
  const shared = { api, progress: createProgress(call.output, process.stderr.isTTY === true) };
  const startedAt = performance.now();
  const stocked = stockFile === null || stockErrors === null ? null : await importFile({ ...settings, ...shared, kind: 'stock', path: stockFile, map: new Map(), connector: null, errorsFile: stockErrors });
  const result = await importFile({ ...settings, ...shared, kind, path, connector: channel?.connector ?? null, options: { ...settings.options, connection: channel?.id ?? null } });
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  const head = { kind, dry_run: settings.options.isTrial, errors_file: settings.errorsFile, seconds };
  if (call.output.json) call.output.value({ file: path, ...head, ...result, ...(stocked === null ? {} : { stock: stocked }) });
  else {
    if (stocked !== null) print(stocked, { ...head, kind: 'stock', errors_file: stockErrors ?? '' }, call.output);
    print(result, head, call.output);
  }
  return result.counts.fail + (stocked?.counts.fail ?? 0) === 0 ? EXIT.ok : EXIT.partly;
}

/** A file is read more than once, so a pipe is none. */
async function assertFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => { throw new CommandFailed('WRONG_FILE', `${path} does not exist.`, 'Name a file that is there.'); });
  if (!found.isFile()) throw new CommandFailed('WRONG_FILE', `${path} is no file${found.isDirectory() ? ' but a directory' : ', and an import reads more than once'}.`, 'Name a file; what comes through a pipe can be saved to one.');
}

/** The connection that --connection names; null where orders are bodies of the API. */
async function channelConnection({ options }: Call, api: ImportApi): Promise<{ readonly id: string; readonly connector: string } | null> {
  const code = options.get('--connection');
  if (code === undefined) return null;
  for (const other of ['--create-items', '--stock', '--channel', '--currency', '--map']) if (options.has(other)) throw new UsageError(`${other} does not go with --connection: the connection says what its channel's orders mean.`);
  const connection = await api.findConnection(code);
  if (connection === null) throw new CommandFailed('NOT_FOUND', `There is no connection "${code}".`, '"ordo connections list" shows those that there are.');
  return connection;
}

/** Where errors go. A run that has done what a file of errors says may replace it; a trial has done nothing, and leaves what it reads. */
function usualErrors(kind: FileKind, path: string, directory: string, isTrial: boolean): string {
  const named = (name: string): string => join(directory, `${name}.${isJsonName(path) ? 'ndjson' : 'csv'}`);
  const usual = named(`${kind}-errors`);
  return isTrial && resolve(usual) === resolve(path) ? named(`${kind}-errors-2`) : usual;
}

/** No file that is read or written is written by another's errors. */
function checkErrorFiles({ errorsFile, options }: Pick<FileRequest, 'errorsFile' | 'options'>, path: string, stockFile: string | null, stockErrors: string | null): void {
  const errors = resolve(errorsFile);
  if (stockErrors !== null && resolve(stockErrors) === errors) throw new UsageError(`--errors: ${stockErrors} is where the errors of --stock are written.`);
  if (stockErrors !== null && resolve(stockErrors) === resolve(path)) throw new UsageError(`--stock: its errors are written to ${stockErrors}, which is the file of orders.`);
  if (errors === resolve(path) && options.isTrial) throw new UsageError('--errors names the file that is read, and a trial leaves that as it is.');
  if (stockFile !== null && errors === resolve(stockFile)) throw new UsageError('--errors names the file of --stock.');
}

function settingsOf(call: Call, kind: FileKind): Omit<FileRequest, 'path' | 'kind' | 'api' | 'progress' | 'connector'> {
  const { options } = call;
  const timeZone = options.get('--time-zone') ?? 'UTC';
  if (!isTimeZone(timeZone)) throw new UsageError(`--time-zone takes an IANA time zone such as Europe/Berlin, not "${timeZone}".`);
  const currency = options.get('--currency') ?? null;
  if (currency !== null && currencyDigits(currency) === undefined) throw new UsageError(`--currency takes an ISO 4217 code such as EUR, not "${currency}".`);
  return {
    map: mapOf(options.get('--map'), kind), errorsFile: options.get('--errors') ?? usualErrors(kind, argument(call, 0), '.', options.has('--dry-run')), reading: { clock: clockReader(timeZone), currency },
    options: {
      channel: options.has('--channel') ? channelOf(call, '') : null, currency, connection: null, createItems: options.has('--create-items'), endlessStock: options.get('--stock') === 'infinite', priceList: options.get('--list') ?? null, rateCard: options.get('--card') ?? null, isTrial: options.has('--dry-run'),
    },
  };
}

function mapOf(given: string | undefined, kind: FileKind): ReadonlyMap<string, string> {
  const map = given === undefined ? new Map<string, string>() : parseMap(given, kind);
  if (typeof map === 'string') throw new UsageError(map.startsWith('takes') ? `--map ${map}` : `--map: ${map}`);
  return map;
}

function print({ rows, counts, codes, first }: FileResult, { kind, dry_run: isTrial, errors_file: errorsFile, seconds }: { kind: FileKind; dry_run: boolean; errors_file: string; seconds: number }, output: Output): void {
  for (const { line, code, detail } of first) output.line(`  line ${line}  ${code}  ${plain(detail)}`);
  if (counts.fail > first.length) output.line(`  and ${countText(counts.fail - first.length)} more`);
  const reasons = Object.entries(codes).map(([code, count]) => `${countText(count)} ${code}`).join(', ');
  if (counts.fail > 0) output.line(`Written to ${errorsFile}, as they are with what is wrong (${reasons}); corrected, that file can be imported itself.`);
  // A receipt's answer does not tell whether an earlier run had it received already.
  const done = kind === 'stock' ? 'received, now or before' : 'created';
  const words = isTrial ? ['would be created', 'would be updated', 'would stay as they are', 'would fail'] : [done, 'updated', 'there already', 'failed'];
  const figures = [counts.create, counts.update, counts.skip, counts.fail].map((count, at) => `${countText(count)} ${words[at]}`).join(', ');
  output.line(output.bold(`${countText(rows)} rows of ${kind}: ${figures} (${seconds.toFixed(1)} s).${isTrial ? ' Nothing was changed.' : ''}`));
}
