import { assert, type By, type Context, type EventType, type OrdoEvent, present } from "../kernel/index.ts";
import { type Condition, FIRST_SLOT, SELLABLE, type ShipSlot, type StockBook, type StockMovement, type StockMovementKind, type SupplyBook } from "../inventory/index.ts";
import { statusOf } from "./status.ts";
import type { Bucket, CarrierOutcome, Hold, Order, OrderLine, PickupPlace, Shipment, ShipmentStage } from "./types.ts";
import { CARRIER_OUTCOMES, CLAIMING, NO_ITEM, SHIPMENT_STAGES, WORKED } from "./types.ts";

export interface LineMovement {
  readonly orderId: string;
  readonly eventId: string;
  readonly lineNo: number;
  /** Null where the unit enters the order: it was captured. */
  readonly from: Bucket | null;
  readonly to: Bucket | CarrierOutcome;
  readonly quantity: number;
  readonly nodeId: string | null;
  readonly shipmentNo: number | null;
}

export interface ExceptionNote {
  readonly id: string;
  readonly kind: "NO_STOCK" | "NO_ROUTE" | "ATTEMPTS_EXHAUSTED" | "SHORT_RELEASED" | "LOST_IN_TRANSIT" | "RETURNED_TO_SENDER";
  readonly orderId: string | null;
  readonly lineNo: number | null;
  readonly shipmentNo: number | null;
  readonly itemId: string | null;
  readonly nodeId: string | null;
  readonly reason: string;
  readonly openedAt: number;
}

/** What a person reads back later. detail is bounded JSON text. */
export interface RoutingDecision {
  readonly orderId: string;
  readonly decisionNo: number;
  readonly decidedAt: number;
  readonly trigger: string;
  readonly reason: string;
  readonly detail: string;
}

/** Which rows of which existing orders a batch changed, so that only those are written. */
interface Touched {
  readonly order: Order;
  readonly lines: Set<number>;
  readonly shipments: Set<number>;
  readonly holds: Set<number>;
  /** Its money, its document or its source version changed. */
  content: boolean;
}

/** Goods of a line that somebody identified: more units than before where the channel's unit is several of ours. */
export interface IdentifiedLine {
  readonly orderId: string;
  readonly line: OrderLine;
  /** That wait, and that were cancelled before. */
  readonly more: number;
  readonly moreCancelled: number;
}

/** A line of which other units wait for stock than before the batch. */
export interface WaitingLine {
  readonly order: Order;
  readonly line: OrderLine;
  readonly before: number;
}

const OUTCOMES: ReadonlySet<string> = new Set(CARRIER_OUTCOMES);
const STAGES: ReadonlySet<string> = new Set(SHIPMENT_STAGES);

/**
 * The journal of one batch: every unit that moves, every physical change and every fact goes through it, and it
 * keeps the loaded orders and the stock book in step. Moving a unit is one entry in the line ledger and, from the
 * same entry, the line's bucket, the shipment's stage, the node's reservation and capacity and the unassigned demand: a
 * counter cannot differ from its ledger because nothing else changes it.
 */
export class Journal {
  readonly events: OrdoEvent[] = [];
  readonly lineMovements: LineMovement[] = [];
  readonly stockMovements: StockMovement[] = [];
  readonly exceptions: ExceptionNote[] = [];
  readonly decisions: RoutingDecision[] = [];
  readonly newOrders: Order[] = [];
  /** Lines that were added to orders that were there already. */
  readonly newLines: { readonly orderId: string; readonly line: OrderLine }[] = [];
  readonly identified: IdentifiedLine[] = [];
  readonly touched = new Map<string, Touched>();
  readonly #new = new Set<string>();
  readonly #waiting = new Map<OrderLine, WaitingLine>();
  /** What lines that wait claim of inbound goods; null until a batch that changes it has loaded it. */
  inbound: SupplyBook | null = null;

  readonly book: StockBook;
  #context: Context;

  constructor(context: Context, book: StockBook) {
    this.#context = context;
    this.book = book;
  }

  get context(): Context {
    return this.#context;
  }

  /** Decides on behalf of someone: what happens inside is recorded under their name. */
  as<T>({ actor, origin }: By, decide: () => T): T {
    const before = this.#context;
    this.#context = { now: before.now, actor, newId: before.newId, origin };
    try {
      return decide();
    } finally {
      this.#context = before;
    }
  }

