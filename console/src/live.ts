// Asking again and again without being a burden: only while somebody looks, slower while the server is away.

export interface Poll {
  stop(): void;
  /** Asks now and starts counting anew. */
  now(): void;
}

const SLOWEST_MS = 30_000;

/** `ask` says whether the server answered; after failures the pause doubles up to half a minute. */
export function poll(everyMs: number, ask: () => Promise<boolean>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = everyMs;
  let stopped = false;
  let asking = false;

  const plan = (after: number): void => {
    clearTimeout(timer);
    if (!stopped && !document.hidden) timer = setTimeout(run, after);
  };
  const run = async (): Promise<void> => {
    if (asking || stopped) return;
    asking = true;
    const answered = await ask().catch(() => false);
    asking = false;
    pause = answered ? everyMs : Math.min(pause * 2, SLOWEST_MS);
    plan(pause);
  };
  const look = (): void => {
    if (document.hidden) clearTimeout(timer);
    else plan(0);
  };
  document.addEventListener('visibilitychange', look);
  addEventListener('online', look);
  plan(everyMs);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
      removeEventListener('online', look);
    },
    now: () => plan(0),
  };
}
