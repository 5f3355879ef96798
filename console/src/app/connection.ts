// Whether what is on the screen is current. Everything that asks the server tells it here.
import { useSyncExternalStore } from 'react';
import type { Failure } from '../api.ts';

export interface Connection {
  readonly state: 'connecting' | 'live' | Failure['kind'];
  readonly answeredAt: number;
  /** Set while something older than the server's silence is on the screen. */
  readonly stale: Failure | null;
}

let now: Connection = { state: 'connecting', answeredAt: Date.now(), stale: null };
const listeners = new Set<() => void>();

function become(next: Connection): void {
  now = next;
  for (const one of listeners) one();
}

export const connection = {
  answered(): void {
    const at = Date.now();
    // The clock beside the light shows seconds; nothing else has to be drawn for a second's sake.
    if (now.state !== 'live' || now.stale !== null || at - now.answeredAt >= 1000) become({ state: 'live', answeredAt: at, stale: null });
  },
  /** `shown` says whether something is on the screen that has got old by it. */
  failed(failure: Failure, shown: boolean): void {
    if (failure.kind === 'missing') return connection.answered();
    if (failure.kind === 'forbidden') return;
    const away = failure.kind === 'away' || failure.kind === 'failed';
    become({ state: failure.kind, answeredAt: now.answeredAt, stale: shown && away ? (now.stale ?? failure) : null });
  },
};

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useConnection = (): Connection => useSyncExternalStore(listen, () => now);
