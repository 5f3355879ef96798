import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelDifference, type ChannelSweep, type Client, type Connection, listConnections, listDifferences, listSweeps, sweepConnection } from '@ordo/client';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, integerOption } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, money, plain } from '../format.ts';
import { tableOf } from '../output.ts';

const LOOK_AGAIN_MS = 500;

async function connectionOf(client: Client, code: string): Promise<Connection> {
  const { data } = await answer(listConnections({ client }));
  const found = data.find((one) => one.code === code || one.id === code);
  if (found === undefined) throw new CommandFailed('NOT_FOUND', `There is no connection "${code}".`, 'See "ordo connections".');
  return found;
}

/** Sweeps a channel and waits for the end of it, or shows its last sweep. */
export async function sweep(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const client = await connect(call);
  const { id, last_sweep: last } = await connectionOf(client, argument(call, 0));
  if (options.has('--last')) {
    if (output.json) output.value(last);
    else if (last === null) output.note('This channel was not swept yet.');
    else for (const line of told(last)) output.line(line);
    return EXIT.ok;
  }
  const since = options.get('--since');
  const begun = await answer(sweepConnection({ client, path: { id }, body: since === undefined ? {} : { since } }));
  let noted: string | null = null;
  const ended = await untilEnded(client, id, begun, (one) => {
    output.progress(`${one.orders_seen} orders read`);
    if (one.note !== null && one.note !== noted) output.note(plain(one.note));
    noted = one.note;
  });
  if (output.json) output.value(ended);
  else for (const line of told(ended)) output.line(line);
  return ended.state === 'failed' ? EXIT.failed : EXIT.ok;
}

async function untilEnded(client: Client, id: string, begun: ChannelSweep, shown: (one: ChannelSweep) => void): Promise<ChannelSweep> {
  for (let one: ChannelSweep = begun; ;) {
    if (one.ended_at !== null) return one;
    shown(one);
    await sleep(LOOK_AGAIN_MS);
    const { data }: { data: ChannelSweep[] } = await answer(listSweeps({ client, path: { id }, query: { limit: 5 } }));
    one = data.find((found) => found.id === begun.id) ?? one;
  }
}

function told(one: ChannelSweep): string[] {
  const { figures, note } = one;
  return [
    `${one.id}  ${one.state}, begun ${instant(one.started_at)}, changes since ${instant(one.since)}`,
    ...(note === null ? [] : [plain(note)]),
    `Orders read ${one.orders_seen}, fetched: missing ${one.fetched_missing}, newer ${one.fetched_newer}; unreadable ${one.unreadable}`,
    `Differences open: missing here ${one.missing_here}, unknown there ${one.unknown_there}, differing ${one.differing}`,
    ...tableOf(['CURRENCY', 'ORDERS THERE', 'HERE', 'TOTAL THERE', 'HERE', 'UNITS THERE', 'HERE'], figures.map(({ currency, there, here }) => [
      currency, String(there.orders), String(here.orders), money(there.total_minor, currency), money(here.total_minor, currency), String(there.units), String(here.units),
    ])).slice(0, figures.length === 0 ? 0 : undefined),
  ];
}

export async function differences(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const client = await connect(call);
  const { id } = await connectionOf(client, argument(call, 0));
  const cursor = options.get('--cursor');
  const query = { state: options.has('--closed') ? 'closed' as const : 'open' as const, limit: integerOption(call, '--limit', 50, 1, 250), ...(cursor === undefined ? {} : { cursor }) };
  const page = await answer(listDifferences({ client, path: { id }, query }));
  if (output.json) {
    output.value(page);
    return EXIT.ok;
  }
  const rows = page.data.map((one) => [plain(one.external_id), one.kind, sideOf(one.there), sideOf(one.here), one.order ?? '', instant(one.first_seen_at), plain(one.note ?? '')]);
  if (rows.length === 0) output.note('No difference.');
  else for (const line of tableOf(['EXTERNAL ID', 'DIFFERENCE', 'THERE', 'HERE', 'ORDER', 'SINCE', 'NOTE'], rows)) output.line(line);
  if (page.next_cursor !== null) output.note(`There are more: --cursor ${page.next_cursor}`);
  return EXIT.ok;
}

const sideOf = (figures: ChannelDifference['there']): string =>
  (figures === null ? '' : `${money(figures.total_minor, figures.currency)}, ${figures.units} ${figures.units === 1 ? 'unit' : 'units'}`);
