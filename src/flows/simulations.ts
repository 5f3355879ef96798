import type { Instant } from "../domain/kernel/index.ts";
import type { StrategyGroup } from "../domain/routing/index.ts";
import type { Lease } from "./integration.ts";
import type { AnswerBody } from "./ports.ts";

export const SIMULATION_STATES = ["waiting", "running", "done", "failed", "cancelled"] as const;
export type SimulationState = (typeof SIMULATION_STATES)[number];

/** A question as it is kept: the strategy stands in it with its groups, so that a run which begins again asks the same. */
export interface KeptQuestion {
  readonly from: Instant;
  readonly to: Instant;
  readonly channel: { readonly id: string; readonly code: string } | null;
  readonly strategy: { readonly code: string; readonly version: number; readonly revision: number; readonly draft: boolean; readonly groups: readonly StrategyGroup[] } | null;
  readonly generated: number | null;
}

export interface SimulationProblem {
  readonly code: string;
  readonly detail: string;
  readonly fix: string;
}

export interface Simulation {
  readonly id: string;
  readonly question: KeptQuestion;
  readonly actor: string;
  readonly state: SimulationState;
  readonly ordersTotal: number | null;
  readonly ordersDone: number;
  readonly attempts: number;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly report: AnswerBody | null;
  readonly problem: SimulationProblem | null;
}

/** Simulations as people see them. They run as imports do, under a lease; one that is interrupted begins again. */
export interface Simulations {
  find(tenantId: number, id: string): Promise<Simulation | null>;
  /** Latest first, before the given one. */
  list(tenantId: number, filter: { readonly before: string | null; readonly limit: number }): Promise<readonly Simulation[]>;
  /** Null where there is none; one that has ended stays as it is. */
  cancel(tenantId: number, id: string): Promise<Simulation | null>;
  /** Orders that went elsewhere, those after the given row. */
  orders(tenantId: number, id: string, after: number, limit: number): Promise<readonly { readonly rowNo: number; readonly document: AnswerBody }[]>;
  /** The oldest that is not done, its run begun and what an earlier run kept deleted; null where there is none, or the lease's fence is stale. */
  take(lease: Lease): Promise<Simulation | null>;
  /** The next three answer false, and write nothing, where the fence is stale or it was cancelled. */
  progress(lease: Lease, id: string, done: number, total: number): Promise<boolean>;
  keep(lease: Lease, id: string, firstRowNo: number, rows: readonly AnswerBody[]): Promise<boolean>;
  finish(lease: Lease, id: string, state: "done" | "failed", outcome: { readonly report: AnswerBody | null; readonly problem: SimulationProblem | null }): Promise<boolean>;
  /** Deletes those that ended 30 days ago; answers how many. */
  forget(tenantId: number, limit: number): Promise<number>;
}
