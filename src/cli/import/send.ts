import { CommandFailed } from '../command.ts';
import type { BulkBody, BulkPath, ChannelBody, ImportApi, Reply } from './api.ts';
import { BULKS_AT_ONCE, eachChunk, LINES_AT_ONCE } from '../../files/many.ts';
import type { Progress } from './progress.ts';

export interface Sender {
  readonly api: ImportApi;
  readonly progress: Progress;
}

/** Sends things in bulk, several requests at a time, and hands out each with its reply. */
export function sendEach<T>({ api, progress }: Sender, path: BulkPath, things: Iterable<T> | AsyncIterable<T>, lineOf: (thing: T) => object, each: (thing: T, reply: Reply<BulkBody>) => unknown): Promise<void> {
  return eachChunk(things, LINES_AT_ONCE, BULKS_AT_ONCE, async (chunk) => {
    const replies = await api.bulk(path, chunk.map(lineOf));
    for (const [at, reply] of replies.entries()) await each(chunk[at] as T, reply);
    progress.add(chunk.length);
  });
}

/** Creates a channel that is not there; one that is there stays as it is, and must sell in that currency. */
export async function ensureChannel(api: ImportApi, code: string, body: ChannelBody, key: string): Promise<void> {
  const there = await api.findChannel(code);
  if (there !== null && there.currency !== body.currency) {
    throw new CommandFailed('CURRENCY_MISMATCH', `Channel ${code} sells in ${there.currency}, and these orders are in ${body.currency}.`, 'Name another channel with --channel, or its currency with --currency.');
  }
  if (there !== null) return;
  const reply = await api.saveChannel(code, body, key);
  if (!reply.ok) throw new CommandFailed(reply.problem.code, `The channel cannot be created: ${reply.problem.detail}`, 'Use a key that may write the catalogue.');
}
