import type { Scheduler, Ticket } from "./scheduler.ts";

/** The store asks for another attempt, with the SQLSTATE that PostgreSQL would give. */
export class Conflict extends Error {
  override readonly name = "Conflict";
  readonly code: string;

  constructor(code: "40P01" | "23505" | "23514", message: string) {
    super(message);
    this.code = code;
  }
}

/** Whoever holds locks: one attempt of one transaction. */
export interface Holder {
  readonly process: number;
  readonly held: Set<string>;
  waitsFor: string | null;
}

interface Waiter {
  readonly holder: Holder;
  readonly ticket: Ticket;
}

/** Row locks as PostgreSQL has them: first come, first served, and whoever closes a circle of waiting fails. */
export class Locks {
  readonly #owners = new Map<string, Holder>();
  readonly #queues = new Map<string, Waiter[]>();
  readonly #scheduler: Scheduler;
  deadlocks = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  async acquire(holder: Holder, key: string): Promise<void> {
    const owner = this.#owners.get(key);
    if (owner === holder) return;
    if (!owner) {
      this.#own(holder, key);
      return;
    }
    this.#refuseCircle(holder, key);
    holder.waitsFor = key;
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    const { ticket, granted } = this.#scheduler.wait(holder.process, () => this.#leave(holder, key));
    queue.push({ holder, ticket });
    await granted;
  }

  release(holder: Holder): void {
    for (const key of holder.held) {
      this.#owners.delete(key);
      const next = this.#queues.get(key)?.shift();
      if (!next) continue;
      next.holder.waitsFor = null;
      this.#own(next.holder, key);
      next.ticket.grant();
    }
    holder.held.clear();
  }

  #own(holder: Holder, key: string): void {
    this.#owners.set(key, holder);
    holder.held.add(key);
  }

  #leave(holder: Holder, key: string): void {
    holder.waitsFor = null;
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue.filter((waiter) => waiter.holder !== holder));
  }

  #refuseCircle(holder: Holder, key: string): void {
    let wanted: string | null = key;
    while (wanted !== null) {
      const owner = this.#owners.get(wanted);
      if (owner === holder) {
        this.deadlocks += 1;
        throw new Conflict("40P01", `deadlock on ${key}`);
      }
      wanted = owner?.waitsFor ?? null;
    }
  }
}
