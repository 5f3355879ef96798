import { isLimited, type SoftClaim, type StockBook } from "../inventory/index.ts";
import type { Capacity } from "../catalog/index.ts";
import { type Instant, MINUTE, type OrdoEvent, present } from "../kernel/index.ts";
import { type Bucket, CARRIER_OUTCOMES, CLAIMING, Journal, NO_ITEM, type Order, type OrderLine, type RoutingDecision, type Shipment } from "../order/index.ts";
import { ROUTING_TRIGGERS, type RoutingTrigger } from "../routing/index.ts";
import { Ghosts } from "./ghosts.ts";
import { planAsPromised } from "./keep-promise.ts";
import { beyondPreorders, preorder, splitByLaunch } from "./preorder.ts";
import { claimChange, isAtWork, type PastEvent, type PastMove, type ShipmentClaim, shipmentKey, slotBefore, workChange } from "./replay-past.ts";
import { ReplayedOrder } from "./replayed-order.ts";
import { sourceWaiting } from "./resource.ts";
import { hasRoomFor, plannedShipment, releaseSlot } from "./ship-slot.ts";
import { applyPlan, closeIfEmpty, planLines, type SourcingFacts, unitsToPlace, whenUnavailable } from "./source.ts";

/** What a world is rebuilt from, as it was at its beginning. */
export interface ReplayStart {
  /** Only items of these places and demands are followed. */
  readonly book: StockBook;
  /** The limits that the book's capacity goes by; brought up to date as nodes change. */
  readonly limits: Map<string, Capacity>;
  readonly items: ReadonlySet<string>;
  /** Shipments that wait at each node, by its id. */
  readonly backlog: ReadonlyMap<string, number>;
  /** What shipments of orders that are not replayed, and of which something comes or goes, have of capacity, by shipmentKey. */
  readonly shipments: ReadonlyMap<string, ShipmentClaim>;
  /** Soft claims that live. */
  readonly claims: readonly SoftClaim[];
  /** The facts as they held, by the strategies of this world. */
  readonly facts: (at: Instant, channelId: string) => SourcingFacts;
  /** Units that may be promised of goods on their way, by item. */
  readonly promisable: ReadonlyMap<string, number>;
  /** Is shown every decision. */
  readonly decided?: (decisions: readonly RoutingDecision[]) => void;
}

/** What could not be as it was, because other orders had the goods. */
export interface ReplayLosses {
  /** Units that other orders were given in fact, and are not there. */
  notReserved: number;
  /** Units that went missing under reservations. */
  short: number;
}

type Stage = "reserved" | "released" | "picked" | "packed";
const STAGES: readonly Stage[] = ["reserved", "released", "picked", "packed"];
const FORWARD: readonly string[] = [...STAGES, "shipped", "handed_over"];
const LEAVES: ReadonlySet<string> = new Set(["shipped", "handed_over"]);
const OUTCOMES: ReadonlySet<string> = new Set(CARRIER_OUTCOMES);
const WAITING = ["pending", "backordered", "preordered"] as const;
/** A node said that it cannot: it is avoided for a while. */
const REFUSALS: ReadonlySet<string> = new Set(["ShipmentRejected", "ShipmentPicked", "ShipmentTimedOut"]);
/** Decisions that looked at more than one order, or that a person made: they are kept where they can be. */
const KEPT: ReadonlySet<RoutingTrigger> = new Set<RoutingTrigger>(["MANUAL", "RE_EVALUATED", "AT_RISK"]);
/** Goods that leave with an order: they leave from where this world has them. */
const SENT: ReadonlySet<string> = new Set(["ship", "hand_over"]);

interface Units {
  readonly shipment: Shipment | null;
  readonly bucket: Bucket;
  readonly quantity: number;
}

/**
 * One world in which the log is lived through again: orders that are replayed are decided by the functions that decide live ones,
 * against what this world has left; all else happens as it was recorded. Nothing here goes below zero: what cannot happen any more,
 * because the goods went elsewhere, is counted.
 */
export class Replay {
  readonly orders = new Map<string, ReplayedOrder>();
  readonly losses: ReplayLosses = { notReserved: 0, short: 0 };
  readonly #start: ReplayStart;
  readonly #backlog: Map<string, number>;
  readonly #claims = new Map<string, SoftClaim>();
  /** No claim runs out before. */
  #nextExpiry = Infinity;
  readonly #shipments: Map<string, ShipmentClaim>;
  readonly #ghosts = new Ghosts();
  /** Orders of which more waits here than did in fact, by item: nobody told of them when goods arrived. */
  readonly #left = new Map<string, Set<ReplayedOrder>>();
  #converted: SoftClaim | null = null;
  #limited: SourcingFacts["nodes"] = [];
  #now = 0;
  #ids = 0;

