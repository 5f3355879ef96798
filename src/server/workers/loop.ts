import type { WorkerLog } from "./ports.ts";

export interface Loop {
  /** There may be something to do: look now rather than after the sleep. */
  nudge(): void;
  /** Resolves when the turn in hand has ended. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** One turn; true where more may be waiting, and the next turn follows at once. */
  readonly turn: () => Promise<boolean>;
  /** An idle loop sleeps from the first to the second of these, doubling. */
  readonly sleepMs: number;
  readonly sleepMaxMs: number;
  readonly isPassing: (error: unknown) => boolean;
  readonly log: WorkerLog;
}

const FAILED_SLEEP_MS = 250;
const FAILED_SLEEP_MAX_MS = 5_000;

/** Turns until it is stopped. A turn that fails is followed by a growing pause, and the loop goes on. */
export function startLoop({ name, turn, sleepMs, sleepMaxMs, isPassing, log }: LoopOptions): Loop {
  let stopping = false;
  let nudged = false;
  let wake: (() => void) | null = null;
  let failures = 0;

  const nudge = (): void => {
    nudged = true;
    wake?.();
  };
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });

  async function safeTurn(): Promise<"busy" | "idle" | "failed"> {
    try {
      const busy = await turn();
      if (failures > 0) log.info({ loop: name, failures }, "works again");
      failures = 0;
      return busy ? "busy" : "idle";
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
      const outcome = await safeTurn();
      if (outcome === "busy") idle = sleepMs;
      if (outcome === "busy" || (nudged && outcome === "idle") || stopping) continue;
      await sleep(outcome === "failed" ? Math.min(FAILED_SLEEP_MAX_MS, FAILED_SLEEP_MS * 2 ** Math.min(failures, 10)) : idle);
      idle = nudged ? sleepMs : Math.min(sleepMaxMs, idle * 2);
    }
  }

  const ended = run();
  return {
    nudge,
    stop: () => {
      stopping = true;
      wake?.();
      return ended;
    },
  };
}

/** What a log line and a kept failure say of an error: its kind and message, bounded. */
export const describeError = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1000);
