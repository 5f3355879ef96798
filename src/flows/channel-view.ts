import type { ChannelDeadlinesView } from "./deadline-views.ts";
import type { GateView } from "./channel-gates.ts";

/** A channel as people see it. */
export interface ChannelView {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly currency: string;
  readonly node_pool: readonly string[] | null;
  readonly buffer: number;
  readonly when_unavailable: string;
  readonly auto_release: boolean;
  /** Null where its prices are not compared with price lists. */
  readonly price_check: { readonly tolerance_percent: string; readonly tolerance_minor: number; readonly when_unpriced: string } | null;
  readonly routing: Readonly<Record<string, number | null>>; readonly strategy: string | null;
  /** Who of its waiting orders is served first: first_come, or priority. */
  readonly incoterm: string;
  readonly backorder_release: string;
  readonly backorder_cancel_after_days: number | null;
  readonly payment_rules: { readonly hold: readonly string[]; readonly accept_tenders: readonly string[]; readonly due_minutes: number | null };
  readonly address_rules: { readonly due_minutes: number | null };
  /** Null where it is not checked; so too for the next two. */
  readonly duplicate_rules: { readonly within_minutes: number; readonly by: readonly string[]; readonly hold: string } | null;
  readonly velocity_rules: { readonly within_minutes: number; readonly by: readonly string[]; readonly maximum_orders: number | null; readonly maximum_total_minor: number | null } | null;
  readonly risk_rules: { readonly review_from: number; readonly reject_above: number | null; readonly usual_total_minor: number | null } | null;
  readonly deadlines: ChannelDeadlinesView;
  readonly gate: GateView | null;
  readonly valid_from: string;
}
