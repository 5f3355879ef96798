import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "./commands.ts";

/** What the caller knows of a call: it was done, it was not, or nobody can say yet. */
export type Outcome = "acknowledged" | "refused" | "unknown";
export type Answer = Readonly<Record<string, unknown>>;

/** One request on the wire. */
export interface Attempt {
  /** Milliseconds since the storm began. */
  readonly at: number;
  readonly milliseconds: number;
  readonly target: number;
  readonly outcome: Outcome;
  readonly status: number | null;
  /** The refusal's code, or why there was no answer. */
  readonly code: string | null;
}

/** One command under one key, with every request that was made for it. */
export interface Call {
  readonly at: number;
  readonly key: string;
  readonly command: Command;
  readonly attempts: Attempt[];
  outcome: Outcome;
  /** What an acknowledged command was answered, the first time. */
  answer: Answer | null;
  /** The code a refused command was answered. */
  code: string | null;
  /** Codes that this call is made to provoke; null where it may have its way. */
  readonly provokes: readonly string[] | null;
  /** A repetition of an acknowledged call that was answered something else. */
  contradiction: string | null;
}

/** Everything that was asked and answered in one run: all that the oracle knows beside the database. */
export class History {
  readonly calls: Call[] = [];
  readonly #began = performance.now();

  now(): number {
    return Math.round(performance.now() - this.#began);
  }

  open(key: string, command: Command, provokes: readonly string[] | null): Call {
    const call: Call = { at: this.now(), key, command, attempts: [], outcome: "unknown", answer: null, code: null, provokes, contradiction: null };
    this.calls.push(call);
    return call;
  }

  /** Acknowledged commands of a kind. */
  done<K extends Command["kind"]>(...kinds: readonly K[]): (Call & { readonly command: Extract<Command, { kind: K }>; readonly answer: Answer })[] {
    return this.calls.filter((call): call is Call & { command: Extract<Command, { kind: K }>; answer: Answer } =>
      call.outcome === "acknowledged" && call.answer !== null && kinds.some((kind) => kind === call.command.kind));
  }

  figures(): HistoryFigures {
    const attempts = this.calls.flatMap((call) => call.attempts);
    const times = attempts.filter(({ status }) => status !== null).map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    const count = (holds: (call: Call) => boolean): number => this.calls.filter(holds).length;
    return {
      calls: this.calls.length, requests: attempts.length,
      acknowledged: count(({ outcome }) => outcome === "acknowledged"), refused: count(({ outcome }) => outcome === "refused"), unresolved: count(({ outcome }) => outcome === "unknown"),
      unknownsResolved: count((call) => call.outcome !== "unknown" && call.attempts.some(({ outcome }) => outcome === "unknown")),
      p99: times[Math.ceil(times.length * 0.99) - 1] ?? 0,
    };
  }

  /** Writes one call a line, so that a failed run can be read afterwards; returns the file. */
  async save(name: string): Promise<string> {
    const file = join(await mkdtemp(join(tmpdir(), "ordo-history-")), `${name}.ndjson`);
    await writeFile(file, this.calls.map((call) => `${JSON.stringify(call)}\n`).join(""));
    return file;
  }
}

export interface HistoryFigures {
  readonly calls: number;
  readonly requests: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unresolved: number;
  /** Calls that had at least one unknown outcome and were cleared up by repeating their key. */
  readonly unknownsResolved: number;
  /** Of answered requests, in milliseconds. */
  readonly p99: number;
}
