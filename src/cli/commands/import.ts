import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, UsageError } from '../command.ts';
import { connectionOf } from '../connect.ts';
import { createApi } from '../import/api.ts';
import { currencyDigits } from '../../files/numbers.ts';
import { importOlist } from '../import/import-olist.ts';
import { IssueLog, writeIssues } from '../import/issues.ts';
import { isTimeZone } from '../../files/local-time.ts';
import type { Settings } from '../import/plan.ts';
import { printReport } from '../import/print.ts';
import { createProgress } from '../import/progress.ts';
import { reportOf } from '../import/report.ts';
import { channelOf } from './import-uci.ts';

/** Ends with 0 where every order is accounted for, and with 3 where a row could not be used or a fact was refused. */
export async function olist(call: Call): Promise<ExitCode> {
  const directory = argument(call, 0);
  const settings = settingsOf(call.options);
  const errorsFile = call.options.get('--errors') ?? 'olist-errors.csv';
  await access(dirname(resolve(errorsFile)), constants.W_OK).catch((error: unknown) => { throw unwritable(errorsFile, error); });
  const connection = await connectionOf(call);
  const issues = new IssueLog();
  const startedAt = performance.now();
  const progress = createProgress(call.output, process.stderr.isTTY === true);
  const { reconciled, changes } = await importOlist({ directory, settings, issues, progress, api: createApi(connection), now: Date.now() }).catch(async (error: unknown) => {
    // What was found until then helps to see why.
    if (issues.list.length > 0) await writeIssues(errorsFile, issues.list).catch(() => undefined);
    throw error;
  });
  await writeIssues(errorsFile, issues.list).catch((error: unknown) => { throw unwritable(errorsFile, error); });
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  const report = reportOf({ directory, settings, seconds, errors_file: errorsFile, changes }, reconciled, issues);
  if (call.output.json) call.output.value(report);
  else printReport(report, call.output);
  return issues.faults === 0 ? EXIT.ok : EXIT.partly;
}

const unwritable = (path: string, error: unknown): CommandFailed =>
  new CommandFailed('ERRORS_FILE', `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}.`, 'Name another file with --errors.');

function settingsOf(options: Call['options']): Settings {
  const currency = options.get('--currency') ?? 'BRL';
  const digits = currencyDigits(currency);
  if (digits === undefined) throw new UsageError(`--currency takes an ISO 4217 code such as BRL, not "${currency}".`);
  const timeZone = options.get('--time-zone') ?? 'America/Sao_Paulo';
  if (!isTimeZone(timeZone)) throw new UsageError(`--time-zone takes an IANA time zone such as Europe/Berlin, not "${timeZone}".`);
  const country = options.get('--country') ?? 'BR';
  if (!/^[A-Z]{2}$/.test(country)) throw new UsageError(`--country takes an ISO 3166 code such as BR, not "${country}".`);
  return { channel: channelOf({ options }, 'olist'), currency, digits, country, timeZone };
}
