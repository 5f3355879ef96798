import type { StrategyGroup } from '../../domain/routing/index.ts';

/** Not the beginning of the alphabet: strategies of whoever tries things out come first in lists. */
export const DEMO_STRATEGY = 'standard';

const group = (name: string, when: string | null, over: Partial<StrategyGroup> = {}): StrategyGroup => ({
  name, when, filters: [{ kind: 'arrives_in_time', tier: 1 }],
  objective: {
    kind: 'cost', weights: { label: 1000, duty: 1000, handling: 1000, split: 1000, lateness: 1000 }, distanceMicrosPerKm: 0, splitMicros: 3_000_000, latenessMicrosPerDay: 4_000_000, capacityMicros: 0,
  },
  split: { maximumNodes: 3, maximumNodesPerLine: null, minimumValueMinor: 0, keepTogether: null, partial: true },
  after: { alternate: null, fallbackNode: null, unplaced: 'channel' }, ...over,
});

/** How the demonstration's shop routes: what is urgent by express from its own country, all else at the least cost that keeps the date. */
export const DEMO_GROUPS: readonly StrategyGroup[] = [
  group('express', 'order.service_level == "express"', { filters: [{ kind: 'same_country', tier: 2 }, { kind: 'arrives_in_time', tier: 1 }] }),
  group('least cost in time', null),
];
