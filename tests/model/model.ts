/**
 * The shop as a child would keep it on paper: numbers in a table, changed one command at a time. It shares no code with
 * the program. The one thing it does not decide is which node gets units; it is told, and checks that the node could.
 */

export const NODES = ["north", "south", "west"] as const;
export const ITEMS = ["A", "B"] as const;
export const ATTEMPT_LIMIT = 3;

const STAGES = ["reserved", "released", "picked", "packed", "shipped", "handed_over"] as const;
type Stage = (typeof STAGES)[number];
const WITH_NODE = ["released", "picked", "packed"] as const;

export interface Line {
  readonly no: number;
  readonly item: string;
  readonly ordered: number;
  pending: number;
  backordered: number;
  cancelled: number;
  attempts: number;
  readonly away: Set<string>;
}

export interface Shipment {
  readonly no: number;
  readonly node: string;
  status: string;
  readonly units: Map<number, Record<Stage, number>>;
  readonly asked: Map<number, number>;
  outcome: string | null;
}

export interface Order {
  readonly id: string;
  readonly channel: string;
  readonly lines: Line[];
  readonly shipments: Shipment[];
  /** Open holds by number: whether each keeps the order from being routed. */
  readonly holds: Map<number, boolean>;
  holdCount: number;
}

/** Units that a line newly has reserved at a node: what the program says it chose. */
export interface Chosen {
  readonly line: number;
  readonly shipment: number;
  readonly node: string;
  readonly units: number;
}

export class Model {
  readonly onHand = new Map<string, number>();
  /** Orders in the order of their capture. */
  readonly orders: Order[] = [];
  /** Open soft claims: units by "item node", or "item " for the network. */
  readonly claims = new Map<string, Map<string, number>>();
  readonly nothing: Record<Stage, number> = { reserved: 0, released: 0, picked: 0, packed: 0, shipped: 0, handed_over: 0 };

  has(item: string, node: string): number {
    return this.onHand.get(`${item} ${node}`) ?? 0;
  }

  move(item: string, node: string, change: number): void {
    this.onHand.set(`${item} ${node}`, this.has(item, node) + change);
  }

  reserved(item: string, node: string): number {
    let sum = 0;
    for (const order of this.orders) {
      for (const shipment of order.shipments) {
        if (shipment.node !== node) continue;
        for (const line of order.lines) if (line.item === item) sum += live(this.units(shipment, line.no));
      }
    }
    return sum;
  }

  soft(item: string, node: string): number {
    return [...this.claims.values()].reduce((sum, claim) => sum + (claim.get(`${item} ${node}`) ?? 0), 0);
  }

  pending(item: string): number {
    return this.sum(item, (line) => line.pending);
  }

  waiting(item: string): number {
    return this.sum(item, (line) => line.backordered);
  }

  sum(item: string, of: (line: Line) => number): number {
    return this.orders.reduce((total, order) => total + order.lines.filter((line) => line.item === item).reduce((sum, line) => sum + of(line), 0), 0);
  }

  short(item: string, node: string): number {
    return Math.max(0, this.reserved(item, node) - this.has(item, node));
  }

  free(item: string, node: string): number {
    return this.short(item, node) > 0 ? 0 : Math.max(0, this.has(item, node) - this.reserved(item, node) - this.soft(item, node));
  }

  units(shipment: Shipment, line: number): Record<Stage, number> {
    return shipment.units.get(line) ?? this.nothing;
  }

  /**
   * How many of `wanted` units a line gets: what its nodes have, but not what is kept for others. A pending unit was
   * promised already, so of all pending ones whoever is looked at first is served; later comers stand behind them.
   */
  placeable(line: Line, wanted: number, promised: number, alreadyPlaced = 0): number {
    const free = NODES.reduce((sum, node) => sum + this.free(line.item, node), 0) - alreadyPlaced;
    const eligible = NODES.filter((node) => !line.away.has(node)).reduce((sum, node) => sum + this.free(line.item, node), 0) - alreadyPlaced;
    const kept = this.pending(line.item) - promised + this.soft(line.item, "");
    return Math.min(wanted, eligible, kept === 0 ? Infinity : Math.max(0, free - kept));
  }

  /** Tries to place what waits of an order, first what is pending and then what is backordered; `chosen` is where the program put it. */
  source(order: Order, chosen: readonly Chosen[], isNew = false): void {
    const expected = new Map<number, number>();
    const mayRoute = ![...order.holds.values()].some((blocks) => blocks);
    for (const line of order.lines) {
      if (!mayRoute) continue;
      const waited = line.backordered;
      const cameBackTooOften = line.attempts >= ATTEMPT_LIMIT;
      const first = cameBackTooOften ? 0 : this.placeable(line, line.pending, isNew ? line.pending : this.pending(line.item));
      line.pending -= first;
      if (canWait(order, line) && !cameBackTooOften) {
        line.backordered += line.pending;
        line.pending = 0;
      }
      const second = this.placeable(line, waited, 0, first);
      line.backordered -= second;
      expected.set(line.no, first + second);
    }
    this.put(order, chosen, expected);
  }

