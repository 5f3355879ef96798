import { getOrder, whatIf as ask, type WhatIfData } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode, UsageError } from '../command.ts';
import { answer, connect, orderId } from '../connect.ts';
import { plain, unitsOf } from '../format.ts';
import { showPlan } from './explain.ts';
import { readStrategy } from './routing.ts';

type Body = NonNullable<WhatIfData['body']>;

/** Where an order would go if something were otherwise: the sentence, what moves, and the decision behind it. */
export async function whatIf(call: Call): Promise<ExitCode> {
  const { output } = call;
  const body = await questionOf(call);
  const client = await connect(call);
  const path = { id: await orderId(client, argument(call, 0)) };
  const found = await answer(ask({ client, path, body }));
  if (output.json) {
    output.value(found);
    return EXIT.ok;
  }
  const { lines } = await answer(getOrder({ client, path }));
  const { difference, what_if: made, scope } = found;
  output.line(output.bold(plain(difference.sentence)));
  if (scope === 'whole_order') output.line('Nothing of it is left to be routed, so this is the whole order as if it came in now.');
  for (const { line, quantity, from, to } of difference.moved) output.line(`line ${line}: ${unitsOf(lines, line, quantity)} ${from === null ? 'without a node' : `from ${plain(from)}`} ${to === null ? 'would wait' : `to ${plain(to)}`}`);
  output.line();
  output.line(plain(made.reason));
  showPlan(made, lines, output);
  return EXIT.ok;
}

async function questionOf({ options, command }: Call): Promise<Body> {
  const list = (name: string): string[] | undefined => options.get(name)?.split(',').map((one) => one.trim()).filter((one) => one !== '');
  const pairs = (name: string, form: string): [string, string][] | undefined => list(name)?.map((pair) => {
    const at = pair.lastIndexOf('=');
    if (at < 1) throw new UsageError(`${name} of "${command.name}" takes ${form}, not "${pair}".`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const stock = pairs('--stock', 'SKU@NODE=5')?.map(([place, onHand]) => {
    const at = place.lastIndexOf('@');
    if (at < 1) throw new UsageError(`--stock of "${command.name}" takes SKU@NODE=5, not "${place}=${onHand}".`);
    return { sku: place.slice(0, at), node: place.slice(at + 1), on_hand: onHand };
  });
  const [country, postcode, city, file] = [options.get('--country'), options.get('--postcode'), options.get('--city'), options.get('--groups')];
  if (country === undefined && (postcode ?? city) !== undefined) throw new UsageError('--postcode and --city need --country CODE.');
  const weights = pairs('--weight', 'TERM=0.5');
  return given({
    exclude_nodes: list('--exclude'), only_nodes: list('--only'), weights: weights && Object.fromEntries(weights), strategy: options.get('--strategy'), draft: options.has('--draft') || undefined,
    groups: file === undefined ? undefined : (await readStrategy(file)).groups, stock, destination: country === undefined ? undefined : given({ country, postcode, city }),
    service_level: options.get('--service-level'), deliver_by: options.get('--deliver-by'), now: options.get('--now'),
  });
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };
/** What was given, without the rest. */
const given = <T extends object>(fields: T): Given<T> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
