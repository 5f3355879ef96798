import { accept, divideRounded, type Outcome, present } from "../kernel/index.ts";
import {
  awaitsPayment, CHANNEL_OWNER, CHANNEL_REASON_MAX, type CheckedOrder, componentsOf, figureOf, type Hold, isKit, type Journal, leftElsewhere, NO_ITEM, noUnits, openHolds, type Order, type OrderContact,
  orderHold, type OrderLine, perKit, placeHold,
  type PriceDifference, PRICING_OWNER, priceData, priceDifferences, priceReason, releaseHold, type TakenOff, withTerms,
} from "../order/index.ts";
import { cancelUnits } from "./cancel.ts";
import type { LineQuantity } from "./node-work.ts";
import { claimedUnits, sendBack, sourceWaiting } from "./resource.ts";
import { liveUnits, ORDER_CLOSED, type SourcingFacts } from "./source.ts";

/** A channel's newer state of an order that is there, checked as if it were new. */
export interface ChannelUpdate {
  readonly version: number;
  readonly cancelled: { readonly reason: string } | null;
  readonly fresh: CheckedOrder;
  /** By external id of the line. */
  readonly takenOff: Readonly<Record<string, TakenOff>>;
  /** Units that have left by the channel's word, by external id of the line. */
  readonly leftThere: Readonly<Record<string, number>>;
  /** What is known of the people of the order so far. */
  readonly contact: OrderContact;
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
      const result = cancelUnits(journal, order, null, `cancelled at the channel: ${update.cancelled.reason}`.slice(0, CHANNEL_REASON_MAX), false);
      if (!result.ok) return result;
      notes.applied.push("cancelled");
    }
    order.document = { ...order.document, channel_cancelled: true, channel_lines: activeLines(order, facts) };
  } else {
    contactChanged = followContact(journal, order, update, facts, notes);
    const known = order.lines.length;
    const before = notes.applied.length;
    const lines = followLines(journal, order, update, facts, notes);
    noteLeftElsewhere(order, update, facts, notes);
    followPrices(journal, order, update.fresh, known);
    followMoney(order, update, { ...lines, changed: notes.applied.length > before }, notes);
    if (!live) holdAgain(journal, order, update, facts);
  }
  const repeated = order.sourceVersion === update.version && notes.applied.length === 0;
  order.sourceVersion = update.version;
  if (notes.applied.length > 0) order.commercialVersion += 1;
  journal.touch(order, { content: true });
  showDifference(journal, order, CHANNEL_CHANGE, notes.open.join(" ").slice(0, CHANNEL_REASON_MAX));
  if (!repeated) journal.event("OrderFollowedChannel", order.id, { version: update.version, applied: notes.applied, open: notes.open.length });
  if (notes.applied.length > 0) sourceWaiting(journal, order, facts, "CHANNEL_CHANGE");
  return accept({ outcome: "followed", ...notes, contactChanged });
}

interface Notes { readonly applied: string[]; readonly open: string[] }

/** From here on a node works on it, and what it was told cannot be changed behind its back. */
const isWithNode = (order: Order): boolean => order.shipments.some(({ status }) => status !== "PLANNED" && status !== "CANCELLED");

function followPayment(journal: Journal, order: Order, { fresh }: ChannelUpdate, facts: SourcingFacts, { applied }: Notes): void {
  const { payment_state: state, payments } = fresh.order.document;
  const { payment: rules } = facts.channel.checks;
  const [waited, waits] = [awaitsPayment(order.document, rules), awaitsPayment(fresh.order.document, rules)];
  const before = order.document.payment_state;
  if (state === before && JSON.stringify(payments) === JSON.stringify(order.document.payments)) return;
  order.document = { ...order.document, payment_state: state, payments };
  // Another tender may be paid later by agreement although the state is the same.
  if (state === before && waits === waited) return;
  applied.push(`payment is ${state}`);
  const open = openHolds(order.holds).filter(({ kind }) => kind === "PAYMENT");
  if (!waits) for (const hold of open) lift(journal, order, hold, `the channel says that payment is ${state}`);
  else if (open.length === 0 && order.lines.some((line) => liveUnits(line) > 0)) hold(journal, order, "PAYMENT", paymentIs(state), facts);
}

const paymentIs = (state: string): string => `Payment is ${state.replace("_", " ")}.`;

/**
 * A revived order that is not paid waits for its payment like a new one, and for whatever else held it when it closed: nobody
 * has looked at that. What the channel put right meanwhile, and what is compared anew, is not held again.
 */
