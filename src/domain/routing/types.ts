import type { Item, Node, RoutingPolicy } from "../catalog/index.ts";
import type { StockBook } from "../inventory/index.ts";
import type { Instant } from "../kernel/index.ts";
import type { Destination } from "../order/index.ts";
import type { CustomsFacts, ExchangeRates, PackingPort, PickupSlot, ShippingFacts, ShipTimes } from "../shipping/index.ts";
import type { CostTerm, Criterion, StrategyGroup } from "./strategy.ts";

/** An item of a demand, and how many counted units of it one unit of the demand takes. */
export interface DemandPart {
  readonly lineNo: number;
  readonly item: Item;
  readonly perUnit: number;
  /** What the units of one of the demand are worth in minor units, where that is not the same for each unit of its parts. */
  readonly valueMinor?: number;
}

/** Units of one line that need a node, or goods of several lines that have to leave together. */
export interface Demand {
  /** The line, the line of the kit, or the first of the lines that leave together. */
  readonly lineNo: number;
  readonly parts: readonly DemandPart[];
  readonly quantity: number;
  /** Code of the only node the line may go to, where the caller chose one. */
  readonly preselected: string | null;
  /** Ids of nodes this line must not go to now. */
  readonly excluded: ReadonlySet<string>;
  /** What the goods are worth, in minor units of the order's currency; 0 where nobody asks. */
  readonly valueMinor?: number;
}

/** What some units of a demand are worth, in minor units; fractions are left out. */
export const valueOf = ({ valueMinor = 0, quantity: all }: Demand, quantity: number): number => (all === 0 ? 0 : Math.floor((valueMinor * quantity) / all));

/** What a part of one unit of a demand is worth, in minor units, fractions included: where nobody says it, each unit of its parts as much as any other. */
export function partValue({ valueMinor = 0, quantity, parts }: Demand, { perUnit, valueMinor: own }: DemandPart): number {
  if (own !== undefined) return own;
  const units = parts.reduce((sum, part) => sum + part.perUnit, 0);
  return quantity === 0 || units === 0 ? 0 : (valueMinor * perUnit) / (quantity * units);
}

/** As many units of a demand as are worth an amount; Infinity where none are. */
export const unitsWorth = ({ valueMinor = 0, quantity }: Demand, amountMinor: number): number => (valueMinor === 0 ? Infinity : Math.ceil((amountMinor * quantity) / valueMinor));

/** Some units of a demand, as a demand. */
export const partOf = (demand: Demand, quantity: number): Demand =>
  (quantity === demand.quantity ? demand : demand.valueMinor === undefined ? { ...demand, quantity } : { ...demand, quantity, valueMinor: valueOf(demand, quantity) });

/** Whether a demand is for units of one line only. */
export const isSingle = ({ lineNo, parts }: Demand): boolean => parts.length === 1 && parts[0]?.lineNo === lineNo;

/** What demands compete for: an item, or, for kits, nothing that another one could be compared with. */
export const stockKey = (demand: Demand): string => (isSingle(demand) ? (demand.parts[0]?.item.id ?? "") : `kit ${demand.lineNo}`);

/** The rules that hold for an order: a group of its strategy, or what its channel says without one. */
export interface AppliedRules {
  /** Null where the channel's own settings decide. */
  readonly strategy: { readonly code: string; readonly version: number } | null;
  readonly group: StrategyGroup;
  /** Whether an expression over a node holds. */
  holds(expression: string, node: Node, metres: number | null, backlog: number): boolean;
}

/** What is known of how goods travel, for orders whose rules ask for it. */
export interface Travel {
  readonly facts: ShippingFacts;
  readonly times: ShipTimes;
  readonly pack: PackingPort;
  /** Shipments that wait at a node. */
  backlog(nodeId: string): number;
  /** What the order asks for: a service level, and until when it has to arrive. */
  readonly serviceLevel: string | null;
  readonly deliverBy: Instant | null;
  /** In whose days goods arrive and dates count: one zone for the order, wherever it is sent from. */
  readonly timeZone: string;
  /** After which nothing may arrive, or leave, whatever the rules say; absent where the rules alone decide. */
  readonly until?: { readonly arrives: Instant; readonly leaves: Instant };
  /** Local day (from 1970-01-01) after which nothing may arrive, whatever the rules say; absent where the rules alone decide. */
  readonly notAfterDay?: number;
}

/** What customs ask, and in which currency the order's goods have their value. */
export interface Customs {
  readonly facts: CustomsFacts;
  readonly exchangeRates: ExchangeRates | null;
  readonly currency: string;
}

/** Where the order's customer collects it, and from when on what is there at an instant can be: null where no slot comes. */
export interface Pickup {
  readonly node: Node;
  ready(at: Instant): PickupSlot | null;
  /** Whether none comes because all that come are taken. */
  isFull(at: Instant): boolean;
}

/** What a node can take on beside what it has. */
export interface NodeLoad {
  /** Whether it has room for so many units more of this order. */
  hasRoom(node: Node, units: number): boolean;
  /** Local date of the first day with room for so many units more, where earlier ones have none; null where nothing keeps it from the next day of work. */
  startsOn(node: Node, units: number): string | null;
  /** Share of the node's orders of the day that are taken, 0 to 1; 0 where it has no limit. */
  utilisation(node: Node): number;
  /** Share of its day that is taken, 0 to 1, by orders or by units, whichever is fuller; null where a day has no limit. */
  taken(node: Node): number | null;
}

