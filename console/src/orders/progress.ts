// How far an order is: units that were shipped or handed over, of units that are not cancelled.
import type { OrderSummary } from '../api.ts';
import { quantity } from '../numbers.ts';
import { t } from './words.ts';

type Units = OrderSummary['units'];

export interface Progress {
  /** From 0 to 1; null where nothing is left to ship. */
  readonly share: number | null;
  readonly words: string;
  /** The same in a sentence, with what the words leave out. */
  readonly sentence: string;
}

export function progressOf({ ordered, cancelled, shipped, quantity_scale: scale }: Units): Progress {
  const wanted = ordered - cancelled;
  const gone = cancelled > 0 ? t('andCancelled', { cancelled: quantity(cancelled, scale) }) : '';
  if (wanted <= 0) return { share: null, words: t('allGone'), sentence: t('allCancelled', { ordered: quantity(ordered, scale) }) };
  const words = t('shippedOf', { shipped: quantity(shipped, scale), wanted: quantity(wanted, scale) });
  return { share: Math.min(shipped / wanted, 1), words, sentence: t('unitsShipped', { words }) + gone };
}
