import type { CommandHead } from "../../src/flows/ports.ts";
import type { Ambient, Answer, AnswerBody, Flow, Store } from "../../src/flows/ports.ts";
import { Database, factsAt } from "./database.ts";
import { Locks } from "./locks.ts";
import { memoryStore, OutcomeUnknown } from "./memory-store.ts";
import type { Mutant } from "./mutants.ts";
import { Random } from "./random.ts";
import { Crashed, Scheduler } from "./scheduler.ts";
import { ITEMS } from "./world.ts";

const PROCESSES = 3;
const GOODS = ITEMS.filter((item) => item.status === "active" && item.components === null).map(({ sku }) => sku);
const START = Date.UTC(2026, 2, 28, 8);
export const TENANT = 1;

/** What was answered for good: proof that it must be there. */
interface Acknowledged {
  readonly command: CommandHead;
  readonly body: AnswerBody;
}

/**
 * The system under simulation and everyone's memory of its answers: three processes over one database, a virtual clock,
 * a seeded order of steps, and clients that repeat what got no answer.
 */
export class Office {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly db: Database;
  readonly problems: string[] = [];
  readonly acknowledged = new Map<string, Acknowledged>();
  /** Units that physical commands put in (or took out), by place: each acknowledged key counts once. */
  readonly physical = new Map<string, number>();
  readonly booked = new Set<string>();
  /** What is traded today: few goods make a crowd. */
  readonly goods: readonly string[];
  readonly counts = { calls: 0, acknowledged: 0, refused: 0, unknown: 0, crashes: 0, replayed: 0 };
  readonly ambient: Ambient;
  readonly #locks: Locks;
  readonly #stores: Store[];
  #clock = START;
  #ids = 0;
  #keys = 0;
  #orders = 0;

  constructor(seed: number, mutant: Mutant | null) {
    this.random = new Random(seed);
    this.goods = GOODS.slice(this.random.integer(0, 1), this.random.integer(2, GOODS.length));
    this.scheduler = new Scheduler(this.random);
    this.#locks = new Locks(this.scheduler);
    this.db = new Database(mutant);
    this.#stores = Array.from({ length: PROCESSES }, (_, process) => memoryStore(this.db, { scheduler: this.scheduler, locks: this.#locks }, process));
    this.ambient = { now: () => this.#clock, newId: () => this.newId() };
  }

  get now(): number {
    return this.#clock;
  }

  get deadlocks(): number {
    return this.#locks.deadlocks;
  }

  pass(milliseconds: number): void {
    this.#clock += milliseconds;
  }

  /** Sorts by the time it was made, as a UUID of version 7 does. */
  newId(): string {
    this.#ids += 1;
    return `00000000-0000-7000-8000-${this.#ids.toString(16).padStart(12, "0")}`;
  }

  newExternalId(): string {
    this.#orders += 1;
    return `order-${this.#orders}`;
  }

  itemId(sku: string): string {
    return factsAt(this.db.items, this.#clock).find((item) => item.sku === sku)?.id ?? "";
  }

  nodeId(code: string): string {
    return factsAt(this.db.nodes, this.#clock).find((node) => node.code === code)?.id ?? "";
  }

  skuOf(itemId: string): string {
    return this.db.items.get(itemId)?.at(-1)?.fact.sku ?? "";
  }

  codeOf(nodeId: string): string {
    return this.db.nodes.get(nodeId)?.at(-1)?.fact.code ?? "";
  }

  head(actor: string): CommandHead {
    this.#keys += 1;
    return { idempotencyKey: `key-${this.#keys}`, bodyHash: `body-${this.#keys}`, actor };
  }

  anyStore(): Store {
    return this.random.pick(this.#stores);
  }

  crashOne(): void {
    this.counts.crashes += 1;
    this.scheduler.crash(this.random.integer(0, PROCESSES - 1));
  }

  /** Starts work that nobody waits for; what it throws is a problem of the system. */
  start(what: string, work: () => Promise<void>): void {
    this.scheduler.start(() => work().catch((error: unknown) => {
      if (!isUnknown(error)) this.problems.push(`${what}: ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`);
    }));
  }

  /** Sends a batch until every command has an answer: what ends unknown is sent again with the same keys. */
  async send<C extends CommandHead>(flow: Flow<C>, commands: readonly C[]): Promise<Answer[]> {
    for (;;) {
      this.counts.calls += 1;
      try {
        const answers = await flow(this.anyStore(), TENANT, commands, this.ambient);
        answers.forEach((answer, index) => this.#note(commands[index], answer));
        return answers;
      } catch (error) {
        if (!isUnknown(error)) throw error;
        this.counts.unknown += 1;
      }
    }
  }

  #note(command: CommandHead | undefined, answer: Answer): void {
    if (!answer.ok) {
      this.counts.refused += 1;
      if (answer.refusal.code === "INTERNAL") this.problems.push(`INTERNAL: ${answer.refusal.detail}`);
      return;
    }
    this.counts.acknowledged += 1;
    const key = command?.idempotencyKey ?? null;
    if (!command || key === null) return;
    if (answer.replayed) this.counts.replayed += 1;
    const before = this.acknowledged.get(key);
    if (!before) this.acknowledged.set(key, { command, body: answer.body });
    else if (JSON.stringify(before.body) !== JSON.stringify(answer.body)) this.problems.push(`key ${key} was answered ${JSON.stringify(before.body)} and then ${JSON.stringify(answer.body)}`);
  }
}

export const isUnknown = (error: unknown): boolean => error instanceof Crashed || error instanceof OutcomeUnknown;
