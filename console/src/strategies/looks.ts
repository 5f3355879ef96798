// How versions and simulations look: their state as word, tone and shape.
import type { Look } from '../words.ts';
import type { RoutingSimulation, StrategyVersionSummary } from './api.ts';
import { t } from './words.ts';

export function versionLook({ status, version }: StrategyVersionSummary, live: number | null): Look {
  if (version === live) return { word: t('status.live'), tone: 'green', glyph: 'full' };
  switch (status) {
    case 'draft': return { word: t('status.draft'), tone: 'blue', glyph: 'third' };
    case 'scheduled': return { word: t('status.scheduled'), tone: 'violet', glyph: 'dashed' };
    case 'withdrawn': return { word: t('status.withdrawn'), tone: 'neutral', glyph: 'cross' };
    case 'published': case 'retired': return { word: t('status.retired'), tone: 'neutral', glyph: 'slash' };
  }
}

export function simulationLook(state: RoutingSimulation['state']): Look {
  switch (state) {
    case 'waiting': return { word: t('sim.waiting'), tone: 'blue', glyph: 'empty' };
    case 'running': return { word: t('sim.running'), tone: 'blue', glyph: 'half' };
    case 'done': return { word: t('sim.done'), tone: 'green', glyph: 'full' };
    case 'failed': return { word: t('sim.failed'), tone: 'red', glyph: 'alert' };
    case 'cancelled': return { word: t('sim.cancelled'), tone: 'neutral', glyph: 'cross' };
  }
}

export const isUnderWay = ({ state }: Pick<RoutingSimulation, 'state'>): boolean => state === 'waiting' || state === 'running';
