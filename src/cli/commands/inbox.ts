import { type Client, dropMessage, eraseMessage, getMessage, type InboxBulk, type InboxMessage, listMessages, type ListMessagesData, workOnMessages } from '@ordo/client';
import { argument, type Call, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { tableOf } from '../output.ts';

type Query = NonNullable<ListMessagesData['query']>;

const PAGE = 250;

function filterOf({ options }: Call): Query {
  const filter: Record<string, string> = {};
  for (const [option, parameter] of [['--state', 'state'], ['--connection', 'connection'], ['--order', 'order'], ['--external-id', 'external_id'], ['--cursor', 'cursor']] as const) {
    const value = options.get(option);
    if (value !== undefined) filter[parameter] = value;
  }
  return filter as Query;
}

export async function list(call: Call): Promise<ExitCode> {
  const { output } = call;
  const page = await answer(listMessages({ client: await connect(call), query: { ...filterOf(call), limit: integerOption(call, '--limit', 25, 1, PAGE) } }));
  if (output.json) {
    output.value(page);
    return EXIT.ok;
  }
  const rows = page.data.map((one) => [
    instant(one.received_at), plain(one.connection), plain(one.topic), one.state, plain(one.external_id ?? ''), one.order ?? '', plain(one.reason ?? ''), one.id,
  ]);
  for (const line of tableOf(['RECEIVED', 'CONNECTION', 'TOPIC', 'STATE', 'EXTERNAL ID', 'ORDER', 'REASON', 'ID'], rows)) output.line(line);
  if (page.data.length === 0) output.note('No message matches.');
  if (page.next_cursor !== null) output.note(`There are more: --cursor ${page.next_cursor}`);
  return EXIT.ok;
}

export async function show(call: Call): Promise<ExitCode> {
  const { output } = call;
  const message = await answer(getMessage({ client: await connect(call), path: { id: argument(call, 0) } }));
  if (output.json) {
    output.value(message);
    return EXIT.ok;
  }
  const { body, body_hidden: hidden, errors } = message;
  for (const line of told(message)) output.line(line);
  for (const { pointer, code, detail } of errors ?? []) output.line(`  ${plain(pointer) || '(the whole message)'}: ${plain(detail)} (${code})`);
  output.line();
  if (hidden) output.note('The body is hidden: it needs a key with the scope orders:read_personal.');
  else if (body === null) output.note('The body was erased.');
  else output.line(readable(body));
  return EXIT.ok;
}

const told = (message: InboxMessage): string[] => [
  `${message.id}  ${plain(message.connection)}  ${plain(message.topic)}  ${message.state}`,
  `Received ${instant(message.received_at)}, delivery ${plain(message.delivery_id)}, tried ${message.attempts} times`,
  ...(message.external_id === null ? [] : [`External id ${plain(message.external_id)}`]), ...(message.order === null ? [] : [`Order ${message.order}`]),
  ...(message.reason === null ? [] : [plain(message.reason)]),
];

/** JSON with indents; anything else as it is, made safe for a terminal. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return plain(body);
  }
}

interface Failure { readonly id: string; readonly code: string; readonly detail: string }
type Outcomes = InboxBulk['results'];

/** Replays the messages that are named, or all that the options choose. What cannot be done to one does not stop the others. */
export async function replay(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const chosen = ['--state', '--connection'].some((name) => options.has(name));
  if (call.arguments.length > 0 === chosen) throw new UsageError('"inbox replay" needs either ids of messages, or --state or --connection to choose them.');
  const client = await connect(call);
  const failures: Failure[] = [];
  let replayed = 0;
  for await (const outcomes of chosen ? ofMatching(client, filterOf(call)) : ofNamed(client, call.arguments)) {
    failures.push(...outcomes.filter(({ outcome }) => outcome !== 'done').map(({ id, problem }) => ({ id, ...(problem ?? { code: 'NOT_FOUND', detail: 'There is no such message.' }) })));
    replayed += outcomes.filter(({ outcome }) => outcome === 'done').length;
    output.progress(`${replayed} replayed`);
  }
  if (output.json) output.value({ replayed, failed: failures });
  else {
    for (const { id, detail } of failures) output.note(`${id}: ${detail}`);
    output.line(`Replayed ${replayed} ${replayed === 1 ? 'message' : 'messages'}${failures.length === 0 ? '' : `; ${failures.length} could not be`}.`);
  }
  if (failures.length === 0) return EXIT.ok;
  return replayed === 0 ? EXIT.failed : EXIT.partly;
}

async function* ofNamed(client: Client, ids: readonly string[]): AsyncGenerator<Outcomes> {
  for (let at = 0; at < ids.length; at += PAGE) yield (await answer(workOnMessages({ client, body: { action: 'replay', ids: ids.slice(at, at + PAGE) } }))).results;
}

/** Latest first. Messages that change their state meanwhile do not move in this order. */
async function* ofMatching(client: Client, { connection, state }: Query): AsyncGenerator<Outcomes> {
  const filter = { ...(connection === undefined ? {} : { connection }), ...(state === undefined ? {} : { state }) };
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: InboxBulk = await answer(workOnMessages({ client, body: { action: 'replay', filter, ...(cursor === '' ? {} : { cursor }) } }));
    yield page.results;
    cursor = page.next_cursor;
  }
}

export async function drop(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const reason = options.get('--reason');
  if (reason === undefined) throw new UsageError('"inbox drop" needs --reason TEXT.');
  const message = await answer(dropMessage({ client: await connect(call), path: { id: argument(call, 0) }, body: { reason } }));
  if (output.json) output.value(message);
  else output.line('Dropped.');
  return EXIT.ok;
}

export async function erase(call: Call): Promise<ExitCode> {
  const { output } = call;
  const message = await answer(eraseMessage({ client: await connect(call), path: { id: argument(call, 0) } }));
  if (output.json) output.value(message);
  else output.line('Erased.');
  return EXIT.ok;
}
