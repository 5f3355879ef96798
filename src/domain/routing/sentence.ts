import type { NodeVerdict } from "./types.ts";

/** What each verdict says of a node, after its name. */
export const WHY: Readonly<Record<NodeVerdict, string>> = {
  CHOSEN: "chosen", COSTLIER: "can fill everything but costs more", PARTIAL: "has only part of the order", NO_STOCK: "has none of it",
  OFFLINE: "is offline", PAUSED: "takes no new orders for now", VIRTUAL: "is not a place that ships", NOT_IN_POOL: "is not in the channel's pool", ITEM_CLASS: "may not hold these items",
  EXCLUDED: "was tried before", NOT_PRESELECTED: "another node was chosen for these lines", TOO_FAR: "is beyond the maximum distance",
  AT_CAPACITY: "has no capacity for it in the days ahead", NODE_KIND: "is not a kind of node that the rules allow", NOT_LISTED: "is not among the nodes that the rules allow",
  OTHER_COUNTRY: "is in a country that the rules do not allow", SERVICE: "has no service that the rules allow", SHIPS_LATER: "would send it later than the rules allow",
  ARRIVES_LATE: "would be late", NOT_WHOLE: "has not everything, and the rules ask for that", BACKLOG: "has too much work waiting", RULE: "does not meet a condition of the rules",
  CLOSED: "is closed, or its carrier does not come", NO_LANE: "has no service to the destination that the order asks for", NO_PRICE: "has no price for it",
  EXPORT: "may not send it to the destination's country",
  ELSEWHERE: "is not where the order is collected", ONLY_SENT: "hands out only what is sent there", SLOTS_FULL: "could be collected in none of the slots in the days ahead: they are full",
};

/**
 * The reason of a decision as facts, a sentence each: what is stored, so that it can be said in other languages.
 * Nodes are codes, distances whole kilometres (null: unknown), amounts micro-units, dates local.
 */
export type Said =
  /** The order names the node that ships. */
  | { readonly code: "named"; readonly node: string }
  /** No other node could. */
  | { readonly code: "only"; readonly node: string; readonly km: number | null; readonly lines: number }
  /** The first of those that could, by a criterion that is not money. */
  | { readonly code: "best"; readonly node: string; readonly nodes: number; readonly lines: number; readonly by: string; readonly km: number | null; readonly next: string; readonly next_km: number | null }
  /** The cheapest, where prices of sending count. */
  | { readonly code: "cheapest"; readonly node: string; readonly nodes: number; readonly lines: number; readonly cost_micros: number; readonly next: string; readonly next_cost_micros: number }
  /** The cheapest by distance. */
  | { readonly code: "nearest"; readonly node: string; readonly nodes: number; readonly lines: number; readonly km: number; readonly next: string; readonly next_km: number | null }
  /** Distances are unknown, so the priority of nodes counts. */
  | { readonly code: "preferred"; readonly node: string; readonly nodes: number; readonly lines: number }
  | { readonly code: "partly"; readonly node: string }
  | { readonly code: "nowhere" }
  | Split
  /** A node that is nearer, has the goods and may not send them. */
  | { readonly code: "nearer"; readonly node: string; readonly km: number | null; readonly verdict: NodeVerdict }
  /** How it travels, of several shipments the last; `to` is where it is collected. */
  | { readonly code: "travels"; readonly service: string; readonly ship_date: string; readonly arrival_date: string; readonly days_late: number; readonly parts: boolean; readonly to: string | null }
  | { readonly code: "sent_to"; readonly to: string }
  | { readonly code: "duty"; readonly paid_micros: number; readonly left_micros: number }
  | { readonly code: "relaxed"; readonly count: number; readonly rules: readonly string[] }
  | Waits;

interface Split {
  readonly code: "split";
  /** The first nodes, and how many more there are. */
  readonly over: readonly ({ readonly node: string } & Lines)[];
  readonly others: number;
  /** costlier: `whole` has everything. */
  readonly because: "costlier" | "pieces" | "parts";
  readonly whole: string | null;
  /** Null where only distance counts. */
  readonly sending_micros: number | null;
  readonly distance_micros: number;
  readonly split_micros: number;
}

/** The first lines by number, and how many there are. */
export interface Lines {
  readonly lines: readonly number[];
  readonly count: number;
}

/** Why lines have no node: what a node has may not cross a border, earlier orders come first, a rule strikes out who has it, or nobody has it. */
interface Waits extends Lines {
  readonly code: "waits";
  readonly because: "barred" | "promised" | "struck" | "none";
  readonly node: string | null;
  readonly verdict: NodeVerdict | null;
  /** More about it, in the words of whoever made the rule. */
  readonly why: string | null;
}

const km = (kilometres: number | null): string => (kilometres === null ? "distance unknown" : `${kilometres} km`);
const money = (micros: number): string => (micros / 1e6).toFixed(2);