  addOrder(order: Order): void {
    this.newOrders.push(order);
    this.#new.add(order.id);
  }

  event(type: EventType, orderId: string | null, data: OrdoEvent["data"], extra: { reason?: string | null; occurredAt?: number } = {}): OrdoEvent {
    const { newId, now, actor, origin } = this.context;
    const event = { id: newId(), type, orderId, occurredAt: extra.occurredAt ?? now, actor, reason: extra.reason ?? null, data, origin };
    this.events.push(event);
    return event;
  }

  /** Marks an order, and some of its rows, as changed. */
  touch(order: Order, rows: { line?: OrderLine; shipment?: Shipment; hold?: Hold; content?: boolean } = {}): void {
    if (this.#new.has(order.id)) return;
    let touched = this.touched.get(order.id);
    if (!touched) this.touched.set(order.id, (touched = { order, lines: new Set(), shipments: new Set(), holds: new Set(), content: false }));
    if (rows.content) touched.content = true;
    if (rows.line) touched.lines.add(rows.line.lineNo);
    if (rows.shipment) touched.shipments.add(rows.shipment.shipmentNo);
    if (rows.hold) touched.holds.add(rows.hold.holdNo);
  }

  /** Moves units of a line from one bucket to the next (or, for a carrier's outcome, marks them). */
  move(event: OrdoEvent, order: Order, line: OrderLine, from: Bucket | null, to: Bucket | CarrierOutcome, quantity: number, shipment: Shipment | null): void {
    assert(quantity > 0, "a movement moves something");
    const marksOnly = OUTCOMES.has(to);
    if (demandCounter(from) === "waiting" || demandCounter(to) === "waiting") this.#noteWaiting(order, line);
    if (from !== null && !marksOnly) {
      line.units[from] -= quantity;
      assert(line.units[from] >= 0, `line ${line.lineNo} of order ${order.id} has not ${quantity} ${from}`);
    }
    line.units[to] += quantity;
    if (shipment) this.#moveShipment(shipment, line, from, to, quantity, marksOnly);
    this.#moveClaim(line.itemId, from, to, quantity, shipment);
    if (shipment && !marksOnly) this.#moveCapacity(from, to, quantity, shipment);
    if (from !== null && WORKED.has(from) && !marksOnly && !order.lines.some(({ units }) => isWorked(units))) this.placeInSlot(order, null);
    this.lineMovements.push({
      orderId: order.id, eventId: event.id, lineNo: line.lineNo, from, to, quantity,
      nodeId: shipment?.nodeId ?? null, shipmentNo: shipment?.shipmentNo ?? null,
    });
    this.touch(order, shipment ? { line, shipment } : { line });
  }

  #noteWaiting(order: Order, line: OrderLine): void {
    if (!this.#waiting.has(line)) this.#waiting.set(line, { order, line, before: waitingOf(line) });
  }

  /** Lines of which other units wait for stock than before: their claims on inbound goods have to follow. */
  changedWaiting(): WaitingLine[] {
    return [...this.#waiting.values()].filter(({ line, before }) => waitingOf(line) !== before);
  }

  /** Adds a line to an order that is there: its units, if it has any, enter as pending. */
  addLine(event: OrdoEvent, order: Order, line: OrderLine): void {
    order.lines.push(line);
    this.newLines.push({ orderId: order.id, line });
    if (line.ordered > 0) this.move(event, order, line, null, "pending", line.ordered, null);
  }

  /**
   * Says which item the units of a line are, and how many of the item each of them is; a component also names its kit's line.
   * Those that were cancelled count as many, because the line's money is shared out over all its units.
   */
  identify(event: OrdoEvent, order: Order, line: OrderLine, itemId: string, perUnit: number, document: OrderLine["document"], kitLineNo: number | null = null): void {
    assert(line.itemId === NO_ITEM && line.units.pending > 0, "goods are identified once, before anything else happens to them");
    const { pending, cancelled } = line.units;
    const [more, moreCancelled] = [pending * (perUnit - 1), cancelled * (perUnit - 1)];
    line.itemId = itemId;
    line.parentLineNo = kitLineNo;
    line.document = document;
    line.ordered += more + moreCancelled;
    this.book.changeDemand(itemId, "pending", pending);
    if (more > 0) this.move(event, order, line, null, "pending", more, null);
    if (moreCancelled > 0) this.move(event, order, line, null, "cancelled", moreCancelled, null);
    this.identified.push({ orderId: order.id, line, more, moreCancelled });
    this.touch(order, { line });
  }

  #moveShipment(shipment: Shipment, line: OrderLine, from: Bucket | null, to: Bucket | CarrierOutcome, quantity: number, marksOnly: boolean): void {
    let stages = shipment.lines.get(line.lineNo);
    if (!stages) shipment.lines.set(line.lineNo, (stages = noStages()));
    if (from !== null && isStage(from) && !marksOnly) {
      stages[from] -= quantity;
      assert(stages[from] >= 0, `shipment ${shipment.shipmentNo} has not ${quantity} ${from} of line ${line.lineNo}`);
    }
    if (isStage(to)) stages[to] += quantity;
  }

  #moveClaim(itemId: string, from: Bucket | null, to: string, quantity: number, shipment: Shipment | null): void {
    if (itemId === NO_ITEM) return;
    const claimedBefore = from !== null && CLAIMING.has(from);
    const claimedAfter = CLAIMING.has(to);
    if (claimedAfter && !claimedBefore) this.book.reserve(itemId, present(shipment, "shipment").nodeId, quantity);
    if (claimedBefore && !claimedAfter) this.book.unreserve(itemId, present(shipment, "shipment").nodeId, quantity);
    const demandBefore = demandCounter(from);
    const demandAfter = demandCounter(to);
    if (demandBefore) this.book.changeDemand(itemId, demandBefore, -quantity);
    if (demandAfter) this.book.changeDemand(itemId, demandAfter, quantity);
  }

