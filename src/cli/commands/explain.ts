import { getOrder, listRoutingDecisions, type RoutingDecision } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode } from '../command.ts';
import { answer, connect, orderId } from '../connect.ts';
import { type CountedLine, instant, micros, plain, unitsOf } from '../format.ts';
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
  for (const decision of decisions) show(decision, order.lines, output);
  return EXIT.ok;
}

function show(decision: RoutingDecision, lines: readonly CountedLine[], output: Output): void {
  output.line();
  output.line(`${output.bold(`Decision ${decision.decision_no}`)}  ${instant(decision.decided_at)}  ${decision.trigger}`);
  output.line(plain(decision.reason));
  showPlan(decision, lines, output);
}

type Plan = Pick<RoutingDecision, 'strategy' | 'strategy_version' | 'group' | 'relaxed' | 'notes' | 'terms_micros' | 'total_cost_micros' | 'chosen' | 'candidates'> & Readonly<Record<string, unknown>>;

/** Candidates are kept by cost, and what sends nothing costs little. For a reader, as in the console: what ships, what could have, what has nothing, what is ruled out. */
const PLACES: Readonly<Record<string, number>> = { CHOSEN: 0, COSTLIER: 1, PARTIAL: 1, NO_STOCK: 2 };
const placeOf = ({ verdict }: Plan['candidates'][number]): number => PLACES[verdict] ?? 3;

/** What stands behind a decision's sentence: its rules, how each node sends, what it costs, and every candidate. */
export function showPlan(decision: Plan, lines: readonly CountedLine[], output: Output): void {
  if (decision.strategy !== null) output.line(output.dim(`By the strategy ${plain(decision.strategy)}, version ${decision.strategy_version}, group "${plain(decision.group ?? '')}".`));
  for (const note of decision.notes) output.line(output.dim(plain(String(note))));
  for (const { node, carrier, service, ship_date: ships, arrival_date: arrives, days_late: late } of decision.chosen) {
    if (carrier === null) continue;
    output.line(`${plain(node)}: by ${plain(carrier)} ${plain(service ?? '')}, leaves ${ships ?? 'some day'}, there ${arrives ?? 'some day'}${late === 0 ? '' : `, ${late} day${late === 1 ? '' : 's'} late`}`);
  }
  const terms = Object.entries(decision.terms_micros).map(([term, amount]) => `${term} ${micros(amount)}`);
  if (terms.length > 0) output.line(`Costs ${micros(decision.total_cost_micros)}: ${terms.join(', ')}`);
  if (decision.candidates.length === 0) return;
  output.line();
  const rows = decision.candidates.toSorted((a, b) => placeOf(a) - placeOf(b)).map((one) => [
    one.verdict === 'CHOSEN' ? '*' : '', plain(one.node), typeof one['km'] === 'number' ? `${one['km']} km` : '', micros(one['cost_micros']),
    typeof one['lines_filled'] === 'number' ? String(one['lines_filled']) : '', (one.stock ?? []).map(({ line, units }) => unitsOf(lines, line, units)).join(' '), one.arrival_date ?? '', one.taken_percent === undefined ? '' : `${one.taken_percent} %`,
    Object.keys(one.terms_micros ?? {}).length < 2 ? '' : Object.entries(one.terms_micros ?? {}).map(([term, amount]) => `${term} ${micros(amount)}`).join(', '), one.verdict, [one['reason'], one['why']].flatMap((words) => (typeof words === 'string' ? [plain(words)] : [])).join(': '),
  ]);
  for (const line of withoutEmpty(['', 'NODE', 'DISTANCE', 'COST', 'LINES', 'STOCK', 'ARRIVES', 'TAKEN', 'TERMS', 'VERDICT', 'WHY'], rows)) output.line(line.includes('CHOSEN') ? output.green(line) : line);
  const left = decision['candidates_left_out'];
  if (typeof left === 'number' && left > 0) output.line(output.dim(`and ${left} further nodes that were not kept`));
}

/** A table of what somebody has something to say in. */
function withoutEmpty(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const kept = titles.flatMap((_, at) => (at === 0 || rows.some((row) => row[at] !== '') ? [at] : []));
  const pick = (cells: readonly string[]): string[] => kept.map((at) => cells[at] ?? '');
  return tableOf(pick(titles), rows.map(pick));
}
