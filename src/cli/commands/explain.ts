import { getOrder, listRoutingDecisions, type RoutingDecision } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode } from '../command.ts';
import { answer, connect, orderId } from '../connect.ts';
import { instant, micros, plain } from '../format.ts';
import { type Output, tableOf } from '../output.ts';

/** What speaks for fraud, and every routing decision of an order as it was made: the sentence, and what each node had to do with it. */
export async function explain(call: Call): Promise<ExitCode> {
  const { output } = call;
  const client = await connect(call);
  const id = await orderId(client, argument(call, 0));
  const order = await answer(getOrder({ client, path: { id } }));
  const { data: decisions } = await answer(listRoutingDecisions({ client, path: { id } }));
  if (output.json) {
    output.value({ order: { id: order.id, number: order.number, status: order.status, geocode: order.geocode, risk: order.risk }, data: decisions });
    return EXIT.ok;
  }
  output.line(`${output.bold(`Order ${order.number}`)}  ${order.status}  ${order.id}`);
  if (order.geocode !== null) output.line(`Its place is known by ${order.geocode.precision === 'exact' ? 'exact coordinates' : order.geocode.precision}, source: ${order.geocode.source.replace('_', '-')}.`);
  if (order.risk !== null) {
    output.line(`Risk score ${order.risk.score} of 100${order.risk.reasons.length === 0 ? ': nothing speaks for fraud.' : ':'}`);
    for (const { points, reason } of order.risk.reasons) output.line(`  +${points}  ${plain(reason)}`);
  }
  if (decisions.length === 0) output.line(order.holds.some((hold) => hold.released_at === null) ? 'It is not routed yet: a hold stops it.' : 'It is not routed yet.');
  for (const decision of decisions) show(decision, output);
  return EXIT.ok;
}

function show(decision: RoutingDecision, output: Output): void {
  output.line();
  output.line(`${output.bold(`Decision ${decision.decision_no}`)}  ${instant(decision.decided_at)}  ${decision.trigger}`);
  output.line(plain(decision.reason));
  if (decision.candidates.length === 0) return;
  output.line();
  const rows = decision.candidates.map((one) => [
    one.verdict === 'CHOSEN' ? '*' : '', plain(one.node), typeof one['km'] === 'number' ? `${one['km']} km` : '', micros(one['cost_micros']),
    typeof one['lines_filled'] === 'number' ? String(one['lines_filled']) : '', one.verdict, typeof one['reason'] === 'string' ? plain(one['reason']) : '',
  ]);
  for (const line of tableOf(['', 'NODE', 'DISTANCE', 'COST', 'LINES', 'VERDICT', 'WHY'], rows)) output.line(line.includes('CHOSEN') ? output.green(line) : line);
  const left = decision['candidates_left_out'];
  if (typeof left === 'number' && left > 0) output.line(output.dim(`and ${left} further nodes that were not kept`));
}
