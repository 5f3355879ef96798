import { EXACT_LIMIT, solveExact } from "./exact.ts";
import { EMPTY_LOAD, type Load, loadOf, type NodeOf, type Problem, type ProblemNode, Worth, worthOf } from "./problem.ts";

export type Method = "exact" | "exact after merging lines with the same candidates" | "local search";

/** The best plan found for an order of any size, and how. */
export function solve(problem: Problem): { readonly nodeOf: NodeOf; readonly method: Method } {
  if (problem.demands.length <= EXACT_LIMIT) return { nodeOf: solveExact(problem), method: "exact" };
  const together = solveMerged(problem);
  // Where a node costs the same whatever it sends, demands that the same nodes can fill lose nothing by travelling together.
  if (together !== null && problem.flat && together.every((node, demand) => node !== -1 || problem.nodes.every(({ fills }) => fills[demand] !== true))) {
    return { nodeOf: together, method: "exact after merging lines with the same candidates" };
  }
  return { nodeOf: search(problem, together), method: "local search" };
}

/** Demands that the same nodes can fill as one demand each, those that share stock each on its own; null where those are still too many. */
function solveMerged(problem: Problem): NodeOf | null {
  const kindOf = new Map<string, number>();
  const kinds: number[][] = [];
  problem.demands.forEach((_, demand) => {
    const who = problem.sharing[demand] ? `only ${demand}` : problem.nodes.map(({ fills }) => (fills[demand] ? "1" : "0")).join("");
    const kind = kindOf.get(who) ?? kinds.push([]) - 1;
    kindOf.set(who, kind);
    kinds[kind]?.push(demand);
  });
  if (kinds.length > EXACT_LIMIT) return null;
  const expanded = expansion(kinds);
  const nodes = problem.nodes.map((node): ProblemNode => ({
    opens: node.opens,
    fills: kinds.map((members) => node.fills[members[0] ?? -1] === true && node.fits(loadOf(problem, members))),
    fits: (load) => node.fits(expanded(load)),
    score: (load, into, at) => node.score(expanded(load), into, at),
  }));
  const solved = solveExact({ ...problem, nodes, ...asDemands(problem, kinds) });
  const nodeOf = problem.demands.map(() => -1);
  kinds.forEach((members, kind) => members.forEach((demand) => (nodeOf[demand] = solved[kind] ?? -1)));
  return nodeOf;
}

/** Groups of demands as one demand each. */
const asDemands = (problem: Problem, groups: readonly (readonly number[])[]): Pick<Problem, "demands" | "sharing"> =>
  ({ demands: groups.map((members) => loadOf(problem, members)), sharing: groups.map((members) => members.some((demand) => problem.sharing[demand] === true)) });

/** Demands, or groups of them, that one step of the search places anew: an exact search over them takes about a millisecond. */
const FREE_AT_ONCE = 7;
/** Steps without any gain after which the plan counts as good, for each node that it opens. */
const PATIENCE = 3;
/** Tempting nodes that a step tries beside those in use: with all of them a step takes several times as long and finds hardly more. */
const OPENED_AT_ONCE = 4;
const STEPS_MAX = 100;
const QUICK_STEPS_MAX = 8;

/** Patience with every start, with what looks best then, and with plans over nodes near the best ones. */
const GLANCE = 1;
const THOROUGH = 6;
const NEARBY = 2;
/** Starts of whose nodes each is given the bulk in turn, starts that are gone through thoroughly, and plans near the best one that are looked at in each round. */
const TURNED = 4;
const PURSUED = 3;
const NEAR_AT_ONCE = 8;
const ROUNDS_MAX = 3;

/**
 * Improves several plans step by step: takes the demands of a few of a plan's nodes off them, in random groups, and places those
 * exactly beside everything that stays. What was there is always one of the possibilities, so no step makes the plan worse. Which
 * nodes are open decides most: many starts are looked at for a moment, the best pursued, and then nodes near theirs tried.
 */
