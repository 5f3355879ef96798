import type { Channel, Item } from "../catalog/index.ts";
import type { Order } from "../order/index.ts";
import { chooseGroup, groupOf } from "./choose-group.ts";
import { nodeVariables, orderVariables, type Rules } from "./rules.ts";
import type { Strategy } from "./strategy.ts";
import type { AppliedRules } from "./types.ts";

export interface RulesOfOrder {
  /** The group of the channel's strategy, then those of its alternates in turn. Never empty. */
  readonly applied: readonly AppliedRules[];
  /** What could not be asked so far, a sentence each: groups that were passed over, and expressions over nodes that failed. */
  notes(): readonly string[];
}

/** How an order is to be routed, and what is asked when lines are left. */
export function rulesOfOrder(order: Order, channel: Channel, item: (id: string) => Item | undefined, strategies: ReadonlyMap<string, Strategy>, rules: Rules): RulesOfOrder {
  const variables = orderVariables(order, channel, item);
  const chosen = chooseGroup(strategies, channel, variables, rules);
  const notes = new Set(chosen.notes);
  const groups = [chosen];
  const asked = new Set(chosen.strategy === null ? [] : [chosen.strategy.code]);
  for (let next = chosen.group.after.alternate; next !== null && !asked.has(next);) {
    asked.add(next);
    const alternate = strategies.get(next);
    if (!alternate) notes.add(`Strategy ${next} has no version that holds now.`);
    const found = alternate ? groupOf(alternate, variables, rules) : null;
    for (const note of found?.notes ?? []) notes.add(note);
    if (found?.chosen) groups.push(found.chosen);
    next = found?.chosen?.group.after.alternate ?? null;
  }
  const compiled = new Map<string, ReturnType<Rules["compile"]>>();
  const holds: AppliedRules["holds"] = (expression, node, metres, backlog) => {
    let ask = compiled.get(expression);
    if (!ask) compiled.set(expression, (ask = rules.compile(expression, "node")));
    const answer = ask(nodeVariables(variables, node, metres, backlog));
    if (!answer.ok) notes.add(`The filter ${expression} did not hold for ${node.code}: ${answer.error}`);
    return answer.ok && answer.holds;
  };
  return { applied: groups.map(({ strategy, group }) => ({ strategy, group, holds })), notes: () => [...notes] };
}
