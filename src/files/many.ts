/** Lines of one bulk request, and how many of those fly at once. */
export const LINES_AT_ONCE = 500;
export const BULKS_AT_ONCE = 2;
/** Calls without a bulk operation that fly at once: a commit waits for the disk, so what counts is how many share one. */
export const CALLS_AT_ONCE = 64;

/** Works on all of a list, a number of them at a time; the first failure ends it. */
export const eachOf = <T>(list: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> =>
  eachChunk(list, 1, Math.min(atOnce, list.length), ([one]) => work(one as T));

/**
 * Works on everything of a source in chunks, a number of them at a time; the first failure ends it. The source is read only
 * as fast as the work goes, so it may be longer than memory.
 */
export async function eachChunk<T>(source: Iterable<T> | AsyncIterable<T>, size: number, atOnce: number, work: (chunk: readonly T[]) => Promise<void>): Promise<void> {
  const reader = chunksOf(source, size);
  const lane = async (): Promise<void> => {
    for (let next = await reader.next(); next.done !== true; next = await reader.next()) await work(next.value);
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
  } finally {
    // What the other lanes would take up next is nobody's wish any more.
    await reader.return(undefined);
  }
}

/** An async generator gives its values one after the other, however many ask at once. */
async function* chunksOf<T>(source: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[], undefined> {
  let chunk: T[] = [];
  for await (const one of source) {
    chunk.push(one);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
  return undefined;
}
