import type { Entry } from './entries.ts';

/** What is to become of an entry; the line is what is sent for it. */
export type Prepared =
  | {
    readonly entry: Entry;
    readonly action: 'create' | 'update';
    readonly line: object;
    /** Whether what a trial is refused for lack of would be there by then, because the import itself brings it before. */
    readonly isBrought?: (code: string) => Promise<boolean>;
  }
  | { readonly entry: Entry; readonly action: 'skip' };

export type Action = Prepared['action'] | 'fail';

/** Decides on a chunk of entries that can be read, with whatever has to be there before they are sent. */
export type Preparing = (entries: readonly Entry[]) => Promise<Prepared[]>;

/** Remembers answers to a question about names, so many that memory stays flat and few are asked twice. */
export class Remembered {
  readonly #known = new Map<string, Promise<boolean>>();
  readonly #ask: (name: string) => Promise<boolean>;

  constructor(ask: (name: string) => Promise<boolean>) {
    this.#ask = ask;
  }

  has(name: string): Promise<boolean> {
    let answer = this.#known.get(name);
    if (answer === undefined) {
      if (this.#known.size >= 50_000) this.#known.clear();
      answer = this.#ask(name);
      this.#known.set(name, answer);
    }
    return answer;
  }

  add(name: string): void {
    this.#known.set(name, Promise.resolve(true));
  }
}
