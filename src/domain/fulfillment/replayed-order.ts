import { dateOfDay, type Instant, localDay } from "../kernel/index.ts";
import { CLAIMING, type Journal, type Order, type OrderLine, releaseHold, SHIPMENT_STAGES } from "../order/index.ts";
import { plannedArrival } from "./planned-arrival.ts";
import { type PastEvent, type PastMove, copyOf } from "./replay-past.ts";
import type { Placed } from "./what-if.ts";

const WAITS: ReadonlySet<string> = new Set(["pending", "backordered", "preordered"]);
const isPlacing = ({ from, to, nodeId }: Pick<PastMove, "from" | "to" | "nodeId">): boolean => to === "reserved" && nodeId !== null && (from === null || !CLAIMING.has(from));

/** Where units of an order were put, in all decisions about it, and what that cost. */
export class Placements {
  readonly #units = new Map<string, Placed>();
  decisions = 0;
  /** Those of them that found a node. */
  found = 0;
  /** Micro-units, as the decisions weighed them; null where one of them weighed no cost. */
  costMicros: number | null = 0;
  /** The sentence of the first decision that found a node, or of the first. */
  reason = "";

  add(lineNo: number, nodeId: string, quantity: number): void {
    const key = `${lineNo}|${nodeId}`;
    this.#units.set(key, { lineNo, nodeId, quantity: quantity + (this.#units.get(key)?.quantity ?? 0) });
  }

  decide(reason: string, costMicros: number | null, placed: boolean): void {
    if (this.decisions === 0 || (placed && this.found === 0)) this.reason = reason;
    this.found += placed ? 1 : 0;
    this.decisions += 1;
    if (placed) this.costMicros = this.costMicros === null || costMicros === null ? null : this.costMicros + costMicros;
  }

  get placed(): readonly Placed[] {
    return [...this.#units.values()].toSorted((a, b) => a.lineNo - b.lineNo || (a.nodeId < b.nodeId ? -1 : 1));
  }

  isSame(other: Placements): boolean {
    return this.#units.size === other.#units.size && [...this.#units].every(([key, { quantity }]) => other.#units.get(key)?.quantity === quantity);
  }
}

/** What the units that went into a shipment cost when they were decided: micro-units, null where rules only ranked. */
interface Spent {
  readonly units: number;
  readonly micros: number | null;
}

const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
const share = (micros: number | null, units: number, all: number): number | null => (micros === null ? null : (micros * units) / all);

/** An order in a world in which it is decided anew, beside what became of it in fact. */
export class ReplayedOrder {
  readonly order: Order;
  readonly made = new Placements();
  readonly recorded = new Placements();
  /** Units that were wanted when it came in, and those of them that a node got then. */
  wanted = 0;
  filled = 0;
  /** It was not taken in: a node for all of it is what its rules or its channel ask. */
  refused = false;
  readonly #past: Order;
  readonly #waitsInFact = new Map<number, number>();
  /** By number of shipment. */
  readonly #spent = new Map<number, Spent>();
  #routedIn = "";

  constructor(past: Order) {
    this.#past = past;
    this.order = copyOf(past);
    this.wanted = past.lines.reduce((sum, { ordered }) => sum + ordered, 0);
  }

  line(lineNo: number): OrderLine | undefined {
    return this.order.lines.find((line) => line.lineNo === lineNo);
  }

  /** Takes from a journal what was decided and placed. */
  note(journal: Journal, detail: unknown): void {
    const moves = journal.lineMovements.filter(({ orderId }) => orderId === this.order.id);
    const placing = moves.filter(isPlacing);
    const placed = placing.reduce((total, { quantity }) => total + quantity, 0);
    for (const { lineNo, nodeId, quantity } of placing) if (nodeId !== null) this.made.add(lineNo, nodeId, quantity);
    let micros: number | null = 0;
    for (const decision of journal.decisions) {
      const cost = costOf(detail ?? JSON.parse(decision.detail));
      this.made.decide(decision.reason, cost, placed > 0);
      micros = sum(micros, cost);
    }
    // Whoever puts units elsewhere without a decision leaves them at what they cost.
    for (const { from, to, shipmentNo, quantity } of moves) if (from === "reserved" && to === "pending" && shipmentNo !== null) micros = sum(micros, this.#takeBack(shipmentNo, quantity));
    for (const { shipmentNo, quantity } of placing) if (shipmentNo !== null) this.#spend(shipmentNo, quantity, share(micros, quantity, placed));
  }

  #spend(shipmentNo: number, units: number, micros: number | null): void {
    const spent = this.#spent.get(shipmentNo) ?? { units: 0, micros: 0 };
    this.#spent.set(shipmentNo, { units: spent.units + units, micros: sum(spent.micros, micros) });
  }

