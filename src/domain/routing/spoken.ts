import { spokenCandidate } from "./explain.ts";

/** What one node sends under a decision. Carrier, service and local dates are null where no rule asked how goods travel. */
export interface SpokenShare {
  readonly node: string;
  /** The first forty. */
  readonly lines: readonly number[];
  readonly carrier: string | null;
  readonly service: string | null;
  readonly ship_date: string | null;
  readonly arrival_date: string | null;
  readonly days_late: number;
  /** Who pays duty, where the goods cross a border of customs and the rules ask, and what is due in micro-units where somebody has said it. */
  readonly incoterm: string | null;
  readonly duty_micros: number | null;
}

export interface SpokenSentence extends Readonly<Record<string, unknown>> {
  readonly code: string;
}

/** A stored decision as people and the API read it: whatever was not known when it was stored is null or empty. */
export interface SpokenDecision extends Readonly<Record<string, unknown>> {
  /** The reason as facts, a sentence each; empty where only its English words were stored. */
  readonly said: readonly SpokenSentence[];
  readonly strategy: string | null;
  readonly strategy_version: number | null;
  readonly group: string | null;
  /** Soft rules that were given up. */
  readonly relaxed: readonly unknown[];
  /** Rules that could not be asked. */
  readonly notes: readonly unknown[];
  /** What the plan costs, term by term, in micro-units and weighted; terms that are zero are left out. */
  readonly terms_micros: Readonly<Record<string, number>>;
  readonly total_cost_micros: number | null;
  readonly chosen: readonly SpokenShare[];
  readonly candidates: readonly unknown[];
}

export function spokenDecision(stored: unknown): SpokenDecision {
  const detail = fieldsOf(stored);
  const { said, strategy, strategy_version: version, group, relaxed, notes, chosen, candidates, candidate_lines: lines, candidate_terms: terms, total_cost_micros: total, ...rest } = detail;
  const titles = { lines: listOf(lines).filter((line) => typeof line === "number"), terms: listOf(terms).filter((term) => typeof term === "string") };
  return {
    ...rest, said: listOf(said).map(fieldsOf).flatMap((one) => (typeof one["code"] === "string" ? [{ ...one, code: one["code"] }] : [])), strategy: textOf(strategy), strategy_version: numberOf(version), group: textOf(group), relaxed: listOf(relaxed), notes: listOf(notes),
    terms_micros: termsOf(detail), total_cost_micros: numberOf(total), chosen: listOf(chosen).map(spokenShare), candidates: listOf(candidates).map((row) => (Array.isArray(row) ? spokenCandidate(row, titles) : row)),
  };
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {});
const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Distance and extra parcels are stored beside the other terms, because every decision has them. */
function termsOf({ distance_cost_micros: distance, split_cost_micros: split, terms_micros: others }: Fields): Record<string, number> {
  const terms = Object.entries({ distance, split, ...fieldsOf(others) });
  return Object.fromEntries(terms.flatMap(([term, micros]) => (typeof micros === "number" && micros !== 0 ? [[term, micros]] : [])));
}

function spokenShare(stored: unknown): SpokenShare {
  const { node, lines, service, leaves, arrives, days_late: late, incoterm, duty_micros: duty } = fieldsOf(stored);
  const [carrier, ...name] = textOf(service)?.split("/") ?? [];
  return {
    node: textOf(node) ?? "", lines: listOf(lines).filter((line) => typeof line === "number"), carrier: carrier ?? null, service: name.length === 0 ? null : name.join("/"),
    ship_date: textOf(leaves), arrival_date: textOf(arrives), days_late: numberOf(late) ?? 0, incoterm: textOf(incoterm), duty_micros: numberOf(duty),
  };
}
