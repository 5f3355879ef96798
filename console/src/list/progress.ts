// How far an order is: units that were shipped or handed over, of units that are not cancelled.
import type { OrderSummary } from '../api.ts';
import { type Child, h } from '../dom.ts';
import { quantity } from '../numbers.ts';

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
  const gone = cancelled > 0 ? `, ${quantity(cancelled, scale)} cancelled` : '';
  if (wanted <= 0) return { share: null, words: 'cancelled', sentence: `All ${quantity(ordered, scale)} units cancelled` };
  const words = `${quantity(shipped, scale)} of ${quantity(wanted, scale)}`;
  return { share: Math.min(shipped / wanted, 1), words, sentence: `${words} units shipped${gone}` };
}

/** The words say all of it; the bar repeats them for the eye that runs down the column. */
export function progressCell(units: Units): Child[] {
  const { share, words, sentence } = progressOf(units);
  if (share === null) return [h('span', { class: 'muted', title: sentence }, words)];
  const filled = h('i', {});
  filled.style.setProperty('width', `${share * 100}%`);
  return [h('span', { class: `progress tone-${share === 1 ? 'green' : 'blue'}`, title: sentence }, h('span', { class: 'bar', 'aria-hidden': 'true' }, filled), h('span', { class: 'of' }, words, h('span', { class: 'rest' }, ' shipped')))];
}
