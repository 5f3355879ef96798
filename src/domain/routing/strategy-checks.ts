import { canShip, type Node, type NodeKind } from "../catalog/index.ts";
import type { FieldError, RefusalCode } from "../kernel/index.ts";
import type { Rules } from "./rules.ts";
import type { Filter, FilterRule, Objective, Strategy, StrategyGroup } from "./strategy.ts";

/** What a strategy is checked against. What is null is not known here, and is not checked. */
export interface StrategyFacts {
  /** By code. */
  readonly nodes: ReadonlyMap<string, Pick<Node, "code" | "kind" | "status">>;
  readonly carriers: ReadonlySet<string> | null;
  readonly serviceLevels: ReadonlySet<string> | null;
  /** Strategies that hold now, by code. */
  readonly strategies: ReadonlyMap<string, Strategy>;
}

/** Something in a strategy that can be meant so, but hardly is. */
export interface StrategyWarning {
  readonly pointer: string;
  readonly detail: string;
}

export interface StrategyCheck {
  readonly errors: readonly FieldError[];
  readonly warnings: readonly StrategyWarning[];
}

class Findings implements StrategyCheck {
  readonly errors: FieldError[] = [];
  readonly warnings: StrategyWarning[] = [];

  fail(pointer: string, detail: string, code: RefusalCode = "INVALID_FIELD"): void {
    this.errors.push({ pointer, code, detail });
  }

  warn(pointer: string, detail: string): void {
    this.warnings.push({ pointer, detail });
  }
}

/** Everything that is wrong with a strategy, each with a pointer into its document as the API takes it. */
export function checkStrategy(code: string, groups: readonly StrategyGroup[], facts: StrategyFacts, rules: Rules): StrategyCheck {
  const findings = new Findings();
  if (groups.length === 0) findings.fail("/groups", "A strategy has at least one group.");
  checkReach(groups, rules, findings);
  groups.forEach((group, index) => {
    const at = `/groups/${index}`;
    checkFilters(group, at, facts, rules, findings);
    checkObjective(group.objective, `${at}/objective`, findings);
    checkSplit(group, at, findings);
    checkAfter(code, group, `${at}/after`, facts, findings);
    checkReEvaluation(group, `${at}/re_evaluate`, findings);
    if (group.merge) {
      atLeast(1, group.merge.withinMinutes, `${at}/merge/within_minutes`, findings);
      atLeast(0, group.merge.minimumSavingMicros, `${at}/merge/minimum_saving_micros`, findings);
      if (!(group.objective.weights.label ?? 0)) findings.warn(`${at}/merge`, "weights has no label, so orders that ask for no service go by none, and parcels are shared only where a service is known.");
    }
  });
  return findings;
}

/** Which orders get to each group: the first that holds takes them, so what comes after one that always holds is never asked. */
function checkReach(groups: readonly StrategyGroup[], rules: Rules, findings: Findings): void {
  const seen = new Map<string, number>();
  const names = new Map<string, number>();
  let always: number | null = null;
  groups.forEach(({ name, when }, index) => {
    const at = `/groups/${index}`;
    const twin = names.get(name);
    if (twin !== undefined) findings.fail(`${at}/name`, `Group ${twin + 1} has the name "${name}" already; decisions name the group by it.`, "DUPLICATE_VALUE");
    names.set(name, index);
    const check = when === null ? { ok: true as const, constant: true } : rules.check(when, "order");
    if (!check.ok) return findings.fail(`${at}/when`, check.error);
    if (always !== null) return findings.fail(`${at}/when`, `No order gets here: group ${always + 1} ("${groups[always]?.name}") holds for every one.`);
    if (check.constant === true) always = index;
    else if (check.constant === false) return findings.fail(`${at}/when`, "No order gets here: the expression is never true.");
    const same = when === null ? undefined : seen.get(when.trim());
    if (same !== undefined) return findings.fail(`${at}/when`, `No order gets here: group ${same + 1} ("${groups[same]?.name}") has the same expression.`);
    if (when !== null) seen.set(when.trim(), index);
  });
  const last = groups.length - 1;
  if (always === null && last >= 0) findings.fail(`/groups/${last}/when`, "The last group has to hold for every order, so that none is left without a way: leave its expression out.");
}

