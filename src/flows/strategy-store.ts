import type { Strategy } from "../domain/routing/index.ts";
import type { Store, Transaction } from "./ports.ts";
import type { Simulation } from "./simulations.ts";

/** A version of a strategy as it is written; once it is published only its end may still be told, and that it was withdrawn. */
export interface StrategyVersion extends Strategy {
  /** Counts the changes of a draft, from 1. */
  readonly revision: number;
  readonly note: string | null;
  /** Who wrote it, as events name people. */
  readonly author: string;
  readonly createdAt: number;
  /** Null while it is a draft. */
  readonly published: { readonly at: number; readonly by: string; readonly validFrom: number } | null;
}

export interface Withdrawal {
  readonly at: number;
  /** As events name people. */
  readonly by: string;
  readonly reason: string;
}

/** A version among the others of its strategy. */
export interface StandingVersion extends StrategyVersion {
  /** From when on another one takes its place; null for never. Equal to its beginning where it never held. */
  readonly validTo: number | null;
  readonly withdrawn: Withdrawal | null;
}

/** How an announced version is taken back, and what closes the gap that it leaves. */
export interface VersionWithdrawal {
  readonly code: string;
  readonly version: number;
  readonly validFrom: number;
  /** The version that goes on holding in its place; null where none held up to then. */
  readonly heir: number | null;
  /** How long that one holds now; null for ever. */
  readonly until: number | null;
  readonly withdrawn: Withdrawal;
}

/** What changing a strategy has to know of it. */
export interface StrategyState {
  readonly name: string;
  readonly createdAt: number;
  /** The highest number that a version has. */
  readonly latest: number;
  /** When the last version began that was published to decide at once; null where there is none. */
  readonly begun: number | null;
  readonly draft: StrategyVersion | null;
  /** The version that was asked for. */
  readonly asked: StandingVersion | null;
  /** The version that holds until the one that was asked for takes over; null where none does. */
  readonly before: number | null;
}

export interface StrategyTransaction extends Transaction {
  /** Locks a strategy for change and reads its draft and one of its versions; null where there is no such strategy. */
  lockStrategy(code: string, version: number | null): Promise<StrategyState | null>;
  /** Writes a draft, or publishes: a published version ends the one that holds when it begins, and lasts until the next one that was announced. */
  saveStrategyVersion(strategy: { readonly code: string; readonly name: string; readonly createdAt: number }, version: StrategyVersion): Promise<void>;
  dropStrategyDraft(code: string): Promise<void>;
  withdrawStrategyVersion(withdrawal: VersionWithdrawal): Promise<void>;
  createSimulation(simulation: Pick<Simulation, "id" | "question" | "actor">): Promise<void>;
}

export interface StrategyStore extends Store {
  transact<T>(tenantId: number, work: (tx: StrategyTransaction) => Promise<T>): Promise<T>;
}
