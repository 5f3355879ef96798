import { setTimeout as sleep } from 'node:timers/promises';
import { applyNodeClosure, type Client, closeNodes, type ClosureOutcome, type ClosureSums, getNodeClosure, listNodeClosureOrders, listNodeClosures, type NodeClosure, openNodes } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { type Output, tableOf } from '../output.ts';

const LOOK_AGAIN_MS = 500;
/** Orders of a preview or a result that are shown; the rest is in the list. */
const SHOWN = 20;

/** Shows what closing nodes would do, and does it with --apply. */
export async function close(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const client = await connect(call);
  const until = options.get('--until');
  const body = { nodes: [...call.arguments], reason: reasonOf(call), include_accepted: options.has('--include-accepted'), ...(until === undefined ? {} : { until }) };
  const preview = await answer(closeNodes({ client, body }));
  if (options.has('--apply')) return applied(call, client, preview.id);
  if (output.json) {
    output.value(preview);
    return EXIT.ok;
  }
  await show(client, preview, output);
  output.note(`Nothing has happened yet. To close the nodes: ordo nodes apply ${preview.id}`);
  return EXIT.ok;
}

/** Does what a preview showed. */
export async function apply(call: Call): Promise<ExitCode> {
  return applied(call, await connect(call), argument(call, 0));
}

async function applied(call: Call, client: Client, id: string): Promise<ExitCode> {
  const { output } = call;
  let one = await answer(applyNodeClosure({ client, path: { id }, body: {} }));
  const { added, gone } = one.changed;
  if (!output.json && added + gone > 0) output.note(`Since the preview ${added} orders came to these nodes, and ${gone} left them.`);
  while (one.state === 'moving') {
    output.progress(`${one.results.orders} orders done, ${one.left} left`);
    await sleep(LOOK_AGAIN_MS);
    one = await answer(getNodeClosure({ client, path: { id } }));
  }
  if (output.json) output.value(one);
  else await show(client, one, output);
  return one.results.failed > 0 ? EXIT.partly : EXIT.ok;
}

export async function closure(call: Call): Promise<ExitCode> {
  const client = await connect(call);
  const one = await answer(getNodeClosure({ client, path: { id: argument(call, 0) } }));
  if (call.output.json) call.output.value(one);
  else await show(client, one, call.output);
  return EXIT.ok;
}

export async function closures(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const cursor = options.get('--cursor');
  const page = await answer(listNodeClosures({ client: await connect(call), query: { limit: integerOption(call, '--limit', 20, 1, 250), ...(cursor === undefined ? {} : { cursor }) } }));
  if (output.json) output.value(page);
  else if (page.data.length === 0) output.note('No node was closed.');
  else for (const line of tableOf(['ID', 'STATE', 'NODES', 'UNTIL', 'REASON', 'CREATED'], page.data.map((one) => [one.id, one.state, plain(one.nodes.join(', ')), untilOf(one.until), plain(one.reason), instant(one.created_at)]))) output.line(line);
  if (!output.json && page.next_cursor !== null) output.note(`There are more: --cursor ${page.next_cursor}`);
  return EXIT.ok;
}

export async function reopen(call: Call): Promise<ExitCode> {
  const { output } = call;
  const { opened, open_already: already } = await answer(openNodes({ client: await connect(call), body: { nodes: [...call.arguments], reason: call.options.get('--reason') ?? 'reopened' } }));
  if (output.json) output.value({ opened, open_already: already });
  else {
    if (opened.length > 0) output.line(`Open again: ${plain(opened.join(', '))}. What they have goes to who waits for it.`);
    if (already.length > 0) output.line(`Open already: ${plain(already.join(', '))}.`);
  }
  return EXIT.ok;
}

function reasonOf({ options, command }: Call): string {
  const reason = options.get('--reason');
  if (reason === undefined) throw new UsageError(`"${command.name}" needs --reason: it is kept with every order that moves.`);
  return reason;
}