export interface RoutingRequest {
  readonly demands: readonly Demand[];
  readonly nodes: readonly Node[];
  readonly nodePool: readonly string[] | null;
  readonly policy: RoutingPolicy;
  readonly destination: Pick<Destination, "latitude" | "longitude"> & Partial<Destination> | null;
  readonly book: StockBook;
  /** Pending units per item id that keep nothing from this order: its own, and for units that were promised already those of others too. */
  readonly ownPending: ReadonlyMap<string, number>;
  readonly trigger: RoutingTrigger;
  readonly now: Instant;
  /** The order's rules, then those of alternate strategies in turn; the channel's settings where there are none. */
  readonly rules?: readonly AppliedRules[];
  /** What of the rules could not be asked, once everything was. */
  readonly notes?: () => readonly string[];
  /** Null where no rule asks how goods travel. */
  readonly travel?: Travel | null;
  /** Null where goods are sent to the customer, or handed out by the node that has them. Otherwise the destination is the node's place. */
  readonly pickup?: Pickup | null;
  /** Null where borders are no matter. */
  readonly customs?: Customs | null;
  /** Null where no node has limits. */
  readonly load?: NodeLoad | null;
}

export const ROUTING_TRIGGERS = ["CAPTURE", "HOLD_RELEASED", "REJECTED", "SHORT_PICK", "TIME_IN_STATE", "STOCK_SHORT", "STOCK_ARRIVED", "NODE_OFFLINE", "CHANNEL_CHANGE", "ITEM_MAPPED", "AT_RISK", "RE_EVALUATED", "MANUAL"] as const;
export type RoutingTrigger = (typeof ROUTING_TRIGGERS)[number];

/** Why a node was chosen or not, in a word; the sentence to each is in explain.ts. */
export type NodeVerdict =
  | "CHOSEN" | "COSTLIER" | "PARTIAL" | "NO_STOCK" | "OFFLINE" | "PAUSED" | "VIRTUAL" | "NOT_IN_POOL" | "ITEM_CLASS" | "EXCLUDED" | "NOT_PRESELECTED" | "TOO_FAR" | "AT_CAPACITY"
  | "NODE_KIND" | "NOT_LISTED" | "OTHER_COUNTRY" | "SERVICE" | "SHIPS_LATER" | "ARRIVES_LATE" | "NOT_WHOLE" | "BACKLOG" | "RULE" | "CLOSED" | "NO_LANE" | "NO_PRICE" | "EXPORT" | "ELSEWHERE" | "ONLY_SENT" | "SLOTS_FULL";

/** What one shipment costs, term by term, in base micro-units and weighted; terms that are zero are left out. */
export type Terms = Readonly<Partial<Record<CostTerm, number>>>;

/** One node as this decision saw it. Costs are micro-units, distance is whole metres. */
export interface Candidate {
  readonly node: Node;
  /** Null where the address or the node has no coordinates. */
  readonly metres: number | null;
  /** What its shipment of all that it can fill would cost, a further shipment's surplus left out; what distance costs where it fills nothing. */
  readonly costMicros: number;
  /** The rule that struck it out, or null. */
  readonly struck: NodeVerdict | null;
  /** More about that, where a word does not say enough. */
  readonly why: string | null;
  /** Units it could give each demand, in demand order; 0 where a line-level rule forbids it. */
  readonly room: readonly number[];
  /** Local day (from 1970-01-01) on which that shipment would arrive; null where no rule asked how goods travel, or it fills nothing. */
  readonly arrivalDay: number | null;
  /** How much of its cost a term is. */
  costOf(term: CostTerm): number;
}

export interface Assignment {
  readonly lineNo: number;
  readonly nodeId: string;
  readonly quantity: number;
}

/** How goods of one node travel, as it was decided. Dates are local. */
export interface ShipmentPlan {
  readonly nodeId: string;
  readonly carrier: string;
  readonly service: string;
  readonly shipDate: string;
  readonly leavesAt: Instant;
  readonly arrivalDate: string;
  readonly arrivesAt: Instant;
  /** Until when an order that comes later leaves on the same day. */
  readonly validUntil: Instant;
  /** Where they go to a store: the slot from which on they can be collected there, which is their arrival. */
  readonly desk?: PickupSlot;
}

/** Sums over a plan's shipments in the units of the criteria: cost in micro-units, distance in metres; of arrivals the latest, in days from now. */
export type PlanFigures = Readonly<Record<Criterion, number>>;

export interface RoutingPlan {
  readonly assignments: readonly Assignment[];
  readonly unplaced: readonly { readonly lineNo: number; readonly quantity: number }[];
  /** By node; empty where no rule asked how goods travel. */
  readonly shipments: readonly ShipmentPlan[];
  /** What becomes of what is unplaced, where the rules and not the channel say it. */
  readonly unplacedAction: StrategyGroup["after"]["unplaced"];
  /** By what plans of this order are compared, the most important first, and this plan's figures: less is better. */
  readonly criteria: readonly Criterion[];
  readonly figures: PlanFigures;
  readonly reason: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
