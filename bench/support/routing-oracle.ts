import type { Highs, HighsSolution } from "highs";
import type { PlainProblem } from "../../tests/support/routing-problems.ts";

/** What the reference solver found: demands without a node, and what the plan costs. */
export interface Reference {
  readonly unplaced: number;
  readonly cost: number;
  /** Whether it proved that nothing is better. */
  readonly optimal: boolean;
}

/** More than any plan costs, so that demands are placed before money is saved. */
const PLACED = 1_000_000;

/** Solves the same problem as a mixed-integer programme with HiGHS: slow, and by somebody else. */
export async function openOracle(): Promise<(problem: PlainProblem, seconds: number) => Reference> {
  // Its types describe a default export that the module itself is.
  const { default: load } = await import("highs") as unknown as { default: () => Promise<Highs> };
  const highs = await load();
  return (problem, seconds) => {
    const solution: HighsSolution = highs.solve(modelOf(problem), { time_limit: seconds, mip_rel_gap: 0, mip_abs_gap: 0.5, output_flag: false, threads: 1 });
    const placed = Object.entries(solution.Columns).filter(([name, column]) => name.startsWith("x") && "Primal" in column && column.Primal > 0.5).length;
    return { unplaced: problem.demands.length - placed, cost: Math.round(solution.ObjectiveValue + placed * PLACED), optimal: solution.Status === "Optimal" };
  };
}

export function modelOf({ demands, nodes, maximumNodes, dutyFree }: PlainProblem): string {
  const everything = demands.reduce((sum, { value, duty }) => sum + value + duty, 0);
  const objective: string[] = [];
  const rows: string[] = [];
  const binaries: string[] = [];
  const may = (d: number, n: number): boolean => {
    const [demand, node] = [demands[d], nodes[n]];
    return demand !== undefined && node !== undefined && (node.stock[demand.group] ?? 0) >= demand.units && demand.units <= node.unitsLeft;
  };
  demands.forEach((_, d) => {
    const own = nodes.flatMap((__, n) => (may(d, n) ? [`x${d}_${n}`] : []));
    if (own.length > 0) rows.push(`${own.join(" + ")} <= 1`);
  });
  nodes.forEach((node, n) => {
    const own = demands.flatMap((demand, d) => (may(d, n) ? [{ ...demand, name: `x${d}_${n}` }] : []));
    if (own.length === 0) return;
    binaries.push(`y${n}`, ...own.map(({ name }) => name), ...node.tiers.map((_, t) => `z${n}_${t}`));
    objective.push(`${node.opening} y${n}`, ...node.tiers.map(({ price }, t) => `${price} z${n}_${t}`), ...own.map(({ name, units }) => `${node.perUnit * units - PLACED} ${name}`));
    for (const { name } of own) rows.push(`${name} - y${n} <= 0`);
    rows.push(`${node.tiers.map((_, t) => `z${n}_${t}`).join(" + ")} - y${n} = 0`);
    rows.push(`${own.map(({ name, grams }) => `${grams} ${name}`).join(" + ")} - ${node.tiers.map(({ upToGrams }, t) => `${upToGrams} z${n}_${t}`).join(" - ")} <= 0`);
    if (node.abroad) {
      // w says that the shipment is worth more than goods are free of duty for; t is what is due then, and no more than nothing otherwise.
      binaries.push(`w${n}`);
      objective.push(`t${n}`);
      rows.push(`${own.map(({ name, value }) => `${value} ${name}`).join(" + ")} - ${everything} w${n} <= ${dutyFree}`);
      rows.push(`${own.map(({ name, duty }) => `${duty} ${name}`).join(" + ")} - t${n} + ${everything} w${n} <= ${everything}`);
    }
    if (node.unitsLeft < 1_000_000) rows.push(`${own.map(({ name, units }) => `${units} ${name}`).join(" + ")} <= ${node.unitsLeft}`);
    for (const group of new Set(own.map((demand) => demand.group))) {
      const same = own.filter((demand) => demand.group === group);
      if (same.length > 1) rows.push(`${same.map(({ name, units }) => `${units} ${name}`).join(" + ")} <= ${node.stock[group] ?? 0}`);
    }
  });
  if (binaries.length === 0) return "Minimize\n obj: 0 none\nSubject To\n none_row: none = 0\nEnd\n";
  if (maximumNodes !== Infinity) rows.push(`${binaries.filter((name) => name.startsWith("y")).join(" + ")} <= ${maximumNodes}`);
  const sum = (terms: readonly string[]): string => terms.join("\n + ").replaceAll("+ -", "- ");
  return `Minimize\n obj: ${sum(objective)}\nSubject To\n${rows.map((row, r) => ` r${r}: ${row.replaceAll("+ -", "- ")}`).join("\n")}\nBinary\n ${binaries.join("\n ")}\nEnd\n`;
}