function holdAgain(journal: Journal, order: Order, { fresh }: ChannelUpdate, facts: SourcingFacts): void {
  if (order.lines.every((line) => liveUnits(line) === 0)) return;
  const { payment_state: state } = order.document;
  const needed = (kind: Hold["kind"]): boolean => !openHolds(order.holds).some((open) => open.kind === kind);
  if (awaitsPayment(order.document, facts.channel.checks.payment) && needed("PAYMENT")) hold(journal, order, "PAYMENT", paymentIs(state), facts);
  if (fresh.settled.problem !== null && needed("ADDRESS") && order.holds.some(({ kind, releaseReason }) => kind === "ADDRESS" && releaseReason === ORDER_CLOSED)) hold(journal, order, "ADDRESS", fresh.settled.problem, facts);
  for (const { kind, reason } of order.holds.filter((one) => HELD_BY_PEOPLE.has(one.kind) && one.scope === "order" && one.releaseReason === ORDER_CLOSED)) {
    if (!openHolds(order.holds).some((open) => open.kind === kind && open.reason === reason)) hold(journal, order, kind, reason, facts);
  }
}

/** Holds that end when somebody has looked, and not by what the channel says. */
const HELD_BY_PEOPLE: ReadonlySet<string> = new Set(["FRAUD", "CREDIT", "APPROVAL", "TAX", "CUSTOMER", "MANUAL"]);

/** Whether what is known of people is to be replaced: an address only while no node has been told. */
function followContact(journal: Journal, order: Order, { fresh, contact }: ChannelUpdate, facts: SourcingFacts, { applied, open }: Notes): boolean {
  const { contact: told, problem } = fresh.settled;
  const differs = (part: "ship_to" | "note" | "customer" | "bill_to"): boolean => JSON.stringify(told[part] ?? null) !== JSON.stringify(contact[part] ?? null);
  const moved = differs("ship_to");
  if (moved && isWithNode(order)) {
    open.push("The shipping address changed at the channel, and a node has the old one already.");
    return false;
  }
  for (const [part, words] of [["note", "note"], ["customer", "customer"], ["bill_to", "billing address"]] as const) if (differs(part)) applied.push(`the ${words} changed`);
  if (!moved) return differs("note") || differs("customer") || differs("bill_to");
  applied.push("the shipping address changed");
  for (const one of openHolds(order.holds).filter(({ kind }) => kind === "ADDRESS")) lift(journal, order, one, "the channel sent another address");
  if (problem !== null) hold(journal, order, "ADDRESS", problem, facts);
  routeAnew(journal, order, fresh.order.destination, facts);
  return true;
}

/** What of a destination decisions depend on. */
const DECIDING = ["latitude", "longitude", "country", "region", "postcode"] as const;

/** Another destination may be nearer to another node: what is only planned is placed again. */
function routeAnew(journal: Journal, order: Order, destination: Order["destination"], facts: SourcingFacts): void {
  const same = DECIDING.every((part) => order.destination?.[part] === destination?.[part]);
  order.destination = destination;
  if (same) return;
  for (const shipment of order.shipments.filter(({ status }) => status === "PLANNED")) {
    const event = journal.event("OrderRouted", order.id, { trigger: "CHANNEL_CHANGE", left: shipment.shipmentNo }, { reason: "the shipping address changed" });
    sendBack(journal, event, order, shipment, claimedUnits(order, shipment, ["reserved"]), facts, null);
  }
}

/** Our lines of one line of the channel: more units later stand in a line of their own. */
const linesOf = (order: Order, externalId: string | null): OrderLine[] => order.lines.filter((line) => line.document.external_id === externalId);

type ChannelLines = Record<string, number>;

/** What is left of each of the channel's lines, in its units. */
function activeLines(order: Order, facts: SourcingFacts): ChannelLines {
  const lines: ChannelLines = {};
  for (const line of order.lines) {
    const { external_id: id } = line.document;
    if (id !== null) lines[id] = (lines[id] ?? 0) + figureOf(order, line, activeUnits) / perUnit(line, facts);
  }
  return lines;
}

/** Units of a channel's line, in its units, that it took off after they had left here: they are no reduction. */
function takenOffAfterwards(order: Order, externalId: string, { takenOff }: ChannelUpdate, facts: SourcingFacts): number {
  const off = takenOff[externalId];
  if (!off) return 0;
  const ours = linesOf(order, externalId);
  const sent = sentHere(order, ours, facts);
  // A refund that does not say may be of units that are still to be sent, as long as there are any.
  return Math.min(sent, off.returned + (ours.some((line) => figureOf(order, line, liveUnits) > 0) ? 0 : off.refunded));
}