  constructor(start: ReplayStart) {
    this.#start = start;
    this.#backlog = new Map(start.backlog);
    this.#shipments = new Map(start.shipments);
    for (const claim of start.claims) this.#open(claim);
  }

  /** The latest time at which something was decided so far. */
  get now(): Instant { return this.#now; }

  /** Shipments that wait at a node in this world. */
  readonly backlog = (nodeId: string): number => Math.max(0, this.#backlog.get(nodeId) ?? 0);

  /** Lives through one event. `order` is the one that came in with it, where it is replayed; `claim` the one that it is about. */
  apply(event: PastEvent, order: Order | null, claim: SoftClaim | null): void {
    // Only decisions say by which clock they were made: other events happened when somebody said that they did.
    this.#now = Math.max(this.#now, order?.capturedAt ?? (event.type === "OrderRouted" ? event.at : 0));
    this.#expireClaims();
    if (claim !== null) return this.#follow(claim, event);
    if (order !== null) this.capture(order);
    const replayed = event.orderId === null ? undefined : this.orders.get(event.orderId);
    if (replayed) this.#mirror(replayed, event);
    else {
      for (const move of event.moves) this.#record(move);
      this.#moveClaim(event);
      for (const [nodeId, change] of workChange(event.moves)) this.#backlog.set(nodeId, (this.#backlog.get(nodeId) ?? 0) + change);
    }
    const gone = event.stock.filter(({ kind }) => !replayed || !SENT.has(kind));
    for (const { itemId, nodeId, owner, condition, onHand, kind } of gone) {
      if (!this.#start.items.has(itemId)) continue;
      const ghost = SENT.has(kind) ? this.#ghosts.leave(event.orderId, itemId, nodeId, -onHand) : 0;
      const change = Math.max(onHand + ghost, -this.#start.book.onHand(itemId, nodeId, owner, condition));
      const before = this.#start.book.counters(itemId, nodeId).short;
      if (change !== 0) this.#start.book.changeOnHand(itemId, nodeId, owner, condition, change);
      this.losses.short += Math.max(0, this.#start.book.counters(itemId, nodeId).short - before);
      if (change > 0) this.#serve(itemId);
    }
  }

  /** Nodes' limits as they hold from now on. */
  limit(nodes: SourcingFacts["nodes"]): void {
    if (nodes === this.#limited) return;
    this.#limited = nodes;
    this.#start.limits.clear();
    for (const { id, operations: { capacity } } of nodes) if (isLimited(capacity)) this.#start.limits.set(id, capacity);
  }

  #journal(now: Instant): Journal {
    return new Journal({ now, actor: "simulation", newId: () => String((this.#ids += 1)) }, this.#start.book);
  }

  /** Takes an order in as it is taken in when it comes: routed, reserved, waiting, or refused. */
  capture(past: Order): void {
    const replayed = new ReplayedOrder(past);
    const { order } = replayed;
    this.orders.set(order.id, replayed);
    const now = order.capturedAt;
    const facts = this.#start.facts(now, order.channelId);
    this.#limitWaiting(order, facts, now);
    const journal = this.#journal(now);
    journal.addOrder(order);
    const claim = this.#converted;
    this.#converted = null;
    const { routable, held } = unitsToPlace(order);
    const { due, ahead } = splitByLaunch(order, routable, facts, now);
    const plan = due.length === 0 ? null : claim?.promise ? planAsPromised(journal, order, due, facts, claim) : planLines(journal, order, due, facts, "CAPTURE");
    const beyond = beyondPreorders(journal, ahead);
    const unplaced = (plan?.unplaced ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
    replayed.refused = (unplaced > 0 || beyond > 0) && (plan === null ? facts.channel.whenUnavailable : whenUnavailable(plan, facts.channel)) === "refuse";
    if (replayed.refused) return;
    const event = journal.event("OrderCaptured", order.id, {});
    for (const line of held) journal.move(event, order, line, null, "pending", line.ordered, null);
    if (plan) applyPlan(journal, order, due, plan, facts, "CAPTURE");
    preorder(journal, event, order, ahead, facts);
    replayed.filled = order.lines.reduce((sum, { units }) => sum + units.reserved, 0);
    replayed.note(journal, plan?.detail ?? null);
    this.#start.decided?.(journal.decisions);
  }

  #limitWaiting(order: Order, { item }: SourcingFacts, now: Instant): void {
    for (const { itemId } of order.lines) {
      if (itemId === NO_ITEM) continue;
      const { backorderLimit, preorderLimit, launchAt } = item(itemId).waiting;
      if (backorderLimit === null && preorderLimit === null) continue;
      const ahead = (launchAt ?? 0) > now;
      const most = ahead ? preorderLimit : backorderLimit === null ? null : backorderLimit + (this.#start.promisable.get(itemId) ?? 0);
      this.#start.book.limitWaiting(itemId, most ?? Infinity);
    }
  }

  /** What happens to an order after it came in: what people, nodes and carriers did is done to what this world has of it; what was routed is routed anew. */
  #mirror(replayed: ReplayedOrder, event: PastEvent): void {
    replayed.follow(event);
    if (replayed.refused || event.type === "OrderCaptured") return;
    const { order } = replayed;
    const journal = this.#journal(event.type === "OrderRouted" ? event.at : this.#now);
    const { hold_no: holdNo, left } = event.data;
    const trigger = ROUTING_TRIGGERS.find((one) => one === event.data["trigger"]) ?? "STOCK_ARRIVED";
    if (event.type === "HoldPlaced") replayed.placeHold(Number(holdNo));
    if (event.type === "HoldReleased") replayed.releaseHold(Number(holdNo), event.at);
    const made = journal.event("OrderRouted", order.id, {});
    if (event.type === "OrderRouted" && left === undefined) {
      if (KEPT.has(trigger)) {
        for (const move of event.moves) this.#placeAsRecorded(journal, made, replayed, move, trigger === "MANUAL");
        replayed.note(journal, null);
        if (trigger !== "MANUAL" && replayed.isWaiting) this.#route(this.#journal(event.at), replayed, trigger);
      } else if (trigger !== "CAPTURE" && !replayed.wasRouted(event)) this.#route(journal, replayed, trigger);
    } else {
      for (const move of event.moves) this.#mirrorMove(journal, made, replayed, event, move);
      for (const shipment of order.shipments) if (shipment.status !== "CANCELLED") closeIfEmpty(journal, order, shipment);
    }
    this.#noteLeft(replayed);
  }

  #route(journal: Journal, replayed: ReplayedOrder, trigger: RoutingTrigger): void {
    const facts = this.#start.facts(journal.context.now, replayed.order.channelId);
    this.#limitWaiting(replayed.order, facts, journal.context.now);
    sourceWaiting(journal, replayed.order, facts, trigger);
    replayed.note(journal, null);
    this.#start.decided?.(journal.decisions);
  }

  #mirrorMove(journal: Journal, made: OrdoEvent, replayed: ReplayedOrder, event: PastEvent, move: PastMove): void {
    if (OUTCOMES.has(move.to) || (move.from !== null && FORWARD.includes(move.from) && FORWARD.indexOf(move.to) >= 0 && FORWARD.indexOf(move.to) < FORWARD.indexOf(move.from))) return;
    const { order } = replayed;
    const line = replayed.line(move.lineNo);
    if (!line) return;
    if (move.from === null) {
      line.ordered += move.quantity;
      return journal.move(made, order, line, null, "pending", move.quantity, null);
    }
    let left = move.quantity;
    for (const { shipment, bucket, quantity } of this.#sources(order, line, move, event.type)) {
      const taken = Math.min(left, quantity);
      if (taken <= 0) break;
      left -= taken;
      this.#step(journal, made, order, line, { shipment, bucket, quantity: taken }, move, event);
    }
  }

  /** One source of a movement's units goes where they went. */
  #step(journal: Journal, made: OrdoEvent, order: Order, line: OrderLine, { shipment, bucket, quantity }: Units, move: PastMove, event: PastEvent): void {
    const to = move.to === "lost" || move.to === "delivered" || move.to === "returned_to_sender" ? "shipped" : move.to;
    const before = shipment !== null && isAtWork(shipment);
    if (shipment?.status === "PLANNED" && FORWARD.includes(to)) {
      const { nodes, shipping } = this.#start.facts(journal.context.now, order.channelId);
      const node = present(nodes.find(({ id }) => id === shipment.nodeId), "node");
      const due = releaseSlot(shipment, node, event.at, shipping);
      if (due !== null) journal.replan(order, shipment, due);
      shipment.status = "RELEASED";
    }
    journal.move(made, order, line, bucket, to, quantity, shipment);
    if (shipment === null) return;
    if (LEAVES.has(to)) this.#start.book.changeOnHand(line.itemId, shipment.nodeId, "", "A", -Math.min(quantity, this.#start.book.onHand(line.itemId, shipment.nodeId, "", "A")));
    this.#countWork(shipment.nodeId, before, isAtWork(shipment));
    // What was taken from a node to keep a date was not refused by it.
    if (REFUSALS.has(event.type) && event.data["reason_code"] !== "AT_RISK" && to === "pending") {
      const { channel } = this.#start.facts(journal.context.now, order.channelId);
      line.attempts += 1;
      journal.exclude(order, line.lineNo, shipment.nodeId, journal.context.now + channel.routing.coolDownMinutes * MINUTE, event.type);
    }
    if (to === "cancelled") this.#serve(line.itemId);
  }

  /** Where units of a line are that go a way, those first that are where they were in fact. What a node gave back, only that node can. */
  #sources(order: Order, line: OrderLine, { from, to, nodeId }: PastMove, type: string): Units[] {
    // What did not arrive at a store is wanted again.
    const left = from === "shipped" || from === "handed_over";
    const claimed = order.shipments.flatMap((shipment): Units[] => {
      const stages = shipment.lines.get(line.lineNo);
      return stages ? (left ? [from] : STAGES).flatMap((bucket) => (stages[bucket] > 0 ? [{ shipment, bucket, quantity: stages[bucket] }] : [])) : [];
    }).toSorted((a, b) => rank(b) - rank(a));
    const waiting = WAITING.flatMap((bucket): Units[] => (line.units[bucket] > 0 ? [{ shipment: null, bucket, quantity: line.units[bucket] }] : [])).toSorted((a, b) => rank(b) - rank(a));
    if (to === "cancelled") return from !== null && CLAIMING.has(from) ? [...claimed, ...waiting] : [...waiting, ...claimed];
    if (left) return claimed;
    if (from !== null && !CLAIMING.has(from)) return waiting.filter(({ bucket }) => bucket === from);
    if (FORWARD.includes(to)) return claimed.filter(({ bucket }) => FORWARD.indexOf(bucket) < FORWARD.indexOf(to));
    return type === "ReservationExpired" ? claimed.filter(({ shipment }) => shipment?.status === "PLANNED") : claimed.filter(({ shipment }) => shipment?.nodeId === nodeId);

    function rank({ shipment, bucket }: Units): number {
      return (shipment?.nodeId === nodeId ? 2 : 0) + (bucket === from ? 1 : 0);
    }
  }

  /** What a person sent somewhere goes there, where the node can have it, wherever it was planned; what was sent better, where it waits for that. */
  #placeAsRecorded(journal: Journal, made: OrdoEvent, replayed: ReplayedOrder, { lineNo, to, nodeId, quantity }: PastMove, byHand: boolean): void {
    const { order } = replayed;
    const line = replayed.line(lineNo);
    if (to !== "reserved" || nodeId === null || !line) return;
    const { nodes, item, shipping } = this.#start.facts(journal.context.now, order.channelId);
    const node = present(nodes.find(({ id }) => id === nodeId), "node");
    const elsewhere = order.shipments.filter((one) => byHand && one.status === "PLANNED" && one.nodeId !== nodeId);
    const waits = WAITING.reduce((sum, bucket) => sum + line.units[bucket], 0);
    const planned = elsewhere.reduce((sum, one) => sum + (one.lines.get(lineNo)?.reserved ?? 0), 0);
    const units = Math.min(quantity, waits + planned);
    if (units === 0 || this.#start.book.available(item(line.itemId), nodeId) < units || !hasRoomFor(journal, order, node, units, shipping)) return;
    let missing = units - waits;
    for (const shipment of elsewhere) {
      const back = Math.min(missing, shipment.lines.get(lineNo)?.reserved ?? 0);
      if (back <= 0) continue;
      journal.move(made, order, line, "reserved", "pending", back, shipment);
      closeIfEmpty(journal, order, shipment);
      missing -= back;
    }
    line.attempts = 0;
    const shipment = plannedShipment(journal, order, node, units, shipping);
    let left = units;
    for (const bucket of WAITING) {
      const taken = Math.min(left, line.units[bucket]);
      if (taken > 0) journal.move(made, order, line, bucket, "reserved", taken, shipment);
      left -= taken;
    }
  }

  #countWork(nodeId: string, before: boolean, after: boolean): void {
    if (before !== after) this.#backlog.set(nodeId, (this.#backlog.get(nodeId) ?? 0) + (after ? 1 : -1));
  }

  /** A movement of an order that is not replayed, as far as this world bears it. */
  #record(move: PastMove): void {
    const { orderId, lineNo, itemId, from, to, quantity, nodeId } = move;
    const { book, items } = this.#start;
    this.#recordCapacity(move);
    if (!items.has(itemId) || OUTCOMES.has(to)) return;
    const [before, after] = [from !== null && CLAIMING.has(from), CLAIMING.has(to)];
    if (after && !before && nodeId !== null) {
      const { onHand, reserved, short } = book.counters(itemId, nodeId);
      const given = short > 0 ? 0 : Math.max(0, Math.min(quantity, onHand - reserved));
      if (given > 0) book.reserve(itemId, nodeId, given);
      this.#ghosts.reserve(orderId, lineNo, nodeId, quantity - given);
      this.losses.notReserved += quantity - given;
    }
    if (before && !after && nodeId !== null) {
      const ghost = this.#ghosts.free(orderId, lineNo, nodeId, quantity);
      const freed = Math.min(quantity - ghost, book.counters(itemId, nodeId).reserved);
      if (freed > 0) book.unreserve(itemId, nodeId, freed);
      if (LEAVES.has(to)) this.#ghosts.send(orderId, itemId, nodeId, ghost);
      if (!LEAVES.has(to)) this.#serve(itemId);
    }
    this.#changeDemand(itemId, from, -quantity);
    this.#changeDemand(itemId, to, quantity);
  }

  /** Whoever was planned for a day in fact is planned for it here, whether there is room or not. */
  #recordCapacity(move: PastMove): void {
    const key = shipmentKey(move.orderId, move.shipmentNo ?? 0);
    const claim = this.#shipments.get(key);
    const change = claimChange(move);
    if (!claim || change === 0) return;
    const units = Math.max(0, claim.units + change);
    this.#shipments.set(key, { ...claim, units });
    this.#start.book.capacity.giveBack(claim.nodeId, claim.slot, (claim.units > 0 ? 1 : 0) - (units > 0 ? 1 : 0), claim.units - units);
  }

  /** A late release took the shipment to the day of its release. */
  #moveClaim(event: PastEvent): void {
    const key = shipmentKey(event.orderId ?? "", Number(event.data["shipment_no"]));
    const claim = slotBefore(event) && this.#shipments.get(key);
    if (!claim || !claim.later || claim.units === 0) return;
    this.#start.book.capacity.move(claim.nodeId, claim.slot, claim.later, claim.units);
    this.#shipments.set(key, { ...claim, slot: claim.later });
  }

  #changeDemand(itemId: string, bucket: string | null, change: number): void {
    const counter = bucket === "pending" ? "pending" : bucket === "backordered" || bucket === "preordered" ? "waiting" : null;
    if (counter !== null) this.#start.book.changeDemand(itemId, counter, Math.max(change, -this.#start.book.demand(itemId)[counter]));
  }