  #takeBack(shipmentNo: number, quantity: number): number | null {
    const { units, micros } = this.#spent.get(shipmentNo) ?? { units: 0, micros: 0 };
    const back = units === 0 ? 0 : share(micros, quantity, units);
    this.#spent.set(shipmentNo, { units: units - quantity, micros: micros === null ? null : micros - (back ?? 0) });
    return back;
  }

  /** Units that stand at nodes at last, by node, and their part of what the decisions that put them there cost: null where one of those weighed no cost. */
  standing(): { readonly units: ReadonlyMap<string, number>; readonly costMicros: number | null } {
    const units = new Map<string, number>();
    let cost: number | null = 0;
    for (const { shipmentNo, nodeId, lines } of this.order.shipments) {
      const left = [...lines.values()].reduce((total, stages) => total + SHIPMENT_STAGES.reduce((all, stage) => all + stages[stage], 0), 0);
      if (left === 0) continue;
      units.set(nodeId, (units.get(nodeId) ?? 0) + left);
      const spent = this.#spent.get(shipmentNo);
      if (spent && spent.units > 0) cost = sum(cost, share(spent.micros, left, spent.units));
    }
    return { units, costMicros: cost === null ? null : Math.round(cost) };
  }

  /** Keeps step with what happened to it in fact. */
  follow({ type, data, moves, reason }: PastEvent): void {
    let placed = false;
    for (const move of moves) {
      if (isPlacing(move) && move.nodeId !== null) {
        this.recorded.add(move.lineNo, move.nodeId, move.quantity);
        placed = true;
      }
      this.#waits(move.lineNo, move.from, -move.quantity);
      this.#waits(move.lineNo, move.to, move.quantity);
    }
    if (type === "OrderRouted" && data["decision_no"] !== undefined) this.recorded.decide(reason ?? "", null, placed);
  }

  #waits(lineNo: number, bucket: string | null, change: number): void {
    if (bucket !== null && WAITS.has(bucket)) this.#waitsInFact.set(lineNo, (this.#waitsInFact.get(lineNo) ?? 0) + change);
  }

  /** Whether more of a line waits here than did in fact. */
  waitsLonger(lineNo: number): boolean {
    return waitingUnitsOf(this.line(lineNo)) > (this.#waitsInFact.get(lineNo) ?? 0);
  }

  get isWaiting(): boolean {
    return this.order.lines.some((line) => waitingUnitsOf(line) > 0);
  }

  /** A turn at routing may leave an event for each bucket that it looked at; one turn here looks at all of them. */
  wasRouted({ commit, moves }: PastEvent): boolean {
    const again = this.#routedIn === commit && !moves.some(({ from }) => from === "pending");
    this.#routedIn = commit;
    return again;
  }

  placeHold(holdNo: number): void {
    const hold = this.#past.holds.find((one) => one.holdNo === holdNo);
    if (hold && !this.order.holds.some((one) => one.holdNo === holdNo)) this.order.holds.push({ ...hold, releasedAt: null, releasedBy: null, releaseReason: null });
  }

  releaseHold(holdNo: number, at: Instant): void {
    const hold = this.order.holds.find((one) => one.holdNo === holdNo);
    if (hold) releaseHold(hold, at, "simulation", "as it was");
  }

  /** When the last part arrives: its local date, and whether that is after the day asked for; null where it is not known of every part, or nobody asked. */
  arrival(): { readonly date: string | null; readonly late: boolean | null } {
    const sent = this.order.shipments.filter(({ status }) => status !== "CANCELLED");
    const plans = sent.flatMap((shipment) => {
      const at = plannedArrival(shipment);
      return shipment.document.plan && at !== null ? [{ date: shipment.document.plan.arrival_date, at }] : [];
    });
    if (sent.length === 0 || plans.length < sent.length) return { date: null, late: null };
    const { deliver_by: asked } = this.order.document;
    const last = plans.reduce((a, b) => (b.at > a.at ? b : a));
    return { date: last.date, late: asked === undefined ? null : last.date > dateOfDay(localDay(asked, sent[0]?.timeZone ?? "UTC")) };
  }
}

const waitingUnitsOf = (line: OrderLine | undefined): number => (line ? line.units.pending + line.units.backordered + line.units.preordered : 0);

/** What a decision's plan costs; null where its rules only rank, and weigh no cost. */
export function costOf(detail: unknown): number | null {
  if (typeof detail !== "object" || detail === null || !("total_cost_micros" in detail)) return null;
  if (detail.total_cost_micros === 0 && "by" in detail && detail.by !== "cost") return null;
  return typeof detail.total_cost_micros === "number" ? detail.total_cost_micros : null;
}
