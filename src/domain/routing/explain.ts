import type { Node } from "../catalog/index.ts";
import { dateOfDay } from "../kernel/index.ts";
import type { Incoterm } from "../shipping/index.ts";
import { exportRule, lineRule, roomFor } from "./candidates.ts";
import type { Contest } from "./contest.ts";
import { asksTravel } from "./contest.ts";
import type { PlannedPart, Placing } from "./placing.ts";
import { type Lines, type placesOf, type Said, sentenceOf, WHY } from "./sentence.ts";
import { COST_TERMS, type CostTerm, type CostWeights, type Filter } from "./strategy.ts";
import { type Candidate, type Demand, type NodeVerdict, type RoutingPlan, type RoutingRequest, stockKey } from "./types.ts";

/** Bytes a stored decision may take; the table checks it. */
export const DETAIL_LIMIT_BYTES = 4096;
const FULL_CANDIDATES = 20;
/** Characters that are stored of what somebody wrote about a rule. */
const WHY_LIMIT = 160;
/** Nodes that the sentence for a split names. */
const NAMED_NODES = 4;

/** Lines that a sentence numbers. */
const NUMBERED_LINES = 6;

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

const kmOf = (metres: number | null): number | null => (metres === null ? null : Math.round(metres / 1000));
const linesOf = (lineNos: readonly number[]): Lines => ({ lines: lineNos.slice(0, NUMBERED_LINES), count: lineNos.length });

function oneNode({ request, contests }: Decided, { node: { id, code } }: PlannedPart, judged: readonly Judged[]): Said {
  const [contest] = contests;
  const own = judged.find(({ candidate }) => candidate.node.id === id)?.candidate;
  const metres = own?.metres ?? null;
  const lines = request.demands.length;
  if (request.demands.every((demand) => demand.preselected === code)) return { code: "named", node: code };
  const rivals = judged.filter(({ verdict }) => verdict === "COSTLIER");
  const next = rivals[0]?.candidate;
  if (!next) return { code: "only", node: code, km: kmOf(metres), lines };
  const head = { node: code, nodes: rivals.length + 1, lines } as const;
  const first = contest?.scoring.criteria[0] ?? "cost";
  if (first !== "cost") return { code: "best", ...head, by: first, km: kmOf(metres), next: next.node.code, next_km: kmOf(next.metres) };
  if (contest && asksTravel(contest.rules, request)) return { code: "cheapest", ...head, cost_micros: own?.costMicros ?? 0, next: next.node.code, next_cost_micros: next.costMicros };
  if (metres === null) return { code: "preferred", ...head };
  return { code: "nearest", ...head, km: Math.round(metres / 1000), next: next.node.code, next_km: kmOf(next.metres) };
}

/** As many nodes and lines as a sentence names. */
export const namedPlaces = (parts: readonly { readonly node: string; readonly lineNos: readonly number[] }[]): Parameters<typeof placesOf>[0] =>
  ({ over: parts.slice(0, NAMED_NODES).map(({ node, lineNos }) => ({ node, ...linesOf(lineNos) })), others: Math.max(0, parts.length - NAMED_NODES) });

function splitOver({ placing }: Decided, parts: readonly PlannedPart[], judged: readonly Judged[]): Said {
  const whole = judged.find(({ verdict }) => verdict === "COSTLIER")?.candidate.node.code ?? null;
  const { split = 0, distance = 0, ...sending } = totalTerms(parts);
  const sent = Object.values(sending).reduce((sum, micros) => sum + micros, 0);
  return {
    code: "split", ...namedPlaces(parts.map(({ node, lineNos }) => ({ node: node.code, lineNos }))),
    because: whole !== null ? "costlier" : placing.hasPieces ? "pieces" : "parts", whole, sending_micros: sent > 0 ? sent : null, distance_micros: distance, split_micros: split,
  };
}

/** What keeps a node that has the goods, and is nearer than the one that sends them, from sending them. */
const PASSED_OVER: ReadonlySet<NodeVerdict> = new Set(["AT_CAPACITY", "SHIPS_LATER", "ARRIVES_LATE", "CLOSED"]);

/** The nearest node that people would expect instead, and why it is not the one. */
function nearer(parts: readonly PlannedPart[], judged: readonly Judged[]): Said | null {
  const [only] = parts;
  const metres = parts.length === 1 ? judged.find(({ candidate }) => candidate.node.id === only?.node.id)?.candidate.metres ?? null : null;
  if (metres === null) return null;
  const nearest = judged.filter(({ candidate, verdict }) => PASSED_OVER.has(verdict) && candidate.metres !== null && candidate.metres < metres)
    .reduce<Judged | null>((best, one) => (best !== null && (best.candidate.metres ?? 0) <= (one.candidate.metres ?? 0) ? best : one), null);
  return nearest && { code: "nearer", node: nearest.candidate.node.code, km: kmOf(nearest.candidate.metres), verdict: nearest.verdict };
}

