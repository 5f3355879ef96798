import type { Node } from "../catalog/index.ts";
import { lineRule } from "./candidates.ts";
import { type Assignment, type Candidate, type NodeVerdict, type RoutingPlan, type RoutingRequest, type Solution, stockKey } from "./types.ts";

/** Bytes a stored decision may take; the table checks it. */
export const DETAIL_LIMIT_BYTES = 4096;
const FULL_CANDIDATES = 20;
/** Nodes that the sentence for a split names. */
const NAMED_NODES = 4;

const WHY: Readonly<Record<NodeVerdict, string>> = {
  CHOSEN: "chosen", COSTLIER: "can fill everything but costs more", PARTIAL: "has only part of the order", NO_STOCK: "has none of it",
  OFFLINE: "is offline", VIRTUAL: "is not a place that ships", NOT_IN_POOL: "is not in the channel's pool", ITEM_CLASS: "may not hold these items", EXCLUDED: "was tried before",
  NOT_PRESELECTED: "another node was chosen for these lines", TOO_FAR: "is beyond the maximum distance",
  AT_CAPACITY: "has no capacity left for it in the days ahead",
};

interface Judged {
  readonly candidate: Candidate;
  readonly verdict: NodeVerdict;
  readonly fills: number;
}

/** Units of its item that a demand and those before it want together: a node that has less cannot fill it beside them. */
function runningDemand({ demands }: RoutingRequest): number[] {
  const sums = new Map<string, number>();
  return demands.map((demand) => {
    const key = stockKey(demand);
    const sum = (sums.get(key) ?? 0) + demand.quantity;
    sums.set(key, sum);
    return sum;
  });
}

function judge(request: RoutingRequest, candidate: Candidate, chosen: ReadonlySet<string>, wanted: readonly number[]): Judged {
  const fills = wanted.filter((units, d) => (candidate.room[d] ?? 0) >= units).length;
  if (chosen.has(candidate.node.id)) return { candidate, fills, verdict: "CHOSEN" };
  if (candidate.struck !== null) return { candidate, fills, verdict: candidate.struck };
  if (fills === request.demands.length) return { candidate, fills, verdict: "COSTLIER" };
  if (candidate.room.some((units) => units > 0)) return { candidate, fills, verdict: "PARTIAL" };
  const rule = request.demands.map((demand) => lineRule(candidate.node, demand)).find((verdict) => verdict !== null);
  return { candidate, fills, verdict: rule ?? "NO_STOCK" };
}

const km = (metres: number | null): string => (metres === null ? "distance unknown" : `${Math.round(metres / 1000)} km`);
const money = (micros: number): string => (micros / 1e6).toFixed(2);

function lineList(lineNos: readonly number[]): string {
  const few = lineNos.slice(0, 6).join(", ");
  return `line${lineNos.length === 1 ? "" : "s"} ${few}${lineNos.length > 6 ? ` and ${lineNos.length - 6} more` : ""}`;
}

function oneNodeSentence(request: RoutingRequest, chosen: Judged, judged: readonly Judged[]): string {
  const { node, metres } = chosen.candidate;
  const count = request.demands.length;
  const what = count === 1 ? "the line" : `all ${count} lines`;
  if (request.demands.every((demand) => demand.preselected === node.code)) return `Ships from ${node.name}: the order names this node.`;
  const rivals = judged.filter(({ verdict }) => verdict === "COSTLIER");
  const next = rivals[0]?.candidate;
  if (!next) return `Ships from ${node.name} (${km(metres)}): the only eligible node that has ${what}.`;
  const rank = `${rivals.length + 1} nodes have ${what}`;
  if (metres === null) return `Ships from ${node.name}: ${rank}; without coordinates for the address the preferred one by priority is taken.`;
  return `Ships from ${node.name}: ${rank} and it costs least to ship from (${km(metres)}; next is ${next.node.name}, ${km(next.metres)}).`;
}

