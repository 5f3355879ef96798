import { accept, MINUTE, type Outcome, present } from "../kernel/index.ts";
import { type CheckedOrder, type Hold, type Journal, NO_ITEM, noUnits, openHolds, type Order, type OrderLine, placeHold, releaseHold, stockExpires } from "../order/index.ts";
import { cancelUnits } from "./cancel.ts";
import { claimedUnits, sendBack, sourceWaiting } from "./resource.ts";
import { liveUnits, type SourcingFacts } from "./source.ts";

/** A channel's newer state of an order that is there, checked as if it were new. */
export interface ChannelUpdate {
  readonly version: number;
  readonly cancelled: { readonly reason: string } | null;
  readonly fresh: CheckedOrder;
  /** What is known of the people of the order so far. */
  readonly contact: Readonly<Record<string, unknown>>;
}

export interface Followed {
  /** Older: the order shows this state, or a newer one, already. */
  readonly outcome: "older" | "followed";
  /** What was taken over, and what waits for a person, as sentences. */
  readonly applied: readonly string[];
  readonly open: readonly string[];
  readonly contactChanged: boolean;
}

const OLDER: Followed = { outcome: "older", applied: [], open: [], contactChanged: false };
const HOLD_OWNER = "channel";
const REASON_MAX = 500;

/**
 * Takes over what a channel says of its order now: payment, address, note, fewer and more units while no node has been
 * told; a cancellation by the change matrix. Anything else becomes a CHANNEL_CHANGE hold that names the difference. A
 * later state that agrees with the order again lifts that hold.
 */
export function followChannel(journal: Journal, order: Order, update: ChannelUpdate, facts: SourcingFacts): Outcome<Followed> {
  // Some channels count in seconds: of two states of one moment the one that came later counts, and the same one again changes nothing.
  if (order.sourceVersion !== null && update.version < order.sourceVersion) return accept(OLDER);
  const notes: Notes = { applied: [], open: [] };
  const live = order.lines.some((line) => liveUnits(line) > 0);
  followPayment(journal, order, update, facts, notes);
  let contactChanged = false;
  if (update.cancelled !== null) {
    if (live) {
      const result = cancelUnits(journal, order, null, `cancelled at the channel: ${update.cancelled.reason}`.slice(0, REASON_MAX), false);
      if (!result.ok) return result;
      notes.applied.push("cancelled");
    }
  } else {
    contactChanged = followContact(journal, order, update, facts, notes);
    followLines(journal, order, update, facts, notes);
    followMoney(order, update, notes);
  }
  const repeated = order.sourceVersion === update.version && notes.applied.length === 0;
  order.sourceVersion = update.version;
  if (notes.applied.length > 0) order.commercialVersion += 1;
  journal.touch(order, { content: true });
  showDifference(journal, order, notes.open);
  if (!repeated) journal.event("OrderFollowedChannel", order.id, { version: update.version, applied: notes.applied, open: notes.open.length });
  sourceWaiting(journal, order, facts, "CHANNEL_CHANGE");
  return accept({ outcome: "followed", ...notes, contactChanged });
}

interface Notes { readonly applied: string[]; readonly open: string[] }

/** From here on a node works on it, and what it was told cannot be changed behind its back. */
const isWithNode = (order: Order): boolean => order.shipments.some(({ status }) => status !== "PLANNED" && status !== "CANCELLED");

const UNPAID: ReadonlySet<string> = new Set(["pending", "failed"]);

function followPayment(journal: Journal, order: Order, { fresh }: ChannelUpdate, facts: SourcingFacts, { applied }: Notes): void {
  const { payment_state: state, payments } = fresh.order.document;
  const before = order.document.payment_state;
  if (state === before && JSON.stringify(payments) === JSON.stringify(order.document.payments)) return;
  order.document = { ...order.document, payment_state: state, payments };
  if (state === before) return;
  applied.push(`payment is ${state}`);
  const open = openHolds(order.holds).filter(({ kind }) => kind === "PAYMENT");
  if (!UNPAID.has(state)) for (const hold of open) lift(journal, order, hold, `the channel says that payment is ${state}`);
  else if (open.length === 0 && order.lines.some((line) => liveUnits(line) > 0)) hold(journal, order, "PAYMENT", `Payment is ${state}.`, facts);
}