/** Units of a channel's line, in its units, that have left here. */
const sentHere = (order: Order, ours: readonly OrderLine[], facts: SourcingFacts): number =>
  ours.reduce((sum, line) => sum + figureOf(order, line, ({ units }) => units.shipped + units.handed_over) / perUnit(line, facts), 0);

/** What has left by the channel's word and not from here would be sent twice, as long as any of its line is still to be sent. */
function noteLeftElsewhere(order: Order, { leftThere }: ChannelUpdate, facts: SourcingFacts, { open }: Notes): void {
  for (const [externalId, there] of Object.entries(leftThere)) {
    const ours = linesOf(order, externalId);
    const [first] = ours;
    if (!first || !ours.some((line) => figureOf(order, line, liveUnits) > 0)) continue;
    open.push(...[leftElsewhere(first.document.sku, there, sentHere(order, ours, facts))].filter((one) => one !== null));
  }
}

interface FollowedLines {
  /** How many of each line the channel and the order agree on now; where a person has to look, what they agreed on before. */
  readonly agreed: ChannelLines;
  /** Whether some of what was sent was taken off afterwards. */
  readonly tookOff: boolean;
}

function followLines(journal: Journal, order: Order, update: ChannelUpdate, facts: SourcingFacts, notes: Notes): FollowedLines {
  const before = order.document.channel_lines ?? activeLines(order, facts);
  const agreed: ChannelLines = {};
  let tookOff = false;
  const sentOff = (id: string): number => {
    const units = takenOffAfterwards(order, id, update, facts);
    tookOff ||= units > 0;
    return units;
  };
  const { order: fresh } = update.fresh;
  for (const line of fresh.lines.filter(({ parentLineNo }) => parentLineNo === null)) {
    const id = line.document.external_id ?? "";
    const wanted = Number(line.document.quantity) + sentOff(id);
    agreed[id] = followLine(journal, order, { line, components: componentsOf(fresh, line), wanted, before: before[id] ?? 0 }, facts, notes) ? wanted : before[id] ?? 0;
  }
  for (const id of new Set(order.lines.map((line) => line.document.external_id))) {
    if (id === null || id in agreed) continue;
    const ours = linesOf(order, id);
    const wanted = sentOff(id);
    if (!reduce(journal, order, ours, Math.round(wanted * perUnit(present(ours[0], "order line"), facts)), notes)) agreed[id] = before[id] ?? 0;
    else if (wanted > 0) agreed[id] = wanted;
  }
  return { agreed, tookOff };
}

/** A line as the channel tells of it, with its components where it is a kit. */
interface ToldLine {
  readonly line: OrderLine;
  readonly components: readonly OrderLine[];
}

interface ChannelLineNow extends ToldLine {
  /** In the channel's units: how many it wants sent in all, and how many it had before. */
  readonly wanted: number;
  readonly before: number;
}

/**
 * More than the channel had before is added; what was cancelled here stays cancelled, because the channel repeats its own
 * number until it has heard. Fewer than are left here are taken away. False where a person has to look.
 */
function followLine(journal: Journal, order: Order, told: ChannelLineNow, facts: SourcingFacts, notes: Notes): boolean {
  const { line: fresh, wanted, before } = told;
  const ours = linesOf(order, fresh.document.external_id);
  const [first] = ours;
  if (!first) return add(journal, order, told, facts, notes);
  if (Number(first.document.unit_price) !== Number(fresh.document.unit_price)) {
    notes.open.push(`${fresh.document.sku}: the price was ${first.document.unit_price}, the channel says ${fresh.document.unit_price}.`);
  }
  const unit = perUnit(first, facts);
  if (wanted > before) return add(journal, order, further(order, fresh, ours, Math.round(before * unit), Math.round((wanted - before) * unit), wanted - before), facts, notes);
  return reduce(journal, order, ours, Math.round(wanted * unit), notes);
}

const activeUnits = ({ ordered, units }: OrderLine): number => ordered - units.cancelled;

type Figure = "discount_minor" | "tax_minor" | "total_minor";

/** What so many units of our lines of one channel's line bear, the earliest first: what the channel took off is off the latest. */
function borneBy(ours: readonly OrderLine[], units: number, figure: Figure): number {
  let left = units;
  return ours.reduce((sum, { ordered, document }) => {
    const all = document.kit?.quantity ?? ordered;
    const share = Math.min(left, all);
    left -= share;
    return sum + Number(divideRounded(BigInt(document[figure]) * BigInt(share), BigInt(all)));
  }, 0);
}