/** How the goods travel, where the decision chose it. */
function travels({ request: { pickup } }: Decided, parts: readonly PlannedPart[]): Said | null {
  const [first] = parts.filter(({ offer }) => offer !== null).toSorted((a, b) => (b.offer?.arrival.at ?? 0) - (a.offer?.arrival.at ?? 0));
  const to = pickup && parts.some(({ node }) => node.id !== pickup.node.id) ? pickup.node.code : null;
  if (!first?.offer) return to === null ? null : { code: "sent_to", to };
  const { service, ship, arrival, lateDays } = first.offer;
  return { code: "travels", service: service.name, ship_date: ship.shipDate, arrival_date: arrival.date, days_late: lateDays, parts: parts.length > 1, to };
}

/** What is due at borders, where somebody has said it. */
function dutyOf(parts: readonly PlannedPart[]): Said | null {
  const due = (incoterm: Incoterm): number => parts.reduce((sum, { duty }) => sum + (duty?.incoterm === incoterm ? (duty.micros ?? 0) : 0), 0);
  const [paid, left] = [due("DDP"), due("DAP")];
  return paid > 0 || left > 0 ? { code: "duty", paid_micros: paid, left_micros: left } : null;
}

/** A node that has goods of these lines, and may not send them across the border. */
function barred({ request }: Decided, lineNos: readonly number[]): { readonly node: string; readonly why: string } | null {
  for (const demand of request.demands) {
    if (!demand.parts.some(({ lineNo }) => lineNos.includes(lineNo))) continue;
    for (const node of request.nodes) {
      const why = exportRule(node, demand, request);
      if (why !== null && roomFor(demand, node, request.book) > 0) return { node: node.code, why };
    }
  }
  return null;
}

function waits(decided: Decided, judged: readonly Judged[]): Said | null {
  const { request, unplaced } = decided;
  if (unplaced.length === 0) return null;
  const lineNos = unplaced.map(({ lineNo }) => lineNo);
  const head = { code: "waits", ...linesOf(lineNos), node: null, verdict: null, why: null } as const;
  const atBorder = barred(decided, lineNos);
  if (atBorder !== null) return { ...head, because: "barred", node: atBorder.node, verdict: "EXPORT", why: atBorder.why };
  const promised = unplaced.some(({ lineNo }) => {
    const parts = request.demands.find((demand) => demand.parts.some((part) => part.lineNo === lineNo))?.parts ?? [];
    return parts.some(({ item }) => {
      const { pending, soft } = request.book.demand(item.id);
      return pending + soft - (request.ownPending.get(item.id) ?? 0) > 0;
    });
  });
  if (promised) return { ...head, because: "promised" };
  const struck = judged.find(({ verdict }) => verdict !== "NO_STOCK" && verdict !== "CHOSEN" && verdict !== "PARTIAL");
  if (!struck) return { ...head, because: "none" };
  return { ...head, because: "struck", node: struck.candidate.node.code, verdict: struck.verdict, why: struck.candidate.why?.replace(/\.$/, "") ?? null };
}

const shortened = (said: Said): Said => (said.code === "waits" && said.why !== null ? { ...said, why: said.why.slice(0, WHY_LIMIT) } : said);

const relaxedOf = (relaxed: readonly Filter[]): Said | null => (relaxed.length === 0 ? null : { code: "relaxed", count: relaxed.length, rules: [...new Set(relaxed.map(({ kind }) => kind))] });

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
  const placed: Said = first === undefined
    ? { code: "nowhere" }
    : parts.length > 1 ? splitOver(decided, parts, judged) : unplaced.length === 0 ? oneNode(decided, first, judged) : { code: "partly", node: first.node.code };
  const said = [placed, nearer(parts, judged), travels(decided, parts), dutyOf(parts), relaxedOf(parts.length > 0 ? relaxed : []), waits(decided, judged)].filter((one) => one !== null);
  const { nodes, pickup } = decided.request;
  const nameOf = (wanted: string): string => nodes.find(({ code }) => code === wanted)?.name ?? (pickup?.node.code === wanted ? pickup.node.name : wanted);
  const reason = said.map((one) => sentenceOf(one, nameOf)).join(" ").slice(0, 600);
  return { reason, detail: { said: said.map(shortened), ...detailOf(decided, contest, parts, judged) } };
}

