/** The time that decisions, dates and schedules go by. It is the machine's, but for a sandbox that was moved on. */
export interface Clock {
  now(): number;
  /** Milliseconds ahead of the machine. */
  offset(): number;
  set(offsetMs: number): void;
}

export function createClock(machine: () => number = Date.now): Clock {
  let offset = 0;
  return { now: () => machine() + offset, offset: () => offset, set: (offsetMs) => void (offset = offsetMs) };
}

/** Time that passes with a clock and stays where it is while the clock is set back: what is to come by it is as far ahead as before. */
export function passingTime(now: () => number): () => number {
  let seen = now();
  let passed = seen;
  return () => {
    const at = now();
    passed += Math.max(0, at - seen);
    seen = at;
    return passed;
  };
}