  /** Goods came free that nobody knew of in fact: whoever waits only here is asked, the oldest first. */
  #serve(itemId: string): void {
    const waiting = this.#left.get(itemId);
    if (!waiting || waiting.size === 0) return;
    for (const replayed of [...waiting].toSorted((a, b) => a.order.number - b.order.number)) {
      this.#route(this.#journal(this.#now), replayed, "STOCK_ARRIVED");
      this.#noteLeft(replayed);
    }
  }

  #noteLeft(replayed: ReplayedOrder): void {
    for (const { lineNo, itemId } of replayed.order.lines) {
      const longer = replayed.waitsLonger(lineNo);
      const known = this.#left.get(itemId);
      if (longer && !known) this.#left.set(itemId, new Set([replayed]));
      else if (longer) known?.add(replayed);
      else known?.delete(replayed);
    }
  }

  #follow(claim: SoftClaim, { type, data }: PastEvent): void {
    if (type === "ClaimCreated") return this.#open(claim);
    if (type !== "ClaimReleased" && type !== "ClaimExpired") return;
    this.#close(claim.id);
    if (data["converted"] === true) this.#converted = claim;
  }

  #open(claim: SoftClaim): void {
    this.#claims.set(claim.id, claim);
    this.#nextExpiry = Math.min(this.#nextExpiry, claim.expiresAt);
    for (const { itemId, nodeId, quantity } of claim.lines) if (this.#start.items.has(itemId)) this.#start.book.changeSoft(itemId, nodeId, quantity);
  }

  #close(claimId: string): void {
    const claim = this.#claims.get(claimId);
    if (!claim || !this.#claims.delete(claimId)) return;
    for (const { itemId, nodeId, quantity } of claim.lines) if (this.#start.items.has(itemId)) this.#start.book.changeSoft(itemId, nodeId, -quantity);
  }

  #expireClaims(): void {
    if (this.#nextExpiry > this.#now) return;
    this.#nextExpiry = Infinity;
    for (const { id, expiresAt } of this.#claims.values()) {
      if (expiresAt <= this.#now) this.#close(id);
      else this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    }
  }
}