const untilOf = (until: string | null): string => (until === null ? 'opened by hand' : instant(until));
/** Micro-units as units with two digits. */
const cost = (micros: number | null): string => (micros === null ? '' : `${micros < 0 ? '-' : '+'}${(Math.abs(micros) / 1_000_000).toFixed(2)}`);

async function show(client: Client, one: NodeClosure, output: Output): Promise<void> {
  const { state, nodes, until, results, expected, left, to } = one;
  output.line(`${one.id}  ${state}: ${plain(nodes.join(', '))}, until ${untilOf(until)}`);
  const rows: [string, ClosureSums][] = [...(expected.orders > 0 || state === 'previewed' ? [['expected', expected] as [string, ClosureSums]] : []), ...(state === 'previewed' ? [] : [['done', results] as [string, ClosureSums]])];
  for (const line of tableOf(['', 'ORDERS', 'MOVED', 'WAITING', 'KEPT', 'GONE', 'FAILED', 'UNITS MOVED', 'WAITING', 'TO STORE: WAITS', 'DECIDE', 'COST', 'PROMISES BROKEN'], rows.map(([name, sums]) => [
    name, ...[sums.orders, sums.moved, sums.waiting, sums.kept, sums.gone, sums.failed, sums.units_moved, sums.units_waiting, sums.store_waits, sums.store_decide].map(String), cost(sums.cost_micros) + (sums.unpriced > 0 ? ` (${sums.unpriced} unpriced)` : ''), String(sums.promises_broken),
  ]))) output.line(line);
  if (state === 'moving') output.line(`${left} orders are left.`);
  if (to.length > 0) for (const line of ['', ...tableOf(['TO', 'ORDERS', 'UNITS'], to.map(({ node, orders, units }) => [plain(node), String(orders), String(units)]))]) output.line(line);
  const { data, has_more: more } = await answer(listNodeClosureOrders({ client, path: { id: one.id }, query: { limit: SHOWN } }));
  if (data.length === 0) return;
  output.line();
  const told = (outcome: ClosureOutcome | null): string[] => (outcome === null ? ['', '', '', ''] : [outcome.result, plain(where(outcome)), cost(outcome.cost_micros), promise(outcome)]);
  for (const line of tableOf(['ORDER', 'RESULT', 'WHERE', 'COST', 'EXPECTED'], data.map((row) => [row.order, ...told(row.result ?? row.expected)]))) output.line(line);
  if (more) output.note(`These are the first ${SHOWN}; all of them: GET /v1/node-closures/${one.id}/orders`);
}

const AT_STORE: Readonly<Record<string, string>> = { waits: 'waits for the store', on_time: 'arrives when the store is open', decide: 'ask its customer' };

function where({ moved, waiting, kept, result, reason }: ClosureOutcome): string {
  if (result === 'failed') return reason;
  return [
    ...summed(moved.map(({ quantity, from, to }) => [`${from} > ${to}`, quantity])), ...summed(waiting.map(({ quantity }) => ['wait', quantity])), ...kept.map(({ node, status, at_store: there }) => `stays at ${node}: ${status.toLowerCase()}${there === undefined ? '' : ` (${AT_STORE[there]})`}`),
  ].join(', ');
}

/** Units of several lines that have the same way, as one. */
function summed(parts: readonly (readonly [string, number])[]): string[] {
  const sums = new Map<string, number>();
  for (const [way, quantity] of parts) sums.set(way, (sums.get(way) ?? 0) + quantity);
  return [...sums].map(([way, quantity]) => `${quantity} ${way}`);
}

function promise({ expected }: ClosureOutcome): string {
  if (expected === null) return '';
  const to = expected.to === null ? 'nobody can say' : instant(expected.to);
  return expected.to === expected.from ? to : `${instant(expected.from)} > ${to}${expected.broken ? ' (broken)' : ''}`;
}