/** Whether what is known of people is to be replaced: an address only while no node has been told. */
function followContact(journal: Journal, order: Order, { fresh, contact }: ChannelUpdate, facts: SourcingFacts, { applied, open }: Notes): boolean {
  const { contact: told, addressProblem } = fresh.command;
  const differs = (part: string): boolean => JSON.stringify(told[part] ?? null) !== JSON.stringify(contact[part] ?? null);
  const moved = differs("ship_to");
  if (moved && isWithNode(order)) {
    open.push("The shipping address changed at the channel, and a node has the old one already.");
    return false;
  }
  for (const [part, words] of [["note", "note"], ["customer", "customer"], ["bill_to", "billing address"]] as const) if (differs(part)) applied.push(`the ${words} changed`);
  if (!moved) return ["note", "customer", "bill_to"].some(differs);
  applied.push("the shipping address changed");
  for (const one of openHolds(order.holds).filter(({ kind }) => kind === "ADDRESS")) lift(journal, order, one, "the channel sent another address");
  if (addressProblem !== null) hold(journal, order, "ADDRESS", addressProblem, facts);
  routeAnew(journal, order, fresh.order.destination, facts);
  return true;
}

/** Another destination may be nearer to another node: what is only planned is placed again. */
function routeAnew(journal: Journal, order: Order, destination: Order["destination"], facts: SourcingFacts): void {
  const same = order.destination?.latitude === destination?.latitude && order.destination?.longitude === destination?.longitude;
  order.destination = destination;
  if (same) return;
  for (const shipment of order.shipments.filter(({ status }) => status === "PLANNED")) {
    const event = journal.event("OrderRouted", order.id, { trigger: "CHANNEL_CHANGE", left: shipment.shipmentNo }, { reason: "the shipping address changed" });
    sendBack(journal, event, order, shipment, claimedUnits(order, shipment, ["reserved"]), facts, null);
  }
}

/** Our lines of one line of the channel: more units later stand in a line of their own. */
const linesOf = (order: Order, externalId: string | null): OrderLine[] => order.lines.filter((line) => line.document.external_id === externalId);

function followLines(journal: Journal, order: Order, { fresh }: ChannelUpdate, facts: SourcingFacts, notes: Notes): void {
  const named = new Set(fresh.order.lines.map((line) => line.document.external_id));
  for (const line of fresh.order.lines) followLine(journal, order, line, facts, notes);
  const gone = new Set(order.lines.map((line) => line.document.external_id).filter((id) => !named.has(id)));
  for (const externalId of gone) reduce(journal, order, linesOf(order, externalId), Infinity, notes);
}

function followLine(journal: Journal, order: Order, fresh: OrderLine, facts: SourcingFacts, notes: Notes): void {
  const ours = linesOf(order, fresh.document.external_id);
  const [first] = ours;
  if (!first) return add(journal, order, fresh, notes);
  if (Number(first.document.unit_price) !== Number(fresh.document.unit_price)) {
    notes.open.push(`${fresh.document.sku}: the price was ${first.document.unit_price}, the channel says ${fresh.document.unit_price}.`);
  }
  const wanted = Number(fresh.document.quantity) * perUnit(first, facts);
  const active = ours.reduce((sum, line) => sum + line.ordered - line.units.cancelled, 0);
  if (wanted < active) reduce(journal, order, ours, active - wanted, notes);
  // As many of our units to one of the channel's as the line has already.
  if (wanted > active) add(journal, order, { ...fresh, itemId: first.itemId, ordered: wanted - active, document: { ...first.document, quantity: String((wanted - active) / perUnit(first, facts)) } }, notes);
}

/** Counted units in one ordered unit of a line. */
const perUnit = ({ itemId, document }: OrderLine, facts: SourcingFacts): number => document.unit_factor * (itemId === NO_ITEM ? 1 : 10 ** facts.item(itemId).quantityScale);