/** A line for the units that came on top, with what the channel's figures are beyond those of the units it had before. */
function further(order: Order, fresh: OrderLine, ours: readonly OrderLine[], before: number, ordered: number, quantity: number): ToldLine {
  const [first = fresh] = ours;
  const rest = (figure: Figure): number => Math.max(0, fresh.document[figure] - borneBy(ours, before, figure));
  const { kit } = first.document;
  const line: OrderLine = {
    ...fresh, itemId: first.itemId, ordered: kit ? 0 : ordered,
    document: {
      ...first.document, quantity: String(quantity), discount_minor: rest("discount_minor"), tax_minor: rest("tax_minor"), total_minor: rest("total_minor"),
      ...(kit ? { kit: { ...kit, quantity: ordered } } : {}),
    },
  };
  return { line, components: componentsOf(order, first).map((part) => ({ ...part, ordered: ordered * perKit(part), document: { ...part.document, quantity: String(ordered * perKit(part)) } })) };
}

/** Counted units in one ordered unit of a line. */
const perUnit = ({ itemId, document }: OrderLine, facts: SourcingFacts): number => document.unit_factor * (itemId === NO_ITEM ? 1 : 10 ** facts.item(itemId).quantityScale);

/** Takes away units beyond what is wanted while no node has been told, from the latest line first. False where a person has to look. */
function reduce(journal: Journal, order: Order, ours: readonly OrderLine[], wanted: number, notes: Notes): boolean {
  const beyond = unitsBeyond(order, ours, wanted);
  if (beyond.units.length === 0) return true;
  const sku = present(ours[0], "order line").document.sku;
  if (isWithNode(order)) {
    notes.open.push(`${sku}: the channel has ${wanted} counted units left of ${wanted + beyond.fewer}, and a node has been told already.`);
    return false;
  }
  const result = cancelUnits(journal, order, beyond.units, "reduced at the channel", false);
  notes[result.ok ? "applied" : "open"].push(`${sku}: ${beyond.fewer} counted units fewer`);
  return result.ok;
}

/** Units beyond so many of our lines of one channel's line. Of a kit it is those of its components: one may have more left than makes whole kits. */
function unitsBeyond(order: Order, ours: readonly OrderLine[], wanted: number): { readonly fewer: number; readonly units: readonly LineQuantity[] } {
  let [left, there] = [wanted, 0];
  const units = ours.flatMap((line) => {
    const parts = isKit(line) ? componentsOf(order, line) : [line];
    const all = Math.max(...parts.map((part) => Math.ceil(activeUnits(part) / perKit(part))));
    const kept = Math.min(left, all);
    left -= kept;
    there += all;
    return parts.map((part) => ({ lineNo: part.lineNo, quantity: activeUnits(part) - kept * perKit(part) })).filter(({ quantity }) => quantity > 0);
  });
  return { fewer: there - wanted, units };
}

/** Nothing of it is left although the channel still had goods of it: whoever ended it here has to say whether more may be sent. */
function endedHere({ lines, document }: Order): boolean {
  const { channel_cancelled: cancelled, channel_lines: had } = document;
  return lines.every((line) => liveUnits(line) === 0) && cancelled !== true && (had === undefined || Object.values(had).some((quantity) => quantity > 0));
}

/** False where a person has to look: a node was told, or the order ended here. */
function add(journal: Journal, order: Order, { line, components }: ToldLine, facts: SourcingFacts, notes: Notes): boolean {
  const { sku, kit } = line.document;
  const quantity = kit?.quantity ?? line.ordered;
  if (isWithNode(order) || endedHere(order)) {
    notes.open.push(`${sku}: the channel added ${quantity} counted units after a node was told.`);
    return false;
  }
  const lineNo = order.lines.length + 1;
  const event = journal.event("OrderFollowedChannel", order.id, { added: lineNo, sku, quantity });
  const added = [{ ...line, lineNo, units: noUnits() }, ...components.map((part, n) => ({ ...part, lineNo: lineNo + 1 + n, parentLineNo: lineNo, units: noUnits(), attempts: 0 }))];
  for (const one of added) journal.addLine(event, order, one);
  for (const one of added) {
    if (one.itemId === NO_ITEM) hold(journal, order, "ITEM", `"${one.document.title ?? sku}" of this channel is not mapped to an item yet.`, facts, one.lineNo);
    else if (facts.item(one.itemId).status === "blocked") hold(journal, order, "ITEM", `Item ${one.document.sku} is blocked for sale.`, facts, one.lineNo);
  }
  notes.applied.push(`${sku}: ${quantity} counted units more`);
  return true;
}

