// What the server tells by itself: which orders changed. One stream for the page, open while somebody can see it.
import { followOrders } from '@ordo/client';
import { useEffect, useRef } from 'react';
import { cache } from './ask.ts';
import { connection } from './connection.ts';
import { useMay } from './session.ts';

/** Ids of orders, in left of those that whoever is limited to nodes may not see any more; null where more happened than is told. */
export type Changes = { readonly captured: readonly string[]; readonly changed: readonly string[]; readonly left: readonly string[] } | null;

/** The server says something at least every 15 s; a stream that is silent for longer is one that nobody ended. */
const SILENCE_MS = 40_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** The last that was heard of: the next stream goes on from there, so that nothing is missed. */
let position: string | undefined;
let wake = (): void => {};
const listeners = new Set<(changes: Changes) => void>();

/** Calls back for what changes while the component is there, at most once in `ms`, with all that came meanwhile. */
export function useChanges(act: (changes: Changes) => void, ms: number): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    let waiting: Changes | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      timer = undefined;
      if (waiting === undefined) return;
      const all = waiting;
      waiting = undefined;
      latest.current(all);
      timer = setTimeout(tell, ms);
    };
    const listener = (changes: Changes): void => {
      waiting = waiting === undefined ? changes : both(waiting, changes);
      timer ??= setTimeout(tell, AT_ONCE_MS);
    };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      clearTimeout(timer);
    };
  }, [ms]);
}

/** What one transaction did comes as one; what is seen as "at once" leaves time for the next. */
const AT_ONCE_MS = 60;
const both = (a: Changes, b: Changes): Changes => (a === null || b === null ? null : { captured: [...a.captured, ...b.captured], changed: [...a.changed, ...b.changed], left: [...a.left, ...b.left] });

export const isAbout = (changes: Changes, id: string): boolean => changes === null || [changes.changed, changes.captured, changes.left].some((ids) => ids.includes(id));

/** Follows while who has signed in may read orders and the page is in sight: browsers keep few connections to one server. */
export function useStream(): void {
  const allowed = useMay()('orders:read');
  useEffect(() => {
    if (!allowed) return undefined;
    let following: AbortController | null = null;
    const decide = (): void => {
      if (document.visibilityState === 'visible' && following === null) void follow((following = new AbortController()).signal);
      else if (document.visibilityState === 'hidden') {
        following?.abort();
        following = null;
      }
    };
    decide();
    document.addEventListener('visibilitychange', decide);
    addEventListener('online', tryNow);
    return () => {
      document.removeEventListener('visibilitychange', decide);
      removeEventListener('online', tryNow);
      following?.abort();
    };
  }, [allowed]);
}

/** Asks everything on the screen again, and the stream too if it waits. */
export function tryNow(): void {
  wake();
  void cache.refetchQueries({ type: 'active' });
}

async function follow(signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const heard = await listenOnce(signal);
    connection.toldIs(false);
    if (signal.aborted) return;
    // Whether the server is gone or only the stream is: what is on the screen asks, and says so.
    if (heard) void cache.refetchQueries({ type: 'active' });
    failures = heard ? 0 : failures + 1;
    await pause(failures === 0 ? FIRST_PAUSE_MS : Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2), signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', wake, { once: true });
  });
}

/** Until the stream ends, for whatever reason; true where it said anything. */
async function listenOnce(signal: AbortSignal): Promise<boolean> {
  const silent = new AbortController();
  let heard = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(), SILENCE_MS);
  };
  alive();
  const { stream } = await followOrders({
    signal: AbortSignal.any([signal, silent.signal]), sseMaxRetryAttempts: 1, headers: position === undefined ? {} : { 'Last-Event-ID': position },
    onSseEvent: ({ event, id, data }) => {
      if (signal.aborted) return;
      alive();
      const missed = position === undefined;
      position = id ?? position;
      if (!heard) begun(missed);
      heard = true;
      connection.heard();
      const changes = event === 'everything' ? null : event === 'orders' ? changesIn(data) : undefined;
      if (changes !== undefined) for (const one of listeners) one(changes);
    },
  });
  for await (const _ of stream) continue;
  clearTimeout(timer);
  return heard;
}

/** What was asked before nobody listened may be older than the first that is heard. */
function begun(missed: boolean): void {
  connection.toldIs(true);
  if (missed) for (const one of listeners) one(null);
  if (!connection.isLive()) void cache.refetchQueries({ type: 'active' });
}

function changesIn(data: unknown): Changes {
  const ids = (name: string): string[] => {
    const found: unknown = typeof data === 'object' && data !== null ? Object.entries(data).find(([key]) => key === name)?.[1] : [];
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string') : [];
  };
  return { captured: ids('captured'), changed: ids('changed'), left: ids('left') };
}
