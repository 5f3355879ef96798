import type { Node } from "../catalog/index.ts";
import type { Incoterm } from "../shipping/index.ts";
import { exportRule, lineRule, roomFor } from "./candidates.ts";
import type { Contest } from "./contest.ts";
import { asksTravel } from "./contest.ts";
import type { PlannedPart, Placing } from "./placing.ts";
import type { Filter } from "./strategy.ts";
import { type Candidate, type Demand, type NodeVerdict, type RoutingPlan, type RoutingRequest, stockKey } from "./types.ts";

/** Bytes a stored decision may take; the table checks it. */
export const DETAIL_LIMIT_BYTES = 4096;
const FULL_CANDIDATES = 20;
/** Nodes that the sentence for a split names. */
const NAMED_NODES = 4;

const WHY: Readonly<Record<NodeVerdict, string>> = {
  CHOSEN: "chosen", COSTLIER: "can fill everything but costs more", PARTIAL: "has only part of the order", NO_STOCK: "has none of it",
  OFFLINE: "is offline", PAUSED: "takes no new orders for now", VIRTUAL: "is not a place that ships", NOT_IN_POOL: "is not in the channel's pool", ITEM_CLASS: "may not hold these items",
  EXCLUDED: "was tried before", NOT_PRESELECTED: "another node was chosen for these lines", TOO_FAR: "is beyond the maximum distance",
  AT_CAPACITY: "has no capacity left for it in the days ahead", NODE_KIND: "is not a kind of node that the rules allow", NOT_LISTED: "is not among the nodes that the rules allow",
  OTHER_COUNTRY: "is in a country that the rules do not allow", SERVICE: "has no service that the rules allow", SHIPS_LATER: "would send it later than the rules allow",
  ARRIVES_LATE: "would be late", NOT_WHOLE: "has not everything, and the rules ask for that", BACKLOG: "has too much work waiting", RULE: "does not meet a condition of the rules",
  CLOSED: "is closed, or its carrier does not come", NO_LANE: "has no service to the destination that the order asks for", NO_PRICE: "has no price for it",
  EXPORT: "may not send it to the destination's country",
  ELSEWHERE: "is not where the order is collected", ONLY_SENT: "hands out only what is sent there", SLOTS_FULL: "could be collected in none of the slots in the days ahead: they are full",
};

interface Judged {
  readonly candidate: Candidate;
  readonly verdict: NodeVerdict;
  readonly fills: number;
}

/** A decision that is made, to be put into words. */
export interface Decided {
  readonly request: RoutingRequest;
  /** What the order wants, whatever is promised to others. */
  readonly wanted: readonly Demand[];
  readonly contests: readonly Contest[];
  readonly placing: Placing;
  readonly parts: readonly PlannedPart[];
  /** Soft filters that were given up. */
  readonly relaxed: readonly Filter[];
  readonly unplaced: RoutingPlan["unplaced"];
}

/** Units of its item that a demand and those before it want together: a node that has less cannot fill it beside them. */
function runningDemand(demands: readonly Demand[]): number[] {
  const sums = new Map<string, number>();
  return demands.map((demand) => {
    const key = stockKey(demand);
    const sum = (sums.get(key) ?? 0) + demand.quantity;
    sums.set(key, sum);
    return sum;
  });
}

function judge({ request }: Decided, candidate: Candidate, chosen: ReadonlySet<string>, demands: readonly Demand[], wanted: readonly number[]): Judged {
  const fills = wanted.filter((units, d) => (candidate.room[d] ?? 0) >= units).length;
  if (chosen.has(candidate.node.id)) return { candidate, fills, verdict: "CHOSEN" };
  if (candidate.struck !== null) return { candidate, fills, verdict: candidate.struck };
  if (fills === wanted.length) return { candidate, fills, verdict: request.load?.hasRoom(candidate.node, unitsOf(demands)) === false ? "AT_CAPACITY" : "COSTLIER" };
  if (candidate.room.some((units) => units > 0)) return { candidate, fills, verdict: "PARTIAL" };
  const rule = demands.map((demand) => lineRule(candidate.node, demand, request)).find((verdict) => verdict !== null);
  return { candidate, fills, verdict: rule ?? "NO_STOCK" };
}

const unitsOf = (demands: readonly Demand[]): number => demands.reduce((sum, { quantity, parts }) => sum + quantity * parts.reduce((units, { perUnit }) => units + perUnit, 0), 0);

const km = (metres: number | null): string => (metres === null ? "distance unknown" : `${Math.round(metres / 1000)} km`);
const money = (micros: number): string => (micros / 1e6).toFixed(2);

