import { setTimeout as sleep } from 'node:timers/promises';
import { cancelSimulation, getSimulation, listSimulatedOrders, type RoutingSimulation, type SimulatedWorld, startSimulation, type StartSimulationData } from '@ordo/client';
import { type Call, CommandFailed, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { micros, plain } from '../format.ts';
import { createProgress } from '../import/progress.ts';
import { type Output, tableOf } from '../output.ts';

const LOOK_EVERY_MS = 250;

/** Asks what other rules would have made of past orders, waits for the answer, and shows it. */
export async function simulate(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const client = await connect(call);
  const body = questionOf(call);
  const show = integerOption(call, '--show', 10, 0, 250);
  const started = await answer(startSimulation({ client, body }));
  if (options.has('--detach')) {
    if (output.json) output.value(started);
    else output.line(started.id);
    return EXIT.ok;
  }
  const done = await settled(call, client, started);
  if (done.state === 'cancelled') throw new CommandFailed('CANCELLED', 'The simulation was cancelled.', 'Start it again.');
  if (done.problem !== null) throw new CommandFailed(done.problem.code, done.problem.detail, done.problem.fix);
  const orders = show === 0 ? [] : (await answer(listSimulatedOrders({ client, path: { id: done.id }, query: { limit: show } }))).data;
  if (output.json) {
    output.value({ ...done, moved_orders: orders });
    return EXIT.ok;
  }
  showReport(done, output);
  for (const { number, difference, before, after } of orders) {
    output.line();
    output.line(output.bold(`${number === null ? 'An order that was made up' : `Order ${number}`}: ${plain(difference.sentence)}`));
    output.line(`  ${done.strategy === null ? 'It was' : 'Now'}: ${plain(before.reason) || 'not taken in.'}`);
    output.line(`  Then: ${plain(after.reason) || 'not taken in.'}`);
  }
  const left = (done.report?.moved ?? 0) - orders.length;
  if (left > 0) output.note(`${left} orders more move: --show N shows up to 250, GET /v1/routing-simulations/${done.id}/orders all of them.`);
  return EXIT.ok;
}

function questionOf({ options, command }: Call): StartSimulationData['body'] {
  const [from, to = new Date().toISOString(), strategy, channel] = [options.get('--from'), options.get('--to'), options.get('--strategy'), options.get('--channel')];
  if (from === undefined) throw new UsageError(`"${command.name}" needs --from TIME.`);
  const at = strategy?.lastIndexOf('@') ?? -1;
  const version = at < 1 ? undefined : strategy?.slice(at + 1);
  if (version !== undefined && !/^[1-9]\d{0,8}$/.test(version)) throw new UsageError(`--strategy of "${command.name}" takes CODE or CODE@VERSION, not "${strategy}".`);
  const generated = options.get('--generated');
  if (generated !== undefined && !/^[1-9]\d{0,8}$/.test(generated)) throw new UsageError(`--generated takes a whole number, not "${generated}".`);
  return {
    from, to, ...(strategy === undefined ? {} : { strategy: version === undefined ? strategy : strategy.slice(0, at) }), ...(version === undefined ? {} : { version: Number(version) }),
    ...(channel === undefined ? {} : { channel }), ...(generated === undefined ? {} : { generated: Number(generated) }),
  };
}

/** Waits for its end. Who interrupts the command cancels it. */
async function settled({ output }: Call, client: Awaited<ReturnType<typeof connect>>, started: RoutingSimulation): Promise<RoutingSimulation> {
  const progress = createProgress(output, process.stderr.isTTY === true);
  const interrupted = (): void => void cancelSimulation({ client, path: { id: started.id }, body: {} }).finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  let [now, shown, staged] = [started, 0, false];
  try {
    while (now.state === 'waiting' || now.state === 'running') {
      await sleep(LOOK_EVERY_MS);
      now = await answer(getSimulation({ client, path: { id: started.id } }));
      if (!staged && now.orders.total !== null) progress.stage('Simulating', now.orders.total);
      staged ||= now.orders.total !== null;
      if (staged) progress.add(now.orders.done - shown);
      shown = now.orders.done;
    }
    progress.end();
  } finally {
    process.off('SIGINT', interrupted);
  }
  return now;
}

function showReport({ report, strategy, generated }: RoutingSimulation, output: Output): void {
  if (report === null) return;
  const { orders, moved, unmoved, reproduced, live, draft, notes } = report;
  output.line(output.bold(`${moved} of ${orders} orders ${strategy === null ? 'go elsewhere than they did' : 'would go elsewhere'}, ${unmoved} would not.`));
  if (reproduced !== null) output.line(`By the rules that held, ${reproduced} of ${orders} go where they went in fact.`);
  else if (generated !== null) output.line('The orders were drawn from those of the time.');
  const name = strategy === null ? '' : `${plain(strategy.code)} ${strategy.version}${strategy.draft ? ' (draft)' : ''}`;
  const rows = FIGURES.map(([label, read]) => [label, read(live), ...(draft === null ? [] : [read(draft)])]);
  output.line();
  for (const line of tableOf(['', 'AS IT WAS', ...(draft === null ? [] : [name.toUpperCase()])], rows)) output.line(line);
  const codes = [...new Set([...live.nodes, ...(draft?.nodes ?? [])].map(({ node }) => node))];
  const loadOf = ({ nodes }: SimulatedWorld, code: string): string => String(nodes.find(({ node }) => node === code)?.shipments ?? 0);
  output.line();
  for (const line of tableOf(['SHIPMENTS OF', 'AS IT WAS', ...(draft === null ? [] : [name.toUpperCase()])], codes.map((code) => [plain(code), loadOf(live, code), ...(draft === null ? [] : [loadOf(draft, code)])]))) output.line(line);
  for (const one of notes) output.note(plain(one));
}

const percent = (value: number | null): string => (value === null ? 'unknown' : `${value} %`);
const FIGURES: readonly (readonly [string, (world: SimulatedWorld) => string])[] = [
  ['cost', ({ cost_micros: cost }) => (cost === null ? 'not weighed' : micros(cost))], ['shipments', ({ shipments }) => String(shipments)], ['split orders', ({ split_orders: split, split_percent: share }) => `${split} (${percent(share)})`],
  ['kilometres a shipment', ({ kilometres_per_shipment: km }) => (km === null ? 'unknown' : String(km))], ['late', ({ late_percent: late }) => percent(late)],
  ['placed at once', ({ fill_percent: fill }) => percent(fill)], ['orders that wait', ({ waiting_orders: waiting }) => String(waiting)], ['orders refused', ({ refused_orders: refused }) => String(refused)],
];