function checkFilters({ filters }: StrategyGroup, at: string, facts: StrategyFacts, rules: Rules, findings: Findings): void {
  const before = findings.errors.length;
  filters.forEach((filter, index) => checkFilter(filter, `${at}/filters/${index}`, facts, rules, findings));
  const hard = filters.flatMap((filter, index) => (filter.tier === null ? [{ filter, pointer: `${at}/filters/${index}` }] : []));
  const clash = (what: string, listOf: (filter: FilterRule) => readonly string[] | null): boolean => {
    let left: readonly string[] | null = null;
    for (const { filter, pointer } of hard) {
      const named = listOf(filter);
      if (named === null) continue;
      const kept: readonly string[] = left === null ? named : left.filter((one) => named.includes(one));
      if (kept.length === 0) return findings.fail(pointer, `Together with the filters before it, no ${what} is left.`), true;
      left = kept;
    }
    return false;
  };
  const clashes = [
    clash("kind of node", (filter) => (filter.kind === "node_kinds" ? filter.kinds : null)), clash("country", (filter) => (filter.kind === "countries" ? filter.countries : null)),
    clash("service level", (filter) => (filter.kind === "service_levels" ? filter.levels : null)), clash("carrier", (filter) => (filter.kind === "carriers" ? filter.carriers : null)),
    noNodeNamed(hard, findings),
  ];
  if (!clashes.includes(true) && findings.errors.length === before) warnOfNoNode(hard, at, facts, findings);
}

type Placed = readonly { readonly filter: Filter; readonly pointer: string }[];

/** Nodes that hard filters name, without those they exclude. */
function noNodeNamed(hard: Placed, findings: Findings): boolean {
  const only = hard.flatMap(({ filter }) => (filter.kind === "only_nodes" ? [filter.nodes] : []));
  const not = new Set(hard.flatMap(({ filter }) => (filter.kind === "not_nodes" ? filter.nodes : [])));
  const [first, ...others] = only;
  if (first === undefined || first.some((code) => !not.has(code) && others.every((nodes) => nodes.includes(code)))) return false;
  const last = hard.findLast(({ filter }) => filter.kind === "only_nodes" || filter.kind === "not_nodes");
  findings.fail(last?.pointer ?? "", "The nodes that the hard filters allow are all excluded by others: no node is left.");
  return true;
}

/** Today's nodes may change tomorrow, so this is no error. */
function warnOfNoNode(hard: Placed, at: string, { nodes }: StrategyFacts, findings: Findings): void {
  const passes = ({ code, kind }: { readonly code: string; readonly kind: NodeKind }): boolean => hard.every(({ filter }) => {
    if (filter.kind === "only_nodes") return filter.nodes.includes(code);
    if (filter.kind === "not_nodes") return !filter.nodes.includes(code);
    return filter.kind !== "node_kinds" || filter.kinds.includes(kind);
  });
  if (nodes.size > 0 && hard.length > 0 && ![...nodes.values()].some((node) => canShip(node) && passes(node))) {
    findings.warn(`${at}/filters`, "None of the nodes that can ship now passes these hard filters.");
  }
}