function search(problem: Problem, together: NodeOf | null): NodeOf {
  const tempting = temptingNodes(problem);
  const first = starts(problem, together, tempting);
  const found = isQuick(problem) ? first.map((start) => improved(problem, start, tempting, PATIENCE, 0)) : pursued(problem, first, tempting);
  return found.toSorted(byWorth)[0]?.nodeOf ?? problem.demands.map(() => -1);
}

function pursued(problem: Problem, first: readonly Draft[], tempting: readonly number[]): Draft[] {
  const all = first.map((start) => improved(problem, start, tempting, GLANCE, 0));
  const glanced = all.slice(0, STARTS);
  const seen = new Set(glanced.map(openNodes));
  const turned = distinct(all).slice(0, TURNED).flatMap((draft) => turnedAbout(problem, draft)).toSorted(byWorth);
  let [best, ...others] = distinct([...distinct(glanced).slice(0, PURSUED), ...turned.slice(0, 1)]).map((draft, n) => improved(problem, draft, tempting, THOROUGH, 1 + n)).toSorted(byWorth);
  for (let round = 0; round < ROUNDS_MAX && best !== undefined; round++) {
    const before = best;
    const fresh = distinct(neighbours(problem, before, tempting)).filter((draft) => !seen.has(openNodes(draft))).slice(0, NEAR_AT_ONCE);
    for (const draft of fresh) seen.add(openNodes(draft));
    [best, ...others] = [before, ...others, ...fresh.map((draft) => improved(problem, draft, tempting, NEARBY, 9))].toSorted(byWorth);
    if (best === before || best === undefined) break;
    best = improved(problem, best, tempting, THOROUGH, 3 + round);
  }
  return best === undefined ? [] : [best];
}

/** Plans over the same nodes, each of which is given all that it can send in turn, and the rest placed exactly where it is little: small steps seldom change who sends the bulk. */
function turnedAbout(problem: Problem, { nodeOf }: Draft): Draft[] {
  const open = [...new Set(nodeOf)].filter((node) => node !== -1);
  return open.flatMap((to) => {
    const cover = greedyCover(problem, open, [to]);
    const rest = cover.flatMap((node, demand) => (node === to ? [] : [[demand]]));
    const other = rest.length > EXACT_LIMIT ? cover : placedAnew(problem, cover, rest, open);
    const worth = worthOf(problem, other);
    return worth === null ? [] : [{ nodeOf: other, worth }];
  });
}

/** Plans over a node more, a node less or another node, which is given all that it can send. */
function neighbours(problem: Problem, { nodeOf }: Draft, tempting: readonly number[]): Draft[] {
  const open = [...new Set(nodeOf)].filter((node) => node !== -1);
  return [...new Set([...open, ...tempting])].flatMap((to) => [-1, ...open].flatMap((without) => {
    if (without === to) return [];
    const other = greedyCover(problem, [...new Set([...open.filter((node) => node !== without), to])], [to]);
    const worth = worthOf(problem, other);
    return worth === null ? [] : [{ nodeOf: other, worth }];
  }));
}

interface Draft {
  readonly nodeOf: NodeOf;
  readonly worth: Worth;
}

const MANY_DEMANDS = 60;

/** Where only the choice of nodes costs anything, one start is enough; and for so many demands there is no time for more. */
const isQuick = ({ flat, demands }: Problem): boolean => flat || demands.length > MANY_DEMANDS;

const byWorth = (a: Draft, b: Draft): number => (a.worth.isBetterThan(b.worth) ? -1 : b.worth.isBetterThan(a.worth) ? 1 : 0);

/** Plans that a search begins with: every two tempting nodes first, the one with all it can send, then the other, then what covers the rest; the best of them that differ in their nodes. */
const STARTS = 8;
/** So many more only to see whether another node should send the bulk. */
const FURTHER_STARTS = 8;

const openNodes = ({ nodeOf }: Draft): string => [...new Set(nodeOf)].toSorted((a, b) => a - b).join();

