/** So many commits within so long: orders come in a burst. */
const COMMITS = 20;
const WITHIN_MS = 1_000;
/** How many times longer than usual what may come later rests meanwhile, and for how long at most: what it is behind stays bounded. */
const LONGER = 4;
const AT_MOST_MS = 30_000;

export interface Pace {
  /** Something was committed in this process. */
  committed(): void;
  /** How many times longer than usual work rests now that may come later. */
  longer(): number;
}

/**
 * Tells a burst from steady work. A burst has the processors first, and is mailed, found and counted a little later; what lasts
 * longer than half a minute is no burst, and the work behind it goes on at its usual pace.
 */
export function createPace(now: () => number = () => performance.now()): Pace {
  const commits: number[] = Array.from({ length: COMMITS }, () => -Infinity);
  let next = 0;
  let since = -Infinity;
  const isDense = (): boolean => now() - (commits[next] ?? -Infinity) < WITHIN_MS;
  return {
    committed() {
      const before = isDense();
      commits[next] = now();
      next = (next + 1) % COMMITS;
      if (!before && isDense()) since = now();
    },
    longer: () => (isDense() && now() - since < AT_MOST_MS ? LONGER : 1),
  };
}
