import { type Client, dropMessage, eraseMessage, getMessage, type InboxMessage, listMessages, type ListMessagesData, replayMessage } from '@ordo/client';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
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

/** Replays the messages that are named, or all that the options choose. */
export async function replay(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const chosen = ['--state', '--connection'].some((name) => options.has(name));
  if (call.arguments.length > 0 === chosen) throw new UsageError('"inbox replay" needs either ids of messages, or --state or --connection to choose them.');
  const client = await connect(call);
  const failures: Failure[] = [];
  let replayed = 0;
  for await (const id of chosen ? matching(client, filterOf(call)) : call.arguments) {
    const failure = await replayOne(client, id);
    if (failure === null) replayed += 1;
    else failures.push(failure);
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

/** Ids of every message of a filter, latest first. Messages that change their state meanwhile do not move in this order. */
async function* matching(client: Client, filter: Query): AsyncGenerator<string> {
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { data: InboxMessage[]; next_cursor: string | null } = await answer(listMessages({ client, query: { ...filter, limit: PAGE, ...(cursor === '' ? {} : { cursor }) } }));
    for (const { id } of page.data) yield id;
    cursor = page.next_cursor;
  }
}

/** What the server refuses for one message does not stop the others; that it cannot be reached does. */
async function replayOne(client: Client, id: string): Promise<Failure | null> {
  try {
    await answer(replayMessage({ client, path: { id } }));
    return null;
  } catch (error) {
    if (!(error instanceof CommandFailed) || !['NOT_FOUND', 'MESSAGE_ERASED'].includes(error.code)) throw error;
    return { id, code: error.code, detail: error.message };
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
