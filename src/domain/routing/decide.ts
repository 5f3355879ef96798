import { type Contest, openContest } from "./contest.ts";
import { narrowed } from "./contenders.ts";
import { explain } from "./explain.ts";
import { figuresOf } from "./figures.ts";
import { Placing, shipmentsOf } from "./placing.ts";
import { defaultGroup } from "./presets.ts";
import { criteriaOf } from "./scoring.ts";
import { Shares } from "./shares.ts";
import type { Filter, SplitPolicy, StrategyGroup } from "./strategy.ts";
import { type AppliedRules, type Assignment, type Demand, isSingle, partValue, type RoutingPlan, type RoutingRequest } from "./types.ts";

/**
 * Decides which node ships what: strike out what a hard rule forbids, cap by what is promised to earlier orders, place whole lines
 * where the plan's figures are best (exact up to 12 distinct demands), split only lines that no single node can fill, give up soft
 * filters tier by tier for what is left, then ask the alternate strategies and the fallback node, and say why. Changes nothing:
 * the caller reserves.
 */
export function decideRouting(request: RoutingRequest): RoutingPlan {
  const all = request.rules ?? [channelRules(request)];
  const [rules = channelRules(request)] = all;
  const wanted = together(request.demands, rules.group.split);
  const shares = new Shares(request, wanted);
  const placing = new Placing(request, wanted);
  placing.offer(shares.deal(placing.placedOf, () => true));
  const asked = narrowed(request);
  const contests: Contest[] = [];
  const relaxed: Filter[] = [];
  const round = (applied: AppliedRules, filters: readonly Filter[], over: Partial<RoutingRequest> = {}): void => {
    const open = (arrivesBy?: number): Contest => openContest({ ...asked, ...over }, placing.demands, applied, filters, arrivesBy);
    const at = contests.length;
    const stuck = new Set<number>();
    // What a demand finds no place for is the next one's to take; the next round asks all of them again.
    do {
      placing.place((contests[at] = open()), open);
      for (const demand of placing.unfinished()) stuck.add(demand);
    } while (placing.offer(shares.deal(placing.placedOf, (demand) => !stuck.has(demand))));
    placing.offer(shares.deal(placing.placedOf, () => true));
  };
  for (const applied of all) {
    const given: Filter[] = [];
    for (const step of relaxations(applied.group.filters)) {
      if (contests.length > 0 && placing.isComplete) break;
      const before = placing.placed;
      round(applied, step.kept);
      given.push(...step.given);
      // What was given up without placing anything was not needed.
      if (placing.placed > before) relaxed.push(...given.splice(0));
    }
  }
  const { fallbackNode, unplaced: unplacedAction } = rules.group.after;
  const fallback = asked.nodes.filter(({ code }) => code === fallbackNode);
  if (!placing.isComplete && fallback.length > 0) round(rules, [], { nodes: fallback });
  if (!rules.group.split.partial && missing(wanted, placing.assignments()).length > 0) placing.clear();
  const assignments = placing.assignments();
  const unplaced = perLine(wanted, missing(wanted, assignments));
  const parts = placing.parts();
  const { reason, detail } = explain({ request, wanted, contests, placing, parts, relaxed, unplaced });
  return { assignments: perLine(wanted, assignments), unplaced, shipments: shipmentsOf(parts), unplacedAction, criteria: criteriaOf(rules.group.objective), figures: figuresOf(parts), reason, detail: { ...detail, ...notesOf(request.notes?.() ?? []) } };
}

/** Notes that a decision keeps at most, and characters of each: a filter that fails may do so for every node. */
const NOTES_MAX = 5;
const NOTE_CHARACTERS = 200;

/** Which of its rules could not be asked. */
function notesOf(notes: readonly string[]): Record<string, unknown> {
  if (notes.length === 0) return {};
  const kept = notes.slice(0, NOTES_MAX).map((note) => note.slice(0, NOTE_CHARACTERS));
  return { notes: kept, ...(notes.length > kept.length ? { notes_left_out: notes.length - kept.length } : {}) };
}

/** What a channel without a strategy goes by is made once for all orders of the facts that it comes from. */
const rulesOfPolicy = new WeakMap<RoutingRequest["policy"], AppliedRules>();

function channelRules({ policy }: RoutingRequest): AppliedRules {
  let rules = rulesOfPolicy.get(policy);
  if (!rules) rulesOfPolicy.set(policy, (rules = { strategy: null, group: defaultGroup(policy), holds: () => false }));
  return rules;
}

/** The filters in force, tier after tier of soft ones given up. */
function relaxations(filters: StrategyGroup["filters"]): { readonly kept: readonly Filter[]; readonly given: readonly Filter[] }[] {
  const tiers = [...new Set(filters.flatMap(({ tier }) => tier ?? []))].toSorted((a, b) => a - b);
  return [{ kept: filters, given: [] }, ...tiers.map((tier) => ({ kept: filters.filter((one) => one.tier === null || one.tier > tier), given: filters.filter((one) => one.tier === tier) }))];
}

function missing(demands: readonly Demand[], assignments: readonly Assignment[]): RoutingPlan["unplaced"] {
  const placed = new Map<number, number>();
  for (const { lineNo, quantity } of assignments) placed.set(lineNo, (placed.get(lineNo) ?? 0) + quantity);
  return demands.flatMap(({ lineNo, quantity }) => {
    const left = quantity - (placed.get(lineNo) ?? 0);
    return left > 0 ? [{ lineNo, quantity: left }] : [];
  });
}

/** What is decided of kits and of lines that leave together, said of the lines of their parts. */
function perLine<T extends { readonly lineNo: number; readonly quantity: number }>(demands: readonly Demand[], decided: readonly T[]): T[] {
  if (demands.every(isSingle)) return [...decided];
  const partsOf = new Map(demands.map((demand) => [demand.lineNo, demand.parts]));
  return decided.flatMap((one) => (partsOf.get(one.lineNo) ?? []).map((part) => ({ ...one, lineNo: part.lineNo, quantity: one.quantity * part.perUnit })));
}

/** Lines that have to leave together as one demand each. */
function together(demands: readonly Demand[], { keepTogether }: SplitPolicy): readonly Demand[] {
  if (keepTogether === null) return demands;
  const groups = new Map<string, Demand[]>();
  for (const demand of demands) {
    const value = new Set(demand.parts.map(({ item }) => (keepTogether === "handling_class" ? item.handlingClass : item.attributes[keepTogether.attribute])));
    const [common] = value;
    const key = value.size === 1 && common !== undefined ? `${common} ${demand.preselected ?? ""}` : `line ${demand.lineNo}`;
    groups.set(key, [...(groups.get(key) ?? []), demand]);
  }
  return [...groups.values()].map((members) => {
    const [first] = members;
    return first === undefined || members.length === 1 ? members : [{
      ...first, quantity: 1, excluded: new Set(members.flatMap(({ excluded }) => [...excluded])), valueMinor: members.reduce((sum, { valueMinor = 0 }) => sum + valueMinor, 0),
      parts: members.flatMap((member) => member.parts.map((part) => ({ ...part, perUnit: part.perUnit * member.quantity, valueMinor: partValue(member, part) * member.quantity }))),
    }];
  }).flat();
}
