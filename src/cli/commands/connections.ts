import { type Connection, createConnection, listConnections, listConnectors } from '@ordo/client';
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
  const rows = found.data.map(({ code, connector, channel, status, messages, lag_seconds: lag, last_received_at: last, told, last_sweep: sweep, id }) => [
    plain(code), connector, plain(channel), status, String(messages.waiting), String(messages.quarantined), String(messages.done), lag === 0 ? '' : `${lag} s`,
    last === null ? 'never' : instant(last), toldWords(told), sweepOf(sweep), id,
  ]);
  for (const line of tableOf(['CODE', 'CONNECTOR', 'CHANNEL', 'STATUS', 'WAITING', 'QUARANTINED', 'DONE', 'BEHIND', 'LAST MESSAGE', 'TOLD', 'LAST SWEEP', 'ID'], rows)) output.line(line);
  if (found.data.length === 0) output.note('No channel is connected: "ordo connections create" connects one.');
  return EXIT.ok;
}

function sweepOf(sweep: Connection['last_sweep']): string {
  if (sweep === null) return 'never';
  const open = sweep.missing_here + sweep.unknown_there + sweep.differing;
  const result = sweep.state === 'done' ? `, ${open} ${open === 1 ? 'difference' : 'differences'}` : sweep.attempts > 0 ? `, tried ${sweep.attempts} times` : '';
  return `${instant(sweep.started_at)} ${sweep.state}${result}`;
}

/** Without what only says how. */
const toldWords = (told: readonly string[]): string => told.filter((what) => !what.startsWith('stock_') && what !== 'tracking' && what !== 'partial_fulfilments').join(', ') || 'nothing';

/** The kinds of channel there are, and what each can tell and be told. */
export async function kinds(call: Call): Promise<ExitCode> {
  const { output } = call;
  const { data } = await answer(listConnectors({ client: await connect(call) }));
  if (output.json) {
    output.value({ data });
    return EXIT.ok;
  }
  for (const { connector, title, receives, told, swept, credentials, calls_per_second: calls, stock_at_once: atOnce } of data) {
    output.line(output.bold(`${title} (--connector ${connector})`));
    for (const { what, topics } of receives) output.line(`  receives ${what.padEnd(14)} ${topics.join(', ')}`);
    output.line(`  told     ${told.length === 0 ? 'nothing' : told.join(', ').replaceAll('_', ' ')}`);
    output.line(`  swept    ${swept ? 'yes' : 'no'}`);
    if (calls > 0) output.line(`  called   at most ${calls} times a second${atOnce > 1 ? `, ${atOnce} variants of stock at once` : ''}, with ${credentials.join(' and ')}`);
  }
  return EXIT.ok;
}

/** What the channel needs goes to stdout, a line each; what to do with it goes to stderr. */
export async function create(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const [code, connector, channel, secret] = ['--code', '--connector', '--channel', '--secret'].map((name) => options.get(name));
  if (code === undefined || connector === undefined || channel === undefined) throw new UsageError('"connections create" needs --code CODE, --connector NAME and --channel CODE.');
  const client = await connect(call);
  const made = await answer(createConnection({ client, body: { code, connector, channel, ...(secret === undefined ? {} : { secret }) } }));
  if (output.json) {
    output.value(made);
    return EXIT.ok;
  }
  output.note('Let the channel send its messages here:');
  output.line(`${(await connectionOf(call)).url.replace(/\/$/, '')}${made.connection.receive_path}`);
  const { data: all } = await answer(listConnectors({ client }));
  const topics = all.filter((one) => one.connector === connector).flatMap(({ receives }) => receives.flatMap((one) => one.topics));
  output.note(`Subscribe there: ${[...new Set(topics)].join(', ')}.`);
  if (made.secret !== null) {
    output.note('Enter this secret there; it is shown once:');
    output.line(made.secret);
  }
  return EXIT.ok;
}
