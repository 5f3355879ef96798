import type { Load, Problem, ProblemNode } from "../../src/domain/routing/problem.ts";
import { Random } from "../simulation/random.ts";

/** A random routing problem in plain figures: what a solver is asked, and what a reference model is built from. */
export interface PlainProblem {
  readonly demands: readonly { readonly units: number; readonly grams: number; readonly group: number; readonly value: number; readonly duty: number }[];
  readonly nodes: readonly PlainNode[];
  /** Nothing is due on shipments from abroad whose goods are worth no more. */
  readonly dutyFree: number;
  readonly maximumNodes: number;
}

export interface PlainNode {
  /** Units of each group of demands (an item). */
  readonly stock: readonly number[];
  readonly opening: number;
  readonly perUnit: number;
  /** Prices of a shipment by weight, ascending; nothing heavier can be sent. */
  readonly tiers: readonly { readonly upToGrams: number; readonly price: number }[];
  /** Units it can take at most. */
  readonly unitsLeft: number;
  /** Whether duty is due on what it sends. */
  readonly abroad: boolean;
}

export interface ProblemSize {
  readonly demands: number;
  readonly nodes: number;
  /** Share of the nodes that have an item. */
  readonly stocked: number;
  /** Whether several demands may want one item. */
  readonly shared: boolean;
  /** Whether the number of nodes is limited. */
  readonly limited: boolean;
}

export function randomProblem(seed: number, size: ProblemSize): PlainProblem {
  const random = new Random(seed);
  const border = new Random(seed + 1_000_003);
  const groups = size.shared ? Math.max(1, Math.ceil(size.demands * 0.7)) : size.demands;
  const gramsOf = Array.from({ length: groups }, () => random.integer(50, 6_000));
  const demands = Array.from({ length: size.demands }, (_, demand) => {
    const group = demand < groups ? demand : random.integer(0, groups - 1);
    const units = random.integer(1, 5);
    const value = units * border.integer(100, 3_000);
    return { units, group, grams: units * (gramsOf[group] ?? 0), value, duty: Math.round((value * border.integer(0, 20)) / 100) };
  });
  const nodes = Array.from({ length: size.nodes }, (): PlainNode => {
    const zone = random.integer(0, 7);
    const limits = [1_000, 2_000, 5_000, 10_000, 20_000, 31_500, ...(random.chance(0.8) ? [10_000_000] : [])];
    return {
      stock: Array.from({ length: groups }, () => (random.chance(size.stocked) ? random.integer(1, 12) : 0)), opening: random.integer(100, 300) + (random.chance(0.2) ? 150 : 0),
      perUnit: random.integer(0, 40), abroad: border.chance(0.4), unitsLeft: random.chance(0.15) ? random.integer(2, 12) : 1_000_000,
      tiers: limits.map((upToGrams, tier) => ({ upToGrams, price: 350 + zone * 60 + tier * (60 + zone * 25) + (tier === limits.length - 1 ? 900 : 0) })),
    };
  });
  return { demands, nodes, dutyFree: border.chance(0.5) ? border.integer(0, 6_000) : 0, maximumNodes: size.limited && random.chance(0.5) ? random.integer(1, 3) : Infinity };
}

/** The price of a weight at a node; null where it sends nothing so heavy. */
export const tierPrice = ({ tiers }: PlainNode, grams: number): number | null => tiers.find(({ upToGrams }) => grams <= upToGrams)?.price ?? null;

/** What is due on a shipment from abroad. */
const dutyOf = ({ demands, dutyFree }: PlainProblem, members: readonly number[]): number => {
  const sum = (of: "value" | "duty"): number => members.reduce((total, member) => total + (demands[member]?.[of] ?? 0), 0);
  return sum("value") <= dutyFree ? 0 : sum("duty");
};

export function problemOf(plain: PlainProblem): Problem {
  const { demands, nodes, maximumNodes } = plain;
  return {
    maximumNodes, levels: 2, flat: false, sharing: demands.map(({ group }) => demands.filter((other) => other.group === group).length > 1), demands: demands.map(({ units, grams }) => ({ lines: 1, units, grams, valueMinor: 0 })),
    nodes: nodes.map((node): ProblemNode => ({
      opens: true, fills: demands.map(({ units, group }) => (node.stock[group] ?? 0) >= units && units <= node.unitsLeft),
      fits: ({ members }) => {
        const left = new Map<number, number>();
        return members.every((member) => {
          const { group = -1, units = 0 } = demands[member] ?? {};
          const rest = (left.get(group) ?? node.stock[group] ?? 0) - units;
          left.set(group, rest);
          return rest >= 0;
        });
      },
      score: ({ units, grams, members }: Load, into, at) => {
        const price = tierPrice(node, grams);
        if (price === null || units > node.unitsLeft) return false;
        into[at] = node.opening + units * node.perUnit + price + (node.abroad ? dutyOf(plain, members) : 0);
        into[at + 1] = 1;
        return true;
      },
    })),
  };
}
