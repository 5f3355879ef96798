/** What a run of many callers did: calls per second, and the times of single calls in milliseconds. */
export interface Rate {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly calls: number;
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function summarise(times: number[], seconds: number): Rate {
  const sorted = times.sort((a, b) => a - b);
  return { perSecond: times.length / seconds, p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99), calls: times.length };
}

/** Keeps `callers` calls open for some seconds, after a warm-up of a fifth of the time that does not count. */
export async function measure(callers: number, seconds: number, call: () => Promise<unknown>): Promise<Rate> {
  const times: number[] = [];
  const start = performance.now();
  const counted = start + seconds * 200;
  const end = counted + seconds * 1000;
  const loop = async (): Promise<void> => {
    for (let from = performance.now(); from < end; from = performance.now()) {
      await call();
      if (from >= counted) times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: callers }, loop));
  return summarise(times, (performance.now() - counted) / 1000);
}

/** Calls at a steady rate whatever the answers take (open loop), so that waiting shows in the times. */
export async function measureAtRate(perSecond: number, seconds: number, call: () => Promise<unknown>): Promise<Rate> {
  const times: number[] = [];
  const start = performance.now();
  const open = new Set<Promise<void>>();
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = start + (n * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const one = call().then(() => {
      if (due - start > seconds * 200) times.push(performance.now() - due);
      open.delete(one);
    });
    open.add(one);
  }
  await Promise.all(open);
  return summarise(times, seconds * 0.8);
}
