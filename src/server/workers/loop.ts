import type { WorkerLog } from "./ports.ts";

/** What a turn found: more than it took, something, or nothing to do. */
export type Found = "more" | "some" | "nothing";

export interface Loop {
  /** There may be something to do: look now rather than after the sleep. */
  nudge(): void;
  /** Resolves when the turn in hand has ended. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** One turn. The next one follows at once where more is waiting. */
  readonly turn: () => Promise<Found>;
  /** Turns begin at least this far apart unless more is waiting: what many small commits bring is then done together. */
  readonly gatherMs: number;
  /** An idle loop sleeps from the first to the second of these, doubling. */
  readonly sleepMs: number;
  readonly sleepMaxMs: number;
  readonly isPassing: (error: unknown) => boolean;
  readonly log: WorkerLog;
}

const FAILED_SLEEP_MS = 250;
const FAILED_SLEEP_MAX_MS = 5_000;

/** Turns until it is stopped. A turn that fails is followed by a growing pause, and the loop goes on. */
export function startLoop({ name, turn, gatherMs, sleepMs, sleepMaxMs, isPassing, log }: LoopOptions): Loop {
  let stopping = false;
  let nudged = false;
  let asleep: { readonly untilNudged: boolean; readonly wake: () => void } | null = null;
  let failures = 0;

  const nudge = (): void => {
    nudged = true;
    if (asleep?.untilNudged) asleep.wake();
  };
  const sleep = (ms: number, untilNudged: boolean): Promise<void> => new Promise((resolve) => {
    if (ms <= 0 || stopping || (untilNudged && nudged)) return resolve();
    const wake = (): void => {
      clearTimeout(timer);
      asleep = null;
      resolve();
    };
    const timer = setTimeout(wake, ms);
    asleep = { untilNudged, wake };
  });

  async function safeTurn(): Promise<Found | "failed"> {
    try {
      const found = await turn();
      if (failures > 0) log.info({ loop: name, failures }, "works again");
      failures = 0;
      return found;
    } catch (error) {
      failures += 1;
      const fields = { loop: name, failures, error: describeError(error) };
      // A database that restarts is told of once, not every few seconds.
      if (!isPassing(error)) log.error(fields, "failed; goes on after a pause");
      else if (failures === 1) log.warn(fields, "the database is away or busy; waits");
      return "failed";
    }
  }

  async function run(): Promise<void> {
    let idle = sleepMs;
    while (!stopping) {
      nudged = false;
      const began = performance.now();
      const outcome = await safeTurn();
      if (outcome === "failed") await sleep(Math.min(FAILED_SLEEP_MAX_MS, FAILED_SLEEP_MS * 2 ** Math.min(failures, 10)), false);
      else if (outcome !== "more") {
        if (outcome === "some") idle = sleepMs;
        await sleep(idle, true);
        idle = nudged ? sleepMs : Math.min(sleepMaxMs, idle * 2);
        await sleep(began + gatherMs - performance.now(), false);
      }
    }
  }

  const ended = run();
  return {
    nudge,
    stop: () => {
      stopping = true;
      asleep?.wake();
      return ended;
    },
  };
}

/** What a log line and a kept failure say of an error: its kind and message, bounded. */
export const describeError = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1000);