function lineList(lineNos: readonly number[]): string {
  const few = lineNos.slice(0, 6).join(", ");
  return `line${lineNos.length === 1 ? "" : "s"} ${few}${lineNos.length > 6 ? ` and ${lineNos.length - 6} more` : ""}`;
}

/** Words for what made a node the best, by the first criterion in which it and the next one differ. */
const BEST: Readonly<Record<string, string>> = {
  splits: "it needs the fewest shipments", same_country: "it is in the country of the destination", distance: "it is nearest", arrival: "it arrives first",
  node_priority: "it has the best priority", stores_first: "it is a store", load: "it has the least work waiting",
};

function oneNodeSentence({ request, contests }: Decided, part: PlannedPart, judged: readonly Judged[]): string {
  const { node } = part;
  const [contest] = contests;
  const metres = judged.find(({ candidate }) => candidate.node.id === node.id)?.candidate.metres ?? null;
  const count = request.demands.length;
  const what = count === 1 ? "the line" : `all ${count} lines`;
  if (request.demands.every((demand) => demand.preselected === node.code)) return `Ships from ${node.name}: the order names this node.`;
  const rivals = judged.filter(({ verdict }) => verdict === "COSTLIER");
  const next = rivals[0]?.candidate;
  if (!next) return `Ships from ${node.name} (${km(metres)}): the only eligible node that has ${what}.`;
  const rank = `${rivals.length + 1} nodes have ${what}`;
  const first = contest?.scoring.criteria[0] ?? "cost";
  if (first !== "cost") return `Ships from ${node.name}: ${rank} and ${BEST[first] ?? "it comes first"} (${km(metres)}; next is ${next.node.name}, ${km(next.metres)}).`;
  if (contest && asksTravel(contest.rules, request)) {
    const cost = judged.find(({ candidate }) => candidate.node.id === node.id)?.candidate.costMicros ?? 0;
    return `Ships from ${node.name}: ${rank} and it costs least (${money(cost)}; next is ${next.node.name}, ${money(next.costMicros)}).`;
  }
  if (metres === null) return `Ships from ${node.name}: ${rank}; without coordinates for the address the preferred one by priority is taken.`;
  return `Ships from ${node.name}: ${rank} and it costs least to ship from (${km(metres)}; next is ${next.node.name}, ${km(next.metres)}).`;
}

function splitSentence({ placing }: Decided, parts: readonly PlannedPart[], judged: readonly Judged[]): string {
  const named = parts.slice(0, NAMED_NODES).map(({ node, lineNos }) => `${node.name} (${lineList(lineNos)})`).join(" and ");
  const others = parts.length - NAMED_NODES;
  const over = others > 0 ? `${named} and ${others} more node${others === 1 ? "" : "s"}` : named;
  const terms = totalTerms(parts);
  const whole = judged.find(({ verdict }) => verdict === "COSTLIER");
  const why = whole
    ? `${whole.candidate.node.name} has everything but would cost more`
    : placing.hasPieces ? "no single node has enough of every line" : "no single node has everything";
  const { split = 0, distance = 0, ...sending } = terms;
  const sent = Object.values(sending).reduce((sum, micros) => sum + micros, 0);
  const costs = sent > 0 ? `${money(sent)} to send` : `${money(distance)} for distance`;
  return `Split over ${over}: ${why}; this costs ${costs} and ${money(split)} for extra parcels.`;
}

/** What keeps a node that has the goods, and is nearer than the one that sends them, from sending them. */
const PASSED_OVER: ReadonlySet<NodeVerdict> = new Set(["AT_CAPACITY", "SHIPS_LATER", "ARRIVES_LATE", "CLOSED"]);

/** The nearest node that people would expect instead, and why it is not the one. */
function nearerSentence(parts: readonly PlannedPart[], judged: readonly Judged[]): string {
  const [only] = parts;
  const metres = parts.length === 1 ? judged.find(({ candidate }) => candidate.node.id === only?.node.id)?.candidate.metres ?? null : null;
  if (metres === null) return "";
  const nearer = judged.filter(({ candidate, verdict }) => PASSED_OVER.has(verdict) && candidate.metres !== null && candidate.metres < metres)
    .reduce<Judged | null>((best, one) => (best !== null && (best.candidate.metres ?? 0) <= (one.candidate.metres ?? 0) ? best : one), null);
  return nearer === null ? "" : ` ${nearer.candidate.node.name} is nearer (${km(nearer.candidate.metres)}) but ${WHY[nearer.verdict]}.`;
}

