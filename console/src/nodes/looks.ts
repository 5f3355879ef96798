import type { Look } from '../words.ts';
import type { NodeCapacity, OrdoNode } from './api.ts';
import { t } from './words.ts';

/** Paused counts only while it lasts. */
export const pausedUntil = ({ operations }: OrdoNode, now: number): string | null => (operations.paused_until !== null && Date.parse(operations.paused_until) > now ? operations.paused_until : null);

export function nodeLook(node: OrdoNode, now: number): Look {
  if (node.status !== 'online') return { word: t('offline'), tone: 'neutral', glyph: 'cross' };
  return pausedUntil(node, now) === null ? { word: t('online'), tone: 'green', glyph: 'full' } : { word: t('paused'), tone: 'amber', glyph: 'stop' };
}

export const kindWord = (kind: string): string => t.maybe(`kind.${kind}`) ?? kind;

/** What nobody said of a node, and what follows from it. */
export const warningsOf = ({ coordinates, operations, kind }: OrdoNode): (readonly [what: string, why: string])[] => [
  ...(operations.calendar === null ? [[t('noCalendar'), t('noCalendarWhy')] as const] : []), ...(coordinates === null && kind !== 'virtual' ? [[t('noCoordinates'), t('noCoordinatesWhy')] as const] : []),
];

type Day = NodeCapacity['days'][number];

/** The share of a day that is taken: of orders or units, whichever is fuller. Null without any limit. */
export function shareOf({ orders, units }: Pick<Day, 'orders' | 'units'>): number | null {
  const shares = [orders, units].flatMap(({ limit, taken }) => (limit === null ? [] : [limit === 0 ? 100 : (taken / limit) * 100]));
  return shares.length === 0 ? null : Math.max(...shares);
}
