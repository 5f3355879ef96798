// An instant that says all its zones on hover; relative ones keep themselves current.
import { type ReactElement, useSyncExternalStore } from 'react';
import { brief, currentTime, dayAndTime, everyZone, relative, setAhead } from '../time.ts';

const TICK_MS = 15_000;
let now = currentTime();
const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = currentTime();
  for (const one of listeners) one();
}

/** The server's clock was moved on by so much: everything that says how long ago something was goes by it at once. */
export function followClock(aheadMs: number): void {
  setAhead(aheadMs);
  tick();
}

function onTick(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** One clock for everything that says how long ago something was. Between its ticks it is at most as old as the last answer. */
export const useNow = (): number => Math.max(useSyncExternalStore(onTick, () => now), now);

interface Props {
  readonly iso: string;
  readonly as: 'relative' | 'brief' | 'full' | 'both';
  /** The zone of the place it is about, where there is one. */
  readonly store?: string | null;
}

export function Time({ iso, as, store = null }: Props): ReactElement {
  const clock = useNow();
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return <time>–</time>;
  const current = Math.max(clock, currentTime() - TICK_MS);
  const text = as === 'relative' ? relative(at, current) : as === 'brief' ? brief(at, current) : as === 'full' ? dayAndTime(at) : `${relative(at, current)} · ${brief(at, current)}`;
  return <time dateTime={iso} title={everyZone(at, store)}>{text}</time>;
}