function splitSentence(request: RoutingRequest, parts: readonly { name: string; lineNos: number[] }[], judged: readonly Judged[], chosenCost: number, pieces: boolean): string {
  const named = parts.slice(0, NAMED_NODES).map(({ name, lineNos }) => `${name} (${lineList(lineNos)})`).join(" and ");
  const others = parts.length - NAMED_NODES;
  const over = others > 0 ? `${named} and ${others} more node${others === 1 ? "" : "s"}` : named;
  const extra = (parts.length - 1) * request.policy.splitCostMicros;
  const whole = judged.find(({ verdict }) => verdict === "COSTLIER");
  const why = whole
    ? `${whole.candidate.node.name} has everything but would cost more`
    : pieces ? "no single node has enough of every line" : "no single node has everything";
  return `Split over ${over}: ${why}; this costs ${money(chosenCost)} for distance and ${money(extra)} for extra parcels.`;
}

function waitingSentence(request: RoutingRequest, unplaced: RoutingPlan["unplaced"], judged: readonly Judged[]): string {
  if (unplaced.length === 0) return "";
  const lineNos = unplaced.map(({ lineNo }) => lineNo);
  const struck = judged.find(({ verdict }) => verdict !== "NO_STOCK" && verdict !== "CHOSEN" && verdict !== "PARTIAL");
  const promised = unplaced.some(({ lineNo }) => {
    const parts = request.demands.find((demand) => demand.lineNo === lineNo)?.parts ?? [];
    return parts.some(({ item }) => {
      const { pending, soft } = request.book.demand(item.id);
      return pending + soft - (request.ownPending.get(item.id) ?? 0) > 0;
    });
  });
  const because = promised
    ? "what is left is promised to earlier orders"
    : struck ? `no eligible node has enough (for instance ${struck.candidate.node.name} ${WHY[struck.verdict]})` : "no node has enough";
  return ` ${upper(lineList(lineNos))} cannot be placed: ${because}.`;
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The sentence a customer-service agent can read out, and the table behind it, of all candidates or of those that were ranked. */
export function explain(
  request: RoutingRequest, all: readonly Candidate[], assignments: readonly Assignment[], unplaced: RoutingPlan["unplaced"], method: Solution["method"], pieces: boolean,
): { reason: string; detail: Record<string, unknown> } {
  const chosen = new Set(assignments.map((a) => a.nodeId));
  const wanted = runningDemand(request);
  const judged = all.map((candidate) => judge(request, candidate, chosen, wanted));
  const parts = judged
    .filter(({ verdict }) => verdict === "CHOSEN")
    .map(({ candidate }) => ({
      name: candidate.node.name, code: candidate.node.code, cost: candidate.costMicros,
      lineNos: assignments.filter((a) => a.nodeId === candidate.node.id).map((a) => a.lineNo),
    }));
  const distanceCost = parts.reduce((sum, part) => sum + part.cost, 0);
  const [first] = judged.filter(({ verdict }) => verdict === "CHOSEN");
  const placed = first === undefined
    ? "No node can ship this."
    : parts.length > 1
      ? splitSentence(request, parts, judged, distanceCost, pieces)
      : unplaced.length === 0 ? oneNodeSentence(request, first, judged) : `Ships from ${first.candidate.node.name} what it has.`;
  const splitCost = Math.max(0, parts.length - 1) * request.policy.splitCostMicros;
  const runnerUp = judged.find(({ verdict }) => verdict === "COSTLIER")?.candidate;
  const unranked = request.nodes.length - all.length;
  const detail = {
    method, distance_cost_per_km_micros: request.policy.distanceCostPerKmMicros, split_cost_each_micros: request.policy.splitCostMicros,
    maximum_distance_km: request.policy.maximumDistanceKm, distance_cost_micros: distanceCost, split_cost_micros: splitCost, total_cost_micros: distanceCost + splitCost,
    chosen: parts.map(({ code, lineNos }) => ({ node: code, lines: lineNos.slice(0, 40) })),
    runner_up: runnerUp ? { node: runnerUp.node.code, total_cost_micros: runnerUp.costMicros } : null,
    unplaced: unplaced.slice(0, 40).map(({ lineNo, quantity }) => ({ line: lineNo, quantity })),
    candidates: judged.map(describe), ...(unranked > 0 ? { candidates_left_out: unranked } : {}),
  };
  return { reason: (placed + waitingSentence(request, unplaced, judged)).slice(0, 600), detail };
}

/**
 * The best twenty in full, every other as node and verdict; candidates come in cost order. A row is
 * [node, verdict, km or null, cost in micro-units, lines it could fill]: half the bytes of named fields, and this is
 * written with every order.
 */
function describe({ candidate, verdict, fills }: Judged, index: number): readonly unknown[] {
  if (index >= FULL_CANDIDATES) return [candidate.node.code, verdict];
  return [candidate.node.code, verdict, candidate.metres === null ? null : Math.round(candidate.metres / 100) / 10, candidate.costMicros, fills];
}

/** A stored candidate row in words, for people and the API. */
export function spokenCandidate(row: readonly unknown[]): Record<string, unknown> {
  const [node, verdict, km, costMicros, linesFilled] = row;
  const reason = typeof verdict === "string" && isVerdict(verdict) ? WHY[verdict] : null;
  return row.length <= 2 ? { node, verdict, reason } : { node, verdict, reason, km, cost_micros: costMicros, lines_filled: linesFilled };
}

const isVerdict = (text: string): text is NodeVerdict => text in WHY;

/** What may be left out of a stored decision, the least telling first. */
const SHORTENED = ["candidates", "unplaced", "chosen"] as const;

/** The decision as text within the table's bound: distant candidates go first, and the text says how much went. */
export function boundedDetail(detail: Readonly<Record<string, unknown>>): string {
  let shown = withoutHopeless(detail);
  let text = JSON.stringify(shown);
  for (const name of SHORTENED) {
    const list: unknown = shown[name];
    let kept: readonly unknown[] = Array.isArray(list) ? list : [];
    const total = lengthOf(detail[name]) + leftOutOf(detail, name);
    while (byteLength(text) > DETAIL_LIMIT_BYTES && kept.length > 0) {
      kept = kept.slice(0, Math.floor(kept.length * 0.8));
      shown = { ...shown, [name]: kept, [`${name}_left_out`]: total - kept.length };
      text = JSON.stringify(shown);
    }
  }
  return text;
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);

/** How many of a list were left out before. */
function leftOutOf(detail: Readonly<Record<string, unknown>>, name: string): number {
  const count = detail[`${name}_left_out`];
  return typeof count === "number" ? count : 0;
}

/** Fewer candidates than this often fit whole. */
const MANY_CANDIDATES = 100;
/** What a row has beside the code, comma included. */
const SHORTEST_VERDICT = '["","CHOSEN"],';

/** Candidates of these nodes that a stored decision has space for at most: a row spells a code and a verdict. */
export function shownAtMost(nodes: readonly Node[]): number {
  const shortest = nodes.reduce((least, { code }) => Math.min(least, code.length), Infinity);
  return Math.max(MANY_CANDIDATES, Math.ceil(DETAIL_LIMIT_BYTES / (shortest + SHORTEST_VERDICT.length)));
}

/**
 * Cuts the candidates that cannot fit before all of them are spelled out: with a thousand nodes, doing that again and
 * again took two thirds of the time of a capture.
 */
function withoutHopeless(detail: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const list: unknown = detail["candidates"];
  if (!Array.isArray(list) || list.length < MANY_CANDIDATES) return detail;
  let left = DETAIL_LIMIT_BYTES;
  const fitting = list.findIndex((row) => (left -= byteLength(JSON.stringify(row)) + 1) < 0);
  return fitting < 0 ? detail : { ...detail, candidates: list.slice(0, fitting), candidates_left_out: list.length - fitting + leftOutOf(detail, "candidates") };
}

const ASCII = /^[\x20-\x7e]*$/;

/** Bytes in UTF-8; most decisions are plain ASCII, which one native scan finds out. */
function byteLength(text: string): number {
  if (text.length * 3 <= DETAIL_LIMIT_BYTES || ASCII.test(text)) return text.length;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
  }
  return bytes;
}
