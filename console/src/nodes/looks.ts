import { count } from '../numbers.ts';
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

type Loads = Pick<Day, 'orders' | 'units'>;
/** What of a day is limited, the fullest first: that is what keeps orders away. */
const boundsOf = ({ orders, units }: Loads) =>
  ([['taken', orders], ['takenUnits', units]] as const)
    .flatMap(([words, { limit, taken }]) => (limit === null ? [] : [{ words, limit, taken, share: limit === 0 ? 100 : (taken / limit) * 100 }]))
    .toSorted((a, b) => b.share - a.share);

/** The share of a day that is taken: of orders or units, whichever is fuller. Null without any limit. */
export const shareOf = (day: Loads): number | null => boundsOf(day)[0]?.share ?? null;

/** What is taken of each limit of a day, that of the share first; how many orders there are where nothing is limited. */
export function takenOf(day: Loads): readonly [string, ...string[]] {
  const [first, ...others] = boundsOf(day).map(({ words, taken, limit }) => t(words, { taken: count(taken), limit: count(limit) }));
  return first === undefined ? [t('takenFree', { count: day.orders.taken })] : [first, ...others];
}
