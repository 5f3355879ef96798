import type { Node } from "../catalog/index.ts";
import { type Instant, MINUTE, present, shipmentId } from "../kernel/index.ts";
import { type Journal, type Order, releaseBlockers, type Shipment } from "../order/index.ts";
import { countryOf, type Merging, rulesOfOrder } from "../routing/index.ts";
import { type CarrierService, hasThreshold, type QuotedGoods, quoteService, serviceKey, shipTime } from "../shipping/index.ts";
import { claimedUnits } from "./resource.ts";
import { plannedShipDate } from "./ship-date.ts";
import { isCollected } from "./order-place.ts";
import type { SourcingFacts } from "./source.ts";
import { tellNode } from "./store-release.ts";

/**
 * Orders of one customer to one address, placed soon after each other, go in one parcel where their shipments leave the same node by the
 * same service: they are told to the node together, under one parcel's id, and its label is paid once. Each stays a shipment of its own order.
 */

/** What the group of an order says of parcels with others; null where it says nothing. */
export function mergingOf(order: Order, { channel, item, strategies, tools }: SourcingFacts): Merging | null {
  if (channel.strategy === null) return null;
  return rulesOfOrder(order, channel, item, strategies, tools.rules).applied[0]?.group.merge ?? null;
}

/** Until when an order waits for others of its customer. */
export const windowEnds = ({ capturedAt }: Order, { withinMinutes }: Merging): Instant => capturedAt + withinMinutes * MINUTE;

/** Whether an order's release may wait until its window ends: it leaves on the same day all the same, from every node that has a part of it, and some of it may share a parcel. */
export function waitsForOthers(order: Order, merging: Merging, facts: SourcingFacts, now: Instant): boolean {
  const end = windowEnds(order, merging);
  const planned = order.shipments.filter(({ status }) => status === "PLANNED");
  if (end <= now || (planned.length > 0 && planned.every((shipment) => goesAlone(order, shipment, facts)))) return false;
  return planned.every((shipment) => {
    const [node, service] = [nodeOf(shipment, facts), serviceOf(shipment, facts)];
    const [at, later] = [now, end].map((when) => shipTime(node, service, facts.shipping, when, facts.backlog(node.id))?.shipDate);
    return at !== undefined && later !== undefined && later <= at;
  });
}

/** Whether a shipment shares no parcel with anything: its customer collects it, or it comes over a border where it may be below a threshold of customs on its own. */
const goesAlone = (order: Order, shipment: Shipment, facts: SourcingFacts): boolean =>
  isCollected(order) || hasThreshold(countryOf(nodeOf(shipment, facts)), order.destination?.country ?? null, facts.shipping.customs);

const nodeOf = ({ nodeId }: Shipment, { nodes }: SourcingFacts): Node => present(nodes.find(({ id }) => id === nodeId), "node");
const serviceOf = ({ document: { plan } }: Shipment, { shipping }: SourcingFacts): CarrierService | null => (plan ? (shipping.services.get(serviceKey(plan.carrier, plan.service)) ?? null) : null);

/** One order of a customer, with what its group says. */
export interface Parcelled {
  readonly order: Order;
  readonly facts: SourcingFacts;
  readonly merging: Merging;
}

interface Part extends Parcelled {
  readonly shipment: Shipment;
}

/** Orders of a channel that were captured within each other's windows, the earliest first: whoever comes later than the first one's window begins another round. */
function placedTogether(parties: readonly Parcelled[]): readonly (readonly Parcelled[])[] {
  const rounds: Parcelled[][] = [];
  for (const one of parties.toSorted((a, b) => a.order.capturedAt - b.order.capturedAt || (a.order.id < b.order.id ? -1 : 1))) {
    const open = rounds.find(([first]) => first && first.facts.channel.id === one.facts.channel.id && one.order.capturedAt <= windowEnds(first.order, first.merging));
    if (open) open.push(one);
    else rounds.push([one]);
  }
  return rounds;
}

/**
 * Shipments that could share a parcel: not told to their node, held by nothing, of a node, a service and a day. The node can be told of them
 * now: a parcel never waits, so no address changes behind it.
 */
