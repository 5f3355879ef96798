import { getChannelPerformance, listAtRisk, listChannelFailures } from '@ordo/client';
import { LEVELS, RATES } from '../choices.ts';
import { argument, type Call, choiceOption, EXIT, type ExitCode, integerOption } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { tableOf } from '../output.ts';

const PAGE = 250;

function pageOf(call: Call): { limit: number; cursor?: string } {
  const cursor = call.options.get('--cursor');
  return { limit: integerOption(call, '--limit', 25, 1, PAGE), ...(cursor === undefined ? {} : { cursor }) };
}

export async function atRisk(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const [level, channel] = [choiceOption(call, '--level', LEVELS), options.get('--channel')];
  const query = { ...pageOf(call), ...(level === undefined ? {} : { level }), ...(channel === undefined ? {} : { channel }) };
  const found = await answer(listAtRisk({ client: await connect(call), query }));
  if (output.json) {
    output.value(found);
    return EXIT.ok;
  }
  const rows = found.data.map((one) => [
    `#${one.number}`, plain(one.channel), one.level, one.deadline, instant(one.due_at), one.predicted_at === null ? '' : instant(one.predicted_at), plain(one.reason), plain(one.tried?.outcome ?? ''), one.shipment ?? one.order,
  ]);
  for (const line of tableOf(['ORDER', 'CHANNEL', 'LEVEL', 'DATE', 'DUE', 'PREDICTED', 'CAUSE', 'TRIED', 'ID'], rows)) output.line(line);
  if (found.data.length === 0) output.note('No date is at risk.');
  if (found.next_cursor !== null) output.note(`There are more: --cursor ${found.next_cursor}`);
  return EXIT.ok;
}

export async function performance(call: Call): Promise<ExitCode> {
  const rate = choiceOption(call, '--orders', RATES);
  if (rate !== undefined) return failures(call, rate);
  const { output } = call;
  const found = await answer(getChannelPerformance({ client: await connect(call), path: { code: argument(call, 0) } }));
  const watched = RATES.flatMap((name) => (found[name] === null ? [] : [{ name, ...found[name] }]));
  if (output.json) output.value(found);
  else {
    const rows = watched.map((one) => [one.name, one.state, `${one.percent} %`, `${one.threshold_percent} %`, `${one.failed} of ${one.orders}`, `${one.window_days} days`]);
    for (const line of tableOf(['RATE', 'STATE', 'NOW', 'LIMIT', 'ORDERS', 'WINDOW'], rows)) output.line(line);
    if (watched.length === 0) output.note('The channel watches no rate: set deadlines.late_shipments or deadlines.cancellations.');
  }
  return watched.some(({ state }) => state === 'over') ? EXIT.partly : EXIT.ok;
}

async function failures(call: Call, rate: (typeof RATES)[number]): Promise<ExitCode> {
  const { output } = call;
  const found = await answer(listChannelFailures({ client: await connect(call), path: { code: argument(call, 0) }, query: { rate, ...pageOf(call) } }));
  if (output.json) {
    output.value(found);
    return EXIT.ok;
  }
  const when = (at: string | null): string => (at === null ? '' : instant(at));
  const rows = found.data.map((one) => [`#${one.number}`, plain(one.external_id), instant(one.placed_at), when(one.ship_by), one.open ? 'still to leave' : when(one.left_at), when(one.cancelled_at), one.order]);
  for (const line of tableOf(['ORDER', 'EXTERNAL', 'PLACED', 'SHIP BY', 'LEFT', 'CANCELLED', 'ID'], rows)) output.line(line);
  if (found.data.length === 0) output.note('No order counts against it.');
  if (found.next_cursor !== null) output.note(`There are more: --cursor ${found.next_cursor}`);
  return EXIT.ok;
}