  /** A shipment counts as one order from its first unit to its last, in the slot it is planned for. */
  #moveCapacity(from: Bucket | null, to: string, quantity: number, shipment: Shipment): void {
    const { nodeId, capacity } = shipment;
    const [before, after] = [from !== null && WORKED.has(from), WORKED.has(to)];
    if (capacity === null || before === after) return;
    if (after) this.book.capacity.claim(nodeId, capacity, capacity.units === 0 ? 1 : 0, quantity);
    else this.book.capacity.giveBack(nodeId, capacity, capacity.units === quantity ? 1 : 0, quantity);
    const units = capacity.units + (after ? quantity : -quantity);
    assert(units >= 0, `shipment ${shipment.shipmentNo} gives back more capacity than it has`);
    shipment.capacity = units === 0 ? null : { ...capacity, units };
  }

  /** Takes a place in a slot where the order is collected, instead of the one it has; or gives that back, as the last unit that was on its way does. */
  placeInSlot(order: Order, place: PickupPlace | null): void {
    const { pickup_slot: before, ...document } = order.document;
    if (before === undefined && place === null) return;
    if (before) this.book.capacity.giveBack(before.node_id, { date: before.date, hour: FIRST_SLOT + before.minute }, 1, 0);
    if (place) this.book.capacity.claim(place.node_id, { date: place.date, hour: FIRST_SLOT + place.minute }, 1, 0);
    order.document = place ? { ...document, pickup_slot: place } : document;
    this.touch(order, { content: true });
  }

  /**
   * Plans a shipment for another slot of its node. Its claim on capacity goes with it, and nobody asks whether there is room. A later day on
   * which the service that was chosen collects stays.
   */
  replan(order: Order, shipment: Shipment, slot: ShipSlot): void {
    const { nodeId, capacity } = shipment;
    if (capacity) this.book.capacity.move(nodeId, capacity, slot, capacity.units);
    shipment.capacity = capacity && { ...slot, units: capacity.units };
    const { plannedShipDate: planned, document: { plan } } = shipment;
    shipment.plannedShipDate = plan && planned !== null && planned > slot.date ? planned : slot.date;
    this.touch(order, { shipment });
  }

  /** Changes what is physically there and writes its ledger row; returns the shortage it leaves. */
  moveStock(event: OrdoEvent, change: {
    itemId: string; nodeId: string; kind: StockMovementKind; onHand: number; causeKind: StockMovement["causeKind"]; causeId: string;
    owner?: string; condition?: Condition; reason?: string | null; unitCostMicros?: number | null;
  }): number {
    const { owner = SELLABLE.owner, condition = SELLABLE.condition, reason = null, unitCostMicros = null } = change;
    this.stockMovements.push({ ...change, owner, condition, reason, unitCostMicros, eventId: event.id, occurredAt: event.occurredAt });
    return this.book.changeOnHand(change.itemId, change.nodeId, owner, condition, change.onHand);
  }

  /** Numbers and keeps a routing decision; returns its number within the order. */
  decision(order: Order, trigger: string, reason: string, detail: string): number {
    order.decisions += 1;
    this.decisions.push({ orderId: order.id, decisionNo: order.decisions, decidedAt: this.context.now, trigger, reason, detail });
    return order.decisions;
  }

  /** Keeps a node away from a line until a time; a later exclusion replaces an earlier one. */
  exclude(order: Order, lineNo: number, nodeId: string, until: number, reason: string): void {
    const at = order.excluded.findIndex((e) => e.lineNo === lineNo && e.nodeId === nodeId);
    if (at >= 0) order.excluded.splice(at, 1);
    order.excluded.push({ lineNo, nodeId, until, reason });
    this.touch(order);
  }

  exception(note: Omit<ExceptionNote, "id" | "openedAt">): void {
    this.exceptions.push({ ...note, id: this.context.newId(), openedAt: this.context.now });
  }

  /** Lines of changed orders that no longer wait for anybody: open exceptions about them are settled, as long as none waits for stock also those of a route. */
  resolvedLines(): SettledLine[] {
    return [...this.touched.values()].flatMap(({ order, lines }) => order.lines.filter((line) => lines.has(line.lineNo) && line.units.pending === 0)
      .map((line) => ({ orderId: order.id, lineNo: line.lineNo, isBackordered: line.units.backordered > 0 })));
  }

  /** Brings the cached label of every changed order in line with its quantities: called once, before saving. */
  close(): void {
    this.#dropSettledNotes();
    for (const { order } of this.touched.values()) order.status = statusOf(order);
    for (const order of this.newOrders) order.status = statusOf(order);
  }

  /** A later command of the same batch may have settled what an earlier one needed a person for. */
  #dropSettledNotes(): void {
    const settled = new Map(this.resolvedLines().map((line) => [`${line.orderId}|${line.lineNo}`, line]));
    const open = this.exceptions.filter(({ kind, orderId, lineNo }) => {
      const line = settled.get(`${orderId}|${lineNo}`);
      return line === undefined || !settles(line, kind);
    });
    this.exceptions.splice(0, this.exceptions.length, ...open);
  }
}

