/** How busy this process has been since it was last asked: 0 is idle, 1 is the whole of a processor. */
export type Busyness = () => number;

export interface LateLane {
  /** Runs a turn when those before it have ended and rested. */
  run<T>(turn: () => Promise<T>): Promise<T>;
  /** Whoever rests rests no longer, so that what is in hand can end. */
  stop(): void;
}

/** Longest rest after a turn, as a multiple of the time the turn took. */
const REST_MAX = 4;

/** Of the processor time between two calls. Time in which other programs keep it from working counts as idle: it is not for orders that it then waits. */
export function processorShare(): Busyness {
  let [used, at] = [process.cpuUsage(), performance.now()];
  return () => {
    const { user, system } = process.cpuUsage(used);
    const share = (user + system) / 1000 / (performance.now() - at);
    [used, at] = [process.cpuUsage(), performance.now()];
    return share;
  };
}

/** How long to rest after a turn, in milliseconds: u / (1 - u) times as long as the turn took, u being how busy the process is. */
export function restAfter(tookMs: number, busyness: number): number {
  const busy = Math.min(busyness, 1);
  return tookMs * Math.min(REST_MAX, busy / (1 - busy));
}

/**
 * The one lane of all readers of the log that nobody waits for: mails, words to find orders by, customers, sums, drafts in shadow.
 * One of them works at a time, and rests after each turn the longer the busier the process is. A burst
 * of orders is captured first and followed up a little later; a quiet process follows at once. With each reader pacing itself, five of them at once took a quarter of what capture could do.
 */
export function createLateLane(busyness: Busyness = processorShare()): LateLane {
  let before: Promise<unknown> = Promise.resolve();
  let wake: (() => void) | null = null;
  let stopped = false;
  const rest = (ms: number): Promise<void> => new Promise((resolve) => {
    if (stopped || ms < 1) return resolve();
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return {
    run(turn) {
      let took = 0;
      const done = before.then(async () => {
        const began = performance.now();
        try {
          return await turn();
        } finally {
          took = performance.now() - began;
        }
      });
      const rested = (): Promise<void> => rest(restAfter(took, busyness()));
      before = done.then(rested, rested);
      return done;
    },
    stop() {
      stopped = true;
      wake?.();
    },
  };
}