function sharable(parties: readonly Parcelled[], now: Instant): readonly (readonly Part[])[] {
  const parts = new Map<string, Part[]>();
  for (const party of parties) {
    for (const shipment of party.order.shipments) {
      const { plan } = shipment.document;
      const lines = claimedUnits(party.order, shipment, ["reserved"]).map(({ line }) => line.lineNo);
      if (shipment.status !== "PLANNED" || !plan || lines.length === 0 || releaseBlockers(party.order, shipment.shipmentNo, lines).length > 0) continue;
      if (goesAlone(party.order, shipment, party.facts) || plannedShipDate(nodeOf(shipment, party.facts), now, party.facts.shipping) === null) continue;
      const key = [shipment.nodeId, plan.carrier, plan.service, shipment.plannedShipDate].join("|");
      parts.set(key, [...(parts.get(key) ?? []), { ...party, shipment }]);
    }
  }
  return [...parts.values()].filter(({ length }) => length > 1);
}

/**
 * Marks the shipments of a customer's orders that go in one parcel because its label costs less than theirs, as far as one of the orders is due.
 * Returns those of orders that are not due themselves: they go along. What a label costs has to be known of all.
 * @param parties orders of one customer to one address.
 */
export function shareParcels(journal: Journal, parties: readonly Parcelled[], isDue: (orderId: string) => boolean): readonly Part[] {
  const along: Part[] = [];
  for (const parts of placedTogether(parties).flatMap((round) => sharable(round, journal.context.now))) {
    if (!parts.some(({ order }) => isDue(order.id))) continue;
    const saving = savingOf(parts);
    if (saving === null || saving.micros < Math.max(1, ...parts.map(({ merging }) => merging.minimumSavingMicros))) continue;
    const shipments = parts.map(({ order, shipment }) => shipmentId(order.id, shipment.shipmentNo));
    const id = journal.context.newId();
    for (const { order, shipment } of parts) {
      shipment.document = { ...shipment.document, parcel: { id, shipments, label_micros: saving.labelMicros, saving_micros: saving.micros } };
      journal.touch(order, { shipment });
    }
    along.push(...parts.filter(({ order }) => !isDue(order.id)));
  }
  return along;
}

/** What one label costs instead of several, in micro-units of the base currency; null where one of them has no price. */
function savingOf(parts: readonly Part[]): { readonly micros: number; readonly labelMicros: number } | null {
  const goods = parts.map(goodsOf);
  const [first] = parts;
  const together = first ? labelOf(first, goods.flat()) : null;
  const alone = parts.map((part, index) => labelOf(part, goods[index] ?? []));
  if (together === null || alone.includes(null)) return null;
  return { micros: alone.reduce<number>((sum, micros) => sum + (micros ?? 0), 0) - together, labelMicros: together };
}

const goodsOf = ({ order, shipment, facts }: Part): readonly QuotedGoods[] => claimedUnits(order, shipment, ["reserved"]).map(({ line, quantity }) => ({ item: facts.item(line.itemId), quantity }));

const NOWHERE = { country: null, region: null, postcode: null };

function labelOf({ order, shipment, facts }: Part, goods: readonly QuotedGoods[]): number | null {
  const [node, service] = [nodeOf(shipment, facts), serviceOf(shipment, facts)];
  return service && quoteService(facts.shipping, service, { code: node.code, country: countryOf(node), services: node.operations.services }, order.destination ?? NOWHERE, goods, facts.tools.pack).baseMicros;
}

/** Tells nodes of everything of an order that they were not told of. What a hold blocks, or a node cannot take, stays. */
export function releasePlanned(journal: Journal, order: Order, facts: SourcingFacts, now: Instant): void {
  for (const shipment of order.shipments) if (shipment.status === "PLANNED") tellNode(journal, order, shipment, facts, now);
}

/** Tells its node of a shipment that goes along with others. */
export const releaseAlong = (journal: Journal, { order, shipment, facts }: Part, now: Instant): void => void tellNode(journal, order, shipment, facts, now);