/**
 * The channel's figures are the order's; figures that do not add up are for a person to see. Without what came back they are
 * less than what was sent: until refunds are applied, the order keeps its own.
 */
function followMoney(order: Order, { fresh }: ChannelUpdate, { agreed, tookOff, changed }: FollowedLines & { readonly changed: boolean }, { applied, open }: Notes): void {
  const { document, totalMinor } = fresh.order;
  if (tookOff && !changed) {
    order.document = { ...order.document, attributes: document.attributes, channel_lines: agreed, channel_cancelled: false };
    return;
  }
  const { payment_state: _state, payments: _payments, attributes: _attributes, ...money } = document;
  const before = order.totalMinor;
  order.document = { ...order.document, ...money, attributes: document.attributes, channel_lines: agreed, channel_cancelled: false };
  order.totalMinor = totalMinor;
  if (totalMinor !== before) applied.push(`the total is ${totalMinor} instead of ${before} minor units`);
  if (totalMinor !== fresh.expectedTotalMinor) open.push(`The channel says ${totalMinor} minor units in all, its lines and charges add up to ${fresh.expectedTotalMinor}.`);
}

/**
 * Goods that were added and prices that were changed are compared with price lists like those of a new order, and the whole
 * order with them, so that the hold names all that differs. It goes when nothing does any more.
 */
function followPrices(journal: Journal, order: Order, { order: told, channel }: CheckedOrder, known: number): void {
  const changed = told.lines.some((line) => linesOf(order, line.document.external_id).some(({ document }) => Number(document.unit_price) !== Number(line.document.unit_price)));
  const shown = openHolds(order.holds).some(({ kind, owner }) => kind === "PRICING" && owner === PRICING_OWNER);
  if (!changed && !shown && order.lines.length === known) return;
  const lines = told.lines.map(({ lineNo, document }) => ({ lineNo: linesOf(order, document.external_id)[0]?.lineNo ?? lineNo, document }));
  showPrices(journal, order, priceDifferences(lines, order.currency, channel.priceCheck));
}

/** Brings the order's hold about list prices in line with the differences there are. */
export const showPrices = (journal: Journal, order: Order, differences: readonly PriceDifference[]): void =>
  showDifference(journal, order, { kind: "PRICING", owner: PRICING_OWNER, again: "the prices are those of the lists again" }, priceReason(differences, order.currency), priceData(differences));

/** A kind of difference that a hold shows, and why that hold goes when there is none any more. */
interface Shown { readonly kind: Hold["kind"]; readonly owner: string; readonly again: string }

const CHANNEL_CHANGE: Shown = { kind: "CHANNEL_CHANGE", owner: CHANNEL_OWNER, again: "the channel agrees with the order again" };

/** One hold shows what differs; it goes when nothing does. */
function showDifference(journal: Journal, order: Order, { kind, owner, again }: Shown, reason: string, data: Readonly<Record<string, unknown>> = {}): void {
  const ours = order.holds.filter((one) => one.kind === kind && one.owner === owner);
  const shown = openHolds(ours);
  if (shown.some((one) => one.reason === reason)) return;
  // Whoever released a hold has seen this very difference; it is not put before them again.
  const latest = ours.at(-1);
  if (latest && latest.releasedAt !== null && latest.releasedBy !== journal.context.actor && latest.reason === reason) return;
  for (const one of shown) lift(journal, order, one, reason === "" ? again : "the channel changed again");
  if (reason === "" || order.lines.every((line) => liveUnits(line) === 0)) return;
  const placed = placeHold(order, { kind, scope: "order", lineNo: null, shipmentNo: null, reason, owner, dueAt: null }, journal.context.now);
  journal.touch(order, { hold: placed });
  journal.event("HoldPlaced", order.id, { hold_no: placed.holdNo, kind, ...data }, { reason });
}

function hold(journal: Journal, order: Order, kind: Hold["kind"], reason: string, { channel }: SourcingFacts, lineNo: number | null = null): void {
  const { now } = journal.context;
  const placed = placeHold(order, withTerms({ ...orderHold(kind, reason), scope: lineNo === null ? "order" : "line", lineNo }, channel, now), now);
  journal.touch(order, { hold: placed });
  journal.event("HoldPlaced", order.id, { hold_no: placed.holdNo, kind }, { reason });
}

/** Releases a hold because of what the channel says. */
export function lift(journal: Journal, order: Order, one: Hold, reason: string): void {
  releaseHold(one, journal.context.now, journal.context.actor, reason);
  journal.touch(order, { hold: one });
  journal.event("HoldReleased", order.id, { hold_no: one.holdNo, kind: one.kind }, { reason });
}