/** How the goods travel, where the decision chose it. */
function travelSentence({ request: { pickup } }: Decided, parts: readonly PlannedPart[]): string {
  const [first] = parts.filter(({ offer }) => offer !== null).toSorted((a, b) => (b.offer?.arrival.at ?? 0) - (a.offer?.arrival.at ?? 0));
  const sent = pickup && parts.some(({ node }) => node.id !== pickup.node.id) ? pickup.node.name : null;
  if (!first?.offer) return sent === null ? "" : ` It goes to ${sent}, where it is collected.`;
  const { service, ship, arrival, lateDays } = first.offer;
  if (sent !== null) return ` By ${service.name}, leaving on ${ship.shipDate}, to ${sent}, where ${parts.length > 1 ? "the last part of it" : "it"} can be collected from ${arrival.date}.`;
  return ` By ${service.name}, leaving on ${ship.shipDate}, ${parts.length > 1 ? "the last part " : ""}there by ${arrival.date}${lateDays > 0 ? `, ${lateDays} day${lateDays === 1 ? "" : "s"} late` : ""}.`;
}

/** What is due at borders, where somebody has said it. */
function dutySentence(parts: readonly PlannedPart[]): string {
  const due = (incoterm: Incoterm): number => parts.reduce((sum, { duty }) => sum + (duty?.incoterm === incoterm ? (duty.micros ?? 0) : 0), 0);
  const [paid, left] = [due("DDP"), due("DAP")];
  return `${paid > 0 ? ` Duty of ${money(paid)} is paid.` : ""}${left > 0 ? ` The customer pays duty of ${money(left)}.` : ""}`;
}

/** A node that has goods of these lines, and may not send them across the border. */
function barredSentence({ request }: Decided, lineNos: readonly number[]): string | null {
  for (const demand of request.demands) {
    if (!demand.parts.some(({ lineNo }) => lineNos.includes(lineNo))) continue;
    for (const node of request.nodes) {
      const why = exportRule(node, demand, request);
      if (why !== null && roomFor(demand, node, request.book) > 0) return `${node.name} has it but ${WHY.EXPORT} (${why})`;
    }
  }
  return null;
}

function waitingSentence(decided: Decided, judged: readonly Judged[]): string {
  const { request, unplaced } = decided;
  if (unplaced.length === 0) return "";
  const lineNos = unplaced.map(({ lineNo }) => lineNo);
  const struck = judged.find(({ verdict }) => verdict !== "NO_STOCK" && verdict !== "CHOSEN" && verdict !== "PARTIAL");
  const promised = unplaced.some(({ lineNo }) => {
    const parts = request.demands.find((demand) => demand.parts.some((part) => part.lineNo === lineNo))?.parts ?? [];
    return parts.some(({ item }) => {
      const { pending, soft } = request.book.demand(item.id);
      return pending + soft - (request.ownPending.get(item.id) ?? 0) > 0;
    });
  });
  const more = struck?.candidate.why ? ` (${struck.candidate.why.replace(/\.$/, "")})` : "";
  const because = barredSentence(decided, lineNos) ?? (promised
    ? "what is left is promised to earlier orders"
    : struck ? `no eligible node has enough (for instance ${struck.candidate.node.name} ${WHY[struck.verdict]}${more})` : "no node has enough");
  return ` ${upper(lineList(lineNos))} cannot be placed: ${because}.`;
}

const relaxedSentence = (relaxed: readonly Filter[]): string =>
  (relaxed.length === 0 ? "" : ` To place it, ${relaxed.length === 1 ? "a soft rule was" : "soft rules were"} given up: ${[...new Set(relaxed.map(({ kind }) => kind.replaceAll("_", " ")))].join(", ")}.`);

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Terms of all shipments; the first shipment is no split. */
function totalTerms(parts: readonly PlannedPart[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { terms } of parts) for (const [term, micros] of Object.entries(terms)) total[term] = (total[term] ?? 0) + micros;
  if (total["split"] !== undefined) total["split"] -= parts[0]?.terms.split ?? 0;
  return total;
}

