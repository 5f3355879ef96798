import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, type Event, listEvents } from '@ordo/client';
import { type Call, CommandFailed, EXIT, type ExitCode, integerOption } from '../command.ts';
import { answer, connect, orderId } from '../connect.ts';
import { plain } from '../format.ts';

const PAGE = 250;
const PAUSE_MS = 500;
const PATIENCE_MS = 5_000;

/** Prints events as they come, a line of JSON each with --json. A server that restarts is waited for. */
export async function tail(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const client = await connect(call);
  const only = options.has('--order') ? await orderId(client, options.get('--order') ?? '') : null;
  let after = options.has('--after') ? integerOption(call, '--after', 0, 0, 999_999_999) : await lastPosition(client);
  for (;;) {
    const events = await next(client, after, output.note);
    for (const event of events) {
      after = event.position;
      if (only === null || event.order === only) print(event, call);
    }
    if (events.length === PAGE) continue;
    if (options.has('--once')) return EXIT.ok;
    await sleep(PAUSE_MS);
  }
}

async function next(client: Client, after: number, note: (text: string) => void): Promise<readonly Event[]> {
  for (;;) {
    try {
      return (await answer(listEvents({ client, query: { after, limit: PAGE } }))).data;
    } catch (error) {
      if (!(error instanceof CommandFailed) || !['UNREACHABLE', 'UNAVAILABLE', 'TOO_MANY_REQUESTS'].includes(error.code)) throw error;
      note(`${error.message} Trying again.`);
      await sleep(PATIENCE_MS);
    }
  }
}

/** Positions are dense, so the end is found by doubling and halving: a few short questions however many events there are. */
async function lastPosition(client: Client): Promise<number> {
  const isPast = async (position: number): Promise<boolean> => (await answer(listEvents({ client, query: { after: position, limit: 1 } }))).data.length === 0;
  if (await isPast(0)) return 0;
  let low = 0;
  let high = 1024;
  while (!(await isPast(high))) [low, high] = [high, high * 4];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isPast(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function print(event: Event, { output }: Call): void {
  if (output.json) process.stdout.write(`${JSON.stringify(event)}\n`);
  else output.line([String(event.position).padStart(7), event.occurred_at.slice(0, 19), event.type.padEnd(20), event.order ?? '', plain(event.reason ?? '')].join('  ').trimEnd());
}
