import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { actOnOrders, type ActOnOrdersData, type Client, getOrderAction, listOrderActionResults, type OrderAction, type OrderActionResult } from '@ordo/client';
import { csvRow } from '../../files/cells.ts';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, UsageError } from '../command.ts';
import { answer, connect, orderId } from '../connect.ts';
import { plain } from '../format.ts';
import { tableOf } from '../output.ts';

type Body = ActOnOrdersData['body'];
const LOOK_AGAIN_MS = 200;
const PAGE = 1_000;
const ACTIONS = ['hold', 'release-hold', 'release', 'reroute', 'cancel', 'tag', 'untag', 'assign'] as const;
type Action = (typeof ACTIONS)[number];

/** Options that only some actions take. */
const OF_ACTION: Readonly<Record<string, readonly Action[]>> = {
  '--reason': ['hold', 'release-hold', 'reroute', 'cancel'], '--kind': ['hold', 'release-hold'], '--due': ['hold'], '--send-to': ['reroute'], '--customer': ['cancel'], '--force': ['cancel'], '--tags': ['tag', 'untag'], '--give-to': ['assign'],
};

/** What an action is to do, from the options that it takes. Throws UsageError for what is missing, and for what it does not take. */
function argsOf(call: Call, action: Action): Record<string, unknown> {
  const { options } = call;
  const stray = Object.entries(OF_ACTION).find(([name, actions]) => options.has(name) && !actions.includes(action));
  if (stray) throw new UsageError(`${stray[0]} says nothing to ${action}; it is for ${stray[1].join(', ')}.`);
  const needed = (name: string): string => {
    const value = options.get(name.split(' ')[0] ?? '')?.trim();
    if (value === undefined || value === '') throw new UsageError(`"${call.command.name} ${action}" needs ${name}.`);
    return value;
  };
  const given = (name: string, field: string): Record<string, string> => (options.has(name) ? { [field]: options.get(name) ?? '' } : {});
  const kind = options.has('--kind') ? { kind: options.get('--kind') } : {};
  switch (action) {
    case 'hold': return { reason: needed('--reason TEXT'), ...kind, ...given('--due', 'due_at') };
    case 'release-hold': return { ...given('--reason', 'reason'), ...kind };
    case 'release': return {};
    case 'reroute': return { ...given('--send-to', 'node'), ...given('--reason', 'reason') };
    case 'cancel': return { reason: needed('--reason TEXT'), requested_by: options.has('--customer') ? 'customer' : 'seller', ...(options.has('--force') ? { force: true } : {}) };
    case 'tag':
    case 'untag': return { tags: needed('--tags TAGS').split(',').map((tag) => tag.trim()) };
    case 'assign': return { assignee: needed('--give-to PERSON') === 'nobody' ? null : needed('--give-to PERSON') };
  }
}

const FILTERS: readonly (readonly [option: string, field: string])[] = [
  ['--channel', 'channel'], ['--node', 'node'], ['--tag', 'tag'], ['--assignee', 'assignee'], ['--level', 'level'], ['--sku', 'sku'], ['--country', 'country'], ['--payment', 'payment_state'], ['--placed-from', 'placed_from'], ['--placed-to', 'placed_to'],
  ['--search', 'q'],
];

/** The orders that are meant: those named, or those that the filter finds. Never all of them by leaving something out. */
async function ordersOf(call: Call, client: Client): Promise<Record<string, unknown>> {
  const { options } = call;
  const named = call.arguments.slice(1);
  const filter = {
    ...Object.fromEntries(FILTERS.filter(([option]) => options.has(option)).map(([option, field]) => [field, options.get(option)])),
    ...(options.has('--status') ? { status: options.get('--status')?.split(',') } : {}), ...(options.has('--hold') ? { hold: options.get('--hold') } : {}),
  };
  const filters = Object.keys(filter).length > 0 || options.has('--all');
  if (named.length > 0 === filters) throw new UsageError(`"${call.command.name}" needs either orders by id or number, or options that choose them; --all means every order.`);
  if (filters) return { filter };
  const ids: string[] = [];
  for (const one of named) ids.push(await orderId(client, one));
  return { ids };
}