const isWorked = (units: OrderLine["units"]): boolean => units.reserved + units.released + units.picked + units.packed + units.shipped + units.handed_over > 0;

/** A line of which nothing is pending, and whether units of it wait for stock. */
export interface SettledLine {
  readonly orderId: string;
  readonly lineNo: number;
  readonly isBackordered: boolean;
}

/** Whether an exception about a line ends with its waiting. */
export const settles = ({ isBackordered }: SettledLine, kind: ExceptionNote["kind"]): boolean =>
  kind === "NO_STOCK" || kind === "ATTEMPTS_EXHAUSTED" || (kind === "NO_ROUTE" && !isBackordered);

export const noUnits = (): OrderLine["units"] => ({
  pending: 0, backordered: 0, preordered: 0, reserved: 0, released: 0, picked: 0, packed: 0, shipped: 0, handed_over: 0, cancelled: 0,
  delivered: 0, lost: 0, returned_to_sender: 0,
});

export const noStages = (): Record<ShipmentStage, number> => ({
  reserved: 0, released: 0, picked: 0, packed: 0, shipped: 0, handed_over: 0, delivered: 0, lost: 0, returned_to_sender: 0,
});

const isStage = (name: string): name is ShipmentStage => STAGES.has(name);

/** Units of a line that wait for stock to come. */
export const waitingOf = ({ units }: Pick<OrderLine, "units">): number => units.backordered + units.preordered;

function demandCounter(bucket: string | null): "pending" | "waiting" | null {
  if (bucket === "pending") return "pending";
  return bucket === "backordered" || bucket === "preordered" ? "waiting" : null;
}
