import type { Component } from "../domain/catalog/index.ts";
import { availableToPromise, networkTotal } from "../domain/inventory/index.ts";

/** What availability is computed from; counters are in counted units, claims that have run out already left out. */
export interface AvailabilityFacts {
  readonly items: ReadonlyMap<string, ItemFacts>;
  /** Codes of the nodes whose stock counts for the network: online, and in the channel's pool where one is named. */
  readonly eligible: ReadonlySet<string>;
  readonly nodeCodes: ReadonlySet<string>;
  /** Held back by the channel; null where no such channel exists. */
  readonly buffer: number | null;
}

interface Place {
  readonly onHand: number;
  readonly inbound: number;
  readonly reserved: number;
  readonly soft: number;
}

export interface ItemFacts {
  readonly sku: string;
  readonly baseUnit: string;
  readonly quantityScale: number;
  readonly safetyStock: number;
  readonly safetyPercent: number;
  readonly demand: number;
  /** What comes after the time asked about, up to the horizon; nothing where no horizon was given. */
  readonly later: readonly { readonly node: string; readonly at: number; readonly units: number }[];
  /** By node code; nodes that never had any are absent. */
  readonly places: ReadonlyMap<string, Place>;
  /** What it consists of where it is a kit: it has no places of its own, its components have. */
  readonly kit: { readonly together: boolean; readonly components: readonly Component[] } | null;
}

export interface AvailabilityView {
  readonly sku: string;
  readonly base_unit: string;
  readonly quantity_scale: number;
  readonly components: readonly Component[] | null;
  readonly network: { readonly atp: number; readonly unassigned_demand: number; readonly buffer: number };
  readonly nodes: readonly {
    readonly node: string; readonly eligible: boolean; readonly atp: number; readonly on_hand: number; readonly inbound: number;
    readonly reserved: number; readonly soft: number; readonly protected: number;
  }[];
  /** Where a horizon was asked for: what can be promised in the network from each time on. */
  readonly by_date?: readonly DatedAvailability[] | undefined;
}

/** From when on how many can be promised in the network. */
export interface DatedAvailability {
  readonly at: string;
  readonly atp: number;
}

/**
 * What can be promised in the network from a time on, and from each later time on at which more comes, up to the horizon the
 * facts were asked for. What is claimed of goods that come is left out of them and of the demand alike, so later figures are
 * never lower than earlier ones: each is its own look-ahead minimum, and no early order eats what a later one was promised.
 */
export function availabilityByDate(item: ItemFacts, facts: AvailabilityFacts, at: number): DatedAvailability[] {
  const parts = item.kit === null ? [item] : item.kit.components.flatMap(({ sku }) => facts.items.get(sku) ?? []);
  const times = [...new Set([at, ...parts.flatMap(({ later }) => later.map((one) => one.at))])].toSorted((a, b) => a - b);
  const steps = times.map((time): DatedAvailability => {
    const items = new Map([...parts, item].map((one) => [one.sku, arrivedBy(one, time)]));
    return { at: new Date(time).toISOString(), atp: availabilityOf(items.get(item.sku) ?? item, [], { ...facts, items }).network.atp };
  });
  return steps.filter(({ atp }, index) => index === 0 || atp !== steps[index - 1]?.atp);
}

function arrivedBy(item: ItemFacts, time: number): ItemFacts {
  const places = new Map(item.places);
  for (const { node, at, units } of item.later) {
    const place = places.get(node) ?? NOTHING;
    if (at <= time) places.set(node, { ...place, inbound: place.inbound + units });
  }
  return { ...item, places };
}

const NOTHING = { onHand: 0, inbound: 0, reserved: 0, soft: 0 } as const;

/** Availability of one item: at the named nodes, or with null at every node that has or had some, and in the network. */
export function availabilityOf(item: ItemFacts, nodes: readonly string[] | null, facts: AvailabilityFacts): AvailabilityView {
  if (item.kit !== null && item.kit.components.length > 0) return kitAvailability(item, item.kit, nodes, facts);
  let sum = 0;
  for (const [code, place] of item.places) if (facts.eligible.has(code)) sum += availableToPromise(item, place).atp;
  const buffer = facts.buffer ?? 0;
  const shown = (nodes ?? [...item.places.keys()]).map((node) => {
    const place = item.places.get(node) ?? NOTHING;
    const { atp, kept } = availableToPromise(item, place);
    return { node, eligible: facts.eligible.has(node), atp, on_hand: place.onHand, inbound: place.inbound, reserved: place.reserved, soft: place.soft, protected: kept };
  });
  return {
    sku: item.sku, base_unit: item.baseUnit, quantity_scale: item.quantityScale, components: null,
    network: { atp: networkTotal(sum, item.demand, buffer), unassigned_demand: item.demand, buffer }, nodes: shown,
  };
}

interface Part {
  readonly item: ItemFacts | undefined;
  readonly quantity: number;
}

/**
 * A kit's figures are the whole kits that its components make: at a node, and in the network. Kits that ship together need one
 * node that has all components, so the network has the sum of the nodes' kits, at most what the components' demand leaves:
 * ATP = sum over nodes of min over components floor(ATP / quantity); otherwise min over components floor(network ATP / quantity).
 */
function kitAvailability(kit: ItemFacts, { together, components }: NonNullable<ItemFacts["kit"]>, nodes: readonly string[] | null, facts: AvailabilityFacts): AvailabilityView {
  const parts = components.map(({ sku, quantity }): Part => ({ item: facts.items.get(sku), quantity }));
  const wholeKits = (figure: (item: ItemFacts) => number): number => Math.min(...parts.map(({ item, quantity }) => (item ? Math.floor(figure(item) / quantity) : 0)));
  const atNode = (node: string, figure: (item: ItemFacts, place: Place) => number): number => wholeKits((item) => figure(item, item.places.get(node) ?? NOTHING));
  const atpAt = (node: string): number => atNode(node, (item, place) => availableToPromise(item, place).atp);
  const all = [...new Set(parts.flatMap(({ item }) => [...(item?.places.keys() ?? [])]))];
  const eligible = all.filter((node) => facts.eligible.has(node));
  const inNetwork = wholeKits((item) => networkTotal(eligible.reduce((sum, node) => sum + availableToPromise(item, item.places.get(node) ?? NOTHING).atp, 0), item.demand, 0));
  const kits = together ? Math.min(inNetwork, eligible.reduce((sum, node) => sum + atpAt(node), 0)) : inNetwork;
  const buffer = facts.buffer ?? 0;
  return {
    sku: kit.sku, base_unit: kit.baseUnit, quantity_scale: kit.quantityScale, components, network: { atp: Math.max(0, kits - buffer), unassigned_demand: 0, buffer },
    nodes: (nodes ?? all).map((node) => {
      const onHand = atNode(node, (_item, place) => place.onHand);
      return {
        node, eligible: facts.eligible.has(node), atp: atpAt(node), on_hand: onHand, inbound: atNode(node, (_item, place) => place.onHand + place.inbound) - onHand, reserved: 0, soft: 0, protected: 0,
      };
    }),
  };
}
