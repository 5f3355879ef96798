// Whether what is on the screen is current. Everything that asks the server tells it here.
import { useSyncExternalStore } from 'react';
import type { Failure } from '../api.ts';

export interface Connection {
  readonly state: 'connecting' | 'live' | Failure['kind'];
  readonly answeredAt: number;
  /** Whether the server says by itself what changes, so that asking often is not needed. */
  readonly told: boolean;
  /** Set while something older than the server's silence is on the screen. */
  readonly stale: Failure | null;
}

let now: Connection = { state: 'connecting', answeredAt: Date.now(), told: false, stale: null };
const listeners = new Set<() => void>();

function become(next: Connection): void {
  now = next;
  for (const one of listeners) one();
}

export const connection = {
  answered(): void {
    const at = Date.now();
    // The clock beside the light shows seconds; nothing else has to be drawn for a second's sake.
    if (now.state !== 'live' || now.stale !== null || at - now.answeredAt >= 1000) become({ ...now, state: 'live', answeredAt: at, stale: null });
  },
  /** The stream said something: that keeps what is current current, and mends nothing. */
  heard(): void {
    if (now.state === 'live') connection.answered();
  },
  toldIs(told: boolean): void {
    if (told !== now.told) become({ ...now, told });
  },
  isTold: (): boolean => now.told,
  isLive: (): boolean => now.state === 'live',
  /** `shown` says whether something is on the screen that has got old by it. */
  failed(failure: Failure, shown: boolean): void {
    if (failure.kind === 'missing') return connection.answered();
    if (failure.kind === 'forbidden') return;
    const away = failure.kind === 'away' || failure.kind === 'failed';
    become({ ...now, state: failure.kind, stale: shown && away ? (now.stale ?? failure) : null });
  },
};

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useConnection = (): Connection => useSyncExternalStore(listen, () => now);
