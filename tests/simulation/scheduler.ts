import type { Random } from "./random.ts";

/** The process that ran this work died. What it had committed stays; whoever waited for its answer knows nothing. */
export class Crashed extends Error {
  override readonly name = "Crashed";
}

interface Parked {
  readonly process: number;
  readonly resume: () => void;
  readonly fail: (error: Error) => void;
}

/** A place where a task waits for something other than its turn: a row lock. */
export interface Ticket {
  grant(): void;
}

/**
 * Runs many flow calls at once, one step at a time: every store call parks here, and the seeded choice of who goes on
 * is the interleaving. Crashing a process fails whatever it has parked or waiting.
 */
export class Scheduler {
  readonly #random: Random;
  #ready: Parked[] = [];
  readonly #waiting = new Set<Parked>();
  #running = 0;
  #stirred = false;
  steps = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Gives up the turn; goes on when chosen. */
  point(process: number): Promise<void> {
    return new Promise((resume, fail) => void this.#ready.push({ process, resume, fail }));
  }

  /** Waits until granted, and then for a turn. `left` is called when the process dies meanwhile. */
  wait(process: number, left: () => void): { ticket: Ticket; granted: Promise<void> } {
    let parked: Parked | undefined;
    const granted = new Promise<void>((resume, fail) => {
      parked = { process, resume, fail: (error) => (left(), fail(error)) };
      this.#waiting.add(parked);
    });
    return { granted, ticket: { grant: () => void (parked && this.#waiting.delete(parked) && this.#ready.push(parked)) } };
  }

  /** Starts a task; it runs when `step` lets it. Its failure is its own to handle. */
  start(task: () => Promise<void>): void {
    this.#running += 1;
    this.#stirred = true;
    void task().finally(() => void (this.#running -= 1));
  }

  get running(): number {
    return this.#running;
  }

  /** Lets one parked task go on to its next point; false where none is parked. New and failed tasks run to theirs first. */
  async step(): Promise<boolean> {
    if (this.#stirred) await settled();
    this.#stirred = false;
    if (this.#ready.length === 0) return false;
    this.steps += 1;
    const [chosen] = this.#ready.splice(this.#random.integer(0, this.#ready.length - 1), 1);
    chosen?.resume();
    await settled();
    return true;
  }

  /** Steps until nothing runs. */
  async finish(): Promise<void> {
    while (await this.step());
    if (this.#running > 0) throw new Error(`${this.#running} tasks wait for each other and nobody can go on`);
  }

  /** Ends a process between two steps. */
  crash(process: number): void {
    const dead = [...this.#ready, ...this.#waiting].filter((parked) => parked.process === process);
    this.#ready = this.#ready.filter((parked) => parked.process !== process);
    this.#stirred = true;
    for (const parked of dead) {
      this.#waiting.delete(parked);
      parked.fail(new Crashed(`process ${process} died`));
    }
  }
}

/** All promise reactions run before the next macrotask, so after this every task is parked again or done. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
