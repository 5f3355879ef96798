import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventView, Page, Queries } from "../../flows/queries.ts";
import { TooBusy } from "../batcher.ts";
import { refused } from "./problem.ts";

/** How long a stream that has read everything waits before it looks again. */
const PAUSE_MS = 200;
/** Proxies end connections that are silent for a minute; this also is how soon a caller who lost access is cut off. */
const HEARTBEAT_MS = 15_000;
const PAGE = 500;
/** Streams that one process keeps open. */
const STREAMS_MAX = 500;
/** Of them, streams of one person or key: browsers keep one for each window that is in sight. */
const STREAMS_EACH = 20;

export interface StreamOptions {
  readonly tenantId: number;
  /** Position of the last event that is not wanted. */
  readonly after: number;
  /** What the caller is told of a page of events, as frames; "" for nothing. */
  readonly tell: (events: readonly EventView[]) => string | Promise<string>;
  /** Frames that stand before everything else. */
  readonly first?: string;
  /** Whose stream it is, as given to admit. */
  readonly owner: string;
  /** Whether the caller may still read; asked with each heartbeat, or as often as this. */
  readonly mayGoOn: () => Promise<boolean>;
  readonly askEveryMs?: number;
}

export interface EventStreams {
  /** Refuses with TooBusy where too many are open, and with TOO_MANY_REQUESTS where too many are the owner's. Call before anything is written. */
  admit(owner: string): void;
  /** Writes events as they come until the caller leaves, loses access, or the program stops. */
  serve(response: ServerResponse, options: StreamOptions): Promise<void>;
  /** Ends all streams; their callers come back to whoever serves next, where they left off. */
  close(): void;
}

/**
 * Server-sent events. Positions are dense and grow in commit order, so a stream is nothing but the list of events asked
 * for again and again; streams of a tenant that stand at the same place share one question.
 */
export function createEventStreams(queries: Pick<Queries, "listEvents">, settings = { pauseMs: PAUSE_MS, heartbeatMs: HEARTBEAT_MS, streamsMax: STREAMS_MAX, streamsEach: STREAMS_EACH }): EventStreams {
  const open = new Map<AbortController, string>();
  const asked = new Map<string, Promise<Page<EventView>>>();

  function read(tenantId: number, after: number): Promise<Page<EventView>> {
    const key = `${tenantId} ${after}`;
    let page = asked.get(key);
    if (!page) {
      page = queries.listEvents(tenantId, after, PAGE);
      asked.set(key, page);
      const forget = (): void => void asked.delete(key);
      page.then(({ rows }) => (rows.length > 0 ? forget() : void setTimeout(forget, settings.pauseMs / 2)), forget);
    }
    return page;
  }

  async function run(response: ServerResponse, { tenantId, after, tell, first = "", mayGoOn, askEveryMs = settings.heartbeatMs }: StreamOptions, signal: AbortSignal): Promise<void> {
    let position = after;
    let [beatAt, askedAt] = [performance.now(), performance.now()];
    await write(response, `retry: 2000\n${idOnly(position)}${first}`, signal);
    while (!signal.aborted) {
      const { rows } = await read(tenantId, position);
      const text = rows.length === 0 ? "" : await tell(rows);
      position = rows.at(-1)?.position ?? position;
      if (text !== "") await write(response, text, signal);
      if (performance.now() - askedAt > askEveryMs) {
        if (!(await mayGoOn())) return;
        askedAt = performance.now();
      }
      if (performance.now() - beatAt > settings.heartbeatMs) {
        beatAt = performance.now();
        // The position goes along, so that whoever filters much does not read it all again.
        await write(response, idOnly(position), signal);
      }
      if (rows.length < PAGE) await sleep(settings.pauseMs, undefined, { signal });
    }
  }

  return {
    admit(owner) {
      if (open.size >= settings.streamsMax) throw new TooBusy(`${open.size} streams are open`);
      const own = [...open.values()].filter((one) => one === owner).length;
      if (own >= settings.streamsEach) throw refused("TOO_MANY_REQUESTS", `You have ${own} streams open; one more is not opened.`);
    },
    async serve(response, options) {
      const ending = new AbortController();
      open.set(ending, options.owner);
      response.on("close", () => ending.abort());
      try {
        await run(response, options, ending.signal);
      } catch (error) {
        // Whoever reads comes back by itself, as browsers do, and goes on where it left off.
        if (!(error instanceof Error && error.name === "AbortError")) throw error;
      } finally {
        open.delete(ending);
        response.end();
      }
    },
    close: () => [...open.keys()].forEach((ending) => ending.abort()),
  };
}

/** Of events that are wanted, each as it is in the list. */
export const telling = (wanted: (event: EventView) => boolean) => (events: readonly EventView[]): string => events.filter(wanted).map(frame).join("");

const frame = (event: EventView): string => `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
/** An id without data: nothing happens at the reader, but it knows where to go on. */
const idOnly = (position: number): string => `id: ${position}\n\n`;

/** Waits while the reader is slower than the log, so memory stays bounded. */
async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!response.write(text)) await once(response, "drain", { signal });
}
