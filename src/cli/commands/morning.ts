import { getMorningList, type MorningEntry, type MorningList } from '@ordo/client';
import { CAUSES, MORNING_SORTS } from '../choices.ts';
import { type Call, choiceOption, EXIT, type ExitCode, integerOption } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, money, plain } from '../format.ts';
import { type Output, tableOf } from '../output.ts';

type Cause = MorningEntry['cause'];

/** What tonight's cut-offs will miss, and what to do about it. */
export async function morning(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const cause = choiceOption(call, '--cause', CAUSES);
  const node = options.get('--node');
  const sort = choiceOption(call, '--sort', MORNING_SORTS) === 'cut-off' ? 'cut_off' : 'value';
  const list = await answer(getMorningList({ client: await connect(call), query: { sort, limit: integerOption(call, '--limit', 25, 1, 100), ...(cause ? { cause } : {}), ...(node === undefined ? {} : { node }) } }));
  if (output.json) output.value(list);
  else show(list, output);
  return EXIT.ok;
}

function show({ totals, overdue, data, has_more: more }: MorningList, output: Output): void {
  if (totals.length === 0) output.line('Everything that should leave tonight is on its way.');
  else for (const line of tableOf(['CAUSE', 'ORDERS', 'AT STAKE'], totals.map(({ cause, orders, money: sums }) => [word(cause), String(orders), sums.map(({ currency, total_minor: minor }) => money(minor, currency)).join(', ')]))) output.line(line);
  if (overdue.length > 0) for (const line of ['', ...tableOf(['OVERDUE AT', 'SHIPMENTS', 'SINCE'], overdue.map(({ node, shipments, oldest }) => [plain(node), String(shipments), oldest]))]) output.line(line);
  if (data.length === 0) return;
  output.line();
  for (const line of tableOf(['ORDER', 'TOTAL', 'CAUSE', 'AT', 'CUT-OFF', 'PROMISED', 'FIX', 'COST'], data.map((row) => [
    `#${row.number}`, money(row.total_minor, row.currency), word(row.cause), row.shipment === null ? '' : `${plain(row.shipment.node)}, ${row.shipment.orders_before} before it`, cutOffOf(row), row.promised_at === null ? '' : instant(row.promised_at), fixOf(row), costOf(row.fix.cost_micros),
  ]))) output.line(line);
  if (more) output.note('There are more: raise --limit, or choose with --cause and --node.');
  output.note('Each fix is one or a few existing operations; --json shows them.');
}

const word = (cause: Cause): string => cause.replaceAll('_', ' ').toLowerCase();
const cutOffOf = ({ shipment }: MorningEntry): string => (shipment?.cut_off ? instant(shipment.cut_off.at) : '');
const costOf = (micros: number | null): string => (micros === null ? '' : `${micros < 0 ? '-' : '+'}${(Math.abs(micros) / 1_000_000).toFixed(2)}`);

function fixOf({ fix: { kind, to, leaves, keeps_promise: keeps } }: MorningEntry): string {
  const late = keeps === false ? ', too late' : '';
  const day = leaves === null ? '' : `, leaves ${leaves}`;
  switch (kind) {
    case 'reroute': return `reroute to ${plain(to.join(' and '))}${day}${late}`;
    case 'route': return `route to ${plain(to.join(' and '))}${day}${late}`;
    case 'release_hold': return 'release its holds';
    case 'release': return 'release it';
    case 'tell_customer': return `tell the customer${day}`;
  }
}