/** The sentence a customer-service agent can read out, and the table behind it, of all candidates or of those that were ranked. */
export function explain(decided: Decided): { reason: string; detail: Record<string, unknown> } {
  const { wanted, contests, relaxed, unplaced } = decided;
  const parts = [...decided.parts];
  const chosen = new Set(parts.map(({ node }) => node.id));
  // The table is that of the rules which the order came with, and, where they were not enough, of what placed the rest.
  const contest = contests.find((one) => one.candidates.some(({ node, struck }) => chosen.has(node.id) && struck === null)) ?? contests[0];
  const all = contest?.candidates ?? [];
  const running = runningDemand(wanted);
  const judged = all.map((candidate) => judge(decided, candidate, chosen, wanted, running));
  const place = new Map(all.map(({ node }, index) => [node.id, index]));
  parts.sort((a, b) => (place.get(a.node.id) ?? 0) - (place.get(b.node.id) ?? 0));
  const [first] = parts;
  const placed = first === undefined
    ? "No node can ship this."
    : parts.length > 1 ? splitSentence(decided, parts, judged) : unplaced.length === 0 ? oneNodeSentence(decided, first, judged) : `Ships from ${first.node.name} what it has.`;
  const reason = (placed + nearerSentence(parts, judged) + travelSentence(decided, parts) + dutySentence(parts) + relaxedSentence(parts.length > 0 ? relaxed : []) + waitingSentence(decided, judged)).slice(0, 600);
  return { reason, detail: detailOf(decided, contest, parts, judged) };
}

function detailOf({ request, placing, relaxed, unplaced, contests }: Decided, contest: Contest | undefined, parts: readonly PlannedPart[], judged: readonly Judged[]): Record<string, unknown> {
  const { policy } = request;
  const { distance = 0, split = 0, ...terms } = totalTerms(parts);
  const runnerUp = judged.find(({ verdict }) => verdict === "COSTLIER")?.candidate;
  const unranked = request.nodes.length - judged.length;
  const rules = contests[0]?.rules;
  const steered = rules?.strategy ? { strategy: rules.strategy.code, strategy_version: rules.strategy.version, group: rules.group.name, by: contest?.scoring.criteria[0] ?? "cost" } : {};
  return {
    method: placing.method,
    distance_cost_per_km_micros: rules?.group.objective.distanceMicrosPerKm ?? 0, split_cost_each_micros: rules?.group.objective.splitMicros ?? 0, maximum_distance_km: policy.maximumDistanceKm,
    distance_cost_micros: distance, split_cost_micros: split,
    total_cost_micros: Object.values(terms).reduce((sum, micros) => sum + micros, distance + split),
    chosen: parts.map(describePart),
    runner_up: runnerUp ? { node: runnerUp.node.code, total_cost_micros: runnerUp.costMicros } : null,
    unplaced: unplaced.slice(0, 40).map(({ lineNo, quantity }) => ({ line: lineNo, quantity })),
    candidates: judged.map(describe),
    ...steered, ...(relaxed.length > 0 ? { relaxed: relaxed.map(({ kind, tier }) => ({ rule: kind, tier })) } : {}),
    ...(Object.keys(terms).length > 0 ? { terms_micros: terms } : {}), ...(unranked > 0 ? { candidates_left_out: unranked } : {}),
  };
}

const describePart = ({ node, lineNos, offer, duty }: PlannedPart): Record<string, unknown> => ({
  node: node.code, lines: lineNos.slice(0, 40),
  ...(offer === null ? {} : { service: `${offer.service.carrier}/${offer.service.code}`, leaves: offer.ship.shipDate, arrives: offer.arrival.date, ...(offer.lateDays > 0 ? { days_late: offer.lateDays } : {}) }),
  ...(duty === null ? {} : { incoterm: duty.incoterm, duty_micros: duty.micros }),
});

/**
 * The best twenty in full, every other as node and verdict; candidates come in cost order. A row is
 * [node, verdict, km or null, cost in micro-units, lines it could fill]: half the bytes of named fields, and this is
 * written with every order. A word more about a verdict, where there is one, comes last.
 */
function describe({ candidate, verdict, fills }: Judged, index: number): readonly unknown[] {
  if (index >= FULL_CANDIDATES) return [candidate.node.code, verdict];
  const row = [candidate.node.code, verdict, candidate.metres === null ? null : Math.round(candidate.metres / 100) / 10, candidate.costMicros, fills];
  return candidate.why === null ? row : [...row, candidate.why.slice(0, 160)];
}

/** A stored candidate row in words, for people and the API. */
export function spokenCandidate(row: readonly unknown[]): Record<string, unknown> {
  const [node, verdict, km, costMicros, linesFilled, why] = row;
  const reason = typeof verdict === "string" && isVerdict(verdict) ? WHY[verdict] : null;
  return row.length <= 2 ? { node, verdict, reason } : { node, verdict, reason, km, cost_micros: costMicros, lines_filled: linesFilled, ...(why === undefined ? {} : { why }) };
}

const isVerdict = (text: string): text is NodeVerdict => text in WHY;

/** What may be left out of a stored decision, the least telling first. */
const SHORTENED = ["candidates", "notes", "unplaced", "chosen"] as const;

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