/** Does one thing to many orders, after a dry run that says what would come of it. Ends with 3 where some were left as they were. */
export async function act(call: Call): Promise<ExitCode> {
  const { options } = call;
  const action = ACTIONS.find((one) => one === argument(call, 0));
  if (action === undefined) throw new UsageError(`There is no action "${argument(call, 0)}"; there are ${ACTIONS.join(', ')}.`);
  if (options.has('--dry-run') && options.has('--yes')) throw new UsageError('--dry-run changes nothing, and --yes does it: say one of them.');
  const args = argsOf(call, action);
  const client = await connect(call);
  const asked = { action: action.replace('-', '_'), args, orders: await ordersOf(call, client) };
  const isTrial = !options.has('--yes');
  const done = await watched(call, client, await answer(actOnOrders({ client, body: { ...asked, dry_run: isTrial } as Body })));
  const results = await resultsOf(client, done);
  const file = await failuresFile(call, results);
  print(call, done, results, file);
  if (isTrial && !options.has('--dry-run')) {
    const { changed } = done.counts;
    if (changed === 0) return endOf(done);
    throw new CommandFailed('NOT_CONFIRMED', `Nothing was changed: this would change ${counted(changed)}.`, 'Say it again with --yes if that is meant, or with --dry-run to only look.');
  }
  return endOf(done);
}

const counted = (orders: number): string => `${orders} ${orders === 1 ? 'order' : 'orders'}`;

function endOf({ counts: { changed, skipped, failed } }: OrderAction): ExitCode {
  if (skipped + failed === 0) return EXIT.ok;
  return changed === 0 ? EXIT.failed : EXIT.partly;
}

/** It goes on at the server whether somebody watches or not. */
async function watched({ output }: Call, client: Client, begun: OrderAction): Promise<OrderAction> {
  let one = begun;
  while (one.state === 'finding' || one.state === 'running') {
    const { done, total } = one.orders;
    output.progress(one.state === 'finding' ? `${counted(total)} found` : `${done} of ${counted(total)}${one.seconds_left === null ? '' : `, about ${one.seconds_left} s left`}`);
    await sleep(LOOK_AGAIN_MS);
    one = await answer(getOrderAction({ client, path: { id: begun.id } }));
  }
  if (one.state === 'done') return one;
  throw new CommandFailed(one.state.toUpperCase(), `The action ${one.id} was ${one.state === 'failed' ? 'ended by a defect' : 'cancelled'} after ${one.orders.done} of ${counted(one.orders.total)}; what was done stays.`, 'Look at what is left, and say it again for that.');
}

async function resultsOf(client: Client, { id }: OrderAction): Promise<readonly OrderActionResult[]> {
  const all: OrderActionResult[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { data: OrderActionResult[]; next_cursor: string | null } = await answer(listOrderActionResults({ client, path: { id }, query: { limit: PAGE, ...(cursor === '' ? {} : { cursor }) } }));
    all.push(...page.data);
    cursor = page.next_cursor;
  }
  return all;
}

/** Orders that were left as they were, as a table with what each was told; null where there are none. */
async function failuresFile({ options }: Call, results: readonly OrderActionResult[]): Promise<string | null> {
  const left = results.filter(({ result }) => result !== 'changed');
  const path = options.get('--failures') ?? (options.has('--yes') ? 'orders-failures.csv' : null);
  if (left.length === 0 || path === null) return null;
  await writeFile(path, ['order,result,code,detail\r\n', ...left.map(({ order, result, code, detail }) => csvRow([order, result ?? '', code ?? '', detail ?? '']))].join(''));
  return path;
}

function print({ output }: Call, done: OrderAction, results: readonly OrderActionResult[], file: string | null): void {
  if (output.json) {
    output.value({ ...done, results, failures_file: file });
    return;
  }
  if (results.length === 0) return output.note('No order matches.');
  const words = done.dry_run ? { changed: 'would change', skipped: 'would stay', failed: 'would fail' } : { changed: 'changed', skipped: 'left', failed: 'failed' };
  for (const line of tableOf(['ORDER', 'RESULT', 'CODE', 'WHY'], results.map(({ order, result, code, detail }) => [order, result === null ? '' : words[result], code ?? '', plain(detail ?? '')]))) output.line(line);
  const { changed, skipped, failed } = done.counts;
  output.note(`${counted(changed)} ${words.changed}, ${skipped} ${words.skipped}${failed === 0 ? '' : `, ${failed} ${words.failed}`}.`);
  for (const { count, sentence, fix } of done.reasons) output.note(`${count}: ${sentence}. ${fix}`);
  if (file !== null) output.note(`Orders that were left as they are: ${file}`);
}
