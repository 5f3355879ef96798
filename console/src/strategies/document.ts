// A strategy while somebody writes it: what a new part begins with, and how parts change places.
import type { Remark } from '../app/refused.ts';
import type { StrategyDocument } from './api.ts';

export type Group = StrategyDocument['groups'][number];
export type Filter = Group['filters'][number];
export type Objective = Group['objective'];
export type Criterion = NonNullable<Objective['by']>[number];
export type CostTerm = keyof Objective['weights'];

export const FILTER_KINDS = [
  'same_country', 'whole_order', 'arrives_in_time', 'node_kinds', 'only_nodes', 'not_nodes', 'countries', 'maximum_distance', 'ships_within', 'leaves_stock', 'maximum_backlog', 'carriers', 'service_levels', 'expression',
] as const satisfies readonly Filter['kind'][];
export const CRITERIA: readonly Criterion[] = ['cost', 'splits', 'same_country', 'distance', 'arrival', 'node_priority', 'stores_first', 'load'];
export const COST_TERMS: readonly CostTerm[] = ['label', 'duty', 'handling', 'split', 'distance', 'lateness', 'capacity', 'stock', 'markdown'];
export const NODE_KINDS = ['dc', 'store', 'supplier', '3pl', 'virtual'] as const;
export const UNPLACED = ['channel', 'backorder', 'exception', 'refuse'] as const;
export const SHIP_TO_STORE = ['never', 'allowed', 'only'] as const;

export function blankFilter(kind: Filter['kind']): Filter {
  const tier = null;
  switch (kind) {
    case 'node_kinds': return { kind, kinds: ['dc'], tier };
    case 'only_nodes': case 'not_nodes': return { kind, nodes: [], tier };
    case 'countries': return { kind, countries: [], tier };
    case 'maximum_distance': return { kind, km: 500, tier };
    case 'service_levels': return { kind, levels: [], tier };
    case 'carriers': return { kind, carriers: [], tier };
    case 'ships_within': return { kind, days: 1, tier };
    case 'leaves_stock': return { kind, units: 1, tier };
    case 'maximum_backlog': return { kind, shipments: 100, tier };
    case 'expression': return { kind, when: 'node.backlog < 200', tier };
    case 'same_country': case 'arrives_in_time': case 'whole_order': return { kind, tier };
  }
}

/** Only groups with a condition let orders through to the next one, so a new group has one. */
export const blankGroup = (name: string): Group => ({
  name, when: 'order.service_level == "express"', filters: [], ship_to_store: 'never',
  objective: { kind: 'ranks', by: ['splits', 'distance'], weights: {}, distance_micros_per_km: 0, split_micros: 0, lateness_micros_per_day: 0, capacity_micros: 0 },
  split: { maximum_nodes: null, maximum_nodes_per_line: null, minimum_value_minor: 0, keep_together: null, partial: true }, after: { alternate: null, fallback_node: null, unplaced: 'channel' },
});

/** A cost begins with every further parcel at 5 and each kilometre at 0.01; ranks with the fewest parcels. */
export function objectiveOf(kind: Objective['kind'], { by: _by, ...before }: Objective): Objective {
  if (kind === 'ranks') return { ...before, kind, by: ['splits', 'distance'] };
  return Object.keys(before.weights).length > 0 ? { ...before, kind } : { ...before, kind, weights: { split: 1000, distance: 1000 }, split_micros: before.split_micros || 5_000_000, distance_micros_per_km: before.distance_micros_per_km || 10_000 };
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.toSpliced(from, 1);
  return to < 0 || to >= list.length ? [...list] : rest.toSpliced(to, 0, ...list.slice(from, from + 1));
}
export const replaced = <T>(list: readonly T[], at: number, value: T): T[] => list.map((one, index) => (index === at ? value : one));

/** What was said about a place, or about something within it. */
export const remarksAt = (remarks: readonly Remark[], pointer: string): readonly Remark[] => remarks.filter((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));

export const sameDocument = (a: StrategyDocument | null, b: StrategyDocument | null): boolean => JSON.stringify(a) === JSON.stringify(b);