  /** Books what the program chose, if it adds up and the nodes had it. */
  put(order: Order, chosen: readonly Chosen[], expected: ReadonlyMap<number, number>): void {
    for (const line of order.lines) {
      const got = chosen.filter((one) => one.line === line.no).reduce((sum, one) => sum + one.units, 0);
      if (got !== (expected.get(line.no) ?? 0)) throw new Error(`line ${line.no} got ${got}, ${expected.get(line.no) ?? 0} could be placed`);
    }
    for (const { line: no, shipment: shipmentNo, node, units } of chosen) {
      const line = lineOf(order, no);
      if (line.away.has(node)) throw new Error(`line ${no} went to ${node}, which sent it back`);
      if (units > this.free(line.item, node)) throw new Error(`${node} gave ${units} of ${line.item} and had ${this.free(line.item, node)}`);
      let shipment = order.shipments.find((one) => one.no === shipmentNo);
      if (!shipment) order.shipments.push((shipment = { no: shipmentNo, node, status: "PLANNED", units: new Map(), asked: new Map(), outcome: null }));
      const stages = { ...this.units(shipment, no) };
      stages.reserved += units;
      shipment.units.set(no, stages);
    }
  }

  shift(shipment: Shipment, line: number, from: Stage, to: Stage | null, units: number): void {
    const stages = { ...this.units(shipment, line) };
    stages[from] -= units;
    if (to) stages[to] += units;
    shipment.units.set(line, stages);
  }

  /** A node gives units up: first those it was asked to cancel, the others wait again. */
  giveBack(order: Order, shipment: Shipment, line: Line, stage: Stage, units: number): void {
    const asked = Math.min(units, shipment.asked.get(line.no) ?? 0);
    this.shift(shipment, line.no, stage, null, units);
    if (asked > 0) shipment.asked.set(line.no, (shipment.asked.get(line.no) ?? 0) - asked);
    line.cancelled += asked;
    line.pending += units - asked;
    this.closeIfEmpty(order, shipment);
  }

  closeIfEmpty(order: Order, shipment: Shipment): void {
    if (order.lines.every((line) => STAGES.every((stage) => this.units(shipment, line.no)[stage] === 0))) shipment.status = "CANCELLED";
    if (order.lines.every((line) => this.liveUnits(order, line) === 0)) order.holds.clear();
  }

  liveUnits(order: Order, line: Line): number {
    return line.pending + line.backordered + order.shipments.reduce((sum, shipment) => sum + live(this.units(shipment, line.no)), 0);
  }

  total(order: Order, line: Line, stage: Stage): number {
    return order.shipments.reduce((sum, shipment) => sum + this.units(shipment, line.no)[stage], 0);
  }

  withNode(shipment: Shipment, line: number): number {
    return WITH_NODE.reduce((sum, stage) => sum + this.units(shipment, line)[stage], 0);
  }

  status(order: Order): string {
    const sum = (of: (line: Line) => number): number => order.lines.reduce((total, line) => total + of(line), 0);
    const gone = sum((line) => this.total(order, line, "shipped") + this.total(order, line, "handed_over"));
    const left = sum((line) => this.liveUnits(order, line));
    if (left === 0 && gone === 0) return "CANCELLED";
    if (left === 0) {
      if (order.shipments.some((shipment) => shipment.status === "SHIPPED")) return "SHIPPED";
      return sum((line) => line.cancelled) > 0 ? "PARTIALLY_CANCELLED" : "COMPLETED";
    }
    if (order.holds.size > 0) return "ON_HOLD";
    if (gone > 0) return "PARTIALLY_SHIPPED";
    const waiting = sum((line) => line.backordered);
    if (left - waiting - sum((line) => line.pending) > 0) return "PROCESSING";
    return waiting > 0 ? "BACKORDERED" : "PENDING";
  }
}

export const live = (stages: Record<Stage, number>): number => stages.reserved + stages.released + stages.picked + stages.packed;
export const canWait = (order: Pick<Order, "channel">, line: Pick<Line, "item">): boolean => order.channel === "web" && line.item === "B";

export function lineOf(order: Order, no: number): Line {
  const line = order.lines.find((one) => one.no === no);
  if (!line) throw new Error(`no line ${no}`);
  return line;
}
