import { type Connection, createConnection, listConnections } from '@ordo/client';
import { type Call, EXIT, type ExitCode, UsageError } from '../command.ts';
import { answer, connect, connectionOf } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { tableOf } from '../output.ts';

export async function list(call: Call): Promise<ExitCode> {
  const { output } = call;
  const found = await answer(listConnections({ client: await connect(call) }));
  if (output.json) {
    output.value(found);
    return EXIT.ok;
  }
  const rows = found.data.map(({ code, connector, channel, status, messages, lag_seconds: lag, last_received_at: last, last_sweep: sweep, id }) => [
    plain(code), connector, plain(channel), status, String(messages.waiting), String(messages.quarantined), String(messages.done), lag === 0 ? '' : `${lag} s`,
    last === null ? 'never' : instant(last), sweepOf(sweep), id,
  ]);
  for (const line of tableOf(['CODE', 'CONNECTOR', 'CHANNEL', 'STATUS', 'WAITING', 'QUARANTINED', 'DONE', 'BEHIND', 'LAST MESSAGE', 'LAST SWEEP', 'ID'], rows)) output.line(line);
  if (found.data.length === 0) output.note('No channel is connected: "ordo connections create" connects one.');
  return EXIT.ok;
}

function sweepOf(sweep: Connection['last_sweep']): string {
  if (sweep === null) return 'never';
  const open = sweep.missing_here + sweep.unknown_there + sweep.differing;
  const result = sweep.state === 'done' ? `, ${open} ${open === 1 ? 'difference' : 'differences'}` : sweep.attempts > 0 ? `, tried ${sweep.attempts} times` : '';
  return `${instant(sweep.started_at)} ${sweep.state}${result}`;
}

/** What the channel needs goes to stdout, a line each; what to do with it goes to stderr. */
export async function create(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const [code, connector, channel, secret] = ['--code', '--connector', '--channel', '--secret'].map((name) => options.get(name));
  if (code === undefined || connector === undefined || channel === undefined) throw new UsageError('"connections create" needs --code CODE, --connector NAME and --channel CODE.');
  const made = await answer(createConnection({ client: await connect(call), body: { code, connector, channel, ...(secret === undefined ? {} : { secret }) } }));
  if (output.json) {
    output.value(made);
    return EXIT.ok;
  }
  output.note('Let the channel send its messages here:');
  output.line(`${(await connectionOf(call)).url.replace(/\/$/, '')}${made.connection.receive_path}`);
  if (made.secret !== null) {
    output.note('Enter this secret there; it is shown once:');
    output.line(made.secret);
  }
  return EXIT.ok;
}
