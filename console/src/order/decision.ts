// A routing decision as it was stored, read with care: its detail grew over time, and what is missing is not made up.
import type { OrderLine, RoutingDecision } from '../api.ts';
import { isStruck } from './verdicts.ts';
import type { Reasoned } from './reason.ts';

export interface Candidate {
  readonly node: string;
  readonly verdict: string;
  /** Null where a place has no coordinates, or the candidate was kept by name only. */
  readonly km: number | null;
  readonly costMicros: number | null;
  readonly linesFilled: number | null;
  /** Units that it had free of each of the first lines; empty where they were not kept. */
  readonly stock: readonly { readonly line: number; readonly units: number }[];
  /** What makes up its cost, in micro-units. */
  readonly terms: Readonly<Record<string, number>>;
  /** The date of a calendar on which it would arrive; null where nobody asked. */
  readonly arrives: string | null;
  /** Percent of its day that was taken; null where its days have no limit. */
  readonly taken: number | null;
  readonly why: string | null;
  /** More about that, where a verdict does not say enough. */
  readonly detail: string | null;
}

/** How one node sends its part. Dates are of calendars. */
export interface Way {
  readonly node: string;
  readonly carrier: string;
  readonly service: string | null;
  readonly leaves: string | null;
  readonly arrives: string | null;
  readonly daysLate: number;
}

/** Digits of the counted units of a line; of a line that is gone they are taken as whole ones. */
export const scaleIn = (lines: readonly Pick<OrderLine, 'line' | 'quantity_scale'>[], line: number): number => lines.find((one) => one.line === line)?.quantity_scale ?? 0;

export interface Decision {
  readonly no: number;
  readonly decidedAt: string;
  readonly trigger: string;
  /** The reason as it was stored, and what it is said from in other languages. */
  readonly reasoned: Reasoned;
  readonly method: string | null;
  /** The rules it was made by; null where the channel's own settings were. */
  readonly rules: { readonly strategy: string; readonly version: number | null; readonly group: string | null } | null;
  /** Soft rules that were given up. */
  readonly relaxed: readonly string[];
  /** Rules that could not be asked. */
  readonly notes: readonly string[];
  readonly ways: readonly Way[];
  /** Terms beside distance and further parcels, which every decision has. */
  readonly otherTerms: readonly (readonly [term: string, micros: number])[];
  /** Codes of the nodes that ship. */
  readonly chosen: readonly string[];
  /** Lines that needed a node. */
  readonly lines: number;
  readonly distanceCost: number | null;
  readonly splitCost: number | null;
  readonly totalCost: number | null;
  readonly splitCostEach: number | null;
  readonly runnerUp: { readonly node: string; readonly cost: number } | null;
  readonly candidates: readonly Candidate[];
  readonly leftOut: number;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function readDecision(stored: RoutingDecision): Decision {
  const fields: Fields = stored;
  const chosen = list(fields['chosen']).filter(isFields);
  const runnerUp = fields['runner_up'];
  const runnerNode = isFields(runnerUp) ? text(runnerUp['node']) : null;
  const runnerCost = isFields(runnerUp) ? number(runnerUp['total_cost_micros']) : null;
  const lines = [...chosen.flatMap((one) => list(one['lines'])), ...list(fields['unplaced']).filter(isFields).map((one) => one['line'])];
  return {
    no: stored.decision_no, decidedAt: stored.decided_at, trigger: stored.trigger, reasoned: stored, method: text(fields['method']),
    rules: stored.strategy === null ? null : { strategy: stored.strategy, version: stored.strategy_version, group: stored.group }, relaxed: stored.relaxed.filter(isFields).flatMap((one) => text(one['rule']) ?? []),
    notes: stored.notes.flatMap((note) => text(note) ?? []), otherTerms: Object.entries(stored.terms_micros).filter(([term]) => term !== 'distance' && term !== 'split'),
    ways: stored.chosen.flatMap(({ node, carrier, service, ship_date: leaves, arrival_date: arrives, days_late: daysLate }) => (carrier === null ? [] : [{ node, carrier, service, leaves, arrives, daysLate }])),
    chosen: chosen.flatMap((one) => text(one['node']) ?? []), lines: new Set(lines).size,
    distanceCost: number(fields['distance_cost_micros']), splitCost: number(fields['split_cost_micros']), totalCost: number(fields['total_cost_micros']),
    splitCostEach: number(fields['split_cost_each_micros']),
    runnerUp: runnerNode === null || runnerCost === null ? null : { node: runnerNode, cost: runnerCost },
    candidates: readCandidates(stored.candidates), leftOut: number(fields['candidates_left_out']) ?? 0,
  };
}

/** The best first, what was not allowed last. */
export const readCandidates = (stored: readonly unknown[]): readonly Candidate[] => ranked(stored.flatMap((one) => readCandidate(one) ?? []));

function readCandidate(stored: unknown): Candidate | null {
  if (!isFields(stored)) return null;
  const node = text(stored['node']);
  const verdict = text(stored['verdict']);
  if (node === null || verdict === null) return null;
  return {
    node, verdict, km: number(stored['km']), costMicros: number(stored['cost_micros']), linesFilled: number(stored['lines_filled']), why: text(stored['reason']), detail: text(stored['why']),
    stock: list(stored['stock']).filter(isFields).flatMap((one) => [{ line: number(one['line']), units: number(one['units']) }].filter(isStock)),
    terms: Object.fromEntries(Object.entries(isFields(stored['terms_micros']) ? stored['terms_micros'] : {}).filter((term): term is [string, number] => number(term[1]) !== null)),
    arrives: text(stored['arrival_date']), taken: number(stored['taken_percent']),
  };
}

type Stock = Candidate['stock'][number];
const isStock = (one: { readonly line: number | null; readonly units: number | null }): one is Stock => one.line !== null && one.units !== null;

/** They are stored by cost. For a reader: what ships, what could have, what had nothing, what was not allowed. */
function ranked(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => classOf(a) - classOf(b));
}

function classOf({ verdict }: Candidate): number {
  if (verdict === 'CHOSEN') return 0;
  if (isStruck(verdict)) return 3;
  return verdict === 'NO_STOCK' ? 2 : 1;
}