/** The best plan over each set of nodes, the best first. */
function distinct(drafts: readonly Draft[]): Draft[] {
  const byNodes = new Map<string, Draft>();
  for (const draft of drafts.toSorted(byWorth)) {
    const open = openNodes(draft);
    if (!byNodes.has(open)) byNodes.set(open, draft);
  }
  return [...byNodes.values()];
}

function starts(problem: Problem, together: NodeOf | null, tempting: readonly number[]): Draft[] {
  const found: Draft[] = [];
  const offer = (nodeOf: NodeOf): void => {
    const worth = worthOf(problem, nodeOf);
    if (worth !== null) found.push({ nodeOf, worth });
  };
  if (together !== null) offer(together);
  offer(greedyCover(problem, tempting, []));
  if (isQuick(problem)) return found.toSorted(byWorth).slice(0, 1);
  for (const a of tempting) for (const b of tempting) if (a !== b) offer(greedyCover(problem, tempting, [a, b]));
  return distinct(found).slice(0, STARTS + FURTHER_STARTS);
}

/** `salt`: so that another search of the same problem throws other dice. */
function improved(problem: Problem, start: Draft, tempting: readonly number[], patience: number, salt: number): Draft {
  let current = start;
  const dice = new Dice(problem.demands.length + salt * 1_000);
  for (let step = 0, idle = 0; step < (isQuick(problem) ? QUICK_STEPS_MAX : STEPS_MAX) && idle < patience * new Set(current.nodeOf).size; step++, idle++) {
    const open = [...new Set(current.nodeOf)].filter((node) => node !== -1);
    const others = dice.shuffled(tempting.filter((node) => !open.includes(node))).slice(0, 1 + dice.below(2));
    const besides = dice.shuffled(tempting.filter((node) => !open.includes(node))).slice(0, OPENED_AT_ONCE);
    const groups = step % 2 === 0 ? freedGroups(problem, current.nodeOf, open, others, dice) : freedSingles(current.nodeOf, open, dice);
    const nodeOf = placedAnew(problem, current.nodeOf, groups, [...open, ...besides].toSorted((a, b) => a - b));
    const worth = worthOf(problem, nodeOf);
    if (worth === null || !worth.isBetterThan(current.worth)) continue;
    current = { nodeOf, worth };
    idle = -1;
  }
  return current;
}

/**
 * The demands of two or three of the plan's nodes, and those without a node, in groups that the same of these and one or two
 * other tempting nodes can fill: as groups they can move, and nodes be closed and opened.
 */
function freedGroups(problem: Problem, nodeOf: NodeOf, open: readonly number[], others: readonly number[], dice: Dice): number[][] {
  const freed = dice.shuffled(open).slice(0, 2 + dice.below(2));
  const kinds = new Map<string, number[]>();
  for (const demand of dice.shuffled(nodeOf.flatMap((node, index) => (node === -1 || freed.includes(node) ? [index] : [])))) {
    const who = `${nodeOf[demand]} ${[...freed, ...others].map((node) => (problem.nodes[node]?.fills[demand] ? "1" : "0")).join("")}`;
    kinds.set(who, [...(kinds.get(who) ?? []), demand]);
  }
  const groups = [...kinds.values()].slice(0, FREE_AT_ONCE);
  while (groups.length < FREE_AT_ONCE) {
    const largest = groups.toSorted((a, b) => b.length - a.length)[0];
    if (largest === undefined || largest.length < 2) break;
    groups.push(largest.splice(Math.ceil(largest.length / 2)));
  }
  return groups.map((members) => members.toSorted((a, b) => a - b));
}

/**
 * Some demands on their own, of up to four nodes and of each as many: a node that sends most of the order would otherwise be all that
 * is looked at, and what shipments under a weight limit exchange with each other hardly ever.
 */
