import type { StrategyDocument } from "../domain/routing/index.ts";
import type { CodeFilter, Page } from "./queries.ts";
import type { StandingVersion } from "./strategy-store.ts";

export type StrategyStatus = "draft" | "scheduled" | "published" | "retired" | "withdrawn";

/** Published: it decides now; scheduled: it will; retired: it did, or another one took its place before; withdrawn: it was taken back before it did. */
export function statusOf({ published, validTo, withdrawn }: Pick<StandingVersion, "published" | "validTo" | "withdrawn">, now: number): StrategyStatus {
  if (published === null) return "draft";
  if (withdrawn !== null) return "withdrawn";
  const ends = validTo ?? Infinity;
  if (ends <= now || ends <= published.validFrom) return "retired";
  return published.validFrom > now ? "scheduled" : "published";
}

/** A version as people see it. */
export interface StrategyVersionSummary {
  readonly version: number;
  /** Counts the changes of a draft; of a published version the last one. */
  readonly revision: number;
  readonly status: StrategyStatus;
  readonly note: string | null;
  readonly author: string;
  readonly author_name: string | null;
  readonly created_at: string;
  readonly published_at: string | null;
  readonly published_by: string | null;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly withdrawn: { readonly at: string; readonly by: string; readonly by_name: string | null; readonly reason: string } | null;
}

export interface StrategyVersionView extends StrategyVersionSummary {
  readonly document: StrategyDocument;
}

export interface StrategySummary {
  readonly code: string;
  readonly name: string;
  readonly created_at: string;
  /** The version that decides now; null where none does. */
  readonly live: number | null;
  readonly draft: { readonly version: number; readonly revision: number } | null;
  readonly scheduled: readonly { readonly version: number; readonly valid_from: string }[];
  /** Codes of the channels that route by it now. */
  readonly channels: readonly string[];
}

export interface StrategyView extends StrategySummary {
  /** The latest 100, latest first. */
  readonly versions: readonly StrategyVersionSummary[];
  readonly live_document: StrategyDocument | null;
  readonly draft_document: StrategyDocument | null;
}

/** Reading strategies; absent codes answer null. */
export interface Strategies {
  list(tenantId: number, filter: CodeFilter, now: number): Promise<Page<StrategySummary>>;
  find(tenantId: number, code: string, now: number): Promise<StrategyView | null>;
  version(tenantId: number, code: string, version: number, now: number): Promise<StrategyVersionView | null>;
}
