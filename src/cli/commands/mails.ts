import { type Client, getMail, listMails, type ListMailsData, type Mail, type MailDetail, retryMail } from '@ordo/client';
import { argument, type Call, CommandFailed, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { answer, connect } from '../connect.ts';
import { instant, plain } from '../format.ts';
import { tableOf } from '../output.ts';

type Query = NonNullable<ListMailsData['query']>;

const PAGE = 250;

function filterOf({ options }: Call): Query {
  const filter: Record<string, string> = {};
  for (const name of ['state', 'kind', 'order', 'cursor']) {
    const value = options.get(`--${name}`);
    if (value !== undefined) filter[name] = value;
  }
  return filter as Query;
}

export async function list(call: Call): Promise<ExitCode> {
  const { output } = call;
  const page = await answer(listMails({ client: await connect(call), query: { ...filterOf(call), limit: integerOption(call, '--limit', 25, 1, PAGE) } }));
  if (output.json) {
    output.value(page);
    return EXIT.ok;
  }
  const rows = page.data.map((one) => [
    instant(one.created_at), one.kind, one.state, plain(one.to ?? ''), plain(one.subject ?? ''), one.order_number === null ? '' : `#${one.order_number}`, String(one.attempts), plain(one.note ?? ''), one.id,
  ]);
  for (const line of tableOf(['NOTED', 'KIND', 'STATE', 'TO', 'SUBJECT', 'ORDER', 'TRIES', 'NOTE', 'ID'], rows)) output.line(line);
  if (page.data.length === 0) output.note('No mail matches.');
  if (page.next_cursor !== null) output.note(`There are more: --cursor ${page.next_cursor}`);
  return EXIT.ok;
}

export async function show(call: Call): Promise<ExitCode> {
  const { output } = call;
  const mail = await answer(getMail({ client: await connect(call), path: { id: argument(call, 0) } }));
  if (output.json) {
    output.value(mail);
    return EXIT.ok;
  }
  for (const line of told(mail)) output.line(line);
  const { message } = mail;
  if (message === null) {
    output.note('There is no text: it was not written yet, could not be, or was erased.');
    return EXIT.ok;
  }
  output.line();
  for (const line of message.text.split('\n')) output.line(plain(line));
  if (message.attachment !== null) output.note(`Attached: ${plain(message.attachment.name)}; --json shows it.`);
  if (message.persons_hidden) output.note('Persons are left out: showing them needs a key with the scope orders:read_personal.');
  return EXIT.ok;
}

function told({ id, kind, state, order_number: number, attempts, note, created_at: at, message_id: messageId, message }: MailDetail): string[] {
  return [
    `${id}  ${kind}  ${state}${number === null ? '' : `  order #${number}`}`, `Noted ${instant(at)}, tried ${attempts} times`, ...(note === null ? [] : [plain(note)]),
    ...(message === null ? [] : [
      `From: ${plain(message.from.name)} <${plain(message.from.address)}>`, `To: ${plain(message.to)}`, `Subject: ${plain(message.subject)}`, ...(messageId === null ? [] : [`Message-ID: ${plain(messageId)}`]),
    ]),
  ];
}

/** Retries the mails that are named, or all that the options choose. */
export async function retry(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const chosen = options.has('--state');
  if (call.arguments.length > 0 === chosen) throw new UsageError('"mails retry" needs either ids of mails, or --state to choose them.');
  const client = await connect(call);
  const failed: { readonly id: string; readonly code: string; readonly detail: string }[] = [];
  let retried = 0;
  for (const id of chosen ? await matching(client, filterOf(call)) : call.arguments) {
    try {
      await answer(retryMail({ client, path: { id } }));
      retried += 1;
    } catch (error) {
      // What the server refuses for one mail does not stop the others; that it cannot be reached does.
      if (!(error instanceof CommandFailed) || !['NOT_FOUND', 'NOT_IN_STATE'].includes(error.code)) throw error;
      failed.push({ id, code: error.code, detail: error.message });
    }
    output.progress(`${retried} retried`);
  }
  if (output.json) output.value({ retried, failed });
  else {
    for (const { id, detail } of failed) output.note(`${id}: ${detail}`);
    output.line(`Retried ${retried} ${retried === 1 ? 'mail' : 'mails'}${failed.length === 0 ? '' : `; ${failed.length} could not be`}.`);
  }
  if (failed.length === 0) return EXIT.ok;
  return retried === 0 ? EXIT.failed : EXIT.partly;
}

/** Ids of every mail of a filter. They are read before the first one changes its state, and then leaves the filter. */
async function matching(client: Client, filter: Query): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { data: Mail[]; next_cursor: string | null } = await answer(listMails({ client, query: { ...filter, limit: PAGE, ...(cursor === '' ? {} : { cursor }) } }));
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  return ids;
}