/** Takes away units that no node has been told of, from the latest line first. */
function reduce(journal: Journal, order: Order, ours: readonly OrderLine[], units: number, notes: Notes): void {
  const free = ours.map((line) => ({ line, quantity: line.units.pending + line.units.backordered + line.units.preordered + line.units.reserved }));
  const active = ours.reduce((sum, line) => sum + line.ordered - line.units.cancelled, 0);
  const wanted = Math.min(units, active);
  if (wanted === 0) return;
  const sku = present(ours[0], "order line").document.sku;
  if (isWithNode(order) || free.reduce((sum, { quantity }) => sum + quantity, 0) < wanted) {
    notes.open.push(`${sku}: the channel has ${active - wanted} counted units left of ${active}, and a node has been told already.`);
    return;
  }
  let left = wanted;
  const lines = free.toReversed().map(({ line, quantity }) => {
    const taken = Math.min(left, quantity);
    left -= taken;
    return { lineNo: line.lineNo, quantity: taken };
  });
  const result = cancelUnits(journal, order, lines.filter(({ quantity }) => quantity > 0), "reduced at the channel", false);
  notes[result.ok ? "applied" : "open"].push(`${sku}: ${wanted} counted units fewer`);
}

function add(journal: Journal, order: Order, line: OrderLine, notes: Notes): void {
  const { sku } = line.document;
  if (isWithNode(order) || order.lines.every((one) => liveUnits(one) === 0)) {
    notes.open.push(`${sku}: the channel added ${line.ordered} counted units after a node was told.`);
    return;
  }
  const added = { ...line, lineNo: order.lines.length + 1, units: noUnits() };
  journal.addLine(journal.event("OrderFollowedChannel", order.id, { added: added.lineNo, sku, quantity: added.ordered }), order, added);
  if (added.itemId === NO_ITEM) {
    const placed = placeHold(order, { kind: "ITEM", scope: "line", lineNo: added.lineNo, shipmentNo: null, reason: `"${added.document.title ?? sku}" of this channel is not mapped to an item yet.`, owner: null, dueAt: null }, journal.context.now);
    journal.touch(order, { hold: placed });
  }
  notes.applied.push(`${sku}: ${added.ordered} counted units more`);
}

/** The channel's figures are the order's; figures that do not add up are for a person to see. */
function followMoney(order: Order, { fresh }: ChannelUpdate, { applied, open }: Notes): void {
  const { document, totalMinor } = fresh.order;
  const { payment_state: _state, payments: _payments, attributes: _attributes, ...money } = document;
  const before = order.totalMinor;
  order.document = { ...order.document, ...money, attributes: document.attributes };
  order.totalMinor = totalMinor;
  if (totalMinor !== before) applied.push(`the total is ${totalMinor} instead of ${before} minor units`);
  if (totalMinor !== fresh.expectedTotalMinor) open.push(`The channel says ${totalMinor} minor units in all, its lines and charges add up to ${fresh.expectedTotalMinor}.`);
}

/** One hold shows what is open; it goes when nothing is. */
function showDifference(journal: Journal, order: Order, open: readonly string[]): void {
  const reason = open.join(" ").slice(0, REASON_MAX);
  const shown = openHolds(order.holds).filter(({ kind, owner }) => kind === "CHANNEL_CHANGE" && owner === HOLD_OWNER);
  if (shown.some((one) => one.reason === reason)) return;
  for (const one of shown) lift(journal, order, one, open.length === 0 ? "the channel agrees with the order again" : "the channel changed again");
  if (open.length === 0 || order.lines.every((line) => liveUnits(line) === 0)) return;
  const placed = placeHold(order, { kind: "CHANNEL_CHANGE", scope: "order", lineNo: null, shipmentNo: null, reason, owner: HOLD_OWNER, dueAt: null }, journal.context.now);
  journal.touch(order, { hold: placed });
  journal.event("HoldPlaced", order.id, { hold_no: placed.holdNo, kind: placed.kind }, { reason });
}

function hold(journal: Journal, order: Order, kind: Hold["kind"], reason: string, { channel }: SourcingFacts): void {
  const { now } = journal.context;
  const dueAt = stockExpires(kind) ? now + channel.routing.holdKeepsStockMinutes * MINUTE : null;
  const placed = placeHold(order, { kind, scope: "order", lineNo: null, shipmentNo: null, reason, owner: null, dueAt }, now);
  journal.touch(order, { hold: placed });
  journal.event("HoldPlaced", order.id, { hold_no: placed.holdNo, kind }, { reason });
}

function lift(journal: Journal, order: Order, one: Hold, reason: string): void {
  releaseHold(one, journal.context.now, journal.context.actor, reason);
  journal.touch(order, { hold: one });
  journal.event("HoldReleased", order.id, { hold_no: one.holdNo, kind: one.kind }, { reason });
}