function detailOf(decided: Decided, contest: Contest | undefined, parts: readonly PlannedPart[], judged: readonly Judged[]): Record<string, unknown> {
  const { request, placing, relaxed, unplaced, contests } = decided;
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
    ...describeAll(decided, contest, judged),
    ...steered, ...(relaxed.length > 0 ? { relaxed: relaxed.map(({ kind, tier }) => ({ rule: kind, tier })) } : {}),
    ...(Object.keys(terms).length > 0 ? { terms_micros: terms } : {}), ...(unranked > 0 ? { candidates_left_out: unranked } : {}),
  };
}

const describePart = ({ node, lineNos, offer, duty }: PlannedPart): Record<string, unknown> => ({
  node: node.code, lines: lineNos.slice(0, 40),
  ...(offer === null ? {} : { service: `${offer.service.carrier}/${offer.service.code}`, leaves: offer.ship.shipDate, arrives: offer.arrival.date, ...(offer.lateDays > 0 ? { days_late: offer.lateDays } : {}) }),
  ...(duty === null ? {} : { incoterm: duty.incoterm, duty_micros: duty.micros }),
});

/** Lines whose stock a candidate is kept with. */
const STOCKED_LINES = NUMBERED_LINES;

/** What rows of candidates are read with: the lines that their stock is of, and the terms that their costs are made of. */
interface RowTitles {
  readonly lines: readonly number[];
  readonly terms: readonly string[];
}

/**
 * The best twenty in full, every other as node and verdict; candidates come in cost order. Rows are lists, half the bytes of
 * named fields, for this is written with every order: node, verdict, km or null, cost in micro-units, lines it could fill, its free
 * units of each line that candidate_lines names, its cost by each term that candidate_terms names, percent of its day that was taken,
 * the local day (from 1970-01-01) of arrival, a word more about the verdict. What ends a row with nothing to say is left out, and
 * where one term is all of the cost, it is not said twice.
 */
function describeAll({ request, wanted }: Decided, contest: Contest | undefined, judged: readonly Judged[]): { candidates: readonly (readonly unknown[])[]; candidate_lines: readonly number[]; candidate_terms: readonly CostTerm[] } {
  const stocked = wanted.slice(0, STOCKED_LINES);
  const weights: CostWeights = contest?.scoring.objective.weights ?? {};
  const terms = COST_TERMS.filter((term) => term !== "split" && (weights[term] ?? 0) > 0);
  const candidates = judged.map(({ candidate, verdict, fills }, index) => {
    const { node, metres, costMicros, room, why, arrivalDay } = candidate;
    if (index >= FULL_CANDIDATES) return [node.code, verdict];
    const taken = request.load?.taken(node) ?? null;
    // Nothing to send may be a rule: what there is, is asked only then.
    const stock = stocked.map((demand, d) => (contest?.staying === 0 && room[d]) || roomFor(demand, node, request.book));
    const row: unknown[] = [node.code, verdict, metres === null ? null : Math.round(metres / 100) / 10, costMicros, fills, stock];
    if (terms.length > 1 || taken !== null || arrivalDay !== null || why !== null) row.push(terms.length > 1 ? terms.map((term) => candidate.costOf(term)) : []);
    if (taken !== null || arrivalDay !== null || why !== null) row.push(taken === null ? null : Math.round(taken * 100));
    if (arrivalDay !== null || why !== null) row.push(arrivalDay);
    if (why !== null) row.push(why.slice(0, WHY_LIMIT));
    return row;
  });
  return { candidates, candidate_lines: stocked.map(({ lineNo }) => lineNo), candidate_terms: terms };
}

/** A stored candidate row in words, for people and the API. Before stock, dates and terms were kept, a word more about the verdict stood in their place. */
export function spokenCandidate(row: readonly unknown[], titles: RowTitles): Record<string, unknown> {
  const [node, verdict, km, costMicros, linesFilled, stock, costs = [], taken = null, arrives = null, why = null] = row;
  const reason = typeof verdict === "string" && isVerdict(verdict) ? WHY[verdict] : null;
  if (row.length <= 2) return { node, verdict, reason };
  const known = { node, verdict, reason, km, cost_micros: costMicros, lines_filled: linesFilled };
  if (!Array.isArray(stock) || !Array.isArray(costs)) return stock === undefined ? known : { ...known, why: stock };
  const of: readonly unknown[] = titles.terms.length === 1 ? [costMicros] : costs;
  return {
    ...known, ...(why === null ? {} : { why }), stock: titles.lines.map((line, at) => ({ line, units: stock[at] })),
    terms_micros: Object.fromEntries(titles.terms.flatMap((term, at) => (of[at] === 0 ? [] : [[term, of[at]]]))),
    ...(taken === null ? {} : { taken_percent: taken }), ...(typeof arrives === "number" ? { arrival_date: dateOfDay(arrives) } : {}),
  };
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
