import { setTimeout as sleep } from 'node:timers/promises';
import type { Event, Problem } from '@ordo/client';
import { CommandFailed } from './command.ts';
import type { Connection } from './connect.ts';

export interface FollowOptions {
  /** Position of the last event that is not wanted; null for what happens from now on. */
  readonly after: number | null;
  readonly types: string | null;
  readonly signal?: AbortSignal;
  /** Told when the stream broke off and is asked for again. */
  readonly note: (text: string) => void;
  readonly pauseMs?: number;
}

const PAUSE_MS = 2_000;
/** The server says something every quarter of a minute; a stream this silent is dead, whatever the network says. */
const SILENCE_MS = 60_000;
const AGAIN: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Events as they happen, for as long as somebody listens. A server that restarts is waited for, and nothing is missed or comes twice. */
export async function* followEvents({ url, apiKey }: Connection, { after, types, signal, note, pauseMs = PAUSE_MS }: FollowOptions): AsyncGenerator<Event> {
  const place = { last: after };
  const address = new URL('/v1/events/stream', url);
  if (types !== null) address.searchParams.set('types', types);
  const left = (): boolean => signal?.aborted === true;
  while (!left()) {
    const silence = new Silence(signal);
    try {
      const response = await fetch(address, { signal: silence.signal, headers: { authorization: `Bearer ${apiKey}`, accept: 'text/event-stream', ...(place.last === null ? {} : { 'last-event-id': String(place.last) }) } });
      if (!response.ok || response.body === null) {
        await refused(response);
        note(`The server answered ${response.status}. Trying again.`);
      } else {
        yield* framesOf(response.body, place, silence);
        note('The stream ended. Taking it up again.');
      }
    } catch (error) {
      if (error instanceof CommandFailed) throw error;
      if (!left()) note('The stream broke off. Taking it up again.');
    } finally {
      silence.end();
    }
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

/** Throws what trying again would not change. */
async function refused(response: Response): Promise<void> {
  const problem = await response.json().then((value: unknown) => value as Partial<Problem>, () => null);
  if (AGAIN.has(response.status)) return;
  throw new CommandFailed(problem?.code ?? 'UNEXPECTED', problem?.detail ?? `The server answered ${response.status} and no more.`, response.status === 403 ? 'Use a key with the scope events:read.' : 'Check ORDO_URL, ORDO_API_KEY and how the command was called.');
}

async function* framesOf(body: ReadableStream<Uint8Array>, place: { last: number | null }, silence: Silence): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    silence.broken();
    text += decoder.decode(bytes, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (data !== undefined) yield JSON.parse(data) as Event;
      const id = /^id: (\d+)$/m.exec(frame)?.[1];
      // Only now has whoever listens dealt with it.
      if (id !== undefined) place.last = Number(id);
      silence.broken();
    }
  }
}

/** Ends a request when its caller leaves, or when nothing was heard for long. */
class Silence {
  readonly #abort = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #leave = (): void => this.#abort.abort();
  #timer: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer;
    outer?.addEventListener('abort', this.#leave);
    this.broken();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  broken(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#leave, SILENCE_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#leave);
    this.#abort.abort();
  }
}
