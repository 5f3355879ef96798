import { endStrategyShadow, getStrategyShadow, listShadowOrders, putStrategyInShadow, type StrategyShadow } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, micros, plain } from '../format.ts';
import { type Output, tableOf } from '../output.ts';

/** Puts a draft in shadow, takes it out, and shows what it would have made of the orders since. */
export async function shadow(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const [on, off, channel] = [options.has('--on'), options.has('--off'), options.get('--channel')];
  if (on && off) throw new UsageError(`"${call.command.name}" takes --on or --off, not both.`);
  if (channel !== undefined && !on) throw new UsageError('--channel says whose orders a draft is asked of: it goes with --on.');
  const show = integerOption(call, '--show', 10, 0, 250);
  const client = await connect(call);
  const path = { code: argument(call, 0) };
  const now = on ? await answer(putStrategyInShadow({ client, path, body: channel === undefined ? {} : { channel } }))
    : off ? await answer(endStrategyShadow({ client, path })) : await answer(getStrategyShadow({ client, path }));
  const orders = show === 0 || now.moved === 0 ? [] : (await answer(listShadowOrders({ client, path, query: { limit: show } }))).data;
  if (output.json) {
    output.value({ ...now, moved_orders: orders });
    return EXIT.ok;
  }
  showFigures(now, output);
  for (const { number, difference, before, after } of orders) {
    output.line();
    output.line(output.bold(`Order ${number}: ${plain(difference.sentence)}`));
    output.line(`  Now: ${plain(before.reason)}`);
    output.line(`  Then: ${plain(after.reason)}`);
  }
  if (now.moved > orders.length) output.note(`${now.moved - orders.length} orders more would have moved: --show N shows up to 250.`);
  return EXIT.ok;
}

function showFigures({ strategy, version, revision, channel, state, since, until, orders, moved, left_out: leftOut, costed_orders: costed, currency, live, draft }: StrategyShadow, output: Output): void {
  const whose = channel === null ? '' : `, for ${plain(channel)}`;
  output.line(output.bold(`${plain(strategy)}, version ${version}, revision ${revision}${whose}: `) + (state === 'on' ? `in shadow since ${instant(since)}.` : `was in shadow from ${instant(since)} to ${until === null ? '' : instant(until)}.`));
  output.line(`${moved} of ${orders} orders would have gone elsewhere.`);
  output.line();
  const rows = [
    ['split orders', String(live.split_orders), String(draft.split_orders)], ['late orders', String(live.late_orders), String(draft.late_orders)], ['orders with units unplaced', String(live.unplaced_orders), String(draft.unplaced_orders)],
    ...(costed === 0 ? [] : [[`cost of ${costed} orders${currency === null ? '' : `, ${plain(currency)}`}`, micros(live.cost_micros), micros(draft.cost_micros)]]),
  ];
  for (const line of tableOf(['', 'AS IT WAS', 'DRAFT'], rows)) output.line(line);
  if (leftOut > 0) output.note(`${leftOut} orders had changed, or would have gone elsewhere by the live rules too, before they were looked at; they are left out.`);
}
