import { randomBytes } from 'node:crypto';
import type { Event } from '@ordo/client';
import { createForwarder, type Forwarder } from '../../server/compose.ts';
import { type Call, EXIT, type ExitCode, integerOption, UsageError } from '../command.ts';
import { connectionOf } from '../connect.ts';
import { followEvents } from '../event-stream.ts';
import { plain } from '../format.ts';

/** Prints events as they happen and, where asked, carries each to an address as a webhook would. Until Ctrl-C, or `signal`. */
export async function listen(call: Call, signal?: AbortSignal): Promise<ExitCode> {
  const { options, output } = call;
  const from = options.has('--from') ? integerOption(call, '--from', 1, 1, 999_999_999) : null;
  const forwarder = await forwarderOf(call);
  const connection = await connectionOf(call);
  if (!output.json) output.note(`Listening to ${connection.url}; Ctrl-C ends it.`);
  for await (const event of followEvents(connection, { after: from === null ? null : from - 1, types: options.get('--types') ?? null, note: output.note, ...(signal === undefined ? {} : { signal }) })) {
    const answer = forwarder === null ? null : await forwarder.send(event);
    if (output.json) process.stdout.write(`${JSON.stringify(answer === null ? event : { ...event, forwarded: answer })}\n`);
    else output.line(lineOf(event, answer === null ? '' : `${answer.status ?? answer.reason} in ${answer.milliseconds} ms`));
  }
  return EXIT.ok;
}

/** The receiver must know the secret, so it is told before anything is sent; --secret keeps the one of the last time. */
async function forwarderOf({ options, output }: Call): Promise<Forwarder | null> {
  const url = options.get('--forward');
  const given = options.get('--secret');
  if (url === undefined) {
    if (given !== undefined) throw new UsageError('--secret signs what is forwarded: it needs --forward URL.');
    return null;
  }
  if (given !== undefined && !/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(given)) throw new UsageError('--secret takes whsec_ and at least 24 bytes in base64.');
  const secret = given ?? `whsec_${randomBytes(32).toString('base64')}`;
  const forwarder = createForwarder(url, secret);
  const problem = await forwarder.check();
  if (problem !== null) throw new UsageError(`--forward cannot be used: ${problem}`);
  if (output.json) process.stdout.write(`${JSON.stringify({ forward: url, secret })}\n`);
  else {
    output.line(`Forwarding to ${url}, signed by Standard Webhooks with the secret`);
    output.line(output.bold(secret));
  }
  return forwarder;
}

const lineOf = ({ position, occurred_at: at, type, order, reason }: Event, answer: string): string =>
  [String(position).padStart(7), at.slice(0, 19), type.padEnd(20), (order ?? '').padEnd(36), answer, plain(reason ?? '')].filter((part, index) => index < 4 || part !== '').join('  ').trimEnd();
