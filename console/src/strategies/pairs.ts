// Which parts of two lists are the same part, and which of them changed places.

interface Placed<T> {
  readonly at: number;
  readonly value: T;
}

/** A part as it was and as it is; null where it was not there, or is not any more. */
export interface Pair<T> {
  readonly was: Placed<T> | null;
  readonly is: Placed<T> | null;
}

/** Pairs parts that are alike in the first likeness, then those left that are alike in the next one. In the order of the later list, each part that is gone where it was. */
export function pairs<T>(before: readonly T[], after: readonly T[], likenesses: readonly ((one: T) => string)[]): Pair<T>[] {
  const left = new Map(before.map((value, at) => [at, value]));
  const found = new Map<number, Placed<T>>();
  for (const like of likenesses) {
    for (const [at, value] of after.entries()) {
      if (found.has(at)) continue;
      const match = [...left].find(([, one]) => like(one) === like(value));
      if (match === undefined) continue;
      found.set(at, { at: match[0], value: match[1] });
      left.delete(match[0]);
    }
  }
  const all: Pair<T>[] = [...after.map((value, at) => ({ was: found.get(at) ?? null, is: { at, value } })), ...[...left].map(([at, value]) => ({ was: { at, value }, is: null }))];
  return all.toSorted((a, b) => placeOf(a) - placeOf(b));
}

const placeOf = <T>({ was, is }: Pair<T>): number => is?.at ?? was?.at ?? 0;

/** The most pairs that follow one another as they did before: whatever else is there has moved. */
export function inOrder<T>(all: readonly Pair<T>[]): ReadonlySet<Pair<T>> {
  let best: readonly Pair<T>[] = [];
  const ending: { readonly at: number; readonly run: readonly Pair<T>[] }[] = [];
  for (const pair of all) {
    const { was, is } = pair;
    if (was === null || is === null) continue;
    const longest = ending.filter(({ at }) => at < was.at).reduce<readonly Pair<T>[]>((most, { run }) => (run.length >= most.length ? run : most), []);
    const run = [...longest, pair];
    ending.push({ at: was.at, run });
    // Of two runs that are as long, what comes later stays: people put something first rather than everything else behind it.
    if (run.length >= best.length) best = run;
  }
  return new Set(best);
}