function freedSingles(nodeOf: NodeOf, open: readonly number[], dice: Dice): number[][] {
  const freed = [-1, ...dice.shuffled(open).slice(0, 2 + dice.below(3))];
  const queues = freed.map((node) => dice.shuffled(nodeOf.flatMap((at, demand) => (at === node ? [demand] : []))));
  const inTurn = Array.from({ length: FREE_AT_ONCE }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat();
  return inTurn.slice(0, FREE_AT_ONCE).map((demand) => [demand]);
}

/** Loads of groups as loads of their demands; the same for every node that is asked about the same load. */
function expansion(groups: readonly (readonly number[])[]): (load: Load) => Load {
  const known = new Map<Load, Load>();
  return (load) => {
    const before = known.get(load);
    if (before !== undefined) return before;
    let members: readonly number[] = [];
    for (const group of load.members) members = inOrder(members, groups[group] ?? []);
    const { everything, lines, units, grams, valueMinor } = load;
    const found = { members, everything, lines, units, grams, valueMinor };
    known.set(load, found);
    return found;
  };
}

/** Places groups of demands anew, at any of the nodes, beside what stays where it is. */
export function placedAnew(problem: Problem, nodeOf: NodeOf, groups: readonly (readonly number[])[], nodes: readonly number[]): NodeOf {
  const free = new Set(groups.flat());
  const staying = new Map<number, number[]>();
  nodeOf.forEach((node, demand) => {
    if (node !== -1 && !free.has(demand)) staying.set(node, [...(staying.get(node) ?? []), demand]);
  });
  const expanded = expansion(groups);
  const part = { ...problem, ...asDemands(problem, groups) };
  const beside = nodes.map((index) => {
    const node = problem.nodes[index] ?? NO_NODE;
    const members = staying.get(index);
    if (members === undefined) return nodeBeside(part, node, null, (load) => withAll(problem, expanded(load)), groups);
    const own = loadOf(problem, members);
    return nodeBeside(part, node, own, remembered((load) => merged(problem, own, expanded(load))), groups);
  });
  const taken = nodes.filter((index, n) => problem.nodes[index]?.opens === true && beside[n]?.opens === false).length;
  const solved = solve({ ...part, nodes: beside, maximumNodes: Math.max(0, problem.maximumNodes - taken) }).nodeOf;
  const next = [...nodeOf];
  groups.forEach((members, group) => members.forEach((demand) => (next[demand] = nodes[solved[group] ?? -1] ?? -1)));
  return next;
}

/** The answer to the last load: a node is asked what fits, and then what it costs. */
function remembered(wider: (load: Load) => Load): (load: Load) => Load {
  let [asked, answer] = [EMPTY_LOAD, EMPTY_LOAD];
  return (load) => {
    if (load !== asked) [asked, answer] = [load, wider(load)];
    return answer;
  };
}

const NO_NODE: ProblemNode = { fills: [], opens: true, fits: () => false, score: () => false };

/** All groups together are seldom everything: others stay where they are. */
const withAll = (problem: Problem, load: Load): Load => (load.everything && load.members.length < problem.demands.length ? { ...load, everything: false } : load);

/** Two ascending lists as one. */
function inOrder(a: readonly number[], b: readonly number[]): number[] {
  const all: number[] = [];
  let i = 0;
  for (const one of b) {
    for (let other = a[i]; other !== undefined && other < one; other = a[++i]) all.push(other);
    all.push(one);
  }
  for (; i < a.length; i++) all.push(a[i] ?? 0);
  return all;
}

function merged(problem: Problem, own: Load, load: Load): Load {
  const members = inOrder(own.members, load.members);
  return {
    members, everything: members.length === problem.demands.length, lines: own.lines + load.lines, units: own.units + load.units, grams: own.grams + load.grams,
    valueMinor: own.valueMinor + load.valueMinor,
  };
}

/** A node that sends some demands already: what groups of others add to its shipment. */
function nodeBeside(part: Problem, node: ProblemNode, own: Load | null, wider: (load: Load) => Load, groups: readonly (readonly number[])[]): ProblemNode {
  const before = new Float64Array(part.levels);
  if (own !== null) node.score(own, before, 0);
  return {
    opens: node.opens && own === null,
    fills: groups.map((members, group) => members.every((demand) => node.fills[demand]) && node.fits(wider(loadOf(part, [group])))),
    fits: (load) => node.fits(wider(load)),
    score: (load, into, at) => {
      if (!node.score(wider(load), into, at)) return false;
      if (own !== null) for (let level = 0; level < part.levels; level++) into[at + level] = (into[at + level] ?? 0) - (before[level] ?? 0);
      return true;
    },
  };
}

/** Chance that is the same for every problem of a size, so that a decision can be repeated (a linear congruential generator). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed + 1;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 4_294_967_296) * limit);
  }

  shuffled<T>(list: readonly T[]): T[] {
    return list.map((value) => ({ value, at: this.below(1_000_000_000) })).toSorted((a, b) => a.at - b.at).map(({ value }) => value);
  }
}

/** Nodes that a search tries to open: the best for everything they have, and the best for each demand alone. */
const BEST_OF_EACH = 3;
const TEMPTING_MAX = 8;

function temptingNodes(problem: Problem): number[] {
  const scratch = new Float64Array(problem.levels);
  const shares: { readonly node: number; readonly share: number; readonly filled: readonly number[] }[] = [];
  problem.nodes.forEach((node, index) => {
    const filled = fitting(problem, node, problem.demands.map((_, demand) => demand));
    if (filled.length > 0 && node.score(loadOf(problem, filled), scratch, 0)) shares.push({ node: index, share: (scratch[0] ?? 0) / filled.length, filled });
  });
  const byCover = shares.toSorted((a, b) => b.filled.length - a.filled.length || a.share - b.share || a.node - b.node).slice(0, TEMPTING_MAX);
  const byShare = shares.toSorted((a, b) => a.share - b.share || a.node - b.node);
  const chosen = new Set([...byCover, ...byShare.slice(0, TEMPTING_MAX)].map(({ node }) => node));
  problem.demands.forEach((_, demand) => {
    const alone = problem.nodes.flatMap((node, index) => (node.fills[demand] && node.score(loadOf(problem, [demand]), scratch, 0) ? [{ index, cost: scratch[0] ?? 0 }] : []));
    for (const { index } of alone.toSorted((a, b) => a.cost - b.cost || a.index - b.index).slice(0, BEST_OF_EACH)) chosen.add(index);
  });
  return [...chosen].toSorted((a, b) => a - b);
}

/** As many of the wanted demands as the node has enough for, in their order. */
function fitting(problem: Problem, node: ProblemNode, wanted: readonly number[]): number[] {
  const able = wanted.filter((demand) => node.fills[demand]);
  if (node.fits(loadOf(problem, able))) return able;
  const taken: number[] = [];
  for (const demand of able) if (node.fits(loadOf(problem, [...taken, demand]))) taken.push(demand);
  return taken;
}

/** Opens the first nodes as they come, and then, again and again, the node whose shipment costs least per demand that it adds. */
function greedyCover(problem: Problem, tempting: readonly number[], first: readonly number[]): NodeOf {
  const scratch = new Float64Array(problem.levels);
  const nodeOf = problem.demands.map(() => -1);
  const open = new Set<number>();
  let opened = 0;
  for (;;) {
    const missing = nodeOf.flatMap((node, demand) => (node === -1 ? [demand] : []));
    let best: { node: number; members: number[]; share: number } | null = null;
    for (const index of open.size < first.length ? first.slice(open.size, open.size + 1) : tempting) {
      const node = problem.nodes[index];
      if (!node || open.has(index) || (node.opens && opened === problem.maximumNodes)) continue;
      const members = fitting(problem, node, missing);
      if (members.length === 0 || !node.score(loadOf(problem, members), scratch, 0)) continue;
      const share = (scratch[0] ?? 0) / members.length;
      if (best === null || share < best.share || (share === best.share && members.length > best.members.length)) best = { node: index, members, share };
    }
    if (best === null) return nodeOf;
    open.add(best.node);
    opened += problem.nodes[best.node]?.opens ? 1 : 0;
    for (const demand of best.members) nodeOf[demand] = best.node;
  }
}