function checkFilter(filter: Filter, at: string, facts: StrategyFacts, rules: Rules, findings: Findings): void {
  const unknown = (field: string, codes: readonly string[], known: { has(code: string): boolean } | null, what: string, code: RefusalCode): void => {
    codes.forEach((one, index) => {
      if (known !== null && !known.has(one)) findings.fail(`${at}/${field}/${index}`, `There is no ${what} "${one}".`, code);
      if (codes.indexOf(one) !== index) findings.fail(`${at}/${field}/${index}`, `"${one}" stands here twice.`, "DUPLICATE_VALUE");
    });
    if (codes.length === 0) findings.fail(`${at}/${field}`, "The list is empty.");
  };
  switch (filter.kind) {
    case "only_nodes": case "not_nodes": return unknown("nodes", filter.nodes, facts.nodes, "node", "UNKNOWN_NODE");
    case "carriers": return unknown("carriers", filter.carriers, facts.carriers, "carrier", "INVALID_FIELD");
    case "service_levels": return unknown("levels", filter.levels, facts.serviceLevels, "service of level", "INVALID_FIELD");
    case "countries": return unknown("countries", filter.countries, null, "country", "INVALID_FIELD");
    case "node_kinds": {
      if (filter.tier === null && filter.kinds.every((kind) => kind === "virtual")) findings.fail(`${at}/kinds`, "Nothing is ever sent from a virtual node.");
      return unknown("kinds", filter.kinds, null, "kind", "INVALID_FIELD");
    }
    case "expression": return checkNodeExpression(filter.when, filter.tier, `${at}/when`, rules, findings);
    case "maximum_distance": return atLeast(0, filter.km, `${at}/km`, findings);
    case "ships_within": return atLeast(0, filter.days, `${at}/days`, findings);
    case "leaves_stock": return atLeast(0, filter.units, `${at}/units`, findings);
    case "maximum_backlog": return atLeast(1, filter.shipments, `${at}/shipments`, findings);
    case "same_country": case "arrives_in_time": case "whole_order": return undefined;
  }
}

function checkNodeExpression(when: string, tier: number | null, at: string, rules: Rules, findings: Findings): void {
  const check = rules.check(when, "node");
  if (!check.ok) findings.fail(at, check.error);
  else if (check.constant === false && tier === null) findings.fail(at, "The expression is never true: no node passes.");
  else if (check.constant !== null) findings.warn(at, `The expression is always ${check.constant}: the filter decides nothing.`);
}

const atLeast = (least: number, value: number, at: string, findings: Findings): void => {
  if (!(value >= least)) findings.fail(at, `${value} is less than ${least}.`);
};

function checkObjective(objective: Objective, at: string, findings: Findings): void {
  const { weights } = objective;
  for (const [term, weight] of Object.entries(weights)) atLeast(0, weight, `${at}/weights/${term}`, findings);
  const prices = [
    ["distance_micros_per_km", objective.distanceMicrosPerKm, "distance"], ["split_micros", objective.splitMicros, "split"],
    ["lateness_micros_per_day", objective.latenessMicrosPerDay, "lateness"], ["capacity_micros", objective.capacityMicros, "capacity"],
  ] as const;
  for (const [field, micros, term] of prices) {
    atLeast(0, micros, `${at}/${field}`, findings);
    if (micros > 0 && !weights[term]) findings.warn(`${at}/${field}`, `It does not count, because weights has no ${term}.`);
    if (micros === 0 && weights[term]) findings.warn(`${at}/weights/${term}`, `It comes to nothing, because ${field} is 0.`);
  }
  const priced = Object.values(weights).some((weight) => weight > 0);
  if (objective.kind === "cost") {
    if (!priced) findings.fail(`${at}/weights`, "No cost counts, so every plan would cost the same: give at least one of them a weight.");
    return;
  }
  checkRanks(objective.by, priced, at, findings);
}

function checkRanks(by: readonly string[], priced: boolean, at: string, findings: Findings): void {
  if (by.length === 0) findings.fail(`${at}/by`, "Name at least one criterion.");
  by.forEach((criterion, index) => {
    if (by.indexOf(criterion) !== index) findings.fail(`${at}/by/${index}`, `"${criterion}" stands here twice: what comes first has decided already.`, "DUPLICATE_VALUE");
    // When an order arrives is decided by its latest part alone, so it cannot settle ties that sums over the parts have left.
    if (criterion === "arrival" && index > 0) findings.fail(`${at}/by/${index}`, "arrival can only be the first criterion: it is decided by the latest part of an order, and no sum over its parts leaves that to be compared.");
    if (criterion === "cost" && !priced) findings.fail(`${at}/weights`, "cost is among the criteria and no cost counts: give at least one of them a weight.");
  });
}

