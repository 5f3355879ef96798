/** Orders at which work met a defect of the program's own: they rest, so that those behind them have their turn. */
export interface Defects {
  /** Whether an error says that the database is away or busy, rather than that something is wrong. */
  readonly isPassing: (error: unknown) => boolean;
  readonly resting: () => ReadonlySet<string>;
  readonly rest: (id: string, error: unknown) => void;
}

/** Where nobody keeps them, a defect ends the work. */
export const NO_DEFECTS: Defects = { isPassing: () => true, resting: () => new Set(), rest: () => undefined };

/** Where so many rest, it is not they that are wrong. */
const RESTING_MAX = 1_000;

/** Looks for so many that do not rest. */
export async function findAwake({ resting }: Defects, limit: number, find: (limit: number) => Promise<readonly string[]>): Promise<readonly string[]> {
  const left = resting();
  return (await find(limit + left.size)).filter((id) => !left.has(id)).slice(0, limit);
}

/** Does the work of a batch at once; where that meets a defect, of one after the other, and who fails alone rests. */
export async function despite<T>(defects: Defects, ids: readonly string[], work: (ids: readonly string[]) => Promise<T>): Promise<readonly T[]> {
  try {
    return ids.length === 0 ? [] : [await work(ids)];
  } catch (error) {
    if (defects.isPassing(error) || defects.resting().size >= RESTING_MAX) throw error;
    const [id, ...others] = ids;
    if (id !== undefined && others.length === 0) defects.rest(id, error);
    if (others.length === 0) return [];
  }
  const done: T[] = [];
  for (const id of ids) done.push(...(await despite(defects, [id], work)));
  return done;
}