const lineList = ({ lines, count }: Lines): string => `line${count === 1 ? "" : "s"} ${lines.join(", ")}${count > lines.length ? ` and ${count - lines.length} more` : ""}`;

/** Words for what made a node the best, by the first criterion in which it and the next one differ. */
const BEST: Readonly<Record<string, string>> = {
  splits: "it needs the fewest shipments", same_country: "it is in the country of the destination", distance: "it is nearest", arrival: "it arrives first",
  node_priority: "it has the best priority", stores_first: "it is a store", load: "it has the least work waiting",
};

/** One sentence in English, with the names of nodes instead of their codes. */
export function sentenceOf(said: Said, nameOf: (code: string) => string): string {
  switch (said.code) {
    case "named": return `Ships from ${nameOf(said.node)}: the order names this node.`;
    case "only": return `Ships from ${nameOf(said.node)} (${km(said.km)}): the only eligible node that has ${whatOf(said.lines)}.`;
    case "best": return `${ships(said, nameOf)} and ${BEST[said.by] ?? "it comes first"} (${km(said.km)}; next is ${nameOf(said.next)}, ${km(said.next_km)}).`;
    case "cheapest": return `${ships(said, nameOf)} and it costs least (${money(said.cost_micros)}; next is ${nameOf(said.next)}, ${money(said.next_cost_micros)}).`;
    case "nearest": return `${ships(said, nameOf)} and it costs least to ship from (${km(said.km)}; next is ${nameOf(said.next)}, ${km(said.next_km)}).`;
    case "preferred": return `${ships(said, nameOf)}; without coordinates for the address the preferred one by priority is taken.`;
    case "partly": return `Ships from ${nameOf(said.node)} what it has.`;
    case "nowhere": return "No node can ship this.";
    case "split": return splitSentence(said, nameOf);
    case "nearer": return `${nameOf(said.node)} is nearer (${km(said.km)}) but ${WHY[said.verdict]}.`;
    case "travels": return travelSentence(said, nameOf);
    case "sent_to": return `It goes to ${nameOf(said.to)}, where it is collected.`;
    case "duty": return [said.paid_micros > 0 ? `Duty of ${money(said.paid_micros)} is paid.` : "", said.left_micros > 0 ? `The customer pays duty of ${money(said.left_micros)}.` : ""].filter((text) => text !== "").join(" ");
    case "relaxed": return `To place it, ${said.count === 1 ? "a soft rule was" : "soft rules were"} given up: ${said.rules.map((rule) => rule.replaceAll("_", " ")).join(", ")}.`;
    case "waits": return waitingSentence(said, nameOf);
  }
}

const whatOf = (lines: number): string => (lines === 1 ? "the line" : `all ${lines} lines`);
const ships = ({ node, nodes, lines }: { readonly node: string; readonly nodes: number; readonly lines: number }, nameOf: (code: string) => string): string => `Ships from ${nameOf(node)}: ${nodes} nodes have ${whatOf(lines)}`;

/** The nodes that share an order, each with its lines. */
export function placesOf({ over, others }: Pick<Split, "over" | "others">, nameOf: (code: string) => string): string {
  const named = over.map((one) => `${nameOf(one.node)} (${lineList(one)})`).join(" and ");
  return others > 0 ? `${named} and ${others} more node${others === 1 ? "" : "s"}` : named;
}

function splitSentence({ over, others, because, whole, sending_micros: sending, distance_micros: distance, split_micros: split }: Split, nameOf: (code: string) => string): string {
  const why = because === "costlier" ? `${nameOf(whole ?? "")} has everything but would cost more` : because === "pieces" ? "no single node has enough of every line" : "no single node has everything";
  return `Split over ${placesOf({ over, others }, nameOf)}: ${why}; this costs ${sending === null ? `${money(distance)} for distance` : `${money(sending)} to send`} and ${money(split)} for extra parcels.`;
}

function travelSentence({ service, ship_date: leaves, arrival_date: arrives, days_late: late, parts, to }: Extract<Said, { readonly code: "travels" }>, nameOf: (code: string) => string): string {
  if (to !== null) return `By ${service}, leaving on ${leaves}, to ${nameOf(to)}, where ${parts ? "the last part of it" : "it"} can be collected from ${arrives}.`;
  return `By ${service}, leaving on ${leaves}, ${parts ? "the last part " : ""}there by ${arrives}${late > 0 ? `, ${late} day${late === 1 ? "" : "s"} late` : ""}.`;
}

function waitingSentence({ because, node, verdict, why, ...lines }: Waits, nameOf: (code: string) => string): string {
  const place = node === null ? "" : nameOf(node);
  const rule = verdict === null ? "" : WHY[verdict];
  const more = why === null ? "" : ` (${why})`;
  const said = {
    barred: `${place} has it but ${rule}${more}`, promised: "what is left is promised to earlier orders",
    struck: `no eligible node has enough (for instance ${place} ${rule}${more})`, none: "no node has enough",
  }[because];
  return `${upper(lineList(lines))} cannot be placed: ${said}.`;
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
