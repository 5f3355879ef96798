import type { Channel } from "../catalog/index.ts";
import { defaultGroup } from "./presets.ts";
import type { OrderVariables, Rules } from "./rules.ts";
import type { Strategy, StrategyGroup } from "./strategy.ts";

/** The group that says how an order is routed. */
export interface ChosenGroup {
  /** Null where the channel has no strategy: the group says what its own policy says. */
  readonly strategy: { readonly code: string; readonly version: number } | null;
  readonly group: StrategyGroup;
  /** Place of the group in its strategy, from 0. */
  readonly groupNo: number;
  /** Sentences about what could not be asked, for the decision to keep: a group whose expression failed does not hold. */
  readonly notes: readonly string[];
}

/** The first group of the channel's strategy that holds for an order; the channel's own policy where it has none that holds now. */
export function chooseGroup(strategies: ReadonlyMap<string, Strategy>, channel: Pick<Channel, "strategy" | "routing">, variables: OrderVariables, rules: Rules): ChosenGroup {
  const builtIn = (...notes: readonly string[]): ChosenGroup => ({ strategy: null, group: defaultGroup(channel.routing), groupNo: 0, notes });
  if (channel.strategy === null) return builtIn();
  const strategy = strategies.get(channel.strategy);
  if (!strategy) return builtIn(`Strategy ${channel.strategy} has no version that holds now; the channel's own policy was used.`);
  const { chosen, notes } = groupOf(strategy, variables, rules);
  // Only a document that never was checked has no group for some order.
  return chosen ?? builtIn(...notes, `No group of strategy ${strategy.code} holds for the order; the channel's own policy was used.`);
}

/** The first group of a strategy that holds for an order, as alternates are asked; null where none does. */
export function groupOf({ code, version, groups }: Strategy, variables: OrderVariables, rules: Rules): { readonly chosen: ChosenGroup | null; readonly notes: readonly string[] } {
  const notes: string[] = [];
  for (const [groupNo, group] of groups.entries()) {
    const answer = group.when === null ? { ok: true as const, holds: true } : rules.compile(group.when, "order")(variables);
    if (!answer.ok) notes.push(`Group "${group.name}" of ${code} was passed over: ${answer.error}`);
    else if (answer.holds) return { chosen: { strategy: { code, version }, group, groupNo, notes }, notes };
  }
  return { chosen: null, notes };
}