function checkSplit({ split, filters }: StrategyGroup, at: string, findings: Findings): void {
  if (split.maximumNodes !== null) atLeast(1, split.maximumNodes, `${at}/split/maximum_nodes`, findings);
  if (split.maximumNodesPerLine !== null) atLeast(1, split.maximumNodesPerLine, `${at}/split/maximum_nodes_per_line`, findings);
  atLeast(0, split.minimumValueMinor, `${at}/split/minimum_value_minor`, findings);
  if (split.maximumNodes !== null && split.maximumNodesPerLine !== null && split.maximumNodesPerLine > split.maximumNodes) {
    findings.warn(`${at}/split/maximum_nodes_per_line`, `A line cannot have more nodes than its order: at most ${split.maximumNodes}.`);
  }
  const whole = filters.some(({ kind, tier }) => kind === "whole_order" && tier === null);
  if (whole && (split.minimumValueMinor > 0 || split.keepTogether !== null)) findings.warn(`${at}/split`, "The hard filter whole_order leaves nothing to be divided.");
}

function checkAfter(code: string, { after }: StrategyGroup, at: string, { nodes, strategies }: StrategyFacts, findings: Findings): void {
  const { alternate, fallbackNode } = after;
  if (fallbackNode !== null) {
    const node = nodes.get(fallbackNode);
    if (!node) findings.fail(`${at}/fallback_node`, `There is no node "${fallbackNode}".`, "UNKNOWN_NODE");
    else if (node.kind === "virtual") findings.fail(`${at}/fallback_node`, `Nothing is ever sent from ${fallbackNode}: it is a virtual node.`);
    else if (!canShip(node)) findings.warn(`${at}/fallback_node`, `${fallbackNode} is offline now.`);
  }
  if (alternate === null) return;
  if (alternate !== code && !strategies.has(alternate)) return findings.fail(`${at}/alternate`, `There is no strategy "${alternate}" with a version that holds now.`, "UNKNOWN_STRATEGY");
  const way = circle(code, alternate, strategies);
  if (way !== null) findings.fail(`${at}/alternate`, `It leads in a circle: ${[code, ...way].join(" → ")}.`);
}

function checkReEvaluation({ reEvaluate, objective }: StrategyGroup, at: string, findings: Findings): void {
  if (!reEvaluate) return;
  atLeast(1, reEvaluate.everyMinutes, `${at}/every_minutes`, findings);
  atLeast(0, reEvaluate.minimumSavingMicros, `${at}/minimum_saving_micros`, findings);
  if (!reEvaluate.consolidate && !reEvaluate.swap) findings.fail(`${at}/consolidate`, "Neither consolidate nor swap is allowed, so nothing would ever be decided anew: allow one of them, or leave re_evaluate out.");
  if (objective.kind === "ranks" && objective.by[0] === "load") findings.warn(`${at}`, "Work that waits at nodes changes all the time, so it is no reason to decide anew: plans that differ in load first stay as they are.");
}

/** The way from a strategy through alternates back to it; null where none leads there. */
function circle(home: string, from: string, strategies: ReadonlyMap<string, Strategy>, passed = new Set<string>()): readonly string[] | null {
  if (from === home) return [from];
  if (passed.has(from)) return null;
  passed.add(from);
  for (const { after } of strategies.get(from)?.groups ?? []) {
    const way = after.alternate === null ? null : circle(home, after.alternate, strategies, passed);
    if (way !== null) return [from, ...way];
  }
  return null;
}
