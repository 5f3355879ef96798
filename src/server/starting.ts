/** Undoes what was opened, the latest first, whatever fails on the way. */
export class Closing {
  readonly #steps: (() => PromiseLike<unknown>)[] = [];
  #done: Promise<void> | null = null;

  add(step: () => PromiseLike<unknown>): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    this.#done ??= this.#runAll();
    return this.#done;
  }

  async #runAll(): Promise<void> {
    for (const step of this.#steps.toReversed()) await Promise.resolve(step()).catch(() => {});
  }
}

/** Runs a step of the start and says how long it took, where something came of it. */
export const timed = (say: (line: string) => void) => async <T>(name: string, work: () => Promise<T>, worthSaying: (result: T) => boolean = () => true): Promise<T> => {
  const began = performance.now();
  const result = await work();
  if (worthSaying(result)) say(`  ${name.padEnd(22)}${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
};
