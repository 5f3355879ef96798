/** Works on all of a list, a number of them at a time; the first failure ends it. */
export async function eachOf<T>(list: readonly T[], atOnce: number, work: (one: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < list.length; index = next++) await work(list[index] as T, index);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, lane));
  } finally {
    // What the other lanes would take up next is nobody's wish any more.
    next = list.length;
  }
}

export const chunksOf = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
