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

export interface ItemFacts {
  readonly sku: string;
  readonly baseUnit: string;
  readonly quantityScale: number;
  readonly safetyStock: number;
  readonly safetyPercent: number;
  readonly demand: number;
  /** By node code; nodes that never had any are absent. */
  readonly places: ReadonlyMap<string, { readonly onHand: number; readonly inbound: number; readonly reserved: number; readonly soft: number }>;
}

export interface AvailabilityView {
  readonly sku: string;
  readonly base_unit: string;
  readonly quantity_scale: number;
  readonly network: { readonly atp: number; readonly unassigned_demand: number; readonly buffer: number };
  readonly nodes: readonly {
    readonly node: string; readonly eligible: boolean; readonly atp: number; readonly on_hand: number; readonly inbound: number;
    readonly reserved: number; readonly soft: number; readonly protected: number;
  }[];
}

const NOTHING = { onHand: 0, inbound: 0, reserved: 0, soft: 0 } as const;

/** Availability of one item: at the named nodes, or with null at every node that has or had some, and in the network. */
export function availabilityOf(item: ItemFacts, nodes: readonly string[] | null, facts: AvailabilityFacts): AvailabilityView {
  let sum = 0;
  for (const [code, place] of item.places) if (facts.eligible.has(code)) sum += availableToPromise(item, place).atp;
  const buffer = facts.buffer ?? 0;
  const shown = (nodes ?? [...item.places.keys()]).map((node) => {
    const place = item.places.get(node) ?? NOTHING;
    const { atp, kept } = availableToPromise(item, place);
    return { node, eligible: facts.eligible.has(node), atp, on_hand: place.onHand, inbound: place.inbound, reserved: place.reserved, soft: place.soft, protected: kept };
  });
  return {
    sku: item.sku, base_unit: item.baseUnit, quantity_scale: item.quantityScale,
    network: { atp: networkTotal(sum, item.demand, buffer), unassigned_demand: item.demand, buffer }, nodes: shown,
  };
}
