import { argument, type Call, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { connectionOf } from '../connect.ts';
import { createApi } from '../import/api.ts';
import { createProgress } from '../import/progress.ts';
import { importUci } from '../import/uci/import-uci.ts';
import { printUci, type UciReport } from '../import/uci/print.ts';

/** Ends with 0 where every row is accounted for, and with 3 where a row could not be used or Ordo refused something. */
export async function uci(call: Call): Promise<ExitCode> {
  const path = argument(call, 0);
  const settings = { channel: channelOf(call, 'uci'), currency: 'GBP', node: 'UK-DC' };
  const files = { errors_file: call.options.get('--errors') ?? 'uci-errors.csv', cancellations_file: call.options.get('--cancellations') ?? 'uci-cancellations.csv' };
  if (files.errors_file === files.cancellations_file) throw new UsageError('--errors and --cancellations must name two files.');
  const limit = integerOption(call, '--limit', Number.POSITIVE_INFINITY, 1, 999_999_999);
  const connection = await connectionOf(call);
  const startedAt = performance.now();
  const result = await importUci({
    path, settings, limit, errorsFile: files.errors_file, cancellationsFile: files.cancellations_file, api: createApi(connection),
    progress: createProgress(call.output, process.stderr.isTTY === true),
  });
  const report: UciReport = { file: path, ...settings, ...files, ...result, seconds: Math.round(performance.now() - startedAt) / 1000 };
  if (call.output.json) call.output.value(report);
  else printUci(report, call.output);
  return result.faults + result.refusals.length === 0 && result.totals.invoices.refused === 0 ? EXIT.ok : EXIT.partly;
}

/** The channel that orders come from, or a usual one. */
export function channelOf({ options }: Pick<Call, 'options'>, usual: string): string {
  const channel = options.get('--channel') ?? usual;
  if (!/^.{1,100}$/u.test(channel)) throw new UsageError('--channel takes a code of 1 to 100 characters.');
  return channel;
}
